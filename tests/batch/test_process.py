"""A worker in a process of its own: crashes, hangs and interrupts cost that job only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import psutil
import pytest

from casebook.batch.house import of_this_library
from casebook.batch.job import Job
from casebook.batch.process import FreshProcess

# A worker that starts a child in a session of its own, as a kernel is, and says which.
WITH_KERNEL = """
    import pathlib, subprocess, sys
    from casebook.batch import worker

    def hang(job, case):
        sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
        child = subprocess.Popen(sleep, start_new_session=True)
        part = pathlib.Path(job.scratch, "part")
        part.write_text(str(child.pid))
        part.rename(pathlib.Path(job.scratch, "pid"))
        child.wait()

    worker.main({"hang": hang}, load=lambda job: None)
"""


@pytest.fixture
def job(tmp_path: Path) -> Job:
    for name in ("files", "scratch"):
        (tmp_path / name).mkdir()
    return Job("legal", "legal.yaml", "", str(tmp_path / "files"), str(tmp_path / "scratch"))


def worker(tmp_path: Path, source: str) -> list[str]:
    """The command of a worker with this source."""
    script = tmp_path / "worker.py"
    script.write_text(textwrap.dedent(source))
    return [sys.executable, "-P", str(script)]


def kernel_of(job: Job) -> psutil.Process:
    """The child of a worker made from WITH_KERNEL, as soon as it runs."""
    path = Path(job.scratch, "pid")
    until(path.exists)
    return psutil.Process(int(path.read_text()))


def until(condition, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_finished_job_reports_the_time_of_each_step(job: Job, tmp_path: Path) -> None:
    source = """
        from casebook.batch import worker
        worker.main({"one": lambda job, case: None, "two": lambda job, case: None}, load=lambda job: None)
    """
    report = FreshProcess(60, worker(tmp_path, source))(job)
    assert report.failure is None
    assert list(report.seconds) == ["case", "one", "two"]


def test_a_step_that_raises_is_told_in_one_line(job: Job, tmp_path: Path) -> None:
    source = """
        from casebook.batch import worker

        def workbook(job, case):
            raise ValueError("no such line\\nand more")

        worker.main({"workbook": workbook}, load=lambda job: None)
    """
    failure = FreshProcess(60, worker(tmp_path, source))(job).failure
    assert failure is not None
    assert (failure.step, failure.why, failure.notebook) == ("workbook", "ValueError: no such line", "")
    assert "and more" in Path(job.scratch, "worker.log").read_text()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import os; os._exit(3)", "exit code 3 and no report"),
        ("import os; os.kill(os.getpid(), 9)", "ended by SIGKILL (out of memory?)"),
        ("import os; os.kill(os.getpid(), 11)", "ended by SIGSEGV"),
        ("import no_such_module", "exit code 1 and no report"),
        ("import os; os.close(0); os._exit(3)", "exit code 3 and no report"),
    ],
)
def test_a_worker_that_dies_is_told(source: str, why: str, job: Job, tmp_path: Path) -> None:
    failure = FreshProcess(60, worker(tmp_path, source))(job).failure
    assert failure is not None
    assert why in failure.why


def test_the_deadline_ends_the_worker_and_its_kernel(job: Job, tmp_path: Path) -> None:
    report = FreshProcess(2, worker(tmp_path, WITH_KERNEL))(job)
    assert report.failure is not None
    assert report.failure.why == "not finished after 2 s; ended"
    until(lambda: gone(kernel_of(job)))


def test_stop_ends_what_is_under_way_and_starts_nothing_more(job: Job, tmp_path: Path) -> None:
    runner, reports = FreshProcess(60, worker(tmp_path, WITH_KERNEL)), []
    thread = threading.Thread(target=lambda: reports.append(runner(job)))
    thread.start()
    kernel = kernel_of(job)
    runner.stop()
    thread.join(20)
    until(lambda: gone(kernel))
    assert "SIGKILL" in reports[0].failure.why
    assert runner(job).failure.why == "stopped before it began"


def test_a_killed_build_takes_its_workers_and_kernels_with_it(job: Job, tmp_path: Path) -> None:
    source = f"""
        from casebook.batch.job import Job
        from casebook.batch.process import FreshProcess
        FreshProcess(60, {worker(tmp_path, WITH_KERNEL)!r})(Job.from_json({job.to_json()!r}))
    """
    parent = subprocess.Popen([sys.executable, "-c", textwrap.dedent(source)])
    kernel = kernel_of(job)
    sockets = Path(psutil.Process(kernel.ppid()).environ()["JUPYTER_RUNTIME_DIR"])
    assert sockets.is_dir()
    parent.kill()
    parent.wait()
    until(lambda: gone(kernel))
    until(lambda: not sockets.exists())


def test_a_worker_starts_without_the_users_own_settings(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_PATH", "/somewhere/else")
    monkeypatch.setenv("KEPT", "yes")
    source = """
        import json, os, pathlib
        from casebook.batch import worker

        def tell(job, case):
            pathlib.Path(job.files, "environment").write_text(json.dumps(dict(os.environ)))

        worker.main({"tell": tell}, load=lambda job: None)
    """
    assert FreshProcess(60, worker(tmp_path, source))(job).failure is None
    environment = json.loads(Path(job.files, "environment").read_text())
    assert environment["KEPT"] == "yes"
    assert environment["JUPYTER_PATH"] == os.path.join(sys.prefix, "share", "jupyter")
    assert environment["IPYTHONDIR"].startswith(job.scratch)


def test_a_module_in_the_folder_one_stands_in_is_not_taken(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')")
    monkeypatch.setenv("PYTHONPATH", str(of_this_library().library.parent))
    monkeypatch.chdir(tmp_path)
    failure = FreshProcess(60)(job).failure
    assert failure is not None
    assert failure.step == "case"  # it came as far as looking for legal.yaml
