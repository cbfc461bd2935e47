"""What is wrong with a case file, and where.

A file's faults are collected and raised together: a consultant fixes a case in one round, not in ten.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a case file: where it is, what was wanted, what came, what may have been meant."""

    file: str
    line: int | None
    key: str
    wanted: str
    got: str
    hint: str | None = None

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        text = f"{where}: {self.key}: wanted {self.wanted}; got {self.got}"
        return f"{text} ({self.hint})" if self.hint else text


class CaseError(ValueError):
    """A case that cannot be computed, with every fault found in it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[CaseError], tuple[tuple[Fault, ...]]]:
        # A worker process hands its faults back by pickle; the default would rebuild from the text.
        return type(self), (self.faults,)


def did_you_mean(name: object, valid: Iterable[str], count: int = 1) -> str | None:
    """The nearest valid names as a hint, or None when nothing is near."""
    near = nearest(str(name), valid, count)
    if not near:
        return None
    return "did you mean " + " or ".join(f"'{each}'" for each in near) + "?"


def nearest(name: str, valid: Iterable[str], count: int = 1) -> list[str]:
    """The names most like this one, most alike first, letter case ignored."""
    by_lower = {each.lower(): each for each in valid}
    return [by_lower[match] for match in get_close_matches(name.lower(), by_lower, n=count, cutoff=0.6)]


def dotted(path: Iterable[object]) -> str:
    """A key path as written in messages: `options.cached.tokens.prefix`, list places in brackets."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else str(part)
    return text


def one_of(choices: Iterable[str]) -> str:
    """A choice of names in words."""
    names = [f"'{choice}'" for choice in choices]
    if len(names) == 1:
        return names[0]
    return ", ".join(names[:-1]) + " or " + names[-1]
