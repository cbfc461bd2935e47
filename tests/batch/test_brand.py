"""The job's brand reaches the files it makes."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import openpyxl
import pytest
from click.testing import CliRunner

from casebook.batch import steps
from casebook.batch.house import of_this_library
from casebook.batch.job import Job
from casebook.case import load
from casebook.cli import main
from tests.batch.conftest import write_notebook

HOUSE = of_this_library()
HARBOUR = HOUSE.templates / "brands" / "harbour.yaml"
CASE = HOUSE.params / "dsl.yaml"


@pytest.fixture
def job(tmp_path: Path):
    def make(brand: str) -> Job:
        shutil.rmtree(tmp_path / "files", ignore_errors=True)
        (tmp_path / "files").mkdir()
        return Job("dsl", str(CASE), str(HOUSE.root), str(tmp_path / "files"), str(tmp_path), brand=brand)

    return make


@pytest.mark.parametrize(("brand", "named"), [("", False), (str(HARBOUR), True)])
def test_the_memo_step_wears_it(brand: str, named: bool, job) -> None:
    made, case = job(brand), load(CASE)
    steps.results(made, case)
    notebook = Path(made.files, "decision.ipynb")
    write_notebook(notebook, "1", tags=[["memo:title"]])
    nbformat.validate(nbformat.read(notebook, as_version=4))
    steps.memo(made, case)
    assert ("Harbour Advisory" in Path(made.files, "decision.html").read_text(encoding="utf-8")) is named


@pytest.mark.parametrize(("brand", "named"), [("", False), (str(HARBOUR), True)])
def test_the_workbook_step_wears_it(brand: str, named: bool, job) -> None:
    made, case = job(brand), load(CASE)
    steps.results(made, case)
    steps.workbook(made, case)
    book = openpyxl.load_workbook(Path(made.files, "decision.xlsx"), read_only=True)
    assert book["Summary"]["A2"].value.startswith("Harbour Advisory for ") is named


def test_a_brand_with_faults_is_named_and_nothing_is_built(tmp_path: Path) -> None:
    brand = tmp_path / "brand.yaml"
    brand.write_text("fnt: x\nlogo: none.png\n")
    told = CliRunner().invoke(main, ["build", str(CASE), "--brand", str(brand), "--output", str(tmp_path / "output")])
    assert told.exit_code == 2
    first, *faults = told.stderr.splitlines()
    assert first == f"casebook: brand file {brand}: 2 faults; nothing built"
    assert [fault.split(" ", 1)[0] for fault in faults] == [f"{brand}:1:", f"{brand}:2:"]
    assert not (tmp_path / "output").exists()
