"""Writes a case's workbook: the same case, the same bytes."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from casebook.analysis.binding import bind
from casebook.analysis.results import evaluate_case
from casebook.case import Case
from casebook.workbook import about, checks, inputs, published, sensitivity, summary, uncertainty, workings
from casebook.workbook.cells import Cells
from casebook.workbook.layout import BREAKEVEN, INPUTS, OPTIONS, RULES, TIMELINE, Layout
from casebook.workbook.page import Page
from casebook.workbook.rule_table import write_rule_table
from casebook.workbook.styles import DOLLAR, Styles

TITLES = {
    OPTIONS: "Each option: inputs, cost, accuracy, response time",
    TIMELINE: "Month by month",
    BREAKEVEN: "Break-even of each pair",
    RULES: "Rules and verdict",
}


class PlainFormulas(Worksheet):
    """A sheet whose formulas are written as they stand: none of ours needs a prefix for newer Excel functions.

    XlsxWriter looks for some thirty such functions in every formula, which is two thirds of its time.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


def write(case: Case, path: str | os.PathLike[str], results: Mapping[str, Any] | None = None) -> None:
    """Write the workbook of a case; nothing is left at `path` when something cannot be written.

    `results` are the case's results where they are at hand: what is no formula is taken from them.
    """
    path = Path(path)
    results = results or evaluate_case(case)
    layout = Layout(bind(case))
    cells = Cells(layout, layout.binding.evaluation(layout.months))
    half_written = path.with_name(path.name + ".part")
    try:
        _write(layout, cells, results, half_written)
        half_written.replace(path)
    finally:
        half_written.unlink(missing_ok=True)


def _write(layout: Layout, cells: Cells, results: Mapping[str, Any], path: Path) -> None:
    case = layout.binding.case
    # A book is built before anything is on disk: an exception on the way leaves it unwritten.
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    book.set_properties(
        {
            "title": case.title or f"Decision workbook: {case.client}",
            "author": case.prepared_by or "",
            "company": case.client,
            "created": datetime.datetime.combine(case.as_of, datetime.time()),
        }
    )
    book.set_calc_mode("auto")
    styles = Styles(book, case.currency)
    currency = "US dollars" if case.currency == DOLLAR else case.currency
    subtitle = f"{case.client} · prices as of {case.as_of.isoformat()} · {currency}"

    def page(name: str, title: str, widths: list[float]) -> Page:
        sheet = book.add_worksheet(name, PlainFormulas)
        sheet.protect("", {"select_locked_cells": True, "format_columns": True, "format_rows": True, "sort": True})
        return Page(sheet, styles, title, subtitle, widths)

    front = page("Summary", case.title or "Decision", summary.WIDTHS)
    inputs_page = page(INPUTS, "Inputs", inputs.WIDTHS)
    for name, title in TITLES.items():
        sheet = page(name, title, workings.widths(name, layout))
        workings.write_workings(sheet, layout, cells)
        if name == RULES:
            write_rule_table(sheet, cells)
    changes = page(sensitivity.SHEET, "What would change the verdict", sensitivity.WIDTHS)
    sensitivity.write_sensitivity(book, changes, cells, results["flip_points"], results["sensitivity"])
    if results["uncertainty"]:
        draws = page(uncertainty.SHEET, "How sure the figures are", uncertainty.WIDTHS)
        uncertainty.write_uncertainty(draws, cells, results["uncertainty"])
    elsewhere = page(published.SHEET, "Published and computed", published.WIDTHS)
    published.write_published(elsewhere, cells, results["published"])
    checks.write_checks(page(checks.SHEET, "Checks", checks.WIDTHS), layout, cells)
    about.write_about(page("About", "About this workbook", about.WIDTHS), layout, book.sheetnames)
    inputs.write_inputs(inputs_page, layout, cells)
    summary.write_summary(front, layout, cells, summary.FULL)
    summary.add_chart(book, front, layout, cells)
    for source in layout.input_rows:
        row = layout.input_rows[source]
        book.define_name(inputs.defined_name(source), f"={INPUTS}!$B${row + 1}")
    front.sheet.activate()
    book.close()
