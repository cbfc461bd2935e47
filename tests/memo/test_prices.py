"""The memo's list of prices: what was resolved for the day, and what the client has negotiated beside the list."""

from __future__ import annotations

import pytest

from casebook.memo import Memo, inputs, prices, rules
from tests.memo.making import memo_of, sample, text_of
from tests.memo.tracing import shown_numbers, traced

HAIKU = "anthropic/claude-haiku-4-5"


@pytest.fixture(scope="module")
def memo() -> Memo:
    """A model with a negotiated price, and one that retires within the horizon."""
    return memo_of(
        {
            "client": "Acme",
            "as_of": "2026-11-22",
            "workload": {"calls_per_month": 1000},
            "options": {
                "a": {"kind": "prompt", "model": HAIKU, "price": {"input": {"value": 0.8, "source": "frame contract"}}},
                "b": {"kind": "prompt", "model": "openai/gpt-4o-mini"},
            },
        }
    )


def test_a_negotiated_price_is_marked_beside_the_list_price(memo):
    text = text_of(prices(memo))
    assert "(list price $1.00)" in text
    assert "frame contract" in text
    assert text.count("negotiated") == 1


def test_the_heading_counts_what_was_resolved(memo):
    resolved = sum(not price["negotiated"] for price in memo.case.prices)
    assert resolved == len(memo.case.prices) - 1
    assert f"{resolved} prices were resolved for 22 Nov 2026" in text_of(prices(memo)).replace("Eleven", "11")


def test_every_price_leads_back_to_the_results(memo):
    numbers = shown_numbers(str(prices(memo).html))
    assert any(key.endswith(".list_value") for key, _, _ in numbers)
    for key, value, _ in numbers:
        if not key.startswith("count."):
            assert float(value) == pytest.approx(float(traced(memo, key)))


def test_a_model_that_retires_within_the_horizon_is_told(memo):
    assert "The model of “B”, openai/gpt-4o-mini, retires on 2027-01-14, before the horizon" in text_of(rules(memo))


def test_a_case_with_prices_of_its_own_only_says_so():
    own = {"input": 1, "output": 2, "batch_discount": 0}
    cache = {"write_multiplier": 1, "read_multiplier": 1, "minimum_tokens": 0}
    option = {"kind": "prompt", "model": HAIKU, "price": own, "cache": cache}
    memo = memo_of(
        {"client": "Acme", "as_of": "2026-11-22", "workload": {"calls_per_month": 1}, "options": {"a": option}}
    )
    assert "The case gives its own prices" in text_of(prices(memo))


def test_billions_are_a_number_and_no_plural():
    assert "Parameters of the model 32.5 billion " in text_of(inputs(sample("dsl")))
