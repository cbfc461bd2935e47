"""Which model of the price data a name means: exact ids, their known aliases and dated versions of these, no more."""

from __future__ import annotations

import re
from datetime import date
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from .errors import UnknownModel

_DATED = re.compile(r"([-@]20\d{6}|-20\d{2}-\d{2}-\d{2})$")
_LATEST = re.compile(r"[-:]latest$")

# Those who make the models come before those who resell them when a name is near to both.
MAKERS = frozenset({"anthropic", "openai", "google", "mistral", "cohere", "deepseek", "x-ai", "voyageai"})


def providers() -> list[Any]:
    """The providers of the price data."""
    # Imported here: it costs a third of a second, and a case with explicit prices never needs it.
    from genai_prices.data import providers as all_providers

    return list(all_providers)


@cache
def package_version() -> str:
    """The version of the price data."""
    from genai_prices import __version__

    return str(__version__)


def find_model(model_id: str) -> tuple[Any, Any]:
    """The provider and model an id names, without guessing; raises UnknownModel with the nearest ids."""
    provider_id, _, ref = model_id.strip().lower().partition("/")
    known = providers()
    provider = next((each for each in known if each.id == provider_id), None)
    if provider is None or not ref:
        raise UnknownModel(model_id, nearest(model_id, known))
    for model in provider.models:
        if model.id.lower() == ref:
            return provider, model
    _refuse_bare_region(model_id, provider, ref)
    stem = _LATEST.sub("", _DATED.sub("", ref))
    for model in provider.models:
        if model.is_match(ref) and (stem in _spelled_out(model) or _whole_pattern(model, ref)):
            return provider, model
    raise UnknownModel(model_id, nearest(model_id, known))


def dated(model_id: str) -> date | None:
    """The day in the id of a dated version, which it cannot be older than."""
    found = _DATED.search(model_id.strip().lower())
    digits = "".join(letter for letter in found[0] if letter.isdigit()) if found else ""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) if digits else None
    except ValueError:
        return None


def nearest(model_id: str, known: list[Any]) -> tuple[str, ...]:
    """Up to three ids most like the wanted one; the right provider counts for something."""
    wanted = model_id.strip().lower()
    provider_id, _, tail = wanted.rpartition("/")
    scored: list[tuple[float, str]] = []
    for provider in known:
        for model in provider.models:
            name = model.id.lower()
            matcher = SequenceMatcher(None, tail, name, autojunk=False)
            if matcher.real_quick_ratio() < 0.6 or matcher.quick_ratio() < 0.6:
                continue
            bonus = 0.2 if provider.id == provider_id else 0.1 if provider.id in MAKERS else 0.0
            scored.append((matcher.ratio() + bonus, f"{provider.id}/{model.id}"))
    best = sorted(scored, key=lambda each: (-each[0], each[1]))[:3]
    return tuple(name for score, name in best if score > 0.7)


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
