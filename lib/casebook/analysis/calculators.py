"""The four calculators beside the decision, each for the options of a case that have what it needs.

What the prompt cache saves, what a query of the retrieval pipeline costs, what embedding costs, what inference on own
GPUs costs: more lines of the same model, evaluated with the decision's own inputs (source article, claims 111 to 114).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from casebook.analysis.binding import Binding, bind
from casebook.analysis.reader import Reader, plain
from casebook.case import PROMPT_SIDE, TUNED_SIDE, Case, Option
from casebook.catalogue.listing import embedding_models
from casebook.model.evaluate import SCOPES, Evaluation, OneDraw
from casebook.model.lines import lines
from casebook.model.wiring import Node


@dataclass(frozen=True)
class Calculator:
    """One calculator: its title, which options it is for, and the lines it shows by heading."""

    title: str
    is_for: Callable[[Option], bool]
    lines: Mapping[str, tuple[str, ...]]


def _caches(option: Option) -> bool:
    return bool("cache" in option.blocks and option.inputs["cache_enabled"].value)


def _retrieves(option: Option) -> bool:
    return "retrieval" in option.blocks


def _embeds(option: Option) -> bool:
    return _retrieves(option) and bool(option.inputs["embedding_price"].value)


def _has_gpu(option: Option) -> bool:
    return "gpu" in option.blocks


CALCULATORS: Mapping[str, Calculator] = {
    "prompt_cache": Calculator(
        "Prompt cache: what it saves",
        _caches,
        {
            "What is cached": ("cacheable_tokens", "cacheable_share", "prefix_shortfall"),
            "What it saves": (
                "uncached_cost",
                "cached_cost",
                "cache_saving_per_call",
                "cache_saving_per_month",
                "cache_saving_share",
                "cache_pays",
            ),
            "Where it breaks even": (
                "breakeven_hit_rate",
                "breakeven_arrivals",
                "first_arrivals",
                "cache_breakeven_calls",
                "two_calls_multiplier",
            ),
            "Five minutes or an hour": (
                "short_lifetime_hit_rate",
                "short_lifetime_multiplier",
                "long_lifetime_hit_rate",
                "long_lifetime_multiplier",
                "long_lifetime_saving",
            ),
        },
    ),
    "rag_pipeline": Calculator(
        "Retrieval: what a query costs",
        _retrieves,
        {
            "Each query": ("query_embedding", "query_reranking", "query_context", "query_usage"),
            "A query's share of the upkeep": (
                "query_storage",
                "query_reindexing",
                "query_indexing",
                "query_labour",
                "query_building",
                "query_upkeep",
            ),
            "Together": (
                "retrieval_per_query",
                "generation_per_query",
                "pipeline_per_query",
                "retrieval_share",
                "retrieval_per_month",
                "pipeline_per_month",
                "what_dominates",
            ),
        },
    ),
    "embedding": Calculator(
        "Embedding: a major line or not",
        _embeds,
        {
            "A month": (
                "churn_cost",
                "reembedding_cost",
                "query_embedding_cost",
                "embedding_per_month",
                "embedding_share",
                "is_major_line",
            ),
            "Over the horizon": ("embedding_over_horizon", "embedding_share_of_total"),
            "When it would be a major line": ("corpus_price", "corpus_for_major_line"),
        },
    ),
    "gpu_inference": Calculator(
        "Own GPUs: what inference costs",
        _has_gpu,
        {
            "Load": ("first_mean_load", "first_peak_load", "first_utilisation", "calls_served"),
            "Cost": (
                "first_gpu_cost",
                "replicas_with_spare",
                "gpu_cost_with_spare",
                "gpu_cost_per_million",
                "full_load_cost_per_million",
                "output_cost_per_million",
            ),
            "Memory of a replica": (
                "key_value_cache_gb",
                "memory_at_16_bits",
                "memory_at_8_bits",
                "memory_at_4_bits",
                "widest_that_fits",
            ),
            "Against the hosted option with the lowest bill": (
                "breakeven_calls_with_hosted",
                "breakeven_tokens_with_hosted",
                "breakeven_within_capacity",
                "tokens_per_month",
                "above_token_rule",
                "above_breakeven",
                "token_rule_ratio",
            ),
        },
    ),
}
"""The calculators by the name of their report, in the order in which they are listed."""

CACHED_SIDES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "none": (),
    "prompt side": (PROMPT_SIDE,),
    "tuned side": (TUNED_SIDE,),
    "both sides": (PROMPT_SIDE, TUNED_SIDE),
}
"""Where the prompt cache is on, to see what it does to the decision: the kinds of options of each side."""


def options_for(case: Case, name: str) -> tuple[int, ...]:
    """The 0-based positions of the options that a calculator is for."""
    return tuple(index for index, option in enumerate(case.options) if CALCULATORS[name].is_for(option))


def calculators_for(case: Case) -> tuple[str, ...]:
    """The calculators that have something to say of a case; a case without calls has none."""
    if not case.inputs["calls_per_month"].value:
        return ()
    return tuple(name for name in CALCULATORS if options_for(case, name))


def calculated(case: Case, name: str) -> dict[str, Any]:
    """The figures of one calculator for a case."""
    binding = bind(case)
    return figures_of(binding, binding.evaluation(), name)


def figures_of(binding: Binding, evaluation: Evaluation, name: str) -> dict[str, Any]:
    """The figures of one calculator by scope, option and line; for the prompt cache, what it does to the decision too.

    Figures are month 1's unless their line says otherwise; lines along the months are left out.
    """
    options = options_for(binding.case, name)
    shown = [line for line in lines()[name] if _is_figure(evaluation, Node(name, options[0], line))]
    scopes = {
        scope_name: {
            binding.options[option].name: {
                line: plain(evaluation.scalar(Node(name, option, line), scope)) for line in shown
            }
            for option in options
        }
        for scope, scope_name in enumerate(SCOPES)
    }
    if name == "prompt_cache":
        return {"scopes": scopes, "decision": _by_side_cached(binding, evaluation)}
    if name == "embedding":
        return {"scopes": scopes, "providers": _by_provider(binding, evaluation, options[0])}
    return {"scopes": scopes}


def _by_provider(binding: Binding, evaluation: Evaluation, option: int) -> list[dict[str, Any]]:
    """What the embedding models on offer would cost on an option's tokens: the corpus once, and month 1."""
    corpus = evaluation.scalar(Node("option", option, "corpus_tokens"))
    month = evaluation.scalar(Node("embedding", option, "tokens_embedded"))
    unit = evaluation.scalar(Node("case", "", "tokens_per_price_unit"))
    rate = _dollar(binding.case)
    if rate is None:
        return []
    return [
        {
            "model": found.of,
            "price": found.value * rate,
            "initial": found.value * rate * corpus / unit,
            "per_month": found.value * rate * month / unit,
            "source": found.source,
        }
        for found in embedding_models(binding.case.as_of)
    ]


def _dollar(case: Case) -> float | None:
    """What a dollar is in the case's currency; None where the case does not say."""
    if case.currency == "USD":
        return 1.0
    return float(case.exchange_rate["value"]) if case.exchange_rate else None


def _is_figure(evaluation: Evaluation, node: Node) -> bool:
    return evaluation.value(node).shape[-1] == 1


def _by_side_cached(binding: Binding, evaluation: Evaluation) -> list[dict[str, Any]]:
    """The decision with the prompt cache on for no option, for one side, for both: verdicts and break-evens.

    On a side where the case file switches a cache on for some option, it is on for these; elsewhere for all of them.
    """
    cached = [{index for side in sides for index in _cached_of(binding, side)} for sides in CACHED_SIDES.values()]
    switches = {
        Node("option", index, "cache_enabled"): np.array([index in each for each in cached]).reshape(1, -1, 1)
        for index, column in enumerate(binding.columns)
        if column.option.kind
    }
    moved = evaluation.changed(switches)
    found = []
    for place, name in enumerate(CACHED_SIDES):
        reader = Reader(binding, OneDraw(moved, place))
        for scope, scope_name in enumerate(SCOPES):
            decided = reader.decided(scope)
            found.append(
                {
                    "cached": name,
                    "scope": scope_name,
                    "verdict": decided["verdict"],
                    "base": decided["base"],
                    "comparisons": {
                        f"{reader.names[one]}->{reader.names[other]}": _breakeven(reader, slot, scope)
                        for one, other, slot in reader.pairs(scope)
                        if binding.options[other].kind in TUNED_SIDE
                    },
                }
            )
    return found


def _cached_of(binding: Binding, side: tuple[str, ...]) -> list[int]:
    """The columns of a side whose cache is on: those that the case file says, all of them where it says none."""
    columns = [index for index, column in enumerate(binding.columns) if column.option.kind in side]
    return [index for index in columns if _caches(binding.columns[index].option)] or columns


def _breakeven(reader: Reader, slot: int, scope: int) -> dict[str, Any]:
    figures = reader.comparison(slot, scope)
    return {name: figures[name] for name in ("status", "saving_per_call_cash", "breakeven_calls", "static_months")}
