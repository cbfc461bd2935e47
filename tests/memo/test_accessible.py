"""Readable by everyone: axe finds nothing, colours carry, and nothing rests on colour or style alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from casebook.brand import Brand
from casebook.memo.brand import root_style
from casebook.memo.charts import OTHERS, REFERENCE, VERDICT
from tests.memo.browsing import opened
from tests.memo.making import ROOT, SAMPLES, sample_page

STYLE = root_style(Brand())
SHEET = (ROOT / "templates" / "memo" / "memo.css").read_text(encoding="utf-8")
TEXT, MARKS = 4.5, 3.0


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (1280, "light"),
        (390, "dark"),
        pytest.param(1280, "dark", marks=pytest.mark.soak),
        pytest.param(390, "light", marks=pytest.mark.soak),
    ],
)
@pytest.mark.parametrize("name", SAMPLES)
def test_axe_finds_nothing(browser, tmp_path: Path, name, width, scheme):
    with opened(browser, sample_page(name), tmp_path, width, color_scheme=scheme) as (page, asked, said):
        found = Axe().run(page)
        assert [each["id"] for each in found.response["violations"]] == []
        assert len(found.response["passes"]) > 20
        assert (asked, said) == ([], [])


def palette(dark: bool) -> dict[str, str]:
    """The colours of one scheme, by name."""
    light, after = STYLE.split("prefers-color-scheme: dark", 1)
    block = (after if dark else light).split(":root {", 1)[1].split("}", 1)[0]
    return {
        name: value if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:])
        for name, value in re.findall(r"--([\w-]+): (#[0-9a-fA-F]+);", block)
    }


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, as WCAG defines it."""
    high, low = sorted((_luminance(colour) for colour in (one, other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _over(colour: str, opacity: float, ground: str) -> str:
    """A colour as it is seen through to its ground."""
    pairs = [(int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(over * opacity + under * (1 - opacity)):02x}" for over, under in pairs)


def _luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [False, True])
def test_text_and_marks_stand_out_from_every_ground(dark):
    colours = palette(dark)
    lines = {name for name in colours if name.startswith("s-")}
    assert len(lines) == 2 + len(OTHERS)
    for ground in ("paper", "tint", "shade"):
        for name in ("ink", "head", "muted", "accent"):
            assert contrast(colours[name], colours[ground]) >= TEXT, (name, ground)
    for name in (*lines, "good", "bad", "open"):  # a line's name is written in its colour
        assert contrast(colours[name], colours["paper"]) >= TEXT, name
    opacity = float(re.search(r"\.i-other \{ fill: var\(--s-reference\); fill-opacity: ([.\d]+)", SHEET)[1])
    assert contrast(_over(colours["s-reference"], opacity, colours["paper"]), colours["paper"]) >= MARKS


def test_colours_written_on_the_elements_stand_out_where_there_is_no_style():
    for stroke in (VERDICT, REFERENCE, *OTHERS):
        assert contrast(stroke.colour, "#ffffff") >= TEXT


def test_radio_buttons_choose_the_volume_and_all_volumes_show_without_them(browser, tmp_path: Path):
    html = sample_page("support")
    shown = (
        "[...document.querySelectorAll('.what-if tbody')].filter(e => e.offsetParent !== null).map(e => e.className)"
    )
    every = [f"volume-{place}" for place in range(5)]
    with opened(browser, html, tmp_path) as (page, _, _):
        assert page.evaluate(shown) == ["volume-2"]
        page.get_by_role("radio", name="2.5 million").check()
        assert page.evaluate(shown) == ["volume-4"]
        page.keyboard.press("ArrowLeft")
        assert page.evaluate(shown) == ["volume-3"]
        ring = "getComputedStyle(document.querySelector('.choice label:has(:checked)')).outlineStyle"
        assert page.evaluate(ring) == "solid"
        page.emulate_media(media="print")
        assert page.evaluate(shown) == every
    without = re.sub(r"<input[^>]*>", "", html)
    with opened(browser, without, tmp_path) as (page, _, _):
        assert page.evaluate(shown) == every


@pytest.mark.parametrize("name", ["legal", "support"])
def test_without_its_style_the_page_reads_in_order(browser, tmp_path: Path, name):
    html = sample_page(name)
    bare = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    with opened(browser, bare, tmp_path) as (page, _, _):
        text = page.inner_text("body")
        order = ["Decision memo", "Recommendation", "Full cost: invoices", "The answer by volume", "What is not money"]
        places = [text.index(words) for words in (*order, "Every input, with its source and status")]
        assert places == sorted(places)
        assert page.locator("svg:visible").count() == page.locator(".wide svg").count() + page.locator(".bar").count()
