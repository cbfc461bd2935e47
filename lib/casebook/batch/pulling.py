"""A client's edits, from a workbook that came back into its case file: all of them or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from casebook.analysis.binding import bind
from casebook.batch.cases import NAME
from casebook.batch.edits import FORMAT_FAILURES, Edit, Edits, all_same, spelled
from casebook.batch.faults import InputError
from casebook.case import Case, CaseError, Fault, Input, load_text
from casebook.case.explicit import all_options, lines_in_force
from casebook.case.rewrite import Change, RewriteError, rewritten
from casebook.workbook.opening import WorkbookError
from casebook.workbook.readback import ReturnedWorkbook, read_back, same


@dataclass(frozen=True)
class Proposal:
    """What pulling a workbook would make of its case file; nothing is written yet.

    `follows` are catalogue figures that are looked up anew because of the edits; `built_from` is the case that the
    workbook says it is of, and `moved_on` says that the case file was changed since.
    """

    workbook: Path
    file: Path
    old: bytes
    new: bytes
    before: Case
    after: Case
    edits: tuple[Edit, ...]
    already: tuple[str, ...]
    follows: tuple[tuple[Input, Input], ...]
    built_from: str
    moved_on: bool


def propose(workbook: Path, file: Path | None, params: Path, source: str | None = None) -> Proposal:
    """Read a workbook's edits and work out the case file with them; `file` is params/<its case>.yaml unless given.

    Raises InputError with everything that is wrong: cells, conflicts with a case file that has moved on, and what
    validation says of the edited case.
    """
    try:
        returned = read_back(workbook)
    except WorkbookError as error:
        raise InputError(str(error)) from error
    file = file or _case_file(returned, params)
    try:
        old = file.read_bytes()
        text = old.decode("utf-8-sig")
        before = load_text(text, file)
    except OSError as error:
        why = error.strerror or error
        raise InputError(f"{file}: wanted the case file of {workbook}; {why}; name it with --case") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: wanted text in UTF-8; save the case file as UTF-8") from error
    except CaseError as error:
        raise InputError(f"{error}\n{file}: mend the case file first; nothing was changed") from error
    edits = Edits(returned, before, text)
    changes = [change for edit in edits.found for change in _changes(edit, workbook, source)]
    new, after = text, before
    try:
        new = rewritten(text, _blocks_removed(changes))
        after = load_text(new, file)
    except RewriteError as error:
        edits.faults.append(f"{file}: {error}")
    except CaseError as error:
        edits.faults += [_told(fault, edits.found, workbook) for fault in error.faults]
    if edits.faults:
        raise InputError("\n".join([*edits.faults, f"{file}: {_count(edits.faults)}; nothing was changed"]))
    follows = _verified(before, after, edits.found, file)
    bom = old[: len(old) - len(text.encode())]
    return Proposal(
        workbook=workbook,
        file=file,
        old=old,
        new=bom + new.encode(),
        before=before,
        after=after,
        edits=tuple(edits.found),
        already=tuple(edits.already),
        follows=follows,
        built_from=returned.case,
        moved_on=returned.case_hash != before.content_hash,
    )


def save(proposal: Proposal) -> None:
    """Put the proposed text in the case file's place, whole or not at all.

    Raises InputError where the file was changed meanwhile or cannot be written.
    """
    file = proposal.file.resolve()
    part = None
    try:
        number, name = tempfile.mkstemp(prefix=f".{file.stem}-", suffix=".part", dir=file.parent)
        part = Path(name)
        with os.fdopen(number, "wb") as stream:
            stream.write(proposal.new)
            stream.flush()
            os.fsync(stream.fileno())
        shutil.copymode(file, part)
        if part.read_bytes() != proposal.new:
            raise InputError(f"{part}: reads otherwise than it was written; {file} is as it was")
        if file.read_bytes() != proposal.old:
            raise InputError(f"{file}: was changed while the workbook was read; pull again")
        part.replace(file)
    except OSError as error:
        raise InputError(f"{file}: cannot be written ({error.strerror}); it is as it was") from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def _case_file(returned: ReturnedWorkbook, params: Path) -> Path:
    # The name comes out of a file from outside: it may only ever name a file of the folder.
    if not NAME.fullmatch(returned.case):
        raise InputError(f"{returned.path}: wanted a case's id on its sheet Changes; got {returned.case[:60]!r}")
    return params / f"{returned.case}.yaml"


def _changes(edit: Edit, workbook: Path, source: str | None) -> list[Change]:
    low, value, high = edit.now
    # A count that was measured gives way to a stated one only: the edit says whose it is.
    if source is None and edit.source.path in FORMAT_FAILURES and value is not None:
        source = f"the client, {workbook.name}"
    return [Change(key, value, low, high, source) for key in edit.keys]  # type: ignore[arg-type]  # low, high: numbers


def _blocks_removed(changes: Sequence[Change]) -> list[Change]:
    """Format failures that are both blank take their block away: neither may be written as unknown."""
    blank = [change for change in changes if change.path in FORMAT_FAILURES and change.value is None]
    if len(blank) < len(FORMAT_FAILURES):
        return list(changes)
    return [change for change in changes if change not in blank] + [Change("evidence.format_failures", None)]


def _verified(before: Case, after: Case, edits: Sequence[Edit], file: Path) -> tuple[tuple[Input, Input], ...]:
    """Make sure that the edited case differs in the edits alone; what the catalogue gives anew because of them."""
    wanted = {edit.source.path: edit.now for edit in edits}
    follows: dict[str, tuple[Input, Input]] = {}
    wrong: list[str] = []
    old, new = _held(before), _held(after)
    for place, source in old.items():
        found = new.get(place)
        held = (found.low, found.value, found.high) if found else None
        if held is not None and all_same(held, wanted.get(source.path, (source.low, source.value, source.high))):
            continue
        if found is not None and source.origin == found.origin == "catalogue" and source.path not in wanted:
            follows[found.path] = (source, found)
        else:
            wrong.append(f"{place} would be {spelled(held) if held else 'gone'}")
    measured = {source.path: source for source in bind(after).case.inputs.values()}
    wrong += [
        f"{path} would be measured again"
        for path, now in wanted.items()
        if path in measured and not same(measured[path].value, now[1])
    ]
    if wrong or old.keys() != new.keys():
        raise InputError(
            f"{file}: these edits cannot be written without changing something else ({'; '.join(wrong[:5])}); "
            "edit the case file by hand; nothing was changed"
        )
    return tuple(follows.values())


def _held(case: Case) -> dict[str, Input]:
    """Every input of a case by where it is used: a shared one stands under each of its options."""
    found = {source.path: source for source in case.inputs.values()}
    for option in all_options(case):
        for block, key, line in lines_in_force(option):
            found[".".join(filter(None, (option.path, block, key)))] = option.inputs[line]
    return found


def _told(fault: Fault, edits: Sequence[Edit], workbook: Path) -> str:
    """A fault of the edited case, told at the cell that it comes from where it is one of the edits."""
    for edit in edits:
        if any(fault.key == key or fault.key.startswith((f"{key}.", f"{key}[")) for key in edit.keys):
            key = f"{edit.where} ({edit.source.path})"
            return str(Fault(str(workbook), None, key, fault.wanted, fault.got, fault.hint))
    return str(Fault(f"{workbook}: with its edits", None, fault.key, fault.wanted, fault.got, fault.hint))


def _count(faults: Sequence[str]) -> str:
    return f"{len(faults)} fault{'' if len(faults) == 1 else 's'}"
