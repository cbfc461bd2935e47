"""The command `casebook`: thin wrappers; each command is one function elsewhere.

The top level of these modules imports the standard library and click only, so that help and a build with nothing to
do answer at once.
"""

from __future__ import annotations

import click

import casebook
from casebook.cli import cases, pdf, prices, reports, sweeps, workbooks
from casebook.cli.common import EPILOG


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


COMMANDS = (
    cases.check,
    cases.new,
    cases.evaluate,
    reports.build,
    reports.why,
    sweeps.sweep,
    workbooks.diff,
    workbooks.pull,
    pdf.pdf,
    prices.prices,
)

for command in COMMANDS:
    main.add_command(command)
