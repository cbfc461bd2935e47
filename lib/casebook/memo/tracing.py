"""The way back from a shown number to the figure it was made from: its key, read and computed anew."""

from __future__ import annotations

import re
from typing import Any

from casebook.memo.view import Memo
from casebook.model.constants import CONSTANTS


def traced(memo: Memo, key: str) -> Any:
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
    return _figure(memo, key)


def _figure(memo: Memo, key: str) -> Any:
    root, _, rest = key.partition(".")
    if root == "constants":
        return CONSTANTS[rest].value
    if root == "inputs":
        path, _, end = rest.rpartition(".")
        inputs = memo.inputs
        return getattr(inputs[path], end) if end in ("low", "high") and rest not in inputs else inputs[rest].value
    return memo.figure(key)
