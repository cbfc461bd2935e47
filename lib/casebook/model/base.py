"""The base: the best option on the prompt side"""

import numpy as np

from casebook.model.row import at, highest, known


def no_workload(calls_per_month, tolerance) -> "flag":
    """There are no calls"""
    return calls_per_month <= tolerance


def shape(knowledge) -> "flag":
    """The workload needs knowledge that the model lacks"""
    return knowledge != "none"


def meets_target(accuracy_target, accuracy_known, declared_accuracy, tolerance) -> "flag":
    """Meets the accuracy target"""
    return np.where(
        known(accuracy_target),
        np.where(accuracy_known, declared_accuracy >= accuracy_target - tolerance, False),
        True,
    )


def latency_limit(latency_target, tolerance) -> "s":
    """Slowest response that is fast enough"""
    return np.where(known(latency_target), latency_target + tolerance, np.nan)


def fast_enough(first_latency, latency_limit) -> "flag":
    """Within the response time wanted"""
    return np.where(known(latency_limit) & known(first_latency), first_latency <= latency_limit, False)


def out_of_capacity(is_candidate, infeasible) -> "flag":
    """Out: capacity or memory exceeded within the horizon"""
    return is_candidate & infeasible


def out_by_provider(is_candidate, is_tuned, has_gpu, provider_tunable, tuning_unavailable) -> "flag":
    """Out: the provider does not tune"""
    return is_candidate & is_tuned & ~has_gpu & (~provider_tunable | tuning_unavailable)


def out_by_operations(is_candidate, has_gpu, ops_capable) -> "flag":
    """Out: nobody to operate GPUs"""
    return is_candidate & has_gpu & ~ops_capable


def eligible(is_candidate, out_of_capacity, out_by_provider, out_by_operations) -> "flag":
    """Candidate that is not out"""
    return is_candidate & ~out_of_capacity & ~out_by_provider & ~out_by_operations


def right_shape(eligible, shape, is_retrieval, is_plain_prompt) -> "flag":
    """Prompt-side candidate of the right shape"""
    return eligible & np.where(shape, is_retrieval, is_plain_prompt)


def any_right_shape(right_shape) -> "flag":
    """There is one of the right shape"""
    return highest(right_shape)


def prompt_side_pool(any_right_shape, right_shape, eligible, is_tuned) -> "flag":
    """Pool: prompt side, of the right shape where there is one"""
    return np.where(any_right_shape, right_shape, eligible & ~is_tuned)


def two_tier_pool(eligible, kind, shape, context_tokens) -> "flag":
    """Pool: two-tier routing"""
    return eligible & (kind == "two_tier") & (~shape | (context_tokens > 0))


def starting_index(prompt_side_chosen) -> "position":
    """Position of the first choice"""
    return np.maximum(1, prompt_side_chosen)


def starting_accuracy(declared_accuracy, starting_index) -> "share":
    """First choice: accuracy"""
    return at(declared_accuracy, starting_index)


def starting_meets_target(meets_target, starting_index) -> "flag":
    """First choice: meets the target"""
    return at(meets_target, starting_index)


def starting_tco(tco, starting_index) -> "$":
    """First choice: total cost"""
    return at(tco, starting_index)


def two_tier_index(two_tier_chosen) -> "position":
    """Position of the two-tier choice"""
    return np.maximum(1, two_tier_chosen)


def two_tier_accuracy(declared_accuracy, two_tier_index) -> "share":
    """Two-tier: accuracy"""
    return at(declared_accuracy, two_tier_index)


def two_tier_meets_target(meets_target, two_tier_index) -> "flag":
    """Two-tier: meets the target"""
    return at(meets_target, two_tier_index)


def two_tier_tco(tco, two_tier_index) -> "$":
    """Two-tier: total cost"""
    return at(tco, two_tier_index)


def two_tier_bar(accuracy_target, starting_accuracy) -> "share":
    """Accuracy that two-tier must reach under a target"""
    return np.where(
        known(accuracy_target) & known(starting_accuracy),
        np.minimum(accuracy_target, starting_accuracy),
        accuracy_target,
    )


def two_tier_reaches_bar(accuracy_target, two_tier_accuracy, two_tier_bar, tolerance) -> "flag":
    """Two-tier reaches it"""
    return np.where(
        known(accuracy_target) & known(two_tier_accuracy),
        two_tier_accuracy >= two_tier_bar - tolerance,
        False,
    )


def two_tier_good_enough(two_tier_accuracy, starting_accuracy, accuracy_margin, tolerance) -> "flag":
    """Two-tier is as accurate as the first choice, within the margin"""
    return np.where(
        known(two_tier_accuracy) & known(starting_accuracy),
        two_tier_accuracy >= starting_accuracy - accuracy_margin - tolerance,
        True,
    )


def two_tier_replaces(
    two_tier_tco, starting_tco, money_tolerance, accuracy_target, two_tier_reaches_bar, two_tier_good_enough
) -> "flag":
    """Two-tier costs less and is accurate enough"""
    return (two_tier_tco < starting_tco - money_tolerance) & np.where(
        known(accuracy_target), two_tier_reaches_bar, two_tier_good_enough
    )


def two_tier_rescues(starting_meets_target, two_tier_meets_target) -> "flag":
    """Two-tier meets the target where the first choice does not"""
    return ~starting_meets_target & two_tier_meets_target


def two_tier_becomes_base(
    no_workload, prompt_side_chosen, two_tier_chosen, two_tier_replaces, two_tier_rescues
) -> "flag":
    """Two-tier becomes the base"""
    return ~no_workload & (prompt_side_chosen > 0) & (two_tier_chosen > 0) & (two_tier_replaces | two_tier_rescues)


def working_position(two_tier_becomes_base, two_tier_chosen, prompt_side_chosen) -> "position":
    """Base before response time is looked at"""
    return np.where(two_tier_becomes_base, two_tier_chosen, prompt_side_chosen)


def working_index(working_position) -> "position":
    """Position of that base"""
    return np.maximum(1, working_position)


def working_accuracy(declared_accuracy, working_index) -> "share":
    """That base: accuracy"""
    return at(declared_accuracy, working_index)


def working_meets_target(meets_target, working_index) -> "flag":
    """That base: meets the target"""
    return at(meets_target, working_index)


def working_latency(first_latency, working_index) -> "s":
    """That base: response time"""
    return at(first_latency, working_index)


def working_too_slow(working_latency, latency_limit) -> "flag":
    """That base is slower than wanted"""
    return np.where(known(working_latency) & known(latency_limit), working_latency > latency_limit, False)


def as_good_as_working(accuracy_known, declared_accuracy, working_accuracy, accuracy_margin, tolerance) -> "flag":
    """As accurate as that base, within the margin"""
    return np.where(
        accuracy_known & known(working_accuracy),
        declared_accuracy >= working_accuracy - accuracy_margin - tolerance,
        True,
    )


def fast_pool(
    prompt_side_pool,
    option_position,
    working_position,
    working_too_slow,
    fast_enough,
    as_good_as_working,
    meets_target,
    working_meets_target,
) -> "flag":
    """Pool: fast enough where that base is not"""
    return (
        prompt_side_pool
        & (option_position != working_position)
        & working_too_slow
        & fast_enough
        & as_good_as_working
        & (meets_target | ~working_meets_target)
    )


def faster_becomes_base(no_workload, working_position, fast_chosen) -> "flag":
    """A faster option becomes the base"""
    return ~no_workload & (working_position > 0) & (fast_chosen > 0)


def base_position(no_workload, faster_becomes_base, fast_chosen, working_position) -> "position":
    """Base (its position; 0 = none)"""
    return np.where(no_workload, 0, np.where(faster_becomes_base, fast_chosen, working_position))


def base_index(base_position) -> "position":
    """Position of the base (1 where there is none)"""
    return np.maximum(1, base_position)


def base_accuracy(declared_accuracy, base_index) -> "share":
    """Base: declared accuracy"""
    return at(declared_accuracy, base_index)


def base_meets_target(meets_target, base_index) -> "flag":
    """Base: meets the target"""
    return at(meets_target, base_index)


def base_latency(first_latency, base_index) -> "s":
    """Base: response time"""
    return at(first_latency, base_index)
