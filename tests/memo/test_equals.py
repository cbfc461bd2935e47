"""Two figures side by side: equal ones are called equal, and one that only rounds to the other is not."""

from __future__ import annotations

import pytest

from casebook.memo import answer, rules
from casebook.memo.equals import against, beside, nearly
from casebook.memo.markup import Markup, as_text, client
from casebook.memo.numbers import Val, money, share
from tests.memo.making import memo_of, sample, text_of
from tests.random_cases import _edge, _option, _pair


def val(raw: float, show=money) -> Val:
    return Val("key", raw, show(raw))


@pytest.mark.parametrize(
    ("ours", "theirs", "words"),
    [
        (90, 100, "$90 a month against $100"),
        (90, 90, "$90 a month either way"),
        (2801, 2802, "about $2,800 a month either way"),
        (0, 0, "$0 a month either way"),
        (0.3, 0.1 + 0.2, "$0.30 a month either way"),
    ],
)
def test_two_figures_of_the_same_thing(ours, theirs, words):
    assert as_text(against(val(ours), val(theirs), " a month")) == words


@pytest.mark.parametrize(
    ("ours", "theirs", "words"),
    [
        (90, 100, "$90 against $100 for B"),
        (90, 90, "$90, the same as for B"),
        (2801, 2802, "$2,800, about the same as for B"),
    ],
)
def test_two_figures_and_whose_the_second_is(ours, theirs, words):
    assert as_text(beside(val(ours), val(theirs), Markup(client("B")))) == words


@pytest.mark.parametrize(
    ("figure", "limit", "words"),
    [(0.8, 0.9, "80%"), (0.9, 0.9, "90%"), (0.89999, 0.9, "just under 90%"), (0.90001, 0.9, "just over 90%")],
)
def test_a_figure_that_only_rounds_to_its_limit_says_on_which_side_it_is(figure, limit, words):
    assert as_text(nearly(val(figure, share), val(limit, share))) == words


def test_errors_that_cost_the_same_are_not_set_against_each_other():
    assert "$2,800 a month in errors either way" in text_of(answer(sample("manuals")))


def test_costs_that_are_equal_are_said_to_be_equal():
    raw = _edge({name: _option("prompt", (2.0, 0.0)) for name in ("one", "other")})
    text = text_of(answer(memo_of(raw)))
    assert "Over 12 months it costs $2,400, the same as for Other." in text
    assert "is the answer too: $2,400, the same as for Other." in text


def test_an_accuracy_just_under_its_target_is_not_shown_as_the_target():
    plain, tuned = _option("prompt", (2.0, 0.0), 0.89999), _option("fine_tune_hosted", (1.0, 0.0), 0.95)
    memo = memo_of(_edge({"plain": plain, "tuned": tuned}, quality={"target": 0.9}))
    assert "The target is 90%. Tuned reaches 95%, Plain just under 90%." in text_of(answer(memo))
    assert "base just under 90%, target 90%" in text_of(rules(memo))


def test_a_gain_in_accuracy_that_does_not_show_is_not_told():
    pair = _pair(0.001, 500)
    pair["tuned"] |= {"accuracy": 0.900_001}
    pair["plain"] |= {"accuracy": 0.9}
    text = text_of(answer(memo_of(_edge(pair) | {"current": "plain"})))
    assert "accuracy rises" not in text
