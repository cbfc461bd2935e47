"""Named constants: unit conversions, tolerances and the thresholds of the rules, each with its source."""

from __future__ import annotations

from typing import NamedTuple


class Constant(NamedTuple):
    """One named number of the model: it stands once on the Inputs sheet, and formulas refer to its cell."""

    value: float
    label: str
    unit: str
    source: str


CONVERSION = "definition"
TOLERANCE = "this project's convention: comparisons lean towards equality"
OWN_READING = "this project's reading"
CACHE_PAGE = "Anthropic's page on prompt caching, seen 2026-11-22: two lifetimes, each with a price of writing"

CONSTANTS: dict[str, Constant] = {
    "months_per_year": Constant(12, "Months in a year", "months", CONVERSION),
    "months_per_quarter": Constant(3, "Months in a quarter", "months", CONVERSION),
    "weeks_per_year": Constant(52, "Weeks in a year", "weeks", CONVERSION),
    "minutes_per_hour": Constant(60, "Minutes in an hour", "minutes", CONVERSION),
    "seconds_per_hour": Constant(3600, "Seconds in an hour", "s", CONVERSION),
    "points_per_unit": Constant(100, "Percentage points in a whole", "pp", CONVERSION),
    "tokens_per_price_unit": Constant(1e6, "Tokens that a price is quoted for", "tokens", CONVERSION),
    "bits_per_byte": Constant(8, "Bits in a byte", "bits", CONVERSION),
    "bytes_per_gb": Constant(1e9, "Bytes in a gigabyte", "bytes", CONVERSION),
    "never": Constant(1e99, "Never", "months", "stands for a month that does not come"),
    "tolerance": Constant(1e-9, "Tolerance on shares, months, counts and seconds", "", TOLERANCE),
    "money_tolerance": Constant(1e-6, "Tolerance on money", "$", TOLERANCE),
    "call_money_tolerance": Constant(1e-15, "Tolerance on money per call", "$/call", TOLERANCE),
    "format_failure_limit": Constant(
        0.05, "Format failures that prompting may leave", "share", "source article, claim 24"
    ),
    "normal_quantile_95": Constant(
        1.959963984540054,
        "Normal quantile of a 95 % two-sided interval",
        "",
        f"standard normal distribution, 0.975 quantile; a Wilson bound here is {OWN_READING}",
    ),
    "examples_minimum": Constant(
        500, "Training examples below which tuning is blocked", "examples", "source article, claim 99"
    ),
    "examples_stable": Constant(
        2000, "Training examples where quality starts to stabilise", "examples", "source article, claim 100"
    ),
    "calls_revisit": Constant(
        2e6,
        "Calls a month below which retrieval keeps the work",
        "calls/month",
        "source article, claim 78",
    ),
    "calls_large": Constant(
        5e6,
        "Calls a month at which tuning is revisited",
        "calls/month",
        f"source article, claim 79; between 2M and 5M: {OWN_READING}",
    ),
    "tokens_self_host": Constant(
        20e6,
        "Tokens a month above which self-hosting is considered",
        "tokens/month",
        "source article, claim 104",
    ),
    "short_cache_lifetime": Constant(5, "Prompt cache: the short lifetime", "minutes", CACHE_PAGE),
    "long_cache_lifetime": Constant(60, "Prompt cache: the long lifetime", "minutes", CACHE_PAGE),
    "short_cache_write": Constant(1.25, "Prompt cache: a write for the short lifetime", "×", CACHE_PAGE),
    "long_cache_write": Constant(2, "Prompt cache: a write for the long lifetime", "×", CACHE_PAGE),
    "major_line_share": Constant(
        0.1, "Share of a month from which a line is a major one", "share", f"source article, claim 113: {OWN_READING}"
    ),
    "strong": Constant(3, "Strength: strong", "", OWN_READING),
    "moderate": Constant(2, "Strength: moderate", "", OWN_READING),
    "weak": Constant(1, "Strength: weak", "", OWN_READING),
}
