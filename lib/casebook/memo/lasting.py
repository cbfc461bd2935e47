"""Why a saving at month 1's figures does not pay an extra cost back: what wears it away, or how long it would take."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from casebook.analysis.binding import SEARCH_MONTHS
from casebook.memo.markup import listing, say
from casebook.memo.view import Memo, Pair


def at_month_1(pair: Pair) -> bool:
    """Whether the saving a month must be told as that of month 1: its payback and the computed one are two."""
    figures = pair.figures
    return figures["static_months"] is not None and figures["static_months"] != figures["sustained_month"]


def worn_away(pair: Pair) -> bool:
    """Whether month 1's saving would pay the extra cost back within ten years, and does not."""
    static = pair.figures["static_months"]
    return pair.figures["first_cross_month"] is None and static is not None and static <= SEARCH_MONTHS


def why_not(memo: Memo, pair: Pair) -> list[Markup]:
    """A sentence on why the saving of month 1 does not pay the extra cost back within ten years; none where it does."""
    if pair.figures["first_cross_month"] is not None or not pair.figures["static_months"]:
        return []
    static = memo.pair_val(pair, "static_months")
    if not worn_away(pair):
        return [say("At that rate it takes {static} to come back.", static=static)]
    causes = listing(_causes(memo, pair))
    text = say("That would bring it back in {static}, but the saving does not last so long", static=static)
    return [say("{text}: {causes}.", text=text, causes=causes) if causes else say("{text}.", text=text)]


def _causes(memo: Memo, pair: Pair) -> Iterator[Markup]:
    """What makes the saving smaller from month to month, as clauses."""
    figures, tuned, base = pair.figures, pair.candidate, pair.baseline
    growth, a_call = memo.amount("growth_per_month"), figures["saving_per_call_effective"]
    if memo.amount("price_decline") > 0 and figures["saving_per_call_cash"] > 0:
        yield Markup("token prices fall")
    if memo.amount("gpu_price_decline") > 0 and "gpu" in memo.options[base].blocks:
        yield Markup("GPU prices fall")
    if growth < 0 < a_call:
        yield Markup("volume falls")
    if growth > 0 and (a_call < 0 or "gpu" in memo.options[tuned].blocks):
        yield Markup("volume grows")
    if pair.scope == "full" and memo.amount("cost_per_error"):
        if memo.amount("drift_pp_per_quarter", tuned) > 0:
            yield Markup("accuracy drifts")
        if memo.amount("gain_pp_per_month", base) > memo.amount("gain_pp_per_month", tuned):
            yield say("the accuracy of {base} rises", base=memo.name(base))
