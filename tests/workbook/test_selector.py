"""The selector of low, likely and high: the workbook at either end is the model with every range at that end."""

from __future__ import annotations

import random

import openpyxl
import pytest

from casebook import workbook
from casebook.analysis.binding import bind
from casebook.case import from_parameters, load
from casebook.workbook.inputs import NAMED_COLUMNS, defined_name
from casebook.workbook.layout import IN_USE_COLUMN, INPUT_VALUE_COLUMN, LOW_COLUMN, Layout
from casebook.workbook.rows import INPUTS
from casebook.workbook.selectors import COLUMN, RANGE_ROW, SUMMARY
from tests.random_cases import edge_cases, random_case
from tests.samples import SAMPLES
from tests.workbook.changes import random_changes
from tests.workbook.recalculation import Recalculated, differences, model_cells

SELECTOR = (SUMMARY, RANGE_ROW + 1, COLUMN + 1)
PLAIN = edge_cases()["exact_month_boundary"]
RANDOM = [seed for seed in range(60) if any(one.ranged for one in from_parameters(random_case(seed)).inputs.values())]


@pytest.fixture
def written(tmp_path):
    """Writes a case's workbook and gives its path and layout."""

    def write(case):
        path = tmp_path / "decision.xlsx"
        workbook.write(case, path)
        return path, Layout(bind(case))

    return write


def ranged(layout):
    return [source for _, inputs in layout.inputs for source in inputs if source.ranged]


def assert_the_model_at(end, path, layout, changes):
    """Asserts that the workbook, at an end and after changes, holds what the model says for those inputs."""
    book = Recalculated(path)
    book.change(SELECTOR, end)
    for input_path, value in changes.items():
        book.change((INPUTS, layout.input_rows[input_path] + 1, INPUT_VALUE_COLUMN + 1), value)
    book.evaluate()
    at_end = {source.path: getattr(source, end) for source in ranged(layout) if changes.get(source.path, 0) is not None}
    expected = dict(model_cells(layout, layout.binding.evaluation(layout.months, {**changes, **at_end})))
    assert differences(expected, {address: book.value(address) for address in expected}) == [], (end, changes)


@pytest.mark.parametrize("end", ["low", "high"])
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_case_at_either_end_is_the_model_there(path, end, written):
    book, layout = written(load(path))
    assert ranged(layout)
    assert_the_model_at(end, book, layout, {})


@pytest.mark.parametrize("seed", RANDOM[:4])
def test_a_random_case_at_either_end_follows_random_changes(seed, written):
    case = random_case(seed) | {"horizon_months": 12}
    book, layout = written(from_parameters(case))
    for step, end in enumerate(("low", "high")):
        assert_the_model_at(end, book, layout, random_changes(layout, random.Random(10 * seed + step), 5))


def test_the_ends_of_a_range_are_edited_like_its_value(written):
    path, layout = written(load(SAMPLES[0]))
    source = ranged(layout)[0]
    row = layout.input_rows[source.path] + 1
    book = Recalculated(path)
    book.change((INPUTS, row, LOW_COLUMN + 1), source.low / 2)
    book.change(SELECTOR, "low")
    book.evaluate()
    assert book.value((INPUTS, row, IN_USE_COLUMN + 1)) == source.low / 2
    book.change(SELECTOR, "likely")
    book.evaluate()
    assert book.value((INPUTS, row, IN_USE_COLUMN + 1)) == source.value


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_end_of_a_range_is_named_unlocked_and_stored_with_the_likely_one_in_use(path, written):
    file, layout = written(load(path))
    book = openpyxl.load_workbook(file, data_only=True)
    sheet = book[INPUTS]
    for source in ranged(layout):
        row = layout.input_rows[source.path] + 1
        for (prefix, column), value in zip(NAMED_COLUMNS.items(), (source.value, source.low, source.high), strict=True):
            cell = sheet.cell(row, column + 1)
            assert (
                book.defined_names[defined_name(source.path, prefix)].attr_text == f"Inputs!${cell.column_letter}${row}"
            )
            assert (cell.value, cell.protection.locked) == (value, False)
        assert sheet.cell(row, IN_USE_COLUMN + 1).value == source.value
        assert sheet.cell(row, IN_USE_COLUMN + 1).protection.locked
    named = {name for name in book.defined_names if name.startswith(("low_", "high_"))}
    assert len(named) == 2 * len(ranged(layout))
    assert book[SUMMARY].cell(*SELECTOR[1:]).value == "likely"


def test_the_sheet_covers_the_longest_horizon_of_a_range(written):
    path, layout = written(from_parameters(PLAIN | {"horizon_months": [6, 12, 30]}))
    assert layout.months == 36
    assert_the_model_at("high", path, layout, {})


def test_away_from_likely_summary_says_that_these_are_not_the_reports_figures(written):
    path, _ = written(load(SAMPLES[0]))
    book = Recalculated(path)
    said = (SUMMARY, RANGE_ROW + 2, COLUMN + 2)
    book.evaluate()
    assert book.value(said) is None
    book.change(SELECTOR, "high")
    book.evaluate()
    assert book.value(said) == "Ranges at high: not the figures of the report"
