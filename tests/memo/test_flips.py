"""What would change our mind: the condition in the answer, and the table of what turns it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from casebook.memo import SECTIONS, flips
from casebook.memo.prose import recommendation
from casebook.memo.turning import shown_at, turns
from casebook.memo.view import SCOPES, Memo
from tests.memo.making import SAMPLES, memo_of, sample, text_of
from tests.random_cases import _edge, _option, _pair, edge_cases

EDGES = edge_cases()


def first_sentence(raw: dict[str, Any]) -> str:
    return re.split(r"\.(?= [A-Z])", text_of(recommendation(memo_of(raw, searched=True))))[0]


def test_where_no_input_changes_the_answer_none_is_counted():
    text = text_of(flips(memo_of(EDGES["prompt_only"], searched=True)))
    assert "No single input changes the answer" in text
    assert "times today's value; none changes the answer in either scope." in text


CONDITIONS: dict[str, tuple[dict[str, Any], str]] = {
    "volume": (
        _edge(_pair(0.001, 500)),
        "Approve $500 up front for Tuned, provided volume stays above 41,700 calls a month",
    ),
    "volume, today's being the last": (
        EDGES["exact_month_boundary"],
        "Approve $1,200 up front for Tuned, provided volume stays at 100,000 calls a month or more",
    ),
    "volume, and today's differs in the sixth digit": (
        EDGES["one_cent_over_the_boundary"],
        "Use Plain, provided volume stays below 100,001 calls a month",
    ),
    "accuracy of the verdict": (
        _edge(
            {"plain": _option("prompt", (2.0, 0.0), 0.80), "tuned": _option("fine_tune_hosted", (3.0, 0.0), 0.95)},
            quality={"target": 0.9},
        ),
        "Use Tuned, provided its accuracy stays above 90%",
    ),
    "a price": (EDGES["negative_saving"], "Use Plain, provided the input price of Tuned stays above $1 per M tokens"),
    "no tuned option": (EDGES["prompt_only"], "Use Plain while no tuned option is on offer"),
    "no evaluations": (
        _edge(_pair(), evidence={"evals_done": False}),
        "Use Plain until the prompt is improved against an evaluation",
    ),
    "no examples": (
        _edge(_pair(), evidence={"examples": 120}),
        "Use Plain until there are 500 examples to tune with",
    ),
    "nothing tested": (
        _edge(_pair(), evidence={"evals_done": False, "caching_tested": False}),
        "Use Plain until the prompt is improved against an evaluation and prompt caching is tested",
    ),
    "no caching test": (
        _edge(_pair(), evidence={"caching_tested": False}),
        "Use Plain until prompt caching is tested",
    ),
    "nobody tunes": (
        _edge(_pair(), evidence={"provider_tunable": False}),
        "Use Plain while every tuned option is ruled out",
    ),
    "no prompt": (EDGES["no_base"], "Approve $500 up front for Tuned while no option on the prompt side is feasible"),
    "a claim": (
        _edge(_pair(), evidence={"proprietary_reasoning": True}),
        "Approve $1,200 up front for Tuned, provided the reasoning cannot be put into a prompt",
    ),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_the_first_sentence_says_on_what_the_answer_holds(name):
    raw, words = CONDITIONS[name]
    assert first_sentence(raw) == words


def test_an_input_that_turns_it_on_both_sides_is_given_with_both_ends():
    memo = memo_of(_edge(_pair(0.001, 500)), searched=True)
    for entry in memo.results["flip_points"]:
        if entry["input"] == "workload.calls_per_month":
            entry["flips"] = [
                {"at": 41_666.6, "below": "plain", "above": "tuned"},
                {"at": 312_345.6, "below": "tuned", "above": "plain"},
                {"at": 400_000.0, "below": "plain", "above": "tuned"},
            ]
    text = text_of(recommendation(memo))
    assert "for Tuned, provided volume stays between 41,700 and 312,000 calls a month." in text


def test_where_nothing_turns_the_answer_the_condition_says_so():
    memo = memo_of(_edge(_pair(0.001, 500)), searched=True)
    for entry in memo.results["flip_points"]:
        entry["flips"] = []
    assert "for Tuned; no single input changes it." in text_of(recommendation(memo))
    text = text_of(flips(memo))
    assert "No single input changes the answer" in text
    assert "57 numeric inputs were searched one at a time" in text
    assert "<table" not in str(flips(memo).html)


def test_without_a_search_nothing_is_said_of_it():
    memo = memo_of(_edge(_pair(0.001, 500)))
    assert "provided" not in recommendation(memo)
    assert str(flips(memo).html) == ""


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("scope", SCOPES)
def test_every_turn_is_a_flip_next_to_the_verdict(name, scope):
    memo = sample(name)
    for turn in turns(memo, scope):
        entry = memo.figure(turn.key.removesuffix(".at"))
        beside, then = (entry["below"], entry["above"]) if turn.up else (entry["above"], entry["below"])
        assert (beside, then, entry["at"]) == (memo.verdict(scope), turn.then, turn.at)
        assert turn.up == (turn.at > turn.given.value)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_table_has_the_nearest_turns_and_says_how_many_inputs_make_no_difference(name):
    memo = sample(name)
    html, text = str(flips(memo).html), text_of(flips(memo))
    rows = html.count('<tr role="row">') - 1
    assert 1 <= rows <= (8 if memo.agreed else 10)
    inputs = {entry["input"] for entry in memo.results["flip_points"]}
    turning = {entry["input"] for entry in memo.results["flip_points"] if entry["flips"]}
    assert f"{len(inputs)} numeric inputs were searched" in text
    assert f"{len(inputs) - len(turning)} never change the answer in either scope" in text


def test_a_turn_that_is_the_same_in_both_scopes_has_one_row():
    text = text_of(flips(sample("hybrid")))
    assert text.count("Labelled examples available 4,200 examples below 500 examples") == 1
    assert "One of 99 inputs can change the answer on its own" in text
    assert " both " in text


def test_where_the_scopes_part_each_has_its_own_rows():
    full, invoice = text_of(flips(sample("support"))).split("On vendor invoices alone, instead of")
    assert "At full cost, instead of Few-shot prompt on Claude Haiku 4.5" in full
    assert "Calls a month 250,000 calls per month above 1.16 million calls per month" in full
    assert "Calls a month 250,000 calls per month below 131,000 calls per month" in invoice


def test_a_turn_at_zero_is_written_as_one():
    text = text_of(flips(memo_of(EDGES["zero_calls"], searched=True)))
    assert "0 calls per month above 0 calls per month Plain" in text


@pytest.mark.parametrize(
    ("today", "at", "text"),
    [
        (250_000, 130_952.381, "131,000"),
        (3_200, 1_024.0, "1,024"),
        (130_953, 130_952.381, "130,952"),
        (0, 0.25, "0.25"),
    ],
)
def test_a_turn_has_three_digits_or_as_many_as_it_takes(today, at, text):
    memo = sample("support")
    turn = next(turn for turn in turns(memo, "full") if turn.given.line == "calls_per_month")
    turn = replace(turn, at=at, given=replace(turn.given, value=today), key=f"test.{today}")
    assert shown_at(memo, turn).text == text
    sample.cache_clear()


def test_all_that_is_told_of_turns_is_in_the_register():
    memo: Memo = sample("legal")
    html = "".join(str(section(memo).html) for section in SECTIONS)
    assert len(set(re.findall(r'data-key="(flip_points[^"]*)"', html))) >= 8


def test_an_option_is_not_named_for_what_it_only_escalates_to():
    raw = EDGES["cascade"]
    text = text_of(flips(memo_of(raw, searched=True)))
    assert "Accuracy Large 95%" in text


def test_what_holds_for_a_sum_of_reasons_names_the_input_that_turns_it():
    raw = _edge(
        {"plain": _option("prompt", (2.0, 0.0), 0.71), "tuned": _option("fine_tune_hosted", (9.0, 0.0), 0.93)},
        evidence={"vocabulary_gap": True},
    )
    assert first_sentence(raw).endswith("provided the base keeps missing the vocabulary")
