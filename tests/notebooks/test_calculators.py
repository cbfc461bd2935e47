"""The calculators' notebooks: plain papermill, the page's gate, their sentences, every number traced to its figures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import papermill
import pytest
from markupsafe import Markup
from papermill.iorw import read_yaml_file
from traitlets.config import Config

from casebook.analysis.calculators import CALCULATORS, calculators_for
from casebook.analysis.results import evaluate_case
from casebook.case import from_parameters, load
from casebook.memo import PARAMETERS
from casebook.memo import calculators as sections
from casebook.memo.calculation import Calculation, NothingToCalculate
from casebook.memo.lint import refusals
from tests.memo.making import ROOT, html_cell, page_of, text_of
from tests.samples import SAMPLES

# Sockets in a private folder: two runs at a time cannot be given the same port.
PRIVATE = Config({"KernelManager": {"transport": "ipc"}})
APPLYING = [(path.stem, name) for path in SAMPLES for name in calculators_for(load(path))]


def notebook(name: str) -> Path:
    return ROOT / "notebooks" / f"{name}.ipynb"


def page(case: str, name: str) -> Calculation:
    return Calculation(load(ROOT / "params" / f"{case}.yaml"), name)


def html_of(made: Calculation) -> str:
    """The finished page, made without a kernel."""
    cells = [html_cell(section(made)._repr_html_(), f"memo:{section.__name__}") for section in sections.SECTIONS]
    return page_of(nbformat.v4.new_notebook(cells=cells))


def run(name: str, target: Path, parameters: dict[str, Any] | None = None) -> nbformat.NotebookNode:
    folder = target.parent
    papermill.execute_notebook(notebook(name), target, parameters, cwd=folder, progress_bar=False, config=PRIVATE)
    return nbformat.read(target, as_version=4)


@pytest.mark.parametrize(("name", "case"), [("prompt_cache", "legal"), ("embedding", "hybrid")])
def test_plain_papermill_makes_the_page_of_the_case(name: str, case: str, tmp_path: Path) -> None:
    ran = run(name, tmp_path / "out.ipynb", read_yaml_file(str(ROOT / "params" / f"{case}.yaml")))
    assert page_of(ran) == html_of(page(case, name))


def test_run_all_with_nothing_given_takes_a_sample_that_it_is_for(tmp_path: Path) -> None:
    assert "a query" in page_of(run("rag_pipeline", tmp_path / "out.ipynb"))


@pytest.mark.parametrize(("case", "name"), APPLYING)
def test_every_shown_number_is_a_figure_of_the_results(case: str, name: str) -> None:
    made = page(case, name)
    html = html_of(made)
    assert refusals(html, sections.told(made.case, name, evaluate_case(made.case, draws=1)["reports"][name])) == []
    assert not re.search(r"\b(nan|inf|None)\b|\$-|\$\$", Markup(html[html.index("<body") :]).striptags())


@pytest.mark.parametrize(
    ("case", "name", "told"),
    [
        ("dsl", "prompt_cache", "The prompt cache saves $1,300 a month"),
        ("dsl", "gpu_inference", "$6.98 of GPUs per million tokens"),
        ("hybrid", "embedding", "not a major line"),
        ("hybrid", "rag_pipeline", "of it retrieval"),
    ],
)
def test_the_headline_is_computed(case: str, name: str, told: str) -> None:
    assert told in text_of(sections.title(page(case, name)))


def test_the_token_rule_stands_beside_the_computed_threshold() -> None:
    told = text_of(sections.answer(page("dsl", "gpu_inference")))
    assert "own GPUs above 20 million tokens a month. This case has 68 million." in told
    assert (
        "Computed against Manual in the prompt, cached, Claude Sonnet 4.5, they pay from 58.5 million tokens a month "
        "on invoices, and from 243 million tokens a month with labour counted."
    ) in told


def test_thresholds_that_leave_errors_out_say_so() -> None:
    told = text_of(sections.answer(page("dsl", "gpu_inference")))
    assert "Errors are not in these thresholds: the memo's full cost counts them." in told
    without = text_of(sections.answer(changed("dsl", "gpu_inference", quality__cost_per_error=0)))
    assert "not in these thresholds" not in without


def test_a_unit_that_the_line_names_is_not_said_again() -> None:
    cache, gpus = (text_of(sections.figures(page("dsl", name))) for name in ("prompt_cache", "gpu_inference"))
    assert "Saving per call $" in cache
    assert "What those tokens cost without the cache (per call) $" in cache
    assert "GPUs, per million tokens at this load $" in gpus


def changed(case: str, name: str, **inputs: Any) -> Calculation:
    """The page of a sample with some of its figures another: `cached_prompt__accuracy` is that of an option."""
    given = read_yaml_file(str(ROOT / "params" / f"{case}.yaml"))
    for path, value in inputs.items():
        *parents, last = path.split("__")
        at = given
        for parent in parents:
            at = at.setdefault(parent, {})
        at[last] = value
    return Calculation(from_parameters(given, ROOT / "params"), name)


def test_own_gpus_that_never_pay_are_said_to_pay_at_no_volume() -> None:
    slow = {"options__tuned_32b__tokens__output": 0, "options__cached_prompt__price": {"input": 0.0, "output": 0.0}}
    made = changed("dsl", "gpu_inference", **slow)
    assert made.raw("breakeven_tokens_with_hosted") is None
    told = text_of(sections.answer(made))
    assert "Computed against Manual in the prompt, cached, Claude Sonnet 4.5, they pay at no volume." in told


def test_a_prompt_one_token_too_short_is_short_of_one_token() -> None:
    made = changed("legal", "prompt_cache", options__cached_rag__tokens__prefix=1023)
    assert "is 1 token too short to be cached" in text_of(sections.title(made))


@pytest.mark.parametrize(
    ("row", "inputs"),
    [("The prompt side only", {}), ("Both sides", {"options__tuned__cache": {"enabled": True}})],
)
def test_the_case_as_it_stands_is_marked_among_the_sides_cached(row: str, inputs: dict[str, Any]) -> None:
    told = text_of(sections.further(changed("legal", "prompt_cache", **inputs)))
    assert told.count(", as in the case") == told.count(f"{row}, as in the case") == 2


def test_the_claim_on_embedding_is_answered_with_the_cases_own_figures() -> None:
    told = text_of(sections.answer(page("hybrid", "embedding")))
    assert "$1.08 of a bill of" in told
    assert "It would be one with a corpus of" in told


def test_a_case_without_what_it_takes_is_refused_with_the_reason() -> None:
    with pytest.raises(NothingToCalculate, match="support: gpu_inference: wanted an option that it is for"):
        page("support", "gpu_inference")


@pytest.mark.parametrize("name", CALCULATORS)
def test_the_notebook_is_paired_parameterised_and_shows_every_section_in_order(name: str) -> None:
    kept = nbformat.read(notebook(name), as_version=4).cells
    pair = jupytext.read(notebook(name).with_suffix(".py")).cells
    told = [[(c.cell_type, c.source, c.metadata.get("tags", [])) for c in cells] for cells in (pair, kept)]
    assert told[0] == told[1]
    assert all(cell.get("outputs", []) == [] and cell.get("execution_count") is None for cell in kept)
    tags = [tag for cell in kept for tag in cell.metadata.get("tags", [])]
    assert tags == ["parameters", *[f"memo:{section.__name__}" for section in sections.SECTIONS]]
    (cell,) = [c for c in kept if "parameters" in c.metadata.get("tags", [])]
    assert cell.source.splitlines() == [f"{parameter} = None" for parameter in PARAMETERS]
