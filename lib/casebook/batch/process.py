"""Running a job in a fresh process: a crash, a leak or a hang costs that job only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from casebook.batch.death import cut_short, death
from casebook.batch.environment import for_worker
from casebook.batch.job import LOG, REPORT, Failure, Job, Report

# -P: the folder the build was started in must not be searched for modules.
COMMAND = (sys.executable, "-P", "-m", "casebook.batch.worker")


class FreshProcess:
    """A runner that starts a new worker for every job and ends it at the deadline.

    `deadline` is in seconds for a whole report.
    """

    def __init__(self, deadline: float, command: Sequence[str] = COMMAND) -> None:
        self._deadline = deadline
        self._command = command
        self._live: set[subprocess.Popen[bytes]] = set()
        self._guard = threading.Lock()
        self._stopped = False

    def __call__(self, job: Job) -> Report:
        scratch = Path(job.scratch)
        # Short, because a socket's path must fit in about a hundred characters wherever the output lies.
        with tempfile.TemporaryDirectory(prefix="casebook-", dir=_short_folder()) as sockets:
            with (scratch / LOG).open("wb") as log:
                process = self._start(job, Path(sockets), log.fileno())
            if process is None:
                return Report(Failure("stopped", "stopped before it began"))
            try:
                process.wait(self._deadline)
            except subprocess.TimeoutExpired:
                end(process)
                return Report(cut_short(job, f"not finished after {self._deadline:g} s; ended"))
            finally:
                with self._guard:
                    self._live.discard(process)
                if process.stdin:
                    process.stdin.close()
        try:
            return Report.from_json((scratch / REPORT).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Report(cut_short(job, death(process.returncode)))

    def stop(self) -> None:
        with self._guard:
            self._stopped = True
            live = list(self._live)
        for process in live:
            end(process)

    def _start(self, job: Job, sockets: Path, log: int) -> subprocess.Popen[bytes] | None:
        with self._guard:
            if self._stopped:
                return None
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,  # stays open: its end tells the worker that we are gone
                bufsize=0,  # so that closing it has nothing left to write to a worker that died
                stdout=log,
                stderr=log,
                env=for_worker(Path(job.scratch), sockets, os.environ),
                start_new_session=True,
            )
            self._live.add(process)
        try:
            assert process.stdin
            process.stdin.write(job.to_json().encode() + b"\n")
        except BrokenPipeError:
            pass  # it died already; the wait finds that out
        return process


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a worker, its kernel and whatever that started."""
    import psutil

    # The kernel leads a session of its own, so killing the worker's group alone would leave it running.
    try:
        kernels = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        kernels = []
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    for kernel in kernels:
        try:
            kernel.kill()
        except psutil.NoSuchProcess:
            pass
    process.wait()


def _short_folder() -> str | None:
    return "/tmp" if os.access("/tmp", os.W_OK) else None
