"""Two figures side by side: one that reads as the other is called equal, never set against it."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from casebook.memo.markup import say
from casebook.memo.numbers import Val

_SAME = 1e-9


def alike(one: Val, other: Val) -> bool:
    """Whether two figures read the same, equal or not."""
    return one.text == other.text


def equal(one: Val, other: Val) -> bool:
    """Whether two figures are the same but for dust, or both unknown."""
    if one.raw is None or other.raw is None:
        return one.raw is other.raw
    return math.isclose(one.raw, other.raw, rel_tol=_SAME, abs_tol=_SAME)


def about(one: Val, other: Val) -> str:
    """The word before a figure that reads as another one and is not quite it: `about `, else nothing."""
    return "" if equal(one, other) else "about "


def against(ours: Val, theirs: Val, what: Any = "") -> Markup:
    """Two figures of the same thing: `$100 a month against $90`, `$90 a month either way`."""
    if not alike(ours, theirs):
        return say("{ours}{what} against {theirs}", ours=ours, theirs=theirs, what=what)
    return say("{about}{ours}{what} either way", about=about(ours, theirs), ours=ours, what=what)


def beside(ours: Val, theirs: Val, other: Markup) -> Markup:
    """The same with whose the second one is: `$90 against $100 for B`, `$90, the same as for B`."""
    if not alike(ours, theirs):
        return say("{ours} against {theirs} for {other}", ours=ours, theirs=theirs, other=other)
    return say("{ours}, {about}the same as for {other}", ours=ours, about=about(ours, theirs), other=other)


def nearly(figure: Val, other: Val, unit: str = "") -> Markup:
    """A figure beside one that it differs from: where both read the same, it is `just under` or `just over` it."""
    if figure.text != f"{other.text}{unit}" or figure.raw is None or other.raw is None or equal(figure, other):
        return figure.__html__()
    return say("just {side} {figure}", side="under" if figure.raw < other.raw else "over", figure=figure)
