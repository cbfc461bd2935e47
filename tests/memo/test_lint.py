"""The lint on a finished memo: a number that is not registered, or not the results', stops the build."""

from __future__ import annotations

import json
import re

import pytest

from casebook.analysis.results import to_json
from casebook.memo import told
from casebook.memo.lint import LintError, read_page, refusals, require_true
from tests.memo.making import SAMPLES, sample, sample_page


@pytest.fixture(scope="module")
def page() -> str:
    """The finished memo of the sample case."""
    return sample_page("legal")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_passes_against_its_results_file(name):
    memo = sample(name)
    page = sample_page(name)
    results = json.loads(to_json(memo.results))
    assert require_true(page, told(memo.case, results)) == page
    assert len(read_page(page).numbers) > 300


@pytest.mark.parametrize(
    "typed",
    [
        "<p>It saves $12k a year.</p>",
        "<p>It saves 12 percent.</p>",
        "<li>about 3 times as much</li>",
        "<h2>Pays back in 4 months</h2>",
        "<table><tr><td>$1,100</td></tr></table>",
        "<svg><text>$40k</text></svg>",
        "<p>C1 fired 3 times</p>",
        "<p>month 14</p>",
        "<p>95% of them</p>",
        "<math><mtext>12</mtext></math>",
    ],
)
def test_a_number_that_is_not_registered_is_refused(page, typed):
    found = refusals(page.replace("</main>", f"{typed}</main>"), sample("legal"))
    assert len(found) == 1
    assert "not registered" in found[0]


@pytest.mark.parametrize("typed", ["<p>nan</p>", "<p>inf months</p>", "<p>None</p>", "<p>$-</p>"])
def test_the_mark_of_a_missing_number_is_refused(page, typed):
    assert refusals(page.replace("</main>", f"{typed}</main>"), sample("legal"))


@pytest.mark.parametrize(
    "quoted",
    [
        "<blockquote><p>It took 12 weeks.</p></blockquote>",
        "<p><bdi>Claude Sonnet 4.5</bdi></p>",
        '<p><time datetime="2026-11-05">5 Nov 2026</time></p>',
        "<p>Rules that fired: <code>E1</code>.</p>",
        "<p>C1? weighs a lower 95% bound; claims 6, 26 and 42; month 1.</p>",
    ],
)
def test_what_others_wrote_and_what_belongs_to_a_method_passes(page, quoted):
    assert refusals(page.replace("</main>", f"{quoted}</main>"), sample("legal")) == []


def shown(page: str) -> re.Match[str]:
    """A number in the middle of the page."""
    found = re.search(r'<data data-key="full\.options\.cached_rag\.tco" value="([^"]+)">([^<]+)</data>', page)
    assert found is not None
    return found


def test_a_changed_text_is_refused(page):
    number = shown(page)
    assert number[2] == "$7,850"
    found = refusals(page.replace(number[0], number[0].replace("$7,850", "$7,580")), sample("legal"))
    assert found == ["full.options.cached_rag.tco is shown as '$7,580'; the results give '$7,850'"]


def test_a_changed_value_is_refused(page):
    number = shown(page)
    found = refusals(page.replace(number[0], number[0].replace(number[1], "7580")), sample("legal"))
    assert len(found) == 1
    assert "carries the value '7580'" in found[0]


def test_a_key_of_nothing_is_refused(page):
    typed = '<p><data value="1" data-key="full.options.nobody.tco">$1</data></p>'
    found = refusals(page.replace("</main>", f"{typed}</main>"), sample("legal"))
    assert found == ["'$1' is shown for 'full.options.nobody.tco', which these results do not show"]


def test_results_that_have_moved_on_are_told_from_the_page(page):
    memo = sample("legal")
    results = json.loads(to_json(memo.results))
    results["scopes"]["full"]["options"]["cached_rag"]["tco"] *= 1.01
    with pytest.raises(LintError, match=r"full\.options\.cached_rag\.tco is shown as '\$7,850'; the results give"):
        require_true(page, told(memo.case, results))
