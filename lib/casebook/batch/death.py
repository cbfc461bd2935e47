"""What to tell of a report whose process ended without one."""

from __future__ import annotations

import signal
from pathlib import Path

from casebook.batch.job import Failure, Job


def cut_short(job: Job, why: str) -> Failure:
    """The failure of a report that was cut short, with the notebook as far as it came and the cell under way."""
    _from_journals(job)
    notebook = job.last_notebook()
    if not notebook:
        return Failure("worker", why)
    from casebook.batch.notebook import cell_under_way

    return Failure("notebook", why, notebook, cell_under_way(Path(job.scratch, notebook)))


def death(code: int) -> str:
    """One line for how a process ended, by its exit code as `subprocess` gives it."""
    if code < 0:
        hint = " (out of memory?)" if code == -signal.SIGKILL else ""
        return f"the worker was ended by {signal.Signals(-code).name}{hint}"
    return f"the worker ended with exit code {code} and no report"


def _from_journals(job: Job) -> None:
    """Write the notebooks that are there only as journals."""
    for journal in Path(job.scratch).glob("*.journal"):
        target = journal.with_suffix(".ipynb")
        if not target.exists():
            import nbformat

            from casebook.batch.journal import replay

            notebook = replay(journal)
            if notebook is not None:
                nbformat.write(notebook, target)
