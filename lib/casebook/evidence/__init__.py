"""Evaluation results: what was run, and how many items passed."""

from .results import Evaluation, EvaluationError, EvaluationFault, Rate, read_evaluation

__all__ = ["Evaluation", "EvaluationError", "EvaluationFault", "Rate", "read_evaluation"]
