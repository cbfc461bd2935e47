"""The answer at other volumes: what the model gives there, and how it is told."""

from __future__ import annotations

import pytest

from casebook.analysis.results import evaluate_case
from casebook.analysis.volumes import FACTORS
from casebook.case import from_parameters
from casebook.memo import volumes
from casebook.memo.view import SCOPES
from tests.memo.making import SAMPLES, memo_of, sample, text_of
from tests.random_cases import edge_cases

EDGES = edge_cases()


@pytest.mark.parametrize("factor", FACTORS)
def test_a_volume_gives_what_the_case_gives_with_that_many_calls(factor):
    raw = EDGES["growth"]
    calls = raw["workload"]["calls_per_month"]
    entry = next(e for e in memo_of(raw).results["volumes"] if e["factor"] == factor)
    moved = raw | {"workload": {**raw["workload"], "calls_per_month": calls * factor}}
    results = evaluate_case(from_parameters(moved), draws=10)
    for scope in SCOPES:
        found, wanted = entry["scopes"][scope], results["scopes"][scope]
        assert found["verdict"] == wanted["recommendation"]["verdict"]
        assert found["base"] == wanted["recommendation"]["base"]
        for name, figures in found["options"].items():
            of_option = wanted["options"][name] | results["totals"][scope][name]
            assert figures == {key: of_option[key] for key in figures}
        assert found["headline"] == results["headline"][scope]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_volume_of_the_case_is_chosen_and_every_volume_is_there(name):
    html = str(volumes(sample(name)).html)
    assert html.count("<input") == html.count("<tbody") == len(FACTORS)
    assert html.count(" checked") == 1
    assert 'id="volume-2" checked' in html


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("support", "The answer at full cost changes between 500,000 and 2.5 million calls a month"),
        ("hybrid", "Hybrid on tuned Nova 2 Lite is the answer from 60,000 to 6 million calls a month"),
        ("dsl", "The answer changes between 80,000 and 400,000 calls a month"),
    ],
)
def test_the_heading_says_between_which_volumes_the_answer_changes(name, heading):
    assert heading in text_of(volumes(sample(name)))


def test_what_runs_today_has_no_payback_against_itself():
    memo = sample("dsl")
    most = memo.results["volumes"][-1]["scopes"]["full"]
    assert most["verdict"] == memo.case.current
    assert most["headline"]["one_time_delta"] > 0  # that is against the next-best option
    row = text_of(volumes(memo)).split("400,000 full cost, ten times")[1].split("400,000 vendor invoices")[0]
    assert row.strip().endswith("–")
    assert "Payback is measured against today's option." in text_of(volumes(memo))


def test_where_nothing_can_be_run_it_says_so():
    text = text_of(volumes(memo_of(EDGES["none_feasible"])))
    assert "No option can be run from 10,000 to 1 million calls a month" in text


def test_without_a_workload_there_are_no_volumes():
    assert not volumes(memo_of(EDGES["zero_calls"])).html
