"""How much one case's whole flip table costs, in evaluations of that case."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from casebook.analysis.binding import Binding, bind
from casebook.analysis.flips import flip_points
from casebook.analysis.reader import Reader
from casebook.case import load

REPEATS = 5


def cpu_seconds(work: Callable[[], object]) -> float:
    """The least CPU time of a few runs of some work."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def evaluate(binding: Binding) -> None:
    """All figures of a case, from a binding that has evaluated nothing yet."""
    Reader(binding, binding.evaluation()).scopes()


for path in sorted(Path(__file__).parents[1].glob("params/*.yaml")):
    case = load(path)
    one = cpu_seconds(lambda case=case: evaluate(bind(case)))
    table = cpu_seconds(lambda case=case: flip_points(bind(case)))
    print(f"{path.stem:10} evaluation {1e3 * one:5.1f} ms   flip table {1e3 * table:6.1f} ms ratio {table / one:5.1f}")
