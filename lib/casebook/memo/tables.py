"""Tables that read on paper, on a phone and aloud."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from casebook.memo.markup import as_text, el, join


@dataclass(frozen=True)
class Column:
    """A column: its heading, whether it holds figures, and a class of its own where it needs one."""

    label: Any
    figures: bool = False
    class_: str | None = None

    @cached_property
    def classes(self) -> str | None:
        """Its classes as written."""
        return " ".join(c for c in ("n" if self.figures else None, self.class_) if c) or None

    @cached_property
    def text(self) -> str:
        """Its heading as it is read."""
        return as_text(self.label)


@dataclass(frozen=True)
class Row:
    """A row: its cells, the first one its heading."""

    cells: Sequence[Any]
    class_: str | None = None


@dataclass(frozen=True)
class Group:
    """Rows under a heading of their own, or without one; `rest` are last rows of a heading and one broad cell."""

    rows: Sequence[Row]
    heading: Any = None
    rest: Sequence[tuple[Any, Any]] = ()
    class_: str | None = None


def table(
    caption: Any, columns: Sequence[Column], groups: Iterable[Group], note: Any = None, class_: str | None = None
) -> Markup:
    """A table with its caption, and a note below; groups without rows are left out.

    The roles are written out because a phone lays rows out as cards, and a browser forgets then that it is a table.
    """
    header = el("tr", join(_heading(column) for column in columns), role="row")
    bodies = [_body(group, columns) for group in groups if group.rows or group.rest]
    body = el(
        "table",
        el("caption", caption),
        el("thead", header, role="rowgroup"),
        *bodies,
        role="table",
        class_=class_,
    )
    return body if note is None else join([body, el("p", note, class_="note")])


def _heading(column: Column) -> Markup:
    return el("th", column.label, scope="col", role="columnheader", class_=column.classes)


def _body(group: Group, columns: Sequence[Column]) -> Markup:
    rows = [_row(row, columns) for row in group.rows]
    if group.heading is not None:
        cell = el("th", group.heading, scope="rowgroup", role="rowheader", colspan=len(columns))
        rows.insert(0, el("tr", cell, role="row", class_="group"))
    for name, text in group.rest:
        head = el("th", name, scope="row", role="rowheader")
        rows.append(el("tr", head, el("td", text, role="cell", colspan=len(columns) - 1), role="row", class_="rest"))
    return el("tbody", join(rows), role="rowgroup", class_=group.class_)


def _row(row: Row, columns: Sequence[Column]) -> Markup:
    first, *rest = zip(row.cells, columns, strict=True)
    cells = [el("th", first[0], scope="row", role="rowheader", class_=first[1].classes)]
    cells += [el("td", cell, role="cell", class_=column.classes, data_label=column.text) for cell, column in rest]
    return el("tr", join(cells), role="row", class_=row.class_)
