"""Pages on a phone and with names of any length: nothing is said twice, nothing leaves its place."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe

from casebook.case import load
from casebook.memo import calculators
from tests.memo.browsing import opened
from tests.memo.making import ROOT, html_cell, memo_of, page_of, sample_page
from tests.random_cases import edge_cases

LONG = ("The Consolidated Mutual Society of Growers and Allied Trades " * 4)[:199], "X" * 200


def calculator_page(name: str, case: str) -> str:
    """The finished page of a calculator, made without a kernel."""
    made = calculators.told(load(ROOT / "params" / f"{case}.yaml"), name, None)
    cells = [html_cell(section(made)._repr_html_(), f"memo:{section.__name__}") for section in calculators.SECTIONS]
    return page_of(nbformat.v4.new_notebook(cells=cells))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_lines_of_a_calculator_name_their_options_once_and_keep_them_in_sight(browser, tmp_path: Path, scheme):
    html = calculator_page("rag_pipeline", "manuals")
    with opened(browser, html, tmp_path, 390, color_scheme=scheme) as (page, _, _):
        labels = page.evaluate(
            "[...document.querySelectorAll('.lines tbody td')].map(e => getComputedStyle(e, '::before').display)"
        )
        assert labels
        assert set(labels) == {"none"}
        heads = page.locator(".lines thead th")
        columns = [heads.nth(place).bounding_box()["x"] for place in (1, 2, 3)]
        cells = page.locator(".lines tbody tr:not(.group)").first.locator("td")
        assert [cells.nth(place).bounding_box()["x"] for place in range(3)] == columns
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.evaluate("document.querySelectorAll('.lines tbody tr')[20].scrollIntoView()")
        assert 0 <= heads.nth(1).bounding_box()["y"] < 10
        assert [each["id"] for each in Axe().run(page).response["violations"]] == []


@pytest.mark.parametrize("client", LONG)
@pytest.mark.parametrize("width", [390, 1280])
def test_a_client_with_a_name_of_200_characters_breaks_nothing(browser, tmp_path: Path, client, width):
    raw = edge_cases()["growth"] | {"client": client, "title": client, "prepared_by": client}
    with opened(browser, page_of(memo_of(raw)), tmp_path, width) as (page, _, _):
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.title() == f"{client[:59].rstrip()}…: Use a plain prompt; do not fine-tune"
        facts = [page.locator(".facts > div").nth(place).bounding_box() for place in range(2)]
        assert facts[0]["y"] == facts[1]["y"]  # the date stands beside the client still
        outside = (
            "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
        )
        assert page.evaluate(f"{outside}.map(e => e.outerHTML.slice(0, 80))") == []


# What is higher than the cell that it labels stands on the one below.
OVERLAPPING = """[...document.querySelectorAll('tbody td')].filter(cell => {
  const label = getComputedStyle(cell, '::before');
  return label.display !== 'none' && parseFloat(label.height) > cell.clientHeight + 1;
}).map(cell => cell.dataset.label)"""


@pytest.mark.parametrize("name", ["claims", "support"])
def test_a_label_beside_a_figure_does_not_run_into_the_next_row(browser, tmp_path: Path, name):
    with opened(browser, sample_page(name), tmp_path, 390) as (page, _, _):
        assert page.evaluate("[...document.querySelectorAll('.options tbody td')].length") > 0
        assert page.evaluate(OVERLAPPING) == []
