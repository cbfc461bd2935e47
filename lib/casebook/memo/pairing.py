"""How two options compare on the same items: the sentences that memo and evaluation report share."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from casebook.memo.markup import say
from casebook.memo.numbers import Val, counted


@dataclass(frozen=True)
class Compared:
    """Two options on the items that both were run on, with its numbers as the page shows them.

    `more` and `fewer` are the items that only the candidate and only the baseline passed; `lead` is how far the better
    one is ahead. What is not known is None.
    """

    candidate: Markup
    baseline: Markup
    items: Val
    more: Val
    fewer: Val
    lead: Val | None
    p: Val | None
    shown: bool
    power: Val | None
    needed: Val | None

    @property
    def ahead(self) -> bool:
        """The candidate passed more."""
        return float(self.more.raw or 0) >= float(self.fewer.raw or 0)


def difference(pair: Compared) -> Markup:
    """What was found of the difference, and whether chance explains it."""
    sides = {"candidate": pair.candidate, "baseline": pair.baseline}
    if not pair.items.raw:
        form = "{candidate} and {baseline} were run on different items, so nothing can be said of their difference."
        return say(form, **sides)
    if not pair.more.raw and not pair.fewer.raw:
        form = "{candidate} and {baseline} passed the same items, so these {items} cannot tell them apart."
        return say(form, **sides, items=pair.items)
    if pair.more.raw == pair.fewer.raw:
        form = "{candidate} and {baseline} each passed {more} that the other failed: level on {items}."
        return say(form, **sides, more=items(pair.more), items=items(pair.items))
    better, worse = (pair.candidate, pair.baseline) if pair.ahead else (pair.baseline, pair.candidate)
    wins, losses = (pair.more, pair.fewer) if pair.ahead else (pair.fewer, pair.more)
    text = say(
        "{better} passed {wins} that {worse} failed, against {losses} the other way round: {lead} ahead on {items}.",
        better=better,
        wins=items(wins),
        worse=worse,
        losses=losses,
        lead=pair.lead,
        items=items(pair.items),
    )
    form = "{text} That is {more} than chance can explain ({p}): {verdict}."
    more, verdict = ("more", "shown") if pair.shown else ("no more", "not shown")
    return say(form, text=text, more=more, p=exact(pair.p), verdict=verdict)


def would_show(pair: Compared) -> Markup | None:
    """How often so many items would show a difference of this size, and how many it takes; None where unknown."""
    power = needed = None
    if pair.power is not None:
        form = "Were the difference real, {items} would show it {power} of the time"
        power = say(form, items=items(pair.items), power=pair.power)
    if pair.needed is not None:
        needed = say("takes {needed}", needed=items(pair.needed))
    if power is None and needed is None:
        return None
    if power is None:
        return say("To show a real difference of this size four times in five {needed}.", needed=needed)
    if needed is None:
        return say("{power}.", power=power)
    return say("{power}; to show it four times in five {needed}.", power=power, needed=needed)


def exact(p: Val | None) -> Markup:
    """An exact p-value as it stands in a sentence; a small one says `under` itself."""
    return say("exact p = {p}" if str(p)[:1].isdigit() else "exact p {p}", p=p)


def items(value: Val) -> Markup:
    """So many items."""
    return counted(value, "item")
