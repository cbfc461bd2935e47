"""What was read, checked against the schema: every fault of form at once, and the sound part of the file.

A field that is wrong is reported and then treated as if it were not there, so that the rest can be checked
too; `Sound.tainted` says where that was, and no later check complains of what is missing there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from .faults import did_you_mean
from .fields import shown
from .reading import Document, Path
from .schema import NAME, NAME_WANTED, Block, CaseFile, OptionBlock, block_class

_UNION_TAGS = {"name", "option"}


@dataclass(frozen=True)
class Sound:
    """The part of a case file that fits the schema, and the key paths that did not."""

    file: CaseFile
    tainted: frozenset[Path]

    def is_tainted(self, path: Path) -> bool:
        """Whether a fault was found at this path, above it or below it."""
        return any(path[: len(bad)] == bad or bad[: len(path)] == path for bad in self.tainted)


def validate(document: Document) -> Sound | None:
    """Check a document against the schema; faults go to the document. None when nothing can be made of it."""
    tree = document.tree
    if not isinstance(tree, dict):
        if not document.faults:
            got = "an empty file" if tree is None else shown(tree)
            document.fault((), "a mapping of the case's keys", got, "start with 'client: …'")
        return None
    tree = {key: value for key, value in tree.items() if value is not None or key not in CaseFile.model_fields}
    tainted: set[Path] = set(document.left_out)
    tree = _named_options(tree, document, tainted)
    for _ in range(5):
        try:
            return Sound(CaseFile.model_validate(tree), frozenset(tainted))
        except ValidationError as error:
            bad = [path for each in error.errors(include_url=False) for path in _report(each, document)]
            tainted.update(bad)
            tree = _without(tree, bad)
    raise AssertionError("a field was refused although it had been taken out")  # pragma: no cover


def _named_options(tree: dict[str, Any], document: Document, tainted: set[Path]) -> dict[str, Any]:
    """Refuse option names that do not keep the rule; their bodies are still checked."""
    options = tree.get("options")
    if not isinstance(options, dict):
        return tree
    kept = {}
    for name, body in options.items():
        if not NAME.fullmatch(name):
            document.fault(("options", name), NAME_WANTED, f"'{name}'", _tidied(name))
            tainted.add(("options", name))
        kept[name] = body
    return {**tree, "options": kept}


def _tidied(name: str) -> str | None:
    tidy = "".join(letter if letter.isalnum() else "_" for letter in name.lower()).strip("_-")[:63]
    return f"write '{tidy}'" if NAME.fullmatch(tidy) else None


def _report(error: Any, document: Document) -> Iterator[Path]:
    """Add one Pydantic error to the document as one or more faults, yielding the paths to leave out."""
    path = _path(error["loc"])
    kind, given = error["type"], error["input"]
    if kind == "casebook":
        for refused in error["ctx"]["faults"]:
            document.fault((*path, *refused.at), refused.wanted, refused.got, refused.hint)
        yield path
    elif kind == "extra_forbidden":
        valid = valid_keys(path)
        hint = did_you_mean(path[-1], valid) or _elsewhere(str(path[-1])) or _listed(valid)
        document.fault(path, "a known key", f"'{path[-1]}'", hint)
        yield path
    elif kind in ("model_type", "model_attributes_type", "dict_type"):
        keys = [] if path == ("options",) else valid_keys((*path, ""))
        document.fault(path, "a mapping" + (f" ({', '.join(keys[:4])}, …)" if keys else ""), shown(given))
        yield path
    elif kind == "list_type":
        document.fault(path, "a list", shown(given))
        yield path
    else:  # pragma: no cover - the schema has no other type
        document.fault(path, error["msg"], shown(given))
        yield path


def _path(loc: tuple[str | int, ...]) -> Path:
    """Pydantic's place as a key path: without the tag it adds below `to`."""
    parts: list[str | int] = []
    for part in loc:
        if part in _UNION_TAGS and parts[-2:] == ["escalation", "to"] and loc[len(parts)] == part:
            continue
        parts.append(part)
    return tuple(parts)


def valid_keys(path: Path) -> list[str]:
    """The keys that would be valid beside the last part of a path."""
    owner: type[Block] | None = CaseFile
    parts = list(path[:-1])
    while parts and owner is not None:
        part = parts.pop(0)
        if owner is CaseFile and part == "options" and parts:
            parts.pop(0)
            owner = OptionBlock
        elif not isinstance(part, int):
            owner = block_class(owner, str(part)) if str(part) in owner.model_fields else None
    return list(owner.model_fields) if owner is not None else []


def _elsewhere(key: str) -> str | None:
    """Where a key belongs that was written in the wrong place."""
    places = []
    for name in (*CaseFile.BLOCKS, "decision", "exchange_rate"):
        block = block_class(CaseFile, name)
        if block is not None and key in block.model_fields:
            places.append(name)
    if key in CaseFile.model_fields:
        places.append("the top of the file")
    for name in OptionBlock.model_fields:
        block = block_class(OptionBlock, name)
        if block is not None and key in block.model_fields:
            places.append(f"an option's '{name}'")
    if key in OptionBlock.model_fields:
        places.append("an option")
    return f"it belongs in {' or '.join(places[:3])}" if places else None


def _listed(valid: list[str]) -> str | None:
    return "valid here: " + ", ".join(sorted(valid)) if 0 < len(valid) <= 12 else None


def _without(tree: Any, bad: list[Path]) -> Any:
    """A copy of the tree without the values at these paths."""
    whole = {path[0] for path in bad if len(path) == 1}
    below: dict[Any, list[Path]] = {}
    for path in bad:
        if len(path) > 1:
            below.setdefault(path[0], []).append(path[1:])
    if isinstance(tree, dict):
        return {key: _without(value, below.get(key, [])) for key, value in tree.items() if key not in whole}
    if isinstance(tree, list):
        # The places of a list must keep their numbers, so an item that is wrong takes the list with it.
        return [] if whole else [_without(value, below.get(place, [])) for place, value in enumerate(tree)]
    return tree
