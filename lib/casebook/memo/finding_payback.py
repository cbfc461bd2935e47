"""The second finding: when the option that matters pays back, drawn and as an equation with its numbers."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from casebook.memo.charts import line_chart
from casebook.memo.crossing import months_of, predicate, sentence
from casebook.memo.equals import alike
from casebook.memo.equation import break_even, symbols
from casebook.memo.frame import empty
from casebook.memo.lasting import worn_away
from casebook.memo.layout import framed, present
from casebook.memo.markup import Fragment, el, join, say
from casebook.memo.parts import scope_title
from casebook.memo.prose import ALONE
from casebook.memo.timeline import cost_chart, omitted
from casebook.memo.turning import Turn, shown_at, turns
from casebook.memo.view import SCOPES, Memo, Pair, direction


def payback(memo: Memo) -> Fragment:
    """Cumulative cost with the crossing, and the break-even equation with its numbers."""
    if not present(memo, "payback"):
        return empty("payback")
    scopes = SCOPES if not memo.agreed else ("full",)
    shown = [_payback_in(memo, scope, len(scopes) > 1) for scope in scopes if memo.winner(scope)]
    if len(shown) > 1:  # on paper they stand abreast
        shown = [[el("div", *[el("div", *parts) for parts in shown], class_="abreast")]]
    pairs = [pair for pair in map(memo.telling, scopes) if pair is not None]
    return framed(memo, "payback", _payback_heading(memo), *shown[0], symbols(memo, pairs))


def _payback_heading(memo: Memo) -> Markup:
    full, invoice = memo.telling("full"), memo.telling("invoice")
    if full is None:
        scope = "full" if memo.winner("full") else "invoice"
        winner = str(memo.winner(scope))
        over = months_of(memo, "horizon_months")
        return say(
            "{name} costs {cost} over {over}", name=memo.name(winner), cost=memo.of(scope, winner, "tco"), over=over
        )
    name = memo.name(full.candidate)
    if not memo.agreed and invoice is not None and invoice.candidate == full.candidate:
        return say(
            "{name} {invoice} on vendor invoices alone; at full cost it {full}",
            name=name,
            invoice=predicate(memo, invoice),
            full=predicate(memo, full),
        )
    ending = ", but is ruled out" if memo.out("full", full.candidate) else ""
    return say("{sentence}{ending}", sentence=sentence(memo, full)[:-1], ending=ending)


def _payback_in(memo: Memo, scope: str, titled: bool) -> list[Any]:
    pair = memo.telling(scope)
    chart = cost_chart(memo, scope, pair)
    caption = [
        el("strong", say("Cumulative cost, {where}.", where=ALONE[scope].removeprefix("at ").removeprefix("on ")))
    ]
    more = memo.names(omitted(memo, scope, pair))
    if more:
        caption.append(el("span", say(" Left out for legibility: {more}.", more=more), class_="more"))
    parts: list[Any] = [el("h3", scope_title(memo, scope))] if titled else []
    parts.append(el("figure", line_chart(chart), el("figcaption", *caption)))
    return parts if pair is None else [*parts, *_equation(memo, pair)]


def _equation(memo: Memo, pair: Pair) -> list[Any]:
    equation = break_even(memo, pair)
    words = _volume_words(memo, pair)
    shown = [] if equation is None else [equation]
    return [*shown, el("p", words)] if words else shown


def _volume_turn(memo: Memo, pair: Pair) -> Turn | None:
    """The volume at which the verdict turns on this payback, month by month; None where something else decides."""
    if {"E4", "E5"}.isdisjoint(memo.recommendation(pair.scope)["fired"]):
        return None
    chosen = pair.candidate == memo.winner(pair.scope)
    other = pair.baseline if chosen else pair.candidate
    for turn in turns(memo, pair.scope):
        if turn.given.line == "calls_per_month" and turn.up != chosen and turn.then == other:
            return turn
    return None


def _volume_words(memo: Memo, pair: Pair) -> Markup:
    """Break-even in months, weeks and calls, and the volume that payback within the limit takes."""
    figures, parts = pair.figures, []
    if figures["static_months"]:
        months, weeks = memo.pair_val(pair, "static_months"), memo.pair_val(pair, "static_weeks")
        # Under a month it is told in days, under a week by both figures.
        when = say("in {months}" if figures["static_months"] < 1 else "after {months}", months=months)
        when = when if alike(months, weeks) else say("{when} ({weeks})", when=when, weeks=weeks)
        back = "would be" if worn_away(pair) else "is"
        text = say("At the figures of month 1 the extra cost {back} back {when}", back=back, when=when)
        if figures["breakeven_calls"]:
            text = say(
                "{text}; a saving per call alone takes {calls} calls",
                text=text,
                calls=memo.pair_val(pair, "breakeven_calls"),
            )
        parts.append(say("{text}.", text=text))
    limit = months_of(memo, "max_payback_months")
    if direction(figures["one_time_delta"]) <= 0:
        return join(parts, " ")
    turn = _volume_turn(memo, pair)
    if turn is not None:
        form = "Payback within {limit} takes {needed} calls a month; the case has {calls}."
        parts.append(say(form, limit=limit, needed=shown_at(memo, turn), calls=memo.given("calls_per_month")))
    elif figures["volume_for_max_payback"]:
        needed = memo.pair_val(pair, "volume_for_max_payback")
        form = "Payback within {limit} takes {needed} calls a month; the case has {calls}."
        parts.append(say(form, limit=limit, needed=needed, calls=memo.given("calls_per_month")))
    elif figures["volume_for_max_payback"] is None:
        form = "A call costs no less with {candidate} than with {base}, so no volume pays the extra cost back."
        parts.append(say(form, candidate=memo.name(pair.candidate), base=memo.name(pair.baseline)))
    return join(parts, " ")
