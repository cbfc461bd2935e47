"""Break-even of a candidate against a baseline"""

import numpy as np

from casebook.model.row import at, highest, known, lowest, previous, running_total


def one_time_delta(candidate_one_time, baseline_one_time) -> "$":
    """One-time cost, candidate less baseline"""
    return candidate_one_time - baseline_one_time


def saving_per_call_cash(baseline_first_cost_per_call, candidate_first_cost_per_call) -> "$/call":
    """Saving per call"""
    return baseline_first_cost_per_call - candidate_first_cost_per_call


def accuracy_gap(candidate_first_accuracy, baseline_first_accuracy) -> "share":
    """Accuracy, candidate less baseline (none where either is unknown)"""
    return np.where(
        known(candidate_first_accuracy) & known(baseline_first_accuracy),
        candidate_first_accuracy - baseline_first_accuracy,
        0,
    )


def accuracy_value_per_call(full_scope, cost_per_error, accuracy_gap) -> "$/call":
    """Value of fewer errors, per call"""
    return full_scope * cost_per_error * accuracy_gap


def latency_gap(baseline_first_latency, candidate_first_latency) -> "s":
    """Response time, baseline less candidate (none where either is unknown)"""
    return np.where(
        known(candidate_first_latency) & known(baseline_first_latency),
        baseline_first_latency - candidate_first_latency,
        0,
    )


def latency_value_per_call(full_scope, value_per_second, batch_share, latency_gap) -> "$/call":
    """Value of shorter waiting, per call"""
    return full_scope * value_per_second * (1 - batch_share) * latency_gap


def saving_per_call_effective(saving_per_call_cash, accuracy_value_per_call, latency_value_per_call) -> "$/call":
    """Saving per call, errors and waiting included"""
    return saving_per_call_cash + accuracy_value_per_call + latency_value_per_call


def fixed_saving_per_month(baseline_first_fixed_cost, candidate_first_fixed_cost) -> "$/month":
    """Saving in fixed cost"""
    return baseline_first_fixed_cost - candidate_first_fixed_cost


def retrain_delta_per_month(candidate_retraining_per_month, baseline_retraining_per_month) -> "$/month":
    """Retraining, candidate less baseline"""
    return candidate_retraining_per_month - baseline_retraining_per_month


def net_saving_per_month(
    calls_per_month, saving_per_call_effective, fixed_saving_per_month, retrain_delta_per_month
) -> "$/month":
    """Net saving"""
    return calls_per_month * saving_per_call_effective + fixed_saving_per_month - retrain_delta_per_month


def is_immediate(one_time_delta, net_saving_per_month, money_tolerance) -> "flag":
    """Pays at once: costs no more up front and nothing more a month"""
    return (one_time_delta <= money_tolerance) & (net_saving_per_month >= -money_tolerance)


def is_advantage_lost(one_time_delta, net_saving_per_month, money_tolerance) -> "flag":
    """Saves up front and loses it month by month"""
    return (one_time_delta < -money_tolerance) & (net_saving_per_month < -money_tolerance)


def is_paying_back(one_time_delta, net_saving_per_month, money_tolerance) -> "flag":
    """Costs more up front and saves it month by month"""
    return (one_time_delta > money_tolerance) & (net_saving_per_month > money_tolerance)


def status(is_immediate, is_advantage_lost, is_paying_back) -> "":
    """Status, at month 1's figures"""
    return np.where(
        is_immediate,
        "immediate",
        np.where(is_advantage_lost, "advantage_lost", np.where(is_paying_back, "pays_back", "never")),
    )


def advantage_lost_month(is_advantage_lost, one_time_delta, net_saving_per_month, never) -> "months":
    """Month in which the advantage is lost"""
    return np.where(is_advantage_lost, one_time_delta / net_saving_per_month, never)


def breakeven_calls(saving_per_call_effective, call_money_tolerance, one_time_delta, never) -> "calls":
    """Break-even number of calls"""
    return np.where(
        saving_per_call_effective > call_money_tolerance,
        np.maximum(0, one_time_delta) / saving_per_call_effective,
        never,
    )


def static_months(is_immediate, is_paying_back, one_time_delta, net_saving_per_month, never) -> "months":
    """Break-even, at month 1's figures"""
    return np.where(is_immediate, 0, np.where(is_paying_back, one_time_delta / net_saving_per_month, never))


def static_weeks(static_months, never, weeks_per_year, months_per_year) -> "weeks":
    """Break-even in weeks, at month 1's figures"""
    return np.where(static_months < never, static_months * weeks_per_year / months_per_year, never)


def monthly_burden(retrain_delta_per_month, fixed_saving_per_month) -> "$/month":
    """Retraining and fixed cost, candidate less baseline"""
    return retrain_delta_per_month - fixed_saving_per_month


def volume_for_payback_12(
    saving_per_call_effective, call_money_tolerance, one_time_delta, months_per_year, monthly_burden, never
) -> "calls/month":
    """Calls a month that pay it back in 12 months"""
    return np.where(
        saving_per_call_effective > call_money_tolerance,
        np.maximum(0, (one_time_delta / months_per_year + monthly_burden) / saving_per_call_effective),
        never,
    )


def volume_for_max_payback(
    saving_per_call_effective, call_money_tolerance, one_time_delta, max_payback_months, monthly_burden, never
) -> "calls/month":
    """Calls a month that pay it back within the limit"""
    return np.where(
        saving_per_call_effective > call_money_tolerance,
        np.maximum(0, (one_time_delta / max_payback_months + monthly_burden) / saving_per_call_effective),
        never,
    )


def month_difference(candidate_month_cost, baseline_month_cost) -> "$/month":
    """Candidate less baseline, in the month"""
    return candidate_month_cost - baseline_month_cost


def difference(one_time_delta, month_difference) -> "$":
    """Candidate less baseline, end of month

    The sum of differences, not the difference of sums: equal options stay exactly level however large they grow.
    """
    return one_time_delta + running_total(month_difference)


def difference_at_start(difference, one_time_delta, candidate_retrain_spend, baseline_retrain_spend) -> "$":
    """Candidate less baseline, start of month, after retraining"""
    return previous(difference, one_time_delta) + candidate_retrain_spend - baseline_retrain_spend


def ahead_at_start(difference_at_start, difference, money_tolerance) -> "flag":
    """The candidate is ahead from the start of the month

    Level at the start and behind at the end does not count.
    """
    return (difference_at_start <= money_tolerance) & (
        (difference_at_start < -money_tolerance) | (difference <= money_tolerance)
    )


def difference_carried(difference, never) -> "$":
    """Candidate less baseline, end of the month before"""
    return previous(difference, never)


def ahead_from_start(ahead_at_start, difference_carried, money_tolerance, never, month) -> "month":
    """Start of a month with which a spell ahead begins"""
    return np.where(ahead_at_start & (difference_carried > money_tolerance), month - 1, never)


def draws_level(ahead_at_start, difference, money_tolerance, never, month, difference_at_start) -> "month":
    """Moment inside a month with which a spell ahead begins"""
    return np.where(
        ahead_at_start | (difference > money_tolerance),
        never,
        month - 1 + np.minimum(1, difference_at_start / (difference_at_start - difference)),
    )


def spell_begins(ahead_from_start, draws_level) -> "month":
    """Month in which a spell ahead begins"""
    return np.minimum(ahead_from_start, draws_level)


def first_cross_month(spell_begins) -> "months":
    """First crossing, simulated"""
    return lowest(spell_begins)


def last_difference_at_start(difference_at_start, window_month) -> "$":
    """Candidate less baseline, start of the month in which the window ends"""
    return at(difference_at_start, window_month)


def last_difference(difference, window_month) -> "$":
    """Candidate less baseline, end of the month in which the window ends"""
    return at(difference, window_month)


def window_difference(last_difference, last_difference_at_start, window_month, window) -> "$":
    """Candidate less baseline, end of the window"""
    return last_difference - (last_difference - last_difference_at_start) * (window_month - window)


def spell_in_window(spell_begins, window, tolerance) -> "spell":
    """Month in which a spell ahead begins, within the window"""
    return np.where(spell_begins <= window + tolerance, spell_begins, -1)


def latest_spell(spell_in_window) -> "spell":
    """Latest spell ahead that begins within the window"""
    return highest(spell_in_window)


def sustained_month(window_difference, money_tolerance, latest_spell, window, never) -> "months":
    """Sustained break-even, simulated"""
    return np.where(window_difference <= money_tolerance, np.where(latest_spell >= 0, latest_spell, window), never)


def crosses_within_horizon(first_cross_month, horizon_months, tolerance) -> "flag":
    """Crosses within the horizon"""
    return first_cross_month <= horizon_months + tolerance


def within_max_payback(sustained_month, max_payback_months, tolerance) -> "flag":
    """Pays back within the limit, and stays so"""
    return sustained_month <= max_payback_months + tolerance


def tco_saving(baseline_tco, candidate_tco) -> "$":
    """Saving over the horizon"""
    return baseline_tco - candidate_tco


def present_value_saving(baseline_present_value, candidate_present_value) -> "$":
    """Present value of the saving"""
    return baseline_present_value - candidate_present_value
