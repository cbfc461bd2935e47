"""The rules as the reader checks them: which fired, which did not, which nobody can tell yet, and on what figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from casebook.memo.crossing import calls_a_month, months_of, predicate
from casebook.memo.deciding import why_out
from casebook.memo.equals import nearly
from casebook.memo.markup import join, say
from casebook.memo.view import SCOPES, Memo
from casebook.model.lines import lines
from casebook.model.rules import RULES

FIRED, NOT_FIRED, NOT_MEASURED, NOT_REACHED = "fired", "not fired", "not measured", "not reached"
STATES = (FIRED, NOT_MEASURED, NOT_FIRED, NOT_REACHED)

_GATES = ("G3", "G4", "G1", "C1", "C1?", "C2", "CX", "C3", "C4", "C5", "CR", "G2", "S1")
_ECONOMICS = ("E1", "E2", "E3", "E4", "E5")
_ARCHITECTURE = ("Y1", "H1", "H3", "H2", "Y2", "Q0")
# What ends the weighing, and the rules that are then never come to.
_ENDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("B0", "N0"), (*_GATES, *_ECONOMICS, *_ARCHITECTURE)),
    (("S1",), (*_ECONOMICS, *_ARCHITECTURE)),
    (("C1", "C2", "C3", "C4", "C5"), _ECONOMICS),
    (("E1", "E5"), _ARCHITECTURE),
)


@dataclass(frozen=True)
class Entry:
    """One rule as it stands in this case; `ended` says what ended the weighing before it."""

    id: str
    says: str
    state: str
    scopes: tuple[str, ...]
    ended: tuple[str, ...]
    found: Markup
    effect: str
    source: str


def entries(memo: Memo) -> list[Entry]:
    """Every rule in the order in which they fire."""
    return [_entry(memo, rule) for rule in RULES]


def _entry(memo: Memo, rule: str) -> Entry:
    entry = RULES[rule]
    fired = tuple(scope for scope in SCOPES if rule in memo.recommendation(scope)["fired"])
    ends = {scope: _end_in(memo, rule, scope) for scope in SCOPES}
    weighed = fired or tuple(scope for scope in SCOPES if ends[scope] is None)
    ended = () if weighed else tuple(dict.fromkeys(end for end in ends.values() if end))
    state = FIRED if fired else NOT_REACHED if ended else NOT_FIRED if _measured(memo, rule) else NOT_MEASURED
    found = _found(memo, rule, weighed[0], bool(fired)) if weighed else Markup("–")
    source = entry.source.replace("source article, ", "")
    return Entry(rule, in_words(rule), state, fired, ended, found, entry.effect, source)


def in_words(rule: str) -> str:
    """The rule's own words: the label of its line, past its id."""
    text = lines()["decision"][RULES[rule].line].label.split(": ", 1)[-1]
    return text[:1].upper() + text[1:]


def _end_in(memo: Memo, rule: str, scope: str) -> str | None:
    """The rule or verdict that ended the weighing before this rule, None where it was weighed."""
    verdict, fired = memo.verdict(scope), memo.recommendation(scope)["fired"]
    if verdict == "no_workload":
        return "V0" if rule != "V0" else None
    if verdict == "none_feasible" and rule in (*_GATES, *_ECONOMICS, *_ARCHITECTURE):
        return "the lack of a feasible option"
    for enders, ended in _ENDS:
        if rule in ended:
            found = next((ender for ender in enders if ender in fired), None)
            if found is not None:
                return found
    return None


def _measured(memo: Memo, rule: str) -> bool:
    """Whether everything is known that the rule looks at."""
    if any(memo.input(line).value is None for line in RULES[rule].needs):
        return False
    figure = {"C3": "latency_s", "P3": "latency_s", "C5": "accuracy"}.get(rule)
    bases = [memo.recommendation(scope)["base"] for scope in SCOPES]
    return figure is None or all(
        base is None or memo.figure(f"{scope}.options.{base}.{figure}") is not None
        for scope, base in zip(SCOPES, bases, strict=True)
    )


def _found(memo: Memo, rule: str, scope: str, fired: bool) -> Markup:
    find = _FINDERS.get(rule)
    if find is None or (rule in _ONLY_WHEN_FIRED and not fired):
        return Markup("–")
    return find(memo, scope)


_ONLY_WHEN_FIRED = ("P2", "B0", "H3", "H2", "Y2")


def _inputs(*parts: tuple[str, str]) -> Callable[[Memo, str], Markup]:
    """A finder that shows inputs, each with a word before it."""

    def find(memo: Memo, scope: str) -> Markup:
        return join([say("{word} {value}", word=word, value=memo.given(line)) for word, line in parts], "; ")

    return find


def _out(rule: str) -> Callable[[Memo, str], Markup]:
    def find(memo: Memo, scope: str) -> Markup:
        clauses = [
            say("{name}: {why}", name=memo.name(name), why=why_out(memo, scope, name))
            for name in memo.candidates
            if memo.out(scope, name) == rule
        ]
        return join(clauses, "; ") if clauses else Markup("none is")

    return find


def _format(memo: Memo, scope: str) -> Markup:
    if memo.input("format_trials").value is None:
        return Markup("no trials counted")
    form = "{failures} of {trials}, limit {limit}"
    return say(
        form,
        failures=memo.given("format_failures"),
        trials=memo.given("format_trials"),
        limit=memo.constant("format_failure_limit"),
    )


def _examples(threshold: str) -> Callable[[Memo, str], Markup]:
    def find(memo: Memo, scope: str) -> Markup:
        return say("{held}, limit {limit}", held=memo.given("examples_available"), limit=memo.constant(threshold))

    return find


def _against_target(target: str, figure: str, unit: str) -> Callable[[Memo, str], Markup]:
    def find(memo: Memo, scope: str) -> Markup:
        if memo.input(target).value is None:
            return Markup("no target set")
        base, wanted = memo.recommendation(scope)["base"], memo.given(target)
        value: Any = "not known" if base is None else nearly(memo.of(scope, base, figure), wanted, unit)
        return say("base {value}, target {target}{unit}", value=value, target=wanted, unit=unit)

    return find


def _volume(*thresholds: str) -> Callable[[Memo, str], Markup]:
    def find(memo: Memo, scope: str) -> Markup:
        limits = join([memo.constant(name) for name in thresholds], " and ")
        return say("{calls}, limit {limits}", calls=calls_a_month(memo), limits=limits)

    return find


def _pays(memo: Memo, scope: str) -> Markup:
    """The tuned option that comes closest, against the base."""
    base, winner = memo.recommendation(scope)["base"], memo.winner(scope)
    tuned = winner if winner and memo.is_tuned(winner) else memo.rejected(scope)
    pair = memo.pair(scope, base, tuned)
    if pair is None:
        return Markup("–")
    limit = months_of(memo, "max_payback_months")
    return say(
        "{name} {payback}; limit {limit}", name=memo.name(pair.candidate), payback=predicate(memo, pair), limit=limit
    )


def _named(role: str) -> Callable[[Memo, str], Markup]:
    """A finder that names the option that a rule is about, where it fired."""

    def find(memo: Memo, scope: str) -> Markup:
        name = memo.recommendation(scope)[role]
        return memo.name(name) if name in memo.options else Markup("–")

    return find


def _unknown_accuracy(memo: Memo, scope: str) -> Markup:
    options = memo.scope(scope)["options"]
    names = [name for name in memo.candidates if options[name]["accuracy"] is None]
    return say("not known for {names}", names=memo.names(names)) if names else Markup("known for every candidate")


def _tuned_options(memo: Memo, scope: str) -> Markup:
    return memo.names([name for name in memo.candidates if memo.is_tuned(name)]) or Markup("none")


def _self_hosted(memo: Memo, scope: str) -> Markup:
    limit = say("limit {limit} tokens a month", limit=memo.constant("tokens_self_host"))
    if "H1" not in memo.recommendation(scope)["fired"]:
        return limit
    return say("{name}; {limit}", name=memo.name(memo.verdict(scope)), limit=limit)


_SHAPE = ("knowledge needed:", "knowledge")

_FINDERS: dict[str, Callable[[Memo, str], Markup]] = {
    "P2": _named("base"),
    "B0": _named("verdict"),
    "N0": _tuned_options,
    "Q0": _unknown_accuracy,
    **{rule: _named("verdict") for rule in ("H3", "H2", "Y2")},
    "V0": _inputs(("calls a month:", "calls_per_month")),
    **{rule: _out(rule) for rule in ("V1", "G5", "G6")},
    "P3": _against_target("latency_target", "latency_s", "\u00a0s"),
    "G3": _examples("examples_minimum"),
    "G4": _examples("examples_stable"),
    "G1": _inputs(("evaluations done:", "evals_done")),
    "C1": _format,
    "C1?": _format,
    "C2": _inputs(("gap claimed:", "vocabulary_gap")),
    "CX": _inputs(("gap claimed:", "vocabulary_gap")),
    "C3": _against_target("latency_target", "latency_s", "\u00a0s"),
    "C4": _inputs(("claimed:", "proprietary_reasoning")),
    "C5": _against_target("accuracy_target", "accuracy", ""),
    "CR": _inputs(("claimed:", "refusals_are_the_problem")),
    "G2": _inputs(("caching tested:", "caching_tested")),
    "E1": _volume("calls_revisit"),
    "E2": _volume("calls_revisit", "calls_large"),
    "E3": _volume("calls_large"),
    "E4": _pays,
    "E5": _pays,
    "Y1": _inputs(_SHAPE),
    "H1": _self_hosted,
}
