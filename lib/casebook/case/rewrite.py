"""Changing values of a case file's text: what is not changed keeps its every byte.

The YAML parser says where a value stands, and only those characters are replaced. A round trip through a YAML writer
would fold long lines and respace what nobody has touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import yaml  # type: ignore[import-untyped]  # PyYAML ships no types

from .faults import dotted
from .fields import Value
from .reading import _LOADER
from .validation import valid_keys

INDENT = 2
_WORDS = (("true", "false"), ("yes", "no"), ("on", "off"), ("y", "n"))
_SOURCED = "value"


@dataclass(frozen=True)
class Change:
    """A new value for a key path, with its range where it has one; `source` is written beside it where given."""

    path: str
    value: Value
    low: float | None = None
    high: float | None = None
    source: str | None = None


class RewriteError(ValueError):
    """A value that cannot be changed where it stands; says which key, and what to do."""


def rewritten(text: str, changes: Iterable[Change]) -> str:
    """A case file's text with these values changed, added where their keys are not written.

    Raises RewriteError where a value stands in a form that cannot be changed alone (a YAML anchor or alias). Nothing
    is validated: load what comes out.
    """
    crlf = "\r\n" in text and text.count("\r\n") == text.count("\n")
    text = text.replace("\r\n", "\n") if crlf else text
    for change in changes:
        text = _changed(text, change)
    return text.replace("\n", "\r\n") if crlf else text


def _changed(text: str, change: Change) -> str:
    path = tuple(change.path.split("."))
    place = _Place.of(text, path)
    if place.node is None:
        return place.added(_whole(change))
    fields = _entries(place.node)
    sourced = _SOURCED in fields
    if change.source is None:
        return (_Place.of(text, (*path, _SOURCED)) if sourced else place).replaced(_values(change), change)
    if not sourced:
        return place.replaced([_whole(change)], change)
    text = _Place.of(text, (*path, _SOURCED)).replaced(_values(change), change)
    for key, words in (("source", json.dumps(change.source, ensure_ascii=False)), ("status", "stated")):
        place = _Place.of(text, (*path, key))
        text = place.added(words) if place.node is None else place.replaced([words], change)
    return text


def _values(change: Change) -> list[Value]:
    """The value alone, or the three of a range."""
    return [change.value] if change.low is None else [change.low, change.value, change.high]


def _whole(change: Change) -> str:
    """A value as it is written where nothing stood: with its source, when it has one."""
    values = [spelled(value) for value in _values(change)]
    text = values[0] if len(values) == 1 else f"[{', '.join(values)}]"
    if change.source is None:
        return text
    return f"{{value: {text}, source: {json.dumps(change.source, ensure_ascii=False)}, status: stated}}"


def spelled(value: Value, old: str = "") -> str:
    """A value as YAML; a flag in the words that stood there."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        words = next((pair for pair in _WORDS if old in pair), _WORDS[0])
        return words[0] if value else words[1]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    # No exponent: readers of YAML disagree on 1e-05.
    return f"{Decimal(repr(value)):f}".removesuffix(".0")


@dataclass(frozen=True)
class _Place:
    """A key path in a text: its mapping, its key and its node; `rest` are the keys that are not written."""

    text: str
    path: tuple[str, ...]
    owner: Any
    key: Any = None
    node: Any = None
    rest: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, path: tuple[str, ...]) -> _Place:
        owner = yaml.compose(text, Loader=_LOADER)
        for depth, name in enumerate(path):
            key, node = _entries(owner).get(name, (None, None))
            if key is None:
                return cls(text, path, owner, rest=path[depth:])
            if node.start_mark.index < key.end_mark.index:
                raise RewriteError(f"{dotted(path)}: is written as a YAML alias; write the value out, then try again")
            if text[node.start_mark.index : node.start_mark.index + 1] in ("&", "!"):
                raise RewriteError(f"{dotted(path)}: has a YAML anchor; write the values out, then try again")
            if depth == len(path) - 1 or not isinstance(node, yaml.MappingNode):
                # A block that is written as nothing is replaced by one that holds the key.
                return cls(text, path, owner, key, node, path[depth + 1 :])
            owner = node
        raise AssertionError("a path has at least one key")

    def replaced(self, values: Sequence[Value], change: Change) -> str:
        """The text with what stands here replaced by a value, or by the three of a range."""
        if self.rest:
            return self._spliced(self.node.start_mark.index, self._end, _nested(self.rest, _whole(change)))
        items = self.node.value if isinstance(self.node, yaml.SequenceNode) else []
        if len(items) == len(values) == 3:
            text = self.text
            for item, value in reversed(list(zip(items, values, strict=True))):
                text = _Place(text, self.path, self.owner, self.key, item)._scalar(value)
            return text
        if len(values) > 1:
            return self._spliced(*self._span, f"[{', '.join(spelled(value) for value in values)}]")
        if isinstance(self.node, yaml.ScalarNode):
            return self._scalar(values[0])
        return self._spliced(*self._span, spelled(values[0]))

    def added(self, value: str) -> str:
        """The text with the missing keys added to the mapping, behind the key that the schema has before them."""
        pairs = self.owner.value
        order = valid_keys((*self.path[: len(self.path) - len(self.rest)], ""))
        wanted = order.index(self.rest[0]) if self.rest[0] in order else len(order)
        before = [pair for pair in pairs if pair[0].value in order and order.index(pair[0].value) < wanted]
        last = max(before or pairs, key=lambda pair: pair[0].start_mark.index, default=None)
        if self.owner.flow_style:
            at = self.owner.start_mark.index + 1 if last is None else _end(self.text, last[1])
            entry = f"{self.rest[0]}: {_nested(self.rest[1:], value)}"
            return self.text[:at] + (entry if last is None else f", {entry}") + self.text[at:]
        assert last is not None  # a mapping in block style has at least one key
        return self._below(last, value)

    def _below(self, last: tuple[Any, Any], value: str) -> str:
        """The text with the missing keys on lines of their own, below an entry of the mapping."""
        indent = last[0].start_mark.column
        lines = [" " * (indent + INDENT * depth) + f"{key}:" for depth, key in enumerate(self.rest)]
        lines[-1] += f" {value}"
        at = _end(self.text, last[1])
        newline = self.text.find("\n", at)
        at = len(self.text) if newline < 0 else newline + 1
        entry = "\n".join(lines) + "\n"
        if newline < 0 or (indent == 0 and len(lines) > 1):
            entry = "\n" + entry
        return self.text[:at] + entry + self.text[at:]

    def _scalar(self, value: Value) -> str:
        node = self.node
        if not isinstance(node, yaml.ScalarNode):
            return self._spliced(*self._span, spelled(value))
        start, end = node.start_mark.index, self._end
        old = self.text[start:end]
        if old.startswith(("&", "!")):
            raise RewriteError(f"{dotted(self.path)}: has a YAML anchor; write the value out, then try again")
        new = spelled(value, old)
        if node.style in ("'", '"') and value is not None and not new.startswith('"'):
            new = f"{node.style}{new}{node.style}"
        return self._spliced(start, end, new)

    @property
    def _end(self) -> int:
        return _end(self.text, self.node)

    @property
    def _span(self) -> tuple[int, int]:
        """What the value takes; a list or mapping on lines of its own from behind its key's colon."""
        start = self.node.start_mark.index
        on_lines = not isinstance(self.node, yaml.ScalarNode) and not self.node.flow_style
        return (self.text.index(":", self.key.end_mark.index) + 1 if on_lines else start), self._end

    def _spliced(self, start: int, end: int, new: str) -> str:
        """The text with a span replaced; a comment behind it keeps its column where there is room."""
        text = self.text
        if start and text[start - 1] == ":":
            new = " " + new
        rest = text[end:]
        gap = len(rest) - len(rest.lstrip(" "))
        if gap > 1 and rest[gap : gap + 1] == "#" and "\n" not in text[start:end]:
            rest = " " * max(1, gap - len(new) + end - start) + rest[gap:]
        return text[:start] + new + rest


def _entries(node: Any) -> dict[str, tuple[Any, Any]]:
    """The entries of a mapping by key; none of anything else."""
    return {key.value: (key, value) for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}


def _nested(keys: Sequence[str], value: str) -> str:
    """A value inside mappings on one line."""
    for key in reversed(keys):
        value = f"{{{key}: {value}}}"
    return value


def _end(text: str, node: Any) -> int:
    """Where a node's own text ends; the parser's mark of a block is behind the comments that follow it."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style:
        start, end = node.start_mark.index, node.end_mark.index
        return start + len(text[start:end].rstrip())
    inside = [each for pair in node.value for each in (pair if isinstance(pair, tuple) else (pair,))]
    return max(_end(text, each) for each in inside)
