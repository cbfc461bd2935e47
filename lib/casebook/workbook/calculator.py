"""Writes a calculator's workbook: what it comes to, the inputs it takes, and every line as a live formula."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from casebook.analysis.binding import bind
from casebook.analysis.calculators import CALCULATORS, figures_of, options_for
from casebook.analysis.results import provenance_of
from casebook.brand import Brand
from casebook.case import Case
from casebook.model.evaluate import SCOPES
from casebook.model.lines import lines
from casebook.model.wiring import Node
from casebook.workbook import about, checks, inputs, summary, workings
from casebook.workbook.book import Book, all_or_nothing
from casebook.workbook.cells import Cells
from casebook.workbook.labels import label_of
from casebook.workbook.layout import Layout
from casebook.workbook.page import Page
from casebook.workbook.rows import INPUTS, OPTIONS, TIMELINE
from casebook.workbook.selectors import FULL, SUMMARY, by_scope_selected

TITLES = {OPTIONS: "Each option: inputs and lines", TIMELINE: "Month by month"}
DECISION, PROVIDERS = "Decision", "Providers"
DECISION_HEADINGS = [
    *("Cache on for", "Scope", "Verdict", "Candidate against the base", "Status", "Break-even calls", "Months"),
]
FIRST = 7
CONTENTS = {
    SUMMARY: "What it comes to, for each option, in the scope chosen",
    INPUTS: "The inputs that the calculator takes: the cells to edit",
    OPTIONS: "A column an option: its inputs, and the lines down to the calculator's own",
    TIMELINE: "The same month by month, where a line depends on the month",
    DECISION: "What caching one side or both does to the decision, computed at build",
    PROVIDERS: "Other embedding models on the same tokens, at their prices of the day",
    checks.SHEET: "What must hold; one flag for all",
}
HOW_TO = {
    "Change an input": "Edit a cell in blue on yellow on Inputs: every figure but those computed at build follows.",
    "Scope": about.HOW_TO["Scope"],
    "Ranges": about.HOW_TO["Ranges"],
    "Yes and no": about.HOW_TO["Yes and no"],
    "The way back": "This workbook is not read back: to change the case, edit decision.xlsx, or the case file.",
    "Protection": about.HOW_TO["Protection"],
}
"""The first row of the Summary's table (0-based)."""


def write_calculator(
    case: Case,
    name: str,
    path: str | os.PathLike[str],
    report: Mapping[str, Any] | None = None,
    brand: Brand | None = None,
) -> None:
    """Write the workbook of one of a case's calculators; nothing is left at `path` when something cannot be written.

    `report` are the calculator's figures where they are at hand.
    """
    layout = Layout(bind(case), name)
    evaluation = layout.binding.evaluation(layout.months)
    report = report or figures_of(layout.binding, evaluation, name)
    with all_or_nothing(Path(path)) as half_written:
        _write(layout, Cells(layout, evaluation), name, report, half_written, brand)


def _write(layout: Layout, cells: Cells, name: str, report: Mapping[str, Any], path: Path, brand: Brand | None) -> None:
    case = layout.binding.case
    title = CALCULATORS[name].title
    book = Book(path, case, f"{title} – {case.title or case.client}", brand)
    options = options_for(case, name)
    front = book.page(SUMMARY, title, [84, *[24] * max(2, len(options) + 1)])
    inputs_page = book.page(INPUTS, "Inputs", inputs.WIDTHS)
    model = {sheet: book.page(sheet, head, workings.widths(sheet, layout, cells)) for sheet, head in TITLES.items()}
    if "decision" in report:
        decided = book.page(DECISION, "What caching does to the decision", [26, 10, 44, 64, 16, 18, 16])
        _write_decision(decided, layout, report["decision"])
    if "providers" in report:
        priced = book.page(PROVIDERS, "What other embedding models would cost", [52, 16, 20, 20, 20])
        _write_providers(priced, cells, name, options[0], report["providers"])
    checked = book.page(checks.SHEET, "Checks", checks.WIDTHS)
    end = book.page(about.SHEET, "About this workbook", about.WIDTHS)

    inputs.write_inputs(inputs_page, layout)
    for sheet in model.values():
        workings.write_workings(sheet, layout, cells)
        workings.leave_notes_off_paper(sheet, layout)
    _write_summary(front, cells, name, options)
    areas = [checks.Area(front.name, front.area(FIRST - 1))]
    areas += [checks.Area(sheet.name, sheet.area()) for sheet in (inputs_page, *model.values())]
    checks.write_checks(checked, cells, [checks.of_validity(layout), *checks.of_errors(areas)])
    about.write_about(end, layout, book.file.sheetnames, provenance_of(case), CONTENTS, HOW_TO)
    for defined, address in inputs.defined_names(layout):
        book.name(defined, address)
    book.close(front)


def _write_summary(page: Page, cells: Cells, name: str, options: Sequence[int]) -> None:
    """The lines that matter, a column an option, in the scope selected."""
    summary.write_selectors(page, FULL)
    summary.write_flag(page)
    labels = [cells.layout.binding.options[option].label for option in options]
    page.headings(FIRST - 1, ["Line", "Unit", *labels], range(2, 2 + len(labels)))
    row = FIRST
    for heading, names in CALCULATORS[name].lines.items():
        page.section(row, heading, 2 + len(options))
        for line in names:
            row += 1
            _write_line(page, cells, row, name, line, options)
        row += 2
    page.sheet.freeze_panes(FIRST, 1)
    page.sheet.fit_to_pages(1, 1)


def _write_line(page: Page, cells: Cells, row: int, name: str, line: str, options: Sequence[int]) -> None:
    one = lines()[name][line]
    page.text(row, 0, one.label)
    page.text(row, 1, page.styles.unit(one.unit), page.styles.muted)
    for column, option in enumerate(options, 2):
        node = Node(name, option, line)
        invoice, full = (cells.address(node, scope, SUMMARY) for scope in range(len(SCOPES)))
        formula = f"={by_scope_selected(invoice, full, SUMMARY)}"
        page.formula(row, column, formula, cells.value(node, FULL), page.styles.number(one.unit, font_color="ink"))


def _write_decision(page: Page, layout: Layout, entries: list[Mapping[str, Any]]) -> None:
    """The decision by side cached: values of the day of building, for each is a run of the whole model."""
    told = "Computed at build: each row is the whole model run anew with the cache switched"
    page.text(3, 0, told, page.styles.muted)
    page.headings(4, DECISION_HEADINGS, (5, 6))
    row = 5
    for entry in entries:
        for key, pair in (entry["comparisons"] or {"": {}}).items():
            page.text(row, 0, entry["cached"])
            page.text(row, 1, entry["scope"])
            page.text(row, 2, label_of(layout.binding, entry["verdict"]))
            page.text(row, 3, " → ".join(label_of(layout.binding, side) for side in key.split("->")) if key else "")
            page.text(row, 4, str(pair.get("status", "")).replace("_", " "))
            page.constant(row, 5, pair.get("breakeven_calls"), page.styles.number("calls/month"))
            page.constant(row, 6, pair.get("static_months"), page.styles.number("months"))
            row += 1
    page.sheet.freeze_panes(5, 1)


def _write_providers(page: Page, cells: Cells, name: str, option: int, providers: list[Mapping[str, Any]]) -> None:
    """Other models at their prices of the day: the corpus once, and a month, live over the case's own tokens."""
    label = cells.layout.binding.options[option].label
    page.text(3, 0, f"Prices of the day of building, on the tokens of {label}", page.styles.muted)
    page.headings(4, ["Model", "Unit", "Price", "Corpus once", "A month"], (2, 3, 4))
    money = page.styles.number("$/M tokens", font_color="ink")
    corpus, month = (
        cells.address(Node(level, option, line), 0, page.name)
        for level, line in (("option", "corpus_tokens"), (name, "tokens_embedded"))
    )
    unit = cells.address(Node("case", "", "tokens_per_price_unit"), 0, page.name)
    for row, provider in enumerate(providers, 5):
        page.text(row, 0, provider["model"])
        page.text(row, 1, page.styles.unit("$/M tokens"), page.styles.muted)
        page.constant(row, 2, provider["price"], money)
        page.formula(row, 3, f"=$C{row + 1}*{corpus}/{unit}", provider["initial"], money)
        page.formula(row, 4, f"=$C{row + 1}*{month}/{unit}", provider["per_month"], money)
    page.sheet.freeze_panes(5, 1)
