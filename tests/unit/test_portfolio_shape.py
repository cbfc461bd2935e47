"""Results of another version or program: told where they do not fit, and never shown in part."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from casebook.analysis.portfolio import CURRENT, portfolio_of
from casebook.memo.portfolio import SECTIONS, Portfolio
from casebook.workbook.portfolio import write_portfolio
from tests.portfolios import put_report, results_of

OTHER: tuple[Any, ...] = (None, True, "", "text", -1, 1.5, [], [None], {}, {"key": None})


def portfolio_with(results: Any, output: Path) -> dict[str, Any]:
    put_report(output, "support", results_of("support"))
    (output / "support" / "results.json").write_text(json.dumps(results), encoding="utf-8")
    return portfolio_of(output, {"support": CURRENT})


def places(found: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in plain data, but what only the memo reads."""
    if isinstance(found, dict):
        for key, value in found.items():
            if key not in ("comparisons", "uncertainty", "sensitivity", "flip_points", "published", "evaluation"):
                yield (*path, key)
                yield from places(value, (*path, key))


def with_other(results: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(results)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return changed


MISFITS = {
    "as_of": ("soon", "as_of: wanted a day (YYYY-MM-DD); got a text"),
    "about.client": (None, "about.client: wanted a text that can be written; got null"),
    "about.title": ("half a \ud800 pair", "about.title: wanted a text that can be written; got a text"),
    "about.currency": ("x" * 40_000, "about.currency: wanted a text that can be written; got a text"),
    "about.labels.tuned": (["x"], "about.labels.tuned: wanted a text that can be written; got a list"),
    "scopes.full.options.tuned.tco": ("12", "scopes.full.options.tuned.tco: wanted a finite number; got a text"),
    "scopes.full.options.tuned.one_time": (True, "one_time: wanted a finite number; got true or false"),
    "scopes.full.options.tuned.accuracy": (10**400, "accuracy: wanted a finite number; got a number"),
    "scopes.full.recommendation.verdict": ("oracle", "verdict: wanted one of the options; got another name"),
    "headline.full.tco_saving": ("12", "headline.full.tco_saving: wanted a finite number; got a text"),
    "payback.full": ({"candidate": "tuned"}, "payback.full.baseline: wanted, and not there"),
    "reports.evaluation.page": ("../../x.html", "page: wanted the name of a file; got a text"),
    "provenance.prices": ({}, "provenance.prices: wanted a list; got an object"),
}


@pytest.mark.parametrize(("path", "value", "told"), [(path, *rest) for path, rest in MISFITS.items()], ids=MISFITS)
def test_what_does_not_fit_is_named_with_the_file_and_the_place(
    path: str, value: Any, told: str, tmp_path: Path
) -> None:
    case = portfolio_with(with_other(results_of("support"), tuple(path.split(".")), value), tmp_path)["cases"][
        "support"
    ]
    assert case["report"] is None
    assert case["unreadable"].startswith("results.json: ")
    assert case["unreadable"].endswith(told)
    assert case["files"]["memo"] == "decision.html"


def test_a_number_of_more_digits_than_python_reads_is_told(tmp_path: Path) -> None:
    portfolio_with(results_of("support"), tmp_path)
    (tmp_path / "support" / "results.json").write_text('{"as_of": ' + "1" * 5_000 + "}")
    case = portfolio_of(tmp_path, {"support": CURRENT})["cases"]["support"]
    assert case["unreadable"].startswith("results.json: wanted JSON; got ")


def test_whatever_stands_at_a_place_the_page_and_the_workbook_are_made(tmp_path: Path) -> None:
    results = results_of("support")
    for number, path in enumerate(places(results)):
        portfolio = portfolio_with(with_other(results, path, OTHER[number % len(OTHER)]), tmp_path)
        case = portfolio["cases"]["support"]
        assert (case["report"] is None) == (case["unreadable"] is not None), path
        page = Portfolio(portfolio)
        for section in SECTIONS:
            section(page)
        if number % 7 == 0:
            write_portfolio(portfolio, tmp_path / "portfolio.xlsx")


def test_what_only_the_memo_reads_may_be_missing(tmp_path: Path) -> None:
    results = results_of("support")
    for key in ("uncertainty", "sensitivity", "flip_points", "published", "evaluation", "volumes"):
        del results[key]
    assert portfolio_with(results, tmp_path)["cases"]["support"]["report"] is not None


def test_results_that_may_not_be_read_are_told(tmp_path: Path) -> None:
    put_report(tmp_path, "support", results_of("support"))
    (tmp_path / "support" / "results.json").unlink()
    (tmp_path / "support" / "results.json").mkdir()
    assert (
        portfolio_of(tmp_path, {"support": CURRENT})["cases"]["support"]["unreadable"] == "results.json: Is a directory"
    )
