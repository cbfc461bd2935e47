"""No text of a case file brings in a character that spreadsheet and page cannot hold, or that turns text around."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest

from casebook.case import CaseError, from_parameters
from casebook.case.schema import Block, CaseFile, OptionBlock, _inside

TEXT = "a text"
SOURCED = {"value": 1000, "source": TEXT, "status": "stated"}
CASE = {
    **dict.fromkeys(("client", "title", "prepared_by", "confidentiality", "notes"), TEXT),
    "as_of": "2026-01-15",
    "language": "en",
    "currency": "EUR",
    "exchange_rate": {"value": 0.9, "date": "2026-01-15", "source": TEXT},
    "decision": {"ask": TEXT, "by": TEXT, "owner": TEXT},
    "current": "plain",
    "workload": {"calls_per_month": SOURCED},
    "evidence": {"eval_results": "none.csv", "knowledge": "static"},
    "options": {
        "plain": {"label": TEXT, "kind": "prompt", "model": "anthropic/claude-haiku-4-5"},
        "tiered": {
            "label": TEXT,
            "kind": "two_tier",
            "like": "plain",
            "retrieval": {"embedding_model": "openai/text-embedding-3-small"},
            "escalation": {"rate": 0.1, "to": "plain"},
        },
        "own": {
            "label": TEXT,
            "kind": "fine_tune_self_hosted",
            "like": "plain",
            "gpu": {"type": "H100", "prefill_tokens_per_second": 1000, "decode_tokens_per_second": 100},
        },
    },
    "compare": [["plain", "own"]],
    "constraints": [{"name": TEXT, "wanted": TEXT, "found": TEXT, "status": "open"}],
    "published": [
        {
            "metric": "full.options.plain.tco",
            "value": 1,
            "unit": "$",
            "source": TEXT,
            "note": TEXT,
            "reconciles": [{"label": TEXT, "scope": "full", "set": {"evidence.knowledge": "none"}}],
        }
    ],
}
"""A text in every field that takes one; nothing else of it matters here."""

REFUSED = ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\ud800", "\ufffe"]
TURNING = ["\u061c", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069"]


def texts(value: object, path: tuple = ()) -> Iterator[tuple]:
    """The paths of the texts in a raw case file."""
    if isinstance(value, str):
        yield path
    for key, each in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        yield from texts(each, (*path, key))


def with_text(path: tuple, text: str) -> dict:
    raw = copy.deepcopy(CASE)
    at = raw
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = text
    return raw


def fault_at(path: tuple, text: str) -> str:
    """What is told of a field that holds this text; empty when nothing is."""
    with pytest.raises(CaseError) as told:
        from_parameters(with_text(path, text))
    name = ".".join(str(key) for key in path if not isinstance(key, int))
    found = [str(fault) for fault in told.value.faults if _bare(fault.key).startswith(name.split(".set")[0])]
    return found[0] if found else ""


def _bare(key: str) -> str:
    return "".join(part.partition("[")[0] + "." for part in key.split(".")).rstrip(".")


PATHS = list(texts(CASE))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(map(str, path)))
def test_a_text_with_a_control_or_turning_character_is_refused_where_it_stands(path):
    for character in ("\x07", "\u202e"):
        told = fault_at(path, f"a{character}b")
        assert told
        assert character not in told  # nor does the message bring it to the terminal


@pytest.mark.parametrize("character", REFUSED + TURNING, ids=lambda each: f"U+{ord(each):04X}")
def test_each_such_character_is_named(character):
    told = fault_at(("client",), f"Acme{character} Ltd")
    assert f"got the character U+{ord(character):04X}" in told


@pytest.mark.parametrize("text", ["Zoë's Großhandel · 株式会社 – «x»", "שלום עולם", "line\nline\ttab", "👩🏽‍💻"])
def test_other_writing_is_welcome(text):
    raw = {
        "client": text,
        "as_of": "2026-01-15",
        "workload": {"calls_per_month": 1},
        "options": {"plain": {"kind": "prompt", "price": {"input": 1, "output": 2}}},
    }
    assert from_parameters(raw).client == text


def test_every_field_that_takes_a_text_is_among_them():
    named = {tuple(key for key in path if isinstance(key, str)) for path in PATHS}
    named = {(path[0], *path[2:]) if path[0] == "options" else path for path in named}
    assert set(_text_fields(CaseFile)) <= {path[:3] if "set" in path else path for path in named}


def _text_fields(block: type[Block], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, info in block.model_fields.items():
        inside = _inside(info.annotation)
        nested = next((each for each in inside if isinstance(each, type) and issubclass(each, Block)), None)
        if nested is not None and (nested is not OptionBlock or not path):
            yield from _text_fields(nested, (*path, key))
        elif str in inside:
            yield (*path, key)
