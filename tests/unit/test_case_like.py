"""`like`: a field that an option does not give is the other option's own, not a copy of it."""

from __future__ import annotations

from typing import Any

import pytest

from casebook.case import Case, CaseError, Option, from_parameters

PRICE = {"input": 3, "output": 15}
HAIKU, SONNET = "anthropic/claude-haiku-4-5", "anthropic/claude-sonnet-4-5"


def case_with(**options: dict[str, Any]) -> Case:
    """A case with these options, prompts unless they say otherwise."""
    return from_parameters(
        {
            "client": "Acme",
            "as_of": "2025-11-15",
            "workload": {"calls_per_month": 1000},
            "options": {name: {"kind": "prompt"} | option for name, option in options.items()},
        }
    )


def shared(case: Case, line: str, one: str, other: str) -> bool:
    """Whether two options have the very same input."""
    return case.option(one).inputs[line] is case.option(other).inputs[line]


def test_a_field_not_given_is_shared_and_keeps_its_owners_path() -> None:
    """One cell in the workbook, one input to flip."""
    case = case_with(
        a={"price": PRICE, "tokens": {"prefix": 100, "user": 5}},
        b={"like": "a", "tokens": {"user": 9}},
    )
    assert shared(case, "prefix_tokens", "a", "b")
    assert not shared(case, "user_tokens", "a", "b")
    assert case.option("b").inputs["prefix_tokens"].path == "options.a.tokens.prefix"
    assert case.option("b").inputs["user_tokens"].path == "options.b.tokens.user"


def test_what_nobody_writes_is_the_default_of_the_chains_root_and_shared() -> None:
    """A default is an input too, and can be flipped."""
    case = case_with(a={"price": PRICE}, b={"like": "a"}, c={"like": "b"})
    assert shared(case, "output_tokens", "a", "c")
    assert shared(case, "training_runs", "a", "c")
    assert case.option("c").inputs["output_tokens"].path == "options.a.tokens.output"


def test_chains_go_field_by_field() -> None:
    """Each field from the nearest that gives it, in any order of the file."""
    case = case_with(
        c={"like": "b", "tokens": {"output": 3}},
        b={"like": "a", "tokens": {"user": 2}, "accuracy": 0.7},
        a={"price": PRICE, "tokens": {"prefix": 1, "user": 1, "output": 1}, "accuracy": 0.9},
    )
    inputs = case.option("c").inputs
    assert [inputs[f"{name}_tokens"].value for name in ("prefix", "user", "output")] == [1, 2, 3]
    assert inputs["accuracy"].path == "options.b.accuracy"


def test_kind_label_and_candidate_are_never_inherited() -> None:
    """They say what the option is."""
    case = case_with(
        a={"price": PRICE, "label": "First", "candidate": True},
        z={"kind": "rag", "price": PRICE, "candidate": False, "label": "Last"},
        b={"kind": "cached_rag", "like": "z"},
    )
    b = case.option("b")
    assert (b.kind, b.label, b.candidate) == ("cached_rag", "B", True)


def test_null_overrides_an_inherited_value() -> None:
    """An accuracy written null is unknown, whatever the other's is."""
    case = case_with(a={"price": PRICE, "accuracy": 0.9}, b={"like": "a", "accuracy": None})
    assert case.option("b").inputs["accuracy"].value is None
    assert case.option("b").inputs["accuracy"].path == "options.b.accuracy"


def test_a_block_written_null_removes_the_inherited_one() -> None:
    """For this option and those that are like it; what they add starts from the defaults."""
    case = case_with(
        a={"price": PRICE, "cache": {"enabled": True, "ttl_minutes": 60}},
        b={"like": "a", "cache": None},
        c={"like": "b", "cache": {"enabled": True}},
    )
    assert "cache" not in case.option("b").blocks
    assert case.option("b").inputs["cache_enabled"].value is False
    assert case.option("c").inputs["cache_enabled"].value is True
    assert case.option("c").inputs["cache_ttl_minutes"].value == 5
    assert case.option("c").inputs["cache_ttl_minutes"].path == "options.b.cache.ttl_minutes"


class TestOwnModel:
    """An option that names its own model inherits no price, and no cache field that a model owns."""

    def test_the_price_is_the_new_models(self) -> None:
        """Not the other option's explicit figure."""
        case = case_with(
            a={"model": SONNET, "price": {"input": 99, "input_premium": 0.2, "batch_discount": 0.1}},
            b={"like": "a", "model": HAIKU},
        )
        b = case.option("b").inputs
        assert (b["input_price"].value, b["output_price"].value) == (1, 5)
        assert (b["input_premium"].value, b["batch_discount"].value) == (0, 0.5)

    def test_model_owned_cache_fields_are_the_new_models_and_the_others_stay(self) -> None:
        """Whether and how the cache is used is the option's; what it costs is the model's."""
        case = case_with(
            a={
                "model": SONNET,
                "cache": {
                    "enabled": True,
                    "ttl_minutes": 60,
                    "write_multiplier": 9,
                    "read_multiplier": 8,
                    "minimum_tokens": 7,
                },
            },
            b={"like": "a", "model": HAIKU},
        )
        b = case.option("b").inputs
        assert [b[f"cache_{name}"].value for name in ("write_multiplier", "read_multiplier", "minimum_tokens")] == [
            2,
            0.1,
            4096,
        ]
        assert shared(case, "cache_enabled", "a", "b")
        assert shared(case, "cache_ttl_minutes", "a", "b")

    def test_further_options_inherit_from_the_nearest_model(self) -> None:
        """The cut stays where the model is named."""
        case = case_with(
            a={"model": SONNET, "price": {"input": 99}},
            b={"like": "a", "model": HAIKU, "price": {"output": 7}},
            c={"like": "b", "price": {"input_premium": 0.5}},
        )
        c = case.option("c").inputs
        assert (c["input_price"].value, c["output_price"].value, c["input_premium"].value) == (1, 7, 0.5)
        assert case.option("c").model == HAIKU

    def test_no_model_is_a_model_of_its_own_too(self) -> None:
        """A self-hosted variant does not pay the hosted one's tokens."""
        gpu = {"price_per_hour": 1, "prefill_tokens_per_second": 100, "decode_tokens_per_second": 10}
        case = case_with(
            a={"model": SONNET, "price": {"input": 99}},
            b={"kind": "fine_tune_self_hosted", "like": "a", "model": None, "gpu": gpu},
        )
        b = case.option("b")
        assert (b.model, b.inputs["input_price"].value, b.inputs["output_price"].value) == (None, 0, 0)

    def test_without_a_model_of_its_own_the_price_is_shared(self) -> None:
        """Like everything else."""
        case = case_with(a={"model": SONNET, "price": {"input": 99}}, b={"like": "a"})
        assert shared(case, "input_price", "a", "b")
        assert shared(case, "output_price", "a", "b")


class TestEscalation:
    """What an option hands its hard calls to."""

    def test_to_a_named_option(self) -> None:
        """The fallback is that option itself."""
        case = case_with(
            a={"price": PRICE}, b={"kind": "two_tier", "price": PRICE, "escalation": {"rate": 0.1, "to": "a"}}
        )
        assert case.option("b").fallback is case.option("a")
        assert case.option("a").fallback is None

    def test_to_an_option_further_down_the_file(self) -> None:
        """Order does not matter."""
        case = case_with(
            b={"kind": "two_tier", "price": PRICE, "escalation": {"rate": 0.1, "to": "a"}}, a={"price": PRICE}
        )
        assert case.option("b").fallback is case.option("a")

    def test_to_an_inline_option_which_needs_no_kind(self) -> None:
        """It has a name and paths of its own."""
        case = case_with(
            a={"price": PRICE},
            b={
                "kind": "two_tier",
                "price": PRICE,
                "escalation": {"rate": 0.1, "to": {"price": {"input": 5, "output": 6}}},
            },
        )
        fallback = case.option("b").fallback
        assert isinstance(fallback, Option)
        assert fallback.name == "b.escalation.to"
        assert fallback.inputs["input_price"].path == "options.b.escalation.to.price.input"
        assert fallback.label == "B: fallback"
        assert case.input("options.b.escalation.to.price.input").value == 5

    def test_an_inline_fallback_may_be_like_another_but_takes_no_escalation_or_gpu(self) -> None:
        """Even like the very option it stands in."""
        gpu = {"price_per_hour": 1, "prefill_tokens_per_second": 100, "decode_tokens_per_second": 10}
        case = case_with(
            a={"price": PRICE},
            b={
                "kind": "hybrid",
                "tokens": {"user": 7},
                "gpu": gpu,
                "escalation": {"rate": 0.1, "to": {"like": "b", "price": PRICE}},
            },
        )
        fallback = case.option("b").fallback
        assert fallback is not None
        assert fallback.blocks == {"tokens", "price"}
        assert fallback.inputs["user_tokens"] is case.option("b").inputs["user_tokens"]
        assert fallback.inputs["escalation_rate"].value == 0
        assert fallback.fallback is None

    def test_an_inherited_escalation_shares_its_fallback(self) -> None:
        """Field by field: the rate may differ, the inline option is the same."""
        case = case_with(
            a={
                "kind": "two_tier",
                "price": PRICE,
                "escalation": {"rate": 0.1, "router_cost": 3, "to": {"price": PRICE}},
            },
            b={"kind": "two_tier", "like": "a", "escalation": {"rate": 0.5}},
        )
        a, b = case.option("a"), case.option("b")
        assert b.fallback is a.fallback
        assert (b.inputs["escalation_rate"].value, b.inputs["router_cost"].value) == (0.5, 3)

    def test_an_inline_to_replaces_the_inherited_one_whole(self) -> None:
        """Nothing of the other inline option shines through."""
        case = case_with(
            a={
                "kind": "two_tier",
                "price": PRICE,
                "escalation": {"rate": 0.1, "to": {"price": PRICE, "tokens": {"user": 50}}},
            },
            b={"kind": "two_tier", "like": "a", "escalation": {"to": {"price": PRICE}}},
        )
        fallback = case.option("b").fallback
        assert fallback is not None
        assert fallback.inputs["user_tokens"].value == 0

    def test_an_escalation_written_null_is_gone(self) -> None:
        """And so is its fallback."""
        case = case_with(
            a={"kind": "two_tier", "price": PRICE, "escalation": {"rate": 0.1, "to": {"price": PRICE}}},
            b={"like": "a", "escalation": None},
        )
        assert case.option("b").fallback is None

    def test_an_inherited_escalation_to_oneself_is_refused(self) -> None:
        """`b` is like `a`, which escalates to `b`."""
        with pytest.raises(CaseError) as caught:
            case_with(
                a={"kind": "two_tier", "price": PRICE, "escalation": {"rate": 0.1, "to": "b"}},
                b={"price": PRICE, "like": "a"},
            )
        assert {fault.key for fault in caught.value.faults} >= {"options.b.escalation.to"}


class TestCatalogueInputs:
    """A catalogue price is one input a model and figure, wherever it is used."""

    def test_two_options_of_a_model_share_its_price(self) -> None:
        """A flip of the price moves both."""
        case = case_with(a={"model": HAIKU}, b={"model": HAIKU})
        assert shared(case, "input_price", "a", "b")
        price = case.option("a").inputs["input_price"]
        assert (price.path, price.origin, price.status) == (f"prices.{HAIKU}.input", "catalogue", "stated")
        assert case.input(f"prices.{HAIKU}.input") is price
        assert case.input("options.b.price.input") is price

    def test_a_dated_name_of_the_model_is_the_same_model(self) -> None:
        """claude-haiku-4-5 and its dated version cost the same because they are the same."""
        case = case_with(a={"model": HAIKU}, b={"model": HAIKU + "-20251001"})
        assert shared(case, "input_price", "a", "b")
        assert case.option("b").model == HAIKU + "-20251001"

    def test_an_explicit_figure_wins_and_is_marked(self) -> None:
        """It is the case's, and a warning says what the catalogue has."""
        case = case_with(a={"model": HAIKU, "price": {"input": {"value": 0.8, "source": "contract"}}})
        price = case.option("a").inputs["input_price"]
        assert (price.value, price.origin, price.source) == (0.8, "case", "contract")
        assert [key for key, _ in case.warnings] == ["explicit_price"]

    def test_write_multipliers_follow_the_lifetime(self) -> None:
        """Five minutes and an hour have prices of their own."""
        case = case_with(
            a={"kind": "cached_prompt", "model": HAIKU, "tokens": {"prefix": 5000}, "cache": {"enabled": True}},
            b={"kind": "cached_prompt", "like": "a", "cache": {"ttl_minutes": 60}},
            c={"kind": "cached_prompt", "like": "a", "cache": {"ttl_minutes": 20}},
        )
        values = [case.option(name).inputs["cache_write_multiplier"].value for name in "abc"]
        assert values == [1.25, 2, 2]
        assert shared(case, "cache_write_multiplier", "b", "c")
        assert shared(case, "cache_read_multiplier", "a", "b")

    def test_the_nearer_of_embedding_price_and_embedding_model_counts(self) -> None:
        """The figure wins where both stand in one option."""
        model = "openai/text-embedding-3-large"
        case = case_with(
            a={"price": PRICE, "retrieval": {"embedding_model": model}},
            b={"like": "a", "retrieval": {"embedding_price": 7}},
            c={"like": "b", "retrieval": {"embedding_model": "openai/text-embedding-3-small"}},
            d={"price": PRICE, "retrieval": {"embedding_model": model, "embedding_price": 9}},
        )
        assert [case.option(name).inputs["embedding_price"].value for name in "abcd"] == [0.13, 7, 0.02, 9]

    def test_a_gpu_type_gives_the_price_and_nothing_else(self) -> None:
        """Memory is checked only when the author gives it."""
        speeds = {"prefill_tokens_per_second": 100, "decode_tokens_per_second": 10}
        case = case_with(a={"price": PRICE}, b={"kind": "fine_tune_self_hosted", "gpu": {"type": "l40s", **speeds}})
        b = case.option("b").inputs
        assert b["gpu_price_per_hour"].path == "prices.L40S.per_hour"
        assert b["gpu_price_per_hour"].value > 0
        assert b["gpu_memory_gb"].value is None

    def test_provenance_has_a_row_for_every_figure_used(self) -> None:
        """What was resolved is frozen into every report; a price of the case's own is marked, beside the list's."""
        case = case_with(a={"model": HAIKU, "price": {"input": 0.8}})
        rows = {row["field"]: row for row in case.prices}
        assert set(rows) == {
            "input",
            "output",
            "batch_discount",
            "cache_write_multiplier_5m",
            "cache_read_multiplier",
            "cache_minimum_tokens",
        }
        assert rows["output"]["model"] == HAIKU
        assert rows["output"]["value"] == 5
        assert rows["output"]["source"].startswith("genai-prices")
        assert rows["output"]["package_version"] in rows["output"]["source"]
        assert rows["output"]["provider"] == "anthropic"
        assert set(rows["output"]) >= {"model", "field", "value", "unit", "source", "seen_on"}
        assert [field for field, row in rows.items() if row["negotiated"]] == ["input"]
        assert (rows["input"]["value"], rows["input"]["list_value"]) == (0.8, 1)

    def test_a_price_of_the_cases_own_overrides_whatever_it_is_the_price_of(self) -> None:
        """An embedding and a machine, too; a name nobody knows has no list price beside it."""
        gpu = {"prefill_tokens_per_second": 100, "decode_tokens_per_second": 10, "price_per_hour": 0.5}
        case = case_with(
            a={"price": PRICE, "retrieval": {"embedding_model": "our-own", "embedding_price": 9}},
            b={"kind": "fine_tune_self_hosted", "gpu": gpu | {"type": "nebius/l40s"}},
        )
        rows = {row["model"]: (row["value"], row["list_value"], row["negotiated"]) for row in case.prices}
        assert rows == {"our-own": (9, None, True), "nebius/L40S": (0.5, 1.55, True)}

    def test_prices_are_converted_at_the_cases_own_rate(self) -> None:
        """Units of the currency for one dollar; ratios and tokens are not converted."""
        case = from_parameters(
            {
                "client": "Acme",
                "as_of": "2025-11-15",
                "currency": "EUR",
                "exchange_rate": {"value": 0.9, "date": "2025-11-14", "source": "ECB"},
                "workload": {"calls_per_month": 1000},
                "economics": {"labour_rate": 80},
                "options": {"a": {"kind": "prompt", "model": HAIKU}},
            }
        )
        price = case.option("a").inputs["output_price"]
        assert price.value == pytest.approx(4.5)
        assert price.unit == "EUR/M tokens"
        assert "$5 at 0.9 EUR per US dollar on 2025-11-14" in str(price.source)
        assert case.option("a").inputs["batch_discount"].value == 0.5
        assert (case.inputs["labour_rate"].value, case.inputs["labour_rate"].unit) == (80, "EUR/hour")

    def test_another_currency_needs_no_rate_without_catalogue_prices(self) -> None:
        """Explicit figures are in the case's currency already."""
        case = from_parameters(
            {
                "client": "Acme",
                "as_of": "2025-11-15",
                "currency": "EUR",
                "workload": {"calls_per_month": 1000},
                "options": {"a": {"kind": "prompt", "model": HAIKU, "price": PRICE}},
            }
        )
        assert case.option("a").inputs["input_price"].value == 3
