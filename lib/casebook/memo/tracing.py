"""The way back from a shown number to the figure it was made from: its key, read and computed anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from casebook.memo.numbers import Register


class Source(Protocol):
    """What a page is made of: the numbers registered for it, and the figures that their keys lead to."""

    register: Register

    def at(self, key: str) -> Any: ...


def traced(memo: Source, key: str) -> Any:
    """The figure behind a key; KeyError where the key leads nowhere, None for a count, which has no figure."""
    if key.startswith("count."):
        return None
    if match := re.fullmatch(r"1 - (\S+) / (\S+)", key):
        return 1 - traced(memo, match[1]) / traced(memo, match[2])
    if match := re.fullmatch(r"(\S+) / (\S+)", key):
        return traced(memo, match[1]) / traced(memo, match[2])
    if match := re.fullmatch(r"\((\S+ - \S+)\) / (\S+)", key):
        return traced(memo, match[1]) / traced(memo, match[2])
    if match := re.fullmatch(r"(\S+) - (\S+)", key):
        return (0 if match[1] == "0" else traced(memo, match[1])) - traced(memo, match[2])
    return memo.at(key)


def found_at(results: Any, path: str) -> Any:
    """The figure at a path of results; a name on the way may carry dots. KeyError where there is none."""
    found, parts = results, path.split(".")
    while parts:
        taken = next((end for end in range(1, len(parts) + 1) if _holds(found, ".".join(parts[:end]))), None)
        if taken is None:
            raise KeyError(path)
        key, parts = ".".join(parts[:taken]), parts[taken:]
        found = found[int(key)] if isinstance(found, list) else found[key]
    return found


def _holds(found: Any, key: str) -> bool:
    """Whether a mapping has a key, or a list a place of that number."""
    if isinstance(found, list):
        return key.isdigit() and int(key) < len(found)
    return isinstance(found, (dict, Mapping)) and key in found  # plain data as a rule: quicker to see
