"""What is allowed but unlikely to be meant is said, in words that name the option."""

from __future__ import annotations

from typing import Any

import pytest

from casebook.case import from_parameters

PRICE = {"input": 3, "output": 15}
BASE = {"kind": "prompt", "price": PRICE}
SPEEDS = {"price_per_hour": 1, "prefill_tokens_per_second": 100, "decode_tokens_per_second": 10}
MACHINE = {"type": "L40S", "prefill_tokens_per_second": 100, "decode_tokens_per_second": 10}
HAIKU, SONNET = "anthropic/claude-haiku-4-5", "anthropic/claude-sonnet-4-5"

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "nothing": ({}, {}, []),
    "retrieval of a prompt": ({"x": BASE | {"retrieval": {"vector_db_per_month": 1}}}, {}, ["unused_block"]),
    "tuning of a prompt": ({"x": BASE | {"tuning": {"training_cost": 1}}}, {}, ["unused_block"]),
    "a cache switched off": ({"x": BASE | {"cache": {"enabled": False}}}, {}, []),
    "a cache switched on": ({"x": BASE | {"cache": {"enabled": True}}}, {}, ["unused_block"]),
    "a cached prompt without a cache": ({"x": {"kind": "cached_prompt", "price": PRICE}}, {}, ["cache_off"]),
    "retrieval of nothing": ({"x": {"kind": "rag", "price": PRICE}}, {}, ["no_context"]),
    "a prompt with context": ({"x": BASE | {"tokens": {"context": 5}}}, {}, ["context_without_retrieval"]),
    "two tiers in one": ({"x": {"kind": "two_tier", "price": PRICE}}, {}, ["missing_block"]),
    "tuned without training": ({"x": {"kind": "fine_tune_hosted", "price": PRICE}}, {}, ["missing_block"]),
    "self-hosted without a machine": (
        {"x": {"kind": "fine_tune_self_hosted", "price": PRICE, "tuning": {}}},
        {},
        ["missing_block"],
    ),
    "hosted with a machine": (
        {"x": {"kind": "fine_tune_hosted", "price": PRICE, "tuning": {}, "gpu": SPEEDS}},
        {},
        ["unused_block"],
    ),
    "examples that differ": (
        {"x": {"kind": "fine_tune_hosted", "price": PRICE, "tuning": {"examples": 800}}},
        {"evidence": {"examples": 900}},
        ["examples_differ"],
    ),
    "examples that agree": (
        {"x": {"kind": "fine_tune_hosted", "price": PRICE, "tuning": {"examples": 900}}},
        {"evidence": {"examples": 900}},
        [],
    ),
    "an option nobody names": ({"x": BASE | {"candidate": False}}, {}, ["unused_option"]),
    "an option compared": ({"x": BASE | {"candidate": False}}, {"compare": [["base", "x"]]}, []),
    "an option in use today": ({"x": BASE | {"candidate": False}}, {"current": "x"}, []),
    "a prompt too short to cache": (
        {"x": {"kind": "cached_prompt", "model": HAIKU, "tokens": {"prefix": 1600}, "cache": {"enabled": True}}},
        {},
        ["cache_below_minimum"],
    ),
    "a lifetime nobody offers": (
        {
            "x": {
                "kind": "cached_prompt",
                "model": HAIKU,
                "tokens": {"prefix": 5000},
                "cache": {"enabled": True, "ttl_minutes": 90},
            }
        },
        {},
        ["cache_lifetime"],
    ),
    "a model without cached prices": (
        {"x": {"kind": "cached_prompt", "model": "openai/gpt-4", "cache": {"enabled": True}}},
        {},
        ["no_cache_price", "retiring_model"],
    ),
    "a model that retires after the horizon": (
        {"x": {"kind": "prompt", "model": "openai/gpt-4"}},
        {"horizon_months": 11},
        [],
    ),
    "a price that changes within the horizon": (
        {"x": {"kind": "prompt", "model": "x-ai/grok-4.20"}},
        {},
        ["changing_price"],
    ),
    "a provider that stops tuning": (
        {"x": {"kind": "fine_tune_hosted", "model": "openai/gpt-4o-mini", "tuning": {}}},
        {"horizon_months": 14},
        ["retiring_model", "tuning_ends"],
    ),
    "a call past the tier": (
        {"x": {"kind": "prompt", "model": SONNET, "tokens": {"user": 200_001}}},
        {},
        ["price_tier", "context_window"],
    ),
    "an exchange rate for nothing": ({}, {"exchange_rate": {"value": 2}}, ["idle_exchange_rate"]),
}


@pytest.mark.parametrize("name", CASES)
def test_a_case_warns_of_what_is_unlikely_to_be_meant(name: str) -> None:
    """And of nothing else."""
    options, top, expected = CASES[name]
    case = from_parameters(
        {
            "client": "Acme",
            "as_of": "2025-11-15",
            "workload": {"calls_per_month": 1},
            "options": {"base": BASE} | options,
        }
        | top
    )
    assert [key for key, _ in case.warnings] == expected
    assert all("'x'" in text or key == "idle_exchange_rate" for key, text in case.warnings)


@pytest.mark.parametrize(
    ("as_of", "block", "expected"),
    [
        ("2026-11-22", {"kind": "fine_tune_self_hosted", "tuning": {}, "gpu": MACHINE}, []),
        ("2027-09-25", {"kind": "fine_tune_self_hosted", "tuning": {}, "gpu": MACHINE}, []),
        ("2027-09-26", {"kind": "fine_tune_self_hosted", "tuning": {}, "gpu": MACHINE}, ["old_price"]),
        ("2027-11-09", {"kind": "prompt", "model": HAIKU}, []),
        ("2028-11-09", {"kind": "prompt", "model": HAIKU}, ["old_price", "old_price"]),
    ],
)
def test_a_price_that_nobody_has_looked_at_for_a_year_is_told(
    as_of: str, block: dict[str, Any], expected: list[str]
) -> None:
    """A figure of our list by the day it was seen, those of the price data by the newest it knows."""
    options = {"base": BASE, "x": block}
    case = from_parameters({"client": "Acme", "as_of": as_of, "workload": {"calls_per_month": 1}, "options": options})
    assert [key for key, _ in case.warnings] == expected
