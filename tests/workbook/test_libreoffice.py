"""LibreOffice, told to recalculate everything on loading, finds the values that the workbook stores."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

from casebook import workbook
from casebook.case import load
from tests.samples import SAMPLES
from tests.workbook.recalculation import differences, serial, stored_formulas

# 0 = always: otherwise LibreOffice trusts the stored values and this test would compare a file with itself.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


@pytest.fixture
def recalculate(soffice, tmp_path):
    """Loads a workbook in LibreOffice, recalculates it and gives back the values of some cells."""
    (tmp_path / "profile" / "user").mkdir(parents=True)
    (tmp_path / "profile" / "user" / "registrymodifications.xcu").write_text(PROFILE)

    def run(path: Path, addresses) -> dict:
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "out", path]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        book = openpyxl.load_workbook(tmp_path / "out" / path.name, data_only=True)
        return {(sheet, row, column): serial(book[sheet].cell(row, column).value) for sheet, row, column in addresses}

    return run


def test_libreoffice_finds_the_stored_values(recalculate, tmp_path):
    path = tmp_path / "decision.xlsx"
    workbook.write(load(SAMPLES[-1]), path)
    stored = {address: value for address, (_, value) in stored_formulas(path).items()}
    assert differences(stored, recalculate(path, stored)) == []


def test_libreoffice_really_recalculates(recalculate, tmp_path):
    path, poisoned = tmp_path / "decision.xlsx", tmp_path / "poisoned.xlsx"
    workbook.write(load(SAMPLES[-1]), path)
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(poisoned, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"</f><v>", b"</f><v>9"))
    right = {
        address: value for address, (_, value) in stored_formulas(path).items() if isinstance(value, int | float)
    }
    assert differences(right, recalculate(poisoned, right)) == []
