"""The writer: it fails loudly or writes a whole workbook, always the same one."""

from __future__ import annotations

import math
import os
import re
import resource
import subprocess
import sys
import zipfile

import numpy as np
import openpyxl
import pytest
import xlsxwriter

from casebook import workbook
from casebook.analysis.binding import bind
from casebook.case import from_parameters, load
from casebook.model.evaluate import Evaluation
from casebook.model.wiring import Node
from casebook.workbook.cells import Cells, Row, WriteError
from casebook.workbook.layout import Layout, Place
from casebook.workbook.page import Page
from casebook.workbook.portfolio import write_portfolio
from casebook.workbook.styles import Styles
from tests.random_cases import random_case
from tests.samples import PARAMS, SAMPLES

CASE = {
    "client": "A client",
    "as_of": "2026-11-01",
    "workload": {"calls_per_month": 1000},
    "options": {"plain": {"kind": "prompt", "price": {"input": 1, "output": 2}, "tokens": {"output": 50}}},
}


@pytest.fixture
def page(tmp_path):
    """A page of a book that is thrown away."""
    book = xlsxwriter.Workbook(tmp_path / "thrown-away.xlsx")
    yield Page(book.add_worksheet("Some sheet"), Styles(book), "Title", "Subtitle", [10])
    book.close()


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda page: page.formula(4, 1, "1+1", 2, page.styles.text), r"Some sheet!B5: '1\+1' is not a formula"),
        (lambda page: page.formula(4, 1, "=1/3", math.nan, page.styles.text), "Some sheet!B5: .* got nan"),
        (lambda page: page.formula(4, 1, "=1/3", math.inf, page.styles.text), "Some sheet!B5: .* got inf"),
        (lambda page: page.constant(4, 1, math.nan, page.styles.text), "Some sheet!B5: .* got nan"),
        (lambda page: page.text(4, 1, "x" * 40_000), "Some sheet!B5: not written"),
        (lambda page: page.text(2_000_000, 0, "x"), "Some sheet!A2000001: not written"),
    ],
    ids=["no formula", "not a number", "infinite", "a constant that is no number", "too long a text", "too many rows"],
)
def test_what_a_cell_cannot_hold_is_refused_with_its_place(page, write, message):
    with pytest.raises(WriteError, match=message):
        write(page)


def test_a_formula_cannot_be_written_without_its_value(page):
    with pytest.raises(TypeError):
        page.formula(4, 1, "=1+1", style=page.styles.text)
    with pytest.raises(TypeError):
        Row(Place("Some sheet", 4, 1), ["=1+1"])


def broken(monkeypatch, line, value):
    """Makes a line of the model come out as a value."""
    computed = Evaluation._computed

    def instead(self, node):
        found = computed(self, node)
        return np.full_like(np.asarray(found, dtype=float), value) if node.line == line else found

    monkeypatch.setattr(Evaluation, "_computed", instead)


@pytest.mark.parametrize(
    ("line", "value", "message"),
    [("usage_cost", math.nan, "'usage_cost' .* not a number"), ("usage_cost", math.inf, "'usage_cost' .* infinite")],
)
def test_a_value_that_no_cell_may_hold_leaves_no_workbook(line, value, message, tmp_path, monkeypatch):
    layout = Layout(bind(from_parameters(CASE)))
    broken(monkeypatch, line, value)
    cells = Cells(layout, layout.binding.evaluation(layout.months))
    with pytest.raises(WriteError, match=message):
        cells.row(Node("option", 0, line), 0)


def test_an_unknown_that_is_declared_is_a_cell_without_a_number(tmp_path):
    layout = Layout(bind(from_parameters(CASE)))
    cells = Cells(layout, layout.binding.evaluation(layout.months))
    for line in ("accuracy", "blended_accuracy", "first_accuracy", "latency"):
        assert cells.value(Node("option", 0, line)) is None


def test_a_workbook_that_fails_leaves_the_last_one_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "decision.xlsx"
    workbook.write(from_parameters(CASE), path)
    before = path.read_bytes()
    monkeypatch.setattr(Page, "link", lambda *_: (_ for _ in ()).throw(WriteError("no")))
    with pytest.raises(WriteError):
        workbook.write(from_parameters(CASE), path)
    assert [file.name for file in tmp_path.iterdir()] == ["decision.xlsx"]
    assert path.read_bytes() == before


@pytest.fixture
def full_disk():
    """A disk on which no file grows beyond two thousand bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_portfolio_for_which_there_is_no_room_leaves_the_last_one_and_nothing_else(tmp_path, full_disk):
    path = tmp_path / "portfolio.xlsx"
    path.write_text("the last one")
    with pytest.raises(OSError, match="File too large"):
        write_portfolio({"cases": {}}, path)
    assert [file.name for file in tmp_path.iterdir()] == ["portfolio.xlsx"]
    assert path.read_text() == "the last one"


SCRIPT = """
import sys
from casebook import workbook
from casebook.case import load
workbook.write(load(sys.argv[1]), sys.argv[2])
"""


def test_other_processes_hash_seeds_and_time_zones_write_the_same_bytes(tmp_path):
    written = []
    for number, (seed, zone) in enumerate((("1", "Pacific/Kiritimati"), ("2", "America/Adak"))):
        path = tmp_path / f"{number}.xlsx"
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone}
        command = [sys.executable, "-c", SCRIPT, str(PARAMS / "legal.yaml"), str(path)]
        subprocess.run(command, check=True, env=environment)
        written.append(path.read_bytes())
    assert written[0] == written[1]


def test_every_date_in_the_file_is_that_of_the_case(tmp_path):
    path = tmp_path / "decision.xlsx"
    workbook.write(from_parameters(CASE), path)
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r">(\d{4}-\d\d-\d\d)T", properties)) == {"2026-11-01"}


@pytest.mark.parametrize("source", [SAMPLES[0], 7], ids=lambda source: getattr(source, "stem", "random"))
def test_every_sheet_is_linked_from_the_contents_and_back(source, tmp_path):
    path = tmp_path / "decision.xlsx"
    workbook.write(from_parameters(random_case(source)) if isinstance(source, int) else load(source), path)
    book = openpyxl.load_workbook(path)
    links = {cell.value: cell.hyperlink.location for row in book["About"] for cell in row if cell.hyperlink}
    assert list(links) == [name for name in book.sheetnames if name != "About"]
    for name, location in links.items():
        assert location == (f"'{name}'!A1" if "-" in name else f"{name}!A1")
        assert book[name]["A3"].hyperlink.location == "About!A1"


def test_the_change_log_is_unlocked_and_starts_with_the_build(tmp_path):
    path = tmp_path / "decision.xlsx"
    workbook.write(from_parameters(CASE | {"prepared_by": "A firm"}), path)
    sheet = openpyxl.load_workbook(path)["About"]
    (heading,) = [cell.row for cell in sheet["A"] if cell.value == "Date"]
    first = [cell.value for cell in sheet[heading + 1]]
    assert first == ["2026-11-01", "Built from the case file, with the prices of this day", "A firm"]
    assert all(not cell.protection.locked for row in sheet.iter_rows(heading + 1, heading + 10, 1, 3) for cell in row)


def test_about_says_what_the_workbook_was_built_from(tmp_path):
    path = tmp_path / "decision.xlsx"
    case = from_parameters(CASE)
    workbook.write(case, path)
    sheet = openpyxl.load_workbook(path)["About"]
    said = {row[0].value: row[1].value for row in sheet.iter_rows(max_col=2)}
    assert said["Case file"] == f"SHA-256 {case.content_hash}"
    assert re.fullmatch(r"SHA-256 [0-9a-f]{64}", said["Model"])
    assert re.fullmatch(r"\d+(\.\d+)+", said["Package genai-prices"])
    assert "case file" in said["Add an option"]
