"""What the calculator of own GPUs says: what they cost at this load, and when they beat a hosted model."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from casebook.memo.calculation import Calculation, Words
from casebook.memo.markup import say
from casebook.memo.numbers import counted
from casebook.model.evaluate import SCOPES
from casebook.model.wiring import Node


def _headline(page: Calculation) -> Markup:
    form = "{name} costs {actual} of GPUs per million tokens at this load, {full} if never idle"
    actual, full = page.shown("gpu_cost_per_million"), page.fig("full_load_cost_per_million")
    return say(form, name=page.name(page.main), actual=actual, full=full)


def _load(page: Calculation) -> Markup:
    replicas = page.of_model("first_replicas")
    form = "{n} {verb} {share} busy in active hours: that follows from the calls, it is no free choice."
    verb = "is" if replicas.raw == 1 else "are"
    return say(form, n=counted(replicas, "replica"), verb=verb, share=page.fig("first_utilisation"))


def _spare(page: Calculation) -> Markup:
    form = "At peak the calls load {peak}. With a spare (N + 1) the GPUs cost {spare} a month instead of {now}."
    peak = counted(page.fig("first_peak_load"), "replica")
    return say(form, peak=peak, spare=page.fig("gpu_cost_with_spare"), now=page.fig("first_gpu_cost"))


def _threshold(page: Calculation) -> Markup:
    form = "The published rule says: own GPUs above {rule} tokens a month. This case has {month}. {computed}"
    month, rule = page.fig("tokens_per_month"), page.constant("tokens_self_host")
    return say(form, rule=rule, month=month, computed=_computed(page))


def _computed(page: Calculation) -> Markup:
    """The volume from which own GPUs pay against the hosted option of each scope."""
    invoice, full = _hosted(page, "invoice"), _hosted(page, "full")
    if invoice is None or full is None:
        return Markup("There is no hosted option here to compare with.")
    form = "Computed against {name}, they pay {on_invoices} on invoices, and {in_full} with labour counted."
    if invoice != full:
        form = (
            "Computed, they pay {on_invoices} on invoices, against {name}, and {in_full} with labour, against {other}."
        )
    on_invoices, in_full = _paying(page, "invoice"), _paying(page, "full")
    if on_invoices == in_full and invoice == full:
        form = "Computed against {name}, they pay {on_invoices}."
    return say(form, name=page.name(invoice), other=page.name(full), on_invoices=on_invoices, in_full=in_full)


def _hosted(page: Calculation, scope: str) -> str | None:
    """The hosted option with the lowest bill in a scope; None where there is none."""
    index = SCOPES.index(scope)
    if not page.evaluation.scalar(Node("market", "", "hosted_known"), index):
        return None
    return page.case.options[int(page.evaluation.scalar(Node("market", "", "hosted_position"), index)) - 1].name


def _paying(page: Calculation, scope: str) -> Markup:
    volume = page.fig("breakeven_tokens_with_hosted", scope=scope)
    return Markup("at no volume") if volume.raw is None else say("from {tokens} tokens a month", tokens=volume)


def _capacity(page: Calculation) -> Markup | None:
    if page.raw("breakeven_calls_with_hosted") is None or page.raw("breakeven_within_capacity"):
        return None
    form = "The replicas paid for serve {calls} calls a month, fewer than that threshold: it would take more of them."
    return say(form, calls=page.fig("calls_served"))


def _left_out(page: Calculation) -> Markup | None:
    """What full cost has beside bills and labour, and no threshold of this page."""
    priced = [
        what for line, what in (("cost_per_error", "Errors"), ("value_per_second", "Waiting")) if page.input(line).value
    ]
    if not priced or _hosted(page, "invoice") is None:
        return None
    verb = "is" if priced == ["Waiting"] else "are"
    form = "{what} {verb} not in these thresholds: the memo's full cost counts {them}."
    what = " and ".join(priced).capitalize()
    return say(form, what=what, verb=verb, them="it" if verb == "is" else "them")


def _memory(page: Calculation) -> Markup | None:
    widest = page.raw("widest_that_fits")
    if widest is None:
        return None
    if widest == 0:
        return Markup("The model does not fit one replica's memory, not even with four-bit weights.")
    form = "Weights of up to {widest} fit one replica's memory of {memory} GB."
    return say(form, widest=page.fig("widest_that_fits"), memory=page.given("gpu_memory_gb", page.main))


def _figures(page: Calculation) -> list[tuple[Any, Any, Any]]:
    return [
        (
            "Per million tokens",
            page.shown("gpu_cost_per_million"),
            say("{x} if never idle", x=page.fig("full_load_cost_per_million")),
        ),
        ("Busy", page.fig("first_utilisation"), "of the active hours, on average"),
        ("Pays from", page.shown("breakeven_tokens_with_hosted"), "tokens a month, on invoices"),
        ("GPUs with a spare", page.fig("gpu_cost_with_spare"), "a month"),
    ]


WORDS = Words(_headline, (_threshold, _left_out, _load, _spare, _capacity, _memory), _figures)
