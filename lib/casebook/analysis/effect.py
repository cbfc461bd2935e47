"""What a change of inputs does to the answer: verdict and key figures before and after, in both scopes."""

from __future__ import annotations

from dataclasses import dataclass

from casebook.analysis.binding import bind
from casebook.analysis.reader import Reader
from casebook.case import Case
from casebook.model.evaluate import SCOPES

_OF_THE_VERDICT = (
    ("cost over the horizon", "tco", "$"),
    ("monthly bill, month 1", "cash_per_month", "$/month"),
    ("one-time cost", "one_time", "$"),
)
_AGAINST = (
    ("saved over the horizon", "tco_saving", "$"),
    ("saved a month, month 1", "net_saving_per_month", "$/month"),
    ("sustained break-even", "sustained_month", "months"),
)


@dataclass(frozen=True)
class Figure:
    """A key figure in one scope before and after; None is unknown, never, or no option."""

    scope: str
    label: str
    unit: str
    before: float | str | None
    after: float | str | None

    @property
    def changed(self) -> bool:
        """Whether it is another one after."""
        return self.before != self.after


def effect(before: Case, after: Case) -> list[Figure]:
    """The key figures of two versions of a case side by side, those of the verdict and of what it is compared with."""
    old, new = _figures(before), _figures(after)
    return [
        Figure(scope, label, unit, old[scope, label, unit], new[scope, label, unit])
        for scope, label, unit in dict.fromkeys((*old, *new))
    ]


def _figures(case: Case) -> dict[tuple[str, str, str], float | str | None]:
    binding = bind(case)
    reader = Reader(binding, binding.evaluation())
    labels = {option.name: option.label for option in case.options}
    headline = reader.headline()
    found: dict[tuple[str, str, str], float | str | None] = {}
    for index, scope in enumerate(SCOPES):
        given = reader.recommendation(index)
        verdict, against = given["verdict"], headline[scope]["against"]
        found[scope, "verdict", ""] = labels.get(verdict, verdict)
        found[scope, "strength", ""] = given["strength"]
        found[scope, "reason", ""] = given["reason"]
        found[scope, "compared with", ""] = labels.get(against, against)
        own = reader.option(reader.names.index(verdict), index) if verdict in labels else {}
        for label, field, unit in _OF_THE_VERDICT:
            found[scope, label, unit] = own.get(field)
        for label, field, unit in _AGAINST:
            found[scope, label, unit] = headline[scope].get(field)
    return found
