"""The tornado: bars to both sides or to one, words that stay inside, and the line where the choice turns."""

from __future__ import annotations

import re

import pytest

from casebook.memo import sensitivity
from casebook.memo.moving import moved, runner_up, turned
from casebook.memo.numbers import Val
from casebook.memo.tornado import Bar, End, Tornado, tornado_chart
from tests.memo.making import SAMPLES, memo_of, sample, text_of
from tests.random_cases import _edge, _pair


def end(given: str, lead: float) -> End:
    return End(Val(f"inputs.x.{given}", 1.0, given), Val(f"s.{given}.{lead}", lead, f"${lead:,.0f}"))


def chart(*bars: Bar, zero: str | None = None) -> str:
    return str(tornado_chart(Tornado("t", "Lead", "In words", bars, Val("s.likely", 100.0, "$100"), zero)))


def wide(svg: str) -> str:
    return svg.split("</svg>")[0]


def bars(svg: str) -> list[tuple[str, float, float, int]]:
    found = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="(\d+)" class="(t-[^"]+)"', wide(svg))
    return [(class_, float(x), float(width), int(height)) for x, width, height, class_ in found]


def test_bars_go_to_both_sides_of_the_given_value():
    (less, x_less, width, _), (more, x_more, _, _) = bars(chart(Bar("Volume", "", [end("5", 40), end("9", 160)])))
    assert (less, more) == ("t-less", "t-more")
    assert x_less + width == pytest.approx(x_more, abs=0.11)


def test_both_ends_on_one_side_the_longer_bar_is_drawn_first_and_the_words_stand_apart():
    svg = chart(
        Bar("Hit rate", "", [end("low", 130), end("high", 190)]), Bar("Price", "", [end("1", 20), end("2", 150)])
    )
    (long, x_long, width_long, thick), (short, x_short, width_short, thin) = bars(svg)[:2]
    assert (long, short) == ("t-more", "t-more over")
    assert x_long == x_short
    assert width_long > width_short
    assert thick > thin
    low, high = (re.search(rf'text-anchor="(\w+)"[^>]*><tspan[^>]*>{name}<', wide(svg))[1] for name in ("low", "high"))
    assert (low, high) == ("end", "start")


def test_each_end_carries_its_value_and_its_lead():
    svg = chart(Bar("Volume", "", [end("5", 40), end("9", 160)]))
    text = re.sub(r"<[^>]+>", "", wide(svg))
    assert "5: $40" in text
    assert "9: $160" in text


def test_an_end_that_is_the_given_value_has_no_bar():
    assert len(bars(chart(Bar("Cost", "", [None, end("9", 160)])))) == 1


def test_an_end_without_effect_has_words_and_no_bar():
    svg = chart(Bar("Cost", "", [end("5", 100), end("9", 160)]))
    assert len(bars(svg)) == 1
    assert "5: $100" in re.sub(r"<[^>]+>", "", wide(svg))


def test_the_line_at_zero_has_its_words():
    svg = chart(Bar("Cost", "", [end("5", -40), end("9", 160)]), zero="Choice flips")
    assert svg.count("Choice flips") == 2
    assert "Choice flips" not in chart(Bar("Cost", "", [end("5", 40), end("9", 160)]))


def test_long_words_stay_inside_the_drawing():
    svg = chart(Bar("Cost", "", [end("0.0000371384873621", 40), end("0.0000628615126379", 160)]))
    for frame, drawing in zip((804, 342), svg.split("</svg>"), strict=False):
        for x, width in re.findall(r'<rect x="(-?[\d.]+)" y="[\d.]+" width="([\d.]+)"', drawing):
            assert float(x) >= 0
            assert float(x) + float(width) <= frame


def test_it_is_drawn_twice_and_says_what_it_shows():
    svg = chart(Bar("Cost", "of <one>", [end("5", 40), None]))
    assert svg.count("<title") == svg.count("<desc") == 2
    assert "style=" not in svg
    assert "<one>" not in svg


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_shows_the_widest_first_and_none_without_effect(name):
    memo = sample(name)
    found = moved(memo, "full")
    reaches = [move.reach for move in found]
    assert reaches == sorted(reaches, reverse=True)
    assert min(reaches) > 0
    drawn = str(sensitivity(memo).html).split("</svg>")[0].count('font-weight="bold"') - 1
    assert drawn == min(6, len(found))


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("scope", ["full", "invoice"])
def test_the_lead_is_over_the_option_that_is_named(name, scope):
    memo = sample(name)
    lead = memo.tco(scope, runner_up(memo, scope)) - memo.tco(scope, memo.winner(scope))
    assert lead == pytest.approx(moved(memo, scope)[0].likely, abs=1e-6)


def test_the_support_memo_marks_where_the_choice_flips():
    memo = sample("support")
    html, text = str(sensitivity(memo).html), text_of(sensitivity(memo))
    assert "One of eight inputs with a range can change the choice within its range" in text
    assert "Cost of a wrong answer above $0.34 per error turns the choice to Fine-tuned small model" in text
    assert "Choice flips" in html
    assert "On vendor invoices alone one of them moves the lead" in text


def test_one_more_input_moves_the_lead_and_more_of_them_move_it():
    assert "One more moves it less." in text_of(sensitivity(sample("support")))
    assert "Two more move it less." in text_of(sensitivity(sample("manuals")))


def test_an_input_that_alone_moves_a_lead_does_not_move_it_most():
    text = text_of(sensitivity(sample("support"))).split("On vendor invoices alone")[1]
    assert "Calls a month moves that: $1,500 at 220,000, $2,800 at 300,000." in text


def test_where_the_widest_input_turns_the_choice_its_label_stands_once():
    text = text_of(sensitivity(sample("coding")))
    label = "Hosting the tuned model, by the hour (Tuned Qwen3 14B on an hourly endpoint)"
    assert f"{label} moves that most: $31k behind at $3.99 per hour" in text
    assert "Below $5.76 per hour the choice turns to Tuned Qwen3 14B on an hourly endpoint." in text


def test_a_lead_lost_without_another_choice_is_told_as_level_costs():
    memo = sample("dsl")
    assert any(move.crosses for move in moved(memo, "full"))
    assert turned(memo, "full") == []
    html = str(sensitivity(memo).html)
    assert "Costs level" in html
    assert "Choice flips" not in html


def test_a_turn_at_the_very_end_of_a_range_is_not_within_it():
    paths = {turn.given.path for turn in turned(sample("legal"), "full")}
    assert paths == {"options.rag.accuracy"}  # that of the tuned option turns above 93 %, where its range ends


def test_a_case_without_ranges_has_no_such_section():
    assert str(sensitivity(memo_of(_edge(_pair(0.001, 500)), searched=True)).html) == ""


def test_a_range_that_moves_nothing_has_no_such_section():
    raw = _edge(_pair(0.001, 500))
    raw["economics"] = {"discount_rate": [0, 0.05, 0.1]}
    assert str(sensitivity(memo_of(raw, searched=True)).html) == ""
