"""A brand file read and checked like a case file: every fault at once, with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from casebook.brand.logo import read_logo
from casebook.brand.look import DARK, LIGHT, WORKBOOK, Brand, Colours, Fonts, Logo, Pair, memo_pairs, workbook_pairs
from casebook.case.faults import CaseError, did_you_mean
from casebook.case.fields import Refused, read_text, shown
from casebook.case.reading import Document, read_file
from casebook.case.reading import Path as Key

BRAND = Path("templates", "brand.yaml")
MOST_NAME = 60

_SHARED = tuple(field.name for field in fields(Colours) if field.name != "paper")
_MEMO_ONLY = ("shade", "bar", "open")
_SECTIONS: dict[str, tuple[str, ...]] = {
    "colours": _SHARED,
    "dark": tuple(field.name for field in fields(Colours) if not field.name.startswith("input")),
    "fonts": tuple(field.name for field in fields(Fonts)),
}
_KEYS = ("name", *_SECTIONS, "logo")
_LOGOS = ("memo", "workbook")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_FAMILY = re.compile(r"[A-Za-z][A-Za-z0-9 -]{0,30}")
_GENERIC = ("serif", "sans-serif")


class BrandError(CaseError):
    """A brand file that cannot be worn, with every fault found in it."""


def brand_file(start: Path | None = None) -> Path | None:
    """The brand of the project around the working directory, else of the one this package stands in."""
    for origin in (start or Path.cwd(), Path(__file__).resolve()):
        for folder in (origin, *origin.parents):
            if (folder / BRAND).is_file():
                return folder / BRAND
    return None


def load_brand(path: Path) -> Brand:
    """Read a brand file; raises BrandError with every fault found in it."""
    document = read_file(path, "brand file")
    reader = _Reader(document, path.parent)
    brand = reader.brand() if not document.faults else Brand()
    if document.faults:
        raise BrandError(sorted(document.faults, key=lambda fault: fault.line or 0))
    return brand


class _Reader:
    """Turns a document into a brand; what does not fit becomes a fault of the document."""

    def __init__(self, document: Document, folder: Path) -> None:
        self.document, self.folder = document, folder

    def brand(self) -> Brand:
        tree = self.mapping((), {} if self.document.tree is None else self.document.tree, _KEYS)
        light, dark = self.colours("colours", tree), self.colours("dark", tree)
        shared = {name: each for name, each in light.items() if name not in _MEMO_ONLY}
        memo, workbook = self.logos(tree.get("logo"))
        brand = Brand(
            name=self.read(("name",), tree.get("name"), _name) or "",
            light=replace(LIGHT, **light),
            dark=replace(DARK, **dark),
            workbook=replace(WORKBOOK, **shared),
            fonts=self.fonts(tree),
            logo=memo,
            workbook_logo=workbook,
        )
        self.contrasts(brand)
        return brand

    def mapping(self, path: Key, raw: Any, known: tuple[str, ...]) -> dict[str, Any]:
        """The keys of a mapping that are known; the others are faults."""
        if raw is None:
            return {}
        if not isinstance(raw, dict):
            self.document.fault(path, f"a mapping ({', '.join(known[:4])}, …)", shown(raw))
            return {}
        for key in raw:
            if key not in known:
                hint = did_you_mean(key, known) or "valid here: " + ", ".join(known)
                self.document.fault((*path, key), "a known key", f"'{key}'", hint)
        return {key: value for key, value in raw.items() if key in known}

    def read(self, path: Key, raw: Any, read: Callable[[Any], Any]) -> Any:
        """One value through its reader; None where it is not written or does not fit."""
        if raw is None:
            return None
        try:
            return read(raw)
        except Refused as refused:
            self.document.fault((*path, *refused.at), refused.wanted, refused.got, refused.hint)
            return None

    def section(self, name: str, tree: dict[str, Any], read: Callable[[str, Any], Any]) -> dict[str, Any]:
        """The values written in a section that fit."""
        written = self.mapping((name,), tree.get(name), _SECTIONS[name])
        found = {key: self.read((name, key), raw, lambda raw, key=key: read(key, raw)) for key, raw in written.items()}
        return {key: value for key, value in found.items() if value is not None}

    def colours(self, name: str, tree: dict[str, Any]) -> dict[str, Any]:
        return self.section(name, tree, lambda key, raw: _series(raw) if key == "series" else _colour(raw))

    def fonts(self, tree: dict[str, Any]) -> Fonts:
        return Fonts(**self.section("fonts", tree, lambda key, raw: _family(raw) if key == "workbook" else _list(raw)))

    def logos(self, raw: Any) -> tuple[Logo | None, Logo | None]:
        """The memo's logo and the workbook's; a single PNG serves both, a single SVG the memo."""
        if not isinstance(raw, dict):
            logo = self.read(("logo",), raw, self._logo)
            return logo, logo if logo and logo.kind == "png" else None
        written = self.mapping(("logo",), raw, _LOGOS)
        found = {key: self.read(("logo", key), each, self._logo) for key, each in written.items()}
        workbook = found.get("workbook")
        if workbook and workbook.kind != "png":
            self.document.fault(("logo", "workbook"), "a PNG file", "an SVG", "spreadsheets of 2016 show no SVG")
        return found.get("memo"), workbook

    def _logo(self, raw: Any) -> Logo:
        return read_logo(self.folder, raw)

    def contrasts(self, brand: Brand) -> None:
        """Faults for colours that cannot be told from what they stand on."""
        for section, where, pairs in _grounds(brand):
            for pair in pairs:
                if pair.ratio < pair.least:
                    wanted = f"a contrast of at least {pair.least:g}:1 between {pair.colour} and {pair.ground}"
                    written = (section, pair.colour.partition("[")[0])
                    key = written if written in self.document.lines else (section, pair.ground)
                    # Cut, not rounded: 4.496 must not read as the 4.50 that it misses.
                    self.document.fault(key, wanted, f"{int(pair.ratio * 100) / 100:.2f}:1 {where}")


def _grounds(brand: Brand) -> Iterator[tuple[str, str, Iterator[Pair]]]:
    yield "colours", "in the memo", memo_pairs(brand.light)
    yield "colours", "in the workbook", workbook_pairs(brand.workbook)
    yield "dark", "in the memo on a dark screen", memo_pairs(brand.dark)


def _name(raw: Any) -> str:
    text = read_text(raw, "the firm's name")
    if len(text) > MOST_NAME or "\n" in text:
        raise Refused(f"a name of at most {MOST_NAME} characters on one line", f"{len(text)} characters")
    return text


def _colour(raw: Any) -> str:
    if not isinstance(raw, str) or not _COLOUR.fullmatch(raw):
        hint = 'quote it: "#00707a"' if raw == "" else None
        raise Refused('a colour such as "#00707a"', shown(raw), hint)
    return str(raw).lower()


def _series(raw: Any) -> tuple[str, ...]:
    wanted = f"a list of {len(LIGHT.series)} different colours: the verdict's line, the reference's, the others'"
    if not isinstance(raw, list) or len(raw) != len(LIGHT.series):
        raise Refused(wanted, shown(raw))
    colours = tuple(_colour(each) for each in raw)
    if len(set(colours)) != len(colours):
        raise Refused(wanted, "one of them twice")
    return colours


def _family(raw: Any) -> str:
    if not isinstance(raw, str) or not _FAMILY.fullmatch(raw):
        raise Refused("a font family such as Arial", shown(raw), "letters, digits, spaces and hyphens; 31 at most")
    return str(raw)


def _list(raw: Any) -> tuple[str, ...]:
    """Families in order of preference, written as a list or with commas between them."""
    found = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(found, list):
        raise Refused("font families in order of preference", shown(raw))
    families = tuple(_family(each.strip() if isinstance(each, str) else each) for each in found)
    if not families or families[-1] not in _GENERIC:
        raise Refused("font families that end in serif or sans-serif", shown(raw), "so that there is always one")
    return families
