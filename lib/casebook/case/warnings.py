"""What is allowed in a case but unlikely to be meant, in the author's words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from casebook.catalogue import ModelPrices, facts, package_version

from .assembly import Assembly
from .fields import DOLLAR, figure
from .objects import Option
from .schema import TUNED_SIDE

Warning_ = tuple[str, str]

# What each kind has a use for, beyond tokens, price, response and a gpu.
_USES = {
    "prompt": frozenset({"escalation"}),
    "cached_prompt": frozenset({"cache", "escalation"}),
    "rag": frozenset({"retrieval", "escalation"}),
    "cached_rag": frozenset({"cache", "retrieval", "escalation"}),
    "two_tier": frozenset({"cache", "retrieval", "escalation"}),
    "fine_tune_hosted": frozenset({"cache", "tuning", "escalation"}),
    "fine_tune_self_hosted": frozenset({"cache", "tuning", "escalation"}),
    "hybrid": frozenset({"cache", "retrieval", "tuning", "escalation"}),
}
_NEEDS = {
    "two_tier": ("escalation",),
    "fine_tune_hosted": ("tuning",),
    "fine_tune_self_hosted": ("tuning", "gpu"),
    "hybrid": ("tuning", "escalation"),
}
OF_PRICES = frozenset(
    {"changing_price", "deprecated_model", "explicit_price", "no_cache_price", "old_price", "price_tier"}
    | {"retiring_model", "tuning_ends"}
)
"""The warnings that are about prices and the models that have them."""

_YEAR = timedelta(days=365)
_OPTIONAL = ("cache", "retrieval", "tuning", "escalation")


def warnings_of(assembly: Assembly) -> tuple[Warning_, ...]:
    """The warnings of a case without faults: (id, text)."""
    found: list[Warning_] = []
    for option in assembly.options.values():
        found += _kind_and_blocks(option)
        found += _cache(option)
        for each in (option, option.fallback):
            if each is not None:
                found += _catalogue(assembly, each)
    found += _ending(assembly)
    found += _old_prices(assembly)
    found += _examples(assembly)
    found += _unused(assembly)
    found += _currency(assembly)
    return tuple(dict.fromkeys(found))


def _number(option: Option, line: str) -> float:
    value = option.inputs[line].value
    return float(value) if isinstance(value, int | float) else 0.0


def _kind_and_blocks(option: Option) -> Iterator[Warning_]:
    who = f"option '{option.name}' of kind {option.kind}"
    for block in _OPTIONAL:
        if block in option.blocks and block not in _USES[option.kind]:
            if block == "cache" and not option.inputs["cache_enabled"].value:
                continue
            yield "unused_block", f"{who} has a block '{block}', which that kind does not use; it is counted"
    for block in _NEEDS.get(option.kind, ()):
        if block not in option.blocks:
            yield "missing_block", f"{who} has no block '{block}'"
    if option.kind == "fine_tune_hosted" and "gpu" in option.blocks:
        yield "unused_block", f"{who} is hosted by the provider, but pays for a gpu of its own"
    context = _number(option, "context_tokens")
    if option.kind in ("rag", "cached_rag") and context == 0:
        yield "no_context", f"{who} retrieves, but its tokens.context is 0"
    if option.kind in ("prompt", "cached_prompt") and context > 0:
        yield "context_without_retrieval", f"{who} has {figure(context)} tokens of retrieved context"


def _cache(option: Option) -> Iterator[Warning_]:
    who = f"option '{option.name}'"
    enabled = bool(option.inputs["cache_enabled"].value)
    if option.kind in ("cached_prompt", "cached_rag") and not enabled:
        yield "cache_off", f"{who} of kind {option.kind} does not have cache.enabled"
    prefix, least = _number(option, "prefix_tokens"), _number(option, "cache_minimum_tokens")
    if enabled and prefix < least:
        yield (
            "cache_below_minimum",
            (
                f"{who} is never cached: its stable prompt of {figure(prefix)} tokens is shorter than the "
                f"{figure(least)} its model needs"
            ),
        )


def _catalogue(assembly: Assembly, option: Option) -> Iterator[Warning_]:
    if option.model is None or assembly.catalogue.as_of is None:
        return
    prices = assembly.catalogue.model(option.model, ())
    if prices is None:
        return
    who = f"option '{option.name}'"
    for line, known in (("input_price", prices.input), ("output_price", prices.output)):
        given = option.inputs[line]
        # Told at the option that writes it, not again at those that share it.
        if given.origin == "case" and known is not None and given.path.startswith(f"{option.path}.price"):
            yield (
                "explicit_price",
                (
                    f"{who} gives its own {line.replace('_', ' ')}, {given.value} {assembly.currency} per million "
                    f"tokens; the catalogue has {figure(known.value)} {DOLLAR} for {prices.id}"
                ),
            )
    if prices.deprecated:
        yield "deprecated_model", f"{who}: {prices.id} is deprecated by its provider"
    length = sum(_number(option, line) for line in ("prefix_tokens", "user_tokens", "context_tokens"))
    tier, window = prices.tier_starts_at, prices.context_window
    if tier is not None and length > tier:
        yield (
            "price_tier",
            (
                f"{who} sends {figure(length)} tokens a call; {prices.id} is dearer above {tier}, and the "
                "base price is used"
            ),
        )
    if window is not None and length + _number(option, "output_tokens") > window:
        yield "context_window", f"{who} needs more tokens a call than the {window} that {prices.id} takes"
    if option.inputs["cache_enabled"].value:
        yield from _cache_prices(option, prices)


def _ending(assembly: Assembly) -> Iterator[Warning_]:
    """What is known to end or to change while the case runs, once a model."""
    if assembly.catalogue.as_of is None:
        return
    end = _end(assembly)
    for prices, options in _users(assembly):
        *most, last = (f"'{option.name}'" for option in options)
        model = f"the model of {', '.join(most)}{' and ' if most else ''}{last}, {prices.id},"
        retired = prices.retires_on
        if retired is not None and isinstance(retired.value, date) and retired.value <= end:
            yield (
                "retiring_model",
                f"{model} retires on {retired.value}, before the horizon ends on {end}",
            )
        if prices.changes_on is not None and prices.changes_on <= end:
            yield (
                "changing_price",
                f"{model} changes its price on {prices.changes_on}; that of the case's day is used",
            )
        tuned = any("tuning" in option.blocks for option in options)
        closing = facts("tunable_until").get(prices.provider)
        if tuned and closing is not None and isinstance(closing.value, date) and closing.value < end:
            yield "tuning_ends", f"{model} can be tuned until {closing.value}: its provider takes no jobs after that"


def _users(assembly: Assembly) -> Iterator[tuple[ModelPrices, list[Option]]]:
    """The models of the case, each with the options that run on it."""
    using: dict[str, list[Option]] = {}
    for option in assembly.options.values():
        for each in (option, option.fallback):
            if each is not None and each.model is not None and each not in using.setdefault(each.model, []):
                using[each.model].append(each)
    for model, options in using.items():
        prices = assembly.catalogue.model(model, None)
        if prices is not None:
            yield prices, options


def _end(assembly: Assembly) -> date:
    """The last day of the horizon."""
    first, months = assembly.catalogue.as_of, assembly.inputs["horizon_months"].value
    assert first is not None
    month = first.month - 1 + (int(months) if isinstance(months, int | float) else 0)
    return date(first.year + month // 12, month % 12 + 1, 1) + timedelta(days=min(first.day, 28) - 1)


def _old_prices(assembly: Assembly) -> Iterator[Warning_]:
    """Prices that nobody had looked at for a year on the case's day."""
    as_of = assembly.catalogue.as_of
    if as_of is None:
        return
    for row in assembly.catalogue.rows.values():
        if row["seen_on"] is not None and as_of - row["seen_on"] > _YEAR:
            what = str(row["field"]).replace("_", " ")
            yield (
                "old_price",
                f"the {what} of {row['model']} was last seen on {row['seen_on']}, over a year before the case's day",
            )
    packaged = any(row["package_version"] is not None for row in assembly.catalogue.rows.values())
    known = facts("price_data")["genai-prices"].value
    if packaged and isinstance(known, date) and as_of - known > _YEAR:
        yield (
            "old_price",
            (
                f"the prices of models are those of genai-prices {package_version()}, which knows of no change after "
                f"{known}, over a year before the case's day"
            ),
        )


def _cache_prices(option: Option, prices: ModelPrices) -> Iterator[Warning_]:
    who = f"option '{option.name}'"
    if not prices.caches and option.inputs["cache_read_multiplier"].origin == "catalogue":
        yield "no_cache_price", f"{who} caches, but {prices.id} has no cached price; no saving is counted"
    ttl, longest = _number(option, "cache_ttl_minutes"), prices.cache_writes[-1][0]
    if ttl > longest and prices.caches and option.inputs["cache_write_multiplier"].origin == "catalogue":
        yield (
            "cache_lifetime",
            (
                f"{who} keeps its cache for {figure(ttl)} minutes; the longest lifetime with a price for "
                f"{prices.id} is {figure(longest)}"
            ),
        )


def _examples(assembly: Assembly) -> Iterator[Warning_]:
    available = assembly.inputs["examples_available"]
    for option in assembly.options.values():
        used = option.inputs["training_examples"]
        if option.kind not in TUNED_SIDE or "tuning" not in option.blocks or used.origin == "default":
            continue
        if used.value != available.value:
            yield (
                "examples_differ",
                (
                    f"option '{option.name}' trains on {used.value} examples, and {available.value} are available: "
                    "the rules go by those available (evidence.examples)"
                ),
            )


def _unused(assembly: Assembly) -> Iterator[Warning_]:
    used = {name for pair in assembly.file.compare or () for name in pair} | {assembly.file.current}
    used |= {each.fallback.name for each in assembly.options.values() if each.fallback is not None}
    used |= {view.block.like for view in assembly.views.all()}
    for option in assembly.options.values():
        if not option.candidate and option.name not in used:
            yield "unused_option", f"option '{option.name}' is no candidate, and nothing else names it"


def _currency(assembly: Assembly) -> Iterator[Warning_]:
    if assembly.currency == DOLLAR and assembly.file.exchange_rate is not None:
        yield "idle_exchange_rate", "an exchange_rate is given, but the case is in US dollars already"
