"""Uncertainty: the model's own functions on draws of the ranged inputs.

A range is a PERT distribution (a beta distribution on [low, high] whose mode, weighted 4, is the likely value); a
measured accuracy is Beta(passes + 1/2, fails + 1/2), the posterior under Jeffreys' prior. The draws are Latin
hypercubes of a fixed size, each with a seed of its own, so that the result is the same on any number of processes.
"""

from __future__ import annotations

import math
import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from casebook.analysis.binding import Binding, bind
from casebook.analysis.flips import TIME_INPUTS, WITHOUT_VERDICT, verdicts
from casebook.analysis.reader import Reader
from casebook.case import Case, Input
from casebook.model.evaluate import SCOPES, Evaluation
from casebook.model.wiring import Node

DRAWS = 2000
"""Draws of a report."""

CUBE = 2000
"""Draws of one Latin hypercube."""

BLOCK = 500
"""Draws computed at once: larger blocks leave the processor's cache and take longer."""

PERT_WEIGHT = 4.0
QUANTILES = {"p5": 0.05, "p50": 0.5, "p95": 0.95}
CHEAPEST = Node("pick", "cheapest", "chosen")


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
        from scipy import stats  # takes longer to import than a report's draws take: only where something is drawn

        values = self.low + (self.high - self.low) * stats.beta.ppf(probability, self.alpha, self.beta)
        return np.round(values) if self.source.integer else values


class Outcome(NamedTuple):
    """What a block of draws gives, by scope: totals and costs per call by option, savings and paybacks by pair."""

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
    binding = bind(case)
    if not shapes(binding):
        return None
    point = Reader(binding, binding.evaluation())
    pairs = sorted({(one, other) for scope in range(len(SCOPES)) for one, other, _ in point.pairs(scope)})
    seed = seed_of(case)
    sizes = [min(CUBE, draws - done) for done in range(0, draws, CUBE)]
    parts = []
    for part in _cubes(case, pairs, seed, sizes, jobs):
        parts.append(part)
        advanced(part.tco.shape[-1])
    outcome = Outcome(*(np.concatenate(pieces, axis=-1) for pieces in zip(*parts, strict=True)))
    return {
        name: {
            "draws": draws,
            "seed": seed,
            "options": _options(binding, outcome, scope),
            "comparisons": {
                f"{point.names[one]}->{point.names[other]}": _pair(outcome, scope, pairs.index((one, other)))
                for one, other, _ in point.pairs(scope)
            },
            "verdicts": _shares(binding, outcome.verdict[scope]),
        }
        for scope, name in enumerate(SCOPES)
    }


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


def _cubes(case: Case, pairs: list[tuple[int, int]], seed: int, sizes: list[int], jobs: int) -> Iterator[Outcome]:
    """The outcomes of each hypercube in order, on several processes where that is asked for."""
    work = partial(_cube, case, pairs, seed)
    if jobs == 1 or len(sizes) == 1:
        yield from map(work, range(len(sizes)), sizes)
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(work, range(len(sizes)), sizes)


def _cube(case: Case, pairs: list[tuple[int, int]], seed: int, number: int, size: int) -> Outcome:
    """One Latin hypercube, in blocks."""
    from scipy.stats import qmc

    binding = bind(case, pairs)
    drawn = shapes(binding)
    sampler = qmc.LatinHypercube(len(drawn), rng=np.random.default_rng([seed, number]))
    probabilities = sampler.random(size)
    nodes = {shape.source.path: [] for shape in drawn}
    for node, source in binding.inputs.items():
        if source.path in nodes:
            nodes[source.path].append(node)
    point = binding.evaluation(_months(binding))
    _outcome(binding, point, len(pairs))
    parts = []
    for start in range(0, size, BLOCK):
        changes: dict[Node, np.ndarray] = {}
        for shape, column in zip(drawn, probabilities[start : start + BLOCK].T, strict=True):
            values = shape.at(column).reshape(1, -1, 1)
            changes |= dict.fromkeys(nodes[shape.source.path], values)
        parts.append(_outcome(binding, point.changed(changes), len(pairs), len(probabilities[start : start + BLOCK])))
    return Outcome(*(np.concatenate(pieces, axis=-1) for pieces in zip(*parts, strict=True)))


def _months(binding: Binding) -> int:
    """Months that the longest horizon or payback limit drawn can reach."""
    reach = (binding.case.inputs[line] for line in TIME_INPUTS)
    return math.ceil(max(float(source.high if source.ranged else source.value) for source in reach))


def _outcome(binding: Binding, evaluation: Evaluation, pairs: int, draws: int = 1) -> Outcome:
    """Read a block: every array has the scopes first and the draws last."""
    options = range(len(binding.options))
    slots = range(len(binding.options), len(binding.options) + pairs)

    def read(nodes: list[Node]) -> np.ndarray:
        values = [evaluation.value(node)[..., 0] for node in nodes]
        return np.stack([np.broadcast_to(value, (len(SCOPES), draws)) for value in values], axis=1)

    def of(level: str, owners: range, line: str) -> np.ndarray:
        return read([Node(level, owner, line) for owner in owners]) if owners else np.zeros((len(SCOPES), 0, draws))

    return Outcome(
        tco=of("option", options, "tco"),
        cost_per_call=of("option", options, "first_cost_per_call"),
        cheapest=read([CHEAPEST])[:, 0].astype(np.int8),
        verdict=np.broadcast_to(verdicts(evaluation), (len(SCOPES), draws)).astype(np.int8),
        saving=of("comparison", slots, "tco_saving"),
        pays_back=of("comparison", slots, "within_max_payback").astype(bool),
    )


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
    saving = _quantiles(outcome.saving[scope, pair])
    return {
        "probability_payback": float(np.mean(outcome.pays_back[scope, pair])),
        "tco_saving": saving,
        "separable": saving["p5"] > 0 or saving["p95"] < 0,
    }


def _quantiles(values: np.ndarray) -> dict[str, float]:
    found = np.quantile(values, list(QUANTILES.values()))
    return dict(zip(QUANTILES, map(float, found), strict=True))


def _shares(binding: Binding, codes: np.ndarray) -> Mapping[str, float]:
    """The share of draws of each verdict, in the order of the options."""
    names = {code: node.line for code, node in WITHOUT_VERDICT.items()}
    names |= {column: option.name for column, option in enumerate(binding.options, 1)}
    return {name: float(np.mean(codes == code)) for code, name in names.items() if (codes == code).any()}
