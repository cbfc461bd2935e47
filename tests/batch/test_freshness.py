"""What makes a report stale, and what does not."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from casebook.batch import build as batch
from casebook.batch import freshness
from casebook.batch.cases import CaseFile
from casebook.batch.faults import InputError
from casebook.batch.house import House
from tests.batch.conftest import InProcess, check, write_notebook


@pytest.fixture
def built(case: Callable[..., CaseFile], build: Callable, house: House) -> CaseFile:
    """A case, just built, that reads another file too."""
    (house.params / "votes.csv").write_text("item_id,option\n")
    file = case("legal", "fine: yes\ndata: votes.csv\n")
    build(file)
    return file


@pytest.fixture
def why(built: CaseFile, house: House, output: Path) -> Callable[[], list[str]]:
    return lambda: batch.why(built, house, output)


def test_a_report_just_built_is_up_to_date(why: Callable) -> None:
    assert why() == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("params/legal.yaml", "case: changed"),
        ("params/votes.csv", "data votes.csv: changed"),
        ("templates/memo/index.html.j2", "template memo/index.html.j2: changed"),
        ("templates/brand.yaml", "template brand.yaml: changed"),
        ("lib/casebook/model.py", "library model.py: changed"),
        ("requirements.lock", "lock: changed"),
    ],
)
def test_a_changed_byte_anywhere_makes_it_stale(path: str, line: str, why: Callable, house: House) -> None:
    file = house.root / path
    file.write_text(file.read_text() + "\n")
    assert why() == [line]


def test_new_and_removed_files_are_told_apart(why: Callable, house: House) -> None:
    (house.library / "sub").mkdir()
    (house.library / "sub" / "more.py").write_text("")
    (house.templates / "brand.yaml").unlink()
    (house.params / "votes.csv").unlink()
    assert why() == ["data votes.csv: gone", "library sub/more.py: new", "template brand.yaml: gone"]


def test_a_changed_cell_makes_it_stale(why: Callable, house: House) -> None:
    write_notebook(house.notebook, "print('other')")
    assert why() == ["notebook: changed"]


def test_a_changed_tag_makes_it_stale(why: Callable, house: House) -> None:
    write_notebook(house.notebook, "print('hello')", tags=[["parameters", "memo:answer"]])
    assert why() == ["notebook: changed"]


def test_outputs_saved_from_an_editor_do_not(why: Callable, house: House) -> None:
    notebook = nbformat.read(house.notebook, as_version=4)
    notebook.cells[0].outputs = [nbformat.v4.new_output("stream", text="hello\n")]
    notebook.cells[0].execution_count = 7
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.write(notebook, house.notebook)
    assert why() == []


def test_times_and_caches_do_not(why: Callable, house: House, built: CaseFile) -> None:
    os.utime(built.path, (0, 0))
    (house.library / "__pycache__").mkdir()
    (house.library / "__pycache__" / "model.pyc").write_bytes(b"x")
    (house.templates / ".DS_Store").write_bytes(b"x")
    assert why() == []


def test_a_changed_comment_in_the_readme_rebuilds_nothing(
    why: Callable, house: House, built: CaseFile, build: Callable
) -> None:
    readme = house.root / "README.md"
    for text in ("# Casebook\n", "# Casebook\n<!-- another comment -->\n"):
        readme.write_text(text)
        assert why() == []
        assert [one.id for one in build(built).fresh] == ["legal"]


@pytest.mark.parametrize("name", freshness.FILES)
def test_a_missing_file_makes_it_stale(name: str, why: Callable, output: Path) -> None:
    (output / "legal" / name).unlink()
    assert why() == [f"{name} is missing from {output / 'legal'}"]


def test_a_workbook_edited_by_the_client_does_not(why: Callable, output: Path) -> None:
    (output / "legal" / "decision.xlsx").write_text("edited")
    assert why() == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 99}', '{"schema": 1, "input": 3}', "\xff"])
def test_a_manifest_that_cannot_be_read_counts_as_never_built(text: str, why: Callable, output: Path) -> None:
    (output / "legal" / "manifest.json").write_text(text, encoding="latin-1")
    assert why() == ["never built"]


def test_another_version_of_a_locked_package_or_of_python_makes_it_stale(why: Callable, output: Path) -> None:
    path = output / "legal" / "manifest.json"
    record = json.loads(path.read_text())
    python = record["inputs"]["python"]
    click = record["inputs"]["package click"]
    record["inputs"] |= {"python": "3.0.0", "package click": "1", "package gone": "2"}
    path.write_text(json.dumps(record | {"input": "other"}))
    assert why() == [
        f"package click: 1 -> {click}",
        "package gone: 2 -> absent",
        f"python: 3.0.0 -> {python}",
    ]


def test_packages_that_are_not_locked_do_not_count(house: House) -> None:
    assert list(freshness.locked_packages(house.lock)) == ["click"]


def test_no_lock_file_means_no_packages(tmp_path: Path) -> None:
    assert freshness.locked_packages(tmp_path / "none.lock") == {}


@pytest.fixture
def branded(house: House) -> House:
    """The house in another brand than its own."""
    folder = house.templates / "brands"
    folder.mkdir()
    (folder / "harbour.yaml").write_text("name: Harbour\nlogo: harbour.svg\n")
    (folder / "harbour.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>')
    (folder / "other.svg").write_text("<svg/>")
    return replace(house, chosen_brand=folder / "harbour.yaml")


def test_another_brand_makes_a_report_stale_until_it_is_built_in_it(
    built: CaseFile, branded: House, house: House, build: Callable, output: Path
) -> None:
    assert batch.why(built, branded, output) == ["brand harbour.svg: new", "brand harbour.yaml: new"]
    batch.build([built], branded, output, InProcess, check=check)
    assert batch.why(built, branded, output) == []
    assert batch.why(built, house, output) == ["brand harbour.svg: gone", "brand harbour.yaml: gone"]


def test_a_changed_logo_makes_a_report_stale_and_another_brands_does_not(
    built: CaseFile, branded: House, output: Path
) -> None:
    batch.build([built], branded, output, InProcess, check=check)
    (branded.templates / "brands" / "other.svg").write_text("<svg></svg>")
    assert batch.why(built, branded, output) == []
    with (branded.templates / "brands" / "harbour.svg").open("a") as logo:
        logo.write("\n")
    assert batch.why(built, branded, output) == ["brand harbour.svg: changed"]


def test_the_usual_brand_named_is_no_other_brand(built: CaseFile, house: House, output: Path) -> None:
    named = replace(house, chosen_brand=house.templates / "brand.yaml")
    assert batch.why(built, named, output) == []


def test_a_brand_with_faults_stops_the_build_before_anything_is_written(
    case: Callable[..., CaseFile], branded: House, output: Path
) -> None:
    (branded.templates / "brands" / "harbour.yaml").write_text("name: Harbour\nlogos: harbour.svg\n")
    with pytest.raises(InputError, match=r"harbour\.yaml:2: logos: wanted a known key.*did you mean 'logo'"):
        batch.build([case("legal")], branded, output, InProcess, check=check)
    assert not output.exists()
