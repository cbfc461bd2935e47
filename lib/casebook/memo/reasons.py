"""Why the verdict is what it is: up to three reasons, each from a rule that fired or a figure that decides."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from casebook.memo.crossing import months_of, predicate, sentence
from casebook.memo.deciding import Reason, accuracies, deciding, why_out
from casebook.memo.equals import against, alike, nearly
from casebook.memo.lasting import at_month_1, why_not
from casebook.memo.markup import join, say, sentence_case
from casebook.memo.view import SCOPES, Memo, Pair, direction

MOST = 3


def reasons(memo: Memo) -> list[Reason]:
    """The reasons for the verdict at full cost, the weightiest first."""
    found: list[Reason] = []
    for reason in _all(memo, "full"):
        if reason is not None and len(found) < MOST and reason.head not in [other.head for other in found]:
            found.append(reason)
    return found


def _all(memo: Memo, scope: str) -> Iterator[Reason | None]:
    verdict, winner = memo.verdict(scope), memo.winner(scope)
    if verdict == "none_feasible":
        for name in memo.candidates:
            yield _ruled_out(memo, scope, name)
    if winner is None:
        return
    yield deciding(memo, scope, winner)
    if not memo.is_tuned(winner):
        yield _rejected(memo, scope)
    yield _conflict(memo, scope, winner)
    yield _money(memo, scope)
    yield _apart(memo)
    yield _repaid(memo, scope, winner)
    yield _accuracy(memo, scope, winner)


def _ruled_out(memo: Memo, scope: str, name: str) -> Reason | None:
    rule = memo.out(scope, name)
    if rule is None:
        return None
    return Reason(
        say("{name} is ruled out.", name=memo.name(name)), say("{why}.", why=sentence_case(why_out(memo, scope, name)))
    )


def _rejected(memo: Memo, scope: str) -> Reason | None:
    """What speaks against the tuned option that came closest."""
    name = memo.rejected(scope)
    pair = memo.pair(scope, memo.recommendation(scope)["base"], name)
    if name is None:
        return None
    if memo.out(scope, name):
        # Where every tuned option is out, the deciding reason has said so.
        return None if "S1" in memo.recommendation(scope)["fired"] else _ruled_out(memo, scope, name)
    if pair is None:
        return None
    return Reason(sentence(memo, pair), _extra(memo, pair))


def _extra(memo: Memo, pair: Pair) -> Markup:
    """The two sides of a break-even: more up front, so much a month; and why that never comes to be even."""
    up_front, net = (direction(pair.figures[name]) for name in ("one_time_delta", "net_saving_per_month"))
    if up_front:
        much, word = memo.size(pair.path("one_time_delta")), "more" if up_front > 0 else "less"
        front = say("It costs {much} {word} up front", much=much, word=word)
    else:
        front = Markup("It costs nothing more up front")
    month = memo.size(pair.path("net_saving_per_month"))
    if net == 0:
        return say("{front} and saves nothing a month.", front=front)
    # The month's bill does not show what comes every few months.
    spread = " with retraining spread evenly" if direction(pair.figures["retrain_delta_per_month"]) else ""
    if net < 0:
        return say("{front} and then {month} a month more{spread}.", front=front, month=month, spread=spread)
    at = ", at month 1's figures" if at_month_1(pair) else ""
    form = "{front} and then saves {month} a month{spread}{at}."
    saves = say(form, front=front, month=month, spread=spread, at=at)
    return join([saves, *why_not(memo, pair)], " ")


def _conflict(memo: Memo, scope: str, winner: str) -> Reason | None:
    """What the cheapest option lacks, where it is not the verdict."""
    decided = memo.recommendation(scope)
    cheapest = decided["cheapest"]
    if not decided["conflict"] or cheapest is None:
        return None
    if direction(memo.tco(scope, winner) - memo.tco(scope, cheapest)) <= 0:
        return None  # it costs the same, and only the order of preference at a tie makes it the cheapest
    less = memo.gap(f"{scope}.options.{winner}.tco", f"{scope}.options.{cheapest}.tco")
    head = say("{name} would be cheaper, by {less} {over}.", name=memo.name(cheapest), less=less, over=_over(memo))
    return Reason(head, _why_not_cheapest(memo, scope, winner, cheapest))


def _why_not_cheapest(memo: Memo, scope: str, winner: str, cheapest: str) -> Markup:
    decided, options = memo.recommendation(scope), memo.scope(scope)["options"]
    if memo.is_tuned(winner) and decided["reason"] == "capability":
        return Markup("What only tuning can do ranks above cost in the rules.")
    if memo.is_tuned(cheapest) and not memo.is_tuned(winner):
        if decided["blocked"]:
            return Markup("The rules do not consider tuning before the missing evidence is there.")
        if "E1" in decided["fired"]:
            return Markup("At this volume the rules leave the work with retrieval.")
        pair = memo.pair(scope, decided["base"], cheapest)
        if pair is not None and not pair.figures["within_max_payback"]:
            return say("It {payback}, and that is too late.", payback=predicate(memo, pair))
    accuracies = (options[cheapest]["accuracy"], options[winner]["accuracy"])
    if None not in accuracies and accuracies[0] < accuracies[1]:
        lower, higher = (memo.of(scope, name, "accuracy") for name in (cheapest, winner))
        return say("It is less accurate: {lower} against {higher}.", lower=nearly(lower, higher), higher=higher)
    if memo.input("knowledge").value != "none" and "rag" not in memo.options[cheapest].kind:
        return Markup("It brings no retrieved knowledge, which this workload needs.")
    return Markup("The order of the rules, not cost, puts the recommended option first.")


def _money(memo: Memo, scope: str) -> Reason | None:
    """What the verdict saves or costs against what the headline compares it with."""
    pair = memo.headline(scope)
    if pair is None:
        return None
    saving = pair.figures["tco_saving"]
    much = memo.size(pair.path("tco_saving"))
    forms = {
        1: "It saves {much} {over} against {other}.",
        0: "It costs the same {over} as {other}.",
        -1: "It costs {much} more {over} than {other}.",
    }
    head = say(forms[direction(saving)], much=much, over=_over(memo), other=memo.name(pair.baseline))
    return Reason(head, join([_sides(memo, pair), *_on_invoices(memo, pair)], " "))


def _sides(memo: Memo, pair: Pair) -> Markup:
    """Where the difference comes from: up front, the month's bill, errors, waiting."""
    parts = [
        against(memo.of(pair.scope, pair.candidate, name), memo.of(pair.scope, pair.baseline, name), what)
        for what, name in (
            (" up front", "one_time"),
            (" a month in bills and labour", "cash_per_month"),
            (" a month in errors", "error_cost_per_month"),
            (" a month in waiting", "latency_cost_per_month"),
        )
        if any(memo.figure(f"{pair.scope}.options.{side}.{name}") for side in (pair.candidate, pair.baseline))
    ]
    return say("It takes {parts}.", parts=join(parts, "; ")) if parts else Markup("")


def _on_invoices(memo: Memo, pair: Pair) -> list[Markup]:
    """The month's bill on vendor invoices alone, where full cost has more in it."""
    names = (pair.candidate, pair.baseline)
    if all(
        memo.figure(f"full.options.{n}.cash_per_month") == memo.figure(f"invoice.options.{n}.cash_per_month")
        for n in names
    ):
        return []
    ours, theirs = (memo.of("invoice", name, "cash_per_month") for name in names)
    return [say("On vendor invoices alone the month is {both}.", both=against(ours, theirs))]


def _repaid(memo: Memo, scope: str, winner: str) -> Reason | None:
    """Whether a tuned verdict pays back against the base besides."""
    base = memo.recommendation(scope)["base"]
    pair = memo.pair(scope, base, winner)
    if pair is None or memo.recommendation(scope)["reason"] != "capability":
        return None
    return Reason(sentence(memo, pair), _extra(memo, pair))


def _apart(memo: Memo) -> Reason | None:
    """Where the scopes disagree over a tuned option: what invoices leave out."""
    tuned = next((n for n in (memo.winner("invoice"), memo.winner("full")) if n is not None and memo.is_tuned(n)), None)
    if memo.agreed or tuned is None:
        return None
    both = {
        what: [memo.of(scope, tuned, name) for scope in SCOPES]
        for what, name in (("Up front", "one_time"), ("A month", "cash_per_month"))
    }
    shown = [
        say("{what} it costs {full}, not {invoice}.", what=what, full=full, invoice=invoice)
        for what, (full, invoice) in both.items()
        if not alike(full, invoice)
    ]
    if memo.figure(f"full.options.{tuned}.retrain_cost"):
        again, every = memo.of("full", tuned, "retrain_cost"), memo.given("retrain_every_months", tuned)
        shown.append(say("Retraining adds {again} every {every} months.", again=again, every=every))
    if not shown:
        return None
    detail = join(shown, " ")
    return Reason(say("Invoices show only part of what {name} costs.", name=memo.name(tuned)), detail)


def _accuracy(memo: Memo, scope: str, winner: str) -> Reason | None:
    """Whether the accuracy behind the verdict is known."""
    base = memo.recommendation(scope)["base"]
    unknown = [n for n in dict.fromkeys((winner, base)) if n and memo.figure(f"{scope}.options.{n}.accuracy") is None]
    if unknown:
        head = say("The accuracy of {name} is not known.", name=memo.name(unknown[0]))
        return Reason(head, Markup("The rules count it as equal to the base until it is measured."))
    text = accuracies(memo, scope, winner) if base != winner else None
    if text is None or not {"C2", "C5"}.isdisjoint(memo.recommendation(scope)["fired"]):
        return None  # what decided has quoted the accuracies already
    gain = memo.figure(f"{scope}.options.{winner}.accuracy") - memo.figure(f"{scope}.options.{base}.accuracy")
    heads = (
        "It is less accurate than the base.",
        "It is as accurate as the base.",
        "It is more accurate than the base.",
    )
    return Reason(Markup(heads[1 + (gain > 0) - (gain < 0)]), text)


def _over(memo: Memo) -> Markup:
    return say("over {months}", months=months_of(memo, "horizon_months"))
