"""The Uncertainty sheet: what the draws of the ranged inputs give; values, computed when the workbook was built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casebook.model.evaluate import SCOPES
from casebook.workbook.cells import Cells
from casebook.workbook.labels import label_of
from casebook.workbook.page import Page

SHEET = "Uncertainty"
WIDTHS = [70, 10, 16, 16, 16, 16, 16, 16, 18]
QUANTILES = ("p5", "p50", "p95")
QUANTILE_HEADINGS = ("5 %", "Median", "95 %")
OPTION_HEADINGS = [
    *("Option", "Scope", *(f"Total cost, {name}" for name in QUANTILE_HEADINGS)),
    *(*(f"Cost per call, {name}" for name in QUANTILE_HEADINGS), "Probability cheapest"),
]
PAIR_HEADINGS = [
    *("Pair", "Scope", *(f"Saving, {name}" for name in QUANTILE_HEADINGS)),
    *("Probability of payback within the limit", "Told apart by the ranges"),
]
LEAD_HEADINGS = [
    *("Runner-up", "Scope", *(f"Verdict's saving, {name}" for name in QUANTILE_HEADINGS)),
    *("Probability that the verdict costs less", "Told apart by the ranges"),
]
VERDICT_HEADINGS = ["Verdict", "Scope", "Share of draws"]
COLUMNS = len(OPTION_HEADINGS)


def write_uncertainty(page: Page, cells: Cells, uncertainty: Mapping[str, Any]) -> None:
    """Write the sheet: options, pairs and verdicts, a row for each scope."""
    page.sheet.freeze_panes(3, 1)
    first = uncertainty[SCOPES[0]]
    drawn = f"{first['draws']:,} draws, seed {first['seed']}: computed at build, whatever the selectors of Summary say"
    page.text(2, 1, drawn, page.styles.muted)
    binding = cells.layout.binding
    row = _table(page, 4, "Options", OPTION_HEADINGS)
    for option in binding.options:
        for scope in SCOPES:
            found = uncertainty[scope]["options"][option.name]
            _named(page, row, option.label, scope)
            _quantiles(page, row, 2, found["tco"], "$")
            _quantiles(page, row, 5, found["cost_per_call"], "$/call")
            page.constant(row, 8, found["probability_cheapest"], page.styles.number("share"))
            row += 1
    row = _table(page, row + 1, "Pairs", PAIR_HEADINGS)
    for scope in SCOPES:
        for key, found in uncertainty[scope]["comparisons"].items():
            _named(page, row, " → ".join(label_of(binding, side) for side in key.split("->")), scope)
            _quantiles(page, row, 2, found["tco_saving"], "$")
            page.constant(row, 5, found["probability_payback"], page.styles.number("share"))
            page.text(row, 6, _apart(found), page.styles.muted)
            row += 1
    row = _table(page, row + 1, "The verdict against its runner-up", LEAD_HEADINGS)
    for scope in SCOPES:
        if lead := uncertainty[scope]["runner_up"]:
            _named(page, row, label_of(binding, lead["against"]), scope)
            _quantiles(page, row, 2, lead["tco_saving"], "$")
            page.constant(row, 5, lead["probability_cheaper"], page.styles.number("share"))
            page.text(row, 6, _apart(lead), page.styles.muted)
            row += 1
    row = _table(page, row + 1, "Verdicts", VERDICT_HEADINGS)
    for scope in SCOPES:
        for name, share in uncertainty[scope]["verdicts"].items():
            _named(page, row, label_of(binding, name), scope)
            page.constant(row, 2, share, page.styles.number("share"))
            row += 1


def _table(page: Page, row: int, title: str, headings: list[str]) -> int:
    """Write a table's title and headings; the row below."""
    page.section(row, title, COLUMNS)
    page.headings(row + 1, headings, range(2, COLUMNS))
    return row + 2


def _named(page: Page, row: int, label: str, scope: str) -> None:
    page.text(row, 0, label, page.styles.wrapped)
    page.text(row, 1, scope, page.styles.muted)


def _apart(found: Mapping[str, Any]) -> str:
    return "yes" if found["separable"] else "no: the 90 % interval holds 0"


def _quantiles(page: Page, row: int, column: int, found: Mapping[str, float], unit: str) -> None:
    for offset, key in enumerate(QUANTILES):
        page.constant(row, column + offset, found[key], page.styles.number(unit))
