"""One job in a process of its own: `python -m casebook.batch.worker`, the job a line of JSON on its input."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

from casebook.batch.job import REPORT, Failure, Job, Report
from casebook.batch.steps import STEPS, Step


def load_case(job: Job) -> object:
    """The job's case, or its list of published figures, validated."""
    if job.kind == "reconciliation":
        from casebook.analysis.audit_list import load_audit

        return load_audit(Path(job.case))
    from casebook.case import load

    return load(job.case)


def make(job: Job, steps: Mapping[str, Step] | None = None, load: Callable[[Job], object] = load_case) -> Report:
    """Do the steps of a job in order, those of its kind unless given; the first that fails ends it."""
    seconds: dict[str, float] = {}
    step, began = "case", time.perf_counter()
    try:
        case = load(job)
        for name, do in (STEPS[job.kind] if steps is None else steps).items():
            seconds[step], step, began = time.perf_counter() - began, name, time.perf_counter()
            do(job, case)
    except Exception as error:  # whatever it is, it is this case's failure and told as such
        traceback.print_exc()
        return Report(_failure(error, step, job), seconds)
    finally:
        seconds[step] = time.perf_counter() - began
    return Report(None, seconds)


def main(steps: Mapping[str, Step] | None = None, load: Callable[[Job], object] = load_case) -> None:
    """Read the job, do it, leave the report; end at once when whoever asked is gone."""
    job = Job.from_json(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    report = make(job, steps, load)
    _write_whole(Path(job.scratch, REPORT), report.to_json())


def _failure(error: Exception, step: str, job: Job) -> Failure:
    if step in ("notebook", "evaluation"):
        from papermill.exceptions import PapermillExecutionError

        from casebook.batch.notebook import failure

        if isinstance(error, PapermillExecutionError):
            notebook = job.last_notebook()
            return failure(error, Path(job.scratch, notebook), notebook)
    lines = str(error).splitlines()
    return Failure(step, f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__)


def _end_with_parent() -> None:
    """Wait for the end of the input: the parent is gone, however it went. Then end, with the kernel."""
    sys.stdin.read()
    import psutil

    for child in psutil.Process().children(recursive=True):
        child.kill()
    # Outside the output, so no later build would clear it.
    shutil.rmtree(os.environ["JUPYTER_RUNTIME_DIR"], ignore_errors=True)
    os._exit(1)


def _write_whole(path: Path, text: str) -> None:
    whole = path.with_suffix(".part")
    whole.write_text(text, encoding="utf-8")
    whole.rename(path)


if __name__ == "__main__":
    main()
