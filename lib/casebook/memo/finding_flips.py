"""What would change our mind: for the inputs that can turn the verdict, the nearest value that does, and to what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from markupsafe import Markup

from casebook.memo.condition import of_what, short_label
from casebook.memo.frame import empty
from casebook.memo.layout import framed, present
from casebook.memo.markup import Fragment, el, join, say, sentence_case
from casebook.memo.prose import ALONE
from casebook.memo.tables import Column, Group, Row, table
from casebook.memo.turning import Turn, searched, shown_at, turning, turns
from casebook.memo.units import with_unit
from casebook.memo.view import SCOPES, Memo

T = TypeVar("T")

_MOST, _MOST_A_SCOPE = 8, 5
_ALWAYS = ("calls_per_month", "cost_per_error")
_WITHOUT = {"no_workload": "nothing, without a workload", "none_feasible": "nothing, as no option can be run"}
_WHERE = {("full", "invoice"): "both", ("full",): "full cost", ("invoice",): "invoices"}


class Change(NamedTuple):
    """A row: a turn, and the scopes in which it is the same."""

    turn: Turn
    scopes: tuple[str, ...]


def flips(memo: Memo) -> Fragment:
    """The inputs that change the answer, and how many never do."""
    if not present(memo, "flips"):
        return empty("flips")
    parts = [] if not turning(memo) else [_table(memo)]
    return framed(memo, "flips", _heading(memo), *parts, el("p", _searched(memo), class_="note"))


def _heading(memo: Memo) -> Markup:
    number, every = len(turning(memo)), len(searched(memo))
    if not number:
        return Markup("No single input changes the answer")
    form = "{some} of {all} inputs can change the answer on {their} own"
    some, all_ = memo.count("inputs_turning", number), memo.count("inputs_searched", every)
    return sentence_case(say(form, some=some, all=all_, their="its" if number == 1 else "their"))


def _table(memo: Memo) -> Markup:
    columns = [Column("Driver"), Column("Today"), Column("Changes at"), Column("Then choose")]
    if not memo.agreed:
        groups = [_group(memo, scope) for scope in SCOPES]
        return table("What would change the recommendation", columns, groups, class_="turns")
    rows = [[*_cells(memo, turn), _WHERE[scopes]] for turn, scopes in _kept(memo)]
    columns.append(Column("Scope", class_="quiet"))
    return table("What would change the recommendation", columns, [Group([Row(row) for row in rows])], class_="turns")


def _group(memo: Memo, scope: str) -> Group:
    """The turns of one scope under the answer that they turn."""
    winner = memo.winner(scope)
    answer = _WITHOUT[memo.verdict(scope)] if winner is None else memo.name(winner)
    heading = sentence_case(say("{where}, instead of {answer}", where=ALONE[scope], answer=answer))
    return Group([Row(_cells(memo, turn)) for turn in _kept_in(memo, scope)], heading)


def _kept(memo: Memo) -> list[Change]:
    return nearest(_changes(memo), lambda change: change.turn, _MOST)


def _kept_in(memo: Memo, scope: str) -> list[Turn]:
    return nearest(turns(memo, scope), lambda turn: turn, _MOST_A_SCOPE)


def nearest(found: Sequence[T], turn_of: Callable[[T], Turn], most: int) -> list[T]:
    """The nearest of some turns, in their order; those that a reader looks at first are always among them."""
    first = [each for each in found if turn_of(each).within_reach and turn_of(each).given.line in _ALWAYS]
    kept = [*first, *[each for each in found if each not in first]][:most]
    return [each for each in found if each in kept]


def _changes(memo: Memo) -> list[Change]:
    """The turns of both scopes, equal ones told once, the nearest first."""
    full, invoice = turns(memo, "full"), turns(memo, "invoice")
    shared = [turn for turn in invoice if any(turn.same(other) for other in full)]
    found = [Change(turn, SCOPES if any(turn.same(other) for other in shared) else ("full",)) for turn in full]
    found += [Change(turn, ("invoice",)) for turn in invoice if turn not in shared]
    return sorted(found, key=lambda change: change.turn.distance)


def _cells(memo: Memo, turn: Turn) -> list[object]:
    of = of_what(memo, turn.given)
    label = short_label(turn.given)
    driver = (
        say("{label}", label=label) if of is None else say("{label} {of}", label=label, of=el("span", of, class_="of"))
    )
    then = memo.name(turn.then) if turn.then in memo.options else _WITHOUT[turn.then]
    return [driver, with_unit(memo, memo.shown(turn.given), turn.given), _changes_at(memo, turn), then]


def _changes_at(memo: Memo, turn: Turn) -> Markup:
    at = with_unit(memo, shown_at(memo, turn), turn.given)
    if turn.up and turn.given.integer:
        return say("{at} or more", at=at)
    return say("above {at}" if turn.up else "below {at}", at=at)


def _searched(memo: Memo) -> Markup:
    """What was looked at, and what makes no difference."""
    every, number = len(searched(memo)), len(turning(memo))
    form = "{all} numeric inputs were searched one at a time, over their valid range or from a hundredth to a hundred "
    form += "times today's value; {never} {change} the answer in either scope."
    never = say("{count} never", count=memo.count("inputs_never", every - number)) if number else Markup("none")
    change = "changes" if not number or every - number == 1 else "change"
    sentences = [sentence_case(say(form, all=memo.count("inputs_searched", every), never=never, change=change))]
    more = number - len(set(_paths_shown(memo)))
    if more > 0:
        verb = "changes" if more == 1 else "change"
        form = "{more} more {verb} it farther from today's values and {are} left out here."
        sentences.append(
            sentence_case(
                say(form, more=memo.count("inputs_left_out", more), verb=verb, are="is" if more == 1 else "are")
            )
        )
    return join(sentences, " ")


def _paths_shown(memo: Memo) -> list[str]:
    """The inputs that have a row."""
    if memo.agreed:
        return [change.turn.given.path for change in _kept(memo)]
    return [turn.given.path for scope in SCOPES for turn in _kept_in(memo, scope)]
