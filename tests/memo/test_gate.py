"""The gate on finished bytes: each forbidden construct is refused, a clean page passes."""

from __future__ import annotations

import pytest

from casebook.memo.gate import MOST_BYTES, GateError, refusals, require_clean, style_hash

STYLE = "p { color: #14212e; }"


def page(body: str = "", head: str = "", style: str = STYLE, policy: str | None = None) -> str:
    """A page as the template writes it, with something put in."""
    policy = f"default-src 'none'; style-src '{style_hash(style)}'" if policy is None else policy
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>t</title><style>{style}</style>{head}</head><body><p>text</p>{body}</body></html>"
    )


def test_a_clean_page_passes_and_comes_back():
    clean = page('<h2 id="a">1</h2><a href="#a">up</a><svg viewbox="0 0 1 1"><path d="M0 0"></path></svg>')
    assert require_clean(clean) == clean


@pytest.mark.parametrize(
    "body",
    [
        "<script>1</script>",
        "<SCRIPT SRC=//x></SCRIPT>",
        '<iframe src="data:text/html,x"></iframe>',
        "<form action=x></form>",
        "<button>x</button>",
        "<input>",
        '<input type="text">',
        "<object data=x></object>",
        "<embed src=x>",
        "<img src=x>",
        '<img src="data:image/png;base64,AA==">',
        "<video></video>",
        "<audio></audio>",
        "<base href=//x>",
        "<link rel=stylesheet href=//x>",
        "<template><p></template>",
        "<noscript><p></noscript>",
        "<svg><foreignObject></foreignObject></svg>",
        "<svg><animate attributeName=href></animate></svg>",
        "<svg><set></set></svg>",
        "<svg><use href=#a></use></svg>",
        "<svg><image></image></svg>",
        "<math><annotation-xml></annotation-xml></math>",
        "<math><maction></maction></math>",
        '<p onclick="x()">a</p>',
        '<svg ONLOAD="x()"></svg>',
        '<p style="color:red">a</p>',
        '<a href="https://example.org">a</a>',
        '<a href="javascript:alert(1)">a</a>',
        '<a href="data:text/html,x">a</a>',
        '<a href="#a" target="_blank">a</a>',
        '<a href="#a" ping="//x">a</a>',
        '<svg><path fill="url(//x)" d=""></path></svg>',
        '<svg xmlns="//x"></svg>',
        '<p srcset="x">a</p>',
        '<p is="x">a</p>',
        '<p autofocus contenteditable="true">a</p>',
        "<!-- comment -->",
        "<?xml version='1.0'?>",
        "<svg><![CDATA[x]]></svg>",
        "<style>p{}</style>",
        "<x-widget></x-widget>",
        "\x00",
    ],
)
def test_what_a_memo_may_not_hold_is_refused(body):
    with pytest.raises(GateError):
        require_clean(page(body))


@pytest.mark.parametrize(
    "head",
    [
        '<meta http-equiv="refresh" content="0">',
        '<meta http-equiv="Content-Security-Policy" content="default-src *">',
        '<meta charset="utf-16">',
        '<meta name="referrer" content="x">',
    ],
)
def test_metas_of_other_kinds_are_refused(head):
    assert refusals(page(head=head))


@pytest.mark.parametrize(
    "style",
    [
        "@import 'x';",
        "p { background: url(//x) }",
        "p { background: u\\72l(//x) }",
        "p { background: image-set('x' 1x) }",
        "p { width: expression(1) }",
    ],
)
def test_a_style_that_loads_is_refused_though_its_hash_is_right(style):
    assert refusals(page(style=style))


@pytest.mark.parametrize(
    "policy",
    ["", "default-src 'self'", "default-src 'none'", "default-src 'none'; style-src 'unsafe-inline'"],
)
def test_a_weaker_policy_is_refused(policy):
    assert refusals(page(policy=policy))


def test_a_style_other_than_the_policys_is_refused():
    assert refusals(page().replace("#14212e", "#000000")) == ["a style that is not the one of the policy's hash"]


def test_a_page_without_a_policy_is_refused():
    assert refusals("<!DOCTYPE html><html><body><p>a</p></body></html>")


def test_a_page_too_large_is_refused():
    found = refusals(page("<p>" + "a" * MOST_BYTES + "</p>"))
    assert len(found) == 1
    assert "bytes" in found[0]


def test_the_message_names_everything_found():
    with pytest.raises(GateError, match=r"<script>.*the attribute onclick"):
        require_clean(page('<script>1</script><p onclick="x">a</p>'))
