"""The checks: each turns, and the one flag with it, when an edit breaks what it looks at."""

from __future__ import annotations

import openpyxl
import pytest

from casebook import workbook
from casebook.analysis.binding import bind
from casebook.case import from_parameters
from casebook.model.wiring import Node
from casebook.workbook import checks
from casebook.workbook.layout import HIGH_COLUMN, INPUT_VALUE_COLUMN, LOW_COLUMN, Layout
from casebook.workbook.rows import INPUTS, OPTIONS, TIMELINE
from casebook.workbook.selectors import COLUMN, RANGE_ROW, SUMMARY
from tests.workbook.recalculation import Recalculated

CASE = {
    "client": "A client",
    "as_of": "2026-11-01",
    "workload": {"calls_per_month": [1000, 2000, 9000]},
    "quality": {"cost_per_error": 1},
    "latency": {"value_per_second": 0.01},
    "evidence": {"format_failures": {"failures": 1, "trials": 50}},
    "options": {
        "plain": {
            "kind": "prompt",
            "label": "Plain",
            "price": {"input": 1, "output": 2},
            "tokens": {"prefix": 100, "output": 50},
            "cache": {"enabled": True, "arrivals": "given", "hit_rate": 0.5},
            "accuracy": 0.9,
            "response": {"prefill_tokens_per_second": 1000, "decode_tokens_per_second": 50},
        },
    },
}
MASTER = (checks.SHEET, checks.FIRST - 2, checks.HOLDS + 1)
SAID = (SUMMARY, RANGE_ROW + 2, COLUMN + 1)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("checks") / "decision.xlsx"
    case = from_parameters(CASE)
    workbook.write(case, path)
    return path, Layout(bind(case))


def typed(path: str, value: object, column: int = INPUT_VALUE_COLUMN):
    """An edit of an input."""
    return lambda layout: ((INPUTS, layout.input_rows[path] + 1, column + 1), value)


def overwritten(line: str, scope: int, month: int = 0):
    """A formula of the option, lost under a number."""

    def edit(layout):
        place = layout.place(Node("option", 0, line), scope)
        return (place.sheet, place.row + 1, place.column + month + 1), 12345.0

    return edit


INVALID = "Every input is valid, every range in its order"
BREAKS = {
    "below its minimum": (typed("workload.calls_per_month", -1), INVALID),
    "above its maximum": (typed("options.plain.accuracy", 1.5), INVALID),
    "a text in a number": (typed("workload.calls_per_month", "many"), INVALID),
    "a text in a whole number": (typed("horizon_months", "a year"), INVALID),
    "half a month": (typed("horizon_months", 6.5), INVALID),
    "a needed input cleared": (typed("options.plain.tokens.output", None), INVALID),
    "no such choice": (typed("evidence.knowledge", "some"), INVALID),
    "a flag of 2": (typed("evidence.evals_done", 2), INVALID),
    "low above the value": (typed("workload.calls_per_month", 3000, LOW_COLUMN), INVALID),
    "high below the value": (typed("workload.calls_per_month", 1500, HIGH_COLUMN), INVALID),
    "high no number": (typed("workload.calls_per_month", "lots", HIGH_COLUMN), INVALID),
    "horizon beyond the sheet": (typed("horizon_months", 40), "The horizon lies within the months of Timeline"),
    "limit beyond the sheet": (
        typed("economics.max_payback_months", 40),
        "The payback limit lies within the months of Timeline",
    ),
    "more failures than trials": (
        typed("evidence.format_failures.failures", 60),
        "Format failures are at most the trials",
    ),
    "accuracy unknown": (
        typed("options.plain.accuracy", None),
        "Plain: its accuracy is known where errors have a cost",
    ),
    "speed unknown": (
        typed("options.plain.response.decode_tokens_per_second", None),
        "Plain: its response time is known where waiting has a cost",
    ),
    "hit rate unknown": (
        typed("options.plain.cache.hit_rate", None),
        "Plain: its hit rate is stated where arrivals are 'given'",
    ),
    "a part of a call": (overwritten("own_cost_per_call", 0), "Plain, invoice: the parts of a call add up, month 1"),
    "a part of the fixed cost": (overwritten("fixed_cost", 0, 3), "Plain, invoice: the parts of the fixed cost add up"),
    "a part of the running cost": (
        overwritten("running_cost", 1, 5),
        "Plain, full: the parts of the running cost add up",
    ),
    "a month": (overwritten("month_cost", 1, 2), "Plain, full: running cost and retraining add up to the months"),
    "the total": (overwritten("tco", 1), "Plain, full: months and one-time cost add up to the total"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_an_edit_that_breaks_something_turns_its_check_and_the_one_flag(name, written):
    path, layout = written
    edit, label = BREAKS[name]
    book = Recalculated(path)
    book.change(*edit(layout))
    book.evaluate()
    rows = {book.value((checks.SHEET, row, 1)): row for row in range(checks.FIRST + 1, 60)}
    assert book.value((checks.SHEET, rows[label], checks.HOLDS + 1)) == 0
    assert book.value(MASTER) == 0
    assert book.value(SAID) == "FAIL: see Checks"
    assert isinstance(book.value((SUMMARY, RANGE_ROW + 2, COLUMN + 2)), str)


LOST = {
    SUMMARY: (12, 2),
    INPUTS: (6, 2),
    OPTIONS: (40, 4),
    TIMELINE: (20, 6),
    "Break-even": (12, 4),
    "Rules": (60, 4),
    "Sensitivity": (9, 3),
    "Published": (5, 1),
}
"""A cell of each sheet."""


@pytest.mark.parametrize("sheet", LOST)
def test_an_error_on_a_sheet_turns_its_check(sheet, written):
    book = Recalculated(written[0])
    book.book.set_user_input(book.sheets[sheet], *LOST[sheet], "=1/0")
    book.evaluate()
    rows = {book.value((checks.SHEET, row, 1)): row for row in range(checks.FIRST + 1, 60)}
    assert book.value((checks.SHEET, rows[f"No error on {sheet}"], checks.HOLDS + 1)) == 0
    assert book.value(MASTER) == 0


def test_a_sound_workbook_passes_and_names_no_failure(written):
    book = openpyxl.load_workbook(written[0], data_only=True)
    assert book[checks.SHEET].cell(*MASTER[1:]).value == 1
    assert book[SUMMARY].cell(*SAID[1:]).value == "all pass"


def test_a_failure_is_red_and_in_words(written):
    book = openpyxl.load_workbook(written[0])
    for sheet, cell in ((SUMMARY, "B6"), (checks.SHEET, "B4"), (checks.SHEET, "B8")):
        ranges = [found for found in book[sheet].conditional_formatting if cell in found.cells]
        fills = [rule.dxf.fill.bgColor.rgb for found in ranges for rule in found.rules]
        assert fills, (sheet, cell)
    assert "FAIL" in book[checks.SHEET]["B4"].number_format
