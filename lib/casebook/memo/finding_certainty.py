"""How sure are we: the verdict over random draws of the uncertain inputs, and what the evaluation shows."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from casebook.memo import evaluated
from casebook.memo.crossing import months_of
from casebook.memo.drawn import Draws, draws_tell, heading, paragraph
from casebook.memo.frame import empty
from casebook.memo.intervals import Interval, Intervals, interval_chart
from casebook.memo.layout import framed, present
from casebook.memo.markup import Fragment, as_text, el, join, say, sentence_case
from casebook.memo.prose import ALONE
from casebook.memo.tables import Column, Group, Row, table
from casebook.memo.view import SCOPES, Memo, Pair, direction

# As many options and pairs of a scope as a reader takes in; the results file has them all.
_MOST, _MOST_PAIRS = 6, 6
# A case with more options than this fills its page: it is told in words and one table, to stay under the gate's limit.
_MOST_DRAWN = 8
_ENDS = ("p5", "p50", "p95")


def certainty(memo: Memo) -> Fragment:
    """What was drawn, what was measured, or both."""
    if not present(memo, "certainty"):
        return empty("certainty")
    parts: list[Any] = []
    if draws_tell(memo):
        head = heading(Draws(memo, "full"))
        parts += _drawn(memo)
        if memo.results["evaluation"]:
            parts.append(el("h3", evaluated.heading(memo)))
    else:
        head = evaluated.heading(memo)
    if memo.results["evaluation"]:
        parts += evaluated.parts(memo)
    return framed(memo, "certainty", head, *parts)


def _drawn(memo: Memo) -> list[Any]:
    full, invoice = (Draws(memo, scope) for scope in SCOPES)
    how = el("p", _how(memo), class_="note")
    if memo.winner("full") is None and memo.winner("invoice") is None:
        # There is nothing to choose from, so there is no choice to be sure of; the heading says how often that is so.
        return [how] if full.figures["verdicts"] == invoice.figures["verdicts"] else [el("p", paragraph(invoice)), how]
    if len(memo.options) > _MOST_DRAWN:
        return [_words(full), _words(invoice), _options_table(memo, SCOPES[:1]), how]
    found = [_words(full), _figure(full), _words(invoice), _options_table(memo)]
    return [*found, _pairs_table(memo), how] if full.pairs() or invoice.pairs() else [*found, how]


def _words(draws: Draws) -> Markup:
    """What a scope's draws say, and the verdict's runner-up where they do not tell the two apart."""
    return el("p", join([paragraph(draws), *_runner_up(draws)], " "))


def _runner_up(draws: Draws) -> list[Markup]:
    """That the ranges leave open whether the verdict or its runner-up costs less, where no compared pair says it."""
    found, memo = draws.figures["runner_up"], draws.memo
    if found is None or found["separable"]:
        return []
    both = {memo.winner(draws.scope), found["against"]}
    if any(both == {pair.baseline, pair.candidate} for pair in draws.pairs()):
        return []
    level = not any(direction(found["tco_saving"][end]) for end in ("p5", "p95"))
    return [
        say(
            "{winner} costs the same as {other}, the runner-up, whatever is drawn."
            if level
            else "The ranges do not tell {winner} from {other}, the runner-up, on cost: it costs less in {share}.",
            winner=memo.name(memo.verdict(draws.scope)),
            other=memo.name(found["against"]),
            share=draws.of_them("runner_up.probability_cheaper"),
        )
    ]


def _how(memo: Memo) -> Markup:
    """What was drawn, and what that leaves out."""
    inputs = memo.inputs.values()
    ranged, measured = sum(each.ranged for each in inputs), sum(bool(each.measured) for each in inputs)
    what = []
    if ranged:
        word = "input with a range" if ranged == 1 else "inputs with a range"
        what.append(say("{number} {word}", number=memo.count("inputs_drawn", ranged), word=word))
    if measured:
        word = "measured accuracy" if measured == 1 else "measured accuracies"
        what.append(say("{number} {word}", number=memo.count("accuracies_drawn", measured), word=word))
    text = say(
        "Each draw takes {what} anew{together} and runs the same formulas and rules.",
        what=join(what, " and "),
        together="" if ranged + measured == 1 else ", all at once,",
    )
    return say("{text} An input given as one number counts as certain.", text=text)


def _figure(draws: Draws) -> Markup:
    memo = draws.memo
    kept, _ = _kept(draws)
    rows = [_interval(draws, name) for name in kept]
    months = say("{months}\u2011month", months=memo.given("horizon_months"))
    described = [
        say(
            "{name}: {low} to {high}, median {middle}",
            name=memo.name(name),
            low=row.low,
            high=row.high,
            middle=row.middle,
        )
        for name, row in zip(kept, rows, strict=True)
    ]
    chart = Intervals(
        id=f"draws-{draws.scope}",
        title=as_text(say("{months} cost {where}, nine draws of ten", months=months, where=ALONE[draws.scope])),
        description=as_text(join(described, "; ")) + ".",
        rows=rows,
        tick=memo.money,
    )
    caption = say("{months} cost {where}: nine draws of ten lie on a bar.", months=months, where=ALONE[draws.scope])
    more = []
    if len(rows) > 1:
        more.append(" Bars that overlap may still be told apart, for options share inputs that move them together.")
    return el(
        "figure",
        interval_chart(chart),
        el("figcaption", el("strong", caption), el("span", *more, class_="more") if more else None),
    )


def _kept(draws: Draws) -> tuple[list[str], int]:
    """The options to show, the cheapest and the one chosen, and how many are left."""
    order = sorted(draws.memo.options, key=lambda name: draws.figures["options"][name]["tco"]["p50"])
    winner = draws.memo.winner(draws.scope)
    kept = order[:_MOST]
    if winner is not None and winner not in kept:
        kept[-1] = winner
    return kept, len(order) - len(kept)


def _kept_pairs(draws: Draws) -> tuple[list[Pair], int]:
    """The pairs to show, the telling one and those not told apart first, in the order of the results."""
    pairs, first = draws.pairs(), [draws.telling(), *draws.blurred()]
    kept = sorted(pairs, key=lambda pair: (pair not in first, pairs.index(pair)))[:_MOST_PAIRS]
    return [pair for pair in pairs if pair in kept], len(pairs) - len(kept)


def _left(memo: Memo, left: int, what: str) -> Markup | None:
    """How many a table leaves out, where it does."""
    if not left:
        return None
    text = say("{count} more {word} not shown.", count=memo.count(what, left), word="is" if left == 1 else "are")
    return sentence_case(text)


def _interval(draws: Draws, name: str) -> Interval:
    low, middle, high = (draws.tco(name, end) for end in _ENDS)
    return Interval(draws.memo.labels[name], low, middle, high, name == draws.memo.winner(draws.scope))


def _title(scope: str) -> Markup:
    return sentence_case(say("{where}", where=ALONE[scope]))


def _options_table(memo: Memo, scopes: tuple[str, ...] = SCOPES) -> Markup:
    on_target = memo.input("accuracy_target").value is not None
    columns = [
        Column("Option"),
        Column("Low (5%)", True),
        Column("Median", True),
        Column("High (95%)", True),
        Column("Cheapest on target in" if on_target else "Cheapest in", True),
    ]
    parted = any(len(Draws(memo, scope).figures["verdicts"]) > 1 for scope in SCOPES)
    columns += [Column("Chosen in", True)] if parted else []
    groups = []
    for scope in scopes:
        draws = Draws(memo, scope)
        kept, left = _kept(draws)
        groups.append(Group([_option_row(draws, name, parted) for name in kept], _title(scope)))
    caption = say("Cost over {months}, as drawn", months=months_of(memo, "horizon_months"))
    return table(caption, columns, groups, note=_left(memo, left, "options_not_drawn"), class_="drawn")


def _option_row(draws: Draws, name: str, parted: bool) -> Row:
    memo = draws.memo
    low, middle, high = (draws.tco(name, end) for end in _ENDS)
    paths = [f"options.{name}.probability_cheapest", *([f"verdicts.{name}"] if parted else [])]
    shares = [_share(draws, path) if memo.options[name].candidate else "–" for path in paths]
    class_ = "chosen" if name == memo.verdict(draws.scope) else None
    return Row([memo.name(name), low, el("strong", middle), high, *shares], class_)


def _share(draws: Draws, path: str) -> Any:
    """A share of the draws in a cell."""
    return draws.chance(path) if draws.share(path) else "never"


def _pairs_table(memo: Memo) -> Markup:
    columns = [
        Column("Option"),
        Column("Low (5%)", True),
        Column("Median", True),
        Column("High (95%)", True),
        Column("Paid back in", True),
        Column("Told apart", True),
    ]
    groups, left = [], 0
    for scope in SCOPES:
        draws = Draws(memo, scope)
        kept, less = _kept_pairs(draws)
        left = max(left, less)
        title = _title(scope)
        baselines = {pair.baseline for pair in kept}
        if len(baselines) == 1:
            title = say("{title}, against {other}", title=title, other=memo.name(baselines.pop()))
        groups.append(Group([_pair_row(draws, pair, against=bool(baselines)) for pair in kept], title))
    months, limit = (months_of(memo, line) for line in ("horizon_months", "max_payback_months"))
    caption = say("Saving over {months}, and payback within {limit}, as drawn", months=months, limit=limit)
    return table(caption, columns, groups, note=_left(memo, left, "pairs_not_drawn"), class_="drawn")


def _pair_row(draws: Draws, pair: Pair, against: bool) -> Row:
    """A pair, with its baseline where that is not the group's."""
    memo = draws.memo
    name = memo.name(pair.candidate)
    if against:
        of = el("span", say("against {other}", other=memo.name(pair.baseline)), class_="of")
        name = join([name, " ", of])
    low, middle, high = (memo.val(f"{draws.root}.{draws.path(pair, f'tco_saving.{end}')}") for end in _ENDS)
    apart = "Same cost" if draws.level(pair) else "Yes" if draws.apart(pair) else el("strong", "No")
    payback = _share(draws, draws.path(pair, "probability_payback"))
    return Row([name, low, el("strong", middle), high, payback, apart])
