"""Totals over time"""

from casebook.model.row import at, running_total


def usage_cost(calls, cost_per_call) -> "$/month":
    """Cost of calls"""
    return calls * cost_per_call


def quality_cost(error_cost, latency_cost) -> "$/month":
    """Cost of errors and waiting"""
    return error_cost + latency_cost


def running_cost(usage_cost, fixed_cost, quality_cost) -> "$/month":
    """Running cost"""
    return usage_cost + fixed_cost + quality_cost


def month_cost(retrain_spend, running_cost) -> "$/month":
    """Cost of the month, retraining included"""
    return retrain_spend + running_cost


def cumulative_cost(one_time, month_cost) -> "$":
    """Cumulative cost, end of month"""
    return one_time + running_total(month_cost)


def discounted_cost(retrain_spend, running_cost, monthly_discount_rate, month) -> "$/month":
    """Cost of the month, discounted

    Retraining is paid at its start, the rest at its end.
    """
    return (
        retrain_spend / (1 + monthly_discount_rate) ** (month - 1) + running_cost / (1 + monthly_discount_rate) ** month
    )


def cumulative_present_value(one_time, discounted_cost) -> "$":
    """Cumulative cost, discounted"""
    return one_time + running_total(discounted_cost)


def tco(cumulative_cost, final_month) -> "$":
    """Total cost over the horizon"""
    return at(cumulative_cost, final_month)


def present_value(cumulative_present_value, final_month) -> "$":
    """Present value of the total cost"""
    return at(cumulative_present_value, final_month)


def first_hit_rate(hit_rate) -> "share":
    """Cache hit rate, month 1"""
    return at(hit_rate, 1)


def first_cost_per_call(cost_per_call) -> "$/call":
    """Cost per call, month 1"""
    return at(cost_per_call, 1)


def first_fixed_cost(fixed_cost) -> "$/month":
    """Fixed cost, month 1"""
    return at(fixed_cost, 1)


def cash_per_month(usage_cost, first_fixed_cost) -> "$/month":
    """Monthly bill: calls and fixed cost, month 1"""
    return at(usage_cost, 1) + first_fixed_cost


def first_error_cost(error_cost) -> "$/month":
    """Cost of errors, month 1"""
    return at(error_cost, 1)


def first_latency_cost(latency_cost) -> "$/month":
    """Cost of waiting, month 1"""
    return at(latency_cost, 1)


def first_accuracy(blended_accuracy) -> "share":
    """Accuracy, month 1"""
    return at(blended_accuracy, 1)


def first_latency(latency) -> "s":
    """Response time, month 1"""
    return at(latency, 1)


def cost_per_call_last_month(cost_per_call, final_month) -> "$/call":
    """Cost per call, last month of the horizon"""
    return at(cost_per_call, final_month)


def accuracy_last_month(blended_accuracy, final_month) -> "share":
    """Accuracy, last month of the horizon"""
    return at(blended_accuracy, final_month)


def monthly_tokens(calls_per_month, input_tokens, output_tokens) -> "tokens/month":
    """Tokens a month"""
    return calls_per_month * (input_tokens + output_tokens)
