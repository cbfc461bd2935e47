"""What a ranged input does to the verdict's lead over the next-best option, from its low to its high."""

from __future__ import annotations

from dataclasses import dataclass

from casebook.case import Input
from casebook.memo.turning import Turn, turns
from casebook.memo.view import Memo, direction

_SAME = 1e-6


@dataclass(frozen=True)
class Move:
    """One ranged input: the lead at its low, its likely and its high value, and where the results hold them."""

    scope: str
    given: Input
    root: str
    low: float
    likely: float
    high: float

    @property
    def reach(self) -> float:
        """From the lowest to the highest lead of the three."""
        return max(self.low, self.likely, self.high) - min(self.low, self.likely, self.high)

    @property
    def crosses(self) -> bool:
        """Whether the lead is lost, or won, somewhere in the range."""
        return {direction(self.low), direction(self.high)} - {direction(self.likely), 0} != set()


def moved(memo: Memo, scope: str) -> list[Move]:
    """The ranged inputs of a scope that move its lead, the widest first."""
    inputs = memo.inputs
    found = [
        Move(
            scope,
            inputs[entry["input"]],
            f"sensitivity.{place}",
            *(entry[f"tco_difference_{end}"] for end in ("low", "likely", "high")),
        )
        for place, entry in enumerate(memo.results["sensitivity"])
        if entry["scope"] == scope
    ]
    return sorted((move for move in found if direction(move.reach)), key=lambda move: (-move.reach, move.given.path))


def ranged(memo: Memo, scope: str) -> int:
    """How many inputs with a range were moved in a scope."""
    return len([entry for entry in memo.results["sensitivity"] if entry["scope"] == scope])


def turned(memo: Memo, scope: str) -> list[Turn]:
    """The turns that lie within the range of a ranged input, the nearest first."""
    given = {entry["input"] for entry in memo.results["sensitivity"] if entry["scope"] == scope}
    return [turn for turn in turns(memo, scope) if turn.given.path in given and _inside(turn)]


def _inside(turn: Turn) -> bool:
    """Whether a value with the new verdict is in the range: one at its very end is not."""
    low, high = turn.given.low, turn.given.high
    if low is None or high is None:
        return False
    margin = _SAME * abs(turn.at)
    if turn.up:
        return turn.at <= high if turn.given.integer else turn.at < high - margin
    return turn.at > low + margin


def runner_up(memo: Memo, scope: str) -> str | None:
    """The option that the verdict's lead is over: the next best, by the difference that the results give."""
    winner = memo.winner(scope)
    lead = next((move for move in memo.results["sensitivity"] if move["scope"] == scope), None)
    if winner is None or lead is None:
        return None
    others = [n for n in memo.by_cost(scope) if n != winner and n in memo.candidates and not memo.out(scope, n)]
    wanted = memo.tco(scope, winner) + lead["tco_difference_likely"]
    return min(others, key=lambda name: abs(memo.tco(scope, name) - wanted), default=None)
