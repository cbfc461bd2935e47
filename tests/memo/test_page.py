"""The template: only what cells tagged for the memo show comes through, on one page that loads nothing."""

from __future__ import annotations

import re

import nbformat
import pytest
from bs4 import BeautifulSoup

from casebook.memo.gate import GateError, refusals, style_hash
from casebook.memo.page import page_exporter
from tests.memo.making import ROOT, html_cell, notebook_of, page_of, sample

SECRET = "must-not-appear"
V4 = nbformat.v4


def page_with(*cells: nbformat.NotebookNode) -> str:
    """The page of a memo with more cells in its notebook."""
    notebook = notebook_of(sample("legal"))
    notebook.cells[3:3] = cells
    return page_of(notebook)


def code(*outputs: nbformat.NotebookNode, tags: tuple[str, ...] = (), source: str = "pass") -> nbformat.NotebookNode:
    return V4.new_code_cell(source, metadata={"tags": list(tags)}, outputs=list(outputs))


ERROR = {"ename": SECRET, "evalue": SECRET, "traceback": [SECRET]}
LEAKS = {
    "an untagged cell": html_cell(f"<p>{SECRET}</p>"),
    "a cell with another tag": html_cell(f"<p>{SECRET}</p>", "memoranda", "parameters", "hide"),
    "the code of a tagged cell": code(
        V4.new_output("execute_result", {"text/html": ""}), tags=("memo:x",), source=SECRET
    ),
    "a print": code(V4.new_output("stream", name="stdout", text=SECRET), tags=("memo:x",)),
    "a warning": code(V4.new_output("stream", name="stderr", text=SECRET), tags=("memo:x",)),
    "a traceback": code(V4.new_output("error", **ERROR), tags=("memo:x",)),
    "plain text": code(V4.new_output("execute_result", {"text/plain": SECRET}), tags=("memo:x",)),
    "a script output": code(V4.new_output("display_data", {"application/javascript": SECRET}), tags=("memo:x",)),
    "Markdown output": code(V4.new_output("display_data", {"text/markdown": SECRET}), tags=("memo:x",)),
    "an image": code(V4.new_output("display_data", {"image/svg+xml": f"<svg>{SECRET}</svg>"}), tags=("memo:x",)),
    "a Markdown cell": V4.new_markdown_cell(f"<p>{SECRET}</p>", metadata={"tags": ["memo:x"]}),
    "a raw cell": V4.new_raw_cell(f"<p>{SECRET}</p>", metadata={"tags": ["memo:x"]}),
}


@pytest.mark.parametrize("what", LEAKS)
def test_nothing_else_comes_through(what):
    assert SECRET not in page_with(LEAKS[what])


def test_a_tagged_cells_html_comes_through_once_however_many_tags_it_has():
    page = page_with(html_cell("<p>let-in</p>", "other", "memo:x", "memo:y"), html_cell("<p>too</p>", "memo:x"))
    assert page.count("let-in") == page.count("<p>too</p>") == 1


def test_what_the_gate_refuses_stops_the_conversion():
    with pytest.raises(GateError, match="<script>"):
        page_with(html_cell("<script>1</script>", "memo:x"))


def test_a_build_writes_the_elements_that_plain_nbconvert_writes():
    notebook = notebook_of(sample("legal"))
    built, _ = page_exporter("memo", ROOT / "templates").from_notebook_node(notebook)
    plain = page_of(notebook)
    assert built != plain  # whose second reading of the page orders attributes
    assert str(BeautifulSoup(built, "html.parser")) == plain


def test_the_page_has_landmarks_language_title_and_one_first_heading():
    page = page_of(sample("legal"))
    assert page.startswith("<!DOCTYPE html>")
    assert '<html lang="en">' in page
    assert "<title>Hartwell Pryce LLP: Use retrieval with a cached prompt; do not fine-tune</title>" in page
    for tag in ("header", "main", "footer", "h1"):
        assert len(re.findall(rf"<{tag}\b", page)) == 1


def test_the_policy_lets_in_the_style_by_its_hash_and_nothing_else():
    page = page_of(sample("legal"))
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    policy = re.search(r'content="(default-src [^"]*)"', page)[1]
    assert policy == f"default-src 'none'; style-src '{style_hash(style)}'"
    assert refusals(page) == []


def test_tables_have_captions_scopes_and_roles():
    page = page_of(sample("legal"))
    assert page.count("<table") == page.count("<caption") > 4
    assert "<th" in page
    assert not re.search(r"<th(?![^>]*\bscope=)[^e]", page)
    assert not re.search(r"<td(?![^>]*\brole=)", page)


def test_ids_are_there_once_and_labels_lead_somewhere():
    page = page_of(sample("support"))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for names in re.findall(r'aria-labelledby="([^"]+)"', page):
        assert set(names.split()) <= set(ids)
