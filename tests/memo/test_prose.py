"""Sentences for every outcome: who wins, what it does, when it pays, and what is said when nothing does."""

from __future__ import annotations

from typing import Any

import pytest

from casebook.memo import answer, header, key_figures, options, payback, rules
from casebook.memo.markup import as_text
from casebook.memo.prose import title
from casebook.memo.reasons import reasons
from tests.memo.making import memo_of, text_of
from tests.random_cases import _edge, _option, _pair, edge_cases

EDGES = edge_cases()
GPU = {"price_per_hour": 1.0, "prefill_tokens_per_second": 1_000, "decode_tokens_per_second": 100}
SPEEDS = {"overhead_s": 0.3, "prefill_tokens_per_second": 10_000, "decode_tokens_per_second": 100}


def front(raw: dict[str, Any]) -> str:
    """Title, answer and key figures as read."""
    memo = memo_of(raw)
    return " ".join(text_of(section(memo)) for section in (header, answer, key_figures))


def with_rag(**evidence: Any) -> dict[str, Any]:
    """Retrieval beside a tuned option that saves much."""
    retrieval = _option("rag", (2.0, 0.0))
    return _edge({"docs": retrieval, "tuned": _pair()["tuned"]}, evidence={"knowledge": "static", **evidence})


CASES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "no workload": (
        EDGES["zero_calls"],
        ("There is no workload yet", "Choose nothing yet", "0 calls a month"),
    ),
    "nothing feasible": (
        EDGES["none_feasible"],
        ("No option can be run as described", "Approve nothing yet", "GB", "is ruled out", "does not tune this model"),
    ),
    "one option": (EDGES["prompt_only"], ("no other option to hold against it", "No tuned option is on the table")),
    "no prompt-side option left": (EDGES["no_base"], ("Every option on the prompt side is ruled out", "is weak")),
    "a tuned option that pays": (
        _edge(_pair(0.001, 500)),
        ("Fine-tune a hosted model", "Approve $500 up front", "pays back in"),
    ),
    "no saving": (EDGES["zero_saving"], ("do not fine-tune", "never pays back")),
    "a loss on every call": (
        EDGES["negative_saving"],
        ("never pays back", "more up front and then $100 a month more."),
    ),
    "retraining that eats the saving": (EDGES["monthly_retraining_never_pays"], ("at full cost", "never pays back")),
    "two crossings": (EDGES["quarterly_retraining_crosses_twice"], ("for good (first ahead after 2.5 months)",)),
    "too late": (
        _edge(_pair(0.0001, 1_500)),
        ("do not fine-tune", "does not pay back in ten years"),
    ),
    "past the limit": (_edge(_pair(0.001, 2_400)), ("pays back only after 24 months",)),
    "blocked for want of evaluations": (
        _edge(_pair(), evidence={"evals_done": False}),
        ("do not fine-tune yet", "has not been improved against an evaluation", "is strong"),
    ),
    "blocked for want of examples": (
        _edge(_pair(), evidence={"examples": 120}),
        ("too few examples", "120 labelled examples", "500"),
    ),
    "blocked for want of a caching test": (
        _edge(_pair(), evidence={"caching_tested": False}),
        ("do not fine-tune yet", "caching has not been tested"),
    ),
    "provider does not tune": (
        _edge(_pair(), evidence={"provider_tunable": False}),
        ("tuned option is ruled out", "its provider does not tune this model"),
    ),
    "retrieval at low volume": (with_rag(), ("At this volume retrieval keeps the work", "2 million", "is strong")),
    "format failures": (
        _edge(_pair(), evidence={"format_failures": {"failures": 18, "trials": 200}}),
        ("Prompting cannot hold the output format", "18 of 200", "5%"),
    ),
    "a vocabulary gap": (
        _edge(
            {"plain": _option("prompt", (2.0, 0.0), 0.71), "tuned": _option("fine_tune_hosted", (9.0, 0.0), 0.93)},
            evidence={"vocabulary_gap": True},
        ),
        ("lacks the vocabulary", "accuracy rises from 71% to 93%", "ranks above cost", "would be cheaper"),
    ),
    "an accuracy target missed without tuning": (
        _edge(
            {"plain": _option("prompt", (2.0, 0.0), 0.71), "tuned": _option("fine_tune_hosted", (1.0, 0.0), 0.93)},
            quality={"target": 0.9},
        ),
        ("Without tuning the accuracy target is missed", "The target is 90%", "the accuracy target is met"),
    ),
    "too slow without tuning": (
        _edge(
            {
                "plain": _option("prompt", (2.0, 0.0), response={**SPEEDS, "overhead_s": 4}),
                "tuned": _option("fine_tune_hosted", (1.0, 0.0), response=SPEEDS),
            },
            latency={"target_s": 2},
        ),
        ("No prompt answers fast enough", "5.1 s", "2 seconds are wanted", "1.4 s"),
    ),
    "proprietary reasoning": (_edge(_pair(), evidence={"proprietary_reasoning": True}), ("proprietary reasoning",)),
    "accuracy never measured": (
        _edge({"plain": _option("prompt", (2.0, 0.0), None), "tuned": _pair()["tuned"]}),
        ("The accuracy of Plain is not known", "is weak"),
    ),
    "what runs today is the answer": (
        _edge(_pair(0.0)) | {"current": "plain"},
        ("Stay with the plain prompt; do not fine-tune", "Stay with Plain"),
    ),
    "a change from what runs today": (
        _edge(_pair(0.001, 500)) | {"current": "plain"},
        ("It cuts the 12\u2011month cost from $2,400 (Plain) to",),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_first_page_says_it(name):
    raw, wanted = CASES[name]
    text = front(raw)
    for words in wanted:
        assert words in text, text


def test_capacity_that_growth_exceeds_is_named_with_its_month():
    memo = memo_of(EDGES["capacity_exceeded_by_growth_later"])
    month = memo.scope("full")["options"]["self"]["first_month_exceeded"]
    assert f"it needs more replicas than allowed from month {month} on" in text_of(rules(memo))
    assert "Ruled out (V1)" in text_of(options(memo))
    assert "against Plain, but is ruled out" in text_of(payback(memo))


def test_equal_costs_are_called_equal():
    text = front(_edge(_pair(0.001, 1_200)) | {"current": "plain"})
    assert "It leaves the 12\u2011month cost at $2,400" in text
    assert "would be cheaper" not in text


def test_payback_is_never_promised_where_nothing_is_saved():
    text = text_of(payback(memo_of(EDGES["negative_saving"])))
    assert "no volume pays the extra cost back" in text
    assert "pays back in" not in text


def test_there_are_never_more_than_three_reasons_and_none_twice():
    for raw in EDGES.values():
        heads = [reason.head for reason in reasons(memo_of(raw))]
        assert len(heads) <= 3
        assert len(set(heads)) == len(heads)


def test_headings_name_the_options_compared():
    memo = memo_of(_edge(_pair(0.001, 500)))
    assert "Tuned costs the least of two options over 12 months" in text_of(options(memo))
    assert "Tuned pays back in" in text_of(payback(memo))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("prompt", "Use a plain prompt"),
        ("cached_prompt", "Cache the prompt"),
        ("rag", "Build retrieval"),
        ("cached_rag", "Use retrieval with a cached prompt"),
        ("two_tier", "Route most calls to a small model"),
    ],
)
def test_every_kind_has_its_own_action(kind, words):
    knowledge = "static" if "rag" in kind else "none"
    raw = _edge({"only": _option(kind, (1.0, 5.0))}, evidence={"knowledge": knowledge})
    assert words in title(memo_of(raw))


def test_the_rules_that_fired_are_told_in_words_with_their_ids():
    assert "Rule that fired: no tuned option pays (E5)." in front(_edge(_pair(0.0001, 1_500)))
    assert (
        "Rules that fired: the base misses the target and a tuned option meets it (C5); a hosted option goes on (H2)."
        in (front(CASES["an accuracy target missed without tuning"][0]))
    )
    assert "Rule that fired Rule It says" in text_of(rules(memo_of(_edge(_pair(0.0001, 1_500)))))


def test_labels_that_could_be_read_as_several_stand_in_quotes_in_a_list():
    raw = _edge(_pair(0.001, 500))
    assert str(memo_of(raw).names(["plain", "tuned"])) == "<bdi>Plain</bdi> and <bdi>Tuned</bdi>"
    raw["options"]["tuned"]["label"] = "Tuned, hosted"
    memo = memo_of(raw)
    assert as_text(memo.names(["plain", "tuned"])) == "“Plain” and “Tuned, hosted”"
    assert as_text(memo.names(["tuned"])) == "Tuned, hosted"


def test_warnings_name_options_by_label_and_prices_in_their_currency():
    raw = _edge({"a": _option("prompt", (0.9, 4.5)) | {"model": "anthropic/claude-haiku-4-5", "label": "First"}})
    text = text_of(rules(memo_of(raw)))
    assert "“First” gives its own input price, 0.9 USD per million tokens; the catalogue has 1 USD for" in text
    assert "option 'a'" not in text
    raw["options"]["cache"] = {
        "kind": "prompt",
        "like": "a",
        "label": "Second",
        "retrieval": {"vector_db_per_month": 1},
    }
    raw["options"]["b"] = raw["options"].pop("cache") | {"cache": {"enabled": True}}
    assert "“Second” of kind prompt has a block 'cache', which that kind does not use" in text_of(rules(memo_of(raw)))
