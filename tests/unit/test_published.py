"""Published figures beside computed ones, and the tornado."""

from __future__ import annotations

import pytest

from casebook.analysis.binding import bind
from casebook.analysis.published import figure_at, published_figures
from casebook.analysis.results import evaluate_case
from casebook.analysis.sensitivity import sensitivity
from casebook.case import from_parameters, load
from tests.random_cases import edge_cases
from tests.samples import PARAMS, SAMPLES


def with_published(**published):
    case = edge_cases()["exact_month_boundary"] | {"published": [{"metric": "", "value": 0} | published]}
    binding = bind(from_parameters(case))
    return published_figures(binding, binding.evaluation())[0]


@pytest.mark.parametrize(
    ("value", "status"),
    [(12, "reproduced with assumption"), (12.1, "reproduced with assumption"), (12.2, "not reproduced")],
)
def test_a_figure_within_a_hundredth_counts_as_reproduced(value, status):
    figure = with_published(metric="invoice.comparisons.plain->tuned.static_months", value=value)
    assert figure["computed"] == pytest.approx(12)
    assert figure["difference"] == pytest.approx(12 - value)
    assert figure["status"] == status


def test_a_figure_from_stated_inputs_is_reproduced_without_assumption():
    case = edge_cases()["exact_month_boundary"]
    cost = {"value": 1_200, "status": "stated", "source": "the quotation"}
    case["options"]["tuned"] = case["options"]["tuned"] | {"tuning": {"training_cost": cost}}
    case["published"] = [{"metric": "invoice.options.tuned.one_time", "value": 1_200}]
    binding = bind(from_parameters(case))
    assert published_figures(binding, binding.evaluation())[0]["status"] == "reproduced"


def test_what_does_not_come_is_not_computable():
    figure = with_published(metric="invoice.comparisons.plain->tuned.advantage_lost_month", value=3)
    assert (figure["computed"], figure["difference"], figure["status"]) == (None, None, "not computable")


def test_a_reconciliation_is_run_through_the_model():
    reconciles = [{"label": "twice the calls", "scope": "invoice", "set": {"workload.calls_per_month": 200_000}}]
    metric = "invoice.comparisons.plain->tuned.static_months"
    figure = with_published(metric=metric, value=6, reconciles=reconciles)
    assert figure["status"] == "not reproduced"
    assert [one["gives"] for one in figure["reconciles"]] == [pytest.approx(6)]


def test_a_path_may_lead_into_a_list():
    scopes = {"full": {"options": {"a": {"cumulative": [1.0, 2.0]}}}}
    assert figure_at(scopes, "full.options.a.cumulative.1") == 2.0
    assert figure_at(scopes, "full.options.a.cumulative.7") is None


def test_the_support_case_shows_what_reconciles_the_six_weeks():
    figures = {figure["metric"]: figure for figure in evaluate_case(load(PARAMS / "support.yaml"))["published"]}
    weeks = figures["invoice.comparisons.few_shot->tuned.static_weeks"]
    assert (weeks["published"], weeks["status"]) == (6, "not reproduced")
    assert weeks["computed"] == pytest.approx(27.238, abs=1e-3)
    assert len([one for one in weeks["reconciles"] if one["gives"] == pytest.approx(6, abs=0.01)]) >= 2


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_ranged_input_has_a_bar_in_each_scope(path):
    binding = bind(load(path))
    rows = sensitivity(binding)
    ranged = {source.path for source in binding.inputs.values() if source.ranged}
    assert {(row["scope"], row["input"]) for row in rows} == {
        (scope, input_path) for scope in ("invoice", "full") for input_path in ranged
    }


def test_a_bar_is_the_lead_of_the_verdict_over_the_runner_up():
    case = edge_cases()["exact_month_boundary_inside"]
    case["workload"]["calls_per_month"] = [50_000, 100_000, 300_000]
    rows = sensitivity(bind(from_parameters(case)))
    calls = next(row for row in rows if row["scope"] == "invoice" and row["input"] == "workload.calls_per_month")
    # Twelve months at $0.001 a call saved, less $500 up front.
    assert [calls[f"tco_difference_{end}"] for end in ("low", "likely", "high")] == [
        pytest.approx(100),
        pytest.approx(700),
        pytest.approx(3_100),
    ]


def test_a_case_without_a_verdict_has_no_bars():
    assert sensitivity(bind(from_parameters(edge_cases()["none_feasible"]))) == []
