"""Accuracy and latency

Escalation blends with the fallback's declared accuracy, which is optimistic: escalated calls are the harder ones.
"""

import numpy as np

from casebook.model.row import known


def accuracy_known(accuracy, fallback_accuracy) -> "flag":
    """Accuracy is known"""
    return known(accuracy) & known(fallback_accuracy)


def declared_accuracy(accuracy_known, escalation_rate, accuracy, fallback_accuracy) -> "share":
    """Declared accuracy, escalation blended"""
    return np.where(accuracy_known, (1 - escalation_rate) * accuracy + escalation_rate * fallback_accuracy, np.nan)


def accuracy_gained(gain_pp_per_month, points_per_unit, month) -> "share":
    """Accuracy gained by model upgrades

    Source article, claim 14.
    """
    return gain_pp_per_month / points_per_unit * (month - 1)


def accuracy_drifted(full_scope, drift_pp_per_quarter, points_per_unit, months_per_quarter, model_age) -> "share":
    """Accuracy lost to drift

    Source article, claim 107.
    """
    return full_scope * drift_pp_per_quarter / (points_per_unit * months_per_quarter) * model_age


def own_accuracy(accuracy, accuracy_gained, accuracy_drifted) -> "share":
    """Accuracy of the calls it answers itself"""
    return np.where(
        known(accuracy), np.minimum(1, np.maximum(0, accuracy + accuracy_gained - accuracy_drifted)), np.nan
    )


def blended_accuracy(accuracy_known, escalation_rate, own_accuracy, fallback_accuracy) -> "share":
    """Accuracy"""
    return np.where(accuracy_known, (1 - escalation_rate) * own_accuracy + escalation_rate * fallback_accuracy, np.nan)


def error_cost(full_scope, accuracy_known, calls, blended_accuracy, cost_per_error) -> "$/month":
    """Cost of errors"""
    return np.where(accuracy_known, full_scope * calls * (1 - blended_accuracy) * cost_per_error, 0)


def tokens_to_read(input_tokens, cached_tokens, cached_prefill_speedup) -> "tokens/call":
    """Input tokens to read

    Those read from the cache count for as many as are read in the same time without it.
    """
    return input_tokens - cached_tokens + cached_tokens / cached_prefill_speedup


def time_to_first_token(response_prefill_tokens_per_second, response_overhead, tokens_to_read) -> "s":
    """Time to first token"""
    return np.where(
        known(response_prefill_tokens_per_second),
        response_overhead + tokens_to_read / response_prefill_tokens_per_second,
        np.nan,
    )


def own_latency_known(response_prefill_tokens_per_second, response_decode_tokens_per_second) -> "flag":
    """Response time of its own calls is known"""
    return known(response_prefill_tokens_per_second) & known(response_decode_tokens_per_second)


def own_latency(own_latency_known, time_to_first_token, output_tokens, response_decode_tokens_per_second) -> "s":
    """Response time of its own calls"""
    return np.where(own_latency_known, time_to_first_token + output_tokens / response_decode_tokens_per_second, np.nan)


def latency_known(own_latency_known, fallback_own_latency_known) -> "flag":
    """Response time is known"""
    return own_latency_known & fallback_own_latency_known


def latency(latency_known, router_share, own_latency, escalation_rate, fallback_own_latency) -> "s":
    """Response time, escalation blended"""
    return np.where(latency_known, (1 - router_share) * own_latency + escalation_rate * fallback_own_latency, np.nan)


def latency_cost(full_scope, latency_known, calls, batch_share, latency, value_per_second) -> "$/month":
    """Cost of waiting (nobody waits for a batch)"""
    return np.where(latency_known, full_scope * calls * (1 - batch_share) * latency * value_per_second, 0)
