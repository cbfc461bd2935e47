"""The shape of plain data that came from outside: whether all that is read of it is there, and of the right kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple


class Misfit(ValueError):
    """Data of another shape: where, what was wanted, what it is."""


class Kind(NamedTuple):
    """A single value: what it is called, and how it is told."""

    name: str
    holds: Callable[[Any], bool]


class Each(NamedTuple):
    """An object of any keys, all of whose values have one shape."""

    shape: Any


class Listed(NamedTuple):
    """A list, all of whose values have one shape."""

    shape: Any


class Maybe(NamedTuple):
    """A value of a shape, or null."""

    shape: Any


LARGEST = 1e300
"""No figure comes near it; a number written so large that no float holds it is above it."""

LONGEST = 10_000
"""No name comes near so many bytes; a cell holds two such texts in one."""


def _is_text(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value.encode()) <= LONGEST
    except UnicodeEncodeError:  # half of a pair of surrogates: no file holds it
        return False


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


FILE_NAME = Kind("the name of a file", lambda value: isinstance(value, str) and not {"/", "\\", ":"} & set(value))
TEXT = Kind("a text that can be written", _is_text)
NUMBER = Kind("a finite number", lambda value: type(value) in (int, float) and abs(value) < LARGEST)
DAY = Kind("a day (YYYY-MM-DD)", _is_day)


def parsed(text: bytes, shape: Any) -> Any:
    """JSON of a shape. Raises Misfit for other text, for other data, and for numbers that JSON does not have."""

    def refuse(constant: str) -> None:
        raise Misfit(f"wanted finite numbers; got {constant}")

    try:
        found = json.loads(text, parse_constant=refuse)
    except Misfit:
        raise
    except (ValueError, RecursionError) as error:  # no UTF-8, no JSON, more digits or brackets than Python reads
        raise Misfit(f"wanted JSON; got {error}") from error
    require(found, shape)
    return found


def require(found: Any, shape: Any, at: str = "") -> None:
    """Raise Misfit for the first value that has not the shape; keys that it does not name are not looked at."""
    if isinstance(shape, Maybe):
        if found is not None:
            require(found, shape.shape, at)
    elif isinstance(shape, Kind):
        if not shape.holds(found):
            raise _misfit(at, shape.name, found)
    elif isinstance(shape, Each):
        _require_object(found, dict.fromkeys(found if isinstance(found, dict) else (), shape.shape), at)
    elif isinstance(shape, Listed):
        if not isinstance(found, list):
            raise _misfit(at, "a list", found)
        for place, value in enumerate(found):
            require(value, shape.shape, f"{at}.{place}".lstrip("."))
    else:
        _require_object(found, shape, at)


def _require_object(found: Any, shape: Mapping[str, Any], at: str) -> None:
    if not isinstance(found, dict):
        raise _misfit(at, "an object", found)
    for key, inner in shape.items():
        where = f"{at}.{key}".lstrip(".")
        if key not in found:
            raise Misfit(f"{where}: wanted, and not there")
        require(found[key], inner, where)


def _misfit(at: str, wanted: str, found: Any) -> Misfit:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    got = kinds.get(type(found), "a number")
    return Misfit(f"{at + ': ' if at else ''}wanted {wanted}; got {got}")
