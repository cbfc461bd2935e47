"""What other volumes would lead to: the model run at a few multiples of the case's calls a month."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from casebook.analysis.binding import Binding
from casebook.analysis.reader import Reader
from casebook.model.evaluate import SCOPES, OneDraw

FACTORS = (0.1, 0.5, 1.0, 2.0, 10.0)
"""The volumes looked at, as multiples of the one given."""

OPTION_FIGURES = ("cash_per_month", "one_time", "tco")


def volumes(binding: Binding) -> list[dict[str, Any]]:
    """Verdict, base and costs of each volume in both scopes, for the results file; none without a workload."""
    calls = binding.case.inputs["calls_per_month"]
    given = float(calls.value or 0)  # type: ignore[arg-type]  # a validated number
    wanted = [(factor, given * factor) for factor in FACTORS if given and math.isfinite(given * factor)]
    at = np.array([volume for _, volume in wanted]).reshape(1, -1, 1)
    moved = binding.evaluation().changed({node: at for node, one in binding.inputs.items() if one.path == calls.path})
    return [
        {"factor": factor, "calls_per_month": volume, "scopes": _scopes(Reader(binding, OneDraw(moved, place)))}
        for place, (factor, volume) in enumerate(wanted)
    ]


def _scopes(reader: Reader) -> dict[str, Any]:
    headline = reader.headline()
    found = {}
    for index, scope in enumerate(SCOPES):
        totals = reader.totals(index)
        found[scope] = reader.decided(index) | {
            "options": {
                name: {figure: reader.option_figure(column, figure, index) for figure in OPTION_FIGURES} | totals[name]
                for column, name in enumerate(reader.names)
            },
            "headline": headline[scope],
        }
    return found
