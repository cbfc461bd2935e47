"""The two selectors of Summary: which scope is shown, and at which end of its range every ranged input stands."""

from __future__ import annotations

from casebook.model.evaluate import SCOPES

SUMMARY = "Summary"
SCOPE_ROW, RANGE_ROW, COLUMN = 3, 4, 1
LOW, LIKELY, HIGH = "low", "likely", "high"
ENDS = (LOW, LIKELY, HIGH)
FULL = SCOPES.index("full")


def scope_selected(sheet: str) -> str:
    """The address of the scope selected, as seen from a sheet."""
    return _address(SCOPE_ROW, sheet)


def end_selected(sheet: str) -> str:
    """The address of the end of the ranges selected, as seen from a sheet."""
    return _address(RANGE_ROW, sheet)


def _address(row: int, sheet: str) -> str:
    return f"{'' if sheet == SUMMARY else SUMMARY + '!'}$B${row + 1}"
