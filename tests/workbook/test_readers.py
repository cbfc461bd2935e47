"""Readers that compute nothing see every value: openpyxl, pandas and calamine agree cell by cell."""

from __future__ import annotations

import datetime
import math

import openpyxl
import pandas
import pytest
from openpyxl.utils.datetime import to_excel

from casebook import workbook
from casebook.analysis.results import evaluate_case
from casebook.case import load
from tests.samples import SAMPLES
from tests.workbook.recalculation import stored_formulas, stored_values


@pytest.fixture(scope="module", params=SAMPLES, ids=lambda path: path.stem)
def path(request, tmp_path_factory):
    path, case = tmp_path_factory.mktemp("readers") / "decision.xlsx", load(request.param)
    workbook.write(case, path, evaluate_case(case, draws=50))
    return path


def by_openpyxl(path) -> dict:
    return {
        (sheet.title, cell.row, cell.column): plain(cell.value)
        for sheet in openpyxl.load_workbook(path, data_only=True)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }


def by_pandas(path) -> dict:
    nothing = {"keep_default_na": False, "na_values": []}  # a dash or an empty text is no missing number
    sheets = pandas.read_excel(path, sheet_name=None, header=None, engine="openpyxl", **nothing)
    return {
        (name, row, column): plain(value)
        for name, frame in sheets.items()
        for row, values in enumerate(frame.itertuples(index=False), 1)
        for column, value in enumerate(values, 1)
        if not (value == "" or (isinstance(value, float) and math.isnan(value)))
    }


def plain(value: object) -> object:
    """A number as such, a date as its serial number."""
    if isinstance(value, datetime.date):
        return float(to_excel(value))
    return float(value) if isinstance(value, int | float) else value


def test_three_readers_see_the_same_in_every_cell(path):
    seen = by_openpyxl(path)
    assert seen == {address: plain(value) for address, value in stored_values(path).items()}
    assert seen == by_pandas(path)


def test_every_formula_is_seen_as_its_value(path):
    seen, formulas = by_openpyxl(path), stored_formulas(path)
    numbers = [value for _, value in formulas.values() if isinstance(value, float)]
    assert len(numbers) > 2000
    unseen = [address for address in formulas if address not in seen]
    with_nothing = [address for address, (_, value) in formulas.items() if value is None]
    assert unseen == with_nothing  # an unknown, shown as an empty cell
    assert len(unseen) < len(formulas) / 4
