"""Rows: which lines of the model stand on which row of its sheets, in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from casebook.analysis.binding import Binding, block_of
from casebook.formula.axes import CELL, MONTHS, Axes
from casebook.model.evaluate import SCOPES
from casebook.model.lines import lines, shortlists
from casebook.model.rules import RULES as RULE_IDS
from casebook.model.wiring import Node

INPUTS, OPTIONS, TIMELINE, BREAKEVEN, RULES = "Inputs", "Options", "Timeline", "Break-even", "Rules"

FIRST_ROW = {INPUTS: 4, OPTIONS: 5, TIMELINE: 6, BREAKEVEN: 6, RULES: 5}
"""The first row below a sheet's heading (0-based)."""

ROLES = {"base_index": "base", "headline_index": "reference", "verdict_index": "verdict"}
RULE_TABLE_ROWS = len(RULE_IDS) + 4
"""Rows kept at the top of Rules for the table of rules, its heading and that of the workings below it."""

STRUCTURE_LABELS = {
    "option_count": "Number of options",
    "current_position": "What runs today (its position; 0 = not given)",
    "option_position": "Position",
    "option_name": "Name in the case file",
    "kind": "Kind",
    "kind_rank": "Rank of the kind",
    "is_candidate": "Candidate",
    "has_gpu": "Runs on its own GPUs",
    "traffic_share": "Share of the calls that reach it",
}

STRUCTURE_UNITS = {
    "current_position": "position",
    "is_candidate": "flag",
    "has_gpu": "flag",
    "traffic_share": "share",
}


@dataclass
class Entry:
    """A row of a sheet: a heading (no nodes), or a line of one scope with its nodes by column."""

    label: str
    unit: str = ""
    scope: int | None = None
    nodes: tuple[Node, ...] = ()
    who: str = ""
    note: str = ""


@dataclass
class Sheet:
    """A sheet's rows in order."""

    name: str
    entries: list[Entry] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[int, Entry]]:
        """Row numbers (0-based) with their entries."""
        return enumerate(self.entries, FIRST_ROW[self.name])


class Rows:
    """The rows of the model's sheets, for one bound case; `needed` are the nodes that are written at all."""

    def __init__(self, binding: Binding, axes: Axes, needed: Collection[Node]):
        self.binding = binding
        self.axes = axes
        self.needed = needed

    def sheets(self) -> dict[str, Sheet]:
        """Every sheet of the model by its name."""
        return {
            OPTIONS: self._options(),
            TIMELINE: self._timeline(),
            BREAKEVEN: self._breakeven(),
            RULES: self._rules(),
        }

    def of_calculator(self, name: str) -> dict[str, Sheet]:
        """The sheets of a calculator: what it needs of the options, and its own lines below."""
        options, timeline = self._options(), self._timeline()
        columns = range(len(self.binding.options))
        if any(node.level == "market" for node in self.needed):
            options.entries += [Entry(""), Entry("The hosted option with the lowest bill")]
            for line in lines()["market"].values():
                options.entries += self._decision(Node("market", "", line.name), line.label, line.unit, line.note)
        options.entries += self._lines(name, columns, CELL)
        timeline.entries += self._time_lines(name, columns)
        return {sheet.name: Sheet(sheet.name, self._kept(sheet.entries)) for sheet in (options, timeline)}

    def _kept(self, entries: list[Entry]) -> list[Entry]:
        """The rows that something needs, under their headings."""
        kept: list[Entry] = []
        for entry in reversed(entries):
            if not entry.nodes:
                if entry.label and kept and kept[-1].nodes:
                    kept += [entry, Entry("")]
            elif any(node in self.needed for node in entry.nodes):
                kept.append(entry)
        return kept[-2::-1] if kept and not kept[-1].label else kept[::-1]

    def _options(self) -> Sheet:
        sheet = Sheet(OPTIONS)
        columns = range(len(self.binding.columns))
        sheet.entries.append(Entry("Case"))
        for name in ("option_count", "current_position"):
            unit = STRUCTURE_UNITS.get(name, "")
            sheet.entries.append(Entry(STRUCTURE_LABELS[name], unit, nodes=(Node("case", "", name),)))
        for name, line in lines()["case"].items():
            node = Node("case", "", name)
            if self.axes.row(node) == CELL:
                sheet.entries.append(Entry(line.label, line.unit, nodes=(node,), note=line.note))
        sheet.entries += [Entry(""), Entry("Structure (set in the case file)")]
        for name in STRUCTURE_LABELS:
            if name in self.binding.wiring.structure.option_inputs:
                nodes = tuple(Node("option", column, name) for column in columns)
                sheet.entries.append(Entry(STRUCTURE_LABELS[name], STRUCTURE_UNITS.get(name, ""), nodes=nodes))
        inputs = self.binding.columns[0].option.inputs
        block = ""
        for name, source in inputs.items():
            if name in STRUCTURE_LABELS:
                continue
            if block_of().get(name) != block:
                block = block_of().get(name)
                sheet.entries += [Entry(""), Entry(f"Inputs: {block or 'general'}")]
            nodes = tuple(Node("option", column, name) for column in columns)
            unit = source.type if source.type in ("flag", "date") else source.unit
            sheet.entries.append(Entry(source.label, unit, nodes=nodes))
        sheet.entries += self._lines("option", columns, CELL)
        return sheet

    def _lines(self, level: str, owners, row: str) -> list[Entry]:
        """The entries of a level's lines whose nodes stand side by side, one column an owner."""
        entries: list[Entry] = []
        room = None
        for name, line in lines()[level].items():
            nodes = tuple(Node(level, owner, name) for owner in owners)
            if self.axes.row(next((node for node in nodes if node in self.needed), nodes[0])) != row:
                continue
            if line.room != room:
                room = line.room
                entries += [Entry(""), Entry(room)]
            entries += self._by_scope(nodes, line.label, line.unit, note=line.note)
        return entries

    def _by_scope(self, nodes: tuple[Node, ...], label: str, unit: str, who: str = "", note: str = "") -> list[Entry]:
        scoped = any(self.axes.scoped(node) for node in nodes)
        if not scoped:
            return [Entry(label, unit, None, nodes, who, note)]
        return [Entry(label, unit, scope, nodes, who, note) for scope in range(len(SCOPES))]

    def _timeline(self) -> Sheet:
        sheet = Sheet(TIMELINE)
        sheet.entries += [Entry("Calendar"), Entry("Month", "month", nodes=(Node("case", "", "month"),))]
        room = None
        for name, line in lines()["case"].items():
            node = Node("case", "", name)
            if self.axes.row(node) == MONTHS:
                if line.room != room:
                    room = line.room
                    sheet.entries += [Entry(""), Entry(room)]
                sheet.entries.append(Entry(line.label, line.unit, nodes=(node,), note=line.note))
        sheet.entries += self._time_lines("option", range(len(self.binding.columns)))
        sheet.entries += self._time_lines("comparison", range(len(self.binding.wiring.structure.slots)))
        return sheet

    def _time_lines(self, level: str, owners) -> list[Entry]:
        """The entries of a level's time lines: all owners of a line and scope in adjacent rows."""
        entries: list[Entry] = []
        room = None
        for name, label, unit, line_room, note in self._names(level):
            nodes = [Node(level, owner, name) for owner in owners if Node(level, owner, name) in self.needed]
            if not nodes or self.axes.row(nodes[0]) != MONTHS:
                continue
            if line_room != room:
                room = line_room
                entries += [Entry(""), Entry(room)]
            scoped = any(self.axes.scoped(node) for node in nodes)
            for scope in range(len(SCOPES)) if scoped else (None,):
                entries += [Entry(label, unit, scope, (node,), self._who(node), note) for node in nodes]
        return entries

    def _names(self, level: str) -> Iterator[tuple[str, str, str, str, str]]:
        """Name, label, unit, room and note of a level's lines; a comparison's links stand before them."""
        if level == "comparison":
            links = {node.line for node in self.needed if node.level == level and self.binding.wiring.link(node)}
            for name in self._authored(links):
                role, _, rest = name.partition("_")
                source = lines()["option"].get(rest)
                yield (
                    name,
                    f"{role.capitalize()}: {source.label}",
                    source.unit,
                    "The two sides of each pair",
                    "",
                )
        for name, line in lines()[level].items():
            yield name, line.label, line.unit, line.room, line.note

    @staticmethod
    def _authored(names: Collection[str]) -> list[str]:
        """Link names in the authored order of the lines they stand for."""
        order = list(lines()["option"])
        return sorted(names, key=lambda name: (name.partition("_")[0], order.index(name.partition("_")[2])))

    def _breakeven(self) -> Sheet:
        sheet = Sheet(BREAKEVEN)
        slots = range(len(self.binding.wiring.structure.slots))
        room = None
        for name, label, unit, line_room, note in self._names("comparison"):
            nodes = tuple(Node("comparison", slot, name) for slot in slots)
            needed = [node for node in nodes if node in self.needed]
            if not needed or self.axes.row(needed[0]) != CELL:
                continue
            if line_room != room:
                room = line_room
                sheet.entries += [Entry(""), Entry(room)]
            sheet.entries += self._by_scope(nodes, label, unit, note=note)
        return sheet

    def _rules(self) -> Sheet:
        sheet = Sheet(RULES)
        sheet.entries += [Entry("")] * RULE_TABLE_ROWS
        written: set[str] = set()
        room = None
        for name, line in lines()["decision"].items():
            if line.room != room:
                room = line.room
                sheet.entries += [Entry(""), Entry(room)]
            for shortlist in shortlists():
                if shortlist not in written and self._chooses(name, shortlist):
                    written.add(shortlist)
                    sheet.entries += self._shortlist(shortlist)
            sheet.entries += self._decision(Node("decision", "", name), line.label, line.unit, line.note)
        for shortlist in shortlists():
            if shortlist not in written:
                sheet.entries += self._shortlist(shortlist)
        return sheet

    @staticmethod
    def _chooses(name: str, shortlist: str) -> bool:
        """Whether a rule's line is the first to use what a shortlist gives."""
        return f"{shortlist}_chosen" in lines()["decision"][name].parameters

    def _shortlist(self, shortlist: str) -> list[Entry]:
        title = shortlist.replace("_", " ")
        entries: list[Entry] = []
        for level in ("choice", "pick"):
            for name, line in lines()[level].items():
                node = Node(level, shortlist, name)
                if node in self.needed:
                    entries += self._decision(node, f"{title.capitalize()}: {line.label}", line.unit, line.note)
        return entries

    def _decision(self, node: Node, label: str, unit: str, note: str) -> list[Entry]:
        if self.axes.row(node) == CELL:
            return self._by_scope((node,), label, unit, note=note)
        scopes = range(len(SCOPES)) if self.axes.scoped(node) else (None,)
        return [Entry(label, unit, scope, (node,), note=note) for scope in scopes]

    def _who(self, node: Node) -> str:
        """Whose line a node is: the option's label, or the pair's."""
        if node.level == "comparison":
            return pair(self.binding, node.owner)
        return self.binding.columns[node.owner].label if isinstance(node.owner, int) else ""


def pair(binding: Binding, slot: int) -> str:
    """A pair's name: its sides, 'base' and 'verdict' where the model chooses them."""
    sides = binding.wiring.structure.slots[slot]
    names = [binding.options[side].name if isinstance(side, int) else ROLES[side] for side in sides]
    return " → ".join(names)
