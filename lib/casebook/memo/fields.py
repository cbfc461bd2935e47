"""What each figure of the results is called, and how it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from casebook.memo import numbers
from casebook.memo.numbers import DIFFERENCE_DIGITS, LEVEL_DIGITS, NEVER, UNKNOWN


@dataclass(frozen=True)
class Field:
    """One figure of the results: its name in a sentence, its form, its digits, the words for its absence."""

    label: str
    form: str
    digits: int = LEVEL_DIGITS
    none: str = UNKNOWN

    def show(self, currency: str) -> Callable[[float], str]:
        """How the figure is written, money in this currency."""
        if self.form == "money":
            return lambda value: numbers.money(value, currency, self.digits)
        form: Callable[..., str] = getattr(numbers, self.form)
        return lambda value: form(value, self.digits)


def _never(label: str, form: str) -> Field:
    return Field(label, form, none=NEVER)


FIELDS: dict[str, Field] = {
    # an option
    "one_time": Field("Up-front cost", "money"),
    "cost_per_call": Field("Cost per call", "money"),
    "escalation_cost_per_call": Field("Cost of escalation per call", "money"),
    "prefix": Field("Cost of the prefix per call", "money"),
    "user": Field("Cost of the user's input per call", "money"),
    "context": Field("Cost of the retrieved context per call", "money"),
    "output": Field("Cost of the output per call", "money"),
    "embedding": Field("Cost of embedding per call", "money"),
    "rerank": Field("Cost of reranking per call", "money"),
    "hit_rate": Field("Cache hit rate", "share"),
    "cache_multiplier": Field("Cache price multiplier", "number"),
    "fixed_per_month": Field("Fixed cost per month", "money"),
    "cash_per_month": Field("Monthly bill", "money"),
    "error_cost_per_month": Field("Cost of errors per month", "money"),
    "latency_cost_per_month": Field("Cost of waiting per month", "money"),
    "accuracy": Field("Accuracy", "share"),
    "accuracy_last_month": Field("Accuracy in the last month", "share"),
    "latency_s": Field("Response time", "seconds"),
    "ttft_s": Field("Time to first token", "seconds"),
    "peak_load": Field("Peak load", "number"),
    "replicas_needed": Field("Replicas needed", "number"),
    "replicas": Field("Replicas", "number"),
    "utilisation": Field("Utilisation", "share"),
    "needed_gb": Field("Memory needed, GB", "number"),
    "first_month_exceeded": _never("First month over capacity", "number"),
    "retrain_cost": Field("Cost of one retraining", "money"),
    "tco": Field("Total cost over the horizon", "money"),
    "running_total": Field("Bills, labour and retraining over the horizon", "money"),
    "quality_total": Field("Errors and waiting over the horizon", "money"),
    "present_value": Field("Present value of the total cost", "money"),
    "calls_last_month": Field("Calls in the last month", "number"),
    "cost_per_call_last_month": Field("Cost per call in the last month", "money"),
    # another volume
    "calls_per_month": Field("Calls a month", "number"),
    # a comparison
    "one_time_delta": Field("Extra up-front cost", "money"),
    "saving_per_call_cash": Field("Saving per call", "money"),
    "saving_per_call_effective": Field("Saving per call, errors and waiting included", "money"),
    "fixed_saving_per_month": Field("Saving in fixed cost per month", "money"),
    "retrain_delta_per_month": Field("Extra retraining per month", "money"),
    "net_saving_per_month": Field("Net saving per month", "money"),
    "breakeven_calls": _never("Calls to break even", "number"),
    "static_months": _never("Break-even", "months"),
    "static_weeks": _never("Break-even", "weeks"),
    "first_cross_month": _never("First crossing", "months"),
    "sustained_month": _never("Payback", "months"),
    "advantage_lost_month": _never("Advantage lost", "months"),
    "volume_for_payback_12": _never("Calls a month for payback in a year", "number"),
    "volume_for_max_payback": _never("Calls a month for payback within the limit", "number"),
    **dict.fromkeys(
        ("tco_difference_low", "tco_difference_likely", "tco_difference_high"),
        Field("Lead over the next-best option", "money", DIFFERENCE_DIGITS),
    ),
    "tco_saving": Field("Saving over the horizon", "money", DIFFERENCE_DIGITS),
    "present_value_saving": Field("Present value of the saving", "money", DIFFERENCE_DIGITS),
}
"""By the last part of a figure's path."""

QUANTILES = ("p5", "p50", "p95")
"""The ends and the middle of what was drawn, as the last part of a figure's path."""

PLAIN = Field("Figure", "number")
"""What a figure without an entry of its own is."""


def field(path: str) -> Field:
    """The entry of a figure given its path; a quantile is written as what it is a quantile of."""
    parts = path.split(".")
    return FIELDS.get(parts[-2] if parts[-1] in QUANTILES else parts[-1], PLAIN)
