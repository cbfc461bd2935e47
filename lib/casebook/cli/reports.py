"""Commands that bring reports up to date: build, why."""

from __future__ import annotations

import signal
import sys
from dataclasses import replace
from pathlib import Path

import click

from casebook.cli.common import BRAND, CASES, EPILOG, OUTPUT, audit_list, params_folder


@click.command(epilog=EPILOG)
@CASES
@OUTPUT
@click.option("--jobs", "-j", type=click.IntRange(1), help="Reports at a time; default: one for every core.")
@click.option("--force", is_flag=True, help="Build what is up to date, too.")
@click.option("--deadline", type=click.FloatRange(1), default=600.0, help="Seconds for a report; default: 600.")
@BRAND
def build(
    cases: tuple[Path, ...], output: Path, jobs: int | None, force: bool, deadline: float, brand: Path | None
) -> None:
    """Bring reports up to date. CASES are files or folders; none: all in params/, and the reconciliation.

    A case file with faults is refused and the others are built.
    """
    from casebook.batch import account, portfolio
    from casebook.batch import build as batch
    from casebook.batch import cases as files
    from casebook.batch.house import of_this_library
    from casebook.batch.process import FreshProcess

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended from outside: workers end as on Ctrl-C
    asked = files.find(cases, params_folder(), audit_list())
    try:
        outcome = batch.build(
            asked,
            replace(of_this_library(), chosen_brand=brand),
            output,
            lambda: FreshProcess(deadline),
            jobs=jobs or 0,
            force=force,
            say=click.echo,
        )
    except KeyboardInterrupt:
        click.echo("interrupted: the reports that were there still are", err=True)
        sys.exit(130)
    account.tell(outcome, click.echo)
    fresh = {one.id for one in (*outcome.fresh, *outcome.built)}
    portfolio.refresh(of_this_library(), output, asked, fresh, click.echo)
    sys.exit(outcome.exit_code)


@click.command(epilog=EPILOG)
@click.argument("case")
@OUTPUT
@BRAND
def why(case: str, output: Path, brand: Path | None) -> None:
    """Say why the report of CASE (a name in params/ or a file) would be built anew."""
    from casebook.batch import build as batch
    from casebook.batch import cases as files
    from casebook.batch.house import of_this_library

    path = params_folder() / f"{case}.yaml" if files.NAME.fullmatch(case) else Path(case)
    path = audit_list() if case == audit_list().stem else path
    for file in files.find([path], params_folder(), audit_list()):
        lines = batch.why(file, replace(of_this_library(), chosen_brand=brand), output)
        click.echo("\n".join(lines) if lines else f"{file.id} is up to date")
