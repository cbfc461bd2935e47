"""The price list: models, machines and services, and what is known of them, as rows to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from .errors import CatalogueError, UnknownGpu, UnknownModel, UnknownPrice
from .facts import Fact, facts, kinds
from .gpus import gpu_price
from .ids import MAKERS, providers
from .models import ModelPrices, model_prices
from .price import CatalogueValue

KINDS = {
    "model": "token prices of models",
    "gpu": "GPUs by the hour, and their memory",
    "vector_db": "vector databases",
    "reranker": "rerankers",
    "training": "training a model",
    "premium": "tuned models over their base",
    "hosting": "hosting a tuned model",
    "tuning": "who tunes what, and until when",
    "cache": "prompt caching",
    "batch": "batch discounts by provider",
    "retirement": "when models retire",
    "release": "when models were released",
    "price_data": "how new the price data is",
}
"""What there is a list of."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the price list; `value` is a number, a truth value or a day."""

    of: str
    what: str
    kind: str
    value: float | bool | date
    unit: str
    source: str
    seen_on: date | None
    effective_from: date | None
    package_version: str | None
    confidence: str

    def age_days(self, as_of: date) -> int | None:
        """Days since it was seen; None for the price data, which does not say, and for what is seen later."""
        return (as_of - self.seen_on).days if self.seen_on is not None and self.seen_on <= as_of else None


def price_list(
    names: Sequence[str], as_of: date, provider: str | None = None, kind: str | None = None
) -> tuple[Listed, ...]:
    """The rows for some names, or all of a provider or kind.

    Raises CatalogueError: an unknown name with the nearest, or a model that is not offered on the day.
    """
    if names:
        rows = [row for name in names for row in _named(name, as_of)]
    else:
        rows = _models(as_of, provider) if kind in (None, "model") else []
        rows += [_of_fact(fact, as_of) for name in kinds() for fact in facts(name, as_of).values()]
    found = tuple(
        row
        for row in rows
        if (kind is None or row.kind == kind) and (provider is None or row.of.partition("/")[0] == provider)
    )
    if provider is not None and not found and not names:
        raise UnknownPrice(provider, tuple(get_close_matches(provider, _providers(), n=3, cutoff=0.6)))
    return found


def embedding_models(as_of: date) -> tuple[Listed, ...]:
    """The embedding models on offer that charge by the token, with their input prices, the cheapest first."""
    names = [
        f"{each.id}/{model.id}"
        for each in providers()
        if each.id in (*MAKERS, "aws")
        for model in each.models
        if "embed" in model.id
    ]
    rows = [row for name in names for row in _offered(name, as_of) if row.what == "input" and row.value]
    return tuple(sorted(rows, key=lambda row: (row.value, row.of)))


def _offered(name: str, as_of: date) -> list[Listed]:
    try:
        return _of_model(model_prices(name, as_of))
    except CatalogueError:
        return []


def _named(name: str, as_of: date) -> list[Listed]:
    wanted = name.strip().lower()
    known = [
        _of_fact(fact, as_of)
        for section in kinds()
        for fact in facts(section, as_of).values()
        if wanted in (fact.about.lower(), fact.about.lower().rpartition("/")[2])
    ]
    try:
        prices = model_prices(name, as_of)
    except UnknownModel as unknown:
        return known or _machine(name, as_of) or _refuse(name, unknown)
    about = {prices.id.lower(), wanted}
    # The shortest cached prompt is among the model's own figures.
    return _of_model(prices) + [row for row in known if row.of.lower() in about and row.kind != "cache"]


def _machine(name: str, as_of: date) -> list[Listed]:
    try:
        gpu = gpu_price(name, as_of)
    except UnknownGpu:
        return []
    return [
        _row(gpu.type, "price per hour", "gpu", gpu.per_hour),
        _row(gpu.type, "memory", "gpu", gpu.memory_gb),
    ]


def _refuse(name: str, unknown: UnknownModel) -> list[Listed]:
    """Refuse a name, with the nearest of the models or else of the facts."""
    if unknown.near:
        raise unknown
    about = {fact.about for section in kinds() for fact in facts(section).values()}
    raise UnknownPrice(name, tuple(get_close_matches(name, sorted(about), n=3, cutoff=0.6)))


def _models(as_of: date, provider: str | None) -> list[Listed]:
    """Input and output of the models on offer; of those who make models where no provider is named."""
    rows: list[Listed] = []
    for each in providers():
        if each.id != provider if provider is not None else each.id not in MAKERS:
            continue
        for model in each.models:
            rows += [row for row in _offered(f"{each.id}/{model.id}", as_of) if row.what in ("input", "output")]
    return rows


def _of_model(prices: ModelPrices) -> list[Listed]:
    figures = {"input": prices.input, "output": prices.output, "batch discount": prices.batch_discount}
    if prices.caches:
        figures |= {f"cache write, {minutes:g} min": value for minutes, value in prices.cache_writes}
        figures |= {"cache read": prices.cache_read_multiplier, "shortest cached prompt": prices.cache_minimum_tokens}
    return [_row(prices.id, what, "model", value) for what, value in figures.items() if value is not None]


def _row(of: str, what: str, kind: str, figure: CatalogueValue) -> Listed:
    return Listed(
        of=of,
        what=what,
        kind=kind,
        value=figure.value,
        unit=figure.unit,
        source=figure.source,
        seen_on=figure.seen_on,
        effective_from=figure.effective_from,
        package_version=figure.package,
        confidence=figure.confidence,
    )


def _of_fact(fact: Fact, as_of: date) -> Listed:
    return Listed(
        of=fact.about,
        what=fact.section.replace("_", " "),
        kind=kinds()[fact.section],
        value=fact.value,
        unit=fact.unit,
        source=fact.source_on(as_of),
        seen_on=fact.seen_on,
        effective_from=None,
        package_version=None,
        confidence=fact.confidence,
    )


def _providers() -> list[str]:
    of_facts = {fact.about.partition("/")[0] for section in kinds() for fact in facts(section).values()}
    return sorted(of_facts | {each.id for each in providers()})
