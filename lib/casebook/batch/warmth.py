"""What a report needs imported and computed once, whatever its case."""

from __future__ import annotations

import tempfile
import traceback
from contextvars import copy_context
from pathlib import Path

from casebook.batch.house import House
from casebook.batch.job import Job


def warm(root: Path) -> None:
    """Import what reports use, then make the sample case's results, workbook and page, and drop them.

    The notebook is not run: a shell serves one case only. What goes wrong here goes wrong again in a report, and
    is told there.
    """
    import IPython.core.interactiveshell
    import nbclient.client
    import papermill.execute

    import casebook.batch.inprocess
    import casebook.batch.notebook
    import casebook.memo.evaluation
    import casebook.workbook.evaluation

    del IPython, nbclient, papermill, casebook
    try:
        copy_context().run(_sample, House(root))  # its results are not kept
    except Exception:  # noqa: BLE001 - whatever it is, a report has it too and says where
        traceback.print_exc()


def _sample(house: House) -> None:
    from nbformat.v4 import new_notebook

    from casebook import memo
    from casebook.analysis.results import evaluate_case
    from casebook.batch import steps
    from casebook.case import load
    from casebook.memo.parameters import SAMPLE

    sample = house.root / SAMPLE
    if not sample.is_file():
        return
    with tempfile.TemporaryDirectory(prefix="casebook-") as folder:
        job = Job("sample", str(sample), str(house.root), folder, folder)
        case = load(sample)
        steps.results(job, case)
        steps.workbook(job, case)
        page = memo.Memo(case, evaluate_case(case))
        for section in memo.SECTIONS:
            section(page)
        steps.page_of(job, new_notebook(), "decision")
