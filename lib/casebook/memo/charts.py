"""Line charts as small SVG drawings: text stays text, colours and dashes tell lines apart, no style is needed.

Presentation attributes carry the light colours, so that a drawing stands by itself in a notebook; the page's style
sheet sets the same classes anew for dark screens. Each chart is drawn twice, wide and for a phone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from markupsafe import Markup

from casebook.memo.markup import clean, el, join
from casebook.memo.numbers import Val

Point = tuple[float, float]


class Stroke(NamedTuple):
    """How a line is drawn."""

    class_: str
    colour: str
    width: float
    dashes: str | None = None


VERDICT = Stroke("s-verdict", "#00707a", 4)
REFERENCE = Stroke("s-reference", "#52606d", 2, "6 4")
OTHERS = (
    Stroke("s-a", "#2b67a8", 2),
    Stroke("s-b", "#96690f", 2, "10 3"),
    Stroke("s-c", "#734f8f", 2, "10 3 2 3"),
    Stroke("s-d", "#b0452b", 2, "2 3"),
)


@dataclass(frozen=True)
class Line:
    """One line: its name, its points, how it is drawn, and the figure at its end."""

    label: str
    points: Sequence[Point]
    stroke: Stroke
    end: Val


@dataclass(frozen=True)
class Mark:
    """A point worth a word: where it is, what it is called, what is said of it."""

    at: Point
    head: str
    text: Any


@dataclass(frozen=True)
class LineChart:
    """What a chart shows; `between` are the two lines whose gap is filled from the mark on."""

    id: str
    title: str
    description: str
    lines: Sequence[Line]
    axis: str
    tick: Callable[[float], str]
    mark: Mark | None = None
    minor: Point | None = None
    between: tuple[Line, Line] | None = None
    gap: Any = None


class Frame(NamedTuple):
    """The measures of one drawing."""

    width: int
    left: int
    top: int
    plot_width: int
    plot_height: int
    text: int
    direct: bool


WIDE = Frame(width=804, left=58, top=52, plot_width=500, plot_height=300, text=14, direct=True)
PHONE = Frame(width=342, left=46, top=50, plot_width=284, plot_height=210, text=12, direct=False)
_LEGEND_ROW = 22
_LABEL_GAP = 19
_LABEL_LINE = 15
_TOP_WITHOUT_MARK = 24
# Characters of a label that fit beside the plot: with its figure behind it, and alone on its line.
_BESIDE, _ALONE = 17, 26


def both_sizes(wide: Markup, phone: Markup) -> Markup:
    """A chart's two drawings, of which the page's style shows the one that fits."""
    return join([el("div", wide, class_="wide"), el("div", phone, class_="phone", hidden=True)])


def drawing(name: str, chart: Any, frame: Any, height: float, *parts: Any) -> Markup:
    """A drawing of a chart in one of its two sizes: what it is and what it shows in words, then its parts."""
    return el(
        "svg",
        el("title", chart.title, id=f"{name}-title"),
        el("desc", chart.description, id=f"{name}-desc"),
        *parts,
        viewBox=f"0 0 {frame.width} {height}",
        width=frame.width,
        height=height,
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        font_size=frame.text,
        font_family="Arial, Helvetica, sans-serif",
    )


def line_chart(chart: LineChart) -> Markup:
    """The chart in both sizes; without a style sheet only the wide one shows."""
    return both_sizes(_draw(chart, WIDE, "wide"), _draw(chart, PHONE, "phone"))


def _draw(chart: LineChart, frame: Frame, size: str) -> Markup:
    if chart.mark is None:
        frame = frame._replace(top=_TOP_WITHOUT_MARK)
    most_x = max(x for line in chart.lines for x, _ in line.points) or 1
    step = nice_step(max(y for line in chart.lines for _, y in line.points), 5 if frame.direct else 4)
    most_y = step * max(1, math.ceil(max(y for line in chart.lines for _, y in line.points) / step - 1e-9))

    def place(point: Point) -> Point:
        x, y = point
        return frame.left + x / most_x * frame.plot_width, frame.top + (1 - y / most_y) * frame.plot_height

    bottom = frame.top + frame.plot_height
    height = bottom + 50 + (0 if frame.direct else 8 + _LEGEND_ROW * len(chart.lines))
    return drawing(
        f"{chart.id}-{size}",
        chart,
        frame,
        height,
        _grid(chart, frame, most_x, most_y, step),
        _gap(chart, place),
        *[_line(line, place) for line in reversed(chart.lines)],
        _mark(chart, frame, place),
        _labels(chart, frame, place) if frame.direct else _legend(chart, frame, bottom + 58),
    )


def nice_step(highest: float, wanted: int) -> float:
    """The step of an axis from 0 to the highest value with about so many ticks: 1, 2, 2.5 or 5 times a power of ten."""
    if highest <= 0:
        return 1.0
    rough = highest / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * (1 - 1e-9))


def month_step(months: float) -> int:
    """Months between two ticks, at most eight of them."""
    return next(step for step in (1, 2, 3, 6, 12, 24) if months / step <= 8)


def _xy(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


def text_at(x: float, y: float, *content: Any, anchor: str = "start", **more: Any) -> Markup:
    return el(
        "text", *content, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor, fill=more.pop("fill", "currentColor"), **more
    )


def _grid(chart: LineChart, frame: Frame, most_x: float, most_y: float, step: float) -> Markup:
    right, bottom = frame.left + frame.plot_width, frame.top + frame.plot_height
    parts = []
    for index in range(round(most_y / step) + 1):
        y = bottom - index * step / most_y * frame.plot_height
        if index:
            path = f"M{frame.left} {y:.1f}H{right}"
            parts.append(el("path", d=path, class_="grid", stroke="currentColor", stroke_opacity="0.2"))
        parts.append(text_at(frame.left - 7, y + 4, chart.tick(index * step), anchor="end", class_="axis"))
    parts.append(el("path", d=f"M{frame.left} {bottom}H{right}", class_="zero", stroke="currentColor"))
    every = month_step(most_x)
    for month in range(0, int(most_x) + 1, every):
        x = frame.left + month / most_x * frame.plot_width
        parts.append(el("path", d=f"M{x:.1f} {bottom}v5", class_="zero", stroke="currentColor"))
        parts.append(text_at(x, bottom + 20, str(month), anchor="middle", class_="axis"))
    parts.append(text_at(right, bottom + 40, chart.axis, anchor="end", class_="axis"))
    return el("g", *parts, font_size=frame.text - 1, class_="frame")


def _line(line: Line, place: Callable[[Point], Point]) -> Markup:
    path = "M" + "L".join(map(_xy, simplified([place(point) for point in line.points])))
    stroke = line.stroke
    return el(
        "path",
        d=path,
        class_=f"line {stroke.class_}",
        fill="none",
        stroke=stroke.colour,
        stroke_width=stroke.width,
        stroke_dasharray=stroke.dashes,
        stroke_linejoin="round",
    )


def _gap(chart: LineChart, place: Callable[[Point], Point]) -> Markup | None:
    """The area between two lines from the mark on."""
    if chart.between is None or chart.mark is None:
        return None
    start = chart.mark.at
    upper, lower = ([start, *[p for p in line.points if p[0] > start[0]]] for line in chart.between)
    if len(upper) < 2:
        return None
    corners = [*simplified([place(p) for p in upper]), *reversed(simplified([place(p) for p in lower])[1:])]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return el("polygon", points=points, class_="gap", fill=VERDICT.colour, fill_opacity="0.12")


def _mark(chart: LineChart, frame: Frame, place: Callable[[Point], Point]) -> Markup | None:
    parts = []
    if chart.minor is not None:
        parts.append(_dot(place(chart.minor), 4))
    if chart.mark is not None:
        x, y = place(chart.mark.at)
        bottom = frame.top + frame.plot_height
        anchor, shift = ("start", -4) if x < frame.left + frame.plot_width * 0.55 else ("end", 4)
        parts += [
            el("path", d=f"M{x:.1f} {frame.top - 8}V{y - 6:.1f}", class_="mark", stroke="currentColor"),
            el(
                "path", d=f"M{x:.1f} {y + 6:.1f}V{bottom}", class_="mark", stroke="currentColor", stroke_dasharray="2 3"
            ),
            _dot((x, y), 5.5),
            text_at(x + shift, frame.top - 30, chart.mark.head, anchor=anchor, font_weight="bold"),
            text_at(x + shift, frame.top - 13, chart.mark.text, anchor=anchor),
        ]
        label = _gap_label(chart, frame, place)
        parts += [] if label is None else [label]
    return el("g", *parts, class_="marks") if parts else None


def _dot(at: Point, radius: float) -> Markup:
    return el(
        "circle",
        cx=f"{at[0]:.1f}",
        cy=f"{at[1]:.1f}",
        r=radius,
        class_="dot",
        fill="#fff",
        stroke="currentColor",
        stroke_width="2.5",
    )


def _gap_label(chart: LineChart, frame: Frame, place: Callable[[Point], Point]) -> Markup | None:
    """What the gap comes to at the end, where there is room to say it."""
    if chart.between is None or chart.gap is None:
        return None
    (x, upper), (_, lower) = (place(line.points[-1]) for line in chart.between)
    if lower - upper < 40:
        return None
    return text_at(
        x - 8,
        (upper + lower) / 2 + 5,
        chart.gap,
        anchor="end",
        class_="saving",
        font_weight="bold",
        fill=VERDICT.colour,
    )


def simplified(path: Sequence[Point], tolerance: float = 0.2) -> list[Point]:
    """A path without the points that lie on a straight line between others, within a tolerance in pixels."""
    (x0, y0), (x1, y1) = path[0], path[-1]
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    aside = [abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / length for x, y in path]
    far = max(range(len(path)), key=aside.__getitem__)
    if aside[far] <= tolerance or len(path) < 3:
        return [path[0], path[-1]]
    return [*simplified(path[: far + 1], tolerance)[:-1], *simplified(path[far:], tolerance)]


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near as can be to the wanted ones (rising), a gap apart, between two ends."""
    gap = min(gap, (high - low) / max(1, len(wanted) - 1))
    placed: list[float] = []
    for place in wanted:
        placed.append(max(place, placed[-1] + gap if placed else low))
    for index in reversed(range(len(placed))):
        placed[index] = min(placed[index], high if index == len(placed) - 1 else placed[index + 1] - gap)
    return placed


def shortened(label: str, most: int) -> str:
    """A label that fits, its end left out where it does not."""
    label = clean(label)
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"


def wrapped(label: str, most: int) -> list[str]:
    """A label on one line or two, broken between words where it can be."""
    label = clean(label)
    if len(label) <= most:
        return [label]
    cut = label.rfind(" ", 0, most + 1)
    first, second = (label[:cut], label[cut + 1 :]) if cut > 0 else (label[:most], label[most:])
    return [first, shortened(second, most)]


def _labels(chart: LineChart, frame: Frame, place: Callable[[Point], Point]) -> Markup:
    """Names and figures at the ends of the lines, moved apart where they would touch."""
    ends = sorted(((place(line.points[-1]), line) for line in chart.lines), key=lambda end: end[0][1])
    broken = any(len(line.label) > _BESIDE for line in chart.lines)
    names = [wrapped(line.label, _ALONE) if broken else [line.label] for _, line in ends]
    gap = _LABEL_GAP + _LABEL_LINE * (max(map(len, names)) if broken else 0)
    heights = spread([y for (_, y), _ in ends], gap, frame.top - 20, frame.top + frame.plot_height)
    right = frame.left + frame.plot_width
    parts = []
    for ((x, y), line), height, name in zip(ends, heights, names, strict=True):
        stroke = line.stroke
        parts.append(
            el("path", d=f"M{x + 3:.1f} {y:.1f}L{right + 13} {height:.1f}", stroke=stroke.colour, class_=stroke.class_)
        )
        bold = {"font_weight": "bold", "fill": stroke.colour, "class_": f"t label {stroke.class_}"}
        for row, words in enumerate(name):
            end = None if broken else el("tspan", " ", line.end.svg())
            parts.append(text_at(right + 17, height + 5 + row * _LABEL_LINE, el("tspan", words, **bold), end))
        if broken:
            parts.append(text_at(right + 17, height + 5 + len(name) * _LABEL_LINE, line.end.svg()))
    return el("g", *parts, class_="labels", font_size=frame.text - 0.5)


def _legend(chart: LineChart, frame: Frame, top: float) -> Markup:
    """Names and figures below the plot, each beside a sample of its line."""
    parts = []
    for index, line in enumerate(chart.lines):
        y = top + 6 + index * _LEGEND_ROW
        stroke = line.stroke
        parts.append(
            el(
                "path",
                d=f"M4 {y - 4:.1f}H34",
                class_=f"line {stroke.class_}",
                stroke=stroke.colour,
                stroke_width=stroke.width,
                stroke_dasharray=stroke.dashes,
            )
        )
        parts.append(text_at(42, y, shortened(line.label, 32), font_weight="bold", class_="label"))
        parts.append(text_at(frame.width - 4, y, line.end.svg(), anchor="end"))
    return el("g", *parts, class_="legend", font_size=frame.text + 1)
