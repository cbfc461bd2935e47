"""A case as every other room sees it: validated, complete and final.

Nothing here is checked again elsewhere. An `Input` that several options share is one and the same object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .fields import Line, Value
from .resolved import resolved_case

if TYPE_CHECKING:
    from casebook.evidence import Evaluation


@dataclass(frozen=True, slots=True)
class Input:
    """One input of the model: its value, range, unit and source, and where in the case it stands.

    `measured` is (passed, items) when the value is an accuracy taken from evaluation results.
    """

    path: str
    line: str
    value: Value
    low: float | None
    high: float | None
    label: str
    unit: str
    source: str | None
    status: str
    origin: str
    minimum: float | None
    maximum: float | None
    exclusive_minimum: bool
    integer: bool
    nullable: bool
    type: str
    choices: tuple[str, ...]
    measured: tuple[int, int] | None = None

    @property
    def ranged(self) -> bool:
        """Whether a range was written for it."""
        return self.low is not None

    def accepts(self, raw: object) -> Value:
        """This input's reading of another value; raises ValueError saying what was wanted."""
        from .fields import Refused

        line = Line(
            self.label,
            self.unit,
            self.line,
            self.type,
            minimum=self.minimum,
            maximum=self.maximum,
            exclusive_minimum=self.exclusive_minimum,
            integer=self.integer,
            nullable=self.nullable,
            choices=self.choices,
            required=True,
        )
        try:
            return line.check(raw)
        except Refused as refused:
            raise ValueError(f"{self.path}: wanted {refused.wanted}; got {refused.got}") from None


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """One way of doing the work, with everything it shares with others filled in."""

    name: str
    label: str
    kind: str
    candidate: bool
    model: str | None
    blocks: frozenset[str]
    inputs: Mapping[str, Input]
    fallback: Option | None
    path: str


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A client scenario, ready to be computed."""

    id: str
    path: Path | None
    directory: Path
    client: str
    title: str | None
    prepared_by: str | None
    confidentiality: str | None
    memo_date: date
    as_of: date
    decision: Mapping[str, str | None] | None
    current: str | None
    currency: str
    exchange_rate: Mapping[str, Any] | None
    language: str
    notes: str | None
    inputs: Mapping[str, Input]
    options: tuple[Option, ...]
    compare: tuple[tuple[str, str], ...] | None
    constraints: tuple[Mapping[str, Any], ...]
    published: tuple[Mapping[str, Any], ...]
    warnings: tuple[tuple[str, str], ...]
    prices: tuple[Mapping[str, Any], ...]
    content_hash: str
    eval_results: Path | None
    evaluation: Evaluation | None
    written_paths: Mapping[str, Input] = field(repr=False)

    def option(self, name: str) -> Option:
        """The option of that name; KeyError when there is none."""
        for each in self.options:
            if each.name == name:
                return each
        raise KeyError(name)

    def input(self, path: str) -> Input:
        """The input at a path of the case file, also where it is shared or taken from the catalogue."""
        return self.written_paths[path]

    def all_inputs(self) -> tuple[Input, ...]:
        """Every input once, case first, then options in file order."""
        found: dict[str, Input] = {each.path: each for each in self.inputs.values()}
        for option in self.options:
            for owner in (option, option.fallback):
                if owner is not None:
                    for each in owner.inputs.values():
                        found.setdefault(each.path, each)
        return tuple(found.values())

    def resolved(self) -> dict[str, Any]:
        """The case in its file's own keys with every default, `like` and catalogue price applied."""
        return resolved_case(self)
