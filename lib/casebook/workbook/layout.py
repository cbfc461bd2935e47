"""Layout: which cell of which sheet every value of the model stands in.

Inputs has a row an input. Options has a column an option, a row a line; Break-even a column a pair. Timeline has the
months across, and all options of a line in adjacent rows. Rules has the rows across the options, and the cells. A line
that depends on the scope has a row for each scope.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from typing import NamedTuple

from casebook.analysis.binding import CATALOGUE, Binding
from casebook.analysis.calculators import options_for
from casebook.case import Input
from casebook.formula.axes import axes_of
from casebook.model.constants import CONSTANTS
from casebook.model.evaluate import SCOPES
from casebook.model.lines import lines, shortlists
from casebook.model.wiring import Node
from casebook.workbook.rows import BREAKEVEN, FIRST_ROW, INPUTS, OPTIONS, RULES, TIMELINE, Rows, Sheet

FIRST_COLUMN = {OPTIONS: 3, TIMELINE: 5, BREAKEVEN: 3, RULES: 3}
"""The first column of values (0-based), by sheet."""

INPUT_VALUE_COLUMN = 1
LOW_COLUMN, HIGH_COLUMN, IN_USE_COLUMN = 3, 4, 5
"""Columns of Inputs: the value that a client edits, its range, and which of the three the model reads."""


class Place(NamedTuple):
    """Where a value stands: the cell of its first place, 0-based."""

    sheet: str
    row: int
    column: int


class Layout:
    """The layout of one bound case: of the decision, or of one calculator and what it needs."""

    def __init__(self, binding: Binding, calculator: str | None = None):
        self.binding = binding
        self.axes = axes_of(binding.wiring)
        self.months = months_shown(binding)
        self.places: list[dict[Node, Place]] = [{} for _ in SCOPES]
        self.input_rows: dict[str, int] = {}
        self.needed = self._needed(calculator)
        self.inputs = listed_inputs(binding, self.needed if calculator else None)
        self.constants = [name for name in CONSTANTS if Node("case", "", name) in self.needed or name == TOLERANCE]
        self._place_inputs()
        rows = Rows(binding, self.axes, self.needed)
        self.sheets = rows.of_calculator(calculator) if calculator else rows.sheets()
        for sheet in self.sheets.values():
            self._place(sheet)

    def scopes(self, node: Node) -> tuple[int, ...]:
        """The scopes for which a node has a value of its own."""
        return tuple(range(len(SCOPES))) if self.axes.scoped(node) else (0,)

    def input_place(self, source: Input) -> Place:
        """Where an input is edited."""
        return Place(INPUTS, self.input_rows[source.path], INPUT_VALUE_COLUMN)

    def in_use_place(self, source: Input) -> Place:
        """Where the model reads an input: a ranged one beside the cell that is edited, as the selector says."""
        place = self.input_place(source)
        return place._replace(column=IN_USE_COLUMN) if source.ranged else place

    def place(self, node: Node, scope: int) -> Place:
        """Where a node's value of a scope stands."""
        return self.places[scope][node]

    # What is written at all: everything the options, the pairs and the rules need.

    def _needed(self, calculator: str | None) -> set[Node]:
        found: set[Node] = set()
        waiting = list(self._roots_of(calculator) if calculator else self._roots())
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting.extend(self.binding.wiring.needs(node))
        return found

    def _roots(self) -> Iterator[Node]:
        structure = self.binding.wiring.structure
        owners = {
            "case": ("",),
            "option": range(structure.options),
            "comparison": range(len(structure.slots)),
            "decision": ("",),
            "pick": shortlists(),
        }
        for level, found in owners.items():
            for owner in found:
                for name in lines()[level]:
                    yield Node(level, owner, name)

    def _roots_of(self, calculator: str) -> list[Node]:
        options = options_for(self.binding.case, calculator)
        return [Node(calculator, option, name) for option in options for name in lines()[calculator]]

    def _place_inputs(self) -> None:
        row = FIRST_ROW[INPUTS]
        for _, inputs in self.inputs:
            row += 1
            for source in inputs:
                self.input_rows[source.path] = row
                row += 1
            row += 1
        row += 1
        for scope in range(len(SCOPES)):
            self._put(FULL_SCOPE, Place(INPUTS, row, INPUT_VALUE_COLUMN), scope)
            row += 1
        for name in self.constants:
            self._put(Node("case", "", name), Place(INPUTS, row, INPUT_VALUE_COLUMN))
            row += 1
        for node, source in self.binding.inputs.items():
            if node.level == "case" and source.path in self.input_rows:
                self._put(node, self.in_use_place(source))

    def _place(self, sheet: Sheet) -> None:
        for row, entry in sheet.rows():
            for column, node in enumerate(entry.nodes, FIRST_COLUMN[sheet.name]):
                self._put(node, Place(sheet.name, row, column), entry.scope if self.axes.scoped(node) else None)

    def _put(self, node: Node, place: Place, scope: int | None = None) -> None:
        """Have a node stand at a place, the first it is given: in a scope, or in both where it is one for them."""
        for places in self.places if scope is None else self.places[scope : scope + 1]:
            places.setdefault(node, place)


TOLERANCE = "tolerance"
FULL_SCOPE = Node("case", "", "full_scope")


def months_shown(binding: Binding) -> int:
    """Months on the time sheet: the whole years that cover the horizon and the payback limit, at their highest."""
    limits = [binding.case.inputs[name] for name in ("horizon_months", "max_payback_months")]
    longest = max(float(end) for source in limits for end in (source.value, source.high) if end is not None)
    year = int(CONSTANTS["months_per_year"].value)
    return year * math.ceil(longest / year)


def listed_inputs(binding: Binding, needed: Collection[Node] | None = None) -> list[tuple[str, list[Input]]]:
    """The inputs a client edits, each once, under their headings: a block that an option lacks is left out.

    `needed` are the values that are written at all, where those are not all.
    """
    sections: dict[str, dict[str, Input]] = {}

    def add(title: str, source: Input) -> None:
        if all(source.path not in listed for listed in sections.values()):
            sections.setdefault(title, {})[source.path] = source

    inputs = {node: source for node, source in binding.inputs.items() if needed is None or node in needed}
    for node, source in inputs.items():
        if node.level == "case":
            block = source.path.partition(".")[0] if "." in source.path else "Report"
            add(block.capitalize(), source)
        elif not source.path.startswith(CATALOGUE):
            column = binding.columns[node.owner]
            parent = None if column.parent is None else binding.columns[column.parent].label
            add(f"{parent} → {column.label}" if parent else column.label, source)
    for source in inputs.values():
        if source.path.startswith(CATALOGUE):
            add("Catalogue prices", source)
    return [(title, list(listed.values())) for title, listed in sections.items()]
