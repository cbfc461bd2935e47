"""A workbook under construction: its properties, its look, its sheets; finished whole or not at all."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.worksheet import Worksheet

from casebook.brand import Brand
from casebook.case import Case
from casebook.case.fields import DOLLAR
from casebook.workbook import about
from casebook.workbook.cells import WriteError
from casebook.workbook.page import Page
from casebook.workbook.sheet import PlainSheet
from casebook.workbook.styles import Styles


@contextmanager
def all_or_nothing(path: Path) -> Iterator[Path]:
    """Where to write a file that stands at `path` when all of it is written, and else is not there."""
    half_written = path.with_name(path.name + ".part")
    try:
        yield half_written
        half_written.replace(path)
    finally:
        half_written.unlink(missing_ok=True)


def new_file(path: Path, case: Case, title: str, **options: bool) -> xlsxwriter.Workbook:
    """A workbook without sheets, dated as its case is; nothing is on disk until it is closed."""
    text_stays_text = {"strings_to_formulas": False, "strings_to_urls": False}
    file = xlsxwriter.Workbook(path, text_stays_text | {"in_memory": True} | options)
    file.set_properties(
        {
            "title": title,
            "author": case.prepared_by or "",
            "company": case.client,
            "created": datetime.datetime.combine(case.as_of, datetime.time()),
        }
    )
    return file


def protect(sheet: Worksheet) -> None:
    """Protect a sheet without a password; its columns and rows can still be sized and sorted."""
    sheet.protect("", {"select_locked_cells": True, "format_columns": True, "format_rows": True, "sort": True})


class Book:
    """One workbook of a case."""

    def __init__(self, path: Path, case: Case, title: str, brand: Brand | None):
        self.file = new_file(path, case, title)
        self.file.set_calc_mode("auto")
        self.styles = Styles(self.file, case.currency, brand)
        currency = "US dollars" if case.currency == DOLLAR else case.currency
        self._subtitle = f"{self.styles.for_client(case.client)} · prices as of {case.as_of.isoformat()} · {currency}"
        if case.confidentiality:
            self._subtitle += f" · {case.confidentiality}"

    def page(self, name: str, title: str, widths: list[float]) -> Page:
        """A new sheet, protected without a password, with a link to the contents."""
        sheet = self.file.add_worksheet(name, PlainSheet)
        protect(sheet)
        contents = "" if name == about.SHEET else f"{about.SHEET}!A1"
        return Page(sheet, self.styles, title, self._subtitle, widths, contents)

    def name(self, name: str, address: str) -> None:
        """Give a cell, or several, a defined name."""
        if self.file.define_name(name, f"={address}"):
            raise WriteError(f"the defined name {name!r} was not written")

    def close(self, front: Page) -> None:
        """Write the file; `front` is the sheet that it opens on."""
        for chart in self.file.charts:
            _state_axes(chart)
        front.sheet.activate()
        self.file.close()


def _state_axes(chart: Chart) -> None:
    """Have a chart say of each axis that it is there: where nothing is said, some programs leave it out."""
    write_position = chart._write_axis_pos

    def write_both(*arguments: object) -> None:
        chart._write_delete(0)
        write_position(*arguments)

    chart._write_axis_pos = write_both
