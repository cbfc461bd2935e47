"""The command `casebook`: a thin wrapper; each command is one function elsewhere.

The top level imports the standard library and click only, so that help and a build with nothing to do answer
at once.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click

import casebook

CASES = click.argument("cases", nargs=-1, type=click.Path(path_type=Path))
FOLDER = click.Path(path_type=Path, file_okay=False)
OUTPUT = click.option("--output", type=FOLDER, default=Path("output"), help="Where the reports are.")
EPILOG = "Exit codes: 0 done; 1 a report could not be made; 2 wrong input, nothing written for it."


class Casebook(click.Group):
    """The commands, with wrong input told as one clear error and exit code 2."""

    def invoke(self, ctx: click.Context) -> object:
        from casebook.batch.faults import InputError

        try:
            return super().invoke(ctx)
        except InputError as error:
            click.echo(f"casebook: {error}", err=True)
            ctx.exit(2)


@click.group(cls=Casebook, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(casebook.__version__, prog_name="casebook")
def main() -> None:
    """Business cases for prompting, retrieval and fine-tuning: one case file in, workbook and memo out."""


@main.command(epilog=EPILOG)
@CASES
def check(cases: tuple[Path, ...]) -> None:
    """Say what is wrong with case files, or that nothing is.

    CASES are files or folders; none: all in params/, and the reconciliation's list.
    """
    from casebook.batch import cases as files

    faults = False
    for file in files.find(cases, _params(), _audit()):
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


@main.command(epilog=EPILOG)
@click.argument("case")
@click.option("--into", type=FOLDER, help="Its folder; params/ when not given.")
def new(case: str, into: Path | None) -> None:
    """Write a commented starter file for the case named CASE, that builds as it stands."""
    from casebook.batch import cases as files

    click.echo(f"{files.new(case, into or _params())}: written; edit it, then `casebook build` it")


@main.command(epilog=EPILOG)
@click.argument("case", type=click.Path(path_type=Path))
@click.option("--draws", type=click.IntRange(1), help="Draws of the ranged inputs; default: 2000, as in a report.")
def evaluate(case: Path, draws: int | None) -> None:
    """Print the results of the case file CASE as JSON; no notebook is run."""
    from casebook.batch.evaluation import results_text

    click.echo(results_text(case, draws), nl=False)


@main.command(epilog=EPILOG)
@CASES
@OUTPUT
@click.option("--jobs", "-j", type=click.IntRange(1), help="Reports at a time; default: one for every core.")
@click.option("--force", is_flag=True, help="Build what is up to date, too.")
@click.option("--deadline", type=click.FloatRange(1), default=600.0, help="Seconds for a report; default: 600.")
def build(cases: tuple[Path, ...], output: Path, jobs: int | None, force: bool, deadline: float) -> None:
    """Bring reports up to date. CASES are files or folders; none: all in params/, and the reconciliation.

    A case file with faults is refused and the others are built.
    """
    from casebook.batch import account
    from casebook.batch import build as batch
    from casebook.batch import cases as files
    from casebook.batch.house import of_this_library
    from casebook.batch.process import FreshProcess

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended from outside: workers end as on Ctrl-C
    try:
        outcome = batch.build(
            files.find(cases, _params(), _audit()),
            of_this_library(),
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
    sys.exit(outcome.exit_code)


@main.command(epilog=EPILOG)
@click.argument("case")
@OUTPUT
def why(case: str, output: Path) -> None:
    """Say why the report of CASE (a name in params/ or a file) would be built anew."""
    from casebook.batch import build as batch
    from casebook.batch import cases as files
    from casebook.batch.house import of_this_library

    path = _params() / f"{case}.yaml" if files.NAME.fullmatch(case) else Path(case)
    path = _audit() if case == _audit().stem else path
    for file in files.find([path], _params(), _audit()):
        lines = batch.why(file, of_this_library(), output)
        click.echo("\n".join(lines) if lines else f"{file.id} is up to date")


def _params() -> Path:
    """The folder of case files: that of the checkout, as short as it can be written."""
    from casebook.batch.house import of_this_library

    return _short(of_this_library().params)


def _audit() -> Path:
    """The list of the source's published figures, as short as it can be written."""
    from casebook.batch.house import of_this_library

    return _short(of_this_library().audit)


def _short(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
