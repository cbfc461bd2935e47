"""The model against an independent plain-loop reading of the same contract."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from casebook.analysis.binding import bind
from casebook.analysis.reader import Reader
from casebook.case import Case, from_parameters, load
from tests import reference
from tests.random_cases import edge_cases, random_case
from tests.samples import SAMPLES

EDGES = edge_cases()


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two results differ: numbers by more than 1e-9 relative, anything else at all."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            yield from differences(ours.get(key, "missing"), theirs.get(key, "missing"), f"{path}/{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(one, other, f"{path}[{index}]")
    elif _number(ours) and _number(theirs):
        if not math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9):
            yield path, ours, theirs
    elif ours != theirs:
        yield path, ours, theirs


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def assert_equal_to_the_reference(case: Case) -> None:
    binding = bind(case)
    scopes = Reader(binding, binding.evaluation()).scopes()
    assert list(differences(scopes, reference.evaluate(case.resolved()))) == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_case_equals_the_reference(path):
    assert_equal_to_the_reference(load(path))


@pytest.mark.parametrize("name", EDGES)
def test_an_edge_case_equals_the_reference(name):
    assert_equal_to_the_reference(from_parameters(EDGES[name]))


@pytest.mark.parametrize("block", range(20))
def test_random_cases_equal_the_reference(block):
    for seed in range(10 * block, 10 * block + 10):
        assert_equal_to_the_reference(from_parameters(random_case(seed)))


@pytest.mark.soak
@pytest.mark.parametrize("block", range(100))
def test_thousands_of_random_cases_equal_the_reference(block):
    for seed in range(1000 + 50 * block, 1050 + 50 * block):
        assert_equal_to_the_reference(from_parameters(random_case(seed)))
