"""The break-even as an equation, in symbols and with the case's own figures, as MathML."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from casebook.memo.markup import el, join, listing, say
from casebook.memo.view import Memo, Pair, direction

MINUS, TIMES = "\u2212", "×"


def break_even(memo: Memo, pair: Pair) -> Markup | None:
    """The static break-even of a pair with its numbers put in; None where nothing is divided."""
    figures = pair.figures
    if figures["static_months"] is None and figures["advantage_lost_month"] is None and not _loses(pair):
        return None
    if 0 in (direction(figures["one_time_delta"]), direction(figures["net_saving_per_month"])):
        return None
    steps = [
        _row(el("mi", "N"), _op("="), el("mfrac", _up_front_symbols(), _net_symbols(pair))),
        _row(_op("="), el("mfrac", _up_front_figures(memo, pair), _net_figures(memo, pair))),
        _row(_op("="), _result(memo, pair)),
    ]
    # A piece of its own each, so that a narrow page can break the line between them.
    return el("div", *[el("math", step, display="block") for step in steps], class_="equation")


def in_words(memo: Memo, pair: Pair) -> Markup:
    """What the symbols stand for."""
    named = [("F", "the up-front cost"), ("n", "calls in month 1"), ("s", "the saving per call")]
    if direction(pair.figures["fixed_saving_per_month"]):
        named.append(("f", "the saving in fixed cost a month"))
    if direction(pair.figures["retrain_delta_per_month"]):
        named.append(("r", "the extra retraining a month"))
    symbols = listing(
        [say("<i>{symbol}</i> is {meaning}", symbol=symbol, meaning=meaning) for symbol, meaning in named]
    )
    return say(
        "In words: the extra up-front cost of {candidate} over {baseline}, divided by what it saves a month. "
        "{symbols}.",
        candidate=memo.name(pair.candidate),
        baseline=memo.name(pair.baseline),
        symbols=symbols,
    )


def _loses(pair: Pair) -> bool:
    """Costs more up front and more a month: the equation shows why it never pays."""
    return direction(pair.figures["one_time_delta"]) > 0 > direction(pair.figures["net_saving_per_month"])


def _row(*parts: Any) -> Markup:
    return el("mrow", *parts)


def _op(sign: str) -> Markup:
    return el("mo", sign)


def _up_front_symbols() -> Markup:
    cost = [el("msub", el("mi", "F"), el("mtext", which)) for which in ("candidate", "baseline")]
    return _row(cost[0], _op(MINUS), cost[1])


def _net_symbols(pair: Pair) -> Markup:
    parts: list[Any] = [el("mi", "n"), _op(TIMES), el("mi", "s")]
    if direction(pair.figures["fixed_saving_per_month"]):
        parts += [_op("+"), el("mi", "f")]
    if direction(pair.figures["retrain_delta_per_month"]):
        parts += [_op(MINUS), el("mi", "r")]
    return _row(*parts)


def _up_front_figures(memo: Memo, pair: Pair) -> Markup:
    costs = [memo.of(pair.scope, name, "one_time").math() for name in (pair.candidate, pair.baseline)]
    return _row(costs[0], _op(MINUS), costs[1])


def _net_figures(memo: Memo, pair: Pair) -> Markup:
    calls = memo.given("calls_per_month").math()
    parts: list[Any] = [calls, _op(TIMES), _signed(memo, pair, "saving_per_call_effective", first=True)]
    if direction(pair.figures["fixed_saving_per_month"]):
        parts.append(_signed(memo, pair, "fixed_saving_per_month"))
    if direction(pair.figures["retrain_delta_per_month"]):
        parts.append(_signed(memo, pair, "retrain_delta_per_month", minus=True))
    return _row(*parts)


def _signed(memo: Memo, pair: Pair, name: str, first: bool = False, minus: bool = False) -> Markup:
    """A term with its sign drawn as an operator, so that two signs never meet."""
    negative = (pair.figures[name] < 0) != minus
    size = memo.size(pair.path(name)).math()
    if first:
        return _row(_op("("), el("mo", MINUS, form="prefix"), size, _op(")")) if negative else size
    return join([_op(MINUS if negative else "+"), size])


def _result(memo: Memo, pair: Pair) -> Markup:
    if pair.figures["static_months"] is not None:
        return memo.pair_val(pair, "static_months").math()
    if pair.figures["advantage_lost_month"] is not None:
        return memo.pair_val(pair, "advantage_lost_month").math()
    net = memo.size(pair.path("net_saving_per_month"))
    size = memo.size(pair.path("one_time_delta"))
    return _row(
        el("mfrac", size.math(), _row(el("mo", MINUS, form="prefix"), net.math())),
        el("mtext", "\u00a0:\u00a0never"),
    )
