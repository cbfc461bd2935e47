"""The Sensitivity sheet: what would change the verdict, the tornado, and a live grid of the break-even."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from xlsxwriter import Workbook

from casebook.case import Input
from casebook.model.evaluate import SCOPES
from casebook.model.wiring import Node
from casebook.workbook.cells import Cells, column_name
from casebook.workbook.charts import add_tornado, tornado_rows
from casebook.workbook.labels import label_of
from casebook.workbook.page import Page
from casebook.workbook.selectors import FULL
from casebook.workbook.styles import by_size
from casebook.workbook.summary import labelled

SHEET = "Sensitivity"
WIDTHS = [44, 42, 16, 16, 16, 16, 34, 34]
CALLS_FACTORS = tuple(Fraction(times) for times in ("1/4", "1/2", "1", "2", "4"))
SAVING_FACTORS = tuple(Fraction(times) for times in ("1/2", "1", "2"))
A_CENT = 0.01
"""Inputs that move the lead by less are left out."""

GRID_ROW = 5
FACTOR_ROW = GRID_ROW + 1
NET, MONTHS = 2, 5
FLIP_HEADINGS = [
    "Input",
    "Key in the case file",
    "Scope",
    "Today",
    "Changes at",
    "Unit",
    "Below: run it as",
    "Above: run it as",
]
TORNADO_HEADINGS = ["Input", "Key in the case file", "Scope", "At low", "At likely", "At high", "Low", "High"]
contender = labelled("contender_position", "nothing")
LEAD = ("tco_difference_low", "tco_difference_likely", "tco_difference_high")


def write_sensitivity(
    book: Workbook, page: Page, cells: Cells, flips: Sequence[Mapping[str, Any]], bars: Sequence[Mapping[str, Any]]
) -> None:
    """Write the sheet; flip points and tornado are values, computed when the workbook was built."""
    page.sheet.freeze_panes(3, 1)
    row = _grid(page, cells) + 1
    shown = sum(bar["scope"] == SCOPES[FULL] and _width(bar) > A_CENT for bar in bars)
    # The chart stands above its table, where no page breaks through it.
    first = row + tornado_rows(shown)
    row = _tornado(book, page, cells, row, first, bars)
    _flips(page, cells, row + 1, flips)


def _grid(page: Page, cells: Cells) -> int:
    """The break-even in months over calls and saving, live, for what is weighed against the base; the row below."""
    page.section(GRID_ROW - 2, "Break-even over calls and saving, at month 1's figures, full scope: live", 8)
    formula, value = contender(cells, FULL)
    page.text(GRID_ROW - 1, 0, "Weighed against the base")
    page.formula(GRID_ROW - 1, 1, formula, value, page.styles.strong)
    net, months = "Net saving a month, saving per call times", "Months to break even, saving per call times"
    page.headings(GRID_ROW, ["Calls a month", "Calls, times", net, "", "", months, "", ""], range(1, 8))
    style = page.styles.get(num_format="0.##", align="right", bold=True)
    for offset, saving in enumerate(SAVING_FACTORS):
        page.formula(FACTOR_ROW, NET + offset, f"={saving}", float(saving), style)
        above = f"{column_name(NET + offset)}{FACTOR_ROW + 1}"
        page.formula(FACTOR_ROW, MONTHS + offset, f"={above}", float(saving), style)
    node = Node("case", "", "calls_per_month")
    for row, calls in enumerate(CALLS_FACTORS, FACTOR_ROW + 1):
        page.formula(row, 1, f"={calls}", float(calls), style)
        formula = f"={cells.address(node)}*$B{row + 1}"
        page.formula(row, 0, formula, cells.value(node) * calls, page.styles.number("calls/month"))
        for place, saving in enumerate(SAVING_FACTORS):
            net, months = _breakeven(cells, row, NET + place, calls, saving)
            page.formula(row, NET + place, *net, page.styles.number("$/month"))
            page.formula(row, MONTHS + place, *months, page.styles.number("months"))
    return FACTOR_ROW + len(CALLS_FACTORS) + 1


def _breakeven(
    cells: Cells, row: int, column: int, calls: Fraction, saving: Fraction
) -> tuple[tuple[str, float], tuple[str, float]]:
    """The closed form with calls and saving scaled: formula and value of the net saving, and of the months."""
    lines = ("one_time_delta", "saving_per_call", "fixed_saving", "retrain_delta")
    nodes = [Node("decision", "", f"contender_{line}") for line in lines]
    delta, per_call, fixed, retraining = (cells.address(node, FULL) for node in nodes)
    never, tolerance = (Node("case", "", name) for name in ("never", "money_tolerance"))
    net = f"=$A{row + 1}*{per_call}*{column_name(column)}${FACTOR_ROW + 1}+{fixed}-{retraining}"
    here = f"{column_name(column)}{row + 1}"
    months = f"=IF({here}>{cells.address(tolerance)},MAX(0,{delta})/{here},{cells.address(never)})"
    up_front, effective, fixed_saving, retrain = (cells.value(node, FULL) for node in nodes)
    monthly = cells.value(Node("case", "", "calls_per_month")) * calls * effective * saving + fixed_saving - retrain
    pays = monthly > cells.value(tolerance)
    return (net, monthly), (months, max(0, up_front) / monthly if pays else cells.value(never))


def _flips(page: Page, cells: Cells, row: int, flips: Sequence[Mapping[str, Any]]) -> int:
    """The flip points that there are, and how many inputs have none; the row below."""
    page.section(row, "What would change the verdict, one input at a time: computed at build", 8)
    page.headings(row + 1, FLIP_HEADINGS, (3, 4))
    row += 2
    for entry in flips:
        source = cells.layout.binding.case.input(entry["input"])
        for flip in entry["flips"]:
            page.text(row, 0, _named(cells, source), page.styles.wrapped)
            page.text(row, 1, entry["input"], page.styles.muted)
            page.text(row, 2, entry["scope"], page.styles.muted)
            for column, value in ((3, float(entry["current"])), (4, flip["at"])):
                page.constant(row, column, value, page.styles.get(num_format=by_size(value), align="right"))
            page.text(row, 5, page.styles.unit(source.unit), page.styles.muted)
            page.text(row, 6, label_of(cells.layout.binding, flip["below"]), page.styles.wrapped)
            page.text(row, 7, label_of(cells.layout.binding, flip["above"]), page.styles.wrapped)
            row += 1
    none = sum(not entry["flips"] for entry in flips)
    page.text(row, 0, f"No value in its range changes the verdict: {none} of {len(flips)} inputs (each scope counted).")
    return row + 1


def _named(cells: Cells, source: Input) -> str:
    """An input's label, with whose it is: several options have inputs of one label."""
    block, _, rest = source.path.partition(".")
    owner = rest.partition(".")[0]
    return f"{source.label}: {label_of(cells.layout.binding, owner)}" if block == "options" else source.label


def _tornado(
    book: Workbook, page: Page, cells: Cells, chart: int, first: int, bars: Sequence[Mapping[str, Any]]
) -> int:
    """The lead of the verdict over the runner-up at each end of each range, the widest first; the row below."""
    page.section(first, "Lead of the verdict over the runner-up across each range: computed at build", 8)
    page.headings(first + 1, TORNADO_HEADINGS, range(3, 8))
    row = first + 2
    for scope in SCOPES:
        mine = sorted((bar for bar in bars if bar["scope"] == scope and _width(bar) > A_CENT), key=_width, reverse=True)
        if mine and scope == SCOPES[FULL]:
            months = int(cells.value(Node("case", "", "final_month")))
            add_tornado(book, page, chart, row, len(mine), mine[0][LEAD[1]], months)
        for bar in mine:
            source = cells.layout.binding.case.input(bar["input"])
            page.text(row, 0, _named(cells, source), page.styles.wrapped)
            page.text(row, 1, bar["input"], page.styles.muted)
            page.text(row, 2, scope, page.styles.muted)
            for offset, key in enumerate(LEAD, 3):
                page.constant(row, offset, bar[key], page.styles.number("$"))
            for offset, key in ((6, "low"), (7, "high")):
                value = float(bar[key])
                page.constant(row, offset, value, page.styles.get(num_format=by_size(value), align="right"))
            row += 1
    return row


def _width(bar: Mapping[str, Any]) -> float:
    ends = [bar[key] for key in LEAD]
    return max(ends) - min(ends)
