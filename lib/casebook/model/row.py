"""The words beyond NumPy that a formula may use on a row; the last axis of a value is its row on the sheet.

A formula names no axis: where many draws are evaluated the plan has the row along the first one (`plan.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
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
def at(row: np.ndarray, position: np.ndarray, axis: int = -1) -> np.ndarray:
    """The value at a 1-based position of a row: INDEX; beyond the ends, the first or last value."""
    # np.clip gives the same and takes five times as long on a single value.
    index = np.maximum(np.minimum(np.asarray(position).astype(int) - 1, row.shape[axis] - 1), 0)
    if index.size == 1:
        return row[_place(index.item(), axis)]
    return np.take_along_axis(*_abreast(row, index, axis), axis)


@_word
def running_total(row: np.ndarray, axis: int = -1) -> np.ndarray:
    """The sum of a row up to and including each place: SUM from the first cell."""
    if row.shape[axis] ** 2 > row.size:
        return np.cumsum(row, axis=axis)
    # So many rows are faster summed place by place.
    total = row.copy(order="K")
    for place in range(1, row.shape[axis]):
        total[_place(place, axis)] += total[_place(place - 1, axis)]
    return total


@_word
def previous(row: np.ndarray, opening: np.ndarray, axis: int = -1) -> np.ndarray:
    """The row one place later, with `opening` in its first place: the cell to the left."""
    row, first = _abreast(row, opening, axis)
    return np.concatenate([first, row[:-1] if axis == 0 else row[..., :-1]], axis)


@_word
def lowest(row: np.ndarray, axis: int = -1) -> np.ndarray:
    """The lowest value of a row: MIN; every place must be known."""
    return row.min(axis=axis, keepdims=True)


@_word
def highest(row: np.ndarray, axis: int = -1) -> np.ndarray:
    """The highest value of a row: MAX; on flags, whether any is set."""
    return row.max(axis=axis, keepdims=True)


@_word
def position_of_lowest(row: np.ndarray, axis: int = -1) -> np.ndarray:
    """The 1-based position of the first lowest value of a row: MATCH of MIN; every place must be known."""
    return row.argmin(axis=axis, keepdims=True) + 1


def known(value: np.ndarray) -> np.ndarray:
    """Whether a number is known (not NaN, not a blank cell): ISNUMBER."""
    return ~np.isnan(value)


def _place(place: int, axis: int) -> Any:
    """The index of one place of a row, which stays a row."""
    one = slice(place, place + 1)
    return one if axis == 0 else (..., one)


def _abreast(row: np.ndarray, other: np.ndarray, axis: int) -> list[np.ndarray]:
    """Two rows, each as long as it is, of which there are as many."""
    shapes = [np.shape(row), np.shape(other)]
    beside = [shape[1:] if axis == 0 else shape[:-1] for shape in shapes]
    if beside[0] == beside[1]:
        return [row, other]
    lead = np.broadcast_shapes(*beside)
    lengths = [shape[axis] if shape else 1 for shape in shapes]
    wanted = [(length, *lead) if axis == 0 else (*lead, length) for length in lengths]
    return [np.broadcast_to(value, shape) for value, shape in zip((row, other), wanted, strict=True)]
