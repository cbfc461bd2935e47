"""One figure of an audit: its row, and below it what would reconcile it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any

from markupsafe import Markup

from casebook.analysis.audit_list import Audit
from casebook.case import Case, Input
from casebook.memo import numbers
from casebook.memo.fields import field
from casebook.memo.markup import client, el, join, say
from casebook.memo.numbers import DIFFERENCE_DIGITS, LEVEL_DIGITS, NEVER, UNKNOWN, Register, Val
from casebook.memo.tables import Group, Row
from casebook.memo.tracing import found_at
from casebook.memo.view import RATES

# What became of a figure: class, sign, word. The sign needs no colour.
STATUS = {
    "reproduced": ("good", "✓", "Reproduced"),
    "reproduced with assumption": ("good", "✓", "Reproduced with an assumption"),
    "not reproduced": ("bad", "✕", "Not reproduced"),
    "not computable": ("open", "○", "Not computable"),
}
SCOPE = {"invoice": "on vendor invoices alone", "full": "at full cost"}

# Where a label begins to explain itself.
_ASIDE = re.compile(r" ?[:,(]")

# How a published figure's unit is written.
_FORMS: Mapping[str, Callable[[float, int], str]] = {
    "share": numbers.share,
    "months": numbers.months,
    "weeks": numbers.weeks,
    "s": numbers.seconds,
    "×": lambda value, digits: numbers.number(value, digits) + "×",
    "million tokens/month": lambda value, digits: numbers.number(value, digits) + " million",
}


def form(unit: str, digits: int = LEVEL_DIGITS) -> Callable[[float], str]:
    """How a figure in this unit is written."""
    show = _FORMS.get(unit, numbers.number)
    if unit.startswith("$"):
        return lambda value: numbers.money(value, digits=digits)
    return lambda value: show(value, digits)


def _points(value: float) -> str:
    """A difference of two shares, short enough for a column."""
    return numbers.points(value).replace("percentage points", "pp").replace("percentage point", "pp")


def comes_out(figure: Mapping[str, Any]) -> bool:
    """Whether a figure is as published."""
    return figure["status"].startswith("reproduced")


def nearest_way(figure: Mapping[str, Any]) -> int | None:
    """The place of the first what-if under which a figure comes out."""
    return next((place for place, one in enumerate(figure["reconciles"]) if one["comes_out"]), None)


class AuditFigures:
    """An audit's figures as they are shown; every number is registered under its path in the results."""

    def __init__(self, audit: Audit, results: Mapping[str, Any]) -> None:
        self.audit = audit
        self.results = results
        self.register = Register()

    def figure(self, place: int, index: int) -> Mapping[str, Any]:
        """A figure by the places of its family and of itself."""
        return self.results["families"][place]["figures"][index]

    def at(self, key: str) -> Any:
        """The figure that a key leads to: an input of a family's case, or a figure of the results."""
        root, _, rest = key.partition(".")
        if root == "inputs":
            place, _, path = rest.partition(".")
            return self.case(int(place)).input(path).value
        return found_at(self.results, key)

    def case(self, place: int) -> Case:
        """The case of a family."""
        return self.audit.families[place].case

    def name(self, figure: Mapping[str, Any], inside: bool = False) -> Markup:
        """What a figure is called: its own name, else that of the results' figure."""
        name = figure["name"] or field(figure["metric"][0]).label
        return client(name[:1].lower() + name[1:] if inside else name)

    def published(self, place: int, index: int) -> Markup:
        """A published figure: a number, or the ends of its range."""
        figure, path = self.figure(place, index), f"families.{place}.figures.{index}"
        show = form(figure["unit"])
        low = self.register.add(f"{path}.low", figure["low"], show)
        if figure["low"] == figure["high"]:
            return say("{low}", low=low)
        return say("{low} to {high}", low=low, high=self.register.add(f"{path}.high", figure["high"], show))

    def computed(self, place: int, index: int) -> Val:
        """What the model gives for a figure."""
        figure = self.figure(place, index)
        key = f"families.{place}.figures.{index}.computed"
        return self.register.add(key, figure["computed"], form(figure["unit"]), NEVER if figure["never"] else UNKNOWN)

    def difference(self, place: int, index: int) -> Any:
        """How far a figure is from the published one, also as a share of it."""
        figure, path = self.figure(place, index), f"families.{place}.figures.{index}"
        if figure["difference"] is None:
            return "–"
        if figure["difference"] == 0:
            return "in the range" if figure["low"] != figure["high"] else "none"
        show = _points if figure["unit"] == "share" else form(figure["unit"], DIFFERENCE_DIGITS)
        difference = self.register.add(f"{path}.difference", figure["difference"], show)
        if not any(digit in difference.text for digit in "123456789"):
            return "none"
        end = "low" if figure["difference"] < 0 else "high"
        if not figure[end]:
            return difference
        relative = self.register.add(
            f"{path}.difference / {path}.{end}",
            figure["difference"] / figure[end],
            lambda value: ("+" if value > 0 else "") + numbers.share(value, DIFFERENCE_DIGITS),
        )
        return say("{difference} ({relative})", difference=difference, relative=relative)

    def assumed(self, place: int) -> Markup:
        """The inputs of a family's case that are only assumed, with their values."""
        case = self.case(place)
        found = [one for one in case.all_inputs() if one.origin == "case" and one.status == "assumed"]
        shown = [
            (one.path, self.register.add(f"inputs.{place}.{one.path}", one.value, _input_form(one)))
            for one in found
            if one.type == "number"
        ]
        return settings_of(case, shown)


def group(page: AuditFigures, place: int, index: int) -> Group:
    """A figure, and below it what the model gives with other inputs."""
    figure = page.figure(place, index)
    class_, sign, word = STATUS[figure["status"]]
    row = Row(
        [
            page.name(figure),
            page.published(place, index),
            page.computed(place, index),
            page.difference(place, index),
            el("span", el("span", sign, aria_hidden="true"), " ", word, class_=f"mark {class_}"),
            join([client(part[:1].upper() + part[1:]) for part in (figure["source"], figure["note"]) if part], ". "),
        ]
    )
    what_ifs = groupby(enumerate(figure["reconciles"]), key=lambda one: one[1]["label"])
    rest = [(quiet(label), _lines(_what_if(page, place, index, at) for at, _ in some)) for label, some in what_ifs]
    return Group([row], rest=rest)


def quiet(label: str) -> Markup:
    """The heading of a row that belongs to the one above it."""
    return el("span", client(label), class_="of")


def _lines(parts: Iterable[Markup]) -> Markup:
    return el("br").join(parts)


def _what_if(page: AuditFigures, place: int, index: int, at: int) -> Markup:
    """What a figure comes to with other inputs, and which."""
    figure = page.figure(place, index)
    one, path = figure["reconciles"][at], f"families.{place}.figures.{index}.reconciles.{at}"
    settings = what_is_set(page, place, index, at)
    show = form(figure["unit"])
    if one["solved"] and one["set"][one["solved"]] is None:
        target = page.register.add(f"{path}.target", one["target"], show)
        return say("{target} is out of reach with {settings}", target=target, settings=settings)
    gives = page.register.add(f"{path}.gives", one["gives"], show, NEVER if one["gives_never"] else UNKNOWN)
    text = say("{gives} with {settings}", gives=el("strong", gives), settings=settings)
    if not one["comes_out"]:
        return text
    return say("{text} {sign}", text=text, sign=el("span", "✓\u00a0comes\u00a0out", class_="mark good"))


def what_is_set(page: AuditFigures, place: int, index: int, at: int) -> Markup:
    """The inputs of a what-if with their values, and its scope where that is not the figure's."""
    figure, case = page.figure(place, index), page.case(place)
    one, path = figure["reconciles"][at], f"families.{place}.figures.{index}.reconciles.{at}"
    settings = settings_of(case, [(name, _changed(page, case, path, one, name)) for name in one["set"]])
    if one["scope"] == figure["metric"][0].split(".")[0]:
        return settings
    return say("{settings}, {where}", settings=settings, where=SCOPE[one["scope"]])


def _changed(page: AuditFigures, case: Case, path: str, one: Mapping[str, Any], name: str) -> Any:
    """What a what-if sets an input to; a value that was searched for is rounded."""
    given, value = case.input(name), one["set"][name]
    if value is None:
        low, high = (
            page.register.add(f"{path}.between.{end}", bound, _input_form(given))
            for end, bound in enumerate(one["between"])
        )
        return say("anything between {low} and {high}", low=low, high=high)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    show = _rounded_form(given) if name == one["solved"] else _input_form(given)
    return page.register.add(f"{path}.set.{name}", value, show)


def settings_of(case: Case, settings: Iterable[tuple[str, Any]]) -> Markup:
    """Inputs by their written path with their values, an option's under its name."""
    owners = {f"options.{option.name}": option.label for option in case.options if len(case.options) > 1}
    found = []
    for owner, some in groupby(settings, key=lambda one: owners.get(".".join(one[0].split(".")[:2]))):
        inputs = join([_setting(case.input(path), value) for path, value in some], ", ")
        found.append(inputs if owner is None else say("{owner}: {inputs}", owner=client(owner), inputs=inputs))
    return join(found, "; ")


def _setting(given: Input, value: Any) -> Markup:
    """An input's label without what it explains, and its value with a unit that the label does not say."""
    label = _ASIDE.split(given.label)[0]
    text = say("{label} = {value}", label=label[:1].lower() + label[1:], value=value)
    if given.type != "number" or not given.unit or given.unit in RATES or given.unit.split("/")[0] in label.lower():
        return text
    if given.unit.startswith("$"):
        return say("{text}{per}", text=text, per=given.unit[1:].replace("/", " per "))
    unit = given.unit.removesuffix("s") if str(value) == "1" else given.unit.replace("/", " per ")
    return say("{text} {unit}", text=text, unit=unit)


def _input_form(given: Input) -> Callable[[float], str]:
    if given.unit.startswith("$"):
        return numbers.price
    return numbers.given_share if given.unit in RATES else numbers.plain


def _rounded_form(given: Input) -> Callable[[float], str]:
    if given.unit.startswith("$"):
        return numbers.money
    return numbers.share if given.unit in RATES else numbers.number


def gap_in_words(page: AuditFigures, place: int, index: int) -> Markup:
    """How many times a figure is above or below what was published."""
    figure, path = page.figure(place, index), f"families.{place}.figures.{index}"
    above = figure["computed"] > figure["high"]
    end = "high" if above else "low"
    one, other = (f"{path}.computed", f"{path}.{end}") if above else (f"{path}.{end}", f"{path}.computed")
    ratio = figure["computed"] / figure[end] if above else figure[end] / figure["computed"]
    times = page.register.add(f"{one} / {other}", ratio, lambda value: numbers.number(value, DIFFERENCE_DIGITS))
    return say("{times} times {where}", times=times, where="higher" if above else "lower")
