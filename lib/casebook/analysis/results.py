"""The results file: a case's figures in both scopes, as plain data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from casebook import __version__
from casebook.analysis.about import about
from casebook.analysis.binding import Binding, bind
from casebook.analysis.calculators import calculators_for, figures_of
from casebook.analysis.decision import Decision
from casebook.analysis.evidence import evaluation_figures
from casebook.analysis.flips import flip_points, numeric_inputs
from casebook.analysis.payback import against_base, paybacks
from casebook.analysis.published import published_figures
from casebook.analysis.reader import Reader
from casebook.analysis.sensitivity import sensitivity
from casebook.analysis.uncertainty import DRAWS, Arithmetic, uncertainty_of
from casebook.analysis.volumes import volumes
from casebook.analysis.warnings import warnings_of
from casebook.case import Case
from casebook.model.evaluate import SCOPES, Evaluation

SCHEMA = 1
PACKAGES = ("numpy", "genai-prices")


# A report computes its results once, though its files, its workbook and its notebook each ask for them.
_KNOWN: ContextVar[tuple[Case, dict[str, Any]] | None] = ContextVar("known", default=None)


def keep(case: Case, results: dict[str, Any]) -> None:
    """Let these be the results of a case of this content, from here on in this context."""
    _KNOWN.set((case, results))


def kept(case: Case) -> dict[str, Any] | None:
    """The results kept of a case of this content, None where there are none."""
    known = _KNOWN.get()
    if known is None or _contents(known[0]) != _contents(case):
        return None
    return {**known[1], "case": case.id}


def _contents(case: Case) -> tuple[str, Path | None]:
    return case.content_hash, case.eval_results and case.eval_results.resolve()


def evaluate_case(
    case: Case, draws: int = DRAWS, jobs: int = 1, advanced: Callable[[int], None] = lambda _: None
) -> dict[str, Any]:
    """The results of a case, as the results file holds them; `advanced` is told how many draws were done."""
    known = kept(case)
    if known is not None and draws == DRAWS:
        return known
    binding = bind(case)
    # One plan serves the flip points and the draws.
    arithmetic = Arithmetic(binding, further=[source.path for source in numeric_inputs(binding)])
    found = results_of(binding, binding.evaluation(), arithmetic.decision)
    return found | {"uncertainty": uncertainty_of(arithmetic, draws, jobs, advanced)}


def results_of(binding: Binding, evaluation: Evaluation, decision: Decision | None = None) -> dict[str, Any]:
    """The results of an evaluated binding, without what takes draws; a decision planned for it is used."""
    case = binding.case
    reader = Reader(binding, evaluation)
    scopes, headline = reader.scopes(), reader.headline()
    return {
        "schema": SCHEMA,
        "case": case.id,
        "as_of": case.as_of.isoformat(),
        "about": about(case),
        "scopes": scopes,
        "headline": headline,
        "totals": {name: reader.totals(index) for index, name in enumerate(SCOPES)},
        "payback": paybacks(reader, scopes, headline),
        "against_base": against_base(reader, scopes),
        "uncertainty": None,
        "sensitivity": sensitivity(binding),
        "volumes": volumes(binding),
        "flip_points": flip_points(binding, decision),
        "published": published_figures(binding, evaluation),
        "evaluation": evaluation_figures(reader),
        "reports": reports_of(binding, evaluation),
        "warnings": warnings_of(binding, evaluation),
        "provenance": provenance_of(case),
    }


def provenance_of(case: Case) -> dict[str, Any]:
    """What the figures of a case rest on: library, case file, model, prices, packages."""
    return {
        "casebook": __version__,
        "case_hash": case.content_hash,
        "model_hash": model_hash(),
        "as_of": case.as_of.isoformat(),
        "prices": [dict(price) for price in case.prices],
        "packages": {name: _version(name) for name in PACKAGES},
    }


@cache
def _version(package: str) -> str:
    return metadata.version(package)


def reports_of(binding: Binding, evaluation: Evaluation) -> dict[str, Any] | None:
    """The further reports that are built for a case: their files and, for a calculator, its figures; None for none."""
    case = binding.case
    found = {"evaluation": _files("evaluation")} if case.evaluation is not None else {}
    for name in calculators_for(case):
        found[name] = _files(name) | figures_of(binding, evaluation, name)
    return found or None


def _files(name: str) -> dict[str, Any]:
    return {"notebook": f"{name}.ipynb", "page": f"{name}.html", "workbook": f"{name}.xlsx"}


def to_json(results: dict[str, Any]) -> str:
    """The results as JSON text; a number that JSON cannot hold raises ValueError."""
    return json.dumps(results, indent=1, ensure_ascii=False, allow_nan=False, default=str) + "\n"


@cache
def model_hash() -> str:
    """A hash of the model's sources: the same formulas give the same hash."""
    digest = hashlib.sha256()
    for file in sorted(resources.files("casebook.model").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".py"):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
