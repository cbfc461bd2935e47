"""The decision notebook: plain papermill, Run All with nothing given, and its pair in text."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import papermill
import pytest
from papermill.iorw import read_yaml_file
from traitlets.config import Config

from casebook.case import load
from casebook.memo import PARAMETERS, case_of
from casebook.memo.parameters import sample_file
from tests.memo.making import ROOT, page_of, sample

NOTEBOOK = ROOT / "notebooks" / "decision.ipynb"
SUPPORT = ROOT / "params" / "support.yaml"
# Sockets in a private folder: two runs at a time cannot be given the same port.
PRIVATE = Config({"KernelManager": {"transport": "ipc"}})


def run(target: Path, cwd: Path, parameters: dict | None = None) -> nbformat.NotebookNode:
    """Run the notebook as `papermill NOTEBOOK TARGET -f CASE` does."""
    papermill.execute_notebook(NOTEBOOK, target, parameters, cwd=cwd, progress_bar=False, config=PRIVATE)
    return nbformat.read(target, as_version=4)


def same_but_for_the_case(page: str) -> str:
    """A page without the hash of its case, which differs between a file and injected values."""
    return re.sub(r"case <code>\w+</code>", "", page)


def test_plain_papermill_makes_the_memo_of_the_case(tmp_path):
    # As from the root of the project, where the case's evaluation results stand in `params`.
    (tmp_path / "params").symlink_to(SUPPORT.parent)
    ran = run(tmp_path / "out.ipynb", tmp_path, read_yaml_file(str(SUPPORT)))
    assert same_but_for_the_case(page_of(ran)) == same_but_for_the_case(page_of(sample("support")))


def test_run_all_in_its_own_folder_takes_the_sample_case_and_nbconvert_makes_the_page(tmp_path):
    ran = run(tmp_path / "out.ipynb", NOTEBOOK.parent)
    assert page_of(ran) == page_of(sample("legal"))
    convert = [sys.executable, "-m", "nbconvert", "--to", "html", "--template", "memo"]
    convert += [f"--TemplateExporter.extra_template_basedirs={ROOT / 'templates'}", "out.ipynb"]
    subprocess.run(convert, cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "out.html").read_text(encoding="utf-8") == page_of(ran)


def parameters_cell() -> nbformat.NotebookNode:
    cells = [c for c in nbformat.read(NOTEBOOK, as_version=4).cells if "parameters" in c.metadata.get("tags", [])]
    assert len(cells) == 1
    return cells[0]


def test_the_parameters_are_the_keys_of_a_case_file_and_none_has_a_default():
    assert parameters_cell().source.splitlines() == [f"{name} = None" for name in PARAMETERS]


def test_the_text_beside_the_notebook_is_its_pair():
    pair = jupytext.read(NOTEBOOK.with_suffix(".py"))
    cells = [(c.cell_type, c.source, c.metadata.get("tags", [])) for c in pair.cells]
    kept = nbformat.read(NOTEBOOK, as_version=4).cells
    assert cells == [(c.cell_type, c.source, c.metadata.get("tags", [])) for c in kept]


def test_the_notebook_is_kept_without_outputs():
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_nothing_given_is_the_sample_case_and_nothing_of_it_mixes_into_another(monkeypatch):
    monkeypatch.chdir(ROOT / "notebooks")
    nothing = dict.fromkeys(PARAMETERS)
    assert case_of(nothing).client == load(ROOT / "params" / "legal.yaml").client
    given = read_yaml_file(str(SUPPORT)) | {"notes": None, "constraints": None}
    assert case_of(nothing | given | {"page": 1}).notes is None


def test_the_sample_case_is_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert sample_file() == ROOT / "params" / "legal.yaml"
    (tmp_path / "params").mkdir()
    shutil.copy(SUPPORT, tmp_path / "params" / "legal.yaml")
    (tmp_path / "deep" / "down").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "down")
    assert sample_file() == tmp_path / "params" / "legal.yaml"


@pytest.mark.parametrize("tag", ["memo:title", "memo:header", "memo:answer", "memo:options", "memo:footer"])
def test_each_section_has_its_cell(tag):
    tags = [t for cell in nbformat.read(NOTEBOOK, as_version=4).cells for t in cell.metadata.get("tags", [])]
    assert tags.count(tag) == 1
