"""A case file's text, read with the place of every key.

The reader decides nothing about types: a plain scalar stays the text that was written, marked `Plain`, and
the field that receives it decides. So `client: NO` is a client named NO while `evals_done: NO` is false.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import yaml  # type: ignore[import-untyped]  # PyYAML ships no types

from .faults import Fault, dotted

Path = tuple[str | int, ...]

MAXIMUM_BYTES = 1_000_000
MAXIMUM_NODES = 50_000
MAXIMUM_DEPTH = 30
# libyaml is about ten times as fast as the same reader in Python, and is not in every installation of PyYAML.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class Plain(str):
    """A scalar written without quotes: its field decides whether it is a number, a date, a flag or a text."""

    __slots__ = ()


@dataclass
class Document:
    """A file as read: nested mappings and lists, the line of every key path, and faults met on the way."""

    file: str
    tree: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    left_out: set[Path] = field(default_factory=set)

    def line_of(self, path: Path) -> int | None:
        """The line of a key path, or of the nearest enclosing one that is in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def fault(self, path: Path, wanted: str, got: str, hint: str | None = None, line: int | None = None) -> None:
        """Note a fault at a key path."""
        at = self.line_of(path) if line is None else line
        self.faults.append(Fault(self.file, at, dotted(path) or "(file)", wanted, got, hint))


def read_file(path: FilePath, what: str = "case file") -> Document:
    """Read a case file, or another of the same form; what cannot be read at all is a fault of the document."""
    document = Document(str(path))
    try:
        size = path.stat().st_size
        if size > MAXIMUM_BYTES:
            document.fault((), f"a {what} of at most 1 MB", f"{size / 1_000_000:.1f} MB")
            return document
        data = path.read_bytes()
    except FileNotFoundError:
        document.fault((), f"a {what}", "no such file")
        return document
    except OSError as error:
        document.fault((), f"a readable {what}", error.strerror or str(error))
        return document
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        document.fault((), "text in UTF-8", f"byte 0x{data[error.start]:02x}", "save the file as UTF-8", line)
        return document
    return read_text(text, document)


def read_text(text: str, document: Document) -> Document:
    """Read YAML text into the document: keys, lines, and faults of form."""
    try:
        _Builder(document).build(text)
    except yaml.YAMLError as error:
        document.tree = None
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        line = text.splitlines()[mark.line : mark.line + 1] if mark else []
        hint = _syntax_hint(str(problem), "".join(line))
        document.fault((), "valid YAML", str(problem), hint, mark.line + 1 if mark else None)
    except _Unreadable:
        document.tree = None
    return document


def _syntax_hint(problem: str, line: str) -> str | None:
    if "cannot start any token" in problem:
        return "indent with spaces, not with tabs" if "\t" in line else "put the value in quotes"
    if "mapping values are not allowed" in problem:
        return "quote a text that contains ': '"
    if "could not find expected ':'" in problem:
        return "a key is followed by ': ' and its value"
    if "control characters" in problem or "special characters" in problem:
        return "the file has a character that YAML does not allow"
    return None


class _Unreadable(Exception):
    """The document went past a limit; the fault is already noted."""


@dataclass
class _Anchored:
    """A node that an alias may repeat, with the lines inside it and how many nodes it holds."""

    value: Any
    lines: dict[Path, int]
    nodes: int


class _Builder:
    """Builds the tree from parser events, so that depth and size are checked before anything grows."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.anchors: dict[str, _Anchored] = {}
        self.trail: list[Path] = []
        self.nodes = 0

    def build(self, text: str) -> None:
        self.events = iter(yaml.parse(text, Loader=_LOADER))
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                line = event.start_mark.line + 1
                if documents > 1:
                    self.document.fault((), "one YAML document", "a second one", "remove the line '---'", line)
                    return
                tree = self.node(next(self.events), (), 0)
                self.document.tree = tree

    def node(self, event: Any, path: Path, depth: int) -> Any:
        line = event.start_mark.line + 1
        start = len(self.trail)
        self.mark(path, line)
        self.count(1, path, line)
        if depth > MAXIMUM_DEPTH:
            self.document.fault(path[:4], f"at most {MAXIMUM_DEPTH} levels", "deeper nesting", line=line)
            raise _Unreadable
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, path, line)
        self.refuse_tag(event, path, line)
        before = self.nodes
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = self.scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self.sequence(path, depth)
        else:
            value = self.mapping(path, depth)
        if event.anchor:
            inside = {each[len(path) :]: self.document.lines[each] for each in self.trail[start:]}
            self.anchors[event.anchor] = _Anchored(value, inside, self.nodes - before + 1)
        return value

    def scalar(self, event: Any) -> Any:
        # A refused tag still marks a scalar as not plain; its text is kept so that one fault is enough.
        if event.style not in (None, "") or not event.implicit[0]:
            return str(event.value)
        return None if event.value in _NULLS else Plain(event.value)

    def sequence(self, path: Path, depth: int) -> list[Any]:
        items: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.node(event, (*path, len(items)), depth + 1))
        return items

    def mapping(self, path: Path, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key, line = self.key(event, path, depth), event.start_mark.line + 1
            if key in found:
                first = self.document.lines[(*path, key)]
                self.document.fault(
                    (*path, key), "each key once", f"a second '{key}'", f"the first is in line {first}", line
                )
                # Read on under a name no field has, so that the first value stands.
                self.node(next(self.events), (*path, f"{key} (repeated)"), depth + 1)
                continue
            self.mark((*path, key), line)
            found[key] = self.node(next(self.events), (*path, key), depth + 1)
        return found

    def key(self, event: Any, path: Path, depth: int) -> str:
        if isinstance(event, yaml.ScalarEvent):
            self.refuse_tag(event, path, event.start_mark.line + 1)
            self.count(1, path, event.start_mark.line + 1)
            return str(event.value)
        line = event.start_mark.line + 1
        self.document.fault(path, "a name as the key", "a list, a mapping or an alias", line=line)
        raise _Unreadable

    def alias(self, event: Any, path: Path, line: int) -> Any:
        known = self.anchors.get(event.anchor)
        if known is None:
            self.document.fault(
                path, "an alias to a complete earlier value", f"*{event.anchor}", "write the value out", line
            )
            raise _Unreadable
        self.count(known.nodes, path, line)
        for inside, at in known.lines.items():
            self.mark((*path, *inside), at)
        return known.value

    def mark(self, path: Path, line: int) -> None:
        if path not in self.document.lines:
            self.document.lines[path] = line
            self.trail.append(path)

    def count(self, nodes: int, path: Path, line: int) -> None:
        self.nodes += nodes
        if self.nodes > MAXIMUM_NODES:
            wanted = f"a case of at most {MAXIMUM_NODES:,} values"
            self.document.fault(path[:4], wanted, "more, once aliases are expanded", "write fewer aliases", line)
            raise _Unreadable

    def refuse_tag(self, event: Any, path: Path, line: int) -> None:
        # "!" alone is YAML's own mark for a quoted scalar.
        if event.tag not in (None, "!"):
            self.document.fault(path, "a value without a YAML tag", event.tag, "remove the tag", line)
