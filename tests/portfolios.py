"""Output folders and portfolios for the tests: real results of the samples, under as many names as wanted."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from casebook.analysis.portfolio import CURRENT, REPORT_FILES, portfolio_of
from casebook.case import load
from tests.memo.making import ROOT, SAMPLES, memo_of

REPORT = ("decision.html", "decision.xlsx", "decision.ipynb", "manifest.json")


@cache
def _results(name: str) -> str:
    return json.dumps(memo_of(load(ROOT / "params" / f"{name}.yaml")).results, default=str)


def results_of(name: str, **about: Any) -> dict[str, Any]:
    """The results of a sample, with something else told about the case."""
    results = json.loads(_results(name))
    results["about"] |= about
    return results


def put_report(output: Path, name: str, results: dict[str, Any]) -> None:
    """A report in an output folder: its results, and files with hardly anything in them."""
    folder = output / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(results), encoding="utf-8")
    further = (found[kind] for found in (results["reports"] or {}).values() for kind in REPORT_FILES)
    for file in (*REPORT, *further):
        (folder / file).write_text("{}")


def portfolio(output: Path, names: Iterable[str] = SAMPLES, **about: Any) -> dict[str, Any]:
    """The portfolio of samples, put into an output folder."""
    names = list(names)
    for name in names:
        put_report(output, name, results_of(name, **about))
    return portfolio_of(output, dict.fromkeys(names, CURRENT))


def many(one: dict[str, Any], count: int) -> dict[str, Any]:
    """The cases of a portfolio over and over, so many in all."""
    cases = list(one["cases"].values())
    found = {f"case-{number:05}": copy.deepcopy(cases[number % len(cases)]) for number in range(count)}
    return one | {"cases": found}
