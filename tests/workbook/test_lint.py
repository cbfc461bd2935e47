"""What a reviewer of models looks for in every workbook."""

from __future__ import annotations

import re

import openpyxl
import pytest
from openpyxl.formula import Tokenizer

from casebook import workbook
from casebook.case import from_parameters, load
from casebook.workbook.inputs import defined_name
from tests.random_cases import edge_cases, random_case
from tests.samples import SAMPLES

FUNCTIONS = {
    *("ABS", "AND", "EXP", "IF", "INDEX", "INT", "ISERROR", "ISNUMBER", "LN", "MATCH", "MAX", "MIN", "MOD", "NOT"),
    *("OR", "ROUND", "SQRT", "SUM", "SUMIF"),
}
"""Functions that Excel 2016, LibreOffice and Google Sheets all have; none of them is volatile."""

NUMBERS = {"0", "1", "2", "4"}
SHEETS = [
    *("Summary", "Inputs", "Options", "Timeline", "Break-even", "Rules"),
    *("Sensitivity", "Uncertainty", "Published", "Changes", "Prices", "Checks", "About"),
]


@pytest.fixture(scope="module", params=[*SAMPLES, 5], ids=lambda source: getattr(source, "stem", "random"))
def book(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("lint") / "decision.xlsx"
    case = from_parameters(random_case(request.param)) if isinstance(request.param, int) else load(request.param)
    workbook.write(case, path)
    return openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)


def formulas(book):
    return [
        (sheet.title, cell) for sheet in book[0] for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]


def test_the_sheets_stand_in_their_order(book):
    assert book[0].sheetnames == SHEETS
    assert [sheet.sheet_state for sheet in book[0]] == ["visible"] * len(SHEETS)


def test_a_case_without_ranges_has_no_sheet_on_uncertainty(tmp_path):
    path = tmp_path / "plain.xlsx"
    workbook.write(from_parameters(edge_cases()["exact_month_boundary"]), path)
    assert openpyxl.load_workbook(path).sheetnames == [name for name in SHEETS if name != "Uncertainty"]


def test_every_formula_shows_a_value_and_no_error(book):
    errors = [
        (sheet, cell.coordinate)
        for sheet, cell in formulas(book)
        if str(book[1][sheet][cell.coordinate].value).startswith("#")
    ]
    assert errors == []
    blank = [sheet for sheet, cell in formulas(book) if book[1][sheet][cell.coordinate].data_type == "f"]
    assert blank == []


def used_in(texts):
    """The functions and the typed numbers of some formulas."""
    functions, numbers = set(), set()
    for text in texts:
        for token in Tokenizer(text).items:
            if token.type == "FUNC" and token.subtype == "OPEN":
                functions.add(token.value.removesuffix("("))
            elif token.type == "OPERAND" and token.subtype == "NUMBER":
                numbers.add(token.value)
    return functions, numbers


def test_formulas_use_plain_functions_and_no_typed_numbers(book):
    functions, numbers = used_in(cell.value for _, cell in formulas(book))
    assert functions <= FUNCTIONS
    assert numbers <= NUMBERS


def test_a_row_of_the_time_sheet_holds_one_formula(book):
    sheet = book[0]["Timeline"]
    for row in sheet.iter_rows(min_row=7, min_col=6):
        texts = {_relative(cell) for cell in row if cell.data_type == "f"}
        assert len(texts) <= 1, f"row {row[0].row}: {texts}"


def _relative(cell) -> str:
    """A formula with its own columns written as distances, so that copies along a row are equal."""

    def distance(found: re.Match) -> str:
        if found["fixed"]:
            return found[0]
        return f"C[{openpyxl.utils.column_index_from_string(found['column']) - cell.column}]R{found['row']}"

    return re.sub(r"(?P<fixed>\$?)\b(?P<column>[A-Z]{1,3})(?P<row>\$?\d+)\b", distance, cell.value)


def test_every_input_has_a_name_a_unit_or_choice_a_status_and_is_the_only_thing_unlocked(book):
    sheet = book[0]["Inputs"]
    unlocked = [row for row in sheet.iter_rows(min_row=5) if not row[1].protection.locked]
    assert unlocked
    for row in unlocked:
        assert row[6].value in ("stated", "derived", "assumed", "default")
        assert defined_name(row[8].value) in book[0].defined_names
        assert book[0].defined_names[defined_name(row[8].value)].attr_text == f"Inputs!$B${row[0].row}"


def test_sheets_are_protected_without_a_password(book):
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in book[0])


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    case = random_case(3) | {"client": "=cmd|' /C calc'!A0", "title": "+1+1"}
    path = tmp_path / "hostile.xlsx"
    workbook.write(from_parameters(case), path)
    sheet = openpyxl.load_workbook(path)["Summary"]
    assert (sheet["A1"].value, sheet["A1"].data_type) == ("+1+1", "s")
