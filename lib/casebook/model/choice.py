"""Choosing from a pool of options: the most accurate enough

With a target the options that meet it, without one those within the margin of the most accurate (unknown counts as
within); where none is left, the most accurate. The same lines for every pool of the rules.
"""

import numpy as np

from casebook.model.row import highest, known


def accuracy_score(pool, accuracy_known, declared_accuracy) -> "score":
    """Accuracy in the pool; unknown ranks below every known one"""
    return np.where(pool, np.where(accuracy_known, declared_accuracy, -1), -2)


def best_accuracy(accuracy_score) -> "score":
    """Highest accuracy in the pool"""
    return highest(accuracy_score)


def within_margin(accuracy_known, declared_accuracy, best_accuracy, accuracy_margin, tolerance) -> "flag":
    """Within the margin of the most accurate"""
    return np.where(accuracy_known, declared_accuracy >= best_accuracy - accuracy_margin - tolerance, True)


def preferred(pool, accuracy_target, meets_target, within_margin) -> "flag":
    """Accurate enough to be chosen"""
    return pool & np.where(known(accuracy_target), meets_target, within_margin)


def any_preferred(preferred) -> "flag":
    """Some option of the pool is accurate enough"""
    return highest(preferred)


def shortlist(any_preferred, preferred, pool, accuracy_score, best_accuracy, tolerance) -> "flag":
    """Shortlist: the accurate enough, else the most accurate"""
    return np.where(any_preferred, preferred, pool & (accuracy_score >= best_accuracy - tolerance))
