"""The dated facts: whole, about something that is looked up, and refused where they are not as they should be."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import get_args

import pytest
from ruamel.yaml import YAML

from casebook.catalogue import FactsError, UnknownGpu, gpu_price, gpu_types
from casebook.catalogue.facts import Confidence, Fact, facts, kinds, newest, parse
from casebook.catalogue.ids import find_model, providers
from casebook.catalogue.listing import KINDS

TEXT = files("casebook.catalogue").joinpath("facts.yaml").read_text(encoding="utf-8")
EVERY = [fact for section in kinds() for fact in facts(section).values()]
OF_MODELS = ("retired_on", "released_on", "cache_minimum_tokens", "tunable", "tuned_input_premium")


@pytest.mark.parametrize("fact", EVERY, ids=lambda fact: f"{fact.section}:{fact.about}")
def test_a_fact_has_all_its_fields(fact: Fact) -> None:
    """Value, unit, currency, source with an address, the day it was seen, confidence."""
    assert fact.value is not None
    assert fact.unit
    assert fact.currency == ("USD" if "$" in fact.unit else None)
    assert fact.link.startswith("https://")
    assert fact.link in fact.source
    assert date(2026, 1, 1) <= fact.seen_on <= newest()
    assert fact.confidence in get_args(Confidence)
    assert fact.note is None or fact.note.strip() == fact.note != ""


def test_nothing_stands_twice_and_every_source_is_used() -> None:
    """A second row of a name would silently replace the first."""
    loaded = YAML(typ="safe").load(TEXT)  # which refuses a key that stands twice
    rows = [row for each in loaded["sections"].values() for row in each["rows"].values()]
    used = {one["source"] for row in rows for one in (row if isinstance(row, list) else [row])}
    assert set(loaded["sources"]) - used == set()


@pytest.mark.parametrize("section", OF_MODELS)
def test_a_fact_about_a_model_is_about_one_the_prices_know(section: str) -> None:
    """A fact under a name that is never looked up would be silently lost."""
    for about in facts(section):
        if "/" in about:
            provider, model = find_model(about)
            assert f"{provider.id}/{model.id}" == about


def test_a_model_is_released_before_it_retires() -> None:
    """Where both days are known."""
    released = facts("released_on")
    both = [(released[about].value, fact.value) for about, fact in facts("retired_on").items() if about in released]
    assert both
    assert all(first < last for first, last in both)  # type: ignore[operator]


def test_the_price_data_is_as_new_as_the_facts_say() -> None:
    """The pinned version's newest price that had begun when the facts were gathered."""
    priced = [each for provider in providers() for model in provider.models for each in [model.prices]]
    starts = [getattr(one.constraint, "start_date", None) for each in priced if isinstance(each, list) for one in each]
    begun = [start for start in starts if start is not None and start <= newest()]
    assert max(begun) == facts("price_data")["genai-prices"].value


def test_every_kind_of_fact_can_be_listed() -> None:
    """The kinds of the file are the kinds of the command."""
    assert {each["kind"] for each in YAML(typ="safe").load(TEXT)["sections"].values()} <= set(KINDS)


@pytest.mark.parametrize(
    ("find", "put", "where", "wanted"),
    [
        ("value: 73,", "value: much,", "vector_db_minimum_per_month.rows.azure/ai-search-basic.value", "valid number"),
        ("source: weaviate-prices}", "source: weaviate}", "weaviate/flex", "a source of the list"),
        ("      cohere: {value: 2025-09-15,", "      cohere: {", "tunable_until.rows.cohere.value", "required"),
        ("note: a flat fee", "remark: a flat fee", "pinecone/builder.remark", "not permitted"),
        ("seen_on: 2026-05-31", "seen_on: May 2026", "sources.turbopuffer-log.seen_on", "date"),
        ("confidence: high", "confidence: certain", "sources.package.confidence", "'high', 'medium' or 'low'"),
        ("    currency: null\n", "", "currency", "required"),
    ],
)
def test_a_row_that_is_not_as_it_should_be_is_refused(find: str, put: str, where: str, wanted: str) -> None:
    """The message says where, what was wanted and what came."""
    assert find in TEXT
    with pytest.raises(FactsError) as caught:
        parse(TEXT.replace(find, put))
    told = str(caught.value)
    assert told.startswith("facts.yaml: ")
    assert where in told
    assert wanted in told


@pytest.mark.parametrize(
    ("as_of", "price"),
    [(date(2026, 8, 19), 3.29), (date(2026, 9, 30), 3.49), (date(2026, 11, 9), 3.99), (date(2030, 1, 1), 3.99)],
)
def test_a_gpu_has_the_price_that_had_been_seen_by_the_day(as_of: date, price: float) -> None:
    """What a later list asks is not charged to an earlier case."""
    assert gpu_price("H100", as_of).per_hour.value == price


def test_a_price_seen_only_after_the_day_says_so() -> None:
    """It is the best there is, and no more."""
    early = gpu_price("H100", date(2025, 11, 15)).per_hour
    assert early.value == 3.29
    assert early.source.endswith("first seen after that day")


def test_the_same_gpu_is_priced_by_vendor() -> None:
    """A bare type is the first vendor's; a name with a vendor is that vendor's, with its own place in a report."""
    day = date(2026, 11, 22)
    asked = {name: gpu_price(name, day) for name in ("H100", "runpod/h100", "aws/H100", "Together/h100 reserved")}
    assert [each.per_hour.value for each in asked.values()] == [3.99, 3.99, 6.88, 2.99]
    assert [each.type for each in asked.values()] == ["H100", "runpod/H100", "aws/H100", "together/H100-reserved"]
    assert {each.memory_gb.value for each in asked.values()} == {80}
    assert len({fact.partition("/")[0] for fact in facts("gpu_price_per_hour")}) > 5


def test_a_gpu_of_a_vendor_that_has_none_is_refused_with_the_nearest() -> None:
    """The nearest names carry vendors, too."""
    with pytest.raises(UnknownGpu, match="lambda/H100"):
        gpu_price("lamda/H100")


def test_every_gpu_with_a_price_has_a_memory() -> None:
    """A type has both, or is not there."""
    chips = {each.removesuffix("-reserved") for each in gpu_types()}
    assert chips == set(facts("gpu_memory_gb"))
