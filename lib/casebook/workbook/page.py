"""A page of the workbook: the one way in which anything is written to a sheet."""

from __future__ import annotations

import io
from collections.abc import Collection

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from casebook.workbook.cells import Cell, Value, WriteError, column_name
from casebook.workbook.styles import Styles

LANDSCAPE_A4 = 9
LOGO_BOX = (180.0, 44.0)
"""The most that a logo takes of a sheet's first two rows, in pixels."""


class Page:
    """One sheet, its styles and its title."""

    def __init__(self, sheet: Worksheet, styles: Styles, title: str, subtitle: str, widths: list[float]):
        self.sheet = sheet
        self.styles = styles
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(LANDSCAPE_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        firm = styles.brand.name.replace("&", "&&")  # in a footer & begins a command
        sheet.set_footer(f"&L&8{firm + ' · ' if firm else ''}&F&C&8&A&R&8&P / &N")
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        self.text(0, 0, title, styles.title)
        sheet.set_row(0, 24)
        self.text(1, 0, subtitle, styles.repeated)

    @property
    def name(self) -> str:
        """The name of the sheet."""
        return self.sheet.get_name()

    def text(self, row: int, column: int, text: str | None, style: Format | None = None) -> None:
        """Write text as text: what starts with = + - @ stays text."""
        self.sheet.write_string(row, column, text or "", style or self.styles.text)

    def constant(self, row: int, column: int, value: Value | None, style: Format) -> None:
        """Write a value that is no formula; the unknown is a blank cell."""
        if value is None:
            self.sheet.write_blank(row, column, None, style)
        elif isinstance(value, str):
            self.sheet.write_string(row, column, value, style)
        else:
            self.sheet.write_number(row, column, value, style)

    def formula(self, row: int, column: int, formula: str, value: Value | None, style: Format) -> None:
        """Write a live formula with the value it has; the unknown is an empty text."""
        if not formula.startswith("="):
            raise WriteError(f"{self.name}!{column_name(column)}{row + 1}: {formula!r} is not a formula")
        self.sheet.write_formula(row, column, formula, style, "" if value is None else value)

    def cell(self, cell: Cell, style: Format) -> None:
        """Write one cell of the model."""
        place = cell.place
        if cell.formula is None:
            self.constant(place.row, place.column, cell.value, style)
        else:
            self.formula(place.row, place.column, cell.formula, cell.value, style)

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

    def headings(self, row: int, texts: list[str], numbers: Collection[int] = ()) -> None:
        """Write a row of column headings; those of the columns of numbers are right-aligned."""
        for column, text in enumerate(texts):
            self.text(row, column, text, self.styles.heading(column in numbers, indented=column > 0))

    def section(self, row: int, title: str, columns: int) -> None:
        """Write a heading with a rule under it."""
        for column in range(columns):
            self.text(row, column, title if column == 0 else "", self.styles.section)
