"""Format failures are the base option's, where accuracies are measured."""

from __future__ import annotations

import pytest

from casebook.analysis.binding import bind
from casebook.analysis.reader import Reader
from casebook.case import from_parameters
from tests.random_cases import edge_cases


@pytest.fixture
def measured(tmp_path):
    """A case measured on 100 items, of which the base breaks the format on 20 and the tuned option on none."""
    rows = ["item_id,option,run,passed,format_ok"]
    for name, failures in (("plain", 20), ("tuned", 0)):
        rows += [f"i{item},{name},1,{int(item < 90)},{int(item >= failures)}" for item in range(100)]
    (tmp_path / "eval.csv").write_text("\n".join(rows) + "\n")

    def make(**evidence):
        raw = edge_cases()["negative_saving"]
        raw["evidence"] = raw["evidence"] | {"eval_results": "eval.csv"} | evidence
        raw["options"] = {name: option | {"accuracy": "from_eval"} for name, option in raw["options"].items()}
        return bind(from_parameters(raw, tmp_path))

    return make


def fired(binding):
    return Reader(binding, binding.evaluation()).scopes()["full"]["recommendation"]["fired"]


def test_the_failures_of_the_base_are_weighed(measured):
    binding = measured()
    inputs = binding.case.inputs
    assert (inputs["format_failures"].value, inputs["format_trials"].value) == (20, 100)
    assert (inputs["format_failures"].status, inputs["format_failures"].source) == (
        "derived",
        "eval.csv: items of plain, the base",
    )
    assert binding.case.input("evidence.format_failures.failures").value == 20
    assert "C1" in fired(binding)


def test_assumed_failures_are_replaced(measured):
    binding = measured(format_failures={"failures": 0, "trials": 10})
    assert binding.case.inputs["format_trials"].value == 100


def test_stated_failures_are_kept(measured):
    stated = {"status": "stated", "source": "the vendor's log"}
    failures, trials = ({"value": value} | stated for value in (0, 500))
    binding = measured(format_failures={"failures": failures, "trials": trials})
    assert binding.case.inputs["format_trials"].value == 500
    assert "C1" not in fired(binding)
