"""One figure of the catalogue and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CatalogueValue:
    """A figure in US dollars (or a ratio), its unit, its source and how far that can be trusted.

    `effective_from` is the day the price began where that is known, `package` the version of the price data the figure
    is read from, None for a fact of our own; `link` is the address a reader can look it up at; `vendor` who asks it,
    where the name it was asked for by does not say.
    """

    value: float
    unit: str
    source: str
    seen_on: date | None = None
    confidence: str = "high"
    link: str | None = None
    effective_from: date | None = None
    package: str | None = None
    vendor: str | None = None

    @property
    def status(self) -> str:
        """How an input taken from here is marked: a guess of ours is never passed off as stated."""
        return "assumed" if self.confidence == "low" else "stated"
