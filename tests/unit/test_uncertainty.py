"""Draws of the ranged inputs through the same functions."""

from __future__ import annotations

import numpy as np
import pytest

from casebook.analysis.binding import bind
from casebook.analysis.decision import Decision
from casebook.analysis.reader import Reader
from casebook.analysis.sensitivity import verdict_and_runner_up
from casebook.analysis.uncertainty import CUBE, shapes, uncertainty
from casebook.case import from_parameters, load
from casebook.model.evaluate import cell
from casebook.model.wiring import Node
from tests.random_cases import edge_cases, random_case
from tests.samples import SAMPLES

SCOPES = ("invoice", "full")


def ranged(case, **workload):
    """An edge case with ranges on its workload."""
    raw = edge_cases()[case]
    return from_parameters(raw | {"workload": raw["workload"] | workload})


def collapsed(raw):
    """A raw case with every range collapsed to its likely value."""
    if isinstance(raw, dict):
        return {key: raw[key] if key == "compare" else collapsed(raw[key]) for key in raw}
    if isinstance(raw, list) and len(raw) == 3 and all(isinstance(end, int | float) for end in raw):
        return [raw[1]] * 3
    return [collapsed(one) for one in raw] if isinstance(raw, list) else raw


@pytest.mark.parametrize("seed", range(12))
def test_ranges_collapsed_to_a_point_give_the_point_result_exactly(seed):
    raw = collapsed(random_case(seed)) | {"horizon_months": 12}
    calls = raw["workload"]["calls_per_month"]
    point = calls["value"] if isinstance(calls, dict) else calls
    raw["workload"]["calls_per_month"] = point if isinstance(point, list) else [point] * 3
    case = from_parameters(raw)
    binding = bind(case)
    scopes = Reader(binding, binding.evaluation()).scopes()
    found = uncertainty(case, draws=7)
    for scope in SCOPES:
        assert found[scope]["verdicts"] == {scopes[scope]["recommendation"]["verdict"]: 1.0}
        for name, option in scopes[scope]["options"].items():
            assert set(found[scope]["options"][name]["tco"].values()) == {option["tco"]}
            assert set(found[scope]["options"][name]["cost_per_call"].values()) == {option["cost_per_call"]}
            cheapest = scopes[scope]["recommendation"]["cheapest"] == name
            assert found[scope]["options"][name]["probability_cheapest"] == float(cheapest)
        for key, pair in scopes[scope]["comparisons"].items():
            assert set(found[scope]["comparisons"][key]["tco_saving"].values()) == {pair["tco_saving"]}
            assert found[scope]["comparisons"][key]["probability_payback"] == float(pair["within_max_payback"])


def test_a_case_without_ranges_has_none():
    assert uncertainty(from_parameters(edge_cases()["exact_month_boundary"])) is None


def test_the_runner_up_is_drawn_whether_it_is_compared_or_not():
    raw = edge_cases()["exact_month_boundary"]
    raw["workload"] = raw["workload"] | {"calls_per_month": [50_000, 100_000, 150_000]}
    first, second = raw["options"]
    raw["options"] = {**raw["options"], "third": raw["options"][first]}
    raw["compare"] = [[first, second]]
    binding = bind(from_parameters(raw))
    evaluation = binding.evaluation()
    found = uncertainty(binding.case, draws=400)
    for scope, name in enumerate(SCOPES):
        verdict, runner_up = verdict_and_runner_up(evaluation, scope)
        lead = found[name]["runner_up"]
        assert lead["against"] == binding.options[runner_up].name
        compared = found[name]["comparisons"].get(f"{lead['against']}->{binding.options[verdict].name}")
        if compared:
            assert (lead["tco_saving"], lead["separable"]) == (compared["tco_saving"], compared["separable"])
        likely = evaluation.scalar(Node("option", runner_up, "tco"), scope)
        likely -= evaluation.scalar(Node("option", verdict, "tco"), scope)
        assert lead["tco_saving"]["p50"] == pytest.approx(likely, abs=10)
        assert 0 <= lead["probability_cheaper"] <= 1


def test_without_another_option_there_is_no_runner_up():
    raw = edge_cases()["exact_month_boundary"]
    raw["workload"] = raw["workload"] | {"calls_per_month": [50_000, 100_000, 150_000]}
    raw["options"] = {name: option for name, option in raw["options"].items() if name == "plain"}
    found = uncertainty(from_parameters(raw), draws=20)
    assert [found[scope]["runner_up"] for scope in SCOPES] == [None, None]


@pytest.mark.parametrize("jobs", [2, 3])
def test_the_same_draws_on_any_number_of_processes(jobs):
    case = load(SAMPLES[-1])
    assert uncertainty(case, draws=2 * CUBE + 300, jobs=1) == uncertainty(case, draws=2 * CUBE + 300, jobs=jobs)


def test_the_seed_is_of_the_content_not_of_the_name(tmp_path):
    path = tmp_path / "another-name.yaml"
    path.write_bytes(SAMPLES[-1].read_bytes())
    (tmp_path / "evaluations").symlink_to(SAMPLES[-1].with_name("evaluations"))
    seeds = {uncertainty(load(one), draws=2)["full"]["seed"] for one in (path, SAMPLES[-1])}
    assert len(seeds) == 1


def test_a_range_is_a_pert_distribution():
    # Mean (low + 4 likely + high) / 6 and the variance of a beta distribution with these parameters.
    case = ranged("exact_month_boundary", calls_per_month=[50_000, 100_000, 350_000])
    (shape,) = shapes(bind(case))
    values = shape.at((np.arange(20_000) + 0.5) / 20_000)
    assert values.mean() == pytest.approx((50_000 + 4 * 100_000 + 350_000) / 6, rel=1e-4)
    assert (shape.alpha, shape.beta) == (pytest.approx(1 + 4 / 6), pytest.approx(1 + 4 * 5 / 6))
    share = shape.alpha / (shape.alpha + shape.beta)
    assert values.var() == pytest.approx(300_000**2 * share * (1 - share) / (shape.alpha + shape.beta + 1), rel=1e-3)


def test_a_measured_accuracy_is_a_beta_distribution(tmp_path):
    rows = [
        f"i{item},{name},1,{int(item < passed)}"
        for name, passed in (("plain", 30), ("tuned", 36))
        for item in range(40)
    ]
    (tmp_path / "eval.csv").write_text("item_id,option,run,passed\n" + "\n".join(rows) + "\n")
    raw = edge_cases()["exact_month_boundary"]
    raw["evidence"] = raw["evidence"] | {"eval_results": "eval.csv"}
    raw["options"] = {name: option | {"accuracy": "from_eval"} for name, option in raw["options"].items()}
    drawn = {shape.source.path: shape for shape in shapes(bind(from_parameters(raw, tmp_path)))}
    assert (drawn["options.plain.accuracy"].alpha, drawn["options.plain.accuracy"].beta) == (30.5, 10.5)
    # The median of Beta(36.5, 4.5) is close to (36.5 - 1/3) / (41 - 2/3).
    assert drawn["options.tuned.accuracy"].at(np.array([0.5]))[0] == pytest.approx(0.8967, abs=5e-4)


def test_integer_inputs_are_drawn_as_whole_numbers():
    case = from_parameters(edge_cases()["exact_month_boundary"] | {"horizon_months": [6, 12, 30]})
    (shape,) = shapes(bind(case))
    values = shape.at(np.linspace(0, 1, 50))
    assert values.tolist() == [round(value) for value in values]
    assert uncertainty(case, draws=100)["full"]["options"]["plain"]["tco"]["p95"] > 2_400


def test_the_median_converges_to_the_likely_result_of_a_symmetric_range():
    case = ranged("exact_month_boundary", calls_per_month=[50_000, 100_000, 150_000])
    found = uncertainty(case, draws=4000)["full"]
    # Total cost is linear in calls: $2,400 at 100,000 a month.
    assert found["options"]["plain"]["tco"]["p50"] == pytest.approx(2_400, rel=2e-3)
    assert found["options"]["plain"]["cost_per_call"]["p5"] == found["options"]["plain"]["cost_per_call"]["p95"]
    # Break-even exactly at 12 months at the likely volume: half of the draws pay back within them.
    assert found["comparisons"]["plain->tuned"]["probability_payback"] == pytest.approx(0.5, abs=0.02)
    assert not found["comparisons"]["plain->tuned"]["separable"]
    assert sum(found["verdicts"].values()) == pytest.approx(1)


@pytest.mark.parametrize("block", range(3))
def test_leaving_payback_out_where_economics_does_not_decide_changes_nothing(block, monkeypatch):
    cases = [
        from_parameters(random_case(seed) | {"horizon_months": 12}) for seed in range(100 + 8 * block, 108 + 8 * block)
    ]
    short = [uncertainty(case, draws=40) for case in cases]
    monkeypatch.setattr(Decision, "evaluation", lambda decision, values: decision._whole.evaluation(values))
    assert [uncertainty(case, draws=40) for case in cases] == short


def test_what_was_computed_after_a_first_change_is_stale_after_the_next():
    binding = bind(from_parameters(edge_cases()["exact_month_boundary"]))
    evaluation = binding.evaluation()
    calls, one, other = Node("case", "", "calls_per_month"), Node("option", 0, "tco"), Node("option", 1, "tco")
    evaluation.value(one)
    evaluation.changed({calls: cell(50_000.0)})
    evaluation.value(other)
    assert evaluation.changed({calls: cell(50_000.0)}).scalar(other) == pytest.approx(1_200 + 600)
