"""The price list: agrees with the price data, filters, shows age, refuses with the nearest name, never goes online."""

from __future__ import annotations

import importlib.metadata
import json
import socket
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from casebook.analysis.results import evaluate_case, to_json
from casebook.batch import manifest
from casebook.case import from_parameters
from casebook.catalogue.facts import newest
from casebook.catalogue.listing import KINDS
from casebook.cli import main

HAIKU, DAY = "anthropic/claude-haiku-4-5", "2026-11-22"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command, on a machine without a network."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return lambda *words: CliRunner().invoke(main, ["prices", *words])


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_a_model_has_the_prices_of_the_package(run: Callable[..., Result]) -> None:
    """Asked of the package itself, for the same day."""
    from genai_prices import Usage, calc_price

    found = {row["what"]: row for row in rows(run("--as-of", DAY, HAIKU, "--json"))}
    usage = Usage(input_tokens=1_000_000, output_tokens=1_000_000)
    # Without cached tokens and below any tier; a million of each at the day's prices.
    day = datetime(2026, 11, 22, 12, tzinfo=UTC)
    price = calc_price(usage, "claude-haiku-4-5", provider_id="anthropic", genai_request_timestamp=day)
    assert found["input"]["value"] == float(price.input_price)
    assert found["output"]["value"] == float(price.output_price)
    assert {row["package_version"] for row in found.values()} == {found["input"]["package_version"], None}


def test_a_table_shows_value_unit_age_and_source(run: Callable[..., Result]) -> None:
    told = run("--as-of", DAY, HAIKU, "L40S").output.splitlines()
    assert told[0].split() == ["of", "what", "value", "unit", "from", "seen", "on", "age", "confidence", "source"]
    assert any(HAIKU in line and " input " in line and " $/M tokens " in line for line in told)
    l40s = next(line for line in told if line.startswith("runpod/L40S"))
    assert " 58 d " in l40s
    assert "https://www.runpod.io/pricing" in l40s


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["anthropic/claude-haiku-45"], HAIKU),
        (["rerank-4-fats"], "cohere/rerank-4-fast"),
        (["--provider", "nebus"], "nebius"),
        (["aws/anthropic.claude-haiku-4-5-20251001-v1:0"], "aws/global.anthropic.claude-haiku-4-5-20251001-v1:0"),
        (["--kind", "gup"], "gpu"),
    ],
)
def test_a_name_that_is_not_there_is_refused_with_the_nearest(
    words: list[str], near: str, run: Callable[..., Result]
) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert near in result.output


@pytest.mark.parametrize(
    ("model", "day", "told"),
    [
        ("openai/o1", DAY, "retired on 2026-10-23"),
        ("anthropic/claude-3-5-sonnet", "2025-10-28", "retired on 2025-10-28"),
        ("google/gemini-3.8-flash", "2026-09-01", "released on 2026-09-02"),
    ],
)
def test_a_model_that_is_not_offered_that_day_is_refused(
    model: str, day: str, told: str, run: Callable[..., Result]
) -> None:
    result = run("--as-of", day, model)
    assert result.exit_code == 2
    assert told in result.output


def test_a_provider_and_a_kind_filter(run: Callable[..., Result]) -> None:
    found = rows(run("--provider", "nebius", "--kind", "gpu", "--json"))
    assert {row["of"].partition("/")[0] for row in found} == {"nebius"}
    assert {row["kind"] for row in found} == {"gpu"}
    models = rows(run("--provider", "anthropic", "--kind", "model", "--json"))
    assert HAIKU in {row["of"] for row in models}
    assert "anthropic/claude-2" not in {row["of"] for row in models}  # retired


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_rows_with_a_source(kind: str, run: Callable[..., Result]) -> None:
    found = rows(run("--kind", kind, "--json"))
    assert found
    assert all(row["source"] and row["confidence"] and row["kind"] == kind for row in found)


def test_the_day_is_that_of_the_newest_fact_and_never_the_clocks(run: Callable[..., Result]) -> None:
    assert run().output.startswith(f"Prices of {newest()}")
    assert {row["as_of"] for row in rows(run(HAIKU, "--json"))} == {newest().isoformat()}


def test_a_price_is_the_one_seen_by_the_day(run: Callable[..., Result]) -> None:
    """And one that was first seen later says so, and has no age."""
    found = [rows(run("runpod/H100", "--as-of", day, "--json"))[0] for day in ("2026-09-30", DAY, "2025-11-15")]
    assert [row["value"] for row in found] == [3.49, 3.99, 3.29]
    assert [row["age_days"] for row in found] == [5, (date(2026, 11, 22) - date(2026, 11, 9)).days, None]
    assert found[2]["source"].endswith("first seen after that day")


def test_the_manifest_keeps_the_prices_a_report_was_made_with(tmp_path: Path) -> None:
    """With the version of the price data, and a negotiated one marked."""
    case = from_parameters(
        {
            "client": "Acme",
            "as_of": DAY,
            "workload": {"calls_per_month": 1},
            "options": {"a": {"kind": "prompt", "model": HAIKU, "price": {"input": 0.8}}},
        }
    )
    (tmp_path / "results.json").write_text(to_json(evaluate_case(case)), encoding="utf-8")
    manifest.write(tmp_path, case="a", input="", inputs={}, data=[], files=["results.json"], built="", seconds={})
    kept = {row["field"]: row for row in json.loads((tmp_path / manifest.NAME).read_bytes())["prices"]}
    assert (kept["input"]["value"], kept["input"]["negotiated"]) == (0.8, True)
    assert (kept["output"]["value"], kept["output"]["negotiated"]) == (5, False)
    assert kept["output"]["package_version"] == importlib.metadata.version("genai-prices")
