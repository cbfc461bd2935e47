"""Who a case is for and what its options are called: what a reader of the results needs besides figures."""

from __future__ import annotations

from collections import Counter
from typing import Any

from casebook.case import Case


def about(case: Case) -> dict[str, Any]:
    """Client, title, currency, the spans that costs are counted over in months, and every option's label."""
    return {
        "client": case.client,
        "title": case.title,
        "currency": case.currency,
        "horizon_months": case.inputs["horizon_months"].value,
        "max_payback_months": case.inputs["max_payback_months"].value,
        "labels": labels(case),
    }


def labels(case: Case) -> dict[str, str]:
    """Every option's label by its name, told apart by that name where several options share one."""
    seen = Counter(option.label for option in case.options)
    return {
        option.name: option.label if seen[option.label] == 1 else f"{option.label} ({option.name})"
        for option in case.options
    }
