"""A real Dask scheduler and two worker processes on loopback: the same bytes as here, also when one worker goes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from casebook.batch.freshness import FILES
from casebook.batch.house import of_this_library
from casebook.cli import main

pytest.importorskip("distributed")
HOUSE = of_this_library()
QUIET = {"DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": "0"}


class Dask:
    """A scheduler and workers, each a process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / "scheduler.json"
        self._environment = {**os.environ, "PYTHONPATH": str(HOUSE.library.parent), "PYTHONWARNINGS": "ignore", **QUIET}
        self.processes: list[subprocess.Popen[bytes]] = []

    def begin(self) -> None:
        self.processes.append(self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-show"))
        log = self.folder / "log"
        until(lambda: "Scheduler at:" in log.read_text() and self._file.exists())
        self.address = json.loads(self._file.read_text())["address"]

    def worker(self, **environment: str) -> subprocess.Popen[bytes]:
        options = ("--no-nanny", "--nthreads", "1", "--host", "127.0.0.1", "--local-directory", str(self.folder))
        self.processes.append(self._start("worker", *options, **environment))
        return self.processes[-1]

    def _start(self, what: str, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli.dask_" + what, "--scheduler-file", str(self._file)]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [*command, "--no-dashboard", *options],
                env={**self._environment, **environment},
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )

    def end(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:  # a worker that waits for its scheduler
                process.kill()
                process.wait(10)


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    made = Dask(tmp_path)
    try:
        made.begin()
        yield made
    finally:
        made.end()
    until(lambda: not psutil.Process().children(recursive=True))


@pytest.fixture
def cases(tmp_path: Path) -> Callable[[int], Path]:
    """A folder of so many cases, one of them with evaluation results in another folder."""

    def make(count: int) -> Path:
        folder = tmp_path / "cases"
        folder.mkdir()
        evaluations = HOUSE.params / "evaluations"
        (tmp_path / "evaluations").mkdir()
        (tmp_path / "evaluations" / "support.csv").write_bytes((evaluations / "support.csv").read_bytes())
        text = (
            (HOUSE.params / "support.yaml").read_text().replace("evaluations/support.csv", "../evaluations/support.csv")
        )
        (folder / "support.yaml").write_text(text)
        legal = (HOUSE.params / "legal.yaml").read_text()
        for number in range(count - 1):
            (folder / f"case{number}.yaml").write_text(legal.replace("Hartwell Pryce LLP", f"Client {number}"))
        return folder

    return make


def until(holds: Callable[[], bool]) -> None:
    for _ in range(1800):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about")


def build(*words: object) -> tuple[int, str]:
    command = [sys.executable, "-m", "casebook", "build", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    return done.returncode, done.stdout + done.stderr


def different(one: Path, other: Path) -> list[str]:
    """The files of all reports that differ, but for the manifests with their times."""
    names = sorted(str(path.relative_to(one)) for path in one.glob("*/*") if path.name != "manifest.json")
    assert len(names) >= len(FILES)
    return [name for name in names if (one / name).read_bytes() != (other / name).read_bytes()]


def same_bytes_though_a_worker_is_killed(count: int, dask: Dask, cases: Callable, tmp_path: Path) -> None:
    first = dask.worker()
    dask.worker()
    until(lambda: (dask.folder / "log").read_text().count("Registered to:") == 2)
    folder, here, there = cases(count), tmp_path / "here", tmp_path / "there"
    assert build(folder, "--output", here)[0] == 0
    command = [
        sys.executable,
        "-m",
        "casebook",
        "build",
        str(folder),
        "--output",
        str(there),
        "--cluster",
        dask.address,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        lines = iter(process.stdout)
        while "built in" not in next(lines):
            pass
        servers = psutil.Process(first.pid).children()
        first.kill()
        assert process.wait(600) == 0, "".join(lines)
    assert different(here, there) == []
    until(lambda: not any(server.is_running() and server.status() != psutil.STATUS_ZOMBIE for server in servers))


def test_the_bytes_are_those_of_a_build_here_though_a_worker_is_killed(
    dask: Dask, cases: Callable, tmp_path: Path
) -> None:
    same_bytes_though_a_worker_is_killed(3, dask, cases, tmp_path)


@pytest.mark.soak
def test_fifty_reports_are_the_same_bytes_though_a_worker_is_killed(
    dask: Dask, cases: Callable, tmp_path: Path
) -> None:
    same_bytes_though_a_worker_is_killed(50, dask, cases, tmp_path)


def test_a_scheduler_without_workers_is_refused(dask: Dask, tmp_path: Path) -> None:
    code, told = build(HOUSE.params / "legal.yaml", "--output", tmp_path / "out", "--cluster", dask.address)
    assert (code, told) == (2, f"casebook: {dask.address}: wanted at least one worker; the scheduler has none\n")


def test_a_worker_with_another_version_is_refused(dask: Dask, tmp_path: Path) -> None:
    other = tmp_path / "other"
    for name in ("lib", "notebooks", "templates", "requirements.lock"):
        source, target = HOUSE.root / name, other / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.write_bytes(source.read_bytes())
    (other / "lib/casebook/model/pick.py").write_text((HOUSE.library / "model/pick.py").read_text() + "\n")
    dask.worker(PYTHONPATH=str(other / "lib"))
    told = "the scheduler has none"
    while "the scheduler has none" in told:  # the worker is on its way
        told = build(HOUSE.params / "legal.yaml", "--output", tmp_path / "out", "--cluster", dask.address)[1]
    assert "wanted the project as it is here; there it differs:\n  library model/pick.py: changed" in told


def test_a_scheduler_that_does_not_answer_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casebook.batch.cluster._CONNECT", "0.2 s")
    words = [
        "build",
        str(HOUSE.params / "legal.yaml"),
        "--output",
        str(tmp_path / "out"),
        "--cluster",
        "tcp://127.0.0.1:9",
    ]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert "tcp://127.0.0.1:9: wanted a Dask scheduler that answers" in result.output
