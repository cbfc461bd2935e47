"""The sheets of the model itself: Options, Timeline, Break-even and the workings of Rules."""

from __future__ import annotations

from xlsxwriter.format import Format

from casebook.model.evaluate import SCOPES
from casebook.model.wiring import Node
from casebook.workbook.cells import Cells
from casebook.workbook.labels import option_label
from casebook.workbook.layout import FIRST_COLUMN, Layout
from casebook.workbook.page import Page
from casebook.workbook.rows import BREAKEVEN, FIRST_ROW, OPTIONS, RULE_TABLE_ROWS, RULES, TIMELINE, Entry, pair

SCOPE_COLUMN = 2
UNIT_COLUMN = 1
WHO_COLUMN = 3
MONTHS_PER_PAGE = 12
LEADING = {TIMELINE: [48, 10, 8, 30], RULES: [60, 8, 26], OPTIONS: [52, 12, 8], BREAKEVEN: [52, 12, 8]}
"""Widths of a sheet's columns before the first of values."""

RULE_WIDTHS = [18, 18, 16, 16, 16, 36, 18, 18]
"""Widths of the columns that the table of rules shares with the workings below it."""

NARROWEST, WIDEST = 11, 22
LEAST_WIDTH = 16
"""The least width of a column headed by an option's or a pair's name."""

NEVER_FROM = 1e98
NOTES, NOTE_WIDTH = "Source, note", 60
PAGE_WIDTH = 108
"""Characters that a landscape page holds at full size, with the widest reading of a column's width."""


def write_workings(page: Page, layout: Layout, cells: Cells) -> None:
    """Write one sheet of the model: a row a line, its values as live formulas."""
    sheet = layout.sheets[page.name]
    width = FIRST_COLUMN[page.name] + _columns(page.name, layout)
    headings = ["Line", "Unit", "Scope", *_headings(page.name, layout)]
    heading_row = FIRST_ROW[page.name] - 1 + (RULE_TABLE_ROWS if page.name == RULES else 0)
    notes = _note_column(page.name, layout)
    page.headings(heading_row, headings, range(FIRST_COLUMN[page.name] - (page.name == TIMELINE), len(headings)))
    page.text(heading_row, notes, NOTES, page.styles.heading(indented=True))
    above = ""
    for row, entry in sheet.rows():
        if entry.nodes:
            first = entry.label != above
            _write_line(page, row, entry, layout, cells, page.styles.text if first else page.styles.repeated)
            if first and entry.note:
                page.text(row, notes, entry.note, page.styles.muted)
        elif entry.label:
            page.section(row, entry.label, width)
        above = entry.label
    if page.name != RULES:
        page.sheet.freeze_panes(FIRST_ROW[page.name], FIRST_COLUMN[page.name])
        page.sheet.repeat_rows(heading_row)
    page.sheet.repeat_columns(0, FIRST_COLUMN[page.name] - 1)
    if page.name == TIMELINE:
        _paginate(page, layout)


def widths(name: str, layout: Layout, cells: Cells) -> list[float]:
    """The widths of a sheet's columns: those of values hold the largest number there is."""
    if name == TIMELINE:
        values = [_value_width(name, layout, cells)] * (1 + layout.months)
    elif name == RULES:
        values = RULE_WIDTHS + [LEAST_WIDTH] * (_columns(name, layout) - len(RULE_WIDTHS))
    else:
        values = [max(LEAST_WIDTH, _value_width(name, layout, cells))] * _columns(name, layout)
    return [*LEADING[name], *values, NOTE_WIDTH]


def _value_width(name: str, layout: Layout, cells: Cells) -> float:
    amounts = (
        abs(value)
        for _, entry in layout.sheets[name].rows()
        if entry.unit.startswith("$") and "/call" not in entry.unit and "/token" not in entry.unit
        for node in entry.nodes
        if node in layout.needed
        for value in cells.evaluation.row(node, entry.scope or 0).tolist()
    )
    largest = max([1.0, *(amount for amount in amounts if amount < NEVER_FROM)])
    shown = len(f"-{cells.layout.binding.case.currency} {largest:,.0f}")
    return min(WIDEST, max(NARROWEST, shown))


def _write_line(page: Page, row: int, entry: Entry, layout: Layout, cells: Cells, label: Format) -> None:
    page.text(row, 0, entry.label, label)
    page.text(row, UNIT_COLUMN, page.styles.unit(entry.unit), page.styles.muted)
    page.text(row, SCOPE_COLUMN, "" if entry.scope is None else SCOPES[entry.scope], page.styles.muted)
    if page.name == TIMELINE:
        page.text(row, WHO_COLUMN, entry.who)
    style = page.styles.number(entry.unit, font_color="ink")
    if entry.unit == "position" and len(entry.nodes) == 1:
        _name_position(page, row, entry, layout, cells)
    for node in entry.nodes:
        if (node in layout.needed or node in layout.binding.fixed) and _stands_on(page, row, entry, node, layout):
            cells_of_node = cells.row(node, entry.scope or 0)
            # A sentence runs on over the empty cells beside it.
            worded = page.name == RULES and isinstance(cells_of_node.values[0], str)
            page.row(cells_of_node, page.styles.text if worded else style)


def _stands_on(page: Page, row: int, entry: Entry, node: Node, layout: Layout) -> bool:
    """Whether a node stands on a row: what is one for both scopes stands on that of the first."""
    place = layout.place(node, entry.scope or 0)
    return (place.sheet, place.row) == (page.name, row)


def leave_notes_off_paper(page: Page, layout: Layout) -> None:
    """Print a written sheet without its notes, which would take a page of their own or room from the figures."""
    page.sheet.print_area(0, 0, page.sheet.dim_rowmax, _note_column(page.name, layout) - 1)


def _note_column(name: str, layout: Layout) -> int:
    """The column of sources and notes, behind the values."""
    shared = len(RULE_WIDTHS) if name == RULES else 0
    return FIRST_COLUMN[name] + (layout.months if name == TIMELINE else max(shared, _columns(name, layout)))


def _name_position(page: Page, row: int, entry: Entry, layout: Layout, cells: Cells) -> None:
    """Say beside a position which option stands there."""
    if _stands_on(page, row, entry, entry.nodes[0], layout):
        place = layout.place(entry.nodes[0], entry.scope or 0)
        formula, value = option_label(cells, entry.nodes[0], entry.scope or 0, page.name, "none")
        page.formula(row, place.column + 1, formula, value, page.styles.muted)


def _columns(name: str, layout: Layout) -> int:
    return len(_headings(name, layout)) - (FIRST_COLUMN[name] - 3)


def _headings(name: str, layout: Layout) -> list[str]:
    if name == TIMELINE:
        return ["Option", "Start", *(f"Month {month}" for month in range(1, layout.months + 1))]
    if name == BREAKEVEN:
        return [pair(layout.binding, slot) for slot in range(len(layout.binding.wiring.structure.slots))]
    labels = [column.label for column in layout.binding.columns]
    return labels if name == OPTIONS else labels[: len(layout.binding.options)]


def _paginate(page: Page, layout: Layout) -> None:
    """Print the months a year to a page, as large as that allows."""
    first, width = FIRST_COLUMN[TIMELINE], page.widths[FIRST_COLUMN[TIMELINE]]
    page.sheet.fit_to_pages(0, 0)
    page.sheet.set_print_scale(int(100 * PAGE_WIDTH / (sum(LEADING[TIMELINE]) + (1 + MONTHS_PER_PAGE) * width)))
    page.sheet.set_v_pagebreaks([first + year for year in range(MONTHS_PER_PAGE, layout.months, MONTHS_PER_PAGE)])
