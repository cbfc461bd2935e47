"""The errors of the batch, each saying what was wanted and what to do."""

from __future__ import annotations


class InputError(ValueError):
    """What was asked for cannot be done as asked; nothing was written."""
