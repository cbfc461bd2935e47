"""Sensitivity: what each ranged input, from its low to its high, does to the verdict's lead over the runner-up."""

from __future__ import annotations

from typing import Any

import numpy as np

from casebook.analysis.binding import SEARCH_MONTHS, Binding
from casebook.model.evaluate import SCOPES, Evaluation
from casebook.model.wiring import Node

VERDICT = Node("decision", "", "verdict_position")
RUNNER_UP = Node("pick", "runner_up", "chosen")


def sensitivity(binding: Binding) -> list[dict[str, Any]]:
    """The tornado of each scope: runner-up's total cost less the verdict's, one ranged input moved at a time.

    Verdict and runner-up are those at the likely values; a scope without either has no rows.
    """
    ranged = {source.path: source for source in binding.inputs.values() if source.low is not None}
    likely = binding.evaluation(SEARCH_MONTHS)
    leads = {scope: lead for scope in range(len(SCOPES)) if (lead := verdict_and_runner_up(likely, scope))}
    if not leads:
        return []
    found: list[dict[str, Any]] = []
    for path, source in ranged.items():
        ends = np.array([source.low, float(source.value), source.high]).reshape(1, -1, 1)
        if source.integer:
            ends = np.round(ends)
        moved = likely.changed({node: ends for node, one in binding.inputs.items() if one.path == path})
        for scope, (verdict, runner_up) in leads.items():
            low, middle, high = _tco(moved, runner_up, scope) - _tco(moved, verdict, scope)
            found.append(
                {
                    "scope": SCOPES[scope],
                    "input": path,
                    "low": source.low,
                    "likely": source.value,
                    "high": source.high,
                    "tco_difference_low": float(low),
                    "tco_difference_likely": float(middle),
                    "tco_difference_high": float(high),
                }
            )
    return found


def verdict_and_runner_up(evaluation: Evaluation, scope: int) -> tuple[int, int] | None:
    """The columns of verdict and runner-up in a scope, None where either is missing."""
    verdict, runner_up = (int(evaluation.scalar(node, scope)) for node in (VERDICT, RUNNER_UP))
    return (verdict - 1, runner_up - 1) if verdict and runner_up else None


def _tco(evaluation: Evaluation, column: int, scope: int) -> np.ndarray:
    """An option's total cost at the three values."""
    total = evaluation.value(Node("option", column, "tco"))
    return np.broadcast_to(total[min(scope, total.shape[0] - 1), :, 0], 3)
