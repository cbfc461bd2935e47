"""The evaluation notebook: plain papermill, the page's gate, its sentences, every number traced to its results."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import papermill
import pytest
from papermill.iorw import read_yaml_file
from traitlets.config import Config

from casebook.analysis.evaluation_report import NoEvaluation
from casebook.analysis.results import evaluate_case
from casebook.case import from_parameters, load
from casebook.memo import PARAMETERS, certainty
from casebook.memo import evaluation as sections
from casebook.memo.evaluation_figures import EvaluationPage
from casebook.memo.gate import MOST_BYTES
from casebook.memo.lint import refusals
from tests.memo.making import ROOT, html_cell, page_of, sample, text_of
from tests.memo.tracing import shown_numbers, traced

NOTEBOOK = ROOT / "notebooks" / "evaluation.ipynb"
# Sockets in a private folder: two runs at a time cannot be given the same port.
PRIVATE = Config({"KernelManager": {"transport": "ipc"}})


def page(name: str) -> EvaluationPage:
    return EvaluationPage(load(ROOT / "params" / f"{name}.yaml"))


def page_with(folder: Path, rows: list[str], options: tuple[str, ...] = ("old", "new")) -> EvaluationPage:
    """The page of a case of prompts with these evaluation results."""
    (folder / "votes.csv").write_text("\n".join(["item_id,option,run,passed", *rows]) + "\n")
    prompts = {name: {"kind": "prompt", "price": {"input": 1, "output": 2}} for name in options}
    case: dict[str, Any] = {
        "client": "A <client>",
        "as_of": "2026-11-01",
        "workload": {"calls_per_month": 1000},
        "evidence": {"eval_results": "votes.csv"},
        "options": prompts,
        "compare": [["old", name] for name in options if name != "old"],
    }
    return EvaluationPage(from_parameters(case, folder))


def votes(both: int, old: int, new: int, neither: int) -> list[str]:
    """Rows of one run: so many items passed by both, by one alone, by none."""
    kinds = [(1, 1)] * both + [(1, 0)] * old + [(0, 1)] * new + [(0, 0)] * neither
    return [
        f"i{place},{option},1,{passed}"
        for place, pair in enumerate(kinds)
        for option, passed in zip(("old", "new"), pair, strict=True)
    ]


def html_of(made: EvaluationPage) -> str:
    """The finished page, made without a kernel."""
    cells = [html_cell(section(made)._repr_html_(), f"memo:{section.__name__}") for section in sections.SECTIONS]
    return page_of(nbformat.v4.new_notebook(cells=cells))


def run(target: Path, cwd: Path, parameters: dict[str, Any] | None = None) -> nbformat.NotebookNode:
    papermill.execute_notebook(NOTEBOOK, target, parameters, cwd=cwd, progress_bar=False, config=PRIVATE)
    return nbformat.read(target, as_version=4)


def test_run_all_with_nothing_given_makes_the_page_of_the_sample(tmp_path: Path) -> None:
    assert page_of(run(tmp_path / "out.ipynb", NOTEBOOK.parent)) == html_of(page("support"))


def test_plain_papermill_makes_the_page_of_the_case_from_the_root(tmp_path: Path) -> None:
    ran = page_of(run(tmp_path / "out.ipynb", ROOT, read_yaml_file(str(ROOT / "params" / "dsl.yaml"))))
    headline = text_of(sections.title(page("dsl")))
    assert headline in ran
    assert "shown by 50 items" in headline


@pytest.mark.parametrize(
    ("name", "headline"),
    [
        ("support", "The +3 points of … are not shown by 200 items"),
        ("dsl", "The +22 points of … are shown by 50 items"),
    ],
)
def test_the_headline_says_whether_the_difference_is_shown(name: str, headline: str) -> None:
    before, after = headline.split("…")
    text = text_of(sections.headline(page(name)))
    assert text.startswith(before)
    assert text.endswith(after)


def test_the_support_case_says_what_it_would_take() -> None:
    made = page("support")
    text = text_of(sections.answer(made)) + text_of(sections.reach(made))
    for words in (
        "would show it 22% of the time",
        "1,132 items",
        "wins 19 of the 26 items",
        "no more than chance can explain",
    ):
        assert words in text


@pytest.mark.parametrize("name", ["support", "dsl"])
def test_the_memo_and_the_report_tell_a_pair_in_the_same_words(name: str) -> None:
    def words(fragment: Any) -> str:
        text = text_of(fragment).replace("percentage point", "point")
        return re.sub(r"p = [\d.]+\d", "p", text)

    report, memo = words(sections.answer(page(name))), words(certainty(sample(name)))
    found = re.search(r"(Fine-tuned .*? failed, against .*? (?:not )?shown\.)", report)
    assert found
    assert found[1] in memo
    reach = re.search(r"Were the difference real, .*? items\.", report)
    assert reach
    assert (reach[0] in memo) == ("not shown." in found[1])


def test_a_chart_that_leaves_options_out_says_how_many(tmp_path: Path) -> None:
    names = ["old", "new", *(f"another-{place}" for place in range(11))]
    made = page_with(tmp_path, [f"i1,{name},1,1" for name in names])
    assert "One more is in the table only." in text_of(sections.rates(made))


DEGENERATE = {
    "passed the very same items": votes(5, 0, 0, 2),
    "show no difference": votes(2, 3, 3, 0),
    "too few to show any difference": votes(0, 0, 1, 0),
    "were run on different items": ["a,old,1,1", "b,new,1,0"],
    "are shown by 9 items": votes(0, 0, 9, 0),
    "passed 1 of 2 items": ["a,old,1,1", "b,old,1,0"],
    "gpt-4.1 &lt;b&gt;": ["a,old,1,1", "a,gpt-4.1 <b>,1,0", "a,new,1,1"],
}


@pytest.mark.parametrize("words", DEGENERATE)
def test_a_degenerate_evaluation_has_a_clean_page(words: str, tmp_path: Path) -> None:
    made = page_with(tmp_path, DEGENERATE[words])
    page_html = html_of(made)
    assert len(page_html.encode()) <= MOST_BYTES
    assert words in page_html or words in " ".join(text_of(section(made)) for section in sections.SECTIONS)
    assert "None" not in page_html.replace("None of", "")


def test_several_pairs_are_counted_in_the_headline(tmp_path: Path) -> None:
    rows = [*votes(30, 0, 12, 8), *[f"i{place},third,1,1" for place in range(49)]]
    text = text_of(sections.headline(page_with(tmp_path, rows, ("old", "new", "third"))))
    assert text == "The evaluation shows both differences"
    rows = [*votes(30, 0, 12, 8), *[f"i{place},third,1,{int(place < 32)}" for place in range(49)]]
    text = text_of(sections.headline(page_with(tmp_path, rows, ("old", "new", "third"))))
    assert text == "The evaluation shows one of two differences"


def test_a_case_without_results_is_told_what_is_wanted() -> None:
    with pytest.raises(NoEvaluation, match=r"evidence\.eval_results: wanted a CSV"):
        page("legal")


@pytest.mark.parametrize("name", ["support", "dsl"])
def test_every_number_on_the_page_is_one_of_the_report(name: str) -> None:
    made = page(name)
    shown = shown_numbers("".join(section(made)._repr_html_() for section in sections.SECTIONS))
    assert len(shown) > 60
    for key, value, text in shown:
        if not key.startswith("count."):
            assert float(value) == pytest.approx(traced(made, key)), (key, text)


@pytest.mark.parametrize("name", ["support", "dsl"])
def test_the_report_says_what_the_results_file_says(name: str) -> None:
    made = page(name)
    found = evaluate_case(made.case, draws=10)["evaluation"]
    for option in made.report["options"]:
        assert found["options"][option["name"]].items() <= option.items()
    for pair in made.report["pairs"]:
        assert found["pairs"][f"{pair['baseline']}->{pair['candidate']}"].items() <= pair.items()
    assert made.report["warnings"] == found["warnings"]


def test_the_page_is_one_small_file() -> None:
    assert len(html_of(page("support")).encode()) <= MOST_BYTES


def test_the_parameters_are_the_keys_of_a_case_file() -> None:
    (cell,) = [c for c in nbformat.read(NOTEBOOK, as_version=4).cells if "parameters" in c.metadata.get("tags", [])]
    assert cell.source.splitlines() == [f"{name} = None" for name in PARAMETERS]


def test_the_text_beside_the_notebook_is_its_pair_and_it_is_kept_without_outputs() -> None:
    kept = nbformat.read(NOTEBOOK, as_version=4).cells
    pair = jupytext.read(NOTEBOOK.with_suffix(".py")).cells
    told = [[(c.cell_type, c.source, c.metadata.get("tags", [])) for c in cells] for cells in (pair, kept)]
    assert told[0] == told[1]
    assert all(cell.get("outputs", []) == [] and cell.get("execution_count") is None for cell in kept)


def test_the_notebook_shows_every_section_in_order() -> None:
    tags = [tag for cell in nbformat.read(NOTEBOOK, as_version=4).cells for tag in cell.metadata.get("tags", [])]
    assert tags == ["parameters", *[f"memo:{section.__name__}" for section in sections.SECTIONS]]


@pytest.mark.parametrize("name", ["support", "dsl"])
def test_the_page_passes_the_lint_and_not_with_another_number(name: str) -> None:
    told = sections.told(load(ROOT / "params" / f"{name}.yaml"))
    html = html_of(page(name))
    assert refusals(html, told) == []
    assert refusals(html.replace("</main>", "<p>It is 12 points ahead.</p></main>"), told)
    number = next(number for number in shown_numbers(html) if number.key == "pairs.0.lead")
    assert refusals(html.replace(f'value="{number.value}"', 'value="1"'), told)


def test_odd_evaluations_pass_the_lint(tmp_path: Path) -> None:
    for rows in (votes(1, 0, 0, 0), votes(3, 2, 2, 1), [*votes(30, 0, 12, 8), *[f"i{n},third,1,1" for n in range(49)]]):
        options = ("old", "new", "third")[: 2 + any(",third," in row for row in rows)]
        made = page_with(tmp_path, rows, options)
        assert refusals(html_of(made), made) == []
