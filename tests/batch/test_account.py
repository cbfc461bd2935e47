"""What is told at the end of a build."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from casebook.batch import account
from casebook.batch.build import Outcome
from casebook.batch.cases import CaseFile


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
    columns = ["legal", "tuned", "prompt", "moderate / strong", "620", "10,800", "6.2 months"]
    assert " ".join(row.split()).startswith(" ".join(columns))


@pytest.mark.parametrize(
    ("pair", "text"),
    [
        ({"sustained_month": 6.25}, "6.2 months"),
        ({"sustained_month": 0.0}, "at once"),
        ({"sustained_month": None}, "never"),
        (None, "–"),
    ],
)
def test_payback_is_months_or_never_or_nothing_to_pay_back(pair: dict | None, text: str) -> None:
    headline = {"against": "prompt"} | pair if pair else {"against": None}
    assert account._payback(headline) == text


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


def test_results_without_an_option_as_verdict_leave_dashes() -> None:
    assert account._payback({"against": None, "verdict": None}) == "–"
