"""A client's edits, from a workbook that came back into its case file: all of them or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casebook.analysis.binding import CATALOGUE, bind
from casebook.batch.cases import NAME
from casebook.batch.faults import InputError
from casebook.case import Case, CaseError, Fault, Input, load_text
from casebook.case.explicit import all_options, explicit_keys, lines_in_force
from casebook.case.fields import Refused, Value
from casebook.case.reading import Document, read_text
from casebook.case.rewrite import Change, RewriteError, rewritten
from casebook.workbook.layout import listed_inputs
from casebook.workbook.opening import WorkbookError
from casebook.workbook.readback import ENDS, Returned, ReturnedWorkbook, read_back, same, unchanged
from casebook.workbook.typed import Typed, meant

_FAILURES = ("evidence.format_failures.failures", "evidence.format_failures.trials")

Triple = tuple[Value, Value, Value]
"""Low, value and high; low and high are None without a range."""


@dataclass(frozen=True)
class Edit:
    """An input that a client has changed: where, from what to what, and the keys of the case file that it becomes."""

    source: Input
    was: Triple
    now: Triple
    where: str
    keys: tuple[str, ...]


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
    reading = _Reading(returned, before, text)
    changes = [change for edit in reading.edits for change in _changes(edit, workbook, source)]
    new, after = text, before
    try:
        new = rewritten(text, _blocks_removed(changes))
        after = load_text(new, file)
    except RewriteError as error:
        reading.faults.append(f"{file}: {error}")
    except CaseError as error:
        reading.faults += [_told(fault, reading.edits, workbook) for fault in error.faults]
    if reading.faults:
        raise InputError("\n".join([*reading.faults, f"{file}: {_count(reading.faults)}; nothing was changed"]))
    follows = _verified(before, after, reading.edits, file)
    bom = old[: len(old) - len(text.encode())]
    return Proposal(
        workbook=workbook,
        file=file,
        old=old,
        new=bom + new.encode(),
        before=before,
        after=after,
        edits=tuple(reading.edits),
        already=tuple(reading.already),
        follows=follows,
        built_from=returned.case,
        moved_on=returned.case_hash != before.content_hash,
    )


def save(proposal: Proposal) -> None:
    """Put the proposed text in the case file's place, whole or not at all.

    Raises InputError where the file was changed meanwhile.
    """
    file = proposal.file.resolve()
    number, name = tempfile.mkstemp(prefix=f".{file.stem}-", suffix=".part", dir=file.parent)
    part = Path(name)
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(proposal.new)
            stream.flush()
            os.fsync(stream.fileno())
        shutil.copymode(file, part)
        if load_text(part.read_bytes().decode("utf-8-sig"), file).content_hash != proposal.after.content_hash:
            raise InputError(f"{part}: reads otherwise than it was written; {file} is as it was")
        if file.read_bytes() != proposal.old:
            raise InputError(f"{file}: was changed while the workbook was read; pull again")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _case_file(returned: ReturnedWorkbook, params: Path) -> Path:
    # The name comes out of a file from outside: it may only ever name a file of the folder.
    if not NAME.fullmatch(returned.case):
        raise InputError(f"{returned.path}: wanted a case's id on its sheet Changes; got {returned.case[:60]!r}")
    return params / f"{returned.case}.yaml"


class _Reading:
    """What came back, held against the case file as it is now: edits, what is there already, and faults."""

    def __init__(self, returned: ReturnedWorkbook, case: Case, text: str):
        self.workbook = returned.path
        self.case = case
        self.tree = read_text(text, Document("")).tree
        self.edits: list[Edit] = []
        self.already: list[str] = []
        self.faults: list[str] = []
        sources = {source.path: source for _, listed in listed_inputs(bind(case)) for source in listed}
        for each in returned.inputs.values():
            self._input(each, sources.get(each.path))
        self._measured_counterpart(sources)

    def _input(self, each: Returned, source: Input | None) -> None:
        where = each.now["value"].where or "(no cell)"
        if each.lost is not None:
            advice = "undo that in the workbook, or build it anew"
            self._fault(where, each.path, "the cell of this input", each.lost, advice)
        if each.lost is not None or all(unchanged(each.now[end], each.built[end]) for end in ENDS):
            return
        if source is None:
            self._fault(where, each.path, "an input of the case", "one that its file no longer has", "edit it there")
            return
        was = self._triple({end: Typed(where, each.built[end]) for end in ENDS}, source)
        now = self._triple(each.now, source)
        if was is None or now is None or _same(now, was):
            return
        held: Triple = (source.low, source.value, source.high)
        if _same(now, held):
            self.already.append(source.path)
        elif not _same(held, was):
            both = f"{spelled(was)} as built, {spelled(held)} in the case file now, {spelled(now)} in the workbook"
            self._fault(where, source.path, "a change on one side", both, "settle it in one of the two")
        elif keys := self._keys(source):
            self.edits.append(Edit(source, was, now, where, keys))
        else:
            self._fault(where, source.path, "a price that some option uses", "one that none does", "undo it")

    def _measured_counterpart(self, sources: Mapping[str, Input]) -> None:
        """Of format failures that were measured, the one that was not edited is written down beside the other."""
        edited = [edit for edit in self.edits if edit.source.path in _FAILURES]
        if len(edited) == 1 and edited[0].now[1] is not None:
            other = next(sources[path] for path in _FAILURES if path != edited[0].source.path)
            if self.case.input(other.path).value is None and other.value is not None:
                held: Triple = (None, other.value, None)
                self.edits.append(Edit(other, held, held, edited[0].where, (other.path,)))

    def _triple(self, cells: Mapping[str, Typed], source: Input) -> Triple | None:
        """Low, value and high as meant; None with a fault for each that cannot be read."""
        found: list[Value] = []
        for end in ENDS:
            try:
                found.append(meant(cells[end], source, self.case.currency))
            except Refused as refused:
                self._fault(cells[end].where, source.path, refused.wanted, refused.got, refused.hint)
        if len(found) < len(ENDS):
            return None
        low, value, high = found
        where = cells["value"].where
        if value is None:
            if source.nullable or source.value is None or source.path in _FAILURES:
                return None, None, None
            self._fault(where, source.path, "a value", "a blank cell", "only what may be unknown may be blank")
            return None
        if low is None and high is None:
            return None, value, None
        if low is None or high is None or not low <= value <= high:  # type: ignore[operator]  # numbers, as read above
            told = " – ".join("blank" if each is None else spelled(each) for each in found)
            advice = "change its Low and High too, or clear both"
            self._fault(where, source.path, "low, likely and high in rising order", told, advice)
            return None
        return low, value, high

    def _keys(self, source: Input) -> tuple[str, ...]:
        if source.path.startswith(CATALOGUE):
            return explicit_keys(self.case, self.tree, source.path)
        return (source.path,)

    def _fault(self, where: str, path: str, wanted: str, got: str, hint: str | None = None) -> None:
        self.faults.append(str(Fault(str(self.workbook), None, f"{where} ({path})", wanted, got, hint)))


def _same(one: Triple, other: Triple) -> bool:
    return all(same(*pair) for pair in zip(one, other, strict=True))


def _changes(edit: Edit, workbook: Path, source: str | None) -> list[Change]:
    low, value, high = edit.now
    # A count that was measured gives way to a stated one only: the edit says whose it is.
    if source is None and edit.source.path in _FAILURES and value is not None:
        source = f"the client, {workbook.name}"
    return [Change(key, value, low, high, source) for key in edit.keys]  # type: ignore[arg-type]  # low, high: numbers


def _blocks_removed(changes: Sequence[Change]) -> list[Change]:
    """Format failures that are both blank take their block away: neither may be written as unknown."""
    blank = [change for change in changes if change.path in _FAILURES and change.value is None]
    if len(blank) < len(_FAILURES):
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
        if held is not None and _same(held, wanted.get(source.path, (source.low, source.value, source.high))):
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


def spelled(triple: Triple | Value | Any) -> str:
    """A value as a table shows it; a range as low – likely – high."""
    if isinstance(triple, tuple):
        low, value, high = triple
        return spelled(value) if low is None else " – ".join(spelled(each) for each in (low, value, high))
    if triple is None:
        return "unknown"
    if isinstance(triple, bool):
        return "yes" if triple else "no"
    if isinstance(triple, int | float):
        return f"{triple:,.10g}"
    return str(triple)


def _count(faults: Sequence[str]) -> str:
    return f"{len(faults)} fault{'' if len(faults) == 1 else 's'}"
