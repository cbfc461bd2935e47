"""Prices of models on a day: exact names only, dated, and with their source."""

from __future__ import annotations

import importlib.metadata
from datetime import UTC, date, datetime, time

import pytest

from casebook.catalogue import (
    CatalogueError,
    RetiredModel,
    UnknownGpu,
    UnknownModel,
    UnreleasedModel,
    gpu_price,
    gpu_types,
    model_prices,
)
from casebook.catalogue.ids import find_model, providers

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


@pytest.mark.parametrize(
    ("model", "as_of", "refused"),
    [
        ("google/gemini-3.8-flash", date(2026, 9, 1), True),
        ("google/gemini-3.8-flash", date(2026, 9, 2), False),
        ("anthropic/claude-sonnet-4-5-20250929", date(2025, 9, 28), True),
        ("anthropic/claude-sonnet-4-5-20250929", date(2025, 9, 29), False),
        ("openai/gpt-4o-2024-08-06", date(2024, 8, 5), True),
        ("openai/gpt-4o-2024-08-06", date(2024, 8, 6), False),
    ],
)
def test_a_model_is_refused_before_it_was_offered_where_that_is_known(model: str, as_of: date, refused: bool) -> None:
    """By a dated fact, or by the day in its own id."""
    if refused:
        with pytest.raises(UnreleasedModel, match="released on"):
            model_prices(model, as_of)
    else:
        assert model_prices(model, as_of).input is not None


def test_a_retirement_to_come_and_a_change_of_price_to_come_are_told() -> None:
    """A report may run past them."""
    sonnet = model_prices("anthropic/claude-sonnet-4-5", LATE_2026)
    assert sonnet.retires_on is not None
    assert sonnet.retires_on.value == date(2026, 11, 30)
    assert model_prices("anthropic/claude-haiku-4-5", LATE_2026).retires_on is None
    before = model_prices("x-ai/grok-4.20", date(2026, 4, 29))
    assert before.changes_on == date(2026, 4, 30)
    assert before.input is not None


def test_a_price_says_from_which_day_it_holds_where_the_data_knows() -> None:
    """And from which version of the data it is."""
    price = model_prices("x-ai/grok-4.20", date(2026, 4, 30)).input
    assert price is not None
    assert price.effective_from == date(2026, 4, 30)
    assert price.package == importlib.metadata.version("genai-prices")
    assert price.link is not None
    discount = model_prices("anthropic/claude-haiku-4-5", LATE_2026).batch_discount
    assert discount.effective_from == date(2026, 10, 14)


# --- habits of the price data that would mislead without a word -------------------------------------------------------

BATCH = {"processing": "batch"}


def package_prices(model: str, as_of: date, context: dict[str, str] | None = None) -> object:
    return find_model(model)[1].get_prices(datetime.combine(as_of, time(12), tzinfo=UTC), context)


def test_a_batch_asked_for_before_its_start_is_not_the_standard_price() -> None:
    """The package answers with the standard price; the discount read off the variant does not vanish."""
    haiku, eve = "anthropic/claude-haiku-4-5", date(2026, 10, 13)
    assert package_prices(haiku, eve, BATCH) == package_prices(haiku, eve)
    assert package_prices(haiku, date(2026, 10, 14), BATCH) != package_prices(haiku, date(2026, 10, 14))
    assert [model_prices(haiku, day).batch_discount.value for day in (eve, date(2026, 10, 14))] == [0.5, 0.5]


@pytest.mark.parametrize("context", [{"procesing": "batch"}, {"processing": "batched"}, {"batch": "true"}])
def test_a_misspelt_price_context_changes_nothing_here(context: dict[str, str]) -> None:
    """The package takes it in silence for none; ours is read from the data, where the word must be found."""
    haiku = "anthropic/claude-haiku-4-5"
    assert package_prices(haiku, LATE_2026, context) == package_prices(haiku, LATE_2026)
    spelled = [variant.when for each in providers() for model in each.models for variant in model.price_variants or ()]
    assert BATCH in spelled
    assert {value for when in spelled for key, value in when.items() if key == "processing"} == {"batch"}


def test_a_tier_is_a_cliff_on_all_tokens() -> None:
    """One token more makes every token of the call dearer, so that the base price may be used below it only."""
    from genai_prices import Usage

    provider, model = find_model("anthropic/claude-haiku-5-5")
    prices = model_prices("anthropic/claude-haiku-5-5", LATE_2026)
    assert prices.tier_starts_at == 100_000
    assert prices.input is not None
    at, above = (model.calc_price(Usage(input_tokens=count), provider).total_price for count in (100_000, 100_001))
    assert float(at) == pytest.approx(100_000 * prices.input.value / 1e6)
    assert float(above) > 4 * float(at)


def test_a_regional_bedrock_price_is_a_tenth_over_the_global_one() -> None:
    """Which of the two a bare id means must be said."""
    name = "anthropic.claude-haiku-4-5-20251001-v1:0"
    regional, worldwide = (model_prices(f"aws/{scope}.{name}", LATE_2026).input for scope in ("regional", "global"))
    assert regional is not None
    assert worldwide is not None
    assert regional.value == pytest.approx(1.1 * worldwide.value)


def test_the_source_names_the_version_of_the_price_data() -> None:
    """A report must say which prices it was made with."""
    price = model_prices("anthropic/claude-haiku-4-5", LATE_2025).input
    assert price is not None
    assert importlib.metadata.version("genai-prices") in price.source
