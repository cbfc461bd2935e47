"""The same case, the same bytes: whatever the process, its hash seed, its time zone and its language."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from casebook import workbook
from casebook.analysis.results import evaluate_case
from casebook.brand import load_brand
from casebook.case import load
from casebook.workbook.evaluation import write_evaluation

ROOT = Path(__file__).parents[2]
HARBOUR = ROOT / "templates" / "brands" / "harbour.yaml"
DSL = ROOT / "params" / "dsl.yaml"
ELSEWHERE = {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
NAMES = ("decision.xlsx", "evaluation.xlsx")


def write_both(folder: Path) -> dict[str, str]:
    """The hashes of the workbooks of a case with an evaluation, in a brand with a logo."""
    case, brand = load(DSL), load_brand(HARBOUR)
    workbook.write(case, folder / "decision.xlsx", evaluate_case(case, draws=50), brand)
    write_evaluation(case, folder / "evaluation.xlsx", brand=brand)
    return hashes(folder)


def hashes(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in NAMES}


def test_another_process_elsewhere_writes_the_same_bytes(here, tmp_path):
    assert os.environ.get("TZ") != ELSEWHERE["TZ"]
    code = "import pathlib, sys; sys.path[:0] = sys.argv[2:]; from tests.workbook.test_bytes import write_both; "
    command = [sys.executable, "-c", f"{code}print(write_both(pathlib.Path(sys.argv[1])))", tmp_path]
    done = subprocess.run(
        [*command, ROOT / "lib", ROOT], env=os.environ | ELSEWHERE, capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout.strip() == str(hashes(here)), done.stderr


def test_no_moment_of_writing_stands_in_the_file(here):
    with zipfile.ZipFile(here / "decision.xlsx") as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = parts.read("docProps/core.xml").decode()
    as_of = load(DSL).as_of.isoformat()
    assert core.count(f"{as_of}T00:00:00Z</dcterms:created>") == 1
    assert core.count(f"{as_of}T00:00:00Z</dcterms:modified>") == 1


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Path:
    """The folder of the workbooks written by this process."""
    folder = tmp_path_factory.mktemp("bytes")
    write_both(folder)
    return folder
