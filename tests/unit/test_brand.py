"""A brand file is held to its form: every fault is told with its line, and nothing hostile comes in as a logo."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import fields, replace
from pathlib import Path

import pytest
import yaml

from casebook.brand import Brand, BrandError, Colours, brand_file, contrast, load_brand
from casebook.brand.logo import MOST_BYTES, png
from casebook.brand.look import DARK, LIGHT, WORKBOOK, memo_pairs, workbook_pairs

ROOT = Path(__file__).parents[2]
STANDARD, HARBOUR = ROOT / "templates" / "brand.yaml", ROOT / "templates" / "brands" / "harbour.yaml"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'


@pytest.fixture
def faults(tmp_path):
    """Gives the faults of a brand file of this text."""

    def find(text: str) -> list[str]:
        path = tmp_path / "brand.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            load_brand(path)
        except BrandError as error:
            return [str(fault).removeprefix(f"{path}:") for fault in error.faults]
        return []

    return find


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def small_png(width: int = 4, height: int = 2, pixels: bytes | None = None, *more: bytes) -> bytes:
    pixels = b"\0" * (width * 3 + 1) * height if pixels is None else pixels
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"".join(
        [b"\x89PNG\r\n\x1a\n", header, *more, chunk(b"IDAT", zlib.compress(pixels)), chunk(b"IEND", b"")]
    )


def test_the_brand_of_the_templates_is_the_standard_look():
    assert load_brand(STANDARD) == Brand()
    assert brand_file() == STANDARD


def test_the_brand_of_the_templates_shows_every_key_with_its_standard_value(tmp_path):
    uncommented = re.sub(r"(?m)^(\s*)# (?=\w+:(?: |$))", r"\1", STANDARD.read_text(encoding="utf-8"))
    shown = yaml.safe_load(re.sub(r"(?m)^(logo: harbour.png|.*refused.*)$", "", uncommented, flags=re.IGNORECASE))
    assert {name for name in shown if name in ("name", "logo", "colours", "dark", "fonts")} == {*shown}
    assert shown["colours"] == {k: _plain(v) for k, v in vars(LIGHT).items() if k != "paper"}
    assert shown["dark"] == {k: _plain(v) for k, v in vars(DARK).items() if not k.startswith("input")}


def _plain(value):
    return list(value) if isinstance(value, tuple) else value


def test_what_is_not_written_stays_as_it_is(tmp_path):
    path = tmp_path / "brand.yaml"
    path.write_text('name: A & B\ncolours: {accent: "#8A2F5B"}\n')
    brand = load_brand(path)
    assert brand.light == replace(LIGHT, accent="#8a2f5b")
    assert brand.workbook == replace(WORKBOOK, accent="#8a2f5b")
    assert (brand.name, brand.dark, brand.logo) == ("A & B", DARK, None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nmae: A", "1: nmae: wanted a known key; got 'nmae' (did you mean 'name'?)"),
        ("colours:\n  acent: '#000000'", "2: colours.acent: wanted a known key; got 'acent' (did you mean 'accent'?)"),
        ("colours:\n  paper: '#000000'", "2: colours.paper: wanted a known key; got 'paper'"),
        ("colours: red", "1: colours: wanted a mapping (ink, head, muted, accent, …); got red"),
        ("colours: {ink: red}", "1: colours.ink: wanted a colour such as \"#00707a\"; got red"),
        ("colours:\n  ink: '#123'", "2: colours.ink: wanted a colour such as"),
        ("colours: {series: ['#000000']}", "1: colours.series: wanted a list of 6 different colours"),
        ("name: " + "a" * 61, "1: name: wanted a name of at most 60 characters on one line; got 61 characters"),
        ('name: "a\\u0007"', "1: name: wanted the firm's name without control characters; got the character U+0007"),
        ("fonts: {workbook: 'Arial; }'}", "1: fonts.workbook: wanted a font family such as Arial"),
        ("fonts: {text: Arial}", "1: fonts.text: wanted font families that end in serif or sans-serif; got Arial"),
        ("fonts: {text: ['A\"b', serif]}", "1: fonts.text: wanted a font family such as Arial"),
        ("logo: ../logo.png", "1: logo: wanted the name of a PNG or SVG file beside the brand file; got ../logo.png"),
        ("logo: /etc/passwd", "1: logo: wanted the name of a PNG or SVG file beside the brand file"),
        ("logo: gone.png", "1: logo: wanted the name of a PNG or SVG file beside the brand file; got 'gone.png'"),
        ("- a", " (file): wanted a mapping"),
        ("name: [", "2: (file): wanted valid YAML"),
    ],
)
def test_a_fault_says_where_what_was_wanted_and_what_came(text, told, faults):
    found = faults(text)
    assert len(found) == 1
    assert found[0].lstrip("1: ").startswith(told.lstrip("1: "))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("colours:\n  muted: '#a0a0a0'", "colours.muted: wanted {} muted and paper; got 2.61:1 in the memo"),
        ("colours:\n  tint: '#808080'", "colours.tint: wanted {} accent and tint; got 1.47:1 in the memo"),
        ("colours:\n  input: '#ff0000'", "colours.input: wanted {} input and input_fill; got 3.83:1 in the workbook"),
        ("dark:\n  ink: '#222222'", "dark.ink: wanted {} ink and paper; got 1.12:1 in the memo on a dark screen"),
        ("dark:\n  paper: '#ffffff'", "dark.paper: wanted {} ink and paper; got 1.21:1 in the memo on a dark screen"),
    ],
)
def test_colours_that_cannot_be_told_apart_are_refused_by_pair_and_ratio(text, told, faults):
    assert "2: " + told.format("a contrast of at least 4.5:1 between") in faults(text)


def test_a_chart_line_too_pale_is_refused_as_a_mark_in_the_workbook(faults):
    pale = ["#00707a", "#52606d", "#2b67a8", "#96690f", "#734f8f", "#e0b0a0"]
    told = [fault for fault in faults(f"colours: {{series: {pale}}}") if "in the workbook" in fault]
    assert told == [
        "1: colours.series: wanted a contrast of at least 3:1 between series[5] and paper; got 1.92:1 in the workbook"
    ]


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=1e-3)


@pytest.mark.parametrize("path", [STANDARD, HARBOUR], ids=lambda path: path.stem)
def test_our_brands_can_be_read_by_everyone(path):
    brand = load_brand(path)
    pairs = [*memo_pairs(brand.light), *memo_pairs(brand.dark), *workbook_pairs(brand.workbook)]
    assert [pair for pair in pairs if pair.ratio < pair.least] == []
    seen = {pair.colour.partition("[")[0] for pair in pairs} | {pair.ground for pair in pairs}
    assert seen == {field.name for field in fields(Colours)} - {"line", "bar"}  # rules and bars repeat what is written


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.png", b"GIF89a", "wanted a PNG file; got another kind of file"),
        ("a.png", small_png()[:-9], "wanted a whole PNG file; got a damaged one"),
        ("a.png", small_png().replace(b"IDAT", b"IDAX"), "wanted a whole PNG file; got a damaged one"),
        ("a.png", small_png(pixels=b"\0" * 3), "wanted a whole PNG file; got pixels that do not fit its size"),
        ("a.png", small_png(pixels=bytes(10**7)), "wanted a whole PNG file; got pixels that do not fit its size"),
        ("a.png", small_png(width=3000, height=1), "wanted a logo of at most 2,000 pixels a side; got 3,000 × 1"),
        ("a.png", bytes(MOST_BYTES + 1), "wanted a logo of at most 32,000 bytes; got 32,001 bytes"),
        ("a.svg", SVG.format("<script>1</script>"), "got <script>"),
        ("a.svg", SVG.format('<path onload="x()" d=""/>'), "got the attribute onload"),
        ("a.svg", SVG.format('<path style="fill:red" d=""/>'), "got the attribute style"),
        ("a.svg", SVG.format("<style>*{}</style>"), "got <style>"),
        ("a.svg", SVG.format('<image href="//x"/>'), "got <image>"),
        ("a.svg", SVG.format('<a href="//x"><path d=""/></a>'), "got <a>"),
        ("a.svg", SVG.format('<path fill="url(//x)" d=""/>'), "got url( in fill"),
        ("a.svg", SVG.format("<foreignObject/>"), "got <foreignObject>"),
        ("a.svg", SVG.format("<animate/>"), "got <animate>"),
        ("a.svg", SVG.format("<use/>"), "got <use>"),
        ("a.svg", SVG.format('<x:path xmlns:x="http://www.w3.org/1999/xhtml"/>'), "got <path>"),
        ("a.svg", '<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;"), "got a declaration or a comment"),
        ("a.svg", '<?xml-stylesheet href="//x"?>' + SVG.format(""), "got a declaration or a comment"),
        ("a.svg", SVG.format("").encode("utf-16"), "wanted an SVG file in UTF-8; got another encoding"),
        ("a.svg", "<svg", "wanted an SVG file; got no well-formed XML"),
        ("a.svg", "<html/>", "wanted an SVG file; got <html>"),
        ("a.svg", SVG.format("").replace("0 0 9 9", "0 0 9 99999"), "wanted a logo of at most 2,000 pixels a side"),
        ("a.svg", SVG.format("").replace("viewBox", "class"), "got the attribute class"),
    ],
)
def test_a_logo_that_is_none_is_refused(name, content, told, faults, tmp_path):
    (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    found = faults(f"logo: {name}")
    assert len(found) == 1
    assert told in found[0]


def test_a_workbooks_logo_must_be_a_png(faults, tmp_path):
    (tmp_path / "a.svg").write_text(SVG.format(""))
    assert "logo.workbook: wanted a PNG file; got an SVG" in faults("logo: {memo: a.svg, workbook: a.svg}")[0]
    assert "did you mean 'memo'?" in faults("logo: {meno: a.svg}")[0]


def test_one_png_serves_both_and_loses_what_does_not_draw(tmp_path):
    said = chunk(b"tEXt", b"Author\0somebody")
    (tmp_path / "a.png").write_bytes(small_png(4, 2, None, said) + b"behind the end")
    (tmp_path / "brand.yaml").write_text("logo: a.png")
    brand = load_brand(tmp_path / "brand.yaml")
    assert brand.logo == brand.workbook_logo
    assert brand.logo.content == small_png()
    assert (brand.logo.kind, brand.logo.width, brand.logo.height) == ("png", 4, 2)
    assert png(small_png()).content == small_png()


def test_one_svg_serves_the_memo(tmp_path):
    (tmp_path / "a.svg").write_text('<?xml version="1.0"?>' + SVG.format('<path d="M0 0"/>'))
    (tmp_path / "brand.yaml").write_text("logo: a.svg")
    brand = load_brand(tmp_path / "brand.yaml")
    assert (brand.logo.kind, brand.logo.width, brand.workbook_logo) == ("svg", 9.0, None)
