"""The portfolio of an output folder: made anew when something in it changed, and only then."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from markupsafe import escape

from casebook.batch import portfolio
from casebook.batch.cases import CaseFile
from casebook.batch.house import House
from casebook.batch.job import Job, Report
from tests.batch.conftest import InProcess
from tests.memo.making import ROOT
from tests.portfolios import results_of

Case = Callable[..., CaseFile]


class WithResults(InProcess):
    """A runner whose reports hold real results, with the client named by the case file."""

    def __call__(self, job: Job) -> Report:
        report = super().__call__(job)
        if report.failure is None:
            results = results_of("legal", client=Path(job.case).read_text())
            Path(job.files, "results.json").write_text(json.dumps(results))
        return report


@pytest.fixture
def house(house: House) -> House:
    """The small house with the project's own templates."""
    shutil.copytree(ROOT / "templates", house.templates, dirs_exist_ok=True)
    return house


@pytest.fixture
def built(case: Case, build: Callable) -> Callable[..., None]:
    """Builds cases; a text is what a case file says."""

    def run(**texts: str) -> None:
        build(*(case(name, text) for name, text in texts.items()), runner=WithResults())

    return run


@pytest.fixture
def refresh(house: House, output: Path) -> Callable[..., bool]:
    return lambda *files, **given: portfolio.refresh(house, output, files, **given)


def record(output: Path) -> dict:
    return json.loads((output / "portfolio.json").read_text())


def states(output: Path) -> dict[str, str]:
    return {name: case["state"] for name, case in record(output)["cases"].items()}


def made(output: Path) -> dict[str, bytes]:
    return {name: (output / name).read_bytes() for name in portfolio.MADE}


def test_every_report_is_on_the_page_in_the_workbook_and_in_the_data(
    built: Callable, refresh: Callable, output: Path
) -> None:
    built(zeta="Zeta plc", alpha="Alpha Ltd")
    lines: list[str] = []
    assert refresh(say=lines.append)
    assert lines == [f"{output / 'index.html'}: 2 cases"]
    page = (output / "index.html").read_text(encoding="utf-8")
    assert page.index("Alpha Ltd") < page.index("Zeta plc")
    cells = [cell.value for cell in openpyxl.load_workbook(output / "portfolio.xlsx")["Portfolio"]["A"]]
    assert cells.index("Alpha Ltd") < cells.index("Zeta plc")
    assert states(output) == {"alpha": "current", "zeta": "current"}


def test_a_second_time_nothing_is_written(built: Callable, refresh: Callable, output: Path) -> None:
    built(legal="A client")
    refresh()
    before = {path: path.stat().st_mtime_ns for path in output.iterdir()}
    assert not refresh()
    assert {path: path.stat().st_mtime_ns for path in output.iterdir()} == before


def test_made_again_from_the_same_it_is_the_same_bytes(built: Callable, refresh: Callable, output: Path) -> None:
    built(legal="A client", support="Another")
    refresh()
    before = made(output)
    for name in portfolio.MADE:
        (output / name).unlink()
    assert refresh()
    assert made(output) == before


@pytest.mark.parametrize("name", portfolio.MADE)
def test_a_file_that_is_missing_is_made_again(name: str, built: Callable, refresh: Callable, output: Path) -> None:
    built(legal="A client")
    refresh()
    (output / name).unlink()
    assert refresh()
    assert (output / name).is_file()


def test_a_report_built_anew_is_shown_anew(built: Callable, refresh: Callable, output: Path) -> None:
    built(legal="Before")
    refresh()
    built(legal="After")
    assert refresh()
    page = (output / "index.html").read_text(encoding="utf-8")
    assert "After" in page
    assert "Before" not in page


def test_a_failed_case_shows_its_last_good_report_and_says_so(built: Callable, refresh: Callable, output: Path) -> None:
    built(legal="A client")
    refresh()
    built(legal="fail")
    assert refresh()
    assert states(output) == {"legal": "failed"}
    page = (output / "index.html").read_text(encoding="utf-8")
    for part in ("A client", "Failed", "The last good report", "legal/failed/decision.ipynb", "$621"):
        assert part in page


def test_a_case_that_never_came_out_is_named(built: Callable, refresh: Callable, output: Path) -> None:
    built(legal="fail")
    assert refresh()
    page = (output / "index.html").read_text(encoding="utf-8")
    assert "No case has a report yet" in page
    assert "legal/failed/decision.ipynb" in page


def test_an_edited_case_that_was_not_built_is_out_of_date(
    built: Callable, case: Case, refresh: Callable, output: Path
) -> None:
    built(legal="A client", support="Another")
    refresh()
    case("legal", "Edited")
    assert refresh()
    assert states(output) == {"legal": "stale", "support": "current"}
    case("legal", "A client")
    assert refresh()
    assert states(output) == {"legal": "current", "support": "current"}


def test_a_case_whose_file_is_gone_is_kept_and_marked_until_its_folder_goes(
    built: Callable, refresh: Callable, output: Path, house: House
) -> None:
    built(legal="A client", support="Another")
    refresh()
    (house.params / "legal.yaml").unlink()
    assert refresh()
    assert states(output) == {"legal": "orphan", "support": "current"}
    assert "Without a case file" in (output / "index.html").read_text(encoding="utf-8")
    shutil.rmtree(output / "legal")
    assert refresh()
    assert states(output) == {"support": "current"}


def test_a_case_file_that_lies_elsewhere_is_no_orphan(
    build: Callable, refresh: Callable, output: Path, tmp_path: Path
) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text("A client")
    build(CaseFile(path), runner=WithResults())
    refresh(CaseFile(path))
    assert states(output) == {"acme": "current"}


def test_a_print_beside_the_memo_is_led_to_and_goes_with_the_memo(
    built: Callable, refresh: Callable, output: Path
) -> None:
    built(legal="A client")
    refresh()
    (output / "legal" / "decision.pdf").write_bytes(b"%PDF")
    assert refresh()
    assert 'href="legal/decision.pdf"' in (output / "index.html").read_text(encoding="utf-8")
    built(legal="Another")
    assert not (output / "legal" / "decision.pdf").exists()


UNREADABLE = {
    "": "wanted JSON",
    "[]": "wanted an object; got a list",
    '{"scopes": {}}': "as_of: wanted, and not there",
    "\xff": "wanted JSON",
    '{"as_of": NaN}': "wanted finite numbers; got NaN",
    "[" * 100_000: "wanted JSON",
}


@pytest.mark.parametrize(("text", "told"), UNREADABLE.items(), ids=[text[:12] for text in UNREADABLE])
def test_results_that_cannot_be_read_are_told_and_hurt_no_other(
    text: str, told: str, built: Callable, refresh: Callable, output: Path
) -> None:
    built(legal="A client", support="Another")
    (output / "legal" / "results.json").write_text(text, encoding="latin-1")
    lines: list[str] = []
    assert refresh(say=lines.append)
    assert lines[0].startswith(f"{output}/legal/results.json: ")
    assert told in lines[0]
    assert lines[0].endswith("; build it again")
    page = (output / "index.html").read_text(encoding="utf-8")
    assert escape(told) in page
    assert "Cannot be read" in page
    assert "Another" in page


def test_what_is_no_report_is_left_out(built: Callable, refresh: Callable, output: Path) -> None:
    built(legal="A client")
    (output / "notes").mkdir()
    (output / "Old Copies").mkdir()
    refresh()
    assert list(record(output)["cases"]) == ["legal"]


def test_where_nothing_was_built_nothing_is_written(refresh: Callable, output: Path) -> None:
    assert not refresh()
    assert not output.exists()


def test_nothing_private_is_left_behind(built: Callable, refresh: Callable, output: Path) -> None:
    built(legal="A client")
    refresh()
    assert sorted(path.name for path in output.iterdir()) == sorted(
        [".lock", ".portfolio", "index.html", "legal", "portfolio.json", "portfolio.xlsx"]
    )
