"""A workbook that came back: its inputs are found and read with care, and what is no sound workbook is refused."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest

from casebook import workbook
from casebook.case import load
from casebook.case.fields import Refused
from casebook.workbook import opening
from casebook.workbook.calculator import write_calculator
from casebook.workbook.evaluation import write_evaluation
from casebook.workbook.opening import WorkbookError
from casebook.workbook.portfolio import write_portfolio
from casebook.workbook.readback import ENDS, ReturnedWorkbook, read_back, unchanged
from casebook.workbook.typed import Typed, meant
from tests.samples import PARAMS
from tests.workbook.returning import PRICED, LibreOffice, edited, repacked


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    path = tmp_path_factory.mktemp("case") / "acme.yaml"
    path.write_text(PRICED)
    return load(path)


@pytest.fixture(scope="module")
def book(case, tmp_path_factory):
    path = tmp_path_factory.mktemp("built") / "decision.xlsx"
    workbook.write(case, path)
    return path


def edits(returned: ReturnedWorkbook) -> dict[str, object]:
    """What was changed, by end and path, as it stands in the cell."""
    return {
        each.path if end == "value" else f"{end}:{each.path}": each.now[end].formula or each.now[end].value
        for each in returned.inputs.values()
        for end in ENDS
        if not unchanged(each.now[end], each.built[end])
    }


# What is typed into a cell


NUMBERS = {
    12000: 12000,
    0.1 + 0.2: 0.3,
    "12000": 12000,
    "12,000": 12000,
    "1,234,567.5": 1234567.5,
    " 0.5 ": 0.5,
    "1e6": 1e6,
    "\u00a012 000 ": 12000,
    "\u22120.5": -0.5,
    "+3": 3,
    "": None,
    "  ": None,
}


@pytest.mark.parametrize(("value", "wanted"), NUMBERS.items())
def test_a_number_is_read_however_it_was_typed(case, value, wanted):
    assert meant(Typed("Inputs!B7", value), case.input("workload.calls_per_month")) == wanted


@pytest.mark.parametrize(
    ("path", "value", "wanted"),
    [
        ("workload.growth_per_month", "15%", 0.15),
        ("options.one.accuracy", "92.5 %", 0.925),
        ("economics.labour_rate", "$120", 120),
        ("economics.labour_rate", "USD 1,200", 1200),
        ("evidence.evals_done", "Yes", True),
        ("evidence.evals_done", True, True),
        ("evidence.evals_done", 0, False),
        ("evidence.evals_done", "0", False),
        ("evidence.knowledge", " fresh ", "fresh"),
        ("as_of", datetime(2026, 2, 1), date(2026, 2, 1)),
        ("as_of", "2026-02-01", date(2026, 2, 1)),
        ("as_of", 46054, date(2026, 2, 1)),
    ],
)
def test_a_value_is_read_as_its_input_means_it(case, path, value, wanted):
    found = meant(Typed("Inputs!B7", value), case.input(path))
    assert (found, type(found)) == (wanted, type(wanted))


REFUSED = [
    *[("workload.calls_per_month", text) for text in ("1,5", "1.500,25", "12,00", "0,500", "15k", "1.2M", "twelve")],
    *[("workload.calls_per_month", text) for text in ("=12000", "@A1", "$3", "15%", "nan", "1e400", "１２", "1 2")],
    *[("workload.calls_per_month", text) for text in ("12\u202e000", "12\u200b000", "1\x0b2")],
    *[("workload.calls_per_month", value) for value in (True, datetime(2026, 1, 2), time(1, 2))],
    *[("economics.labour_rate", text) for text in ("€3", "3 EUR", "$-", "3%")],
    *[("evidence.evals_done", value) for value in (2, "maybe", 0.5)],
    *[("as_of", value) for value in ("15/01/2026", 46054.5, -1, True, datetime(2026, 1, 2, 3))],
    *[("evidence.knowledge", value) for value in (3, True, "st\u202eatic")],
]


@pytest.mark.parametrize(("path", "value"), REFUSED)
def test_what_could_be_read_in_two_ways_or_in_none_is_refused(case, path, value):
    with pytest.raises(Refused):
        meant(Typed("Inputs!B7", value), case.input(path))


@pytest.mark.parametrize(
    ("formula", "stored", "wanted"),
    [
        ("=12000*2", None, 24000),
        ("=(100+20)/2-1", None, 59),
        ("=-3*-(1.5)", None, 4.5),
        ("=12000*2", 99, 24000),  # worked out rather than believed
        ("=B7*2", 31.5, 31.5),
        ("=SUM(B7:B9)", "12,000", 12000),
    ],
)
def test_a_formula_is_worked_out_or_its_stored_value_taken(case, formula, stored, wanted):
    assert meant(Typed("Inputs!B7", stored, formula), case.input("workload.calls_per_month")) == wanted


@pytest.mark.parametrize(
    "formula", ["=B7*2", "=9**9**9", "=1/0", "=" + "9*" * 300 + "9", "=__import__('os')", "=(((", "=1 2", "="]
)
def test_a_formula_without_a_value_is_refused_and_never_run(case, formula):
    with pytest.raises(Refused, match="a value"):
        meant(Typed("Inputs!B7", None, formula), case.input("workload.calls_per_month"))


def test_an_error_in_a_cell_is_refused(case):
    with pytest.raises(Refused) as refused:
        meant(Typed("Inputs!B7", "#REF!", "=Gone!A1", error=True), case.input("workload.calls_per_month"))
    assert refused.value.got == "the error #REF!"


# The workbook


EDITS = {
    "workload.calls_per_month": "1,100",
    "high:workload.calls_per_month": 1500,
    "economics.labour_rate": "=100*1.25",
    "evidence.evals_done": False,
    "options.one.tokens.user": 900,
    "prices.anthropic/claude-sonnet-4-5.input": 2.5,
}


def test_a_workbook_as_it_was_built_has_no_edits(book, case):
    returned = read_back(book)
    assert (returned.case, returned.case_hash) == ("acme", case.content_hash)
    assert edits(returned) == {}
    assert "options.one.tokens.user" in returned.inputs
    assert [each.lost for each in returned.inputs.values() if each.lost] == []


def test_edits_are_found_after_openpyxl_has_saved_the_file(book, tmp_path):
    returned = read_back(edited(book, tmp_path / "back.xlsx", EDITS))
    assert edits(returned) == EDITS
    assert returned.inputs["workload.calls_per_month"].now["value"].where == "Inputs!B11"


@pytest.fixture(scope="module")
def libreoffice(soffice, tmp_path_factory):
    """LibreOffice as a client uses it."""
    return LibreOffice(soffice, tmp_path_factory.mktemp("profile"))


def test_edits_are_found_after_libreoffice_has_saved_and_rearranged_the_file(book, libreoffice, tmp_path):
    back = edited(book, tmp_path / "back.xlsx", EDITS)
    again, untouched = libreoffice.saved(tmp_path / "saved", back, book)
    # LibreOffice writes a truth value in a cell that shows 1 and 0 otherwise as a formula, with its value.
    found = EDITS | {"evidence.evals_done": "=FALSE()"}
    assert edits(read_back(again)) == found
    assert read_back(again).inputs["evidence.evals_done"].now["value"].value == 0
    moved = read_back(libreoffice.rearranged(again, tmp_path / "moved.xlsx"))
    assert edits(moved) == found
    assert moved.inputs["workload.calls_per_month"].now["value"].where == "Our Inputs!C13"
    assert edits(read_back(untouched)) == {}


def test_a_deleted_row_is_told_and_nothing_else_is_lost(book, tmp_path):
    def delete(parts):
        text = parts["xl/workbook.xml"]
        parts["xl/workbook.xml"] = re.sub(rb'("in_economics.labour_rate">)[^<]*', rb"\1Inputs!#REF!", text)

    returned = read_back(repacked(book, tmp_path / "back.xlsx", delete))
    assert {path: each.lost for path, each in returned.inputs.items() if each.lost} == {
        "economics.labour_rate": "its cell was deleted (in_economics.labour_rate is 'Inputs!#REF!')"
    }


# What is refused


def declared(parts: dict[str, bytes]) -> None:
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"?>", b'?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>', 1
    )


def declared_in_utf_16(parts: dict[str, bytes]) -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    parts["xl/media/picture.png"] = text.encode("utf-16")


def typed_content(kind: bytes):
    def change(parts: dict[str, bytes]) -> None:
        types = parts["[Content_Types].xml"]
        main = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        assert main in types
        parts["[Content_Types].xml"] = types.replace(main, kind)

    return change


HOSTILE = {
    "an XML document type": (declared, "document type"),
    "an XML document type in UTF-16, under a picture's name": (declared_in_utf_16, "document type"),
    "macros": (lambda parts: parts.update({"xl/vbaProject.bin": b"\xd0\xcf"}), "macros"),
    "macros by its type": (typed_content(b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "macros"),
    "a link to another file": (
        lambda parts: parts.update({"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}),
        "links to other files",
    ),
    "an outside connection": (lambda parts: parts.update({"xl/connections.xml": b"<connections/>"}), "connections"),
    "no workbook inside": (lambda parts: parts.pop("xl/workbook.xml"), "no part xl/workbook.xml"),
    "a damaged sheet": (lambda parts: parts.update({"xl/worksheets/sheet2.xml": b"<worksheet><row"}), "damaged"),
    "a damaged part": (lambda parts: parts.update({"xl/styles.xml": b"<a></b>"}), "damaged"),
    "no sheets": (lambda parts: parts.pop("xl/_rels/workbook.xml.rels"), "damaged"),
    "a part that unpacks to too much": (
        lambda parts: parts.update({"xl/worksheets/sheet9.xml": b" " * (opening.LARGEST_PART + 1)}),
        "zip bomb",
    ),
    "a part that is packed too well": (
        lambda parts: parts.update({"xl/media/picture.png": bytes(opening.RATIO_FROM + 1)}),
        "zip bomb",
    ),
    "no names": (
        lambda parts: parts.update(
            {"xl/workbook.xml": re.sub(b"<definedNames>.*</definedNames>", b"", parts["xl/workbook.xml"])}
        ),
        "that casebook built",
    ),
    "names that stand for a whole sheet": (
        lambda parts: parts.update(
            {"xl/workbook.xml": re.sub(rb"(built_key\">)[^<]*", rb"\1Changes!$A:$XFD", parts["xl/workbook.xml"])}
        ),
        "that casebook built",
    ),
    "names of cells a million rows away": (
        lambda parts: parts.update(
            {"xl/workbook.xml": re.sub(rb"(built_key\">)[^<]*", rb"\1Changes!$B$1048576", parts["xl/workbook.xml"])}
        ),
        "that casebook built",
    ),
}


@pytest.mark.parametrize(("change", "told"), HOSTILE.values(), ids=HOSTILE)
def test_a_workbook_with_this_is_refused(book, tmp_path, change, told):
    path = repacked(book, tmp_path / "back.xlsx", change)
    with pytest.raises(WorkbookError, match=re.escape(told)) as refused:
        read_back(path)
    assert str(refused.value).startswith(f"{path}: wanted ")


OTHERS = {
    "a calculator's": (
        lambda path: write_calculator(load(PARAMS / "legal.yaml"), "prompt_cache", path),
        "this is a calculator's workbook (Prompt cache: what it saves)",
    ),
    "an evaluation's": (
        lambda path: write_evaluation(load(PARAMS / "support.yaml"), path),
        "this is the workbook of an evaluation",
    ),
    "the portfolio": (
        lambda path: write_portfolio({"cases": {}}, path),
        "this is the portfolio of all cases",
    ),
}


@pytest.mark.parametrize(("write", "told"), OTHERS.values(), ids=OTHERS)
def test_another_workbook_says_which_it_is_and_which_to_pull_instead(book, tmp_path, write, told):
    path = tmp_path / "other.xlsx"
    write(path)
    with pytest.raises(WorkbookError) as refused:
        read_back(path)
    assert told in str(refused.value)
    assert "make the edits in the decision.xlsx of the case and pull that one" in str(refused.value)
    (tmp_path / "decision.xlsx").write_bytes(book.read_bytes())
    with pytest.raises(WorkbookError, match=re.escape(f"in {tmp_path / 'decision.xlsx'} and pull that one")):
        read_back(path)


def test_a_decision_whose_names_are_gone_is_not_taken_for_another_workbook(book, tmp_path):
    change, _ = HOSTILE["no names"]
    with pytest.raises(WorkbookError, match="its name built_case is gone; pull the workbook itself"):
        read_back(repacked(book, tmp_path / "back.xlsx", change))


def lying(data: bytes) -> bytes:
    """The archive with the declared size of its largest part made small, in both places where it stands."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = max(archive.infolist(), key=lambda each: each.file_size)
    sizes = struct.pack("<II", part.compress_size, part.file_size)
    assert data.count(sizes) == 2
    return data.replace(sizes, struct.pack("<II", part.compress_size, 9))


def encrypted(data: bytes) -> bytes:
    """The archive with the flag of encryption set in its directory."""
    entry = b"PK\x01\x02"
    at = data.index(entry) + 8
    return data[:at] + bytes([data[at] | 1]) + data[at + 1 :]


FILES = {
    "another file by that name": (lambda data: b"item,option,run,passed\n1,a,1,1\n", "it is none"),
    "an empty file": (lambda data: b"", "it is none"),
    "one with a password": (lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
    "half a file": (lambda data: data[: len(data) // 2], "damaged"),
    "one with a byte turned": (lambda data: data[:2000] + bytes([data[2000] ^ 255]) + data[2001:], "damaged"),
    "one that lies about its sizes": (lying, "damaged"),
    "one too large": (lambda data: data + bytes(opening.LARGEST_FILE), "20 MB"),
    "an encrypted part": (encrypted, "encrypted"),
}


@pytest.mark.parametrize(("change", "told"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_sound_archive_is_refused(book, tmp_path, change, told):
    path = tmp_path / "back.xlsx"
    data = book.read_bytes()
    path.write_bytes(change(data))
    assert path.read_bytes() != data
    with pytest.raises(WorkbookError, match=told):
        read_back(path)


def test_a_folder_and_a_file_that_is_not_there_are_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none.xlsx"):
        with pytest.raises(WorkbookError, match="no such file"):
            read_back(path)


def test_another_workbook_is_refused(tmp_path):
    path = tmp_path / "other.xlsx"
    other = openpyxl.Workbook()
    other.active["A1"] = 1
    other.save(path)
    with pytest.raises(WorkbookError, match="that casebook built"):
        read_back(path)


def test_no_sample_workbook_comes_near_a_limit(tmp_path):
    path = tmp_path / "decision.xlsx"
    workbook.write(load(PARAMS / "hybrid.yaml"), path)
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    assert 20 * path.stat().st_size < opening.LARGEST_FILE
    assert 20 * sum(part.file_size for part in parts) < opening.LARGEST_WHOLE
    assert 4 * max(part.file_size / max(1, part.compress_size) for part in parts) < opening.HIGHEST_RATIO
