"""What a client has typed into the cell of an input: the value it is meant to be, or what is wrong with it.

A number may come as a text, with thousands, a percent sign or the currency, as the sheet itself shows numbers. Whatever
could be read in two ways (1,5 and 1.500,25) is refused rather than guessed.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from casebook.analysis.binding import EXCEL_EPOCH
from casebook.case import Input
from casebook.case.fields import DOLLAR, Refused, Value, read_date, read_flag, read_number, shown

PERCENTS = frozenset({"share", "fraction", "per month", "per year", "share/month"})
"""Units in which 15% is 0.15."""

_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_SPACED = re.compile("[-+]?[1-9]\\d{0,2}(?:[ \u00a0\u2009\u202f]\\d{3})+(?:\\.\\d+)?")
_SIGNS = {DOLLAR: "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
# Control characters, and those that turn the direction of writing: a text with one is not what it looks like.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LONGEST = 200
_LAST_DAY = 2_958_466  # the serial number of the day after the last that a spreadsheet knows, 9999-12-31
_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


class Typed(NamedTuple):
    """A cell as it came back: where it is, the value stored in it, the formula it has."""

    where: str
    value: Any
    formula: str | None = None
    error: bool = False


def meant(cell: Typed, source: Input, currency: str = DOLLAR) -> Value:
    """The value that a cell means for an input; its range is not looked at. Raises Refused saying what is wrong."""
    value = _computed(cell) if cell.formula is not None else cell.value
    if cell.error:
        raise Refused("a value", f"the error {value}")
    if isinstance(value, str):
        if found := _HIDDEN.search(value):
            raise Refused("a text without hidden characters", f"the character U+{ord(found.group()):04X}")
        value = value.strip(" \u00a0\t\n")
    if value is None or value == "":
        return None
    if isinstance(value, str) and value[0] in "=@":
        raise Refused("a value", f"{shown(value)}, a formula kept as text", "type the number itself")
    if source.type == "number":
        return _number(value, source, currency)
    readers: dict[str, Callable[[Any], Value]] = {"flag": _flag, "date": _date, "text": _word}
    return readers[source.type](value)


def _computed(cell: Typed) -> Any:
    """What a formula comes to: worked out where it is plain arithmetic, else the value stored with it."""
    assert cell.formula is not None
    try:
        return arithmetic(cell.formula)
    except ValueError:
        if cell.value is None:
            advice = "open the file in a spreadsheet program and save it, or type the number"
            raise Refused("a value", f"the formula {cell.formula[:60]} with no value stored", advice) from None
        return cell.value


def arithmetic(formula: str) -> float:
    """The value of a formula made of numbers, + - * / and brackets alone; ValueError for any other."""
    text = formula.removeprefix("=").strip()
    if len(text) > _LONGEST or not re.fullmatch(r"[-+*/().\d\s]+", text) or "**" in text or "//" in text:
        raise ValueError("no plain arithmetic")
    try:
        return float(_worked_out(ast.parse(text, mode="eval").body))
    except (SyntaxError, ZeroDivisionError, OverflowError, RecursionError, MemoryError) as error:
        raise ValueError("no plain arithmetic") from error


def _worked_out(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = _worked_out(node.operand)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return float(_OPERATORS[type(node.op)](_worked_out(node.left), _worked_out(node.right)))
    raise ValueError("no plain arithmetic")


def _flag(value: Any) -> bool:
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    if isinstance(value, str) and value in ("0", "1"):
        return value == "1"
    try:
        return read_flag(value)
    except Refused:
        raise Refused("1 or 0 (yes or no)", _told(value)) from None


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        if value.time() != datetime.min.time():
            raise Refused("a date", f"a date with a time, {value.isoformat(sep=' ')}")
        return value.date()
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < _LAST_DAY and value == int(value):
        return date.fromordinal(int(value) + EXCEL_EPOCH)
    return read_date(value)


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise Refused("a word", _told(value))
    return value


def _number(value: Any, source: Input, currency: str) -> float:
    if isinstance(value, str):
        return _spelled(value, source, currency)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused("a number", _told(value))
    # A spreadsheet computes with 15 digits: more of them are the dust of its arithmetic.
    return read_number(tidy(value))


def tidy(value: float) -> float:
    """A number in the 15 digits that a spreadsheet shows, whole where it is."""
    value = float(f"{value:.15g}")
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _spelled(text: str, source: Input, currency: str) -> float:
    """The number that a text spells."""
    bare = text.replace("\u2212", "-")
    if source.unit.startswith(("$", currency)):
        bare = bare.removeprefix(_SIGNS.get(currency, currency)).removeprefix(currency).removesuffix(currency).strip()
    percent = bare.endswith("%") and source.unit in PERCENTS
    bare = bare[:-1].rstrip() if percent else bare
    if _THOUSANDS.fullmatch(bare) or _SPACED.fullmatch(bare):
        bare = re.sub("[, \u00a0\u2009\u202f]", "", bare)
    try:
        number = read_number(bare)
    except Refused as refused:
        raise Refused(refused.wanted, shown(text), refused.hint) from None
    return tidy(number / 100) if percent else number


def _told(value: Any) -> str:
    if isinstance(value, datetime | date):
        return f"the date {value.isoformat()[:10]}"
    return shown(value)
