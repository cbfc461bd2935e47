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
from casebook.workbook.cells import absolute, column_name, may_be_blank, stored
from casebook.workbook.layout import FULL_SCOPE, HIGH_COLUMN, IN_USE_COLUMN, INPUT_VALUE_COLUMN, LOW_COLUMN, Layout
from casebook.workbook.page import Page
from casebook.workbook.rows import FIRST_ROW, INPUTS
from casebook.workbook.selectors import HIGH, LOW, end_selected
from casebook.workbook.styles import as_typed

HEADINGS = [
    *("Input", "Value", "Unit", "Low", "High", "In use", "Status", "Source"),
    *("Key in the case file", "From", "To", "Valid", "Low valid", "High valid"),
]
WIDTHS = [44, 14, 13, 12, 12, 12, 10, 52, 42, 9, 9, 8, 8, 8]
STATUS, SOURCE, KEY, MINIMUM, MAXIMUM, VALID, LOW_VALID, HIGH_VALID = range(6, 14)
NUMBERS = (INPUT_VALUE_COLUMN, LOW_COLUMN, HIGH_COLUMN, IN_USE_COLUMN, MINIMUM, MAXIMUM, VALID, LOW_VALID, HIGH_VALID)
NAMED_COLUMNS = {"in_": INPUT_VALUE_COLUMN, "low_": LOW_COLUMN, "high_": HIGH_COLUMN}
"""How the defined names of an input begin, and the column each names: its value, and where it has a range its ends."""


def write_inputs(page: Page, layout: Layout) -> None:
    """Write the Inputs sheet: values and ranges are the cells that a client edits."""
    page.headings(FIRST_ROW[INPUTS] - 1, HEADINGS, NUMBERS)
    for title, inputs in layout.inputs:
        page.section(layout.input_rows[inputs[0].path] - 1, title, len(HEADINGS))
        for source in inputs:
            _write_input(page, layout, source)
    first = layout.place(FULL_SCOPE, 0).row
    page.section(first - 1, "Constants: not edited, named once", len(HEADINGS))
    for scope, name in enumerate(SCOPES):
        row = layout.place(FULL_SCOPE, scope).row
        page.text(row, 0, f"Scope flag: {name}")
        page.constant(row, INPUT_VALUE_COLUMN, float(scope), page.styles.number(""))
        page.text(row, SOURCE, "labour, errors and waiting count in the full scope only", page.styles.note)
    for name in layout.constants:
        constant = CONSTANTS[name]
        row = layout.place(Node("case", "", name), 0).row
        page.text(row, 0, constant.label)
        page.constant(row, INPUT_VALUE_COLUMN, constant.value, page.styles.get(align="right", num_format="General"))
        page.text(row, 2, page.styles.unit(constant.unit), page.styles.muted)
        page.text(row, SOURCE, constant.source, page.styles.note)
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
            for prefix, column in NAMED_COLUMNS.items():
                if source.ranged or column == place.column:
                    yield defined_name(source.path, prefix), absolute(place._replace(column=column))


def valid_range(layout: Layout) -> str:
    """The address of the cells that say whether each input is valid."""
    rows = list(layout.input_rows.values())
    return f"{INPUTS}!${column_name(VALID)}${min(rows) + 1}:${column_name(HIGH_VALID)}${max(rows) + 1}"


def _write_input(page: Page, layout: Layout, source: Input) -> None:
    styles, unit, row = page.styles, input_unit(source), layout.input_rows[source.path]
    page.text(row, 0, source.label)
    page.constant(row, INPUT_VALUE_COLUMN, stored_input(source.value, source), styles.input(unit))
    page.text(row, 2, styles.unit(source.unit), styles.muted)
    if source.ranged:
        _write_range(page, layout, source)
    page.text(row, STATUS, source.status if source.origin != "default" else "default", styles.muted)
    page.text(row, SOURCE, source.source or "", styles.note)
    page.text(row, KEY, source.path, styles.note)
    for column, bound in ((MINIMUM, source.minimum), (MAXIMUM, source.maximum)):
        if bound is not None:
            page.constant(row, column, float(bound), styles.bound(unit))
    page.formula(row, VALID, _valid(row, source), 1, styles.number("flag", font_color="muted"))
    _validate(page, row, source, INPUT_VALUE_COLUMN)


def _write_range(page: Page, layout: Layout, source: Input) -> None:
    """Write the two ends of a range, and which of the three values the selector puts to use."""
    row, unit = layout.input_rows[source.path], input_unit(source)
    for column, bound in ((LOW_COLUMN, source.low), (HIGH_COLUMN, source.high)):
        page.constant(row, column, stored_input(bound, source), page.styles.input(unit))
        _validate(page, row, source, column)
    value, low, high = (f"${column_name(column)}{row + 1}" for column in (INPUT_VALUE_COLUMN, LOW_COLUMN, HIGH_COLUMN))
    end = end_selected(INPUTS)
    in_use = f'IF({end}="{LOW}",{low},IF({end}="{HIGH}",{high},{value}))'
    if source.nullable:
        in_use = f'IF({value}="","",{in_use})'
    style = page.styles.get(num_format=as_typed(unit), align="right", font_color="ink")
    page.formula(row, IN_USE_COLUMN, f"={in_use}", stored_input(source.value, source), style)
    flag = page.styles.number("flag", font_color="muted")
    for column, tests in ((LOW_VALID, [f"{low}<={value}"]), (HIGH_VALID, [f"{high}>={value}"])):
        end = low if column == LOW_VALID else high
        page.formula(row, column, _within(source, row, end, value, tests), 1, flag)


def input_unit(source: Input) -> str:
    """The unit whose number format an input's cells have."""
    return source.type if source.type in ("flag", "date") else source.unit


def stored_input(value: object, source: Input) -> float | str | None:
    """A value of an input as its cell holds it."""
    return stored(number(value), Node("case", "", source.line))


def _valid(row: int, source: Input) -> str:
    """The formula that says whether an input holds what it may."""
    value = f"${column_name(INPUT_VALUE_COLUMN)}{row + 1}"
    if source.type == "text":
        choices = ",".join(f'{value}="{choice}"' for choice in source.choices)
        return f"=IF(OR({choices}),1,0)"
    if source.type == "flag":
        return f"=IF(OR({value}=0,{value}=1),1,0)"
    return _within(source, row, value, value, [])


def _within(source: Input, row: int, cell: str, value: str, tests: list[str]) -> str:
    """The formula that says whether a number is one, within its bounds, and passes some tests more."""
    minimum, maximum = (f"${column_name(column)}{row + 1}" for column in (MINIMUM, MAXIMUM))
    tests = list(tests)
    if source.minimum is not None:
        tests.append(f"{cell}>{'' if source.exclusive_minimum else '='}{minimum}")
    if source.maximum is not None:
        tests.append(f"{cell}<={maximum}")
    if source.integer:
        tests.append(f"{cell}=INT({cell})")
    # AND works out all its arguments: INT of a text would be an error, and so would this cell.
    within = f"IF(AND({','.join(tests)}),1,0)" if tests else "1"
    sound = f"IF(ISNUMBER({cell}),{within},0)"
    return f'=IF({value}="",1,{sound})' if may_be_blank(source) else f"={sound}"


def _validate(page: Page, row: int, source: Input, column: int) -> None:
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
    page.validate(row, column, options)


def _bounds(source: Input) -> dict[str, object]:
    low = -1e15 if source.minimum is None else source.minimum
    high = 1e15 if source.maximum is None else source.maximum
    wanted = "above" if source.exclusive_minimum else "at least"
    message = f"A number {wanted} {low:g}" if source.minimum is not None else "A number"
    if source.maximum is not None:
        message += f", at most {high:g}"
    return {"criteria": "between", "minimum": low, "maximum": high, "input_message": message[:255]}
