"""Evaluation results read from a CSV, and the majority vote of each item.

One row is one answer: `item_id, option, run, passed`, and optionally `latency_s` and `format_ok`. Every item
is judged once an option, by the majority of its runs; a tie fails. What follows from the votes is in `statistics`.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

REQUIRED = ("item_id", "option", "run", "passed")
OPTIONAL = ("latency_s", "format_ok")
MAXIMUM_BYTES = 200_000_000
_MAXIMUM_FAULTS = 20
_WORDS = {
    "1": True,
    "true": True,
    "yes": True,
    "pass": True,
    "0": False,
    "false": False,
    "no": False,
    "fail": False,
}


@dataclass(frozen=True, slots=True)
class EvaluationFault:
    """One thing wrong in a results file: its row (the header is row 1) and column, wanted, got."""

    row: int | None
    column: str | None
    wanted: str
    got: str
    hint: str | None = None

    def __str__(self) -> str:
        where = "" if self.row is None else f"row {self.row}"
        if self.column:
            where += f", column {self.column}" if where else f"column {self.column}"
        text = f"{where}: " if where else ""
        return f"{text}wanted {self.wanted}; got {self.got}" + (f" ({self.hint})" if self.hint else "")


class EvaluationError(ValueError):
    """Evaluation results that cannot be used, with the faults found in them."""

    def __init__(self, path: Path, faults: tuple[EvaluationFault, ...]) -> None:
        self.path, self.faults = path, faults
        super().__init__("\n".join(f"{path}: {fault}" for fault in faults))

    def __reduce__(self) -> tuple[type[EvaluationError], tuple[Path, tuple[EvaluationFault, ...]]]:
        return type(self), (self.path, self.faults)


@dataclass(frozen=True, slots=True)
class Answer:
    """One row: one run of one option on one item."""

    item: str
    option: str
    run: str
    passed: bool
    latency_s: float | None = None
    format_ok: bool | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """How many items of how many passed."""

    passed: int
    items: int

    @property
    def pass_rate(self) -> float:
        """The share that passed."""
        return self.passed / self.items

    @property
    def failed(self) -> int:
        """The items that did not pass."""
        return self.items - self.passed


@dataclass(frozen=True)
class Evaluation:
    """The answers of an evaluation, in the order of the file."""

    path: Path
    answers: tuple[Answer, ...] = field(repr=False)

    @cached_property
    def options(self) -> tuple[str, ...]:
        """The options evaluated, in the order of the file."""
        return tuple(dict.fromkeys(answer.option for answer in self.answers))

    @cached_property
    def runs(self) -> int:
        """The most runs any item had with any option."""
        counts: dict[tuple[str, str], int] = {}
        for answer in self.answers:
            counts[answer.option, answer.item] = counts.get((answer.option, answer.item), 0) + 1
        return max(counts.values())

    @cached_property
    def votes(self) -> Mapping[str, Mapping[str, bool]]:
        """Whether each item passed, by option: more than half of its runs; a tie fails."""
        return _majorities((answer.option, answer.item, answer.passed) for answer in self.answers)

    @cached_property
    def format_votes(self) -> Mapping[str, Mapping[str, bool]]:
        """Whether each item came in the right format, by option; rows without `format_ok` do not count."""
        return _majorities(
            (answer.option, answer.item, answer.format_ok) for answer in self.answers if answer.format_ok is not None
        )

    def pass_rates(self) -> dict[str, Rate]:
        """The items each option passed."""
        return {option: Rate(sum(votes.values()), len(votes)) for option, votes in self.votes.items()}

    def format_failures(self, option: str) -> tuple[int, int] | None:
        """An option's items in the wrong format and its items with a verdict on format; None without any.

        A case counts those of its base, and which option is the base is known only once the model has run.
        So the case keeps `evidence.format_failures` as written, and whoever knows the base asks here.
        """
        votes = self.format_votes.get(option)
        if not votes:
            return None
        return sum(not right for right in votes.values()), len(votes)


def _majorities(rows: Iterator[tuple[str, str, bool]]) -> dict[str, dict[str, bool]]:
    tally: dict[str, dict[str, list[int]]] = {}
    for option, item, good in rows:
        votes = tally.setdefault(option, {}).setdefault(item, [0, 0])
        votes[0] += good
        votes[1] += 1
    return {option: {item: 2 * good > runs for item, (good, runs) in items.items()} for option, items in tally.items()}


def read_evaluation(path: str | Path) -> Evaluation:
    """Read evaluation results; raises EvaluationError with the faults found."""
    path = Path(path)
    faults: list[EvaluationFault] = []
    text = _text(path, faults)
    answers = _answers(text, faults) if text is not None else []
    if not faults and not answers:
        faults.append(EvaluationFault(None, None, "evaluation results", "a file without rows"))
    if faults:
        raise EvaluationError(path, tuple(faults))
    return Evaluation(path, tuple(answers))


def _text(path: Path, faults: list[EvaluationFault]) -> str | None:
    try:
        if path.stat().st_size > MAXIMUM_BYTES:
            wanted = f"results of at most {MAXIMUM_BYTES // 1_000_000} MB"
            faults.append(EvaluationFault(None, None, wanted, f"{path.stat().st_size / 1e6:.0f} MB in {path}"))
            return None
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        faults.append(EvaluationFault(None, None, "a CSV of evaluation results", f"no file {path}"))
    except OSError as error:
        faults.append(EvaluationFault(None, None, "a readable CSV", f"{path}: {error.strerror or error}"))
    except UnicodeDecodeError as error:
        faults.append(EvaluationFault(None, None, "text in UTF-8", f"byte {error.start} of {path} is not"))
    return None


def _answers(text: str, faults: list[EvaluationFault]) -> list[Answer]:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        if not _header_fits(header, faults):
            return []
        answers: list[Answer] = []
        seen: dict[tuple[str, str, str], int] = {}
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            answer = _answer(header, cells, rows.line_num, seen, faults)
            if answer is not None:
                answers.append(answer)
            if len(faults) >= _MAXIMUM_FAULTS:
                faults.append(EvaluationFault(None, None, "fewer faults than this", "more; only the first are listed"))
                break
        return answers
    except csv.Error as error:
        faults.append(EvaluationFault(rows.line_num or 1, None, "a row of comma-separated values", str(error)))
        return []


def _header_fits(header: list[str], faults: list[EvaluationFault]) -> bool:
    known = REQUIRED + OPTIONAL
    semicolons = len(header) == 1 and ";" in header[0]
    for name in REQUIRED:
        if name not in header:
            hint = "separate the columns with commas" if semicolons else None
            near = get_close_matches(name, [each for each in header if each not in known], n=1)
            got = f"'{near[0]}'" if near else "none"
            faults.append(EvaluationFault(1, name, f"a column '{name}'", got, hint))
    for name in header:
        if header.count(name) > 1 and name in known:
            faults.append(EvaluationFault(1, name, "each column once", f"'{name}' twice"))
            break
    return not faults


def _answer(
    header: list[str],
    cells: list[str],
    row: int,
    seen: dict[tuple[str, str, str], int],
    faults: list[EvaluationFault],
) -> Answer | None:
    if len(cells) != len(header):
        wanted = f"{len(header)} cells, as in the header"
        faults.append(EvaluationFault(row, None, wanted, str(len(cells))))
        return None
    before = len(faults)
    values = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    for name in ("item_id", "option", "run"):
        if not values[name]:
            faults.append(EvaluationFault(row, name, "a value", "an empty cell"))
    passed = _truth(values, "passed", row, faults)
    format_ok = _truth(values, "format_ok", row, faults) if values.get("format_ok") else None
    latency = _seconds(values, row, faults) if values.get("latency_s") else None
    key = (values["item_id"], values["option"], values["run"])
    if all(key) and key in seen:
        got = f"a second one for item {key[0]}, option {key[1]}, run {key[2]}"
        faults.append(
            EvaluationFault(row, None, "one row an item, option and run", got, f"the first is row {seen[key]}")
        )
    seen.setdefault(key, row)
    if len(faults) > before or passed is None:
        return None
    return Answer(*key, passed, latency, format_ok)


def _truth(values: Mapping[str, str], column: str, row: int, faults: list[EvaluationFault]) -> bool | None:
    word = values[column].lower()
    if word not in _WORDS:
        got = f"'{values[column]}'" if word else "an empty cell"
        faults.append(EvaluationFault(row, column, "1 or 0 (or true, false, yes, no, pass, fail)", got))
        return None
    return _WORDS[word]


def _seconds(values: Mapping[str, str], row: int, faults: list[EvaluationFault]) -> float | None:
    try:
        seconds = float(values["latency_s"])
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        faults.append(EvaluationFault(row, "latency_s", "seconds of at least 0", f"'{values['latency_s']}'"))
        return None
    return seconds
