"""The look: colours by what they are for, fonts, logo; the standard look; and which colours must stand apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

TEXT, MARK = 4.5, 3.0
"""The least contrast of text and of marks with what they stand on (WCAG 2, 1.4.3 and 1.4.11)."""


@dataclass(frozen=True)
class Colours:
    """The colours on one ground, as `#rrggbb`, by what they are for."""

    paper: str = "#ffffff"
    ink: str = "#14212e"
    head: str = "#0b2a4a"
    muted: str = "#52606d"
    accent: str = "#00707a"
    tint: str = "#e3f2f2"
    shade: str = "#f3f6f8"
    line: str = "#d5dbe1"
    bar: str = "#d5dbe1"
    good: str = "#00707a"
    bad: str = "#b0452b"
    open: str = "#96690f"
    input: str = "#0000c0"
    input_fill: str = "#fffbe0"
    series: tuple[str, ...] = ("#00707a", "#52606d", "#2b67a8", "#96690f", "#734f8f", "#b0452b")
    """Lines of a chart: the verdict's, the reference's, then the others'."""


LIGHT = Colours()
DARK = Colours(
    paper="#10181f",
    ink="#e4eaef",
    head="#cfe2f5",
    muted="#a3b1bd",
    accent="#55c3cb",
    tint="#14302f",
    shade="#18232c",
    line="#34434f",
    bar="#43545f",
    good="#55c3cb",
    bad="#f0937b",
    open="#dbab4e",
    series=("#55c3cb", "#a3b1bd", "#7db4ee", "#dbab4e", "#c39fdd", "#f0937b"),
)
WORKBOOK = Colours(
    ink="#12253f",
    head="#12253f",
    muted="#5b6b7f",
    accent="#0b7a75",
    tint="#e3f1f1",
    line="#c9d2dc",
    good="#0b7a3b",
    bad="#b3261e",
)


@dataclass(frozen=True)
class Fonts:
    """Font families: one for the workbook's cells; for the memo a list, the first installed one counts."""

    workbook: str = "Arial"
    text: tuple[str, ...] = ("Arial", "Liberation Sans", "Helvetica", "sans-serif")
    headings: tuple[str, ...] = ("Liberation Serif", "Times New Roman", "Times", "serif")


@dataclass(frozen=True)
class Logo:
    """A logo as it is embedded: checked, and cleared of what does not draw; size in pixels."""

    kind: str
    content: bytes
    width: float
    height: float


@dataclass(frozen=True)
class Brand:
    """How a firm's reports look; without arguments the standard look."""

    name: str = ""
    light: Colours = LIGHT
    dark: Colours = DARK
    workbook: Colours = WORKBOOK
    fonts: Fonts = field(default_factory=Fonts)
    logo: Logo | None = None
    workbook_logo: Logo | None = None


class Pair(NamedTuple):
    """Two colours that must stand apart, by name, with their contrast and the least there may be."""

    colour: str
    ground: str
    ratio: float
    least: float


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def memo_pairs(colours: Colours) -> Iterator[Pair]:
    """What stands on what in the memo; its charts write a line's name in the line's colour."""
    for ground, names in {
        "paper": ("ink", "head", "muted", "accent", "good", "bad", "open"),
        "tint": ("ink", "head", "muted", "accent"),
        "shade": ("ink",),
    }.items():
        for name in names:
            yield _pair(colours, name, ground, TEXT)
    for place in range(len(colours.series)):
        yield _pair(colours, f"series[{place}]", "paper", TEXT)


def workbook_pairs(colours: Colours) -> Iterator[Pair]:
    """What stands on what in the workbook; white text stands on `bad` where a check fails."""
    for name in ("ink", "head", "muted", "accent", "good", "bad"):
        yield _pair(colours, name, "paper", TEXT)
    yield _pair(colours, "head", "tint", TEXT)
    yield _pair(colours, "input", "input_fill", TEXT)
    for place in range(len(colours.series)):
        yield _pair(colours, f"series[{place}]", "paper", MARK)


def _pair(colours: Colours, name: str, ground: str, least: float) -> Pair:
    first, bracket, place = name.partition("[")
    found = getattr(colours, first)
    colour = found[int(place.rstrip("]"))] if bracket else found
    return Pair(name, ground, contrast(colour, getattr(colours, ground)), least)


def _luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, 0 black to 1 white."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
