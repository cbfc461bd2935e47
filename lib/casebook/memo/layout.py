"""The order of the memo's findings, and the frame around each of them."""

from __future__ import annotations

from typing import Any

from casebook.memo import frame
from casebook.memo.drawn import draws_tell
from casebook.memo.markup import Fragment
from casebook.memo.moving import moved
from casebook.memo.view import SCOPES, Memo

FINDINGS = ("options", "payback", "sensitivity", "certainty", "volumes", "rules", "flips", "published")
APPENDICES = ("inputs", "prices", "notes")


def present(memo: Memo, section: str) -> bool:
    """Whether this case has anything to say in a section."""
    if section == "payback":
        return any(memo.winner(scope) for scope in ("full", "invoice"))
    if section in ("flips", "published", "volumes"):
        return bool(memo.results["flip_points" if section == "flips" else section])
    if section == "certainty":
        return draws_tell(memo) or bool(memo.results["evaluation"])
    if section == "sensitivity":
        return any(moved(memo, scope) for scope in SCOPES)
    if section == "prices":
        return bool(memo.case.prices)
    return section != "notes" or bool(memo.case.notes)


def mark(memo: Memo, section: str) -> str:
    """A section's number, an appendix's letter: its place among those present, however often a cell runs."""
    if section in APPENDICES:
        return chr(ord("A") + [name for name in APPENDICES if present(memo, name)].index(section))
    return str(1 + [name for name in FINDINGS if present(memo, name)].index(section))


def framed(memo: Memo, section: str, heading: Any, *content: Any) -> Fragment:
    """A section under its heading, marked with its place."""
    return frame.section(section, frame.numbered(mark(memo, section), heading), *content)
