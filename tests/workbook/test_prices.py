"""The Prices sheet: what each price is, who asks it and since when; a negotiated one marked beside the list's."""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest

from casebook import workbook
from casebook.analysis.binding import bind
from casebook.case import Case, from_parameters
from casebook.catalogue import package_version
from casebook.workbook.layout import INPUT_VALUE_COLUMN, INPUTS, Layout
from casebook.workbook.prices import CHANGED, FIRST, HEADINGS, LISTED, NEGOTIATED, SHEET
from tests.workbook.recalculation import Recalculated

OWN = {"value": 0.8, "source": "frame contract", "status": "stated"}


@pytest.fixture
def case() -> Case:
    """A prompt on a model with one negotiated price, and a machine by its type."""
    machine = {"type": "L40S", "prefill_tokens_per_second": 1000, "decode_tokens_per_second": 100}
    return from_parameters(
        {
            "client": "Acme",
            "as_of": "2026-11-22",
            "workload": {"calls_per_month": 1000},
            "options": {
                "a": {"kind": "prompt", "model": "anthropic/claude-haiku-4-5", "price": {"input": OWN}},
                "b": {"kind": "fine_tune_self_hosted", "tuning": {"training_cost": 1}, "gpu": machine},
            },
        }
    )


@pytest.fixture
def path(case, tmp_path):
    workbook.write(case, tmp_path / "decision.xlsx")
    return tmp_path / "decision.xlsx"


def rows_of(path, data_only: bool = True) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows of the sheet by what they are the price of."""
    sheet = openpyxl.load_workbook(path, data_only=data_only)[SHEET]
    assert [cell.value for cell in sheet[FIRST]] == HEADINGS
    found = {}
    for cells in sheet.iter_rows(min_row=FIRST + 1):
        row = dict(zip(HEADINGS, cells, strict=True))
        if row["What"].value:
            found[row["Price of"].value, row["What"].value] = row
    return found


def test_every_price_of_the_results_has_a_row(case, path):
    assert len(rows_of(path)) == len(case.prices)
    assert {name for name, _ in rows_of(path)} == {price["model"] for price in case.prices}


def test_a_list_price_says_where_it_is_from(path):
    row = rows_of(path)["anthropic/claude-haiku-4-5", "Output"]
    shown = {heading: cell.value for heading, cell in row.items()}
    assert (shown["Provider"], shown["In use"], shown["At build"], shown["Unit"]) == ("anthropic", 5, 5, "$/M tokens")
    assert (shown["Kind"], shown["From"]) == (LISTED, f"genai-prices {package_version()}")
    assert row["Source"].hyperlink.target.startswith("https://")


def test_a_price_of_our_own_table_says_when_it_was_seen_and_how_sure_it_is(path):
    row = rows_of(path)["L40S", "Per hour"]
    shown = {heading: cell.value for heading, cell in row.items()}
    assert (shown["Provider"], shown["Seen on"], shown["Confidence"]) == ("runpod", "2026-09-25", "medium")
    assert row["Source"].hyperlink.target == "https://www.runpod.io/pricing"


def test_a_negotiated_price_is_marked_beside_the_list_price(path):
    shown = {heading: cell.value for heading, cell in rows_of(path)["anthropic/claude-haiku-4-5", "Input"].items()}
    assert (shown["In use"], shown["List price"], shown["Kind"]) == (0.8, 1, NEGOTIATED)
    assert shown["Source"] == "frame contract"


def test_the_price_in_use_follows_inputs_and_a_change_is_told(case, path):
    """Recalculated by another engine; what was found on the day stays."""
    layout = Layout(bind(case))
    rows = rows_of(path)
    output = rows["anthropic/claude-haiku-4-5", "Output"]
    book = Recalculated(path)
    place = next(price["input"] for price in case.prices if price["field"] == "output")
    book.change((INPUTS, layout.input_rows[place] + 1, INPUT_VALUE_COLUMN + 1), 4.5)
    book.evaluate()
    found = {
        heading: book.value((SHEET, output[heading].row, output[heading].column))
        for heading in ("In use", "At build", "Kind")
    }
    assert found == {"In use": 4.5, "At build": 5, "Kind": CHANGED}
    own = rows["anthropic/claude-haiku-4-5", "Input"]["Kind"]
    assert book.value((SHEET, own.row, own.column)) == NEGOTIATED


def test_what_ends_within_the_horizon_is_told_under_the_prices(tmp_path):
    case = from_parameters(
        {
            "client": "Acme",
            "as_of": "2026-11-22",
            "workload": {"calls_per_month": 1},
            "options": {"a": {"kind": "prompt", "model": "openai/gpt-4o-mini"}},
        }
    )
    workbook.write(case, tmp_path / "ending.xlsx")
    texts = [row[0].value for row in openpyxl.load_workbook(tmp_path / "ending.xlsx")[SHEET].iter_rows()]
    assert "Warnings on prices, when the workbook was built" in texts
    assert any(text and "retires on 2027-01-14" in text for text in texts)


def test_a_case_without_catalogue_prices_says_so(tmp_path):
    case = from_parameters(
        {
            "client": "Acme",
            "as_of": "2026-11-22",
            "workload": {"calls_per_month": 1},
            "options": {"a": {"kind": "prompt", "price": {"input": 1, "output": 2}}},
        }
    )
    workbook.write(case, tmp_path / "plain.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "plain.xlsx")[SHEET]
    assert sheet.cell(FIRST + 1, 1).value == "The case takes no price from the catalogue."
