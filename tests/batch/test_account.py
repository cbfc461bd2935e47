"""What is told at the end of a build."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from casebook.batch import account
from casebook.batch.build import Outcome
from casebook.batch.cases import CaseFile
from tests.batch.conftest import results


@pytest.fixture
def told(build: Callable[..., Outcome]) -> Callable[..., str]:
    """What is told after building cases, as one text."""

    def tell(*files: CaseFile) -> str:
        lines: list[str] = []
        account.tell(build(*files), lines.append)
        return "\n".join(lines)

    return tell


def test_the_table_has_the_verdicts_and_key_figures(case: Callable, told: Callable) -> None:
    head, row = told(case("legal")).splitlines()
    assert head.split()[:2] == ["case", "verdict"]
    columns = ["legal", "tuned", "prompt", "moderate / strong", "620", "10,800", "6.25 months (tuned)"]
    assert " ".join(row.split()).startswith(" ".join(columns))


@pytest.mark.parametrize(
    ("pair", "text"),
    [
        ({"sustained_month": 6.25}, "6.25 months"),
        ({"sustained_month": 0.1}, "3 days"),
        ({"sustained_month": 0.0}, "at once"),
        ({}, "never"),
        ({"candidate": "tuned"}, "never (tuned)"),
        ({"net_saving_per_month": 1.0}, "not in ten years"),
        ({"first_cross_month": 12.0}, "not for good"),
        ({"first_cross_month": 13.0}, "after 13 months"),
        ({"one_time_delta": 0.0}, "–"),
        (None, "–"),
    ],
)
def test_payback_is_months_or_why_there_are_none_and_whose_it_is(pair: dict | None, text: str) -> None:
    never = {"sustained_month": None, "first_cross_month": None, "one_time_delta": 1.0, "net_saving_per_month": 0.0}
    told = None if pair is None else {"candidate": "prompt", "baseline": "rag"} | never | pair
    assert account._payback(results() | {"payback": {"full": told}}) == text


def test_a_failure_says_where_and_which_file_to_open(case: Callable, told: Callable, output: Path) -> None:
    head, row = told(case("broken", "fail")).splitlines()
    assert head.split() == ["case", "notebook", "cell", "why", "open"]
    for part in (
        "broken",
        "decision.ipynb",
        "3 (memo:options)",
        "ValueError: no",
        f"{output}/broken/failed/",
    ):
        assert part in row


def test_a_refused_case_tells_its_faults(case: Callable, told: Callable) -> None:
    lines = told(case("bad", "fault")).splitlines()
    assert lines[0].endswith("bad.yaml:1: wanted none; got a fault")
    assert lines[1].endswith("bad.yaml: 1 fault; not built")


def test_nothing_to_do_says_so(case: Callable, told: Callable) -> None:
    told(case("legal"), case("support"))
    assert told(case("legal"), case("support")) == "nothing to do: 2 cases up to date"


def test_what_was_up_to_date_is_counted_beside_what_was_built(case: Callable, told: Callable) -> None:
    told(case("legal"))
    assert told(case("legal"), case("support")).splitlines()[-1] == "1 case up to date"


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "0.00"), (99.994, "99.99"), (99.996, "100"), (-1234.5, "-1,234"), (None, "–")]
)
def test_money_has_cents_below_a_hundred(amount: float | None, text: str) -> None:
    assert account._money(amount) == text
