"""Evaluation results: read strictly, voted by majority, a tie fails."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from casebook.case import CaseError, from_parameters
from casebook.evidence import EvaluationError, read_evaluation

HEADER = "item_id,option,run,passed\n"


@pytest.fixture
def results(tmp_path: Path) -> Any:
    """Writes results and gives their path."""

    def write(text: str) -> Path:
        path = tmp_path / "results.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_each_item_passes_by_the_majority_of_its_runs_and_a_tie_fails(results: Any) -> None:
    """Three runs or two, or only one."""
    rows = {"a": "110", "b": "100", "c": "10", "d": "1", "e": "0"}
    text = HEADER + "".join(
        f"{item},x,{run},{vote}\n" for item, votes in rows.items() for run, vote in enumerate(votes)
    )
    found = read_evaluation(results(text))
    assert found.votes["x"] == {"a": True, "b": False, "c": False, "d": True, "e": False}
    rate = found.pass_rates()["x"]
    assert (rate.passed, rate.items, rate.failed, rate.pass_rate) == (2, 5, 3, 0.4)
    assert (found.options, found.runs) == (("x",), 3)


@pytest.mark.parametrize(
    ("word", "passed"), [("1", True), ("true", True), ("PASS", True), (" yes ", True), ("0", False), ("Fail", False)]
)
def test_passed_is_written_as_people_write_it(results: Any, word: str, passed: bool) -> None:
    """Spreadsheets write TRUE, people write pass."""
    assert read_evaluation(results(f"{HEADER}a,x,1,{word}\n")).answers[0].passed is passed


def test_format_failures_are_items_by_majority_too(results: Any) -> None:
    """Rows without a verdict on format do not count."""
    text = "option,passed,run,item_id,format_ok,latency_s,comment\n"
    text += "x,1,1,a,1,0.5,fine\nx,1,2,a,0,,\nx,1,1,b,1,1.5,\nx,1,1,c,,,\ny,1,1,a,,,\n"
    found = read_evaluation(results(text))
    assert found.format_failures("x") == (1, 2)
    assert found.format_failures("y") is None
    assert found.format_failures("z") is None
    assert [answer.latency_s for answer in found.answers] == [0.5, None, 1.5, None, None]


BAD = {
    "no file": (None, None, None, "a CSV of evaluation results", "no file"),
    "nothing in it": ("", 1, "item_id", "a column 'item_id'", "none"),
    "a header only": (HEADER, None, None, "evaluation results", "without rows"),
    "a column misspelt": ("item_id,option,run,pased\na,x,1,1\n", 1, "passed", "a column 'passed'", "'pased'"),
    "semicolons": ("item_id;option;run;passed\na;x;1;1\n", 1, "item_id", "a column 'item_id'", "none"),
    "a column twice": ("item_id,option,run,passed,passed\n", 1, "passed", "each column once", "'passed' twice"),
    "neither passed nor failed": (HEADER + "a,x,1,maybe\n", 2, "passed", "1 or 0", "'maybe'"),
    "nothing for passed": (HEADER + "a,x,1,\n", 2, "passed", "1 or 0", "an empty cell"),
    "no item": (HEADER + ",x,1,1\n", 2, "item_id", "a value", "an empty cell"),
    "a short row": (HEADER + "a,x,1\n", 2, None, "4 cells", "3"),
    "a run twice": (
        HEADER + "a,x,1,1\n\na,x,1,0\n",
        4,
        None,
        "one row an item, option and run",
        "item a, option x, run 1",
    ),
    "a latency that is none": (
        "item_id,option,run,passed,latency_s\na,x,1,1,fast\n",
        2,
        "latency_s",
        "seconds of at least 0",
        "'fast'",
    ),
    "a latency below nought": (
        "item_id,option,run,passed,latency_s\na,x,1,1,-1\n",
        2,
        "latency_s",
        "seconds of at least 0",
        "'-1'",
    ),
    "an infinite latency": (
        "item_id,option,run,passed,latency_s\na,x,1,1,inf\n",
        2,
        "latency_s",
        "seconds of at least 0",
        "'inf'",
    ),
    "an open quote": (HEADER + 'a,"x,1,1\n', 2, None, "comma-separated values", ""),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_results_are_refused_with_row_column_wanted_and_got(name: str, results: Any, tmp_path: Path) -> None:
    """The header is row 1, as a spreadsheet counts."""
    text, row, column, wanted, got = BAD[name]
    path = tmp_path / "none.csv" if text is None else results(text)
    with pytest.raises(EvaluationError) as caught:
        read_evaluation(path)
    fault = caught.value.faults[0]
    assert (fault.row, fault.column) == (row, column)
    assert wanted in fault.wanted
    assert got in fault.got
    assert str(path) in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).faults == caught.value.faults


def test_a_hint_tells_of_semicolons(results: Any) -> None:
    """Spreadsheets of half of Europe write them."""
    with pytest.raises(EvaluationError, match="separate the columns with commas"):
        read_evaluation(results("item_id;option;run;passed\n"))


def test_only_the_first_faults_of_a_hopeless_file_are_listed(results: Any) -> None:
    """A thousand lines of errors help nobody."""
    with pytest.raises(EvaluationError) as caught:
        read_evaluation(results(HEADER + "".join(f"{row},x,1,perhaps\n" for row in range(1000))))
    assert len(caught.value.faults) == 21


def test_results_not_in_utf_8_are_refused(tmp_path: Path) -> None:
    """As the case file is."""
    path = tmp_path / "results.csv"
    path.write_bytes(HEADER.encode() + "é,x,1,1\n".encode("latin-1"))
    with pytest.raises(EvaluationError, match="text in UTF-8"):
        read_evaluation(path)


class TestInACase:
    """`accuracy: from_eval` takes an option's pass rate out of the results."""

    def case(self, directory: Path, **options: Any) -> Any:
        """A case with results beside it."""
        base = {"kind": "prompt", "price": {"input": 1, "output": 2}, "accuracy": "from_eval"}
        return from_parameters(
            {
                "client": "Acme",
                "as_of": "2025-11-15",
                "workload": {"calls_per_month": 1000},
                "quality": {"cost_per_error": 1},
                "evidence": {"eval_results": "results.csv", "format_failures": {"failures": 1, "trials": 9}},
                "options": {"base": base} | options,
            },
            directory,
        )

    def test_the_pass_rate_is_the_accuracy_and_says_where_it_is_from(self, results: Any, tmp_path: Path) -> None:
        """With the counts, for the uncertainty run."""
        results(HEADER + "a,base,1,1\nb,base,1,0\nc,base,1,1\n")
        case = self.case(tmp_path)
        accuracy = case.option("base").inputs["accuracy"]
        assert accuracy.value == pytest.approx(2 / 3)
        assert (accuracy.status, accuracy.measured) == ("derived", (2, 3))
        assert accuracy.source == "results.csv: 2 of 3 items passed"
        assert case.evaluation.pass_rates()["base"].items == 3
        assert case.eval_results == tmp_path / "results.csv"

    def test_format_failures_stay_as_written(self, results: Any, tmp_path: Path) -> None:
        """Whose they are is known only once the model has found the base."""
        results("item_id,option,run,passed,format_ok\na,base,1,1,0\n")
        case = self.case(tmp_path)
        assert case.inputs["format_failures"].value == 1
        assert case.evaluation.format_failures("base") == (1, 1)

    def test_an_option_that_was_not_evaluated_is_a_fault(self, results: Any, tmp_path: Path) -> None:
        """With the nearest that was."""
        results(HEADER + "a,bas,1,1\n")
        with pytest.raises(CaseError) as caught:
            self.case(tmp_path)
        (fault,) = caught.value.faults
        assert fault.key == "options.base.accuracy"
        assert fault.hint == "did you mean 'bas'?"

    def test_faults_of_the_results_come_with_the_files_own_row(self, results: Any, tmp_path: Path) -> None:
        """Beside the faults of the case."""
        results(HEADER + "a,base,1,maybe\n")
        with pytest.raises(CaseError) as caught:
            self.case(tmp_path, other={"kind": "rag"})
        assert [(Path(fault.file).name, fault.line, fault.key) for fault in caught.value.faults][-1] == (
            "results.csv",
            2,
            "column passed",
        )
        assert {fault.key for fault in caught.value.faults} >= {"options.other.price.input"}

    def test_from_eval_without_results_is_a_fault(self) -> None:
        """There is nothing to take it from."""
        with pytest.raises(CaseError, match=r"evidence\.eval_results, the CSV to take it from"):
            from_parameters(
                {
                    "client": "Acme",
                    "as_of": "2025-11-15",
                    "workload": {"calls_per_month": 1},
                    "options": {
                        "base": {"kind": "prompt", "price": {"input": 1, "output": 2}, "accuracy": "from_eval"}
                    },
                }
            )
