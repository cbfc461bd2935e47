"""Our sheets against XlsxWriter's own: the same calls give the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from casebook import workbook
from casebook.analysis.results import evaluate_case
from casebook.case import load
from casebook.workbook import book
from casebook.workbook.sheet import PlainSheet
from tests.samples import PARAMS


class TheirSheet(Worksheet):
    """XlsxWriter's own, with formulas side by side written one by one."""

    def write_formulas(
        self, row: int, col: int, formulas: Sequence[str], values: Sequence[float | str], cell_format: Format
    ) -> int:
        pairs = enumerate(zip(formulas, values, strict=True), col)
        codes = [self.write_formula(row, place, formula, cell_format, value) for place, (formula, value) in pairs]
        return min(codes, default=0)


BOTH = pytest.mark.parametrize("sheet", [PlainSheet, TheirSheet])


def parts(path: Path) -> dict[str, bytes]:
    """Every part of a package."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def every_kind_of_cell(path: Path, kind: type[Worksheet]) -> dict[str, bytes]:
    """A book with all that our cells can be, in rows far apart and out of order."""
    file = xlsxwriter.Workbook(path, {"in_memory": True})
    sheet = file.add_worksheet("One", kind)
    plain, bold = file.add_format(), file.add_format({"bold": True})
    sheet.set_row(2, 24)
    sheet.set_row(30, 12, bold)
    sheet.write_string(40, 3, "later", bold)
    sheet.write_string(0, 0, 'R&D "<1>"\x02 _x0001_', plain)
    sheet.write_string(0, 28, "", bold)
    sheet.write_string(0, 2, "later", plain)
    for column, number in enumerate((0, 7, -0.1, 1 / 3, 1e99, 1e-300, 123456789012345678)):
        sheet.write_number(15, column, number, plain)
        sheet.write_formula(16, column, "=1/3", bold, number)
    sheet.write_blank(16, 9, None, plain)
    sheet.write_formula(17, 4, '=IF(A1<>"R&D",">",A2&"<")', plain, "<&>")
    sheet.write_formula(17, 3, "=B1", plain, "")
    sheet.write_formulas(70, 1, ["=B1", "=C1", "=D1"], [1.5, "text", ""], bold)
    sheet.write_url(71, 0, "internal:One!A1", bold, "a link")
    file.close()
    return parts(path)


def test_every_kind_of_cell_is_written_as_xlsxwriter_writes_it(tmp_path):
    assert every_kind_of_cell(tmp_path / "ours.xlsx", PlainSheet) == every_kind_of_cell(
        tmp_path / "theirs.xlsx", TheirSheet
    )


def test_a_case_is_written_as_xlsxwriter_writes_it(tmp_path, monkeypatch):
    case = load(PARAMS / "support.yaml")
    results = evaluate_case(case, draws=50)
    workbook.write(case, tmp_path / "ours.xlsx", results)
    monkeypatch.setattr(book, "PlainSheet", TheirSheet)
    workbook.write(case, tmp_path / "theirs.xlsx", results)
    assert parts(tmp_path / "ours.xlsx") == parts(tmp_path / "theirs.xlsx")


def test_a_cell_of_another_kind_is_refused_not_left_blank(tmp_path):
    file = xlsxwriter.Workbook(tmp_path / "never-there.xlsx", {"in_memory": True})
    file.add_worksheet("One", PlainSheet).write_boolean(2, 1, True, file.add_format())
    with pytest.raises(TypeError, match="B3: wanted a text, a number, a formula or a blank; got Boolean"):
        file.close()


@BOTH
def test_formulas_beyond_the_last_column_are_refused(sheet, tmp_path):
    file = xlsxwriter.Workbook(tmp_path / "thrown-away.xlsx")
    assert file.add_worksheet("One", sheet).write_formulas(0, 16_382, ["=1"] * 3, [1.0] * 3, file.add_format()) == -1
    file.close()
