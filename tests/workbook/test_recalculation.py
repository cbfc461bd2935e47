"""The formulas are the model: recalculated by another engine, every cell equals the stored value and the model."""

from __future__ import annotations

import random
import zipfile

import pytest

from casebook import workbook
from casebook.analysis.binding import bind
from casebook.analysis.reader import Reader
from casebook.case import from_parameters, load
from casebook.workbook.layout import INPUT_VALUE_COLUMN, INPUTS, Layout
from tests.random_cases import edge_cases, random_case
from tests.samples import SAMPLES
from tests.workbook.changes import random_changes, short_case
from tests.workbook.recalculation import Recalculated, differences, model_cells, stored_formulas

EDGES = edge_cases()


@pytest.fixture
def written(tmp_path):
    """Writes a case's workbook and gives its path and layout."""

    def write(case):
        path = tmp_path / "decision.xlsx"
        workbook.write(case, path)
        return path, Layout(bind(case))

    return write


def assert_equal_after(path, layout, changes):
    """Asserts that the workbook, after changes, holds what the model says for the same inputs."""
    book = Recalculated(path)
    for input_path, value in changes.items():
        book.change((INPUTS, layout.input_rows[input_path] + 1, INPUT_VALUE_COLUMN + 1), value)
    book.evaluate()
    expected = dict(model_cells(layout, layout.binding.evaluation(layout.months, changes)))
    found = {address: book.value(address) for address in expected}
    assert differences(expected, found) == [], f"after {changes}"


def assert_stored_values_are_the_formulas(path):
    book = Recalculated(path)
    book.evaluate()
    stored = {address: value for address, (_, value) in stored_formulas(path).items()}
    assert differences(stored, {address: book.value(address) for address in stored}) == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_formula_of_a_sample_case_recalculates_to_its_stored_value(path, written):
    assert_stored_values_are_the_formulas(written(load(path))[0])


ANSWER_ROWS = {"Run it as": "verdict", "Strength": "strength", "Reason": "reason", "Rules fired": "fired"}


def assert_the_summary_answers_as_evaluated(path, layout, changes):
    """Asserts that Summary, after changes, gives verdict, strength, reason and fired rules of the same inputs."""
    book = Recalculated(path)
    for input_path, value in changes.items():
        book.change((INPUTS, layout.input_rows[input_path] + 1, INPUT_VALUE_COLUMN + 1), value)
    book.evaluate()
    rows = {book.value(("Summary", row, 1)): row for row in range(1, 30)}
    labels = {option.name: option.label for option in layout.binding.options}
    labels |= {"no_workload": "No workload", "none_feasible": "No feasible option"}
    evaluated = Reader(layout.binding, layout.binding.evaluation(changes=changes)).scopes()
    for column, recommendation in enumerate((figures["recommendation"] for figures in evaluated.values()), 2):
        wanted = recommendation | {"verdict": labels[recommendation["verdict"]]}
        wanted["fired"] = ", ".join(recommendation["fired"]) or None
        found = {key: book.value(("Summary", rows[label], column)) for label, key in ANSWER_ROWS.items()}
        assert found == {key: wanted[key] for key in ANSWER_ROWS.values()}, f"after {changes}"


@pytest.mark.parametrize("seed", range(38))
def test_a_random_case_recalculates_and_its_summary_answers_as_evaluate_does_after_random_changes(seed, written):
    path, layout = written(from_parameters(short_case(500 + seed)))
    assert_stored_values_are_the_formulas(path)
    draw = random.Random(seed)
    assert_the_summary_answers_as_evaluated(path, layout, random_changes(layout, draw, draw.choice((1, 3, 10))))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(200))
def test_the_summary_answers_as_evaluate_does_in_two_hundred_cases(seed, written):
    path, layout = written(from_parameters(random_case(9000 + seed)))
    draw = random.Random(seed)
    assert_the_summary_answers_as_evaluated(path, layout, random_changes(layout, draw, draw.choice((1, 3, 10))))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_case_follows_random_changes_of_its_inputs(path, written):
    book, layout = written(load(path))
    for seed in range(12):
        draw = random.Random(seed)
        assert_equal_after(book, layout, random_changes(layout, draw, draw.choice((1, 2, 5, 20))))


@pytest.mark.parametrize("name", EDGES)
def test_every_formula_of_an_edge_case_recalculates_to_its_stored_value(name, written):
    assert_stored_values_are_the_formulas(written(from_parameters(EDGES[name]))[0])


@pytest.mark.parametrize("seed", range(12))
def test_a_random_case_recalculates_and_follows_random_changes(seed, written):
    case = from_parameters(random_case(seed) | {"horizon_months": 18})
    path, layout = written(case)
    assert_stored_values_are_the_formulas(path)
    for step in range(4):
        draw = random.Random(100 * seed + step)
        assert_equal_after(path, layout, random_changes(layout, draw, draw.choice((1, 3, 10, 40))))


def test_a_poisoned_stored_value_is_caught(written, tmp_path):
    """Proves that the recalculation is real: a stored value is changed behind the formula's back."""
    path, _ = written(load(SAMPLES[0]))
    poisoned = tmp_path / "poisoned.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(poisoned, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet4.xml":
                before, formula, after = content.partition(b"</f><v>")
                content = before + formula + b"9" + after
            target.writestr(name, content)
    stored = {found: value for found, (_, value) in stored_formulas(poisoned).items()}
    book = Recalculated(poisoned)
    book.evaluate()
    wrong = differences(stored, {found: book.value(found) for found in stored})
    assert {address[0] for address, _, _ in wrong} == {"Timeline"}
