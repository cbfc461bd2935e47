"""The price list as text: a table to read, or JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from casebook.batch.faults import InputError
from casebook.catalogue import CatalogueError
from casebook.catalogue.facts import newest
from casebook.catalogue.listing import KINDS, Listed, price_list

HEADINGS = ("of", "what", "value", "unit", "from", "seen on", "age", "confidence", "source")


def price_text(
    names: Sequence[str], as_of: date | None, provider: str | None, kind: str | None, as_json: bool = False
) -> str:
    """The price list of a day for some names, a provider or a kind; raises InputError for what it does not have."""
    if kind is not None and kind not in KINDS:
        raise InputError(f"--kind: wanted one of {', '.join(KINDS)}; got '{kind}'")
    day = as_of or newest()
    try:
        rows = price_list(names, day, provider, kind)
    except CatalogueError as error:
        raise InputError(str(error)) from None
    if as_json:
        return json.dumps([_plain(row, day) for row in rows], indent=1, ensure_ascii=False)
    if not names and provider is None and kind is None:
        return _overview(rows, day)
    if not rows:
        return f"nothing of that kind on {day}"
    return _table([HEADINGS, *(_cells(row, day) for row in rows)])


def _plain(row: Listed, day: date) -> dict[str, object]:
    fields = asdict(row) | {"as_of": day, "age_days": row.age_days(day)}
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in fields.items()}


def _cells(row: Listed, day: date) -> tuple[str, ...]:
    age = row.age_days(day)
    return (
        row.of,
        row.what,
        _shown(row.value),
        "" if row.unit in ("date", "flag") else row.unit,
        _shown(row.effective_from),
        _shown(row.seen_on),
        "" if age is None else f"{age} d",
        row.confidence,
        row.source,
    )


def _shown(value: float | bool | date | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else f"{value:g}"


def _overview(rows: Sequence[Listed], day: date) -> str:
    """How much there is of each kind, and how to see it."""
    counted = Counter(row.kind for row in rows)
    of_models = len({row.of for row in rows if row.kind == "model"})
    lines = [("kind", "rows", "what")]
    lines += [(kind, str(of_models if kind == "model" else counted[kind]), about) for kind, about in KINDS.items()]
    table = _table(lines)
    about = f"Prices of {day}; models of those who make them, others by --provider."
    return f"{about}\n\n{table}\n\ncasebook prices --kind gpu"


def _table(lines: Sequence[tuple[str, ...]]) -> str:
    """Lines in columns; the last is as wide as it likes."""
    widths = [max(len(cells[column]) for cells in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip() for cells in lines
    )
