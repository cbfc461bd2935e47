"""Command that prints memos: pdf."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from casebook.cli.common import EPILOG, OUTPUT


@click.command(epilog=EPILOG)
@click.argument("cases", nargs=-1)
@OUTPUT
@click.option("--deadline", type=click.FloatRange(1), default=60.0, help="Seconds for a memo; default: 60.")
def pdf(cases: tuple[str, ...], output: Path, deadline: float) -> None:
    """Print memos with Chromium, as decision.pdf beside decision.html.

    CASES are names or case files of reports that are built; none: all of them.
    """
    from casebook.batch import pdf as printing
    from casebook.batch import portfolio
    from casebook.batch.house import of_this_library

    folders = printing.memos(output, cases)
    try:
        browser = printing.find_browser()
        for folder in folders:
            click.echo(f"{printing.print_memo(folder, browser, deadline)}: printed")
    except printing.PrintError as error:
        click.echo(f"casebook pdf: {error}", err=True)
        sys.exit(1)
    finally:
        portfolio.refresh(of_this_library(), output, say=click.echo)
