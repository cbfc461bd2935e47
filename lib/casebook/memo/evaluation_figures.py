"""The figures of the evaluation report as its sentences and tables show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from casebook.analysis.evaluation_report import evaluation_report
from casebook.case import Case, from_parameters, load
from casebook.memo import numbers
from casebook.memo.markup import client
from casebook.memo.numbers import Val
from casebook.memo.pairing import Compared
from casebook.memo.parameters import PARAMETERS, data_folder, sample_file
from casebook.memo.view import Memo

SAMPLE = "support.yaml"


def points(value: float) -> str:
    """A difference of pass rates in points."""
    text = numbers.points(value)
    return text.replace("percentage point", "point")


def p_value(value: float) -> str:
    """A p-value to three digits, and to more where it is close to the level."""
    return numbers.p_value(value, numbers.LEVEL_DIGITS)


def likelihood(value: float) -> str:
    """A chance reckoned by an approximation: never certain."""
    return numbers.chance(min(value, _NEARLY_CERTAIN))


_NEARLY_CERTAIN = 0.9999

FORMS: Mapping[str, Callable[[float], str]] = {
    **dict.fromkeys(("pass_rate", "0", "1"), numbers.share),
    **dict.fromkeys(("lead", "smallest_difference"), points),
    **dict.fromkeys(("exact_p", "mid_p", "chi2_p", "chi2_corrected_p"), p_value),
    **dict.fromkeys(("chi2", "chi2_corrected"), numbers.number),
    **dict.fromkeys(("power", "chance"), likelihood),
    **dict.fromkeys(("median", "p95"), numbers.seconds),
    "level": numbers.given_share,
}
"""How a figure is written, by the last part of its path; what is not here is a count."""


class EvaluationPage(Memo):
    """A case and the figures of its evaluation, as the sections of the report ask for them."""

    def __init__(self, case: Case) -> None:
        self.report = evaluation_report(case)
        super().__init__(case, {**self.report, "scopes": {}})

    def fig(self, path: str) -> Val:
        """A figure by its path in the report."""
        return self.written(path, FORMS.get(path.rsplit(".", 1)[-1], numbers.plain))

    def known(self, path: str) -> Val | str:
        """A figure, or a dash where it is not defined."""
        return "–" if self.figure(path) is None else self.fig(path)

    def option_name(self, name: str) -> Markup:
        """An option by its label; what was evaluated and is none of the case, by the name its file gives."""
        return self.name(name) if name in self.options else client(name)

    def label(self, name: str) -> str:
        """The same as plain text, for a drawing."""
        return self.labels.get(name, name)

    @property
    def pairs(self) -> list[Tested]:
        """The pairs compared, in the order of the case."""
        return [Tested(self, place, figures) for place, figures in enumerate(self.report["pairs"])]

    @property
    def main(self) -> Tested | None:
        """The pair that the page is about: the first with a difference, else the first."""
        return next((pair for pair in self.pairs if pair.lead), next(iter(self.pairs), None))


@dataclass(frozen=True)
class Tested:
    """A pair that was compared, with its figures and the words for them."""

    page: EvaluationPage
    place: int
    figures: Mapping[str, Any]

    def fig(self, name: str) -> Val:
        """One of its figures."""
        return self.page.fig(f"pairs.{self.place}.{name}")

    def known(self, name: str) -> Val | str:
        """One of its figures, or a dash."""
        return self.page.known(f"pairs.{self.place}.{name}")

    @property
    def lead(self) -> int:
        """By how many items the candidate is ahead."""
        return int(self.figures["only_candidate"] - self.figures["only_baseline"])

    @property
    def shown(self) -> bool:
        """Chance alone would give a difference as large less often than the level."""
        return bool(self.figures["shown"])

    @property
    def better(self) -> Markup:
        """The option ahead; the candidate where neither is."""
        return self.page.option_name(self.figures["candidate" if self.lead >= 0 else "baseline"])

    @property
    def worse(self) -> Markup:
        """The other one."""
        return self.page.option_name(self.figures["baseline" if self.lead >= 0 else "candidate"])

    @property
    def wins(self) -> Val:
        """The items that only the better one passed."""
        return self.fig("only_candidate" if self.lead >= 0 else "only_baseline")

    @property
    def losses(self) -> Val:
        """The items that only the worse one passed."""
        return self.fig("only_baseline" if self.lead >= 0 else "only_candidate")

    @property
    def compared(self) -> Compared:
        """What the sentences that the memo shares need of it."""
        candidate, baseline = (self.page.option_name(self.figures[side]) for side in ("candidate", "baseline"))
        lead, p, power, needed = (
            None if self.figures[name] is None else self.fig(name)
            for name in ("lead", "exact_p", "power", "items_for_80")
        )
        counted = (self.fig(name) for name in ("items", "only_candidate", "only_baseline"))
        return Compared(candidate, baseline, *counted, lead, p, self.shown, power, needed)


def page_of(parameters: Mapping[str, Any]) -> EvaluationPage:
    """The page of the case that a notebook's variables describe: what was injected, or a sample with an evaluation."""
    given = {name: parameters[name] for name in PARAMETERS if parameters.get(name) is not None}
    if not given:
        return EvaluationPage(load(sample_file().with_name(SAMPLE)))
    return EvaluationPage(from_parameters(given, data_folder(given.get("evidence"))))
