"""How much one case's whole flip table costs, in evaluations of that case."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from casebook.analysis.binding import bind
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


for path in sorted(Path(__file__).parents[1].glob("params/*.yaml")):
    binding = bind(load(path))
    one = cpu_seconds(lambda binding=binding: Reader(binding, binding.evaluation()).scopes())
    table = cpu_seconds(lambda binding=binding: flip_points(binding))
    print(f"{path.stem:10} evaluation {1e3 * one:5.1f} ms   flip table {1e3 * table:6.1f} ms ratio {table / one:5.1f}")
