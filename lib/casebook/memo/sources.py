"""Where the figures come from: every input with its status, every price with its date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from markupsafe import Markup

from casebook.case import Input, Option
from casebook.memo import numbers
from casebook.memo.frame import empty
from casebook.memo.layout import framed, present
from casebook.memo.markup import Fragment, client, day, el, join, say, sentence_case
from casebook.memo.tables import Column, Group, Row, table
from casebook.memo.units import measured, with_unit
from casebook.memo.view import RATES, Memo

_STATUSES = ("stated", "derived", "assumed")


# More inputs than this stand as lines, a third shorter than the rows of a table, to stay under the gate's limit.
_MOST_ROWS = 100
# The day of the prices stands in the header, what an option is for in its label.
_ELSEWHERE = ("as_of", "kind")


def inputs(memo: Memo) -> Fragment:
    """Every input that was given, with its source and status, and once what was left at its default."""
    short = len(_given(memo)) > _MOST_ROWS
    found = list(memo.case.inputs.values())
    groups, left = [_group(memo, "The case", found, short)], [each for each in found if _left(each, set())]
    for option in memo.case.options:
        found = [*option.inputs.values(), *(option.fallback.inputs.values() if option.fallback else ())]
        own = _under(option, found)
        groups.append(_group(memo, memo.name(option.name), own, short))
        left += [each for each in own if _left(each, option.blocks)]
    columns = [Column("Input"), Column("Value"), Column("Source"), Column("Basis", class_="quiet")]
    note = say(
        "An input that several options share stands once, under the option that owns it. "
        "{stated}: from a source; {derived}: worked out from one; {assumed}: nobody has measured it.",
        **{status: _mark(status) for status in _STATUSES},
    )
    content = [table("Every input, with its source and status", columns, groups, note), _defaults(memo, left)]
    return framed(memo, "inputs", _heading(memo), *content)


def _defaults(memo: Memo, left: list[Input]) -> Markup | None:
    """What was left at its default, each once however many options left it there."""
    once = {(each.label, each.value): each for each in reversed(left)}
    if not once:
        return None
    some = [say("{label} {value}", label=_lowered(each), value=_value(memo, each)) for each in reversed(once.values())]
    return el("p", el("strong", "At its default wherever it is not listed:"), " ", join(some, "; "), ".", class_="note")


def _lowered(given: Input) -> str:
    return given.label if given.label[1:2].isupper() else given.label[:1].lower() + given.label[1:]


def _given(memo: Memo) -> list[Input]:
    return [each for each in memo.case.all_inputs() if each.origin == "case" and each.line not in _ELSEWHERE]


def _heading(memo: Memo) -> Markup:
    given = _given(memo)
    number = {status: len([each for each in given if each.status == status]) for status in _STATUSES}
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


def _group(memo: Memo, heading: Any, found: list[Input], short: bool) -> Group:
    given = [each for each in found if each.origin == "case" and each.line not in _ELSEWHERE]
    bare = [each for each in given if each.source is None and each.status == "assumed"]
    sourced = [each for each in given if each not in bare]
    rest = []
    if short and sourced:
        rest.append(("From a source", join([_in_a_line(memo, each) for each in sourced], el("br"))))
        sourced = []
    if bare:
        named = [say("{label}: {value}", label=_label(each), value=_value(memo, each)) for each in bare]
        rest.append(("Assumed, no source", join(named, "; ")))
    return Group([_row(memo, each) for each in sourced], heading, rest)


def _in_a_line(memo: Memo, given: Input) -> Markup:
    """What a row of the table says, in one line."""
    form = "{label}: {value} · {source} · {basis}"
    source = client(given.source) if given.source else "–"
    return say(form, label=_label(given), value=_value(memo, given), source=source, basis=given.status)


def _left(given: Input, blocks: Iterable[str]) -> bool:
    """A known default counts where its block is in force; the case's own blocks always are."""
    parts = given.path.split(".")
    in_force = parts[0] != "options" or parts[-2] in blocks
    return given.origin == "default" and given.value is not None and in_force


def _row(memo: Memo, given: Input) -> Row:
    source = client(given.source) if given.source else "–"
    return Row([_label(given), _value(memo, given), source, _mark(given.status)])


def _label(given: Input) -> Markup:
    inner = "escalation.to" in given.path
    return say("{label}{of}", label=given.label, of=" (escalated to)" if inner else "")


def _mark(status: str) -> Markup:
    """Its word, to which the page's style adds a sign; in the table on paper the sign stands alone."""
    return el("span", status.capitalize(), class_=f"basis {status}")


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
    groups = [
        Group([_price_row(memo, list(some)) for _, some in groupby(prices, _seen)], client(model))
        for model, prices in _by_model(memo).items()
    ]
    columns = [Column("Price"), Column("Source"), Column("Seen on", class_="quiet")]
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
        table("Catalogue prices", columns, groups),
    )


def _by_model(memo: Memo) -> dict[str, list[tuple[int, Any]]]:
    """The prices of each model with their places in the results."""
    found: dict[str, list[tuple[int, Any]]] = {}
    for place, price in enumerate(memo.case.prices):
        found.setdefault(price["model"], []).append((place, price))
    return found


def _seen(price: tuple[int, Any]) -> tuple[Any, Any]:
    return price[1]["source"], price[1]["seen_on"]


def _price_row(memo: Memo, prices: list[tuple[int, Any]]) -> Row:
    """The prices that one source gives, a line each."""
    names = [_price_name(price) for _, price in prices]
    values = [_price(memo, place, price) for place, price in prices]
    lines = [say("{name}: {value}", name=name, value=value) for name, value in zip(names, values, strict=True)]
    _, first = prices[0]
    # The model is the group's heading, the day that of the section.
    told = str(first["source"] or "given in the case").replace(f", {first['model']} at {memo.case.as_of}", "", 1)
    return Row([join(lines, el("br")), client(told), _day(first["seen_on"])])


def _price_name(price: Any) -> str:
    name = str(price["field"]).replace("_", " ").capitalize()
    return f"{name}, negotiated" if price["negotiated"] else name


def _price(memo: Memo, place: int, price: Any) -> Markup:
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
    text = measured(memo, shown, unit)
    if not price["negotiated"] or price["list_value"] is None:
        return text
    listed = memo.register.add(f"provenance.prices.{place}.list_value", price["list_value"], show)
    return say("{text} (list price {listed})", text=text, listed=listed)


def _day(value: Any) -> Markup:
    if value is None:
        return Markup("–")
    try:
        return day(value if isinstance(value, date) else date.fromisoformat(str(value)))
    except ValueError:
        return client(value)
