"""The tables of docs/case-file.md, written from the schema: `python -m casebook.case.reference docs/case-file.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from .fields import Line
from .schema import OPTION_BLOCKS, Block, CaseFile, OptionBlock, block_class, lines_of

MARK = "<!-- From here on written by `python -m casebook.case.reference docs/case-file.md`; do not edit. -->"


def field_tables() -> str:
    """Every field of the case file that is a number, flag, choice or date, as Markdown tables by block."""
    return "\n".join(_tables()) + "\n"


def update(text: str) -> str:
    """A page with its tables written anew; what stands above the mark is kept."""
    above, mark, _ = text.partition(MARK)
    if not mark:
        raise ValueError(f"the page has no line {MARK!r}")
    return above + mark + "\n\n" + field_tables()


def _tables() -> Iterator[str]:
    yield from _table("Top level", CaseFile)
    for key in CaseFile.BLOCKS:
        yield from _table(f"`{key}`", block_class(CaseFile, key))
    yield from _table("`evidence.format_failures`", block_class(block_class(CaseFile, "evidence"), "format_failures"))
    yield from _table("An option", OptionBlock)
    for key in OPTION_BLOCKS:
        yield from _table(f"An option's `{key}`", block_class(OptionBlock, key))


def _table(title: str, block: type[Block]) -> Iterator[str]:
    yield f"### {title}\n"
    yield "| key | meaning | unit | range | default |"
    yield "|---|---|---|---|---|"
    for key, line in lines_of(block).items():
        yield f"| `{key}` | {line.label} | {line.unit} | {_range(line)} | {_default(line)} |"
    yield ""


def _range(line: Line) -> str:
    if line.type == "flag":
        return "true, false"
    if line.type == "date":
        return "a date"
    if line.type == "text":
        return ", ".join(f"`{choice}`" for choice in line.choices)
    low = "" if line.minimum is None else f"{'> ' if line.exclusive_minimum else '≥ '}{line.minimum:g}"
    high = "" if line.maximum is None else f"≤ {line.maximum:g}"
    whole = "whole" if line.integer else ""
    return ", ".join(part for part in (low, high, whole) if part) or "any number"


def _default(line: Line) -> str:
    if line.required and line.default is None:
        return "required"
    if line.default is None:
        return "unknown" if line.nullable else "see above"
    if isinstance(line.default, bool):
        return str(line.default).lower()
    return f"{line.default:g}" if isinstance(line.default, int | float) else f"`{line.default}`"


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(update(page.read_text(encoding="utf-8")), encoding="utf-8")
