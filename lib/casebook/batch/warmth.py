"""What a report needs imported and computed once, whatever its case."""

from __future__ import annotations

import tempfile
from contextvars import copy_context
from pathlib import Path
from typing import Any

from casebook.batch.house import House
from casebook.batch.job import Job
from casebook.batch.worker import make
from casebook.memo.parameters import SAMPLE

UNRUN = "casebook-unrun"


def warm(root: Path) -> None:
    """Import what reports use, then make the sample case's report and drop it.

    Its notebooks are loaded and written but not run: a shell serves one case only. What goes wrong here goes wrong
    again in a report, and is told there.
    """
    _import()
    sample = root / SAMPLE
    if not sample.is_file():
        return
    with tempfile.TemporaryDirectory(prefix="casebook-") as folder:
        brand = House(root).brand
        job = Job(
            "sample", str(sample), str(root), folder, folder, engine=UNRUN, brand=str(brand.resolve()) if brand else ""
        )
        copy_context().run(make, job)  # its results are not kept


def _import() -> None:
    """The modules that are otherwise imported when a shell is made or a notebook runs; the engine that runs none."""
    import IPython.core.application
    import IPython.core.completerlib
    import IPython.core.logger
    import IPython.core.oinspect
    import nbclient.client
    from papermill.engines import Engine, papermill_engines

    import casebook.batch.inprocess
    import casebook.batch.notebook
    import casebook.memo.evaluation
    import casebook.workbook.evaluation

    del IPython, nbclient, casebook

    class Unrun(Engine):
        """Leaves the cells as they are."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
            return

    papermill_engines.register(UNRUN, Unrun)
