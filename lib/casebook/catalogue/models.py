"""What a model costs on a given day.

Token prices are those of the genai-prices package, read offline. What it lacks (the shortest prompt that is
cached, days of release and retirement, batch discounts before it began to record them) are rows of facts.yaml.

The package is read with care for five of its habits. A tier is a cliff on all tokens: the base tier is taken
and the source says so. A batch context before the day its rates were verified, and a context that is misspelt,
give the standard price in silence: no context is ever asked for, the discount is read off the variant instead.
A bare Bedrock id means the regional price, a tenth dearer: it is refused and both full ids are named. Its
matching by prefixes would take a misspelt name for a model: `ids` takes only what is spelled out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from .errors import RetiredModel, UnreleasedModel
from .facts import Fact, facts
from .ids import dated, find_model, package_version
from .price import CatalogueValue


@dataclass(frozen=True)
class ModelPrices:
    """The prices of one model on one day, in US dollars.

    `retires_on` is the day after `as_of` from which calls fail, `changes_on` that of the next known change of price.
    """

    id: str
    provider: str
    as_of: date
    input: CatalogueValue | None
    output: CatalogueValue | None
    batch_discount: CatalogueValue
    cache_writes: tuple[tuple[float, CatalogueValue], ...]
    cache_read_multiplier: CatalogueValue
    cache_minimum_tokens: CatalogueValue
    caches: bool
    deprecated: bool
    tier_starts_at: int | None
    context_window: int | None
    retires_on: Fact | None
    changes_on: date | None

    def cache_write_multiplier(self, ttl_minutes: float) -> tuple[float, CatalogueValue]:
        """The lifetime on offer that covers the wanted one, else the longest, and its write price."""
        for minutes, value in self.cache_writes:
            if ttl_minutes <= minutes:
                return minutes, value
        return self.cache_writes[-1]


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where figures of the package come from: makes them, each with the same marks."""

    source: str
    link: str | None
    effective_from: date | None

    def value(self, value: float, unit: str, words: str = "", since: date | None = None) -> CatalogueValue:
        """A figure read from the package; `since` is its own first day, where it has one."""
        return CatalogueValue(
            value,
            unit,
            self.source + words,
            link=self.link,
            effective_from=since or self.effective_from,
            package=package_version(),
        )


@cache
def model_prices(model_id: str, as_of: date) -> ModelPrices:
    """The prices of a catalogue model as they stood on a day.

    Raises UnknownModel with the nearest ids, RetiredModel when its provider had switched it off by then, or
    UnreleasedModel when it is known not to have been offered yet.
    """
    provider, model = find_model(model_id)
    name = f"{provider.id}/{model.id}"
    retires_on = _offered(model_id, name, as_of)
    prices = _prices_on(model, as_of)
    link = str(provider.pricing_urls[0]) if provider.pricing_urls else None
    effective_from, changes_on = _days(model, as_of)
    origin = _Origin(f"genai-prices {package_version()}, {name} at {as_of}", link, effective_from)
    input_price, output_price = _base(prices, "input_mtok"), _base(prices, "output_mtok")
    tiers = [each.start for key in ("input_mtok", "output_mtok") for each in _tiers(prices, key)]
    tier = f", base tier (a dearer one starts above {min(tiers):,} input tokens)" if tiers else ""

    def price(value: float | None) -> CatalogueValue | None:
        return None if value is None else origin.value(value, "$/M tokens", tier)

    caches, writes, read = _cache(prices, input_price, origin)
    return ModelPrices(
        id=name,
        provider=provider.id,
        as_of=as_of,
        input=price(input_price),
        output=price(output_price),
        batch_discount=_batch_discount(provider, model, as_of, origin),
        cache_writes=writes,
        cache_read_multiplier=read,
        cache_minimum_tokens=_cache_minimum(provider.id, name, caches),
        caches=caches,
        deprecated=bool(model.deprecated),
        tier_starts_at=min(tiers) if tiers else None,
        context_window=model.context_window,
        retires_on=retires_on,
        changes_on=changes_on,
    )


def _offered(model_id: str, name: str, as_of: date) -> Fact | None:
    """Refuse a model that is not offered on the day; the fact of its retirement, if that is to come."""
    asked = model_id.strip().lower()
    released = facts("released_on").get(name)
    if released is not None and isinstance(released.value, date) and as_of < released.value:
        raise UnreleasedModel(model_id, released.value, as_of, f"{released.source}, seen {released.seen_on}")
    day = dated(model_id)
    if day is not None and as_of < day:
        raise UnreleasedModel(model_id, day, as_of, "the day in its id")
    rows = facts("retired_on")
    retired = rows.get(name) or rows.get(asked)
    if retired is None or not isinstance(retired.value, date):
        return None
    if as_of >= retired.value:
        raise RetiredModel(model_id, retired.value, as_of, f"{retired.source}, seen {retired.seen_on}")
    return retired


def _prices_on(model: Any, as_of: date) -> Any:
    # Midday: prices by the hour of the day exist, and the daytime one is what a business pays.
    return model.get_prices(_midday(as_of))


def _midday(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def _days(model: Any, as_of: date) -> tuple[date | None, date | None]:
    """The day on which the price of the day began, where the package knows it, and that of the next change."""
    listed = model.prices if isinstance(model.prices, list) else []
    starts = [start for each in listed if (start := _start(each)) is not None]
    return (
        max((start for start in starts if start <= as_of), default=None),
        min((start for start in starts if start > as_of), default=None),
    )


def _start(priced: Any) -> date | None:
    found = getattr(priced.constraint, "start_date", None)
    return found if isinstance(found, date) else None


def _base(prices: Any, key: str) -> float | None:
    value = prices.__dict__.get(key)
    if value is None:
        return None
    return float(getattr(value, "base", value))


def _tiers(prices: Any, key: str) -> list[Any]:
    return list(getattr(prices.__dict__.get(key), "tiers", ()))


def _cache(
    prices: Any, input_price: float | None, origin: _Origin
) -> tuple[bool, tuple[tuple[float, CatalogueValue], ...], CatalogueValue]:
    """Cache prices over the input price: whether there are any, writes by lifetime, and reads."""
    read_price = _base(prices, "cache_read_mtok")
    if not input_price or read_price is None:
        none = origin.value(1.0, "×", ": no price for cached input")
        return False, ((5.0, none),), none

    def over_input(price: float, words: str) -> CatalogueValue:
        return origin.value(round(price / input_price, 10), "×", f": {words} over input price")

    short, long = _base(prices, "cache_write_mtok"), _base(prices, "cache_write_1h_mtok")
    if short is None:
        first = origin.value(1.0, "×", ": no price for cache writes, so that of input")
    else:
        first = over_input(short, "cache write")
    writes = [(5.0, first)]
    if long is not None:
        writes.append((60.0, over_input(long, "one-hour cache write")))
    return True, tuple(writes), over_input(read_price, "cache read")


def _cache_minimum(provider_id: str, name: str, caches: bool) -> CatalogueValue:
    rows = facts("cache_minimum_tokens")
    fact = rows.get(name) or (rows.get(provider_id) if caches else None)
    if fact is None:
        return CatalogueValue(0.0, "tokens", "no minimum known", None, "low")
    return fact.as_value()


def _batch_discount(provider: Any, model: Any, as_of: date, origin: _Origin) -> CatalogueValue:
    """One minus batch price over standard price, of input or output, whichever saves less."""
    variants = [each for each in model.price_variants or () if each.when == {"processing": "batch"}]
    standard = _prices_on(model, as_of)
    for variant in variants:
        if variant.constraint is None or variant.constraint.active(_midday(as_of)):
            savings = _savings(standard, variant.prices)
            if savings:
                apart = ", the smaller of input's and output's" if max(savings) - min(savings) > 1e-9 else ""
                saved = round(min(savings), 10)
                return origin.value(saved, "fraction", f": batch price{apart}", since=_start(variant))
    fact = facts("batch_discount").get(provider.id)
    # Before the day the rates were verified, the provider's published discount stands for models it batches.
    if fact is not None and (variants or provider.id in _BATCHES_EVERY_MODEL):
        return fact.as_value()
    return CatalogueValue(
        0.0, "fraction", f"{origin.source}: no batch price", None, "medium", origin.link, package=package_version()
    )


_BATCHES_EVERY_MODEL = frozenset({"anthropic", "mistral"})


def _savings(standard: Any, batch: Any) -> list[float]:
    savings: list[float] = []
    for key in ("input_mtok", "output_mtok"):
        full, reduced = _base(standard, key), _base(batch, key)
        if full and reduced is not None:
            savings.append(1 - reduced / full)
    return savings
