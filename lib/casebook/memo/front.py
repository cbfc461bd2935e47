"""The memo's first page: who and when, the answer, its reasons, the key figures; and the last lines."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from casebook.memo.crossing import cell, months_of
from casebook.memo.drawn import strength
from casebook.memo.frame import LEVELS_AND_DIFFERENCES, author, closing, empty, kpis, opening_for, section, title_for
from casebook.memo.layout import framed
from casebook.memo.markup import Fragment, client, day, el, join, listing, quoted, say
from casebook.memo.prose import decision, recommendation, split
from casebook.memo.prose import title as headline
from casebook.memo.reasons import reasons
from casebook.memo.rulebook import in_words
from casebook.memo.view import Memo, direction


def title(memo: Memo) -> Fragment:
    """The page's title, for the tab and the file list."""
    return title_for(memo.case, headline(memo))


def header(memo: Memo) -> Fragment:
    """What this is, for whom, by whom, as of when."""
    case = memo.case
    facts = [*author(case), ("Prices as of", day(case.as_of))]
    return opening_for(case, "Decision memo", headline(memo), facts)


def answer(memo: Memo) -> Fragment:
    """The recommendation with its amounts, where the scopes part first, then why, then what is asked."""
    divided, asked = split(memo), decision(memo)
    items = [el("li", el("strong", reason.head), " ", reason.detail) for reason in reasons(memo)]
    parts = [
        None if divided is None else el("p", divided, class_="split"),
        el("p", recommendation(memo), class_="recommendation"),
        el("ol", *items) if items else None,
        el("p", _footing(memo), class_="footing") if memo.winner("full") else None,
        None if asked is None else el("p", asked, class_="decision"),
    ]
    return section("answer", "Recommendation", *parts)


def _footing(memo: Memo) -> Markup:
    """How strong the verdict is and the rules it stands on."""
    found = memo.recommendation("full")
    text = say("The recommendation is {strength}", strength=found["strength"])
    other = memo.recommendation("invoice")["strength"]
    if other != found["strength"]:
        text = say("{text} at full cost and {other} on vendor invoices alone", text=text, other=other)
    held = strength(memo)
    if held is not None:
        text = say("{text}; {held}", text=text, held=held)
    met = {True: "; the accuracy target is met", False: "; the accuracy target is missed", None: ""}[
        found["target_met"]
    ]
    fired = [say("{says} ({id})", says=_lowered(in_words(rule)), id=rule) for rule in found["fired"]]
    if not fired:
        return say("{text}{met}. No rule fired.", text=text, met=met)
    lead = "Rule that fired" if len(fired) == 1 else "Rules that fired"
    return say("{text}{met}. {lead}: {fired}.", text=text, met=met, lead=lead, fired=join(fired, "; "))


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]


def key_figures(memo: Memo) -> Fragment:
    """Four figures to remember: the difference it makes, payback, the month's bill, the money up front."""
    winner = memo.winner("full")
    if winner is None:
        return empty("key_figures")
    figures = [_difference(memo, winner), _payback(memo, winner), _bill(memo, winner), _up_front(memo, winner)]
    return kpis(figures)


def _difference(memo: Memo, winner: str) -> tuple[Any, Any, Any]:
    span = say("{months}‑month", months=memo.given("horizon_months"))
    pair = memo.headline("full")
    if pair is None:
        on_invoices = say("{cost} on vendor invoices", cost=memo.of("invoice", winner, "tco"))
        return say("{span} cost", span=span), memo.of("full", winner, "tco"), on_invoices
    word = "saving" if direction(pair.figures["tco_saving"]) >= 0 else "extra cost"
    much = memo.size(pair.path("tco_saving"))
    small = say("against {other}", other=memo.name(pair.baseline))
    before = memo.scope("full")["options"][pair.baseline]["tco"]
    if direction(pair.figures["tco_saving"]) > 0 and before > 0:
        cut = memo.cut(f"full.options.{winner}.tco", f"full.options.{pair.baseline}.tco")
        small = say("{cut} off {other}", cut=cut, other=memo.name(pair.baseline))
    return say("{span} {word}", span=span, word=word), much, small


def _payback(memo: Memo, winner: str) -> tuple[Any, Any, Any]:
    """Payback of the verdict; where it is the base, of the option that would have to pay back."""
    pair, other = memo.payback("full"), memo.payback("invoice")
    if pair is None:
        return "Payback", "–", "nothing to compare with"
    if pair.candidate == winner:
        small = say("against {base}", base=memo.name(pair.baseline))
    else:
        small = say("of {rejected}", rejected=memo.name(pair.candidate))
    if other is not None and (other.baseline, other.candidate) == (pair.baseline, pair.candidate):
        small = say("{small}; {invoice} on vendor invoices", small=small, invoice=cell(memo, other))
    return "Payback", cell(memo, pair), small


def _bill(memo: Memo, winner: str) -> tuple[Any, Any, Any]:
    """What is paid a month, and what errors and waiting cost beside it."""
    small = say("{invoice} on vendor invoices", invoice=memo.of("invoice", winner, "cash_per_month"))
    beside = [
        say("{much} in {what}", much=memo.of("full", winner, name), what=what)
        for what, name in (("errors", "error_cost_per_month"), ("waiting", "latency_cost_per_month"))
        if memo.figure(f"full.options.{winner}.{name}")
    ]
    if beside:
        small = say("plus {beside}; {small}", beside=listing(beside), small=small)
    return "Bills and labour in month 1", memo.of("full", winner, "cash_per_month"), small


def _up_front(memo: Memo, winner: str) -> tuple[Any, Any, Any]:
    small = say("{invoice} on vendor invoices", invoice=memo.of("invoice", winner, "one_time"))
    return "Up-front cost", memo.of("full", winner, "one_time"), small


def notes(memo: Memo) -> Fragment:
    """The notes of the case file, quoted."""
    if not memo.case.notes:
        return empty("notes")
    heading = say("Notes that came with the case of {who}", who=client(memo.case.client))
    return framed(memo, "notes", heading, el("blockquote", quoted(memo.case.notes), dir="auto"))


def footer(memo: Memo) -> Fragment:
    """Confidentiality, and what exactly was computed."""
    case, made = memo.case, memo.results["provenance"]
    hashes = [
        say("{what} {code}", what=what, code=el("code", code[:12]))
        for what, code in (("case", made["case_hash"]), ("model", made["model_hash"]))
    ]
    versions = [
        say("{name} {version}", name=name, version=el("code", number))
        for name, number in sorted(made["packages"].items())
    ]
    second = [say("Casebook {version}", version=el("code", made["casebook"])), *hashes, *versions]
    longest = max(("horizon_months", "max_payback_months"), key=memo.amount)
    window = say("Payback is looked for over {span}, a first crossing over ten years.", span=months_of(memo, longest))
    return closing(case, join([LEVELS_AND_DIFFERENCES, " ", window]), second)
