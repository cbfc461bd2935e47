"""The four calculators: arithmetic that a hand can check, and where each applies."""

from __future__ import annotations

import copy
import math

import pytest

from casebook.analysis.binding import bind
from casebook.analysis.calculators import CALCULATORS, calculated, calculators_for
from casebook.analysis.results import evaluate_case
from casebook.batch import house
from casebook.case import from_parameters, load
from casebook.model import lines
from casebook.model.wiring import Node
from tests.samples import PARAMS, SAMPLES

OWN_GPU = {
    "kind": "fine_tune_self_hosted",
    "tokens": {"user": 300, "output": 85},
    "gpu": {
        "price_per_hour": 2,
        "prefill_tokens_per_second": 3000,
        "decode_tokens_per_second": 85,
        "memory_gb": 24,
        "parameters_billion": 8,
        "kv_bytes_per_token": 100000,
        "concurrent_tokens": 10000,
    },
}
CASE = {
    "client": "Hand-checked",
    "as_of": "2026-11-22",
    "workload": {"calls_per_month": 100000, "active_hours_per_month": 500, "peak_factor": 4},
    "options": {
        "cached": {
            "kind": "cached_rag",
            "tokens": {"prefix": 4000, "user": 100, "context": 1000, "output": 200},
            "price": {"input": 2, "output": 10},
            "cache": {"enabled": True, "write_multiplier": 1.25, "read_multiplier": 0.1, "prompt_variants": 100},
            "retrieval": {
                "query_tokens": 50,
                "embedding_price": 0.1,
                "vector_db_per_month": 20,
                "vector_db_minimum_per_month": 50,
                "corpus_tokens": 40000000,
                "reindex_share_per_month": 0.25,
                "reindex_hours_per_month": 2,
                "reembed_every_months": 8,
                "rerank_price_per_query": 0.001,
                "build_hours": 12,
            },
        },
        "tuned": {
            "kind": "fine_tune_hosted",
            "tokens": {"user": 100, "output": 200},
            "price": {"input": 1, "output": 4},
            "tuning": {
                "examples": 5000,
                "tokens_per_example": 600,
                "epochs": 3,
                "price_per_million_tokens": 25,
                "hosting_per_hour": 1.7,
            },
        },
        "own": OWN_GPU,
    },
}


def case_with(**changes):
    """The case with other values, given as `path__to__field=value`."""
    data = copy.deepcopy(CASE)
    for path, value in changes.items():
        place = data
        *parents, last = path.split("__")
        for key in parents:
            place = place[key]
        place[last] = value
    return from_parameters(data)


def figures(name, option, scope="invoice", **changes):
    return calculated(case_with(**changes), name)["scopes"][scope][option]


@pytest.mark.parametrize(
    ("write", "read", "breakeven"),
    [(1.25, 0.1, 0.25 / 1.15), (2.0, 0.1, 1 / 1.9), (1.0, 0.5, 0.0), (0.9, 0.1, 0.0)],
)
def test_the_cache_saves_above_the_hit_rate_at_which_reads_pay_for_writes(write, read, breakeven):
    found = figures(
        "prompt_cache",
        "cached",
        options__cached__cache__write_multiplier=write,
        options__cached__cache__read_multiplier=read,
    )
    assert found["breakeven_hit_rate"] == pytest.approx(breakeven, rel=1e-12)


def test_the_published_breakeven_hit_rates_come_out():
    assert f"{figures('prompt_cache', 'cached')['breakeven_hit_rate']:.1%}" == "21.7%"
    assert (
        f"{figures('prompt_cache', 'cached', options__cached__cache__write_multiplier=2)['breakeven_hit_rate']:.1%}"
        == "52.6%"
    )


def test_a_cache_whose_reads_cost_as_much_as_no_cache_never_saves():
    found = figures("prompt_cache", "cached", options__cached__cache__read_multiplier=1)
    assert found["breakeven_hit_rate"] is None
    assert found["cache_breakeven_calls"] is None
    assert found["cache_pays"] is False


def test_one_write_and_one_read_cost_1_35_where_two_uncached_calls_cost_2():
    assert figures("prompt_cache", "cached")["two_calls_multiplier"] == pytest.approx(1.35)


@pytest.mark.parametrize("arrivals", ["sliding", "fixed"])
def test_at_its_breakeven_volume_the_cache_neither_costs_nor_saves(arrivals):
    volume = figures("prompt_cache", "cached", options__cached__cache__arrivals=arrivals)["cache_breakeven_calls"]
    at_it = figures(
        "prompt_cache",
        "cached",
        options__cached__cache__arrivals=arrivals,
        workload__calls_per_month=volume,
    )
    assert at_it["cache_saving_per_call"] == pytest.approx(0, abs=1e-15)
    assert at_it["cache_pays"] is True


def test_the_cache_saving_is_what_the_same_option_costs_more_without_it():
    with_it, without = (
        evaluate_case(case_with(options__cached__cache__enabled=on), draws=1)["scopes"]["invoice"]["options"]["cached"]
        for on in (True, False)
    )
    found = figures("prompt_cache", "cached")
    assert found["cache_saving_per_call"] == pytest.approx(without["cost_per_call"] - with_it["cost_per_call"])
    assert found["call_without_cache"] == pytest.approx(without["cost_per_call"])


def test_a_prefix_below_the_vendors_minimum_is_not_cached_and_the_missing_tokens_are_told():
    found = figures("prompt_cache", "cached", options__cached__cache__minimum_tokens=4096)
    assert (found["prefix_shortfall"], found["first_multiplier"], found["cache_saving_per_month"]) == (96, 1, 0)
    assert found["cache_pays"] is False


def test_each_lifetime_is_what_the_option_would_have_with_it():
    found = figures("prompt_cache", "cached")
    hour = figures(
        "prompt_cache", "cached", options__cached__cache__ttl_minutes=60, options__cached__cache__write_multiplier=2
    )
    assert found["short_lifetime_multiplier"] == pytest.approx(found["first_multiplier"])
    assert found["long_lifetime_multiplier"] == pytest.approx(hour["first_multiplier"])
    assert found["long_lifetime_saving"] == pytest.approx(
        hour["cache_saving_per_month"] - found["cache_saving_per_month"]
    )


def test_no_two_lifetimes_are_compared_for_a_vendor_that_sells_one():
    assert figures("prompt_cache", "cached", options__cached__cache__write_multiplier=1)["long_lifetime_saving"] is None


def test_caching_one_side_or_both_moves_the_decisions_breakeven():
    found = calculated(load(PARAMS / "dsl.yaml"), "prompt_cache")["decision"]
    months = {
        entry["cached"]: entry["comparisons"][f"{entry['base']}->tuned_32b"]["static_months"]
        for entry in found
        if entry["scope"] == "invoice"
    }
    assert months["none"] < months["prompt side"]
    assert months["both sides"] == months["prompt side"], "own GPUs have no vendor's cache"


def test_a_vector_database_bills_at_least_its_minimum():
    found = figures("rag_pipeline", "cached")
    assert found["query_storage"] * 100000 == pytest.approx(50)
    assert found["minimum_applies"] is True


def test_a_query_costs_the_sum_of_its_lines():
    invoice, full = (figures("rag_pipeline", "cached", scope) for scope in ("invoice", "full"))
    assert invoice["query_embedding"] == pytest.approx(50 * 0.1 / 1e6)
    assert invoice["query_context"] == pytest.approx(1000 * 2 / 1e6)
    assert invoice["query_reranking"] == pytest.approx(0.001)
    assert invoice["query_reindexing"] * 100000 == pytest.approx(4 * (0.25 + 1 / 8))
    assert invoice["query_indexing"] * 1200000 == pytest.approx(4)
    assert (invoice["query_labour"], invoice["query_building"]) == (0, 0)
    assert full["query_labour"] * 100000 == pytest.approx(200)
    assert full["query_building"] * 1200000 == pytest.approx(1200)
    parts = ("embedding", "context", "reranking", "storage", "reindexing", "indexing", "labour", "building")
    for found in (invoice, full):
        assert found["retrieval_per_query"] == pytest.approx(sum(found[f"query_{part}"] for part in parts))


@pytest.mark.parametrize(
    ("changes", "dominates"),
    [
        ({}, "context tokens"),
        ({"options__cached__retrieval__rerank_price_per_query": 0.01}, "reranking"),
        ({"options__cached__retrieval__vector_db_per_month": 5000}, "vector database"),
        ({"options__cached__retrieval__corpus_tokens": 40000000000}, "re-indexing"),
        ({"options__cached__retrieval__query_tokens": 100000}, "query embedding"),
    ],
)
def test_what_dominates_is_named(changes, dominates):
    assert figures("rag_pipeline", "cached", **changes)["what_dominates"] == dominates


def test_labour_dominates_in_the_full_scope_where_it_is_dearest():
    changes = {"options__cached__retrieval__reindex_hours_per_month": 40}
    assert figures("rag_pipeline", "cached", "full", **changes)["what_dominates"] == "labour of re-indexing"
    assert figures("rag_pipeline", "cached", "invoice", **changes)["what_dominates"] == "context tokens"


def test_embedding_is_initial_churn_and_full_reembedding():
    found = figures("embedding", "cached")
    assert found["churn_cost"] == pytest.approx(1)
    assert found["reembedding_cost"] == pytest.approx(0.5)
    assert found["query_embedding_cost"] == pytest.approx(0.5)
    assert found["embedding_over_horizon"] == pytest.approx(4 + 12 * 2)
    assert found["is_major_line"] is False


def test_at_the_corpus_told_embedding_is_just_a_major_line():
    corpus = figures("embedding", "cached")["corpus_for_major_line"]
    found = figures("embedding", "cached", options__cached__retrieval__corpus_tokens=corpus)
    assert found["embedding_share"] == pytest.approx(0.1)
    assert found["is_major_line"] is True


def test_no_corpus_makes_a_major_line_where_nothing_is_embedded_again():
    changes = {
        "options__cached__retrieval__reindex_share_per_month": 0,
        "options__cached__retrieval__reembed_every_months": 0,
    }
    assert figures("embedding", "cached", **changes)["corpus_for_major_line"] is None


def test_a_gpu_at_2_dollars_and_85_tokens_a_second_gives_a_million_tokens_for_6_54():
    assert f"{figures('gpu_inference', 'own')['output_cost_per_million']:.2f}" == "6.54"


def test_utilisation_follows_from_the_calls():
    found = figures("gpu_inference", "own")
    seconds = 300 / 3000 + 85 / 85
    assert found["first_mean_load"] == pytest.approx(100000 / (500 * 3600) * seconds)
    assert found["first_utilisation"] == pytest.approx(found["first_mean_load"])
    assert found["replicas_with_spare"] == 2
    assert found["gpu_cost_with_spare"] == pytest.approx(2 * found["first_gpu_cost"])
    assert found["calls_served"] == pytest.approx(500 * 3600 / (seconds * 4))


def test_the_widest_weights_that_fit_are_named():
    found = figures("gpu_inference", "own")
    assert (found["memory_at_16_bits"], found["memory_at_8_bits"], found["memory_at_4_bits"]) == (17, 9, 5)
    for memory, bits in ((24, 16), (16, 8), (8, 4), (4, 0)):
        assert figures("gpu_inference", "own", options__own__gpu__memory_gb=memory)["widest_that_fits"] == bits
    assert figures("gpu_inference", "own", options__own__gpu__memory_gb=None)["widest_that_fits"] is None


def test_at_the_breakeven_volume_own_gpus_cost_what_hosted_does():
    found = figures("gpu_inference", "own")
    at_it = evaluate_case(case_with(workload__calls_per_month=found["breakeven_calls_with_hosted"]), draws=1)
    bills = {name: one["cash_per_month"] for name, one in at_it["scopes"]["invoice"]["options"].items()}
    assert bills["own"] == pytest.approx(min(bills["cached"], bills["tuned"]), rel=1e-2)
    assert found["breakeven_tokens_with_hosted"] == pytest.approx(found["breakeven_calls_with_hosted"] * 385)
    assert found["token_rule_ratio"] == pytest.approx(found["breakeven_tokens_with_hosted"] / 20e6)


def test_without_a_hosted_candidate_there_is_no_breakeven():
    data = copy.deepcopy(CASE)
    data["options"] = {"prompt": {"kind": "prompt", "tokens": OWN_GPU["tokens"], "gpu": OWN_GPU["gpu"]}, "own": OWN_GPU}
    found = calculated(from_parameters(data), "gpu_inference")["scopes"]["invoice"]["own"]
    assert found["breakeven_calls_with_hosted"] is None


def test_training_and_tuned_hosting_are_what_a_hand_gets():
    binding = bind(case_with())
    evaluation = binding.evaluation()
    assert evaluation.scalar(Node("option", 1, "training_cost")) == pytest.approx(225)
    assert evaluation.scalar(Node("option", 1, "tuned_hosting_cost")) == pytest.approx(1241)


def test_the_model_and_the_batch_know_the_same_calculators():
    assert tuple(CALCULATORS) == lines.CALCULATORS == house.CALCULATORS


def test_a_calculator_is_there_where_the_case_has_what_it_needs():
    assert calculators_for(case_with()) == tuple(CALCULATORS)
    assert calculators_for(case_with(options__cached__cache__enabled=False)) == (
        "rag_pipeline",
        "embedding",
        "gpu_inference",
    )
    assert calculators_for(case_with(options__cached__retrieval__embedding_price=0)) == (
        "prompt_cache",
        "rag_pipeline",
        "gpu_inference",
    )
    assert calculators_for(case_with(workload__calls_per_month=0)) == ()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_results_hold_the_figures_of_every_calculator_that_applies(path):
    case = load(path)
    reports = evaluate_case(case, draws=1)["reports"] or {}
    assert set(reports) & set(CALCULATORS) == set(calculators_for(case))
    for name in calculators_for(case):
        for options in reports[name]["scopes"].values():
            for found in options.values():
                assert all(math.isfinite(value) for value in found.values() if isinstance(value, float))
