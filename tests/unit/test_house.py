"""The house: Makefile, packaging, lock files. Make is real; a stand-in for Python notes its calls."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from casebook.case import RESERVED

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock")
HOUSE = ("Makefile", *LOCKS)

# Answers what the Makefile asks of a Python, and notes what it was told to do in $CALLS.
STAND_IN = """#!/bin/sh
case "$1" in
  -c) case "$2" in
        *version_info\\ *) exit OLD ;;
        *ensurepip*) exit BARE ;;
        *print*) echo 3.11 ;;
      esac ;;
  --version) echo "Python 3.11.0" ;;
  *) echo "$*" >>"$CALLS" ;;
esac
case "$2" in venv) mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;; esac
case "$*" in *"$FAIL"*) [ -z "$FAIL" ] || { echo "it went wrong"; exit 1; } ;; esac
"""


class House:
    """A copy of the house in a folder of its own, and the only Python its make can see."""

    def __init__(self, root: Path, tools: Path) -> None:
        self.root, self.tools, self.calls_file = root, tools, root / "calls"

    def python(self, name: str = "python3.11", old: int = 0, bare: int = 0) -> Path:
        path = self.tools / name
        path.write_text(STAND_IN.replace("OLD", str(old)).replace("BARE", str(bare)))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    def make(self, *words: str, fail: str = "") -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.tools), "CALLS": str(self.calls_file), "FAIL": fail, "LC_ALL": "C"}
        command = ["make", "--no-print-directory", *words]
        return subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True)

    def calls(self) -> list[str]:
        """What Python was told to do since the last time one asked, pip's first options left out."""
        text = self.calls_file.read_text() if self.calls_file.exists() else ""
        self.calls_file.unlink(missing_ok=True)
        return [line.replace("--disable-pip-version-check ", "") for line in text.splitlines()]


@pytest.fixture(params=["plain", "with a space"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> House:
    root, tools = tmp_path / request.param, tmp_path / "tools"
    (root / "params").mkdir(parents=True)
    tools.mkdir()
    for name in HOUSE:
        shutil.copy(ROOT / name, root)
    for name in ("legal", "support"):
        (root / "params" / f"{name}.yaml").write_text("")
    needed = "make sh awk cat cksum cp env find head mkdir mv pwd rm tail true"
    for name in needed.split():
        if path := shutil.which(name):
            (tools / name).symlink_to(path)
    return House(root, tools)


SET_UP = [
    "-m venv .venv",
    "-m pip install --require-hashes -r requirements.lock",
    "-m pip install --no-deps --no-index --no-build-isolation --editable .",
]
TESTS_TOO = ["-m pip install --require-hashes -r requirements-test.lock"]
BUILD = ["-m casebook build"]


def test_make_sets_up_once_and_builds(house: House) -> None:
    house.python()
    assert house.make().returncode == 0
    assert house.calls() == [*SET_UP, *BUILD]
    second = house.make()
    assert house.calls() == BUILD
    assert (second.stdout, second.stderr) == ("", "")


def test_a_changed_lock_sets_up_anew(house: House) -> None:
    house.python()
    house.make("setup")
    house.calls()
    (house.root / "requirements.lock").write_text("other")
    house.make("setup")
    assert house.calls() == SET_UP


def test_a_touched_lock_does_not(house: House) -> None:
    house.python()
    house.make("setup")
    house.calls()
    os.utime(house.root / "requirements.lock")
    house.make("setup")
    assert house.calls() == []


def test_a_moved_checkout_sets_up_anew(house: House) -> None:
    house.python()
    house.make("setup")
    house.calls()
    house.root = house.root.rename(house.root.with_name("moved"))
    house.calls_file = house.root / "calls"
    house.make("setup")
    assert house.calls() == SET_UP


def test_a_set_up_that_failed_says_so_and_is_redone(house: House) -> None:
    house.python()
    failed = house.make("all", fail="--editable")
    assert failed.returncode != 0
    assert "it went wrong" in failed.stderr
    assert ".venv/setup.log" in failed.stderr
    assert house.calls() == SET_UP
    house.make("setup")
    assert house.calls() == SET_UP


def test_an_environment_someone_else_made_is_left_alone(house: House) -> None:
    house.python()
    (house.root / ".venv" / "bin").mkdir(parents=True)
    for target in ("all", "distclean"):
        refused = house.make(target)
        assert refused.returncode != 0
        assert "was not made by make" in refused.stderr
    assert (house.root / ".venv" / "bin").is_dir()
    assert house.make("VENV=other place").returncode == 0
    assert (house.root / "other place" / "bin" / "python").exists()


def test_make_test_adds_what_the_tests_need_once(house: House) -> None:
    house.python()
    house.make("test")
    *before, tests = house.calls()
    assert before == [*SET_UP, *TESTS_TOO]
    assert tests.startswith("-m pytest")
    house.make("test", "ARGS=-k word")
    (tests,) = house.calls()
    assert tests.endswith(" -k word")


def test_a_changed_lock_of_the_tests_adds_to_the_environment(house: House) -> None:
    house.python()
    house.make("lint")
    house.calls()
    (house.root / "requirements-test.lock").write_text("other")
    house.make("lint")
    assert house.calls()[:-1] == TESTS_TOO


def test_a_case_is_a_target(house: House) -> None:
    house.python()
    house.make("legal")
    assert house.calls()[-1] == "-m casebook build params/legal.yaml"
    (house.root / "support").mkdir()
    house.make("support", "ARGS=--force")
    assert house.calls()[-1] == "-m casebook build params/support.yaml --force"
    assert house.make("no-such-case").returncode != 0


def test_new_wants_a_name(house: House) -> None:
    house.python()
    refused = house.make("new")
    assert refused.returncode != 0
    assert "make new CASE=acme" in refused.stderr
    house.make("new", "CASE=acme")
    assert house.calls()[-1] == "-m casebook new acme"


def test_without_python_make_says_what_to_install(house: House) -> None:
    told = house.make()
    assert told.returncode != 0
    for line in (
        "needs Python 3.11 or newer; there is none",
        "apt-get install python3 python3-venv",
        "brew install",
    ):
        assert line in told.stderr
    assert not (house.root / ".venv").exists()


def test_an_old_python_is_passed_over(house: House) -> None:
    house.python("python3", old=1)
    assert house.make().returncode != 0
    house.python("python3.12")
    assert house.make().returncode == 0


def test_a_python_that_is_named_is_the_one(house: House) -> None:
    house.python("python3.13", old=1)
    mine = house.python("my python")
    assert house.make(f"PYTHON={mine}").returncode == 0
    refused = house.make(f"PYTHON={house.tools / 'python3.13'}", "VENV=other")
    assert "python3.13 is not" in refused.stderr


def test_without_the_venv_module_make_says_what_to_install(house: House) -> None:
    house.python(bare=1)
    told = house.make()
    assert told.returncode != 0
    assert "apt-get install python3.11-venv" in told.stderr
    house.python("python3", bare=0)
    assert house.make().returncode == 0


def test_clean_removes_what_was_built_and_keeps_the_environment(house: House) -> None:
    house.python()
    house.make()
    for folder in ("output/legal", "lib/casebook/__pycache__", ".pytest_cache"):
        (house.root / folder).mkdir(parents=True)
    assert house.make("clean").returncode == 0
    left = {path.name for path in house.root.iterdir()}
    assert {".venv", "lib", "params"} <= left
    assert not {"output", ".pytest_cache"} & left
    assert not (house.root / "lib" / "casebook" / "__pycache__").exists()
    assert house.make("distclean").returncode == 0
    assert not (house.root / ".venv").exists()


def test_help_tells_every_target_and_the_cases(house: House) -> None:
    text = house.make("help").stdout
    assert set(re.findall(r"^make ([a-z]+)  ", text, re.MULTILINE)) == targets()
    assert "legal support" in text


def test_every_target_is_refused_as_the_name_of_a_case() -> None:
    assert targets() <= RESERVED


def test_every_target_exists() -> None:
    rules = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert rules == targets()


def targets() -> set[str]:
    found = re.search(r"^TARGETS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert found
    return set(found[1].split())


@pytest.fixture(params=LOCKS)
def lock(request: pytest.FixtureRequest) -> str:
    return (ROOT / request.param).read_text()


def locked(text: str) -> dict[str, str]:
    """Name to version and where it applies."""
    return dict(re.findall(r"^([a-z0-9-]+)(==.*?) *\\$", text, re.MULTILINE))


def test_a_lock_file_is_names_versions_and_hashes_only(lock: str) -> None:
    line = re.compile(r"[a-z0-9-]+==\S+( ; [^\\#]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert [text for text in lock.splitlines() if not line.fullmatch(text)] == []


def test_the_lock_files_agree() -> None:
    run, tests = (locked((ROOT / name).read_text()) for name in LOCKS)
    assert run.items() <= tests.items()


def test_every_dependency_is_locked_and_the_prices_exactly_as_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    declared = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    run, tests = (locked((ROOT / name).read_text()) for name in LOCKS)
    assert {_name(one) for one in declared} <= run.keys()
    assert {_name(one) for one in project["project"]["optional-dependencies"]["test"]} <= tests.keys()
    (prices,) = [one for one in declared if one.startswith("genai-prices")]
    assert prices == "genai-prices" + run["genai-prices"]


@pytest.mark.parametrize("name", ["jupyterlab", "jupyter-events", "rfc3987-syntax", "lark"])
def test_what_slows_every_notebook_down_is_not_in_the_default_set(name: str, lock: str) -> None:
    assert name not in locked(lock)


def _name(requirement: str) -> str:
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower().replace(".", "-")


@pytest.mark.parametrize("path", ["output/legal/results.json", ".venv/bin/python", "lib/__pycache__/a.pyc"])
def test_what_is_built_is_not_committed(path: str) -> None:
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout")
    assert subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT).returncode == 0


@pytest.fixture
def real_part(pytester: pytest.Pytester) -> Callable[..., pytest.RunResult]:
    """Runs a test that needs LibreOffice where there is none, with this project's conftest."""
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text())
    pytester.makeini("[pytest]\nmarkers =\n  libreoffice: x\n  chromium: x\n")

    def run(source: str) -> pytest.RunResult:
        pytester.makepyfile(source)
        return pytester.runpytest_subprocess("-rs", "-p", "no:cacheprovider")

    return run


NEEDS_OFFICE = "def test_recalculates(soffice):\n    pass\n"


def test_without_the_program_a_test_is_skipped_with_a_plain_line(
    real_part: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("CASEBOOK_REQUIRE_REAL", raising=False)
    result = real_part(NEEDS_OFFICE)
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*LibreOffice is not installed*"])


@pytest.mark.parametrize(
    "source",
    [
        NEEDS_OFFICE,
        "import pytest\n@pytest.mark.chromium\ndef test_prints():\n    pass\n",
        "import pytest\n@pytest.mark.chromium\ndef test_prints():\n    pytest.skip('no reason')\n",
    ],
)
def test_where_the_real_parts_are_required_a_skip_is_a_failure(
    source: str, real_part: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("CASEBOOK_REQUIRE_REAL", "1")
    result = real_part(source)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*CASEBOOK_REQUIRE_REAL is set*"])
