"""Axes of a formula: where its values stand, read off its source.

A value stands in one cell, along the months or along the options; and once, or once for each scope. Only the month,
the scope flag and the rows of options are declared; the rest follows from what a formula uses.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache, lru_cache

from casebook.formula.source import called, expression
from casebook.model.wiring import Across, Node, Wiring

CELL, MONTHS, OPTIONS = "cell", "months", "options"
REDUCING = frozenset({"at", "lowest", "highest", "position_of_lowest"})
"""The row words that make one cell of a row."""


@cache
def along(function: Callable) -> frozenset[str]:
    """The parameters whose place in their row is the formula's own place: all but those of reducing words."""
    names: set[str] = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif called(node) in REDUCING:
            for argument in node.args[1:]:
                visit(argument)
        elif isinstance(node, ast.Call):
            for argument in node.args:
                visit(argument)
        else:
            for child in ast.iter_child_nodes(node):
                visit(child)

    visit(expression(function))
    return frozenset(names)


class Axes:
    """The axes of every node of a wiring."""

    def __init__(self, wiring: Wiring):
        self.wiring = wiring
        self._rows: dict[Node, str] = {}
        self._scoped: dict[Node, bool] = {}

    def row(self, node: Node) -> str:
        """Where a node's values stand: `cell`, `months` or `options`."""
        if node not in self._rows:
            self._rows[node] = self._row(node)
        return self._rows[node]

    def scoped(self, node: Node) -> bool:
        """Whether a node has a value for each scope."""
        if node not in self._scoped:
            self._scoped[node] = node.line == "full_scope" or any(self.scoped(one) for one in self.wiring.needs(node))
        return self._scoped[node]

    def _row(self, node: Node) -> str:
        if node.line == "month":
            return MONTHS
        link = self.wiring.link(node)
        if link:
            return self.row(link.nodes[0])
        line = self.wiring.line(node)
        if line is None:
            return CELL
        placed = along(line.function)
        rows = {
            OPTIONS if isinstance(argument, Across) else self.row(argument)
            for name, argument in zip(line.parameters, self.wiring.arguments(node), strict=True)
            if name in placed
        } - {CELL}
        if len(rows) > 1:
            raise ValueError(f"{node.level} line {node.line!r} mixes months and options in one row")
        return rows.pop() if rows else CELL


@lru_cache(maxsize=8)
def axes_of(wiring: Wiring) -> Axes:
    """The axes of a wiring, shared: a report lays out several workbooks."""
    return Axes(wiring)
