"""The cheapest hosted option"""

import numpy as np

from casebook.model.row import at, lowest, position_of_lowest


def hosted_bill(has_gpu, is_candidate, cash_per_month, never) -> "$/month":
    """Monthly bill of each hosted candidate, month 1"""
    return np.where(~has_gpu & is_candidate, cash_per_month, never)


def hosted_known(hosted_bill, never) -> "flag":
    """There is a hosted candidate"""
    return lowest(hosted_bill) < never


def hosted_position(hosted_bill) -> "position":
    """The hosted candidate with the lowest bill"""
    return position_of_lowest(hosted_bill)


def hosted_cost_per_call(first_cost_per_call, hosted_position) -> "$/call":
    """Its cost per call"""
    return at(first_cost_per_call, hosted_position)


def hosted_fixed_cost(first_fixed_cost, hosted_position) -> "$/month":
    """Its fixed cost"""
    return at(first_fixed_cost, hosted_position)
