"""Commands on case files: check, new, evaluate."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from casebook.cli.common import CASES, EPILOG, FOLDER, audit_list, params_folder


@click.command(epilog=EPILOG)
@CASES
def check(cases: tuple[Path, ...]) -> None:
    """Say what is wrong with case files, or that nothing is.

    CASES are files, names in params/ or folders; none: all in params/, and the reconciliation's list.
    """
    from casebook.batch import cases as files

    faults = False
    for file in files.find(cases, params_folder(), audit_list()):
        found = files.check(file)
        faults = faults or bool(found.faults)
        for line in found.faults:
            click.echo(line, err=True)
        for warning in found.warnings:
            click.echo(f"{file.path}: warning: {warning}")
        if not found.faults:
            click.echo(f"{file.path}: nothing wrong")
    if faults:
        sys.exit(2)


@click.command(epilog=EPILOG)
@click.argument("case")
@click.option("--into", type=FOLDER, help="Its folder; params/ when not given.")
def new(case: str, into: Path | None) -> None:
    """Write a commented starter file for the case named CASE, that builds as it stands."""
    from casebook.batch import cases as files

    click.echo(f"{files.new(case, into or params_folder())}: written; edit it, then `casebook build` it")


@click.command(epilog=EPILOG)
@click.argument("case", type=click.Path(path_type=Path))
@click.option("--draws", type=click.IntRange(1), help="Draws of the ranged inputs; default: 2000, as in a report.")
def evaluate(case: Path, draws: int | None) -> None:
    """Print the results of the case file CASE as JSON; no notebook is run."""
    from casebook.batch.evaluation import results_text

    click.echo(results_text(case, draws), nl=False)
