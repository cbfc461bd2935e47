"""One figure of the catalogue and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CatalogueValue:
    """A figure in US dollars (or a ratio), its unit, its source and how far that can be trusted."""

    value: float
    unit: str
    source: str
    seen_on: date | None = None
    confidence: str = "high"

    @property
    def status(self) -> str:
        """How an input taken from here is marked: a guess of ours is never passed off as stated."""
        return "assumed" if self.confidence == "low" else "stated"
