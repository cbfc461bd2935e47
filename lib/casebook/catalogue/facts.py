"""The project's own dated facts: what the price data lacks, one row a fact, each with its source.

A row may be a list of what was seen on several days: the newest that had been seen by the day asked for counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml  # type: ignore[import-untyped]  # PyYAML ships no types
from pydantic import BaseModel, ConfigDict, ValidationError

from .errors import FactsError
from .price import CatalogueValue

Confidence = Literal["high", "medium", "low"]
FILE = "facts.yaml"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact: what it is about, its value, and who says so since when."""

    section: str
    about: str
    value: float | bool | date
    unit: str
    currency: str | None
    source: str
    link: str
    seen_on: date
    confidence: str
    note: str | None

    def as_value(self, as_of: date | None = None) -> CatalogueValue:
        """The fact as a figure of the catalogue."""
        if isinstance(self.value, date):
            raise TypeError(f"{self.about} holds a date, not a figure")
        source = self.source_on(as_of)
        return CatalogueValue(float(self.value), self.unit, source, self.seen_on, self.confidence, self.link)

    def source_on(self, as_of: date | None) -> str:
        """The source with its note; it says so when the fact was first seen after the day asked for."""
        late = "first seen after that day" if as_of is not None and as_of < self.seen_on else None
        return "; ".join(text for text in (self.source, self.note, late) if text)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Source(_Part):
    address: str
    seen_on: date
    confidence: Confidence
    how: str | None = None


class _Row(_Part):
    value: bool | float | date
    source: str
    confidence: Confidence | None = None
    note: str | None = None


class _Section(_Part):
    about: str
    kind: str
    unit: str
    currency: Literal["USD"] | None
    rows: dict[str, _Row | list[_Row]]


class _Facts(_Part):
    sources: dict[str, _Source]
    sections: dict[str, _Section]


def facts(section: str, as_of: date | None = None) -> dict[str, Fact]:
    """The facts of a section as known on a day, by what they are about; the newest ones without a day."""
    return {about: _known_by(seen, as_of) for about, seen in _read()[section].items()}


def kinds() -> dict[str, str]:
    """The kind of each section, in the order of the file."""
    return {name: section.kind for name, section in _parsed().sections.items()}


def newest() -> date:
    """The last day on which a fact was seen."""
    return max(fact.seen_on for rows in _read().values() for seen in rows.values() for fact in seen)


def parse(text: str) -> _Facts:
    """The content of a facts file; raises FactsError with every row that is not as it should be."""
    loaded: Any = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    try:
        found = _Facts.model_validate(loaded)
    except ValidationError as error:
        told = [f"{FILE}: {_where(each['loc'])}: {each['msg']}; got {each['input']!r}" for each in error.errors()]
        raise FactsError("\n".join(told)) from None
    unknown = [
        f"{FILE}: {name}.{about}: wanted a source of the list; got '{row.source}'"
        for name, section in found.sections.items()
        for about, rows in section.rows.items()
        for row in _listed(rows)
        if row.source not in found.sources
    ]
    empty = [f"{FILE}: {name}: wanted rows; got none" for name, section in found.sections.items() if not section.rows]
    if unknown or empty:
        raise FactsError("\n".join(unknown + empty))
    return found


@cache
def _parsed() -> _Facts:
    return parse(files(__package__).joinpath(FILE).read_text(encoding="utf-8"))


@cache
def _read() -> dict[str, dict[str, tuple[Fact, ...]]]:
    found = _parsed()
    return {
        name: {
            about: tuple(
                sorted(
                    (_fact(name, section, about, row, found.sources[row.source]) for row in _listed(rows)),
                    key=lambda fact: fact.seen_on,
                )
            )
            for about, rows in section.rows.items()
        }
        for name, section in found.sections.items()
    }


def _fact(name: str, section: _Section, about: str, row: _Row, source: _Source) -> Fact:
    text = f"{source.address}, {source.how}" if source.how else source.address
    confidence = row.confidence or source.confidence
    return Fact(
        section=name,
        about=about,
        value=row.value,
        unit=section.unit,
        currency=section.currency,
        source=text,
        link=source.address,
        seen_on=source.seen_on,
        confidence=confidence,
        note=row.note,
    )


def _known_by(seen: tuple[Fact, ...], as_of: date | None) -> Fact:
    known = [fact for fact in seen if as_of is None or fact.seen_on <= as_of]
    return known[-1] if known else seen[0]


def _listed(rows: _Row | list[_Row]) -> list[_Row]:
    return rows if isinstance(rows, list) else [rows]


def _where(location: tuple[int | str, ...]) -> str:
    """The path of a fault, without the names pydantic gives to the members of a union."""
    hidden = ("sections", "_Row", "list[_Row]", "bool", "float", "date")
    return ".".join(str(part) for part in location if part not in hidden) or "the file"
