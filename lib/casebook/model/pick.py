"""Picking the cheapest of a shortlist; ties go to the earlier kind, then to the earlier option"""

import numpy as np

from casebook.model.row import highest, lowest, position_of_lowest


def shortlisted_cost(shortlist, tco, never) -> "$":
    """Total cost of the shortlisted"""
    return np.where(shortlist, tco, never)


def lowest_cost(shortlisted_cost) -> "$":
    """Lowest total cost"""
    return lowest(shortlisted_cost)


def preference(shortlist, shortlisted_cost, lowest_cost, money_tolerance, tie_order, never) -> "order":
    """Order of preference among the cheapest"""
    return np.where(shortlist & (shortlisted_cost <= lowest_cost + money_tolerance), tie_order, never)


def any_shortlisted(shortlist) -> "flag":
    """There is something to choose from"""
    return highest(shortlist)


def chosen(any_shortlisted, preference) -> "position":
    """Chosen option (its position; 0 = none)"""
    return np.where(any_shortlisted, position_of_lowest(preference), 0)
