"""Labels of options in place of their positions and names."""

from __future__ import annotations

from casebook.analysis.binding import Binding
from casebook.model.wiring import Node
from casebook.workbook.cells import Cells, column_name
from casebook.workbook.layout import FIRST_COLUMN
from casebook.workbook.rows import FIRST_ROW, OPTIONS


def option_label(cells: Cells, position: Node, scope: int, sheet: str, nothing: str) -> tuple[str, str]:
    """The formula and value of the label of the option at a position; `nothing` where that is 0."""
    place = int(cells.value(position, scope))
    address = cells.address(position, scope, sheet)
    formula = f'=IF({address}>0,INDEX({labels_range(cells, sheet)},MAX(1,{address})),"{nothing}")'
    return formula, cells.layout.binding.options[place - 1].label if place else nothing


def label_of(binding: Binding, name: str) -> str:
    """The label of the option of a name; of a verdict that is none, its words."""
    return next((option.label for option in binding.options if option.name == name), name.replace("_", " "))


def labels_range(cells: Cells, sheet: str) -> str:
    """The address of the options' labels, the headings of Options."""
    first, count = FIRST_COLUMN[OPTIONS], cells.wiring.structure.options
    row = FIRST_ROW[OPTIONS]
    prefix = "" if sheet == OPTIONS else f"{OPTIONS}!"
    return f"{prefix}${column_name(first)}${row}:${column_name(first + count - 1)}${row}"
