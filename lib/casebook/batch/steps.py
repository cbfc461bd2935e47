"""The steps that make a report's files, each one small function of the job and its case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from casebook.batch.house import House
from casebook.batch.job import PARTLY_RUN, Job

Step = Callable[[Job, Any], None]


def results(job: Job, case: Any) -> None:
    """Compute the results and write `results.json`."""
    from casebook.analysis.results import evaluate_case, to_json

    text = to_json(evaluate_case(case))
    Path(job.files, "results.json").write_text(text.rstrip("\n") + "\n", encoding="utf-8")


def workbook(job: Job, case: Any) -> None:
    """Write `decision.xlsx`."""
    from casebook.workbook import write

    write(case, Path(job.files, "decision.xlsx"))


def notebook(job: Job, case: Any) -> None:
    """Run the decision notebook with the case's parameters and write `decision.ipynb`."""
    import nbformat

    from casebook.batch.notebook import run

    ran = run(House(Path(job.house)).notebook, Path(job.scratch, PARTLY_RUN), Path(job.case))
    nbformat.write(ran, Path(job.files, "decision.ipynb"))


def memo(job: Job, case: Any) -> None:
    """Render the run notebook through the memo template into `decision.html`."""
    import nbformat
    from nbconvert.exporters import HTMLExporter

    ran = nbformat.read(Path(job.files, "decision.ipynb"), as_version=4)
    templates = House(Path(job.house)).templates
    exporter = HTMLExporter(template_name="memo", extra_template_basedirs=[str(templates)])
    page, _ = exporter.from_notebook_node(ran, {"metadata": {"name": "decision"}})
    Path(job.files, "decision.html").write_text(page, encoding="utf-8")


# The quick ones first: a fault there is told before a kernel has been started.
STEPS: Mapping[str, Step] = {"results": results, "workbook": workbook, "notebook": notebook, "memo": memo}
