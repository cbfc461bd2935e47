"""What the calculator of the prompt cache says: what it saves, when it pays, what it does to the decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from casebook.analysis.calculators import CACHED_SIDES, options_for
from casebook.memo.calculation import NOTHING, Calculation, Words
from casebook.memo.frame import section
from casebook.memo.markup import Fragment, say
from casebook.memo.numbers import counted
from casebook.memo.tables import Column, Group, Row, table
from casebook.model.constants import CONSTANTS


def _headline(page: Calculation) -> Markup:
    saving = page.raw("cache_saving_per_month")
    if page.raw("prefix_shortfall") > 0:
        form = "The prompt of {name} is {short} too short to be cached"
        return say(form, name=page.name(page.main), short=counted(page.fig("prefix_shortfall"), "token"))
    if saving > 0:
        form = "The prompt cache saves {saving} a month on {name}"
        return say(form, saving=page.fig("cache_saving_per_month"), name=page.name(page.main))
    if saving < 0:
        return say("The prompt cache costs {name} more than it saves", name=page.name(page.main))
    return say("The prompt cache neither costs nor saves anything on {name}", name=page.name(page.main))


def _point(page: Calculation) -> Markup:
    if page.raw("breakeven_hit_rate") is None:
        return Markup("A read costs no less than an uncached token: at no hit rate does this cache save.")
    form = (
        "A write costs {write} and a read {read} times an uncached token: the cache saves above a hit rate of {rate}; "
        "month 1 has {hits}."
    )
    return say(
        form,
        write=page.given("cache_write_multiplier", page.main),
        read=page.given("cache_read_multiplier", page.main),
        rate=page.fig("breakeven_hit_rate"),
        hits=page.of_model("first_hit_rate"),
    )


def _volume(page: Calculation) -> Markup | None:
    if page.raw("cache_breakeven_calls") is None:
        return None
    form = "That hit rate takes {calls} calls a month over {variants}, spread over the active hours."
    variants = counted(page.given("prompt_variants", page.main), "prompt variant")
    return say(form, calls=page.fig("cache_breakeven_calls"), variants=variants)


def _pair(page: Calculation) -> Markup | None:
    form = "One write and one read cost {both} uncached prompts, where two uncached calls cost two."
    return say(form, both=page.fig("two_calls_multiplier")) if page.raw("saves_with_hits") else None


def _lifetime(page: Calculation) -> Markup | None:
    saving = page.raw("long_lifetime_saving")
    if saving is None or abs(saving) < _WORTH_TELLING:
        return None
    path = f"reports.{page.calculator}.scopes.invoice.{page.main}.long_lifetime_saving"
    amount = page.money_at(path) if saving > 0 else page.register.add(f"0 - {path}", -saving, page.form("$"))
    taken = page.amount("cache_ttl_minutes", page.main) > CONSTANTS["short_cache_lifetime"].value
    saves, costs = ("saves", "costs") if taken else ("would save", "would cost")
    form = "The lifetime of an hour {verb} {amount} a month {than} that of five minutes."
    verb, than = (saves, "over") if saving > 0 else (costs, "more than")
    return say(form, verb=verb, amount=amount, than=than)


_WORTH_TELLING = 1.0
"""A saving a month, in the case's currency, below which two lifetimes are as good as one."""


def _figures(page: Calculation) -> list[tuple[Any, Any, Any]]:
    return [
        ("Saved a month", page.fig("cache_saving_per_month"), say("{x} of a call", x=page.fig("cache_saving_share"))),
        ("Hit rate", page.of_model("first_hit_rate"), say("pays from {x}", x=page.shown("breakeven_hit_rate"))),
        ("Cached tokens cost", page.fig("first_multiplier"), "of their uncached price"),
        ("Held by the cache", page.fig("cacheable_share"), "of the input"),
    ]


def _decision(page: Calculation) -> Fragment:
    tuned = next((name for name in (*page.decided.values(), *page.candidates) if _is_tuned(page, name)), None)
    columns = [Column("Cache on for"), Column("Verdict")]
    if tuned:
        columns.append(Column(say("Break-even of {name}", name=page.name(tuned)), True))
    groups = []
    for scope, words in (("full", "All costs"), ("invoice", "On invoices")):
        entries = [(place, entry) for place, entry in enumerate(page.report["decision"]) if entry["scope"] == scope]
        groups.append(Group([_decision_row(page, place, entry, tuned) for place, entry in entries], words))
    note = (
        "Each row is the whole model run anew with the cache switched for those options, at their own prices. "
        "Break-even is that of month 1's figures; the memo's payback follows the months as they come."
    )
    body = table("The decision, by side cached", columns, groups, note=note)
    return section("further", _decision_heading(page), body)


def _is_tuned(page: Calculation, name: str) -> bool:
    return name in page.options and page.is_tuned(name)


def _decision_heading(page: Calculation) -> str:
    verdicts = {(entry["scope"], entry["verdict"]) for entry in page.report["decision"]}
    if len(verdicts) == len({scope for scope, _ in verdicts}):
        return "Caching neither side, one or both leaves the verdict as it is"
    return "Whether a side is cached changes the verdict"


def _decision_row(page: Calculation, place: int, entry: Mapping[str, Any], tuned: str | None) -> Row:
    verdict = page.name(entry["verdict"]) if entry["verdict"] in page.options else entry["verdict"].replace("_", " ")
    side = _SIDES[entry["cached"]]
    cells: list[Any] = [f"{side}, as in the case" if entry["cached"] == _as_in_the_case(page) else side, verdict]
    if tuned:
        key = next((key for key in entry["comparisons"] if key.endswith(f"->{tuned}")), None)
        cells.append(NOTHING if key is None else _breakeven(page, place, key, entry["comparisons"][key]["status"]))
    return Row(cells)


def _as_in_the_case(page: Calculation) -> str:
    """Which of the sides the case file has cached."""
    cached = {page.case.options[index].kind for index in options_for(page.case, page.calculator)}
    on = {side for sides in CACHED_SIDES.values() for side in sides if cached & set(side)}
    return next(name for name, sides in CACHED_SIDES.items() if set(sides) == on)


def _breakeven(page: Calculation, place: int, key: str, status: str) -> Any:
    if status in _WITHOUT_MONTHS:
        return _WITHOUT_MONTHS[status]
    return page.val(f"reports.{page.calculator}.decision.{place}.comparisons.{key}.static_months")


_SIDES = {
    "none": "No option",
    "prompt side": "The prompt side only",
    "tuned side": "The tuned side only",
    "both sides": "Both sides",
}
_WITHOUT_MONTHS = {"never": "never", "advantage_lost": "cheaper at first only"}

WORDS = Words(_headline, (_point, _volume, _pair, _lifetime), _figures, _decision)
