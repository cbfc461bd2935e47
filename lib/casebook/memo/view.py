"""One case and its results, as the memo's sentences, tables and drawings ask for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from markupsafe import Markup

from casebook.analysis.about import labels
from casebook.analysis.binding import bind
from casebook.case import TUNED_SIDE, Case, Input, Option
from casebook.memo import numbers
from casebook.memo.fields import Field, field
from casebook.memo.markup import client, day
from casebook.memo.numbers import DIFFERENCE_DIGITS, Register, Val
from casebook.model import evaluate
from casebook.model.constants import CONSTANTS
from casebook.model.wiring import Node

SCOPES = ("full", "invoice")
"""The scopes in the order in which they are told: what it all costs leads, what vendors bill follows."""

RATES = ("share", "fraction", "per month", "per year", "share/month")
"""Units of an input that is a fraction, and read as a percentage."""


_OUT = {
    rule: Node("decision", "", line)
    for rule, line in (("V1", "out_of_capacity"), ("G5", "out_by_provider"), ("G6", "out_by_operations"))
}

# In a label: what separates clauses, or ends a sentence.
_MISLEADING = re.compile(r"[,;:!?]|\.(?!\w)")


@dataclass(frozen=True)
class Pair:
    """A baseline and a candidate in one scope, with what the results say of them and where."""

    scope: str
    baseline: str
    candidate: str
    root: str
    figures: Mapping[str, Any]

    def path(self, name: str) -> str:
        """The path of one of its figures."""
        return f"{self.root}.{name}"


def direction(amount: float) -> int:
    """Whether an amount of money is above zero, below, or as good as zero by the model's tolerance."""
    tolerance = CONSTANTS["money_tolerance"].value
    return (amount > tolerance) - (amount < -tolerance)


class Memo:
    """The reader's side of a case: figures by path, options by name, and which of them the memo speaks of."""

    def __init__(self, case: Case, results: Mapping[str, Any]) -> None:
        self._binding = bind(case)
        self.case = case = self._binding.case  # with what only the model could tell of its measurements
        self.results = results
        self.register = Register()
        self.options: dict[str, Option] = {option.name: option for option in case.options}

    # Figures

    def figure(self, path: str) -> Any:
        """A figure by its path in the results, which may start at a scope; KeyError where there is none."""
        found: Any = self._roots
        parts = path.split(".")
        while parts:
            # A measured option that the case does not have may carry dots in its name.
            taken = next((end for end in range(1, len(parts) + 1) if _holds(found, ".".join(parts[:end]))), None)
            if taken is None:
                raise KeyError(path)
            key, parts = ".".join(parts[:taken]), parts[taken:]
            found = found[int(key)] if isinstance(found, list) else found[key]
        return found

    @cached_property
    def _roots(self) -> Mapping[str, Any]:
        """Where a path may start."""
        return {**self.results, **self.results["scopes"]}

    def val(self, path: str, none: str | None = None) -> Val:
        """A figure as the memo shows it."""
        entry = field(path)
        return self.register.add(path, self.figure(path), self._form(entry), entry.none if none is None else none)

    def written(self, path: str, show: Callable[[float], str]) -> Val:
        """A figure in a form that its path does not tell, as where it ends in the name of an option."""
        return self.register.add(path, self.figure(path), show)

    def of(self, scope: str, option: str, name: str) -> Val:
        """A figure of an option."""
        return self.val(f"{scope}.options.{option}.{name}")

    def pair_val(self, pair: Pair, name: str) -> Val:
        """A figure of a comparison."""
        return self.val(pair.path(name))

    def gap(self, larger: str, smaller: str) -> Val:
        """The difference of two figures, to the two digits that a difference carries."""
        entry = field(larger)
        show = self._form(Field(entry.label, entry.form, DIFFERENCE_DIGITS))
        return self.register.add(f"{larger} - {smaller}", self.figure(larger) - self.figure(smaller), show)

    def size(self, path: str) -> Val:
        """A figure without its sign, for a sentence that says which way it goes."""
        raw = self.figure(path)
        if raw >= 0:
            return self.val(path)
        return self.register.add(f"0 - {path}", -raw, self._form(field(path)))

    def points(self, larger: str, smaller: str) -> Val:
        """The difference of two shares, in percentage points."""
        raw = self.figure(larger) - self.figure(smaller)
        return self.register.add(f"{larger} - {smaller}", raw, numbers.points)

    def cut(self, after: str, before: str) -> Val:
        """By how much of itself a figure falls."""
        raw = 1 - self.figure(after) / self.figure(before)
        return self.register.add(f"1 - {after} / {before}", raw, lambda value: numbers.share(value, DIFFERENCE_DIGITS))

    def like(self, path: str, other: str, digits: int | None = None) -> Val:
        """A figure in the form of another one: a published figure as the computed one is written."""
        entry = field(other)
        shown = Field(entry.label, entry.form, digits or entry.digits, entry.none)
        return self.register.add(path, self.figure(path), self._form(shown), shown.none)

    def constant(self, name: str) -> Val:
        """A threshold of the rules."""
        constant = CONSTANTS[name]
        show = numbers.share if constant.unit == "share" else numbers.number
        return self.register.add(f"constants.{name}", constant.value, show)

    def count(self, what: str, number: int) -> str | Val:
        """How many there are of something: a word, or a figure of its own when a word would be long."""
        text = numbers.in_words(number)
        return text if text.isalpha() else self.register.add(f"count.{what}", number, numbers.plain)

    def money(self, value: float, digits: int = numbers.LEVEL_DIGITS) -> str:
        """An amount in the case's currency."""
        return numbers.money(value, self.case.currency, digits)

    def _form(self, entry: Field) -> Callable[[float], str]:
        return entry.show(self.case.currency)

    # Inputs

    def input(self, line: str, option: str | None = None) -> Input:
        """An input by the model's name for it, of the case or of an option."""
        return self.case.inputs[line] if option is None else self.options[option].inputs[line]

    @cached_property
    def inputs(self) -> Mapping[str, Input]:
        """Every input of the case by its path."""
        return {each.path: each for each in self.case.all_inputs()}

    def amount(self, line: str, option: str | None = None) -> float:
        """An input that is a known number, to reckon with."""
        value = self.input(line, option).value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"{line}: wanted a known number, got {value!r}")
        return value

    def given(self, line: str, option: str | None = None) -> Any:
        """An input's value as it is shown."""
        return self.shown(self.input(line, option))

    def shown(self, given: Input) -> Any:
        """The value of an input: a number is registered, a text is the client's own words."""
        value = given.value
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, date):
            return day(value)
        if isinstance(value, str):
            return value.replace("_", " ") if given.choices else client(value)
        return self.register.add(f"inputs.{given.path}", value, self.input_form(given), numbers.UNKNOWN)

    def input_form(self, given: Input) -> Callable[[float], str]:
        """How a number of this input's unit is written."""
        if self.per(given.unit) is not None:
            return lambda value: numbers.price(value, self.case.currency)
        if given.unit in RATES:
            return numbers.given_share
        return numbers.plain

    def per(self, unit: str) -> str | None:
        """What follows the currency in a unit of money: `/error`; None where it is no money."""
        sign = next((sign for sign in ("$", self.case.currency) if unit.split("/")[0] == sign), None)
        return None if sign is None else unit.removeprefix(sign)

    # Options and scopes

    def name(self, option: str) -> Markup:
        """An option as the reader knows it; set apart in prose where its label could be read as part of a sentence."""
        return client(self.labels[option], "o" if _MISLEADING.search(self.labels[option]) else None)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Every option's label, told apart by its name where several options share one."""
        return labels(self.case)

    def scope(self, scope: str) -> Mapping[str, Any]:
        """Everything computed in one scope."""
        return self.results["scopes"][scope]

    def recommendation(self, scope: str) -> Mapping[str, Any]:
        """What the rules decided in one scope."""
        return self.scope(scope)["recommendation"]

    def verdict(self, scope: str) -> str:
        """The verdict: an option's name, `no_workload` or `none_feasible`."""
        return self.recommendation(scope)["verdict"]

    def winner(self, scope: str) -> str | None:
        """The option recommended, None without one."""
        verdict = self.verdict(scope)
        return verdict if verdict in self.options else None

    @property
    def agreed(self) -> bool:
        """Both scopes give the same verdict."""
        return self.verdict("full") == self.verdict("invoice")

    def is_tuned(self, option: str) -> bool:
        """The option is of a tuned kind."""
        return self.options[option].kind in TUNED_SIDE

    @property
    def candidates(self) -> list[str]:
        """The options that may be recommended, in the order of the file."""
        return [name for name, option in self.options.items() if option.candidate]

    def pair(self, scope: str, baseline: str | None, candidate: str | None) -> Pair | None:
        """A comparison of two options, None where the results hold none."""
        if baseline is None or candidate is None:
            return None
        key = f"{baseline}->{candidate}"
        figures = self.scope(scope)["comparisons"].get(key)
        return None if figures is None else Pair(scope, baseline, candidate, f"{scope}.comparisons.{key}", figures)

    def tco(self, scope: str, option: str) -> float:
        """Total cost over the horizon, unrounded."""
        return self.scope(scope)["options"][option]["tco"]

    def by_cost(self, scope: str) -> list[str]:
        """All options, the cheapest over the horizon first, equals in the order of the file."""
        return sorted(self.options, key=lambda name: self.tco(scope, name))

    def out(self, scope: str, option: str) -> str | None:
        """The rule that puts a candidate out (V1, G5 or G6), None while it is in."""
        return next((rule for rule, out in self._outs[scope].items() if option in out), None)

    @cached_property
    def _outs(self) -> dict[str, dict[str, set[str]]]:
        """The options that each of these rules puts out, as the model says, by scope."""
        evaluation = self._binding.evaluation()
        return {
            scope: {
                rule: {name for name, flag in zip(self.options, evaluation.row(node, index), strict=True) if flag}
                for rule, node in _OUT.items()
            }
            for index, scope in enumerate(evaluate.SCOPES)
        }

    def rejected(self, scope: str) -> str | None:
        """The tuned candidate that came closest without being chosen: not out where there is one, then cheapest."""
        tuned = [
            n for n in self.by_cost(scope) if n in self.candidates and self.is_tuned(n) and n != self.verdict(scope)
        ]
        inside = [name for name in tuned if self.out(scope, name) is None]
        return next(iter(inside or tuned), None)

    def headline(self, scope: str) -> Pair | None:
        """The verdict against today's option, else the base, else the best other one; None without either."""
        figures = self.results["headline"][scope]
        against, winner = figures["against"], self.winner(scope)
        if against is None or winner is None:
            return None
        return Pair(scope, against, winner, f"headline.{scope}", figures)

    def reference(self, scope: str) -> str | None:
        """The option that the table of options measures the others against: the baseline of most comparisons."""
        base = self.recommendation(scope)["base"]
        preferred = [name for name in (self.case.current, base) if name is not None]
        baselines = [key.split("->")[0] for key in self.scope(scope)["comparisons"]]
        if not baselines:
            return next(iter(preferred), None)
        return max(sorted(set(baselines)), key=lambda name: (baselines.count(name), name in preferred))

    def telling(self, scope: str) -> Pair | None:
        """The comparison that says most: the verdict or the tuned option it beat, against the base."""
        base, winner = self.recommendation(scope)["base"], self.winner(scope)
        if winner is None:
            return None
        if winner != base:
            return self.pair(scope, base, winner)
        rest = next((n for n in self.by_cost(scope) if n in self.candidates and n != winner), None)
        return self.pair(scope, base, self.rejected(scope)) or self.pair(scope, base, rest)


def _holds(found: Any, key: str) -> bool:
    """Whether a mapping has a key, or a list a place of that number."""
    if isinstance(found, list):
        return key.isdigit() and int(key) < len(found)
    return isinstance(found, (dict, Mapping)) and key in found  # plain data as a rule: quicker to see
