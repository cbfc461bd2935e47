"""Prices of models on a day: exact names only, dated, and with their source."""

from __future__ import annotations

import importlib.metadata
from datetime import date

import pytest

from casebook.catalogue import (
    CatalogueError,
    RetiredModel,
    UnknownGpu,
    UnknownModel,
    gpu_price,
    gpu_types,
    model_prices,
)
from casebook.catalogue.facts import facts
from casebook.catalogue.models import _find

LATE_2025, LATE_2026 = date(2025, 11, 15), date(2026, 11, 15)


@pytest.mark.parametrize(
    ("model", "as_of", "input_price", "output_price"),
    [
        ("anthropic/claude-haiku-4-5", LATE_2025, 1, 5),
        ("anthropic/claude-sonnet-4-5", LATE_2025, 3, 15),
        ("anthropic/claude-sonnet-4-5-20250929", LATE_2025, 3, 15),
        ("Anthropic/Claude-Sonnet-4-5", LATE_2025, 3, 15),
        ("openai/gpt-4o-mini", LATE_2026, 0.15, 0.6),
        ("openai/gpt-4o-2024-08-06", LATE_2026, 2.5, 10),
        ("anthropic/claude-3-5-haiku", LATE_2025, 0.8, 4),
        ("aws/global.anthropic.claude-haiku-4-5-20251001-v1:0", LATE_2026, 1, 5),
        ("aws/regional.anthropic.claude-haiku-4-5-20251001-v1:0", LATE_2026, 1.1, 5.5),
    ],
)
def test_a_model_has_its_price_of_the_day(model: str, as_of: date, input_price: float, output_price: float) -> None:
    """By its id, a dated version of it, or an alias of it."""
    prices = model_prices(model, as_of)
    assert prices.input is not None
    assert prices.output is not None
    assert (prices.input.value, prices.output.value) == (input_price, output_price)
    assert str(as_of) in prices.input.source


def test_a_price_changes_with_the_day() -> None:
    """x-ai/grok-4.20 became dearer or cheaper on a known day."""
    before, after = model_prices("x-ai/grok-4.20", date(2026, 4, 29)), model_prices("x-ai/grok-4.20", date(2026, 4, 30))
    assert (before.input, before.output) != (after.input, after.output)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("anthropic/claude-haiku-45", "anthropic/claude-haiku-4-5"),
        ("claude-haiku-4-5", "anthropic/claude-haiku-4-5"),
        ("antropic/claude-sonnet-4-5", "anthropic/claude-sonnet-4-5"),
        ("anthropic/claude-haiku-4-5-banana", "anthropic/claude-haiku-4-5"),
        ("openai/gpt4o", "openai/gpt-4o"),
        ("openai/gpt-4o-mega", "openai/gpt-4o"),
        ("azure/gpt-4o", "openai/gpt-4o"),
    ],
)
def test_a_name_that_is_nearly_right_is_refused_with_the_nearest(name: str, near: str) -> None:
    """A misspelt name must not be taken for the model it begins like."""
    with pytest.raises(UnknownModel) as caught:
        model_prices(name, LATE_2026)
    assert near in caught.value.near
    assert f"'{near}'" in str(caught.value)


@pytest.mark.parametrize("name", ["", "/", "anthropic", "anthropic/", "foo", "x" * 500])
def test_nonsense_is_refused_without_a_guess(name: str) -> None:
    """No hint is better than a wrong one."""
    with pytest.raises(UnknownModel):
        model_prices(name, LATE_2026)


def test_a_bare_bedrock_name_is_refused_because_it_has_two_prices() -> None:
    """The price data would quietly take the regional one, a tenth dearer."""
    with pytest.raises(UnknownModel, match="say which price") as caught:
        model_prices("aws/anthropic.claude-haiku-4-5-20251001-v1:0", LATE_2026)
    assert [name.split(".")[0] for name in caught.value.near] == ["aws/global", "aws/regional"]


def test_a_retired_model_is_refused_from_its_last_day_on() -> None:
    """With the day and where that is written."""
    assert model_prices("anthropic/claude-3-5-sonnet", date(2025, 10, 27)).input is not None
    for name in ("anthropic/claude-3-5-sonnet", "anthropic/claude-3-5-sonnet-20241022"):
        with pytest.raises(RetiredModel, match="retired on 2025-10-28") as caught:
            model_prices(name, date(2025, 10, 28))
        assert caught.value.retired_on == date(2025, 10, 28)
        assert isinstance(caught.value, CatalogueError)


def test_a_tier_is_named_and_the_base_price_taken() -> None:
    """A tier reprices the whole call, so it cannot be averaged in."""
    prices = model_prices("anthropic/claude-sonnet-4-5", LATE_2025)
    assert prices.tier_starts_at == 200_000
    assert prices.input is not None
    assert "base tier (a dearer one starts above 200,000 input tokens)" in prices.input.source


@pytest.mark.parametrize(
    ("model", "as_of", "discount", "source"),
    [
        ("anthropic/claude-haiku-4-5", LATE_2026, 0.5, "genai-prices"),
        ("anthropic/claude-haiku-4-5", LATE_2025, 0.5, "notes of genai-prices"),
        ("openai/gpt-4o-mini", LATE_2025, 0.5, "notes of genai-prices"),
        ("openai/gpt-4o-mini", LATE_2026, 0.5, "genai-prices"),
        ("deepseek/deepseek-chat", LATE_2026, 0, "no batch price"),
        ("openai/ft:gpt-4o", LATE_2026, 0, "no batch price"),
    ],
)
def test_the_batch_discount_does_not_vanish_before_its_rates_were_verified(
    model: str, as_of: date, discount: float, source: str
) -> None:
    """The price data starts in October 2026; the discounts are older."""
    value = model_prices(model, as_of).batch_discount
    assert value.value == discount
    assert source in value.source


@pytest.mark.parametrize(
    ("model", "ttl", "write", "read", "minimum"),
    [
        ("anthropic/claude-haiku-4-5", 5, 1.25, 0.1, 4096),
        ("anthropic/claude-haiku-4-5", 60, 2.0, 0.1, 4096),
        ("anthropic/claude-haiku-4-5", 30, 2.0, 0.1, 4096),
        ("anthropic/claude-sonnet-4-5", 5, 1.25, 0.1, 1024),
        ("anthropic/claude-sonnet-4-5", 999, 2.0, 0.1, 1024),
        ("openai/gpt-4o", 5, 1.0, 0.5, 1024),
        ("openai/gpt-5-mini", 60, 1.0, 0.1, 1024),
        ("openai/gpt-6-sol", 5, 1.25, 0.1, 1024),
        ("voyageai/voyage-3.5", 5, 1.0, 1.0, 0),
    ],
)
def test_cache_figures_are_the_models_own(model: str, ttl: float, write: float, read: float, minimum: float) -> None:
    """For the lifetime that covers the one wanted; without a cached price there is no saving."""
    prices = model_prices(model, LATE_2026)
    assert prices.cache_write_multiplier(ttl)[1].value == write
    assert prices.cache_read_multiplier.value == read
    assert prices.cache_minimum_tokens.value == minimum


def test_an_embedding_model_has_no_output_price() -> None:
    """None is not nought."""
    assert model_prices("openai/text-embedding-3-large", LATE_2026).output is None


def test_a_gpu_is_found_whatever_the_case_of_its_name() -> None:
    """L40S, l40s and A100 80GB are what people write."""
    assert gpu_price("l40s").type == "L40S"
    assert gpu_price("A100 80GB").memory_gb.value == 80
    assert all(gpu_price(each).per_hour.value > 0 for each in gpu_types())


@pytest.mark.parametrize(("name", "near"), [("A100", ("A100-80GB",)), ("L40Z", ("L40S",)), ("abacus", ())])
def test_an_unknown_gpu_is_refused_with_the_nearest(name: str, near: tuple[str, ...]) -> None:
    """Or with all there are."""
    with pytest.raises(UnknownGpu) as caught:
        gpu_price(name)
    assert caught.value.near[: len(near)] == near
    assert (caught.value.hint or "").startswith("did you mean" if near else "known types: L4")


@pytest.mark.parametrize("section", ["retired_on", "cache_minimum_tokens"])
def test_every_fact_about_a_model_is_about_one_the_prices_know(section: str) -> None:
    """A fact under a name that is never looked up would be silently lost."""
    for about in facts(section):
        if "/" in about:
            provider, model = _find(about)
            assert f"{provider.id}/{model.id}" == about


@pytest.mark.parametrize(
    "section", ["retired_on", "cache_minimum_tokens", "batch_discount", "gpu_price_per_hour", "gpu_memory_gb"]
)
def test_every_fact_has_a_source_a_day_and_a_confidence(section: str) -> None:
    """`high`, `medium` or `low`, and seen on a day that has been."""
    for fact in facts(section).values():
        assert fact.source
        assert date(2026, 1, 1) <= fact.seen_on <= date(2027, 1, 1)
        assert fact.confidence in ("high", "medium", "low")
        assert fact.unit


def test_the_gpus_priced_are_the_gpus_described() -> None:
    """A type has a price and a memory, or is not there."""
    assert set(facts("gpu_price_per_hour")) == set(facts("gpu_memory_gb"))


def test_the_source_names_the_version_of_the_price_data() -> None:
    """A report must say which prices it was made with."""
    price = model_prices("anthropic/claude-haiku-4-5", LATE_2025).input
    assert price is not None
    assert importlib.metadata.version("genai-prices") in price.source
