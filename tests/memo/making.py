"""Memos and pages for the tests, made without a kernel: sections as outputs of cells, through the real template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from unittest.mock import patch

import nbformat
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter

from casebook.analysis import results as results_module
from casebook.case import Case, from_parameters, load
from casebook.memo import SECTIONS, Memo
from casebook.memo.markup import Fragment, as_text
from tests.samples import SAMPLES as PATHS

ROOT = Path(__file__).resolve().parents[2]
PATCHING = Lock()
SAMPLES = tuple(path.stem for path in PATHS)


def memo_of(case: Case | Mapping[str, Any], searched: bool = False) -> Memo:
    """The memo of a case, or of a raw case file; the search for flips, the longest part, is left out."""
    case = case if isinstance(case, Case) else from_parameters(case)
    if searched:
        return Memo(case, results_module.evaluate_case(case))
    # Reports are made in threads: two patches at once would leave the later one in place.
    with PATCHING, patch.multiple(results_module, flip_points=lambda *_: [], sensitivity=lambda _: []):
        return Memo(case, results_module.evaluate_case(case))


@cache
def sample(name: str) -> Memo:
    """The memo of a sample case, with everything that is computed for it."""
    case = load(ROOT / "params" / f"{name}.yaml")
    return Memo(case, results_module.evaluate_case(case))


def text_of(fragment: Fragment | Markup) -> str:
    """What a reader reads of a section, drawings left out, white space evened."""
    html = str(fragment.html if isinstance(fragment, Fragment) else fragment)
    html = re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)
    html = re.sub(r"(?=</(p|li|h\d|td|th|dt|dd|caption|figcaption)>)", " ", html)
    return " ".join(as_text(Markup(html)).split())


def html_cell(html: str, *tags: str) -> nbformat.NotebookNode:
    """A cell that showed this HTML."""
    output = nbformat.v4.new_output("execute_result", {"text/html": html, "text/plain": "<memo section>"})
    return nbformat.v4.new_code_cell("memo.answer(page)", metadata={"tags": list(tags)}, outputs=[output])


def notebook_of(memo: Memo) -> nbformat.NotebookNode:
    """A notebook as it stands after a run: one cell a section."""
    cells = [html_cell(section(memo)._repr_html_(), f"memo:{section.__name__}") for section in SECTIONS]
    return nbformat.v4.new_notebook(cells=cells)


@cache
def exporter() -> HTMLExporter:
    """The exporter that `jupyter nbconvert --to html --template memo` uses."""
    return HTMLExporter(template_name="memo", extra_template_basedirs=[str(ROOT / "templates")])


def page_of(notebook: nbformat.NotebookNode | Memo) -> str:
    """The finished page."""
    if isinstance(notebook, Memo):
        notebook = notebook_of(notebook)
    return exporter().from_notebook_node(notebook, {"metadata": {"name": "decision"}})[0]


@cache
def sample_page(name: str) -> str:
    """The finished page of a sample case."""
    return page_of(sample(name))
