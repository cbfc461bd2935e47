"""The project's own dated facts: what the price data lacks, one row a fact, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml  # type: ignore[import-untyped]  # PyYAML ships no types

from .price import CatalogueValue

CONFIDENCES = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of facts.yaml."""

    about: str
    value: float | date
    unit: str
    source: str
    seen_on: date
    confidence: str
    note: str | None

    def as_value(self) -> CatalogueValue:
        """The fact as a figure of the catalogue."""
        if isinstance(self.value, date):
            raise TypeError(f"{self.about} holds a date, not a figure")
        source = f"{self.source}; {self.note}" if self.note else self.source
        return CatalogueValue(float(self.value), self.unit, source, self.seen_on, self.confidence)


@cache
def facts(section: str) -> dict[str, Fact]:
    """The rows of a section, by what they are about."""
    everything = _all()
    body, sources = everything[section], everything["sources"]
    return {about: _fact(about, row, body["unit"], sources) for about, row in body["rows"].items()}


@cache
def _all() -> dict[str, Any]:
    text = files(__package__).joinpath("facts.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


def _fact(about: str, row: dict[str, Any], unit: str, sources: dict[str, Any]) -> Fact:
    confidence = row.get("confidence", "high")
    if confidence not in CONFIDENCES:
        raise ValueError(f"facts.yaml: {about}: wanted one of {CONFIDENCES}, got {confidence!r}")
    source = sources[row["source"]]
    return Fact(about, row["value"], unit, source["text"], source["seen_on"], confidence, row.get("note"))
