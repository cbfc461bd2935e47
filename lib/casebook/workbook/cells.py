"""Formulas and values: what each cell of the model holds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from xlsxwriter.utility import xl_col_to_name

from casebook.case import Input
from casebook.formula.axes import CELL, MONTHS, OPTIONS
from casebook.formula.excel import HERE, LEFT, SO_FAR, formula
from casebook.formula.source import gives_unknown
from casebook.model.constants import CONSTANTS
from casebook.model.evaluate import Evaluation
from casebook.model.wiring import Across, Argument, Link, Node
from casebook.workbook.layout import Layout, Place
from casebook.workbook.rows import TIMELINE

Value = float | str
MONTH = Node("case", "", "month")

# Stand in a row's formula for the column of each cell and the one to its left; no text of a case can hold them.
_OWN, _LEFT = "\x01", "\x02"

column_name = cache(xl_col_to_name)


class Row(NamedTuple):
    """Cells of the model side by side: where the first stands, their formulas, and the values the model gives.

    A constant has None in place of a formula, the unknown in place of a value.
    """

    place: Place
    formulas: Sequence[str | None]
    values: Sequence[Value | None]


class WriteError(ValueError):
    """A value that must not reach a workbook; says where it stands."""


class Cells:
    """The cells of a laid-out case, with the values of an evaluation over the months of its time sheet."""

    def __init__(self, layout: Layout, evaluation: Evaluation):
        self.layout = layout
        self.evaluation = evaluation
        self.wiring = layout.binding.wiring

    def row(self, node: Node, scope: int) -> Row:
        """The cells of a node in one scope: one, or its row along the months or the options."""
        first, length = self.layout.place(node, scope), self._length(node)
        values = [stored(value, node) for value in self.evaluation.row(node, scope).tolist()]
        if None in values:
            self._require_unknown(node)
        return Row(first, self._along(node, scope, first, length), values if len(values) == length else values * length)

    def value(self, node: Node, scope: int = 0, offset: int = 0) -> Value | None:
        """The value that a node's cell holds."""
        value = stored(self.evaluation.row(node, scope)[offset], node)
        if value is None:
            self._require_unknown(node)
        return value

    def unit(self, node: Node) -> str:
        """The unit of a node's value: of its line, its input or its constant."""
        line, source = self.wiring.line(node), self.layout.binding.inputs.get(node)
        if line:
            return line.unit
        if source:
            return source.type if source.type in ("flag", "date") else source.unit
        return CONSTANTS[node.line].unit if node.line in CONSTANTS else ""

    def address(self, node: Node, scope: int = 0, sheet: str = "") -> str:
        """The absolute address of a node's (first) cell, as seen from a sheet."""
        return absolute(self.layout.place(node, scope), sheet)

    def range(self, node: Node, scope: int = 0, sheet: str = "") -> str:
        """The absolute address of a node's whole row, as seen from a sheet."""
        place = self.layout.place(node, scope)
        return _prefix(place, sheet) + _span(place, self._length(node))

    def _require_unknown(self, node: Node) -> None:
        """Refuse NaN that comes from no unknown."""
        if not self._may_be_unknown(node):
            raise WriteError(f"{_named(node)} is not a number, and nothing it rests on is unknown: nothing was written")

    def _may_be_unknown(self, node: Node) -> bool:
        """Whether a formula or an input declares that it may be unknown, or rests on a value that is."""
        line, source = self.wiring.line(node), self.layout.binding.inputs.get(node)
        if line is None and not self.wiring.link(node):
            return source is None or may_be_blank(source)
        if line and gives_unknown(line.function):
            return True
        return any(_unknown(self.evaluation.value(need)) for need in self.wiring.needs(node))

    def _length(self, node: Node) -> int:
        row = self.layout.axes.row(node)
        if row == MONTHS:
            return self.layout.months
        return self.wiring.structure.options if row == OPTIONS else 1

    def _along(self, node: Node, scope: int, first: Place, length: int) -> list[str | None]:
        """The formulas of a node's row: written out once, with marks for the columns that move."""
        text = f"={_LEFT}{first.row + 1}+1" if node == MONTH else self._formula(node, scope, first)
        if text is None or (_OWN not in text and _LEFT not in text):
            return [text] * length
        columns = [column_name(column) for column in range(first.column - 1, first.column + length)]
        formulas = [text.replace(_OWN, own).replace(_LEFT, left) for left, own in pairwise(columns)]
        return [None, *formulas[1:]] if node == MONTH else formulas

    def _formula(self, node: Node, scope: int, place: Place) -> str | None:
        link = self.wiring.link(node)
        if link:
            return self._link(link, scope, place)
        line = self.wiring.line(node)
        if line is None:
            return self._input(node, place)
        arguments = dict(zip(line.parameters, self.wiring.arguments(node), strict=True))
        arguments.setdefault("month", MONTH)
        return formula(line.function, lambda name, mode: self._reference(arguments[name], mode, scope, place))

    def _link(self, link: Link, scope: int, place: Place) -> str:
        """One of the options, by position: their cells stand side by side, their time lines one below the other."""
        first, last = (self.layout.place(link.nodes[end], scope) for end in (0, -1))
        if self.layout.axes.row(link.nodes[0]) == MONTHS:
            area = f"{_OWN}${first.row + 1}:{_OWN}${last.row + 1}"
        else:
            area = _span(first, len(link.nodes))
        return f"=INDEX({_prefix(first, place.sheet)}{area},{self.address(link.position, scope, place.sheet)})"

    def _input(self, node: Node, place: Place) -> str | None:
        """An option's input is the cell in use on the Inputs sheet; what nobody edits is a constant."""
        source = self.layout.binding.inputs.get(node)
        if source is None:
            return None
        cell = absolute(self.layout.in_use_place(source), place.sheet)
        return f'=IF(ISNUMBER({cell}),{cell},"")' if source.nullable else f"={cell}"

    def _reference(self, argument: Argument, mode: str, scope: int, here: Place) -> str:
        across = isinstance(argument, Across)
        node = argument.nodes[0] if across else argument
        place = self.layout.place(node, scope)
        prefix, column, row = _prefix(place, here.sheet), column_name(place.column), place.row + 1
        if mode == HERE:
            if across or self.layout.axes.row(node) != CELL:
                return f"{prefix}{_OWN}{row}"
            # Along a row of options or pairs the column moves with the formula; everything else stands still.
            moving = place.column == here.column and isinstance(node.owner, int) and here.sheet != TIMELINE
            return f"{prefix}{column}{row}" if moving else f"{prefix}${column}${row}"
        if mode == SO_FAR:
            return f"{prefix}${column}{row}:{_OWN}{row}"
        if mode == LEFT:
            return f"{prefix}{_LEFT}{row}"
        return prefix + _span(place, len(argument.nodes) if across else self._length(node))


def stored(value: object, node: Node) -> Value | None:
    """A value as a cell holds it: flags 1 and 0, the unknown None; an infinite number is refused."""
    if isinstance(value, str | np.str_):
        return str(value)
    number = float(value)
    if math.isfinite(number):
        return number
    if math.isnan(number):
        return None
    raise WriteError(f"{_named(node)} is infinite: nothing was written")


def may_be_blank(source: Input) -> bool:
    """Whether an input's cell may be empty: the unknown."""
    return source.nullable or source.value is None


def _unknown(value: np.ndarray) -> bool:
    return bool(value.dtype.kind == "f" and np.isnan(value).any())


def _named(node: Node) -> str:
    return f"the {node.level} line {node.line!r} of {node.owner!r}"


def absolute(place: Place, sheet: str = "") -> str:
    """A place's absolute address, with its sheet where that is another one."""
    return f"{_prefix(place, sheet)}${column_name(place.column)}${place.row + 1}"


def quoted(sheet: str) -> str:
    """A sheet's name as it stands in an address: a hyphen would be taken for a minus."""
    return f"'{sheet}'" if "-" in sheet else sheet


def _prefix(place: Place, sheet: str) -> str:
    return "" if place.sheet == sheet else f"{quoted(place.sheet)}!"


def _span(place: Place, length: int) -> str:
    row = place.row + 1
    return f"${column_name(place.column)}${row}:${column_name(place.column + length - 1)}${row}"
