"""Where a catalogue price is written out when a case is to have its own figure in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .objects import Case, Option
from .schema import option_lines

# Beside which key of which block a price is looked up; prices and cache multipliers go by the option's model.
_NAMED_BY = {"retrieval": "embedding_model", "gpu": "type"}


def explicit_keys(case: Case, tree: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """The key paths under which the options that use a catalogue price would write their own, each owner once.

    `tree` is the case file as read. An option that is like another shares its price, so the price is written where
    the model (or the machine) is named.
    """
    keys: dict[str, None] = {}
    for option in all_options(case):
        for block, key, line in lines_in_force(option):
            if block is not None and option.inputs[line].path == path:
                keys[f"{_owner(tree, option.path, block)}.{block}.{key}"] = None
    return tuple(keys)


def all_options(case: Case) -> Iterator[Option]:
    """The options of a case, and those that are written inside others; none twice."""
    seen = set()
    for option in case.options:
        for each in (option, option.fallback):
            if each is not None and each.path not in seen:
                seen.add(each.path)
                yield each


def lines_in_force(option: Option) -> Iterator[tuple[str | None, str, str]]:
    """Block, key and line of every input of an option whose block it has."""
    for block, key, line in option_lines():
        if block is None or block in option.blocks:
            yield block, key, line.name


def _owner(tree: Mapping[str, Any], path: str, block: str) -> str:
    """The option, by its path, in whose block a price of its own belongs."""
    named = []
    for each, body in _chain(tree, path):
        named.append((each, body))
        inside = body.get(block)
        if _NAMED_BY[block] in (inside or {}) if block in _NAMED_BY else "model" in body:
            break
    # A cache's multipliers are written where the cache is: beside the model it might not be switched on at all.
    having = [each for each, body in named if isinstance(body.get(block), dict)] if block == "cache" else []
    return having[-1] if having else named[-1][0]


def _chain(tree: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """An option as written, then those it is like, nearest first."""
    while True:
        body: Any = tree
        for key in path.split("."):
            body = body[key]
        yield path, body
        if body.get("like") is None:
            return
        path = f"options.{body['like']}"
