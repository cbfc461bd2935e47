"""The plan of many draws gives what the model's lines give, one by one and to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from casebook.analysis.binding import Binding, bind
from casebook.analysis.uncertainty import shapes
from casebook.case import Case, from_parameters, load
from casebook.model.evaluate import Evaluation, cell
from casebook.model.lines import lines
from casebook.model.plan import Plan
from casebook.model.wiring import Node
from tests.random_cases import edge_cases, random_case
from tests.samples import SAMPLES

MONTHS, DRAWS = 40, 60
LINES = ("fixed_cost", "cash_per_month")


def every_line(binding: Binding) -> list[Node]:
    """Every line of the model for a case, once for each of its owners."""
    structure = binding.wiring.structure
    owners = {
        "case": [""],
        "option": range(structure.options),
        "comparison": range(len(structure.slots)),
        "decision": [""],
    }
    return [Node(level, owner, name) for level, each in owners.items() for owner in each for name in lines()[level]]


def both(case: Case, wanted: list[Node], months: int = MONTHS) -> tuple[Plan, Evaluation, Evaluation]:
    """The plan of draws of a case's ranges, what it gives, and what the lines give."""
    binding = bind(case)
    drawn = {shape.source.path: shape for shape in shapes(binding)}
    names = {node: source.path for node, source in binding.inputs.items() if source.path in drawn}
    chances = np.random.default_rng(7)
    values = {path: shape.at(chances.random(DRAWS)) for path, shape in drawn.items()}
    plan = Plan(binding.evaluation(months), names, wanted)
    changes = {node: values[path].reshape(1, -1, 1) for node, path in names.items()}
    return plan, plan.evaluation(values), binding.evaluation(months).changed(changes)


CASES = {
    **{path.stem: lambda path=path: load(path) for path in SAMPLES},
    **{f"random {seed}": lambda seed=seed: from_parameters(random_case(seed)) for seed in range(200, 212)},
}


@pytest.mark.parametrize("name", CASES)
def test_every_line_of_the_model_comes_out_the_same_to_the_last_bit(name: str) -> None:
    case = CASES[name]()
    assert shapes(bind(case))
    wanted = every_line(bind(case))
    _, planned, plain = both(case, wanted)
    for node in wanted:
        one, other = np.broadcast_arrays(planned.value(node), plain.value(node))
        same = (one == other) | ((one != one) & (other != other))
        assert same.all(), node


def ranged(**workload: list[float]) -> Case:
    raw = edge_cases()["exact_month_boundary"]
    return from_parameters(raw | {"workload": raw["workload"] | workload})


def test_what_nothing_drawn_reaches_takes_no_step() -> None:
    case = ranged(calls_per_month=[50_000, 100_000, 350_000])
    plan, planned, _ = both(case, [Node("option", 0, "own_cost_per_call"), Node("option", 0, "fixed_cost")])
    assert len(plan) == 0
    assert planned.value(Node("option", 0, "own_cost_per_call")).shape[1] == 1


def test_a_line_that_both_scopes_share_is_computed_once() -> None:
    case = ranged(calls_per_month=[50_000, 100_000, 350_000])
    plan, planned, _ = both(case, [Node("case", "", "calls")])
    # The growth is a constant, so that one product is left.
    assert len(plan) == 1
    assert planned.value(Node("case", "", "calls")).shape == (1, DRAWS, MONTHS)


def test_one_plan_serves_blocks_of_any_size_and_keeps_nothing_of_them() -> None:
    case = ranged(calls_per_month=[50_000, 100_000, 350_000])
    binding = bind(case)
    calls, tco = Node("case", "", "calls_per_month"), Node("option", 0, "tco")
    plan = Plan(binding.evaluation(MONTHS), {calls: "calls"}, [tco])
    for values in ([100_000.0], [50_000.0, 100_000.0, 300_000.0], [100_000.0]):
        given = np.array(values)
        found = plan.evaluation({"calls": given})
        one_by_one = [binding.evaluation(MONTHS).changed({calls: cell(one)}).row(tco)[0] for one in values]
        assert found.value(tco)[0, :, 0].tolist() == one_by_one
        assert given.tolist() == values


def test_inputs_of_one_name_are_drawn_together() -> None:
    case = ranged()
    binding = bind(case)
    nodes = [Node("option", column, "user_tokens") for column in range(2)]
    plan = Plan(binding.evaluation(1), dict.fromkeys(nodes, "tokens"), nodes)
    found = plan.evaluation({"tokens": np.array([10.0, 20.0])})
    assert [found.value(node)[0, :, 0].tolist() for node in nodes] == [[10.0, 20.0]] * 2


def test_inputs_that_are_not_given_stay_at_their_likely_values() -> None:
    case = ranged(calls_per_month=[50_000, 100_000, 350_000])
    binding = bind(case)
    calls, rate = Node("case", "", "calls_per_month"), Node("case", "", "labour_rate")
    wanted = [Node("option", 0, "tco"), Node("option", 1, "one_time")]
    plan = Plan(binding.evaluation(MONTHS), {calls: "calls", rate: "rate"}, wanted)
    found = plan.evaluation({"calls": np.array([60_000.0, 70_000.0])})
    plain = [binding.evaluation(MONTHS).changed({calls: cell(value)}).scalar(wanted[0]) for value in (6e4, 7e4)]
    assert found.value(wanted[0])[0, :, 0].tolist() == plain
    # Calls do not reach it: one draw serves all.
    assert found.value(wanted[1]).shape[1] == 1
    assert found.scalar(wanted[1], scope=1) == binding.evaluation(MONTHS).scalar(wanted[1], scope=1)


@pytest.mark.parametrize("name", list(CASES)[::5])
def test_a_part_of_a_plan_gives_the_same_with_fewer_operations(name: str) -> None:
    case = CASES[name]()
    wanted = every_line(bind(case))
    plan, whole, _ = both(case, wanted)
    some = [node for node in wanted if node.line in ("tco", "base_position")]
    part = plan.only(some)
    assert len(part) < len(plan)
    assert part.reached <= plan.reached
    binding, chances = bind(case), np.random.default_rng(7)
    found = part.evaluation({one.source.path: one.at(chances.random(DRAWS)) for one in shapes(binding)})
    for node in some:
        assert np.array_equal(found.value(node), whole.value(node))


def test_a_line_that_is_held_keeps_its_value_whatever_is_drawn() -> None:
    binding = bind(ranged(calls_per_month=[50_000, 100_000, 350_000]))
    calls, fixed, monthly = (Node("case", "", "calls_per_month"), *(Node("option", 0, name) for name in LINES))
    plan = Plan(binding.evaluation(MONTHS), {calls: "calls"}, [monthly], {fixed: cell(7.0)})
    found = plan.evaluation({"calls": np.array([0.0, 100.0])})
    assert found.value(monthly)[0, 0, 0] == 7.0
    assert found.value(monthly)[0, 1, 0] > 7.0
    assert plan.reached == {"calls"}
