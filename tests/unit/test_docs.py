"""The documentation says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from casebook.case import from_parameters
from casebook.case.reference import update
from casebook.cli import main
from casebook.model.lines import ROOMS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_tables_of_the_case_file_are_those_of_the_schema():
    page = (ROOT / "docs" / "case-file.md").read_text(encoding="utf-8")
    assert update(page) == page


def test_the_options_shown_for_the_case_file_are_valid():
    page = (ROOT / "docs" / "case-file.md").read_text(encoding="utf-8")
    shown = next(block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if block.startswith("options:"))
    case = {"client": "Acme", "as_of": "2026-01-15", "workload": {"calls_per_month": 1000}} | yaml.safe_load(shown)
    assert [option.name for option in from_parameters(case).options] == ["cached_rag", "tuned"]


@pytest.mark.parametrize("command", sorted(set(re.findall(r"casebook (\w+) ", README)) - {"package"}))
def test_a_command_of_the_readme_exists(command):
    assert CliRunner().invoke(main, [command, "--help"]).exit_code == 0


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make ([a-z]+)", README))))
def test_a_make_target_of_the_readme_exists(target):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.MULTILINE) or (ROOT / "params" / f"{target}.yaml").exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_linked_file_exists(page):
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_levels_of_the_model_are_documented():
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    modules = {module.__name__.rpartition(".")[2] for rooms in ROOMS.values() for module in rooms}
    assert [module for module in sorted(modules) if f"`{module}`" not in page] == []


def test_the_tests_that_prove_the_workbooks_conventions_exist():
    page = (ROOT / "docs" / "workbook.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:workbook|unit|memo)/test_\w+\.py)::(\w+)`", page)
    assert len(named) > 20
    sources = {file: (ROOT / "tests" / file).read_text(encoding="utf-8") for file, _ in named}
    assert [f"{file}::{test}" for file, test in named if f"def {test}(" not in sources[file]] == []


def test_every_convention_of_the_workbook_names_a_test():
    page = (ROOT / "docs" / "workbook.md").read_text(encoding="utf-8")
    rows = [row for row in page.splitlines() if row.startswith("| ") and not row.startswith("| convention")]
    assert len(rows) > 20
    assert [row for row in rows if not re.search(r"`\w+/test_\w+\.py", row.split(" | ")[-1])] == []
