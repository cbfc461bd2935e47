"""A shown value with what it is measured in."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup

from casebook.case import Input
from casebook.memo.markup import say
from casebook.memo.view import RATES, Memo

# The unit's first word, where it is a plural: `1 prompt`, `1 call per month`.
_SINGULAR = re.compile(r"^(\w{3,})s\b")


def with_unit(memo: Memo, value: Any, given: Input) -> Markup:
    """The value of an input with its unit; a text or a flag has none."""
    return say("{value}", value=value) if given.type != "number" else measured(memo, value, given.unit)


def measured(memo: Memo, value: Any, unit: str) -> Markup:
    """A number with its unit; that of money stands before the amount already."""
    per = memo.per(unit)
    if per is not None:
        return say("{value}{per}", value=value, per=per.replace("/", " per "))
    if not unit or unit in ("share", "fraction"):
        return say("{value}", value=value)
    if unit in RATES:
        return say("{value} {per}", value=value, per=unit.replace("share/", "per "))
    one = str(getattr(value, "text", value)) == "1"
    # Billions are a number: `14.8 billion` of them, like one of anything.
    unit = _SINGULAR.sub(r"\1", unit, count=1) if one or unit == "billions" else unit
    return say("{value}×" if unit == "×" else "{value} {unit}", value=value, unit=unit.replace("/", " per "))
