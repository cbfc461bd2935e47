"""The words beyond NumPy that a formula may use on a row; the last axis of a value is its row on the sheet."""

from __future__ import annotations

import numpy as np

__all__ = ["at", "highest", "known", "lowest", "position_of_lowest", "previous", "running_total"]


def at(row: np.ndarray, position: np.ndarray) -> np.ndarray:
    """The value at a 1-based position of a row: INDEX; beyond the ends, the first or last value."""
    index = np.clip(np.asarray(position).astype(int) - 1, 0, row.shape[-1] - 1)
    if index.size == 1:
        return row[..., index.item(), np.newaxis]
    lead = np.broadcast_shapes(row.shape[:-1], index.shape[:-1])
    row = np.broadcast_to(row, lead + row.shape[-1:])
    return np.take_along_axis(row, np.broadcast_to(index, lead + index.shape[-1:]), axis=-1)


def running_total(row: np.ndarray) -> np.ndarray:
    """The sum of a row up to and including each place: SUM from the first cell."""
    return np.cumsum(row, axis=-1)


def previous(row: np.ndarray, opening: np.ndarray) -> np.ndarray:
    """The row one place later, with `opening` in its first place: the cell to the left."""
    lead = np.broadcast_shapes(row.shape[:-1], np.shape(opening)[:-1])
    first = np.broadcast_to(opening, (*lead, 1))
    return np.concatenate([first, np.broadcast_to(row, lead + row.shape[-1:])[..., :-1]], axis=-1)


def lowest(row: np.ndarray) -> np.ndarray:
    """The lowest value of a row: MIN; every place must be known."""
    return np.min(row, axis=-1, keepdims=True)


def highest(row: np.ndarray) -> np.ndarray:
    """The highest value of a row: MAX; on flags, whether any is set."""
    return np.max(row, axis=-1, keepdims=True)


def position_of_lowest(row: np.ndarray) -> np.ndarray:
    """The 1-based position of the first lowest value of a row: MATCH of MIN."""
    return np.argmin(row, axis=-1, keepdims=True) + 1


def known(value: np.ndarray) -> np.ndarray:
    """Whether a number is known (not NaN, not a blank cell): ISNUMBER."""
    return ~np.isnan(value)
