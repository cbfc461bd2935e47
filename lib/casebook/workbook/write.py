"""Writes a case's workbook: the same case, the same bytes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from casebook.analysis.binding import bind
from casebook.analysis.results import evaluate_case
from casebook.brand import Brand
from casebook.case import Case
from casebook.model.evaluate import SCOPES
from casebook.workbook import (
    about,
    changes,
    charts,
    checks,
    inputs,
    prices,
    published,
    sensitivity,
    summary,
    uncertainty,
    workings,
)
from casebook.workbook.book import Book, all_or_nothing
from casebook.workbook.cells import Cells
from casebook.workbook.chart_data import write_chart_data
from casebook.workbook.layout import Layout
from casebook.workbook.rows import BREAKEVEN, INPUTS, OPTIONS, RULES, TIMELINE
from casebook.workbook.rule_table import write_rule_table
from casebook.workbook.selectors import FULL, SUMMARY

TITLES = {
    OPTIONS: "Each option: inputs, cost, accuracy, response time",
    TIMELINE: "Month by month",
    BREAKEVEN: "Break-even of each pair",
    RULES: "Rules and verdict",
}


def write(
    case: Case,
    path: str | os.PathLike[str],
    results: Mapping[str, Any] | None = None,
    brand: Brand | None = None,
    conditions: Mapping[str, str] | None = None,
) -> None:
    """Write the workbook of a case; nothing is left at `path` when something cannot be written.

    `results` are the case's results where they are at hand: what is no formula is taken from them. Without a brand
    it has the standard look. `conditions` say by scope on what its verdict holds, as the memo words it; without them
    Summary says it in the words of the rules.
    """
    path = Path(path)
    results = results or evaluate_case(case)
    layout = Layout(bind(case))
    cells = Cells(layout, layout.binding.evaluation(layout.months))
    with all_or_nothing(path) as half_written:
        _write(layout, cells, results, half_written, brand, conditions or {})


def _write(
    layout: Layout,
    cells: Cells,
    results: Mapping[str, Any],
    path: Path,
    brand: Brand | None,
    conditions: Mapping[str, str],
) -> None:
    case = layout.binding.case
    book = Book(path, case, case.title or f"Decision workbook: {case.client}", brand)
    front = book.page(SUMMARY, case.title or "Decision", summary.WIDTHS)
    inputs_page = book.page(INPUTS, "Inputs", inputs.WIDTHS)
    model = {name: book.page(name, title, workings.widths(name, layout, cells)) for name, title in TITLES.items()}
    flips = book.page(sensitivity.SHEET, "What would change the verdict", sensitivity.WIDTHS)
    draws = (
        book.page(uncertainty.SHEET, "How sure the figures are", uncertainty.WIDTHS) if results["uncertainty"] else None
    )
    elsewhere = book.page(published.SHEET, "Published and computed", published.WIDTHS)
    edits = book.page(changes.SHEET, "Inputs as built and now", changes.WIDTHS)
    priced = book.page(prices.SHEET, "Prices", prices.WIDTHS)
    checked = book.page(checks.SHEET, "Checks", checks.WIDTHS)
    end = book.page(about.SHEET, "About this workbook", about.WIDTHS)

    inputs.write_inputs(inputs_page, layout)
    for sheet in model.values():
        workings.write_workings(sheet, layout, cells)
    write_rule_table(model[RULES], cells)
    charted = write_chart_data(model[TIMELINE], layout, cells, FULL)
    for sheet in model.values():
        workings.leave_notes_off_paper(sheet, layout)
    sensitivity.write_sensitivity(book.file, flips, cells, results["flip_points"], results["sensitivity"])
    if draws:
        uncertainty.write_uncertainty(draws, cells, results["uncertainty"])
    published.write_published(elsewhere, cells, results["published"])
    built = [conditions.get(scope) or summary.condition(cells, index) for index, scope in enumerate(SCOPES)]
    row = summary.write_summary(front, layout, cells, FULL, built)
    front.logo(summary.LOGO_COLUMN)
    charts.add_cumulative(book.file, front, row + 1, charted)
    charts.add_monthly(book.file, front, row + 1, charted)
    changes.write_changes(book, edits, layout, built)
    prices.write_prices(priced, layout)
    # Summary shows the flag of Checks: of Summary itself only what stands below the flag is looked at.
    areas = [checks.Area(front.name, front.area(summary.ANSWER_ROW))]
    live = (inputs_page, *model.values(), flips, elsewhere, edits, priced)
    areas += [checks.Area(sheet.name, sheet.area()) for sheet in live]
    checks.write_checks(checked, cells, checks.all_checks(layout, cells, areas))
    about.write_about(end, layout, book.file.sheetnames, results["provenance"])
    for name, address in inputs.defined_names(layout):
        book.name(name, address)
    book.close(front)
