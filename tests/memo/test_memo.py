"""The memo of whole cases: the sample cases, odd ones, and hundreds made at random."""

from __future__ import annotations

import re

import pytest
import yaml

from casebook.case import from_parameters
from casebook.memo import SECTIONS, Memo, answer, flips, footer, header, key_figures, options, payback, published, rules
from casebook.memo.condition import conditions
from casebook.memo.gate import MOST_BYTES, refusals
from casebook.memo.lint import require_true
from casebook.memo.view import SCOPES
from tests.memo.making import ROOT, SAMPLES, memo_of, page_of, sample, sample_page, text_of
from tests.memo.tracing import shown_numbers, traced
from tests.random_cases import _edge, _option, _pair, edge_cases, random_case

VERDICTS = {
    "legal": {"full": "cached_rag", "invoice": "cached_rag"},
    "support": {"full": "prompt", "invoice": "fine_tune_hosted"},
    "dsl": {"full": "fine_tune_self_hosted", "invoice": "fine_tune_self_hosted"},
    "hybrid": {"full": "hybrid", "invoice": "hybrid"},
}
TITLES = {
    "legal": "Use retrieval with a cached prompt; do not fine-tune",
    "support": "Fine-tuning pays on vendor invoices alone, not at full cost",
    "dsl": "Fine-tune an open model and host it yourselves",
    "hybrid": "Combine a tuned small model with retrieval and escalate the hard calls",
}
# What a reader must never meet: marks of a missing number, and seams of a sentence.
SEAMS = re.compile(r"\b(nan|NaN|inf|None|null|undefined)\b|\$-|-\$|−−|\{|\}|\.\.|,,| ,|months months")


@pytest.mark.parametrize("name", VERDICTS)
def test_a_sample_case_has_its_verdict_in_both_scopes(name):
    memo = sample(name)
    assert {scope: memo.options[memo.verdict(scope)].kind for scope in SCOPES} == VERDICTS[name]
    tables = str(options(memo).html).split("<table")[1:]
    for scope, table in zip(SCOPES, tables, strict=True):
        chosen = re.findall(r'<tr role="row" class="chosen">.*?</tr>', table)
        assert len(chosen) == 1
        assert str(memo.name(memo.verdict(scope))) in chosen[0]
        assert "Recommended" in chosen[0]


@pytest.mark.parametrize("name", TITLES)
def test_the_title_says_what_to_do(name):
    assert TITLES[name] in text_of(header(sample(name)))


@pytest.mark.parametrize("name", ["legal", "dsl", "hybrid"])
def test_where_the_scopes_agree_the_answer_gives_both_amounts(name):
    memo = sample(name)
    text = text_of(answer(memo))
    assert "On vendor invoices alone it is the answer too" in text
    for scope in SCOPES:
        assert memo.of(scope, memo.verdict(scope), "tco").text in text


def test_where_the_scopes_part_the_first_lines_say_so():
    text = text_of(answer(sample("support")))
    first = text.removeprefix("Recommendation ").split("Stay with")[0]
    assert first.startswith("On vendor invoices alone the answer is")
    assert "pays back in 6.29 months" in first
    assert "With labour, retraining and drift counted the answer is" in first
    assert "never pays back" in first


def test_the_support_memo_says_that_six_weeks_is_not_what_the_arithmetic_gives():
    text = text_of(published(sample("support")))
    assert "The published 6 weeks is not what the arithmetic gives: 27.2 weeks" in text
    assert "Not reproduced" in text
    assert "Reconciliations 250,000 messages a week instead of a month: 6.29 weeks; 1.135 million messages" in text
    assert "An error worth $0.165, with no labour, no retraining and no drift: 6 weeks at full cost" in text


def test_a_published_accuracy_differs_by_points_and_stands_in_no_scope():
    text = text_of(published(sample("dsl")))
    assert "Accuracy Fine-tuned Qwen 2.5 Coder 32B on one L40S 93% 93% 0 percentage points" in text


@pytest.mark.parametrize("client", ["Acme S.A.", "Acme"])
def test_the_last_lines_end_a_sentence_once(client):
    raw = edge_cases()["growth"] | {"client": client, "confidentiality": "Not to be shown!"}
    assert text_of(footer(memo_of(raw))).startswith(f"Not to be shown! Prepared for {client.rstrip('.')}. Levels")


def test_an_answer_that_costs_more_than_the_next_one_on_invoices_says_so():
    saving = {"plain": _option("prompt", (2.0, 0.0)), "tuned": _pair(0.0002, 300)["tuned"]}
    memo = memo_of(_edge(saving, horizon_months=36))
    assert memo.agreed
    tuned, plain = (memo.of("invoice", name, "tco").text for name in ("tuned", "plain"))
    words = f"On vendor invoices alone it is the answer too, at {plain}, though Tuned costs less: {tuned}."
    assert words in text_of(answer(memo))


def test_the_last_lines_say_over_how_long_a_payback_is_looked_for():
    assert "Payback is looked for over 18 months, a first crossing over ten years." in text_of(footer(sample("hybrid")))


@pytest.mark.parametrize(
    ("name", "scope", "told"),
    [
        ("legal", "full", "provided its accuracy stays above 89%"),
        ("support", "full", "provided an error costs less than $0.34"),
        ("support", "invoice", "provided volume stays above 131,000 calls a month"),  # no turn within a range
    ],
)
def test_the_condition_names_first_what_its_own_range_leaves_open(name, scope, told):
    memo = sample(name)
    assert conditions(memo.case, memo.results)[scope] == told


def test_the_support_memo_says_what_an_error_would_have_to_cost():
    memo = sample("support")
    entry = next(
        entry
        for entry in memo.results["flip_points"]
        if (entry["scope"], entry["input"]) == ("full", "quality.cost_per_error")
    )
    assert [flip["at"] for flip in entry["flips"]] == [pytest.approx(0.34, rel=1e-3)]
    text = text_of(answer(memo))
    tuned, prompt = "Fine-tuned small model of Haiku class", "Few-shot prompt on Claude Haiku 4.5"
    assert f"On vendor invoices alone the answer is {tuned}: it pays back in 6.29 months, provided volume" in text
    assert f"the answer is {prompt}: {tuned} never pays back, unless an error costs more than $0.34." in text
    assert f"Stay with {prompt}, provided an error costs less than $0.34." in text
    full = text_of(flips(memo)).split("On vendor invoices alone")[0]
    assert f"Cost of a wrong answer $0.00 per error above $0.34 per error {tuned}" in full


def test_the_support_memo_shows_the_break_even_with_its_numbers():
    html = str(payback(sample("support")).html)
    assert "<math" in html
    for text in ("$2,200", "250,000", "$0.0014", "6.29 months"):
        assert f">{text}</mn>" in html
    assert "6.29 months (27.2 weeks)" in text_of(payback(sample("support")))


def test_the_crossing_is_drawn_for_the_scope_that_has_one():
    html = str(payback(sample("support")).html)
    full, invoice = html.split('id="cumulative-invoice-wide-title"')
    assert "Break-even" not in re.sub(r"<[^>]+>", "", full)
    assert "Break-even" in invoice


@pytest.mark.parametrize("name", SAMPLES)
def test_three_reasons_and_the_decision_asked_for(name):
    html = str(answer(sample(name)).html)
    assert html.count("<li>") == 3
    assert "Decision needed by" in html


@pytest.mark.parametrize("name", SAMPLES)
def test_every_rule_is_in_one_of_three_states(name):
    text = text_of(rules(sample(name)))
    assert text.count("Not measured") <= 1
    assert text.count("Weighed and not fired") == 1
    html = str(rules(sample(name)).html)
    assert html.count('class="mark"') == 32
    fired = next(table for table in html.split("<table") if re.search("Rules? that fired", table))
    for scope in SCOPES:
        for rule in sample(name).recommendation(scope)["fired"]:
            assert f"</span> {rule}</span>" in fired


@pytest.mark.parametrize("name", SAMPLES)
def test_every_number_shown_is_the_one_its_key_leads_to(name):
    memo = sample(name)
    numbers = [number for section in SECTIONS for number in shown_numbers(str(section(memo).html))]
    assert len(numbers) > 100
    for key, value, text in numbers:
        raw = traced(memo, key)
        assert text
        if raw is not None:
            assert float(value) == pytest.approx(raw, rel=1e-12), key
        elif not key.startswith("count."):
            assert value == "", key


@pytest.mark.parametrize("name", SAMPLES)
def test_a_page_is_small_clean_and_the_same_twice(name):
    page = sample_page(name)
    assert len(page.encode()) <= MOST_BYTES
    assert refusals(page) == []
    assert_reads_well(page)
    assert page == page_of(sample.__wrapped__(name))


def assert_reads_well(page: str) -> None:
    """No mark of a missing number, no seam of a sentence, nothing empty."""
    for _, inner in re.findall(r"<(p|li|h1|h2|td|th|dd|caption)\b[^>]*>(.*?)</\1>", page):
        text = re.sub(r"<[^>]+>", "", inner)
        assert not SEAMS.search(text), text
    assert not re.search(r"<(p|ul|ol|td|h2)\b[^>]*></\1>", page)


def assert_a_good_page(memo: Memo) -> str:
    """A page that the gate lets out, whose numbers are those of the results, and that reads well."""
    page = page_of(memo)
    assert refusals(page) == []
    require_true(page, memo)
    assert_reads_well(page)
    return page


@pytest.mark.parametrize("seed", range(40))
def test_any_case_reads_without_a_seam_and_passes_the_lint(seed):
    assert_a_good_page(memo_of(random_case(seed)))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 1300))
def test_three_hundred_more_cases_read_without_a_seam_and_pass_the_lint(seed):
    assert_a_good_page(memo_of(random_case(seed)))


@pytest.mark.parametrize("seed", range(200, 212))
def test_any_case_with_its_flips_reads_without_a_seam_and_every_number_leads_back(seed):
    assert_a_good_page(memo_of(random_case(seed), searched=True))


@pytest.mark.parametrize("name", edge_cases())
def test_any_corner_reads_without_a_seam(name):
    assert_a_good_page(memo_of(edge_cases()[name]))


HOSTILE = "</bdi></title><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"


def test_hostile_text_in_every_field_is_shown_as_text():
    raw = edge_cases()["growth"]
    raw |= dict.fromkeys(("client", "title", "prepared_by", "confidentiality", "notes"), HOSTILE)
    raw["decision"] = {"ask": HOSTILE, "by": HOSTILE, "owner": HOSTILE}
    raw["constraints"] = [{"name": HOSTILE, "wanted": HOSTILE, "found": HOSTILE, "status": "open"}]
    raw["published"] = [
        {"metric": "full.options.plain.tco", "value": 1, "unit": HOSTILE, "source": HOSTILE, "note": HOSTILE}
    ]
    raw["workload"]["calls_per_month"] = {"value": 100_000, "source": HOSTILE, "status": "stated"}
    for option in raw["options"].values():
        option["label"] = HOSTILE
    page = page_of(memo_of(raw))
    assert refusals(page) == []
    assert page.count("&lt;script&gt;") > 15
    assert "{{7*7}}" in page


def test_options_that_share_a_label_are_told_apart_by_name():
    raw = edge_cases()["growth"]
    for option in raw["options"].values():
        option["label"] = "The same"
    assert "The same (tuned)" in text_of(options(memo_of(raw)))


def test_twelve_options_stay_under_the_limit():
    raw = edge_cases()["growth"]
    plain = raw["options"]["plain"]
    raw["options"] |= {f"more-{place}": {**plain, "label": f"Prompt number {place}"} for place in range(10)}
    raw["horizon_months"] = 120
    page = page_of(memo_of(raw))
    assert len(page.encode()) <= MOST_BYTES
    assert "Left out for legibility" in page


def test_twelve_options_with_ranges_everywhere_stay_clearly_under_the_limit():
    raw = yaml.safe_load((ROOT / "params" / "hybrid.yaml").read_text(encoding="utf-8"))
    every = list(raw["options"].items())
    for place in range(12 - len(every)):
        name, option = every[place % len(every)]
        raw["options"][f"more-{place}"] = {**option, "label": f"{option['label']}, another {name}"}
    assert len(raw["options"]) == 12
    page = assert_a_good_page(memo_of(raw, searched=True))
    assert len(page.encode()) < 0.95 * MOST_BYTES


def test_rules_after_an_end_are_not_reached_and_say_what_ended_the_weighing():
    text = text_of(rules(sample("legal")))
    assert "Not reached" in text
    assert "E1 ended the weighing before these – Y1" in text


def test_the_equations_are_the_models_own_and_each_symbol_is_told():
    html = str(payback(sample("support")).html)
    for symbol in ("ΔF", "S", "N", "C", "n", "s", "f", "r"):
        assert f"<math><mi>{symbol}</mi></math> is " in html
    assert "max" in html
    assert html.count('class="cases"') == 4  # break-even in months and in calls, in both scopes


def test_another_currency_is_shown_in_its_own_sign():
    raw = edge_cases()["growth"] | {"currency": "EUR"}
    text = text_of(options(memo_of(raw)))
    assert "€" in text
    assert "$" not in text


def test_key_figures_give_saving_payback_bill_and_money_up_front():
    text = text_of(key_figures(sample("dsl")))
    for label in ("saving", "Payback", "Bills and labour in month 1", "Up-front cost", "on vendor invoices"):
        assert label in text


def test_a_case_without_notes_prices_and_published_figures_leaves_those_sections_out():
    memo = memo_of(from_parameters(edge_cases()["prompt_only"]))
    html = "".join(str(section(memo).html) for section in SECTIONS)
    assert not any(f'id="{name}"' in html for name in ("notes", "prices", "published"))
