"""Line charts: scales, labels that do not touch, and the crossing where it is."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from casebook.memo import numbers
from casebook.memo.charts import (
    OTHERS,
    REFERENCE,
    VERDICT,
    Line,
    LineChart,
    Mark,
    line_chart,
    month_step,
    nice_step,
    simplified,
    spread,
    wrapped,
)
from casebook.memo.numbers import Val


def line(label: str, start: float, slope: float, stroke=VERDICT, months: int = 12) -> Line:
    points = [(float(month), start + slope * month) for month in range(months + 1)]
    return Line(label, points, stroke, Val(f"full.options.{label}.tco", points[-1][1], f"${points[-1][1]:,.0f}"))


def chart(**more) -> LineChart:
    lines = [line("Tuned", 1_200, 100), line("Prompt", 0, 300, REFERENCE)]
    return LineChart("c", "Cost", "Cost by month", lines, "Months", numbers.money, **more)


@pytest.mark.parametrize(
    ("highest", "wanted", "step"),
    [(958_000, 5, 200_000), (7.1, 5, 2), (0.0009, 5, 0.0002), (12_000, 5, 2_500), (0, 5, 1), (100, 5, 20)],
)
def test_an_axis_has_round_steps(highest, wanted, step):
    assert nice_step(highest, wanted) == pytest.approx(step)


@pytest.mark.parametrize(("months", "step"), [(1, 1), (8, 1), (12, 2), (18, 3), (36, 6), (120, 24)])
def test_months_are_ticked_at_most_eight_times(months, step):
    assert month_step(months) == step


def test_labels_keep_their_distance_and_their_place():
    assert spread([10, 100, 200], 20, 0, 300) == [10, 100, 200]
    places = spread([100, 101, 102, 290, 299], 20, 0, 300)
    assert all(after - before >= 20 - 1e-9 for before, after in pairwise(places))
    assert places[-1] <= 300


def test_many_labels_share_what_room_there_is():
    places = spread([5.0] * 12, 40, 0, 220)
    assert places == pytest.approx([20.0 * index for index in range(12)])


def test_a_straight_line_needs_two_points_and_a_step_keeps_its_corners():
    assert simplified([(x, 2 * x) for x in range(50)]) == [(0, 0), (49, 98)]
    step = [(0, 0), (5, 0), (5, 10), (9, 10)]
    assert simplified(step) == step


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("Prompt", ["Prompt"]),
        ("Fine-tuned small model of Haiku class", ["Fine-tuned small model of", "Haiku class"]),
        ("x" * 60, ["x" * 26, "x" * 25 + "…"]),
    ],
)
def test_long_labels_break_between_words_and_end_in_an_ellipsis(label, lines):
    assert wrapped(label, 26) == lines


def test_the_crossing_is_marked_with_its_figure():
    svg = line_chart(chart(mark=Mark((6.0, 1_800.0), "Break-even", Val("k", 6.0, "6 months").svg())))
    assert svg.count("Break-even") == 2  # wide and for the phone
    # Month 6 of 12 is the middle of the wide plot.
    assert re.search(r'<circle cx="308\.0"', svg)


def test_without_a_crossing_there_is_no_mark():
    assert "<circle" not in line_chart(chart())


def test_drawings_need_no_style_and_say_what_they_show():
    svg = line_chart(chart())
    assert "style=" not in svg
    assert svg.count("<title") == svg.count("<desc") == 2
    assert svg.count("hidden") == 1  # the phone's is not shown without a style sheet


def test_lines_differ_in_more_than_colour():
    strokes = [VERDICT, REFERENCE, *OTHERS]
    assert len({(stroke.width, stroke.dashes) for stroke in strokes}) == len(strokes)


def test_a_hostile_label_stays_a_label():
    svg = line_chart(LineChart("c", "t", "d", [line('"><script>', 0, 1)], "Months", numbers.money))
    assert "<script" not in svg


def test_a_month_with_no_cost_at_all_can_be_drawn():
    assert "<svg" in line_chart(LineChart("c", "t", "d", [line("None", 0, 0, months=1)], "Months", numbers.money))
