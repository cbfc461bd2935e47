"""The rules: evidence before capability, capability before economics

Each rule is a line named `rule_…` whose docstring says when it fires; `RULES` gives their ids in the order in which
they are printed, with their source.
"""

from typing import NamedTuple

import numpy as np

from casebook.model.constants import OWN_READING
from casebook.model.row import highest, known, lowest


class Rule(NamedTuple):
    """One rule: the line that says whether it fired, what it does and where it comes from.

    `value` and `threshold` are the lines or inputs that the rule weighs, where it weighs one against another or looks
    at one; `needs` are the inputs without which it cannot be weighed.
    """

    line: str
    effect: str
    source: str
    value: str | None = None
    threshold: str | None = None
    needs: tuple[str, ...] = ()


ARTICLE = "source article, claim"

RULES: dict[str, Rule] = {
    "V0": Rule("rule_v0", "no recommendation", OWN_READING, "calls_per_month"),
    "V1": Rule("rule_v1", "those options are out", OWN_READING),
    "G5": Rule("rule_g5", "tuned options without a GPU are out", f"{ARTICLE}s 93 to 95", "provider_tunable"),
    "G6": Rule("rule_g6", "options with a GPU are out", f"{ARTICLE} 104", "ops_capable"),
    "P2": Rule("rule_p2", "two-tier routing becomes the base", OWN_READING),
    "P3": Rule(
        "rule_p3",
        "the faster option becomes the base",
        OWN_READING,
        "working_latency",
        "latency_target",
        ("latency_target",),
    ),
    "B0": Rule("rule_b0", "the best tuned option, weak", OWN_READING),
    "N0": Rule("rule_n0", "the base, moderate", OWN_READING),
    "G3": Rule("rule_g3", "tuning is blocked", f"{ARTICLE} 99", "examples_available", "examples_minimum"),
    "G4": Rule(
        "rule_g4", "a tuned verdict is one notch weaker", f"{ARTICLE} 100", "examples_available", "examples_stable"
    ),
    "G1": Rule("rule_g1", "tuning is blocked", f"{ARTICLE}s 11 and 55", "evals_done"),
    "C1": Rule(
        "rule_c1",
        "reason for every tuned option",
        f"{ARTICLE} 24",
        "wilson_lower_bound",
        "format_failure_limit",
        ("format_trials",),
    ),
    "C1?": Rule(
        "rule_c1_open",
        "none: collect more trials",
        OWN_READING,
        "format_failure_rate",
        "format_failure_limit",
        ("format_trials",),
    ),
    "C2": Rule(
        "rule_c2",
        "reason for the tuned options that close it",
        f"{ARTICLE}s 5 and 25",
        "vocabulary_gap",
        "accuracy_margin",
    ),
    "CX": Rule("rule_cx", "the claim is void", f"{ARTICLE} 57", "vocabulary_gap", "accuracy_margin"),
    "C3": Rule(
        "rule_c3",
        "reason for the tuned options that are fast enough",
        f"{ARTICLE}s 6, 26 and 42",
        "base_latency",
        "latency_target",
        ("latency_target",),
    ),
    "C4": Rule("rule_c4", "reason for every tuned option", f"{ARTICLE} 7", "proprietary_reasoning"),
    "C5": Rule(
        "rule_c5",
        "reason for the tuned options that reach it",
        f"{ARTICLE} 23",
        "base_accuracy",
        "accuracy_target",
        ("accuracy_target",),
    ),
    "CR": Rule("rule_cr", "none: tuning does not lift refusals", f"{ARTICLE} 98", "refusals_are_the_problem"),
    "G2": Rule("rule_g2", "tuning is blocked", f"{ARTICLE} 47", "caching_tested"),
    "S1": Rule("rule_s1", "the base", OWN_READING),
    "E1": Rule("rule_e1", "the base, strong", f"{ARTICLE} 78", "calls_per_month", "calls_revisit"),
    "E2": Rule("rule_e2", "tuned, weak", f"{ARTICLE}s 78 and 79; {OWN_READING}", "calls_per_month", "calls_large"),
    "E3": Rule("rule_e3", "tuned, moderate", f"{ARTICLE} 79", "calls_per_month", "calls_large"),
    "E4": Rule("rule_e4", "tuned, moderate", f"{ARTICLE} 34", "quickest_payback", "max_payback_months"),
    "E5": Rule("rule_e5", "the base, moderate", f"{ARTICLE} 8", "quickest_payback", "max_payback_months"),
    "Y1": Rule("rule_y1", "the hybrid", f"{ARTICLE}s 43, 46 and 97", "knowledge"),
    "H1": Rule("rule_h1", "self-hosted", f"{ARTICLE} 104", "largest_monthly_tokens", "tokens_self_host"),
    "H3": Rule("rule_h3", "self-hosted, flagged", OWN_READING),
    "H2": Rule("rule_h2", "hosted", f"{ARTICLE} 106"),
    "Y2": Rule("rule_y2", "the hybrid", OWN_READING),
    "Q0": Rule("rule_q0", "a tuned verdict is one notch weaker", OWN_READING, "verdict_accuracy"),
}
"""The rules by id, in the order in which they fire and are printed."""

BLOCKING = ("V1", "G5", "G6", "G3", "G1", "G2")
"""Rules that can block, or put out, tuned options."""


def rule_v0(no_workload) -> "flag":
    """V0: there are no calls"""
    return no_workload


def rule_v1(no_workload, out_of_capacity) -> "flag":
    """V1: an option exceeds its capacity or memory within the horizon"""
    return ~no_workload & highest(out_of_capacity)


def rule_g5(no_workload, out_by_provider) -> "flag":
    """G5: the provider does not tune, or no longer does"""
    return ~no_workload & highest(out_by_provider)


def rule_g6(no_workload, out_by_operations) -> "flag":
    """G6: nobody operates GPUs"""
    return ~no_workload & highest(out_by_operations)


def rule_p2(two_tier_becomes_base) -> "flag":
    """P2: two-tier routing costs less and is accurate enough, or alone meets the target"""
    return two_tier_becomes_base


def rule_p3(faster_becomes_base) -> "flag":
    """P3: the base is slower than wanted and another prompt-side option is not"""
    return faster_becomes_base


def tuned_pool(eligible, is_tuned) -> "flag":
    """Pool: tuned options that are not out"""
    return eligible & is_tuned


def tuned_left(tuned_pool) -> "flag":
    """A tuned option is left"""
    return highest(tuned_pool)


def has_base(base_position) -> "flag":
    """There is a base"""
    return base_position > 0


def rule_b0(no_workload, has_base, tuned_chosen) -> "flag":
    """B0: no prompt-side option is left, a tuned one is"""
    return ~no_workload & ~has_base & (tuned_chosen > 0)


def none_feasible(no_workload, has_base, tuned_chosen) -> "flag":
    """No option is feasible"""
    return ~no_workload & ~has_base & (tuned_chosen <= 0)


def tuned_candidate(is_candidate, is_tuned) -> "flag":
    """Candidate of a tuned kind"""
    return is_candidate & is_tuned


def any_tuned_candidate(tuned_candidate) -> "flag":
    """The case has a tuned option"""
    return highest(tuned_candidate)


def rule_n0(has_base, any_tuned_candidate) -> "flag":
    """N0: the case has no tuned option"""
    return has_base & ~any_tuned_candidate


def gates_reached(has_base, any_tuned_candidate) -> "flag":
    """Tuning is weighed against a base"""
    return has_base & any_tuned_candidate


def rule_g3(gates_reached, examples_available, examples_minimum, tolerance) -> "flag":
    """G3: fewer examples than tuning needs at least"""
    return gates_reached & (examples_available < examples_minimum - tolerance)


def rule_g4(gates_reached, rule_g3, examples_available, examples_stable, tolerance) -> "flag":
    """G4: fewer examples than quality needs to stabilise"""
    return gates_reached & ~rule_g3 & (examples_available < examples_stable - tolerance)


def rule_g1(gates_reached, evals_done) -> "flag":
    """G1: evaluations are not done"""
    return gates_reached & ~evals_done


def format_reason(tuned_pool, format_fails) -> "flag":
    """Satisfies C1"""
    return tuned_pool & format_fails


def rule_c1(gates_reached, format_reason) -> "flag":
    """C1: output breaks the format too often, for certain"""
    return gates_reached & highest(format_reason)


def rule_c1_open(gates_reached, format_may_fail) -> "flag":
    """C1?: output may break the format too often"""
    return gates_reached & format_may_fail


def more_accurate(accuracy_known, base_accuracy, declared_accuracy, accuracy_margin, tolerance) -> "flag":
    """More accurate than the base by more than the margin, or not known"""
    return np.where(
        accuracy_known & known(base_accuracy),
        declared_accuracy - base_accuracy > accuracy_margin + tolerance,
        True,
    )


def good_enough(accuracy_known, base_accuracy, declared_accuracy, accuracy_margin, tolerance) -> "flag":
    """As accurate as the base, within the margin, or not known"""
    return np.where(
        accuracy_known & known(base_accuracy),
        declared_accuracy >= base_accuracy - accuracy_margin - tolerance,
        True,
    )


def vocabulary_reason(tuned_pool, vocabulary_gap, more_accurate) -> "flag":
    """Satisfies C2"""
    return tuned_pool & vocabulary_gap & more_accurate


def rule_c2(gates_reached, vocabulary_reason) -> "flag":
    """C2: a vocabulary gap that a tuned option closes"""
    return gates_reached & highest(vocabulary_reason)


def rule_cx(gates_reached, vocabulary_gap, tuned_left, rule_c2) -> "flag":
    """CX: a vocabulary gap is claimed and no tuned option closes it"""
    return gates_reached & vocabulary_gap & tuned_left & ~rule_c2


def base_too_slow(base_latency, latency_limit) -> "flag":
    """The base is slower than wanted"""
    return np.where(known(base_latency) & known(latency_limit), base_latency > latency_limit, False)


def speed_reason(tuned_pool, base_too_slow, fast_enough, good_enough) -> "flag":
    """Satisfies C3"""
    return tuned_pool & base_too_slow & fast_enough & good_enough


def rule_c3(gates_reached, speed_reason) -> "flag":
    """C3: the base is slower than wanted and a tuned option is not"""
    return gates_reached & highest(speed_reason)


def reasoning_reason(tuned_pool, proprietary_reasoning) -> "flag":
    """Satisfies C4"""
    return tuned_pool & proprietary_reasoning


def rule_c4(gates_reached, reasoning_reason) -> "flag":
    """C4: proprietary reasoning has to be learned"""
    return gates_reached & highest(reasoning_reason)


def base_misses_target(base_accuracy, accuracy_target, tolerance) -> "flag":
    """The base is known to miss the target"""
    return np.where(known(base_accuracy) & known(accuracy_target), base_accuracy < accuracy_target - tolerance, False)


def target_reason(tuned_pool, base_misses_target, meets_target) -> "flag":
    """Satisfies C5"""
    return tuned_pool & base_misses_target & meets_target


def rule_c5(gates_reached, target_reason) -> "flag":
    """C5: the base misses the target and a tuned option meets it"""
    return gates_reached & highest(target_reason)


def rule_cr(gates_reached, refusals_are_the_problem) -> "flag":
    """CR: refusals are the problem"""
    return gates_reached & refusals_are_the_problem


def capability_reason(rule_c1, rule_c2, rule_c3, rule_c4, rule_c5) -> "flag":
    """There is a capability reason"""
    return rule_c1 | rule_c2 | rule_c3 | rule_c4 | rule_c5


def rule_g2(gates_reached, capability_reason, caching_tested) -> "flag":
    """G2: no capability reason, and caching is not tested"""
    return gates_reached & ~capability_reason & ~caching_tested


def evidence_blocks(rule_g3, rule_g1, tuned_left) -> "flag":
    """Missing evidence blocks options that were not out"""
    return (rule_g3 | rule_g1) & tuned_left


def rule_s1(gates_reached, tuned_left, rule_g3, rule_g1, rule_g2) -> "flag":
    """S1: every tuned option is out or blocked"""
    return gates_reached & (~tuned_left | rule_g3 | rule_g1 | rule_g2)


def economics_reached(gates_reached, rule_s1, capability_reason) -> "flag":
    """Economics decides"""
    return gates_reached & ~rule_s1 & ~capability_reason


def tuned_payback(tuned_pool, sustained_month, never) -> "months":
    """Sustained break-even of the tuned options that are not out"""
    return np.where(tuned_pool, sustained_month, never)


def quickest_payback(tuned_payback) -> "months":
    """Quickest of these"""
    return lowest(tuned_payback)


def largest_monthly_tokens(monthly_tokens) -> "tokens/month":
    """Most tokens a month of any option"""
    return highest(monthly_tokens)


def economic_reason(tuned_pool, within_max_payback, good_enough, meets_target, base_meets_target) -> "flag":
    """Pays back in time and is accurate enough"""
    return tuned_pool & within_max_payback & good_enough & (meets_target | ~base_meets_target)


def any_economic_reason(economic_reason) -> "flag":
    """Some tuned option does"""
    return highest(economic_reason)


def rule_e1(economics_reached, shape, calls_per_month, calls_revisit, tolerance) -> "flag":
    """E1: retrieval, and too few calls"""
    return economics_reached & shape & (calls_per_month < calls_revisit - tolerance)


def worth_revisiting(economics_reached, shape, rule_e1, stable_workload, any_economic_reason) -> "flag":
    """Retrieval, enough calls, a stable workload and a tuned option that pays"""
    return economics_reached & shape & ~rule_e1 & stable_workload & any_economic_reason


def rule_e2(worth_revisiting, calls_per_month, calls_large, tolerance) -> "flag":
    """E2: retrieval, a stable workload, a middling number of calls, a tuned option pays"""
    return worth_revisiting & (calls_per_month < calls_large - tolerance)


def rule_e3(worth_revisiting, rule_e2) -> "flag":
    """E3: retrieval, a stable workload, a large number of calls, a tuned option pays"""
    return worth_revisiting & ~rule_e2


def rule_e4(economics_reached, shape, any_economic_reason) -> "flag":
    """E4: no retrieval, and a tuned option pays"""
    return economics_reached & ~shape & any_economic_reason


def rule_e5(economics_reached, rule_e1, rule_e2, rule_e3, rule_e4) -> "flag":
    """E5: no tuned option pays"""
    return economics_reached & ~(rule_e1 | rule_e2 | rule_e3 | rule_e4)


def tuning_wins(gates_reached, rule_s1, capability_reason, rule_e2, rule_e3, rule_e4) -> "flag":
    """A tuned option is recommended"""
    return gates_reached & ~rule_s1 & (capability_reason | rule_e2 | rule_e3 | rule_e4)
