"""Tornado charts as small SVG drawings: bars around the likely value, the longer one of a row drawn first.

An input need not move the lead both ways: both bars of a row may lie on one side, the shorter one then over the
longer, and its words on the other side of the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from casebook.memo.charts import both_sizes, drawing, shortened, text_at, wrapped
from casebook.memo.markup import el, join
from casebook.memo.numbers import Val


@dataclass(frozen=True)
class End:
    """One end of a bar: the input's value there and the lead that it gives."""

    given: Val
    lead: Val

    @property
    def at(self) -> float:
        """The lead as a number."""
        return float(self.lead.raw or 0)


@dataclass(frozen=True)
class Bar:
    """One input: its name, what it belongs to, and its two ends; an end without a range of its own is None."""

    label: str
    of: str
    ends: Sequence[End | None]


@dataclass(frozen=True)
class Tornado:
    """What a chart shows; `zero` names the line at which the lead is gone, None where no bar comes near it."""

    id: str
    title: str
    description: str
    bars: Sequence[Bar]
    likely: Val
    zero: str | None


class Frame(NamedTuple):
    """The measures of one drawing: where bars and their words begin and end, and how high a row is."""

    width: int
    left: int
    right: int
    row: int
    text: int
    beside: bool


WIDE = Frame(width=804, left=225, right=804, row=46, text=13, beside=True)
PHONE = Frame(width=342, left=0, right=342, row=54, text=12, beside=False)
_TOP, _BOTTOM = 44, 34
_THICK, _THIN = 20, 10
_SMALL = 12
_LESS, _MORE = ("t-less", "#b0452b"), ("t-more", "#00707a")
# Characters of a label beside the bars, and above them.
_BESIDE, _BESIDE_SMALL, _ABOVE = 31, 38, 44
# The width of a character of the words at an end, of their text size, and the most of the drawing that they take.
_CHARACTER, _MOST_WORDS = 0.55, 0.32


def tornado_chart(chart: Tornado) -> Markup:
    """The chart in both sizes; without a style sheet only the wide one shows."""
    return both_sizes(_draw(chart, WIDE, "wide"), _draw(chart, PHONE, "phone"))


class _Scale(NamedTuple):
    low: float
    high: float
    frame: Frame

    def x(self, lead: float) -> float:
        share = (lead - self.low) / (self.high - self.low)
        return self.frame.left + share * (self.frame.right - self.frame.left)


def _scale(chart: Tornado, frame: Frame) -> _Scale:
    leads = [end.at for bar in chart.bars for end in bar.ends if end] + [float(chart.likely.raw or 0)]
    leads += [0.0] if chart.zero else []
    low, high = min(leads), max(leads)
    return _Scale(low, high if high > low else low + 1, frame)


def _fitted(chart: Tornado, frame: Frame) -> Frame:
    """The frame with room for the words on both sides of the bars."""
    longest = max(len(end.given.text) + len(end.lead.text) + 2 for bar in chart.bars for end in bar.ends if end)
    room = min(longest * _CHARACTER * frame.text + 8, _MOST_WORDS * (frame.right - frame.left))
    return frame._replace(left=round(frame.left + room), right=round(frame.right - room))


def _end_words(end: End, frame: Frame, x: float, middle: float, side: int, room: float) -> Markup:
    """The input's value and the lead, or the lead alone where there is no room for both, clear of what is behind."""
    words, length = join([end.given.svg(), ": ", end.lead.svg()]), len(end.given.text) + len(end.lead.text) + 2
    if length * _CHARACTER * frame.text + 6 > room:
        words, length = end.lead.svg(), len(end.lead.text)
    width = length * _CHARACTER * frame.text
    clear = el(
        "rect",
        x=f"{x if side > 0 else x - width:.1f}",
        y=f"{middle - 8:.1f}",
        width=f"{width:.1f}",
        height=16,
        class_="dot",
        fill="#fff",
    )
    return join([clear, text_at(x, middle + 4.5, words, anchor="start" if side > 0 else "end")])


def _draw(chart: Tornado, frame: Frame, size: str) -> Markup:
    edges, frame = frame, _fitted(chart, frame)
    scale = _scale(chart, frame)
    bottom = _TOP + frame.row * len(chart.bars)
    height = bottom + (_BOTTOM if chart.zero else 8)
    centre = scale.x(float(chart.likely.raw or 0))
    rows = [_row(bar, scale, _TOP + frame.row * place, centre, edges) for place, bar in enumerate(chart.bars)]
    return drawing(
        f"{chart.id}-{size}",
        chart,
        frame,
        height,
        _zero(chart, scale, bottom),
        el("path", d=f"M{centre:.1f} {_TOP - 6}V{bottom}", class_="mark", stroke="currentColor"),
        *rows,
        text_at(centre, 14, "As given", anchor="middle"),
        text_at(centre, 31, chart.likely.svg(), anchor="middle", font_weight="bold"),
    )


def _zero(chart: Tornado, scale: _Scale, bottom: int) -> Markup | None:
    """The line at which the lead is gone, its words below."""
    if chart.zero is None:
        return None
    x, frame = scale.x(0.0), scale.frame
    anchor = "start" if x < frame.left + 40 else "end" if x > frame.right - 40 else "middle"
    return el(
        "g",
        el("path", d=f"M{x:.1f} {_TOP - 6}V{bottom + 8}", class_="mark", stroke="currentColor", stroke_dasharray="4 3"),
        text_at(x, bottom + 25, chart.zero, anchor=anchor, class_="axis"),
    )


def _row(bar: Bar, scale: _Scale, top: int, centre: float, edges: Frame) -> Markup:
    frame = scale.frame
    middle = top + (frame.row / 2 if frame.beside else 36)
    ends = [end for end in bar.ends if end is not None]
    # The longer bar first, so that the shorter one of the same side stays to be seen.
    ordered = sorted(ends, key=lambda end: -abs(scale.x(end.at) - centre))
    parts = [_names(bar, frame, top, middle)]
    sides = [_side(scale.x(end.at), centre) for end in ordered]
    for place, (end, side) in enumerate(zip(ordered, sides, strict=True)):
        over = place == 1 and side == sides[0]
        parts.append(_bar(scale.x(end.at), centre, middle, _THIN if over else _THICK, over))
    for place, end in enumerate(ordered):
        # Words of a bar without length, or over another one, stand on the side that is left.
        free = -sides[0] if place == 1 and sides[1] in (0, sides[0]) else sides[place] or 1
        start = scale.x(end.at) if free == sides[place] else centre
        room = edges.right - start if free > 0 else start - edges.left
        parts.append(_end_words(end, frame, start + 6 * free, middle, free, room))
    return el("g", *parts)


def _side(x: float, centre: float) -> int:
    return (x - centre > 0.05) - (x - centre < -0.05)


def _bar(x: float, centre: float, middle: float, thick: int, over: bool) -> Markup | None:
    if not _side(x, centre):
        return None
    class_, colour = _LESS if x < centre else _MORE
    return el(
        "rect",
        x=f"{min(x, centre):.1f}",
        y=f"{middle - thick / 2:.1f}",
        width=f"{abs(x - centre):.1f}",
        height=thick,
        class_=f"{class_} over" if over else class_,
        fill=colour,
        stroke="#fff" if over else None,
    )


def _names(bar: Bar, frame: Frame, top: int, middle: float) -> Markup:
    """The input's name, and below it what it belongs to."""
    if not frame.beside:
        label = f"{bar.label}, {bar.of}" if bar.of else bar.label
        return text_at(0, top + 16, shortened(label, _ABOVE), font_weight="bold", class_="end label")
    lines = [(line, "bold", "label") for line in wrapped(bar.label, _BESIDE)[: 1 if bar.of else 2]]
    lines += [(shortened(bar.of, _BESIDE_SMALL), None, "axis label")] if bar.of else []
    start = middle + 4.5 - 8 * (len(lines) - 1)
    return el(
        "g",
        *[
            text_at(
                0, start + 16 * place, words, font_weight=weight, class_=class_, font_size=None if weight else _SMALL
            )
            for place, (words, weight, class_) in enumerate(lines)
        ],
    )
