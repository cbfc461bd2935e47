"""Text becomes part of the page escaped, and in no other way."""

from __future__ import annotations

from datetime import date

import pytest

from casebook.memo.markup import as_text, clean, client, day, el, listing, quoted, say

HOSTILE = (
    "<script>alert(1)</script>",
    "</bdi></p><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "&lt;b&gt;",
    "{{ 7 * 7 }} {% raw %}",
    "<!-- --><![CDATA[x]]>",
    "javascript:alert(1)",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_clients_words_are_shown_as_text(text):
    shown = client(text)
    assert as_text(shown) == text
    assert shown.count("<") == 2  # its own opening and closing tag


@pytest.mark.parametrize("text", HOSTILE)
def test_an_attribute_cannot_be_left(text):
    assert el("td", "x", data_label=text).count('"') == 2


@pytest.mark.parametrize("text", HOSTILE)
def test_a_sentence_escapes_its_parts(text):
    assert as_text(say("It says {text}.", text=text)) == f"It says {text}."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x1bc", "a\ufffdb\ufffdc"),
        ("\u202egnp.exe", "gnp.exe"),  # nothing may turn the direction of the text around
        ("a\r\nb\u2028c", "a\nb\nc"),
        ("Ünïcödé 漢字 🙂", "Ünïcödé 漢字 🙂"),
    ],
)
def test_controls_and_overrides_are_taken_out(text, shown):
    assert clean(text) == shown


def test_notes_keep_their_emphasis_and_lose_everything_that_acts():
    html = quoted("# Head\n\nsix **months**\n\n- <script>x</script>\n- [here](https://example.org) ![i](a.png)")
    assert "<strong>months</strong>" in html
    assert "<h3>Head</h3>" in html
    assert not any(tag in html for tag in ("<script", "<a ", "<img"))
    assert "[here](https://example.org)" in html


def test_absent_attributes_and_children_are_left_out():
    assert el("p", None, "a", class_=None, hidden=True, id="x") == '<p hidden id="x">a</p>'
    assert el("path", d="M0 0") == '<path d="M0 0"/>'


def test_a_day_is_for_readers_and_machines():
    assert str(day(date(2026, 11, 5))) == '<time datetime="2026-11-05">5\u00a0Nov\u00a02026</time>'


@pytest.mark.parametrize(
    ("parts", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_list_in_prose(parts, text):
    assert listing(parts) == text
