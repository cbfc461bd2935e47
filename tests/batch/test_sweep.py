"""One case over many values: which cases that gives, and that all of them are written or none."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from casebook.analysis.portfolio import CURRENT, FAILED, FILE, STALE, portfolio_of
from casebook.batch.faults import InputError
from casebook.batch.house import of_this_library
from casebook.batch.sweep import grid, heading, members, rows_of, table, write
from casebook.case import load
from casebook.cli import main
from tests.portfolios import put_report, results_of

PARAMS = of_this_library().params
CALLS = "workload.calls_per_month"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two of the sample cases and their evaluation results."""
    for name in ("legal.yaml", "support.yaml"):
        shutil.copy(PARAMS / name, tmp_path / name)
    shutil.copytree(PARAMS / "evaluations", tmp_path / "evaluations")
    return tmp_path


@pytest.fixture
def sweep(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(folder)
    return lambda *words: CliRunner().invoke(main, ["sweep", *map(str, words)])


@pytest.mark.parametrize(
    ("setting", "values"),
    [
        ("a.b=1,2", ["1", "2"]),
        ("a.b=[1, 2, 3],4", ["[1, 2, 3]", "4"]),
        ("a.b = x = y , z", ["x = y", "z"]),
    ],
)
def test_a_setting_is_a_path_and_its_values(setting: str, values: list[str]) -> None:
    assert grid([setting]) == {"a.b": values}


@pytest.mark.parametrize("setting", ["a.b", "=1", "a.b=", "a.b=1,,2"])
def test_a_setting_without_path_or_values_is_refused(setting: str) -> None:
    with pytest.raises(InputError, match="wanted path=value"):
        grid([setting])


def test_values_make_a_grid_and_every_row_has_all_of_it() -> None:
    made = members("legal", grid(["a=1,2", "b=3,4"]), [{"c": "x"}, {"c": "y"}])
    assert [one.id for one in made] == [f"legal-{number}" for number in range(1, 9)]
    assert made[0].values == {"c": "x", "a": "1", "b": "3"}
    assert made[-1].values == {"c": "y", "a": "2", "b": "4"}


def test_a_row_is_named_by_its_id_or_its_client() -> None:
    rows = [{"id": "acme", "a": "1"}, {"client": "Müller & Co", "a": "2"}]
    assert [one.id for one in members("legal", {}, rows)] == ["acme", "muller-co"]


@pytest.mark.parametrize("rows", [[{"id": "one"}, {"id": "one"}], [{"id": "No Name"}]])
def test_ids_that_are_taken_or_no_names_are_refused(rows: list[dict[str, str]]) -> None:
    with pytest.raises(InputError, match="id"):
        members("legal", {}, rows)


def test_a_swept_case_is_the_case_with_these_values(folder: Path) -> None:
    rows = [{CALLS: "[1, 2e3, 3000]", "client": "NO: body", "evidence.ops_capable": "true", "as_of": "2025-11-16"}]
    (path,) = write(folder / "legal.yaml", folder / "new", members("legal", {}, rows))
    case, before = load(path), load(folder / "legal.yaml")
    calls = case.input(CALLS)
    assert (calls.low, calls.value, calls.high, calls.source) == (1, 2000, 3000, "set by a sweep of legal")
    assert (case.client, case.input("evidence.ops_capable").value) == ("NO: body", True)
    assert case.as_of.isoformat() == "2025-11-16"
    assert case.notes == before.notes
    same = set(case.written_paths) - {CALLS, "evidence.ops_capable", "as_of"}
    assert {path for path in same if case.input(path).value != before.input(path).value} == set()
    assert "# Legal: a law firm's document summaries." in path.read_text()


def test_a_case_with_evaluation_results_finds_them_from_its_new_folder(folder: Path) -> None:
    (path,) = write(folder / "support.yaml", folder / "deep" / "new", members("support", grid([f"{CALLS}=7"])))
    found = load(path).eval_results
    assert found is not None
    assert found.resolve() == (folder / "evaluations" / "support.csv").resolve()


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("workload.calls=1,2", "workload.calls: wanted a known key"),
        (f"{CALLS}=1,many", f"{CALLS}.value: wanted a number"),
        (f"{CALLS}=1,-2", f"legal.yaml with {CALLS} = -2:"),
        (f"{CALLS}=[1, 2]", "wanted a value, or a range"),
    ],
)
def test_a_value_that_is_wrong_writes_nothing(setting: str, told: str, folder: Path, sweep: Callable) -> None:
    before = sorted(folder.rglob("*"))
    result = sweep("legal.yaml", "--set", setting)
    assert result.exit_code == 2
    assert told in result.output
    assert sorted(folder.rglob("*")) == before


def test_a_folder_that_is_no_sweep_is_left_alone(folder: Path, sweep: Callable) -> None:
    result = sweep("legal.yaml", "--set", f"{CALLS}=1", "--into", folder / "evaluations")
    assert result.exit_code == 2
    assert "holds no sweep" in result.output
    assert (folder / "evaluations" / "support.csv").is_file()


def test_a_later_sweep_takes_the_place_of_an_earlier_one(folder: Path) -> None:
    for values in ("1,2,3", "1,5"):
        write(folder / "legal.yaml", folder / "new", members("legal", grid([f"{CALLS}={values}"])))
    assert sorted(path.name for path in (folder / "new").iterdir()) == ["legal-1.yaml", "legal-2.yaml", "sweep.json"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "at least one row"),
        ("id,a\n", "at least one row"),
        ("id,a\nx\n", ":2: wanted 2 cells"),
        ("a\n1,2\n", ":2:"),
    ],
)
def test_a_table_that_is_no_table_is_refused(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_text(text)
    with pytest.raises(InputError, match=told):
        rows_of(tmp_path / "clients.csv")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (CALLS, "Calls a month, in month 1 (calls/month)"),
        ("options.tuned.accuracy", "Accuracy: Fine-tuned model of Sonnet class, hosted (share)"),
        ("economics.labour_rate", "Labour rate (EUR/hour)"),
        ("evidence.evals_done", "Prompt improved against an evaluation"),
        ("options.tuned.model", "options.tuned.model"),
        ("prepared_by", "Prepared by"),
    ],
)
def test_a_column_is_named_by_its_input_with_its_unit(path: str, name: str) -> None:
    case = replace(load(PARAMS / "legal.yaml"), currency="EUR")
    assert heading(path, case) == name


def test_what_stands_of_an_earlier_build_is_not_told_of_the_new_values(tmp_path: Path) -> None:
    wanted = members("legal", grid([f"{CALLS}=1,2,3,4"]))
    for one in wanted:
        put_report(tmp_path, one.id, results_of("legal"))
    (tmp_path / wanted[-1].id / "results.json").write_text('{"of": "another program"}')
    states = dict(zip((one.id for one in wanted), (CURRENT, FAILED, STALE, CURRENT), strict=True))
    (tmp_path / FILE).write_text(json.dumps(portfolio_of(tmp_path, states)))
    head, rows = table(tmp_path, wanted, PARAMS / "legal.yaml")
    assert [row[:2] for row in rows] == [[one.id, one.values[CALLS]] for one in wanted]
    assert all(len(row) == len(head) for row in rows)
    assert [any(row[2:]) for row in rows] == [True, False, False, False]


def test_an_interrupted_sweep_ends_without_a_table(
    folder: Path, sweep: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casebook.cli.sweeps.bring_up_to_date", lambda *_, **__: 130)
    output = folder / "out"
    result = sweep(folder / "legal.yaml", "--set", "workload.calls_per_month=1,2", "--output", output)
    assert (result.exit_code, result.output) == (130, "")
    assert not output.exists()


def test_a_sweep_builds_its_cases_and_tells_what_came_out(folder: Path, sweep: Callable) -> None:
    (folder / "clients.csv").write_text(f"id,client,{CALLS}\nsmall,Small & Co,500\nlarge,Large & Co,\n")
    result = sweep("legal.yaml", "--csv", "clients.csv", "--output", "out", "--jobs", 2)
    assert result.exit_code == 0, result.output
    with (folder / "out" / "sweep.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["Case"], row["Client"], row["Calls a month, in month 1 (calls/month)"]) for row in rows] == [
        ("small", "Small & Co", "500"),
        ("large", "Large & Co", ""),
    ]
    assert float(rows[0]["Cost over the horizon at full cost (USD)"]) < float(
        rows[1]["Cost over the horizon at full cost (USD)"]
    )
    for row in rows:
        assert f"{row['Case']} " in result.output
        assert row["Client"].replace("&", "&amp;") in (folder / "out" / row["Case"] / "decision.html").read_text()
    again = sweep("legal.yaml", "--csv", "clients.csv", "--output", "out")
    assert "nothing to do: 2 cases up to date" in again.output
    assert "large " in again.output
