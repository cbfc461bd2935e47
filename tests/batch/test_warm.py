"""The warm server and its forks: the report of a plain run, and what happens to one that does not behave."""

from __future__ import annotations

import json
import os
import signal
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import psutil
import pytest

from casebook.batch.house import House
from casebook.batch.job import Job, Report
from casebook.batch.warm import WarmServer
from tests.batch.conftest import write_notebook

MEMORY = 400_000_000
# A server whose reports are the notebook and its page only, from a case file of any content.
SERVER = """
    import functools, json, socket, sys
    from pathlib import Path
    from casebook.batch import inprocess, server, steps

    page = lambda job, case: steps.render(job, job.kind)
    made = {"notebook": lambda job, case: steps.notebook(job, case, case), "memo": page}
    work = functools.partial(server.report, steps=made, load=lambda job: json.loads(Path(job.case).read_text()))
    control, memory, root = sys.argv[1:]
    server.Server(socket.socket(fileno=int(control)), work, int(memory)).serve()
"""
CELL = "who = None\ndo = None"


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    script = tmp_path_factory.mktemp("server") / "server.py"
    script.write_text(textwrap.dedent(SERVER))
    return [str(script)]


@pytest.fixture(scope="module")
def server(command: list[str]) -> Iterator[WarmServer]:
    made = WarmServer(Path("/"), 60, MEMORY, command)
    yield made
    made.stop()
    assert psutil.Process().children() == []


@pytest.fixture
def job(house: House, tmp_path: Path) -> Callable[..., Job]:
    """A job for a client of that name whose notebook does what it is given."""
    write_notebook(house.notebook, CELL, "print(who, 'was here')", "exec(do)", "print('end of', who)")

    def make(who: str, do: str = "None") -> Job:
        case = house.params / f"{who}.json"
        case.write_text(json.dumps({"who": who, "do": textwrap.dedent(do)}))
        files, scratch = (tmp_path / who / folder for folder in ("files", "scratch"))
        files.mkdir(parents=True)
        scratch.mkdir()
        return Job(who, str(case), str(house.root), str(files), str(scratch))

    return make


def outputs(job: Job) -> str:
    """What the cells of the report's notebook have printed."""
    cells = nbformat.read(Path(job.files, "decision.ipynb"), as_version=4).cells
    return "".join(output.get("text", "") for cell in cells for output in cell.get("outputs", []))


def cell_numbered(report: Report) -> str:
    assert report.failure is not None
    return report.failure.cell.partition(" ")[0]


def gone(pid: int) -> bool:
    for _ in range(200):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


def test_a_report_is_made(server: WarmServer, job: Callable[..., Job]) -> None:
    one = job("acme", "print(6 * 7)")
    report = server(one)
    assert report.failure is None, Path(one.scratch, "worker.log").read_text()
    assert list(report.seconds) == ["case", "notebook", "memo"]
    assert "acme was here" in outputs(one)
    assert "<title>Memo</title>" in Path(one.files, "decision.html").read_text()


def test_where_the_page_fails_the_notebook_that_ran_is_there_to_look_at(
    server: WarmServer, job: Callable[..., Job], house: House
) -> None:
    one = job("acme")
    (house.templates / "memo" / "index.html.j2").write_text("{{ nobody.knows }}")
    failure = server(one).failure
    assert failure is not None
    assert (failure.step, failure.notebook) == ("memo", "")
    assert "acme was here" in Path(one.scratch, one.notebook).read_text()


# What a notebook does to its process; why it failed, and what the log or notebook shows.
HARM = {
    "raises": ("raise KeyError('tokens')", "KeyError: 'tokens'"),
    "segfaults": ("import ctypes; ctypes.string_at(0)", "the worker was ended by SIGSEGV"),
    "aborts": ("import os; os.abort()", "the worker was ended by SIGABRT"),
    "leaves": ("import os; os._exit(0)", "the worker ended with exit code 0 and no report"),
    "leaves with a code": ("import os; os._exit(7)", "the worker ended with exit code 7 and no report"),
    "kills itself": ("import os; os.kill(os.getpid(), 9)", "the worker was ended by SIGKILL (out of memory?)"),
    "exits": ("import sys; sys.exit(2)", "SystemExit: 2"),
    "asks": ("input('name?')", "StdinNotImplementedError: raw_input was called"),
    "eats memory": ("held = []\nwhile True: held.append(bytearray(10_000_000))", "MemoryError"),
    "takes much at once": ("held = bytearray(10**12)", "MemoryError"),
    "prints 100 MB": ("for _ in range(100): print('x' * 1_000_000)", "TooMuchPrinted: the cell printed more than 20"),
}


@pytest.mark.parametrize("does", HARM)
def test_harm_is_that_reports_only_and_told_with_its_cell(
    does: str, server: WarmServer, job: Callable[..., Job]
) -> None:
    harm, why = HARM[does]
    bad, good = job("bad", harm), job("good")
    # At once, for some of them: the other report must not notice.
    asked = (bad, good) if does in ("segfaults", "eats memory") else (bad,)
    with ThreadPoolExecutor() as pool:
        report, *others = pool.map(server, asked)
    assert report.failure is not None
    assert report.failure.why.startswith(why)
    assert (report.failure.notebook, cell_numbered(report)) == ("decision.ipynb", "4")
    kept = Path(bad.scratch, "decision.ipynb")
    assert "bad was here" in json.dumps(nbformat.read(kept, as_version=4).cells)
    assert kept.stat().st_size < 30_000_000
    assert [other.failure for other in others] == [None] * len(others)
    if others:
        assert outputs(good) == "good was here\nend of good\n"


def test_the_deadline_ends_a_report_and_what_it_started(command: list[str], job: Callable[..., Job]) -> None:
    one = job(
        "slow",
        """
        import subprocess
        print(subprocess.Popen(['sleep', '60']).pid, file=open('pid', 'w'), flush=True)
        subprocess.run(['sleep', '60'])
        """,
    )
    runner = WarmServer(Path("/"), 8, MEMORY, command)
    report = runner(one)
    assert report.failure is not None
    assert report.failure.why == "not finished after 8 s; ended"
    assert cell_numbered(report) == "4"
    assert gone(int(Path(one.case).with_name("pid").read_text()))
    runner.stop()


def test_processes_a_report_leaves_behind_are_ended(server: WarmServer, job: Callable[..., Job]) -> None:
    leave = """
        import subprocess, sys
        code = "import os, time; os.setsid(); os.fork() and os._exit(0); "
        code += "open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
        subprocess.run([sys.executable, '-c', code])
        import os, time
        while not os.path.exists('pid') or not open('pid').read(): time.sleep(0.01)
    """
    one = job("leaver", leave)
    assert server(one).failure is None
    assert gone(int(Path(one.case).with_name("pid").read_text()))


def test_nothing_of_one_report_is_seen_by_the_next(server: WarmServer, job: Callable[..., Job]) -> None:
    change = """
        import os, json, builtins, sys, numpy
        os.chdir('/'); os.environ['MARK'] = who; builtins.mark = who; json.mark = who; sys.path.insert(0, who)
        numpy.set_printoptions(precision=1)
    """
    look = """
        import os, json, builtins, sys, numpy
        print(os.getcwd() == '/', 'MARK' in os.environ, hasattr(builtins, 'mark'), hasattr(json, 'mark'),
              [p for p in sys.path if 'first' in p], numpy.get_printoptions()['precision'])
    """
    first, second = job("first", change), job("second", look)
    assert [server(one).failure for one in (first, second)] == [None, None]
    assert "False False False False [] 8" in outputs(second)
    assert "first" not in outputs(second)


def test_reports_draw_different_chances(server: WarmServer, job: Callable[..., Job]) -> None:
    draw = "import numpy, random, uuid; print('drawn', numpy.random.rand(), random.random(), uuid.uuid4())"
    jobs = [job(name, draw) for name in ("one", "two")]
    assert [server(one).failure for one in jobs] == [None, None]
    drawn = [outputs(one).partition("drawn")[2].split()[:3] for one in jobs]
    assert not set(drawn[0]) & set(drawn[1])


def test_the_server_has_one_thread_and_a_report_no_way_to_another(server: WarmServer, job: Callable[..., Job]) -> None:
    held = """
        import os, stat
        held = [int(name) for name in os.listdir('/dev/fd') if os.path.exists('/dev/fd/' + name)]
        print('sockets', sum(stat.S_ISSOCK(os.fstat(number).st_mode) for number in held))
    """
    one = job("nosy", held)
    assert server(one).failure is None
    process = psutil.Process(server.pid)
    assert process.num_threads() == 1
    # Its own, through which it answers, and the two of its event loop.
    assert "sockets 3" in outputs(one)


@pytest.mark.parametrize("times", [1, 2])
def test_a_killed_server_is_started_anew_and_the_report_made(
    times: int, command: list[str], job: Callable[..., Job]
) -> None:
    runner = WarmServer(Path("/"), 60, MEMORY, command)
    one = job("patient", "import time; open('at', 'a').write('x'); time.sleep(1)")
    at = Path(one.case).with_name("at")
    with ThreadPoolExecutor() as pool:
        report = pool.submit(runner, one)
        for time_ in range(1, times + 1):
            while not at.exists() or len(at.read_text()) < time_:
                time.sleep(0.01)
            os.kill(runner.pid, signal.SIGKILL)
        assert report.result().failure is None
    assert len(at.read_text()) == times + 1
    runner.stop()


def test_a_report_that_kills_its_server_fails_and_the_others_do_not(
    command: list[str], job: Callable[..., Job]
) -> None:
    runner = WarmServer(Path("/"), 60, MEMORY, command)
    jobs = [job("killer", "import os, time; os.kill(os.getppid(), 9); time.sleep(9)")]
    jobs += [job(f"good{n}", "import time; time.sleep(0.3)") for n in range(4)]
    with ThreadPoolExecutor(2) as pool:
        killer, *others = pool.map(runner, jobs)
    assert killer.failure is not None
    assert killer.failure.why == "the server ended 3 times while it was made"
    assert cell_numbered(killer) == "4"
    assert [one.failure for one in others] == [None] * 4
    runner.stop()


def test_stop_ends_what_is_under_way_and_starts_nothing_more(command: list[str], job: Callable[..., Job]) -> None:
    runner, reports = WarmServer(Path("/"), 60, MEMORY, command), []
    one = job(
        "endless", "import os; print(os.getpid(), file=open('pid', 'w'), flush=True)\nimport time; time.sleep(99)"
    )
    thread = threading.Thread(target=lambda: reports.append(runner(one)))
    thread.start()
    pid = Path(one.case).with_name("pid")
    while not pid.exists() or not pid.read_text():
        time.sleep(0.01)
    runner.stop()
    thread.join(20)
    assert reports[0].failure is not None
    assert gone(int(pid.read_text()))
    assert runner(job("late")).failure.why == "stopped"


def test_a_killed_build_takes_the_server_and_its_reports_with_it(command: list[str], job: Callable[..., Job]) -> None:
    one = job(
        "endless",
        "import os; print(os.getpid(), os.getppid(), file=open('pid', 'w'), flush=True)\nimport time; time.sleep(99)",
    )
    code = f"""
        from pathlib import Path
        from casebook.batch.job import Job
        from casebook.batch.warm import WarmServer
        WarmServer(Path("/"), 60, {MEMORY}, {command!r})(Job.from_json({one.to_json()!r}))
    """
    build = psutil.Popen([sys.executable, "-c", textwrap.dedent(code)])
    pid = Path(one.case).with_name("pid")
    while not pid.exists() or len(pid.read_text().split()) < 2:
        time.sleep(0.01)
    build.kill()
    build.wait()
    assert all(gone(int(number)) for number in pid.read_text().split())
