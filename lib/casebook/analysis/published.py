"""Published figures: each beside the computed one, and what would reconcile the two.

A reconciliation is a what-if: the model run with the inputs it names set to other values. No figure is typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casebook.analysis.binding import Binding
from casebook.analysis.decision import VERDICT
from casebook.analysis.reader import OPTION_LINES, Reader, option_node
from casebook.model.evaluate import SCOPES, Evaluation
from casebook.model.wiring import Node

WITHIN = 0.01
"""Relative difference within which a published figure counts as reproduced."""

REPRODUCED, WITH_ASSUMPTION = "reproduced", "reproduced with assumption"
NOT_REPRODUCED, NOT_COMPUTABLE = "not reproduced", "not computable"


def published_figures(binding: Binding, evaluation: Evaluation) -> list[dict[str, Any]]:
    """The case's published figures, as the results file holds them."""
    reader = Reader(binding, evaluation)
    return [_figure(reader, entry) for entry in binding.case.published]


def _figure(reader: Reader, entry: Mapping[str, Any]) -> dict[str, Any]:
    metric, published = entry["metric"], entry["value"]
    computed = _read(reader, metric)
    return {
        "metric": metric,
        "published": published,
        "unit": entry["unit"],
        "computed": computed,
        "difference": None if computed is None else computed - published,
        "status": _status(reader.binding, reader.evaluation, metric, published, computed),
        "source": entry["source"],
        "note": entry["note"],
        "reconciles": [_what_if(reader.binding, metric, one) for one in entry["reconciles"]],
    }


def _what_if(binding: Binding, metric: str, what_if: Mapping[str, Any]) -> dict[str, Any]:
    """What the model gives for the figure with some inputs set; `scope` may be another than the figure's."""
    own, _, rest = metric.partition(".")
    scope = what_if["scope"] or own
    changes = {binding.case.input(path).path: value for path, value in what_if["set"].items()}
    reader = Reader(binding, binding.evaluation(changes=changes))
    return {
        "label": what_if["label"],
        "scope": scope,
        "set": dict(what_if["set"]),
        "gives": _read(reader, f"{scope}.{rest}"),
    }


def _read(reader: Reader, metric: str) -> float | None:
    """The figure that the results would have at a path; no more of them is read than the part that it stands in."""
    scope, part, name = (*metric.split("."), "", "")[:3]
    if scope not in SCOPES:
        return None
    return figure_at({scope: reader.part(SCOPES.index(scope), part, name)}, metric)


def figure_at(scopes: Mapping[str, Any], metric: str) -> float | None:
    """The figure at a path into the results, None where there is none or it is no number."""
    found: Any = scopes
    for key in metric.split("."):
        if isinstance(found, Mapping):
            found = found.get(key)
        elif isinstance(found, list) and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        else:
            return None
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def _status(binding: Binding, evaluation: Evaluation, metric: str, published: float, computed: float | None) -> str:
    if computed is None:
        return NOT_COMPUTABLE
    if abs(computed - published) > WITHIN * abs(published):
        return NOT_REPRODUCED
    return WITH_ASSUMPTION if rests_on_an_assumption(binding, evaluation, metric) else REPRODUCED


def rests_on_an_assumption(binding: Binding, evaluation: Evaluation, metric: str) -> bool:
    """Whether an input that the case file writes, and only assumes, lies upstream of a figure."""
    waiting, seen = nodes_of(binding, evaluation, metric), set()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        source = binding.inputs.get(node)
        if source is not None and source.origin == "case" and source.status == "assumed":
            return True
        link = binding.wiring.link(node)
        if link:
            # Which option is chosen is taken as given: only the figures of that option count.
            scope = SCOPES.index(metric.partition(".")[0])
            waiting.append(link.nodes[int(evaluation.scalar(link.position, scope)) - 1])
        else:
            waiting.extend(binding.wiring.needs(node))
    return False


def nodes_of(binding: Binding, evaluation: Evaluation, metric: str) -> list[Node]:
    """The values that a figure of the results is."""
    scope, part, name, *rest = metric.split(".")
    field = ".".join(rest)
    if part == "options":
        line = field.split(".")[0] if field.startswith("cumulative") else field
        return [option_node(binding.position[name], line)] if line in OPTION_LINES else []
    if part == "comparisons":
        names = [option.name for option in binding.options]
        pairs = Reader(binding, evaluation).pairs(SCOPES.index(scope))
        slots = [slot for one, other, slot in pairs if f"{names[one]}->{names[other]}" == name]
        return [Node("comparison", slot, field) for slot in slots]
    return [VERDICT]
