"""Commands on workbooks that came back: diff, pull."""

from __future__ import annotations

from pathlib import Path

import click

from casebook.cli.common import EPILOG, params_folder

FILE = click.Path(path_type=Path, dir_okay=False)
WORKBOOK = click.argument("workbook", type=FILE)
CASE = click.option("--case", type=FILE, help="The case file; params/<its case>.yaml when not given.")


@click.command(epilog=EPILOG)
@WORKBOOK
@CASE
def diff(workbook: Path, case: Path | None) -> None:
    """Say which inputs were edited in WORKBOOK, and what that makes of the answer; nothing is written."""
    from casebook.batch import difference, pulling

    difference.tell(pulling.propose(workbook, case, params_folder()), click.echo)


@click.command(epilog=EPILOG)
@WORKBOOK
@CASE
@click.option("--source", help="Written beside each edited value, as stated; else sources stay as they are.")
@click.option("--dry-run", is_flag=True, help="Show the lines that would change; write nothing.")
def pull(workbook: Path, case: Path | None, source: str | None, dry_run: bool) -> None:
    """Write the inputs edited in WORKBOOK back to its case file, all of them or none.

    Comments, order and sources of the case file stay as they are.
    """
    from casebook.batch import difference, pulling

    proposal = pulling.propose(workbook, case, params_folder(), source)
    difference.tell(proposal, click.echo)
    if dry_run:
        difference.tell_lines(proposal, click.echo)
    elif proposal.edits:
        pulling.save(proposal)
        click.echo(f"{proposal.file}: {difference.edited(proposal)} written; `casebook build {proposal.file}` next")
