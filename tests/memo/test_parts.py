"""The parts of a total: they add up to it, in the results and in the tables, and the columns say what they hold."""

from __future__ import annotations

import re

import pytest

from casebook.analysis.volumes import FACTORS
from casebook.memo import key_figures, options, volumes
from casebook.memo.parts import scope_title
from casebook.memo.view import SCOPES
from tests.memo.making import SAMPLES, memo_of, sample, text_of
from tests.random_cases import _edge, _pair, edge_cases, random_case


def total_of(option, totals):
    return option["one_time"] + totals["running_total"] + totals["quality_total"]


@pytest.mark.parametrize("seed", range(12))
def test_the_parts_add_up_to_the_total_in_any_case_and_at_any_volume(seed):
    results = memo_of(random_case(seed)).results
    for scope in SCOPES:
        for name, figures in results["scopes"][scope]["options"].items():
            totals = results["totals"][scope][name]
            assert total_of(figures, totals) == pytest.approx(figures["tco"], rel=1e-9, abs=1e-6)
        for entry in results["volumes"]:
            for figures in entry["scopes"][scope]["options"].values():
                assert total_of(figures, figures) == pytest.approx(figures["tco"], rel=1e-9, abs=1e-6)


def rows_of(html: str) -> list[list[float]]:
    """The values shown in each row of a table, in the order of its columns."""
    rows = re.findall(r'<tr role="row"(?: class="chosen")?>(.*?)</tr>', html)
    return [[float(value) for value in re.findall(r'<data value="([^"]+)"', row)] for row in rows]


@pytest.mark.parametrize("name", SAMPLES)
def test_what_stands_before_the_total_in_a_row_of_options_adds_up_to_it(name):
    full, invoice = str(options(sample(name)).html).split("<table")[1:]
    parts = 3 if "Errors" in full or "Waiting" in full else 2
    for row in filter(None, rows_of(full.split("</thead>")[1])):
        assert sum(row[:parts]) == pytest.approx(row[parts])
    for row in filter(None, rows_of(invoice.split("</thead>")[1])):
        assert sum(row[1:3]) == pytest.approx(row[3])  # the first is the cost of a call


@pytest.mark.parametrize("name", ["claims", "support"])
def test_what_stands_before_the_total_in_a_row_by_volume_adds_up_to_it(name):
    html = str(volumes(sample(name)).html)
    parts = 3 if "Errors" in html else 2
    rows = [row for row in rows_of(html.split("</thead>")[1]) if row]
    assert len(rows) == 2 * len(FACTORS)
    for row in rows:
        assert sum(row[1 : 1 + parts]) == pytest.approx(row[1 + parts])


def test_a_title_names_what_the_case_counts_and_nothing_else():
    assert str(scope_title(sample("claims"), "full")) == "Full cost: invoices, labour, retraining and errors"
    assert str(scope_title(sample("support"), "full")) == "Full cost: invoices, labour and retraining"
    speeds = {"overhead_s": 0.3, "prefill_tokens_per_second": 10_000, "decode_tokens_per_second": 100}
    pair = {name: option | {"response": speeds} for name, option in _pair().items()}
    raw = _edge(pair, quality={"cost_per_error": 1}, latency={"value_per_second": 1})
    assert str(scope_title(memo_of(raw), "full")) == "Full cost: invoices, labour, errors and waiting"
    assert "No price is put on errors and waiting: not counted." in text_of(options(sample("support")))
    assert "No price is put on waiting: not counted." in text_of(options(sample("claims")))


def test_the_strip_of_key_figures_says_that_errors_come_beside_bills_and_labour():
    assert "Bills and labour in month 1 $665 plus $3,030 in errors; $665 on vendor invoices" in text_of(
        key_figures(sample("claims"))
    )
    assert "Bills and labour in month 1 $450 $450 on vendor invoices" in text_of(key_figures(sample("support")))


def test_with_many_options_the_parts_stand_in_the_table_of_options_alone():
    raw = edge_cases()["growth"]
    raw["options"] |= {f"more-{place}": {**raw["options"]["plain"], "label": f"No. {place}"} for place in range(9)}
    memo = memo_of(raw)
    assert "Bills" in text_of(options(memo))
    assert "Bills" not in text_of(volumes(memo))
    assert "Total, " in text_of(volumes(memo))


def test_the_cheapest_on_invoices_that_misses_the_target_is_said_to_miss_it():
    text = text_of(options(sample("claims")))
    assert "On vendor invoices alone Two-tier from GPT-6 Luna is the cheapest, but misses the accuracy target." in text
    assert "Misses target" in text


def test_options_that_all_cost_the_same_are_not_ranked():
    raw = _edge(
        {name: {"kind": "prompt", "price": {"input": 2, "output": 0}, "tokens": {"user": 500}} for name in "ab"}
    )
    text = text_of(options(memo_of(raw)))
    assert re.search(r"every option costs \$[\d,.k]+ over 12 months", text), text
