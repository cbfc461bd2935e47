"""The resolver: evaluates the model's lines on NumPy arrays, each once.

A value has the shape (scopes, draws, row): scopes and draws are 1 where it does not depend on them; the row is the
months of a time line, the options of a rule's line, 1 for a cell. The scopes are invoice, then full.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np

from casebook.model.constants import CONSTANTS
from casebook.model.wiring import Across, Link, Node, Wiring

SCOPES = ("invoice", "full")
FULL_SCOPE = Node("case", "", "full_scope")
"""The flag that tells the scopes apart."""


def cell(value: float | bool | str) -> np.ndarray:
    """A single value in the model's shape (1, 1, 1)."""
    return np.asarray(value).reshape(1, 1, 1)


def axes(months: int) -> dict[Node, np.ndarray]:
    """The values that carry the axes: the months 1…`months`, and the scope flag (invoice 0, full 1)."""
    return {
        Node("case", "", "month"): np.arange(1, months + 1, dtype=float).reshape(1, 1, -1),
        FULL_SCOPE: np.array([0.0, 1.0]).reshape(2, 1, 1),
    }


def constants() -> dict[Node, np.ndarray]:
    """The model's named constants as values."""
    return {Node("case", "", name): cell(constant.value) for name, constant in CONSTANTS.items()}


class Evaluation:
    """The values of a wired model for given inputs; a line is computed when first asked for."""

    def __init__(self, wiring: Wiring, inputs: Mapping[Node, np.ndarray]):
        self.wiring = wiring
        self._values: dict[Node, np.ndarray] = dict(inputs)

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
        return Evaluation(self.wiring, self.kept(self.wiring.downstream(inputs)) | dict(inputs))

    def kept(self, stale: Collection[Node]) -> dict[Node, np.ndarray]:
        """The values computed so far but those of some nodes."""
        return {node: value for node, value in self._values.items() if node not in stale}

    def scalar(self, node: Node, scope: int = 0, place: int = 0):
        """One number, flag or text of a value: of a scope (0 invoice, 1 full) and a 0-based place of its row."""
        value = self.value(node)
        return value.item(min(scope, value.shape[0] - 1), 0, min(place, value.shape[2] - 1))

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
        source = self.wiring.source(node)
        if isinstance(source, Link):
            return self._chosen(source)
        if source is None:
            raise KeyError(f"no value was given for the input {node.line!r} of {node.level} {node.owner!r}")
        return source.function(
            *[
                self._across(argument) if isinstance(argument, Across) else self._compute(argument)
                for argument in source.arguments
            ]
        )

    def _across(self, row: Across) -> np.ndarray:
        return across(*(self._compute(node) for node in row.nodes))

    def _chosen(self, link: Link) -> np.ndarray:
        return chosen(self._compute(link.position), lambda place: self._compute(link.nodes[place - 1]))


class OneDraw(Evaluation):
    """One of an evaluation's draws, read like an evaluation of its own; what is asked for is computed for all draws."""

    def __init__(self, draws: Evaluation, place: int):
        super().__init__(draws.wiring, {})
        self._draws, self._place = draws, place

    def value(self, node: Node) -> np.ndarray:
        """The value of one node at this draw, shape (scopes, 1, row)."""
        value = self._draws.value(node)
        return value[:, self._place : self._place + 1] if value.shape[1] > 1 else value


def across(*cells: np.ndarray, axis: int = -1) -> np.ndarray:
    """Single values side by side in a row along an axis, the first or the last."""
    leads = {value.shape[1:] if axis == 0 else value.shape[:-1] for value in cells}
    types = {value.dtype for value in cells}
    # The shortcuts count: a report asks for a row thousands of times.
    lead = leads.pop() if len(leads) == 1 else np.broadcast_shapes(*leads)
    row = np.empty((len(cells), *lead), types.pop() if len(types) == 1 else np.result_type(*types))
    for place, value in enumerate(cells):
        row[place] = value[0] if axis == 0 else value[..., 0]
    return row if axis == 0 else row.transpose(*range(1, row.ndim), 0)


def chosen(position: np.ndarray, side: Callable[[int], np.ndarray]) -> np.ndarray:
    """Of several values the one at a 1-based position, draw by draw; only those chosen somewhere are asked for."""
    if position.size == 1:
        return side(int(position.item()))
    places = np.flatnonzero(np.bincount(position.astype(int).ravel()))
    result = side(places[0])
    for place in places[1:]:
        result = np.where(position == place, side(place), result)
    return result
