"""Writing a workbook's formulas with their values, beside openpyxl's plain build and save of the same formulas."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl

from casebook import workbook
from casebook.analysis.results import evaluate_case
from casebook.case import load

REPEATS = 7
CASE = Path(__file__).parents[1] / "params" / "legal.yaml"

Cells = dict[str, list[tuple[int, int, object]]]


def cpu_seconds(works: list[Callable[[], object]]) -> list[float]:
    """The least CPU time of each of some works, run in turn so that a busy machine burdens them alike."""
    least = [float("inf")] * len(works)
    for _ in range(REPEATS):
        for place, work in enumerate(works):
            gc.collect()
            start = time.process_time()
            work()
            least[place] = min(least[place], time.process_time() - start)
    return least


def cells_of(path: Path) -> tuple[Cells, int]:
    """Everything written in a workbook's cells, by sheet, and how many of it are formulas."""
    book = openpyxl.load_workbook(path)
    cells = {
        sheet.title: [
            (cell.row, cell.column, cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None
        ]
        for sheet in book
    }
    return cells, sum(str(value).startswith("=") for sheet in cells.values() for _, _, value in sheet)


def plain(cells: Cells, path: Path) -> None:
    """Build and save the same formulas and texts with openpyxl: no values, no styles, no names, no charts."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, written in cells.items():
        sheet = book.create_sheet(title)
        for row, column, value in written:
            sheet.cell(row, column, value)
    book.save(path)


with tempfile.TemporaryDirectory() as folder:
    case, ours, theirs = load(CASE), Path(folder, "ours.xlsx"), Path(folder, "theirs.xlsx")
    results = evaluate_case(case)
    workbook.write(case, ours, results)
    cells, formulas = cells_of(ours)
    written, built = cpu_seconds([lambda: workbook.write(case, ours, results), lambda: plain(cells, theirs)])
    print(
        f"{formulas:,} formulas: written with values {1e3 * written:.0f} ms, "
        f"openpyxl without values {1e3 * built:.0f} ms, ratio {written / built:.2f} (at most 1.5)"
    )
