"""Escaped HTML: the only way a text becomes part of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

VOID = frozenset({"br", "hr", "col", "img", "meta", "input", "wbr"})
# Drawn with a closing slash: a browser would nest what follows in them otherwise.
EMPTY_DRAWN = frozenset({"path", "line", "circle", "rect", "polygon", "polyline", "mspace"})

# Characters with no place in a text: controls, and marks that reorder what stands around them.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_DIRECTIONS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NEWLINES = re.compile(r"\r\n?|[\u2028\u2029]")


def clean(text: str) -> str:
    """A client's text without control characters and direction overrides; line ends are newlines."""
    if text.isascii() and text.isprintable():
        return text
    return _CONTROLS.sub("\ufffd", _DIRECTIONS.sub("", _NEWLINES.sub("\n", text)))


def client(text: object, class_: str | None = None) -> Markup:
    """A client's own words: escaped, and set apart from the direction of the text around them."""
    return el("bdi", clean(str(text)), class_=class_)


def quoted(markdown: str) -> Markup:
    """A client's Markdown as paragraphs, lists and emphasis; HTML, links and images stay as they are written."""
    reader = MarkdownIt("zero").enable(["emphasis", "backticks", "list", "newline", "escape", "heading"])
    tokens = reader.parse(clean(markdown))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3"  # the page's own headings stand above a note's
    return Markup(reader.renderer.render(tokens, reader.options, {}))


def join(parts: Iterable[Any], separator: str = "") -> Markup:
    """Parts put together, each escaped unless it is markup already."""
    return Markup(_escaped(separator).join(map(_escaped, parts)))


def el(tag: str, *children: Any, **attributes: Any) -> Markup:
    """An element; text is escaped, `class_` is `class`, `data_key` is `data-key`, None and False leave out."""
    opening = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in VOID:
        return Markup(f"<{tag}{opening}>")
    if tag in EMPTY_DRAWN and not children:
        return Markup(f"<{tag}{opening}/>")
    inside = "".join(_escaped(child) for child in children if child is not None)
    return Markup(f"<{tag}{opening}>{inside}</{tag}>")


def _escaped(part: Any) -> str:
    """A part as it stands in the page; of thousands, most are markup already, which `escape` would look into again."""
    return part if type(part) is Markup else escape(part)


def _attribute(name: str, value: Any) -> str:
    return "" if value is None or value is False else _written(name, "" if value is True else str(value), value is True)


@lru_cache(maxsize=1024)  # most are those of table cells
def _written(name: str, value: str, bare: bool) -> str:
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if bare else f' {name}="{escape(clean(value))}"'


def say(template: str, **parts: Any) -> Markup:
    """A sentence of ours with its parts put in, each escaped unless it is markup already."""
    return Markup(template.format(**{name: _escaped(part) for name, part in parts.items()}))


def as_text(markup: Any) -> str:
    """What a reader would read of a piece of markup."""
    return Markup(escape(markup)).striptags()


def sentence_case(markup: Markup) -> Markup:
    """The same with its first letter raised, where it starts with a word of ours and not with an element."""
    return markup[:1].upper() + markup[1:] if markup else markup


def listing(parts: Iterable[Any], last: str = "and") -> Markup:
    """Parts as a list in prose: `a, b and c`."""
    parts = list(parts)
    if len(parts) < 2:
        return join(parts)
    return say("{head} {last} {tail}", head=join(parts[:-1], ", "), last=last, tail=parts[-1])


def day(value: date) -> Markup:
    """A date as a reader writes it, with the machine's form beside."""
    text = f"{value.day}\u00a0{value.strftime('%b')}\u00a0{value.year}"
    return el("time", text, datetime=value.isoformat())


class Fragment:
    """A piece of the memo as a notebook shows it."""

    def __init__(self, section: str, html: Markup) -> None:
        self.section = section
        self.html = html

    def _repr_html_(self) -> str:
        return str(self.html)

    def __repr__(self) -> str:
        return f"<memo section {self.section!r}>"
