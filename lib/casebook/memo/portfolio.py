"""The portfolio's page: every case a row with its answer, its key figures and the way to its files.

page = Portfolio(read_portfolio(Path("output")))
cases(page)       # a section, shown as the output of the notebook's cell
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from casebook.analysis import portfolio as records
from casebook.memo import numbers
from casebook.memo.frame import LEVELS_AND_DIFFERENCES, empty, kpis, opening, section
from casebook.memo.listed import Listed, day_of, files_of, link, small, state_mark
from casebook.memo.markup import Fragment, as_text, client, el, join, listing, say, sentence_case
from casebook.memo.numbers import Register, Val
from casebook.memo.tables import Column, Group, Row, table

CASES = (
    Column("Case"),
    Column("Recommended at full cost"),
    Column("On vendor invoices alone"),
    Column("Bills and labour in month 1", True),
    Column("Up front", True),
    Column("Saving over the horizon", True),
    Column("Payback", True),
    Column("Files"),
)


class Portfolio:
    """All the cases of an output folder, as the sections of the page ask for them."""

    def __init__(self, portfolio: Mapping[str, Any]) -> None:
        self.register = Register()
        self.records: Mapping[str, Mapping[str, Any]] = portfolio["cases"]
        self.reconciliation: str | None = portfolio["reconciliation"]
        self.cases = [Listed(self.register, name, record) for name, record in self.records.items() if record["report"]]

    @property
    def chosen(self) -> list[Listed]:
        """The cases whose full cost has a verdict that can be run."""
        return [case for case in self.cases if case.chosen]

    @property
    def in_need(self) -> dict[str, Mapping[str, Any]]:
        """The cases that are not up to date or have no report."""
        return {
            name: record
            for name, record in self.records.items()
            if record["state"] != records.CURRENT or record["report"] is None
        }

    def count(self, what: str, number: int) -> Val:
        """A count as a figure."""
        return self.register.add(f"count.{what}", number, numbers.plain)

    def total(self, figures: str, figure: str) -> Markup:
        """The sum of a figure of the options recommended at full cost, an amount for each currency."""
        sums: dict[str, float] = {}
        for case in self.chosen:
            sums[case.currency] = sums.get(case.currency, 0.0) + case.figure(f"{figures}.{figure}")
        amounts = [
            self.register.add(f"total.{figures}.{figure}.{currency}", amount, lambda v, c=currency: numbers.money(v, c))
            for currency, amount in sorted(sums.items())
        ]
        return listing(amounts) if amounts else Markup("–")


def portfolio_in(output: str | None) -> Mapping[str, Any]:
    """The portfolio of a folder; without one given, of the nearest `output`, or an empty one where there is none."""
    if output is not None:
        return records.read_portfolio(Path(output))
    here = Path.cwd()
    near = next((folder / "output" for folder in (here, *here.parents) if _has_portfolio(folder / "output")), None)
    return records.portfolio_of(here, {}) if near is None else records.read_portfolio(near)


def _has_portfolio(folder: Path) -> bool:
    return (folder / records.FILE).is_file()


def title(page: Portfolio) -> Fragment:
    """The page's title, for the tab and the file list."""
    return Fragment("title", el("title", "Portfolio: ", as_text(_headline(page))))


def header(page: Portfolio) -> Fragment:
    """What this is, over how many cases, as of when, by which version."""
    days = sorted({case.report["as_of"] for case in page.cases})
    versions = sorted({case.report["casebook"] for case in page.cases})
    facts: list[tuple[str, Any]] = [("Cases", page.count("cases", len(page.records)))]
    if days:
        span = [day_of(days[0])] if len(days) == 1 else [day_of(days[0]), " to ", day_of(days[-1])]
        facts += [("Prices as of", join(span)), ("Casebook", ", ".join(versions))]
    return opening("Portfolio", _headline(page), facts)


def _headline(page: Portfolio) -> Markup:
    """In how many cases fine-tuning is the answer, in a sentence."""
    every, tuned = len(page.cases), sum(case.is_tuned for case in page.chosen)
    if not every:
        return Markup("No case has a report yet")
    if every == 1:
        return say("The one case {verb} for fine-tuning", verb="calls" if tuned else "does not call")
    if tuned in (0, every):
        which = say("all {n} cases call" if tuned else "none of {n} cases calls", n=numbers.in_words(every))
    else:
        verb = "calls" if tuned == 1 else "call"
        which = say("{some} of {n} cases {verb}", some=numbers.in_words(tuned), n=numbers.in_words(every), verb=verb)
    return sentence_case(say("{which} for fine-tuning", which=which))


def key_figures(page: Portfolio) -> Fragment:
    """Four figures to remember: what the answers cost a month and up front, where the scopes part, what is amiss."""
    parted = sum(case.parted for case in page.cases)
    need = Counter(_word(record) for record in page.in_need.values())
    kinds = listing([say("{n} {what}", n=page.count(what, number), what=what) for what, number in sorted(need.items())])
    invoices = "{amount} on vendor invoices"
    figures = [
        (
            "Bills and labour in month 1",
            page.total("full.option", "cash_per_month"),
            say(invoices, amount=page.total("on_invoices", "cash_per_month")),
        ),
        (
            "Up-front cost",
            page.total("full.option", "one_time"),
            say(invoices, amount=page.total("on_invoices", "one_time")),
        ),
        ("Scopes disagree", page.count("parted", parted), "full cost and vendor invoices, by case"),
        ("Need attention", page.count("need", len(page.in_need)), kinds or "every report is up to date"),
    ]
    return kpis(figures)


def attention(page: Portfolio) -> Fragment:
    """The cases that failed, whose inputs have changed, or whose case file is gone, and what each still shows."""
    if not page.in_need:
        return empty("attention")
    columns = (Column("Case"), Column("State"), Column("What is shown"), Column("Look at"))
    rows = [
        Row(
            [
                join([client(record["report"]["client"]), small(name)]) if record["report"] else name,
                state_mark(record),
                _shown_of(record),
                link(name, record["failure"], "what was left") if record["failure"] else "–",
            ]
        )
        for name, record in page.in_need.items()
    ]
    body = table("What the last build left", columns, [Group(rows)], class_="attention")
    return section("attention", _needing(page), body)


def _needing(page: Portfolio) -> Markup:
    number = len(page.in_need)
    verb = "report needs" if number == 1 else "reports need"
    return sentence_case(say("{n} {verb} attention", n=numbers.in_words(number), verb=verb))


def _word(record: Mapping[str, Any]) -> str:
    return as_text(state_mark(record)).lower()


def _shown_of(record: Mapping[str, Any]) -> str:
    if record["report"] is None:
        why = record["unreadable"]
        return "Nothing yet" if why is None else f"Its files only; {why}; build it again"
    return {
        records.FAILED: "The last good report",
        records.STALE: "The report as it was before its inputs changed",
        records.ORPHAN: "The report as last built; its case file is not in params/",
    }[record["state"]]


def cases(page: Portfolio) -> Fragment:
    """The table of cases."""
    if not page.cases:
        text = el("p", "Write a case file and build it: ", el("code", "casebook new NAME"), ".")
        return section("cases", "How to start", text)
    note = (
        "The month and the up-front cost are those of the option recommended at full cost; below them, its cost on "
        "vendor invoices. Saving is at full cost, against what runs today or the next-best option; so is payback, "
        "but where it says whose or against what."
    )
    rows = [_row(case) for case in page.cases]
    body = table("Every case, in the order of the names", CASES, [Group(rows)], note, class_="portfolio")
    return section("cases", _agreement(page), body)


def _agreement(page: Portfolio) -> Markup:
    """In how many cases the two scopes give one answer."""
    every, parted = len(page.cases), sum(case.parted for case in page.cases)
    if not parted:
        return Markup("Full cost and vendor invoices give the same answer in every case")
    in_all = say("in {some} of {n} cases", some=numbers.in_words(parted), n=numbers.in_words(every))
    return say("Full cost and vendor invoices disagree {where}", where="in every case" if parted == every else in_all)


def _row(case: Listed) -> Row:
    return Row(
        [
            case.heading(),
            case.answer("full"),
            case.answer("invoice"),
            case.two_scopes("cash_per_month"),
            case.two_scopes("one_time"),
            case.saving(),
            case.payback(),
            files_of(case.name, case.record),
        ]
    )


def footer(page: Portfolio) -> Fragment:
    """The further report, the rounding, and where the same table is to be had."""
    parts = [el("p", "The same table with totals: ", el("a", "portfolio.xlsx", href="portfolio.xlsx"), ".")]
    if page.reconciliation:
        way = link(records.RECONCILIATION, page.reconciliation, "reconciliation of published figures")
        parts.append(el("p", "Beside the cases: the ", way, "."))
    parts.append(el("p", LEVELS_AND_DIFFERENCES))
    return Fragment("footer", join(parts))


SECTIONS = (title, header, key_figures, attention, cases, footer)
"""The sections in the order of the page."""


def index_page(portfolio: Mapping[str, Any], templates: Path) -> str:
    """The finished page of a portfolio: its sections as the notebook shows them, through the same template."""
    from nbconvert.exporters import HTMLExporter
    from nbformat import v4

    page = Portfolio(portfolio)
    cells = []
    for tell in SECTIONS:
        shown = v4.new_output("execute_result", {"text/html": tell(page)._repr_html_()})
        tags = {"tags": [f"memo:{tell.__name__}"]}
        cells.append(v4.new_code_cell(f"portfolio.{tell.__name__}(page)", metadata=tags, outputs=[shown]))
    exporter = HTMLExporter(template_name="portfolio", extra_template_basedirs=[str(templates)])
    return exporter.from_notebook_node(v4.new_notebook(cells=cells), {"metadata": {"name": "index"}})[0]
