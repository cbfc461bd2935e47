"""A brand restyles the memo: colours, fonts, logo and name follow it, what is said does not."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from casebook.brand import Brand, load_brand
from casebook.memo.brand import root_style
from casebook.memo.gate import refusals
from tests.memo.making import ROOT, notebook_of, page_of, sample

FILE = ROOT / "templates" / "brands" / "harbour.yaml"
HARBOUR = load_brand(FILE)


def page_in(brand: str) -> str:
    config = Config({"MemoPage": {"brand": brand}})
    templates = [str(ROOT / "templates")]
    exporter = HTMLExporter(template_name="memo", extra_template_basedirs=templates, config=config)
    return exporter.from_notebook_node(notebook_of(sample("legal")), {"metadata": {"name": "decision"}})[0]


@pytest.fixture(scope="module")
def standard() -> str:
    return page_in("")


@pytest.fixture(scope="module")
def harbour() -> str:
    return page_in(str(FILE))


def style_of(page: str) -> str:
    return re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]


def body_of(page: str) -> str:
    return page.partition("<body>")[2]


def test_the_standard_look_is_that_of_the_templates_brand(standard):
    assert page_of(sample("legal")) == standard
    assert "<img" not in standard
    assert "img-src" not in standard


def test_every_custom_property_of_the_style_is_set_by_the_brand(standard):
    style = style_of(standard)
    asked = set(re.findall(r"var\(--([a-z-]+)\)", style))
    given = set(re.findall(r"--([a-z-]+):", root_style(Brand())))
    assert asked <= given
    assert given - asked == set()


def test_colours_and_fonts_are_the_brands_on_light_and_on_dark(standard, harbour):
    for page, brand in ((standard, Brand()), (harbour, HARBOUR)):
        light, dark = re.findall(r":root \{(.*?)\}", style_of(page), re.DOTALL)
        for text, colours in ((light, brand.light), (dark, brand.dark)):
            given = dict(re.findall(r"--([\w-]+): (.*?);", text))
            assert (given["ink"], given["accent"], given["s-verdict"]) == (
                colours.ink,
                colours.accent,
                colours.series[0],
            )
    assert '--serif: "Georgia", "DejaVu Serif", serif;' in style_of(harbour)


def test_what_is_said_is_the_same_but_for_the_firm(standard, harbour):
    without = re.sub(r'<p class="firm">.*?</p>|<p>Decision memo of .*?</p>', "", body_of(harbour))
    assert without.split() == body_of(standard).split()


def test_the_logo_stands_in_the_page_and_the_policy_lets_in_nothing_else(harbour):
    assert refusals(harbour) == []
    policy = re.search(r'content="(default-src [^"]*)"', harbour)[1]
    assert re.fullmatch(r"default-src 'none'; style-src 'sha256-[^']+'; img-src data:", policy)
    image = re.search(r"<img [^>]*>", harbour)[0]
    assert 'alt="Harbour Advisory"' in image
    source = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', image)[1]
    assert base64.b64decode(source) == HARBOUR.logo.content


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("; img-src data:", ""),
        ("; img-src data:", "; img-src *"),
        (' alt="Harbour Advisory"', ""),
        ('src="data:image/svg+xml;base64,', 'src="data:image/svg+xml;base64,PHNjcmlwdD4='),
        ('src="data:image/svg+xml', 'src="data:text/html'),
        ('src="data:image', 'src="https://example.org/'),
        ("<p>", '<p src="x">'),
    ],
)
def test_the_gate_lets_in_a_plain_logo_only(before, after, harbour):
    assert before in harbour
    assert refusals(harbour.replace(before, after, 1))


def test_a_policy_for_images_without_an_image_is_refused(standard):
    policy = re.search(r'content="(default-src [^"]*)"', standard)[1]
    assert refusals(standard.replace(policy, policy + "; img-src data:"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_logo_and_colours_and_asks_for_nothing(scheme, harbour, browser, tmp_path: Path):
    file = tmp_path / "memo.html"
    file.write_text(harbour, encoding="utf-8")
    asked, said = [], []
    page = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    width = page.evaluate("document.querySelector('.firm img').naturalWidth")
    ink = page.evaluate("getComputedStyle(document.body).color")
    page.close()
    assert said == []
    assert [url for url in asked if not url.startswith("data:image/")] == [file.as_uri()]
    assert width > 0
    colours = HARBOUR.light if scheme == "light" else HARBOUR.dark
    assert ink == f"rgb({', '.join(str(int(colours.ink[at : at + 2], 16)) for at in (1, 3, 5))})"
