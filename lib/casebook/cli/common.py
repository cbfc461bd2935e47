"""What commands share: arguments, options, and where a checkout keeps its cases."""

from __future__ import annotations

from pathlib import Path

import click

CASES = click.argument("cases", nargs=-1, type=click.Path(path_type=Path))
FOLDER = click.Path(path_type=Path, file_okay=False)
OUTPUT = click.option("--output", type=FOLDER, default=Path("output"), help="Where the reports are.")
BRAND = click.option(
    "--brand",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The firm's name, colours, fonts and logo; default: templates/brand.yaml.",
)
EPILOG = "Exit codes: 0 done; 1 a report could not be made; 2 wrong input, nothing written for it."


def params_folder() -> Path:
    """The folder of case files: that of the checkout, as short as it can be written."""
    from casebook.batch.house import of_this_library

    return short(of_this_library().params)


def audit_list() -> Path:
    """The list of the source's published figures, as short as it can be written."""
    from casebook.batch.house import of_this_library

    return short(of_this_library().audit)


def short(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
