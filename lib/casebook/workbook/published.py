"""The Published sheet: figures published elsewhere beside the computed ones, and what would reconcile them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casebook.analysis.published import NOT_REPRODUCED, WITHIN, nodes_of
from casebook.model.evaluate import SCOPES
from casebook.model.wiring import Node
from casebook.workbook.cells import Cells
from casebook.workbook.page import Page
from casebook.workbook.styles import NEVER, by_size

SHEET = "Published"
WIDTHS = [56, 9, 14, 14, 14, 26, 30, 64]
HEADINGS = ["Figure", "Unit", "Published", "Computed, live", "Difference", "At build", "Source", "Note"]
FIRST = 4


def write_published(page: Page, cells: Cells, figures: Sequence[Mapping[str, Any]]) -> None:
    """Write the sheet; what is computed is live, the what-ifs are values computed when the workbook was built."""
    page.sheet.freeze_panes(FIRST, 1)
    page.sheet.repeat_rows(FIRST - 1)
    page.headings(FIRST - 1, HEADINGS, (2, 3, 4))
    row = FIRST
    if not figures:
        page.text(row, 0, "The case names no published figures.", page.styles.muted)
    for figure in figures:
        digits = by_size(float(figure["published"])).partition(";")[0]
        number = page.styles.get(num_format=f"{NEVER}[<0]-{digits};{digits}", align="right")
        page.text(row, 0, figure["metric"], page.styles.wrapped)
        page.text(row, 1, page.styles.unit(figure["unit"] or ""), page.styles.muted)
        page.constant(row, 2, float(figure["published"]), number)
        _computed(page, cells, row, figure, number)
        style = page.styles.get(font_color="bad" if figure["status"] == NOT_REPRODUCED else "ink", indent=1)
        page.text(row, 5, figure["status"], style)
        page.text(row, 6, figure["source"], page.styles.note)
        page.text(row, 7, figure["note"], page.styles.note)
        row += 1
        for what_if in figure["reconciles"]:
            page.text(
                row, 0, f"What if: {what_if['label']}", page.styles.get(indent=1, font_color="ink", text_wrap=True)
            )
            page.constant(row, 3, what_if["gives"], number)
            page.text(row, 5, f"{what_if['scope']} scope", page.styles.muted)
            page.text(
                row,
                7,
                ", ".join(f"{path} = {_shown(value)}" for path, value in what_if["set"].items()),
                page.styles.note,
            )
            row += 1
    page.text(row + 1, 0, f"Reproduced: within {WITHIN:.0%} of the published figure.", page.styles.muted)


def _computed(page: Page, cells: Cells, row: int, figure: Mapping[str, Any], number) -> None:
    """The computed figure as a link to its cell, and its difference; a figure inside a list is a value."""
    binding = cells.layout.binding
    nodes = nodes_of(binding, cells.evaluation, figure["metric"])
    scope = SCOPES.index(figure["metric"].partition(".")[0])
    linked = len(nodes) == 1 and ".cumulative" not in figure["metric"] and figure["computed"] is not None
    if not linked:
        page.constant(row, 3, figure["computed"], number)
        page.constant(row, 4, figure["difference"], number)
        return
    page.formula(row, 3, f"={cells.address(nodes[0], scope)}", cells.value(nodes[0], scope), number)
    never = cells.address(Node("case", "", "never"))
    here = f"D{row + 1}"
    formula = f'=IF(ISNUMBER({here}),IF({here}<{never},{here}-C{row + 1},""),"")'
    page.formula(row, 4, formula, cells.value(nodes[0], scope) - figure["published"], number)


def _shown(value: object) -> str:
    """A value that a what-if sets, in the words of the workbook."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "unknown" if value is None else f"{value:g}" if isinstance(value, int | float) else str(value)
