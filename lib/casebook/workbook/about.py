"""The About sheet: what the workbook is built from, its contents, its legend, and where a change is written down."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from casebook.workbook.cells import quoted
from casebook.workbook.layout import Layout
from casebook.workbook.page import Page

SHEET = "About"
WIDTHS = [26, 96, 20]
LOG_ROWS = 20

CONTENTS = {
    "Summary": "The answer in both scopes, the options at a glance, charts, whether all checks pass",
    "Inputs": "Every input with unit, range, status and source: the cells to edit",
    "Options": "A column an option: its inputs and the lines of its cost, accuracy and response time",
    "Timeline": "Month by month: calls, prices, costs, cumulative cost, candidate less baseline",
    "Break-even": "A column a pair: saving, break-even static, simulated and sustained",
    "Rules": "Which rules fired, and everything the verdict is made of",
    "Sensitivity": "At which value of which input the verdict changes; the tornado; a live grid of the break-even",
    "Uncertainty": "What the ranges of the inputs make of cost, saving and verdict",
    "Published": "Figures published elsewhere beside the computed ones, and what would reconcile them",
    "Changes": "Every input as the workbook was built with it, and which were changed since",
    "Prices": "Every price and its source: provider, day, list price beside a negotiated one",
    "Checks": "What must hold; one flag for all",
}

HOW_TO = {
    "Change an input": "Edit a cell in blue on yellow on Inputs: every figure, the rules and the verdict follow.",
    "Scope": "Choose invoice or full on Summary; both are computed all the time.",
    "Ranges": (
        "Choose low, likely or high on Summary: every input that has a range moves to that end of it together. Low is "
        "the low end of each input, not the lowest cost."
    ),
    "Computed at build": (
        "Flip points, tornado, uncertainty and what-ifs are values of the day of building, headed so; all else is live."
    ),
    "Unknown": "Leave a cell blank where the key may be unknown (accuracy, target, format failures).",
    "Yes and no": "1 and 0, shown as yes and no.",
    "Add an option": (
        "In the case file, under options: copy one, give it a name of its own, its kind and what differs (like: takes "
        "the rest from another), and build again. Columns and rows are laid out anew."
    ),
    "The way back": "Send it back: casebook pull reads the edited inputs by their defined names (in_, low_, high_).",
    "Protection": "Sheets are protected without a password, so that formulas are not overwritten by accident.",
}


def write_about(
    page: Page,
    layout: Layout,
    sheets: Collection[str],
    made: Mapping[str, Any],
    contents: Mapping[str, str] = CONTENTS,
    how_to: Mapping[str, str] = HOW_TO,
) -> None:
    """Write the About sheet; `sheets` are the names of those there are, `made` says what the results came from.

    `contents` say what stands on each sheet, `how_to` how to use the workbook: the decision's, unless given.
    """
    row = _contents(page, 3, {name: text for name, text in contents.items() if name in sheets})
    row = _pairs(page, row + 1, "Built from", _built_from(layout, made, page.styles.brand.name))
    row = _pairs(page, row + 1, "How to use it", how_to)
    row = _legend(page, row + 1)
    _change_log(page, row + 1, layout)
    page.sheet.fit_to_pages(1, 1)
    page.sheet.freeze_panes(3, 0)


def _built_from(layout: Layout, made: Mapping[str, Any], firm: str) -> dict[str, str]:
    case = layout.binding.case
    return {
        "Case": case.id,
        "Client": case.client,
        **({"Made by": firm} if firm else {}),
        "Prices as of": case.as_of.isoformat(),
        "Casebook": made["casebook"],
        "Case file": f"SHA-256 {made['case_hash']}",
        "Model": f"SHA-256 {made['model_hash']}",
        **{f"Package {name}": version for name, version in made["packages"].items()},
    }


def _contents(page: Page, row: int, contents: Mapping[str, str]) -> int:
    page.section(row, "Contents", len(WIDTHS))
    for offset, (name, text) in enumerate(contents.items(), row + 1):
        page.link(offset, 0, f"{quoted(name)}!A1", name)
        page.text(offset, 1, text, page.styles.wrapped)
    return row + 1 + len(contents)


def _pairs(page: Page, row: int, title: str, pairs: Mapping[str, str]) -> int:
    page.section(row, title, len(WIDTHS))
    for offset, (label, text) in enumerate(pairs.items(), row + 1):
        page.text(offset, 0, label)
        page.text(offset, 1, text, page.styles.wrapped)
    return row + 1 + len(pairs)


def _legend(page: Page, row: int) -> int:
    styles = page.styles
    page.section(row, "Legend", len(WIDTHS))
    entries = (
        ("input", styles.input("text"), "A cell to edit: blue on pale yellow, and the only kind that is unlocked"),
        ("formula", styles.get(font_color="ink"), "Follows from the inputs; what is not known shows as an empty cell"),
        ("source", styles.muted, "Units, sources, notes, and lines repeated for another scope or option"),
        ("FAIL", styles.fault, "A check that fails, or a selector away from the figures of the report"),
        ("never", styles.get(font_color="ink"), "A month that does not come within the months shown on Timeline"),
        ("none", styles.get(font_color="ink"), "No option, or no amount because there is no such option"),
    )
    for offset, (text, style, meaning) in enumerate(entries, row + 1):
        page.text(offset, 0, text, style)
        page.text(offset, 1, meaning)
    return row + 1 + len(entries)


def _change_log(page: Page, row: int, layout: Layout) -> None:
    """Write a table that the client goes on with: its cells are unlocked."""
    page.section(row, "Change log: write down here what you change", len(WIDTHS))
    page.headings(row + 1, ["Date", "What was changed, and why", "By"])
    case = layout.binding.case
    built = (case.as_of.isoformat(), "Built from the case file, with the prices of this day", case.prepared_by or "")
    for column, text in enumerate(built):
        page.text(row + 2, column, text, page.styles.entry)
    for offset in range(3, 3 + LOG_ROWS):
        for column in range(len(WIDTHS)):
            page.constant(row + offset, column, None, page.styles.entry)
