"""The frames that all our pages share: title, opening lines, key figures, a section under its heading, last lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from casebook.case import Case
from casebook.memo.charts import shortened
from casebook.memo.markup import Fragment, Markup, as_text, client, day, el, join, say

LEVELS_AND_DIFFERENCES = (
    "Levels are rounded to three significant digits and differences to two after calculation, "
    "so sums can differ in the last digit."
)
"""How the figures of the decision are rounded."""

Fact = tuple[Any, Any]
# As much of a client's name as leaves what the page says in sight of a tab.
_MOST_OF_A_NAME = 60


def title_for(case: Case, headline: Markup) -> Fragment:
    """The page's title, for the tab and the file list: whose it is, in a few words, and what it says."""
    who = client(shortened(case.client, _MOST_OF_A_NAME))
    return Fragment("title", el("title", as_text(say("{who}: {what}", who=who, what=headline))))


def opening(kicker: Any, headline: Markup, facts: Iterable[Fact]) -> Fragment:
    """What kind of page this is, what it says, and facts as term and figure."""
    listed = [el("div", el("dt", term), el("dd", fact)) for term, fact in facts]
    return Fragment(
        "header", join([el("p", kicker, class_="kicker"), el("h1", headline), el("dl", *listed, class_="facts")])
    )


def opening_for(case: Case, what: str, headline: Markup, facts: Iterable[Fact]) -> Fragment:
    """The opening of a page made for a client: title and confidentiality of the case, client and date, then facts."""
    kicker = [Markup(what), *[client(text) for text in (case.title, case.confidentiality) if text]]
    return opening(
        join(kicker, " · "), headline, [("Client", client(case.client)), ("Date", day(case.memo_date)), *facts]
    )


def author(case: Case) -> list[Fact]:
    """Who prepared it, where the case says."""
    return [("Prepared by", client(case.prepared_by))] if case.prepared_by else []


def kpis(figures: Iterable[tuple[Any, Any, Any]]) -> Fragment:
    """Key figures: a label, the figure, what to read it against."""
    cells = [
        el("div", el("dt", label), el("dd", figure, class_="figure"), el("dd", small, class_="small"))
        for label, figure, small in figures
    ]
    return Fragment("key_figures", el("dl", *cells, class_="kpis"))


def section(name: str, heading: Any, *content: Any) -> Fragment:
    """A section under its heading."""
    return Fragment(name, el("section", el("h2", heading, id=name), *content, class_=name, aria_labelledby=name))


def numbered(number: Any, heading: Any) -> Markup:
    """A heading with the place of its section before it."""
    return join([el("span", number, class_="number"), " ", el("span", heading)])


def closing(case: Case, rounding: Any, made: Iterable[Markup]) -> Fragment:
    """The last lines: confidentiality and client, how figures are rounded, and what exactly was computed."""
    first = [client(case.confidentiality)] if case.confidentiality else []
    first.append(say("Prepared for {who}", who=client(case.client)))
    return Fragment(
        "footer",
        join([el("p", join([stopped(text) for text in first], " ")), el("p", rounding), el("p", join(made, " · "))]),
    )


def stopped(text: Markup) -> Markup:
    """A sentence with its full stop; words that end with one, as `S.A.`, have it already."""
    return text if as_text(text)[-1:] in (".", "!", "?") else join([text, "."])


def empty(name: str) -> Fragment:
    """A section that this page has nothing for."""
    return Fragment(name, Markup(""))
