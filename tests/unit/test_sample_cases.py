"""The sample cases: what is published comes out of them, and every figure in them says where it is from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from casebook.analysis.binding import Binding, bind
from casebook.analysis.results import evaluate_case, results_of
from casebook.case import KINDS, PROMPT_SIDE, Case, Input, from_parameters, load

PARAMS = Path(__file__).resolve().parents[2] / "params"
ARTICLE = ("legal", "support", "dsl")
# Constructed, on models and prices of the day.
MARKET = ("claims", "manuals", "coding")
CASES = (*ARTICLE, "hybrid", *MARKET)
SCOPES = ("invoice", "full")
# A stated figure names a claim of the source article, a vendor's page with the day it was seen, or a model card.
NAMED_SOURCE = re.compile(r"source article, claims? \d+|seen \d{4}-\d{2}-\d{2}|model card")


@cache
def case(name: str) -> Case:
    return load(PARAMS / f"{name}.yaml")


@cache
def binding(name: str) -> Binding:
    return bind(case(name))


@cache
def results(name: str) -> Mapping[str, Any]:
    return evaluate_case(case(name))


def results_with(name: str, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """The results with some inputs set to other values."""
    return results_of(binding(name), binding(name).evaluation(changes=changes))


def figure(found: Mapping[str, Any], metric: str) -> Any:
    """The figure at a path that starts with a scope; names of comparisons hold no dot."""
    place: Any = found["scopes"]
    for key in metric.split("."):
        place = place[key]
    return place


def recommendation(found: Mapping[str, Any], scope: str) -> Mapping[str, Any]:
    return found["scopes"][scope]["recommendation"]


def written_inputs(name: str) -> Iterator[Input]:
    """The inputs the file itself writes; an option's kind and the day of the case are what it is about."""
    return (each for each in case(name).all_inputs() if each.origin == "case" and each.line not in ("kind", "as_of"))


# --- what must come out ---------------------------------------------------------------------------------------------

KEY_FIGURES = [
    ("legal", "invoice.options.cached_rag.cash_per_month", 620.714, 1e-5),
    ("legal", "invoice.options.cached_rag.cash_per_month", 620, 0.01),
    ("legal", "invoice.options.cached_rag.hit_rate", 0.99659, 1e-5),
    ("legal", "invoice.options.tuned.one_time", 8000, 1e-12),
    ("support", "invoice.options.few_shot.cost_per_call", 0.0018, 1e-12),
    ("support", "invoice.options.tuned.cost_per_call", 0.0004, 1e-12),
    ("support", "invoice.comparisons.few_shot->tuned.net_saving_per_month", 350, 1e-9),
    ("support", "invoice.comparisons.few_shot->tuned.static_months", 44 / 7, 1e-9),
    ("support", "invoice.comparisons.few_shot->tuned.static_weeks", 27.238095, 1e-7),
    ("support", "invoice.comparisons.few_shot->tuned.sustained_month", 44 / 7, 1e-9),
    ("support", "full.comparisons.few_shot->tuned.saving_per_call_cash", 0.0014, 1e-9),
    ("dsl", "invoice.options.tuned_32b.fixed_per_month", 474.5, 1e-12),
    ("dsl", "invoice.options.tuned_32b.cash_per_month", 474.5, 1e-12),
    ("dsl", "invoice.options.tuned_32b.one_time", 1400, 1e-12),
    ("dsl", "full.options.tuned_32b.fixed_per_month", 1974.5, 1e-12),
    ("dsl", "invoice.options.tuned_32b.memory.needed_gb", 40.888608, 1e-9),
    ("hybrid", "invoice.options.hybrid.accuracy", 0.924, 1e-9),
]


@pytest.mark.parametrize(("name", "metric", "value", "relative"), KEY_FIGURES)
def test_the_key_figures_come_out(name: str, metric: str, value: float, relative: float) -> None:
    assert figure(results(name), metric) == pytest.approx(value, rel=relative)


VERDICTS = [
    # case, scope, verdict, its kind, strength, rules fired
    ("legal", "invoice", "cached_rag", "cached_rag", "strong", ["CX", "E1"]),
    ("legal", "full", "cached_rag", "cached_rag", "strong", ["CX", "E1"]),
    ("support", "invoice", "tuned", "fine_tune_hosted", "moderate", ["E4", "H2"]),
    ("support", "full", "few_shot", "prompt", "moderate", ["E5"]),
    ("dsl", "invoice", "tuned_32b", "fine_tune_self_hosted", "strong", ["C2", "C5", "H1"]),
    ("dsl", "full", "tuned_32b", "fine_tune_self_hosted", "strong", ["C2", "C5", "H1"]),
    ("hybrid", "invoice", "hybrid", "hybrid", "strong", ["C1", "C5", "Y1"]),
    ("hybrid", "full", "hybrid", "hybrid", "strong", ["C1", "C5", "Y1"]),
    ("claims", "invoice", "tuned", "fine_tune_hosted", "strong", ["C5", "H2"]),
    ("claims", "full", "tuned", "fine_tune_hosted", "strong", ["C5", "H2"]),
    ("manuals", "invoice", "cached_rag", "cached_rag", "strong", ["E1"]),
    ("manuals", "full", "cached_rag", "cached_rag", "strong", ["E1"]),
    ("coding", "invoice", "tuned_own", "fine_tune_self_hosted", "strong", ["C2", "C5", "H1"]),
    ("coding", "full", "tuned_own", "fine_tune_self_hosted", "strong", ["C2", "C5", "H1"]),
]


@pytest.mark.parametrize(("name", "scope", "verdict", "kind", "strength", "fired"), VERDICTS)
def test_the_verdict_in_both_scopes(
    name: str, scope: str, verdict: str, kind: str, strength: str, fired: list[str]
) -> None:
    found = recommendation(results(name), scope)
    assert (found["verdict"], found["strength"], found["fired"]) == (verdict, strength, fired)
    assert results(name)["scopes"][scope]["options"][verdict]["kind"] == kind
    assert not found["blocked"]


# --- today's market --------------------------------------------------------------------------------------------------


def test_every_kind_of_option_is_shown_on_the_market_of_one_day() -> None:
    assert {case(name).as_of.isoformat() for name in MARKET} == {"2026-11-22"}
    assert {option.kind for name in MARKET for option in case(name).options} == set(KINDS)


def test_every_case_is_priced_by_the_catalogue_and_one_has_a_negotiated_price() -> None:
    negotiated = {name: [row["field"] for row in case(name).prices if row["negotiated"]] for name in MARKET}
    assert negotiated == {"claims": ["input", "output"], "manuals": [], "coding": []}
    for name in MARKET:
        assert any(row["package_version"] for row in case(name).prices)
    assert any(row["field"] == "per_hour" for row in case("coding").prices)


def test_a_case_has_what_each_calculator_asks_for() -> None:
    """A cache with variants, a corpus that changes, a database at its minimum, a reranker, a GPU with its memory."""
    cached = case("manuals").option("cached_rag").inputs
    assert (cached["cache_ttl_minutes"].value, cached["cache_enabled"].value) == (60, True)
    for line in ("prompt_variants", "cacheable_context_share", "corpus_tokens", "reindex_share_per_month"):
        assert cached[line].value, line
    for line in ("reembed_every_months", "rerank_price_per_query", "embedding_price", "query_tokens"):
        assert cached[line].value, line
    assert cached["vector_db_per_month"].value < cached["vector_db_minimum_per_month"].value  # type: ignore[operator]
    own = case("coding").option("tuned_own").inputs
    for line in ("gpu_memory_gb", "parameters_billion", "kv_bytes_per_token", "concurrent_tokens"):
        assert own[line].value, line
    assert own["gpu_price_per_hour"].origin == "catalogue"
    assert case("coding").option("tuned_endpoint").inputs["hosting_per_hour"].value


# --- what would change the verdict ----------------------------------------------------------------------------------

FLIPS = [
    # case, changes, scope, verdict then
    ("support", {"quality.cost_per_error": 0.33}, "full", "few_shot"),
    ("support", {"quality.cost_per_error": 0.35}, "full", "tuned"),
    ("support", {"quality.cost_per_error": 0.33}, "invoice", "tuned"),
    ("legal", {"options.tuned.accuracy": 0.94}, "full", "tuned"),
    ("legal", {"options.tuned.accuracy": 0.92}, "full", "cached_rag"),
    ("legal", {"evidence.provider_tunable": False}, "full", "cached_rag"),
    ("legal", {"evidence.vocabulary_gap": False}, "full", "cached_rag"),
    ("dsl", {"options.tuned_32b.gpu.bits_per_weight": 16}, "invoice", "cached_prompt"),
    ("dsl", {"options.tuned_32b.gpu.bits_per_weight": 4}, "invoice", "tuned_32b"),
    ("dsl", {"evidence.ops_capable": False}, "full", "cached_prompt"),
    ("hybrid", {"evidence.format_failures.failures": 17}, "full", "hybrid"),
    ("hybrid", {"evidence.examples": 400}, "full", "cached_rag"),
    ("hybrid", {"evidence.evals_done": False}, "invoice", "cached_rag"),
]


@pytest.mark.parametrize(("name", "changes", "scope", "verdict"), FLIPS)
def test_the_verdict_changes_where_the_case_says_so(
    name: str, changes: Mapping[str, Any], scope: str, verdict: str
) -> None:
    assert recommendation(results_with(name, changes), scope)["verdict"] == verdict


def test_format_failures_become_a_reason_between_16_and_17_of_200() -> None:
    for failures, reason in ((16, "C1?"), (17, "C1"), (18, "C1")):
        found = results_with("hybrid", {"evidence.format_failures.failures": failures})
        assert reason in recommendation(found, "full")["fired"]


def test_the_legal_verdict_holds_over_the_whole_range_of_every_cost() -> None:
    for each in written_inputs("legal"):
        if each.ranged and each.line != "accuracy":
            for value in (each.low, each.high):
                found = results_with("legal", {each.path: value})
                verdicts = {recommendation(found, scope)["verdict"] for scope in SCOPES}
                assert verdicts == {"cached_rag"}, f"{each.path} = {value}"


def test_no_saving_on_tokens_could_pay_the_legal_training_within_the_limit() -> None:
    bill = figure(results("legal"), "invoice.options.cached_rag.cash_per_month")
    assert 12 < 8000 / bill < 13


def test_the_unmeasured_small_model_is_shown_and_never_recommended() -> None:
    small = case("legal").option("small_rag")
    assert not small.candidate
    assert small.inputs["accuracy"].value is None
    for scope in SCOPES:
        assert figure(results("legal"), f"{scope}.comparisons.cached_rag->small_rag.tco_saving") > 0


def test_a_retraining_a_quarter_never_pays_on_the_support_saving_alone() -> None:
    found = results_with("support", {"options.tuned.tuning.curation_hours": 0, "options.tuned.build_hours": 0})
    assert figure(found, "full.comparisons.few_shot->tuned.status") == "never"


def test_every_month_of_the_hybrid_case_grows_and_gets_cheaper() -> None:
    for option in results("hybrid")["scopes"]["invoice"]["options"].values():
        assert option["calls_last_month"] > 600_000
        assert option["cost_per_call_last_month"] < option["cost_per_call"]
        assert option["ttft_s"] < option["latency_s"] < 6


# --- published figures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_a_published_figure_has_a_counterpart_in_the_results(name: str) -> None:
    # The others are of our own making: nothing is published about them.
    assert bool(case(name).published) == (name in ARTICLE)
    for each in case(name).published:
        assert isinstance(figure(results(name), each["metric"]), float), each["metric"]
        assert each["unit"], each["metric"]
        assert NAMED_SOURCE.search(each["source"]), each["metric"]


GIVES = [
    # case, start of the what-if's label, what it gives
    ("legal", "Traffic spread over all 730 hours", 650.03),
    ("legal", "Without the cache", 749.75),
    ("support", "If the 1,600 tokens could be cached", -0.00004),
    ("support", "250,000 messages a week", 44 / 7),
    ("support", "1.135 million messages", 6),
    ("support", "An error worth $0.165", 6),
    ("dsl", "723 hours", 469.95),
    ("dsl", "720 hours", 468),
    ("dsl", "15.3 hours of operations", 2000),
]


@pytest.mark.parametrize(("name", "label", "value"), GIVES)
def test_a_what_if_gives_the_figure_it_is_there_for(name: str, label: str, value: float) -> None:
    found = [
        (each["metric"].partition(".")[2], one)
        for each in case(name).published
        for one in each["reconciles"]
        if one["label"].startswith(label)
    ]
    assert len(found) == 1
    rest, one = found[0]
    computed = figure(results_with(name, one["set"]), f"{one['scope']}.{rest}")
    assert computed == pytest.approx(value, rel=1e-3)


def test_every_what_if_is_tested() -> None:
    labels = [one["label"] for name in CASES for each in case(name).published for one in each["reconciles"]]
    assert len(labels) == len(GIVES)


def test_six_weeks_is_not_what_the_support_case_gives() -> None:
    published = [each["value"] for each in case("support").published if "static_weeks" in each["metric"]]
    assert published == [6]
    assert figure(results("support"), "invoice.comparisons.few_shot->tuned.static_weeks") > 4 * 6


# --- the files themselves -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_every_written_input_has_a_status_and_a_source(name: str) -> None:
    tree = YAML(typ="safe").load(PARAMS / f"{name}.yaml")
    for each in written_inputs(name):
        place = tree
        for key in each.path.split("."):
            place = place[key]
        assert isinstance(place, dict), f"{each.path} is written without status and source"
        assert set(place) == {"value", "source", "status"}, each.path


@pytest.mark.parametrize("name", CASES)
def test_a_stated_input_names_its_source(name: str) -> None:
    for each in written_inputs(name):
        if each.status == "stated":
            assert NAMED_SOURCE.search(each.source or ""), f"{each.path}: {each.source}"


@pytest.mark.parametrize("name", CASES)
def test_the_truly_uncertain_inputs_have_ranges(name: str) -> None:
    assert sum(each.ranged for each in written_inputs(name)) >= 5


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("legal", ["CX"]),
        ("support", []),
        ("dsl", ["retiring_model"]),
        ("hybrid", ["Y1"]),
        ("claims", ["explicit_price", "explicit_price"]),
        ("manuals", []),
        ("coding", []),
    ],
)
def test_the_only_warnings_are_those_the_case_is_there_to_show(name: str, expected: list[str]) -> None:
    assert [each["id"] for each in results(name)["warnings"]] == expected


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_complete_for_a_memo(name: str) -> None:
    each = case(name)
    assert each.client
    assert each.title
    assert each.prepared_by
    assert each.notes
    assert "fictional" in (each.confidentiality or "")
    assert set(each.decision or {}) == {"ask", "by", "owner"}
    assert all((each.decision or {}).values())
    assert each.constraints
    # The headline sets the verdict against what runs today: an option of the prompt side.
    assert each.current is not None
    assert each.option(each.current).kind in PROMPT_SIDE
    labels = [option.label for option in each.options]
    assert len(set(labels)) == len(labels)
    assert all("_" not in label for label in labels)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("scope", SCOPES)
def test_the_base_is_compared_with_the_tuned_options(name: str, scope: str) -> None:
    base = recommendation(results(name), scope)["base"]
    compared = results(name)["scopes"][scope]["comparisons"]
    tuned = [option.name for option in case(name).options if option.kind not in PROMPT_SIDE]
    assert tuned
    assert {f"{base}->{each}" for each in tuned} <= set(compared)


@pytest.mark.parametrize("name", CASES)
def test_papermill_reads_the_same_case(name: str) -> None:
    yaml = pytest.importorskip("yaml", reason="papermill's reader of parameter files")
    parameters = yaml.safe_load((PARAMS / f"{name}.yaml").read_text(encoding="utf-8"))
    assert evaluate_case(from_parameters(parameters, PARAMS))["scopes"] == results(name)["scopes"]
