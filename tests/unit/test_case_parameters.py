"""A case file as notebook parameters: the same case, whatever a YAML reader would make of its words."""

from __future__ import annotations

import json

import pytest

from casebook.case import from_parameters, load, parameters
from tests.samples import SAMPLES

ODD = """
client: NO
title: 007
prepared_by: 1.10
notes: 3.0
as_of: 2026-01-15
workload: {calls_per_month: {value: 1e6, source: on}}
options:
  "1": {kind: prompt, label: 12:30, price: {input: 1, output: 2}, accuracy: 0.90, candidate: yes}
  no: {kind: prompt, like: "1"}
"""


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_parameters_of_a_sample_give_the_same_case(path):
    found = parameters(path)
    assert from_parameters(found, path.parent).content_hash == load(path).content_hash
    assert isinstance(found["workload"], dict)


def test_parameters_that_were_changed_since_give_another_case():
    path = SAMPLES[0]
    found = parameters(path)
    found["client"] = "Another & Co"
    assert from_parameters(found, path.parent).client == "Another & Co"


def test_options_in_another_order_are_another_case():
    path = SAMPLES[0]
    found = parameters(path)
    turned = found | {"options": dict(reversed(found["options"].items()))}
    assert [one.name for one in from_parameters(turned, path.parent).options] == list(turned["options"])


def test_words_that_yaml_readers_disagree_on_reach_the_notebook_as_written(tmp_path):
    path = tmp_path / "odd.yaml"
    path.write_text(ODD)
    case = from_parameters(json.loads(json.dumps(parameters(path))), tmp_path)
    assert case.content_hash == load(path).content_hash
    assert (case.client, case.title, case.prepared_by, case.notes) == ("NO", "007", "1.10", "3.0")
    assert [option.name for option in case.options] == ["1", "no"]
    assert case.inputs["calls_per_month"].value == 1_000_000


def test_plain_numbers_stay_numbers(tmp_path):
    path = tmp_path / "plain.yaml"
    path.write_text(ODD.replace("007", "Seven").replace("1.10", "Us").replace("3.0", "Some"))
    assert parameters(path)["options"]["1"]["price"] == {"input": 1, "output": 2}
