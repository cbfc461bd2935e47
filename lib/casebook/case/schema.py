"""The case file's schema: every key, what it means, its unit and its range.

Each `Line` is an input of the model and is written once, here. A block or key that is not listed is refused.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from .fields import Line, Written
from .plain import (
    AnyValue,
    Currency,
    Day,
    DayOrText,
    Figure,
    Flag,
    Language,
    Outcome,
    Rate,
    Scope,
    Text,
    TextOrNull,
)

PROMPT_SIDE = ("prompt", "cached_prompt", "rag", "cached_rag", "two_tier")
TUNED_SIDE = ("fine_tune_hosted", "fine_tune_self_hosted", "hybrid")
KINDS = PROMPT_SIDE + TUNED_SIDE
KNOWLEDGE = ("none", "static", "fresh")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
NAME_WANTED = "a name of a-z, 0-9, _ and -, at most 63 long, starting with a letter or a digit"


class Block(BaseModel):
    """A mapping of the case file: unknown keys are refused, everything read is final."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_enum_values=True)


In = Written | None


def share(label: str, **more: Any) -> Line:
    """A number from 0 to 1."""
    return Line(label, more.pop("unit", "share"), maximum=1.0, **more)


def flag(label: str, default: bool = False, **more: Any) -> Line:
    """True or false."""
    return Line(label, type="flag", default=default, **more)


def number(label: str, unit: str, default: float = 0, **more: Any) -> Line:
    """A number of at least 0, 0 when it is not written."""
    return Line(label, unit, default=default, **more)


def count(label: str, unit: str, default: int | None = 0, **more: Any) -> Line:
    """A whole number."""
    return Line(label, unit, default=default, integer=True, **more)


def choice(label: str, choices: tuple[str, ...], default: str | None, **more: Any) -> Line:
    """One of a few words."""
    return Line(label, type="text", choices=choices, default=default, **more)


class Workload(Block):
    """How much is asked of the system, and when."""

    calls_per_month: Annotated[In, number("Calls a month, in month 1", "calls/month", None, required=True)] = None
    growth_per_month: Annotated[In, number("Growth of calls", "per month", minimum=-0.5, maximum=0.5)] = None
    peak_factor: Annotated[In, number("Peak load over mean load", "×", 3, minimum=1.0, maximum=50.0)] = None
    active_hours_per_month: Annotated[
        In, number("Hours a month with traffic", "hours/month", 730, minimum=1.0, maximum=744.0)
    ] = None
    batch_share: Annotated[In, share("Share of calls that can wait for a batch", default=0)] = None


class Economics(Block):
    """Rates and limits of the client's own."""

    labour_rate: Annotated[In, number("Labour rate", "$/hour", 100)] = None
    discount_rate: Annotated[In, share("Discount rate", unit="per year", default=0)] = None
    price_decline: Annotated[In, number("Decline of token prices", "per year", maximum=0.95)] = None
    gpu_price_decline: Annotated[In, number("Decline of GPU prices", "per year", maximum=0.95)] = None
    max_payback_months: Annotated[
        In, number("Longest acceptable payback", "months", 12, maximum=120.0, exclusive_minimum=True)
    ] = None


class Quality(Block):
    """What accuracy is worth and how much of it is needed."""

    cost_per_error: Annotated[In, number("Cost of a wrong answer", "$/error")] = None
    target: Annotated[In, share("Accuracy wanted", nullable=True, name="accuracy_target")] = None
    margin: Annotated[In, share("Accuracy difference that does not matter", default=0.02, name="accuracy_margin")] = (
        None
    )


class Latency(Block):
    """What speed is worth and how much of it is needed."""

    target_s: Annotated[In, Line("Latency wanted", "seconds", nullable=True, name="latency_target")] = None
    value_per_second: Annotated[In, number("Value of a second saved", "$/second")] = None


class FormatFailures(Block):
    """Answers in the wrong format, counted on a sample after prompt work."""

    failures: Annotated[In, count("Format failures seen", "answers", None, required=True, name="format_failures")] = (
        None
    )
    trials: Annotated[
        In,
        count("Answers checked for format", "answers", None, required=True, minimum=1.0, name="format_trials"),
    ] = None


class Evidence(Block):
    """What is known about the workload and the client."""

    knowledge: Annotated[In, choice("Knowledge the answers need", KNOWLEDGE, "none")] = None
    vocabulary_gap: Annotated[In, flag("Domain vocabulary the base model lacks")] = None
    proprietary_reasoning: Annotated[In, flag("Proprietary reasoning to encode")] = None
    evals_done: Annotated[In, flag("Prompt improved against an evaluation")] = None
    caching_tested: Annotated[In, flag("Prompt caching tested")] = None
    stable_workload: Annotated[In, flag("Stable workload")] = None
    ops_capable: Annotated[In, flag("Team able to run GPUs")] = None
    refusals_are_the_problem: Annotated[In, flag("Refusals are the problem")] = None
    provider_tunable: Annotated[In, flag("Provider tunes this model", True)] = None
    examples: Annotated[In, count("Labelled examples available", "examples", name="examples_available")] = None
    format_failures: FormatFailures | None = None
    eval_results: TextOrNull = None


class Tokens(Block):
    """Tokens of one call."""

    prefix: Annotated[In, number("Stable prompt: system text and examples", "tokens", name="prefix_tokens")] = None
    user: Annotated[In, number("User input", "tokens", name="user_tokens")] = None
    context: Annotated[In, number("Retrieved context", "tokens", name="context_tokens")] = None
    output: Annotated[In, number("Output", "tokens", name="output_tokens")] = None


class Price(Block):
    """Prices per million tokens; from the catalogue when the option names a model."""

    input: Annotated[In, number("Input price", "$/M tokens", name="input_price")] = None
    output: Annotated[In, number("Output price", "$/M tokens", name="output_price")] = None
    input_premium: Annotated[In, number("Premium on input", "fraction", minimum=-1.0)] = None
    output_premium: Annotated[In, number("Premium on output", "fraction", minimum=-1.0)] = None
    batch_discount: Annotated[In, share("Discount for batches", unit="fraction", default=0)] = None


class Cache(Block):
    """Prompt caching: when an entry is still warm, and what writing and reading it costs."""

    enabled: Annotated[In, flag("Prompt caching on", name="cache_enabled")] = None
    arrivals: Annotated[
        In,
        choice("How the cache's lifetime runs", ("sliding", "fixed", "given"), "sliding", name="cache_arrivals"),
    ] = None
    hit_rate: Annotated[In, share("Hit rate as given", nullable=True, name="stated_hit_rate")] = None
    ttl_minutes: Annotated[In, number("Lifetime of a cache entry", "minutes", 5, name="cache_ttl_minutes")] = None
    prompt_variants: Annotated[In, number("Variants of the stable prompt", "prompts", 1, minimum=1.0)] = None
    write_multiplier: Annotated[
        In, number("Cache write over input price", "×", 1.25, name="cache_write_multiplier")
    ] = None
    read_multiplier: Annotated[In, number("Cache read over input price", "×", 0.1, name="cache_read_multiplier")] = None
    minimum_tokens: Annotated[In, number("Shortest prompt that is cached", "tokens", name="cache_minimum_tokens")] = (
        None
    )
    context_share: Annotated[
        In, share("Cacheable share of retrieved context", default=0, name="cacheable_context_share")
    ] = None


class Retrieval(Block):
    """Embeddings, vector database and the work of keeping an index."""

    query_tokens: Annotated[In, number("Query embedded a call", "tokens")] = None
    embedding_model: TextOrNull = None
    embedding_price: Annotated[In, number("Embedding price", "$/M tokens")] = None
    vector_db_per_month: Annotated[In, number("Vector database", "$/month")] = None
    vector_db_minimum_per_month: Annotated[In, number("Vector database, minimum bill", "$/month")] = None
    corpus_tokens: Annotated[In, number("Corpus", "tokens")] = None
    reindex_share_per_month: Annotated[In, number("Corpus re-indexed a month", "share/month")] = None
    reindex_hours_per_month: Annotated[In, number("Work on the index", "hours/month")] = None
    reembed_every_months: Annotated[In, number("Whole corpus embedded anew every (0: never)", "months")] = None
    rerank_price_per_query: Annotated[In, number("Reranking", "$/query")] = None
    build_hours: Annotated[In, number("Building retrieval", "hours", name="retrieval_build_hours")] = None


class Tuning(Block):
    """Training a model, and training it again."""

    examples: Annotated[In, count("Training examples", "examples", name="training_examples")] = None
    tokens_per_example: Annotated[In, number("Tokens an example", "tokens")] = None
    epochs: Annotated[In, count("Epochs", "epochs", 1, name="training_epochs")] = None
    price_per_million_tokens: Annotated[In, number("Training price", "$/M tokens", name="training_price")] = None
    runs: Annotated[In, count("Training runs", "runs", 1, name="training_runs")] = None
    training_cost: Annotated[
        In,
        Line("Training as quoted (instead of the product)", "$", nullable=True, name="stated_training_cost"),
    ] = None
    label_cost_per_example: Annotated[In, number("Labelling", "$/example")] = None
    curation_hours: Annotated[In, number("Curating the data", "hours")] = None
    eval_cost: Annotated[In, number("Evaluating the tuned model", "$", name="evaluation_cost")] = None
    retrain_every_months: Annotated[In, count("Retraining every (0: never)", "months")] = None
    retrain_share: Annotated[In, number("Retraining over first training", "fraction", 1)] = None
    retrain_hours: Annotated[In, number("Work of a retraining", "hours")] = None
    retrain_eval_cost: Annotated[In, number("Evaluating a retraining", "$", name="retrain_evaluation_cost")] = None
    hosting_per_month: Annotated[In, number("Hosting the tuned model", "$/month")] = None
    hosting_per_hour: Annotated[In, number("Hosting the tuned model, by the hour", "$/hour")] = None
    available_until: Annotated[In, Line("Tuning offered until", type="date", nullable=True)] = None


class Gpu(Block):
    """Machines the client runs itself."""

    type: TextOrNull = None
    price_per_hour: Annotated[In, number("GPU price", "$/hour", name="gpu_price_per_hour")] = None
    minimum_replicas: Annotated[In, count("Replicas, at least", "replicas", 1)] = None
    maximum_replicas: Annotated[In, count("Replicas, at most", "replicas", None, minimum=1.0, nullable=True)] = None
    prefill_tokens_per_second: Annotated[
        In,
        Line(
            "Prompt read by a replica",
            "tokens/second",
            exclusive_minimum=True,
            required=True,
            name="gpu_prefill_tokens_per_second",
        ),
    ] = None
    decode_tokens_per_second: Annotated[
        In,
        Line(
            "Output written by a replica, batched",
            "tokens/second",
            exclusive_minimum=True,
            required=True,
            name="gpu_decode_tokens_per_second",
        ),
    ] = None
    target_utilisation: Annotated[
        In, number("Utilisation planned at peak", "share", 1, maximum=1.0, exclusive_minimum=True)
    ] = None
    ops_hours_per_month: Annotated[In, number("Operations", "hours/month")] = None
    other_per_month: Annotated[In, number("Other infrastructure", "$/month", name="gpu_other_per_month")] = None
    memory_gb: Annotated[In, Line("Memory of a replica", "GB", nullable=True, name="gpu_memory_gb")] = None
    parameters_billion: Annotated[In, number("Parameters of the model", "billions")] = None
    bits_per_weight: Annotated[In, number("Bits a weight", "bits", 16)] = None
    kv_bytes_per_token: Annotated[In, number("Cache of attention a token", "bytes/token")] = None
    concurrent_tokens: Annotated[In, number("Tokens held at once", "tokens")] = None


class Response(Block):
    """How long an answer takes."""

    overhead_s: Annotated[In, number("Overhead of a call", "seconds", name="response_overhead")] = None
    prefill_tokens_per_second: Annotated[
        In,
        Line(
            "Prompt read in one call",
            "tokens/second",
            exclusive_minimum=True,
            nullable=True,
            name="response_prefill_tokens_per_second",
        ),
    ] = None
    decode_tokens_per_second: Annotated[
        In,
        Line(
            "Output written in one call",
            "tokens/second",
            exclusive_minimum=True,
            nullable=True,
            name="response_decode_tokens_per_second",
        ),
    ] = None
    cached_speedup: Annotated[
        In,
        number(
            "Reading cached prompt, times as fast",
            "×",
            10,
            exclusive_minimum=True,
            name="cached_prefill_speedup",
        ),
    ] = None


def _name_or_option(raw: Any) -> str:
    return "option" if isinstance(raw, dict | BaseModel) else "name"


class Escalation(Block):
    """Calls handed to a stronger option."""

    rate: Annotated[In, share("Share of calls escalated", required=True, default=0, name="escalation_rate")] = None
    mode: Annotated[In, choice("How calls are escalated", ("cascade", "router"), "cascade", name="escalation_mode")] = (
        None
    )
    router_cost: Annotated[In, number("Routing a call", "$/call")] = None
    to: Annotated[
        Annotated[TextOrNull, Tag("name")] | Annotated[OptionBlock, Tag("option")],
        Discriminator(_name_or_option),
    ] = None


class OptionBlock(Block):
    """One way of doing the work."""

    kind: Annotated[In, choice("Kind", KINDS, None, required=True)] = None
    label: TextOrNull = None
    like: TextOrNull = None
    model: TextOrNull = None
    accuracy: Annotated[In, share("Accuracy", nullable=True, from_eval=True)] = None
    gain_pp_per_month: Annotated[In, number("Gain in accuracy", "pp/month", minimum=None)] = None
    drift_pp_per_quarter: Annotated[In, number("Drift of accuracy", "pp/quarter", minimum=None)] = None
    build_hours: Annotated[In, number("Building", "hours")] = None
    candidate: Flag = True
    tokens: Tokens | None = None
    price: Price | None = None
    cache: Cache | None = None
    retrieval: Retrieval | None = None
    tuning: Tuning | None = None
    gpu: Gpu | None = None
    escalation: Escalation | None = None
    response: Response | None = None


class ExchangeRate(Block):
    """Units of the case's currency for one US dollar, and where that was seen."""

    value: Rate | None = None
    date: Day = None
    source: TextOrNull = None


class Decision(Block):
    """What the client is asked to decide."""

    ask: TextOrNull = None
    by: DayOrText = None
    owner: TextOrNull = None


class Constraint(Block):
    """A condition that is not about money."""

    name: Text | None = None
    wanted: TextOrNull = None
    found: TextOrNull = None
    status: Outcome | None = None


class Reconcile(Block):
    """Inputs under which a published figure might come out."""

    label: Text | None = None
    scope: Scope | None = None
    set: dict[str, AnyValue] = Field(default_factory=dict)


class Published(Block):
    """A figure published elsewhere, to be held against the computed one."""

    metric: Text | None = None
    value: Figure | None = None
    unit: TextOrNull = None
    source: TextOrNull = None
    note: TextOrNull = None
    reconciles: list[Reconcile] = Field(default_factory=list)


class CaseFile(Block):
    """A client scenario."""

    BLOCKS: ClassVar[tuple[str, ...]] = ("workload", "economics", "quality", "latency", "evidence")

    client: Text | None = None
    title: TextOrNull = None
    prepared_by: TextOrNull = None
    confidentiality: TextOrNull = None
    memo_date: Day = None
    decision: Decision | None = None
    current: TextOrNull = None
    as_of: Annotated[In, Line("Prices and dates resolved for", type="date", required=True)] = None
    currency: Currency = "USD"
    exchange_rate: ExchangeRate | None = None
    language: Language = "en"
    notes: TextOrNull = None
    horizon_months: Annotated[In, count("Horizon", "months", 12, minimum=1.0, maximum=120.0)] = None
    hours_per_month: Annotated[In, number("Hours in a month", "hours/month", 730, minimum=1.0, maximum=744.0)] = None
    workload: Workload | None = None
    economics: Economics | None = None
    quality: Quality | None = None
    latency: Latency | None = None
    evidence: Evidence | None = None
    options: dict[str, OptionBlock] = Field(default_factory=dict)
    compare: list[list[Text]] | None = None
    constraints: list[Constraint] = Field(default_factory=list)
    published: list[Published] = Field(default_factory=list)


OPTION_BLOCKS = ("tokens", "price", "cache", "retrieval", "tuning", "gpu", "escalation", "response")


@cache
def lines_of(block: type[Block]) -> dict[str, Line]:
    """The inputs of a block by their key in the case file, each under its model name."""
    found: dict[str, Line] = {}
    for key, info in block.model_fields.items():
        for each in info.metadata:
            if isinstance(each, Line):
                found[key] = each if each.name else replace(each, name=key)
    return found


@cache
def block_class(owner: type[Block], key: str) -> type[Block] | None:
    """The class of a nested block, or None when the key holds a value."""
    info = owner.model_fields[key]
    for each in _inside(info.annotation):
        if isinstance(each, type) and issubclass(each, Block):
            return each
    return None


@cache
def option_lines() -> tuple[tuple[str | None, str, Line], ...]:
    """Block (None: the option itself), key and line of every input of an option, in the file's order."""
    found: list[tuple[str | None, str, Line]] = [(None, *each) for each in lines_of(OptionBlock).items()]
    for name in OPTION_BLOCKS:
        block = block_class(OptionBlock, name)
        assert block is not None
        found += [(name, *each) for each in lines_of(block).items()]
    return tuple(found)


def _inside(annotation: Any) -> list[Any]:
    """The types of a union, looked for inside `Annotated` too."""
    parts = get_args(annotation)
    return [each for part in parts for each in _inside(part)] if parts else [annotation]


Escalation.model_rebuild()
CaseFile.model_rebuild()
