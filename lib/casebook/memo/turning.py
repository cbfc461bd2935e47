"""Where the verdict turns: for each input the nearest value, on either side of today's, that gives another verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from casebook.case import Input
from casebook.memo import numbers
from casebook.memo.numbers import LEVEL_DIGITS, Val
from casebook.memo.view import RATES, Memo

# Up to this factor from today's value a turn counts as something that may come about.
WITHIN_REACH = 10.0
# An input that is 0 today has no relative distance: up to its first turn it counts as changed altogether.
_ALTOGETHER = 1.0
_SAME = 1e-6
# A turn at less than this share of what was searched is one at zero.
_DUST = 1e-7
_MOST_DIGITS = 12
_EXACT_DIGITS = 5


@dataclass(frozen=True)
class Turn:
    """One change of the verdict: the input, the value, on which side of today's, and what is chosen then."""

    scope: str
    given: Input
    at: float
    key: str
    up: bool
    then: str
    distance: float
    dust: bool

    def same(self, other: Turn) -> bool:
        """Whether it says the same as a turn of the other scope."""
        alike = (self.given.path, self.up, self.then) == (other.given.path, other.up, other.then)
        return alike and math.isclose(self.at, other.at, rel_tol=_SAME)

    @property
    def within_reach(self) -> bool:
        """Not farther than a factor of ten from today's value; an input that is 0 today was given as that."""
        today = float(self.given.value)  # type: ignore[arg-type]
        if not today:
            return math.isfinite(self.distance)
        return 1 / WITHIN_REACH <= self.at / today <= WITHIN_REACH

    @property
    def within_range(self) -> bool:
        """Whether the input may come to it by the range that it is given with."""
        low, high = self.given.low, self.given.high
        return low is not None and high is not None and low <= self.at <= high


def turns(memo: Memo, scope: str) -> list[Turn]:
    """The turns of a scope, the nearest first."""
    inputs = memo.inputs
    found = []
    for place, entry in enumerate(memo.results["flip_points"]):
        if entry["scope"] == scope and entry["flips"]:
            found += _of_input(scope, inputs[entry["input"]], place, entry, memo.verdict(scope))
    return sorted(found, key=lambda turn: (turn.distance, turn.given.path))


def _of_input(scope: str, given: Input, place: int, entry: Mapping[str, Any], verdict: str) -> Iterable[Turn]:
    today = float(given.value)  # type: ignore[arg-type]
    below, above = [], []
    for index, flip in enumerate(entry["flips"]):
        # Whole numbers have the new verdict at the value itself; a point of others lies on the side of the verdict.
        up = flip["at"] > today or (flip["at"] == today and not given.integer and flip["below"] == verdict)
        key = f"flip_points.{place}.flips.{index}.at"
        then = flip["above" if up else "below"]
        dust = abs(flip["at"]) < _DUST * entry["high"]
        turn = Turn(scope, given, flip["at"], key, up, then, _distance(given, today, flip["at"]), dust)
        (above if up else below).append(turn)
    return [*below[-1:], *above[:1]]


def _distance(given: Input, today: float, at: float) -> float:
    """How far a value lies from today's, relative to it; from 0, relative to the range that the case gives."""
    if today:
        return abs(at - today) / abs(today)
    if given.low is not None and given.high is not None and given.high > given.low:
        return abs(at) / (given.high - given.low)
    return _ALTOGETHER if given.origin == "case" else math.inf


def searched(memo: Memo) -> list[str]:
    """The paths of the inputs that were searched, each once."""
    return list(dict.fromkeys(entry["input"] for entry in memo.results["flip_points"]))


def turning(memo: Memo) -> list[str]:
    """Those of them that change the verdict in a scope or both."""
    return list(dict.fromkeys(entry["input"] for entry in memo.results["flip_points"] if entry["flips"]))


def shown_at(memo: Memo, turn: Turn) -> Val:
    """The value of a turn: three digits, or as many as tell it from today's, or give it exactly (1,024)."""
    show = _form(memo, turn.given)
    if turn.dust:
        return memo.register.add(turn.key, turn.at, lambda _: show(0.0, LEVEL_DIGITS))
    today = float(turn.given.value)  # type: ignore[arg-type]
    differ = (d for d in range(LEVEL_DIGITS, _MOST_DIGITS) if show(turn.at, d) != show(today, d))
    exact = (d for d in range(LEVEL_DIGITS, _EXACT_DIGITS + 1) if turn.at == float(f"{turn.at:.{d}g}"))
    digits = LEVEL_DIGITS if turn.at == today else next(differ, _MOST_DIGITS)
    digits = max(digits, next(exact, LEVEL_DIGITS))
    return memo.register.add(turn.key, turn.at, lambda value: show(value, digits))


def _form(memo: Memo, given: Input) -> Callable[[float, int], str]:
    if given.integer:
        return lambda value, digits: numbers.plain(value)
    if memo.per(given.unit) is not None:
        return lambda value, digits: memo.money(value, digits)
    if given.unit in RATES:
        return numbers.share
    return numbers.number


def owners(memo: Memo, given: Input) -> list[str]:
    """The options that an input belongs to; an input of the case or of the catalogue belongs to none."""
    if not given.path.startswith("options."):
        return []
    own = {name: option.inputs for name, option in memo.options.items()}
    reached = {name: option.fallback.inputs for name, option in memo.options.items() if option.fallback}
    held = [
        [name for name, inputs in some.items() if any(each.path == given.path for each in inputs.values())]
        for some in (own, reached)
    ]
    return held[0] or held[1]  # what an option only escalates to is not its own
