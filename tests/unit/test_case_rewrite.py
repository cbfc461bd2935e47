"""Values of a case file are changed where they stand; every other byte stays as it is."""

from __future__ import annotations

import difflib
from datetime import date

import pytest

from casebook.case import load, load_text
from casebook.case.explicit import explicit_keys
from casebook.case.reading import Document, read_text
from casebook.case.rewrite import Change, RewriteError, rewritten
from tests.samples import PARAMS, SAMPLES

REPLACED = {
    "a bare number": ("a: 15000\n", 12000, "a: 12000\n"),
    "a number of small size": ("a: 1\n", 1e-05, "a: 0.00001\n"),
    "a whole float": ("a: 1.5\n", 2.0, "a: 2\n"),
    "a sourced number": ("a: {value: 1, source: x}\n", 2, "a: {value: 2, source: x}\n"),
    "a sourced number on lines": ("a:\n  value: 1  # why\n  source: x\n", 2, "a:\n  value: 2  # why\n  source: x\n"),
    "a flag in its own words": ("a: yes   # tested\n", False, "a: no    # tested\n"),
    "a quoted word": ("a: 'none'\n", "fresh", "a: 'fresh'\n"),
    "a day": ("a: 2026-01-15\n", date(2026, 2, 1), "a: 2026-02-01\n"),
    "the unknown": ("a: 0.9\n", None, "a: null\n"),
    "a quoted number by the unknown": ('a: "0.9"\n', None, "a: null\n"),
    "nothing": ("a:\nb: 1\n", 3, "a: 3\nb: 1\n"),
    "nothing with a remark": ("a:   # to be asked\nb: 1\n", 3, "a: 3 # to be asked\nb: 1\n"),
    "null": ("a: ~\n", 3, "a: 3\n"),
    "a comment in its column": ("a: 100      # $ an hour\n", 87.5, "a: 87.5     # $ an hour\n"),
    "carriage returns": ("a: 1\r\nb: 2\r\n", 3, "a: 3\r\nb: 2\r\n"),
    "no newline at the end": ("b: 1\na: 1", 2, "b: 1\na: 2"),
    "a range by a number": ("a: [1, 2, 3]  # r\n", 5, "a: 5          # r\n"),
    "a range on lines by a number": ("a:\n  - 1\n  - 2\n  - 3\nb: 1\n", 5, "a: 5\nb: 1\n"),
    "what was measured": ("a: {value: from_eval, status: derived}\n", 0.9, "a: {value: 0.9, status: derived}\n"),
}


@pytest.mark.parametrize(("text", "value", "wanted"), REPLACED.values(), ids=REPLACED)
def test_a_value_is_replaced_where_it_stands(text, value, wanted):
    assert rewritten(text, [Change("a", value)]) == wanted


RANGES = {
    "in a list": ("a: [1,  2, 3]  # r\n", "a: [1.5,  2, 4]  # r\n"),
    "on lines": ("a:\n- 1\n- 2   # likely\n- 3\n", "a:\n- 1.5\n- 2   # likely\n- 4\n"),
    "with a source": ("a: {value: [1, 2, 3], source: x}\n", "a: {value: [1.5, 2, 4], source: x}\n"),
    "where there was none": ("a: 7\n", "a: [1.5, 2, 4]\n"),
}


@pytest.mark.parametrize(("text", "wanted"), RANGES.values(), ids=RANGES)
def test_a_range_is_written_over_what_stands(text, wanted):
    assert rewritten(text, [Change("a", 2, 1.5, 4)]) == wanted


ADDED = {
    "beside its neighbour in the schema": (
        "workload:\n  calls_per_month: 1  # one\n  # hours\n  peak_factor: 2\n",
        "workload.growth_per_month",
        "workload:\n  calls_per_month: 1  # one\n  growth_per_month: 9\n  # hours\n  peak_factor: 2\n",
    ),
    "in a block on one line": (
        "workload: {calls_per_month: 1}\n",
        "workload.growth_per_month",
        "workload: {calls_per_month: 1, growth_per_month: 9}\n",
    ),
    "in an empty block": ("workload: {}\n", "workload.batch_share", "workload: {batch_share: 9}\n"),
    "in a block that is nothing": ("workload:\nlatency:\n", "latency.target_s", "workload:\nlatency: {target_s: 9}\n"),
    "with its block": (
        "workload:\n  calls_per_month: 1\n\noptions: {}\n",
        "latency.target_s",
        "workload:\n  calls_per_month: 1\n\nlatency:\n  target_s: 9\n\noptions: {}\n",
    ),
    "in an option": (
        "options:\n  a:\n    kind: rag\n    # the price\n    price: {input: 1}\n",
        "options.a.tokens.user",
        "options:\n  a:\n    kind: rag\n    tokens:\n      user: 9\n    # the price\n    price: {input: 1}\n",
    ),
    "in an option on one line": (
        "options: {a: {kind: rag}}\n",
        "options.a.tokens.user",
        "options: {a: {kind: rag, tokens: {user: 9}}}\n",
    ),
    "in an inline option": (
        "options:\n  a:\n    escalation:\n      to:\n        price: {input: 1}\n",
        "options.a.escalation.to.price.output",
        "options:\n  a:\n    escalation:\n      to:\n        price: {input: 1, output: 9}\n",
    ),
    "behind a text of several lines": (
        "notes: |\n  One.\n\n  Two.\nworkload: {}\n",
        "horizon_months",
        "notes: |\n  One.\n\n  Two.\nhorizon_months: 9\nworkload: {}\n",
    ),
    "at the end of a file without a newline": ("client: x", "horizon_months", "client: x\nhorizon_months: 9\n"),
}


@pytest.mark.parametrize(("text", "path", "wanted"), ADDED.values(), ids=ADDED)
def test_a_key_that_is_not_written_is_added_in_its_place(text, path, wanted):
    assert rewritten(text, [Change(path, 9)]) == wanted


SOURCED = {
    "a bare value": ("a: 1\n", 'a: {value: 2, source: "asked: \\"x\\"", status: stated}\n'),
    "a sourced one": (
        "a: {value: 1, source: b, status: assumed}\n",
        'a: {value: 2, source: "asked: \\"x\\"", status: stated}\n',
    ),
    "one without a status": (
        "a:\n  value: 1\n  source: b\n",
        'a:\n  value: 2\n  source: "asked: \\"x\\""\n  status: stated\n',
    ),
    "a missing one": ("b: 1\n", 'b: 1\na: {value: 2, source: "asked: \\"x\\"", status: stated}\n'),
}


@pytest.mark.parametrize(("text", "wanted"), SOURCED.values(), ids=SOURCED)
def test_a_source_is_written_beside_the_value_when_one_is_given(text, wanted):
    assert rewritten(text, [Change("a", 2, source='asked: "x"')]) == wanted


@pytest.mark.parametrize("text", ["b: &x 1\na: *x\n", "a: &x 1\nb: *x\n", "a: &x {value: 1}\nb: *x\n"])
def test_what_is_shared_by_a_yaml_anchor_is_refused(text):
    with pytest.raises(RewriteError, match=r"^a: .*write the value"):
        rewritten(text, [Change("a", 2)])


def changed_lines(old: str, new: str) -> list[str]:
    return [line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[0] in "+-"]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_number_written_in_a_sample_can_be_changed_alone(path):
    text, case = path.read_text(encoding="utf-8"), load(path)
    written = [each for each in case.all_inputs() if each.origin == "case" and isinstance(each.value, int | float)]
    numbers = [each for each in written if each.type == "number" and not each.measured and each.value][::4]
    assert len(numbers) >= 5
    for each in numbers:
        value = each.value if each.maximum == each.value else min(each.value * 1.0078125, each.maximum or 1e15)
        value = each.value + 1 if each.integer else value
        high = None if each.high is None else max(each.high, value)
        new = rewritten(text, [Change(each.path, value, each.low, high)])
        assert all(line[2:].strip() for line in changed_lines(text, new))
        assert len(changed_lines(text, new)) <= 2
        found = load_text(new, path)
        differing = [one.path for one in found.all_inputs() if one.value != case.input(one.path).value]
        assert differing == ([each.path] if value != each.value else [])


@pytest.mark.parametrize(
    ("name", "price", "keys"),
    [
        ("legal", "prices.anthropic/claude-sonnet-4-5.input", ["options.rag.price.input"]),
        ("legal", "prices.anthropic/claude-haiku-4-5.input", ["options.small_rag.price.input"]),
        (
            "legal",
            "prices.anthropic/claude-sonnet-4-5.cache_read_multiplier",
            ["options.cached_rag.cache.read_multiplier"],
        ),
        (
            "hybrid",
            "prices.aws/amazon.titan-embed-text-v2:0.embedding",
            ["options.rag.retrieval.embedding_price"],
        ),
        ("hybrid", "prices.anthropic/claude-sonnet-5-5.output", ["options.rag.price.output"]),
        ("dsl", "prices.anthropic/claude-sonnet-4-5.batch_discount", ["options.prompt.price.batch_discount"]),
    ],
)
def test_a_price_of_its_own_is_written_where_its_model_is_named(name, price, keys):
    path = PARAMS / f"{name}.yaml"
    tree = read_text(path.read_text(encoding="utf-8"), Document("")).tree
    assert list(explicit_keys(load(path), tree, price)) == keys
