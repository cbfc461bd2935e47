"""The gate on finished bytes: a page that could run, load or send anything does not leave the house.

It is a list of what is allowed, not of what is known to be bad: an element or attribute that the memo does not use
is refused, whatever it would do.
"""

from __future__ import annotations

import base64
import hashlib
import re

from casebook.brand.logo import png, svg
from casebook.case.fields import Refused
from casebook.memo import reading
from casebook.memo.reading import Attributes

MOST_BYTES = 200_000
IN_PAGE = re.compile(r"#[\w-]+")
"""Where a memo may lead: to a place of its own."""

_HTML = """
html head body title meta style main header footer section nav article aside div p span strong em b i small sub sup
h1 h2 h3 h4 br hr ul ol li dl dt dd table caption colgroup col thead tbody tfoot tr th td figure figcaption
blockquote code data time bdi a img details summary fieldset legend label input abbr
"""
_SVG = "svg title desc g path line rect circle polygon polyline text tspan"
_MATH = """
math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable mtr mtd
mpadded mphantom mstyle semantics
"""
ELEMENTS = frozenset(f"{_HTML} {_SVG} {_MATH}".split())

_ATTRIBUTES = """
id class lang dir hidden title role scope colspan rowspan datetime value tabindex for name type checked open charset
content http-equiv href display displaystyle scriptlevel form linebreak stretchy fence separator lspace rspace width
height viewbox x y x1 x2 y1 y2 dx dy cx cy r rx ry d points transform fill fill-opacity fill-rule stroke stroke-width
stroke-opacity stroke-dasharray stroke-linejoin stroke-linecap opacity text-anchor dominant-baseline font-size
font-family font-weight font-style paint-order preserveaspectratio columnalign rowspacing xmlns alt src
"""
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
_PREFIXES = ("aria-", "data-")

# The only metas: encoding, the phone's width, colour schemes, the generator's name, and the policy itself.
_METAS = ("viewport", "color-scheme", "generator")
_POLICY = "content-security-policy"
_POLICY_FORM = re.compile(r"default-src 'none'; style-src 'sha256-([A-Za-z0-9+/=]+)'(; img-src data:)?")
_IMAGE = re.compile(r"data:image/(png|svg\+xml);base64,([A-Za-z0-9+/]+=*)")

_STYLE_LOADS = re.compile(
    r"@import|@namespace|@charset|expression\s*\(|behavior\s*:|image-set|url\s*\(|\\|</", re.IGNORECASE
)
_NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class GateError(ValueError):
    """A finished page with something in it that a memo may not hold."""

    def __init__(self, refused: list[str]) -> None:
        self.refused = tuple(refused)
        super().__init__("the memo is refused: " + "; ".join(refused))


def require_clean(page: str, most_bytes: int = MOST_BYTES, links: re.Pattern[str] = IN_PAGE) -> str:
    """The page itself; GateError with everything found when it is not clean."""
    refused = refusals(page, most_bytes, links)
    if refused:
        raise GateError(refused)
    return page


def refusals(page: str, most_bytes: int = MOST_BYTES, links: re.Pattern[str] = IN_PAGE) -> list[str]:
    """Everything in a finished page that it may not hold, `links` being where it may lead; empty when it is clean."""
    reader = Reader(links)
    reading.read(page, reader)
    return refused(page, reader, most_bytes)


def refused(page: str, reader: Reader, most_bytes: int = MOST_BYTES) -> list[str]:
    """What is refused of a page that was read."""
    found = list(dict.fromkeys(reader.found))
    size = len(page.encode("utf-8", "surrogatepass"))
    if size > most_bytes:
        found.append(f"{size:,} bytes, {most_bytes:,} at most")
    if _CONTROLS.search(page):
        found.append("a control character")
    if re.search(r"[\ud800-\udfff]", page):
        found.append("half a surrogate pair")
    if not page.lstrip().lower().startswith("<!doctype html>"):
        found.append("no <!DOCTYPE html> at its start")
    return found + _policy_faults(reader)


def style_hash(style: str) -> str:
    """The source expression by which a policy allows exactly this style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _policy_faults(reader: Reader) -> list[str]:
    found = []
    if len(reader.policies) != 1:
        found.append(f"{len(reader.policies)} content security policies, wanted one")
    if len(reader.styles) != 1:
        found.append(f"{len(reader.styles)} <style> elements, wanted one")
    for policy in reader.policies[:1]:
        match = _POLICY_FORM.fullmatch(policy)
        if match is None:
            found.append("a content security policy that is not \"default-src 'none'; style-src 'sha256-…'\"")
        elif reader.styles and style_hash(reader.styles[0]) != f"sha256-{match[1]}":
            found.append("a style that is not the one of the policy's hash")
        elif bool(match[2]) != (reader.images > 0):
            found.append("images that the policy does not let in, or a policy that lets in images where there are none")
    for style in reader.styles:
        loads = _STYLE_LOADS.search(style)
        if loads:
            found.append(f"{loads.group()!r} in the style")
    return found


class Reader(reading.Reader):
    """Notes what is not allowed, the policies and the styles."""

    def __init__(self, links: re.Pattern[str] = IN_PAGE) -> None:
        self.links = links
        self.found: list[str] = []
        self.policies: list[str] = []
        self.styles: list[str] = []
        self.images = 0
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag not in ELEMENTS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            self._attribute(tag, name, value or "")
        if tag == "img" and not {"src", "alt"} <= dict(attrs).keys():
            self.found.append("an image without its source or its text")
        if tag == "meta":
            self._meta({name: value or "" for name, value in attrs})
        elif tag == "style":
            self._in_style = True
            self.styles.append("")
        elif tag == "input" and dict(attrs).get("type") != "radio":
            self.found.append("<input> that is no radio button")

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.styles[-1] += data

    def handle_comment(self, data: str) -> None:
        self.found.append("a comment")

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.found.append("a declaration")

    def handle_pi(self, data: str) -> None:
        self.found.append("a processing instruction")

    def unknown_decl(self, data: str) -> None:
        self.found.append("a CDATA section")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name not in ATTRIBUTES and not name.startswith(_PREFIXES):
            self.found.append(f"the attribute {name}")
        elif name == "href" and not self.links.fullmatch(value):
            self.found.append("a link out of the page")
        elif name == "src":
            self._image(tag, value)
        elif name == "xmlns" and value not in _NAMESPACES:
            self.found.append("a namespace of its own")
        elif "url(" in value.lower().replace(" ", "") and not name.startswith(_PREFIXES):
            self.found.append(f"url( in the attribute {name}")

    def _image(self, tag: str, source: str) -> None:
        """A logo in the page itself, held to what a logo may be."""
        self.images += 1
        match = _IMAGE.fullmatch(source)
        if tag != "img" or match is None:
            self.found.append("an image from outside the page")
            return
        try:
            (png if match[1] == "png" else svg)(base64.b64decode(match[2]))
        except (Refused, ValueError):
            self.found.append("an image that is no plain PNG or SVG")

    def _meta(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("http-equiv", "").lower()
        if kind == _POLICY:
            self.policies.append(attributes.get("content", ""))
        elif kind:
            self.found.append(f"<meta http-equiv={kind}>")
        elif attributes.get("charset", "utf-8").lower() != "utf-8":
            self.found.append("an encoding other than UTF-8")
        elif "charset" not in attributes and attributes.get("name") not in _METAS:
            self.found.append("a <meta> of its own")
