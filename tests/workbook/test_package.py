"""What a reviewer's tools look for in the file itself: every workbook that Casebook writes is linted part by part."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
import zipfile
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.formula import Tokenizer
from openpyxl.utils import column_index_from_string

from casebook import workbook
from casebook.analysis.results import evaluate_case
from casebook.brand import load_brand
from casebook.case import from_parameters, load
from casebook.workbook.changes import COLUMNS
from casebook.workbook.evaluation import write_evaluation
from casebook.workbook.layout import FIRST_COLUMN
from tests.random_cases import edge_cases, random_case
from tests.samples import SAMPLES

ROOT = Path(__file__).parents[2]
HARBOUR = ROOT / "templates" / "brands" / "harbour.yaml"
HOSTILE = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://x\")")

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml|xl/(workbook|styles|sharedStrings|theme/theme1)\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/worksheets/(sheet\d+\.xml|_rels/sheet\d+\.xml\.rels)"
    r"|xl/drawings/(drawing\d+\.xml|_rels/drawing\d+\.xml\.rels)|xl/charts/chart\d+\.xml|xl/media/image\d+\.png"
)
"""The parts a workbook is made of: no macros, no external links, no connections, no objects."""

VOLATILE = {"NOW", "TODAY", "RAND", "RANDBETWEEN", "OFFSET", "INDIRECT", "CELL", "INFO"}


def _name(kind: object) -> str:
    return getattr(kind, "stem", str(kind))


@pytest.fixture(scope="module", params=[*SAMPLES, "random", "evaluation", "hostile"], ids=_name)
def book(request, tmp_path_factory):
    path = tmp_path_factory.mktemp(_name(request.param)) / "book.xlsx"
    if request.param == "evaluation":
        write_evaluation(load(ROOT / "params" / "dsl.yaml"), path, brand=load_brand(HARBOUR))
    else:
        raw = {"random": random_case(11) | {"horizon_months": 12}, "hostile": hostile_case()}
        case = load(request.param) if isinstance(request.param, Path) else from_parameters(raw[request.param])
        workbook.write(case, path, evaluate_case(case, draws=20), load_brand(HARBOUR))
    return path


def hostile_case() -> dict:
    raw = edge_cases()["growth"] | dict(
        zip(("client", "title", "prepared_by", "confidentiality", "notes"), HOSTILE, strict=False)
    )
    raw["workload"]["calls_per_month"] = {"value": 100_000, "source": HOSTILE[4], "status": "stated"}
    raw["workload"]["peak_factor"] = {"value": 3, "source": HOSTILE[3], "status": "stated"}
    raw["published"] = [
        {"metric": "full.options.plain.tco", "value": 1, "unit": "$", "source": HOSTILE[5], "note": HOSTILE[2]}
    ]
    for place, option in enumerate(raw["options"].values()):
        option["label"] = HOSTILE[place % len(HOSTILE)]
    return raw


def part(path: Path, name: str) -> ET.Element:
    with zipfile.ZipFile(path) as parts:
        return ET.fromstring(parts.read(name))


@cache
def loaded(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def cells(path: Path) -> list:
    return [cell for sheet in loaded(path) for row in sheet.iter_rows() for cell in row]


def names(path: Path, pattern: str) -> list[str]:
    with zipfile.ZipFile(path) as parts:
        return [name for name in parts.namelist() if re.fullmatch(pattern, name)]


def test_the_file_holds_sheets_drawings_and_charts_and_nothing_else(book):
    assert names(book, ".*") == names(book, PARTS.pattern)
    for name in names(book, r".*\.rels"):
        targets = [each.attrib for each in part(book, name)]
        outside = [target for target in targets if target.get("TargetMode") == "External"]
        # The sources of prices are pages that a reader may open; nothing is read from outside.
        assert [each for each in outside if not each["Type"].endswith("/hyperlink")] == []
        assert [each for each in outside if not each["Target"].startswith("https://")] == []
    assert b"macroEnabled" not in zipfile.ZipFile(book).read("[Content_Types].xml")


def test_sheets_have_valid_titles_and_none_is_hidden(book):
    sheets = part(book, "xl/workbook.xml").find(f"{MAIN}sheets")
    titles = [sheet.get("name") for sheet in sheets]
    assert [sheet.get("state") for sheet in sheets] == [None] * len(titles)
    assert [title for title in titles if not re.fullmatch(r"[^\[\]:*?/\\']{1,31}", title)] == []
    assert len({title.lower() for title in titles}) == len(titles)


def test_no_row_or_column_is_hidden_and_nothing_is_worked_out_in_circles(book):
    for name in names(book, r"xl/worksheets/sheet\d+\.xml"):
        root = part(book, name)
        hidden = [each for each in root.iter() if each.tag in (f"{MAIN}row", f"{MAIN}col") and each.get("hidden")]
        assert hidden == []
    settings = part(book, "xl/workbook.xml").find(f"{MAIN}calcPr")
    assert settings.get("iterate") is None
    assert settings.get("fullPrecision") is None


def test_defined_names_are_valid_and_name_one_place_each(book):
    found = part(book, "xl/workbook.xml").find(f"{MAIN}definedNames")
    own = [(each.get("name"), each.text) for each in found if not each.get("name").startswith("_xlnm.")]
    named = [name for name, _ in own]
    assert [name for name in named if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]{0,254}", name)] == []
    assert [name for name in named if re.fullmatch(r"[A-Za-z]{1,3}\d+|[rR]\d*[cC]\d*", name)] == []
    assert len({name.lower() for name in named}) == len(named)
    # What the workbook was built with is kept in columns; every other name is one cell.
    cell, column = r"('[^']+'|\w+)!\$[A-Z]+\$\d+", r"Changes!(\$[A-Z]+)\$\d+:\1\$\d+"
    assert [name for name, at in own if not re.fullmatch(column if name in COLUMNS else cell, at)] == []


def test_every_chart_says_that_its_axes_are_there(book):
    for name in names(book, r"xl/charts/chart\d+\.xml"):
        root = part(book, name)
        axes = [each for kind in ("catAx", "valAx", "dateAx") for each in root.iter(CHART + kind)]
        assert len(axes) >= 2
        assert [[each.get("val") for each in axis.findall(f"{CHART}delete")] for axis in axes] == [["0"]] * len(axes)


def test_every_formula_has_a_value_no_cell_an_error_and_no_function_is_volatile(book):
    functions = set()
    for name in names(book, r"xl/worksheets/sheet\d+\.xml"):
        for cell in part(book, name).iter(f"{MAIN}c"):
            formula, value = cell.find(f"{MAIN}f"), cell.find(f"{MAIN}v")
            assert cell.get("t") != "e", f"{name} {cell.get('r')}"
            if formula is not None:
                assert value is not None, f"{name} {cell.get('r')}"
                assert not (value.text or "").startswith("#"), f"{name} {cell.get('r')}"
                functions |= set(re.findall(r"([A-Z][A-Z0-9.]+)\(", formula.text))
                assert "[" not in formula.text, f"{name} {cell.get('r')}: another workbook"
    assert functions
    assert not functions & VOLATILE


def test_every_sheet_is_protected_without_a_password_and_what_a_client_edits_is_not(book):
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in loaded(book))
    unlocked = [cell for cell in cells(book) if not cell.protection.locked]
    assert unlocked
    assert [cell.coordinate for cell in unlocked if cell.data_type == "f"] == []


def test_the_dates_of_the_file_are_those_of_the_case(book):
    core = part(book, "docProps/core.xml")
    dates = {each.text for each in core if each.tag.endswith(("created", "modified"))}
    assert len(dates) == 1
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T00:00:00Z", dates.pop())


def test_a_text_that_begins_like_a_formula_is_a_text(book):
    formulas = [cell.value for cell in cells(book) if cell.data_type == "f"]
    assert [formula for formula in formulas if any(text in formula for text in HOSTILE)] == []
    starts = {cell.data_type for cell in cells(book) if str(cell.value).startswith(("+", "-", "@"))}
    assert starts <= {"s", "n"}  # a number may be below nothing
    if book.parent.name.startswith("hostile"):
        assert {cell.value for cell in cells(book) if cell.data_type == "s"} >= set(HOSTILE)


@pytest.mark.parametrize("sheet", ["Timeline", "Rules"])
def test_along_a_row_of_months_or_options_stands_one_formula(sheet, book):
    if book.parent.name.startswith("evaluation"):
        return  # its sheets have an item or an option a row
    lines = next(cell.row for cell in loaded(book)[sheet]["A"] if cell.value == "Line")
    rows, first = 0, FIRST_COLUMN[sheet] + 1
    for row in loaded(book)[sheet].iter_rows(min_row=lines + 1, min_col=first):
        # Beside a position stands the name of the option that it means.
        texts = {text for cell in row if cell.data_type == "f" and "INDEX(Options!R5C" not in (text := r1c1(cell))}
        rows += bool(texts)
        assert len(texts) <= 1, f"{sheet} row {row[0].row}: {texts}"
    assert rows > 20


def r1c1(cell) -> str:
    """A formula in R1C1 notation: copies of one formula read the same."""
    parts = []
    for token in Tokenizer(cell.value).items:
        is_place = token.type == "OPERAND" and token.subtype == "RANGE"
        parts.append(re.sub(r"(\$?)([A-Z]{1,3})(\$?)(\d+)", _relative(cell), token.value) if is_place else token.value)
    return "".join(parts)


def _relative(cell):
    def write(found: re.Match) -> str:
        fixed_column, column, fixed_row, row = found.groups()
        across = column_index_from_string(column)
        right = f"C{across}" if fixed_column else f"C[{across - cell.column}]"
        return (f"R{row}" if fixed_row else f"R[{int(row) - cell.row}]") + right

    return write
