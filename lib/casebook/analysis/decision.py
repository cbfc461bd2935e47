"""The decision planned: what evaluates verdicts at many values of a case's inputs, for flip points and draws."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

import numpy as np

from casebook.analysis.binding import Binding
from casebook.model.evaluate import SCOPES, Evaluation, cell
from casebook.model.plan import Plan
from casebook.model.wiring import Node

NO_WORKLOAD, NONE_FEASIBLE = -2, -1
VERDICT = Node("decision", "", "verdict_position")
WITHOUT_VERDICT = {
    NO_WORKLOAD: Node("decision", "", "no_workload"),
    NONE_FEASIBLE: Node("decision", "", "none_feasible"),
}
OUTCOMES = (VERDICT, *WITHOUT_VERDICT.values())
ECONOMICS = Node("decision", "", "economics_reached")

Values = Mapping[str, np.ndarray]
"""Draws of inputs, by the path of each."""


class Decision:
    """The verdict, and what else is wanted, at many values of some inputs.

    Payback against the base is almost half of the work and counts only where economics decides: where it does not at
    the likely values, draws are evaluated without it first, and with it those in which economics decides.
    """

    def __init__(self, binding: Binding, months: int, paths: Collection[str], wanted: Iterable[Node] = ()):
        self._likely = binding.evaluation(months)
        self._drawn = {node: source.path for node, source in binding.inputs.items() if source.path in paths}
        self._wanted = [*OUTCOMES, *wanted]
        self._payback = [Node("comparison", slot, "within_max_payback") for slot in range(len(binding.options))]
        self._economic = bool(binding.evaluation().value(ECONOMICS).any())

    @cached_property
    def _whole(self) -> Plan:
        return Plan(self._likely, self._drawn, self._wanted)

    @cached_property
    def _first(self) -> Plan:
        if self._economic:
            return self._whole
        return Plan(self._likely, self._drawn, [*self._wanted, ECONOMICS], dict.fromkeys(self._payback, cell(False)))

    @cached_property
    def _first_verdict(self) -> Plan:
        return self._first.only(OUTCOMES if self._economic else [*OUTCOMES, ECONOMICS])

    @cached_property
    def _whole_verdict(self) -> Plan:
        return self._whole.only(OUTCOMES)

    @property
    def reached(self) -> frozenset[str]:
        """The inputs that the verdict rests on: of the others, none makes economics decide either."""
        return self._first_verdict.reached

    def evaluation(self, values: Values) -> Evaluation:
        """What is wanted at these values of some inputs, the others at their likely ones."""
        found = self._first.evaluation(values)
        return self._whole.evaluation(values) if self._undecided(found).any() else found

    def codes(self, values: Values, draws: int) -> np.ndarray:
        """The verdict's code by scope and draw at these values of some inputs, the others at their likely ones."""
        found = self._first_verdict.evaluation(values)
        codes = np.broadcast_to(verdicts(found), (len(SCOPES), draws))
        undecided = np.broadcast_to(self._undecided(found), draws)
        if undecided.any():
            some = self._whole_verdict.evaluation({path: each[undecided] for path, each in values.items()})
            codes = codes.copy()
            codes[:, undecided] = verdicts(some)
        return codes

    def _undecided(self, found: Evaluation) -> np.ndarray:
        """Of each draw that was evaluated first, whether its verdict is still to be found."""
        return np.zeros(1, bool) if self._economic else found.value(ECONOMICS).any(axis=(0, 2))


def verdicts(evaluation: Evaluation) -> np.ndarray:
    """The verdict's code by scope and draw."""
    codes = evaluation.value(VERDICT)
    for code, node in WITHOUT_VERDICT.items():
        codes = np.where(evaluation.value(node), code, codes)
    return codes[..., 0].astype(int)
