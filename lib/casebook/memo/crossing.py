"""When an option has earned its extra cost back, in a sentence and in a table's cell."""

from __future__ import annotations

from typing import Protocol

from markupsafe import Markup

from casebook.analysis.payback import NOTHING, outcome, window_of
from casebook.memo.markup import say
from casebook.memo.numbers import Val
from casebook.memo.view import Memo, Pair, direction

# Two crossings closer than this, in months, are told as one.
_SAME = 0.05


class Figures(Protocol):
    """What a cell needs of a case: the figures of a pair, and the spans that a payback is looked for in."""

    def pair_val(self, pair: Pair, name: str) -> Val: ...

    def amount(self, line: str) -> float: ...


def months_of(memo: Memo, line: str) -> Markup:
    """An input in months, with its unit: `12 months`."""
    given = memo.input(line)
    return say("{number} {unit}", number=memo.shown(given), unit="month" if given.value == 1 else "months")


def window(memo: Figures) -> float:
    """The months that a payback is looked for in: the horizon, or the longest acceptable payback."""
    return window_of(memo.amount("horizon_months"), memo.amount("max_payback_months"))


def calls_a_month(memo: Memo) -> Markup:
    """The volume of month 1: `250,000 calls a month`."""
    given = memo.input("calls_per_month")
    return say("{number} {unit} a month", number=memo.shown(given), unit="call" if given.value == 1 else "calls")


def predicate(memo: Memo, pair: Pair) -> Markup:
    """What becomes of the candidate's extra cost: `pays back in 6.29 months`, `never pays back`."""
    figures = pair.figures
    first = figures["first_cross_month"]
    if figures["sustained_month"] is not None:
        return _lasting(memo, pair)
    if first is None:
        return Markup("does not pay back in ten years" if _saves(pair) else "never pays back")
    if figures["advantage_lost_month"] is not None:
        lost = memo.pair_val(pair, "advantage_lost_month")
        return say("costs less at first and falls behind after {lost}", lost=lost)
    crossing = memo.pair_val(pair, "first_cross_month")
    if first <= window(memo):
        return say("is ahead after {crossing}, but does not stay ahead", crossing=crossing)
    return say("pays back only after {crossing}", crossing=crossing)


def _lasting(memo: Memo, pair: Pair) -> Markup:
    figures = pair.figures
    sustained, first = figures["sustained_month"], figures["first_cross_month"]
    if sustained == 0:
        return Markup("pays from the first day")
    text = say("pays back in {sustained}", sustained=memo.pair_val(pair, "sustained_month"))
    if first is not None and sustained - first > _SAME:
        start = "the first day" if first == 0 else memo.pair_val(pair, "first_cross_month")
        text = say("{text} for good (first ahead after {start})", text=text, start=start)
    if not figures["within_max_payback"]:
        text = say("{text}, past the limit of {limit}", text=text, limit=months_of(memo, "max_payback_months"))
    return text


def sentence(memo: Memo, pair: Pair) -> Markup:
    """Candidate, predicate and baseline in one: `A pays back in 6.29 months against B.`"""
    candidate, baseline = memo.name(pair.candidate), memo.name(pair.baseline)
    if pair.figures["sustained_month"] == 0:
        return say(
            "{candidate} costs no more than {baseline} from the first day.", candidate=candidate, baseline=baseline
        )
    if pair.figures["sustained_month"] is None and pair.figures["advantage_lost_month"] is not None:
        lost = memo.pair_val(pair, "advantage_lost_month")
        form = "{candidate} costs less than {baseline} at first and falls behind after {lost}."
        return say(form, candidate=candidate, baseline=baseline, lost=lost)
    form = "{candidate} {payback} against {baseline}."
    return say(form, candidate=candidate, payback=predicate(memo, pair), baseline=baseline)


def cell(memo: Figures, pair: Pair | None) -> Markup:
    """The same in a table's cell: `6.29 months`, `never`."""
    if pair is None:
        return Markup(NOTHING)
    words, figure = outcome(pair.figures, window(memo))
    return Markup(words) if figure is None else say(words, months=memo.pair_val(pair, figure))


def _saves(pair: Pair) -> bool:
    return direction(pair.figures["net_saving_per_month"]) > 0
