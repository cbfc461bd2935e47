"""The command that builds one case over many values: sweep."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from casebook.cli.common import EPILOG, FOLDER, short
from casebook.cli.reports import INTERRUPTED, bring_up_to_date, how


@click.command(epilog=EPILOG)
@click.argument("case", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--set", "settings", multiple=True, metavar="PATH=A,B,C", help="A key path and its values; repeat it.")
@click.option("--csv", "clients", type=click.Path(path_type=Path), help="A column a key path, a row a case.")
@click.option("--into", type=FOLDER, help="Where the case files go; CASE-sweep/ beside the case when not given.")
@click.option("--output", type=FOLDER, help="Where the reports go; output/CASE-sweep when not given.")
@how
def sweep(
    case: Path,
    settings: tuple[str, ...],
    clients: Path | None,
    into: Path | None,
    output: Path | None,
    **options: object,
) -> None:
    """Build CASE once for every combination of values, or for every row of a CSV, and tell what came out.

    The values of --set make a grid. A range is written [low, likely, high]. The table is printed, and written beside
    the reports as sweep.csv.
    """
    from casebook.batch import account
    from casebook.batch import sweep as batch
    from casebook.batch.faults import InputError

    if not settings and clients is None:
        raise InputError("wanted values: --set PATH=A,B,C or --csv FILE")
    name = f"{case.stem}-sweep"
    into, output = into or case.with_name(name), output or Path("output", name)
    wanted = batch.members(case.stem, batch.grid(settings), batch.rows_of(clients) if clients else ())
    files = batch.write(case, into, wanted)
    code = bring_up_to_date(files, output, tell=False, **options)
    if code == INTERRUPTED:  # nobody waits for a table
        sys.exit(code)
    head, rows = batch.table(output, wanted, case)
    output.mkdir(parents=True, exist_ok=True)
    batch.write_table(output / "sweep.csv", head, rows)
    account.table(head, [[account.cell(value) for value in row] for row in rows], click.echo)
    click.echo(f"{short(output / 'sweep.csv')}: {len(rows)} cases of {short(into)}")
    sys.exit(code)
