"""The brand as the memo wears it: custom properties of its style sheet, the logo as a data: URI, the firm's name."""

from __future__ import annotations

import base64

from markupsafe import Markup

from casebook.brand import Brand, Colours, Logo
from casebook.memo.markup import client, el, say

SERIES = ("verdict", "reference", "a", "b", "c", "d")
LOGO_BOX = (240.0, 48.0)
"""The most that a logo takes of the page, in CSS pixels."""

_GENERIC = ("serif", "sans-serif")
_ELSEWHERE = ("series", "input", "input_fill")


def root_style(brand: Brand) -> str:
    """The colours and fonts of the style sheet, as custom properties of `:root` for light and dark screens."""
    fonts = [f"  --serif: {_families(brand.fonts.headings)};", f"  --sans: {_families(brand.fonts.text)};"]
    light = "\n".join([*_properties(brand.light), *fonts])
    dark = "\n".join(_properties(brand.dark))

    return f":root {{\n{light}\n}}\n@media screen and (prefers-color-scheme: dark) {{\n:root {{\n{dark}\n}}\n}}\n"


def firm(brand: Brand) -> Markup:
    """The head of the page: the logo, or the firm's name where there is none; nothing without either."""
    if brand.logo is not None:
        return el("p", _image(brand.logo, brand.name), class_="firm")
    return el("p", client(brand.name), class_="firm") if brand.name else Markup("")


def signed(brand: Brand) -> Markup:
    """The foot of the page: whose memo it is."""
    return el("p", say("Decision memo of {firm}.", firm=client(brand.name))) if brand.name else Markup("")


def image_policy(brand: Brand) -> str:
    """What the page's policy must let in besides its style: images, where there is a logo, out of the page itself."""
    return "; img-src data:" if brand.logo is not None else ""


def _properties(colours: Colours) -> list[str]:
    named = {name: value for name, value in vars(colours).items() if name not in _ELSEWHERE}
    series = dict(zip((f"s-{name}" for name in SERIES), colours.series, strict=True))
    return [f"  --{name}: {value};" for name, value in (named | series).items()]


def _families(families: tuple[str, ...]) -> str:
    return ", ".join(family if family in _GENERIC else f'"{family}"' for family in families)


def _image(logo: Logo, name: str) -> Markup:
    mime = "image/png" if logo.kind == "png" else "image/svg+xml"
    scale = min(most / size for most, size in zip(LOGO_BOX, (logo.width, logo.height), strict=True))
    if logo.kind == "png":
        scale = min(scale, 1.0)
    width, height = round(logo.width * scale), round(logo.height * scale)
    source = f"data:{mime};base64,{base64.b64encode(logo.content).decode()}"
    return el("img", src=source, alt=name or "Logo", width=width, height=height)
