"""The words beyond NumPy that a formula may use on a row; the last axis of a value is its row on the sheet."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce, wraps
from typing import Any

import numpy as np

__all__ = ["at", "highest", "known", "lowest", "position_of_lowest", "previous", "running_total"]


def _word(function: Callable) -> Callable:
    """A word that is noted where one of its arguments is traced (`plan.py`)."""

    @wraps(function)
    def word(*arguments: Any) -> Any:
        for argument in arguments:
            if hasattr(argument, "note_word"):
                return argument.note_word(function, arguments)
        return function(*arguments)

    return word


@_word
def at(row: np.ndarray, position: np.ndarray) -> np.ndarray:
    """The value at a 1-based position of a row: INDEX; beyond the ends, the first or last value."""
    # np.clip gives the same and takes five times as long on a single value.
    index = np.maximum(np.minimum(np.asarray(position).astype(int) - 1, row.shape[-1] - 1), 0)
    if index.size == 1:
        return row[..., index.item(), np.newaxis]
    lead = np.broadcast_shapes(row.shape[:-1], index.shape[:-1])
    row = np.broadcast_to(row, lead + row.shape[-1:])
    return np.take_along_axis(row, np.broadcast_to(index, lead + index.shape[-1:]), axis=-1)


@_word
def running_total(row: np.ndarray) -> np.ndarray:
    """The sum of a row up to and including each place: SUM from the first cell."""
    if _is_long(row):
        return np.cumsum(row, axis=-1)
    total = row.copy(order="K")
    for place in range(1, row.shape[-1]):
        total[..., place] += total[..., place - 1]
    return total


@_word
def previous(row: np.ndarray, opening: np.ndarray) -> np.ndarray:
    """The row one place later, with `opening` in its first place: the cell to the left."""
    lead = np.broadcast_shapes(row.shape[:-1], np.shape(opening)[:-1])
    first = np.broadcast_to(opening, (*lead, 1))
    return np.concatenate([first, np.broadcast_to(row, lead + row.shape[-1:])[..., :-1]], axis=-1)


@_word
def lowest(row: np.ndarray) -> np.ndarray:
    """The lowest value of a row: MIN; every place must be known."""
    return np.min(row, axis=-1, keepdims=True) if _is_long(row) else reduce(np.minimum, _places(row))


@_word
def highest(row: np.ndarray) -> np.ndarray:
    """The highest value of a row: MAX; on flags, whether any is set."""
    return np.max(row, axis=-1, keepdims=True) if _is_long(row) else reduce(np.maximum, _places(row))


@_word
def position_of_lowest(row: np.ndarray) -> np.ndarray:
    """The 1-based position of the first lowest value of a row: MATCH of MIN; every place must be known."""
    if _is_long(row):
        return np.argmin(row, axis=-1, keepdims=True) + 1
    first, *rest = _places(row)
    position = np.ones(first.shape, int)
    for place, value in enumerate(rest, 2):
        position = np.where(value < first, place, position)
        first = np.minimum(first, value)
    return position


def _is_long(row: np.ndarray) -> bool:
    """Whether a row has more places than there are rows: else it is faster to go through the places than the rows."""
    return row.shape[-1] ** 2 > row.size


def _places(row: np.ndarray) -> list[np.ndarray]:
    return [row[..., place : place + 1] for place in range(row.shape[-1])]


def known(value: np.ndarray) -> np.ndarray:
    """Whether a number is known (not NaN, not a blank cell): ISNUMBER."""
    return ~np.isnan(value)
