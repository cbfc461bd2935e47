"""The reconciliation notebook: plain papermill, the page's gate, every number on it traced to its results."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import papermill
import pytest
from papermill.iorw import read_yaml_file
from traitlets.config import Config

from casebook.analysis.audit import audited
from casebook.analysis.audit_list import AuditError, load_audit
from casebook.analysis.results import to_json
from casebook.memo import audit as sections
from casebook.memo.gate import MOST_BYTES
from casebook.memo.lint import refusals
from tests.memo.making import ROOT, html_cell, page_of
from tests.memo.tracing import shown_numbers, traced

NOTEBOOK = ROOT / "notebooks" / "reconciliation.ipynb"
LIST = NOTEBOOK.with_suffix(".yaml")
# Sockets in a private folder: two runs at a time cannot be given the same port.
PRIVATE = Config({"KernelManager": {"transport": "ipc"}})


@pytest.fixture(scope="module")
def page() -> sections.AuditPage:
    return sections.AuditPage(load_audit(LIST))


@pytest.fixture(scope="module")
def html(page: sections.AuditPage) -> str:
    """The finished page, made without a kernel."""
    cells = [html_cell(section(page)._repr_html_(), f"memo:{section.__name__}") for section in sections.SECTIONS]
    return page_of(nbformat.v4.new_notebook(cells=cells))


def run(target: Path, cwd: Path, parameters: dict[str, Any] | None = None) -> nbformat.NotebookNode:
    papermill.execute_notebook(NOTEBOOK, target, parameters, cwd=cwd, progress_bar=False, config=PRIVATE)
    return nbformat.read(target, as_version=4)


def test_run_all_with_nothing_given_makes_the_page_of_the_projects_list(tmp_path: Path, html: str) -> None:
    assert page_of(run(tmp_path / "out.ipynb", tmp_path)) == html


def test_a_list_is_given_as_parameters_and_its_cases_are_seen_from_the_working_folder(
    tmp_path: Path, html: str
) -> None:
    assert page_of(run(tmp_path / "out.ipynb", LIST.parent, read_yaml_file(str(LIST)))) == html


def test_a_wrong_list_is_told_by_the_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(LIST.parent)
    with pytest.raises(AuditError, match="families"):
        sections.audit_of("A title", None)


def test_the_page_is_one_small_file_with_a_computed_headline(html: str, page: sections.AuditPage) -> None:
    assert len(html.encode()) <= MOST_BYTES
    counts = page.results["counts"]
    assert (counts["come_out"], counts["figures"]) == (7, 18)
    assert "<h1>Seven of eighteen published figures come out as published</h1>" in html
    assert "<title>Seven of eighteen published figures come out as published</title>" in html


def test_every_number_on_the_page_is_one_of_the_results(page: sections.AuditPage) -> None:
    shown = shown_numbers("".join(section(page)._repr_html_() for section in sections.SECTIONS))
    assert len(shown) > 200
    for key, value, text in shown:
        if not key.startswith("count."):
            figure = traced(page, key)
            assert value == "" if figure is None else float(value) == pytest.approx(figure), (key, text)


def test_the_page_passes_the_lint_against_its_results_file_and_not_with_another_number(
    page: sections.AuditPage, html: str
) -> None:
    results = json.loads(to_json(page.results))
    assert refusals(html, sections.told(page.audit, results)) == []
    assert refusals(html.replace("</main>", "<p>It is 12 times higher.</p></main>"), page)
    results["families"][0]["figures"][0]["computed"] *= 2
    assert refusals(html, sections.told(page.audit, results))


def test_texts_of_a_list_are_shown_as_they_are_written(page: sections.AuditPage) -> None:
    family = {**page.results["families"][0], "title": "In 3 <b>steps</b>", "reading": "Over 12 months."}
    results = {**page.results, "families": [family, *page.results["families"][1:]]}
    made = sections.told(page.audit, results)
    html = sections.families(made)._repr_html_()
    assert "<bdi>In 3 &lt;b&gt;steps&lt;/b&gt;</bdi>" in html
    assert "<bdi>Over 12 months.</bdi>" in html


def test_every_family_has_its_table_and_every_miss_stands_in_the_summary(html: str, page: sections.AuditPage) -> None:
    families = page.results["families"]
    assert re.findall(r'id="(family-\d+)"', html) == [f"family-{place + 1}" for place in range(len(families))]
    summary = html.partition('id="conflicts"')[2]
    assert summary.count('role="rowheader"') == page.results["counts"]["not reproduced"]
    for family in families:
        for figure in family["figures"]:
            for one in figure["reconciles"]:
                assert str(sections.quiet(one["label"])) in html


def test_where_everything_comes_out_there_is_no_list_of_conflicts() -> None:
    everything = load_audit(LIST)
    everything.families = tuple(one for one in everything.families if one.case.id in ("saving-per-call", "latency"))
    page = sections.AuditPage(everything)
    assert sections.conflicts(page).html == ""
    assert "Five of five" in sections.title(page).html
    assert "never" not in sections.answer(page).html.lower()


def test_the_parameters_are_the_keys_of_the_list() -> None:
    (cell,) = [c for c in nbformat.read(NOTEBOOK, as_version=4).cells if "parameters" in c.metadata.get("tags", [])]
    assert cell.source.splitlines() == [f"{name} = None" for name in read_yaml_file(str(LIST))]


def test_the_text_beside_the_notebook_is_its_pair_and_it_is_kept_without_outputs() -> None:
    kept = nbformat.read(NOTEBOOK, as_version=4).cells
    pair = jupytext.read(NOTEBOOK.with_suffix(".py")).cells
    told = [[(c.cell_type, c.source, c.metadata.get("tags", [])) for c in cells] for cells in (pair, kept)]
    assert told[0] == told[1]
    assert all(cell.get("outputs", []) == [] and cell.get("execution_count") is None for cell in kept)


def test_the_notebook_shows_every_section_in_order() -> None:
    tags = [tag for cell in nbformat.read(NOTEBOOK, as_version=4).cells for tag in cell.metadata.get("tags", [])]
    assert tags == ["parameters", *[f"memo:{section.__name__}" for section in sections.SECTIONS]]


def test_the_results_are_plain_data_and_the_same_each_time(page: sections.AuditPage) -> None:
    text = json.dumps(page.results, allow_nan=False)
    assert json.loads(text) == json.loads(json.dumps(audited(load_audit(LIST)), allow_nan=False))
