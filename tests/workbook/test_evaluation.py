"""The workbook of an evaluation: its formulas, recalculated by another engine, are the statistics."""

from __future__ import annotations

import random
from pathlib import Path

import openpyxl
import pytest
from openpyxl.formula import Tokenizer

from casebook.case import from_parameters, load
from casebook.evidence.reach import chance_at, smallest_difference, smallest_win
from casebook.evidence.statistics import items_needed, mcnemar, power, wilson
from casebook.workbook.evaluation import write_evaluation
from tests.samples import PARAMS
from tests.workbook.recalculation import Recalculated, differences, stored_formulas, stored_values
from tests.workbook.test_libreoffice import recalculate  # noqa: F401  (a fixture)

HEADER = "item_id,option,run,passed"
FUNCTIONS = {
    *("ABS", "COUNT", "COUNTIF", "COUNTIFS", "IF", "INT", "MAX", "MIN", "OR", "SQRT", "SUM"),
    *("_xlfn.BINOM.DIST", "_xlfn.BINOM.INV", "_xlfn.CHISQ.DIST.RT", "_xlfn.NORM.S.DIST", "_xlfn.NORM.S.INV"),
}
"""Excel 2010 and newer, LibreOffice and Google Sheets have them all; the newer ones need their prefix in the file."""


def case_with(folder: Path, rows: list[str], options: tuple[str, ...] = ("old", "new")):
    """A case of prompts that names these evaluation results."""
    (folder / "votes.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    prompts = {name: {"kind": "prompt", "price": {"input": 1, "output": 2}} for name in options}
    return from_parameters(
        {
            "client": "A client",
            "as_of": "2026-11-01",
            "workload": {"calls_per_month": 1000},
            "evidence": {"eval_results": "votes.csv"},
            "options": prompts,
            "compare": [["old", name] for name in options if name != "old"],
        },
        folder,
    )


def votes(both: int, old: int, new: int, neither: int) -> list[str]:
    """Rows of one run: so many items passed by both, by one alone, by none."""
    kinds = [(1, 1)] * both + [(1, 0)] * old + [(0, 1)] * new + [(0, 0)] * neither
    return [
        f"i{place},{option},1,{passed}"
        for place, pair in enumerate(kinds)
        for option, passed in zip(("old", "new"), pair, strict=True)
    ]


def uneven() -> list[str]:
    """Items with other runs with each option, some not run with one of them, and an option of no case."""
    draw = random.Random(4)
    rows = []
    for item in range(40):
        for option in ("old", "new", "=gpt-4.1"):
            for run in range(draw.choice((0, 1, 2, 3))):
                rows.append(f"i{item},{option},{run},{draw.randint(0, 1)}")
    return rows


TABLES = {
    "twelve against three": votes(20, 3, 12, 5),
    "no discordant item": votes(5, 0, 0, 2),
    "one item": votes(0, 0, 1, 0),
    "equal counts": votes(3, 4, 4, 1),
    "one never fails": votes(10, 0, 6, 0),
    "every item turns": votes(0, 0, 9, 0),
    "no item in common": ["a,old,1,1", "b,new,1,0"],
    "uneven runs": uneven(),
}


def recalculated_differences(path: Path):
    book = Recalculated(path)
    book.evaluate()
    stored = {address: value for address, (_, value) in stored_formulas(path).items()}
    assert stored
    return differences(stored, {address: book.value(address) for address in stored})


@pytest.mark.parametrize("name", ["support", "dsl"])
def test_every_formula_of_a_sample_case_recalculates_to_its_stored_value(name, tmp_path):
    path = tmp_path / "evaluation.xlsx"
    write_evaluation(load(PARAMS / f"{name}.yaml"), path)
    assert recalculated_differences(path) == []


@pytest.mark.parametrize("name", TABLES)
def test_every_formula_of_a_degenerate_table_recalculates_to_its_stored_value(name, tmp_path):
    path = tmp_path / "evaluation.xlsx"
    write_evaluation(case_with(tmp_path, TABLES[name]), path)
    assert recalculated_differences(path) == []


def results_of(path: Path) -> dict[str, list[object]]:
    """Stored values by label, a list as labels repeat: those of the first option, then of the first pair."""
    found: dict[str, list[object]] = {}
    for label, value in openpyxl.load_workbook(path, data_only=True)["Results"].iter_rows(max_col=2, values_only=True):
        found.setdefault(label, []).append(value or (value if value == 0 else None))
    return found


@pytest.mark.parametrize(
    ("name", "items", "old", "new"), [("twelve against three", 40, 3, 12), ("equal counts", 12, 4, 4)]
)
def test_the_stored_values_are_those_of_the_statistics(name, items, old, new, tmp_path):
    path = tmp_path / "evaluation.xlsx"
    write_evaluation(case_with(tmp_path, TABLES[name]), path)
    found, wanted = results_of(path), mcnemar(items, old, new)
    assert (found["Interval, low"][0], found["Interval, high"][0]) == pytest.approx(wilson(found["Passed"][0], items))
    for label, key in {
        "Items run with both": "items",
        "Only the baseline passed": "only_baseline",
        "Only the candidate passed": "only_candidate",
        "Exact p": "exact_p",
        "Mid-p": "mid_p",
        "Chi-squared": "chi2",
        "p of chi-squared": "chi2_p",
        "Chi-squared, corrected for continuity": "chi2_corrected",
        "p of chi-squared, corrected": "chi2_corrected_p",
        "Power": "power",
        "Items needed for the power wanted": "items_for_80",
    }.items():
        assert found[label] == [None if wanted[key] is None else pytest.approx(wanted[key], rel=1e-12)], label


def test_a_changed_vote_changes_the_results(tmp_path):
    path = tmp_path / "evaluation.xlsx"
    write_evaluation(case_with(tmp_path, TABLES["twelve against three"]), path)
    book = Recalculated(path)
    rows = {book.value(("Results", row, 1)): row for row in range(1, 60)}
    for row in range(6, 9):  # three items that both passed: now only the baseline
        book.change(("Data", row, 5), 0)
    book.evaluate()
    wanted = mcnemar(40, 6, 12)
    found = {
        key: book.value(("Results", rows[label], 2)) for label, key in (("Exact p", "exact_p"), ("Mid-p", "mid_p"))
    }
    assert found == pytest.approx({key: wanted[key] for key in found})


def test_libreoffice_finds_the_stored_values(recalculate, tmp_path):  # noqa: F811
    path = tmp_path / "evaluation.xlsx"
    write_evaluation(load(PARAMS / "support.yaml"), path)
    stored = {address: value for address, (_, value) in stored_formulas(path).items()}
    (saved,) = recalculate([path])
    found = stored_values(saved)
    assert differences(stored, {address: found.get(address) for address in stored}) == []


def test_formulas_use_functions_that_every_spreadsheet_has_and_newer_ones_have_their_prefix(tmp_path):
    path = tmp_path / "evaluation.xlsx"
    write_evaluation(case_with(tmp_path, TABLES["uneven runs"]), path)
    functions, numbers = set(), set()
    for formula, _ in stored_formulas(path).values():
        for token in Tokenizer(formula).items:
            if token.type == "FUNC" and token.subtype == "OPEN":
                functions.add(token.value.removesuffix("("))
            elif token.type == "OPERAND" and token.subtype == "NUMBER":
                numbers.add(token.value)
    assert functions == FUNCTIONS
    assert numbers <= {"0", "1", "2", "4"}


def test_names_that_look_like_formulas_stay_text(tmp_path):
    path = tmp_path / "evaluation.xlsx"
    write_evaluation(case_with(tmp_path, ["=1+1,old,1,1", "=1+1,=cmd|x,1,0"], ("old",)), path)
    book = openpyxl.load_workbook(path)
    assert (book["Data"]["A6"].value, book["Data"]["A6"].data_type) == ("=1+1", "s")
    assert (book["Results"]["C12"].value, book["Results"]["C12"].data_type) == ("=cmd|x", "s")


def test_the_same_case_gives_the_same_bytes_and_only_votes_and_rules_are_unlocked(tmp_path):
    case = load(PARAMS / "dsl.yaml")
    for name in ("one.xlsx", "two.xlsx"):
        write_evaluation(case, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "one.xlsx")
    assert book.sheetnames == ["Results", "Data", "Method"]
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in book)
    formulas = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert all(cell.protection.locked for cell in formulas)


@pytest.mark.parametrize(("items", "old", "new"), [(200, 10, 16), (50, 1, 12), (40, 3, 12), (9, 0, 9)])
def test_what_other_numbers_of_items_show_agrees_with_power_at_the_observed_number(items, old, new):
    assert chance_at(items, items, old, new) == pytest.approx(power(items, old, new))
    needed = items_needed(items, old, new)
    assert needed is not None
    assert chance_at(needed, items, old, new) >= 0.8 or old == 0
    found = smallest_difference(items, items, old + new)
    if found is not None:
        # The smallest difference, were it the observed one, has just the power wanted.
        gap = found * items
        half = (old + new - gap) / 2
        assert power(items, half, old + new - half) == pytest.approx(0.8)


@pytest.mark.parametrize("discordant", range(60))
def test_the_smallest_win_is_the_first_that_the_exact_test_shows(discordant):
    shown = [
        wins
        for wins in range(discordant // 2, discordant + 1)
        if 2 * wins > discordant and mcnemar(100, discordant - wins, wins)["exact_p"] < 0.05
    ]
    assert smallest_win(discordant) == (min(shown) if shown else None)
