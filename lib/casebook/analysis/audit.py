"""An audit: published figures, what the model gives for each, and what would bring the two together.

Nothing is typed but what was published and the inputs of a what-if. A figure is read off a run of the model, or made
of two such figures; an input that would reconcile it is found by runs between two bounds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from casebook import __version__
from casebook.analysis.audit_list import Audit, Family, Figure, Reading, Solve, WhatIf
from casebook.analysis.binding import Binding, Value, bind
from casebook.analysis.published import (
    NOT_COMPUTABLE,
    NOT_REPRODUCED,
    REPRODUCED,
    WITH_ASSUMPTION,
    WITHIN,
    nodes_of,
    rests_on_an_assumption,
)
from casebook.analysis.reader import NEVER
from casebook.analysis.results import model_hash
from casebook.model.evaluate import SCOPES, Evaluation

SCHEMA = 1
DIGITS = 2
"""A figure published as one number was rounded to at least so many digits."""

STEPS = 64
"""Places between the bounds of a search at which a figure is looked at first."""

CLOSE = 1e-9
"""How near a figure has to come to its target for the search to have found it."""

_COMBINED: Mapping[str, Callable[[float, float], float]] = {
    "difference": lambda of, against: of - against,
    "ratio": lambda of, against: of / against,
    "rise": lambda of, against: of / against - 1,
    "fall": lambda of, against: 1 - of / against,
}


def audited(audit: Audit) -> dict[str, Any]:
    """The results of an audit, as plain data: a number that is None and `never` is one the model says never to."""
    families = [_family(family) for family in audit.families]
    statuses = [figure["status"] for family in families for figure in family["figures"]]
    counts = {
        status: statuses.count(status) for status in (REPRODUCED, WITH_ASSUMPTION, NOT_REPRODUCED, NOT_COMPUTABLE)
    }
    return {
        "schema": SCHEMA,
        "title": audit.title,
        "counts": {"figures": len(statuses), "come_out": counts[REPRODUCED] + counts[WITH_ASSUMPTION], **counts},
        "families": families,
        "provenance": {"casebook": __version__, "model_hash": model_hash()},
    }


def _family(family: Family) -> dict[str, Any]:
    binding = bind(family.case)
    entry = family.entry
    return {
        "id": family.case.id,
        "title": entry.title,
        "claims": entry.claims,
        "case": entry.case,
        "case_hash": family.case.content_hash,
        "reading": entry.reading,
        "figures": [_figure(binding, figure) for figure in family.figures],
    }


def _figure(binding: Binding, figure: Figure) -> dict[str, Any]:
    computed = measured(binding, figure)
    low, high = figure.ends
    return {
        "name": figure.name,
        "measure": figure.measure,
        "metric": list(figure.of.metrics),
        "low": low,
        "high": high,
        "unit": figure.unit,
        **_plain("computed", computed),
        "difference": _beyond(figure, computed) if _is_known(computed) else None,
        "status": _status(binding, figure, computed),
        "source": figure.source,
        "note": figure.note,
        "reconciles": [what_if for one in figure.reconciles for what_if in _what_ifs(binding, figure, one)],
    }


# Measuring


def measured(
    binding: Binding, figure: Figure, changes: Mapping[str, Value] | None = None, scope: str | None = None
) -> float:
    """What the model gives for a figure, with some inputs changed: infinite for never, NaN for unknown."""
    of = _read(binding, figure.of, changes or {}, scope)
    if figure.against is None:
        return of
    against = _read(binding, figure.against, changes or {}, scope)
    # Never over something is never; anything over never, or over nothing, says nothing.
    return _COMBINED[figure.measure](of, against) if math.isfinite(against) and against else math.nan


def _read(binding: Binding, reading: Reading, changes: Mapping[str, Value], scope: str | None) -> float:
    evaluation = binding.evaluation(changes=_by_path(binding, {**changes, **reading.set}))
    return sum(_value(binding, evaluation, _in_scope(metric, scope)) for metric in reading.metrics)


def _value(binding: Binding, evaluation: Evaluation, metric: str) -> float:
    """The figure at a path into the results, without reading the rest of them."""
    nodes = nodes_of(binding, evaluation, metric)
    if not nodes:
        return math.nan
    value = evaluation.scalar(nodes[0], SCOPES.index(metric.partition(".")[0]))
    if isinstance(value, str | bool):
        return math.nan
    return math.inf if value >= NEVER else float(value)


def _in_scope(metric: str, scope: str | None) -> str:
    return metric if scope is None else f"{scope}.{metric.partition('.')[2]}"


def _by_path(binding: Binding, changes: Mapping[str, Value]) -> dict[str, Value]:
    """Changes by the inputs' own paths; a path of the case file may lead to an input that another option owns."""
    found = {}
    for path, value in changes.items():
        given = binding.case.input(path)
        found[given.path] = given.accepts(value)
    return found


# Judging


def _status(binding: Binding, figure: Figure, computed: float) -> str:
    if math.isnan(computed):
        return NOT_COMPUTABLE
    if not comes_out(figure, computed):
        return NOT_REPRODUCED
    for reading in (figure.of, figure.against):
        for metric in reading.metrics if reading else ():
            evaluation = binding.evaluation(changes=_by_path(binding, reading.set))
            if rests_on_an_assumption(binding, evaluation, metric):
                return WITH_ASSUMPTION
    return REPRODUCED


def comes_out(figure: Figure, computed: float) -> bool:
    """Whether a figure is the published one: in its range to a hundredth, or the same when rounded as it was."""
    if not math.isfinite(computed):
        return False
    low, high = figure.ends
    if low - WITHIN * abs(low) <= computed <= high + WITHIN * abs(high):
        return True
    return low == high and _rounded(computed, _digits(low)) == low


def _digits(published: float) -> int:
    """How many digits a figure was published with, noughts at its end not counted."""
    return max(DIGITS, len(f"{published:.12e}".partition("e")[0].replace(".", "").lstrip("-").rstrip("0")))


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")


def _beyond(figure: Figure, computed: float) -> float:
    """How far a figure is from what was published: from the nearer end of a range, nothing inside it."""
    low, high = figure.ends
    return computed - min(max(computed, low), high)


def _is_known(computed: float) -> bool:
    return math.isfinite(computed)


# What would reconcile


def _what_ifs(binding: Binding, figure: Figure, one: WhatIf) -> list[dict[str, Any]]:
    if one.solve is None:
        return [_what_if(binding, figure, one, one.set, None)]
    ends = dict.fromkeys(figure.ends if one.solve.reach is None else (one.solve.reach,))
    found = []
    for target in ends:
        value = solved(binding, figure, one, target)
        # Where no value brings the figure out there is nothing to run; the empty place says so.
        settings = {**one.set, one.solve.path: value}
        found.append(_what_if(binding, figure, one, settings, one.solve) | {"target": target})
    return found


def _what_if(
    binding: Binding, figure: Figure, one: WhatIf, settings: Mapping[str, Any], solve: Solve | None
) -> dict[str, Any]:
    runs = solve is None or settings[solve.path] is not None
    gives = measured(binding, figure, settings, one.scope) if runs else math.nan
    return {
        "label": one.label,
        "scope": one.scope or figure.of.metrics[0].partition(".")[0],
        "set": dict(settings),
        "solved": solve.path if solve else None,
        "between": list(solve.between) if solve else None,
        "target": None,
        **_plain("gives", gives),
        "comes_out": comes_out(figure, gives),
    }


def solved(binding: Binding, figure: Figure, one: WhatIf, target: float) -> float | None:
    """The first value between its bounds of the input to find at which the figure is `target`; None without one."""
    assert one.solve is not None
    path, (low, high) = one.solve.path, one.solve.between

    def above(value: float) -> float:
        return measured(binding, figure, {**one.set, path: value}, one.scope) - target

    places = [low + (high - low) * step / STEPS for step in range(STEPS + 1)]
    values = [above(place) for place in places]
    for left, right, before, after in zip(places, places[1:], values, values[1:], strict=False):
        if math.isnan(before) or math.isnan(after) or ((before < 0) == (after < 0) and before and after):
            continue
        found = _between(above, left, right, before)
        # Never counts as above every figure; a leap from below to never is no crossing.
        if abs(above(found)) <= CLOSE * max(abs(target), 1):
            return found
    return None


def _between(above: Callable[[float], float], left: float, right: float, before: float) -> float:
    """Halve until nothing lies between: the sides differ in sign."""
    if not before:
        return left
    while True:
        middle = (left + right) / 2
        if middle in (left, right):
            return right if abs(above(right)) < abs(above(left)) else left
        if (above(middle) < 0) == (before < 0):
            left = middle
        else:
            right = middle


def _plain(name: str, value: float) -> dict[str, Any]:
    """A number for the results: None for never and for unknown, told apart by a flag beside it."""
    key = "never" if name == "computed" else f"{name}_never"
    return {name: value if math.isfinite(value) else None, key: math.isinf(value)}
