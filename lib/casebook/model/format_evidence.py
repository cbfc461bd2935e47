"""Evidence of format failures

The lower end of the Wilson score interval (Wilson 1927, J. Am. Stat. Assoc. 22, 209-212) is compared with the
limit of claim 24, so that a handful of trials proves nothing.
"""

import numpy as np

from casebook.model.row import known


def format_failure_rate(format_failures, format_trials) -> "share":
    """Format failures observed"""
    return np.where(known(format_failures) & known(format_trials), format_failures / format_trials, np.nan)


def wilson_centre(format_failure_rate, format_trials, normal_quantile_95) -> "share":
    """Wilson interval: centre before scaling"""
    return np.where(
        known(format_failure_rate), format_failure_rate + normal_quantile_95**2 / (2 * format_trials), np.nan
    )


def wilson_variance(format_failure_rate, format_trials, normal_quantile_95) -> "variance":
    """Wilson interval: variance before scaling"""
    return np.where(
        known(format_failure_rate),
        np.maximum(0, format_failure_rate * (1 - format_failure_rate) / format_trials)
        + normal_quantile_95**2 / (4 * format_trials**2),
        np.nan,
    )


def wilson_lower_bound(wilson_centre, wilson_variance, format_trials, normal_quantile_95) -> "share":
    """Format failures: lower 95 % Wilson bound"""
    return np.where(
        known(wilson_centre),
        (wilson_centre - normal_quantile_95 * np.sqrt(wilson_variance)) / (1 + normal_quantile_95**2 / format_trials),
        np.nan,
    )


def format_fails(wilson_lower_bound, format_failure_limit, tolerance) -> "flag":
    """Format failures are above the limit for certain"""
    return np.where(known(wilson_lower_bound), wilson_lower_bound > format_failure_limit + tolerance, False)


def format_may_fail(format_failure_rate, format_fails, format_failure_limit, tolerance) -> "flag":
    """Format failures may be above the limit: more trials would tell"""
    return np.where(
        known(format_failure_rate),
        (format_failure_rate > format_failure_limit + tolerance) & ~format_fails,
        False,
    )
