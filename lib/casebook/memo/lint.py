"""The lint on a finished page: every number is registered, and is what the results file gives.

A page of numbers can go wrong in two ways that no reader sees: a figure typed into a sentence, and a figure that is no
longer what was computed. Both stop the build. What a client wrote (`bdi`, the quoted notes), dates and hashes are
exempt; so are the few figures that belong to a method and not to a case.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from casebook.memo import gate, reading
from casebook.memo.markup import EMPTY_DRAWN, VOID
from casebook.memo.numbers import Val
from casebook.memo.reading import Attributes
from casebook.memo.tracing import Source, traced
from casebook.model.rules import RULES

# What others wrote, and what is no figure of the case: code, days, the model's own constants in an equation, the
# places of sections, the steps of an axis, the names drawn in a chart, and what is read aloud of a chart or shown in
# a tab: plain text in which a client's words and registered numbers are one.
_EXEMPT = frozenset({"bdi", "blockquote", "code", "desc", "mn", "style", "time", "title"})
_EXEMPT_CLASSES = frozenset({"axis", "label", "number"})
_NUMBER = re.compile(r"\d[\d.,×⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*")
_MISSING = re.compile(r"\b(nan|inf|None|undefined)\b|\$-")
_RULE = "|".join(re.escape(rule) for rule in sorted(RULES, key=len, reverse=True))
# Figures of a method: rule ids, claims of the article, month 1, the levels of intervals, tests and power, and the
# years of the papers that tests come from.
_METHOD = re.compile(
    rf"(?<![\w.])(?:{_RULE})(?!\w)|[Cc]laims? \d+(?:(?:, | and | to )\d+)*|month 1(?!\d)|\(0: never\)"
    r"|(?:Low|High) \((?:5|95)%\)|95% (?:interval|confidence|bound)|lower 95%|with 95%|less than 5% of|for 80%"
    r"|multiplier \d+[mh]\b|of \d+ bits|\(N \+ 1\)|\(0: none|Slowest 5% from|\((?:1927|1947|1948|Biometrics 43, 1987)\)"
)
_EXACT = 1e-12


class LintError(ValueError):
    """A finished page with numbers that are not registered, or not what the results give."""

    def __init__(self, refused: Sequence[str]) -> None:
        self.refused = tuple(refused)
        super().__init__("the page's numbers are refused: " + "; ".join(refused))


class Shown(NamedTuple):
    """A registered number as it stands on a page."""

    key: str
    value: str
    text: str


def require_true(page: str, memo: Source) -> str:
    """The page itself when it is clean and its numbers are those of its results: GateError, else LintError."""
    clean, read = gate.Reader(), Reader()
    reading.read(page, clean, read)
    if refused := gate.refused(page, clean):
        raise gate.GateError(refused)
    if refused := _refused(read, memo):
        raise LintError(refused)
    return page


def refusals(page: str, memo: Source) -> list[str]:
    """Every number of a finished page that is not registered, or not what the results give."""
    return _refused(read_page(page), memo)


def _refused(read: Reader, memo: Source) -> list[str]:
    held = {value.key: value for value in memo.register}
    numbers = dict.fromkeys(read.numbers)
    found = [fault for number in numbers for fault in _disagrees(memo, held.get(number.key), number)]
    return [*dict.fromkeys(read.unregistered()), *found]


def read_page(page: str) -> Reader:
    """A page's registered numbers and its other text."""
    reader = Reader()
    reading.read(page, reader)
    return reader


def _disagrees(memo: Source, held: Val | None, number: Shown) -> Iterator[str]:
    """What is wrong with a registered number: no such key, another value than the results', another text."""
    if held is None:
        yield f"{number.text!r} is shown for {number.key!r}, which these results do not show"
        return
    if number.text != held.text:
        yield f"{number.key} is shown as {number.text!r}; the results give {held.text!r}"
    if number.key.startswith("count."):
        return
    try:
        raw = traced(memo, number.key)
    except (KeyError, ValueError):
        yield f"{number.key!r} leads to nothing in the results"
        return
    if (raw is None) != (number.value == "") or not _same(raw, number.value):
        yield f"{number.key} carries the value {number.value!r}; the results give {raw!r}"


def _same(raw: float | None, value: str) -> bool:
    return raw is None or math.isclose(float(raw), float(value), rel_tol=_EXACT, abs_tol=1e-300)


class Reader(reading.Reader):
    """Gathers the registered numbers of a page, and the texts in which no other number may stand."""

    def __init__(self) -> None:
        self.numbers: list[Shown] = []
        self.prose: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._number: list[str] | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in VOID or tag in EMPTY_DRAWN:
            return
        classes = given.get("class", "").split()
        self._open.append((tag, tag in _EXEMPT or not _EXEMPT_CLASSES.isdisjoint(classes)))
        if "data-key" in given:
            self._number = [given["data-key"], given.get("value", given.get("data-value", "")), ""]

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        return  # drawn, and empty

    def handle_endtag(self, tag: str) -> None:
        if self._number is not None:
            self.numbers.append(Shown(*self._number))
            self._number = None
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._number is not None:
            self._number[2] += data
        elif not any(exempt for _, exempt in self._open):
            self.prose.append(data)

    def unregistered(self) -> Iterator[str]:
        """The texts with a number that is not registered, or with the mark of a missing one."""
        for text in self.prose:
            if _NUMBER.search(_METHOD.sub("", text)):
                yield f"a number that is not registered in {' '.join(text.split())!r}"
        for text in (*self.prose, *(number.text for number in self.numbers)):
            if _MISSING.search(text):
                yield f"the mark of a missing number in {' '.join(text.split())!r}"
