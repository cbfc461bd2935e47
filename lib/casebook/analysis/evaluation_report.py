"""What the evaluation report shows of a case: its evaluation, and what more the results file does not hold.

Options and pairs are lists here, for an option that was evaluated may bear any name.
"""

from __future__ import annotations

import hashlib
from typing import Any

from casebook import __version__
from casebook.analysis.binding import bind
from casebook.analysis.evidence import evaluation_figures
from casebook.analysis.reader import Reader
from casebook.case import Case
from casebook.evidence import Evaluation
from casebook.evidence.measured import measured_of
from casebook.evidence.reach import SIZES, chance_at, smallest_difference, smallest_win
from casebook.evidence.statistics import ALPHA, ITEMS, POWER, RUNS


class NoEvaluation(ValueError):
    """A case that names no evaluation results."""


def evaluation_report(case: Case) -> dict[str, Any]:
    """The figures of the evaluation report; raises NoEvaluation where the case names no results."""
    results = case.evaluation
    if results is None:
        raise NoEvaluation(f"{case.id}: evidence.eval_results: wanted a CSV of evaluation results; got none")
    binding = bind(case)
    return report_of(case, results, evaluation_figures(Reader(binding, binding.evaluation())) or {})


def report_of(case: Case, results: Evaluation, figures: dict[str, Any]) -> dict[str, Any]:
    """The figures of the report, given those of the results file."""
    options = [{"name": name, **option, **measured_of(results, name)} for name, option in figures["options"].items()]
    return {
        "case": case.id,
        "items": figures["items"],
        "runs": figures["runs"],
        "answers": len(results.answers),
        "options": options,
        "pairs": [_pair(key, pair) for key, pair in figures["pairs"].items()],
        "warnings": figures["warnings"],
        "rules": {"level": ALPHA, "power": POWER, "items": ITEMS, "runs": RUNS},
        "provenance": {
            "casebook": __version__,
            "case_hash": case.content_hash,
            "results": results.path.name,
            "results_hash": hashlib.sha256(results.path.read_bytes()).hexdigest(),
        },
    }


def _pair(key: str, pair: dict[str, Any]) -> dict[str, Any]:
    baseline, candidate = key.split("->")
    items, fewer, more = pair["items"], pair["only_baseline"], pair["only_candidate"]
    discordant = fewer + more
    sizes = sorted({*SIZES, *(size for size in (items, pair["items_for_80"]) if size)})
    return {
        "baseline": baseline,
        "candidate": candidate,
        **pair,
        "discordant": discordant,
        "difference": (more - fewer) / items if items else None,
        "lead": abs(more - fewer) / items if items else None,
        "shown": pair["exact_p"] is not None and pair["exact_p"] < ALPHA,
        "smallest_win": smallest_win(discordant),
        "smallest_difference": smallest_difference(items, items, discordant) if items else None,
        "sizes": [
            {
                "items": size,
                "chance": chance_at(size, items, fewer, more),
                "smallest_difference": smallest_difference(size, items, discordant),
            }
            for size in (sizes if items else ())
        ],
    }
