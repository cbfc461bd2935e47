"""A saving at month 1's figures that does not pay back: the memo says so, and what wears it away."""

from __future__ import annotations

from typing import Any

import pytest

from casebook.memo import answer, payback
from tests.memo.making import memo_of, sample, text_of
from tests.random_cases import _edge, _pair


def case(saving: float = 0.0003, up_front: float = 3_000, **top: Any) -> dict[str, Any]:
    """A tuned option that saves $30 a month against $3,000 up front: back in 100 months, if nothing changed."""
    return _edge(_pair(saving, up_front), **top)


WEARING: dict[str, tuple[dict[str, Any], str]] = {
    "prices": (case(economics={"price_decline": 0.3}), "token prices fall."),
    "volume": (case(workload={"calls_per_month": 100_000, "growth_per_month": -0.05}), "volume falls."),
}


def words_of(raw: dict[str, Any]) -> str:
    return text_of(answer(memo_of(raw)))


@pytest.mark.parametrize("name", WEARING)
def test_a_saving_that_wears_away_says_at_what_figures_it_is_and_why_it_does_not_last(name):
    raw, why = WEARING[name]
    text = words_of(raw)
    assert "does not pay back in ten years" in text
    assert "and then saves $30 a month, at month 1's figures." in text
    assert f"That would bring it back in 100 months, but the saving does not last so long: {why}" in text
    assert "would be back after 100 months" in text_of(payback(memo_of(raw)))


def test_the_sample_names_all_that_wears_its_saving_away():
    text = text_of(answer(sample("manuals")))
    assert "does not last so long: token prices fall and accuracy drifts." in text


def test_a_saving_too_small_for_ten_years_says_how_long_it_would_take():
    text = words_of(_edge(_pair(0.0001, 1_500)))
    assert "saves $10 a month, at month 1's figures. At that rate it takes 150 months to come back." in text
    assert "does not last" not in text


@pytest.mark.parametrize(
    ("up_front", "words"),
    [(50, "is back in 15 days (2.17 weeks)"), (10, "is back in 3 days;"), (0.5, "is back in under a day;")],
)
def test_what_is_back_within_a_month_is_told_once(up_front, words):
    assert words in text_of(payback(memo_of(case(0.001, up_front))))


def test_a_month_with_a_share_of_retraining_in_it_says_so():
    raw = _edge(_pair(0.001, 600, retrain_every_months=6), evidence={"proprietary_reasoning": True})
    assert "and saves nothing a month." in words_of(raw)
    raw = _edge(_pair(0.001, 300, retrain_every_months=6), evidence={"proprietary_reasoning": True})
    assert "and then saves $50 a month with retraining spread evenly" in words_of(raw)
    assert "and then $550 a month more with retraining spread evenly." in text_of(answer(sample("support")))


def test_a_saving_that_pays_back_as_its_month_says_needs_no_more_words():
    text = words_of(_edge(_pair(0.001, 500), evidence={"proprietary_reasoning": True}))
    assert "pays back in 5 months" in text
    assert "and then saves $100 a month." in text
