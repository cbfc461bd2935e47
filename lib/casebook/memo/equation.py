"""The break-even as equations: the model's own formulas in symbols, and with the case's figures put in."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from markupsafe import Markup

from casebook.formula.mathml import mathml, mathml_of, tag
from casebook.formula.source import called, expression
from casebook.memo.markup import el, join, say
from casebook.memo.view import Memo, Pair, direction
from casebook.model.constants import CONSTANTS
from casebook.model.lines import Line, lines


def _sub(letter: str, which: str) -> Markup:
    return tag("msub", tag("mi", letter), tag("mtext", which))


SYMBOLS: dict[str, Markup] = {
    "one_time_delta": tag("mi", "ΔF"),
    "candidate_one_time": _sub("F", "candidate"),
    "baseline_one_time": _sub("F", "baseline"),
    "net_saving_per_month": tag("mi", "S"),
    "calls_per_month": tag("mi", "n"),
    "saving_per_call_effective": tag("mi", "s"),
    "fixed_saving_per_month": tag("mi", "f"),
    "retrain_delta_per_month": tag("mi", "r"),
    "static_months": tag("mi", "N"),
    "advantage_lost_month": tag("mi", "L"),
    "breakeven_calls": tag("mi", "C"),
    "call_money_tolerance": tag("mi", "ε"),
}
"""The letter of each value that the equations name."""

# Flags of the status, as the cases of an equation name them.
_STATUS = {"is_immediate": ("immediate", "it pays at once"), "is_paying_back": ("pays_back", "it pays back")} | {
    "is_advantage_lost": ("advantage_lost", "the advantage is lost")
}


def break_even(memo: Memo, pair: Pair) -> Markup | None:
    """The break-even of a pair from the model's formulas; None where nothing is divided."""
    shown = _shown(pair)
    return el("div", *[_equation(memo, pair, name) for name in shown], class_="equations") if shown else None


def _shown(pair: Pair) -> list[str]:
    """The lines of the model whose equations are shown for a pair."""
    figures = pair.figures
    if 0 in (direction(figures["one_time_delta"]), direction(figures["net_saving_per_month"])):
        return []
    if figures["static_months"] == 0:
        return []
    last = "advantage_lost_month" if figures["advantage_lost_month"] is not None else "static_months"
    shown = ["one_time_delta", "net_saving_per_month", last]
    if figures["breakeven_calls"]:
        shown.append("breakeven_calls")
    return shown


def symbols(memo: Memo, pairs: Iterable[Pair]) -> Markup | None:
    """What the symbols of the pairs' equations stand for, in the model's own words; None where there are none."""
    shown = dict.fromkeys(name for pair in pairs for name in _shown(pair))
    if not shown:
        return None
    named = shown | dict.fromkeys(each for name in shown for each in _line(name).parameters if each in SYMBOLS)
    parts = [say("{symbol} is {words}", symbol=el("math", SYMBOLS[name]), words=_words(name)) for name in named]
    return el("p", "In the equations ", join(parts, "; "), ".", class_="symbols")


def _line(name: str) -> Line:
    return lines()["comparison"][name]


def _equation(memo: Memo, pair: Pair, name: str) -> Markup:
    """One formula: its symbols, its figures, what they come to."""
    function = _line(name).function
    sides = [join([SYMBOLS[name], _EQUALS, mathml(function, _symbol)])]
    if pair.figures[name] is not None:  # else what holds is the word in the formula's last case
        put_in = mathml_of(function, _taken(pair, function), lambda each: _figure(memo, pair, each))
        sides.append(join([_EQUALS, put_in]))
    sides.append(join([_EQUALS, memo.pair_val(pair, name).math()]))
    # A piece of its own each, so that a narrow page can break the line between them.
    return el("div", *[el("math", el("mrow", side), display="block") for side in sides], class_="equation")


_EQUALS = tag("mo", "=")


def _symbol(name: str) -> Markup:
    if name in _STATUS or name == "never":
        return tag("mtext", _STATUS[name][1] if name in _STATUS else name)
    return SYMBOLS[name]


def _taken(pair: Pair, function: Callable) -> ast.expr:
    """The case of a formula that holds for a pair."""
    node = expression(function)
    while called(node) == "where":
        condition, value, other = node.args
        node = value if _holds(pair, condition) else other
    return node


def _holds(pair: Pair, condition: ast.expr) -> bool:
    """Whether a case's condition holds: a flag of the status, or a figure above its tolerance."""
    if isinstance(condition, ast.Name):
        return pair.figures["status"] == _STATUS[condition.id][0]
    left, right = condition.left, condition.comparators[0]
    return pair.figures[left.id] > CONSTANTS[right.id].value


def _figure(memo: Memo, pair: Pair, name: str) -> Markup:
    """The number of a parameter, in parentheses where it is negative."""
    role, _, rest = name.partition("_")
    if role in ("candidate", "baseline"):
        value = memo.of(pair.scope, getattr(pair, role), rest)
    elif name in pair.figures:
        value = memo.pair_val(pair, name)
    else:
        value = memo.given(name)
    drawn = value.math()
    return tag("mrow", tag("mo", "("), drawn, tag("mo", ")")) if (value.raw or 0) < 0 else drawn


def _words(name: str) -> Any:
    if name in CONSTANTS:
        return _lowered(CONSTANTS[name].label)
    if name.startswith(("candidate_", "baseline_")):
        role, _, rest = name.partition("_")
        return f"{_lowered(lines()['option'][rest].label)} of the {role}"
    line = lines()["comparison"].get(name)
    return "calls a month" if line is None else _lowered(line.label)


def _lowered(label: str) -> str:
    return label[:1].lower() + label[1:]
