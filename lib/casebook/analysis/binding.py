"""Binding: a case's inputs as the model's values.

Every value of the model that comes from outside is bound here: the case file's inputs, the structure of the options,
the constants and the axes. One input of the case may feed several values (a shared field, a catalogue price).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property

import numpy as np

from casebook.case import KINDS, Case, Input, Option
from casebook.case.schema import OPTION_BLOCKS, OptionBlock, block_class, lines_of
from casebook.model.evaluate import Evaluation, axes, cell, constants
from casebook.model.wiring import BASE, Node, Slot, Structure, Wiring, wired

SEARCH_MONTHS = 120
"""Months over which a first crossing is looked for."""

TIME_INPUTS = ("horizon_months", "max_payback_months")
"""What decides how long a timeline is looked at."""

Value = float | bool | str | date | None

CATALOGUE = "prices."
"""How the path of an input begins that is a catalogue price."""

EXCEL_EPOCH = date(1899, 12, 30).toordinal()
VERDICT, HEADLINE = "verdict_index", "headline_index"


@dataclass(frozen=True)
class Column:
    """One column of the options: an option of the case, or what one escalates to."""

    option: Option
    parent: int | None = None

    @property
    def label(self) -> str:
        """Heading of the column."""
        return self.option.label


@dataclass(frozen=True)
class Binding:
    """A case bound to the model.

    `inputs` says which input of the case a value is; `fixed` are the values that the case file fixes and no client
    edits: the positions of options, which of them have a GPU, the neutral values of blocks that an option lacks.
    """

    case: Case
    columns: tuple[Column, ...]
    wiring: Wiring
    inputs: Mapping[Node, Input]
    fixed: Mapping[Node, float | bool | str]

    @property
    def options(self) -> tuple[Option, ...]:
        """The case's options; what they escalate to is not among them."""
        return self.case.options

    @cached_property
    def position(self) -> Mapping[str, int]:
        """An option's 0-based position by its name."""
        return {option.name: index for index, option in enumerate(self.options)}

    @cached_property
    def months(self) -> int:
        """Months that the longest horizon or payback limit within its range can reach."""
        reach = (self.case.inputs[line] for line in TIME_INPUTS)
        return math.ceil(max(float(one.high if one.ranged else one.value) for one in reach))

    @property
    def headline_slot(self) -> int:
        """The comparison of the verdict with what the headline compares it with."""
        return len(self.options) + len(self.case.compare or ())

    def comparing(self, pairs: Sequence[tuple[int, int]]) -> Binding:
        """The same with further pairs compared (0-based positions), their slots the last; what is known stays known."""
        wiring = self.wiring.comparing(tuple(Slot(*pair) for pair in pairs))
        found = replace(self, wiring=wiring)
        found._evaluations.update(
            {months: Evaluation(wiring, likely.kept(())) for months, likely in self._evaluations.items()}
        )
        return found

    def evaluation(self, months: int = SEARCH_MONTHS, changes: Mapping[str, Value] | None = None) -> Evaluation:
        """The evaluation at the likely values, on a timeline of `months`; `changes` are other values by input path."""
        if months not in self._evaluations:
            values = {node: cell(value) for node, value in self.fixed.items()}
            values |= {node: cell(number(one.value)) for node, one in self.inputs.items()}
            self._evaluations[months] = Evaluation(self.wiring, values | constants() | axes(months))
        likely = self._evaluations[months]
        if not changes:
            return likely
        moved = {node: one.path for node, one in self.inputs.items() if one.path in changes}
        return likely.changed({node: cell(number(changes[path])) for node, path in moved.items()})

    @cached_property
    def _evaluations(self) -> dict[int, Evaluation]:
        """By months: what one has computed serves all who ask, for nothing in it changes."""
        return {}


def number(value: Value) -> float | bool | str:
    """An input's value as the model takes it: unknown is NaN, a date its serial day as in a spreadsheet."""
    if value is None:
        return np.nan
    if isinstance(value, date):
        return float(value.toordinal() - EXCEL_EPOCH)
    return value if isinstance(value, bool | str) else float(value)


@cache
def block_of() -> Mapping[str, str]:
    """The block of an option that an input's line belongs to; a line of the option itself is not among them."""
    return {line.name: block for block in OPTION_BLOCKS for line in lines_of(block_class(OptionBlock, block)).values()}


def in_force(source: Input, blocks: frozenset[str]) -> bool:
    """Whether an option's input counts: it stands in a block that the option has, or is a catalogue price."""
    block = block_of().get(source.line)
    return block is None or block in blocks or source.path.startswith(CATALOGUE)


def bind(case: Case) -> Binding:
    """Bind a validated case to the model.

    Where accuracies are measured, so are format failures: the base option's, which only the model can tell. The
    binding's case then holds them.
    """
    binding = _bound(case)
    measured = _measured_format_failures(binding)
    if not measured:
        return binding
    paths = {source.path: source for source in measured.values()}
    case = replace(case, inputs={**case.inputs, **measured}, written_paths={**case.written_paths, **paths})
    return _bound(case)


def _measured_format_failures(binding: Binding) -> dict[str, Input]:
    """The format failures of the base (in full scope) as inputs; none where they are stated, or nothing is measured."""
    case = binding.case
    stated = case.inputs["format_failures"].value is not None and case.inputs["format_failures"].status != "assumed"
    if case.evaluation is None or stated or not any(source.measured for source in binding.inputs.values()):
        return {}
    base = int(binding.evaluation().scalar(Node("decision", "", "base_position"), scope=1))
    counted = case.evaluation.format_failures(case.options[base - 1].name) if base else None
    if counted is None:
        return {}
    source = f"{case.evaluation.path.name}: items of {case.options[base - 1].name}, the base"
    return {
        line: replace(
            case.inputs[line], value=count, low=None, high=None, source=source, status="derived", origin="case"
        )
        for line, count in zip(("format_failures", "format_trials"), counted, strict=True)
    }


def _bound(case: Case) -> Binding:
    columns, fallbacks = _columns(case.options)
    inputs = {Node("case", "", line): source for line, source in case.inputs.items()}
    fixed: dict[Node, float | bool | str] = {
        Node("case", "", "option_count"): float(len(case.options)),
        Node("case", "", "current_position"): float(_position(case, case.current)),
    }
    for index, column in enumerate(columns):
        for line, source in column.option.inputs.items():
            node = Node("option", index, line)
            if in_force(source, column.option.blocks):
                inputs[node] = source
            else:
                fixed[node] = number(source.value)
        for line, value in _structure(index, column).items():
            node = Node("option", index, line)
            inputs.pop(node, None)
            fixed[node] = value
        if column.parent is not None:
            share = Node("option", index, "traffic_share")
            del fixed[share]
            inputs[share] = columns[column.parent].option.inputs["escalation_rate"]
    bound = [*inputs, *fixed]
    structure = Structure(
        options=len(case.options),
        fallbacks=fallbacks,
        slots=_slots(case),
        case_inputs=frozenset(node.line for node in bound if node.level == "case") | {"month", "full_scope"},
        option_inputs=frozenset(node.line for node in bound if node.level == "option"),
    )
    return Binding(case, columns, wired(structure), inputs, fixed)


def _columns(options: tuple[Option, ...]) -> tuple[tuple[Column, ...], tuple[int, ...]]:
    """The columns, and for each the column it escalates to (itself where it does not)."""
    columns = [Column(option) for option in options]
    fallbacks = list(range(len(options)))
    for index, option in enumerate(options):
        if option.fallback:
            fallbacks[index] = len(columns)
            fallbacks.append(len(columns))
            columns.append(Column(option.fallback, index))
    return tuple(columns), tuple(fallbacks)


def _structure(index: int, column: Column) -> dict[str, float | bool | str]:
    option = column.option
    return {
        "option_position": float(index + 1),
        "option_name": option.name,
        "kind": option.kind or "",
        "kind_rank": float(KINDS.index(option.kind) + 1) if option.kind else 0.0,
        "is_candidate": option.candidate,
        "has_gpu": "gpu" in option.blocks,
        "traffic_share": 1.0,
    }


def _slots(case: Case) -> tuple[Slot, ...]:
    pairs = [(_position(case, one) - 1, _position(case, other) - 1) for one, other in case.compare or ()]
    against_base = [Slot(BASE, index) for index in range(len(case.options))]
    return (*against_base, *(Slot(*pair) for pair in pairs), Slot(HEADLINE, VERDICT))


def _position(case: Case, name: str | None) -> int:
    """An option's 1-based position, 0 for None."""
    return 0 if name is None else [option.name for option in case.options].index(name) + 1
