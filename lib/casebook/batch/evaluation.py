"""The results of one case as text, without a notebook."""

from __future__ import annotations

from pathlib import Path

from casebook.batch.faults import InputError


def results_text(path: Path) -> str:
    """The results JSON of a case file. Raises InputError with every fault of it."""
    from casebook.case import CaseError, load

    try:
        case = load(path)
    except CaseError as error:
        raise InputError(str(error)) from error
    from casebook.analysis.results import evaluate_case, to_json

    return to_json(evaluate_case(case)).rstrip("\n") + "\n"
