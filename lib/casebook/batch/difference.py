"""What a client has edited, told on the terminal: each input, and what the edits make of the answer."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from casebook.analysis.effect import Figure, effect
from casebook.batch.account import table
from casebook.batch.edits import spelled
from casebook.batch.pulling import Proposal
from casebook.case import Case, Input

_EDITS = ("key in the case file", "input", "was", "now", "unit")
_EFFECT = ("scope", "", "before", "after", "unit")
_MONEY_UNITS = ("$", "$/month")


def tell(proposal: Proposal, echo: Callable[[str], object]) -> None:
    """Say what was edited, what follows from it and how the answer changes; `echo` prints a line."""
    if proposal.built_from != proposal.before.id:
        echo(f"{proposal.file}: the workbook was built from a case of another name, {proposal.built_from!a}")
    if proposal.moved_on:
        echo(f"{proposal.file}: was changed since the workbook was built; only the workbook's own edits are taken")
    for path in proposal.already:
        echo(f"{path}: the case file has this edit already")
    if not proposal.edits:
        echo(f"{proposal.workbook}: no input was edited")
        return
    rows = [
        (path, edit.source.label, spelled(edit.was), spelled(edit.now), edit.source.unit)
        for edit in proposal.edits
        for path in edit.keys
    ]
    table(_EDITS, rows, echo)
    for edit in proposal.edits:
        if edit.keys != (edit.source.path,):
            echo(f"{edit.source.path}: a catalogue price; the options that use it get a price of their own")
    for old, new in proposal.follows:
        echo(f"{new.path}: follows from the edits, in the case file: {spelled(old.value)} → {spelled(new.value)}")
    kept = [edit.source.path for edit in proposal.edits if _keeps_its_source(edit.source, proposal.after)]
    if kept:
        echo(f"sources stay as they were written for the values before, or name one with --source: {', '.join(kept)}")
    echo("")
    figures = effect(proposal.before, proposal.after)
    table(_EFFECT, [_row(figure, proposal.before.currency) for figure in figures], echo)


def tell_lines(proposal: Proposal, echo: Callable[[str], object]) -> None:
    """Show the lines of the case file that would change."""
    old, new = (text.decode("utf-8-sig").splitlines() for text in (proposal.old, proposal.new))
    for line in difflib.unified_diff(old, new, str(proposal.file), str(proposal.file), lineterm="", n=1):
        echo(line)


def edited(proposal: Proposal) -> str:
    """`3 edited inputs`."""
    count = len(proposal.edits)
    return f"{count} edited input{'' if count == 1 else 's'}"


def _keeps_its_source(source: Input, after: Case) -> bool:
    """Whether an edited input still names the source of the value that it had."""
    return source.origin == "case" and source.source is not None and after.input(source.path).source == source.source


def _row(figure: Figure, currency: str) -> tuple[str, ...]:
    unit = figure.unit if currency == "USD" else figure.unit.replace("$", currency)
    after = _shown(figure.after, figure.unit) if figure.changed else "same"
    return figure.scope, figure.label, _shown(figure.before, figure.unit), after, unit


def _shown(value: float | str | None, unit: str) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if unit in _MONEY_UNITS and abs(value) >= 100 else f"{value:,.2f}"
