"""One payback: memo, index, portfolio and the table of a build tell the same pair and the same months."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from markupsafe import Markup

from casebook.analysis.portfolio import CURRENT, portfolio_of
from casebook.batch import account
from casebook.memo import Memo, answer, key_figures, payback
from casebook.memo.crossing import cell
from casebook.memo.listed import Listed
from casebook.memo.markup import as_text
from casebook.memo.numbers import Register, months
from casebook.memo.view import SCOPES
from casebook.workbook.portfolio import SHEET, write_portfolio
from tests.memo.making import SAMPLES, memo_of, sample, text_of
from tests.portfolios import put_report
from tests.random_cases import edge_cases, random_case

EDGES = edge_cases()


def words(html: str) -> str:
    return " ".join(as_text(Markup(html)).split())


def in_memo(memo: Memo) -> tuple[str, str]:
    """The memo's key figure: when, and whose payback or against what."""
    html = str(key_figures(memo).html)
    found = re.search(r'<dt>Payback</dt><dd class="figure">(.*?)</dd><dd class="small">(.*?)</dd>', html)
    return (words(found[1]), words(found[2]).split("; ")[0]) if found else ("–", "nothing to compare with")


def row_of(path: Path) -> dict[str, Any]:
    """The only row of a portfolio's workbook, by heading."""
    rows = list(openpyxl.load_workbook(path)[SHEET].iter_rows(values_only=True))
    head = next(place for place, row in enumerate(rows) if row[0] == "Client")
    return dict(zip(rows[head], rows[head + 1], strict=True))


def assert_told_alike(memo: Memo, output: Path) -> None:
    when, whose = in_memo(memo)
    results = json.loads(json.dumps(memo.results, default=str))
    put_report(output, "case", results)
    portfolio = portfolio_of(output, {"case": CURRENT})
    write_portfolio(portfolio, output / "portfolio.xlsx")
    cell = str(Listed(Register(), "case", portfolio["cases"]["case"]).payback())
    row, table = row_of(output / "portfolio.xlsx"), account._payback(results)
    if whose == "nothing to compare with":
        assert (words(cell), row["Payback, months"], row["Payback of"] or None, table) == ("–", None, None, "–")
        return
    index_when, _, index_whose = cell.partition('<span class="of">')
    pair = results["payback"]["full"]
    labels = {side: memo.labels[pair[side]] for side in ("candidate", "baseline")}
    assert words(index_when) == when
    # The column of savings stands beside it and says against what, unless payback is of or against another option.
    saving_says_it = whose.startswith("against") and pair["baseline"] == results["headline"]["full"]["against"]
    assert words(index_whose) == ("" if saving_says_it else whose)
    assert whose in (f"against {labels['baseline']}", f"of {labels['candidate']}")
    assert row["Payback of"] == f"{labels['candidate']} against {labels['baseline']}"
    assert table == (when if whose.startswith("against") else f"{when} ({pair['candidate']})")
    in_cell = row["Payback, months"]
    if isinstance(in_cell, str):
        assert re.sub(r"[\d.,]+", "#", in_cell) == re.sub(r"[\d.,]+ months?", "#", when)
    else:
        assert when == ("–" if in_cell is None else months(in_cell))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_tells_one_payback_everywhere(name: str, tmp_path: Path) -> None:
    assert_told_alike(sample(name), tmp_path)


@pytest.mark.parametrize("seed", [*range(16), *(pytest.param(n, marks=pytest.mark.soak) for n in range(16, 400))])
def test_a_random_case_tells_one_payback_everywhere(seed: int, tmp_path: Path) -> None:
    assert_told_alike(memo_of(random_case(3000 + seed)), tmp_path)


@pytest.mark.parametrize("name", EDGES)
def test_an_edge_case_tells_one_payback_everywhere(name: str, tmp_path: Path) -> None:
    assert_told_alike(memo_of(EDGES[name]), tmp_path)


ASKED = [seed for seed in range(36) if "compare" in random_case(3000 + seed)]


@pytest.mark.parametrize("seed", ASKED)
def test_a_memo_tells_the_same_paybacks_whichever_pairs_the_case_asks_to_compare(seed: int) -> None:
    raw = random_case(3000 + seed)
    asked, default = memo_of(raw), memo_of({key: value for key, value in raw.items() if key != "compare"})
    for section in (key_figures, answer, payback):
        assert text_of(section(asked)) == text_of(section(default))
    for scope in SCOPES:
        base = asked.reference(scope)
        for name in asked.candidates:
            cells = [str(cell(memo, memo.pair(scope, base, name))) for memo in (asked, default)]
            assert words(cells[0]) == words(cells[1])
