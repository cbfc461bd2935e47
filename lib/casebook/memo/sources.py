"""Where the figures come from: every input with its status, every price with its date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from markupsafe import Markup

from casebook.case import Input, Option
from casebook.memo import numbers
from casebook.memo.layout import empty, framed, present
from casebook.memo.markup import Fragment, client, day, el, join, say, sentence_case
from casebook.memo.tables import Column, Group, Row, table
from casebook.memo.units import measured, with_unit
from casebook.memo.view import RATES, Memo

_STATUS = {"stated": ("good", "●", "Stated"), "derived": ("open", "◐", "Derived"), "assumed": ("quiet", "○", "Assumed")}


# The day of the prices stands in the header, what an option is for in its label.
_ELSEWHERE = ("as_of", "kind")


def inputs(memo: Memo) -> Fragment:
    """Every input that was given, with its source and status, and below each group what was left at its default."""
    groups = [_group(memo, "The case", list(memo.case.inputs.values()), set())]
    for option in memo.case.options:
        found = [*option.inputs.values(), *(option.fallback.inputs.values() if option.fallback else ())]
        groups.append(_group(memo, memo.name(option.name), _under(option, found), option.blocks))
    columns = [Column("Input"), Column("Value"), Column("Source"), Column("Basis", class_="quiet")]
    note = say(
        "An input that several options share stands once, under the option that owns it. "
        "Stated: from a source; derived: worked out from one; assumed: nobody has measured it."
    )
    return framed(
        memo, "inputs", _heading(memo), table("Every input, with its source and status", columns, groups, note)
    )


def _given(memo: Memo) -> list[Input]:
    return [each for each in memo.case.all_inputs() if each.origin == "case" and each.line not in _ELSEWHERE]


def _heading(memo: Memo) -> Markup:
    given = _given(memo)
    number = {status: len([each for each in given if each.status == status]) for status in _STATUS}
    text = say(
        "{assumed} of {all} inputs given are assumed",
        assumed=memo.count("inputs_assumed", number["assumed"]),
        all=memo.count("inputs", len(given)),
    )
    stated = memo.count("inputs_stated", number["stated"])
    return sentence_case(
        say(
            "{text}; {stated} {verb} stated by a source",
            text=text,
            stated=stated,
            verb="is" if number["stated"] == 1 else "are",
        )
    )


def _under(option: Option, found: Iterable[Input]) -> list[Input]:
    """The inputs that an option owns; what it shares is shown with its owner."""
    return [each for each in {one.path: one for one in found}.values() if each.path.startswith(f"{option.path}.")]


def _group(memo: Memo, heading: Any, found: list[Input], blocks: Iterable[str]) -> Group:
    given = [each for each in found if each.origin == "case" and each.line not in _ELSEWHERE]
    bare = [each for each in given if each.source is None and each.status == "assumed"]
    left = [each for each in found if each.origin == "default" and each.value is not None and _in_force(each, blocks)]
    rest = [
        (name, join([say("{label}: {value}", label=_label(each), value=_value(memo, each)) for each in some], "; "))
        for name, some in (("Assumed, no source", bare), ("At their defaults", left))
        if some
    ]
    return Group([_row(memo, each) for each in given if each not in bare], heading, rest)


def _in_force(given: Input, blocks: Iterable[str]) -> bool:
    """A default counts where its block is in force; the case's own blocks always are."""
    parts = given.path.split(".")
    return parts[0] != "options" or parts[-2] in blocks


def _row(memo: Memo, given: Input) -> Row:
    source = client(given.source) if given.source else "–"
    return Row([_label(given), _value(memo, given), source, _status(given)])


def _label(given: Input) -> Markup:
    inner = "escalation.to" in given.path
    return say("{label}{of}", label=given.label, of=" (escalated to)" if inner else "")


def _status(given: Input) -> Markup:
    class_, sign, word = _STATUS[given.status]
    return el("span", el("span", sign, aria_hidden="true", class_=class_), " ", word, class_="mark")


def _value(memo: Memo, given: Input) -> Markup:
    """An input's value with its unit and its range."""
    if given.value is None:
        return Markup("not known")
    text = with_unit(memo, memo.shown(given), given)
    if given.low is None or given.type != "number":
        return text
    form = memo.input_form(given)
    low = memo.register.add(f"inputs.{given.path}.low", given.low, form)
    high = memo.register.add(f"inputs.{given.path}.high", given.high, form)
    return say("{text} ({low} to {high})", text=text, low=low, high=high)


def prices(memo: Memo) -> Fragment:
    """Every price taken from the catalogue, with its source and the day it was seen."""
    if not present(memo, "prices"):
        return empty("prices")
    rows: dict[str, list[Row]] = {}
    for place, price in enumerate(memo.case.prices):
        rows.setdefault(price["model"], []).append(_price_row(memo, place, price))
    columns = [Column("Price of"), Column("Value", True), Column("Source"), Column("Seen on", class_="quiet")]
    resolved = sum(not price["negotiated"] for price in memo.case.prices)
    number = memo.count("prices", resolved)
    heading = say(
        "{number} {word} resolved for {day}",
        number=number,
        day=day(memo.case.as_of),
        word="price was" if resolved == 1 else "prices were",
    )
    return framed(
        memo,
        "prices",
        sentence_case(heading) if resolved else "The case gives its own prices",
        table("Catalogue prices", columns, [Group(some, client(model)) for model, some in rows.items()]),
    )


def _price_row(memo: Memo, place: int, price: Any) -> Row:
    value, unit = price["value"], str(price["unit"])
    if memo.per(unit) is not None:
        show = lambda raw: numbers.price(raw, memo.case.currency)  # noqa: E731
    else:
        show = numbers.given_share if unit in RATES else numbers.plain
    shown = (
        memo.register.add(f"provenance.prices.{place}.value", value, show)
        if isinstance(value, int | float)
        else client(value)
    )
    name = str(price["field"]).replace("_", " ").capitalize()
    # The model is the group's heading, the day that of the section.
    told = str(price["source"] or "given in the case").replace(f", {price['model']} at {memo.case.as_of}", "", 1)
    source: Markup | str = client(told)
    if price["negotiated"]:
        name = f"{name}, negotiated"
        if price["list_value"] is not None:
            listed = memo.register.add(f"provenance.prices.{place}.list_value", price["list_value"], show)
            source = say("{source}; the list price is {listed}", source=source, listed=listed)
    return Row([name, measured(memo, shown, unit), source, _day(price["seen_on"])])


def _day(value: Any) -> Markup:
    if value is None:
        return Markup("–")
    try:
        return day(value if isinstance(value, date) else date.fromisoformat(str(value)))
    except ValueError:
        return client(value)
