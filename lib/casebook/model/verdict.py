"""The verdict: which architecture, how strong, against what

Options that satisfy a fired reason go on to the choice between hybrid, self-hosted and hosted; what follows compares
the verdict with the cheapest option and with what it is held against.
"""

import numpy as np

from casebook.model.row import at, highest, known


def reason_satisfied(
    capability_reason,
    format_reason,
    vocabulary_reason,
    speed_reason,
    reasoning_reason,
    target_reason,
    economic_reason,
) -> "flag":
    """Satisfies a reason"""
    return np.where(
        capability_reason,
        format_reason | vocabulary_reason | speed_reason | reasoning_reason | target_reason,
        economic_reason,
    )


def reason_and_target(reason_satisfied, meets_target) -> "flag":
    """Satisfies a reason and meets the target"""
    return reason_satisfied & meets_target


def any_reason_and_target(reason_and_target) -> "flag":
    """Some option does both"""
    return highest(reason_and_target)


def goes_on(tuning_wins, reason_satisfied, meets_target, any_reason_and_target) -> "flag":
    """Goes on to the choice of architecture"""
    return tuning_wins & reason_satisfied & (meets_target | ~any_reason_and_target)


def hybrid_pool(goes_on, kind) -> "flag":
    """Pool: hybrids"""
    return goes_on & (kind == "hybrid")


def hosted_pool(goes_on, kind) -> "flag":
    """Pool: hosted fine-tunes"""
    return goes_on & (kind == "fine_tune_hosted")


def self_hosted_pool(goes_on, kind) -> "flag":
    """Pool: self-hosted fine-tunes"""
    return goes_on & (kind == "fine_tune_self_hosted")


def hosted_index(hosted_chosen) -> "position":
    """Position of the hosted choice"""
    return np.maximum(1, hosted_chosen)


def hosted_tco(hosted_chosen, tco, hosted_index, never) -> "$":
    """Hosted choice: total cost"""
    return np.where(hosted_chosen > 0, at(tco, hosted_index), never)


def large_self_hosted_pool(
    self_hosted_pool, monthly_tokens, tokens_self_host, tolerance, tco, hosted_tco, money_tolerance
) -> "flag":
    """Pool: self-hosted fine-tunes with enough tokens that cost less than the hosted choice"""
    return self_hosted_pool & (monthly_tokens > tokens_self_host + tolerance) & (tco < hosted_tco - money_tolerance)


def rule_y1(shape, hybrid_chosen) -> "flag":
    """Y1: retrieval is needed, and a hybrid goes on"""
    return shape & (hybrid_chosen > 0)


def rule_h1(rule_y1, large_self_hosted_chosen) -> "flag":
    """H1: enough tokens to self-host, and no hosted option costs less"""
    return ~rule_y1 & (large_self_hosted_chosen > 0)


def rule_h3(rule_y1, rule_h1, hosted_chosen, self_hosted_chosen) -> "flag":
    """H3: no hosted option goes on, a self-hosted one does"""
    return ~rule_y1 & ~rule_h1 & (hosted_chosen <= 0) & (self_hosted_chosen > 0)


def rule_h2(rule_y1, rule_h1, hosted_chosen) -> "flag":
    """H2: a hosted option goes on"""
    return ~rule_y1 & ~rule_h1 & (hosted_chosen > 0)


def rule_y2(rule_y1, rule_h1, rule_h2, rule_h3, hybrid_chosen) -> "flag":
    """Y2: only a hybrid goes on"""
    return ~(rule_y1 | rule_h1 | rule_h2 | rule_h3) & (hybrid_chosen > 0)


def tuned_verdict(
    rule_h1, large_self_hosted_chosen, rule_h3, self_hosted_chosen, rule_h2, hosted_chosen, hybrid_chosen
) -> "position":
    """Tuned option recommended (its position)"""
    return np.where(
        rule_h1,
        large_self_hosted_chosen,
        np.where(rule_h3, self_hosted_chosen, np.where(rule_h2, hosted_chosen, hybrid_chosen)),
    )


def verdict_position(tuning_wins, tuned_verdict, rule_b0, tuned_chosen, base_position) -> "position":
    """Verdict (its position; 0 = no option)"""
    return np.where(tuning_wins, tuned_verdict, np.where(rule_b0, tuned_chosen, base_position))


def verdict_index(verdict_position) -> "position":
    """Position of the verdict (1 where there is none)"""
    return np.maximum(1, verdict_position)


def verdict(no_workload, none_feasible, option_name, verdict_index) -> "":
    """Verdict"""
    return np.where(
        no_workload, "no_workload", np.where(none_feasible, "none_feasible", at(option_name, verdict_index))
    )


def verdict_accuracy(declared_accuracy, verdict_index) -> "share":
    """Verdict: declared accuracy"""
    return at(declared_accuracy, verdict_index)


def verdict_meets_target(meets_target, verdict_index) -> "flag":
    """Verdict: meets the target"""
    return at(meets_target, verdict_index)


def rule_q0(tuning_wins, verdict_accuracy, base_accuracy) -> "flag":
    """Q0: the accuracy of the verdict or of the base is not known"""
    return tuning_wins & ~(known(verdict_accuracy) & known(base_accuracy))


def strength_of_tuning(capability_reason, strong, rule_e2, weak, moderate) -> "strength":
    """Strength of a tuned verdict, before evidence is weighed"""
    return np.where(capability_reason, strong, np.where(rule_e2, weak, moderate))


def notches_lost(rule_g4, rule_q0) -> "":
    """Notches lost to thin evidence"""
    return np.where(rule_g4, 1, 0) + np.where(rule_q0, 1, 0)


def strength_of_base(no_workload, none_feasible, evidence_blocks, rule_e1, strong, moderate) -> "strength":
    """Strength of a verdict that is not tuned"""
    return np.where(no_workload | none_feasible | evidence_blocks | rule_e1, strong, moderate)


def strength(tuning_wins, weak, strength_of_tuning, notches_lost, rule_b0, strength_of_base) -> "strength":
    """Strength"""
    return np.where(
        tuning_wins,
        np.maximum(weak, strength_of_tuning - notches_lost),
        np.where(rule_b0, weak, strength_of_base),
    )


def reason(tuning_wins, capability_reason) -> "":
    """Reason"""
    return np.where(tuning_wins, np.where(capability_reason, "capability", "economics"), "none")


def condition_of_tuning(rule_c1, rule_c5, rule_c2, rule_c3, rule_c4) -> "":
    """What a tuned verdict rests on"""
    return np.where(
        rule_c1,
        "provided prompting keeps breaking the output format",
        np.where(
            rule_c5,
            "provided the base keeps missing the accuracy target",
            np.where(
                rule_c2,
                "provided the base keeps missing the vocabulary",
                np.where(
                    rule_c3,
                    "provided the base stays slower than wanted",
                    np.where(
                        rule_c4,
                        "provided the reasoning cannot be put into a prompt",
                        "provided volume and prices keep the payback within the limit",
                    ),
                ),
            ),
        ),
    )


def condition_of_blocking(tuned_left, rule_g3, rule_g1) -> "":
    """What a blocked tuned option waits for"""
    return np.where(
        ~tuned_left,
        "while every tuned option is ruled out",
        np.where(
            rule_g3,
            "until there are enough examples to tune with",
            np.where(
                rule_g1,
                "until the prompt is improved against an evaluation",
                "until prompt caching is tested",
            ),
        ),
    )


def condition_of_base(rule_n0, rule_s1, condition_of_blocking, rule_e1) -> "":
    """What a verdict for the base rests on"""
    return np.where(
        rule_n0,
        "while no tuned option is on offer",
        np.where(
            rule_s1,
            condition_of_blocking,
            np.where(
                rule_e1,
                "provided volume stays below the level at which tuning is reconsidered",
                "provided no tuned option pays back within the limit",
            ),
        ),
    )


def condition(no_workload, none_feasible, rule_b0, tuning_wins, condition_of_tuning, condition_of_base) -> "":
    """Condition of the verdict"""
    return np.where(
        no_workload,
        "until there are calls",
        np.where(
            none_feasible,
            "until a limit is lifted",
            np.where(
                rule_b0,
                "while no option on the prompt side is feasible",
                np.where(tuning_wins, condition_of_tuning, condition_of_base),
            ),
        ),
    )


def accuracy_given_up(verdict_accuracy, base_accuracy) -> "share":
    """Accuracy, base less verdict (none where either is unknown)"""
    return np.where(known(verdict_accuracy) & known(base_accuracy), base_accuracy - verdict_accuracy, 0)


def less_accurate(verdict_position, accuracy_given_up, has_base, tolerance) -> "flag":
    """The verdict is less accurate than the base"""
    return has_base & (verdict_position > 0) & (accuracy_given_up > tolerance)


def cheapest_shortlist(no_workload, eligible, meets_target) -> "flag":
    """Shortlist: not out, and meets the target"""
    return ~no_workload & eligible & meets_target


def conflict(verdict_position, cheapest_chosen) -> "flag":
    """The verdict is not the cheapest"""
    return (verdict_position > 0) & (cheapest_chosen > 0) & (cheapest_chosen != verdict_position)


def other_option(eligible, option_position, verdict_position) -> "flag":
    """Not out, and not the verdict"""
    return eligible & (option_position != verdict_position)


def other_meets_target(other_option, meets_target) -> "flag":
    """Of these, meets the target"""
    return other_option & meets_target


def any_other_meets_target(other_meets_target) -> "flag":
    """One of these does"""
    return highest(other_meets_target)


def runner_up_shortlist(any_other_meets_target, other_meets_target, other_option) -> "flag":
    """Shortlist: the best other option"""
    return np.where(any_other_meets_target, other_meets_target, other_option)


def reference_position(current_position, base_position) -> "position":
    """What the verdict is compared with: what runs today, else the base"""
    return np.where(current_position > 0, current_position, base_position)


def headline_position(verdict_position, reference_position, runner_up_chosen) -> "position":
    """Compared with in the headline (its position; 0 = nothing)"""
    return np.where(
        verdict_position > 0,
        np.where(
            (reference_position > 0) & (reference_position != verdict_position),
            reference_position,
            runner_up_chosen,
        ),
        0,
    )


def headline_index(headline_position) -> "position":
    """Position of what the headline compares with"""
    return np.maximum(1, headline_position)


def contender_position(verdict_position, base_position, runner_up_chosen) -> "position":
    """What is weighed against the base: the verdict, or where that is the base the runner-up (0 = nothing)"""
    return np.where(verdict_position != base_position, verdict_position, runner_up_chosen)


def contender_index(contender_position) -> "position":
    """Position of what is weighed against the base"""
    return np.maximum(1, contender_position)


def contender_one_time_delta(one_time_delta, contender_index) -> "$":
    """Weighed against the base: one-time cost"""
    return at(one_time_delta, contender_index)


def contender_saving_per_call(saving_per_call_effective, contender_index) -> "$/call":
    """Weighed against the base: saving per call, errors and waiting included"""
    return at(saving_per_call_effective, contender_index)


def contender_fixed_saving(fixed_saving_per_month, contender_index) -> "$/month":
    """Weighed against the base: saving in fixed cost"""
    return at(fixed_saving_per_month, contender_index)


def contender_retrain_delta(retrain_delta_per_month, contender_index) -> "$/month":
    """Weighed against the base: retraining"""
    return at(retrain_delta_per_month, contender_index)
