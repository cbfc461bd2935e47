"""What would change the verdict: each flip point is where the verdict changes, and there is no other."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from casebook.analysis.binding import bind
from casebook.analysis.decision import Decision
from casebook.analysis.decision import verdicts as verdicts_of
from casebook.analysis.flips import flip_points, grid, numeric_inputs, roundest, search_range
from casebook.analysis.reader import Reader
from casebook.case import from_parameters, load
from tests.random_cases import edge_cases, random_case
from tests.samples import SAMPLES

CLOSE = 1e-6
SCOPES = ("invoice", "full")


def verdicts(binding, path, value):
    """The verdict of both scopes with one input set, by the way that results are made."""
    scopes = Reader(binding, binding.evaluation(changes={path: value})).scopes()
    return {scope: figures["recommendation"]["verdict"] for scope, figures in scopes.items()}


def expected(entry, value):
    """The verdict that a flip table gives for a value, None where it stands too close to a flip to say."""
    below = None
    for flip in entry["flips"]:
        if abs(value - flip["at"]) <= 2 * CLOSE * max(abs(value), abs(flip["at"]), CLOSE):
            return None
        if value < flip["at"]:
            return flip["below"]
        below = flip["above"]
    return below


def assert_flips_are_where_the_verdict_changes(binding):
    inputs = {source.path: source for source in numeric_inputs(binding)}
    for entry in flip_points(binding):
        source = inputs[entry["input"]]
        for flip in entry["flips"]:
            step = 1 if source.integer else CLOSE * max(abs(flip["at"]), CLOSE)
            low, high = (flip["at"] - step, flip["at"]) if source.integer else (flip["at"] - step, flip["at"] + step)
            assert verdicts(binding, source.path, low)[entry["scope"]] == flip["below"], entry
            assert verdicts(binding, source.path, high)[entry["scope"]] == flip["above"], entry


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_just_below_and_above_each_flip_the_verdict_is_the_one_reported(path):
    assert_flips_are_where_the_verdict_changes(bind(load(path)))


@pytest.mark.parametrize("seed", range(6))
def test_so_it_is_in_random_cases(seed):
    assert_flips_are_where_the_verdict_changes(bind(from_parameters(random_case(seed))))


def assert_no_other_flips(binding, draws, seed):
    """A random search of single inputs finds no verdict that the table does not explain."""
    table = {(entry["scope"], entry["input"]): entry for entry in flip_points(binding)}
    now = {scope: figures["recommendation"]["verdict"] for scope, figures in reader(binding).scopes().items()}
    inputs = numeric_inputs(binding)
    draw = random.Random(seed)
    for _ in range(draws):
        source = draw.choice(inputs)
        low, high = search_range(source, binding)
        value = draw.uniform(low, high)
        if low > 0 and draw.random() < 0.5:
            value = math.exp(draw.uniform(math.log(low), math.log(high)))
        value = float(round(value)) if source.integer else value
        found = verdicts(binding, source.path, value)
        for scope in SCOPES:
            entry = table[scope, source.path]
            wanted = expected(entry, value) if entry["flips"] else now[scope]
            assert wanted in (None, found[scope]), f"{scope} {source.path} = {value}: {found[scope]}, table: {entry}"


def reader(binding):
    return Reader(binding, binding.evaluation())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_random_search_finds_no_other_change(path):
    assert_no_other_flips(bind(load(path)), draws=150, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_long_random_search_finds_no_other_change(path):
    assert_no_other_flips(bind(load(path)), draws=2000, seed=2)


@pytest.mark.parametrize("seed", range(100, 106))
def test_leaving_payback_out_where_economics_does_not_decide_changes_nothing(seed, monkeypatch):
    binding = bind(from_parameters(random_case(seed)))
    found = flip_points(binding)

    def whole(decision, values, draws):
        return np.broadcast_to(verdicts_of(decision._whole.evaluation(values)), (len(SCOPES), draws))

    monkeypatch.setattr(Decision, "codes", whole)
    assert flip_points(binding) == found


def test_thresholds_of_the_rules_are_flips():
    """500 examples block tuning, and the volume at which a tuned option pays back is the closed form."""
    table = {
        (entry["scope"], entry["input"]): entry["flips"]
        for entry in flip_points(bind(from_parameters(edge_cases()["exact_month_boundary_inside"])))
    }
    assert [flip["at"] for flip in table["full", "evidence.examples"]] == [500]
    # $500 paid back within 5 months at $0.001 a call takes 100,000 calls a month.
    assert [flip["at"] for flip in table["full", "workload.calls_per_month"]] == [pytest.approx(100_000)]


def test_an_input_that_decides_nothing_has_no_flip():
    table = flip_points(bind(from_parameters(edge_cases()["prompt_only"])))
    assert table
    assert all(entry["flips"] == [] for entry in table)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("horizon_months", (1, 120)),
        ("quality.margin", (0, 1)),
        ("workload.calls_per_month", (1_000, 10_000_000)),
        ("economics.labour_rate", (1, 10_000)),
        ("evidence.examples", (50, 500_000)),
        ("options.tuned.tuning.curation_hours", (0, 100)),
    ],
)
def test_the_range_searched_is_the_valid_one_or_a_hundredfold_each_way(path, wanted):
    binding = bind(from_parameters(edge_cases()["exact_month_boundary"]))
    source = next(source for source in numeric_inputs(binding) if source.path == path)
    assert search_range(source, binding) == wanted


def test_errors_are_not_priced_while_an_accuracy_is_unknown():
    case = edge_cases()["exact_month_boundary"]
    case["options"]["tuned"] = case["options"]["tuned"] | {"accuracy": None}
    binding = bind(from_parameters(case))
    source = next(source for source in numeric_inputs(binding) if source.path == "quality.cost_per_error")
    assert search_range(source, binding) == (0, 0)


def test_the_grid_separates_values_a_tenth_apart():
    values = grid(1.0, 10_000.0, 100.0, integer=False)
    assert max(values[1:] / values[:-1]) < 1.1
    assert all(value == round(value) for value in grid(1.0, 10_000.0, 100.0, integer=True))


@pytest.mark.parametrize(
    ("low", "high", "wanted"), [(1.9999999, 2.0000001, 2.0), (0.3399, 0.3402, 0.34), (-0.51, -0.49, -0.5)]
)
def test_a_flip_is_given_with_the_fewest_digits_that_tell_it(low, high, wanted):
    assert roundest(low, high) == wanted
