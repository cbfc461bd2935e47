"""Who a case is for and what its options are called: what a reader of the results needs besides figures."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from casebook.case import Case

# An option as a warning names it for who writes the case file; a block's name is none.
_NAMED = re.compile(r"(?<!block )(?:option )?'([^']+)'")


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


def told(case: Case, warning: str) -> str:
    """A warning on the case file as a sentence for who does not know the file: options by label, not by name."""
    known = labels(case)
    text = _NAMED.sub(lambda found: f"“{known[found[1]]}”" if found[1] in known else found[0], warning)
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."
