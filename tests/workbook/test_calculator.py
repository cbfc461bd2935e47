"""The calculators' workbooks: every formula live, equal to the model, also after a change; every line where it is."""

from __future__ import annotations

import openpyxl
import pytest

from casebook.analysis.binding import bind
from casebook.analysis.calculators import CALCULATORS, calculated, calculators_for, options_for
from casebook.case import load
from casebook.model.lines import lines
from casebook.workbook.calculator import write_calculator
from casebook.workbook.layout import INPUT_VALUE_COLUMN, INPUTS, Layout
from tests.samples import SAMPLES
from tests.workbook.recalculation import Recalculated, differences, model_cells, stored_formulas
from tests.workbook.test_lint import FUNCTIONS, NUMBERS, used_in

APPLYING = [(path, name) for path in SAMPLES for name in calculators_for(load(path))]
ONE_EACH = list({name: (path, name) for path, name in APPLYING}.values())


def _id(value):
    return getattr(value, "stem", value)


@pytest.fixture
def written(tmp_path):
    """Writes a case's calculator and gives its path and layout."""

    def write(path, name):
        case = load(path)
        file = tmp_path / f"{name}.xlsx"
        write_calculator(case, name, file)
        return file, Layout(bind(case), name)

    return write


@pytest.mark.parametrize(("path", "name"), APPLYING, ids=_id)
def test_every_formula_recalculates_to_its_stored_value_and_the_model(path, name, written):
    file, layout = written(path, name)
    book = Recalculated(file)
    book.evaluate()
    stored = {address: value for address, (_, value) in stored_formulas(file).items()}
    assert differences(stored, {address: book.value(address) for address in stored}) == []
    expected = dict(model_cells(layout, layout.binding.evaluation(layout.months)))
    assert len(expected) > 50
    assert differences(expected, {address: book.value(address) for address in expected}) == []


@pytest.mark.parametrize(("path", "name"), ONE_EACH, ids=_id)
@pytest.mark.parametrize("factor", [0, 0.01, 3])
def test_a_change_of_the_calls_runs_through_the_workbook(path, name, factor, written):
    file, layout = written(path, name)
    calls = "workload.calls_per_month"
    changes = {calls: layout.binding.case.inputs["calls_per_month"].value * factor}
    book = Recalculated(file)
    book.change((INPUTS, layout.input_rows[calls] + 1, INPUT_VALUE_COLUMN + 1), changes[calls])
    book.evaluate()
    expected = dict(model_cells(layout, layout.binding.evaluation(layout.months, changes)))
    assert differences(expected, {address: book.value(address) for address in expected}) == []


@pytest.mark.parametrize(("path", "name"), ONE_EACH, ids=_id)
def test_the_summary_shows_the_figures_of_the_results(path, name, written):
    file, _ = written(path, name)
    sheet = openpyxl.load_workbook(file, data_only=True)["Summary"]
    shown = {row[0].value: [cell.value for cell in row[2:]] for row in sheet.iter_rows(min_row=8)}
    report, case = calculated(load(path), name), load(path)
    for names in CALCULATORS[name].lines.values():
        for line in names:
            found = shown[lines()[name][line].label]
            for value, option in zip(found, options_for(case, name), strict=False):
                wanted = report["scopes"]["full"][case.options[option].name][line]
                if wanted is not None and not isinstance(wanted, str):
                    assert value == pytest.approx(float(wanted)), line


@pytest.mark.parametrize(("path", "name"), ONE_EACH, ids=_id)
def test_its_formulas_keep_to_the_conventions(path, name, written):
    file, _ = written(path, name)
    functions, numbers = used_in(formula for formula, _ in stored_formulas(file).values())
    assert functions <= FUNCTIONS
    assert numbers <= NUMBERS


@pytest.mark.parametrize(("path", "name"), ONE_EACH, ids=_id)
def test_two_writings_give_the_same_bytes(path, name, tmp_path):
    for each in ("a.xlsx", "b.xlsx"):
        write_calculator(load(path), name, tmp_path / each)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
