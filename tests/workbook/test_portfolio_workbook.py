"""The portfolio's workbook: a row a case, live totals, links that work wherever the folder is moved."""

from __future__ import annotations

import datetime
import re
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from casebook.analysis.portfolio import FAILED
from casebook.workbook.portfolio import SHEET, write_portfolio
from tests.portfolios import many, portfolio
from tests.workbook.recalculation import Recalculated, differences, stored_formulas


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Four cases, one of them in euros, and one that was never built."""
    found = many(portfolio(tmp_path_factory.mktemp("output")), 5)
    records = list(found["cases"].values())
    records[2]["report"]["currency"] = "EUR"
    records[4] |= {"state": FAILED, "report": None, "files": {}, "reports": {}}
    return found


@pytest.fixture(scope="module")
def path(four: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("book") / "portfolio.xlsx"
    write_portfolio(four, target)
    return target


@pytest.fixture(scope="module")
def table(path: Path) -> list[dict[str, Any]]:
    """The rows of the table by heading, as cells."""
    sheet = openpyxl.load_workbook(path)[SHEET]
    head = next(row for row in sheet.iter_rows() if row[0].value == "Client")
    return [
        {title.value: cell for title, cell in zip(head, row, strict=True)} for row in sheet.iter_rows(head[0].row + 1)
    ]


def test_a_row_holds_the_figures_of_its_case(table: list[dict[str, Any]], four: dict[str, Any]) -> None:
    assert [row["Case"].value for row in table] == list(four["cases"])
    for row, record in zip(table, four["cases"].values(), strict=True):
        report = record["report"]
        if report is None:
            assert row["State"].value == "no report: last build failed"
            continue
        assert row["Client"].value == report["client"]
        assert row["Recommended at full cost"].value == report["full"]["label"]
        assert row["Bills and labour in month 1"].value == pytest.approx(report["full"]["option"]["cash_per_month"])
        assert row["Bills in month 1"].value == pytest.approx(report["on_invoices"]["cash_per_month"])
        saving = report["full"]["tco_saving"]
        assert row["Saving over the horizon, full cost"].value == pytest.approx(saving)
        assert row["Prices as of"].value == datetime.datetime.fromisoformat(report["as_of"])
        money = row["Up front, full cost"].number_format
        assert ("EUR" in money, "$" in money) == ((True, False) if report["currency"] == "EUR" else (False, True))


def test_links_lead_to_the_files_as_seen_from_the_workbook(table: list[dict[str, Any]]) -> None:
    links = {title: cell.hyperlink.target for title, cell in table[3].items() if cell.hyperlink}
    folder = table[3]["Case"].value
    assert links == {
        "Case": f"{folder}/decision.html",
        "Workbook": f"{folder}/decision.xlsx",
    }
    assert not any(cell.hyperlink for cell in table[4].values())


def test_the_way_to_every_other_file_is_the_index(path: Path) -> None:
    links = [
        cell.hyperlink.target
        for row in openpyxl.load_workbook(path)[SHEET].iter_rows(max_row=4)
        for cell in row
        if cell.hyperlink
    ]
    assert links == ["index.html"]


@pytest.mark.parametrize(("most", "linked", "told"), [(9, 8, None), (6, 5, "2 cases"), (2, 1, "4 cases")])
def test_beyond_what_a_sheet_can_link_to_the_names_stand_and_it_says_so(
    most: int, linked: int, told: str | None, four: dict[str, Any], tmp_path: Path
) -> None:
    write_portfolio(four, tmp_path / "portfolio.xlsx", most_links=most)
    sheet = openpyxl.load_workbook(tmp_path / "portfolio.xlsx")[SHEET]
    cells = [cell for row in sheet.iter_rows(min_row=5) for cell in row]
    assert sum(cell.hyperlink is not None for cell in cells) == linked
    assert {str(cell.value) for cell in cells} >= set(four["cases"])
    said = str(sheet["B3"].value or "")
    assert said.startswith(f"{told} have no links here") if told else not said


@pytest.mark.soak
def test_more_cases_than_a_sheet_can_link_to_are_written_without_a_warning(
    four: dict[str, Any], tmp_path: Path
) -> None:
    write_portfolio(many(four, 45_000), tmp_path / "portfolio.xlsx")
    book = openpyxl.load_workbook(tmp_path / "portfolio.xlsx", read_only=True)
    names = [row[1] for row in book[SHEET].iter_rows(max_col=2, values_only=True)]
    book.close()
    assert any("have no links here" in str(name) for name in names)
    assert sum(str(name).startswith("case-") for name in names) == 45_000


def test_it_prints_on_two_landscape_pages_abreast(soffice, path: Path, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    pdf = (tmp_path / "portfolio.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 3  # two of the table, one of About
    sizes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)
    assert all(float(width) > float(height) for width, height in sizes)


def test_totals_are_live_by_currency_and_already_show_their_value(path: Path, four: dict[str, Any]) -> None:
    formulas = stored_formulas(path)
    assert len(formulas) == 8
    assert all(formula.startswith("=SUMIF(") for formula, _ in formulas.values())
    book = Recalculated(path)
    book.evaluate()
    stored = {address: value for address, (_, value) in formulas.items()}
    assert differences(stored, {address: book.value(address) for address in stored}) == []
    costs = [
        record["report"]["full"]["option"]["cash_per_month"]
        for record in four["cases"].values()
        if record["report"] and record["report"]["currency"] == "USD"
    ]
    assert pytest.approx(sum(costs)) in stored.values()


def test_a_changed_figure_changes_its_total_only(path: Path) -> None:
    formulas = stored_formulas(path)
    (sheet, row, column), (_, before) = next(iter(formulas.items()))
    currency = openpyxl.load_workbook(path)[SHEET].cell(row, column - 1).value
    cells = openpyxl.load_workbook(path)[SHEET]
    at = next(r for r in range(row + 2, cells.max_row + 1) if cells.cell(r, column - 1).value == currency)
    book = Recalculated(path)
    book.change((sheet, at, column), cells.cell(at, column).value + 1000)
    book.evaluate()
    changed = {address for address, (_, value) in formulas.items() if book.value(address) != pytest.approx(value)}
    assert changed == {(sheet, row, column)}
    assert book.value((sheet, row, column)) == pytest.approx(before + 1000)


def test_it_can_be_filtered_and_its_headings_stay_in_sight(path: Path) -> None:
    sheet = openpyxl.load_workbook(path)[SHEET]
    head = next(row for row in sheet.iter_rows() if row[0].value == "Client")[0].row
    assert sheet.freeze_panes == f"C{head + 1}"
    assert sheet.auto_filter.ref.startswith(f"A{head}:")
    assert sheet.auto_filter.ref.endswith(str(sheet.max_row))
    assert sheet.print_title_rows == f"${head}:${head}"


def test_words_that_look_like_formulas_stay_words(tmp_path: Path) -> None:
    write_portfolio(portfolio(tmp_path, ["legal"], client="=1+1", title="@SUM(A1)"), tmp_path / "book.xlsx")
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "book.xlsx")[SHEET].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value in ("=1+1", "@SUM(A1)")} == {"s"}


def test_the_same_portfolio_gives_the_same_bytes(path: Path, four: dict[str, Any], tmp_path: Path) -> None:
    write_portfolio(four, tmp_path / "portfolio.xlsx")
    assert (tmp_path / "portfolio.xlsx").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("count", [0, 200, pytest.param(1000, marks=pytest.mark.soak)])
def test_any_number_of_cases_fits(count: int, four: dict[str, Any], tmp_path: Path) -> None:
    write_portfolio(many(four, count), tmp_path / "portfolio.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "portfolio.xlsx")[SHEET]
    names = [cell.value for cell in sheet["B"] if str(cell.value).startswith("case-")]
    assert len(names) == count
    assert names == sorted(names)


def test_libreoffice_opens_it_and_finds_the_stored_totals(soffice, path: Path, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "csv", "--outdir", tmp_path, path]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    lines = (tmp_path / "portfolio.csv").read_text(encoding="latin-1").splitlines()
    totals = [line for line in lines if line.startswith("Total,")]
    assert len(totals) == 2
    assert "#" not in "".join(lines)
    assert ",EUR,620.71" in totals[0]
    assert ",USD," in totals[1]
