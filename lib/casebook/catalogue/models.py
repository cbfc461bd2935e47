"""What a model costs on a given day.

Token prices are those of the genai-prices package, read offline. What it lacks (the shortest prompt that is
cached, retirement dates, batch discounts before it began to record them) are rows of facts.yaml.

The package is read with care for four of its habits. A tier is a cliff on all tokens: the base tier is taken
and the source says so. A batch context before the day its rates were verified gives the standard price in
silence: the discount is read off the variant instead. A bare Bedrock id means the regional price, a tenth
dearer: it is refused and both full ids are named. Its matching by prefixes would take a misspelt name for a
model: only exact ids, their known aliases and dated versions of these are taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from .errors import RetiredModel, UnknownModel
from .facts import facts
from .price import CatalogueValue

_DATED = re.compile(r"([-@]20\d{6}|-20\d{2}-\d{2}-\d{2})$")
_LATEST = re.compile(r"[-:]latest$")


@dataclass(frozen=True)
class ModelPrices:
    """The prices of one model on one day, in US dollars."""

    id: str
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

    def cache_write_multiplier(self, ttl_minutes: float) -> tuple[float, CatalogueValue]:
        """The lifetime on offer that covers the wanted one, else the longest, and its write price."""
        for minutes, value in self.cache_writes:
            if ttl_minutes <= minutes:
                return minutes, value
        return self.cache_writes[-1]


@cache
def model_prices(model_id: str, as_of: date) -> ModelPrices:
    """The prices of a catalogue model as they stood on a day.

    Raises UnknownModel with the nearest ids, or RetiredModel when its provider had switched it off by then.
    """
    provider, model = _find(model_id)
    name = f"{provider.id}/{model.id}"
    _refuse_retired(model_id, name, as_of)
    prices = _prices_on(model, as_of)
    source = f"genai-prices {_version()}, {name} at {as_of}"
    input_price, output_price = _base(prices, "input_mtok"), _base(prices, "output_mtok")
    tiers = [each.start for key in ("input_mtok", "output_mtok") for each in _tiers(prices, key)]
    tier = f", base tier (a dearer one starts above {min(tiers):,} input tokens)" if tiers else ""

    def price(value: float | None) -> CatalogueValue | None:
        return None if value is None else CatalogueValue(value, "$/M tokens", source + tier)

    caches, writes, read = _cache(prices, input_price, source)
    return ModelPrices(
        id=name,
        as_of=as_of,
        input=price(input_price),
        output=price(output_price),
        batch_discount=_batch_discount(provider, model, name, as_of, source),
        cache_writes=writes,
        cache_read_multiplier=read,
        cache_minimum_tokens=_cache_minimum(provider.id, name, caches),
        caches=caches,
        deprecated=bool(model.deprecated),
        tier_starts_at=min(tiers) if tiers else None,
        context_window=model.context_window,
    )


def _providers() -> list[Any]:
    # Imported here: it costs a third of a second, and a case with explicit prices never needs it.
    from genai_prices.data import providers

    return list(providers)


@cache
def _version() -> str:
    from genai_prices import __version__

    return str(__version__)


def _find(model_id: str) -> tuple[Any, Any]:
    """The provider and model an id names, without guessing."""
    provider_id, _, ref = model_id.strip().lower().partition("/")
    providers = _providers()
    provider = next((each for each in providers if each.id == provider_id), None)
    if provider is None or not ref:
        raise UnknownModel(model_id, _near(model_id, providers))
    for model in provider.models:
        if model.id.lower() == ref:
            return provider, model
    _refuse_bare_region(model_id, provider, ref)
    stem = _LATEST.sub("", _DATED.sub("", ref))
    for model in provider.models:
        if model.is_match(ref) and (stem in _spelled_out(model) or _whole_pattern(model, ref)):
            return provider, model
    raise UnknownModel(model_id, _near(model_id, providers))


def _spelled_out(model: Any) -> set[str]:
    """The names under which a model is known: its id, and the literals of its matching rules."""
    names = {model.id.lower(), _LATEST.sub("", model.id.lower())}
    for clause in _clauses(model.match):
        literal = getattr(clause, "equals", None) or getattr(clause, "starts_with", None)
        if literal:
            names.add(str(literal).lower().rstrip("-@:"))
    return names


def _whole_pattern(model: Any, ref: str) -> bool:
    patterns = [getattr(clause, "regex", None) for clause in _clauses(model.match)]
    return any(pattern and pattern.endswith("$") and re.fullmatch(pattern, ref) for pattern in patterns)


def _clauses(match: Any) -> list[Any]:
    inside = getattr(match, "or_", None)
    return [clause for each in inside for clause in _clauses(each)] if inside else [match]


def _refuse_bare_region(model_id: str, provider: Any, ref: str) -> None:
    """On Bedrock a bare id is the regional price, a tenth over the global one: let the author choose."""
    full = [
        model.id
        for model in provider.models
        for scope in ("global.", "regional.")
        if model.id.startswith(scope)
        and model.id.removeprefix(scope).removeprefix("anthropic.").startswith(ref.removeprefix("anthropic."))
    ]
    if full:
        near = tuple(f"{provider.id}/{each}" for each in sorted(full))
        raise UnknownModel(model_id, near[:4], "say which price: " + " or ".join(f"'{each}'" for each in near[:4]))


def _near(model_id: str, providers: list[Any]) -> tuple[str, ...]:
    """Up to three ids most like the wanted one; the right provider counts for something."""
    wanted = model_id.strip().lower()
    provider_id, _, tail = wanted.rpartition("/")
    scored: list[tuple[float, str]] = []
    for provider in providers:
        for model in provider.models:
            name = model.id.lower()
            matcher = SequenceMatcher(None, tail, name, autojunk=False)
            if matcher.real_quick_ratio() < 0.6 or matcher.quick_ratio() < 0.6:
                continue
            bonus = 0.2 if provider.id == provider_id else 0.1 if provider.id in _MAKERS else 0.0
            scored.append((matcher.ratio() + bonus, f"{provider.id}/{model.id}"))
    best = sorted(scored, key=lambda each: (-each[0], each[1]))[:3]
    return tuple(name for score, name in best if score > 0.7)


# Those who make the models come before those who resell them when a name is near to both.
_MAKERS = frozenset({"anthropic", "openai", "google", "mistral", "cohere", "deepseek", "x-ai", "voyageai"})


def _prices_on(model: Any, as_of: date) -> Any:
    # Midday: prices by the hour of the day exist, and the daytime one is what a business pays.
    return model.get_prices(datetime.combine(as_of, time(12), tzinfo=UTC))


def _base(prices: Any, key: str) -> float | None:
    value = prices.__dict__.get(key)
    if value is None:
        return None
    return float(getattr(value, "base", value))


def _tiers(prices: Any, key: str) -> list[Any]:
    return list(getattr(prices.__dict__.get(key), "tiers", ()))


def _cache(
    prices: Any, input_price: float | None, source: str
) -> tuple[bool, tuple[tuple[float, CatalogueValue], ...], CatalogueValue]:
    """Cache prices over the input price: whether there are any, writes by lifetime, and reads."""
    read_price = _base(prices, "cache_read_mtok")
    if not input_price or read_price is None:
        none = CatalogueValue(1.0, "×", f"{source}: no price for cached input")
        return False, ((5.0, none),), none

    def over_input(price: float, words: str) -> CatalogueValue:
        return CatalogueValue(round(price / input_price, 10), "×", f"{source}: {words} over input price")

    short, long = _base(prices, "cache_write_mtok"), _base(prices, "cache_write_1h_mtok")
    if short is None:
        first = CatalogueValue(1.0, "×", f"{source}: no price for cache writes, so that of input")
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


def _batch_discount(provider: Any, model: Any, name: str, as_of: date, source: str) -> CatalogueValue:
    """One minus batch price over standard price, of input or output, whichever saves less."""
    day = datetime.combine(as_of, time(12), tzinfo=UTC)
    variants = [each for each in model.price_variants or () if each.when == {"processing": "batch"}]
    standard = _prices_on(model, as_of)
    for variant in variants:
        if variant.constraint is None or variant.constraint.active(day):
            savings = _savings(standard, variant.prices)
            if savings:
                apart = ", the smaller of input's and output's" if max(savings) - min(savings) > 1e-9 else ""
                return CatalogueValue(round(min(savings), 10), "fraction", f"{source}: batch price{apart}")
    fact = facts("batch_discount").get(provider.id)
    # Before the day the rates were verified, the provider's published discount stands for models it batches.
    if fact is not None and (variants or provider.id in _BATCHES_EVERY_MODEL):
        return fact.as_value()
    return CatalogueValue(0.0, "fraction", f"{source}: no batch price", None, "medium")


_BATCHES_EVERY_MODEL = frozenset({"anthropic", "mistral"})


def _savings(standard: Any, batch: Any) -> list[float]:
    savings: list[float] = []
    for key in ("input_mtok", "output_mtok"):
        full, reduced = _base(standard, key), _base(batch, key)
        if full and reduced is not None:
            savings.append(1 - reduced / full)
    return savings


def _refuse_retired(model_id: str, name: str, as_of: date) -> None:
    rows = facts("retired_on")
    fact = rows.get(name) or rows.get(model_id.strip().lower())
    if fact is not None and isinstance(fact.value, date) and as_of >= fact.value:
        raise RetiredModel(model_id, fact.value, as_of, f"{fact.source}, seen {fact.seen_on}")
