"""Each rule of the recommendation: one case in which it fires, and its nearest neighbour in which it does not."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from casebook.analysis.results import evaluate_case
from casebook.case import from_parameters
from casebook.model import rules

ORDER = "V0 V1 G5 G6 P2 P3 B0 N0 G3 G4 G1 C1 C1? C2 CX C3 C4 C5 CR G2 S1 E1 E2 E3 E4 E5 Y1 H1 H3 H2 Y2 Q0"
RULES = ORDER.split()

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
CAPABLE, CAPABLE_LOWERED = "tuned strong capability", "tuned moderate capability"
TIERED, HOSTED, NONE_FEASIBLE = "tiered moderate none", "hosted moderate economics", "none_feasible strong none"

CALLS, EXAMPLES, TARGET = "workload.calls_per_month", "evidence.examples", "quality.target"
COST, ACCURACY, RESPONSE = "options.tuned.tuning.training_cost", "options.tuned.accuracy", "options.tuned.response"
UNTIL = "options.tuned.tuning.available_until"
C4, GAP = {"evidence.proprietary_reasoning": True}, {"evidence.vocabulary_gap": True}
NO_PROVIDER, NO_OPS = {"evidence.provider_tunable": False}, {"evidence.ops_capable": False}
NO_EVALS, UNTESTED = {"evidence.evals_done": False}, {"evidence.caching_tested": False}
REFUSALS, UNSTABLE = {"evidence.refusals_are_the_problem": True}, {"evidence.stable_workload": False}
TUNED_UNKNOWN, BASE_UNKNOWN = {ACCURACY: None}, {"options.untuned.accuracy": None}

# A GPU of one's own: at $0.02 an hour $14.60 a month, for nothing a call, a second for each.
GPU = {"price_per_hour": 0.02, "prefill_tokens_per_second": 1_000, "decode_tokens_per_second": 1_000}
SELF_HOSTED = {"options.tuned": {"kind": "fine_tune_self_hosted", "gpu": GPU}, "options.tuned.price": GONE, COST: 100}
BASE_ON_GPU = {"options.untuned.gpu": GPU}
BASE_TOO_LARGE = {"options.untuned.gpu": {**GPU, "memory_gb": 24, "parameters_billion": 70}}
# 876,000 calls in 730 · 3,600 s are 1/3 a second, three times that at the peak: one replica.
ONE_REPLICA = {**SELF_HOSTED, "options.tuned.gpu.maximum_replicas": 1, CALLS: 876_000}
# Half of that, and 1.066^10 = 1.895 times as much in month 11, 1.066^11 = 2.020 in month 12.
FILLING = {**ONE_REPLICA, CALLS: 438_000, "workload.growth_per_month": 0.066}
# Each call has tokens of all four sorts.
FOUR_SORTS = {"options.tuned.tokens": {"prefix": 400, "user": 300, "context": 200, "output": 100}}


def in_memory(billion: float) -> Changes:
    """Host a model of so many parameters, at 16 bits, in 48 GB."""
    return {**SELF_HOSTED, "options.tuned.gpu": {"memory_gb": 48, "parameters_billion": billion}}


def option(name: str, kind: str, price: float, training: float = 0, **fields) -> Changes:
    """Add an option as good as the others."""
    fields = {"accuracy": 0.9, "price": {"input": price, "output": 0}, **fields}
    return {
        f"options.{name}": {"kind": kind, "tokens": {"user": 1_000}, "tuning": {"training_cost": training}, **fields}
    }


# $73 a month for the GPU are 876 in a year; 924 of training more make the hosted one's 1,800.
def self_hosted_beside(training: float) -> Changes:
    """Add a self-hosted option beside the hosted one."""
    return option("own", "fine_tune_self_hosted", 0, training, gpu={**GPU, "price_per_hour": 0.1})


HOSTED_BESIDE, HYBRID = option("hosted", "fine_tune_hosted", 1, 100), {"options.tuned.kind": "hybrid"}
HYBRID_BESIDE = option("hybrid", "hybrid", 1.5, 100)  # dearer than the hosted one, but it pays back
AT_TARGET = {**HYBRID_BESIDE, **C4, TARGET: 0.9}


def tiered(accuracy: float, router_cost: float = 0, **tokens) -> Changes:
    """Add two tiers at $0.001 a call: half goes on to a twin of the untuned option, so (accuracy + 0.9) / 2."""
    twin = {"accuracy": 0.9, "tokens": {"user": 1_000}, "price": {"input": 2, "output": 0}}
    escalation = {"rate": 0.5, "to": twin, "router_cost": router_cost}
    tokens = tokens or {"user": 1_000}
    return option("tiered", "two_tier", 0, accuracy=accuracy, escalation=escalation, tokens=tokens)


def seconds(overhead: float) -> dict:
    """Give a response of so much and one second more."""
    return {"overhead_s": overhead, "prefill_tokens_per_second": 1_000, "decode_tokens_per_second": 100}


SLOW = {"latency.target_s": 2, "options.untuned.response": seconds(1.5)}


def terse(overhead: float, accuracy: float | None = 0.9) -> Changes:
    """Add a prompt at $300 a month, $100 more than the slow one."""
    return {**SLOW, **option("terse", "prompt", 3, accuracy=accuracy, response=seconds(overhead))}


def quick(overhead: float, accuracy: float = 0.9) -> Changes:
    """Make tuning an answer to a slow base."""
    return {**SLOW, RESPONSE: seconds(overhead), ACCURACY: accuracy}


def failures(count: int) -> Changes:
    """Fail so many of 200 trials of the format."""
    return {"evidence.format_failures": {"failures": count, "trials": 200}}


def shaped(calls: float) -> Changes:
    """Give the case knowledge, so a shape: the base is a retrieval option, of the same cost."""
    return {"evidence.knowledge": "static", "options.untuned.kind": "rag", CALLS: calls}


# The rules tried and what is tried, the changes, verdict, strength and reason, then what fired, `!` if it blocked.
ROWS: list[tuple[str, Changes, str, str]] = [
    ("N0 G1 CX C4 CR G2 S1 E5 H1 Q0: all is well", {}, TUNED, "E4 H2"),
    ("V0: no calls", {CALLS: 0}, "no_workload strong none", "V0"),
    ("V0: one call", {CALLS: 1}, UNTUNED, "E5"),
    # 24 billion at 16 bits are 48 GB.
    ("V1: memory over", in_memory(24.001), UNTUNED, "V1! S1"),
    ("V1: memory full", in_memory(24), TUNED, "E4 H1"),
    ("V1: replica over", {**ONE_REPLICA, CALLS: 876_001}, UNTUNED, "V1! S1"),
    ("V1: replica full", ONE_REPLICA, TUNED, "E4 H1"),
    ("V1: over in the last month", {**FILLING, "horizon_months": 12}, UNTUNED, "V1! S1"),
    ("V1: over after the horizon", {**FILLING, "horizon_months": 11}, TUNED, "E4 H1"),
    ("V1: only a base is over", BASE_TOO_LARGE, "tuned weak none", "V1 B0"),
    ("V1: nothing is left", {**BASE_TOO_LARGE, **NO_PROVIDER}, NONE_FEASIBLE, "V1! G5!"),
    ("G5: provider not tunable", NO_PROVIDER, UNTUNED, "G5! S1"),
    ("G5: ended the day before", {UNTIL: date(2026, 9, 30)}, UNTUNED, "G5! S1"),
    ("G5: ends that day", {UNTIL: date(2026, 10, 1)}, TUNED, "E4 H2"),
    ("G6: nobody to run the GPU", {**SELF_HOSTED, **NO_OPS}, UNTUNED, "G6! S1"),
    ("G6: somebody to run it", SELF_HOSTED, TUNED, "E4 H1"),
    # (0.86 + 0.9) / 2 = 0.88, the base's less the margin. Beside $100 a month tuning saves nothing.
    ("P2: cheaper and good enough", tiered(0.86), TIERED, "P2 E5"),
    ("P2: cheaper, not good enough", tiered(0.858), TUNED, "E4 H2"),
    ("P2: good enough, as dear", tiered(0.86, router_cost=0.001), TUNED, "E4 H2"),
    # (0.8 + 0.9) / 2 = 0.85; (0.94 + 0.9) / 2 = 0.92, at $300 a month.
    ("P2: cheaper, at a target the base exceeds", {**tiered(0.8), TARGET: 0.85}, TIERED, "P2 E5"),
    ("P2: cheaper, under that target", {**tiered(0.798), TARGET: 0.85}, TUNED, "E4 H2"),
    ("P2: cheaper, under a target as the base is", {**tiered(0.9), TARGET: 0.95}, TIERED, "P2 E5"),
    ("P2: cheaper, further under it", {**tiered(0.898), TARGET: 0.95}, TUNED, "E4 H2"),
    ("P2: dearer, alone at the target", {**tiered(0.94, 0.002), TARGET: 0.92}, TIERED, "P2 E5"),
    ("P2: dearer, under the target too", {**tiered(0.938, 0.002), TARGET: 0.92}, TUNED, "E4 H2"),
    ("P2: at the target, base unknown", {**tiered(0.8), **BASE_UNKNOWN, TARGET: 0.85}, TIERED, "P2 E5"),
    ("P2: under it, base unknown", {**tiered(0.798), **BASE_UNKNOWN, TARGET: 0.85}, TUNED_WEAK, "E4 H2 Q0"),
    ("P2: context", {**shaped(9), **tiered(0.9, user=500, context=500)}, "tiered strong none", "P2 E1"),
    ("P2: no context", {**shaped(9), **tiered(0.9)}, UNTUNED_STRONG, "E1"),
    # 1.5 + 1 s where 2 are wanted; the terse one 1 + 1.
    ("P3: another in time", terse(1), TUNED, "P3 E4 H2"),
    ("P3: the other late too", terse(1.001), TUNED, "E4 H2"),
    ("P3: base in time", {**terse(1), "options.untuned.response": seconds(1)}, TUNED, "E4 H2"),
    ("P3: as good less the margin", terse(1, 0.88), TUNED, "P3 E4 H2"),
    ("P3: worse", terse(1, 0.879), TUNED, "E4 H2"),
    ("P3: at the target", {**terse(1), TARGET: 0.9}, TUNED, "P3 E4 H2"),
    ("P3: misses the target", {**terse(1, 0.89), TARGET: 0.9}, TUNED, "E4 H2"),
    # G6 puts no tuned option out, so it blocks nothing.
    ("B0: the only base is out", {**BASE_ON_GPU, **NO_OPS}, "tuned weak none", "G6 B0"),
    ("B0: the base is not out", BASE_ON_GPU, TUNED, "E4 H2"),
    ("B0: nothing is left", {**BASE_ON_GPU, **NO_OPS, **NO_PROVIDER}, NONE_FEASIBLE, "G5! G6"),
    ("B0: no rule lowers it", {**BASE_ON_GPU, **NO_OPS, **NO_EVALS, EXAMPLES: 0}, "tuned weak none", "G6 B0"),
    ("N0: no tuned option", {"options.tuned": GONE}, UNTUNED, "N0"),
    ("N0: no tuned candidate", {"options.tuned.candidate": False}, UNTUNED, "N0"),
    ("G3: 499 examples", {EXAMPLES: 499}, UNTUNED_STRONG, "G3! S1"),
    ("G3 G4: 500 examples", {EXAMPLES: 500}, TUNED_WEAK, "G4 E4 H2"),
    ("G4: 1,999 examples", {EXAMPLES: 1_999}, TUNED_WEAK, "G4 E4 H2"),
    ("G4: 2,000 examples", {EXAMPLES: 2_000}, TUNED, "E4 H2"),
    ("G1: evals not done", NO_EVALS, UNTUNED_STRONG, "G1! S1"),
    # The Wilson bound of k in 200 is over 5 % when k/200 - 0.05 > 1.959964 · √(0.05 · 0.95 / 200) = 0.030205,
    # so k > 16.04. Ten are 5 %.
    ("C1 C1?: 17 of 200 failed", failures(17), CAPABLE, "C1 H2"),
    ("C1: 16 of 200 failed", failures(16), TUNED, "C1? E4 H2"),
    ("C1?: 11 of 200 failed", failures(11), TUNED, "C1? E4 H2"),
    ("C1?: 10 of 200 failed", failures(10), TUNED, "E4 H2"),
    ("C2: better by more than the margin", {**GAP, ACCURACY: 0.921}, CAPABLE, "C2 H2"),
    ("C2: better by the margin", {**GAP, ACCURACY: 0.92}, TUNED, "CX E4 H2"),
    ("C2: better, not claimed", {ACCURACY: 0.921}, TUNED, "E4 H2"),
    ("C2: tuned unknown", {**GAP, **TUNED_UNKNOWN}, CAPABLE_LOWERED, "C2 H2 Q0"),
    ("C2: base unknown", {**GAP, **BASE_UNKNOWN}, CAPABLE_LOWERED, "C2 H2 Q0"),
    ("CX: claimed, not better", GAP, TUNED, "CX E4 H2"),
    ("CX: claimed, none left", {**GAP, **NO_PROVIDER}, UNTUNED, "G5! S1"),
    ("C3: in time", quick(1), CAPABLE, "C3 H2"),
    ("C3: late too", quick(1.001), TUNED, "E4 H2"),
    ("C3: base in time", {**quick(1), "options.untuned.response": seconds(1)}, TUNED, "E4 H2"),
    ("C3: no time wanted", {**quick(1), "latency.target_s": None}, TUNED, "E4 H2"),
    ("C3: as good less the margin", quick(1, 0.88), CAPABLE, "C3 H2"),
    ("C3: worse", quick(1, 0.879), UNTUNED, "E5"),
    ("C4: proprietary reasoning", C4, CAPABLE, "C4 H2"),
    ("C5: at the target", {TARGET: 0.92, ACCURACY: 0.92}, CAPABLE, "C5 H2"),
    ("C5: under the target", {TARGET: 0.92, ACCURACY: 0.919}, TUNED, "E4 H2"),
    ("C5: base at the target", {TARGET: 0.9}, TUNED, "E4 H2"),
    ("C5: base unknown", {TARGET: 0.9, **BASE_UNKNOWN}, TUNED_WEAK, "E4 H2 Q0"),
    ("CR: refusals", REFUSALS, TUNED, "CR E4 H2"),
    ("CR: refusals are no reason", {**REFUSALS, **UNTESTED}, UNTUNED, "CR G2! S1"),
    ("G2: caching not tested", UNTESTED, UNTUNED, "G2! S1"),
    ("G2: caching not tested, but capable", {**UNTESTED, **C4}, CAPABLE, "C4 H2"),
    ("S1: blocked, though capable", {**NO_EVALS, **C4}, UNTUNED_STRONG, "G1! C4 S1"),
    ("S1: blocked and out", {**NO_EVALS, **NO_PROVIDER}, UNTUNED, "G5! G1! S1"),
    ("S1: blocked in each way", {**NO_EVALS, **UNTESTED, EXAMPLES: 0}, UNTUNED_STRONG, "G3! G1! G2! S1"),
    ("E1: 1,999,999 calls", shaped(1_999_999), UNTUNED_STRONG, "E1"),
    ("E1: no shape", {CALLS: 1_999_999}, TUNED, "E4 H2"),
    ("E1 E2: 2,000,000 calls", shaped(2_000_000), TUNED_WEAK, "E2 H2"),
    ("E2 E3: 4,999,999 calls", shaped(4_999_999), TUNED_WEAK, "E2 H2"),
    ("E2 E3: 5,000,000 calls", shaped(5_000_000), TUNED, "E3 H2"),
    ("E2: unstable", {**shaped(2_000_000), **UNSTABLE}, UNTUNED, "E5"),
    ("E3: unstable", {**shaped(5_000_000), **UNSTABLE}, UNTUNED, "E5"),
    ("E3: fresh knowledge", {**shaped(5_000_000), "evidence.knowledge": "fresh"}, TUNED, "E3 H2"),
    # $2,000 a month are 24,000 in a year.
    ("E2: back in a year", {**shaped(2_000_000), COST: 24_000}, TUNED_WEAK, "E2 H2"),
    ("E2: a cent later", {**shaped(2_000_000), COST: 24_000.01}, UNTUNED, "E5"),
    ("E4: back in a year", {COST: 1_200}, TUNED, "E4 H2"),
    ("E4: a cent later", {COST: 1_200.01}, UNTUNED, "E5"),
    ("E4: unstable", UNSTABLE, TUNED, "E4 H2"),
    ("E4: as good less the margin", {ACCURACY: 0.88}, TUNED, "E4 H2"),
    ("E4: worse", {ACCURACY: 0.879}, UNTUNED, "E5"),
    ("E4: misses a target the base meets", {TARGET: 0.9, ACCURACY: 0.89}, UNTUNED, "E5"),
    ("E4: misses a target as the base does", {TARGET: 0.91, ACCURACY: 0.89}, TUNED, "E4 H2"),
    ("E5: never back", {"options.tuned.price.input": 2}, UNTUNED, "E5"),
    ("Y1: a hybrid, shape", {**HYBRID, **shaped(5_000_000)}, TUNED, "E3 Y1"),
    ("Y1: a hybrid, no shape", {**HYBRID, CALLS: 5_000_000}, TUNED, "E4 Y2"),
    ("Y1: a dearer one", {**HYBRID_BESIDE, **shaped(5_000_000)}, "hybrid moderate economics", "E3 Y1"),
    ("H1 H3: over 20M tokens", {**SELF_HOSTED, CALLS: 20_001}, TUNED, "E4 H1"),
    ("H1 H3: 20M tokens", {**SELF_HOSTED, CALLS: 20_000}, TUNED, "E4 H3"),
    ("H1: over 20M tokens of four sorts", {**SELF_HOSTED, **FOUR_SORTS, CALLS: 20_001}, TUNED, "E4 H1"),
    ("H1: 20M tokens of four sorts", {**SELF_HOSTED, **FOUR_SORTS, CALLS: 20_000}, TUNED, "E4 H3"),
    ("H1: cheaper than the hosted one", self_hosted_beside(923.99), "own moderate economics", "E4 H1"),
    ("H1: as dear as the hosted one", self_hosted_beside(924), TUNED, "E4 H2"),
    ("H3 H2: 20M tokens, one hosted", {**SELF_HOSTED, **HOSTED_BESIDE, CALLS: 20_000}, HOSTED, "E4 H2"),
    ("H2: over 20M tokens, one hosted", {**SELF_HOSTED, **HOSTED_BESIDE, CALLS: 20_001}, TUNED, "E4 H1"),
    ("Y2 H2: only a hybrid", HYBRID, TUNED, "E4 Y2"),
    ("Y2: a hybrid and one hosted", HYBRID_BESIDE, TUNED, "E4 H2"),
    ("Y2: only a hybrid at the target", {**AT_TARGET, ACCURACY: 0.89}, "hybrid strong capability", "C4 Y2"),
    ("Y2: a hybrid and one hosted at it", AT_TARGET, CAPABLE, "C4 H2"),
    ("Q0: tuned unknown", TUNED_UNKNOWN, TUNED_WEAK, "E4 H2 Q0"),
    ("Q0: base unknown", BASE_UNKNOWN, TUNED_WEAK, "E4 H2 Q0"),
    ("Q0: another unknown", terse(9, None), TUNED, "E4 H2"),
    ("Q0: no tuned verdict", {**TUNED_UNKNOWN, COST: 1_200.01}, UNTUNED, "E5"),
    # A notch each, from strong and from moderate, and no lower than weak.
    ("G4: capable", {**C4, EXAMPLES: 500}, CAPABLE_LOWERED, "G4 C4 H2"),
    ("Q0: capable", {**C4, **TUNED_UNKNOWN}, CAPABLE_LOWERED, "C4 H2 Q0"),
    ("G4 Q0: capable", {**C4, **TUNED_UNKNOWN, EXAMPLES: 500}, "tuned weak capability", "G4 C4 H2 Q0"),
    ("G4 Q0: two notches", {**TUNED_UNKNOWN, EXAMPLES: 500}, TUNED_WEAK, "G4 E4 H2 Q0"),
    ("G4: from weak", {**shaped(2_000_000), EXAMPLES: 500}, TUNED_WEAK, "G4 E2 H2"),
]


@pytest.mark.parametrize(("changes", "outcome", "fired"), [pytest.param(*row, id=what) for what, *row in ROWS])
def test_a_rule_fires_just_when_it_should(changes, outcome, fired):
    got = answer(changes)
    marked = [rule + "!" * (rule in got["blocked"]) for rule in got["fired"]]
    assert " ".join(marked) == fired
    assert " ".join((got["verdict"], got["strength"], got["reason"])) == outcome


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_a_case_in_which_it_fires_and_one_in_which_it_does_not(rule):
    tried = [fired.replace("!", "").split() for what, _, _, fired in ROWS if rule in what.split(":")[0].split()]
    assert {rule in fired for fired in tried} == {True, False}


def test_the_rules_are_listed_in_their_order():
    assert list(rules.RULES) == RULES


def prompts(*sorts: tuple[str, float | None, float], **evidence) -> dict:
    """Give a case without a tuned option, of these kinds, accuracies and prices; they are named a, b, …"""
    case = copy.deepcopy(TUNING_PAYS_BACK) | {"options": {}}
    case["evidence"] |= evidence
    for name, (kind, accuracy, price) in zip("abc", sorts, strict=False):
        case = changed(case, option(name, kind, price, accuracy=accuracy))
    return case


@pytest.mark.parametrize(
    ("target", "first", "second", "chosen"),
    [
        pytest.param(None, (0.90, 2), (0.92, 3), "a", id="cheaper, within the margin"),
        pytest.param(None, (0.899, 2), (0.92, 3), "b", id="cheaper, beyond the margin"),
        pytest.param(None, (None, 2), (0.95, 3), "a", id="unknown counts as within"),
        pytest.param(None, (None, 3), (0.95, 2), "b", id="unknown and dearer"),
        pytest.param(0.92, (0.919, 2), (0.92, 3), "b", id="alone at the target"),
        pytest.param(0.92, (0.92, 2), (0.99, 3), "a", id="cheaper, both at the target"),
        pytest.param(0.92, (None, 2), (0.92, 3), "b", id="unknown misses the target"),
        pytest.param(0.93, (0.91, 2), (0.92, 3), "b", id="none at the target: most accurate"),
        pytest.param(0.93, (None, 2), (0.5, 3), "b", id="none at the target: unknown below known"),
        pytest.param(0.93, (None, 3), (None, 2), "b", id="none at the target: all unknown, cheaper"),
        pytest.param(0.93, (0.92, 3), (0.92, 2), "b", id="none at the target: as accurate, cheaper"),
        pytest.param(0.93, (0.92, 2), (0.92, 2), "a", id="none at the target: alike, earlier"),
    ],
)
def test_among_several_the_choice_follows_target_margin_and_cost(target, first, second, chosen):
    case = prompts(("prompt", *first), ("prompt", *second))
    got = answer({TARGET: target}, case)
    assert (got["base"], got["verdict"], got["fired"]) == (chosen, chosen, ["N0"])


@pytest.mark.parametrize(
    ("sorts", "chosen"),
    [
        ((("prompt", 0.9, 2), ("prompt", 0.9, 2)), "a"),
        ((("cached_prompt", 0.9, 2), ("prompt", 0.9, 2)), "b"),
        # 1.2 M calls in all: $6e-7 more is a tie, $1.2e-5 is not.
        ((("cached_prompt", 0.9, 2), ("prompt", 0.9, 2 + 5e-10)), "b"),
        ((("cached_prompt", 0.9, 2), ("prompt", 0.9, 2 + 1e-8)), "a"),
    ],
)
def test_a_tie_goes_to_the_earlier_kind_then_to_the_earlier_in_the_file(sorts, chosen):
    got = answer({}, prompts(*sorts))
    assert (got["base"], got["cheapest"]) == (chosen, chosen)


@pytest.mark.parametrize(
    ("knowledge", "sorts", "base"),
    [
        ("none", (("rag", 0.9, 1), ("prompt", 0.9, 2)), "b"),
        ("static", (("prompt", 0.9, 1), ("cached_rag", 0.9, 2)), "b"),
        ("fresh", (("cached_prompt", 0.9, 1), ("rag", 0.9, 2)), "b"),
        ("none", (("rag", 0.9, 2),), "a"),
        ("static", (("prompt", 0.9, 2),), "a"),
    ],
)
def test_the_base_has_the_right_shape_or_else_any(knowledge, sorts, base):
    assert answer({}, prompts(*sorts, knowledge=knowledge))["base"] == base


@pytest.mark.parametrize(
    ("changes", "base"),
    [({}, "untuned"), (terse(1), "terse"), (terse(1.001), "untuned"), (tiered(0.86), "tiered")],
)
def test_p2_and_p3_change_the_base(changes, base):
    assert answer(changes)["base"] == base


FREE = option("free", "prompt", 0, candidate=False)


@pytest.mark.parametrize(
    ("changes", "verdict", "cheapest", "conflict", "target_met"),
    [
        pytest.param({}, "tuned", "tuned", False, None, id="no target"),
        # 1,200 + 1,200 are the untuned 2,400.
        pytest.param({COST: 1_200}, "tuned", "untuned", True, None, id="a tie goes to the earlier kind"),
        # 1,200.01 + 2,400 against 4,800 in two years, but not back in one.
        pytest.param({COST: 1_200.01, "horizon_months": 24}, "untuned", "tuned", True, None, id="cheaper later"),
        pytest.param({TARGET: 0.9}, "tuned", "tuned", False, True, id="at the target"),
        pytest.param({TARGET: 0.9, ACCURACY: 0.89}, "untuned", "untuned", False, True, id="the cheapest misses it"),
        pytest.param({TARGET: 0.91}, "tuned", None, False, False, id="all miss it"),
        pytest.param({TARGET: 0.9, **TUNED_UNKNOWN, **C4}, "tuned", "untuned", True, None, id="verdict unknown"),
        pytest.param(FREE, "tuned", "tuned", False, None, id="no candidate"),
        pytest.param(NO_PROVIDER, "untuned", "untuned", False, None, id="out"),
        pytest.param({CALLS: 0, TARGET: 0.9}, "no_workload", None, False, None, id="no workload"),
        pytest.param({**BASE_TOO_LARGE, **NO_PROVIDER, TARGET: 0.9}, "none_feasible", None, False, None, id="none"),
    ],
)
def test_the_cheapest_may_conflict_with_the_verdict(changes, verdict, cheapest, conflict, target_met):
    got = answer(changes)
    assert (got["verdict"], got["cheapest"]) == (verdict, cheapest)
    assert (got["conflict"], got["target_met"]) == (conflict, target_met)


@pytest.mark.parametrize("changes", [{CALLS: 0}, {**BASE_TOO_LARGE, **NO_PROVIDER}, BASE_TOO_LARGE])
def test_without_workload_or_anything_on_the_prompt_side_there_is_no_base(changes):
    assert answer(changes)["base"] is None


@pytest.mark.parametrize(
    ("changes", "invoice", "full"),
    [
        # 600 + 10 · 100 are back in 16 months.
        pytest.param({"options.tuned.build_hours": 10}, "tuned", "untuned", id="labour"),
        # 600 again each quarter are 200 a month, against 100 saved.
        pytest.param({"options.tuned.tuning.retrain_every_months": 3}, "tuned", "untuned", id="retraining"),
        # 2,400 / 100 = 24 months; 2,000 errors fewer at $0.10 make it 2,400 / 300 = 8.
        pytest.param({COST: 2_400, ACCURACY: 0.92, "quality.cost_per_error": 0.1}, "untuned", "tuned", id="errors"),
    ],
)
def test_the_scopes_may_have_different_verdicts(changes, invoice, full):
    assert {scope: got["verdict"] for scope, got in answers(changes).items()} == {"invoice": invoice, "full": full}


@pytest.mark.parametrize(
    ("warning", "fires", "silent"),
    [
        ("C1?", failures(11), failures(10)),
        ("CX", GAP, {}),
        ("Y1", {**HYBRID, **shaped(5_000_000)}, HYBRID),
        ("H3", {**SELF_HOSTED, CALLS: 20_000}, {**SELF_HOSTED, CALLS: 20_001}),
        ("less_accurate", {ACCURACY: 0.899}, {}),
    ],
)
def test_a_reading_to_be_careful_with_carries_a_warning(warning, fires, silent):
    warned = [
        {entry["id"] for entry in evaluate_case(from_parameters(changed(TUNING_PAYS_BACK, changes)))["warnings"]}
        for changes in (fires, silent)
    ]
    assert [warning in ids for ids in warned] == [True, False]
