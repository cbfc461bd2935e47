"""A finished page read once, for all who look at it: the gate and the lint."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

Attributes = list[tuple[str, str | None]]


class Reader:
    """What is told of a page, as `html.parser` tells it; a reader takes what it looks for."""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None: ...

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None: ...

    def handle_endtag(self, tag: str) -> None: ...

    def handle_data(self, data: str) -> None: ...

    def handle_comment(self, data: str) -> None: ...

    def handle_decl(self, decl: str) -> None: ...

    def handle_pi(self, data: str) -> None: ...

    def unknown_decl(self, data: str) -> None: ...


_TOLD = [name for name in vars(Reader) if name.startswith(("handle_", "unknown_"))]


def read(page: str, *readers: Reader) -> None:
    """Parse a page, which takes several times as long as what is made of it, and tell all readers."""
    parser = HTMLParser(convert_charrefs=True)
    for name in _TOLD:
        setattr(parser, name, _all([getattr(reader, name) for reader in readers]))
    parser.feed(page)
    parser.close()


def _all(takers: list[Callable[..., None]]) -> Callable[..., None]:
    def tell(*what: Any) -> None:
        for take in takers:
            take(*what)

    return takers[0] if len(takers) == 1 else tell
