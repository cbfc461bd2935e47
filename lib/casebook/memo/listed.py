"""One case of the portfolio, as the cells of its row ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from markupsafe import Markup

from casebook.analysis import portfolio as records
from casebook.case import TUNED_SIDE
from casebook.memo.crossing import cell
from casebook.memo.fields import field
from casebook.memo.markup import client, day, el, join, say
from casebook.memo.numbers import Register, Val
from casebook.memo.view import Pair

NONE = Markup("–")
NO_OPTION = {"no_workload": "No workload yet", "none_feasible": "No option can be run"}
_STATES = {
    records.FAILED: ("bad", "Failed"),
    records.STALE: ("open", "Out of date"),
    records.ORPHAN: ("open", "Without a case file"),
}
_FILES = {"memo": "Memo", "pdf": "PDF", "workbook": "Workbook", "notebook": "Notebook"}


class Listed:
    """A case that has a report: its figures, registered by their path in `portfolio.json`."""

    def __init__(self, register: Register, name: str, record: Mapping[str, Any]) -> None:
        self.register, self.name, self.record = register, name, record
        self.report: Mapping[str, Any] = record["report"]
        self.currency: str = self.report["currency"]

    def figure(self, path: str) -> Any:
        """A figure by its path in the report."""
        found: Any = self.report
        for part in path.split("."):
            found = found[part]
        return found

    def val(self, path: str) -> Val:
        """A figure by its path in the report, written as a memo writes it."""
        entry = field(path)
        return self.register.add(f"{self.name}.{path}", self.figure(path), entry.show(self.currency), entry.none)

    def pair_val(self, pair: Pair, name: str) -> Val:
        """A figure of the verdict against what it is compared with."""
        return self.val(pair.path(name))

    def amount(self, line: str) -> float:
        """An input that is a known number, to reckon with."""
        return float(self.report[line])

    @property
    def chosen(self) -> Mapping[str, Any] | None:
        """The figures of the option recommended at full cost; None without one."""
        found: Mapping[str, Any] | None = self.report["full"]["option"]
        return found

    @property
    def is_tuned(self) -> bool:
        """The option recommended at full cost is of a tuned kind."""
        return self.chosen is not None and self.chosen["kind"] in TUNED_SIDE

    @property
    def parted(self) -> bool:
        """The scopes give different verdicts."""
        return bool(self.report["full"]["verdict"] != self.report["invoice"]["verdict"])

    def heading(self) -> Markup:
        """The client, leading to the memo; the state where it is not up to date; name and title; what it is of."""
        who = client(self.report["client"])
        parts = [link(self.name, self.record["files"]["memo"], who) if "memo" in self.record["files"] else who]
        if self.record["state"] != records.CURRENT:
            parts += [" ", state_mark(self.record)]
        about = [self.name, *([client(self.report["title"])] if self.report["title"] else [])]
        return join([*parts, small(join(about, " · ")), self.made_from()])

    def made_from(self) -> Markup:
        """The day that the prices stand for, the case file's hash, and the version of Casebook."""
        return small(
            say(
                "Prices as of {day} · {code} · {version}",
                day=day_of(self.report["as_of"]),
                code=el("code", self.report["case_hash"][:7]),
                version=self.report["casebook"],
            )
        )

    def answer(self, scope: str) -> Markup:
        """The option recommended in a scope, and how strongly; on invoices, whether it is the same."""
        found = self.report[scope]
        if found["option"] is None:
            return Markup(NO_OPTION[found["verdict"]])
        name = "the same" if scope == "invoice" and not self.parted else client(found["label"])
        return join([name, small(found["strength"])])

    def two_scopes(self, figure: str) -> Markup:
        """A figure of the option recommended at full cost, and below what it is on vendor invoices."""
        if self.chosen is None:
            return NONE
        below = small(say("{amount} on invoices", amount=self.val(f"on_invoices.{figure}")))
        return join([self.val(f"full.option.{figure}"), below])

    def saving(self) -> Markup:
        """What the verdict saves over the horizon at full cost, and against which option."""
        found = self.report["full"]
        if found["tco_saving"] is None:
            return NONE
        against = say("against {other}", other=client(found["against"]))
        return join([self.val("full.tco_saving"), small(against)])

    def payback(self) -> Markup:
        """The memo's key figure: whose payback it is where it is not the verdict's, against what unless saving says."""
        found = self.report["full"]["payback"]
        if found is None:
            return NONE
        when = cell(self, Pair("full", found["baseline"], found["candidate"], "full.payback", found))
        if not found["of_the_verdict"]:
            return join([when, small(say("of {candidate}", candidate=client(found["candidate"])))])
        if found["baseline"] != self.report["full"]["against"]:
            return join([when, small(say("against {baseline}", baseline=client(found["baseline"])))])
        return when


def state_mark(record: Mapping[str, Any]) -> Markup:
    """The state of a report as a word; one that this version cannot read has to be built again."""
    unreadable = record["report"] is None and record["state"] == records.CURRENT
    class_, word = ("open", "Cannot be read") if unreadable else _STATES[record["state"]]
    return el("span", word, class_=f"mark {class_}")


def files_of(name: str, record: Mapping[str, Any]) -> Markup:
    """Links to the files of a case: those of its report, then the page and workbook of each further report."""
    lines = [_links(name, record["files"], _FILES)]
    for report, files in record["reports"].items():
        words = {"page": records.heading_of(report), "workbook": "workbook"}
        lines.append(_links(name, files, words))
    return join(lines, Markup("<br>"))


def _links(name: str, files: Mapping[str, str], words: Mapping[str, str]) -> Markup:
    return join([link(name, files[kind], text) for kind, text in words.items() if kind in files], " · ")


def link(name: str, file: str, text: Any) -> Markup:
    """A way to a file of a case, as seen from the page."""
    return el("a", text, href=f"{name}/{file}")


def day_of(text: str) -> Markup:
    """A day that the results give as text."""
    return day(date.fromisoformat(text))


def small(text: Any) -> Markup:
    """A second line that steps back."""
    return el("span", text, class_="of")
