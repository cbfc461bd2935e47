"""The real papermill, kernel and nbconvert, on a small notebook: few tests, each costs seconds."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from casebook.batch.house import House
from casebook.batch.job import Job
from casebook.batch.process import FreshProcess
from tests.batch.conftest import write_notebook

PARAMETERS = "client = None\nas_of = None\nworkload = None\noptions = None\nnotes = None"
TELL = """\
import json, os, sys, time
print("one"); sys.stdout.flush(); time.sleep(0.05); print("two")
print(json.dumps([client, as_of, workload, notes, sys.executable, os.getcwd(), "mine" in globals()]))
"""
CASE = """\
client: "NO"
as_of: 2026-11-01
workload: {calls_per_month: [1, 2.5, 1e6]}
options: {a: {kind: prompt, price: {input: 1, output: 2}}}
notes: null
"""
ONLY_THE_NOTEBOOK = """
    from casebook.batch import steps, worker
    page = lambda job, case: steps.render(job, job.kind)
    worker.main({"notebook": steps.notebook, "memo": page}, load=lambda job: None)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A worker that does the notebook's two steps only."""
    path = tmp_path / "worker.py"
    path.write_text(textwrap.dedent(ONLY_THE_NOTEBOOK))
    return path


@pytest.fixture
def runner(script: Path) -> FreshProcess:
    return FreshProcess(120, [sys.executable, "-P", str(script)])


@pytest.fixture
def jobs(house: House, tmp_path: Path) -> Callable[..., list[Job]]:
    """Jobs, by name, for the house's case and a notebook of these cells."""

    def make(*cells: str, names: Sequence[str] = ("only",), tags: Sequence[Sequence[str]] = ()) -> list[Job]:
        write_notebook(house.notebook, PARAMETERS, *cells, tags=[["parameters"], *tags])
        case = house.params / "legal.yaml"
        case.write_text(CASE)
        made = []
        for name in names:
            files, scratch = (tmp_path / name / folder for folder in ("files", "scratch"))
            files.mkdir(parents=True)
            scratch.mkdir()
            made.append(Job("legal", str(case), str(house.root), str(files), str(scratch)))
        return made

    return make


@pytest.fixture
def hostile_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home with a kernel of the same name that cannot run, and a start-up script for every IPython."""
    kernel = tmp_path / "home" / ".local" / "share" / "jupyter" / "kernels" / "python3"
    startup = tmp_path / "home" / ".ipython" / "profile_default" / "startup"
    for folder in (kernel, startup):
        folder.mkdir(parents=True)
    spec = {"argv": ["/nowhere/python", "-f", "{connection_file}"], "display_name": "x", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    (startup / "00.py").write_text("mine = True\n")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.mark.usefixtures("hostile_home")
def test_a_run_takes_the_case_as_papermill_does_and_gives_the_same_bytes_twice(
    jobs: Callable, runner: FreshProcess, house: House, tmp_path: Path
) -> None:
    job, other = jobs(TELL, "1 + 1", names=("first {x}", "second"))
    with ThreadPoolExecutor() as pool:  # at once, so that two kernels could meet
        reports = list(pool.map(runner, (job, other)))
    assert [report.failure for report in reports] == [None, None], Path(job.scratch, "worker.log").read_text()
    for name in ("decision.ipynb", "decision.html"):
        assert Path(job.files, name).read_bytes() == Path(other.files, name).read_bytes()
    assert [path.name for path in house.params.iterdir()] == ["legal.yaml"]

    notebook = nbformat.read(Path(job.files, "decision.ipynb"), as_version=4)
    (stream,) = notebook.cells[2].outputs
    told = json.loads(stream.text.splitlines()[-1])
    workload = {"calls_per_month": [1, 2.5, "1e6"]}  # as PyYAML reads it
    assert told == ["NO", "2026-11-01", workload, None, sys.executable, str(house.params), False]

    plain = tmp_path / "plain.ipynb"
    command = [
        "papermill",
        str(house.notebook),
        str(plain),
        "-f",
        job.case,
        "-k",
        "python3",
        "--prepare-only",
    ]
    subprocess.run([sys.executable, "-m", *command], check=True, capture_output=True)
    assert nbformat.read(plain, as_version=4).cells[1].source == notebook.cells[1].source

    text = Path(job.files, "decision.ipynb").read_text()
    for volatile in ("start_time", "duration", "iopub", "output_path", str(tmp_path / "first")):
        assert volatile not in text
    assert "<title>Memo</title>" in Path(job.files, "decision.html").read_text()


def test_a_failed_cell_is_named_and_the_notebook_kept_as_far_as_it_came(jobs: Callable, runner: FreshProcess) -> None:
    (job,) = jobs("x = 1", "# the table\nraise KeyError('tokens')", "y = 2", tags=([], ["memo:options"]))
    failure = runner(job).failure
    assert failure is not None
    assert (failure.notebook, failure.cell) == ("decision.ipynb", "4 (memo:options)")
    assert failure.why == "KeyError: 'tokens'"
    kept = nbformat.read(Path(job.scratch, "decision.ipynb"), as_version=4)
    assert "KeyError" in "".join(kept.cells[-2].outputs[0].traceback)
    assert not Path(job.files, "decision.html").exists()


def test_a_cell_that_never_ends_is_named_when_it_is_ended(jobs: Callable, runner: FreshProcess, tmp_path: Path) -> None:
    here = tmp_path / "here"
    (job,) = jobs("x = 1", f"while True:  # for ever\n    open({str(here)!r}, 'w').close()")
    with ThreadPoolExecutor() as pool:
        report = pool.submit(runner, job)
        while not here.exists() and not report.done():
            time.sleep(0.05)
        runner.stop()
    failure = report.result().failure
    assert failure is not None
    assert (failure.notebook, failure.cell) == ("decision.ipynb", "4 (while True:  # for ever)")
