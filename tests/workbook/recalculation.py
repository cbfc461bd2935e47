"""Recalculates a workbook with IronCalc, from its formulas alone."""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import ironcalc
import openpyxl
from openpyxl.utils.datetime import to_excel
from python_calamine import CalamineWorkbook

from casebook.analysis.binding import number
from casebook.model.evaluate import Evaluation
from casebook.workbook.cells import Cells
from casebook.workbook.layout import Layout

Address = tuple[str, int, int]


class Recalculated:
    """A workbook opened in IronCalc; rows and columns are 1-based, as the sheet counts them."""

    def __init__(self, path: Path):
        self.book = ironcalc.load_from_xlsx(str(path), "en", "UTC")
        self.sheets = {sheet["name"]: index for index, sheet in enumerate(self.book.get_worksheets_properties())}

    def change(self, address: Address, value: object) -> None:
        """Type a value into a cell; None clears it."""
        sheet, row, column = address
        index, typed = self.sheets[sheet], number(value)
        if isinstance(typed, str):
            self.book.update_cell_with_text(index, row, column, typed)
        elif math.isnan(typed):
            self.book.clear_cell_contents(index, row, column)
        else:
            self.book.update_cell_with_number(index, row, column, float(typed))

    def evaluate(self) -> None:
        """Compute every formula anew."""
        self.book.evaluate()

    def value(self, address: Address) -> float | str | None:
        """A cell's value; an empty text is None."""
        sheet, row, column = address
        value = self.book.get_cell_value(self.sheets[sheet], row, column)
        return None if value == "" else value


def stored_formulas(path: Path) -> dict[Address, tuple[str, object]]:
    """Every formula cell of a workbook with its formula and the value stored beside it."""
    values = stored_values(path)
    return {
        address: (cell.value, values.get(address))
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and (address := (sheet.title, cell.row, cell.column))
    }


def stored_values(path: Path) -> dict[Address, object]:
    """Every value that a workbook stores, read by calamine, which computes nothing; a date as its serial number."""
    book = CalamineWorkbook.from_path(str(path))
    return {
        (name, row, column): _serial(value)
        for name in book.sheet_names
        for row, values in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1)
        for column, value in enumerate(values, 1)
        if value != ""
    }


def _serial(value: object) -> object:
    return to_excel(value) if isinstance(value, datetime.date) else value


def model_cells(layout: Layout, evaluation: Evaluation) -> Iterator[tuple[Address, object]]:
    """What the model says every formula cell of its sheets must hold."""
    cells = Cells(layout, evaluation)
    for node in layout.needed | {node for entry in _entries(layout) for node in entry}:
        for scope in layout.scopes(node):
            if node in layout.places[scope]:
                place, formulas, values = cells.row(node, scope)
                for column, formula, value in zip(itertools.count(place.column + 1), formulas, values, strict=False):
                    if formula:
                        yield (place.sheet, place.row + 1, column), value


def _entries(layout: Layout) -> Iterator[tuple]:
    for sheet in layout.sheets.values():
        for entry in sheet.entries:
            yield tuple(node for node in entry.nodes if node in layout.needed)


def differences(
    expected: Mapping[Address, object], found: Mapping[Address, object], relative: float = 1e-9
) -> list[tuple[Address, object, object]]:
    """The cells whose values differ by more than `relative`, numbers near zero by more than 1e-9."""
    return [
        (address, value, found[address])
        for address, value in expected.items()
        if not _same(value, found[address], relative)
    ]


def _same(one: object, other: object, relative: float) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=relative, abs_tol=1e-9)
    return (one or None) == (other or None)
