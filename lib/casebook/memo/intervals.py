"""Interval bars as small SVG drawings: nine draws of ten lie on the bar, half of them below its mark."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from casebook.memo.charts import both_sizes, drawing, nice_step, shortened, text_at, wrapped
from casebook.memo.markup import el, join
from casebook.memo.numbers import Val


@dataclass(frozen=True)
class Interval:
    """One option: its name, the two ends and the middle of its draws, and whether it is the one chosen."""

    label: str
    low: Val
    middle: Val
    high: Val
    chosen: bool


@dataclass(frozen=True)
class Intervals:
    """What a chart shows."""

    id: str
    title: str
    description: str
    rows: Sequence[Interval]
    tick: Callable[[float], str]


class Frame(NamedTuple):
    """The measures of one drawing: where bars and their words begin and end, and how high a row is."""

    width: int
    left: int
    right: int
    row: int
    text: int
    ticks: int
    beside: bool


WIDE = Frame(width=804, left=300, right=804, row=42, text=13, ticks=6, beside=True)
PHONE = Frame(width=342, left=0, right=342, row=56, text=12, ticks=3, beside=False)
_TOP, _BOTTOM = 6, 26
_LINE, _SMALL = 16, 12
_THICK, _SHORTEST = 16, 3
_CHOSEN, _OTHER = ("t-more", "#00707a"), ("i-other", "#7d8892")
# Characters of a label on a line beside the bars, and above them; the width of one, of its text size.
_BESIDE, _ABOVE, _CHARACTER = 42, 32, 0.56
# An axis that would leave more of its length empty than this does not begin at zero.
_EMPTY = 0.6


def interval_chart(chart: Intervals) -> Markup:
    """The chart in both sizes; without a style sheet only the wide one shows."""
    return both_sizes(_draw(chart, WIDE, "wide"), _draw(chart, PHONE, "phone"))


class _Scale(NamedTuple):
    low: float
    high: float
    step: float
    left: float
    right: float

    def x(self, amount: float) -> float:
        return self.left + (amount - self.low) / (self.high - self.low) * (self.right - self.left)


def _scale(chart: Intervals, frame: Frame) -> _Scale:
    """An axis of whole steps with room for the words at the ends of the bars."""
    low = min(_raw(row.low) for row in chart.rows)
    high = max(_raw(row.high) for row in chart.rows)
    if 0 <= low < _EMPTY * high or low == high:
        low = min(low, 0.0)
    step = nice_step(high - low, frame.ticks)
    start, end = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    left, right = (
        max(len(text) for text in texts) * _CHARACTER * frame.text + 8
        for texts in ([row.low.text for row in chart.rows], [row.high.text for row in chart.rows])
    )
    return _Scale(start * step, max(end, start + 1) * step, step, frame.left + left, frame.right - right)


def _raw(value: Val) -> float:
    return float(value.raw or 0)


def _draw(chart: Intervals, frame: Frame, size: str) -> Markup:
    scale = _scale(chart, frame)
    if frame.beside and any(len(row.label) > _BESIDE for row in chart.rows):
        frame = frame._replace(row=frame.row + _LINE)
    bottom = _TOP + frame.row * len(chart.rows)
    height = bottom + _BOTTOM
    return drawing(
        f"{chart.id}-{size}",
        chart,
        frame,
        height,
        _axis(chart, scale, bottom),
        *[_row(row, scale, frame, _TOP + frame.row * place) for place, row in enumerate(chart.rows)],
    )


def _axis(chart: Intervals, scale: _Scale, bottom: int) -> Markup:
    parts = []
    for index in range(round((scale.high - scale.low) / scale.step) + 1):
        amount = scale.low + index * scale.step
        amount = 0.0 if abs(amount) < scale.step / 2 else amount
        x = scale.x(amount)
        parts.append(
            el("path", d=f"M{x:.1f} {_TOP}V{bottom + 4}", class_="grid", stroke="currentColor", stroke_opacity="0.2")
        )
        parts.append(text_at(x, bottom + 20, chart.tick(amount), anchor="middle", class_="axis"))
    return el("g", *parts, font_size=_SMALL)


def _row(row: Interval, scale: _Scale, frame: Frame, top: int) -> Markup:
    middle = top + (frame.row / 2 if frame.beside else 36)
    low, high = scale.x(_raw(row.low)), scale.x(_raw(row.high))
    if high - low < _SHORTEST:
        low, high = (low + high - _SHORTEST) / 2, (low + high + _SHORTEST) / 2
    class_, colour = _CHOSEN if row.chosen else _OTHER
    bar = el(
        "rect",
        x=f"{low:.1f}",
        y=f"{middle - _THICK / 2:.1f}",
        width=f"{high - low:.1f}",
        height=_THICK,
        class_=class_,
        fill=colour,
    )
    at = scale.x(_raw(row.middle))
    path = f"M{at:.1f} {middle - _THICK / 2 - 3:.1f}v{_THICK + 6}"
    mark = el("path", d=path, class_="mark", stroke="currentColor", stroke_width=2.5)
    parts = [_names(row, frame, top, middle), bar, mark]
    if row.low.text != row.high.text:
        parts.append(text_at(low - 6, middle + 4.5, row.low.svg(), anchor="end", class_="end"))
    parts.append(text_at(high + 6, middle + 4.5, row.high.svg(), class_="end"))
    return el("g", *parts)


def _names(row: Interval, frame: Frame, top: int, middle: float) -> Markup:
    """The option's name, and its median."""
    median = join(["median ", row.middle.svg()])
    if not frame.beside:
        name = text_at(0, top + 18, shortened(row.label, _ABOVE), font_weight="bold", class_="end label")
        return el("g", name, text_at(frame.width, top + 18, median, anchor="end", class_="axis end"))
    lines = wrapped(row.label, _BESIDE)
    start = middle + 4.5 - _LINE / 2 * len(lines)
    parts = [
        text_at(0, start + _LINE * at, words, font_weight="bold", class_="label") for at, words in enumerate(lines)
    ]
    parts.append(text_at(0, start + _LINE * len(lines), median, class_="axis", font_size=_SMALL))
    return el("g", *parts)
