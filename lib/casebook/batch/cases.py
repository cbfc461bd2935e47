"""From what was asked on the command line to case files, and what is wrong with them."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from casebook.batch.faults import InputError

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True)
class CaseFile:
    """A case file and the id its name gives; of kind `reconciliation` it is the list of published figures."""

    path: Path
    kind: str = "decision"

    @property
    def id(self) -> str:
        return self.path.stem


@dataclass(frozen=True)
class Checked:
    """What `check` found in a case file: `faults` empty when nothing is wrong."""

    file: CaseFile
    faults: tuple[str, ...]
    warnings: tuple[str, ...]
    data: tuple[str, ...]  # other files the case reads, seen from its folder


def find(asked: Sequence[str | Path], params: Path, audit: Path | None = None) -> list[CaseFile]:
    """Case files for what was asked: files, names in `params`, folders; nothing: the whole of `params` and the `audit`.

    The order of asking is kept and a file asked for twice is taken once.
    """
    everything = [params] if audit is None or not audit.is_file() else [params, audit]
    files: dict[str, CaseFile] = {}
    of_audit = os.path.realpath(audit) if audit is not None else None
    for path in _expanded([_named(Path(one), params) for one in asked] or everything):
        place = os.path.realpath(path)
        files.setdefault(place, CaseFile(path, "reconciliation" if place == of_audit else "decision"))
    _refuse_twins(files.values())
    return list(files.values())


def check(file: CaseFile) -> Checked:
    """Load one case and say everything that is wrong with it; nothing is built or written."""
    if file.kind == "reconciliation":
        return _check_audit(file)
    from casebook.case import CaseError, load

    try:
        case = load(file.path)
    except CaseError as error:
        return Checked(file, tuple(str(fault) for fault in error.faults), (), ())
    data = (os.path.relpath(case.eval_results, file.path.parent),) if case.eval_results else ()
    return Checked(file, (), tuple(text for _, text in case.warnings), data)


def _check_audit(file: CaseFile) -> Checked:
    """Load the list and its cases; the cases are the other files that its report is made from."""
    from casebook.analysis.audit_list import AuditError, case_files, load_audit

    try:
        load_audit(file.path)
    except AuditError as error:
        return Checked(file, error.faults, (), ())
    return Checked(file, (), (), case_files(file.path))


def new(name: str, params: Path) -> Path:
    """Write a commented starter case `<name>.yaml` that builds as it stands.

    Raises InputError for a name that is taken, reserved or not a case id.
    """
    from casebook.case import RESERVED, starter

    if not NAME.fullmatch(name):
        raise InputError(
            f"case name: wanted 1 to 63 of a-z, 0-9, - and _, starting with a letter or digit; got {name!r}"
        )
    if name in RESERVED:
        raise InputError(f"case name: wanted no Make target, command or other reserved name; got {name!r}")
    path = params / f"{name}.yaml"
    text = starter(name)
    params.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise InputError(f"{path} exists already; choose another name or edit that file") from None
    return path


def _named(path: Path, params: Path) -> Path:
    """The file of a case that is asked for by its name alone; any other path as it is."""
    file = params / f"{path}.yaml"
    return file if not path.exists() and NAME.fullmatch(str(path)) and file.is_file() else path


def _expanded(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted(path.glob("*.yaml"))
            if not found:
                raise InputError(f"{path}: wanted case files (*.yaml), found none; start one: casebook new NAME")
            yield from found
        elif not path.is_file():
            raise InputError(_no_such_file(path))
        elif path.suffix != ".yaml":
            raise InputError(f"{path}: wanted a case file named <case>.yaml")
        else:
            yield path


def _no_such_file(path: Path) -> str:
    neighbours = [one.name for one in sorted(path.parent.glob("*.yaml"))]
    near = difflib.get_close_matches(path.with_suffix(".yaml").name, neighbours, n=1)
    return f"{path}: no such file" + (f"; did you mean {path.with_name(near[0])}?" if near else "")


def _refuse_twins(files: Iterable[CaseFile]) -> None:
    seen: dict[str, Path] = {}
    for file in files:
        if file.id in seen:
            raise InputError(f"{file.path} and {seen[file.id]} are both named {file.id}; rename one of them")
        seen[file.id] = file.path
