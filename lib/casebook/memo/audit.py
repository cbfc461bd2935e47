"""The page of an audit: published figures, what the model gives for each, and what would reconcile them.

page = AuditPage(load_audit())
answer(page)      # a section, shown as the output of the notebook's cell
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from casebook.analysis.audit import audited
from casebook.analysis.audit_list import Audit, audit_from, load_audit
from casebook.memo import numbers
from casebook.memo.audit_figures import AuditFigures, comes_out, gap_in_words, group, nearest_way, quiet, what_is_set
from casebook.memo.frame import empty, kpis, numbered, opening, section
from casebook.memo.markup import Fragment, as_text, client, day, el, join, listing, say, sentence_case
from casebook.memo.numbers import Val
from casebook.memo.tables import Column, Group, Row, table

FIGURES = (
    Column("Figure"),
    Column("Published", True),
    Column("Computed", True),
    Column("Difference", True),
    Column("Result"),
    Column("Source and note", class_="quiet"),
)
CONFLICTS = (
    Column("Figure"),
    Column("Published", True),
    Column("Computed", True),
    Column("Source", class_="quiet"),
    Column("Comes out with", class_="quiet"),
)


class AuditPage(AuditFigures):
    """An audit and its results, as the sections of its page ask for them."""

    def __init__(self, audit: Audit, results: Mapping[str, Any] | None = None) -> None:
        """Speak of an audit; `results` are its results where they are at hand."""
        super().__init__(audit, audited(audit) if results is None else results)

    @property
    def all_figures(self) -> list[tuple[int, int, Mapping[str, Any]]]:
        """Every figure with the places of its family and of itself."""
        return [
            (place, index, figure)
            for place, family in enumerate(self.results["families"])
            for index, figure in enumerate(family["figures"])
        ]

    @property
    def missed(self) -> list[tuple[int, int, Mapping[str, Any]]]:
        """The figures that do not come out."""
        return [each for each in self.all_figures if not comes_out(each[2])]

    def count(self, what: str, number: int) -> str | Val:
        """A count as a word where that is short."""
        text = numbers.in_words(number)
        return text if text.isalpha() else self.register.add(f"count.{what}", number, numbers.plain)


def audit_of(title: str | None, families: list[Any] | None) -> Audit:
    """The audit that a notebook's variables describe: the list that was injected, or the project's own."""
    if title is None and families is None:
        return load_audit()
    return audit_from({"title": title, "families": families}, Path.cwd())


def title(page: AuditPage) -> Fragment:
    """The page's title, for the tab and the file list."""
    return Fragment("title", el("title", as_text(_headline(page))))


def header(page: AuditPage) -> Fragment:
    """What this is, of what, as of when."""
    days = sorted({family.case.as_of for family in page.audit.families})
    facts: list[tuple[str, Any]] = [
        ("Published in", "the source article"),
        ("Figures", _count(page, "figures", len(page.all_figures))),
        ("Cases computed", _count(page, "families", len(page.audit.families))),
        ("As of", join([day(one) for one in days], ", ")),
    ]
    kicker = join(["Reconciliation", client(page.audit.title)], " · ")
    return opening(kicker, _headline(page), facts)


def _headline(page: AuditPage) -> Markup:
    figures = page.all_figures
    out = len(figures) - len(page.missed)
    text = say(
        "{out} of {all} published figures {verb} out as published",
        out=_words(out),
        all=_words(len(figures)),
        verb="comes" if out == 1 else "come",
    )
    return sentence_case(text)


_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty")


def _words(count: int) -> str:
    """A count in a headline: a word up to twenty."""
    return _TEENS[count - 13] if 13 <= count <= 20 else numbers.in_words(count)


def answer(page: AuditPage) -> Fragment:
    """How many figures come out, on what, how far off the others are and what brings them back."""
    points = (_on_what(page), _furthest(page), _never(page), _brought_back(page))
    items = [el("li", point) for point in points if point is not None]
    parts = [
        el("p", _summary(page), class_="recommendation"),
        el("ol", *items) if items else None,
        el("p", _how(), class_="footing"),
    ]
    return section("answer", "What the arithmetic says", *parts)


def _summary(page: AuditPage) -> Markup:
    out, missed = len(page.all_figures) - len(page.missed), len(page.missed)
    return sentence_case(
        say(
            "{out} {word} out when the article is computed; {missed} {verb} not.",
            out=page.count("come_out", out),
            word="figure comes" if out == 1 else "figures come",
            missed=page.count("missed", missed),
            verb="does" if missed == 1 else "do",
        )
    )


def _on_what(page: AuditPage) -> Markup | None:
    out = [figure for _, _, figure in page.all_figures if comes_out(figure)]
    assumed = [figure for figure in out if figure["status"] == "reproduced with assumption"]
    if not assumed:
        return None
    who = "All" if len(assumed) == len(out) else sentence_case(Markup(page.count("with_assumption", len(assumed))))
    return say(
        "{who} of those that come out rest on an input that the article does not give: "
        "they show what it must have reckoned with, not that it is so.",
        who=who,
    )


def _furthest(page: AuditPage) -> Markup | None:
    """The figure that is most times off."""
    off = [each for each in page.missed if (each[2]["computed"] or 0) > 0 and each[2]["low"] > 0]
    if not off:
        return None
    place, index, figure = max(off, key=lambda each: max(_factor(each[2]), 1 / _factor(each[2])))
    return say(
        "The furthest off is the {name}: published as {published}, it comes to {computed}, {gap}.",
        name=page.name(figure, inside=True),
        published=page.published(place, index),
        computed=page.computed(place, index),
        gap=gap_in_words(page, place, index),
    )


def _factor(figure: Mapping[str, Any]) -> float:
    end = figure["low"] if figure["computed"] < figure["low"] else figure["high"]
    return figure["computed"] / end


def _never(page: AuditPage) -> Markup | None:
    """The figures that the model says never to."""
    found = [each for each in page.missed if each[2]["never"]]
    if not found:
        return None
    names = listing([page.name(figure, inside=True) for _, _, figure in found])
    return say("Never, with the inputs taken here: {names}.", names=names)


def _brought_back(page: AuditPage) -> Markup | None:
    if not page.missed:
        return None
    back = [each for each in page.missed if nearest_way(each[2]) is not None]
    if len(back) == len(page.missed):
        return Markup("All of those that do not come out do so with other inputs, named below.")
    text = say(
        "{back} of the {missed} that do not come out {verb} so with other inputs, named below",
        back=sentence_case(Markup(page.count("brought_back", len(back)))),
        missed=page.count("missed", len(page.missed)),
        verb="does" if len(back) == 1 else "do",
    )
    rest = len(page.missed) - len(back)
    tail = "one does with nothing that was tried" if rest == 1 else "the others do with nothing that was tried"
    return say("{text}; {tail}.", text=text, tail=tail)


def _how() -> str:
    return (
        "A figure counts as published when it is within a hundredth of what was published, in its range where it is "
        "one, or the same once rounded to as many digits. Every computed figure is a run of the model."
    )


def key_figures(page: AuditPage) -> Fragment:
    """Four counts: all, those that come out, those that do not, those brought back by other inputs."""
    figures, missed = page.all_figures, page.missed
    assumed = [each for each in figures if each[2]["status"] == "reproduced with assumption"]
    back = [each for each in missed if nearest_way(each[2]) is not None]
    counts = [
        ("Published figures", "figures", len(figures), "that a case can compute"),
        ("Come out", "come_out", len(figures) - len(missed), say("{n} with an assumption", n=_words(len(assumed)))),
        ("Do not come out", "missed", len(missed), "from the inputs published"),
        ("Come out otherwise", "brought_back", len(back), "with inputs that are named"),
    ]
    return kpis((label, _count(page, what, n), small) for label, what, n, small in counts)


def _count(page: AuditPage, what: str, number: int) -> Val:
    return page.register.add(f"count.{what}", number, numbers.plain)


def families(page: AuditPage) -> Fragment:
    """Each family of figures under its heading: what it comes to, and what would reconcile it."""
    return Fragment("families", join([_family(page, place) for place in range(len(page.results["families"]))]))


def _family(page: AuditPage, place: int) -> Markup:
    family = page.results["families"][place]
    groups = [group(page, place, index) for index in range(len(family["figures"]))]
    caption = say("Claims {claims}", claims=family["claims"]) if _several(family) else f"Claim {family['claims']}"
    body = table(caption, FIGURES, [*groups, Group([], rest=_rests_on(page, place))], class_="elsewhere")
    title, reading = (client(family[text]) for text in ("title", "reading"))
    return _framed(page, f"family-{place + 1}", place + 1, title, el("p", reading), body)


def _several(family: Mapping[str, Any]) -> bool:
    return not family["claims"].isdigit()


def _rests_on(page: AuditPage, place: int) -> list[tuple[Any, Any]]:
    """The inputs of a family's case that are only assumed."""
    found = page.assumed(place)
    return [(quiet("Not published and assumed"), found)] if found else []


def conflicts(page: AuditPage) -> Fragment:
    """What does not come out, in one table, the claims it stands against and what it would take."""
    missed = page.missed
    if not missed:
        return empty("conflicts")
    rows = [_conflict(page, place, index) for place, index, _ in missed]
    number = len(page.results["families"]) + 1
    many = page.count("missed", len(missed))
    word = "figure does" if len(missed) == 1 else "figures do"
    heading = say("{many} published {word} not come out", many=many, word=word)
    body = table("What does not come out", CONFLICTS, [Group(rows)], class_="conflicts")
    return Fragment("conflicts", _framed(page, "conflicts", number, sentence_case(heading), body))


def _conflict(page: AuditPage, place: int, index: int) -> Row:
    figure = page.figure(place, index)
    way = nearest_way(figure)
    return Row(
        [
            page.name(figure),
            page.published(place, index),
            page.computed(place, index),
            client(figure["source"][:1].upper() + figure["source"][1:]),
            "nothing that was tried" if way is None else what_is_set(page, place, index, way),
        ]
    )


def _framed(page: AuditPage, name: str, number: int, heading: Any, *content: Any) -> Markup:
    title = el("h2", numbered(number, heading), id=name)
    return el("section", title, *content, class_="published", aria_labelledby=name)


def footer(page: AuditPage) -> Fragment:
    """What exactly was computed."""
    made = page.results["provenance"]
    hashes = {family["id"]: family["case_hash"] for family in page.results["families"]}
    cases = [say("{id} {code}", id=name, code=el("code", code[:12])) for name, code in hashes.items()]
    first = (
        "The source is cited by the number of the claim. Figures are rounded to three significant digits and "
        "differences to two after calculation."
    )
    second = [
        say("Casebook {version}", version=el("code", made["casebook"])),
        say("model {code}", code=el("code", made["model_hash"][:12])),
        *cases,
    ]
    return Fragment("footer", join([el("p", first), el("p", join(second, " · "))]))


SECTIONS = (title, header, answer, key_figures, families, conflicts, footer)
"""The sections in the order of the page."""


def told(audit: Audit, results: Mapping[str, Any]) -> AuditPage:
    """The page of an audit with every section told, and so every number registered that it may show."""
    page = AuditPage(audit, results)
    for tell in SECTIONS:
        tell(page)
    return page
