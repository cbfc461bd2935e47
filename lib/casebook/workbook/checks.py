"""The Checks sheet: what must hold in a sound workbook, and one flag for all of it.

Beside every check stands what was found and what was expected; a check that meets an error fails, so that an error
anywhere turns the one flag and does not spread into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from casebook.model.evaluate import SCOPES
from casebook.model.wiring import Node
from casebook.workbook.cells import Cells
from casebook.workbook.inputs import valid_range
from casebook.workbook.layout import Layout
from casebook.workbook.page import Page

SHEET = "Checks"
WIDTHS = [80, 9, 15, 15, 10, 10, 68]
HEADINGS = ["Check", "Holds", "Found", "Expected", "Off by", "Allowed", "Where it fails"]
FIRST = 6
HOLDS, FOUND, EXPECTED, OFF_BY, ALLOWED, ADVICE = 1, 2, 3, 4, 5, 6
PASS_OR_FAIL = '[=1]"pass";"FAIL"'
LABELS, FLAGS = f"{SHEET}!$A$", f"{SHEET}!$B$"


class Check(NamedTuple):
    """A check: under which heading, what holds, what to do where it does not, what is found and what is expected.

    Found and expected are a formula, without its equals sign, and the value it has.
    """

    section: str
    label: str
    advice: str
    found: tuple[str, float]
    expected: tuple[str, float] | None = None


class Area(NamedTuple):
    """What of a sheet a check on errors looks at."""

    sheet: str
    cells: str


def master_address() -> str:
    """The address of the flag that is 1 while every check holds."""
    return f"{FLAGS}{FIRST - 2}"


def first_failure() -> str:
    """The address of the label of the first check that fails."""
    return f"{LABELS}{FIRST - 1}"


def write_checks(page: Page, cells: Cells, checks: Iterable[Check]) -> None:
    """Write the Checks sheet."""
    styles = page.styles
    page.headings(FIRST - 1, HEADINGS, range(HOLDS, ADVICE))
    row, section = FIRST, ""
    for check in checks:
        if check.section != section:
            section = check.section
            page.section(row, section, len(HEADINGS))
            row += 1
        _write_check(page, cells, row, check)
        row += 1
    flags = f"$B${FIRST + 1}:$B${row}"
    page.text(FIRST - 3, 0, "All checks", styles.strong)
    page.formula(FIRST - 3, HOLDS, f"=MIN({flags})", 1, styles.get(bold=True, num_format=PASS_OR_FAIL, align="right"))
    labels = f"$A${FIRST + 1}:$A${row}"
    formula = f'=IF($B${FIRST - 2}=1,"Every check holds",INDEX({labels},MATCH(0,{flags},0)))'
    page.formula(FIRST - 2, 0, formula, "Every check holds", styles.muted)
    # A section's cell is empty, and some programs take that for 0.
    failing = {"type": "formula", "criteria": f"=AND(ISNUMBER($B{FIRST - 2}),$B{FIRST - 2}=0)", "format": styles.fault}
    page.sheet.conditional_format(FIRST - 3, HOLDS, row - 1, HOLDS, failing)
    page.sheet.freeze_panes(FIRST, 1)
    page.sheet.repeat_rows(FIRST - 1)


def _write_check(page: Page, cells: Cells, row: int, check: Check) -> None:
    styles, tolerance = page.styles, Node("case", "", "tolerance")
    shown = styles.get(num_format="#,##0.00;-#,##0.00;0", align="right", font_color="ink")
    small = styles.get(num_format="0.0E+00;-0.0E+00;0", align="right", font_color="muted")
    page.text(row, 0, check.label, styles.wrapped)
    found, expected, off_by, allowed = (f"${column}{row + 1}" for column in "CDEF")
    holds = f"=IF(ISERROR({off_by}),0,IF({off_by}<={allowed},1,0))"
    page.formula(row, HOLDS, holds, 1, styles.get(num_format=PASS_OR_FAIL, align="right", font_color="ink"))
    formula, value = check.found
    page.formula(row, FOUND, f"={formula}", value, shown)
    if check.expected is None:
        page.constant(row, EXPECTED, 0, shown)
    else:
        page.formula(row, EXPECTED, f"={check.expected[0]}", check.expected[1], shown)
    wanted = check.expected[1] if check.expected else 0
    difference = abs(value - wanted) / max(1, abs(wanted))
    page.formula(row, OFF_BY, f"=ABS({found}-{expected})/MAX(1,ABS({expected}))", difference, small)
    page.formula(row, ALLOWED, f"={cells.address(tolerance)}", cells.value(tolerance), small)
    page.text(row, ADVICE, check.advice, styles.note)


def all_checks(layout: Layout, cells: Cells, areas: Iterable[Area]) -> Iterator[Check]:
    """The checks of a case's decision; `areas` are the cells of each sheet that must show no error."""
    yield of_validity(layout)
    yield from _of_inputs(layout, cells)
    for scope in range(len(SCOPES)):
        for column in range(len(layout.binding.options)):
            yield from _of_balances(layout, cells, column, scope)
    yield from of_errors(areas)


def of_errors(areas: Iterable[Area]) -> Iterator[Check]:
    """No cell of these areas shows an error."""
    for area in areas:
        yield Check(
            "Errors",
            f"No error on {area.sheet}",
            "A cell of that sheet shows an error: look for what was typed on Inputs, or undo.",
            (f"IF(ISERROR(SUM({area.cells})),1,0)", 0),
        )


def of_validity(layout: Layout) -> Check:
    """Every input holds what it may."""
    advice = "The columns Valid of Inputs show which is not."
    found = (f"1-MIN({valid_range(layout)})", 0.0)
    return Check("Inputs", "Every input is valid, every range in its order", advice, found)


def _of_inputs(layout: Layout, cells: Cells) -> Iterator[Check]:
    def check(label: str, found: str, advice: str) -> Check:
        return Check("Inputs", label, advice, (found, 0))

    months = cells.address(Node("case", "", "months_shown"))
    for name, label in (("horizon_months", "horizon"), ("max_payback_months", "payback limit")):
        yield check(
            f"The {label} lies within the months of Timeline",
            f"MAX(0,{cells.address(Node('case', '', name))}-{months})",
            "Figures stop at the last month shown: change it in the case file and build again.",
        )
    failures, trials = (cells.address(Node("case", "", name)) for name in ("format_failures", "format_trials"))
    yield check(
        "Format failures are at most the trials",
        f"IF(AND(ISNUMBER({failures}),ISNUMBER({trials})),MAX(0,{failures}-{trials}),0)",
        "Correct the failures or the trials on Inputs.",
    )
    for column, option in enumerate(layout.binding.options):
        yield check(
            f"{option.label}: its accuracy is known where errors have a cost",
            _missing(cells, column, "cost_per_error", "accuracy_known"),
            "Give its accuracy on Inputs: until then its errors cost nothing.",
        )
        yield check(
            f"{option.label}: its response time is known where waiting has a cost",
            _missing(cells, column, "value_per_second", "latency_known"),
            "Give its response speeds on Inputs: until then waiting costs nothing.",
        )
        yield check(
            f"{option.label}: its hit rate is stated where arrivals are 'given'",
            _unstated(cells, column),
            "Give its hit rate on Inputs: until then nothing is read from the cache.",
        )


def _missing(cells: Cells, column: int, price: str, flag: str) -> str:
    price_address = cells.address(Node("case", "", price))
    known, candidate = (cells.address(Node("option", column, line)) for line in (flag, "is_candidate"))
    return f"IF(AND({price_address}>0,{candidate}=1,{known}=0),1,0)"


def _unstated(cells: Cells, column: int) -> str:
    arrivals, stated = (cells.address(Node("option", column, line)) for line in ("cache_arrivals", "stated_hit_rate"))
    return f'IF({arrivals}="given",IF(ISNUMBER({stated}),0,1),0)'


CALL_PARTS = ("prefix_cost", "user_cost", "context_cost", "output_cost", "embedding_cost", "rerank_cost")
MONTH_PARTS = {
    "fixed_cost": ("the parts of the fixed cost add up", ("retrieval_cost", "hosting_cost")),
    "running_cost": ("the parts of the running cost add up", ("usage_cost", "fixed_cost", "quality_cost")),
    "month_cost": ("running cost and retraining add up to the months", ("running_cost", "retrain_spend")),
}


def _of_balances(layout: Layout, cells: Cells, column: int, scope: int) -> Iterator[Check]:
    """What must add up for an option in a scope: the parts of a call, of the months, and the months to the total."""
    who = f"{layout.binding.options[column].label}, {SCOPES[scope]}"
    advice = "A formula of Timeline or Options was changed."

    def node(line: str) -> Node:
        return Node("option", column, line)

    def first(line: str) -> tuple[str, float]:
        return cells.address(node(line), scope), cells.value(node(line), scope)

    def all_months(line: str) -> tuple[str, float]:
        return cells.range(node(line), scope), float(cells.evaluation.row(node(line), scope).sum())

    parts = [first(line) for line in CALL_PARTS]
    found = "+".join(address for address, _ in parts), sum(value for _, value in parts)
    label = f"{who}: the parts of a call add up, month 1"
    yield Check("Balances", label, advice, found, first("own_cost_per_call"))
    for total, (label, names) in MONTH_PARTS.items():
        sums, whole = [all_months(name) for name in names], all_months(total)
        found = f"SUM({','.join(address for address, _ in sums)})", sum(value for _, value in sums)
        yield Check("Balances", f"{who}: {label}", advice, found, (f"SUM({whole[0]})", whole[1]))
    months, horizon = Node("case", "", "month"), Node("case", "", "final_month")
    one_time = first("one_time")
    spent = f'SUMIF({cells.range(months)},"<="&{cells.address(horizon)},{cells.range(node("month_cost"), scope)})'
    value = float(cells.evaluation.row(node("month_cost"), scope)[: int(cells.value(horizon))].sum())
    found = f"{one_time[0]}+{spent}", one_time[1] + value
    yield Check("Balances", f"{who}: months and one-time cost add up to the total", advice, found, first("tco"))
