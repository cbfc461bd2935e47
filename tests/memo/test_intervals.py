"""Interval bars: where they lie, what stands at their ends, and that nothing leaves the drawing."""

from __future__ import annotations

import re

import pytest

from casebook.memo.intervals import Interval, Intervals, interval_chart
from casebook.memo.numbers import Val


def val(amount: float) -> Val:
    return Val(f"u.{amount}", amount, f"${amount:,.0f}")


def row(label: str, low: float, middle: float, high: float, chosen: bool = False) -> Interval:
    return Interval(label, val(low), val(middle), val(high), chosen)


def drawings(*rows: Interval) -> list[str]:
    svg = str(interval_chart(Intervals("i", "Cost", "In words", rows, lambda amount: f"${amount:,.0f}")))
    assert "style=" not in svg
    return svg.split("</svg>")[:2]


def bars(svg: str) -> list[tuple[float, float, str]]:
    found = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="\d+" class="([^"]+)"', svg)
    return [(float(x), float(width), class_) for x, width, class_ in found]


def texts(svg: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", text) for text in re.findall(r"<text\b.*?</text>", svg)]


def test_bars_lie_on_one_scale_and_the_chosen_one_stands_out():
    for svg in drawings(row("A", 100, 150, 200, chosen=True), row("B", 150, 200, 300)):
        (x_a, width_a, class_a), (x_b, width_b, class_b) = bars(svg)
        assert (class_a, class_b) == ("t-more", "i-other")
        assert width_b == pytest.approx(1.5 * width_a, abs=0.2)
        assert x_b == pytest.approx(x_a + width_a / 2, abs=0.2)


def test_a_bar_carries_its_name_its_ends_and_its_median():
    for svg in drawings(row("Cached prompt", 100, 150, 200)):
        assert {"Cached prompt", "$100", "$200", "median $150"} <= set(texts(svg))


def test_what_no_draw_moves_is_a_sliver_with_one_figure():
    for svg in drawings(row("Fixed", 100, 100, 100), row("B", 50, 80, 200)):
        assert bars(svg)[0][1] == pytest.approx(3)
        assert sum(text == "$100" for text in texts(svg)) <= 2  # its own, and perhaps a tick's


@pytest.mark.parametrize(
    ("low", "high", "first"), [(10, 100, "$0"), (0, 0, "$0"), (90, 100, "$90"), (-50, 100, "$-50")]
)
def test_the_axis_begins_at_zero_unless_most_of_it_would_be_empty(low, high, first):
    for svg in drawings(row("A", low, (low + high) / 2, high)):
        assert next(text for text in texts(svg) if text.startswith("$")) == first


def test_nothing_leaves_the_drawing_and_long_names_are_cut():
    long = "A very long name of an option that says all about its model, its prompt and its cache"
    for frame, svg in zip((804, 342), drawings(row(long, 1_000_000, 2_000_000, 3_000_000)), strict=True):
        assert "…" in svg
        for x, width, _ in bars(svg):
            assert x >= 0
            assert x + width <= frame


def test_it_says_what_it_shows_and_escapes_names():
    for svg in drawings(row("<one>", 1, 2, 3)):
        assert svg.count("<title") == svg.count("<desc") == 1
        assert "<one>" not in svg
