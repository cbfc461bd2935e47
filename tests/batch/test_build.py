"""A build of several cases: what is made, what is left alone, what is told."""

from __future__ import annotations

import io
import json
import os
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from casebook.batch import publish
from casebook.batch.cases import CaseFile
from casebook.batch.faults import InputError
from casebook.batch.freshness import FILES
from casebook.batch.house import House
from casebook.batch.job import Job
from casebook.batch.progress import Bar
from tests.batch.conftest import InProcess

Case = Callable[..., CaseFile]


def content(folder: Path) -> dict[str, str]:
    """Everything under a folder, by name, but locks and times."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(folder)): path.read_text() for path in paths if path.name != "manifest.json"}


def test_each_case_gets_all_of_its_files(case: Case, build: Callable, output: Path) -> None:
    outcome = build(case("legal"), case("support"))
    assert [one.id for one in outcome.built] == ["legal", "support"]
    assert outcome.exit_code == 0
    for name in ("legal", "support"):
        assert sorted(path.name for path in (output / name).iterdir()) == sorted([*FILES, "manifest.json"])


def test_nothing_private_is_left_behind(case: Case, build: Callable, output: Path) -> None:
    build(case("legal"), case("broken", "fail"))
    assert sorted(path.name for path in output.iterdir()) == [".lock", "broken", "legal"]


def test_a_second_build_starts_nothing(case: Case, build: Callable) -> None:
    files = case("legal"), case("support")
    build(*files)
    again = InProcess()
    outcome = build(*files, runner=again)
    assert again.jobs == []
    assert [file.id for file in outcome.fresh] == ["legal", "support"]
    assert outcome.exit_code == 0


def test_only_what_is_stale_is_built(case: Case, build: Callable) -> None:
    build(case("legal"), case("support"))
    again = InProcess()
    build(case("legal"), case("support", "fine: still"), runner=again)
    assert again.jobs == ["support"]


def test_force_builds_what_is_up_to_date(case: Case, build: Callable) -> None:
    build(case("legal"))
    again = InProcess()
    build(case("legal"), runner=again, force=True)
    assert again.jobs == ["legal"]


def test_a_case_with_faults_writes_nothing_and_starts_nothing(case: Case, build: Callable, output: Path) -> None:
    runner = InProcess()
    outcome = build(case("bad", "fault"), runner=runner)
    assert outcome.exit_code == 2
    assert [checked.file.id for checked in outcome.refused] == ["bad"]
    assert runner.jobs == []
    assert not output.exists()


def test_a_case_with_faults_does_not_stop_the_others(case: Case, build: Callable, output: Path) -> None:
    outcome = build(case("bad", "fault"), case("legal"))
    assert outcome.exit_code == 2
    assert [one.id for one in outcome.built] == ["legal"]
    assert not (output / "bad").exists()


def test_a_case_with_faults_keeps_its_last_good_report(case: Case, build: Callable, output: Path) -> None:
    build(case("legal"))
    before = content(output)
    build(case("legal", "fault"))
    assert content(output) == before


def test_a_failure_outranks_a_fault_in_the_exit_code(case: Case, build: Callable) -> None:
    assert build(case("bad", "fault"), case("broken", "fail")).exit_code == 1


def test_a_failed_case_shows_where_and_the_others_go_on(case: Case, build: Callable, output: Path) -> None:
    outcome = build(case("broken", "fail"), case("legal"))
    assert [one.id for one in outcome.built] == ["legal"]
    (failed,) = outcome.failed
    assert (failed.id, failed.failure.cell) == ("broken", "3 (memo:options)")
    assert failed.open == output / "broken" / "failed" / "decision.ipynb"
    assert sorted(content(output / "broken")) == ["failed/decision.ipynb", "failed/worker.log"]


def test_a_failed_case_keeps_its_last_good_report(case: Case, build: Callable, output: Path) -> None:
    build(case("legal"))
    before = content(output / "legal")
    build(case("legal", "fail"))
    after = content(output / "legal")
    assert {name: text for name, text in after.items() if not name.startswith("failed/")} == before


def test_a_failed_case_is_tried_again(case: Case, build: Callable) -> None:
    broken = case("broken", "fail")
    build(broken)
    again = InProcess()
    build(broken, runner=again)
    assert again.jobs == ["broken"]


def test_what_a_failure_left_goes_with_the_next_success(case: Case, build: Callable, output: Path) -> None:
    build(case("legal", "fail"))
    build(case("legal"))
    assert not (output / "legal" / "failed").exists()


def test_what_a_failure_left_goes_when_the_edit_is_taken_back(case: Case, build: Callable, output: Path) -> None:
    build(case("legal"))
    build(case("legal", "fail"))
    build(case("legal"))
    assert not (output / "legal" / "failed").exists()


def test_an_edit_made_during_the_build_leaves_the_report_stale(case: Case, build: Callable) -> None:
    runner = InProcess(lambda job: Path(job.case).write_text("fine: edited"))
    file = case("legal")
    build(file, runner=runner)
    again = InProcess()
    build(file, runner=again)
    assert again.jobs == ["legal"]


def test_files_of_others_in_a_case_folder_stay(case: Case, build: Callable, output: Path) -> None:
    build(case("legal"))
    (output / "legal" / "decision-client.xlsx").write_text("theirs")
    (output / "legal" / "mail").mkdir()
    (output / "legal" / "mail" / "one.txt").write_text("theirs too")
    build(case("legal", "fine: other"))
    after = content(output / "legal")
    assert after["decision-client.xlsx"] == "theirs"
    assert after["mail/one.txt"] == "theirs too"
    assert after["decision.html"] == "fine: other"


def test_a_file_no_longer_made_goes(case: Case, build: Callable, output: Path) -> None:
    build(case("legal"), runner=InProcess(lambda job: _write(Path(job.files, "old.html"))))
    assert (output / "legal" / "old.html").exists()
    build(case("legal", "fine: other"))
    assert not (output / "legal" / "old.html").exists()


def test_the_manifest_says_what_went_in_and_what_came_out(case: Case, build: Callable, output: Path) -> None:
    build(case("legal"))
    record = json.loads((output / "legal" / "manifest.json").read_text())
    assert record["case"] == "legal"
    assert sorted(record["files"]) == sorted(FILES)
    assert {"case", "notebook", "lock", "python", "library model.py"} <= set(record["inputs"])
    assert record["seconds"] == {"notebook": 0.5}
    assert record["built"].endswith("+00:00")


def test_what_the_disk_refuses_is_that_cases_failure(
    case: Case, build: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = publish.publish

    def full(files: Path, target: Path) -> None:
        if target.name == "legal":
            raise OSError(28, "No space left on device")
        put(files, target)

    monkeypatch.setattr("casebook.batch.build.publish", full)
    outcome = build(case("legal"), case("support"))
    assert [one.id for one in outcome.built] == ["support"]
    assert "No space left" in outcome.failed[0].failure.why


def test_what_the_system_refuses_is_that_cases_failure(case: Case, build: Callable) -> None:
    def refuse(job: Job) -> None:
        if job.id == "legal":
            raise OSError(24, "Too many open files")

    outcome = build(case("legal"), case("support"), runner=InProcess(refuse))
    assert [one.id for one in outcome.built] == ["support"]
    assert "Too many open files" in outcome.failed[0].failure.why


def test_no_more_jobs_at_a_time_than_asked_for(case: Case, build: Callable) -> None:
    under_way, most, guard = 0, 0, threading.Lock()

    def count(job: Job) -> None:
        nonlocal under_way, most
        with guard:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.02)
        with guard:
            under_way -= 1

    build(*(case(f"case{number}") for number in range(6)), runner=InProcess(count), jobs=2)
    assert most == 2


def test_an_interrupt_ends_the_workers_and_leaves_the_good_reports(case: Case, build: Callable, output: Path) -> None:
    build(case("legal"))
    before = content(output)
    runner = InProcess(lambda job: runner.stopped.wait(10))

    def interrupt(line: str) -> None:
        if line.startswith("building"):
            threading.Timer(0.05, lambda: os.kill(os.getpid(), 2)).start()

    with pytest.raises(KeyboardInterrupt):
        build(case("legal", "fine: other"), case("support"), runner=runner, say=interrupt)
    assert runner.stopped.is_set()
    assert content(output) == before


def test_a_second_build_waits_for_the_first_and_then_has_nothing_to_do(case: Case, build: Callable) -> None:
    file, lines = case("legal"), []
    at_work, go_on = threading.Event(), threading.Event()

    def hold(job: Job) -> None:
        at_work.set()
        go_on.wait(10)

    first = threading.Thread(target=build, args=[file], kwargs={"runner": InProcess(hold)})
    first.start()
    at_work.wait(10)
    second = InProcess()

    def say(line: str) -> None:
        lines.append(line)
        go_on.set()

    outcome = build(file, runner=second, say=say)
    first.join()
    assert "waiting for it" in lines[0]
    assert second.jobs == []
    assert [one.id for one in outcome.fresh] == ["legal"]


def test_a_report_a_killed_build_had_taken_away_comes_back(case: Case, build: Callable, output: Path) -> None:
    build(case("legal"))
    before = content(output / "legal")
    private = output / ".build-dead" / "legal"
    private.mkdir(parents=True)
    (output / "legal").rename(private / "previous")
    build(case("support"))
    assert content(output / "legal") == before
    assert not (output / ".build-dead").exists()


def test_an_interrupt_between_the_two_renames_loses_nothing(
    case: Case, build: Callable, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(case("legal"))
    before = content(output / "legal")
    rename = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        if path.name == "files":
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(case("legal", "fine: other"))
    assert content(output / "legal") == before


@pytest.mark.parametrize("name", ["decision", "evaluation"])
def test_a_house_without_its_notebooks_is_refused(name: str, case: Case, build: Callable, house: House) -> None:
    house.notebook_of(name).unlink()
    with pytest.raises(InputError, match=rf"{name}\.ipynb: not there"):
        build(case("legal"))


def _write(path: Path) -> None:
    path.write_text("x")


def test_with_fail_fast_nothing_is_begun_after_a_failure(case: Case, build: Callable) -> None:
    told = threading.Event()
    runner = InProcess(lambda job: job.id == "broken" or told.wait(10))
    files = [case("broken", "fail"), *(case(f"case{number}") for number in range(4))]

    def say(line: str) -> None:
        if "failed" in line:
            told.set()

    outcome = build(*files, runner=runner, jobs=1, fail_fast=True, say=say)
    assert [one.id for one in outcome.failed] == ["broken"]
    assert sorted([*runner.jobs, *outcome.left]) == sorted(file.id for file in files)
    assert outcome.left == ["case1", "case2", "case3"]  # the first had begun before the failure was seen
    assert outcome.exit_code == 1


def test_with_fail_fast_a_fault_lets_nothing_begin(case: Case, build: Callable, output: Path) -> None:
    runner = InProcess()
    outcome = build(case("bad", "fault"), case("legal"), runner=runner, fail_fast=True)
    assert (runner.jobs, outcome.left, outcome.exit_code) == ([], ["legal"], 2)
    assert not output.exists()


def test_what_a_killed_build_left_goes_also_when_there_is_nothing_to_do(
    case: Case, build: Callable, output: Path
) -> None:
    build(case("legal"))
    (output / ".build-dead" / "legal").mkdir(parents=True)
    build(case("legal"))
    assert not (output / ".build-dead").exists()


def test_a_build_with_nothing_to_do_leaves_the_folders_of_one_at_work(
    case: Case, build: Callable, output: Path
) -> None:
    build(case("legal"))
    at_work: list[list[Path]] = []

    def look(job: Job) -> None:
        build(case("legal"), runner=InProcess())
        at_work.append(list(output.glob(".build-*")))

    build(case("support"), runner=InProcess(look))
    assert len(at_work[0]) == 1


def test_what_a_build_works_with_goes_as_each_report_ends(case: Case, build: Callable, output: Path) -> None:
    most: list[int] = []
    settled = threading.Semaphore(2)

    def count(job: Job) -> None:
        settled.acquire(timeout=10)
        most.append(len(list(output.glob(".build-*/*"))))

    build(
        *(case(f"case{number}") for number in range(9)),
        runner=InProcess(count),
        jobs=1,
        say=lambda line: settled.release(),
    )
    assert max(most) <= 3


def test_the_lines_say_how_far_a_build_is(case: Case, build: Callable) -> None:
    lines: list[str] = []
    build(case("legal"), case("support", "fail"), jobs=1, say=lines.append)
    assert lines[0] == "building legal, support"
    assert [line.split()[0] for line in lines[1:]] == ["legal:", "support:"]
    assert lines[2].startswith("  support: failed after")
    assert lines[2].endswith("(2 of 2)")


def test_the_bar_shows_what_is_under_way_count_rate_and_time_left(case: Case, build: Callable) -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=120, legacy_windows=False)
    slow = InProcess(lambda job: time.sleep(0.15))
    files = [case("[bold]"), case("legal"), case("broken", "fail"), *(case(f"case{number}") for number in range(4))]
    build(*files, runner=slow, jobs=1, progress=lambda: Bar(console))
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", console.file.getvalue())
    assert "[bold]" in text
    assert "  broken: failed after" in text
    assert "2/7" in text
    assert "/s " in text
    assert re.search(r"0:0\d left  ", text)
