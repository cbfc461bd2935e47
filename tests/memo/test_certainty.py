"""How sure are we: the verdict over the draws, what the ranges do not tell apart, and what an evaluation shows."""

from __future__ import annotations

import re
from typing import Any

import pytest

from casebook.analysis.uncertainty import uncertainty
from casebook.memo import Memo, answer, certainty
from casebook.memo.gate import refusals
from tests.memo.making import SAMPLES, memo_of, page_of, sample, text_of
from tests.memo.tracing import shown_numbers, traced
from tests.random_cases import _edge, _pair, edge_cases, random_case

SEAMS = re.compile(r"\b(nan|inf|None|null)\b|\{|\}|\.\.|,,| ,| \.|\( |%%|draws draws")


def spread(low: float, middle: float, high: float) -> dict[str, float]:
    return {"p5": low, "p50": middle, "p95": high}


def drawn(verdicts: dict[str, float], saving: tuple[float, float, float] = (100, 200, 300), **more: Any) -> dict:
    """Draws of the plain case: its prompt, `plain`, and `tuned`."""
    cheapest = more.get("cheapest", {"plain": 0.0, "tuned": 1.0})
    option = {"tco": spread(900, 1000, 1200), "cost_per_call": spread(0.01, 0.02, 0.03)}
    pair = {
        "probability_payback": more.get("payback", 1.0),
        "tco_saving": spread(*saving),
        "separable": saving[0] > 0 or saving[2] < 0,
    }
    scope = {
        "draws": 2000,
        "seed": 1,
        "options": {name: {**option, "probability_cheapest": share} for name, share in cheapest.items()},
        "comparisons": {"plain->tuned": pair},
        "verdicts": verdicts,
        "runner_up": more.get("runner_up"),
    }
    return {"full": scope, "invoice": scope}


def plain_memo(uncertain: Any = None, evaluation: Any = None) -> Memo:
    """The memo of a plain case whose verdict is `tuned`, with these draws and this evaluation."""
    memo = memo_of(_edge(_pair(0.001, 500)))
    assert memo.verdict("full") == "tuned"
    return Memo(memo.case, memo.results | {"uncertainty": uncertain, "evaluation": evaluation})


def evaluated(only_baseline: int, only_candidate: int, p: float, items: int = 200, **more: Any) -> dict:
    """An evaluation of the plain case."""
    passed = {"plain": 150, "tuned": 150 + only_candidate - only_baseline}
    options = {
        name: {"items": items, "passed": n, "pass_rate": n / items, "interval": [n / items - 0.05, n / items + 0.05]}
        for name, n in passed.items()
    }
    pair = {"items": items, "only_baseline": only_baseline, "only_candidate": only_candidate, "exact_p": p}
    pair |= {"power": more.get("power", 0.22), "items_for_80": more.get("needed", 1132)}
    warnings = more.get("warnings", [])
    return {"items": items, "runs": 3, "options": options, "pairs": {"plain->tuned": pair}, "warnings": warnings}


HEADINGS: dict[str, tuple[dict, str]] = {
    "all draws": (drawn({"tuned": 1.0}), "The recommendation holds in all 2,000 draws"),
    "most draws": (drawn({"tuned": 0.93, "plain": 0.07}), "The recommendation holds in 93% of 2,000 draws"),
    "nearly all": (drawn({"tuned": 0.9995, "plain": 0.0005}), "The recommendation holds in over 99% of 2,000 draws"),
    "hardly any": (drawn({"tuned": 0.0005, "plain": 0.9995}), "The recommendation holds in under 1% of 2,000 draws"),
    "none": (drawn({"plain": 1.0}), "The recommendation holds in none of 2,000 draws"),
    "not apart": (
        drawn({"tuned": 1.0}, (-100, 50, 300)),
        "The recommendation holds in all 2,000 draws, but whether it costs less than Plain is open",
    ),
}


@pytest.mark.parametrize("name", HEADINGS)
def test_the_heading_says_how_often_the_recommendation_holds(name):
    uncertain, heading = HEADINGS[name]
    title = re.search(r"<h2.*?</h2>", str(certainty(plain_memo(uncertain)).html))[0]
    assert text_of(title).split(" ", 1)[1] == heading


SENTENCES: dict[str, tuple[dict, str]] = {
    "cost": (drawn({"tuned": 1.0}), "Tuned costs $900 to $1,200 over 12 months in nine draws of ten, $1,000 in the"),
    "one verdict": (drawn({"tuned": 1.0}), "It is chosen in all 2,000 draws. In all draws it is the cheapest"),
    "two verdicts": (drawn({"tuned": 0.93, "plain": 0.07}), "It is chosen in 93% of 2,000 draws, Plain in 7%."),
    "no workload": (
        drawn({"tuned": 0.93, "no_workload": 0.07}),
        "It is chosen in 93% of 2,000 draws, nothing, without a workload, in 7%.",
    ),
    "another is cheapest": (
        drawn({"tuned": 1.0}, cheapest={"plain": 0.7, "tuned": 0.3}),
        "In 30% of the draws it is the cheapest candidate; Plain is in 70% of the draws.",
    ),
    "never cheapest": (
        drawn({"tuned": 1.0}, cheapest={"plain": 1.0, "tuned": 0.0}),
        "In no draw is it the cheapest candidate; Plain is in all draws.",
    ),
    "none qualifies in some": (
        drawn({"tuned": 1.0}, cheapest={"plain": 0.0, "tuned": 0.9}),
        "In 90% of the draws it is the cheapest candidate; in the others every candidate is ruled out.",
    ),
    "saves": (
        drawn({"tuned": 1.0}),
        "Against Plain, it saves $100 to $300 and pays back within 12 months in all draws.",
    ),
    "costs more": (
        drawn({"tuned": 1.0}, (-300, -200, -100), payback=0.0),
        "Against Plain, it costs $100 to $300 more and pays back within 12 months in no draw.",
    ),
    "straddles": (
        drawn({"tuned": 1.0}, (-100, 50, 300), payback=0.6),
        "it comes out anywhere from $100 dearer to $300 cheaper and pays back within 12 months in 60% of the draws: "
        "the ranges do not tell the two apart.",
    ),
    "from level on": (drawn({"tuned": 1.0}, (0, 50, 300)), "comes out anywhere from no difference to $300 cheaper"),
    "the same": (drawn({"tuned": 1.0}, (0, 0, 0)), "Against Plain, it costs the same whatever is drawn"),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_what_the_draws_say_in_words(name):
    uncertain, sentence = SENTENCES[name]
    text = text_of(certainty(plain_memo(uncertain)))
    assert sentence in text
    assert not SEAMS.search(text)


RUNNERS_UP: dict[str, tuple[str, tuple[float, float, float], float, str]] = {
    "not told apart": (
        "third",
        (-100, 50, 300),
        0.6,
        "The ranges do not tell Tuned from Third, the runner-up, on cost: it costs less in 60% of the draws.",
    ),
    "level": ("third", (0, 0, 0), 0.0, "Tuned costs the same as Third, the runner-up, whatever is drawn."),
    "told apart": ("third", (100, 200, 300), 1.0, ""),
    "compared, so that its pair says it": ("plain", (-100, 50, 300), 0.6, ""),
}


@pytest.mark.parametrize("name", RUNNERS_UP)
def test_a_runner_up_that_is_not_compared_is_told_where_the_ranges_leave_it_open(name):
    against, saving, cheaper, sentence = RUNNERS_UP[name]
    raw = _edge(_pair(0.001, 500))
    raw["options"]["third"] = {**raw["options"]["plain"], "label": "Third"}
    raw["compare"] = [["plain", "tuned"]]
    memo = memo_of(raw)
    assert memo.verdict("full") == "tuned"
    separable = saving[0] > 0
    runner_up = {"against": against, "probability_cheaper": cheaper, "tco_saving": spread(*saving)}
    uncertain = drawn(
        {"tuned": 1.0},
        saving,
        cheapest=dict.fromkeys(memo.options, 0.5),
        runner_up={**runner_up, "separable": separable},
    )
    text = text_of(certainty(Memo(memo.case, memo.results | {"uncertainty": uncertain})))
    assert sentence in text
    assert ("the runner-up" in text) == bool(sentence)
    assert not SEAMS.search(text)


def test_pairs_that_are_not_told_apart_are_marked_in_the_table():
    assert "<strong>No</strong>" in str(certainty(plain_memo(drawn({"tuned": 1.0}, (-100, 50, 300)))).html)
    assert "<strong>No</strong>" not in str(certainty(plain_memo(drawn({"tuned": 1.0}))).html)


def test_verdict_shares_have_a_column_where_there_is_more_than_one():
    assert "Chosen in" in text_of(certainty(plain_memo(drawn({"tuned": 0.93, "plain": 0.07}))))
    assert "Chosen in" not in text_of(certainty(plain_memo(drawn({"tuned": 1.0}))))


def test_the_column_of_the_cheapest_says_that_only_options_on_target_count():
    assert "Cheapest on target in" in text_of(certainty(sample("claims")))
    text = text_of(certainty(sample("support")))  # without a target
    assert "Cheapest in" in text
    assert "on target" not in text


def ranged(raw: dict[str, Any], *calls: float) -> dict[str, Any]:
    """The case with a range for its calls, and draws of it."""
    return raw | {"workload": {"calls_per_month": list(calls)}}


def test_one_input_is_not_drawn_all_at_once():
    text = text_of(certainty(memo_of(ranged(_edge(_pair()), 90_000, 100_000, 110_000))))
    assert "Each draw takes one input with a range anew and runs the same formulas and rules." in text
    assert "all at once" in text_of(certainty(sample("support")))


def test_without_a_workload_in_any_draw_there_is_nothing_to_be_sure_of():
    raw = ranged(_edge(_pair()), 0, 0, 0)
    raw["workload"]["growth_per_month"] = [0, 0.01, 0.02]
    memo = memo_of(raw)
    assert memo.results["uncertainty"]["full"]["verdicts"] == {"no_workload": 1.0}
    assert not certainty(memo).html
    assert "draws" not in text_of(answer(memo))


def test_where_no_option_can_ever_be_run_it_is_in_any_of_the_draws():
    raw = ranged(edge_cases()["none_feasible"], 90_000, 100_000, 110_000)
    text = text_of(certainty(memo_of(raw)))
    assert "No option can be run in any of 2,000 draws" in text
    assert "in all 2,000" not in text


def test_the_small_print_of_the_recommendation_says_how_often_it_holds():
    text = text_of(answer(plain_memo(drawn({"tuned": 0.93, "plain": 0.07}))))
    assert re.search(r"The recommendation is \w+; it holds in 93% of 2,000 draws of the uncertain inputs", text)
    assert "holds in" not in text_of(answer(plain_memo()))


def test_the_small_print_tells_the_scopes_apart_where_they_differ():
    uncertain = drawn({"tuned": 0.93, "plain": 0.07})
    uncertain["invoice"] = uncertain["invoice"] | {"verdicts": {"tuned": 1.0}}
    assert "the one on vendor invoices alone in all draws" in text_of(answer(plain_memo(uncertain)))


EVALUATED: dict[str, tuple[dict, list[str]]] = {
    "not shown": (
        evaluated(10, 16, 0.3269),
        [
            "200 items do not show whether Tuned or Plain answers better",
            "Tuned passed 16 items that Plain failed, against 10 the other way round: 3 percentage points ahead on "
            "200 items. That is no more than chance can explain (exact p = 0.327): not shown.",
            "200 items would show it 22% of the time; to show it four times in five takes 1,132 items.",
        ],
    ),
    "shown": (
        evaluated(1, 12, 0.0034, items=160),
        [
            "160 items show that Tuned answers better than Plain",
            "more than chance can explain (exact p = 0.0034): shown",
        ],
    ),
    "shown the other way": (
        evaluated(20, 1, 0.00002),
        [
            "200 items show that Plain answers better than Tuned",
            "Plain passed 20 items that Tuned",
            "(exact p under 0.001)",
        ],
    ),
    "no discordant item": (
        evaluated(0, 0, 1.0, power=None, needed=None),
        ["200 items do not show", "Tuned and Plain passed the same items, so these 200 cannot tell them apart."],
    ),
    "level": (
        evaluated(5, 5, 1.0, power=0.05, needed=None),
        ["Tuned and Plain each passed 5 items that the other failed: level on 200 items."],
    ),
    "warned": (evaluated(10, 16, 0.33, warnings=["50 items <b>only</b>."]), ["50 items <b>only</b>."]),
}


@pytest.mark.parametrize("name", EVALUATED)
def test_what_an_evaluation_shows_and_what_it_would_take(name):
    evaluation, sentences = EVALUATED[name]
    memo = plain_memo(evaluation=evaluation)
    text = text_of(certainty(memo))
    for sentence in sentences:
        assert sentence in text.replace("&lt;", "<").replace("&gt;", ">")
    assert not SEAMS.search(text)
    page = page_of(memo)
    assert refusals(page) == []
    assert "<b>" not in page


def test_an_evaluation_without_pairs_tells_the_pass_rate():
    evaluation = evaluated(10, 16, 0.33) | {"pairs": {}}
    assert "Plain passed 150 of 200 items" in text_of(certainty(plain_memo(evaluation=evaluation)))


def test_a_measured_option_that_the_case_lacks_may_have_dots_in_its_name():
    measured = evaluated(10, 16, 0.33)
    measured["options"]["gpt-4.1"] = measured["options"]["plain"]
    assert "gpt-4.1" in text_of(certainty(plain_memo(evaluation=measured)))


def test_a_p_value_close_to_the_threshold_stands_on_its_side_of_it():
    text = text_of(certainty(plain_memo(evaluation=evaluated(6, 16, 0.04996))))
    assert "exact p = 0.04996): shown" in text
    text = text_of(certainty(plain_memo(evaluation=evaluated(6, 16, 0.050004))))
    assert "exact p = 0.050004): not shown" in text


def test_options_run_on_different_items_are_not_compared():
    measured = evaluated(0, 0, 1.0, power=None, needed=None)
    measured["pairs"]["plain->tuned"] |= {"items": 0, "exact_p": None}
    text = text_of(certainty(plain_memo(evaluation=measured)))
    assert "Tuned and Plain were run on different items, so nothing can be said of their difference." in text
    assert "0 items do not show whether Tuned or Plain answers better" in text


def test_a_table_that_leaves_rows_out_says_how_many_and_where_they_are():
    measured = evaluated(10, 16, 0.33)
    measured["options"] |= {f"more-{place}": measured["options"]["plain"] for place in range(6)}
    assert "evaluation.html" not in text_of(certainty(plain_memo(evaluation=measured)))
    measured["options"]["one-more"] = measured["options"]["plain"]
    measured["pairs"] = {f"plain->{place}": measured["pairs"]["plain->tuned"] for place in range(11)}
    text = text_of(certainty(plain_memo(evaluation=measured)))
    assert "One more is in the evaluation report, evaluation.html." in text
    assert "Three more are in the evaluation report, evaluation.html." in text


def test_several_pairs_are_counted_in_the_heading():
    evaluation = evaluated(10, 16, 0.33)
    shown = evaluated(1, 12, 0.003)["pairs"]["plain->tuned"]
    evaluation["pairs"] |= {"tuned->plain": shown}
    assert "The evaluation shows one of two differences" in text_of(certainty(plain_memo(evaluation=evaluation)))
    evaluation["pairs"]["plain->tuned"] = shown
    assert "The evaluation shows both differences" in text_of(certainty(plain_memo(evaluation=evaluation)))


def test_draws_and_evaluation_stand_in_one_section():
    memo = plain_memo(drawn({"tuned": 1.0}), evaluated(10, 16, 0.33))
    html = str(certainty(memo).html)
    assert html.count("<h2") == html.count("<h3") == 1
    assert html.count("<table") == 4


def test_without_either_there_is_no_such_section():
    assert str(certainty(plain_memo()).html) == ""


def with_draws(memo: Memo, draws: int = 200) -> Memo:
    return Memo(memo.case, memo.results | {"uncertainty": uncertainty(memo.case, draws=draws)})


@pytest.mark.parametrize("seed", range(0, 60, 2))
def test_any_case_with_draws_reads_without_a_seam_and_every_number_leads_back(seed):
    memo = with_draws(memo_of(random_case(seed)))
    page = page_of(memo)
    assert refusals(page) == []
    html = str(certainty(memo).html) + str(answer(memo).html)
    assert not SEAMS.search(re.sub(r"<[^>]+>", "", re.sub(r"<svg.*?</svg>|<table.*?</table>", "", html, flags=re.S)))
    for key, value, _ in shown_numbers(html):
        raw = traced(memo, key)
        assert raw is None or float(value) == pytest.approx(raw, rel=1e-12), key


@pytest.mark.parametrize("name", edge_cases())
def test_any_corner_with_draws_reads_without_a_seam(name):
    memo = with_draws(memo_of(edge_cases()[name]))
    assert not SEAMS.search(text_of(certainty(memo)))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_number_of_a_sample_case_leads_back(name):
    memo = with_draws(sample(name))
    for key, value, _ in shown_numbers(str(certainty(memo).html)):
        raw = traced(memo, key)
        assert raw is None or float(value) == pytest.approx(raw, rel=1e-12), key


def test_a_cost_as_given_outside_of_nine_draws_of_ten_is_told():
    text = text_of(certainty(sample("support")))
    assert "$24.8k in the middle. As given it costs $5,400, less than in nineteen draws of twenty" in text
    assert "As given" not in text_of(certainty(sample("legal")))


def test_memo_and_evaluation_report_give_a_p_value_the_same_digits():
    for name, p in (("support", "0.327"), ("dsl", "0.00342")):
        assert f"(exact p = {p})" in text_of(certainty(sample(name)))


def test_what_was_not_evaluated_is_named_as_the_reader_knows_it():
    assert "Not evaluated: “Manual in the prompt, Claude Sonnet 4.5”." in text_of(certainty(sample("dsl")))


def test_the_support_memo_does_not_show_three_points_on_200_items():
    memo = sample("support")
    text = text_of(certainty(memo))
    assert "200 items do not show whether" in text
    assert "takes 1,132 items" in text


def test_the_dsl_memo_shows_twenty_two_points_on_50_items():
    text = text_of(certainty(sample("dsl")))
    assert "50 items show that" in text
    assert "22 percentage points ahead on 50 items" in text


def test_a_case_of_twelve_options_is_told_in_words_and_one_table():
    raw = edge_cases()["growth"]
    plain = raw["options"]["plain"]
    raw["options"] |= {f"more-{place}": {**plain, "label": f"Prompt number {place}"} for place in range(10)}
    raw["workload"]["calls_per_month"] = [50_000, 100_000, 200_000]
    html = str(certainty(with_draws(memo_of(raw))).html)
    assert "<svg" not in html
    assert html.count("<table") == 1
    assert "Six more are not shown." in html
