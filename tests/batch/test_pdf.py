"""Printing memos: the same page by Chromium, and one clear line where there is none."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner, Result

from casebook.batch import pdf
from casebook.batch.faults import InputError
from casebook.batch.pdf import PrintError
from casebook.cli import main
from tests.memo.making import page_of, sample


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """An output folder with a memo in it, and one without."""
    for name in ("legal", "broken"):
        (tmp_path / "output" / name).mkdir(parents=True)
    folder = tmp_path / "output" / "legal"
    (folder / "decision.html").write_text("<!DOCTYPE html><title>A memo</title><p>Text", encoding="utf-8")
    (folder / "results.json").write_text(json.dumps({"as_of": "2025-11-15"}))
    return tmp_path / "output"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Makes a shell script the browser."""

    def make(script: str) -> Path:
        path = tmp_path / "browser"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv(pdf.VARIABLE, str(path))
        return path

    return make


def run(output: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["pdf", "--output", str(output), *words])


def test_a_memo_is_printed_whole_without_the_clock(chromium_path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "legal"
    folder.mkdir()
    (folder / "decision.html").write_text(page_of(sample("legal")), encoding="utf-8")
    (folder / "results.json").write_text(json.dumps({"as_of": "2025-11-15"}))
    prints = [pdf.print_memo(folder, chromium_path).read_bytes() for _ in range(2)]
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", prints[0])) <= 7
    assert re.findall(rb"Date \(D:(\d+)", prints[0]) == [b"20251115000000"] * 2
    assert prints[0] == prints[1]
    assert sorted(path.name for path in folder.iterdir()) == ["decision.html", "decision.pdf", "results.json"]


def test_the_command_prints_what_is_built_and_says_so(chromium_path: Path, output: Path) -> None:
    result = run(output)
    assert result.exit_code == 0, result.output
    assert f"{output / 'legal' / 'decision.pdf'}: printed" in result.output
    assert (output / "legal" / "decision.pdf").read_bytes().startswith(b"%PDF")


def test_without_a_browser_one_line_says_what_to_do(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(output))
    monkeypatch.delenv(pdf.VARIABLE, raising=False)
    monkeypatch.setattr(pdf, "PLACES", tuple(place for place in pdf.PLACES if not place.startswith("/")))
    result = run(output)
    assert result.exit_code == 1
    assert "no Chromium or Chrome found; install one, or name it: CHROMIUM=/path/to/chromium" in result.output


def test_a_browser_that_is_named_is_the_one_or_none() -> None:
    with pytest.raises(PrintError, match="CHROMIUM names /no/where"):
        pdf.find_browser({"CHROMIUM": "/no/where", "PATH": "/usr/bin"})


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo 'no display' >&2; exit 3", "ended with exit code 3: no display"),
        ("exit 0", "ended well and printed nothing"),
        ("kill -9 $$", "ended with exit code -9"),
    ],
)
def test_a_browser_that_fails_is_told_and_the_print_before_stays(
    script: str, why: str, output: Path, program: Callable
) -> None:
    program(script)
    (output / "legal" / "decision.pdf").write_text("before")
    result = run(output, "legal")
    assert result.exit_code == 1
    assert why in result.output
    assert (output / "legal" / "decision.pdf").read_text() == "before"


def test_a_browser_that_hangs_is_ended_with_what_it_started(output: Path, program: Callable, tmp_path: Path) -> None:
    program(f"sleep 600 & echo $! > {tmp_path}/child; wait")
    result = run(output, "--deadline", "1")
    assert result.exit_code == 1
    assert "not finished after 1 s; ended" in result.output
    child = int((tmp_path / "child").read_text())
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("asked", [["broken"], ["nowhere"]])
def test_a_report_that_is_not_there_is_wrong_input(asked: list[str], output: Path) -> None:
    with pytest.raises(InputError, match="build it first"):
        pdf.memos(output, asked)
    assert run(output, *asked).exit_code == 2


def test_a_report_is_named_by_its_case_or_its_case_file(output: Path) -> None:
    for asked in ([], ["legal"], ["params/legal.yaml"]):
        assert pdf.memos(output, asked) == [output / "legal"]
