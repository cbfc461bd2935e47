"""Catalogue prices as inputs of a case: one input a model and figure, wherever it is used.

In a case kept in another currency a price is converted once, with the case's own exchange rate (units of that
currency for one US dollar).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from casebook import catalogue
from casebook.catalogue import CatalogueError, CatalogueValue, GpuPrice, ModelPrices

from .fields import DOLLAR, Line, unit_in
from .objects import Input
from .reading import Document, Path
from .schema import ExchangeRate


class Catalogued:
    """Looks up models and machines for one case, noting faults and what was used."""

    def __init__(self, document: Document, as_of: date | None, currency: str, rate: ExchangeRate | None) -> None:
        self.document = document
        self.as_of = as_of
        self.currency = currency
        self.rate = rate
        self.inputs: dict[str, Input] = {}
        self.rows: dict[str, Mapping[str, Any]] = {}
        self.unconverted = False
        self._told: set[Path] = set()

    def model(self, name: str, path: Path | None) -> ModelPrices | None:
        """A model's prices, or None with a fault at the path where it is named; without a path in silence."""
        if self.as_of is None:
            return None
        try:
            return catalogue.model_prices(name, self.as_of)
        except CatalogueError as error:
            self._tell(error, path)
            return None

    def gpu(self, name: str, path: Path | None) -> GpuPrice | None:
        """A GPU type's price, or None with a fault at the path where it is named; without a path in silence."""
        try:
            return catalogue.gpu_price(name, self.as_of)
        except CatalogueError as error:
            self._tell(error, path)
            return None

    def _tell(self, error: CatalogueError, path: Path | None) -> None:
        if path is not None and path not in self._told:
            self._told.add(path)
            self.document.fault(path, error.wanted, error.got, error.hint)

    def input(self, about: str, field: str, figure: CatalogueValue, line: Line) -> Input:
        """The input for a figure of the catalogue; the same object each time it is asked for."""
        path = f"prices.{about}.{field}"
        if path in self.inputs:
            return self.inputs[path]
        value, source = figure.value, figure.source
        if "$" in figure.unit and self.currency != DOLLAR:
            value, source = self._converted(figure)
        self.inputs[path] = Input(
            path=path,
            line=line.name,
            value=value,
            low=None,
            high=None,
            label=line.label,
            unit=unit_in(self.currency, line.unit),
            source=source,
            status=figure.status,
            origin="catalogue",
            minimum=line.minimum,
            maximum=line.maximum,
            exclusive_minimum=line.exclusive_minimum,
            integer=line.integer,
            nullable=False,
            type=line.type,
            choices=line.choices,
        )
        self.rows[path] = _row(about, field, self.inputs[path], figure)
        return self.inputs[path]

    def negotiated(self, about: str, field: str, figure: CatalogueValue | None, given: Input) -> None:
        """Note a price that the case gives itself, beside the catalogue's own."""
        foreign = figure is not None and "$" in figure.unit and self.currency != DOLLAR
        listed = figure.value if figure is not None else None
        if figure is not None and foreign:
            listed = figure.value * self.rate.value if self.rate is not None and self.rate.value else None
        self.rows[given.path] = _row(about, field, given, figure) | {
            "source": given.source,
            "seen_on": None,
            "confidence": None,
            "negotiated": True,
            "list_value": listed,
        }

    def _converted(self, figure: CatalogueValue) -> tuple[float, str]:
        if self.rate is None or self.rate.value is None:
            self.unconverted = True
            return figure.value, figure.source
        seen = f" on {self.rate.date}" if self.rate.date else ""
        source = f"{figure.source}; ${figure.value:g} at {self.rate.value:g} {self.currency} per US dollar{seen}"
        return figure.value * self.rate.value, source


def _row(about: str, field: str, used: Input, figure: CatalogueValue | None) -> dict[str, Any]:
    """What is kept of a price in every report: its value as used, and where the catalogue has it from."""
    return {
        "model": about,
        "field": field,
        "value": used.value,
        "unit": used.unit,
        "source": used.source,
        "seen_on": figure.seen_on if figure else None,
        "provider": figure.vendor if figure and figure.vendor else about.partition("/")[0] if "/" in about else None,
        "effective_from": figure.effective_from if figure else None,
        "package_version": figure.package if figure else None,
        "confidence": figure.confidence if figure else None,
        "link": figure.link if figure else None,
        "negotiated": False,
        "list_value": None,
        "input": used.path,
    }
