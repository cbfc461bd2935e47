"""Evaluation results in the results file's terms: the case's comparisons, tested on what was evaluated."""

from __future__ import annotations

from typing import Any

from casebook.analysis.about import told
from casebook.analysis.reader import Reader
from casebook.evidence import evaluation_of
from casebook.model.evaluate import SCOPES


def evaluation_figures(reader: Reader) -> dict[str, Any] | None:
    """The figures of the case's evaluation; None where it names none.

    The pairs are those compared in either scope for which both options were evaluated.
    """
    case = reader.binding.case
    results = case.evaluation
    if results is None:
        return None
    compared = [
        (reader.names[baseline], reader.names[candidate])
        for scope in range(len(SCOPES))
        for baseline, candidate, _ in reader.pairs(scope)
    ]
    figures = evaluation_of(results, compared, reader.names)
    return figures | {"warnings": [told(case, text) for text in figures["warnings"]]}
