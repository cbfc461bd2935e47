"""Training and retraining"""

import numpy as np

from casebook.model.row import known


def training_cost(
    stated_training_cost,
    training_examples,
    tokens_per_example,
    training_epochs,
    training_price,
    tokens_per_price_unit,
    training_runs,
) -> "$":
    """Training"""
    return np.where(
        known(stated_training_cost),
        stated_training_cost,
        training_examples
        * tokens_per_example
        * training_epochs
        * training_price
        / tokens_per_price_unit
        * training_runs,
    )


def labelling_cost(full_scope, training_examples, label_cost_per_example) -> "$":
    """Labelling"""
    return full_scope * training_examples * label_cost_per_example


def preparation_labour(full_scope, curation_hours, retrieval_build_hours, build_hours, labour_rate) -> "$":
    """Labour of curation and build

    Source article, claims 89 and 91.
    """
    return full_scope * (curation_hours + retrieval_build_hours + build_hours) * labour_rate


def evaluation_before_launch(full_scope, evaluation_cost) -> "$":
    """Evaluation before launch"""
    return full_scope * evaluation_cost


def one_time(
    training_cost, initial_embedding_cost, labelling_cost, preparation_labour, evaluation_before_launch
) -> "$":
    """One-time cost"""
    return training_cost + initial_embedding_cost + labelling_cost + preparation_labour + evaluation_before_launch


def retrain_cycle(retrain_every_months, never) -> "months":
    """Months from one training to the next"""
    return np.where(retrain_every_months > 0, retrain_every_months, never)


def retraining_work(training_cost, retrain_share, retrain_hours, labour_rate, retrain_evaluation_cost) -> "$":
    """What one retraining takes"""
    return training_cost * retrain_share + retrain_hours * labour_rate + retrain_evaluation_cost


def retrain_cost(full_scope, retrain_every_months, retraining_work) -> "$":
    """Cost of one retraining

    Counted in the full scope only: the published cases count one training run (claims 63 to 66).
    """
    return np.where(retrain_every_months > 0, full_scope * retraining_work, 0)


def retraining_per_month(retrain_cost, retrain_cycle) -> "$/month":
    """Retraining, average of a month"""
    return retrain_cost / retrain_cycle


def retrain_due(month, retrain_cycle) -> "flag":
    """A retraining falls on the start of the month"""
    return (month > 1) & ((month - 1) % retrain_cycle == 0)


def retrain_spend(retrain_due, retrain_cost) -> "$":
    """Retraining"""
    return retrain_due * retrain_cost


def model_age(month, retrain_cycle) -> "months":
    """Age of the tuned model at mid-month"""
    return (month - 1) % retrain_cycle + 1 / 2


def tuning_unavailable(available_until, as_of) -> "flag":
    """Tuning is no longer offered on the day of the report"""
    return np.where(known(available_until), available_until < as_of, False)
