"""The resolver: evaluates the model's lines on NumPy arrays, each once.

A value has the shape (scopes, draws, row): scopes and draws are 1 where it does not depend on them; the row is the
months of a time line, the options of a rule's line, 1 for a cell. The scopes are invoice, then full.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from casebook.model.constants import CONSTANTS
from casebook.model.wiring import Across, Link, Node, Wiring

SCOPES = ("invoice", "full")


def cell(value: float | bool | str) -> np.ndarray:
    """A single value in the model's shape (1, 1, 1)."""
    return np.asarray(value).reshape(1, 1, 1)


def axes(months: int) -> dict[Node, np.ndarray]:
    """The values that carry the axes: the months 1…`months`, and the scope flag (invoice 0, full 1)."""
    return {
        Node("case", "", "month"): np.arange(1, months + 1, dtype=float).reshape(1, 1, -1),
        Node("case", "", "full_scope"): np.array([0.0, 1.0]).reshape(2, 1, 1),
    }


def constants() -> dict[Node, np.ndarray]:
    """The model's named constants as values."""
    return {Node("case", "", name): cell(constant.value) for name, constant in CONSTANTS.items()}


class Evaluation:
    """The values of a wired model for given inputs; a line is computed when first asked for."""

    def __init__(self, wiring: Wiring, inputs: Mapping[Node, np.ndarray]):
        self.wiring = wiring
        self._values: dict[Node, np.ndarray] = dict(inputs)
        self._readers: dict[Node, list[Node]] = {}
        self._read = 0

    def value(self, node: Node) -> np.ndarray:
        """The value of one node, shape (scopes, draws, row)."""
        value = self._values.get(node)
        if value is None:
            # A formula computes both sides of a condition: the side not taken may divide by zero or meet NaN.
            with np.errstate(all="ignore"):
                value = self._compute(node)
        return value

    def changed(self, inputs: Mapping[Node, np.ndarray]) -> Evaluation:
        """The same evaluation with other values for some inputs: only what lies downstream of them is computed anew.

        The values may be arrays of draws, shape (1, draws, 1).
        """
        return Evaluation(self.wiring, self.kept(self.downstream(inputs)) | dict(inputs))

    def kept(self, stale: Collection[Node]) -> dict[Node, np.ndarray]:
        """The values computed so far but those of some nodes."""
        return {node: value for node, value in self._values.items() if node not in stale}

    def compute(self, steps: Mapping[Node, Iterable[Node]]) -> None:
        """Compute some nodes in order, and let go after each the values that were needed last for it."""
        with np.errstate(all="ignore"):
            for node, spent in steps.items():
                self._compute(node)
                for one in spent:
                    del self._values[one]

    def downstream(self, changed: Iterable[Node]) -> set[Node]:
        """The nodes computed so far that rest on these, themselves included."""
        if self._read != len(self._values):
            self._read, self._readers = len(self._values), {}
            for node in self._values:
                for needed in self.wiring.needs(node):
                    self._readers.setdefault(needed, []).append(node)
        stale: set[Node] = set()
        waiting = list(changed)
        while waiting:
            node = waiting.pop()
            if node not in stale:
                stale.add(node)
                waiting.extend(self._readers.get(node, ()))
        return stale

    def scalar(self, node: Node, scope: int = 0, place: int = 0):
        """One number, flag or text of a value: of a scope (0 invoice, 1 full) and a 0-based place of its row."""
        value = self.value(node)
        return value[min(scope, value.shape[0] - 1), 0, min(place, value.shape[2] - 1)].item()

    def row(self, node: Node, scope: int = 0) -> np.ndarray:
        """One row of a value: of a scope (0 invoice, 1 full)."""
        value = self.value(node)
        return value[min(scope, value.shape[0] - 1), 0]

    def _compute(self, node: Node) -> np.ndarray:
        """Compute a node and what it needs, keeping all of it."""
        value = self._values.get(node)
        if value is None:
            value = self._values[node] = self._computed(node)
        return value

    def _computed(self, node: Node) -> np.ndarray:
        link = self.wiring.link(node)
        if link:
            return self._chosen(link)
        line = self.wiring.line(node)
        if line is None:
            raise KeyError(f"no value was given for the input {node.line!r} of {node.level} {node.owner!r}")
        return line.function(
            *[
                self._across(argument) if isinstance(argument, Across) else self._compute(argument)
                for argument in self.wiring.arguments(node)
            ]
        )

    def _across(self, across: Across) -> np.ndarray:
        cells = [self._compute(node) for node in across.nodes]
        scopes, draws = (max(value.shape[axis] for value in cells) for axis in (0, 1))
        row = np.empty((scopes, draws, len(cells)), dtype=np.result_type(*cells))
        for place, value in enumerate(cells):
            row[:, :, place : place + 1] = value
        return row

    def _chosen(self, link: Link) -> np.ndarray:
        position = self._compute(link.position)
        places = np.unique(position).astype(int)
        result = self._compute(link.nodes[places[0] - 1])
        for place in places[1:]:
            result = np.where(position == place, self._compute(link.nodes[place - 1]), result)
        return result


class Plan:
    """How some results are computed anew for other values of given inputs, worked out once for many blocks of draws.

    A value is let go after its last use: the next one then takes memory that is still in the processor's cache.
    """

    def __init__(self, likely: Evaluation, changed: Collection[Node], wanted: Collection[Node]):
        self._wiring = likely.wiring
        order = self._in_order(wanted, set(changed))
        for node in order:
            likely.value(node)
        stale = likely.downstream(changed)
        self._kept = likely.kept(stale)
        steps = [node for node in order if node in stale and node not in changed]
        last_use = {needed: node for node in steps for needed in self._wiring.needs(node)}
        self._steps: dict[Node, list[Node]] = {node: [] for node in steps}
        for node in set(steps).intersection(last_use).difference(wanted):
            self._steps[last_use[node]].append(node)

    def evaluation(self, inputs: Mapping[Node, np.ndarray]) -> Evaluation:
        """What is wanted at these values of the inputs, which may be arrays of draws, shape (1, draws, 1)."""
        evaluation = Evaluation(self._wiring, self._kept | dict(inputs))
        evaluation.compute(self._steps)
        return evaluation

    def _in_order(self, wanted: Iterable[Node], given: Collection[Node]) -> list[Node]:
        """What the wanted values rest on, each node after those that it needs, all sides of a link among them."""
        order: dict[Node, None] = {}

        def visit(node: Node) -> None:
            if node not in order:
                for needed in () if node in given else self._wiring.needs(node):
                    visit(needed)
                order[node] = None

        for node in wanted:
            visit(node)
        return list(order)
