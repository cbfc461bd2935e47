"""Evaluation results: what was run, how many items passed, and what that shows."""

from .results import Evaluation, EvaluationError, EvaluationFault, Rate, read_evaluation
from .statistics import evaluation_of

__all__ = ["Evaluation", "EvaluationError", "EvaluationFault", "Rate", "evaluation_of", "read_evaluation"]
