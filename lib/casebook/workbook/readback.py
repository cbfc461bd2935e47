"""Reading a client's edits out of a workbook that came back.

Every cell is found by its defined name, which moves with it when rows or columns are inserted, sheets are renamed, or
another program saves the file. What the workbook was built with stands on its sheet Changes, and is found likewise.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from casebook.analysis.binding import EXCEL_EPOCH
from casebook.analysis.calculators import CALCULATORS
from casebook.workbook import evaluation, portfolio
from casebook.workbook.cells import column_name
from casebook.workbook.changes import CASE, CASE_HASH, COLUMNS
from casebook.workbook.inputs import defined_name
from casebook.workbook.opening import WorkbookError, opened
from casebook.workbook.rows import INPUTS
from casebook.workbook.selectors import SUMMARY
from casebook.workbook.typed import Typed

DECISION = "decision.xlsx"
FARTHEST_ROW, FARTHEST_COLUMN = 20_000, 500
ENDS = {"low": "low_", "value": "in_", "high": "high_"}
"""Low, value and high, and how the defined names of their cells begin."""

BUILT = {"low": "built_low", "value": "built_value", "high": "built_high"}
"""Low, value and high, and the names of the columns that say what they were."""

SAME = 1e-12
"""Relative difference up to which two numbers are one: a workbook keeps 15 to 17 digits."""

Place = tuple[str, int, int]


@dataclass(frozen=True)
class Returned:
    """One input as it came back: what its cells hold, and what they held when the workbook was built.

    Both by `low`, `value` and `high`; an end without a cell of its own is as built. `lost` says why its value's cell
    could not be found.
    """

    path: str
    built: Mapping[str, Any]
    now: Mapping[str, Typed]
    lost: str | None = None


@dataclass(frozen=True)
class ReturnedWorkbook:
    """A workbook that came back: the case it was built from, and its inputs by path."""

    path: Path
    case: str
    case_hash: str
    inputs: Mapping[str, Returned]


def read_back(path: Path) -> ReturnedWorkbook:
    """Read a workbook's inputs. Raises WorkbookError for one that cannot be read or was not built by casebook."""
    with opened(path) as (formulas, values):
        names = _Names(formulas)
        try:
            case, case_hash = names.cell(CASE), names.cell(CASE_HASH)
            columns = {name: names.span(name) for name in COLUMNS}
        except _Lost as lost:
            raise _foreign(path, formulas, str(lost)) from lost
        cells = _cells(formulas, values, [case, case_hash, *(place for span in columns.values() for place in span)])
        built = {}
        for key, *ends in zip(*(columns[name] for name in ("built_key", *BUILT.values())), strict=False):
            path_of_input = cells[key].value
            if isinstance(path_of_input, str) and path_of_input.isprintable():
                built[path_of_input] = {end: _plain(cells[place].value) for end, place in zip(BUILT, ends, strict=True)}
        if not built:
            raise _foreign(path, formulas, "its sheet Changes is empty")
        places = {key: _places(names, key) for key in built}
        now = _cells(formulas, values, [place for found, _ in places.values() for place in found.values()])
    inputs = {}
    for key, as_built in built.items():
        found, lost_why = places[key]
        held = {end: now[found[end]] if end in found else Typed("", as_built[end]) for end in ENDS}
        inputs[key] = Returned(key, as_built, held, lost_why)
    return ReturnedWorkbook(path, str(cells[case].value), str(cells[case_hash].value), inputs)


def _places(names: _Names, key: str) -> tuple[dict[str, Place], str | None]:
    """Where an input's cells are, and why its value's cannot be found; the ends of a range may have none."""
    found: dict[str, Place] = {}
    why = None
    for end, prefix in ENDS.items():
        try:
            found[end] = names.cell(defined_name(key, prefix))
        except _Lost as lost:
            why = str(lost) if end == "value" else why
    return found, why


def unchanged(cell: Typed, built: Any) -> bool:
    """Whether a cell holds what the workbook was built with."""
    return cell.formula is None and not cell.error and same(_plain(cell.value), built)


def same(one: Any, other: Any) -> bool:
    """Whether two plain values are one, numbers but for the digits that a workbook does not keep."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=SAME, abs_tol=0)
    return type(one) is type(other) and one == other


def _plain(value: Any) -> Any:
    """A cell's value as the workbook was written: a date its serial day, nothing None."""
    if isinstance(value, datetime):
        return value.toordinal() - EXCEL_EPOCH + (value - datetime.combine(value, datetime.min.time())).seconds / 86400
    if isinstance(value, date):
        return value.toordinal() - EXCEL_EPOCH
    return None if value == "" else float(value) if isinstance(value, int | float) else value


def _foreign(path: Path, book: Any, lost: str) -> WorkbookError:
    """What a workbook is that cannot be read back, and which one to pull instead."""
    other = _other_kind(book)
    if other is None:
        advice = "pull the workbook itself, not an export of it or a copy of its sheets"
        return WorkbookError(f"{path}: wanted a decision.xlsx that casebook built; {lost}; {advice}")
    beside = path.with_name(DECISION)
    which = beside if beside.is_file() else f"the {DECISION} of the case"
    return WorkbookError(
        f"{path}: wanted a {DECISION}; this is {other}, which is not read back; "
        f"make the edits in {which} and pull that one"
    )


def _other_kind(book: Any) -> str | None:
    """Which other workbook of casebook's this is, by its sheets and title; None for any other."""
    sheets = set(book.sheetnames)
    if sheets == {portfolio.SHEET, portfolio.ABOUT}:
        return "the portfolio of all cases"
    if sheets == {evaluation.RESULTS, evaluation.DATA, evaluation.METHOD}:
        return "the workbook of an evaluation"
    if not sheets >= {SUMMARY, INPUTS}:
        return None
    title = next(book[SUMMARY].iter_rows(max_row=1, max_col=1, values_only=True), (None,))[0]
    known = next((one.title for one in CALCULATORS.values() if one.title == title), None)
    return None if known is None else f"a calculator's workbook ({known})"


class _Lost(LookupError):
    """A defined name that stands for no cell; says why."""


class _Names:
    """The defined names of a workbook, as places (sheet, row, column)."""

    def __init__(self, book: Any):
        self.book = book
        # Excel takes names without regard to case, and so may another program spell them.
        self.by_name = {name.lower(): defined for name, defined in book.defined_names.items()}

    def cell(self, name: str) -> Place:
        """The cell of a name."""
        span = self.span(name)
        if len(span) > 1:
            raise _Lost(f"its name {name} covers {len(span)} cells")
        return span[0]

    def span(self, name: str) -> list[Place]:
        """The cells of a name, down its column."""
        defined = self.by_name.get(name.lower())
        if defined is None:
            raise _Lost(f"its name {name} is gone")
        try:
            (sheet, area), *more = list(defined.destinations)
            first_column, first_row, last_column, last_row = _bounds(area)
        except (ValueError, TypeError, AttributeError):
            raise _Lost(f"its cell was deleted ({name} is {str(defined.attr_text)[:40]!a})") from None
        if more or first_column != last_column or sheet not in self.book.sheetnames:
            raise _Lost(f"its name {name} does not stand for one cell")
        if last_row > FARTHEST_ROW or last_column > FARTHEST_COLUMN:
            raise _Lost(f"its cell is too far away, in row {last_row}")
        return [(sheet, row, first_column) for row in range(first_row, last_row + 1)]


def _bounds(area: str) -> tuple[int, int, int, int]:
    from openpyxl.utils import range_boundaries

    bounds = range_boundaries(area)
    if None in bounds:
        raise ValueError(f"{area} is no range of cells")
    return bounds


def _cells(formulas: Any, values: Any, places: Iterable[Place]) -> dict[Place, Typed]:
    """The cells of some places, each sheet read once and no farther than needed."""
    wanted: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for sheet, row, column in places:
        wanted[sheet].add((row, column))
    found = {}
    for sheet, cells in wanted.items():
        written, stored = _sheet(formulas, sheet, cells), _sheet(values, sheet, cells)
        for row, column in cells:
            kind, value = written[row, column]
            _, held = stored[row, column]
            error = stored[row, column][0] == "e"
            # Names of sheets come from outside: what a terminal would not show as it is, is spelled out.
            where = f"{sheet if sheet.isprintable() else ascii(sheet)}!{column_name(column - 1)}{row}"
            formula = str(getattr(value, "text", None) or value or "=") if kind == "f" else None
            found[sheet, row, column] = Typed(where, held if kind == "f" else value, formula, error)
    return found


def _sheet(book: Any, name: str, cells: set[tuple[int, int]]) -> dict[tuple[int, int], tuple[str, Any]]:
    """Type and value of some cells of a sheet; an empty cell has no value."""
    sheet = book[name]
    if not hasattr(sheet, "reset_dimensions"):
        raise WorkbookError(f"the sheet {name} is a chart: its inputs are gone")
    sheet.reset_dimensions()  # what a file says of its own extent may be wrong
    found: dict[tuple[int, int], tuple[str, Any]] = dict.fromkeys(cells, ("n", None))
    rows, columns = ([cell[axis] for cell in cells] for axis in (0, 1))
    area = {"min_row": min(rows), "max_row": max(rows), "min_col": min(columns), "max_col": max(columns)}
    for row in sheet.iter_rows(**area):
        for cell in row:
            if cell.value is not None and (cell.row, cell.column) in found:
                found[cell.row, cell.column] = (cell.data_type, cell.value)
    return found
