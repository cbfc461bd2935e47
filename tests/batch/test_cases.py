"""From what was asked to case files, starter files, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from casebook.batch import cases
from casebook.batch.faults import InputError
from casebook.case import RESERVED


@pytest.fixture
def params(tmp_path: Path) -> Path:
    folder = tmp_path / "params"
    folder.mkdir()
    for name in ("support", "legal"):
        (folder / f"{name}.yaml").write_text("")
    return folder


def ids(found: list[cases.CaseFile]) -> list[str]:
    return [file.id for file in found]


def test_nothing_asked_is_all_of_params_by_name(params: Path) -> None:
    assert ids(cases.find([], params)) == ["legal", "support"]


def test_the_order_of_asking_is_kept_and_twice_is_once(params: Path) -> None:
    support, legal = params / "support.yaml", params / "legal.yaml"
    again = params / ".." / "params" / "legal.yaml"
    assert ids(cases.find([support, legal, again], params)) == ["support", "legal"]


def test_a_folder_is_its_case_files(params: Path, tmp_path: Path) -> None:
    assert ids(cases.find([params], tmp_path / "elsewhere")) == ["legal", "support"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("lega.yaml", r"lega\.yaml: no such file; did you mean .*legal\.yaml\?"),
        ("legal", r"legal: no such file; did you mean .*legal\.yaml\?"),
        ("zzz.yaml", r"zzz\.yaml: no such file$"),
        ("notes.txt", r"notes\.txt: wanted a case file named <case>\.yaml"),
        ("empty", r"empty: wanted case files \(\*\.yaml\), found none"),
    ],
)
def test_what_is_no_case_file_is_refused(asked: str, told: str, params: Path) -> None:
    (params / "notes.txt").write_text("")
    (params / "empty").mkdir()
    with pytest.raises(InputError, match=told):
        cases.find([params / asked], params)


def test_two_files_of_one_name_are_refused(params: Path, tmp_path: Path) -> None:
    other = tmp_path / "legal.yaml"
    other.write_text("")
    with pytest.raises(InputError, match="both named legal"):
        cases.find([params, other], params)


def test_a_starter_case_has_nothing_wrong(tmp_path: Path) -> None:
    path = cases.new("acme", tmp_path / "params")
    assert path == tmp_path / "params" / "acme.yaml"
    assert cases.check(cases.CaseFile(path)).faults == ()


def test_a_starter_never_overwrites(params: Path) -> None:
    (params / "legal.yaml").write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        cases.new("legal", params)
    assert (params / "legal.yaml").read_text() == "mine"


@pytest.mark.parametrize("name", ["", "Acme", "a b", "../a", "-a", "a" * 64, "a.yaml", *sorted(RESERVED)])
def test_a_name_that_cannot_be_a_case_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="case name"):
        cases.new(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_reserved_name_is_refused_as_one_whatever_it_is_reserved_for(tmp_path: Path) -> None:
    for name in ("index", "clean", "prices"):
        with pytest.raises(InputError, match=f"reserved name; got '{name}'"):
            cases.new(name, tmp_path)


def test_every_fault_of_a_case_is_a_line(params: Path) -> None:
    (params / "legal.yaml").write_text("client: A\nas_of: 2026-11-01\nworklod: {}\nhorizon_months: 0\n")
    faults = cases.check(cases.CaseFile(params / "legal.yaml")).faults
    assert len(faults) > 2
    assert all(line.startswith(str(params / "legal.yaml")) for line in faults)
