"""A page of the workbook: the one way in which anything is written to a sheet."""

from __future__ import annotations

import io
import math
from collections.abc import Collection, Mapping
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from casebook.workbook.cells import Row, Value, WriteError, column_name, quoted
from casebook.workbook.styles import Styles

LANDSCAPE_A4 = 9
LOGO_BOX = (180.0, 44.0)
"""The most that a logo takes of a sheet's first two rows, in pixels."""
LINK_ROW = 2
LINE_HEIGHT = 13.2
PER_WIDTH = 1.25
"""Characters of running text that a column holds for each of its width, which is counted in wider digits."""

BOLD = 1.1
"""How much more room a heading takes: bold letters, and few words that break badly."""


class Page:
    """One sheet, its styles and its title; `contents` is the place of the list of sheets, where there is one."""

    def __init__(
        self, sheet: Worksheet, styles: Styles, title: str, subtitle: str, widths: list[float], contents: str = ""
    ):
        self.sheet = sheet
        self.name = sheet.get_name()
        self.styles = styles
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(LANDSCAPE_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        firm = styles.brand.name.replace("&", "&&")  # in a footer & begins a command
        sheet.set_footer(f"&L&8{firm + ' · ' if firm else ''}&F&C&8&A&R&8&P / &N")
        self.widths = widths
        self._lines: dict[int, int] = {}
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        self.text(0, 0, title, styles.title)
        sheet.set_row(0, 24)
        self.text(1, 0, subtitle, styles.repeated)
        if contents:
            self.link(LINK_ROW, 0, contents, "← Contents")

    def text(self, row: int, column: int, text: str | None, style: Format | None = None) -> None:
        """Write text as text: what starts with = + - @ stays text."""
        text, style = text or "", style or self.styles.text
        self._done(row, column, self.sheet.write_string(row, column, text, style))
        if style.text_wrap:
            self.fit(row, column, text, BOLD if style.bold else 1)

    def fit(self, row: int, column: int, text: str, wider: float = 1) -> None:
        """Make a row as high as a wrapped text needs: not every program does that by itself."""
        if column >= len(self.widths):
            return
        needed = math.ceil(wider * len(text) / (PER_WIDTH * self.widths[column]))
        if needed > self._lines.get(row, 1):
            self._lines[row] = needed
            self.sheet.set_row(row, LINE_HEIGHT * needed)

    def link(self, row: int, column: int, place: str, text: str) -> None:
        """Write a link to a place in this workbook."""
        self._done(row, column, self.sheet.write_url(row, column, f"internal:{place}", self.styles.link, text))

    def constant(self, row: int, column: int, value: Value | None, style: Format) -> None:
        """Write a value that is no formula; the unknown is a blank cell."""
        if value is None:
            self._done(row, column, self.sheet.write_blank(row, column, None, style))
        elif isinstance(value, str):
            self.text(row, column, value, style)
        else:
            self._done(row, column, self.sheet.write_number(row, column, self._finite(row, column, value), style))

    def formula(self, row: int, column: int, formula: str, value: Value | None, style: Format) -> None:
        """Write a live formula with the value it has; the unknown is an empty text."""
        if not formula.startswith("="):
            raise WriteError(f"{self._at(row, column)}: {formula!r} is not a formula")
        shown = "" if value is None else value if isinstance(value, str) else self._finite(row, column, value)
        self._done(row, column, self.sheet.write_formula(row, column, formula, style, shown))

    def row(self, row: Row, style: Format) -> None:
        """Write cells of the model side by side; only the first may be a constant, from which the others go on."""
        (_, at, column), formulas, values = row
        if formulas[0] is None:
            self.constant(at, column, values[0], style)
            formulas, values, column = formulas[1:], values[1:], column + 1
        if formulas:
            shown = ["" if value is None else value for value in values]
            self._done(at, column, self.sheet.write_formulas(at, column, formulas, shown, style))

    def logo(self, column: int) -> None:
        """Put the firm's logo, where it has one, at the top of a column, beside the title."""
        logo = self.styles.brand.workbook_logo
        if logo is None:
            return
        scale = min(1.0, *(most / size for most, size in zip(LOGO_BOX, (logo.width, logo.height), strict=True)))
        options = {
            "image_data": io.BytesIO(logo.content),
            "x_scale": scale,
            "y_scale": scale,
            "y_offset": 4,
            "object_position": 2,
            "description": f"Logo of {self.styles.brand.name}" if self.styles.brand.name else "Logo",
        }
        self.sheet.insert_image(0, column, f"logo.{logo.kind}", options)

    def validate(self, row: int, column: int, options: Mapping[str, Any]) -> None:
        """Say what may be typed into a cell."""
        self._done(row, column, self.sheet.data_validation(row, column, row, column, dict(options)))

    def headings(self, row: int, texts: list[str], numbers: Collection[int] = ()) -> None:
        """Write a row of column headings; those of the columns of numbers are right-aligned."""
        for column, text in enumerate(texts):
            self.text(row, column, text, self.styles.heading(column in numbers, indented=column > 0))

    def section(self, row: int, title: str, columns: int) -> None:
        """Write a heading with a rule under it."""
        for column in range(columns):
            self.text(row, column, title if column == 0 else "", self.styles.section)

    def area(self, first: int = 0) -> str:
        """The address of all that is written from a row on, as seen from another sheet."""
        last, column = self.sheet.dim_rowmax, self.sheet.dim_colmax
        return f"{quoted(self.name)}!$A${first + 1}:${column_name(column)}${last + 1}"

    def _finite(self, row: int, column: int, value: float) -> float:
        if not math.isfinite(value):
            raise WriteError(f"{self._at(row, column)}: a cell holds a number, a text or nothing; got {value!r}")
        return value

    def _done(self, row: int, column: int, code: object) -> None:
        """XlsxWriter says by a number, not by an exception, that it left something out."""
        if code:
            raise WriteError(
                f"{self._at(row, column)}: not written, it lies beyond what a sheet can hold (code {code})"
            )

    def _at(self, row: int, column: int) -> str:
        return f"{self.name}!{column_name(column)}{row + 1}"
