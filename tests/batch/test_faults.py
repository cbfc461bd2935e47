"""Whole builds whose notebooks or processes come to harm: what is there is whole, its own, and nothing runs on."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from casebook.batch import manifest
from casebook.batch.house import House
from tests.batch.conftest import write_notebook

# A build with the real server, shell and nbconvert, and cases that are a client's name and what their notebook does.
BUILD = """
    import functools, json, signal, socket, sys
    from pathlib import Path
    from casebook.batch import build, cases, inprocess, server, steps
    from casebook.batch.house import House
    from casebook.batch.warm import WarmServer

    def case(job):
        return json.loads(Path(job.case).read_text())

    def page(job, one):
        steps.render(job, job.kind)

    def given(job, one):
        steps.notebook(job, one, one)
        text = json.dumps([one["who"]])
        for name in ("decision.xlsx", "results.json"):
            Path(job.files, name).write_text(text)

    if sys.argv[1] == "serve":
        work = functools.partial(server.report, steps={"notebook": given, "memo": page}, load=case)
        server.Server(socket.socket(fileno=int(sys.argv[2])), work, int(sys.argv[3])).serve()
    else:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        root, output, deadline = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
        done = build.build(
            cases.find([], root / "params"), House(root, root / "lib" / "casebook"), output,
            lambda: WarmServer(root, deadline, 400_000_000, [__file__, "serve"]),
            jobs=2, check=lambda file: cases.Checked(file, (), (), ()), say=functools.partial(print, flush=True),
        )
        for failed in done.failed:
            print("failed", failed.id, failed.failure.cell, failed.failure.why, failed.open, sep="|")
        sys.exit(done.exit_code)
"""
PAGE = "{% for cell in nb.cells %}{% for output in cell.outputs %}{{ output.text }}{% endfor %}{% endfor %}"
HARM = {
    "segfaults": "import ctypes; ctypes.string_at(0)",
    "leaves": "import os; os._exit(0)",
    "hangs": "import time; time.sleep(1000)",
    "eats": "held = []\nwhile True: held.append(bytearray(10_000_000))",
    "raises": "raise ValueError('on purpose')",
    "prints": "for _ in range(100): print('x' * 1_000_000)",
    "kills": "import os, time; os.kill(os.getppid(), 9); time.sleep(9)",
}


class Project:
    """A house with cases, and builds of it in processes of their own."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.output, self._script = house, folder / "output", folder / "build.py"
        self._script.write_text(textwrap.dedent(BUILD))
        (house.templates / "memo" / "index.html.j2").write_text(PAGE)
        write_notebook(
            house.notebook, "who = None\ndo = None", "print('made for', who)", "exec(do)", "print('end', who)"
        )

    def case(self, name: str, do: str = "None") -> str:
        """A case with a client that no other has; the marker is its name."""
        marker = f"Client-{name}-{random.getrandbits(40):x}"
        (self.house.params / f"{name}.yaml").write_text(json.dumps({"who": marker, "do": do}))
        return marker

    def start(self, deadline: float = 60) -> psutil.Popen:
        command = [sys.executable, str(self._script), str(self.house.root), str(self.output), str(deadline)]
        path = os.pathsep.join([str(Path(__file__).resolve().parents[2] / "lib"), *sys.path])
        return psutil.Popen(
            command, stdout=subprocess.PIPE, text=True, start_new_session=True, env={**os.environ, "PYTHONPATH": path}
        )

    def build(self, deadline: float = 60) -> tuple[int, str]:
        process = self.start(deadline)
        told, _ = process.communicate(timeout=120)
        return process.returncode, told

    def running(self) -> list[psutil.Process]:
        """Whatever still runs our script: build, server or report."""
        found = []
        for process in psutil.process_iter():
            try:
                if str(self._script) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    def assert_at_rest(self) -> None:
        for _ in range(300):
            if not self.running():
                return
            time.sleep(0.02)
        raise AssertionError(self.running())

    def assert_whole(self, markers: dict[str, str]) -> set[str]:
        """Every report there is complete and holds its own client's name only; which ones are there."""
        there = set()
        for name in markers:
            folder = self.output / name
            for path in folder.rglob("*"):
                text = path.read_text(errors="replace") if path.is_file() else ""
                assert not [other for other in markers if other != name and markers[other] in text], path
            record = manifest.read(folder)
            if record is None:
                assert [path.name for path in folder.glob("*")] in ([], ["failed"])
                continue
            there.add(name)
            for file in record["files"]:
                assert markers[name] in (folder / file).read_text()
        return there


@pytest.fixture
def project(house: House, tmp_path: Path) -> Project:
    return Project(house, tmp_path)


def test_whatever_notebooks_do_the_others_are_built_and_each_failure_is_told(project: Project) -> None:
    markers = {name: project.case(name, do) for name, do in HARM.items()}
    markers |= {name: project.case(name) for name in ("one", "two", "three")}
    code, told = project.build(deadline=20)
    assert code == 1, told
    assert project.assert_whole(markers) == {"one", "two", "three"}
    failed = {line.split("|")[1]: line.split("|")[2:] for line in told.splitlines() if line.startswith("failed|")}
    assert set(failed) == set(HARM)
    for cell, _, shows in failed.values():
        assert cell.startswith("4 ("), told
        assert Path(shows).is_file()
    whys = {name: why for name, (_, why, _) in failed.items()}
    assert whys["hangs"] == "not finished after 20 s; ended"
    assert whys["raises"] == "ValueError: on purpose"
    assert "SIGSEGV" in whys["segfaults"]
    assert "MemoryError" in whys["eats"]
    project.assert_at_rest()


def test_a_failed_case_keeps_its_last_good_report(project: Project) -> None:
    markers = {"one": project.case("one")}
    assert project.build()[0] == 0
    (project.house.params / "one.yaml").write_text(
        (project.house.params / "one.yaml").read_text().replace("None", "import os; os._exit(1)")
    )
    assert project.build()[0] == 1
    assert project.assert_whole(markers) == {"one"}
    assert markers["one"] in (project.output / "one" / "failed" / "decision.ipynb").read_text()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_nothing_half_written_and_no_process(how: signal.Signals, project: Project) -> None:
    markers = {f"case{number}": project.case(f"case{number}", "import time; time.sleep(0.2)") for number in range(6)}
    process = project.start()
    assert process.stdout
    while "built in" not in process.stdout.readline():
        pass
    process.send_signal(how)
    process.communicate(timeout=60)
    project.assert_at_rest()
    assert 1 <= len(project.assert_whole(markers)) < len(markers)
    assert not list(project.output.glob(".build-*"))


def killed_at_random_moments(project: Project, times: int, chance: random.Random) -> None:
    """Kill the build, its server or a report; the next build finishes what this one did not."""
    for _ in range(times):
        shutil.rmtree(project.output, ignore_errors=True)
        markers = {f"case{number}": project.case(f"case{number}") for number in range(4)}
        process = project.start()
        victim = chance.choice(["build", "server", "report"])
        time.sleep(chance.uniform(0.2, 2.5))
        try:
            servers = process.children()
            reports = [child for server in servers for child in server.children()]
            for one in {"build": [process], "server": servers[:1], "report": reports[:1]}[victim]:
                one.kill()
        except psutil.NoSuchProcess:
            pass  # it was quicker
        told, _ = process.communicate(timeout=120)
        project.assert_at_rest()
        there = project.assert_whole(markers)
        if victim == "server":
            assert (process.returncode, there) == (0, set(markers)), told
        if victim == "report":
            assert len(there) >= len(markers) - 1, told
        code, told = project.build()
        assert code == 0, told
        assert project.assert_whole(markers) == set(markers)
        assert not list(project.output.glob(".build-*"))


def test_killed_at_a_few_random_moments_a_build_leaves_whole_reports(project: Project) -> None:
    killed_at_random_moments(project, 2, random.Random())


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_moment_a_build_leaves_whole_reports(seed: int, project: Project) -> None:
    killed_at_random_moments(project, 25, random.Random(seed))


def test_two_builds_at_once_make_every_report_once(project: Project) -> None:
    markers = {f"case{number}": project.case(f"case{number}", "import time; time.sleep(0.3)") for number in range(4)}
    first = project.start()
    assert first.stdout
    begun = first.stdout.readline()
    second = project.start()
    told = [process.communicate(timeout=120)[0] for process in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0]
    assert begun.startswith("building")
    assert "".join(told).count("built in") == len(markers)
    assert "another build is at work" in told[1]
    assert project.assert_whole(markers) == set(markers)
