"""The plan of many draws: the model's lines as one list of array operations, for each scope.

The formulas run once, on values that note what is done to them. What does not depend on a drawn input is a plain
array and is computed there and then; an operation that changes nothing, or is already on the list, is left out.
Values on the list have the shape (row, draws): an operation on a row is then one on neighbouring draws.
Only the operations downstream of the inputs given are done; the others keep the result at the likely inputs.
"""

from __future__ import annotations

import operator
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from casebook.model.evaluate import FULL_SCOPE, Evaluation, across, chosen
from casebook.model.wiring import Across, Link, Node, Wiring

NEUTRAL = {
    np.add: (0, 0),
    np.subtract: (None, 0),
    np.multiply: (1, 1),
    np.divide: (None, 1),
    np.bitwise_and: (True, True),
    np.bitwise_or: (False, False),
}
"""By operation: what changes nothing as its first and as its second argument."""

ABSORBING = {np.multiply: 0, np.bitwise_and: False, np.bitwise_or: True}
"""By operation: the argument that is the result whatever the other one is, a finite one."""


class Traced(NDArrayOperatorsMixin):
    """A value that draws change: a place on a list of operations; `likely` is its value at the likely inputs."""

    def __init__(self, tape: Tape, place: int, likely: np.ndarray):
        self.tape, self.place, self.likely = tape, place, likely

    def __array_ufunc__(self, ufunc: Callable, method: str, *arguments: Any, **options: Any) -> Any:
        return self.tape.note(ufunc, arguments) if method == "__call__" and not options else NotImplemented

    def __array_function__(self, function: Callable, types: Any, arguments: Any, options: Any) -> Any:
        return self.tape.note(function, arguments) if function is np.where and not options else NotImplemented

    def __pow__(self, exponent: Any) -> Any:
        # A plain array squares where the exponent is a plain 2: the operator does the same later, the ufunc does not.
        return self.tape.note(operator.pow, (self, exponent))

    def note_word(self, word: Callable, arguments: tuple[Any, ...]) -> Any:
        """Note one of the words that read a row along its last axis."""
        return self.tape.note(word, arguments, word=True)


class Step(NamedTuple):
    """One operation: on the values at some places, its result at another; `spent` are not needed after it."""

    function: Callable
    arguments: tuple[int, ...]
    place: int
    spent: tuple[int, ...] = ()


class Tape:
    """A list of operations, each once; inputs and constants have places too."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.fixed: dict[int, Any] = {}
        self.traced: dict[int, Traced] = {}
        self._results: dict[Any, Any] = {}
        self._inputs: set[int] = set()
        self._places = 0

    def drawn(self, name: str, likely: np.ndarray) -> Traced:
        """An input that will be drawn."""
        if name not in self._results:
            self._results[name] = self._traced(likely)
            self._inputs.add(self._results[name].place)
        return self._results[name]

    def note(self, function: Callable, arguments: tuple[Any, ...], word: bool = False) -> Any:
        """The result of an operation on values of which at least one is traced."""
        places = tuple([one.place if isinstance(one, Traced) else self._constant(one) for one in arguments])
        key = (function, places)
        result = self._results.get(key)
        if result is None:
            likely = function(*[one.likely if isinstance(one, Traced) else one for one in arguments])
            result = None if word else self._simplified(function, arguments, likely)
            if result is None:
                result = self._traced(likely)
                self.steps.append(Step(partial(function, axis=0) if word else function, places, result.place))
            self._results[key] = result
        return result

    def _traced(self, likely: np.ndarray) -> Traced:
        place = self._place()
        self.traced[place] = Traced(self, place, likely)
        return self.traced[place]

    def _place(self) -> int:
        self._places += 1
        return self._places

    def _constant(self, value: Any) -> int:
        array = isinstance(value, np.ndarray)
        key = (value.dtype.str, value.shape, value.tobytes()) if array else (type(value), value)
        if key not in self._results:
            place = self._results[key] = self._place()
            self.fixed[place] = _rows_first(value) if array else value
        return self._results[key]

    def _simplified(self, function: Callable, arguments: tuple[Any, ...], likely: np.ndarray) -> Any:
        """The result where it is one of the arguments or a constant, else None."""
        if function is np.isnan and arguments[0].place in self._inputs:
            return likely  # what is drawn is known
        if function is np.where:
            condition, one, other = arguments
            if isinstance(condition, Traced):
                return None
            if _is_all(condition, True):
                return _as(one, likely)
            return _as(other, likely) if _is_all(condition, False) else None
        for place, neutral in enumerate(NEUTRAL.get(function, ())):
            value, other = arguments[place], arguments[1 - place]
            if isinstance(value, Traced):
                continue
            if neutral is not None and _is_all(value, neutral):
                return _as(other, likely)
            absorbing = ABSORBING.get(function)
            if absorbing is not None and _is_all(value, absorbing) and np.isfinite(other.likely).all():
                return np.full(likely.shape, absorbing, likely.dtype)
        return None


def _is_all(value: Any, one: float | bool) -> bool:
    """Whether every part of a value is this one; asked of single values it must be quick, for most are."""
    if isinstance(value, np.ndarray):
        return value.item() == one if value.size == 1 else bool((value == one).all())
    return bool(value == one)


def _as(value: Any, likely: np.ndarray) -> Any:
    """A value as the result of an operation, None where it is narrower than that."""
    if not isinstance(value, Traced):
        return np.broadcast_to(value, likely.shape).astype(likely.dtype)
    return value if (value.likely.shape, value.likely.dtype) == (likely.shape, likely.dtype) else None


class Tracing(Evaluation):
    """An evaluation in which some inputs are traced."""

    def _across(self, node: Across) -> Any:
        cells = tuple([self._compute(one) for one in node.nodes])
        traced = next((one for one in cells if isinstance(one, Traced)), None)
        return traced.note_word(across, cells) if traced else across(*cells)

    def _chosen(self, link: Link) -> Any:
        position = self._compute(link.position)
        if not isinstance(position, Traced):
            return self._compute(link.nodes[int(position.item()) - 1])
        return position.tape.note(_chosen_of, (position, *(self._compute(one) for one in link.nodes)))


def _chosen_of(position: np.ndarray, *sides: np.ndarray) -> np.ndarray:
    return chosen(position, lambda place: sides[place - 1])


class Plan:
    """How some results are computed for many values of given inputs, worked out once for many blocks of draws.

    `drawn` names each input; those of one name are drawn together, and `reached` are those that a result rests on.
    Lines that are `held` have a given value whatever is drawn. A value is let go after its last use: the next one then
    takes memory that is still in the processor's cache.
    """

    def __init__(
        self,
        likely: Evaluation,
        drawn: Mapping[Node, str],
        wanted: Iterable[Node],
        held: Mapping[Node, np.ndarray] | None = None,
    ):
        self._wiring: Wiring = likely.wiring
        tape = Tape()
        inputs = {node: tape.drawn(name, likely.value(node)) for node, name in drawn.items()}
        self._drawn = {name: inputs[node].place for node, name in drawn.items()}
        held = held or {}
        plain = likely.kept(self._wiring.downstream([*drawn, *held])) | held
        wanted = list(wanted)
        invoice = Tracing(self._wiring, {node: _of_scope(value, 0) for node, value in plain.items()} | inputs)
        found = [invoice.value(node) for node in wanted]
        # What the scope does not reach is the same in both.
        scoped = self._wiring.downstream([FULL_SCOPE])
        full = Tracing(
            self._wiring,
            invoice.kept(scoped) | {node: _of_scope(value, 1) for node, value in plain.items() if node in scoped},
        )
        self._wanted = {node: _places(one, full.value(node)) for node, one in zip(wanted, found, strict=True)}
        read = self._prune(tape.steps) & tape.traced.keys()
        self._likely = tape.fixed | {place: _rows_first(tape.traced[place].likely) for place in read}

    def only(self, wanted: Iterable[Node]) -> Plan:
        """The plan of some of what is wanted."""
        plan = copy(self)
        plan._wanted = {node: self._wanted[node] for node in wanted}
        plan._prune(self._steps)
        return plan

    def _prune(self, steps: Sequence[Step]) -> set[int]:
        """Keep the steps that the results rest on, each with the places that it is the last to read."""
        results = {one for found in self._wanted.values() for one in found if isinstance(one, int)}
        read, kept = set(results), set(results)
        self._steps: list[Step] = []
        for function, arguments, place, _ in reversed(steps):
            if place in read:
                read.update(arguments)
                spent = tuple([one for one in set(arguments) if one not in kept])
                kept.update(spent)
                self._steps.append(Step(function, arguments, place, spent))
        self._steps.reverse()
        self.reached = frozenset(name for name, place in self._drawn.items() if place in read)
        return read

    def __len__(self) -> int:
        """How many operations a block takes."""
        return len(self._steps)

    def evaluation(self, inputs: Mapping[str, np.ndarray]) -> Evaluation:
        """What is wanted at these values of some inputs, a draw each; the others are at their likely values.

        Only what lies downstream of these inputs is computed; a result that does not has a single draw.
        """
        values: dict[int, Any] = {self._drawn[name]: one[np.newaxis] for name, one in inputs.items()}
        changed, likely = values.keys(), self._likely
        with np.errstate(all="ignore"):
            for function, arguments, place, spent in self._steps:
                if not changed.isdisjoint(arguments):
                    values[place] = function(*[values[one] if one in values else likely[one] for one in arguments])
                    for one in spent:
                        values.pop(one, None)
        known = ChainMap(values, likely)
        return Evaluation(self._wiring, {node: _scopes_of(found, known) for node, found in self._wanted.items()})


def _rows_first(value: np.ndarray) -> np.ndarray:
    """A value of one scope in the shape that it has on the list."""
    return np.ascontiguousarray(value[0].T)


def _of_scope(value: np.ndarray, scope: int) -> np.ndarray:
    return value[min(scope, len(value) - 1)][np.newaxis]


def _places(invoice: Any, full: Any) -> list[Any]:
    """The places of a result's scopes, plain values as they are; one place where that serves both."""
    different = [invoice] if invoice is full else [invoice, full]
    return [one.place if isinstance(one, Traced) else one for one in different]


def _scopes_of(found: list[Any], values: Mapping[int, np.ndarray]) -> np.ndarray:
    """The scopes of a result in one array, in the model's shape; one scope where that serves both."""
    scopes = [values[one].T[np.newaxis] if isinstance(one, int) else one for one in found]
    return np.concatenate(np.broadcast_arrays(*scopes)) if len(scopes) > 1 else scopes[0]
