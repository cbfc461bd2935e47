"""From a file, or from a notebook's injected parameters, to a case."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from pathlib import Path as FilePath
from typing import Any

from .assembly import Assembly
from .checks import check
from .faults import CaseError
from .fields import shown
from .objects import Case, Input
from .reading import Document, Path, Plain, read_file, read_text
from .schema import NAME, NAME_WANTED
from .validation import Sound, validate
from .warnings import warnings_of

# `make legal` and `make clean` must not mean the same kind of thing, nor output/index.html and a case.
RESERVED = frozenset(
    {"all", "bench", "build", "check", "clean", "distclean", "help", "index", "install", "lint", "lock", "new"}
    | {"pdf", "prices", "reconciliation", "setup", "soak", "test", "venv"}
)
PARAMETERS = "(parameters)"


def load(path: str | FilePath) -> Case:
    """Load a case file; raises CaseError with every fault found in it."""
    path = FilePath(path)
    return _loaded(read_file(path), path)


def load_text(text: str, path: str | FilePath) -> Case:
    """The case that the file at `path` would be if it held this text; raises CaseError with every fault in it."""
    return _loaded(read_text(text, Document(str(path))), FilePath(path))


def _loaded(document: Document, path: FilePath) -> Case:
    name = path.stem
    if not NAME.fullmatch(name):
        document.fault((), f"a file named by the case's id, {NAME_WANTED}", f"'{path.name}'")
    elif name in RESERVED:
        hint = f"rename the file, to '{name}-case.yaml' for instance"
        document.fault((), "a case id that is no Make target, command or other reserved name", f"'{name}'", hint)
    return _case(document, name, path, path.parent)


def from_parameters(mapping: Mapping[str, Any], directory: str | FilePath | None = None) -> Case:
    """A case out of a notebook's parameters, as PyYAML has read them; its id is a slug of `client`.

    Parameters that are None were not injected and count as not written. Relative paths start at `directory`,
    the working directory unless given.
    """
    folder, known = FilePath(directory or FilePath.cwd()), _KNOWN.get()
    if known is not None and known[:2] == (folder, _written(mapping)):
        return known[2]
    document = Document(PARAMETERS)
    document.tree = _plain(mapping, (), document)
    return _case(document, slug(mapping.get("client")), None, folder)


# A report's notebooks are all given the parameters that `parameters` has read and tried.
_KNOWN: ContextVar[tuple[FilePath, Mapping[str, str], Case] | None] = ContextVar("known", default=None)


def _written(mapping: Mapping[str, Any]) -> dict[str, str]:
    """Parameters as text: what Python calls equal, as 1 and true or options in another order, may be another case."""
    return {name: repr(value) for name, value in mapping.items()}


def parameters(path: str | FilePath, case: Case | None = None) -> dict[str, Any]:
    """A case file as notebook parameters that give the same case as loading it, `case`; raises CaseError.

    What is written without quotes is handed on as a number or a truth value where it reads the same, else as the text
    that stands there: another YAML reader would make 7 of `007` and false of a client named NO.
    """
    tree = read_file(FilePath(path)).tree
    wanted = (case or load(path)).content_hash
    typed, folder = _unmarked(tree, _typed), FilePath(path).parent
    try:
        tried = from_parameters(typed, folder)
        if tried.content_hash == wanted:
            _KNOWN.set((folder, _written(typed), tried))
            return typed
    except CaseError:
        pass
    return _unmarked(tree, str)


def _unmarked(value: Any, scalar: Callable[[str], Any]) -> Any:
    """The same tree without the reader's marks."""
    if isinstance(value, dict):
        return {key: _unmarked(each, scalar) for key, each in value.items()}
    if isinstance(value, list):
        return [_unmarked(each, scalar) for each in value]
    return scalar(value) if isinstance(value, Plain) else str(value) if isinstance(value, str) else value


def _typed(text: str) -> Any:
    """A number or truth value where its usual spelling is what was written, else the text."""
    if text in ("true", "false"):
        return text == "true"
    for read in (int, float):
        try:
            if str(read(text)) == text:
                return read(text)
        except ValueError:
            continue
    return str(text)


def slug(client: Any) -> str:
    """A case id made of a client's name."""
    text = unicodedata.normalize("NFKD", client if isinstance(client, str) else "")
    tidy = re.sub(r"[^a-z0-9]+", "-", text.encode("ascii", "ignore").decode().lower()).strip("-")[:63].strip("-")
    if not tidy:
        return "case"
    return f"{tidy}-case" if tidy in RESERVED else tidy


def _plain(value: Any, path: Path, document: Document) -> Any:
    """Mappings and lists of any sort as dicts and lists, so that one validator serves both ways in."""
    if isinstance(value, list | tuple):
        return [_plain(each, (*path, place), document) for place, each in enumerate(value)]
    if not isinstance(value, Mapping):
        return value
    found = {}
    for key, each in value.items():
        if isinstance(key, str):
            found[key] = _plain(each, (*path, key), document)
        else:
            # YAML has read a name such as `on` or `12` as something else.
            document.fault((*path, str(key)), "a name as the key", shown(key), "put it in quotes")
            document.left_out.add((*path, str(key)))
    return found


def _case(document: Document, name: str, path: FilePath | None, directory: FilePath) -> Case:
    sound = validate(document)
    if sound is None:
        raise CaseError(document.faults)
    assembly = Assembly(sound, document, directory)
    published = check(assembly)
    if document.faults:
        raise CaseError(_in_order(document))
    return _assembled(assembly, sound, name, path, directory, published)


def _in_order(document: Document) -> list[Any]:
    return sorted(dict.fromkeys(document.faults), key=lambda fault: (fault.file != document.file, fault.line or 0))


def _assembled(
    assembly: Assembly,
    sound: Sound,
    name: str,
    path: FilePath | None,
    directory: FilePath,
    published: tuple[Mapping[str, Any], ...],
) -> Case:
    file = sound.file
    as_of = assembly.inputs["as_of"].value
    evidence = file.evidence
    eval_results = directory / evidence.eval_results if evidence and evidence.eval_results else None
    options = tuple(assembly.options.values())
    fields: dict[str, Any] = {
        "client": file.client,
        "title": file.title,
        "prepared_by": file.prepared_by,
        "confidentiality": file.confidentiality,
        "memo_date": file.memo_date or as_of,
        "as_of": as_of,
        "decision": file.decision.model_dump() if file.decision else None,
        "current": file.current,
        "currency": file.currency,
        "exchange_rate": file.exchange_rate.model_dump() if file.exchange_rate else None,
        "language": file.language,
        "notes": file.notes,
        "compare": tuple((pair[0], pair[1]) for pair in file.compare) if file.compare is not None else None,
        "constraints": tuple(each.model_dump() for each in file.constraints),
        "published": published,
        "prices": tuple(assembly.catalogue.rows.values()),
    }
    content = [fields, [_content(each) for each in assembly.distinct()], [_outline(each) for each in options]]
    return Case(
        id=name,
        path=path,
        directory=directory,
        inputs=assembly.inputs,
        options=options,
        warnings=warnings_of(assembly),
        content_hash=hashlib.sha256(json.dumps(content, default=str, sort_keys=True).encode()).hexdigest(),
        eval_results=eval_results,
        evaluation=assembly.evaluation,
        written_paths=assembly.written_paths,
        **fields,
    )


def _content(each: Input) -> tuple[Any, ...]:
    return each.path, each.value, each.low, each.high, each.source, each.status, each.origin, each.measured


def _outline(option: Any) -> list[Any]:
    """What an option is made of: which inputs stand in it, by path."""
    fallback = _outline(option.fallback) if option.fallback else None
    shared = {line: each.path for line, each in option.inputs.items()}
    return [
        option.name,
        option.label,
        option.candidate,
        option.model,
        sorted(option.blocks),
        shared,
        fallback,
    ]
