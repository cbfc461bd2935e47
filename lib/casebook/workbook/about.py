"""The About sheet: what the workbook is built from, its contents, its legend, and where a change is written down."""

from __future__ import annotations

from collections.abc import Collection

from casebook import __version__
from casebook.analysis.results import model_hash
from casebook.workbook.layout import Layout
from casebook.workbook.page import Page

WIDTHS = [26, 90, 20]

CONTENTS = {
    "Summary": "The answer in both scopes, the options at a glance, whether all checks pass",
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


def write_about(page: Page, layout: Layout, sheets: Collection[str]) -> None:
    """Write the About sheet; `sheets` are the names of those there are."""
    case, styles = layout.binding.case, page.styles
    row = _pairs(
        page,
        3,
        "Built from",
        [
            ("Case", case.id),
            ("Client", case.client),
            *([("Made by", styles.brand.name)] if styles.brand.name else []),
            ("Prices as of", case.as_of.isoformat()),
            ("Casebook", __version__),
            ("Case file", f"SHA-256 {case.content_hash}"),
            ("Model", f"SHA-256 {model_hash()}"),
        ],
    )
    page.section(row + 1, "Contents", 3)
    contents = {name: text for name, text in CONTENTS.items() if name in sheets}
    for offset, (name, text) in enumerate(contents.items(), row + 2):
        sheet = f"'{name}'" if "-" in name else name
        page.sheet.write_url(offset, 0, f"internal:{sheet}!A1", styles.link, name)
        page.text(offset, 1, text, styles.wrapped)
    row = _pairs(
        page,
        row + 3 + len(contents),
        "How to use it",
        [
            (
                "Change an input",
                "Edit a cell in blue on yellow on Inputs: every figure, the rules and the verdict follow.",
            ),
            ("Scope", "Choose invoice or full on Summary; both are computed all the time."),
            (
                "Unknown",
                "Leave a cell blank where the key may be unknown (accuracy, target, format failures).",
            ),
            ("Yes and no", "1 and 0, shown as yes and no."),
            (
                "Add an option",
                "Options, their kinds and blocks are set in the case file: edit it and build again.",
            ),
            (
                "Protection",
                "Sheets are protected without a password, so that formulas are not overwritten by accident.",
            ),
        ],
    )
    page.section(row + 1, "Legend", 3)
    page.constant(row + 2, 0, "input", styles.input("text"))
    page.text(row + 2, 1, "A cell to edit")
    page.text(row + 3, 0, "formula", styles.get(font_color="ink", align="right"))
    page.text(row + 3, 1, "Follows from the inputs")
    page.text(row + 4, 0, "never", styles.get(font_color="ink", align="right"))
    page.text(row + 4, 1, "A month that does not come within the months shown on Timeline")
    page.sheet.fit_to_pages(1, 1)
    page.section(row + 6, "Change log", 3)
    page.headings(row + 7, ["Date", "What was changed, and why", "By"])
    for offset in range(8, 14):
        for column in range(3):
            page.constant(row + offset, column, None, styles.get(locked=False, bottom=1, bottom_color="line"))


def _pairs(page: Page, row: int, title: str, pairs: list[tuple[str, str]]) -> int:
    page.section(row, title, 3)
    for offset, (label, text) in enumerate(pairs, row + 1):
        page.text(offset, 0, label)
        page.text(offset, 1, text, page.styles.wrapped)
    return row + 1 + len(pairs)
