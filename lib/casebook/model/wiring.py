"""Wiring: which line of which option, comparison or pool a formula's parameter means.

A parameter is the line of that name on the formula's own level, else on a level below. Roles are prefixes
(`fallback_`, `baseline_`, `candidate_`), chosen options a suffix (`_chosen`); a line of the options seen from base
and rules is a row across all options. The same wiring serves the evaluation and the workbook.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from casebook.model.constants import CONSTANTS
from casebook.model.lines import CALCULATORS, Line, lines, pools

BASE = "base_index"
"""The decision line that holds the position of the base."""


class Node(NamedTuple):
    """One value of the model: a line or input of the case, an option's column, a comparison, a pool or the rules."""

    level: str
    owner: int | str
    line: str


class Across(NamedTuple):
    """A row across all options: one node an option."""

    nodes: tuple[Node, ...]


class Link(NamedTuple):
    """One of several nodes, chosen by a position (1-based) that the model computes."""

    nodes: tuple[Node, ...]
    position: Node


Argument = Node | Across


class Formula(NamedTuple):
    """A line's function and what its parameters mean, in their order."""

    function: Callable
    arguments: tuple[Argument, ...]


class Slot(NamedTuple):
    """A comparison: each side an option's position (0-based) or the decision line that holds it."""

    baseline: int | str
    candidate: int | str


@dataclass(frozen=True)
class Structure:
    """What the case file fixes: how many options, who escalates to which column, which pairs are compared.

    `fallbacks` has one entry a column, the options first and what they escalate to after them; a column without a
    fallback names itself. The first `options` slots compare each option with the base, for the rules.
    """

    options: int
    fallbacks: tuple[int, ...]
    slots: tuple[Slot, ...]
    case_inputs: frozenset[str]
    option_inputs: frozenset[str]


class WiringError(LookupError):
    """A formula asks for a line that does not exist."""


class Wiring:
    """Resolves the parameters of every formula for one structure, each once.

    It says the same whenever it is asked: `wired` lets all who ask for a structure share one.
    """

    def __init__(self, structure: Structure):
        self.structure = structure
        self._sources: dict[Node, Formula | Link | None] = {}
        self._needs: dict[Node, tuple[Node, ...]] = {}
        self._readers: dict[Node, list[Node]] = {}

    def comparing(self, slots: tuple[Slot, ...]) -> Wiring:
        """The wiring with further comparisons, after those there are; what is resolved stays so."""
        wiring = Wiring(replace(self.structure, slots=self.structure.slots + slots))
        wiring._sources, wiring._needs = dict(self._sources), dict(self._needs)
        wiring._readers = {node: list(readers) for node, readers in self._readers.items()}
        return wiring

    def line(self, node: Node) -> Line | None:
        """The formula of a node, None for an input or a link."""
        return lines()[node.level].get(node.line)

    def link(self, node: Node) -> Link | None:
        """The link of a comparison's side that is not fixed, None for any other node."""
        source = self.source(node)
        return source if isinstance(source, Link) else None

    def arguments(self, node: Node) -> tuple[Argument, ...]:
        """What the parameters of a node's formula mean, in their order."""
        return self.source(node).arguments

    def needs(self, node: Node) -> tuple[Node, ...]:
        """The nodes that a node's formula or link reads; none for an input."""
        self.source(node)
        return self._needs[node]

    def source(self, node: Node) -> Formula | Link | None:
        """What a node is computed from: a formula, or the link of a comparison's side; None for an input."""
        if node not in self._sources:
            self._sources[node] = source = self._found(node)
            self._needs[node] = needs = _read_by(source)
            for one in needs:
                self._readers.setdefault(one, []).append(node)
        return self._sources[node]

    def downstream(self, changed: Iterable[Node]) -> set[Node]:
        """The nodes resolved so far that rest on these, themselves included."""
        found: set[Node] = set()
        waiting = list(changed)
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting.extend(self._readers.get(node, ()))
        return found

    def _found(self, node: Node) -> Formula | Link | None:
        line = self.line(node)
        if line:
            return Formula(line.function, tuple(self._resolve(node, name) for name in line.parameters))
        if node.level != "comparison":
            return None
        role, _, name = node.line.partition("_")
        position = getattr(self.structure.slots[node.owner], role)
        return Link(self._options(name), Node("decision", "", position))

    def _resolve(self, node: Node, name: str) -> Argument:
        if node.level in CALCULATORS:
            found = self._from_calculator(node.level, node.owner, name)
        else:
            found = getattr(self, f"_from_{node.level}")(node.owner, name)
        found = found or self._from_case("", name)
        if found is None:
            raise WiringError(f"{node.level} line {node.line!r} asks for {name!r}: no line or input has that name")
        return found

    def _from_case(self, owner: int | str, name: str) -> Argument | None:
        inputs: Collection[str] = self.structure.case_inputs
        return Node("case", "", name) if name in lines()["case"] or name in inputs or name in CONSTANTS else None

    def _from_option(self, owner: int, name: str) -> Argument | None:
        if name.startswith("fallback_"):
            return Node("option", self.structure.fallbacks[owner], name.removeprefix("fallback_"))
        return Node("option", owner, name) if self._is_option_line(name) else None

    def _from_comparison(self, owner: int, name: str) -> Argument | None:
        if name in lines()["comparison"]:
            return Node("comparison", owner, name)
        role, _, rest = name.partition("_")
        if role not in Slot._fields or not self._is_option_line(rest):
            return None
        side = getattr(self.structure.slots[owner], role)
        return Node("option", side, rest) if isinstance(side, int) else Node("comparison", owner, name)

    def _from_choice(self, owner: str, name: str) -> Argument | None:
        if name == "pool":
            return Node("decision", "", f"{owner}_pool")
        return Node("choice", owner, name) if name in lines()["choice"] else self._from_decision("", name)

    def _from_pick(self, owner: str, name: str) -> Argument | None:
        if name == "shortlist":
            return Node("choice", owner, name) if owner in pools() else Node("decision", "", f"{owner}_shortlist")
        return Node("pick", owner, name) if name in lines()["pick"] else self._from_decision("", name)

    def _from_decision(self, owner: str, name: str) -> Argument | None:
        if name.endswith("_chosen"):
            return Node("pick", name.removesuffix("_chosen"), "chosen")
        if name in lines()["decision"]:
            return Node("decision", "", name)
        if self._is_option_line(name):
            return Across(self._options(name))
        if name in lines()["comparison"]:
            return Across(tuple(Node("comparison", slot, name) for slot in range(self.structure.options)))
        return None

    def _from_calculator(self, level: str, owner: int, name: str) -> Argument | None:
        if name in lines()[level]:
            return Node(level, owner, name)
        return Node("market", "", name) if name in lines()["market"] else self._from_option(owner, name)

    def _from_market(self, owner: str, name: str) -> Argument | None:
        return Node("market", "", name) if name in lines()["market"] else self._from_decision("", name)

    def _is_option_line(self, name: str) -> bool:
        return name in lines()["option"] or name in self.structure.option_inputs

    def _options(self, name: str) -> tuple[Node, ...]:
        return tuple(Node("option", column, name) for column in range(self.structure.options))


@lru_cache(maxsize=8)
def wired(structure: Structure) -> Wiring:
    """The wiring of a structure, shared: a report binds its case several times."""
    return Wiring(structure)


def _read_by(source: Formula | Link | None) -> tuple[Node, ...]:
    if isinstance(source, Link):
        return (*source.nodes, source.position)
    return tuple(one for argument in source.arguments for one in nodes_of(argument)) if source else ()


def nodes_of(argument: Argument) -> tuple[Node, ...]:
    """The nodes of an argument: itself, or those of a row across the options."""
    return argument.nodes if isinstance(argument, Across) else (argument,)
