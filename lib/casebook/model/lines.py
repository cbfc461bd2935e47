"""The lines of the model: every formula with its level, label, unit and note, read off the functions themselves."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from casebook.model import (
    base,
    breakeven,
    caching,
    choice,
    embedding,
    format_evidence,
    gpu_inference,
    hosting,
    inference,
    kinds,
    market,
    month_one,
    pick,
    prompt_cache,
    quality,
    rag_pipeline,
    retrieval,
    rules,
    timeline,
    tuning,
    verdict,
    workload,
)

ROOMS: dict[str, tuple[ModuleType, ...]] = {
    "case": (workload, format_evidence),
    "option": (kinds, caching, inference, retrieval, tuning, hosting, quality, timeline),
    "comparison": (breakeven,),
    "choice": (choice,),
    "pick": (pick,),
    "decision": (base, rules, verdict),
    "market": (market,),
    "prompt_cache": (month_one, prompt_cache),
    "rag_pipeline": (month_one, rag_pipeline),
    "embedding": (month_one, embedding),
    "gpu_inference": (month_one, gpu_inference),
}
"""The modules of each level, in the order in which their lines stand in the workbook."""

CALCULATORS = ("prompt_cache", "rag_pipeline", "embedding", "gpu_inference")
"""The levels of the calculators: more lines of an option, of which the decision needs none."""


@dataclass(frozen=True)
class Line:
    """One formula: its function and what the function says of itself."""

    name: str
    level: str
    room: str
    function: Callable
    parameters: tuple[str, ...]
    unit: str
    label: str
    note: str


@cache
def lines() -> Mapping[str, Mapping[str, Line]]:
    """Every line of the model, by level and name, in the authored order."""
    return {
        level: {line.name: line for module in modules for line in _lines_of(level, module)}
        for level, modules in ROOMS.items()
    }


def _lines_of(level: str, module: ModuleType) -> list[Line]:
    room = _first_line(module.__doc__)
    return [
        _line(level, room, function)
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
    ]


def _line(level: str, room: str, function: Callable) -> Line:
    signature = inspect.signature(function)
    label, _, note = inspect.cleandoc(function.__doc__).partition("\n")
    return Line(
        name=function.__name__,
        level=level,
        room=room,
        function=function,
        parameters=tuple(signature.parameters),
        unit=signature.return_annotation,
        label=label,
        note=" ".join(note.split()),
    )


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n")[0]


@cache
def pools() -> tuple[str, ...]:
    """Names of the pools that the rules choose from."""
    return tuple(name.removesuffix("_pool") for name in lines()["decision"] if name.endswith("_pool"))


@cache
def shortlists() -> tuple[str, ...]:
    """Names of the shortlists that the rules pick from: every pool's, and those that a rule writes itself."""
    own = tuple(name.removesuffix("_shortlist") for name in lines()["decision"] if name.endswith("_shortlist"))
    return pools() + own
