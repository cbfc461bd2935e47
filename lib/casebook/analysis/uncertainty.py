"""Uncertainty: the model's own functions on draws of the ranged inputs.

A range is a PERT distribution (a beta distribution on [low, high] whose mode, weighted 4, is the likely value); a
measured accuracy is Beta(passes + 1/2, fails + 1/2), the posterior under Jeffreys' prior. The draws are Latin
hypercubes of a fixed size, each with a seed of its own, so that the result is the same on any number of processes.
"""

from __future__ import annotations

import math
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from casebook.analysis.binding import Binding, bind
from casebook.analysis.decision import WITHOUT_VERDICT, Decision, Values, verdicts
from casebook.analysis.reader import Reader
from casebook.analysis.sensitivity import verdict_and_runner_up
from casebook.case import Case, Input
from casebook.model.evaluate import SCOPES, Evaluation
from casebook.model.wiring import Node

DRAWS = 2000
"""Draws of a report."""

CUBE = 2000
"""Draws of one Latin hypercube."""

DRAW_MONTHS_A_BLOCK = 36_000
"""Draws times months computed at once: smaller blocks take longer in Python, larger ones leave the cache."""

CUBES_A_TASK = 25
"""Hypercubes that a process is given at once: making a plan anew then takes little of its time."""

PERT_WEIGHT = 4.0
QUANTILES = {"p5": 0.05, "p50": 0.5, "p95": 0.95}
CHEAPEST = Node("pick", "cheapest", "chosen")

Pairs = Sequence[tuple[int, int]]
"""What is compared: a baseline's and a candidate's 0-based position."""

Cubes = Sequence[tuple[int, int]]
"""Hypercubes: the number and the draws of each."""


class Shape(NamedTuple):
    """The distribution of one input: a beta distribution on an interval."""

    source: Input
    alpha: float
    beta: float
    low: float
    high: float

    def at(self, probability: np.ndarray) -> np.ndarray:
        """The values at these probabilities; an integer field is rounded."""
        if self.high == self.low:
            return np.full(probability.shape, self.low)
        from scipy.special import betaincinv  # slow to import: only where something is drawn

        values = self.low + (self.high - self.low) * betaincinv(self.alpha, self.beta, probability)
        return np.round(values) if self.source.integer else values


class Outcome(NamedTuple):
    """What draws give, by scope: totals and costs per call by option, savings and paybacks by pair."""

    tco: np.ndarray
    cost_per_call: np.ndarray
    cheapest: np.ndarray
    verdict: np.ndarray
    saving: np.ndarray
    pays_back: np.ndarray


def uncertainty(
    case: Case, draws: int = DRAWS, jobs: int = 1, advanced: Callable[[int], None] = lambda _: None
) -> dict[str, Any] | None:
    """The uncertainty of a case in both scopes, None where nothing has a range or was measured.

    `advanced` is told how many draws were done since it was last told.
    """
    return uncertainty_of(Arithmetic(bind(case)), draws, jobs, advanced)


def uncertainty_of(
    arithmetic: Arithmetic, draws: int = DRAWS, jobs: int = 1, advanced: Callable[[int], None] = lambda _: None
) -> dict[str, Any] | None:
    """The uncertainty of a case whose arithmetic is planned, as `uncertainty` gives it."""
    binding, pairs = arithmetic.binding, arithmetic.pairs
    if not shapes(binding):
        return None
    point = Reader(binding, binding.evaluation())
    outcome = outcome_of(arithmetic, draws, jobs, advanced)
    return {
        name: {
            "draws": draws,
            "seed": seed_of(binding.case),
            "options": _options(binding, outcome, scope),
            "comparisons": {
                f"{point.names[one]}->{point.names[other]}": _pair(outcome, scope, pairs.index((one, other)))
                for one, other, _ in point.pairs(scope)
            },
            "verdicts": _shares(binding, outcome.verdict[scope]),
            "runner_up": _runner_up(point, outcome, scope),
        }
        for scope, name in enumerate(SCOPES)
    }


def outcome_of(
    arithmetic: Arithmetic, draws: int, jobs: int = 1, advanced: Callable[[int], None] = lambda _: None
) -> Outcome:
    """What every draw gives for the options of a case and for the pairs of them that its arithmetic compares."""
    sizes = [min(CUBE, draws - done) for done in range(0, draws, CUBE)]
    return _gathered(_cubes(arithmetic, sizes, jobs), draws, advanced)


def seed_of(case: Case) -> int:
    """The seed of a case, of its content: the same case has the same draws wherever it is computed."""
    return int(case.content_hash[:8], 16)


def shapes(binding: Binding) -> list[Shape]:
    """The distributions of a case: of its ranged inputs, and of accuracies that were measured."""
    sources = {source.path: source for source in binding.inputs.values()}
    return [_shape(source) for source in sources.values() if source.ranged or source.measured]


def _shape(source: Input) -> Shape:
    if source.measured:
        passed, items = source.measured
        return Shape(source, passed + 0.5, items - passed + 0.5, 0.0, 1.0)
    low, likely, high = float(source.low), float(source.value), float(source.high)
    share = (likely - low) / (high - low) if high > low else 0.5
    return Shape(source, 1 + PERT_WEIGHT * share, 1 + PERT_WEIGHT * (1 - share), low, high)


def _cubes(arithmetic: Arithmetic, sizes: list[int], jobs: int) -> Iterator[Outcome]:
    """The outcomes of all hypercubes in order, on several processes where that is asked for."""
    cubes = list(enumerate(sizes))
    if jobs == 1 or len(cubes) == 1:
        yield from _blocks(arithmetic, cubes)
        return
    share = min(CUBES_A_TASK, math.ceil(len(cubes) / jobs))
    tasks = [cubes[start : start + share] for start in range(0, len(cubes), share)]
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        for outcomes in pool.map(partial(_elsewhere, arithmetic.binding.case, arithmetic.pairs), tasks):
            yield from outcomes


def _elsewhere(case: Case, pairs: Pairs, cubes: Cubes) -> list[Outcome]:
    """Some Latin hypercubes in a process of their own."""
    return list(_blocks(Arithmetic(bind(case), pairs), cubes))


def _blocks(arithmetic: Arithmetic, cubes: Cubes) -> Iterator[Outcome]:
    """Some Latin hypercubes, each in blocks."""
    from scipy.stats import qmc

    binding = arithmetic.binding
    drawn = shapes(binding)
    block = math.ceil(DRAW_MONTHS_A_BLOCK / binding.months)
    for number, size in cubes:
        sampler = qmc.LatinHypercube(len(drawn), rng=np.random.default_rng([seed_of(binding.case), number]))
        probabilities = sampler.random(size)
        for start in range(0, size, block):
            columns = zip(drawn, probabilities[start : start + block].T, strict=True)
            yield arithmetic.outcome({shape.source.path: shape.at(column) for shape, column in columns})


class Arithmetic:
    """What gives the outcome of a block of draws of a case, planned once for many blocks.

    `pairs` are the options compared, those of the likely values where none are given. Its `decision` serves the inputs
    that are drawn, and further ones that are asked for by their paths.
    """

    def __init__(self, binding: Binding, pairs: Pairs | None = None, further: Iterable[str] = ()):
        self.binding = binding
        self.pairs = _compared(binding) if pairs is None else pairs
        comparing = binding.comparing(self.pairs)
        self._wanted = _wanted(comparing, len(self.pairs))
        paths = {shape.source.path for shape in shapes(binding)}.union(further)
        self.decision = Decision(comparing, binding.months, paths, chain(*self._wanted.values()))

    def outcome(self, values: Values) -> Outcome:
        """The outcome of one block of draws."""
        return _outcome(self.decision.evaluation(values), self._wanted, len(next(iter(values.values()))))


def _compared(binding: Binding) -> Pairs:
    """The pairs of options that are compared at the likely values in either scope."""
    point = Reader(binding, binding.evaluation())
    return sorted({(one, other) for scope in range(len(SCOPES)) for one, other, _ in point.pairs(scope)})


def _wanted(binding: Binding, pairs: int) -> dict[str, list[Node]]:
    """The values that each part of an outcome is read from; the verdict is the decision's own."""
    options = range(len(binding.options))
    slots = range(len(binding.wiring.structure.slots) - pairs, len(binding.wiring.structure.slots))
    return {
        "tco": [Node("option", option, "tco") for option in options],
        "cost_per_call": [Node("option", option, "first_cost_per_call") for option in options],
        "cheapest": [CHEAPEST],
        "saving": [Node("comparison", slot, "tco_saving") for slot in slots],
        "pays_back": [Node("comparison", slot, "within_max_payback") for slot in slots],
    }


def _outcome(evaluation: Evaluation, wanted: Mapping[str, list[Node]], draws: int) -> Outcome:
    """Read a block: every array has the scopes first and the draws last."""

    def read(part: str, kind: type) -> np.ndarray:
        rows = np.empty((len(SCOPES), len(wanted[part]), draws), kind)
        for row, node in enumerate(wanted[part]):
            rows[:, row] = evaluation.value(node)[..., 0]
        return rows

    return Outcome(
        tco=read("tco", float),
        cost_per_call=read("cost_per_call", float),
        cheapest=read("cheapest", np.int8)[:, 0],
        verdict=np.broadcast_to(verdicts(evaluation), (len(SCOPES), draws)).astype(np.int8),
        saving=read("saving", float),
        pays_back=read("pays_back", bool),
    )


def _gathered(parts: Iterable[Outcome], draws: int, advanced: Callable[[int], None]) -> Outcome:
    """All draws in one outcome, filled in place: a million draws then take their memory once, not twice."""
    whole: Outcome | None = None
    done = 0
    for part in parts:
        if whole is None:
            whole = Outcome(*(np.empty((*values.shape[:-1], draws), values.dtype) for values in part))
        size = part.verdict.shape[-1]
        for values, more in zip(whole, part, strict=True):
            values[..., done : done + size] = more
        done += size
        advanced(size)
    return whole


def _options(binding: Binding, outcome: Outcome, scope: int) -> dict[str, Any]:
    return {
        option.name: {
            "tco": _quantiles(outcome.tco[scope, column]),
            "cost_per_call": _quantiles(outcome.cost_per_call[scope, column]),
            "probability_cheapest": float(np.mean(outcome.cheapest[scope] == column + 1)),
        }
        for column, option in enumerate(binding.options)
    }


def _pair(outcome: Outcome, scope: int, pair: int) -> dict[str, Any]:
    payback = float(np.mean(outcome.pays_back[scope, pair]))
    return {"probability_payback": payback} | _apart(outcome.saving[scope, pair])


def _runner_up(point: Reader, outcome: Outcome, scope: int) -> dict[str, Any] | None:
    """What the verdict saves against its runner-up, both those at the likely values; None where either is missing."""
    pair = verdict_and_runner_up(point.evaluation, scope)
    if pair is None:
        return None
    verdict, runner_up = pair
    saving = outcome.tco[scope, runner_up] - outcome.tco[scope, verdict]
    cheaper = float(np.mean(saving > 0))
    return {"against": point.names[runner_up], "probability_cheaper": cheaper} | _apart(saving)


def _apart(saving: np.ndarray) -> dict[str, Any]:
    """The interval of a saving, and whether it leaves open which side of a pair costs less."""
    found = _quantiles(saving)
    return {"tco_saving": found, "separable": found["p5"] > 0 or found["p95"] < 0}


def _quantiles(values: np.ndarray) -> dict[str, float]:
    found = np.quantile(values, list(QUANTILES.values()))
    return dict(zip(QUANTILES, map(float, found), strict=True))


def _shares(binding: Binding, codes: np.ndarray) -> Mapping[str, float]:
    """The share of draws of each verdict, in the order of the options."""
    names = {code: node.line for code, node in WITHOUT_VERDICT.items()}
    names |= {column: option.name for column, option in enumerate(binding.options, 1)}
    return {name: float(np.mean(codes == code)) for code, name in names.items() if (codes == code).any()}
