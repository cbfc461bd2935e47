"""The command: thin, quick to answer, one clear error and an exit code for whatever is wrong."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import casebook
from casebook.batch import evaluation
from casebook.batch.house import of_this_library
from casebook.cli import main

LIBRARY = Path(casebook.__file__).resolve().parent
OWN_MODULES = "import sys; {}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"

# Builds every case of a checkout with the runner that needs no kernel.
BUILD_ALL = """
from pathlib import Path
from casebook.batch import build, cases
from casebook.batch.house import of_this_library
from tests.batch.conftest import InProcess, check
files = cases.find([], of_this_library().params)
build.build(files, of_this_library(), Path("output"), InProcess, check=check)
"""


@pytest.fixture
def run() -> Callable[..., Result]:
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def checkout(house, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """A copy of the library in the test's house, and Python run with it there."""
    shutil.rmtree(house.library)
    shutil.copytree(LIBRARY, house.library, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(LIBRARY.parents[1] / "templates", house.templates, dirs_exist_ok=True)
    path = os.pathsep.join([str(house.library.parent), str(Path(__file__).resolve().parents[2])])

    def python(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": path}
        command = [sys.executable, *words]
        return subprocess.run(command, cwd=house.root, env=environment, capture_output=True, text=True)

    return python


def test_the_top_level_imports_only_the_standard_library_and_click(checkout: Callable) -> None:
    bare = set(checkout("-c", OWN_MODULES.format("import click")).stdout.split())
    ours = set(checkout("-c", OWN_MODULES.format("import casebook.cli")).stdout.split())
    assert ours - bare - set(sys.stdlib_module_names) == {"casebook"}


def test_a_build_with_nothing_to_do_imports_nothing_heavy_and_is_quick(checkout: Callable, house) -> None:
    for number in range(4):
        (house.params / f"case{number}.yaml").write_text("fine: yes")
    assert checkout("-c", BUILD_ALL).stderr == ""
    assert "index.html: 4 cases" in checkout("-m", "casebook", "build").stdout
    told = checkout("-X", "importtime", "-m", "casebook", "build")
    assert told.stdout == "nothing to do: 4 cases up to date\n"
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in told.stderr.splitlines()}
    heavy = {"numpy", "pandas", "papermill", "nbconvert", "jinja2", "pydantic", "yaml", "ruamel", "rich"}
    assert imported & heavy == set()
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        checkout("-m", "casebook", "build")
        seconds.append(time.perf_counter() - began)
    assert min(seconds) < 1  # 0.15 s as a rule; the rest is for a machine with other things to do


def test_a_build_that_waits_for_another_says_so_at_once(checkout: Callable, house) -> None:
    (house.params / "case.yaml").write_text("fine: yes")
    assert checkout("-c", BUILD_ALL).stderr == ""
    environment = {**os.environ, "PYTHONPATH": str(house.library.parent)}
    with (house.root / "output" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, "-m", "casebook", "build"]
        with subprocess.Popen(command, cwd=house.root, env=environment, stdout=subprocess.PIPE, text=True) as waits:
            first = waits.stdout.readline()
            fcntl.flock(lock, fcntl.LOCK_UN)
            rest = waits.stdout.read().splitlines()
    assert first == "another build is at work in output: waiting for it\n"
    assert rest == [
        "output/case/results.json: as_of: wanted, and not there; build it again",  # this house's are no results
        "output/index.html: 1 case",
        "nothing to do: 1 case up to date",
    ]


@pytest.mark.parametrize("command", [[], *([name] for name in main.commands)])
def test_every_command_has_help_that_says_the_exit_codes(command: list[str], run: Callable) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert "Exit codes: 0 done; 1 a report could not be made; 2 wrong input" in " ".join(result.output.split())


def test_the_version_is_the_packages(run: Callable) -> None:
    assert run("--version").output == f"casebook, version {casebook.__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        ["check", "nowhere.yaml"],
        ["build", "nowhere.yaml"],
        ["evaluate", "nowhere.yaml"],
        ["why", "nowhere"],
        ["pdf", "nowhere"],
        ["new", "No Name"],
        ["build", "--jobs", "0"],
        ["no-such-command"],
    ],
)
def test_wrong_input_is_one_error_and_exit_code_2(
    words: list[str], run: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert result.exit_code == 2
    assert "rror: " in result.output or "casebook: " in result.output
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_faulty_case_is_refused_everywhere_with_all_its_faults(run: Callable, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("client: A\nas_of: 2026-11-01\nworklod: {}\nhorizon_months: 0\n")
    for command in ("check", "build", "evaluate"):
        output = ("--output", tmp_path / "output") if command == "build" else ()
        result = run(command, path, *output)
        assert result.exit_code == 2, result.output
        for part in ("bad.yaml:3: worklod", "workload", "bad.yaml:4: horizon_months"):
            assert part in result.output
    assert [one.name for one in tmp_path.iterdir()] == ["bad.yaml"]


def test_new_check_and_evaluate_work_on_a_starter_case(run: Callable, tmp_path: Path) -> None:
    assert run("new", "acme", "--into", tmp_path).exit_code == 0
    path = tmp_path / "acme.yaml"
    assert "acme.yaml: nothing wrong" in run("check", path).output
    results = json.loads(run("evaluate", path).output)
    assert results["case"] == "acme"
    assert results == json.loads(evaluation.results_text(path))


def test_why_says_what_changed_or_that_nothing_did(checkout: Callable, house) -> None:
    (house.params / "legal.yaml").write_text("fine: yes")
    assert checkout("-m", "casebook", "why", "legal").stdout == "never built\n"
    checkout("-c", BUILD_ALL)
    assert checkout("-m", "casebook", "why", "legal").stdout == "legal is up to date\n"
    (house.params / "legal.yaml").write_text("fine: no")
    (house.library / "more.py").write_text("")
    assert checkout("-m", "casebook", "why", "params/legal.yaml").stdout == "case: changed\nlibrary more.py: new\n"


def test_the_project_is_found_from_the_library() -> None:
    assert of_this_library().root == LIBRARY.parents[1]
