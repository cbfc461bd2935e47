"""A case with evaluation results is built with their report: all of its files, or none."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from casebook.analysis.portfolio import REPORT_FILES
from casebook.batch import freshness
from casebook.batch.cases import CaseFile
from casebook.batch.house import House, of_this_library
from casebook.batch.job import Job
from casebook.batch.process import FreshProcess
from casebook.case import load
from tests.batch.conftest import write_notebook

HOUSE = of_this_library()
REPORT = ["evaluation.html", "evaluation.ipynb", "evaluation.xlsx"]
ONLY_THE_EVALUATION = """
from casebook.batch import steps, worker
worker.main({"evaluation": steps.evaluation})
"""


def job_of(case: Path, folder: Path, house: Path = HOUSE.root) -> Job:
    for name in ("files", "scratch"):
        (folder / name).mkdir(parents=True)
    return Job(case.stem, str(case), str(house), str(folder / "files"), str(folder / "scratch"))


def files_of(job: Job) -> list[str]:
    return sorted(path.name for path in Path(job.files).iterdir())


def test_a_case_with_evaluation_results_gets_their_report_too(tmp_path: Path) -> None:
    job = job_of(HOUSE.params / "dsl.yaml", tmp_path)
    report = FreshProcess(300)(job)
    assert report.failure is None
    assert "evaluation" in report.seconds
    results = json.loads(Path(job.files, "results.json").read_bytes())
    assert sorted(results["reports"]["evaluation"].values()) == REPORT
    every = sorted([*freshness.FILES, *(found[kind] for found in results["reports"].values() for kind in REPORT_FILES)])
    assert files_of(job) == every
    page = Path(job.files, "evaluation.html").read_text(encoding="utf-8")
    assert "shown by" in page
    for name in every:
        assert str(HOUSE.root).encode() not in Path(job.files, name).read_bytes()


def test_a_case_without_them_gets_none(tmp_path: Path) -> None:
    from casebook.batch.steps import evaluation

    job = job_of(HOUSE.params / "legal.yaml", tmp_path)
    case = load(job.case)
    evaluation(job, case)
    assert files_of(job) == []


def test_a_fault_in_the_further_notebook_is_told_with_its_name_and_cell(tmp_path: Path) -> None:
    house = tmp_path / "house"
    shutil.copytree(HOUSE.templates, house / "templates")
    (house / "notebooks").mkdir()
    tags = [["parameters"], ["memo:answer"]]
    write_notebook(house / "notebooks" / "evaluation.ipynb", "client = None", "1 / 0", tags=tags)
    job = job_of(HOUSE.params / "dsl.yaml", tmp_path / "job", house)
    Path(job.scratch, job.notebook).write_text("{}")  # the decision's, which ran well before
    failure = FreshProcess(300, [sys.executable, "-P", "-c", ONLY_THE_EVALUATION])(job).failure
    assert failure is not None
    assert (failure.notebook, failure.why) == ("evaluation.ipynb", "ZeroDivisionError: division by zero")
    assert "memo:answer" in failure.cell


def test_a_number_that_the_report_does_not_hold_stops_the_build(tmp_path: Path) -> None:
    house = tmp_path / "house"
    shutil.copytree(HOUSE.templates, house / "templates")
    (house / "notebooks").mkdir()
    shown = "from casebook.memo.markup import *\nFragment('answer', Markup('<p>It answers 12 times better.</p>'))"
    source = house / "notebooks" / "evaluation.ipynb"
    write_notebook(source, "client = None", shown, tags=[["parameters"], ["memo:answer"]])
    job = job_of(HOUSE.params / "dsl.yaml", tmp_path / "job", house)
    Path(job.scratch, job.notebook).write_text("{}")
    failure = FreshProcess(300, [sys.executable, "-P", "-c", ONLY_THE_EVALUATION])(job).failure
    assert failure is not None
    assert "a number that is not registered in 'It answers 12 times better.'" in failure.why


def test_a_report_is_stale_when_the_further_notebook_says_something_else(
    case: Callable[..., CaseFile], build: Callable, house: House, output: Path
) -> None:
    file = case("legal")
    build(file)
    write_notebook(house.notebook_of("evaluation"), "print('more')")
    shared = freshness.shared_inputs(house)
    assert freshness.reasons(file.path, shared, output / "legal") == ["notebook evaluation: changed"]
