"""What the ranges do: the verdict's lead over the next-best option, one ranged input moved at a time."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from casebook.memo.condition import of_what, short_label
from casebook.memo.equals import alike
from casebook.memo.frame import empty
from casebook.memo.layout import framed, present
from casebook.memo.markup import Fragment, as_text, el, join, say, sentence_case
from casebook.memo.moving import Move, moved, ranged, runner_up, turned
from casebook.memo.numbers import Val
from casebook.memo.parts import scope_title
from casebook.memo.prose import ALONE
from casebook.memo.tornado import Bar, End, Tornado, tornado_chart
from casebook.memo.turning import Turn, shown_at, turns
from casebook.memo.units import with_unit
from casebook.memo.view import Memo, direction

_MOST = 6
# Fewer bars than this are told in words where the other scope has a chart.
_FEWEST = 3
_TOLD = 3
# A lead that keeps farther from zero than this share of the longest bar leaves the line at zero out.
_NEAR = 0.6


def sensitivity(memo: Memo) -> Fragment:
    """The tornado at full cost, and vendor invoices in words, or drawn where their verdict is another."""
    if not present(memo, "sensitivity"):
        return empty("sensitivity")
    main = "full" if moved(memo, "full") else "invoice"
    other = "invoice" if main == "full" else None
    drawn = [main]
    if other and not memo.agreed and len(moved(memo, other)) >= _FEWEST:
        drawn.append(other)
    parts: list[Any] = [el("p", _words(memo, main))]
    for scope in drawn:
        parts += [el("h3", scope_title(memo, scope))] if len(drawn) > 1 else []
        parts.append(_figure(memo, scope))
    if other and other not in drawn and moved(memo, other):
        parts.append(el("p", _on_invoices(memo, other)))
    return framed(memo, "sensitivity", _heading(memo, main), *parts)


def _heading(memo: Memo, scope: str) -> Markup:
    every = ranged(memo, scope)
    widest = moved(memo, scope)[0]
    if not memo.results["flip_points"]:
        return say("{label} moves the lead most", label=short_label(widest.given))
    number = len({turn.given.path for turn in turned(memo, scope)})
    all_ = memo.count("inputs_ranged", every)
    if not number:
        if every == 1:
            return Markup("The one input with a range does not change the choice")
        return sentence_case(say("Not one of {all} inputs with a range changes the choice", all=all_))
    some = memo.count("inputs_ranged_turning", number)
    range_ = "its range" if number == 1 else "their ranges"
    return sentence_case(
        say(
            "{some} of {all} inputs with a range can change the choice within {range}",
            some=some,
            all=all_,
            range=range_,
        )
    )


def _words(memo: Memo, scope: str) -> Markup:
    """What the lead is, what moves it most, and where the choice turns on the way."""
    widest = moved(memo, scope)[0]
    names = {"winner": memo.name(str(memo.winner(scope))), "other": memo.name(str(runner_up(memo, scope)))}
    likely, lead = _lead(memo, widest, "likely"), direction(widest.likely)
    months = memo.given("horizon_months")
    forms = {
        1: "{winner} leads the next-best option, {other}, by {lead} over {months} months {where}.",
        0: "{winner} and the next-best option, {other}, cost the same over {months} months {where}.",
        -1: "{winner} costs {lead} more over {months} months {where} than the next-best option, {other}.",
    }
    size = likely if lead >= 0 else memo.size(f"{widest.root}.tco_difference_likely")
    first = say(forms[lead], **names, lead=size, months=months, where=ALONE[scope])
    return join([first, _most(memo, moved(memo, scope)), *_turned(memo, scope, widest)], " ")


def _most(memo: Memo, found: list[Move]) -> Markup:
    """What the input that moves a lead most, or alone, makes of it at its two ends."""
    widest, most = found[0], " most" if len(found) > 1 else ""
    low, high = (_lead(memo, widest, end) for end in ("low", "high"))
    if alike(low, high):
        form = "{label} moves that{most}, and hardly: about {size} at either end of its range."
        return say(form, label=_named(memo, widest), most=most, size=memo.size(f"{widest.root}.tco_difference_low"))
    return say(
        "{label} moves that{most}: {low} at {at_low}, {high} at {at_high}.",
        most=most,
        label=_named(memo, widest),
        low=_ahead(memo, widest, "low"),
        high=_ahead(memo, widest, "high"),
        at_low=_end_value(memo, widest, "low"),
        at_high=_end_value(memo, widest, "high"),
    )


def _ahead(memo: Memo, move: Move, end: str) -> Markup:
    """The lead at an end without its sign; ahead or behind where it is not on the same side all along."""
    way, sides = direction(getattr(move, end)), {direction(move.low), direction(move.likely), direction(move.high)}
    if not way:
        return Markup("level")
    size = memo.size(f"{move.root}.tco_difference_{end}")
    return size.__html__() if sides == {way} else say("{size} {side}", size=size, side="ahead" if way > 0 else "behind")


def _turned(memo: Memo, scope: str, widest: Move) -> list[Markup]:
    """The values within the ranges at which another option is chosen; the widest has just been named."""
    told = turns(memo, "full") if scope == "invoice" and moved(memo, "full") else []
    found = sorted(turned(memo, scope)[:_TOLD], key=lambda turn: turn.given.path != widest.given.path)
    return [
        _turn_words(memo, turn, named=turn.given.path == widest.given.path)
        for turn in found
        if turn.then in memo.options and not any(turn.same(other) for other in told)
    ]


def _turn_words(memo: Memo, turn: Turn, named: bool) -> Markup:
    """Where the choice turns; without the input's label where it stands in the sentence before."""
    side = "from" if turn.up and turn.given.integer else "above" if turn.up else "below"
    at, then = _with_unit(memo, shown_at(memo, turn), turn), memo.name(turn.then)
    if named:
        return say("{side} {at} the choice turns to {then}.", side=side.capitalize(), at=at, then=then)
    form = "{label} {side} {at} turns the choice to {then}."
    return say(form, label=_named(memo, turn), side=side, at=at, then=then)


def _named(memo: Memo, about: Move | Turn) -> Markup:
    of = of_what(memo, about.given)
    label = short_label(about.given)
    return say("{label}", label=label) if of is None else say("{label} ({of})", label=label, of=of)


def _on_invoices(memo: Memo, scope: str) -> Markup:
    found = moved(memo, scope)
    verb, behind = "moves" if len(found) == 1 else "move", direction(found[0].likely) < 0
    form = "On vendor invoices alone {number} of them {verb} the lead of {name}."
    if behind:
        form = "On vendor invoices alone {name} costs {more} more than {other}; {number} of them {verb} that."
    text = say(
        form,
        number=memo.count(f"inputs_moving.{scope}", len(found)),
        verb=verb,
        name=memo.name(str(memo.winner(scope))),
        other=memo.name(str(runner_up(memo, scope))) if behind else None,
        more=memo.size(f"{found[0].root}.tco_difference_likely") if behind else None,
    )
    return join([text, _most(memo, found), *_turned(memo, scope, found[0])], " ")


def _lead(memo: Memo, move: Move, end: str) -> Val:
    return memo.val(f"{move.root}.tco_difference_{end}")


def _end_val(memo: Memo, move: Move, end: str) -> Val:
    value = getattr(move.given, end)
    return memo.register.add(f"inputs.{move.given.path}.{end}", value, memo.input_form(move.given))


def _end_value(memo: Memo, move: Move, end: str) -> Markup:
    return _with_unit(memo, _end_val(memo, move, end), move)


def _with_unit(memo: Memo, value: Val, about: Move | Turn) -> Markup:
    """A value with its unit, where the label does not say it already."""
    return value.__html__() if about.given.line == "calls_per_month" else with_unit(memo, value, about.given)


def _figure(memo: Memo, scope: str) -> Markup:
    found = moved(memo, scope)
    shown = found[:_MOST]
    chart = Tornado(
        id=f"tornado-{scope}",
        title=as_text(say("Lead over the next-best option {where}, one input moved at a time", where=ALONE[scope])),
        description=_description(memo, shown),
        bars=[_bar(memo, move) for move in shown],
        likely=_lead(memo, found[0], "likely"),
        zero=_zero(memo, scope, shown),
    )
    months = say("{months}\u2011month", months=memo.given("horizon_months"))
    caption = say(
        "{months} lead of {winner} over {other}, {where}.",
        months=months,
        winner=memo.name(str(memo.winner(scope))),
        other=memo.name(str(runner_up(memo, scope))),
        where=ALONE[scope],
    )
    more = [" One input is moved over its range at a time, the others stay as given."]
    if len(found) > _MOST:
        rest = memo.count(f"inputs_moving_less.{scope}", len(found) - _MOST)
        verb = "moves" if len(found) == _MOST + 1 else "move"
        more.append(say(" {rest} more {verb} it less.", rest=sentence_case(say("{rest}", rest=rest)), verb=verb))
    return el("figure", tornado_chart(chart), el("figcaption", el("strong", caption), el("span", *more, class_="more")))


def _bar(memo: Memo, move: Move) -> Bar:
    of = of_what(memo, move.given)
    ends = [
        None if getattr(move.given, end) == move.given.value else End(_end_val(memo, move, end), _lead(memo, move, end))
        for end in ("low", "high")
    ]
    return Bar(short_label(move.given), "" if of is None else as_text(of), ends)


def _zero(memo: Memo, scope: str, shown: list[Move]) -> str | None:
    """The words at the line where the lead is gone: whether the choice turns there, or only the costs are level."""
    leads = [lead for move in shown for lead in (move.low, move.high, move.likely)]
    if any(move.crosses for move in shown):
        crossing = [move.given.path for move in shown if move.crosses]
        turning = {turn.given.path for turn in turned(memo, scope)}
        return "Choice flips" if set(crossing) <= turning else "Costs level"
    nearest = min(abs(lead) for lead in leads)
    return "Costs level" if nearest <= _NEAR * shown[0].reach else None


def _description(memo: Memo, shown: list[Move]) -> str:
    """The chart in words, for those who do not see it."""
    parts = [
        say(
            "{label}: {low} at {at_low}, {high} at {at_high}",
            label=_named(memo, move),
            low=_lead(memo, move, "low"),
            high=_lead(memo, move, "high"),
            at_low=_end_val(memo, move, "low"),
            at_high=_end_val(memo, move, "high"),
        )
        for move in shown
    ]
    return as_text(join(parts, "; ")) + "."
