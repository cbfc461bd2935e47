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
from casebook.workbook.changes import CASE, CASE_HASH, COLUMNS
from casebook.workbook.inputs import defined_name
from casebook.workbook.opening import WorkbookError, opened
from casebook.workbook.typed import Typed

FARTHEST_ROW, FARTHEST_COLUMN = 20_000, 500
ENDS = {"low": "low_", "value": "in_", "high": "high_"}
"""Low, value and high, and how the defined names of their cells begin."""

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
        columns = {name: names.span(name) for name in COLUMNS}
        single = {name: names.cell(name) for name in (CASE, CASE_HASH)}
        keys_at = columns["built_key"]
        if any(isinstance(place, str) for place in (*columns.values(), *single.values())):
            raise _foreign(path)
        built = _cells(formulas, values, [*single.values(), *(place for span in columns.values() for place in span)])
        keys = [built[place].value for place in keys_at]
        found = {
            str(key): {end: _plain(built[columns[f"built_{end}"][row]].value) for end in ENDS}
            for row, key in enumerate(keys)
            if isinstance(key, str) and key.isprintable() and row < min(len(span) for span in columns.values())
        }
        if not found:
            raise _foreign(path)
        places = {(key, end): names.cell(defined_name(key, prefix)) for key in found for end, prefix in ENDS.items()}
        cells = _cells(formulas, values, [place for place in places.values() if not isinstance(place, str)])
    inputs = {}
    for key, as_built in found.items():
        now, lost = {}, None
        for end in ENDS:
            place = places[key, end]
            if isinstance(place, str):
                now[end] = Typed("", as_built[end])
                lost = place if end == "value" else lost
            else:
                now[end] = cells[place]
        inputs[key] = Returned(key, as_built, now, lost)
    return ReturnedWorkbook(path, *(str(built[place].value) for place in single.values()), inputs)


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


def _foreign(path: Path) -> WorkbookError:
    return WorkbookError(
        f"{path}: wanted a decision.xlsx that casebook built; it has none of the names of one; "
        "pull the workbook itself, not an export of it or a copy of its sheets"
    )


class _Names:
    """The defined names of a workbook, as places (sheet, row, column); what is no place is a text saying why."""

    def __init__(self, book: Any):
        self.book = book
        # Excel takes names without regard to case, and so may another program spell them.
        self.by_name = {name.lower(): defined for name, defined in book.defined_names.items()}

    def cell(self, name: str) -> Place | str:
        """The cell of a name."""
        span = self.span(name)
        if isinstance(span, str):
            return span
        return span[0] if len(span) == 1 else f"its name {name} covers {len(span)} cells"

    def span(self, name: str) -> list[Place] | str:
        """The cells of a name, down its column."""
        defined = self.by_name.get(name.lower())
        if defined is None:
            return f"its name {name} is gone"
        try:
            (sheet, area), *more = list(defined.destinations)
            first_column, first_row, last_column, last_row = _bounds(area)
        except (ValueError, TypeError, AttributeError):
            return f"its cell was deleted ({name} is {str(defined.attr_text)[:40]!a})"
        if more or first_column != last_column or sheet not in self.book.sheetnames:
            return f"its name {name} does not stand for one cell"
        if last_row > FARTHEST_ROW or last_column > FARTHEST_COLUMN:
            return f"its cell is too far away, in row {last_row}"
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
            where = f"{sheet if sheet.isprintable() else ascii(sheet)}!{_letter(column)}{row}"
            formula = str(getattr(value, "text", None) or value or "=") if kind == "f" else None
            found[sheet, row, column] = Typed(where, held if kind == "f" else value, formula, error)
    return found


def _letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


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
