"""On what the verdict holds: Summary and memo say it alike, and Summary by the rules once something is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from casebook import workbook
from casebook.analysis.binding import bind
from casebook.memo import Memo, answer
from casebook.memo.condition import conditions
from casebook.memo.prose import recommendation
from casebook.memo.view import SCOPES as MEMO_SCOPES
from casebook.model.evaluate import SCOPES
from casebook.model.wiring import Node
from casebook.workbook.layout import INPUT_VALUE_COLUMN, INPUTS, Layout
from casebook.workbook.selectors import COLUMN, LIKELY, LOW, RANGE_ROW, SUMMARY
from tests.memo.making import SAMPLES, memo_of, sample, text_of
from tests.workbook.changes import short_case
from tests.workbook.recalculation import Recalculated, stored_values

CALLS = "workload.calls_per_month"


class Written:
    """A case's workbook with the memo's conditions, and Summary's lines of the recommendation in it."""

    def __init__(self, memo: Memo, path: Path) -> None:
        self.memo, self.path, self.layout = memo, path, Layout(bind(memo.case))
        workbook.write(memo.case, path, memo.results, conditions=conditions(memo.case, memo.results))
        self.stored = stored_values(path)
        self.rows = {self.stored.get((SUMMARY, row, 1)): row for row in range(1, 30)}

    def rules(self, changes: dict) -> list[str]:
        """On what the verdict of each scope rests by the rules."""
        evaluation = self.layout.binding.evaluation(self.layout.months, changes)
        return [evaluation.scalar(Node("decision", "", "condition"), scope) for scope in range(len(SCOPES))]

    def shown(self, book: Recalculated | None = None, line: str = "Condition") -> list[str]:
        """A line of Summary in both scopes, as stored or as recalculated."""
        places = [(SUMMARY, self.rows[line], 2 + scope) for scope in range(len(SCOPES))]
        return [self.stored[place] if book is None else book.value(place) for place in places]

    def wanted(self) -> list[str]:
        """What the memo says, and where it says nothing the rules."""
        told = conditions(self.memo.case, self.memo.results)
        return [told.get(scope) or rules for scope, rules in zip(SCOPES, self.rules({}), strict=True)]


def assert_said_alike(written: Written) -> None:
    """Asserts that Summary says what the memo does as built, and what the rules do after a change or at another end."""
    memo, wanted = written.memo, written.wanted()
    assert written.shown() == wanted
    for sentence, condition in zip(written.shown(line="In a sentence"), wanted, strict=True):
        assert sentence.endswith(f", {condition}")
    told = conditions(memo.case, memo.results)
    assert told.get("full", "") in text_of(recommendation(memo))
    book = Recalculated(written.path)
    calls = (INPUTS, written.layout.input_rows[CALLS] + 1, INPUT_VALUE_COLUMN + 1)
    given = float(memo.case.input(CALLS).value)
    for value, expected in ((3 * given + 1, written.rules({CALLS: 3 * given + 1})), (given, wanted)):
        book.change(calls, value)
        book.evaluate()
        assert written.shown(book) == expected
    ranged = {source.path: source.low for source in memo.case.all_inputs() if source.ranged}
    for end, expected in ((LOW, written.rules(ranged)), (LIKELY, wanted)):
        book.change((SUMMARY, RANGE_ROW + 1, COLUMN + 1), end)
        book.evaluate()
        assert written.shown(book) == expected


@pytest.mark.parametrize("name", SAMPLES)
def test_summary_and_memo_give_a_sample_one_condition(name: str, tmp_path: Path) -> None:
    assert_said_alike(Written(sample(name), tmp_path / "decision.xlsx"))


@pytest.mark.parametrize("seed", [*range(8), *(pytest.param(n, marks=pytest.mark.soak) for n in range(8, 120))])
def test_summary_and_memo_give_a_random_case_one_condition(seed: int, tmp_path: Path) -> None:
    assert_said_alike(Written(memo_of(short_case(7000 + seed), searched=True), tmp_path / "decision.xlsx"))


def test_where_the_scopes_part_the_memo_gives_the_condition_on_invoices_too(tmp_path: Path) -> None:
    memo = sample("support")
    told = conditions(memo.case, memo.results)
    assert set(told) == set(MEMO_SCOPES)
    assert all(text in text_of(answer(memo)) for text in told.values())


def test_without_the_memos_words_summary_has_those_of_the_rules(tmp_path: Path) -> None:
    written = Written(sample("legal"), tmp_path / "decision.xlsx")
    workbook.write(written.memo.case, tmp_path / "plain.xlsx", written.memo.results)
    stored = stored_values(tmp_path / "plain.xlsx")
    assert [stored[SUMMARY, written.rows["Condition"], 2 + scope] for scope in (0, 1)] == written.rules({})
