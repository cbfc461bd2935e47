"""Prompt caching"""

import numpy as np

from casebook.model.row import known


def arriving_calls(calls, traffic_share) -> "calls/month":
    """Calls that reach this option"""
    return calls * traffic_share


def router_share(escalation_mode, escalation_rate) -> "share":
    """Calls that a router sends elsewhere at once"""
    return np.where(escalation_mode == "router", escalation_rate, 0)


def own_calls(arriving_calls, router_share) -> "calls/month":
    """Calls that this option answers itself"""
    return arriving_calls * (1 - router_share)


def cache_on(cache_enabled, prefix_tokens, cache_minimum_tokens, tolerance) -> "flag":
    """The prompt cache is on: enabled, and the prefix is long enough"""
    return cache_enabled & (prefix_tokens >= cache_minimum_tokens - tolerance)


def arrivals_per_lifetime(
    own_calls, active_hours_per_month, minutes_per_hour, prompt_variants, cache_ttl_minutes
) -> "calls":
    """Calls arriving in one cache lifetime, per prompt variant"""
    return own_calls / (active_hours_per_month * minutes_per_hour * prompt_variants) * cache_ttl_minutes


def given_hit_rate(stated_hit_rate) -> "share":
    """Cache hit rate as stated (none where it is not)"""
    return np.where(known(stated_hit_rate), stated_hit_rate, 0)


def random_hit_rate(cache_arrivals, arrivals_per_lifetime) -> "share":
    """Cache hit rate of calls that arrive at random

    Poisson arrivals: a sliding lifetime is renewed by each hit (1 - e^-x), a fixed one is not (x / (1 + x)).
    """
    return np.where(
        cache_arrivals == "fixed",
        arrivals_per_lifetime / (1 + arrivals_per_lifetime),
        1 - np.exp(-arrivals_per_lifetime),
    )


def hit_rate(cache_on, cache_arrivals, given_hit_rate, random_hit_rate) -> "share":
    """Cache hit rate"""
    return np.where(cache_on, np.where(cache_arrivals == "given", given_hit_rate, random_hit_rate), 0)


def cache_multiplier(cache_on, hit_rate, cache_read_multiplier, cache_write_multiplier) -> "×":
    """Price multiplier of cached tokens"""
    return np.where(cache_on, hit_rate * cache_read_multiplier + (1 - hit_rate) * cache_write_multiplier, 1)


def cached_context_share(cacheable_context_share, cache_on) -> "share":
    """Share of the retrieved context that is cached"""
    return cacheable_context_share * cache_on


def context_multiplier(cached_context_share, cache_multiplier) -> "×":
    """Price multiplier of the retrieved context"""
    return 1 - cached_context_share + cached_context_share * cache_multiplier


def cached_tokens(hit_rate, prefix_tokens, cached_context_share, context_tokens) -> "tokens/call":
    """Tokens read from the cache"""
    return hit_rate * (prefix_tokens + cached_context_share * context_tokens)
