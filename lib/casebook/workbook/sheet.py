"""A sheet that is written fast: XlsxWriter's own, without what none of our cells needs.

XlsxWriter looks for newer functions in every formula, for addresses in place of numbers in every call, and for every
kind of cell, comment and row format that there could be: three tenths of the time of a workbook.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import CellBlankTuple, CellFormulaTuple, CellNumberTuple, CellStringTuple, Worksheet

from casebook.workbook.cells import column_name


class PlainSheet(Worksheet):
    """A sheet whose formulas are written as they stand: none of ours needs a prefix for newer Excel functions.

    Its cells are texts, finite numbers, formulas and blanks, addressed by row and column.
    """

    write_string = Worksheet._write_string
    write_number = Worksheet._write_number
    write_blank = Worksheet._write_blank

    def write_formula(self, row: int, col: int, formula: str, cell_format: Format, value: float | str) -> int:
        """Write a formula with its value; not 0 where it lies beyond what a sheet can hold."""
        return self.write_formulas(row, col, (formula,), (value,), cell_format)

    def write_formulas(
        self, row: int, col: int, formulas: Sequence[str], values: Sequence[float | str], cell_format: Format
    ) -> int:
        """Write formulas side by side, the first at `col`, each with its value."""
        outside = self._check_dimensions(row, col) or self._check_dimensions(row, col + len(formulas) - 1)
        if not outside:
            cells = self.table[row]
            for place, (formula, value) in enumerate(zip(formulas, values, strict=True), col):
                cells[place] = CellFormulaTuple(formula.removeprefix("="), cell_format, value)
        return outside

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")

    def _write_rows(self) -> None:
        """Write every row: the same text as XlsxWriter's own, which asks of each cell what else it might be."""
        spans = self._spans()
        for row in sorted(self.table.keys() | self.row_info.keys()):
            cells, number = self.table[row], row + 1
            self._write_row(row, spans.get(row // SPAN_ROWS), self.row_info.get(row), empty_row=not cells)
            if cells:
                written = [_cell(column_name(column), number, cells[column]) for column in sorted(cells)]
                self.fh.write("".join(written))
                self._xml_end_tag("row")

    def _spans(self) -> dict[int, str]:
        """The first and last column of each block of rows, as Excel notes them."""
        used: dict[int, set[int]] = {}
        for row, cells in self.table.items():
            used.setdefault(row // SPAN_ROWS, set()).update(cells)
        return {block: f"{min(columns) + 1}:{max(columns) + 1}" for block, columns in used.items() if columns}


SPAN_ROWS = 16
"""Rows that share the note of which columns they use."""


def _cell(column: str, row: int, cell: Any) -> str:
    """A cell as XML."""
    style = cell.format._get_xf_index()
    if isinstance(cell, CellFormulaTuple):
        formula, _, value = cell
        kind = ""
        if isinstance(value, str):
            kind, value = ' t="str"' if value else "", _escaped(value)
        return f'<c r="{column}{row}" s="{style}"{kind}><f>{_escaped(formula)}</f><v>{value}</v></c>'
    if isinstance(cell, CellStringTuple):
        return f'<c r="{column}{row}" s="{style}" t="s"><v>{cell.string}</v></c>'
    if isinstance(cell, CellNumberTuple):
        return f'<c r="{column}{row}" s="{style}"><v>{cell.number:.16G}</v></c>'
    if isinstance(cell, CellBlankTuple):
        return f'<c r="{column}{row}" s="{style}"/>'
    raise TypeError(f"{column}{row}: wanted a text, a number, a formula or a blank; got {type(cell).__name__}")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
