"""The portfolio's page: every case in a row, to the standard of a memo, for none as for a thousand."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import papermill
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from casebook.analysis.calculators import calculators_for
from casebook.analysis.portfolio import CURRENT, FAILED, FILE, ORPHAN, STALE, PortfolioError, portfolio_of
from casebook.case import load
from casebook.memo import portfolio as sections
from casebook.memo.gate import GateError
from casebook.memo.page import PortfolioPage
from tests.memo.making import ROOT, text_of
from tests.memo.tracing import shown_numbers
from tests.portfolios import many, portfolio

NOTEBOOK = ROOT / "notebooks" / "portfolio.ipynb"
TEMPLATES = ROOT / "templates"
HOSTILE = "</bdi></title><script>alert(1)</script><img src=x onerror=alert(1)>\u202e{{7*7}}"
# Sockets in a private folder: two runs at a time cannot be given the same port.
PRIVATE = Config({"KernelManager": {"transport": "ipc"}})


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return portfolio(tmp_path_factory.mktemp("output"))


@pytest.fixture(scope="module")
def page(four: dict[str, Any]) -> str:
    return sections.index_page(four, TEMPLATES)


def rows(html: str) -> list[str]:
    """The rows of the table of cases."""
    table = re.search(r'<table class="portfolio".*?</table>', html, re.DOTALL)
    return re.findall(r"<tr.*?</tr>", table[0], re.DOTALL)[1:] if table else []


def with_states(four: dict[str, Any]) -> dict[str, Any]:
    """The four cases with one that failed, one out of date, one without its case file and one never built."""
    found = many(four, 5)
    records = list(found["cases"].values())
    for record, state in zip(records, (FAILED, STALE, ORPHAN), strict=False):
        record["state"] = state
    records[0]["failure"] = "failed/decision.ipynb"
    records[3] |= {"state": FAILED, "failure": "failed/worker.log", "report": None, "files": {}, "reports": {}}
    return found


@pytest.mark.parametrize("count", [0, 1, 4, 100, pytest.param(1000, marks=pytest.mark.soak)])
def test_any_number_of_cases_makes_a_page_that_passes_the_gate(count: int, four: dict[str, Any]) -> None:
    html = sections.index_page(many(four, count), TEMPLATES)
    assert html.startswith("<!DOCTYPE html>")
    assert len(rows(html)) == count
    assert len(html.encode()) < 25_000 + 2_200 * count
    assert not re.search(r"\bnan\b|\binf\b|None|\$-", text_of(html))


@pytest.mark.parametrize(
    ("count", "title"),
    [
        (0, "No case has a report yet"),
        (1, "The one case calls for fine-tuning"),
        (3, "Two of three cases call for fine-tuning"),
        (4, "Two of four cases call for fine-tuning"),
    ],
)
def test_the_title_says_in_how_many_cases_fine_tuning_is_the_answer(
    count: int, title: str, four: dict[str, Any]
) -> None:
    html = sections.index_page(many(four, count), TEMPLATES)
    assert re.search("<h1>(.*?)</h1>", html)[1] == title
    assert f"<title>Portfolio: {title}</title>" in html


def test_a_row_has_the_answers_the_figures_and_the_way_to_every_file(page: str) -> None:
    row = next(row for row in rows(page) if "Larkspur" in row)
    words = text_of(row)
    case_hash = load(ROOT / "params" / "support.yaml").content_hash
    for part in (
        *("Larkspur Outdoor", "support", "Few-shot prompt on Claude Haiku 4.5", "moderate"),
        *("Fine-tuned small model of Haiku class", "$450", "neverof Fine-tuned", "$15k", "Prices as of 15"),
        *(case_hash[:7], "0.1.0"),
    ):
        assert part in words.replace("\u00a0", " "), part
    assert set(re.findall(r'href="([^"]+)"', row)) == {
        *("support/decision.html", "support/decision.xlsx", "support/decision.ipynb"),
        *("support/evaluation.html", "support/evaluation.xlsx"),
    }


def test_a_row_leads_to_the_page_and_the_workbook_of_every_calculator_of_the_case(page: str) -> None:
    row = next(row for row in rows(page) if 'href="hybrid/decision.html"' in row)
    further = set(re.findall(r'href="hybrid/((?!decision)\w+\.\w+)"', row))
    names = calculators_for(load(ROOT / "params" / "hybrid.yaml"))
    assert "rag_pipeline" in names
    assert further == {f"{name}.{end}" for name in names for end in ("html", "xlsx")}
    assert "RAG pipeline · workbook" in text_of(row)


def test_a_calculators_file_that_is_not_there_is_not_led_to(tmp_path: Path) -> None:
    portfolio(tmp_path, ["hybrid"])
    (tmp_path / "hybrid" / "embedding.html").unlink()
    html = sections.index_page(portfolio_of(tmp_path, {"hybrid": CURRENT}), TEMPLATES)
    assert 'href="hybrid/embedding.xlsx"' in html
    assert 'href="hybrid/embedding.html"' not in html


def test_cases_stand_in_the_order_of_their_names(page: str) -> None:
    assert [re.search(r'href="(\w+)/', row)[1] for row in rows(page)] == ["dsl", "hybrid", "legal", "support"]


def test_what_needs_attention_is_said_and_what_is_shown_instead(four: dict[str, Any]) -> None:
    html = sections.index_page(with_states(four), TEMPLATES)
    words = text_of(html)
    for part in (
        *("Four reports need attention", "2 failed", "The last good report", "Nothing yet"),
        *("The report as it was before its inputs changed", "its case file is not in params/"),
    ):
        assert part in words, part
    assert 'href="case-00000/failed/decision.ipynb"' in html
    assert 'href="case-00003/failed/worker.log"' in html
    marks = ("Failed", "Out of date", "Without a case file", "case-00004")
    assert [mark for row, mark in zip(rows(html), marks, strict=True) if mark not in row] == []


def numbers_of(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Key, value and text of every number of a page."""
    page = sections.Portfolio(found)
    return shown_numbers("".join(section(page)._repr_html_() for section in sections.SECTIONS))


def test_every_number_is_a_figure_of_the_portfolio(four: dict[str, Any]) -> None:
    numbers = numbers_of(four)
    assert len(numbers) >= 30
    for key, value, _ in numbers:
        case, _, path = key.partition(".")
        if case in four["cases"]:
            found: Any = four["cases"][case]["report"]
            for part in path.split("."):
                found = found[part]
            assert float(value) == found, key


def test_totals_add_up_by_currency(four: dict[str, Any]) -> None:
    both = many(four, 4)
    both["cases"]["case-00002"]["report"]["currency"] = "EUR"
    totals = {key: float(value) for key, value, _ in numbers_of(both)}
    figures = {name: case["report"]["full"]["option"]["cash_per_month"] for name, case in both["cases"].items()}
    euros = figures.pop("case-00002")
    assert totals["total.full.option.cash_per_month.EUR"] == pytest.approx(euros)
    assert totals["total.full.option.cash_per_month.USD"] == pytest.approx(sum(figures.values()))


def test_a_case_without_an_answer_has_a_row(four: dict[str, Any]) -> None:
    none = many(four, 2)
    for record, verdict in zip(none["cases"].values(), ("no_workload", "none_feasible"), strict=True):
        for scope in ("full", "invoice"):
            nothing = dict.fromkeys(("label", "option", "tco_saving", "payback"))
            record["report"][scope] |= {"verdict": verdict} | nothing
        record["report"]["on_invoices"] = None
    words = [text_of(row) for row in rows(sections.index_page(none, TEMPLATES))]
    assert "No workload yet" in words[0]
    assert "No option can be run" in words[1]


def test_hostile_words_of_a_client_are_shown_as_text(tmp_path: Path) -> None:
    labels = dict.fromkeys(("rag", "cached_rag", "tuned"), HOSTILE)
    html = sections.index_page(portfolio(tmp_path, ["legal"], client=HOSTILE, title=HOSTILE, labels=labels), TEMPLATES)
    assert "<script>" not in html
    assert "<img" not in html
    shown = HOSTILE.replace("\u202e", "")
    assert unescape(html).count(shown) == 4


@pytest.mark.parametrize(
    "link", ["//x/a.html", "https://example.org", "../a.html", "legal/../a.html", "javascript:alert(1)", "legal/a.exe"]
)
def test_the_gate_lets_no_other_link_through(link: str, page: str) -> None:
    with pytest.raises(GateError, match="a link out of the page"):
        PortfolioPage.gate(page.replace("legal/decision.html", link))


def test_the_same_portfolio_gives_the_same_bytes(page: str, four: dict[str, Any]) -> None:
    assert sections.index_page(four, TEMPLATES) == page


def test_the_notebook_makes_the_same_page_with_plain_tools(tmp_path: Path, four: dict[str, Any], page: str) -> None:
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / FILE).write_text(json.dumps(four))
    out = tmp_path / "out.ipynb"
    papermill.execute_notebook(NOTEBOOK, out, {"output": "output"}, cwd=tmp_path, progress_bar=False, config=PRIVATE)
    exporter = HTMLExporter(template_name="portfolio", extra_template_basedirs=[str(TEMPLATES)])
    assert exporter.from_notebook_node(nbformat.read(out, as_version=4))[0] == page


def test_without_an_output_folder_the_notebook_shows_an_empty_portfolio(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sections.portfolio_in(None)["cases"] == {}
    with pytest.raises(PortfolioError, match="casebook build"):
        sections.portfolio_in("nowhere")


def test_the_text_beside_the_notebook_is_its_pair_and_it_shows_every_section() -> None:
    kept = nbformat.read(NOTEBOOK, as_version=4).cells
    pair = jupytext.read(NOTEBOOK.with_suffix(".py")).cells
    told = [[(c.cell_type, c.source, c.metadata.get("tags", [])) for c in cells] for cells in (pair, kept)]
    assert told[0] == told[1]
    assert all(cell.get("outputs", []) == [] and cell.get("execution_count") is None for cell in kept)
    tags = [tag for cell in kept for tag in cell.metadata.get("tags", [])]
    assert tags == ["parameters", *[f"memo:{section.__name__}" for section in sections.SECTIONS]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 390, 800, 1280])
def test_in_a_browser_it_loads_nothing_fits_and_is_accessible(
    browser, tmp_path: Path, four: dict[str, Any], width: int, scheme: str
) -> None:
    file = tmp_path / "index.html"
    file.write_text(sections.index_page(with_states(four), TEMPLATES), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    assert (asked, said) == ([file.as_uri()], [])
    assert page.evaluate("document.documentElement.scrollWidth") == width
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:2]) for one in found] == []
    page.close()


def test_four_cases_print_on_one_page(browser, tmp_path: Path, page: str) -> None:
    file = tmp_path / "index.html"
    file.write_text(page, encoding="utf-8")
    shown = browser.new_page()
    shown.goto(file.as_uri())
    assert len(re.findall(rb"/Type\s*/Page\b", shown.pdf(prefer_css_page_size=True))) == 1
    shown.close()
