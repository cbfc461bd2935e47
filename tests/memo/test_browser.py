"""The page in a real browser: it asks for nothing, complains of nothing, and fits."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.memo.browsing import opened
from tests.memo.making import SAMPLES, sample_page


@pytest.mark.parametrize("width", [360, 700, 1280])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_memo_loads_nothing_and_fits(browser, tmp_path: Path, name, width):
    with opened(browser, sample_page(name), tmp_path, width) as (page, asked, said):
        assert asked == []
        assert said == []  # a style the policy refuses would be told here
        assert page.evaluate("document.documentElement.scrollWidth") == width
        shown = page.evaluate("getComputedStyle(document.querySelector('figure .wide')).display")
        assert shown == ("block" if width == 1280 else "none")
        # What stands over the next line is counted as taller than its cell.
        assert (
            page.evaluate(
                "[...document.querySelectorAll('td')].filter(e => e.scrollHeight > e.clientHeight + 2)"
                ".map(e => e.textContent)"
            )
            == []
        )


# A4 within the margins of the page's style, in pixels: 186 by 275 mm.
PAPER = {"width": 703, "height": 1039}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_memo_prints_to_four_or_five_pages_with_the_options_on_the_first(browser, tmp_path: Path, name):
    file = tmp_path / "memo.html"
    file.write_text(sample_page(name), encoding="utf-8")
    page = browser.new_page(viewport=PAPER)
    page.goto(file.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 5
    page.emulate_media(media="print")
    ends = page.evaluate("[...document.querySelectorAll('.options table')].map(e => e.getBoundingClientRect().bottom)")
    assert max(ends) < PAPER["height"]
    page.close()
