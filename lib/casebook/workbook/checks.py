"""The Checks sheet: what must hold in a sound workbook, and one flag for all of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from casebook.model.evaluate import SCOPES
from casebook.model.wiring import Node
from casebook.workbook.cells import Cells, column_name
from casebook.workbook.inputs import valid_range
from casebook.workbook.layout import BREAKEVEN, FIRST_COLUMN, FIRST_ROW, OPTIONS, RULES, TIMELINE, Layout
from casebook.workbook.page import Page
from casebook.workbook.workings import last_cell

SHEET = "Checks"
WIDTHS = [96, 10, 70]
FIRST = 5


class Check(NamedTuple):
    """A check: what holds, the formula that is 1 where it does, what to do where it does not."""

    label: str
    formula: str
    advice: str


def master_address() -> str:
    """The address of the flag that is 1 while every check holds."""
    return f"{SHEET}!$B${FIRST - 1}"


def write_checks(page: Page, layout: Layout, cells: Cells) -> None:
    """Write the Checks sheet."""
    checks = list(all_checks(layout, cells))
    last = FIRST + len(checks)
    bold = page.styles.get(bold=True, font_color="ink")
    page.text(FIRST - 2, 0, "All checks", bold)
    flag = page.styles.get(bold=True, num_format='[=1]"pass";"FAIL"', align="right")
    page.formula(FIRST - 2, 1, f"=MIN($B${FIRST + 1}:$B${last})", 1.0, flag)
    page.headings(FIRST - 1, ["Check", "Holds", "Where it fails"], (1,))
    for row, check in enumerate(checks, FIRST):
        page.text(row, 0, check.label)
        page.formula(row, 1, check.formula, 1.0, page.styles.get(num_format='[=1]"pass";"FAIL"', align="right"))
        page.text(row, 2, check.advice, page.styles.muted)
    failing = page.styles.get(font_color="paper", bg_color="bad")
    page.sheet.conditional_format(
        FIRST - 2, 1, last - 1, 1, {"type": "cell", "criteria": "==", "value": 0, "format": failing}
    )


def all_checks(layout: Layout, cells: Cells) -> Iterator[Check]:
    """The checks of a laid-out case."""
    yield Check(
        "Every input is valid",
        f"=MIN({valid_range(layout)})",
        "The column Valid of Inputs shows which is not.",
    )
    months = cells.address(Node("case", "", "months_shown"))
    for name, label in (("horizon_months", "horizon"), ("max_payback_months", "payback limit")):
        yield Check(
            f"The {label} lies within the months of Timeline",
            f"=IF({cells.address(Node('case', '', name))}<={months},1,0)",
            "Figures stop at the last month shown: change it in the case file and build again.",
        )
    for scope, scope_name in enumerate(SCOPES):
        for column, option in enumerate(layout.binding.options):
            yield Check(
                f"{option.label}, {scope_name}: the months and the one-time cost add up to the total",
                _total(cells, column, scope),
                "A formula of Timeline or Options was changed.",
            )
    for column, option in enumerate(layout.binding.options):
        yield Check(
            f"{option.label}: its accuracy is known where errors have a cost",
            _known(cells, column, "cost_per_error", "accuracy_known"),
            "Give its accuracy on Inputs: until then its errors cost nothing.",
        )
        yield Check(
            f"{option.label}: its response time is known where waiting has a cost",
            _known(cells, column, "value_per_second", "latency_known"),
            "Give its response speeds on Inputs: until then waiting costs nothing.",
        )
        yield Check(
            f"{option.label}: its hit rate is stated where arrivals are 'given'",
            _hit_rate(cells, column),
            "Give its hit rate on Inputs: until then nothing is read from the cache.",
        )
    failures, trials = (cells.address(Node("case", "", name)) for name in ("format_failures", "format_trials"))
    yield Check(
        "Format failures are at most the trials",
        f"=IF(AND(ISNUMBER({failures}),ISNUMBER({trials})),IF({failures}<={trials},1,0),1)",
        "Correct the failures or the trials on Inputs.",
    )
    for name in (OPTIONS, TIMELINE, BREAKEVEN, RULES):
        area = f"${column_name(FIRST_COLUMN[name])}${FIRST_ROW[name] + 1}:{last_cell(name, layout)}"
        sheet = f"'{name}'" if "-" in name else name
        yield Check(
            f"No error on {name}",
            f"=IF(ISERROR(SUM({sheet}!{area})),0,1)",
            "A cell of that sheet shows an error.",
        )


def _total(cells: Cells, column: int, scope: int) -> str:
    total, one_time, cost = (Node("option", column, line) for line in ("tco", "one_time", "month_cost"))
    months, horizon = Node("case", "", "month"), Node("case", "", "final_month")
    spent = f'SUMIF({cells.range(months)},"<="&{cells.address(horizon)},{cells.range(cost, scope)})'
    address = cells.address(total, scope)
    off = f"ABS({address}-{cells.address(one_time, scope)}-{spent})"
    return f"=IF({off}<={cells.address(Node('case', '', 'tolerance'))}*MAX(1,ABS({address})),1,0)"


def _known(cells: Cells, column: int, price: str, flag: str) -> str:
    price_address = cells.address(Node("case", "", price))
    known, candidate = (cells.address(Node("option", column, line)) for line in (flag, "is_candidate"))
    return f"=IF(AND({price_address}>0,{candidate}=1,{known}=0),0,1)"


def _hit_rate(cells: Cells, column: int) -> str:
    arrivals, stated = (cells.address(Node("option", column, line)) for line in ("cache_arrivals", "stated_hit_rate"))
    return f'=IF({arrivals}="given",IF(ISNUMBER({stated}),1,0),1)'
