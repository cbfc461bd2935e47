"""Flip points: at which value of which single input the verdict changes, and to what.

Every numeric input is searched over its valid range (unbounded ones from a hundredth to a hundred times their value)
on a grid fine enough for two flips a tenth apart, and each change found is narrowed down. The model runs on the whole
grid at once, and only what lies downstream of the input is computed anew.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from casebook.analysis.binding import SEARCH_MONTHS, TIME_INPUTS, Binding
from casebook.analysis.decision import WITHOUT_VERDICT, Decision
from casebook.case import Input
from casebook.model.evaluate import SCOPES
from casebook.model.wiring import Node

WIDENING = 100.0
"""How far an unbounded input is searched: down to its value divided by this, up to its value times this."""

RATIO = 1.07
"""Step of the grid: two flips whose values differ by a tenth lie in different steps."""

SPAN = 1e-4
"""Lowest value of a bounded range's logarithmic steps, as a share of its highest."""

INTERIOR = 8
"""Points looked at inside a bracket in one round of narrowing down."""

DRAW_MONTHS_A_RUN = 18_000
"""Draws times months in one run of the model: a line's values then stay in a processor's cache."""

PRECISION = 1e-7
"""Relative width at which a bracket counts as a point; an order finer than what is promised."""


class Bracket(NamedTuple):
    """Two neighbouring values of an input with different verdicts in a scope."""

    scope: int
    low: float
    high: float
    below: int
    above: int


class Asked(NamedTuple):
    """Values of an input at which the verdict is wanted."""

    source: Input
    values: np.ndarray


class Sweep:
    """The verdicts of a case over values of single inputs."""

    def __init__(self, binding: Binding, sources: Sequence[Input], decision: Decision | None):
        self.binding = binding
        timed = {source.path for source in sources if source.line in TIME_INPUTS}
        usual = {source.path for source in sources} - timed
        # A longer horizon or payback limit needs a longer timeline.
        self._parts = [
            (decision or Decision(binding, binding.months, usual), binding.months, usual),
            (Decision(binding, SEARCH_MONTHS, timed), SEARCH_MONTHS, timed),
        ]

    @cached_property
    def reached(self) -> frozenset[str]:
        """The paths of the inputs that the verdict rests on."""
        return frozenset().union(*(decision.reached & paths for decision, _, paths in self._parts))

    def codes(self, asked: Sequence[Asked]) -> list[np.ndarray]:
        """The verdict's code for each scope and value of each input: an option's position, or why there is none.

        Several inputs share a run of the model, each with draws of its own, the others at their likely values.
        """
        found: dict[int, np.ndarray] = {}
        for decision, places in self._runs(asked):
            ends = np.cumsum([len(asked[place].values) for place in places])
            draws: dict[str, np.ndarray] = {}
            for place, end in zip(places, ends, strict=True):
                source, values = asked[place]
                likely = np.full(ends[-1], float(source.value))
                draws.setdefault(source.path, likely)[end - len(values) : end] = values
            codes = decision.codes(draws, int(ends[-1]))
            found |= dict(zip(places, np.split(codes, ends[:-1], axis=1), strict=True))
        return [found[place] for place in range(len(asked))]

    def _runs(self, asked: Sequence[Asked]) -> Iterator[tuple[Decision, list[int]]]:
        """The inputs asked for, in runs of a size that stays in the cache."""
        for decision, months, paths in self._parts:
            places: list[int] = []
            for place, one in enumerate(asked):
                if one.source.path in paths:
                    places.append(place)
                    if months * sum(len(asked[each].values) for each in places) >= DRAW_MONTHS_A_RUN:
                        yield decision, places
                        places = []
            if places:
                yield decision, places

    def name(self, code: int) -> str:
        """A code in the results' words."""
        if code in WITHOUT_VERDICT:
            return WITHOUT_VERDICT[code].line
        return self.binding.options[code - 1].name


def flip_points(binding: Binding, decision: Decision | None = None) -> list[dict[str, Any]]:
    """The flip points of every numeric input in both scopes, as the results file holds them.

    A decision planned for all of these inputs is used where there is one.
    """
    sources = numeric_inputs(binding)
    sweep = Sweep(binding, sources, decision)
    ranges = [search_range(source, binding) for source in sources]
    found = []
    for source, (low, high), brackets in zip(sources, ranges, _search(sweep, sources, ranges), strict=True):
        for scope, name in enumerate(SCOPES):
            flips = [_as_flip(sweep, source, bracket) for bracket in brackets if bracket.scope == scope]
            found.append(
                {"scope": name, "input": source.path, "current": source.value, "low": low, "high": high, "flips": flips}
            )
    return found


def numeric_inputs(binding: Binding) -> list[Input]:
    """The numeric inputs of a case that have a value, each once."""
    sources = {source.path: source for source in binding.inputs.values()}
    return [source for source in sources.values() if source.type == "number" and source.value is not None]


def search_range(source: Input, binding: Binding) -> tuple[float, float]:
    """The values searched: the valid range where it has both ends, else around the current value."""
    current = float(source.value)
    if source.minimum is not None and source.maximum is not None:
        low, high = source.minimum, source.maximum
        if source.exclusive_minimum:
            low = min(current, low + (high - low) * SPAN)
    else:
        around = sorted((current / WIDENING, current * WIDENING)) if current else (0.0, WIDENING)
        low = max(around[0], -math.inf if source.minimum is None else source.minimum)
        high = min(around[1], math.inf if source.maximum is None else source.maximum)
    low, high = _valid_with_the_rest(source, binding, low, high)
    return (float(math.ceil(low)), float(math.floor(high))) if source.integer else (float(low), float(high))


def _valid_with_the_rest(source: Input, binding: Binding, low: float, high: float) -> tuple[float, float]:
    """The range within which the case stays valid, other inputs unchanged."""
    case = binding.case
    if source.line == "format_failures":
        return 0, float(case.inputs["format_trials"].value)
    if source.line == "format_trials":
        return max(low, 1, float(case.inputs["format_failures"].value)), high
    if source.line in ("minimum_replicas", "maximum_replicas"):
        for column in binding.columns:
            least, most = (column.option.inputs[line] for line in ("minimum_replicas", "maximum_replicas"))
            if source is least and most.value is not None:
                high = min(high, float(most.value))
            if source is most:
                low = max(low, float(least.value))
    unknown = {"cost_per_error": "accuracy_known", "value_per_second": "latency_known"}.get(source.line)
    if unknown and not _all_known(binding, unknown):
        return 0, 0
    return low, high


def _all_known(binding: Binding, flag: str) -> bool:
    """Whether a quality is known of every option that the rules or a comparison look at."""
    evaluation = binding.evaluation()
    case = binding.case
    compared = {name for pair in case.compare or () for name in pair} | {case.current}
    return all(
        evaluation.scalar(Node("option", column, flag))
        for column, option in enumerate(binding.options)
        if option.candidate or option.name in compared
    )


def grid(low: float, high: float, current: float, integer: bool) -> np.ndarray:
    """The values first looked at, in order: steps of equal ratio away from zero, the ends and the current value."""
    if high <= low:
        return np.array([low])
    pieces = [np.array([low, min(max(current, low), high), high])]
    for sign, near, far in ((1, low, high), (-1, -high, -low)):
        if far > 0:
            start = max(near, far * SPAN)
            pieces.append(sign * np.geomspace(start, far, 1 + math.ceil(math.log(far / start) / math.log(RATIO))))
    values = np.concatenate(pieces)
    return np.unique(np.round(values) if integer else values)


def _search(sweep: Sweep, sources: list[Input], ranges: list[tuple[float, float]]) -> list[list[Bracket]]:
    """The flips of each input, every change on its grid narrowed down to a point."""
    places = [place for place, source in enumerate(sources) if source.path in sweep.reached]
    asked = [
        Asked(sources[place], grid(*ranges[place], float(sources[place].value), sources[place].integer))
        for place in places
    ]
    flips: list[list[Bracket]] = [[] for _ in sources]
    while asked:
        narrower: dict[tuple[int, float, float], Asked] = {}  # the scopes often flip together: looked at once
        for place, one, codes in zip(places, asked, sweep.codes(asked), strict=True):
            for bracket in _changes(one.values, codes):
                if _closed(bracket, one.source):
                    flips[place].append(bracket)
                else:
                    narrower[place, bracket.low, bracket.high] = Asked(one.source, _inside(bracket, one.source))
        places, asked = [place for place, _, _ in narrower], list(narrower.values())
    return [sorted(set(brackets)) for brackets in flips]


def _changes(values: np.ndarray, codes: np.ndarray) -> Iterator[Bracket]:
    for scope, place in zip(*np.nonzero(codes[:, 1:] != codes[:, :-1]), strict=True):
        below, above = codes[scope, place], codes[scope, place + 1]
        yield Bracket(int(scope), float(values[place]), float(values[place + 1]), int(below), int(above))


def _closed(bracket: Bracket, source: Input) -> bool:
    if source.integer:
        return bracket.high - bracket.low <= 1
    return bracket.high - bracket.low <= PRECISION * max(abs(bracket.low), abs(bracket.high), PRECISION)


def _inside(bracket: Bracket, source: Input) -> np.ndarray:
    values = np.linspace(bracket.low, bracket.high, INTERIOR + 2)
    return np.unique(np.round(values)) if source.integer else values


def _as_flip(sweep: Sweep, source: Input, bracket: Bracket) -> dict[str, Any]:
    at = bracket.high if source.integer else roundest(bracket.low, bracket.high)
    return {"at": at, "below": sweep.name(bracket.below), "above": sweep.name(bracket.above)}


def roundest(low: float, high: float) -> float:
    """The number with the fewest digits between two numbers."""
    middle = (low + high) / 2
    for digits in range(1, 17):
        rounded = float(f"{middle:.{digits}g}")
        if low <= rounded <= high:
            return rounded
    return middle
