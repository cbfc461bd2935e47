"""Hosting and GPUs"""

import numpy as np

from casebook.model.row import at, known, lowest


def input_tokens(prefix_tokens, user_tokens, context_tokens) -> "tokens/call":
    """Input tokens of a call"""
    return prefix_tokens + user_tokens + context_tokens


def gpu_seconds_per_call(
    has_gpu, input_tokens, gpu_prefill_tokens_per_second, output_tokens, gpu_decode_tokens_per_second
) -> "s/call":
    """GPU time of a call"""
    return np.where(
        has_gpu,
        input_tokens / gpu_prefill_tokens_per_second + output_tokens / gpu_decode_tokens_per_second,
        0,
    )


def mean_load(own_calls, active_hours_per_month, seconds_per_hour, gpu_seconds_per_call) -> "replicas":
    """Mean load in active hours"""
    return own_calls / (active_hours_per_month * seconds_per_hour) * gpu_seconds_per_call


def peak_load(mean_load, peak_factor) -> "replicas":
    """Peak load"""
    return mean_load * peak_factor


def replicas_needed(has_gpu, minimum_replicas, peak_load, target_utilisation, tolerance) -> "replicas":
    """Replicas needed"""
    return np.where(has_gpu, np.maximum(minimum_replicas, np.ceil(peak_load / target_utilisation - tolerance)), 0)


def replicas(maximum_replicas, replicas_needed) -> "replicas":
    """Replicas paid for"""
    return np.where(known(maximum_replicas), np.minimum(replicas_needed, maximum_replicas), replicas_needed)


def utilisation(replicas, mean_load) -> "share":
    """Mean utilisation"""
    return np.where(replicas > 0, mean_load / replicas, 0)


def capacity_exceeded(maximum_replicas, replicas_needed, tolerance) -> "flag":
    """More replicas are needed than there may be"""
    return np.where(known(maximum_replicas), replicas_needed > maximum_replicas + tolerance, False)


def month_exceeded(capacity_exceeded, month, horizon_months, never) -> "month":
    """Month of the horizon in which capacity is exceeded"""
    return np.where(capacity_exceeded & (month <= horizon_months), month, never)


def first_month_exceeded(month_exceeded) -> "month":
    """First month in which capacity is exceeded"""
    return lowest(month_exceeded)


def memory_needed_gb(
    parameters_billion, bits_per_weight, bits_per_byte, kv_bytes_per_token, concurrent_tokens, bytes_per_gb
) -> "GB":
    """Memory needed by weights and key-value cache, one replica"""
    return parameters_billion * bits_per_weight / bits_per_byte + kv_bytes_per_token * concurrent_tokens / bytes_per_gb


def memory_fits(gpu_memory_gb, memory_needed_gb, tolerance) -> "flag":
    """The model fits the memory of one replica (not tested where the memory is not given)"""
    return np.where(known(gpu_memory_gb), memory_needed_gb <= gpu_memory_gb + tolerance, True)


def infeasible(first_month_exceeded, never, memory_fits) -> "flag":
    """Capacity or memory is exceeded within the horizon"""
    return (first_month_exceeded < never) | ~memory_fits


def tuned_hosting_cost(hosting_per_month, hosting_per_hour, hours_per_month) -> "$/month":
    """Hosting of the tuned model"""
    return hosting_per_month + hosting_per_hour * hours_per_month


def gpu_cost(replicas, gpu_price_per_hour, hours_per_month, gpu_price_factor, has_gpu) -> "$/month":
    """GPUs"""
    return np.where(has_gpu, replicas * gpu_price_per_hour * hours_per_month * gpu_price_factor, 0)


def operations_labour(full_scope, ops_hours_per_month, labour_rate) -> "$/month":
    """Labour of operations"""
    return full_scope * ops_hours_per_month * labour_rate


def hosting_cost(tuned_hosting_cost, gpu_cost, operations_labour, gpu_other_per_month) -> "$/month":
    """Hosting and GPUs, operations included"""
    return tuned_hosting_cost + gpu_cost + operations_labour + gpu_other_per_month


def fixed_cost(retrieval_cost, hosting_cost) -> "$/month":
    """Fixed cost"""
    return retrieval_cost + hosting_cost


def first_replicas(replicas) -> "replicas":
    """Replicas, month 1"""
    return at(replicas, 1)
