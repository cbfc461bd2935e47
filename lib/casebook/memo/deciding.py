"""The rule that decided, in the figures it decided on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from markupsafe import Markup

from casebook.memo.crossing import calls_a_month, months_of, sentence
from casebook.memo.equals import alike, equal, nearly
from casebook.memo.markup import day, join, say
from casebook.memo.numbers import Val
from casebook.memo.view import Memo


class Reason(NamedTuple):
    """A sentence that says it, and one or two with the figures."""

    head: Markup
    detail: Markup


def why_out(memo: Memo, scope: str, name: str) -> Markup:
    """What puts an option out, as a clause."""
    rule, option = memo.out(scope, name), memo.options[name]
    if rule == "V1":
        path = f"{scope}.options.{name}"
        if memo.figure(f"{path}.first_month_exceeded") is None:
            needed, held = memo.val(f"{path}.memory.needed_gb"), memo.shown(option.inputs["gpu_memory_gb"])
            return say("the model needs {needed} GB and a replica has {held} GB", needed=needed, held=held)
        month = memo.val(f"{path}.first_month_exceeded")
        return say("it needs more replicas than allowed from month {month} on", month=month)
    if rule == "G5":
        until = option.inputs["available_until"].value
        if memo.input("provider_tunable").value and isinstance(until, date):
            return say("its provider offered tuning until {until} only", until=day(until))
        return Markup("its provider does not tune this model")
    return Markup("nobody is there to operate GPUs")


def deciding(memo: Memo, scope: str, winner: str) -> Reason | None:
    """What the rule says that decided; None where that is said by the option it speaks against (E5)."""
    fired = memo.recommendation(scope)["fired"]
    order: tuple[str, ...] = _FOR_TUNING if memo.is_tuned(winner) else _FOR_BASE
    if "S1" in fired:
        tuned = [name for name in memo.candidates if memo.is_tuned(name)]
        order = ("S1",) if all(memo.out(scope, name) for name in tuned) else _BLOCKING
    rule = next((rule for rule in order if rule in fired), None)
    return None if rule is None else _SAYS[rule](memo, scope, winner)


def _format(memo: Memo, scope: str, winner: str) -> Reason:
    detail = say(
        "{failures} of {trials} outputs broke it after prompt work; even the lower 95% bound is above "
        "the {limit} allowed.",
        failures=memo.given("format_failures"),
        trials=memo.given("format_trials"),
        limit=memo.constant("format_failure_limit"),
    )
    return Reason(Markup("Prompting cannot hold the output format."), detail)


def _vocabulary(memo: Memo, scope: str, winner: str) -> Reason:
    head = Markup("The base model lacks the vocabulary of the domain.")
    return Reason(
        head, accuracies(memo, scope, winner) or Markup("How much tuning closes of that gap is not measured yet.")
    )


def _speed(memo: Memo, scope: str, winner: str) -> Reason:
    base = memo.recommendation(scope)["base"]
    detail = say(
        "{base} takes {slow} where {target} seconds are wanted.",
        base=memo.name(base),
        slow=nearly(memo.of(scope, base, "latency_s"), memo.given("latency_target"), "\u00a0s"),
        target=memo.given("latency_target"),
    )
    if memo.figure(f"{scope}.options.{winner}.latency_s") is not None:
        quick = memo.of(scope, winner, "latency_s")
        detail = say("{detail} {name} takes {quick}.", detail=detail, name=memo.name(winner), quick=quick)
    return Reason(Markup("No prompt answers fast enough."), detail)


def _reasoning(memo: Memo, scope: str, winner: str) -> Reason:
    head = Markup("There is proprietary reasoning to encode.")
    return Reason(head, Markup("That is a capability no prompt supplies, so the rules put it above cost."))


def _target(memo: Memo, scope: str, winner: str) -> Reason:
    detail = accuracies(memo, scope, winner, memo.given("accuracy_target")) or Markup("")
    wanted = say("The target is {target}.", target=memo.given("accuracy_target"))
    return Reason(Markup("Without tuning the accuracy target is missed."), join([wanted, detail], " "))


def accuracies(memo: Memo, scope: str, winner: str, target: Val | None = None) -> Markup | None:
    """The accuracy of the verdict and of the base, told apart from each other and from a target."""
    base = memo.recommendation(scope)["base"]
    known = [memo.figure(f"{scope}.options.{name}.accuracy") is not None for name in (base, winner) if name]
    if len(known) < 2 or not all(known):
        return None
    after, before = memo.of(scope, winner, "accuracy"), memo.of(scope, base, "accuracy")
    names = {"winner": memo.name(winner), "base": memo.name(base)}
    if equal(after, before):
        return say("{winner} and {base} both reach {after}.", **names, after=after)
    limit = after if target is None or alike(after, before) else target
    return say("{winner} reaches {after}, {base} {before}.", **names, after=after, before=nearly(before, limit))


def _economics(memo: Memo, scope: str, winner: str) -> Reason | None:
    pair = memo.pair(scope, memo.recommendation(scope)["base"], winner)
    if pair is None:
        return Reason(Markup("Tuning pays for itself within the limit."), Markup(""))
    limit = months_of(memo, "max_payback_months")
    detail = say("{sentence} Up to {limit} is accepted.", sentence=sentence(memo, pair), limit=limit)
    return Reason(Markup("Tuning pays for itself within the limit."), detail)


def _only_tuned(memo: Memo, scope: str, winner: str) -> Reason:
    head = Markup("Every option on the prompt side is ruled out.")
    first = next((name for name in memo.candidates if not memo.is_tuned(name) and memo.out(scope, name)), None)
    if first is None:
        return Reason(head, Markup(""))
    return Reason(head, say("{name}: {why}.", name=memo.name(first), why=why_out(memo, scope, first)))


def _no_tuned(memo: Memo, scope: str, winner: str) -> Reason:
    head = Markup("No tuned option is on the table.")
    return Reason(head, Markup("The choice is among prompts, retrieval and routing; the best of these is recommended."))


def _no_evaluation(memo: Memo, scope: str, winner: str) -> Reason:
    head = Markup("The prompt has not been improved against an evaluation yet.")
    return Reason(head, Markup("Until it has, nobody knows what tuning would add, and tuning is not considered."))


def _few_examples(memo: Memo, scope: str, winner: str) -> Reason:
    detail = say(
        "{held} labelled examples are at hand; {least} are the least for a narrow task.",
        held=memo.given("examples_available"),
        least=memo.constant("examples_minimum"),
    )
    return Reason(Markup("There are too few examples to tune."), detail)


def _caching_untested(memo: Memo, scope: str, winner: str) -> Reason:
    head = Markup("Prompt caching has not been tested yet.")
    return Reason(
        head, Markup("No capability calls for tuning, so caching comes first: it may remove the cost by itself.")
    )


def _all_out(memo: Memo, scope: str, winner: str) -> Reason | None:
    tuned = [name for name in memo.candidates if memo.is_tuned(name) and memo.out(scope, name)]
    head = Markup("Every tuned option is ruled out.") if len(tuned) > 1 else Markup("The tuned option is ruled out.")
    clauses = [say("{name}: {why}.", name=memo.name(name), why=why_out(memo, scope, name)) for name in tuned[:2]]
    return Reason(head, join(clauses, " "))


def _low_volume(memo: Memo, scope: str, winner: str) -> Reason:
    detail = say(
        "{calls} are below the {least} from which tuning is looked at again, and no capability calls for it.",
        calls=calls_a_month(memo),
        least=memo.constant("calls_revisit"),
    )
    return Reason(Markup("At this volume retrieval keeps the work."), detail)


_CAPABILITY = ("C1", "C2", "C3", "C4", "C5")
_FOR_TUNING = (*_CAPABILITY, "E2", "E3", "E4", "B0")
_FOR_BASE = ("N0", "E1")
_BLOCKING = ("G1", "G3", "G2")

_SAYS: dict[str, Callable[[Memo, str, str], Reason | None]] = {
    "C1": _format,
    "C2": _vocabulary,
    "C3": _speed,
    "C4": _reasoning,
    "C5": _target,
    **dict.fromkeys(("E2", "E3", "E4"), _economics),
    "B0": _only_tuned,
    "N0": _no_tuned,
    "G1": _no_evaluation,
    "G3": _few_examples,
    "G2": _caching_untested,
    "S1": _all_out,
    "E1": _low_volume,
}
