"""The Inputs sheet: a row an input, with its range, status and source; then the named constants."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from casebook.analysis.binding import number
from casebook.case import Input
from casebook.model.constants import CONSTANTS
from casebook.model.evaluate import SCOPES
from casebook.model.wiring import Node
from casebook.workbook.cells import Cells, absolute, column_name, stored
from casebook.workbook.layout import FIRST_ROW, FULL_SCOPE, INPUT_VALUE_COLUMN, INPUTS, Layout
from casebook.workbook.page import Page

HEADINGS = [
    "Input",
    "Value",
    "Unit",
    "Low",
    "High",
    "Status",
    "Source",
    "Key in the case file",
    "From",
    "To",
    "Valid",
]
WIDTHS = [44, 16, 14, 12, 12, 10, 44, 44, 10, 12, 8]
LOW, HIGH, STATUS, SOURCE, KEY, MINIMUM, MAXIMUM, VALID = 3, 4, 5, 6, 7, 8, 9, 10
ENDS = {"in_": INPUT_VALUE_COLUMN, "low_": LOW, "high_": HIGH}
"""How the defined names of an input begin, and the column each names: its value, and where it has a range its ends."""


def write_inputs(page: Page, layout: Layout, cells: Cells) -> None:
    """Write the Inputs sheet; the inputs' cells are the only ones a client edits."""
    page.headings(FIRST_ROW[INPUTS] - 1, HEADINGS, (INPUT_VALUE_COLUMN, LOW, HIGH, MINIMUM, MAXIMUM, VALID))
    for title, inputs in layout.inputs:
        page.section(layout.input_rows[inputs[0].path] - 1, title, len(HEADINGS))
        for source in inputs:
            _write_input(page, layout.input_rows[source.path], source)
    first = layout.place(FULL_SCOPE, 0).row
    page.section(first - 1, "Constants: not edited, named once", len(HEADINGS))
    for scope, name in enumerate(SCOPES):
        row = layout.place(FULL_SCOPE, scope).row
        page.text(row, 0, f"Scope flag: {name}")
        page.constant(row, INPUT_VALUE_COLUMN, float(scope), page.styles.number(""))
        page.text(row, SOURCE, "labour, errors and waiting count in the full scope only", page.styles.muted)
    for name, constant in CONSTANTS.items():
        node = Node("case", "", name)
        row = layout.place(node, 0).row
        page.text(row, 0, constant.label)
        page.constant(row, INPUT_VALUE_COLUMN, constant.value, page.styles.get(align="right", num_format="General"))
        page.text(row, 2, page.styles.unit(constant.unit), page.styles.muted)
        page.text(row, SOURCE, constant.source, page.styles.muted)
        page.text(row, KEY, name, page.styles.muted)
    page.sheet.freeze_panes(FIRST_ROW[INPUTS], 2)
    page.sheet.repeat_rows(FIRST_ROW[INPUTS] - 1)


def defined_name(path: str, prefix: str = "in_") -> str:
    """A defined name of an input: a prefix and its path, every character but letters, digits and dots escaped."""
    escaped = re.sub(r"[^A-Za-z0-9.]", lambda found: "_" if found[0] == "_" else f"_x{ord(found[0]):02X}_", path)
    return prefix + escaped


def defined_names(layout: Layout) -> Iterator[tuple[str, str]]:
    """Every defined name with the address of its cell: an input's value, and the ends of a range."""
    for _, inputs in layout.inputs:
        for source in inputs:
            place = layout.input_place(source)
            for prefix, column in ENDS.items():
                if source.ranged or column == place.column:
                    yield defined_name(source.path, prefix), absolute(place._replace(column=column))


def valid_range(layout: Layout) -> str:
    """The address of the cells that say whether each input is valid."""
    rows = list(layout.input_rows.values())
    column = column_name(VALID)
    return f"{INPUTS}!${column}${min(rows) + 1}:${column}${max(rows) + 1}"


def _write_input(page: Page, row: int, source: Input) -> None:
    styles, unit = page.styles, input_unit(source)
    page.text(row, 0, source.label)
    page.constant(row, INPUT_VALUE_COLUMN, stored_input(source.value, source), styles.input(unit))
    page.text(row, 2, styles.unit(source.unit), styles.muted)
    muted_number = styles.bound(unit)
    for column, bound in ((LOW, source.low), (HIGH, source.high)):
        if bound is not None:
            page.constant(row, column, float(bound), muted_number)
    page.text(row, STATUS, source.status if source.origin != "default" else "default", styles.muted)
    page.text(row, SOURCE, source.source or "", styles.muted)
    page.text(row, KEY, source.path, styles.muted)
    for column, bound in ((MINIMUM, source.minimum), (MAXIMUM, source.maximum)):
        if bound is not None:
            page.constant(row, column, float(bound), muted_number)
    page.formula(row, VALID, _valid(row, source), 1.0, styles.number("flag", font_color="muted"))
    _validate(page, row, source)


def may_be_blank(source: Input) -> bool:
    """Whether an input's cell may be empty: the unknown."""
    return source.nullable or source.value is None


def input_unit(source: Input) -> str:
    """The unit whose number format an input's cells have."""
    return source.type if source.type in ("flag", "date") else source.unit


def stored_input(value: object, source: Input) -> float | str | None:
    """A value of an input as its cell holds it."""
    return stored(number(value), Node("case", "", source.line))


def _valid(row: int, source: Input) -> str:
    """The formula that says whether an input holds what it may."""
    value, low, high = (f"{column_name(column)}{row + 1}" for column in (INPUT_VALUE_COLUMN, MINIMUM, MAXIMUM))
    if source.type == "text":
        choices = ",".join(f'{value}="{choice}"' for choice in source.choices)
        return f"=IF(OR({choices}),1,0)"
    if source.type == "flag":
        return f"=IF(OR({value}=0,{value}=1),1,0)"
    tests = [f"ISNUMBER({value})"]
    if source.minimum is not None:
        tests.append(f"{value}>{'' if source.exclusive_minimum else '='}{low}")
    if source.maximum is not None:
        tests.append(f"{value}<={high}")
    if source.integer:
        tests.append(f"{value}=INT({value})")
    if may_be_blank(source):
        return f'=IF({value}="",1,IF(AND({",".join(tests)}),1,0))'
    return f"=IF(AND({','.join(tests)}),1,0)"


def _validate(page: Page, row: int, source: Input) -> None:
    """What Excel lets a client type, with a message."""
    options: dict[str, object] = {"ignore_blank": may_be_blank(source), "input_title": source.label[:32]}
    if source.type == "text":
        options |= {"validate": "list", "source": list(source.choices)}
    elif source.type == "flag":
        options |= {"validate": "list", "source": ["1", "0"], "input_message": "1 for yes, 0 for no"}
    elif source.type == "date":
        first = datetime.date(1900, 1, 1)
        options |= {"validate": "date", "criteria": ">=", "minimum": first, "input_message": "A date"}
    else:
        options |= {"validate": "integer" if source.integer else "decimal"} | _bounds(source)
        options["error_title"], options["error_message"] = "Out of range", str(options["input_message"])
    page.sheet.data_validation(row, INPUT_VALUE_COLUMN, row, INPUT_VALUE_COLUMN, options)


def _bounds(source: Input) -> dict[str, object]:
    low = -1e15 if source.minimum is None else source.minimum
    high = 1e15 if source.maximum is None else source.maximum
    wanted = "above" if source.exclusive_minimum else "at least"
    message = f"A number {wanted} {low:g}" if source.minimum is not None else "A number"
    if source.maximum is not None:
        message += f", at most {high:g}"
    return {"criteria": "between", "minimum": low, "maximum": high, "input_message": message[:255]}
