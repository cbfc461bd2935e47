"""Pass rates as bars of their intervals: the true rate lies on the bar, the measured one at its mark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from casebook.memo import numbers
from casebook.memo.charts import both_sizes, nice_step, shortened, text_at, wrapped
from casebook.memo.intervals import PHONE, WIDE, Frame
from casebook.memo.markup import el, join
from casebook.memo.numbers import Val

_TOP, _BOTTOM, _THICK = 6, 26, 16
_LINE, _SMALL, _BESIDE, _ABOVE = 16, 12, 32, 24
_MARGIN = {"wide": 52, "phone": 48}
_COLOUR = ("t-more", "#00707a")


@dataclass(frozen=True)
class Rate:
    """One option: its name, its pass rate, and the two ends of its interval."""

    label: str
    low: Val
    rate: Val
    high: Val


def rate_chart(name: str, title: str, description: str, rates: Sequence[Rate]) -> Markup:
    """The chart in both sizes; without a style sheet only the wide one shows."""
    wide, phone = (
        _draw(frame, size, name, title, description, rates) for frame, size in ((WIDE, "wide"), (PHONE, "phone"))
    )
    return both_sizes(wide, phone)


def _draw(frame: Frame, size: str, name: str, title: str, description: str, rates: Sequence[Rate]) -> Markup:
    step, low, high = _axis_of(rates, frame.ticks)
    left, right = frame.left + _MARGIN[size], frame.right - _MARGIN[size]

    def x(share: float) -> float:
        return left + (share - low) / (high - low) * (right - left)

    row = frame.row + (_LINE if frame.beside and any(len(rate.label) > _BESIDE for rate in rates) else 0)
    bottom = _TOP + row * len(rates)
    grid = []
    for index in range(round((high - low) / step) + 1):
        at = low + index * step
        path = f"M{x(at):.1f} {_TOP}V{bottom + 4}"
        grid.append(el("path", d=path, class_="grid", stroke="currentColor", stroke_opacity="0.2"))
        grid.append(text_at(x(at), bottom + 20, numbers.share(at), anchor="middle", class_="axis"))
    drawn = []
    for place, rate in enumerate(rates):
        top = _TOP + row * place
        middle = top + (row / 2 if frame.beside else 36)
        start, end, mark = (x(float(value.raw or 0)) for value in (rate.low, rate.high, rate.rate))
        path = f"M{mark:.1f} {middle - _THICK / 2 - 3:.1f}v{_THICK + 6}"
        drawn += [
            _names(rate, frame, top, middle),
            el(
                "rect",
                x=f"{start:.1f}",
                y=f"{middle - _THICK / 2:.1f}",
                width=f"{max(end - start, 3):.1f}",
                height=_THICK,
                class_=_COLOUR[0],
                fill=_COLOUR[1],
            ),
            el("path", d=path, class_="mark", stroke="currentColor", stroke_width=2.5),
            text_at(start - 6, middle + 4.5, rate.low.svg(), anchor="end", class_="end"),
            text_at(end + 6, middle + 4.5, rate.high.svg(), class_="end"),
        ]
    key = f"{name}-{size}"
    return el(
        "svg",
        el("title", title, id=f"{key}-title"),
        el("desc", description, id=f"{key}-desc"),
        el("g", *grid, font_size=_SMALL),
        *drawn,
        viewBox=f"0 0 {frame.width} {bottom + _BOTTOM}",
        width=frame.width,
        height=bottom + _BOTTOM,
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        font_size=frame.text,
        font_family="Arial, Helvetica, sans-serif",
    )


def _axis_of(rates: Sequence[Rate], ticks: int) -> tuple[float, float, float]:
    """Step, beginning and end of an axis of whole steps around the intervals, never beyond 0 and 1."""
    low, high = min(float(rate.low.raw or 0) for rate in rates), max(float(rate.high.raw or 0) for rate in rates)
    step = nice_step(high - low, ticks)
    start, end = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return step, max(start, 0.0), min(max(end, start + step), 1.0) if start + step <= 1 else start + step


def _names(rate: Rate, frame: Frame, top: int, middle: float) -> Markup:
    """The option's name, and its pass rate."""
    passed = join(["pass rate ", rate.rate.svg()])
    if not frame.beside:
        label = text_at(0, top + 18, shortened(rate.label, _ABOVE), font_weight="bold", class_="end label")
        return el("g", label, text_at(frame.width, top + 18, passed, anchor="end", class_="axis end"))
    lines = wrapped(rate.label, _BESIDE)
    start = middle + 4.5 - _LINE / 2 * len(lines)
    parts = [
        text_at(0, start + _LINE * at, words, font_weight="bold", class_="label") for at, words in enumerate(lines)
    ]
    parts.append(text_at(0, start + _LINE * len(lines), passed, class_="axis", font_size=_SMALL))
    return el("g", *parts)
