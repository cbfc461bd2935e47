"""What pays back against what, and when: one answer for memo, index, portfolio and the table of a build.

A verdict that costs more up front has to pay back against what the headline compares it with. Where it does not, the
payback told is that of the pair which says most: the verdict against the base or, where it is the base, the option it
was preferred to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from casebook.analysis.binding import Binding
from casebook.analysis.reader import Reader
from casebook.case import TUNED_SIDE, Case
from casebook.model.constants import CONSTANTS
from casebook.model.evaluate import SCOPES, Evaluation
from casebook.model.wiring import Node

NOTHING = "–"
"""What stands where there is nothing to pay back, or nothing to pay it back against."""

_OUT = {
    rule: Node("decision", "", line)
    for rule, line in (("V1", "out_of_capacity"), ("G5", "out_by_provider"), ("G6", "out_by_operations"))
}


class Outcome(NamedTuple):
    """When a pair's extra cost is back: the words, and the figure that stands for `{months}` in them."""

    words: str
    figure: str | None = None


def outcome(figures: Mapping[str, Any], window: float) -> Outcome:
    """What becomes of a candidate's extra cost up front; it is looked for over `window` months."""
    if figures["sustained_month"] is not None:
        return Outcome("{months}", "sustained_month")
    if direction(figures["one_time_delta"]) <= 0:
        return Outcome(NOTHING)  # it costs nothing more up front, so there is nothing to pay back
    if figures["first_cross_month"] is None:
        return Outcome("not in ten years" if direction(figures["net_saving_per_month"]) > 0 else "never")
    if figures["first_cross_month"] <= window:
        return Outcome("not for good")
    return Outcome("after {months}", "first_cross_month")


def months_or_words(figures: Mapping[str, Any], window: float) -> float | str:
    """The same for a column of numbers: the months of a lasting payback, else the words."""
    words, figure = outcome(figures, window)
    if figure == "sustained_month":
        return float(figures[figure])
    return words.format(months=f"{figures[figure]:,.1f}" if figure else "")


def window_of(horizon_months: float, max_payback_months: float) -> float:
    """The months that a payback is looked for in: the horizon, or the longest acceptable payback."""
    return max(horizon_months, max_payback_months)


def direction(amount: float) -> int:
    """Whether an amount of money is above zero, below, or as good as zero by the model's tolerance."""
    tolerance = CONSTANTS["money_tolerance"].value
    return (amount > tolerance) - (amount < -tolerance)


def ruled_out(binding: Binding, evaluation: Evaluation) -> dict[str, dict[str, set[str]]]:
    """By scope and rule (V1, G5, G6) the options that it puts out."""
    names = [option.name for option in binding.options]
    return {
        scope: {
            rule: {name for name, flag in zip(names, evaluation.row(node, index), strict=True) if flag}
            for rule, node in _OUT.items()
        }
        for index, scope in enumerate(SCOPES)
    }


def rejected(case: Case, found: Mapping[str, Any], out: Collection[str]) -> str | None:
    """The tuned candidate that came closest without being chosen: not out where there is one, then cheapest.

    `found` is a scope of the results, `out` are the options that are ruled out in it.
    """
    verdict = found["recommendation"]["verdict"]
    tuned = [name for name in _candidates(case, found) if _is_tuned(case, name) and name != verdict]
    inside = [name for name in tuned if name not in out]
    return next(iter(inside or tuned), None)


def weighed(case: Case, found: Mapping[str, Any], out: Collection[str]) -> str | None:
    """Whose comparison with the base says most: the verdict's, else the tuned option's it beat, else the next one's."""
    base, verdict = found["recommendation"]["base"], found["recommendation"]["verdict"]
    if base is None or verdict not in found["options"]:
        return None
    if verdict != base:
        return str(verdict)
    rest = (name for name in _candidates(case, found) if name != verdict)
    return rejected(case, found, out) or next(rest, None)


def paybacks(reader: Reader, scopes: Mapping[str, Any], headline: Mapping[str, Any]) -> dict[str, Any]:
    """By scope the pair whose payback is told, with its figures; None where there is nothing to compare."""
    out = ruled_out(reader.binding, reader.evaluation)
    return {
        scope: _payback(reader, index, scopes[scope], headline[scope], set().union(*out[scope].values()))
        for index, scope in enumerate(SCOPES)
    }


def _payback(
    reader: Reader, scope: int, found: Mapping[str, Any], headline: Mapping[str, Any], out: Collection[str]
) -> dict[str, Any] | None:
    if headline["against"] is not None and direction(headline["one_time_delta"]) > 0:
        figures = {key: value for key, value in headline.items() if key not in ("against", "verdict")}
        return {"baseline": headline["against"], "candidate": headline["verdict"]} | figures
    candidate = weighed(reader.binding.case, found, out)
    if candidate is None:
        return None
    figures = reader.comparison(reader.names.index(candidate), scope)
    return {"baseline": found["recommendation"]["base"], "candidate": candidate} | figures


def against_base(reader: Reader, scopes: Mapping[str, Any]) -> dict[str, Any]:
    """By scope the comparisons of the base with the candidates that an explicit `compare` leaves out, by their key."""
    found: dict[str, dict[str, Any]] = {}
    for index, scope in enumerate(SCOPES):
        base = scopes[scope]["recommendation"]["base"]
        slots = {
            f"{base}->{option.name}": slot
            for slot, option in enumerate(reader.binding.options)
            if base is not None and option.candidate and option.name != base
        }
        held = scopes[scope]["comparisons"]
        found[scope] = {key: reader.comparison(slot, index) for key, slot in slots.items() if key not in held}
    return found


def _candidates(case: Case, found: Mapping[str, Any]) -> list[str]:
    """The options that may be recommended, the cheapest first, equals in the order of the file."""
    names = [option.name for option in case.options if option.candidate]
    return sorted(names, key=lambda name: found["options"][name]["tco"])


def _is_tuned(case: Case, name: str) -> bool:
    return next(option.kind for option in case.options if option.name == name) in TUNED_SIDE
