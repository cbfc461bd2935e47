"""Workload and prices over time"""

import numpy as np

from casebook.model.row import at, highest


def calls(calls_per_month, growth_per_month, month) -> "calls/month":
    """Calls arriving"""
    return calls_per_month * (1 + growth_per_month) ** (month - 1)


def llm_price_factor(price_decline, month, months_per_year) -> "×":
    """Price factor of LLMs, embedding and reranking"""
    return (1 - price_decline) ** ((month - 1) / months_per_year)


def gpu_price_factor(gpu_price_decline, month, months_per_year) -> "×":
    """Price factor of GPUs"""
    return (1 - gpu_price_decline) ** ((month - 1) / months_per_year)


def months_shown(month) -> "months":
    """Months on the time sheet"""
    return highest(month)


def final_month(horizon_months, months_shown) -> "months":
    """Last month of the horizon"""
    return np.minimum(horizon_months, months_shown)


def window(final_month, max_payback_months, months_shown) -> "months":
    """Window in which a payback must last"""
    return np.maximum(final_month, np.minimum(max_payback_months, months_shown))


def window_month(window, tolerance) -> "months":
    """Month in which that window ends"""
    return np.maximum(1, np.ceil(window - tolerance))


def calls_last_month(calls, final_month) -> "calls/month":
    """Calls in the last month of the horizon"""
    return at(calls, final_month)


def monthly_discount_rate(discount_rate, months_per_year) -> "per month":
    """Discount rate per month"""
    return (1 + discount_rate) ** (1 / months_per_year) - 1
