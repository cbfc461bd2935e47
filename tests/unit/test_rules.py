"""Each rule of the recommendation: one case in which it fires, and its nearest neighbour in which it does not."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from casebook.analysis.results import evaluate_case
from casebook.case import from_parameters

RULES = (
    "V0 V1 G5 G6 P2 P3 B0 N0 G3 G4 G1 C1 C1? C2 CX C3 C4 C5 CR G2 S1 E1 E2 E3 E4 E5 Y1 H1 H3 H2 Y2 Q0".split()
)

# 100,000 calls of 1,000 tokens: $200 a month untuned, $100 tuned, so the $600 of training are back in six
# months. Over twelve months 2,400 against 1,800. Equally good, no shape, every gate open: E4 and H2.
TUNING_PAYS_BACK: dict[str, Any] = {
    "client": "Rules",
    "as_of": date(2026, 10, 1),
    "workload": {"calls_per_month": 100_000},
    "evidence": {
        "evals_done": True,
        "caching_tested": True,
        "stable_workload": True,
        "ops_capable": True,
        "examples": 5_000,
    },
    "options": {
        "untuned": {
            "kind": "prompt",
            "accuracy": 0.9,
            "tokens": {"user": 1_000},
            "price": {"input": 2, "output": 0},
        },
        "tuned": {
            "kind": "fine_tune_hosted",
            "accuracy": 0.9,
            "tokens": {"user": 1_000},
            "price": {"input": 1, "output": 0},
            "tuning": {"training_cost": 600},
        },
    },
}
GONE = object()  # as a value: the key is taken out

Changes = dict[str, Any]


def changed(base: dict, changes: Changes) -> dict:
    """Give a copy of a case with other values at dotted paths; a mapping is merged into what is there."""
    case = copy.deepcopy(base)
    for path, value in changes.items():
        *parents, last = path.split(".")
        place = case
        for key in parents:
            place = place.setdefault(key, {})
        if value is GONE:
            del place[last]
        elif isinstance(value, dict) and isinstance(place.get(last), dict):
            place[last] = changed(place[last], value)
        else:
            place[last] = copy.deepcopy(value)
    return case


def answers(changes: Changes, base: dict = TUNING_PAYS_BACK) -> dict[str, dict[str, Any]]:
    """Give the recommendation in each scope."""
    scopes = evaluate_case(from_parameters(changed(base, changes)))["scopes"]
    return {name: scope["recommendation"] for name, scope in scopes.items()}


def answer(changes: Changes, base: dict = TUNING_PAYS_BACK) -> dict[str, Any]:
    """Give the recommendation of a case in which the scopes agree."""
    invoice, full = answers(changes, base).values()
    assert invoice == full
    return invoice


UNTUNED, UNTUNED_STRONG = "untuned moderate none", "untuned strong none"
TUNED, TUNED_WEAK = "tuned moderate economics", "tuned weak economics"
CAPABLE = "tuned strong capability"

# An option on a GPU of its own: at $0.02 an hour $14.60 a month, for nothing a call.
GPU = {"price_per_hour": 0.02, "prefill_tokens_per_second": 1_000, "decode_tokens_per_second": 1_000}
ON_GPU = {"gpu": {**GPU, "maximum_replicas": 1}}
SELF_HOSTED = {"options.tuned": {"kind": "fine_tune_self_hosted", **ON_GPU}, "options.tuned.price": GONE}
MEMORY = "options.tuned.gpu"
# 876,000 calls in 730 · 3,600 s are 1/3 a second; a second each, three times that at the peak: load 1.
FULL_REPLICA = {**SELF_HOSTED, "workload.calls_per_month": 876_000}
# 438,000 · 1.06^(t-1): half a replica at first, 1.06^11 = 1.898 times that in month 12, 2.012 in month 13.
FILLING = {
    **SELF_HOSTED,
    "workload": {"calls_per_month": 438_000, "growth_per_month": 0.06},
    "economics": {"max_payback_months": 6},
}

# Half of the calls go on to a model like the untuned one: 0.001 a call, as good as (own + 0.9) / 2.
LARGE = {"accuracy": 0.9, "tokens": {"user": 1_000}, "price": {"input": 2, "output": 0}}
TIERED = {
    "kind": "two_tier",
    "accuracy": 0.9,
    "tokens": {"user": 1_000},
    "price": {"input": 0, "output": 0},
    "escalation": {"rate": 0.5, "to": LARGE},
}


def tiered(accuracy: float, router_cost: float = 0) -> Changes:
    """Add a two-tier option; its own accuracy is given."""
    return {"options.tiered": {**TIERED, "accuracy": accuracy}, "options.tiered.escalation.router_cost": router_cost}


def seconds(overhead: float) -> dict:
    """Give a response of so much, and one second for 1,000 tokens."""
    return {"overhead_s": overhead, "prefill_tokens_per_second": 1_000, "decode_tokens_per_second": 100}


SLOW = {"latency.target_s": 2, "options.untuned.response": seconds(1.5)}
TERSE = {"kind": "prompt", "accuracy": 0.9, "tokens": {"user": 1_000}, "price": {"input": 3, "output": 0}}


def terse(overhead: float, accuracy: float = 0.9) -> Changes:
    """Add a dearer prompt whose latency is known beside the slow one."""
    return {**SLOW, "options.terse": {**TERSE, "accuracy": accuracy, "response": seconds(overhead)}}


def failures(count: int) -> Changes:
    """Fail so many of 200 trials of the format."""
    return {"evidence.format_failures": {"failures": count, "trials": 200}}


# Knowledge gives the case its shape. The base is then the retrieval option; the arithmetic is the same.
SHAPE = {"evidence.knowledge": "static", "options.untuned.kind": "rag"}


def shaped(calls: float, **changes) -> Changes:
    """Give the case a shape, so many calls, and other values at paths with `__` for the dot."""
    return {**SHAPE, "workload.calls_per_month": calls} | {k.replace("__", "."): v for k, v in changes.items()}


# Each call has tokens of all four sorts: 400 + 300 + 200 + 100.
FOUR_SORTS = {"options.tuned.tokens": {"prefix": 400, "user": 300, "context": 200, "output": 100}}
HYBRID = {"options.tuned.kind": "hybrid"}
# A second tuned option; $73 a month of its own GPU, 876 in a year, so 924 more make the hosted one's 1,800.
BESIDE = {"kind": "fine_tune_self_hosted", "accuracy": 0.9, "tokens": {"user": 1_000}}


def self_hosted_beside(training: float) -> Changes:
    """Add a self-hosted option beside the hosted one."""
    gpu = {**GPU, "price_per_hour": 0.1}
    return {"options.own": {**BESIDE, "gpu": gpu, "tuning": {"training_cost": training}}}


HYBRID_BESIDE = {
    "options.hybrid": {
        "kind": "hybrid",
        "accuracy": 0.9,
        "tokens": {"user": 1_000},
        "price": {"input": 1.5, "output": 0},
        "tuning": {"training_cost": 100},
    }
}
TARGET = "quality.target"
UNKNOWN_TUNED, UNKNOWN_BASE = {"options.tuned.accuracy": None}, {"options.untuned.accuracy": None}
NO_PROVIDER, NO_EVALS = {"evidence.provider_tunable": False}, {"evidence.evals_done": False}
C4, GAP, UNTESTED = (
    {"evidence.proprietary_reasoning": True},
    {"evidence.vocabulary_gap": True},
    {"evidence.caching_tested": False},
)

# The rule, what is tried, the changes, then verdict, strength and reason, what fired, what blocked.
ROWS: list[tuple[str, str, Changes, str, str, str]] = [
    ("V0", "no calls", {"workload.calls_per_month": 0}, "no_workload strong none", "V0", ""),
    ("V0", "one call", {"workload.calls_per_month": 1}, UNTUNED, "E5", ""),
    # 24 billion at 16 bits are 48 GB.
    ("V1", "memory", {**SELF_HOSTED, MEMORY: {"memory_gb": 48, "parameters_billion": 24.1}}, UNTUNED, "V1 S1", "V1"),
    ("V1", "memory full", {**SELF_HOSTED, MEMORY: {"memory_gb": 48, "parameters_billion": 24}}, TUNED, "E4 H1", ""),
    ("V1", "replica", {**FULL_REPLICA, "workload.calls_per_month": 876_001}, UNTUNED, "V1 S1", "V1"),
    ("V1", "replica full", FULL_REPLICA, TUNED, "E4 H1", ""),
    ("V1", "in month 13 of 13", {**FILLING, "horizon_months": 13}, UNTUNED, "V1 S1", "V1"),
    ("V1", "in month 13 of 12", {**FILLING, "horizon_months": 12}, TUNED, "E4 H1", ""),
    ("G5", "provider not tunable", NO_PROVIDER, UNTUNED, "G5 S1", "G5"),
    ("G5", "ended the day before", {"options.tuned.tuning.available_until": date(2026, 9, 30)}, UNTUNED, "G5 S1", "G5"),
    ("G5", "ends today", {"options.tuned.tuning.available_until": date(2026, 10, 1)}, TUNED, "E4 H2", ""),
    ("G6", "no operations", {**SELF_HOSTED, "evidence.ops_capable": False}, UNTUNED, "G6 S1", "G6"),
    ("G6", "operations", SELF_HOSTED, TUNED, "E4 H1", ""),
    ("G6", "no GPU to operate", {"evidence.ops_capable": False}, TUNED, "E4 H2", ""),
    # (0.86 + 0.9) / 2 = 0.88, the base's less the margin. Tuned calls then save nothing.
    ("P2", "good enough and cheaper", tiered(0.86), "tiered moderate none", "P2 E5", ""),
    ("P2", "not good enough", tiered(0.858), TUNED, "E4 H2", ""),
    ("P2", "good enough and as dear", tiered(0.86, router_cost=0.001), TUNED, "E4 H2", ""),
    # (0.8 + 0.9) / 2 = 0.85
    ("P2", "at a target under the base", {**tiered(0.8), TARGET: 0.85}, "tiered moderate none", "P2 E5", ""),
    ("P2", "under that target", {**tiered(0.798), TARGET: 0.85}, TUNED, "E4 H2", ""),
    # (0.94 + 0.9) / 2 = 0.92, for $100 a month more than the base.
    ("P2", "alone at the target", {**tiered(0.94, 0.002), TARGET: 0.92}, "tiered moderate none", "P2 E5", ""),
    ("P2", "nobody at the target", {**tiered(0.938, 0.002), TARGET: 0.92}, TUNED, "E4 H2", ""),
    ("P2", "base unknown", {**tiered(0.8), **UNKNOWN_BASE, TARGET: 0.85}, "tiered moderate none", "P2 E5", ""),
    ("P2", "base unknown, too low", {**tiered(0.798), **UNKNOWN_BASE, TARGET: 0.85}, TUNED_WEAK, "E4 H2 Q0", ""),
    (
        *("P2", "shape, with context"),
        {**shaped(100_000), **tiered(0.9), "options.tiered.tokens": {"user": 500, "context": 500}},
        *("tiered strong none", "P2 E1", ""),
    ),
    ("P2", "shape, without context", {**shaped(100_000), **tiered(0.9)}, UNTUNED_STRONG, "E1", ""),
    # 1.5 + 1 s over the 2 wanted; the terse one 1 + 1. It costs $300, so that tuning saves $200.
    ("P3", "another within the wanted time", terse(1), TUNED, "P3 E4 H2", ""),
    ("P3", "none within it", terse(1.001), TUNED, "E4 H2", ""),
    ("P3", "base within it", {**terse(1), "options.untuned.response.overhead_s": 1}, TUNED, "E4 H2", ""),
    ("P3", "as good less the margin", terse(1, 0.88), TUNED, "P3 E4 H2", ""),
    ("P3", "worse", terse(1, 0.879), TUNED, "E4 H2", ""),
    ("P3", "meets the target too", {**terse(1), TARGET: 0.9}, TUNED, "P3 E4 H2", ""),
    ("P3", "misses the target", {**terse(1, 0.89), TARGET: 0.9}, TUNED, "E4 H2", ""),
    # The base on a GPU that nobody can run; it is no tuned option, so nothing is blocked.
    ("B0", "no base", {"options.untuned": ON_GPU, "evidence.ops_capable": False}, "tuned weak none", "G6 B0", ""),
    ("B0", "a base", {"options.untuned": {**ON_GPU, "gpu": {**GPU, "price_per_hour": 1}}}, TUNED, "E4 H2", ""),
    ("N0", "nothing tuned", {"options.tuned": GONE}, UNTUNED, "N0", ""),
    ("N0", "nothing tuned is a candidate", {"options.tuned.candidate": False}, UNTUNED, "N0", ""),
    ("N0", "a tuned option", {}, TUNED, "E4 H2", ""),
    ("G3", "499 examples", {"evidence.examples": 499}, UNTUNED_STRONG, "G3 S1", "G3"),
    ("G4", "500 examples", {"evidence.examples": 500}, TUNED_WEAK, "G4 E4 H2", ""),
    ("G3", "500 examples", {"evidence.examples": 500}, TUNED_WEAK, "G4 E4 H2", ""),
    ("G4", "1,999 examples", {"evidence.examples": 1_999}, TUNED_WEAK, "G4 E4 H2", ""),
    ("G4", "2,000 examples", {"evidence.examples": 2_000}, TUNED, "E4 H2", ""),
    ("G1", "evals not done", NO_EVALS, UNTUNED_STRONG, "G1 S1", "G1"),
    ("G1", "evals done", {}, TUNED, "E4 H2", ""),
    # The Wilson bound of k in 200 is over 5 % when k/200 > 0.05 + 1.959964 · √(0.05 · 0.95 / 200) = 0.080205,
    # so k > 16.04. Ten are 5 %.
    ("C1", "17 of 200 failed", failures(17), CAPABLE, "C1 H2", ""),
    ("C1", "16 of 200 failed", failures(16), TUNED, "C1? E4 H2", ""),
    ("C1?", "11 of 200 failed", failures(11), TUNED, "C1? E4 H2", ""),
    ("C1?", "10 of 200 failed", failures(10), TUNED, "E4 H2", ""),
    ("C1?", "17 of 200 failed", failures(17), CAPABLE, "C1 H2", ""),
    ("C2", "better by more than the margin", {**GAP, "options.tuned.accuracy": 0.921}, CAPABLE, "C2 H2", ""),
    ("C2", "better by the margin", {**GAP, "options.tuned.accuracy": 0.92}, TUNED, "CX E4 H2", ""),
    ("C2", "better, nothing claimed", {"options.tuned.accuracy": 0.921}, TUNED, "E4 H2", ""),
    ("C2", "tuned unknown", {**GAP, **UNKNOWN_TUNED}, "tuned moderate capability", "C2 H2 Q0", ""),
    ("C2", "base unknown", {**GAP, **UNKNOWN_BASE}, "tuned moderate capability", "C2 H2 Q0", ""),
    ("CX", "claimed, no better", GAP, TUNED, "CX E4 H2", ""),
    ("CX", "not claimed", {}, TUNED, "E4 H2", ""),
    ("CX", "claimed, nothing left to qualify", {**GAP, **NO_PROVIDER}, UNTUNED, "G5 S1", "G5"),
    ("C3", "tuned within the wanted time", {**SLOW, "options.tuned.response": seconds(1)}, CAPABLE, "C3 H2", ""),
    ("C3", "tuned over it", {**SLOW, "options.tuned.response": seconds(1.001)}, TUNED, "E4 H2", ""),
    (
        *("C3", "base within it"),
        {**SLOW, "options.untuned.response": seconds(1), "options.tuned.response": seconds(1)},
        *(TUNED, "E4 H2", ""),
    ),
    (
        *("C3", "as good less the margin"),
        {**SLOW, "options.tuned.response": seconds(1), "options.tuned.accuracy": 0.88},
        *(CAPABLE, "C3 H2", ""),
    ),
    (
        *("C3", "worse"),
        {**SLOW, "options.tuned.response": seconds(1), "options.tuned.accuracy": 0.879},
        *(UNTUNED, "E5", ""),
    ),
    ("C4", "proprietary reasoning", C4, CAPABLE, "C4 H2", ""),
    ("C4", "none", {}, TUNED, "E4 H2", ""),
    ("C5", "tuned at the target", {TARGET: 0.92, "options.tuned.accuracy": 0.92}, CAPABLE, "C5 H2", ""),
    ("C5", "tuned under it", {TARGET: 0.92, "options.tuned.accuracy": 0.919}, TUNED, "E4 H2", ""),
    ("C5", "base at it", {TARGET: 0.9}, TUNED, "E4 H2", ""),
    ("C5", "base unknown", {TARGET: 0.9, **UNKNOWN_BASE}, TUNED_WEAK, "E4 H2 Q0", ""),
    ("CR", "refusals", {"evidence.refusals_are_the_problem": True}, TUNED, "CR E4 H2", ""),
    ("CR", "no refusals", {}, TUNED, "E4 H2", ""),
    ("CR", "no reason", {**UNTESTED, "evidence.refusals_are_the_problem": True}, UNTUNED, "CR G2 S1", "G2"),
    ("G2", "caching not tested", UNTESTED, UNTUNED, "G2 S1", "G2"),
    ("G2", "caching tested", {}, TUNED, "E4 H2", ""),
    ("G2", "a capability reason", {**UNTESTED, **C4}, CAPABLE, "C4 H2", ""),
    ("S1", "blocked, though capable", {**NO_EVALS, **C4}, UNTUNED_STRONG, "G1 C4 S1", "G1"),
    ("S1", "blocked and out", {**NO_EVALS, **NO_PROVIDER}, UNTUNED, "G5 G1 S1", "G5 G1"),
    (
        *("S1", "blocked in every way"),
        {**UNTESTED, **NO_EVALS, "evidence.examples": 0},
        *(UNTUNED_STRONG, "G3 G1 G2 S1", "G3 G1 G2"),
    ),
    ("S1", "nothing blocked or out", {}, TUNED, "E4 H2", ""),
    ("E1", "1,999,999 calls", shaped(1_999_999), UNTUNED_STRONG, "E1", ""),
    ("E1", "2,000,000 calls", shaped(2_000_000), TUNED_WEAK, "E2 H2", ""),
    ("E1", "no shape", {"workload.calls_per_month": 1_999_999}, TUNED, "E4 H2", ""),
    ("E2", "2,000,000 calls", shaped(2_000_000), TUNED_WEAK, "E2 H2", ""),
    ("E2", "4,999,999 calls", shaped(4_999_999), TUNED_WEAK, "E2 H2", ""),
    ("E2", "unstable", shaped(2_000_000, evidence__stable_workload=False), UNTUNED, "E5", ""),
    # $2,000 a month are 24,000 in twelve.
    ("E2", "none pays", shaped(2_000_000, options__tuned__tuning__training_cost=24_001), UNTUNED, "E5", ""),
    ("E3", "5,000,000 calls", shaped(5_000_000), TUNED, "E3 H2", ""),
    ("E3", "4,999,999 calls", shaped(4_999_999), TUNED_WEAK, "E2 H2", ""),
    ("E3", "unstable", shaped(5_000_000, evidence__stable_workload=False), UNTUNED, "E5", ""),
    ("E3", "fresh knowledge", shaped(5_000_000, evidence__knowledge="fresh"), TUNED, "E3 H2", ""),
    ("E4", "back in twelve months", {"options.tuned.tuning.training_cost": 1_200}, TUNED, "E4 H2", ""),
    ("E4", "a cent too late", {"options.tuned.tuning.training_cost": 1_200.01}, UNTUNED, "E5", ""),
    ("E4", "unstable does not matter", {"evidence.stable_workload": False}, TUNED, "E4 H2", ""),
    ("E4", "as good less the margin", {"options.tuned.accuracy": 0.88}, TUNED, "E4 H2", ""),
    ("E4", "worse", {"options.tuned.accuracy": 0.879}, UNTUNED, "E5", ""),
    ("E4", "misses the target the base meets", {TARGET: 0.9, "options.tuned.accuracy": 0.89}, UNTUNED, "E5", ""),
    ("E4", "misses one the base misses", {TARGET: 0.91, "options.tuned.accuracy": 0.89}, TUNED, "E4 H2", ""),
    ("E5", "never pays", {"options.tuned.price.input": 2}, UNTUNED, "E5", ""),
    ("E5", "pays", {}, TUNED, "E4 H2", ""),
    ("Y1", "hybrid with shape", {**shaped(5_000_000), **HYBRID}, TUNED, "E3 Y1", ""),
    ("Y1", "hybrid without shape", {"workload.calls_per_month": 5_000_000, **HYBRID}, TUNED, "E4 Y2", ""),
    # Half a dollar a thousand calls saved, $100 of training: back, if later than the hosted one.
    ("Y1", "dearer hybrid", {**shaped(5_000_000), **HYBRID_BESIDE}, "hybrid moderate economics", "E3 Y1", ""),
    ("Y2", "hybrid alone", HYBRID, TUNED, "E4 Y2", ""),
    ("Y2", "hosted beside it", HYBRID_BESIDE, TUNED, "E4 H2", ""),
    ("Y2", "hybrid with shape", {**shaped(5_000_000), **HYBRID}, TUNED, "E3 Y1", ""),
    ("H1", "20,001,000 tokens", {**SELF_HOSTED, "workload.calls_per_month": 20_001}, TUNED_WEAK, "", ""),
]
