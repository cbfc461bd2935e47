"""A small house of its own for each test, a case check and a runner that need neither schema nor kernel."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
import pytest

from casebook.batch import build as batch
from casebook.batch.build import Outcome
from casebook.batch.cases import CaseFile, Checked
from casebook.batch.house import FURTHER, House
from casebook.batch.job import LOG, Failure, Job, Report

MEMO = """\
{%- extends 'base/display_priority.j2' -%}
{%- block header -%}<!doctype html><title>Memo</title>{%- endblock -%}
{%- block input -%}{%- endblock -%}
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A checkout with notebooks of one cell, a memo template, a lock file and a library of one module."""
    root = tmp_path / "house"
    for folder in ("notebooks", "templates/memo", "params", "lib/casebook"):
        (root / folder).mkdir(parents=True)
    for name in ("decision", *FURTHER["decision"]):
        write_notebook(root / "notebooks" / f"{name}.ipynb", "print('hello')")
    (root / "templates" / "memo" / "conf.json").write_text(
        '{"base_template": "base", "mimetypes": {"text/html": true}}'
    )
    (root / "templates" / "memo" / "index.html.j2").write_text(MEMO)
    (root / "templates" / "brand.yaml").write_text("name: A firm\n")
    (root / "requirements.lock").write_text("click==8 \\\n    --hash=sha256:0\n")
    (root / "lib" / "casebook" / "model.py").write_text("one = 1\n")
    return House(root, root / "lib" / "casebook")


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "output"


@pytest.fixture
def case(house: House) -> Callable[..., CaseFile]:
    """Writes a case file into the house: `case("legal")`, `case("legal", "fault: here")`."""

    def write(name: str, text: str = "fine: yes") -> CaseFile:
        path = house.params / f"{name}.yaml"
        path.write_text(text)
        return CaseFile(path)

    return write


def write_notebook(path: Path, *sources: str, tags: Sequence[Sequence[str]] = ()) -> None:
    """A notebook of code cells, the first tagged `parameters` unless other tags are given."""
    cells = [nbformat.v4.new_code_cell(source, id=f"own-{place}") for place, source in enumerate(sources)]
    for cell, cell_tags in zip(cells, tags or [["parameters"]], strict=False):
        cell.metadata["tags"] = list(cell_tags)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


def check(file: CaseFile) -> Checked:
    """Finds a fault in a case whose text says `fault`; a line `data: <file>` names another file it reads."""
    text = file.path.read_text()
    data = tuple(line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: "))
    return Checked(file, (f"{file.path}:1: wanted none; got a fault",) if "fault" in text else (), (), data)


class InProcess:
    """A runner that writes small files at once, and fails a case whose text says `fail`."""

    def __init__(self, during: Callable[[Job], None] = lambda job: None) -> None:
        self.during = during
        self.jobs: list[str] = []
        self.stopped = threading.Event()

    def __call__(self, job: Job) -> Report:
        self.jobs.append(job.id)
        text = Path(job.case).read_text()
        Path(job.scratch, LOG).write_text("the log\n")
        Path(job.scratch, job.notebook).write_text("{}")
        Path(job.files, "decision.ipynb").write_text(text)
        self.during(job)
        if "fail" in text:
            return Report(Failure("notebook", "ValueError: no", "decision.ipynb", "3 (memo:options)"))
        for name in ("decision.html", "decision.xlsx"):
            Path(job.files, name).write_text(text)
        Path(job.files, "results.json").write_text(json.dumps(results()))
        return Report(None, {"notebook": 0.5})

    def stop(self) -> None:
        self.stopped.set()


@pytest.fixture
def build(house: House, output: Path) -> Callable[..., Outcome]:
    """Builds cases with the in-process runner, or the one given as `runner`."""

    def run(*files: CaseFile, runner: InProcess | None = None, **options: object) -> Outcome:
        made = runner or InProcess()
        return batch.build(files, house, output, lambda: made, **{"check": check, **options})

    return run


def results() -> dict[str, object]:
    """Results as far as the account reads them: a different verdict in each scope."""
    options = {
        "prompt": {"cash_per_month": 900, "tco": 10800},
        "tuned": {"cash_per_month": 620.4, "tco": 98765.4},
    }
    return {
        "scopes": {
            "invoice": {"options": options, "recommendation": {"verdict": "tuned", "strength": "moderate"}},
            "full": {"options": options, "recommendation": {"verdict": "prompt", "strength": "strong"}},
        },
        "payback": {"full": {"candidate": "tuned", "baseline": "prompt", "sustained_month": 6.25}},
        "about": {"horizon_months": 12, "max_payback_months": 12},
    }
