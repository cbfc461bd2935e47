"""The reconciliation as a report of the build: with all the others, alone, and only when it is stale."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from casebook.batch import account, cases
from casebook.batch import build as batch
from casebook.batch.build import Outcome
from casebook.batch.cases import CaseFile
from casebook.batch.faults import InputError
from casebook.batch.house import House, of_this_library
from casebook.batch.job import Job, Report
from casebook.case import RESERVED
from tests.batch.conftest import InProcess, write_notebook
from tests.batch.test_real_case import casebook

HOUSE = of_this_library()
MADE = ["manifest.json", "reconciliation.html", "reconciliation.ipynb", "results.json"]


@pytest.fixture
def audit(house: House) -> CaseFile:
    """A list in the test's house that reads one case, and its notebook."""
    (house.root / "notebooks" / "heuristics").mkdir()
    (house.root / "notebooks" / "heuristics" / "one.yaml").write_text("fine: yes\n")
    write_notebook(house.notebook_of("reconciliation"), "print('hello')")
    house.audit.write_text("data: heuristics/one.yaml\n")
    return CaseFile(house.audit, "reconciliation")


class Auditor(InProcess):
    """A runner that writes what a reconciliation is made of; decisions as ever."""

    def __call__(self, job: Job) -> Report:
        if job.kind == "decision":
            return super().__call__(job)
        self.jobs.append(job.id)
        for name in MADE[1:3]:
            Path(job.files, name).write_text("made")
        Path(job.files, "results.json").write_text(json.dumps({"counts": {"come_out": 7, "figures": 18}}))
        return Report(None)


def test_asked_for_nothing_it_is_built_with_the_cases(case: Callable, audit: CaseFile, house: House) -> None:
    case("legal")
    found = cases.find([], house.params, house.audit)
    assert [(file.id, file.kind) for file in found] == [("legal", "decision"), ("reconciliation", "reconciliation")]
    assert [file.id for file in cases.find([house.params], house.params, house.audit)] == ["legal"]
    assert cases.find([house.audit], house.params, house.audit) == [audit]


def test_a_house_without_a_list_has_no_reconciliation(case: Callable, house: House) -> None:
    case("legal")
    assert [file.id for file in cases.find([], house.params, house.audit)] == ["legal"]


def test_only_a_change_of_what_it_is_made_from_makes_it_stale(
    case: Callable, audit: CaseFile, house: House, build: Callable[..., Outcome], output: Path
) -> None:
    files = case("legal"), audit
    build(*files, runner=Auditor())
    assert sorted(path.name for path in (output / "reconciliation").iterdir()) == MADE
    (audit.path.parent / "heuristics" / "one.yaml").write_text("fine: still\n")
    assert batch.why(audit, house, output) == ["data heuristics/one.yaml: changed"]
    write_notebook(house.notebook_of("reconciliation"), "print('other')")
    again = Auditor()
    outcome = build(*files, runner=again)
    assert again.jobs == ["reconciliation"]
    assert [file.id for file in outcome.fresh] == ["legal"]


def test_the_account_says_how_many_figures_come_out_and_what_is_up_to_date(
    case: Callable, audit: CaseFile, build: Callable[..., Outcome]
) -> None:
    lines: list[str] = []
    account.tell(build(audit, runner=Auditor()), lines.append)
    assert len(lines) == 1
    assert lines[0].startswith("reconciliation: 7 of 18 published figures come out; ")
    assert account.up_to_date([audit]) == "the reconciliation up to date"
    assert account.up_to_date([case("legal"), audit]) == "1 case and the reconciliation up to date"


def test_without_its_notebook_it_is_refused_and_cases_are_not(
    case: Callable, audit: CaseFile, house: House, build: Callable[..., Outcome]
) -> None:
    house.notebook_of("reconciliation").unlink()
    with pytest.raises(InputError, match=r"reconciliation\.ipynb: not there"):
        build(audit, runner=Auditor())
    assert build(case("legal")).exit_code == 0


def test_its_name_is_no_name_for_a_case() -> None:
    assert "reconciliation" in RESERVED


def test_a_faulty_list_is_refused_with_all_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "reconciliation.yaml"
    path.write_text("title: x\nfamilies: [{title: x}]\n")
    found = cases.check(CaseFile(path, "reconciliation"))
    assert len(found.faults) == 3
    assert all(fault.startswith(f"{path}: families.0.") for fault in found.faults)


def test_built_as_a_user_does_it_is_whole_and_then_up_to_date(tmp_path: Path) -> None:
    told = casebook("build", HOUSE.audit, "--output", tmp_path)
    assert "published figures come out" in told
    folder = tmp_path / "reconciliation"
    assert sorted(path.name for path in folder.iterdir()) == MADE
    record = json.loads((folder / "manifest.json").read_text())
    assert {f"heuristics/{path.name}" for path in (HOUSE.audit.parent / "heuristics").iterdir()} == set(record["data"])
    assert str(HOUSE.root) not in (folder / "reconciliation.ipynb").read_text()
    before = {name: (folder / name).read_bytes() for name in MADE[1:]}
    casebook("build", HOUSE.audit, "--output", tmp_path, "--force")
    assert {name: (folder / name).read_bytes() for name in MADE[1:]} == before
