"""A finished page opened in a real browser, every request and every word of the console recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def opened(
    browser: Any, html: str, folder: Path, width: int = 1280, **context: Any
) -> Iterator[tuple[Any, list, list]]:
    """The page, what it asked for beside itself, and what the console said; there is no network to ask."""
    file = folder / "memo.html"
    file.write_text(html, encoding="utf-8")
    held = browser.new_context(viewport={"width": width, "height": 800}, offline=True, **context)
    page = held.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    asked.remove(file.as_uri())
    yield page, asked, said
    held.close()
