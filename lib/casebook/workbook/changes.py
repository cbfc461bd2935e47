"""The Changes sheet: every input as the workbook was built with it beside what it holds now.

It says which inputs a client has changed, and it is what a change is measured against when the workbook comes back:
the case file may have moved on by then.
"""

from __future__ import annotations

from collections.abc import Sequence

from casebook.model.evaluate import SCOPES
from casebook.workbook.book import Book
from casebook.workbook.cells import absolute, column_name
from casebook.workbook.inputs import NAMED_COLUMNS, input_unit, stored_input
from casebook.workbook.layout import Layout
from casebook.workbook.page import Page

SHEET = "Changes"
WIDTHS = [44, 44, 14, 14, 14, 14, 10, 14]
HEADINGS = ["Input", "Key in the case file", "Low as built", "As built", "High as built", "Now", "Changed", "Unit"]
KEY, LOW, VALUE, HIGH, NOW, CHANGED, UNIT = range(1, 8)
FIRST = 10
"""The first row of inputs (0-based)."""

CONDITIONS, COUNTED = 5, 7
"""The rows that say on what each scope's verdict held when it was built, and how many inputs were changed since."""

# Defined names: what the workbook was built from, and the columns of this sheet.
CASE, CASE_HASH = "built_case", "built_hash"
COLUMNS = {"built_key": KEY, "built_low": LOW, "built_value": VALUE, "built_high": HIGH}


def write_changes(book: Book, page: Page, layout: Layout, conditions: Sequence[str]) -> None:
    """Write the Changes sheet and the names by which it is read back; `conditions` are those of the scopes in order."""
    styles, case = page.styles, layout.binding.case
    for row, (label, name, text) in enumerate(
        (("Case", CASE, case.id), ("Case file, SHA-256", CASE_HASH, case.content_hash)), 3
    ):
        page.text(row, 0, label)
        page.text(row, KEY, text, styles.muted)
        book.name(name, f"{SHEET}!${column_name(KEY)}${row + 1}")
    for row, (scope, text) in enumerate(zip(SCOPES, conditions, strict=True), CONDITIONS):
        page.text(row, 0, f"Condition of the verdict as built, {scope}")
        page.text(row, KEY, text, styles.muted)
    page.headings(FIRST - 1, HEADINGS, (LOW, VALUE, HIGH, NOW, CHANGED))
    sources = [source for _, listed in layout.inputs for source in listed]
    for row, source in enumerate(sources, FIRST):
        unit = input_unit(source)
        page.text(row, 0, source.label)
        page.text(row, KEY, source.path, styles.muted)
        for column, value in ((LOW, source.low), (VALUE, source.value), (HIGH, source.high)):
            page.constant(row, column, stored_input(value, source), styles.bound(unit))
        value, low, high = (absolute(layout.input_place(source)._replace(column=end)) for end in NAMED_COLUMNS.values())
        page.formula(row, NOW, f'=IF({value}="","",{value})', stored_input(source.value, source), styles.bound(unit))
        page.formula(row, CHANGED, f"=IF(AND({_equal(row, low, high)}),0,1)", 0.0, styles.number("flag"))
        page.text(row, UNIT, styles.unit(source.unit), styles.muted)
    last = FIRST + len(sources)
    for name, column in COLUMNS.items():
        letter = column_name(column)
        book.name(name, f"{SHEET}!${letter}${FIRST + 1}:${letter}${last}")
    changed = column_name(CHANGED)
    page.text(COUNTED, 0, "Inputs changed since it was built")
    page.formula(COUNTED, KEY, f"=SUM({changed}{FIRST + 1}:{changed}{last})", 0.0, styles.muted)
    marked = {"type": "cell", "criteria": "==", "value": 1, "format": styles.get(bold=True)}
    page.sheet.conditional_format(FIRST, CHANGED, last - 1, CHANGED, marked)
    page.sheet.freeze_panes(FIRST, 1)
    page.sheet.repeat_rows(FIRST - 1)


def as_built() -> str:
    """The comparison that holds while no input was changed, as seen from another sheet."""
    return f"{SHEET}!${column_name(KEY)}${COUNTED + 1}=0"


def condition_as_built(scope: int) -> str:
    """The address of a scope's condition when the workbook was built."""
    return f"{SHEET}!${column_name(KEY)}${CONDITIONS + scope + 1}"


def _equal(row: int, low: str, high: str) -> str:
    """The comparisons of an input now with it as built: its value, and the ends of its range (blank where none)."""
    pairs = ((f"{column_name(NOW)}{row + 1}", VALUE), (low, LOW), (high, HIGH))
    return ",".join(f"{now}={column_name(column)}{row + 1}" for now, column in pairs)
