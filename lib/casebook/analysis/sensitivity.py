"""Sensitivity: what each ranged input, from its low to its high, does to the verdict's lead over the runner-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from casebook.analysis.binding import SEARCH_MONTHS, Binding
from casebook.analysis.decision import VERDICT
from casebook.case import Input
from casebook.model.evaluate import SCOPES, Evaluation
from casebook.model.wiring import Node

RUNNER_UP = Node("pick", "runner_up", "chosen")


def sensitivity(binding: Binding) -> list[dict[str, Any]]:
    """The tornado of each scope: runner-up's total cost less the verdict's, one ranged input moved at a time.

    Verdict and runner-up are those at the likely values; a scope without either has no rows.
    """
    ranged = list({one.path: one for one in binding.inputs.values() if one.low is not None}.values())
    likely = binding.evaluation(SEARCH_MONTHS)
    leads = {scope: lead for scope in range(len(SCOPES)) if (lead := verdict_and_runner_up(likely, scope))}
    if not leads or not ranged:
        return []
    moved = binding.evaluation(binding.months).changed(_one_at_a_time(binding, ranged))
    differences = {scope: _difference(moved, *lead, scope, len(ranged)) for scope, lead in leads.items()}
    return [
        {
            "scope": SCOPES[scope],
            "input": source.path,
            "low": source.low,
            "likely": source.value,
            "high": source.high,
            "tco_difference_low": float(difference[place, 0]),
            "tco_difference_likely": float(difference[place, 1]),
            "tco_difference_high": float(difference[place, 2]),
        }
        for place, source in enumerate(ranged)
        for scope, difference in differences.items()
    ]


def _one_at_a_time(binding: Binding, ranged: Sequence[Input]) -> dict[Node, np.ndarray]:
    """Three draws for each ranged input, its low, likely and high value, the others at their likely ones."""
    draws = {source.path: np.full((1, 3 * len(ranged), 1), float(source.value)) for source in ranged}
    for place, source in enumerate(ranged):
        ends = np.array([source.low, float(source.value), source.high])
        draws[source.path][0, 3 * place : 3 * place + 3, 0] = np.round(ends) if source.integer else ends
    return {node: draws[one.path] for node, one in binding.inputs.items() if one.path in draws}


def _difference(moved: Evaluation, verdict: int, runner_up: int, scope: int, inputs: int) -> np.ndarray:
    """The runner-up's total cost less the verdict's, by input and its three values."""
    totals = [moved.value(Node("option", column, "tco")) for column in (runner_up, verdict)]
    one, other = (np.broadcast_to(total[min(scope, len(total) - 1), :, 0], 3 * inputs) for total in totals)
    return (one - other).reshape(inputs, 3)


def verdict_and_runner_up(evaluation: Evaluation, scope: int) -> tuple[int, int] | None:
    """The columns of verdict and runner-up in a scope, None where either is missing."""
    verdict, runner_up = (int(evaluation.scalar(node, scope)) for node in (VERDICT, RUNNER_UP))
    return (verdict - 1, runner_up - 1) if verdict and runner_up else None
