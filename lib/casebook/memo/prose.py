"""The memo's answer in sentences, computed from the results: title, recommendation, decision asked for."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from casebook.memo.condition import condition, unless
from casebook.memo.crossing import calls_a_month, months_of, predicate
from casebook.memo.equals import about, alike, beside
from casebook.memo.markup import client, day, el, join, listing, say, sentence_case
from casebook.memo.view import Memo, Pair, direction

ALONE = {"full": "at full cost", "invoice": "on vendor invoices alone"}
"""How a scope is named in a sentence."""

# What to do, by kind of option: where the client runs it already, and where it does not.
_ACTIONS = {
    "prompt": ("Stay with the plain prompt", "Use a plain prompt"),
    "cached_prompt": ("Stay with the cached prompt", "Cache the prompt"),
    "rag": ("Stay with retrieval", "Build retrieval"),
    "cached_rag": ("Stay with cached retrieval", "Use retrieval with a cached prompt"),
    "two_tier": (
        "Keep routing most calls to a small model",
        "Route most calls to a small model and the hard ones to a larger one",
    ),
    "fine_tune_hosted": ("Stay with the hosted fine-tune", "Fine-tune a hosted model"),
    "fine_tune_self_hosted": ("Stay with the self-hosted fine-tune", "Fine-tune an open model and host it yourselves"),
    "hybrid": ("Stay with the hybrid", "Combine a tuned small model with retrieval and escalate the hard calls"),
}


def title(memo: Memo) -> Markup:
    """What to do, in a line: the memo's first heading."""
    verdict = memo.verdict("full")
    if verdict == "no_workload":
        return Markup("There is no workload yet, so there is nothing to choose")
    if not memo.agreed:
        return _split_title(memo)
    if verdict == "none_feasible":
        return Markup("No option can be run as described")
    action = Markup(_ACTIONS[memo.options[verdict].kind][0 if verdict == memo.case.current else 1])
    if memo.is_tuned(verdict) or memo.rejected("full") is None:
        return action
    tail = "do not fine-tune yet" if memo.recommendation("full")["blocked"] else "do not fine-tune"
    return say("{action}; {tail}", action=action, tail=tail)


def _split_title(memo: Memo) -> Markup:
    full, invoice = memo.winner("full"), memo.winner("invoice")
    if full is None or invoice is None:
        scope, chosen = ("full", full) if invoice is None else ("invoice", invoice)
        return say("An option can be chosen {scope} only: {name}", scope=ALONE[scope], name=memo.name(str(chosen)))
    if memo.is_tuned(invoice) and not memo.is_tuned(full):
        return Markup("Fine-tuning pays on vendor invoices alone, not at full cost")
    if memo.is_tuned(full) and not memo.is_tuned(invoice):
        return Markup("Fine-tuning pays at full cost, not on vendor invoices alone")
    return say(
        "{full} at full cost, {invoice} on vendor invoices alone", full=memo.name(full), invoice=memo.name(invoice)
    )


def recommendation(memo: Memo) -> Markup:
    """The answer: what to approve, what it does, when it pays, on what condition, and in the other scope."""
    winner = memo.winner("full")
    if memo.verdict("full") == "no_workload":
        return say(
            "Choose nothing yet: the case gives {calls}, and every rule needs a workload.", calls=calls_a_month(memo)
        )
    if winner is None:
        return Markup("Approve nothing yet: every option is ruled out, for the reasons below.")
    return join([_act(memo, winner), _effect(memo, winner), *_other_scope(memo, winner)], " ")


def _act(memo: Memo, winner: str) -> Markup:
    name, up_front = el("strong", memo.name(winner)), memo.of("full", winner, "one_time")
    holds = condition(memo, "full")
    if winner == memo.case.current:
        return say("Stay with {name}{holds}.", name=name, holds=holds)
    if up_front.raw:
        return say("Approve {up_front} up front for {name}{holds}.", up_front=up_front, name=name, holds=holds)
    return say("Use {name}{holds}. It needs no money up front.", name=name, holds=holds)


def _effect(memo: Memo, winner: str) -> Markup:
    pair = memo.headline("full")
    cost, over = memo.of("full", winner, "tco"), say("over {months}", months=months_of(memo, "horizon_months"))
    if pair is None:
        return say("It costs {cost} {over}; there is no other option to hold against it.", cost=cost, over=over)
    text = _against(memo, pair, over)
    # What is recommended because it is the base has nothing to pay back to an option that was not chosen.
    chosen_over = pair.baseline in (memo.case.current, memo.recommendation("full")["base"])
    if direction(pair.figures["one_time_delta"]) > 0 and chosen_over:
        text = say("{text}, and {payback}", text=text, payback=predicate(memo, pair))
    return say("{text}{gain}.", text=text, gain=_gain(memo, pair))


def _against(memo: Memo, pair: Pair, over: Markup) -> Markup:
    cost, other_cost = (memo.of(pair.scope, name, "tco") for name in (pair.candidate, pair.baseline))
    other = memo.name(pair.baseline)
    if pair.baseline == memo.case.current:
        if alike(cost, other_cost):
            form = "It leaves the {span}\u2011month cost at {about}{cost}"
            return say(form, span=memo.given("horizon_months"), about=about(cost, other_cost), cost=cost)
        verb = "cuts" if pair.figures["tco_saving"] > 0 else "raises"
        span = memo.given("horizon_months")
        return say(
            "It {verb} the {span}‑month cost from {other_cost} ({other}) to {cost}",
            verb=verb,
            span=span,
            other_cost=other_cost,
            other=other,
            cost=cost,
        )
    return say("{over} it costs {costs}", over=sentence_case(over), costs=beside(cost, other_cost, other))


def _gain(memo: Memo, pair: Pair) -> Markup:
    """The accuracy won with the verdict, where it is known and there is any."""
    options = memo.scope(pair.scope)["options"]
    after, before = options[pair.candidate]["accuracy"], options[pair.baseline]["accuracy"]
    if after is None or before is None or after <= before:
        return Markup("")
    shown = [memo.of(pair.scope, name, "accuracy") for name in (pair.baseline, pair.candidate)]
    if alike(*shown):
        return Markup("")
    return say("; accuracy rises from {before} to {after}", before=shown[0], after=shown[1])


def _other_scope(memo: Memo, winner: str) -> list[Markup]:
    """What vendor invoices alone come to, where they give the same verdict."""
    if not memo.agreed:
        return []
    cost, pair = memo.of("invoice", winner, "tco"), memo.headline("invoice")
    if pair is None:
        return [say("On vendor invoices alone it is the answer too, at {cost}.", cost=cost)]
    other_cost, other = memo.of("invoice", pair.baseline, "tco"), memo.name(pair.baseline)
    if direction(pair.figures["tco_saving"]) < 0 and not alike(cost, other_cost):
        form = "On vendor invoices alone it is the answer too, at {cost}, though {other} costs less: {other_cost}."
        return [say(form, cost=cost, other=other, other_cost=other_cost)]
    return [say("On vendor invoices alone it is the answer too: {costs}.", costs=beside(cost, other_cost, other))]


def split(memo: Memo) -> Markup | None:
    """The first lines where the scopes disagree: the answer of each, and what became of the other's."""
    if memo.agreed:
        return None
    return join([_answer_of(memo, scope) for scope in ("invoice", "full")], " ")


def _answer_of(memo: Memo, scope: str) -> Markup:
    where = "On vendor invoices alone" if scope == "invoice" else say("With {more} counted", more=_more_in_full(memo))
    winner = memo.winner(scope)
    if winner is None:
        return say("{where} no option can be recommended.", where=where)
    answer = say("{where} the answer is {name}", where=where, name=el("strong", memo.name(winner)))
    other = memo.winner("full" if scope == "invoice" else "invoice")
    pair = memo.pair(scope, memo.recommendation(scope)["base"], winner) or memo.pair(scope, winner, other)
    if pair is None:
        return say("{answer}.", answer=answer)
    subject = "it" if pair.candidate == winner else memo.name(pair.candidate)
    return say(
        "{answer}: {subject} {payback}{holds}.",
        answer=answer,
        subject=subject,
        payback=predicate(memo, pair),
        holds=_on_condition(memo, pair, winner),
    )


def _on_condition(memo: Memo, pair: Pair, winner: str) -> Markup:
    """On what an answer of one scope holds; that of full cost stands in the recommendation, but for an error's cost."""
    if pair.candidate != winner:
        return unless(memo, pair.scope, pair.candidate)
    return condition(memo, pair.scope) if pair.scope == "invoice" else Markup("")


def _more_in_full(memo: Memo) -> Markup:
    """What full cost counts in this case and invoices do not."""
    full, invoice = memo.scope("full")["options"], memo.scope("invoice")["options"]

    def any_of(differs: str) -> bool:
        return any(full[name][differs] != invoice[name][differs] for name in full)

    found = {
        "labour": any_of("one_time") or any_of("fixed_per_month"),
        "retraining": any_of("retrain_cost"),
        "drift": any(option.inputs["drift_pp_per_quarter"].value for option in memo.case.options),
        "errors": any_of("error_cost_per_month"),
        "waiting": any_of("latency_cost_per_month"),
    }
    return listing([name for name, counted in found.items() if counted] or ["everything"])


def decision(memo: Memo) -> Markup | None:
    """The decision asked for, by when and of whom; None where the case asks for none."""
    asked = {key: value for key, value in (memo.case.decision or {}).items() if value}
    if not asked:
        return None
    lead = say("Decision needed by {by}:", by=_day_or_text(asked["by"])) if "by" in asked else "Decision needed:"
    parts = [el("strong", lead)]
    if "ask" in asked:
        ask = asked["ask"].strip()
        parts.append(say("{ask}{stop}", ask=client(ask), stop="" if ask[-1] in ".!?" else "."))
    if "owner" in asked:
        parts.append(say("Owner: {owner}.", owner=client(asked["owner"])))
    return join(parts, " ")


def _day_or_text(value: object) -> Markup:
    try:
        return day(value if isinstance(value, date) else date.fromisoformat(str(value)))
    except ValueError:
        return client(value)
