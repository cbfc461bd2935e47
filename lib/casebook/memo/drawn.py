"""What the random draws say, in words: how often a verdict holds, what an option costs, whether it pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from casebook.memo import numbers
from casebook.memo.crossing import months_of
from casebook.memo.equals import alike
from casebook.memo.markup import join, listing, say
from casebook.memo.numbers import Val
from casebook.memo.prose import ALONE
from casebook.memo.view import Memo, Pair, direction

_MOST_PAIRS, _MOST_VERDICTS = 2, 3
_NOTHING = {"no_workload": "nothing, without a workload,", "none_feasible": "nothing, as no option can be run,"}
_WITHOUT = {"no_workload": "There is no workload", "none_feasible": "No option can be run"}


@dataclass(frozen=True)
class Draws:
    """The draws of one scope, and the words for them."""

    memo: Memo
    scope: str

    @property
    def root(self) -> str:
        """Where the results hold them."""
        return f"uncertainty.{self.scope}"

    @property
    def figures(self) -> Mapping[str, Any]:
        """What the results hold."""
        found: Mapping[str, Any] = self.memo.figure(self.root)
        return found

    def number(self) -> Val:
        """How many draws there are."""
        return self.memo.written(f"{self.root}.draws", numbers.plain)

    def of_all(self, path: str) -> Markup:
        """A share of the draws: `93% of 2,000 draws`, `all 2,000 draws`."""
        share = self.share(path)
        if share in (0, 1):
            return say("{which} {number} draws", which="all" if share else "none of", number=self.number())
        return say("{share} of {number} draws", share=self.chance(path), number=self.number())

    def of_them(self, path: str) -> Markup:
        """A share of draws already counted: `93% of the draws`, `all draws`, `no draw`."""
        share = self.share(path)
        if share in (0, 1):
            return Markup("all draws" if share else "no draw")
        return say("{share} of the draws", share=self.chance(path))

    def share(self, path: str) -> float:
        """A share of the draws; a verdict that was never drawn has none in the results."""
        try:
            return float(self.memo.figure(f"{self.root}.{path}"))
        except KeyError:
            return 0.0

    def chance(self, path: str) -> Val:
        """A share of the draws as a figure."""
        return self.memo.written(f"{self.root}.{path}", numbers.chance)

    def tco(self, option: str, end: str) -> Val:
        """An end or the middle of what an option costs."""
        return self.memo.val(f"{self.root}.options.{option}.tco.{end}")

    def saving(self, pair: Pair) -> Mapping[str, float]:
        """What a pair's candidate saves, as drawn."""
        saving: Mapping[str, float] = self.figures["comparisons"][_key(pair)]["tco_saving"]
        return saving

    def path(self, pair: Pair, name: str) -> str:
        """Where a pair's figure is, below the scope's own."""
        return f"comparisons.{_key(pair)}.{name}"

    def pairs(self) -> list[Pair]:
        """The pairs that were drawn, in the order of the results."""
        found = (self.memo.pair(self.scope, *key.split("->")) for key in self.figures["comparisons"])
        return [pair for pair in found if pair is not None]

    def level(self, pair: Pair) -> bool:
        """Whether the two cost the same whatever is drawn."""
        saving = self.saving(pair)
        return not direction(saving["p5"]) and not direction(saving["p95"])

    def apart(self, pair: Pair) -> bool:
        """Whether nine draws of ten agree on which of the two costs less."""
        return bool(self.figures["comparisons"][_key(pair)]["separable"])

    def blurred(self) -> list[Pair]:
        """The pairs that the draws do not tell apart, though they differ."""
        return [pair for pair in self.pairs() if not self.apart(pair) and not self.level(pair)]

    def telling(self) -> Pair | None:
        """The pair that says most of the verdict, where it was drawn."""
        pair = self.memo.telling(self.scope)
        return pair if pair is not None and _key(pair) in self.figures["comparisons"] else None


def _key(pair: Pair) -> str:
    return f"{pair.baseline}->{pair.candidate}"


def draws_tell(memo: Memo) -> bool:
    """Whether there are draws that say anything: without a workload in any of them there is nothing to be sure of."""
    found = memo.results["uncertainty"]
    return bool(found) and any(figures["verdicts"].get("no_workload") != 1 for figures in found.values())


def heading(draws: Draws) -> Markup:
    """How often the verdict holds, and whether its cost is told from that of the option that matters most."""
    memo = draws.memo
    verdict, winner, pair = memo.verdict(draws.scope), memo.winner(draws.scope), draws.telling()
    share = draws.of_all(f"verdicts.{verdict}")
    if winner is None:
        return say("{nothing} in {share}", nothing=_WITHOUT[verdict], share=_held(draws, alone=True))
    text = say("The recommendation holds in {share}", share=share)
    if pair is None or pair not in draws.blurred():
        return text
    if pair.candidate == winner:
        return say("{text}, but whether it costs less than {other} is open", text=text, other=memo.name(pair.baseline))
    return say("{text}, but whether {other} costs less is open", text=text, other=memo.name(pair.candidate))


def strength(memo: Memo) -> Markup | None:
    """In which share of the draws the recommendation holds, as a clause."""
    if not memo.results["uncertainty"]:
        return None
    full, invoice = (Draws(memo, scope) for scope in ("full", "invoice"))
    paths = [f"verdicts.{memo.verdict(draws.scope)}" for draws in (full, invoice)]
    text = say("it holds in {share} of the uncertain inputs", share=full.of_all(paths[0]))
    if full.share(paths[0]) == invoice.share(paths[1]):
        return text
    return say("{text}, the one on vendor invoices alone in {share}", text=text, share=invoice.of_them(paths[1]))


def paragraph(draws: Draws) -> Markup:
    """What the choice costs, how often it is the choice and the cheapest, and what it saves."""
    winner, pair = draws.memo.winner(draws.scope), draws.telling()
    where = say("{where}", where=ALONE[draws.scope])
    where = where[:1].upper() + where[1:]
    if winner is None:
        nothing = _WITHOUT[draws.memo.verdict(draws.scope)].lower()
        found = [say("{where} {nothing} in {share}.", where=where, nothing=nothing, share=_held(draws))]
        return join([*found, *_not_apart(draws)], " ")
    sentences = [_cost(draws, winner, where), *_aside(draws, winner)]
    sentences.append(say("It is chosen in {share}.", share=_held(draws)))
    sentences += _cheapest(draws, winner)
    sentences += [] if pair is None else [_saves(draws, pair)]
    return join([*sentences, *_not_apart(draws)], " ")


def _cost(draws: Draws, winner: str, where: Markup) -> Markup:
    low, middle, high = (draws.tco(winner, end) for end in ("p5", "p50", "p95"))
    level = low.text == high.text
    return say(
        "{where}, {name} costs about {middle} over {over} whatever is drawn."
        if level
        else "{where}, {name} costs {low} to {high} over {over} in nine draws of ten, {middle} in the middle.",
        where=where,
        name=draws.memo.name(winner),
        over=months_of(draws.memo, "horizon_months"),
        low=low,
        high=high,
        middle=middle,
    )


def _aside(draws: Draws, winner: str) -> list[Markup]:
    """That the cost as given lies outside of nine draws of ten, where the ranges lie mostly to one side of it."""
    drawn, cost = draws.figures["options"][winner]["tco"], draws.memo.tco(draws.scope, winner)
    if not (direction(drawn["p5"] - cost) > 0 or direction(cost - drawn["p95"]) > 0):
        return []
    given = draws.memo.of(draws.scope, winner, "tco")
    word, end = ("less", "p5") if cost < drawn["p5"] else ("more", "p95")
    if alike(given, draws.tco(winner, end)):
        return []
    form = "As given it costs {given}, {word} than in nineteen draws of twenty, for the ranges lie mostly on one side."
    return [say(form, given=given, word=word)]


def _held(draws: Draws, alone: bool = False) -> Markup:
    """The share of the verdict, and, unless it is to stand alone, those of the verdicts drawn beside it."""
    verdict, shares = draws.memo.verdict(draws.scope), draws.figures["verdicts"]
    others = sorted((name for name in shares if name != verdict), key=lambda name: -shares[name])
    text = draws.of_all(f"verdicts.{verdict}")
    if verdict in _WITHOUT and draws.share(f"verdicts.{verdict}") == 1:
        return say("any of {number} draws", number=draws.number())
    if alone or not others:
        return text
    rest = [
        say("{name} in {share}", name=_verdict(draws.memo, name), share=draws.chance(f"verdicts.{name}"))
        for name in others[:_MOST_VERDICTS]
    ]
    return say("{text}, {rest}", text=text, rest=listing(rest))


def _verdict(memo: Memo, verdict: str) -> Markup:
    return memo.name(verdict) if verdict in memo.options else Markup(_NOTHING[verdict])


def _cheapest(draws: Draws, winner: str) -> list[Markup]:
    """How often the verdict is the cheapest candidate; with one candidate there is nothing to say."""
    memo = draws.memo
    if len(memo.candidates) < 2:
        return []
    untargeted = memo.input("accuracy_target").value is None
    left = "candidate that is not ruled out" if any(memo.out(draws.scope, n) for n in memo.candidates) else "candidate"
    what = left if untargeted else "candidate that meets the accuracy target"
    shares = {name: option["probability_cheapest"] for name, option in draws.figures["options"].items()}
    if not any(shares.values()):
        every = "every candidate is ruled out" if untargeted else "no candidate meets the accuracy target"
        return [say("In all draws {every}.", every=every)]
    form = "In {share} it is the cheapest {what}" if shares[winner] else "In {share} is it the cheapest {what}"
    text = say(form, share=draws.of_them(f"options.{winner}.probability_cheapest"), what=what)
    first = max(shares, key=lambda name: shares[name])
    if first != winner:
        share = draws.of_them(f"options.{first}.probability_cheapest")
        return [say("{text}; {name} is in {share}.", text=text, name=memo.name(first), share=share)]
    if shares[winner] < 1 - 1e-9 and not any(share for name, share in shares.items() if name != winner):
        none = "every candidate is ruled out" if untargeted else "none does"
        return [say("{text}; in the others {none}.", text=text, none=none)]
    return [say("{text}.", text=text)]


def _saves(draws: Draws, pair: Pair) -> Markup:
    """What the pair that matters most saves, and how often it pays back."""
    memo, saving = draws.memo, draws.saving(pair)
    it = Markup("it") if pair.candidate == memo.winner(draws.scope) else memo.name(pair.candidate)
    against = say("Against {other}, {it}", other=memo.name(pair.baseline), it=it)
    low, high = (direction(saving[end]) for end in ("p5", "p95"))
    small, large = (memo.size(f"{draws.root}.{draws.path(pair, f'tco_saving.{end}')}") for end in ("p5", "p95"))
    tail = Markup(".")
    if low > 0 or high < 0:
        ends = (small, large) if low > 0 else (large, small)
        amount = say("{low} to {high}", low=ends[0], high=ends[1])
        if ends[0].text == ends[1].text:
            amount = say("about {amount}", amount=ends[0])
        text = say(
            "{against} saves {amount}" if low > 0 else "{against} costs {amount} more", against=against, amount=amount
        )
    elif draws.level(pair):
        text = say("{against} costs the same whatever is drawn", against=against)
    else:
        text = say(
            "{against} comes out anywhere from {low} to {high}",
            against=against,
            low=_end(low, small),
            high=_end(high, large),
        )
        tail = Markup(": the ranges do not tell the two apart.")
    return say("{text}{payback}{tail}", text=text, payback=_pays_back(draws, pair), tail=tail)


def _end(way: int, amount: Val) -> Markup:
    if not way:
        return Markup("no difference")
    return say("{amount} {word}", amount=amount, word="cheaper" if way > 0 else "dearer")


def _pays_back(draws: Draws, pair: Pair) -> Markup:
    """How often a pair pays back, where the candidate costs more up front."""
    if direction(pair.figures["one_time_delta"]) <= 0:
        return Markup("")
    return say(
        " and pays back within {limit} in {share}",
        limit=months_of(draws.memo, "max_payback_months"),
        share=draws.of_them(draws.path(pair, "probability_payback")),
    )


def _not_apart(draws: Draws) -> list[Markup]:
    """The other pairs that the ranges do not tell apart."""
    told = draws.telling() if draws.memo.winner(draws.scope) else None
    rest = [pair for pair in draws.blurred() if pair != told]
    if not rest:
        return []
    if len(rest) > _MOST_PAIRS:
        number = draws.memo.count(f"pairs_not_apart.{draws.scope}", len(rest))
        more = "more pairs" if told in draws.blurred() else "pairs"
        return [say("The ranges do not tell {number} {more} apart; the table marks them.", number=number, more=more)]
    names = [say("{a} and {b}", a=draws.memo.name(pair.candidate), b=draws.memo.name(pair.baseline)) for pair in rest]
    more = " either" if told in draws.blurred() else " on cost"
    return [say("The ranges do not tell {names} apart{more}.", names=join(names, ", nor "), more=more)]
