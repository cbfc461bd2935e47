"""The notebook's parameters: a case as papermill injects it, or the sample case when nothing was injected."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from casebook import case as cases
from casebook.case.schema import CaseFile

PARAMETERS = tuple(CaseFile.model_fields)
"""Every top-level key of a case file, in the order of the notebook's parameters cell."""

SAMPLE = Path("params", "legal.yaml")


def case_of(parameters: Mapping[str, Any]) -> cases.Case:
    """The case that a notebook's variables describe: what was injected and nothing else, or the sample case."""
    given = {name: parameters[name] for name in PARAMETERS if parameters.get(name) is not None}
    if not given:
        return cases.load(sample_file())
    return cases.from_parameters(given, data_folder(given.get("evidence")))


def data_folder(evidence: Any, start: Path | None = None) -> Path:
    """Where a case's relative paths start: the working directory, else the folder of cases that has its results.

    papermill hands on what a case file says, not where it stands. Run from the root, or beside the notebook, a case
    of `params` still finds the evaluation results that it names.
    """
    start = start or Path.cwd()
    named = evidence.get("eval_results") if isinstance(evidence, Mapping) else None
    if isinstance(named, str) and not (start / named).is_file():
        for folder in (start, *start.parents):
            if (folder / SAMPLE.parent / named).is_file():
                return folder / SAMPLE.parent
    return start


def sample_file(start: Path | None = None) -> Path:
    """The sample case of the repository around the working directory, else of the one this package stands in."""
    for origin in (start or Path.cwd(), Path(__file__).resolve()):
        for folder in (origin, *origin.parents):
            if (folder / SAMPLE).is_file():
                return folder / SAMPLE
    raise FileNotFoundError(
        f"no case was given and {SAMPLE} is in no folder above {start or Path.cwd()}: "
        "give a case with papermill -f CASE.yaml, or run the notebook inside the project"
    )
