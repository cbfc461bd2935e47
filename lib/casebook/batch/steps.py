"""The steps that make a report's files, each one small function of the job and its case."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casebook.batch.house import House
from casebook.batch.job import Job

if TYPE_CHECKING:
    from nbconvert.exporters import TemplateExporter
    from nbformat import NotebookNode

    from casebook.memo.tracing import Source

Step = Callable[[Job, Any], None]
Gate = Callable[[str], str]
"""Gives back a finished page, or raises with what may not be in it."""


def results(job: Job, case: Any) -> None:
    """Compute the results and write `results.json`; the notebook is shown the same ones."""
    from casebook.analysis.results import evaluate_case, keep, to_json

    computed = evaluate_case(case)
    keep(case, computed)
    text = to_json(computed)
    Path(job.files, "results.json").write_text(text.rstrip("\n") + "\n", encoding="utf-8")


def audit_results(job: Job, audit: Any) -> None:
    """Compute an audit and write its `results.json`."""
    from casebook.analysis.audit import audited
    from casebook.analysis.results import to_json

    Path(job.files, "results.json").write_text(to_json(audited(audit)), encoding="utf-8")


def workbook(job: Job, case: Any) -> None:
    """Write `decision.xlsx`, after the results, which it shows; on what the verdict holds it says as the memo does."""
    from casebook.memo.condition import conditions
    from casebook.workbook import write

    results = json.loads(Path(job.files, "results.json").read_bytes())
    write(case, Path(job.files, "decision.xlsx"), results, _brand(job), conditions(case, results))


def notebook(job: Job, case: Any, given: Mapping[str, Any] | None = None) -> None:
    """Run the report's notebook with the case's parameters, or those given, and write it as executed."""
    _run(job, case, job.kind, given)


def audit_notebook(job: Job, audit: Any) -> None:
    """Run the reconciliation's notebook with the list as its parameters and write it as executed."""
    from casebook.analysis.audit_list import read_list

    notebook(job, audit, read_list(Path(job.case)))


def memo(job: Job, case: Any) -> None:
    """Render the run notebook as the memo; its bytes must pass the gate, and its numbers be those of the results."""
    from casebook.memo import told

    render(job, job.kind, told(case, json.loads(Path(job.files, "results.json").read_bytes())))


def audit_page(job: Job, audit: Any) -> None:
    """Render the run notebook as the reconciliation; it is held against its results as the memo is."""
    from casebook.memo.audit import told

    render(job, job.kind, told(audit, json.loads(Path(job.files, "results.json").read_bytes())))


def evaluation(job: Job, case: Any) -> None:
    """Write workbook, notebook and page of the evaluation, where the case has one."""
    if case.evaluation is None:
        return
    from casebook.memo.evaluation import told
    from casebook.workbook.evaluation import write_evaluation

    page = told(case)
    write_evaluation(case, Path(job.files, "evaluation.xlsx"), page.report, _brand(job))
    _run(job, case, "evaluation")
    render(job, "evaluation", page)


def calculators(job: Job, case: Any) -> None:
    """Write workbook, notebook and page of each calculator that the case has something for."""
    from casebook.analysis.calculators import CALCULATORS
    from casebook.memo.calculators import told
    from casebook.workbook.calculator import write_calculator

    reports = json.loads(Path(job.files, "results.json").read_bytes())["reports"] or {}
    for name in CALCULATORS:
        if name in reports:
            write_calculator(case, name, Path(job.files, f"{name}.xlsx"), reports[name], _brand(job))
            _run(job, case, name)
            render(job, name, told(case, name, reports[name]))


def _run(job: Job, case: Any, name: str, given: Mapping[str, Any] | None = None) -> None:
    """Run one of the notebooks on the case and write it as executed."""
    import nbformat

    from casebook.batch.notebook import run

    source, file = House(Path(job.house)).notebook_of(name), Path(job.case)
    given = given or _parameters(file, file.read_bytes(), case)
    ran = run(source, Path(job.scratch, f"{name}.ipynb"), file, given, job.engine)
    nbformat.write(ran, Path(job.files, f"{name}.ipynb"))


@lru_cache(maxsize=1)
def _parameters(file: Path, content: bytes, case: Any) -> Mapping[str, Any]:
    """A case file of this content as parameters; kept, because a report's notebooks all take the same ones."""
    from casebook.case import parameters

    return parameters(file, case)


def render(job: Job, name: str, shown: Source | None = None) -> None:
    """Render a run notebook as a page of the same name; written once it is clean and shows the numbers told."""
    import nbformat

    from casebook.memo.lint import require_true

    ran = nbformat.read(Path(job.files, f"{name}.ipynb"), as_version=4)
    page = page_of(job, ran, name, (lambda page: require_true(page, shown)) if shown else None)
    Path(job.files, f"{name}.html").write_text(page, encoding="utf-8")


def page_of(job: Job, ran: NotebookNode, name: str, gate: Gate | None = None) -> str:
    """A run notebook as a page, past the template's gate or the one given."""
    exporter = _exporter(House(Path(job.house)).templates, job.brand)
    text, _ = exporter.from_notebook_node(ran, {"metadata": {"name": name}} | ({"gate": gate} if gate else {}))
    return str(text)


@cache
def _exporter(templates: Path, brand: str) -> TemplateExporter:
    """nbconvert with the memo template; kept, because reading the template takes longer than a page."""
    from casebook.memo.page import page_exporter

    return page_exporter("memo", templates, brand)


def _brand(job: Job) -> Any:
    """The job's brand, None for the standard look."""
    from casebook.brand import load_brand

    return load_brand(Path(job.brand)) if job.brand else None


# By kind of report. The quick ones first: a fault there is told before a kernel has been started.
STEPS: Mapping[str, Mapping[str, Step]] = {
    "decision": {
        "results": results,
        "workbook": workbook,
        "notebook": notebook,
        "memo": memo,
        "evaluation": evaluation,
        "calculators": calculators,
    },
    "reconciliation": {"results": audit_results, "notebook": audit_notebook, "memo": audit_page},
}
