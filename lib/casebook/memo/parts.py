"""What a total is made of: the parts that add up to it, and what a case counts in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from casebook.memo.crossing import months_of
from casebook.memo.markup import listing, say
from casebook.memo.tables import Column
from casebook.memo.view import Memo

# A case with more options than this fills its page: the parts stand in the table of options alone.
_MOST_OPTIONS = 8


def priced(memo: Memo) -> list[str]:
    """What the case puts a price on beside what is paid: errors, waiting, both or neither."""
    prices = {"errors": "cost_per_error", "waiting": "value_per_second"}
    return [word for word, line in prices.items() if memo.input(line).value]


def scope_title(memo: Memo, scope: str) -> Markup:
    """How a scope is named above a table or a drawing, by what this case counts in it."""
    if scope == "invoice":
        return Markup("Vendor invoices alone")
    return say("Full cost: {parts}", parts=listing(["invoices", "labour", *_retraining(memo, "full"), *priced(memo)]))


def part_columns(memo: Memo, scopes: Sequence[str]) -> list[Column]:
    """A column for each part of the total that these scopes have, and the total."""
    full = "full" in scopes
    spent = ["Bills", *(["labour"] if full else []), *_retraining(memo, *scopes)]
    columns = [Column("Up\u00a0front", True), Column(listing(spent), True)]
    if full and priced(memo):
        columns.append(Column(listing(priced(memo)).capitalize(), True))
    return [*columns, total_column(memo)]


def total_column(memo: Memo) -> Column:
    """The column of the total itself."""
    return Column(say("Total, {months}", months=months_of(memo, "horizon_months")), True)


def told_by_volume(memo: Memo) -> bool:
    """Whether the parts are told at other volumes too."""
    return len(memo.options) <= _MOST_OPTIONS


def part_cells(memo: Memo, option: str, totals: str, scopes: Sequence[str]) -> list[Any]:
    """The parts of the total of an option, by its path and that of its totals; as many as have columns."""
    parts = [f"{option}.one_time", f"{totals}.running_total"]
    if "full" in scopes and priced(memo):
        parts.append(f"{totals}.quality_total")
    return [memo.val(part) for part in parts]


def _retraining(memo: Memo, *scopes: str) -> list[str]:
    found = (option["retrain_cost"] for scope in scopes for option in memo.scope(scope)["options"].values())
    return ["retraining"] if any(found) else []
