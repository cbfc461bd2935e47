"""What evaluation results tell beside who passed: runs that disagree, response times, wrong formats."""

from __future__ import annotations

from typing import Any

import numpy as np

from .results import Evaluation


def measured_of(evaluation: Evaluation, option: str) -> dict[str, Any]:
    """An option's answers, the items whose runs disagree, its response times and its format failures.

    `repeated` are the items with more than one run, the only ones that can disagree. Latency and format are None
    where they were not measured.
    """
    answers = [answer for answer in evaluation.answers if answer.option == option]
    runs: dict[str, list[bool]] = {}
    for answer in answers:
        runs.setdefault(answer.item, []).append(answer.passed)
    repeated = [passed for passed in runs.values() if len(passed) > 1]
    times = [answer.latency_s for answer in answers if answer.latency_s is not None]
    failures = evaluation.format_failures(option)
    return {
        "answers": len(answers),
        "repeated": len(repeated),
        "disagree": sum(len(set(passed)) > 1 for passed in repeated),
        "latency": None if not times else _times(times),
        "format": None if failures is None else {"failures": failures[0], "items": failures[1]},
    }


def _times(times: list[float]) -> dict[str, Any]:
    median, slow = (float(each) for each in np.quantile(times, (0.5, 0.95)))
    return {"answers": len(times), "median": median, "p95": slow}
