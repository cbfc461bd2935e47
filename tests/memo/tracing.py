"""The numbers that a page or a section shows, and the way back to their figures."""

from __future__ import annotations

from casebook.memo.lint import Shown, read_page
from casebook.memo.tracing import traced

__all__ = ["shown_numbers", "traced"]


def shown_numbers(html: str) -> list[Shown]:
    """Key, raw value and text of every number that was registered."""
    return read_page(html).numbers
