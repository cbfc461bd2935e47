"""Commands that bring reports up to date: build, why."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from casebook.cli.common import BRAND, CASES, EPILOG, OUTPUT, audit_list, params_folder

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it."""


def how(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say how reports are built; `bring_up_to_date` takes them."""
    options = (
        click.option("--jobs", "-j", type=click.IntRange(1), help="Reports at a time; default: one for every core."),
        click.option("--force", is_flag=True, help="Build what is up to date, too."),
        click.option(
            "--keep-going/--fail-fast",
            default=True,
            help="After a failure, build the others (the default) or begin no more.",
        ),
        click.option("--deadline", type=click.FloatRange(1), default=600.0, help="Seconds for a report; default: 600."),
        click.option("--memory", type=click.FloatRange(0.1), default=2.0, help="Gigabytes for a report; default: 2."),
        click.option(
            "--engine",
            type=click.Choice(["casebook", "nbclient"]),
            default="casebook",
            help="What runs the notebooks: casebook, in forks of a warm process; nbclient, in a new kernel each.",
        ),
        click.option(
            "--cluster", metavar="ADDRESS", help="Have them made by a Dask scheduler's workers: tcp://host:8786."
        ),
        BRAND,
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(epilog=EPILOG)
@CASES
@OUTPUT
@how
def build(cases: tuple[Path, ...], output: Path, **options: Any) -> None:
    """Bring reports up to date.

    CASES are files, names in params/ or folders; none: all in params/, and the reconciliation.

    A case file with faults is refused and the others are built.
    """
    sys.exit(bring_up_to_date(cases, output, **options))


def bring_up_to_date(
    asked: Sequence[Path],
    output: Path,
    *,
    jobs: int | None,
    force: bool,
    keep_going: bool,
    deadline: float,
    memory: float,
    engine: str,
    cluster: str | None,
    brand: Path | None,
    tell: bool = True,
) -> int:
    """Build what is stale and give the exit code; without `tell` the figures are left to others."""
    from casebook.batch import account, portfolio
    from casebook.batch import build as batch
    from casebook.batch import cases as files
    from casebook.batch.house import of_this_library
    from casebook.batch.progress import Lines, shown
    from casebook.batch.runners import runner

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended from outside: workers end as on Ctrl-C
    found, house = files.find(asked, params_folder(), audit_list()), replace(of_this_library(), chosen_brand=brand)

    preparing = portfolio.preparing()

    def begun() -> Lines:
        preparing.start()  # the cases are checked and under way: there is time until the first one ends
        return shown(click.echo)

    try:
        outcome = batch.build(
            found,
            house,
            output,
            lambda: runner(engine, deadline, memory, cluster),
            jobs=jobs or 0,
            force=force,
            fail_fast=not keep_going,
            say=click.echo,
            progress=begun,
        )
    except KeyboardInterrupt:
        click.echo("interrupted: the reports that were there still are", err=True)
        return INTERRUPTED
    if preparing.is_alive():
        preparing.join()
    # The portfolio may have to wait for another build, and says so; the account is what is read last.
    fresh = {one.id for one in (*outcome.fresh, *outcome.built)}
    portfolio.refresh(house, output, found, fresh, click.echo)
    account.tell(outcome, click.echo, figures_too=tell)
    return outcome.exit_code


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
