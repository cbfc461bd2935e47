"""The command on prices: what the catalogue holds, from whom, since when, and how old it is."""

from __future__ import annotations

from datetime import datetime

import click

from casebook.cli.common import EPILOG


@click.command(epilog=EPILOG)
@click.argument("names", metavar="[MODEL]...", nargs=-1)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day; default: that of the newest fact.")
@click.option("--provider", metavar="P", help="Only what a provider or vendor offers, such as anthropic.")
@click.option("--kind", metavar="K", help="Only one kind: model, gpu, vector_db, …; an unknown one names them all.")
@click.option("--json", "as_json", is_flag=True, help="The rows as JSON.")
def prices(
    names: tuple[str, ...], as_of: datetime | None, provider: str | None, kind: str | None, as_json: bool
) -> None:
    """List prices and facts as they stood on a day, with their source and age; nothing is fetched.

    MODEL is a model (anthropic/claude-haiku-4-5), a GPU (L40S, nebius/H100) or another name of the list. Without one:
    all of a provider or a kind; without these, how much there is of each kind.
    """
    from casebook.batch.prices import price_text

    click.echo(price_text(names, as_of.date() if as_of else None, provider, kind, as_json))
