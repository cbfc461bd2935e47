"""A client's edits: what came back in a workbook, held against what it was built with and the case file as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casebook.analysis.binding import CATALOGUE, bind
from casebook.case import Case, Fault, Input
from casebook.case.explicit import explicit_keys
from casebook.case.fields import Refused, Value
from casebook.case.reading import Document, read_text
from casebook.workbook.layout import listed_inputs
from casebook.workbook.readback import ENDS, Returned, ReturnedWorkbook, same, unchanged
from casebook.workbook.typed import Typed, meant

FORMAT_FAILURES = ("evidence.format_failures.failures", "evidence.format_failures.trials")

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


class Edits:
    """The edits found in a workbook, what the case file has of them already, and faults."""

    def __init__(self, returned: ReturnedWorkbook, case: Case, text: str):
        self.workbook = returned.path
        self.case = case
        self.tree = read_text(text, Document("")).tree
        self.found: list[Edit] = []
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
        if was is None or now is None or all_same(now, was):
            return
        held: Triple = (source.low, source.value, source.high)
        if all_same(now, held):
            self.already.append(source.path)
        elif not all_same(held, was):
            both = f"{spelled(was)} as built, {spelled(held)} in the case file now, {spelled(now)} in the workbook"
            self._fault(where, source.path, "a change on one side", both, "settle it in one of the two")
        elif keys := self._keys(source):
            self.found.append(Edit(source, was, now, where, keys))
        else:
            self._fault(where, source.path, "a price that some option uses", "one that none does", "undo it")

    def _measured_counterpart(self, sources: Mapping[str, Input]) -> None:
        """Of format failures that were measured, the one that was not edited is written down beside the other."""
        edited = [edit for edit in self.found if edit.source.path in FORMAT_FAILURES]
        if len(edited) == 1 and edited[0].now[1] is not None:
            other = next(sources[path] for path in FORMAT_FAILURES if path != edited[0].source.path)
            if self.case.input(other.path).value is None and other.value is not None:
                held: Triple = (None, other.value, None)
                self.found.append(Edit(other, held, held, edited[0].where, (other.path,)))

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
            if source.nullable or source.value is None or source.path in FORMAT_FAILURES:
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


def all_same(one: Triple, other: Triple) -> bool:
    return all(same(*pair) for pair in zip(one, other, strict=True))


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
