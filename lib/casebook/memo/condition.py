"""What the verdict holds on: the nearest turn of the input that matters most, or what it waits for.

The workbook's Summary shows the same words while its inputs are those it was built with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from casebook.case import Case, Input
from casebook.memo.markup import as_text, client, listing, say
from casebook.memo.turning import Turn, owners, shown_at, turns
from casebook.memo.units import with_unit
from casebook.memo.view import SCOPES, Memo

CAPABILITY = ("C1", "C5", "C2", "C3", "C4")
# Reasons that a yes or no of the case file decides, not a number.
_CLAIMED = ("C2", "C4")
_PRICES = ("input_price", "output_price", "gpu_price_per_hour", "embedding_price", "training_price")
# What a reader looks at first: volume, accuracy, the cost of an error, prices, and of these what turns the verdict
# within the range it is given with; then whatever turns it soonest.
_DRIVERS = (("calls_per_month",), ("accuracy",), ("cost_per_error",), _PRICES)


def conditions(case: Case, results: Mapping[str, Any]) -> dict[str, str]:
    """The condition of each scope's verdict as plain text, where there is one: `provided volume stays above …`."""
    memo = Memo(case, results)
    found = {scope: as_text(condition(memo, scope)).lstrip(",; ") for scope in SCOPES}
    return {scope: text for scope, text in found.items() if text}


def condition(memo: Memo, scope: str) -> Markup:
    """The condition of the verdict, to follow the sentence that gives it: `, provided volume stays above …`."""
    if memo.winner(scope) is None:
        return Markup("")
    fixed = _stands_on_words(memo, scope)
    if fixed is not None:
        return fixed
    if not memo.results["flip_points"]:
        return Markup("")
    found = turns(memo, scope)
    leading = _leading(found)
    alone = [rule for rule in CAPABILITY if rule in memo.recommendation(scope)["fired"]]
    if len(alone) == 1 and memo.is_tuned(str(memo.winner(scope))) and not _named(leading):
        return say(", {words}", words=memo.rests_on(scope))
    if not leading:
        return Markup("; no single input changes it")
    return say(", provided {clause}", clause=_holds(memo, leading))


def _stands_on_words(memo: Memo, scope: str) -> Markup | None:
    """The condition where no number is behind it: what is missing, blocked or claimed."""
    found = memo.recommendation(scope)
    fired = found["fired"]
    if "B0" in fired or "N0" in fired:
        return say(" {words}", words=memo.rests_on(scope))
    if "S1" in fired:
        return _waits_for(memo, scope)
    reasons = [rule for rule in CAPABILITY if rule in fired]
    if memo.is_tuned(found["verdict"]) and len(reasons) == 1 and reasons[0] in _CLAIMED:
        return say(", {words}", words=memo.rests_on(scope))
    return None


def _waits_for(memo: Memo, scope: str) -> Markup:
    tuned = [name for name in memo.candidates if memo.is_tuned(name)]
    if all(memo.out(scope, name) for name in tuned):
        return say(" {words}", words=memo.rests_on(scope))
    fired = memo.recommendation(scope)["fired"]
    enough = say("there are {least} examples to tune with", least=memo.constant("examples_minimum"))
    missing = {
        "G3": enough,
        "G1": "the prompt is improved against an evaluation",
        "G2": "prompt caching is tested",
    }
    return say(" until {what}", what=listing([words for rule, words in missing.items() if rule in fired]))


def _leading(found: list[Turn]) -> list[Turn]:
    """The turns of the input to name, one on each side of today's value where both are within reach."""
    near = [turn for turn in found if turn.within_reach]
    by_rank = [[turn for turn in near if turn.given.line in lines] for lines in _DRIVERS]
    in_range = [[turn for turn in group if turn.within_range] for group in by_rank]
    first = next((group[0] for group in (*in_range, *by_rank, near, found) if group), None)
    if first is None:
        return []
    beside = [turn for turn in near if turn.given.path == first.given.path and turn.up != first.up]
    return sorted([first, *beside], key=lambda turn: turn.up)


def _named(leading: list[Turn]) -> bool:
    """Whether the input is one that a reader looks at first."""
    return bool(leading) and any(leading[0].given.line in lines for lines in _DRIVERS)


def _holds(memo: Memo, leading: list[Turn]) -> Markup:
    """What must stay as it is: `volume stays above 131,000 calls a month`."""
    given = leading[0].given
    bare = [shown_at(memo, turn).__html__() for turn in leading]
    if given.line == "cost_per_error" and len(leading) == 1:
        return say("an error costs {than} {at}", than="less than" if leading[0].up else "more than", at=bare[0])
    if given.line == "examples_available" and not leading[0].up:
        return say("at least {at} labelled examples are at hand", at=bare[0])
    if given.line == "calls_per_month":
        values = [*bare[:-1], say("{at} calls a month", at=bare[-1])]
    else:
        values = [with_unit(memo, at, given) for at in bare]
    what = _subject(memo, given, memo.winner(leading[0].scope))
    return say("{what} {stays}", what=what, stays=_stays(leading, values))


def _stays(leading: list[Turn], values: list[Markup]) -> Markup:
    stay = "stay" if any(word.endswith("s") for word in _words(leading[0].given)[:2]) else "stays"
    if len(leading) == 2:
        return say("{stay} between {low} and {high}", stay=stay, low=values[0], high=values[1])
    turn = leading[0]
    # Today's value itself may be the last with the verdict, and whole numbers turn at the value after it.
    edge = turn.at == turn.given.value
    if turn.up:
        return say("{stay} at {at} or less" if edge else "{stay} below {at}", stay=stay, at=values[0])
    return say("{stay} at {at} or more" if edge or turn.given.integer else "{stay} above {at}", stay=stay, at=values[0])


def _words(given: Input) -> list[str]:
    return ["Volume"] if given.line == "calls_per_month" else short_label(given).split()


def _subject(memo: Memo, given: Input, winner: str | None) -> Markup:
    """An input as the subject of a sentence that has named the verdict."""
    if given.line == "calls_per_month":
        return Markup("volume")
    if given.line == "accuracy" and winner in owners(memo, given):
        return Markup("its accuracy")
    label = short_label(given)
    words = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    of = of_what(memo, given)
    return say("the {words} of {of}", words=words, of=of) if of else say("the {words}", words=words)


def short_label(given: Input) -> str:
    """An input's label without what it explains."""
    return "Calls a month" if given.line == "calls_per_month" else given.label.split(": ")[0].split(" (")[0]


def of_what(memo: Memo, given: Input) -> Markup | None:
    """What an input belongs to: options by name, a model of the catalogue by its id; None for the case's own."""
    if given.path.startswith("prices."):
        return client(given.path.removeprefix("prices.").rpartition(".")[0])
    names = owners(memo, given)
    if not names:
        return None
    if len(names) <= 2:
        return memo.names(names)
    more = memo.count(f"owners.{given.path}", len(names) - 1)
    return say("{first} and {more} more options", first=memo.name(names[0]), more=more)


def unless(memo: Memo, scope: str, candidate: str) -> Markup:
    """What an error would have to cost for a candidate that does not pay to be chosen; empty without such a turn."""
    for turn in turns(memo, scope):
        if turn.given.line == "cost_per_error" and turn.up and turn.then == candidate:
            return say(", unless an error costs more than {at}", at=shown_at(memo, turn))
    return Markup("")
