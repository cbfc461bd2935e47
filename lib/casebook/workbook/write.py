"""Writes a case's workbook: the same case, the same bytes."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.worksheet import Worksheet

from casebook.analysis.binding import bind
from casebook.analysis.results import evaluate_case
from casebook.brand import Brand
from casebook.case import Case
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
from casebook.workbook.cells import Cells, WriteError
from casebook.workbook.chart_data import write_chart_data
from casebook.workbook.layout import Layout
from casebook.workbook.page import Page
from casebook.workbook.rows import BREAKEVEN, INPUTS, OPTIONS, RULES, TIMELINE
from casebook.workbook.rule_table import write_rule_table
from casebook.workbook.selectors import FULL, SUMMARY
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


def state_axes(chart: Chart) -> None:
    """Have a chart say of each axis that it is there: where nothing is said, some programs leave it out."""
    write_position = chart._write_axis_pos

    def write_both(*arguments: object) -> None:
        chart._write_delete(0)
        write_position(*arguments)

    chart._write_axis_pos = write_both


def write(
    case: Case,
    path: str | os.PathLike[str],
    results: Mapping[str, Any] | None = None,
    brand: Brand | None = None,
) -> None:
    """Write the workbook of a case; nothing is left at `path` when something cannot be written.

    `results` are the case's results where they are at hand: what is no formula is taken from them. Without a brand
    it has the standard look.
    """
    path = Path(path)
    results = results or evaluate_case(case)
    layout = Layout(bind(case))
    cells = Cells(layout, layout.binding.evaluation(layout.months))
    half_written = path.with_name(path.name + ".part")
    try:
        _write(layout, cells, results, half_written, brand)
        half_written.replace(path)
    finally:
        half_written.unlink(missing_ok=True)


def _write(layout: Layout, cells: Cells, results: Mapping[str, Any], path: Path, brand: Brand | None) -> None:
    case = layout.binding.case
    # A book is built before anything is on disk: an exception on the way leaves it unwritten.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    book = xlsxwriter.Workbook(path, options)
    book.set_properties(
        {
            "title": case.title or f"Decision workbook: {case.client}",
            "author": case.prepared_by or "",
            "company": case.client,
            "created": datetime.datetime.combine(case.as_of, datetime.time()),
        }
    )
    book.set_calc_mode("auto")
    styles = Styles(book, case.currency, brand)
    currency = "US dollars" if case.currency == DOLLAR else case.currency
    subtitle = f"{styles.for_client(case.client)} · prices as of {case.as_of.isoformat()} · {currency}"
    if case.confidentiality:
        subtitle += f" · {case.confidentiality}"

    def page(name: str, title: str, widths: list[float]) -> Page:
        sheet = book.add_worksheet(name, PlainFormulas)
        sheet.protect("", {"select_locked_cells": True, "format_columns": True, "format_rows": True, "sort": True})
        return Page(sheet, styles, title, subtitle, widths, "" if name == about.SHEET else f"{about.SHEET}!A1")

    front = page(SUMMARY, case.title or "Decision", summary.WIDTHS)
    inputs_page = page(INPUTS, "Inputs", inputs.WIDTHS)
    model = {name: page(name, title, workings.widths(name, layout, cells)) for name, title in TITLES.items()}
    flips = page(sensitivity.SHEET, "What would change the verdict", sensitivity.WIDTHS)
    draws = page(uncertainty.SHEET, "How sure the figures are", uncertainty.WIDTHS) if results["uncertainty"] else None
    elsewhere = page(published.SHEET, "Published and computed", published.WIDTHS)
    edits = page(changes.SHEET, "Inputs as built and now", changes.WIDTHS)
    priced = page(prices.SHEET, "Prices", prices.WIDTHS)
    checked = page(checks.SHEET, "Checks", checks.WIDTHS)
    end = page(about.SHEET, "About this workbook", about.WIDTHS)

    inputs.write_inputs(inputs_page, layout)
    for sheet in model.values():
        workings.write_workings(sheet, layout, cells)
    write_rule_table(model[RULES], cells)
    charted = write_chart_data(model[TIMELINE], layout, cells, FULL)
    for sheet in model.values():
        workings.leave_notes_off_paper(sheet, layout)
    sensitivity.write_sensitivity(book, flips, cells, results["flip_points"], results["sensitivity"])
    if draws:
        uncertainty.write_uncertainty(draws, cells, results["uncertainty"])
    published.write_published(elsewhere, cells, results["published"])
    row = summary.write_summary(front, layout, cells, FULL)
    front.logo(summary.LOGO_COLUMN)
    charts.add_cumulative(book, front, row + 1, charted)
    charts.add_monthly(book, front, row + 1, charted)
    changes.write_changes(book, edits, layout)
    prices.write_prices(priced, layout)
    # Summary shows the flag of Checks: of Summary itself only what stands below the flag is looked at.
    areas = [checks.Area(front.name, front.area(summary.ANSWER_ROW))]
    live = (inputs_page, *model.values(), flips, elsewhere, edits, priced)
    areas += [checks.Area(sheet.name, sheet.area()) for sheet in live]
    checks.write_checks(checked, layout, cells, areas)
    about.write_about(end, layout, book.sheetnames, results["provenance"])
    for name, address in inputs.defined_names(layout):
        if book.define_name(name, f"={address}"):
            raise WriteError(f"the defined name {name!r} was not written")
    for chart in book.charts:
        state_axes(chart)
    front.sheet.activate()
    book.close()
