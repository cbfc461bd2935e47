"""What inference on own GPUs costs

Lines of the calculator `gpu_inference`, a column an option with a GPU; source article, claims 104 and 114.
"""

import numpy as np

from casebook.model.row import at, known


def first_mean_load(mean_load) -> "replicas":
    """Mean load in active hours, month 1"""
    return at(mean_load, 1)


def first_peak_load(peak_load) -> "replicas":
    """Peak load, month 1"""
    return at(peak_load, 1)


def first_utilisation(utilisation) -> "share":
    """Mean utilisation in active hours, month 1: it follows from the calls"""
    return at(utilisation, 1)


def first_gpu_cost(gpu_cost) -> "$/month":
    """GPUs, month 1"""
    return at(gpu_cost, 1)


def replicas_with_spare(first_replicas) -> "replicas":
    """Replicas with a spare (N + 1)"""
    return first_replicas + 1


def gpu_cost_with_spare(replicas_with_spare, gpu_price_per_hour, hours_per_month) -> "$/month":
    """GPUs with a spare, month 1"""
    return replicas_with_spare * gpu_price_per_hour * hours_per_month


def tokens_per_month(first_own_calls, tokens_per_call) -> "tokens/month":
    """Tokens, month 1"""
    return first_own_calls * tokens_per_call


def gpu_cost_per_million(tokens_per_month, first_gpu_cost, tokens_per_price_unit) -> "$/M tokens":
    """GPUs, per million tokens at this load"""
    return np.where(tokens_per_month > 0, first_gpu_cost / tokens_per_month * tokens_per_price_unit, np.nan)


def full_load_cost_per_million(
    tokens_per_call, gpu_price_per_hour, gpu_seconds_per_call, seconds_per_hour, tokens_per_price_unit
) -> "$/M tokens":
    """GPUs, per million tokens were a replica never idle"""
    return np.where(
        tokens_per_call > 0,
        gpu_price_per_hour * gpu_seconds_per_call / seconds_per_hour / tokens_per_call * tokens_per_price_unit,
        np.nan,
    )


def output_cost_per_million(
    gpu_price_per_hour, gpu_decode_tokens_per_second, seconds_per_hour, tokens_per_price_unit
) -> "$/M tokens":
    """One million output tokens, were a replica never idle"""
    return gpu_price_per_hour / (gpu_decode_tokens_per_second * seconds_per_hour) * tokens_per_price_unit


def calls_served(
    gpu_seconds_per_call,
    first_replicas,
    target_utilisation,
    active_hours_per_month,
    seconds_per_hour,
    peak_factor,
    never,
) -> "calls/month":
    """Calls that the replicas paid for can serve, peaks included"""
    return np.where(
        gpu_seconds_per_call > 0,
        first_replicas
        * target_utilisation
        * active_hours_per_month
        * seconds_per_hour
        / (gpu_seconds_per_call * peak_factor),
        never,
    )


def key_value_cache_gb(kv_bytes_per_token, concurrent_tokens, bytes_per_gb) -> "GB":
    """Memory of the key-value cache"""
    return kv_bytes_per_token * concurrent_tokens / bytes_per_gb


def memory_at_16_bits(parameters_billion, key_value_cache_gb) -> "GB":
    """Memory with weights of 16 bits"""
    return 2 * parameters_billion + key_value_cache_gb


def memory_at_8_bits(parameters_billion, key_value_cache_gb) -> "GB":
    """Memory with weights of 8 bits"""
    return parameters_billion + key_value_cache_gb


def memory_at_4_bits(parameters_billion, key_value_cache_gb) -> "GB":
    """Memory with weights of 4 bits"""
    return parameters_billion / 2 + key_value_cache_gb


def widest_that_fits(
    gpu_memory_gb, memory_at_16_bits, memory_at_8_bits, memory_at_4_bits, bits_per_byte, tolerance
) -> "bits":
    """Widest weights that fit one replica (0: none; unknown where the memory is not given)"""
    return np.where(
        known(gpu_memory_gb),
        np.where(
            memory_at_16_bits <= gpu_memory_gb + tolerance,
            2 * bits_per_byte,
            np.where(
                memory_at_8_bits <= gpu_memory_gb + tolerance,
                bits_per_byte,
                np.where(memory_at_4_bits <= gpu_memory_gb + tolerance, bits_per_byte / 2, 0),
            ),
        ),
        np.nan,
    )


def saving_per_hosted_call(hosted_cost_per_call, first_cost_per_call) -> "$/call":
    """What a call costs less than hosted, the GPUs left out"""
    return hosted_cost_per_call - first_cost_per_call


def further_fixed_cost(first_fixed_cost, hosted_fixed_cost) -> "$/month":
    """Fixed cost beyond that of hosted"""
    return first_fixed_cost - hosted_fixed_cost


def breakeven_calls_with_hosted(
    hosted_known, saving_per_hosted_call, call_money_tolerance, further_fixed_cost, never
) -> "calls/month":
    """Calls a month from which own GPUs cost less than hosted, with the replicas paid for"""
    return np.where(
        hosted_known & (saving_per_hosted_call > call_money_tolerance),
        np.maximum(0, further_fixed_cost) / saving_per_hosted_call,
        never,
    )


def breakeven_tokens_with_hosted(breakeven_calls_with_hosted, tokens_per_call, never) -> "tokens/month":
    """Tokens a month from which own GPUs cost less than hosted"""
    return np.where(breakeven_calls_with_hosted < never, breakeven_calls_with_hosted * tokens_per_call, never)


def breakeven_within_capacity(breakeven_calls_with_hosted, calls_served, tolerance) -> "flag":
    """The replicas paid for can serve that many"""
    return breakeven_calls_with_hosted <= calls_served + tolerance


def above_token_rule(tokens_per_month, tokens_self_host) -> "flag":
    """The article's rule says self-host: more tokens a month than it names"""
    return tokens_per_month > tokens_self_host


def above_breakeven(tokens_per_month, breakeven_tokens_with_hosted) -> "flag":
    """The computed threshold says self-host"""
    return tokens_per_month >= breakeven_tokens_with_hosted


def token_rule_ratio(breakeven_tokens_with_hosted, tokens_self_host, never) -> "×":
    """The computed threshold as a multiple of the article's"""
    return np.where(breakeven_tokens_with_hosted < never, breakeven_tokens_with_hosted / tokens_self_host, never)
