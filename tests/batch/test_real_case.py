"""A case of the project built as a user does: the real worker, notebook, template and workbook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from casebook.batch.evaluation import results_text
from casebook.batch.freshness import FILES
from casebook.batch.house import of_this_library

HOUSE = of_this_library()
CASE = HOUSE.params / "legal.yaml"


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output folder with the case in it, built from a folder that has nothing to do with the project."""
    folder = tmp_path_factory.mktemp("output")
    assert casebook("build", CASE, "--output", folder).startswith("building legal")
    return folder


def casebook(*words: object) -> str:
    environment = {**os.environ, "PYTHONPATH": str(HOUSE.library.parent)}
    command = [sys.executable, "-m", "casebook", *map(str, words)]
    done = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_report_is_complete_and_its_results_are_those_of_evaluate(output: Path) -> None:
    folder = output / "legal"
    calculated = [f"{name}.{end}" for name in ("prompt_cache", "rag_pipeline") for end in ("html", "ipynb", "xlsx")]
    assert sorted(path.name for path in folder.iterdir()) == sorted([*FILES, "manifest.json", *calculated])
    assert (folder / "results.json").read_text() == results_text(CASE)
    assert json.loads((folder / "manifest.json").read_text())["case"] == "legal"


def test_the_notebook_of_the_report_ran_on_the_case_and_names_no_folder_of_this_machine(output: Path) -> None:
    text = (output / "legal" / "decision.ipynb").read_text()
    assert "injected-parameters" in text
    for folder in (HOUSE.root, output):
        assert str(folder) not in text


AFTER_WARMING = """
import sys
from pathlib import Path
from casebook.batch.job import Job
from casebook.batch.warmth import warm
from casebook.batch.worker import make

root, case, files, scratch = sys.argv[1:]
warm(Path(root))
there = set(sys.modules)
report = make(Job("legal", case, root, files, scratch, engine="casebook"))
assert report.failure is None, report.failure
print(*sorted({name.partition(".")[0] for name in set(sys.modules) - there} - sys.stdlib_module_names))
"""


def test_a_report_imports_nothing_that_the_server_has_not(tmp_path: Path) -> None:
    for folder in ("files", "scratch"):
        (tmp_path / folder).mkdir()
    words = ["-c", AFTER_WARMING, HOUSE.root, CASE, tmp_path / "files", tmp_path / "scratch"]
    environment = {**os.environ, "PYTHONPATH": str(HOUSE.library.parent)}
    done = subprocess.run([sys.executable, *map(str, words)], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "\n"), done.stdout + done.stderr


def test_a_second_build_does_nothing_and_says_so(output: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (output / "legal").iterdir()}
    assert casebook("build", CASE, "--output", output) == "nothing to do: 1 case up to date\n"
    assert {path: path.stat().st_mtime_ns for path in (output / "legal").iterdir()} == before


def test_built_again_it_is_the_same_bytes(output: Path) -> None:
    before = {name: (output / "legal" / name).read_bytes() for name in FILES}
    casebook("build", CASE, "--output", output, "--force")
    changed = [name for name in FILES if (output / "legal" / name).read_bytes() != before[name]]
    assert changed == []


def test_a_kernel_gives_the_same_bytes(output: Path, tmp_path: Path) -> None:
    casebook("build", CASE, "--output", tmp_path, "--engine", "nbclient")
    changed = [
        name for name in FILES if (tmp_path / "legal" / name).read_bytes() != (output / "legal" / name).read_bytes()
    ]
    assert changed == []
