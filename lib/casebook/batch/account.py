"""The account at the end of a build: what was recommended, what failed and where to look."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from casebook.batch.build import Built, Failed, Outcome
from casebook.batch.cases import CaseFile, Checked
from casebook.batch.progress import several

_NONE = "–"
_FIGURES = (
    "case",
    "verdict (invoice)",
    "verdict (full)",
    "strength",
    "cash/month (invoice)",
    "cost (full)",
    "payback (full)",
    "time",
)
_SPANS = ("horizon_months", "max_payback_months")
_FAILURES = ("case", "notebook", "cell", "why", "open")


def tell(outcome: Outcome, echo: Any, figures_too: bool = True) -> None:
    """Say how a build ended; `echo` prints a line."""
    for checked in outcome.refused:
        for line in refusal(checked):
            echo(line)
    decisions = [one for one in outcome.built if one.kind == "decision"]
    if decisions and figures_too:
        table(_FIGURES, [figures(one) for one in decisions], echo)
    for one in outcome.built:
        if one.kind == "reconciliation":
            echo(reconciliation(one))
    if outcome.failed:
        table(_FAILURES, [failure(one) for one in outcome.failed], echo)
    if outcome.left:
        echo(f"not begun, because of the above: {several(outcome.left)}")
    if outcome.fresh:
        idle = not (outcome.built or outcome.failed or outcome.refused)
        echo(("nothing to do: " if idle else "") + up_to_date(outcome.fresh))


def up_to_date(fresh: Sequence[CaseFile]) -> str:
    """`4 cases up to date`, and the reconciliation where it is among them."""
    count = len([file for file in fresh if file.kind == "decision"])
    parts = [f"{count} case{'' if count == 1 else 's'}"] if count else []
    parts += ["the reconciliation"] if count < len(fresh) else []
    return " and ".join(parts) + " up to date"


def refusal(checked: Checked) -> list[str]:
    """The faults of a case file, a line each."""
    count = len(checked.faults)
    return [*checked.faults, f"{checked.file.path}: {count} fault{'' if count == 1 else 's'}; not built"]


def figures(built: Built) -> tuple[str, ...]:
    """A row of the table of key figures, read from a report's `results.json`.

    Cash is the invoice verdict's on invoices; cost to the horizon is the full verdict's, in full scope. Payback is the
    memo's key figure: where it is not the verdict's, it says whose.
    """
    results = json.loads((built.folder / "results.json").read_bytes())
    scopes = results["scopes"]
    invoice, full = (scopes[name]["recommendation"] for name in ("invoice", "full"))
    strengths = dict.fromkeys((invoice["strength"], full["strength"]))
    return (
        built.id,
        invoice["verdict"],
        full["verdict"],
        " / ".join(strengths),
        _money(scopes["invoice"]["options"].get(invoice["verdict"], {}).get("cash_per_month")),
        _money(scopes["full"]["options"].get(full["verdict"], {}).get("tco")),
        _payback(results),
        f"{built.seconds:.1f} s",
    )


def reconciliation(built: Built) -> str:
    """How many published figures come out, read from the report's `results.json`."""
    counts = json.loads((built.folder / "results.json").read_bytes())["counts"]
    told = f"{counts['come_out']} of {counts['figures']} published figures come out"
    return f"{built.id}: {told}; {built.seconds:.1f} s"


def failure(failed: Failed) -> tuple[str, ...]:
    """A row of the table of failures."""
    told = failed.failure
    why = told.why if told.notebook else f"{told.step}: {told.why}"
    return failed.id, told.notebook or _NONE, told.cell or _NONE, why, _near(failed.open)


def _payback(results: dict[str, Any]) -> str:
    """The payback that the memo tells at full cost, in its words; a dash without a pair."""
    from casebook.analysis.payback import outcome, window_of
    from casebook.memo.numbers import months

    pair = results["payback"]["full"]
    if pair is None:
        return _NONE
    words, figure = outcome(pair, window_of(*(results["about"][line] for line in _SPANS)))
    told = words.format(months=months(pair[figure]) if figure else "")
    verdict = results["scopes"]["full"]["recommendation"]["verdict"]
    return told if pair["candidate"] == verdict else f"{told} ({pair['candidate']})"


def _money(amount: float | None) -> str:
    if amount is None:
        return _NONE
    return f"{amount:,.0f}" if round(abs(amount), 2) >= 100 else f"{amount:,.2f}"


def cell(value: Any) -> str:
    """A cell of a table: a number short, a text as it is, a dash for nothing."""
    return (_money(value) if isinstance(value, int | float) else str(value)) or _NONE


def _near(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], echo: Any) -> None:
    """A table: drawn on a terminal, plain aligned columns elsewhere."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if console.is_terminal:
        table = Table(*head)
        for row in rows:
            table.add_row(*row)
        console.print(table)
        return
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, *rows):
        echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
