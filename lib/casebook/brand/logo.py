"""A logo file checked before it goes into a client's report: a small PNG, or an SVG that only draws.

What does not draw is cut out of a PNG: its comments may name people and programs. An SVG is held to a list of what
it may contain, because it is a document that could load, run or link.
"""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path
from typing import Any

from casebook.brand.look import Logo
from casebook.case.faults import one_of
from casebook.case.fields import Refused, shown

MOST_BYTES = 32_000
MOST_PIXELS = 2_000

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DRAWING = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples a pixel by PNG colour type."""

_NAMESPACE = "http://www.w3.org/2000/svg"
_ELEMENTS = "svg title desc g path rect circle ellipse line polyline polygon text tspan"
_ATTRIBUTES = """
    viewBox width height x y x1 x2 y1 y2 dx dy cx cy r rx ry d points transform version id role aria-label
    fill fill-opacity fill-rule clip-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin
    stroke-miterlimit stroke-dasharray opacity text-anchor dominant-baseline font-family font-size font-weight
    font-style letter-spacing preserveAspectRatio
    """
_DECLARATION = re.compile(r"^\s*<\?xml\s[^>]*\?>")
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)(?:px)?")


def read_logo(folder: Path, name: Any) -> Logo:
    """The logo of this name in a brand file's folder; raises Refused for anything that is none."""
    wanted = "the name of a PNG or SVG file beside the brand file"
    if not isinstance(name, str) or Path(name).name != name or Path(name).suffix not in (".png", ".svg"):
        raise Refused(wanted, shown(name))
    path = folder / name
    if not path.is_file():
        there = [one.name for one in sorted(folder.glob("*.*")) if one.suffix in (".png", ".svg")]
        raise Refused(wanted, f"'{name}', which is not there", f"there: {one_of(there)}" if there else None)
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Refused(f"a logo of at most {MOST_BYTES:,} bytes", f"{size:,} bytes")
    content = path.read_bytes()
    return png(content) if path.suffix == ".png" else svg(content)


def png(content: bytes) -> Logo:
    """A PNG, whole and of a sensible size, without what does not draw."""
    chunks = _chunks(content)
    header = chunks[0][1]
    if len(header) != 13:
        raise Refused("a PNG file", "a header of another length")
    width, height, depth, kind = struct.unpack(">IIBB", header[:10])
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        raise Refused(f"a logo of at most {MOST_PIXELS:,} pixels a side", f"{width:,} × {height:,}")
    if kind not in _SAMPLES or depth not in (1, 2, 4, 8, 16):
        raise Refused("a PNG file", "a header that no PNG has")
    _inflate(b"".join(data for name, data in chunks if name == b"IDAT"), width, height, depth * _SAMPLES[kind])
    drawn = b"".join(_chunk(name, data) for name, data in chunks if name in _DRAWING)
    return Logo("png", _SIGNATURE + drawn, width, height)


def _chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    if not content.startswith(_SIGNATURE):
        raise Refused("a PNG file", "another kind of file")
    found, place = [], len(_SIGNATURE)
    while place + 12 <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        name, data = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        end = place + 12 + length
        if content[end - 4 : end] != struct.pack(">I", zlib.crc32(name + data)):
            break
        found.append((name, data))
        place = end
        if name == b"IEND":
            break
    if not found or found[0][0] != b"IHDR" or found[-1][0] != b"IEND":
        raise Refused("a whole PNG file", "a damaged one")
    return found  # what stands behind the end is left out


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _inflate(data: bytes, width: int, height: int, bits: int) -> None:
    """Refuse pixels that are fewer, or inflate to more, than the header says."""
    most = ((width * bits + 7) // 8 + 1) * height
    inflater = zlib.decompressobj()
    try:
        # Interlaced pixels come in seven passes, with a filter byte a row each and rows that do not fill a byte.
        pixels = inflater.decompress(data, most + 16 * (width + height) + 64)
    except zlib.error:
        pixels = b""
    if not inflater.eof or len(pixels) < most - height:
        raise Refused("a whole PNG file", "pixels that do not fit its size")


def svg(content: bytes) -> Logo:
    """An SVG of shapes and text alone."""
    try:
        text = _DECLARATION.sub("", content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused("an SVG file in UTF-8", "another encoding") from None
    if "<!" in text or "<?" in text:
        raise Refused("an SVG of shapes and text alone", "a declaration or a comment", "save it as plain SVG")
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise Refused("an SVG file", f"no well-formed XML ({error})") from None
    found = dict.fromkeys(fault for element in root.iter() for fault in _svg_faults(element))
    if root.tag != f"{{{_NAMESPACE}}}svg":
        raise Refused("an SVG file", f"<{root.tag.rpartition('}')[2]}>")
    if found:
        raise Refused("an SVG of shapes and text alone", ", ".join(found), "save it as plain SVG")
    width, height = _size(root)
    return Logo("svg", text.encode(), width, height)


def _svg_faults(element: ET.Element) -> list[str]:
    namespace, _, name = element.tag.rpartition("}")
    if namespace != "{" + _NAMESPACE or name not in _ELEMENTS.split():
        return [f"<{name}>"]
    refused = [f"the attribute {key.rpartition('}')[2]}" for key in element.attrib if key not in _ATTRIBUTES.split()]
    return refused + [f"url( in {key}" for key, value in element.items() if re.search(r"url\s*\(|:\s*//", value)]


def _size(root: ET.Element) -> tuple[float, float]:
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    lengths = [_LENGTH.fullmatch(each) for each in (root.get("width", ""), root.get("height", ""))]
    if all(lengths):
        width, height = (float(each[1]) for each in lengths if each)
    elif len(box) == 4 and all(_LENGTH.fullmatch(each) for each in box[2:]):
        width, height = float(box[2].removesuffix("px")), float(box[3].removesuffix("px"))
    else:
        raise Refused("an SVG with a viewBox, or width and height in pixels", "neither")
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        raise Refused(f"a logo of at most {MOST_PIXELS:,} pixels a side", f"{width:g} × {height:g}")
    return width, height
