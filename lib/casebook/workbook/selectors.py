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


def by_scope_selected(invoice: str, full: str, sheet: str) -> str:
    """What shows the one or the other by the scope selected, as seen from a sheet; no condition where both are one."""
    return invoice if invoice == full else f'IF({scope_selected(sheet)}="{SCOPES[FULL]}",{full},{invoice})'


def end_selected(sheet: str) -> str:
    """The address of the end of the ranges selected, as seen from a sheet."""
    return _address(RANGE_ROW, sheet)


def _address(row: int, sheet: str) -> str:
    return f"{'' if sheet == SUMMARY else SUMMARY + '!'}$B${row + 1}"
