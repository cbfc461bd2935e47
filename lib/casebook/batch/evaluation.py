"""The results of one case as text, without a notebook."""

from __future__ import annotations

import os
from pathlib import Path

from casebook.batch.faults import InputError

MANY = 50_000
"""Draws from which on starting other processes is worth it."""


def results_text(path: Path, draws: int | None = None) -> str:
    """The results JSON of a case file. Raises InputError with every fault of it.

    Many draws go to all cores and show a progress bar on a terminal's error stream.
    """
    from casebook.case import CaseError, load

    try:
        case = load(path)
    except CaseError as error:
        raise InputError(str(error)) from error
    from casebook.analysis.results import evaluate_case, to_json

    if draws is None or draws < MANY:
        return to_json(evaluate_case(case, **({} if draws is None else {"draws": draws})))
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("draws", total=draws)
        results = evaluate_case(case, draws, os.cpu_count() or 1, lambda done: progress.advance(task, done))
    return to_json(results)
