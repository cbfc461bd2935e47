"""Warnings: what a reader should know before relying on the figures."""

from __future__ import annotations

from typing import Any

from casebook.analysis.about import told
from casebook.analysis.binding import Binding
from casebook.model.constants import CONSTANTS
from casebook.model.evaluate import SCOPES, Evaluation
from casebook.model.wiring import Node

OF_RULES = {
    "rule_c1_open": (
        "C1?",
        "Format failures are above the limit in the sample, but not for certain: collect more trials.",
    ),
    "rule_y1": (
        "Y1",
        "A hybrid is the fourth thing to build, after prompt, cached prompt and retrieval, not the first.",
    ),
    "rule_h3": (
        "H3",
        "Self-hosting is recommended only because no hosted fine-tune is left: obtain one to compare.",
    ),
    "rule_cx": (
        "CX",
        "A vocabulary gap is claimed, but no tuned option is more accurate by more than the margin.",
    ),
    "less_accurate": ("less_accurate", "The option recommended is less accurate than the base."),
}
"""Lines of the rules that carry a warning: its id and text."""


def warnings_of(binding: Binding, evaluation: Evaluation) -> list[dict[str, Any]]:
    """The case file's warnings, then those of each scope: `scope` is None where both share them."""
    found: list[tuple[str | None, str, str]] = [(None, code, text) for code, text in binding.case.warnings]
    scoped = [set(_of_scope(binding, evaluation, scope)) for scope in range(len(SCOPES))]
    shared = set.intersection(*scoped)
    found += [(None, *warning) for warning in sorted(shared)]
    for scope, name in enumerate(SCOPES):
        found += [(name, *warning) for warning in sorted(scoped[scope] - shared)]
    return [{"scope": scope, "id": code, "text": told(binding.case, text)} for scope, code, text in found]


def _of_scope(binding: Binding, evaluation: Evaluation, scope: int) -> list[tuple[str, str]]:
    found = [
        (code, text) for line, (code, text) in OF_RULES.items() if evaluation.scalar(Node("decision", "", line), scope)
    ]
    found += _uncosted(binding, evaluation)
    for column, option in enumerate(binding.options):
        month = evaluation.scalar(Node("option", column, "first_month_exceeded"), scope)
        if month < CONSTANTS["never"].value:
            found.append(("V1", f"'{option.name}': more replicas are needed than allowed from month {month:.0f}."))
        if not evaluation.scalar(Node("option", column, "memory_fits"), scope):
            found.append(("V1", f"'{option.name}': the model does not fit the memory of one replica."))
    return found


def _uncosted(binding: Binding, evaluation: Evaluation) -> list[tuple[str, str]]:
    """Options whose errors or waiting carry a price that cannot be worked out."""
    found = []
    priced = (
        ("cost_per_error", "accuracy_known", "its errors are not in its cost: its accuracy is not known"),
        ("value_per_second", "latency_known", "waiting is not in its cost: its response time is not known"),
    )
    for price, flag, text in priced:
        if evaluation.scalar(Node("case", "", price)) > 0:
            found += [
                (flag, f"'{option.name}': {text}.")
                for column, option in enumerate(binding.options)
                if not evaluation.scalar(Node("option", column, flag))
            ]
    return found
