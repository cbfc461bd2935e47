"""What the prompt cache saves

Lines of the calculator `prompt_cache`, a column an option that has a cache; source article, claim 111.
"""

import numpy as np

from casebook.model.row import at, known


def cacheable_tokens(prefix_tokens, cached_context_share, context_tokens) -> "tokens/call":
    """Tokens that the cache holds: the prefix and the cached share of the context"""
    return prefix_tokens + cached_context_share * context_tokens


def cacheable_share(cacheable_tokens, input_tokens) -> "share":
    """Share of the input that the cache holds"""
    return np.where(input_tokens > 0, cacheable_tokens / input_tokens, 0)


def prefix_shortfall(cache_minimum_tokens, prefix_tokens) -> "tokens":
    """Tokens that the prefix lacks to be cacheable at all"""
    return np.maximum(0, cache_minimum_tokens - prefix_tokens)


def first_arrivals(arrivals_per_lifetime) -> "calls":
    """Calls arriving in one cache lifetime, per prompt variant, month 1"""
    return at(arrivals_per_lifetime, 1)


def first_multiplier(cache_multiplier) -> "×":
    """Price multiplier of cached tokens, month 1"""
    return at(cache_multiplier, 1)


def uncached_cost(cacheable_tokens, input_token_price, batch_factor) -> "$/call":
    """What those tokens cost without the cache"""
    return cacheable_tokens * input_token_price * batch_factor


def cached_cost(uncached_cost, first_multiplier) -> "$/call":
    """What they cost with it"""
    return uncached_cost * first_multiplier


def cache_saving_per_call(uncached_cost, cached_cost) -> "$/call":
    """Saving per call"""
    return uncached_cost - cached_cost


def cache_saving_per_month(cache_saving_per_call, first_own_calls) -> "$/month":
    """Saving, month 1"""
    return cache_saving_per_call * first_own_calls


def call_without_cache(own_cost_per_call, cache_saving_per_call) -> "$/call":
    """Cost of a call without the cache, month 1"""
    return at(own_cost_per_call, 1) + cache_saving_per_call


def cache_saving_share(call_without_cache, cache_saving_per_call) -> "share":
    """Saving as a share of the cost of a call"""
    return np.where(call_without_cache > 0, cache_saving_per_call / call_without_cache, 0)


def two_calls_multiplier(cache_write_multiplier, cache_read_multiplier) -> "×":
    """One write and one read, where two uncached calls are two"""
    return cache_write_multiplier + cache_read_multiplier


def saves_with_hits(cache_write_multiplier, cache_read_multiplier) -> "flag":
    """A hit costs less than an uncached call and than a write"""
    return (cache_read_multiplier < 1) & (cache_read_multiplier < cache_write_multiplier)


def breakeven_hit_rate(saves_with_hits, cache_write_multiplier, cache_read_multiplier) -> "share":
    """Hit rate above which the cache saves"""
    return np.where(
        saves_with_hits,
        np.maximum(0, (cache_write_multiplier - 1) / (cache_write_multiplier - cache_read_multiplier)),
        np.nan,
    )


def breakeven_arrivals(cache_arrivals, breakeven_hit_rate) -> "calls":
    """Calls in one lifetime that give this hit rate (unknown where the hit rate is given)"""
    return np.where(
        known(breakeven_hit_rate) & (cache_arrivals != "given"),
        np.where(
            cache_arrivals == "fixed",
            breakeven_hit_rate / (1 - breakeven_hit_rate),
            -np.log(1 - breakeven_hit_rate),
        ),
        np.nan,
    )


def lifetimes_per_month(active_hours_per_month, minutes_per_hour, cache_ttl_minutes) -> "lifetimes/month":
    """Cache lifetimes in the active hours of a month"""
    return active_hours_per_month * minutes_per_hour / cache_ttl_minutes


def cache_breakeven_calls(breakeven_arrivals, lifetimes_per_month, prompt_variants) -> "calls/month":
    """Calls a month above which the cache saves"""
    return np.where(known(breakeven_arrivals), breakeven_arrivals * lifetimes_per_month * prompt_variants, np.nan)


def cache_pays(cache_on, breakeven_hit_rate, first_hit_rate, tolerance) -> "flag":
    """The cache is on and saves"""
    return cache_on & known(breakeven_hit_rate) & (first_hit_rate >= breakeven_hit_rate - tolerance)


def two_lifetimes(cache_write_multiplier, short_cache_write, long_cache_write, tolerance) -> "flag":
    """The vendor sells two lifetimes: writes cost what one of them does"""
    return (np.abs(cache_write_multiplier - short_cache_write) <= tolerance) | (
        np.abs(cache_write_multiplier - long_cache_write) <= tolerance
    )


def arrivals_per_minute(first_arrivals, cache_ttl_minutes) -> "calls/minute":
    """Calls a minute of the active hours, per prompt variant"""
    return first_arrivals / cache_ttl_minutes


def short_lifetime_hit_rate(cache_arrivals, given_hit_rate, arrivals_per_minute, short_cache_lifetime) -> "share":
    """Hit rate with the short lifetime"""
    return np.where(
        cache_arrivals == "given",
        given_hit_rate,
        np.where(
            cache_arrivals == "fixed",
            arrivals_per_minute * short_cache_lifetime / (1 + arrivals_per_minute * short_cache_lifetime),
            1 - np.exp(-arrivals_per_minute * short_cache_lifetime),
        ),
    )


def long_lifetime_hit_rate(cache_arrivals, given_hit_rate, arrivals_per_minute, long_cache_lifetime) -> "share":
    """Hit rate with the long lifetime"""
    return np.where(
        cache_arrivals == "given",
        given_hit_rate,
        np.where(
            cache_arrivals == "fixed",
            arrivals_per_minute * long_cache_lifetime / (1 + arrivals_per_minute * long_cache_lifetime),
            1 - np.exp(-arrivals_per_minute * long_cache_lifetime),
        ),
    )


def short_lifetime_multiplier(two_lifetimes, short_lifetime_hit_rate, cache_read_multiplier, short_cache_write) -> "×":
    """Price multiplier of cached tokens with the short lifetime"""
    return np.where(
        two_lifetimes,
        short_lifetime_hit_rate * cache_read_multiplier + (1 - short_lifetime_hit_rate) * short_cache_write,
        np.nan,
    )


def long_lifetime_multiplier(two_lifetimes, long_lifetime_hit_rate, cache_read_multiplier, long_cache_write) -> "×":
    """Price multiplier of cached tokens with the long lifetime"""
    return np.where(
        two_lifetimes,
        long_lifetime_hit_rate * cache_read_multiplier + (1 - long_lifetime_hit_rate) * long_cache_write,
        np.nan,
    )


def long_lifetime_saving(
    two_lifetimes, short_lifetime_multiplier, long_lifetime_multiplier, uncached_cost, first_own_calls
) -> "$/month":
    """What the long lifetime saves over the short one, month 1"""
    return np.where(
        two_lifetimes,
        (short_lifetime_multiplier - long_lifetime_multiplier) * uncached_cost * first_own_calls,
        np.nan,
    )
