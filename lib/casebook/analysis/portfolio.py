"""The portfolio: one record a case, out of the reports in an output folder. Its file is `portfolio.json`.

The page, the workbook and the notebook of the portfolio all show this file, so they show the same.
Only the standard library is imported, and nothing is computed that a report does not hold.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from casebook.analysis.shape import DAY, FILE_NAME, NUMBER, TEXT, Each, Listed, Maybe, Misfit, parsed, require

SCHEMA = 2
FILE = "portfolio.json"

CURRENT, STALE, FAILED, ORPHAN = "current", "stale", "failed", "orphan"
"""States of a report: up to date; its inputs have changed; its last build failed; its case file is not in params/."""

FILES = {"memo": "decision.html", "pdf": "decision.pdf", "workbook": "decision.xlsx", "notebook": "decision.ipynb"}
"""The files of a report that the portfolio leads to."""

REPORT_FILES = ("page", "workbook", "notebook")
"""The files of a further report that the portfolio leads to, by the names that the results give them."""

FAILURE = ("failed/decision.ipynb", "failed/evaluation.ipynb", "failed/worker.log")
"""What a failed build leaves, what shows most first."""

RECONCILIATION = "reconciliation"
RESULTS = "results.json"

# What is shown of an option, of a recommendation and of a pair, and of which kind it is.
_OPTION = {"kind": TEXT, "one_time": NUMBER, "cash_per_month": NUMBER, "tco": NUMBER, "accuracy": Maybe(NUMBER)}
_RECOMMENDATION = {"verdict": TEXT, "strength": TEXT}
_PAYBACK = {
    "one_time_delta": NUMBER,
    "net_saving_per_month": NUMBER,
    "first_cross_month": Maybe(NUMBER),
    "sustained_month": Maybe(NUMBER),
}

NO_OPTION = ("no_workload", "none_feasible")
"""Verdicts that are no option."""

_SCOPES = ("full", "invoice")
_PAIR = {"candidate": TEXT, "baseline": TEXT} | _PAYBACK
_SCOPE = {"options": Each(_OPTION), "recommendation": _RECOMMENDATION}
_COMPARED = {"tco_saving": Maybe(NUMBER)}
_SHAPE = {
    "as_of": DAY,
    "about": {
        "client": TEXT,
        "title": Maybe(TEXT),
        "currency": TEXT,
        "horizon_months": NUMBER,
        "max_payback_months": NUMBER,
        "labels": Each(TEXT),
    },
    "scopes": {"full": _SCOPE, "invoice": _SCOPE},
    "headline": {scope: {"against": Maybe(TEXT)} for scope in _SCOPES},
    "payback": dict.fromkeys(_SCOPES, Maybe(_PAIR)),
    "reports": Maybe(Each(dict.fromkeys(REPORT_FILES, FILE_NAME))),
    "provenance": {"casebook": TEXT, "case_hash": TEXT, "prices": Listed({"seen_on": Maybe(DAY)})},
}
"""What the portfolio reads of a report's results."""


class PortfolioError(ValueError):
    """A portfolio that is not there or cannot be read."""


def read_portfolio(output: Path) -> dict[str, Any]:
    """The portfolio of an output folder as the last build wrote it."""
    path = output / FILE
    try:
        portfolio = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise PortfolioError(f"{path}: no such file; `casebook build --output {output}` writes it") from None
    if not isinstance(portfolio, dict) or portfolio.get("schema") != SCHEMA:
        raise PortfolioError(f"{path}: wanted a portfolio of schema {SCHEMA}; build again with this version")
    return portfolio


def portfolio_of(output: Path, states: Mapping[str, str]) -> dict[str, Any]:
    """The portfolio of the reports in `output`, given the state of each, in the order of their names."""
    names = sorted(states)
    other = RECONCILIATION if RECONCILIATION in states else None
    return {
        "schema": SCHEMA,
        "cases": {name: _record(output / name, states[name]) for name in names if name != RECONCILIATION},
        "reconciliation": _present(output / other, f"{other}.html") if other else None,
    }


def _record(folder: Path, state: str) -> dict[str, Any]:
    """One case: its state and files; its figures where it has a report that this version can read."""
    found = {
        "state": state,
        "failure": next((name for name in FAILURE if (folder / name).is_file()), None),
        "files": {kind: name for kind, name in FILES.items() if (folder / name).is_file()},
        "reports": {},
        "report": None,
        "unreadable": None,
    }
    try:
        results = _results(folder / RESULTS)
    except FileNotFoundError:
        return found  # never built
    except (OSError, Misfit) as error:
        # Of another version, or of another program: the files of its report are there all the same.
        why = error.strerror if isinstance(error, OSError) else error
        return found | {"unreadable": f"{RESULTS}: {why}"}
    return found | {"reports": _reports(folder, results), "report": _figures(results)}


def _results(path: Path) -> dict[str, Any]:
    """The results of a report, as far as they are shown here. Raises Misfit for those of another version or program."""
    results: dict[str, Any] = parsed(path.read_bytes(), _SHAPE)
    for scope in _SCOPES:
        headline = results["headline"][scope]
        if headline["against"] is not None:  # else there are no figures beside it
            require(headline, _COMPARED, f"headline.{scope}")
        verdict = results["scopes"][scope]["recommendation"]["verdict"]
        known = all(verdict in results["scopes"][other]["options"] for other in _SCOPES)
        if not known and verdict not in NO_OPTION:
            raise Misfit(f"scopes.{scope}.recommendation.verdict: wanted one of the options; got another name")
    return results


def _reports(folder: Path, results: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The files of the further reports that are there."""
    return {
        report: {kind: found[kind] for kind in REPORT_FILES if _present(folder, found[kind])}
        for report, found in (results["reports"] or {}).items()
    }


def heading_of(report: str) -> str:
    """What a further report is called where its files are listed: `gpu_inference` is GPU inference."""
    first, *rest = report.split("_")
    return " ".join([first.upper() if first in _ABBREVIATIONS else first.capitalize(), *rest])


_ABBREVIATIONS = ("rag", "gpu")


def _figures(results: Mapping[str, Any]) -> dict[str, Any]:
    made, about = results["provenance"], results["about"]
    seen = sorted(price["seen_on"] for price in made["prices"] if price["seen_on"])
    return {
        **{key: about[key] for key in ("client", "title", "currency", "horizon_months", "max_payback_months")},
        "as_of": results["as_of"],
        "prices_seen": seen[-1] if seen else None,
        "case_hash": made["case_hash"],
        "casebook": made["casebook"],
        **{scope: _scope(results, scope) for scope in _SCOPES},
        "on_invoices": _option(results, "invoice", results["scopes"]["full"]["recommendation"]["verdict"]),
    }


def _scope(results: Mapping[str, Any], scope: str) -> dict[str, Any]:
    """The verdict of a scope with its figures, and against what the headline compares it with."""
    found, labels = results["scopes"][scope], results["about"]["labels"]
    recommendation, headline = found["recommendation"], results["headline"][scope]
    option = _option(results, scope, recommendation["verdict"])
    compared = headline["against"] is not None and option is not None
    return {
        **{key: recommendation[key] for key in _RECOMMENDATION},
        "label": labels.get(recommendation["verdict"], recommendation["verdict"]) if option else None,
        "option": option,
        "against": labels.get(headline["against"], headline["against"]) if compared else None,
        "tco_saving": headline.get("tco_saving") if compared else None,
        "payback": _payback(results, scope, labels),
    }


def _payback(results: Mapping[str, Any], scope: str, labels: Mapping[str, str]) -> dict[str, Any] | None:
    """The pair whose payback the memo tells: of what against what, and when; None where nothing is compared."""
    pair = results["payback"][scope]
    if pair is None:
        return None
    sides = {side: labels.get(pair[side], pair[side]) for side in ("candidate", "baseline")}
    chosen = pair["candidate"] == results["scopes"][scope]["recommendation"]["verdict"]
    return sides | {"of_the_verdict": chosen} | {key: pair[key] for key in _PAYBACK}


def _option(results: Mapping[str, Any], scope: str, verdict: str) -> dict[str, Any] | None:
    """An option's figures in a scope; None where the verdict is that there is no option."""
    option = results["scopes"][scope]["options"].get(verdict)
    return None if option is None else {key: option[key] for key in _OPTION}


def _present(folder: Path, name: str) -> str | None:
    return name if (folder / name).is_file() else None
