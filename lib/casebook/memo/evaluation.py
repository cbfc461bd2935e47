"""The evaluation report: who passed how many items, what that shows, and what it would take to show more.

page = page_of(globals())
answer(page)      # a section, shown as the output of the notebook's cell
"""

from __future__ import annotations

from markupsafe import Markup

from casebook.case import Case
from casebook.memo.evaluation_figures import EvaluationPage, Tested, page_of
from casebook.memo.evaluation_findings import method, pairs, rates, reach, stability, votes
from casebook.memo.frame import author, closing, empty, kpis, opening_for, section, title_for
from casebook.memo.markup import Fragment, client, el, say, sentence_case
from casebook.memo.pairing import difference, items, would_show

__all__ = ["SECTIONS", "EvaluationPage", "page_of"]


def title(page: EvaluationPage) -> Fragment:
    """The page's title, for the tab and the file list."""
    return title_for(page.case, headline(page))


def header(page: EvaluationPage) -> Fragment:
    """What this is, for whom, of how many items."""
    facts = [*author(page.case), ("Items", page.fig("items")), ("Runs of an item", page.fig("runs"))]
    return opening_for(page.case, "Evaluation report", headline(page), facts)


def headline(page: EvaluationPage) -> Markup:
    """What the evaluation shows, as a sentence."""
    found = page.pairs
    if not found:
        passed, all_items = page.fig("options.0.passed"), page.fig("options.0.items")
        name = page.option_name(page.report["options"][0]["name"])
        return say("{name} passed {passed} of {all}", name=name, passed=passed, all=items(all_items))
    if len(found) == 1:
        return _of_one(found[0])
    shown = sum(pair.shown for pair in found)
    every = page.count("pairs", len(found))
    if not shown:
        return say("None of {every} differences is shown by {items}", every=every, items=items(page.fig("items")))
    if shown == len(found):
        which = "both" if shown == 2 else say("all {every}", every=every)
        return say("The evaluation shows {which} differences", which=which)
    return say("The evaluation shows {some} of {every} differences", some=page.count("pairs_shown", shown), every=every)


def _of_one(pair: Tested) -> Markup:
    if not pair.lead:
        form = "{items} {verb} no difference between {better} and {worse}"
        verb = "shows" if pair.figures["items"] == 1 else "show"
        return say(form, items=items(pair.fig("items")), verb=verb, better=pair.better, worse=pair.worse)
    lead = pair.fig("lead")
    return say(
        "The +{lead} of {better} {verb} shown by {items}",
        lead=lead,
        better=pair.better,
        verb=("is" if lead.text.endswith("point") else "are") + ("" if pair.shown else " not"),
        items=items(pair.fig("items")),
    )


def answer(page: EvaluationPage) -> Fragment:
    """What was found, how sure that is, and what to do."""
    pair = page.main
    points = [] if pair is None else _reasons(pair)
    points += [Markup(client(each)) for each in page.report["warnings"][:_MOST_WARNINGS]]
    parts = [
        el("p", _summary(page), class_="recommendation"),
        el("ol", *[el("li", point) for point in points]) if points else None,
        el("p", _footing(page), class_="footing"),
    ]
    return section("answer", "What the evaluation shows", *parts)


_MOST_WARNINGS = 2


def _summary(page: EvaluationPage) -> Markup:
    pair = page.main
    if pair is None:
        name = page.option_name(page.report["options"][0]["name"])
        low, high = page.fig("options.0.interval.0"), page.fig("options.0.interval.1")
        form = "The true pass rate of {name} lies between {low} and {high}; nothing was compared with it."
        return say(form, name=name, low=low, high=high)
    return difference(pair.compared)


def _reasons(pair: Tested) -> list[Markup]:
    """How likely so many items were to show the difference, and how many would."""
    if not pair.lead:
        return []
    told = would_show(pair.compared)
    said = [] if told is None else [told]
    if not pair.shown:
        said.append(Markup("Not shown is not the same as equal: it takes more items, or the decision rests on cost."))
    return said


def _footing(page: EvaluationPage) -> Markup:
    return say("{votes} Pairs are tested on these votes, item by item.", votes=votes(page))


def key_figures(page: EvaluationPage) -> Fragment:
    """Four figures to remember: the difference, its p-value, its power, the items it takes."""
    pair = page.main
    if pair is None or not pair.figures["items"]:
        return empty("key_figures")
    ahead = say("{better} ahead", better=pair.better) if pair.lead else "neither is ahead"
    level, power = page.fig("rules.level"), page.fig("rules.power")
    counts = [
        ("Difference", pair.fig("lead"), ahead),
        ("Exact p", pair.fig("exact_p"), say("shown below {level}", level=level)),
        ("Chance to show it", pair.known("power"), say("with {items}", items=items(pair.fig("items")))),
        ("Items to show it", pair.known("items_for_80"), say("in {power} of evaluations", power=power)),
    ]
    return kpis(counts)


def warnings(page: EvaluationPage) -> Fragment:
    """What the results lack."""
    found = page.report["warnings"]
    if not found:
        return empty("warnings")
    head = "One thing to bear in mind" if len(found) == 1 else "What to bear in mind"
    body = el("ul", *[el("li", client(each)) for each in found])
    return section("warnings", head, body)


def footer(page: EvaluationPage) -> Fragment:
    """Confidentiality, and what exactly was computed."""
    case, made = page.case, page.report["provenance"]
    second = [
        say("Casebook {version}", version=el("code", made["casebook"])),
        say("case {code}", code=el("code", made["case_hash"][:12])),
        say("{file} {code}", file=client(made["results"]), code=el("code", made["results_hash"][:12])),
    ]
    rounding = "Figures are rounded to three significant digits and differences to two after calculation."
    return closing(case, rounding, map(sentence_case, second))


SECTIONS = (title, header, answer, key_figures, rates, pairs, reach, stability, warnings, method, footer)
"""The sections in the order of the page."""


def told(case: Case) -> EvaluationPage:
    """The report of a case with every section told, and so every number registered that it may show."""
    page = EvaluationPage(case)
    for tell in SECTIONS:
        tell(page)
    return page
