"""Writes the workbook of an evaluation: every vote on one sheet, on the other every figure as a live formula."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xlsxwriter.worksheet import Worksheet

from casebook import __version__
from casebook.analysis.evaluation_report import NoEvaluation, evaluation_report
from casebook.brand import Brand
from casebook.case import Case
from casebook.evidence import Evaluation
from casebook.workbook import evaluation_results as results_sheet
from casebook.workbook.book import all_or_nothing, new_file, protect
from casebook.workbook.cells import WriteError, column_name
from casebook.workbook.page import Page
from casebook.workbook.sheet import PlainSheet
from casebook.workbook.styles import Styles

RESULTS, DATA, METHOD = "Results", "Data", "Method"
FIRST_ROW = 5
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
# Beside the runs of an option: whether most of them passed, and whether they disagree.
_VERDICTS = ("Passed", "Runs disagree")
_NOTES = (
    ("Change a vote", "Edit a cell in blue on yellow on Data: 1 passed, 0 failed, blank not run. Results follow."),
    ("Item", "Judged once an option, by the majority of its runs; a tie fails. Runs of one item are not independent."),
    ("Interval", "Wilson's score interval of the pass rate."),
    ("Pairs", "McNemar's test on the items that only one of the two passed: the discordant ones."),
    ("Exact p", "Two-sided binomial at one half; mid-p counts half of what is exactly as uneven as observed."),
    ("Chi-squared", "An approximation for many discordant items, without and with the correction for continuity."),
    ("Power", "Connor's normal approximation (Biometrics 43, 1987, 207-211); items needed are rounded up."),
    ("Other numbers of items", "Reckoned with the share of discordant items observed."),
    ("Functions", "BINOM.DIST, BINOM.INV, CHISQ.DIST.RT, NORM.S.DIST, NORM.S.INV: Excel 2010 and newer."),
)


def write_evaluation(
    case: Case,
    path: str | os.PathLike[str],
    report: Mapping[str, Any] | None = None,
    brand: Brand | None = None,
) -> None:
    """Write the workbook of a case's evaluation; nothing is left at `path` when something cannot be written.

    `report` are the figures of the evaluation report where they are at hand.
    """
    path = Path(path)
    report = report or evaluation_report(case)
    if case.evaluation is None:
        raise NoEvaluation(f"{case.id}: evidence.eval_results: wanted a CSV of evaluation results; got none")
    with all_or_nothing(path) as half_written:
        _write(case, case.evaluation, report, half_written, brand)


def _write(case: Case, evaluation: Evaluation, report: Mapping[str, Any], path: Path, brand: Brand | None) -> None:
    # These formulas use functions newer than the file format, which need a prefix in it: XlsxWriter knows them.
    book = new_file(path, case, f"Evaluation workbook: {case.title or case.client}", use_future_functions=True)
    styles = Styles(book, brand=brand)
    size = f"{report['items']:,} items, {report['runs']:,} runs"
    subtitle = f"{styles.for_client(case.client)} · {report['provenance']['results']} · {size}"

    def page(name: str, title: str, widths: list[float], kind: type[Worksheet] | None = None) -> Page:
        sheet = book.add_worksheet(name, kind)
        protect(sheet)
        return Page(sheet, styles, title, subtitle, widths)

    labels = {option.name: option.label for option in case.options}
    front = page(RESULTS, "What the evaluation shows", results_sheet.widths(report))
    columns = len(report["options"]) * (report["runs"] + len(_VERDICTS))
    votes = page(DATA, "Every vote", [24, *[11] * columns], PlainSheet)
    ranges = _write_votes(votes, evaluation, labels)
    front.logo(3)
    results_sheet.write_results(front, report, ranges, labels)
    _write_method(page(METHOD, "How it is worked out", [26, 104]), case, report)
    front.sheet.activate()
    book.close()


def _write_votes(page: Page, evaluation: Evaluation, labels: Mapping[str, str]) -> dict[str, results_sheet.Ranges]:
    """Write a row an item and, for each option, its runs, their majority and whether they disagree."""
    runs: dict[str, dict[str, list[bool]]] = {}
    for answer in evaluation.answers:
        runs.setdefault(answer.option, {}).setdefault(answer.item, []).append(answer.passed)
    items = list(dict.fromkeys(answer.item for answer in evaluation.answers))
    block = evaluation.runs + len(_VERDICTS)
    if FIRST_ROW + len(items) > _MOST_ROWS or 1 + block * len(runs) > _MOST_COLUMNS:
        raise WriteError(
            f"{page.name}: wanted results that fit a sheet of {_MOST_ROWS:,} rows and {_MOST_COLUMNS:,} columns; "
            f"got {len(items):,} items of {len(runs):,} options, {evaluation.runs:,} runs each"
        )
    page.sheet.freeze_panes(FIRST_ROW, 1)
    page.sheet.repeat_rows(FIRST_ROW - 2, FIRST_ROW - 1)
    page.text(2, 0, "1 passed, 0 failed, blank not run", page.styles.muted)
    headings = [f"Run {number + 1}" for number in range(evaluation.runs)] + list(_VERDICTS)
    page.headings(FIRST_ROW - 1, ["Item", *(headings * len(runs))], range(1, 1 + block * len(runs)))
    for row, item in enumerate(items, FIRST_ROW):
        page.text(row, 0, item)
    ranges = {}
    for place, (option, found) in enumerate(runs.items()):
        first = 1 + place * block
        page.text(FIRST_ROW - 2, first, labels.get(option, option), page.styles.get(bold=True))
        for row, item in enumerate(items, FIRST_ROW):
            _write_item(page, row, first, evaluation.runs, found.get(item, []))
        passed, disagree = (
            f"{DATA}!${column_name(at)}${FIRST_ROW + 1}:${column_name(at)}${FIRST_ROW + len(items)}"
            for at in (first + evaluation.runs, first + evaluation.runs + 1)
        )
        ranges[option] = results_sheet.Ranges(passed, disagree)
    return ranges


def _write_item(page: Page, row: int, first: int, width: int, passed: list[bool]) -> None:
    typed, verdict = page.styles.input(""), page.styles.number("count")
    for place in range(width):
        page.constant(row, first + place, int(passed[place]) if place < len(passed) else None, typed)
    cells = f"{column_name(first)}{row + 1}:{column_name(first + width - 1)}{row + 1}"
    won = int(2 * sum(passed) > len(passed)) if passed else None
    page.formula(row, first + width, f'=IF(COUNT({cells})=0,"",IF(2*SUM({cells})>COUNT({cells}),1,0))', won, verdict)
    split = int(len(set(passed)) > 1) if passed else None
    page.formula(
        row,
        first + width + 1,
        f'=IF(COUNT({cells})=0,"",IF(OR(SUM({cells})=0,SUM({cells})=COUNT({cells})),0,1))',
        split,
        verdict,
    )


def _write_method(page: Page, case: Case, report: Mapping[str, Any]) -> None:
    made = report["provenance"]
    row = 3
    for name, text in _NOTES:
        page.text(row, 0, name)
        page.text(row, 1, text, page.styles.wrapped)
        row += 1
    for warning in report["warnings"]:
        page.text(row, 0, "Warning")
        page.text(row, 1, warning["text"] if isinstance(warning, Mapping) else warning, page.styles.wrapped)
        row += 1
    page.section(row + 1, "Built from", 2)
    facts = {
        "Case": case.id,
        "Casebook": __version__,
        "Case file": f"SHA-256 {made['case_hash']}",
        made["results"]: f"SHA-256 {made['results_hash']}",
    }
    for offset, (name, text) in enumerate(facts.items(), row + 2):
        page.text(offset, 0, name)
        page.text(offset, 1, text)
