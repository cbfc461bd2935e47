"""The sheets of the model itself: Options, Timeline, Break-even and the workings of Rules."""

from __future__ import annotations

from xlsxwriter.format import Format

from casebook.model.evaluate import SCOPES
from casebook.workbook.cells import Cells, column_name
from casebook.workbook.layout import (
    BREAKEVEN,
    FIRST_COLUMN,
    FIRST_ROW,
    OPTIONS,
    RULE_TABLE_ROWS,
    RULES,
    TIMELINE,
    Entry,
    Layout,
)
from casebook.workbook.page import Page

SCOPE_COLUMN = 2
UNIT_COLUMN = 1
WHO_COLUMN = 3
MONTHS_PER_PAGE = 12
HEADING_HEIGHT = 42


def write_workings(page: Page, layout: Layout, cells: Cells) -> None:
    """Write one sheet of the model: a row a line, its values as live formulas."""
    sheet = layout.sheets[page.name]
    width = FIRST_COLUMN[page.name] + _columns(page.name, layout)
    headings = ["Line", "Unit", "Scope", *_headings(page.name, layout)]
    heading_row = FIRST_ROW[page.name] - 1 + (RULE_TABLE_ROWS if page.name == RULES else 0)
    page.headings(heading_row, headings, range(FIRST_COLUMN[page.name], len(headings)))
    page.sheet.set_row(heading_row, HEADING_HEIGHT)
    above = ""
    for row, entry in sheet.rows():
        if entry.nodes:
            _write_line(
                page, row, entry, layout, cells, page.styles.text if entry.label != above else page.styles.repeated
            )
        elif entry.label:
            page.section(row, entry.label, width)
        above = entry.label
    if page.name != RULES:
        page.sheet.freeze_panes(FIRST_ROW[page.name], FIRST_COLUMN[page.name])
        page.sheet.repeat_rows(heading_row)
    page.sheet.repeat_columns(0, FIRST_COLUMN[page.name] - 1)
    if page.name == TIMELINE:
        _paginate(page, layout)


def widths(name: str, layout: Layout) -> list[float]:
    """The widths of a sheet's columns."""
    if name == TIMELINE:
        return [46, 12, 9, 24, 3, *[13] * layout.months]
    if name == RULES:
        return [74, 12, 44, *[22] * max(8, _columns(name, layout))]
    return [56, 12, 9, *[22] * _columns(name, layout)]


def _write_line(page: Page, row: int, entry: Entry, layout: Layout, cells: Cells, label: Format) -> None:
    page.text(row, 0, entry.label, label)
    page.text(row, UNIT_COLUMN, page.styles.unit(entry.unit), page.styles.muted)
    page.text(row, SCOPE_COLUMN, "" if entry.scope is None else SCOPES[entry.scope], page.styles.muted)
    if page.name == TIMELINE:
        page.text(row, WHO_COLUMN, entry.who)
    style = page.styles.number(entry.unit, font_color="ink")
    for node in entry.nodes:
        if node in layout.needed or node in layout.binding.fixed:
            for cell in cells.of(node, entry.scope or 0):
                if cell.place.row == row:
                    page.cell(cell, style)


def _columns(name: str, layout: Layout) -> int:
    return len(_headings(name, layout)) - (FIRST_COLUMN[name] - 3)


def _headings(name: str, layout: Layout) -> list[str]:
    if name == TIMELINE:
        return ["Option", "", *(f"Month {month}" for month in range(1, layout.months + 1))]
    if name == BREAKEVEN:
        return [layout.pair(slot) for slot in range(len(layout.binding.wiring.structure.slots))]
    labels = [column.label for column in layout.binding.columns]
    return labels if name == OPTIONS else labels[: len(layout.binding.options)]


def _paginate(page: Page, layout: Layout) -> None:
    """Print the months a year to a page."""
    first = FIRST_COLUMN[TIMELINE]
    page.sheet.fit_to_pages(0, 0)
    page.sheet.set_print_scale(42)
    page.sheet.set_v_pagebreaks([first + year for year in range(MONTHS_PER_PAGE, layout.months, MONTHS_PER_PAGE)])


def last_cell(name: str, layout: Layout) -> str:
    """The address of the last cell of a sheet of the model."""
    last_row = FIRST_ROW[name] + len(layout.sheets[name].entries)
    return f"${column_name(FIRST_COLUMN[name] + _columns(name, layout) - 1)}${last_row}"
