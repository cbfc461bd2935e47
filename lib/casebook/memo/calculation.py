"""A calculator's page: what it shows of a case, as its sections ask for it, and the sections all calculators share.

page = page_of("prompt_cache", globals())
answer(page)      # a section, shown as the output of the notebook's cell
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from casebook import __version__
from casebook.analysis.binding import bind
from casebook.analysis.calculators import CALCULATORS, figures_of, options_for
from casebook.analysis.reader import Reader
from casebook.analysis.results import kept
from casebook.case import Case, from_parameters, load
from casebook.memo import numbers
from casebook.memo.frame import closing, opening_for, section, title_for
from casebook.memo.markup import Fragment, day, el, join, say
from casebook.memo.numbers import NEVER, Val
from casebook.memo.parameters import PARAMETERS, data_folder, sample_file
from casebook.memo.tables import Column, Group, Row, table
from casebook.memo.view import SCOPES, Memo
from casebook.model.lines import Line, lines
from casebook.model.wiring import Node

NOTHING = "–"


class NothingToCalculate(ValueError):
    """A case that has nothing a calculator could work on."""


@dataclass(frozen=True)
class Words:
    """What a calculator says of its page: the headline, the points of the answer, the key figures, and what is beyond.

    A point that does not apply is None. A key figure is its label, the figure, and what to read it with.
    """

    headline: Callable[[Calculation], Markup]
    points: tuple[Callable[[Calculation], Markup | None], ...]
    key_figures: Callable[[Calculation], list[tuple[Any, Any, Any]]]
    further: Callable[[Calculation], Fragment] | None = None


class Calculation(Memo):
    """A case and the figures of one calculator."""

    def __init__(self, case: Case, name: str, report: Mapping[str, Any] | None = None) -> None:
        """Speak of a case; `report` are the calculator's figures where they are at hand."""
        binding = bind(case)
        self.calculator = name
        self.columns = [case.options[index].name for index in options_for(case, name)]
        if not self.columns or not case.inputs["calls_per_month"].value:
            wanted = "an option that it is for, and calls" if self.columns else "an option that it is for"
            raise NothingToCalculate(f"{case.id}: {name}: wanted {wanted}; got none in the case file")
        evaluation = binding.evaluation()
        self.evaluation, self.binding = evaluation, binding
        known = kept(case)
        if known:
            decided = {scope: known["scopes"][scope]["recommendation"]["verdict"] for scope in SCOPES}
        else:
            reader = Reader(binding, evaluation)
            decided = {scope: reader.recommendation(index)["verdict"] for index, scope in enumerate(SCOPES[::-1])}
        self.report = report or (known["reports"][name] if known else figures_of(binding, evaluation, name))
        super().__init__(case, {"scopes": {}, "reports": {name: self.report}})
        self.decided = decided

    @property
    def main(self) -> str:
        """The option that the page speaks of: the verdict, else what runs today, else the first."""
        preferred = (self.decided["full"], self.decided["invoice"], self.case.current)
        return next((name for name in preferred if name in self.columns), self.columns[0])

    def raw(self, line: str, option: str | None = None, scope: str = "invoice") -> Any:
        """A figure of an option as it is: a number, a truth value, a text, None where it is not defined."""
        return self.report["scopes"][scope][option or self.main][line]

    def fig(self, line: str, option: str | None = None, scope: str = "invoice") -> Val:
        """A figure of an option as it is shown."""
        path = f"reports.{self.calculator}.scopes.{scope}.{option or self.main}.{line}"
        return self.register.add(path, self.figure(path), self.form(self.line(line).unit), _absent(line))

    def shown(self, line: Any, option: str | None = None, scope: str = "invoice") -> Any:
        """A figure, a yes or no, a text, or a dash; an input is shown as in every memo."""
        if not isinstance(line, str):
            return super().shown(line)
        value = self.raw(line, option, scope)
        if value is None and _absent(line) == NOTHING:
            return NOTHING
        if isinstance(value, bool):
            return "yes" if value else "no"
        return value if isinstance(value, str) else self.fig(line, option, scope)

    def line(self, name: str) -> Line:
        """A line of the calculator."""
        return lines()[self.calculator][name]

    def scoped(self, name: str) -> bool:
        """Whether a line differs between the scopes for one of the options."""
        return any(self.raw(name, option, "full") != self.raw(name, option, "invoice") for option in self.columns)

    def form(self, unit: str) -> Callable[[float], str]:
        """How a figure of this unit is written."""
        if unit.startswith("$"):
            return self._amount
        return _FORMS.get(unit, numbers.number)

    def _amount(self, value: float) -> str:
        """An amount of money; what is less than anybody bills is not spelled out."""
        return f"<{self.money(_SMALLEST)}" if 0 < value < _SMALLEST else self.money(value)

    def money_at(self, path: str) -> Val:
        """An amount of money by its path in the results."""
        return self.written(path, self._amount)

    def price(self, value: float) -> str:
        """A unit price as quoted."""
        return numbers.price(value, self.case.currency)

    def of_model(self, line: str, option: str | None = None) -> Val:
        """A line of the decision's model for an option, in its own unit."""
        path = f"model.{option or self.main}.{line}"
        return self.written(path, self.form(lines()["option"][line].unit))

    def figure(self, path: str) -> Any:
        """A figure by its path in the results; `model.<option>.<line>` is a line of the decision, on invoices."""
        root, _, rest = path.partition(".")
        if root != "model":
            return super().figure(path)
        option, line = rest.split(".")
        return self.evaluation.scalar(Node("option", self.binding.position[option], line))


_SMALLEST = 1e-6

_FORMS: Mapping[str, Callable[[float], str]] = {
    "share": numbers.share,
    "×": lambda value: numbers.number(value) + "×",
    "GB": lambda value: numbers.number(value) + "\u00a0GB",
    "bits": lambda value: numbers.plain(value) + "\u00a0bits",
}


def _absent(line: str) -> str:
    return NEVER if line.startswith("breakeven") and line.endswith("hosted") else NOTHING


def page_of(name: str, parameters: Mapping[str, Any]) -> Calculation:
    """The page of the case that a notebook's variables describe: what was injected, or the first sample that fits."""
    given = {key: parameters[key] for key in PARAMETERS if parameters.get(key) is not None}
    if given:
        return Calculation(from_parameters(given, data_folder(given.get("evidence"))), name)
    for file in sorted(sample_file().parent.glob("*.yaml")):
        case = load(file)
        if options_for(case, name):
            return Calculation(case, name)
    raise NothingToCalculate(f"{name}: wanted a case in params/ that it is for; got none")


# The sections that all calculators share


def title(page: Calculation, headline: Markup) -> Fragment:
    """The page's title, for the tab and the file list."""
    return title_for(page.case, headline)


def header(page: Calculation, headline: Markup) -> Fragment:
    """What this is, for whom, at which prices."""
    case = page.case
    facts = [("Prices as of", day(case.as_of)), ("Calls a month", page.given("calls_per_month"))]
    return opening_for(case, CALCULATORS[page.calculator].title, headline, facts)


def answered(text: Markup, points: Iterable[Markup]) -> Fragment:
    """What was found, in a sentence and a few points."""
    points = list(points)
    parts = [
        el("p", text, class_="recommendation"),
        el("ol", *[el("li", point) for point in points]) if points else None,
    ]
    return section("answer", "What it comes to", *parts)


def figures(page: Calculation, heading: Any) -> Fragment:
    """Every figure that matters, a row a line and a column an option."""
    alone, groups = len(page.columns) == 1, CALCULATORS[page.calculator].lines
    columns = [Column("Line"), *(Column("Figure" if alone else page.name(option), True) for option in page.columns)]
    body = [Group([row for name in names for row in _rows(page, name)], title) for title, names in groups.items()]
    note = "Figures of month 1, at the prices of the report's day. The workbook holds every line as a live formula."
    caption = page.name(page.columns[0]) if alone else "Each option"
    class_ = "drawn lines" if 1 < len(page.columns) <= _MOST_ABREAST else "drawn"
    return section("figures", heading, table(caption, columns, body, note=note, class_=class_))


def _rows(page: Calculation, name: str) -> list[Row]:
    line = page.line(name)
    if not page.scoped(name):
        return [Row([_label(line), *(page.shown(name, option) for option in page.columns)])]
    on_invoices = any(page.raw(name, option, "invoice") for option in page.columns)
    return [
        Row([_label(line, _SCOPE_WORDS[scope]), *(page.shown(name, option, scope) for option in page.columns)])
        for scope in (reversed(SCOPES) if on_invoices else ("full",))
    ]


# As many options stand abreast on a phone, named once at its top; of more, each figure names its own.
_MOST_ABREAST = 4
_SCOPE_WORDS = {"invoice": "on invoices", "full": "all costs"}


def _label(line: Line, scope: str = "") -> Markup:
    per = line.unit.removeprefix("$") if line.unit.startswith("$/") else ""
    unit = _PER.get(per, per)
    small = ", ".join(part for part in ("" if unit in line.label else unit, scope) if part)
    return join([line.label, el("span", f" ({small})", class_="of")]) if small else Markup(line.label)


_PER = {"/call": "per call", "/month": "a month", "/M tokens": "per million tokens", "/token": "per token"}


def footer(page: Calculation) -> Fragment:
    """Confidentiality, and what exactly was computed."""
    case = page.case
    second = [
        say("Casebook {version}", version=el("code", __version__)),
        say("case {code}", code=el("code", case.content_hash[:12])),
    ]
    rounding = "Figures are rounded to three significant digits after calculation."
    return closing(case, rounding, second)
