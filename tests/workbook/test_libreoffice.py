"""LibreOffice, told to recalculate everything on loading, finds the values that the workbook stores: the model's."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from casebook import workbook
from casebook.analysis.binding import bind
from casebook.case import Case, from_parameters, load
from casebook.workbook.layout import Layout
from tests.samples import SAMPLES
from tests.workbook.changes import short_case
from tests.workbook.recalculation import (
    Recalculated,
    differences,
    model_cells,
    stored_formulas,
    stored_values,
)

# 0 = always: otherwise LibreOffice trusts the stored values and this test would compare a file with itself.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


@pytest.fixture
def recalculate(soffice, tmp_path):
    """Loads workbooks in LibreOffice, all in one run, recalculates them and gives back where they were saved."""
    (tmp_path / "profile" / "user").mkdir(parents=True)
    (tmp_path / "profile" / "user" / "registrymodifications.xcu").write_text(PROFILE)

    def run(paths: list[Path]) -> list[Path]:
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "out", *paths]
        subprocess.run(command, check=True, capture_output=True, timeout=60 + 30 * len(paths))
        return [tmp_path / "out" / path.name for path in paths]

    return run


def random_cases(first: int, count: int) -> dict[str, Case]:
    """Random cases by name."""
    return {f"random-{seed}": from_parameters(short_case(seed)) for seed in range(first, first + count)}


def assert_the_engines_agree(cases: Mapping[str, Case], recalculate, folder: Path) -> None:
    """Asserts that model, file, IronCalc and LibreOffice hold the same in every formula cell of these cases."""
    paths = [folder / f"{name}.xlsx" for name in cases]
    for case, path in zip(cases.values(), paths, strict=True):
        workbook.write(case, path)
    for case, path, saved in zip(cases.values(), paths, recalculate(paths), strict=True):
        stored = {address: value for address, (_, value) in stored_formulas(path).items()}
        layout = Layout(bind(case))
        model = dict(model_cells(layout, layout.binding.evaluation(layout.months)))
        values = stored_values(path)
        assert differences(model, {address: values.get(address) for address in model}) == [], f"{path.stem}: file"
        book = Recalculated(path)
        book.evaluate()
        assert differences(stored, {address: book.value(address) for address in stored}) == [], f"{path.stem}: IronCalc"
        found = stored_values(saved)
        assert differences(stored, {address: found.get(address) for address in stored}) == [], f"{path.stem}: Calc"


def test_every_formula_of_every_sample_and_of_random_cases_is_the_same_in_three_engines(recalculate, tmp_path):
    samples = {path.stem: load(path) for path in SAMPLES}
    assert_the_engines_agree(samples | random_cases(7000, 4), recalculate, tmp_path)


@pytest.mark.soak
def test_every_formula_of_fifty_random_cases_is_the_same_in_three_engines(recalculate, tmp_path):
    assert_the_engines_agree(random_cases(7100, 50), recalculate, tmp_path)


def test_a_poisoned_stored_value_is_put_right_by_libreoffice(recalculate, tmp_path):
    """Proves that the recalculation is real: every stored number is changed behind its formula's back."""
    path, poisoned = tmp_path / "decision.xlsx", tmp_path / "poisoned.xlsx"
    (case,) = random_cases(7000, 1).values()
    workbook.write(case, path)
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(poisoned, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"</f><v>", b"</f><v>9"))
    right = {
        address: value for address, (_, value) in stored_formulas(path).items() if isinstance(value, int | float)
    }
    wrong = stored_values(poisoned)
    assert len(differences(right, {address: wrong[address] for address in right})) > len(right) / 2
    (saved,) = recalculate([poisoned])
    found = stored_values(saved)
    assert differences(right, {address: found[address] for address in right}) == []
