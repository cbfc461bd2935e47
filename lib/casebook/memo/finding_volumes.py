"""What if the volume is another: verdict, cost and payback at a few volumes, one shown at a time by radio buttons.

All of it is one table, a group of rows to a volume. The page's style hides the groups of the volumes not chosen; where
there is no style, no radio button or no screen, all of them show.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from casebook.memo.crossing import cell, months_of
from casebook.memo.frame import empty
from casebook.memo.layout import framed, present
from casebook.memo.markup import Fragment, el, join, listing, say
from casebook.memo.parts import part_cells, part_columns, told_by_volume, total_column
from casebook.memo.prose import ALONE
from casebook.memo.tables import Column, Group, Row, table
from casebook.memo.view import SCOPES, Memo, Pair, direction

# What a multiple of the case's volume is called, where a reader would say it in words.
_WORDS = {0.1: "a tenth", 0.5: "half", 1.0: "as given", 2.0: "twice", 10.0: "ten times"}
_NO_OPTION = {"none_feasible": "No option can be run", "no_workload": "Nothing to choose"}


def volumes(memo: Memo) -> Fragment:
    """The answer at other volumes, in both scopes."""
    if not present(memo, "volumes"):
        return empty("volumes")
    columns = [
        Column("Calls a month"),
        Column("Recommended"),
        *_costs(memo),
        *[Column(heading, True) for heading, _ in _others(memo)],
        Column("Payback", True),
    ]
    groups = [_group(memo, place, entry) for place, entry in enumerate(memo.results["volumes"])]
    shown = table("The answer by volume", columns, groups, _note(memo), class_="by-volume")
    return framed(memo, "volumes", _heading(memo), el("div", _choice(memo), shown, class_="what-if"))


def _others(memo: Memo) -> list[tuple[Markup, str]]:
    """Whose cost stands beside the verdict's: today's option where there is one, and the base where it is another."""
    months = months_of(memo, "horizon_months")
    scopes = [figures for entry in memo.results["volumes"] for figures in entry["scopes"].values()]
    found = [(say("{months}, today's", months=months), "current")] if memo.case.current else []
    if any(figures["base"] not in (memo.case.current, figures["verdict"], None) for figures in scopes):
        found.append((say("{months}, base", months=months), "base"))
    return found


def _costs(memo: Memo) -> list[Column]:
    """The total and, where the page has room for them, the parts that it is made of."""
    return part_columns(memo, SCOPES) if told_by_volume(memo) else [total_column(memo)]


def _calls(memo: Memo, place: int) -> Any:
    return memo.val(f"volumes.{place}.calls_per_month")


def _choice(memo: Memo) -> Markup:
    """The radio buttons; the volume of the case is chosen."""
    buttons = [
        el(
            "label",
            el("input", type="radio", name="volume", id=f"volume-{place}", checked=entry["factor"] == 1),
            " ",
            _calls(memo, place),
        )
        for place, entry in enumerate(memo.results["volumes"])
    ]
    return el("fieldset", el("legend", "Calls a month"), join(buttons, " "), class_="choice")


def _group(memo: Memo, place: int, entry: Mapping[str, Any]) -> Group:
    rows = [_row(memo, place, scope, _WORDS[entry["factor"]]) for scope in SCOPES]
    return Group(rows, class_=f"volume-{place}")


def _row(memo: Memo, place: int, scope: str, words: str) -> Row:
    path = f"volumes.{place}.scopes.{scope}"
    figures = memo.figure(path)
    verdict = figures["verdict"]
    what = {"full": f"full cost, {words}", "invoice": "vendor invoices"}[scope]
    first = say("{calls} {of}", calls=_calls(memo, place), of=el("span", what, class_="of"))
    if verdict not in memo.options:
        empty_ = ["–"] * (len(_costs(memo)) + len(_others(memo)) + 1)
        return Row([first, _NO_OPTION[verdict], *empty_])
    of = {"current": memo.case.current, "base": figures["base"]}
    chosen = f"{path}.options.{verdict}"
    parts = part_cells(memo, chosen, chosen, SCOPES)[: len(_costs(memo)) - 1]
    total = el("strong", memo.val(f"{chosen}.tco"))
    beside = [
        memo.val(f"{path}.options.{of[role]}.tco") if of[role] in memo.options else "–" for _, role in _others(memo)
    ]
    return Row([first, memo.name(verdict), *parts, total, *beside, _payback(memo, scope, path)])


def _payback(memo: Memo, scope: str, path: str) -> Markup:
    """When the verdict's extra cost up front is back; a dash where it has none, or is itself what it would repay."""
    figures = memo.figure(f"{path}.headline")
    measured = figures["against"] is not None and figures["against"] == _reference(memo, memo.figure(path))
    if not measured or direction(figures["one_time_delta"]) <= 0:
        return Markup("–")
    return cell(memo, Pair(scope, figures["against"], figures["verdict"], f"{path}.headline", figures))


def _reference(memo: Memo, figures: Mapping[str, Any]) -> str | None:
    """What payback is measured against in this table; the headline of a verdict that is it compares with the next."""
    return memo.case.current or figures["base"]


def _changes(memo: Memo, scope: str) -> list[tuple[int, int]]:
    """Neighbouring volumes with different verdicts."""
    found = [entry["scopes"][scope]["verdict"] for entry in memo.results["volumes"]]
    return [(one, other) for one, other in pairwise(range(len(found))) if found[one] != found[other]]


def _heading(memo: Memo) -> Markup:
    """Between which of the volumes the answer changes, if it does."""
    changed = {scope: _changes(memo, scope) for scope in SCOPES}
    last = len(memo.results["volumes"]) - 1
    if not any(changed.values()):
        form = "{what} from {low} to {high} calls a month, at the volumes looked at"
        return say(form, what=_same(memo), low=_calls(memo, 0), high=_calls(memo, last))
    scope = "full" if changed["full"] else "invoice"
    between = [
        say("between {low} and {high}", low=_calls(memo, one), high=_calls(memo, other))
        for one, other in changed[scope]
    ]
    where = "" if changed["full"] == changed["invoice"] else say(" {where}", where=ALONE[scope])
    return say("The answer{where} changes {between} calls a month", where=where, between=listing(between))


def _same(memo: Memo) -> Markup:
    """What is so at every volume."""
    winner = memo.winner("full")
    if not memo.agreed:
        return Markup("The answers stay the same")
    return Markup("No option can be run") if winner is None else say("{name} is the answer", name=memo.name(winner))


def _note(memo: Memo) -> Markup:
    text = "Everything but the calls stays as given; the rules run anew at each volume."
    against = "today's option" if memo.case.current else "the base"
    return say("{text} Payback is measured against {against}.", text=text, against=against)
