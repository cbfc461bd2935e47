"""A brand restyles the workbook: fills, fonts, names and logo follow it, the figures do not."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from casebook import workbook
from casebook.analysis.results import evaluate_case
from casebook.brand import Brand, load_brand
from casebook.brand.look import WORKBOOK
from casebook.case import load
from casebook.workbook.evaluation import write_evaluation
from tests.samples import SAMPLES

ROOT = Path(__file__).parents[2]
HARBOUR = load_brand(ROOT / "templates" / "brands" / "harbour.yaml")
LEGAL = next(path for path in SAMPLES if path.stem == "legal")
SUPPORT = next(path for path in SAMPLES if path.stem == "support")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The workbook of a case in the standard look, in Harbour's, and with a name that is special in a footer."""
    folder, case = tmp_path_factory.mktemp("brand"), load(LEGAL)
    results = evaluate_case(case, draws=20)
    brands = {"standard": None, "harbour": HARBOUR, "chips": replace(Brand(), name="Fish & Chips")}
    for name, brand in brands.items():
        workbook.write(case, folder / f"{name}.xlsx", results, brand)
    return folder


@pytest.fixture(scope="module")
def books(folder):
    return [openpyxl.load_workbook(folder / f"{name}.xlsx") for name in ("standard", "harbour")]


def images(path: Path) -> dict[str, bytes]:
    """The pictures in a workbook's file."""
    with zipfile.ZipFile(path) as parts:
        return {name: parts.read(name) for name in parts.namelist() if name.startswith("xl/media/")}


def cells(book):
    return {(sheet.title, cell.coordinate): cell for sheet in book for row in sheet.iter_rows() for cell in row}


def colours(book) -> set[str]:
    """Every colour of a font, fill or border that is not the plain black or none."""
    found = set()
    for cell in cells(book).values():
        for colour in (cell.font.color, cell.fill.fgColor, cell.border.bottom.color, cell.border.left.color):
            if colour is not None and isinstance(colour.rgb, str):
                found.add(colour.rgb)
    return {f"#{rgb[2:].lower()}" for rgb in found if rgb != "00000000"}


def test_every_colour_and_font_of_the_workbook_is_the_brands(books):
    for book, look, font in ((books[0], WORKBOOK, "Arial"), (books[1], HARBOUR.workbook, "Georgia")):
        assert colours(book) <= {value for value in vars(look).values() if isinstance(value, str)}
        assert {cell.font.name for cell in cells(book).values() if cell.value is not None} == {font}
    assert colours(books[0]) & colours(books[1]) <= {HARBOUR.workbook.paper, HARBOUR.workbook.bad}


def test_the_two_workbooks_hold_the_same_figures_and_formulas(books):
    standard, harbour = ({place: cell.value for place, cell in cells(book).items()} for book in books)
    different = {place for place in standard.keys() & harbour.keys() if standard[place] != harbour[place]}
    assert all("Harbour Advisory for" in harbour[place] for place in different if place[0] != "About")
    formulas = [
        [value for place, value in found.items() if str(value).startswith("=")] for found in (standard, harbour)
    ]
    assert formulas[0] == formulas[1]


def test_the_firm_stands_on_every_sheet_in_its_footer_and_on_about(books):
    standard, harbour = books
    assert all("Harbour" not in sheet.oddFooter.left.text for sheet in standard)
    assert all(sheet.oddFooter.left.text.startswith("Harbour Advisory · &F") for sheet in harbour)
    assert all(sheet["A2"].value.startswith("Harbour Advisory for Hartwell Pryce LLP") for sheet in harbour)
    assert "Harbour Advisory" in [row[1].value for row in harbour["About"].iter_rows(max_row=30)]


def test_the_logo_stands_on_summary_with_words_for_who_cannot_see_it(folder):
    path = folder / "harbour.xlsx"
    assert images(folder / "standard.xlsx") == {}
    assert list(images(path).values()) == [HARBOUR.workbook_logo.content]
    with zipfile.ZipFile(path) as parts:
        assert b'descr="Logo of Harbour Advisory"' in parts.read("xl/drawings/drawing1.xml")
        assert b"drawing1.xml" in parts.read("xl/worksheets/_rels/sheet1.xml.rels")


def test_a_firm_with_an_ampersand_is_written_out_in_the_footer(folder):
    assert openpyxl.load_workbook(folder / "chips.xlsx")["Inputs"].oddFooter.left.text.startswith("Fish && Chips · &F")


def test_the_evaluation_wears_the_brand_too(tmp_path):
    path = tmp_path / "evaluation.xlsx"
    write_evaluation(load(SUPPORT), path, brand=HARBOUR)
    book = openpyxl.load_workbook(path)
    assert colours(book) <= {value for value in vars(HARBOUR.workbook).values() if isinstance(value, str)}
    assert list(images(path).values()) == [HARBOUR.workbook_logo.content]


def test_no_sheet_names_a_colour_of_its_own():
    sources = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "lib/casebook/workbook").glob("*.py")}
    assert {name for name, text in sources.items() if re.search(r"\"#[0-9A-Fa-f]{6}\"", text)} == set()
