"""A batch of scenarios against papermill and nbconvert in a shell loop, and what one more scenario costs.

    bench/batch.py                 24 scenarios on 2 cores, both ways in one run
    bench/batch.py --thousand      100 scenarios against 1,000: time, memory, a build with nothing to do

Every scenario has workbook, memo, flip table, 2,000 draws, results, and workbook, notebook and page of two calculators
on both sides. CPU seconds are those of all processes; on a machine with other things to do they say more than the
clock.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
from nbformat.v4 import new_code_cell, new_output

ROOT = Path(__file__).resolve().parents[1]
CORES = 2
REPORTS = ("decision", "prompt_cache", "rag_pipeline")
"""What a build makes of the legal case: the decision, and the calculators that it has something for."""

WRITING = """\
from pathlib import Path
from casebook.analysis.results import to_json
from casebook.workbook import write
from casebook.workbook.calculator import write_calculator
write(case, Path("decision.xlsx"), results)
for name, report in results["reports"].items():
    write_calculator(case, name, Path(f"{name}.xlsx"), report)
Path("results.json").write_text(to_json(results));
"""
# What people have: a shell line a scenario, two at a time.
SHELL = """\
ls "$1" | sed 's/.yaml$//' | xargs -P{cores} -I@ sh -ec '
  templates="$4"
  page() {{
    "$0" -m nbconvert --to html --template memo --TemplateExporter.extra_template_basedirs="$templates" $* >>log 2>&1
  }}
  mkdir -p "$2/@"; cd "$2/@"
  for name in {reports}; do
    "$0" -m papermill --no-progress-bar "$3/$name.ipynb" "$name.ipynb" -f "$1/@.yaml" >>log 2>&1
    {each}
  done
  {all}
' "$0" "$1" "$2" "$3" "$4"
"""
LOOPS = {"each": {"each": 'page "$name.ipynb"', "all": ""}, "once": {"each": "", "all": "page *.ipynb"}}
"""nbconvert called for each notebook, which is the habit, or once for all that a scenario has, which is quicker."""


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock and of CPU, of this process's ended children."""

    clock: float
    cpu: float


def cost(work: Callable[[], object]) -> Cost:
    """What some work in other processes costs."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    work()
    clock, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def scenarios(folder: Path, count: int) -> Path:
    """A folder of case files: the legal case for other clients and volumes."""
    text = (ROOT / "params" / "legal.yaml").read_text(encoding="utf-8")
    folder.mkdir()
    client = next(line for line in text.splitlines() if line.startswith("client:"))
    volume = "[12000, 15000, 18000]"
    assert text.count(volume) == 1
    for number in range(count):
        made = text.replace(client, f"client: Client {number}")
        made = made.replace(volume, str([12_000 + 100 * number, 15_000 + 100 * number, 18_000 + 100 * number]))
        (folder / f"case{number:04}.yaml").write_text(made, encoding="utf-8")
    return folder


def build(params: Path, output: Path, *options: str) -> None:
    command = [sys.executable, "-m", "casebook", "build", str(params), "--output", str(output), *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def shell_loop(params: Path, output: Path, notebooks: Path, loop: str) -> None:
    output.mkdir()
    script = SHELL.format(cores=CORES, reports=" ".join(REPORTS), **LOOPS[loop])
    arguments = [sys.executable, str(params), str(output), str(notebooks), str(ROOT / "templates")]
    subprocess.run(["sh", "-ec", script, *arguments], check=True)


def with_files(folder: Path) -> Path:
    """A folder of the notebooks, that of the decision with one cell more, which writes what a build writes."""
    folder.mkdir()
    for name in REPORTS:
        notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
        if name == "decision":
            notebook.cells.append(new_code_cell(WRITING))
        nbformat.write(notebook, folder / f"{name}.ipynb")
    return folder


def plainly(case_file: Path, output: Path) -> None:
    """The same work as a function call, its pages checked as in a build: no cells, no process."""
    from casebook import memo
    from casebook.analysis.results import evaluate_case, to_json
    from casebook.batch import steps
    from casebook.batch.job import Job
    from casebook.case import load
    from casebook.memo import calculators
    from casebook.memo.calculation import Calculation
    from casebook.memo.lint import require_true
    from casebook.workbook import write
    from casebook.workbook.calculator import write_calculator

    case = load(case_file)
    results = evaluate_case(case)
    (output / "results.json").write_text(to_json(results), encoding="utf-8")
    write(case, output / "decision.xlsx", results)
    told = {"decision": (memo.Memo(case, results), memo.SECTIONS)}
    for name, report in results["reports"].items():
        write_calculator(case, name, output / f"{name}.xlsx", report)
        told[name] = (Calculation(case, name, report), calculators.SECTIONS)
    job = Job("plain", str(case_file), str(ROOT), str(output), str(output))
    for name, (page, sections) in told.items():
        notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
        tagged = {f"memo:{section.__name__}": section for section in sections}
        for cell in notebook.cells:
            for tag in set(cell.metadata.get("tags", [])) & tagged.keys():
                html = {"text/html": tagged[tag](page)._repr_html_(), "text/plain": f"<{tag}>"}
                cell.outputs = [new_output("display_data", html)]
        nbformat.write(notebook, output / f"{name}.ipynb")
        made = steps.page_of(job, notebook, name, lambda text, shown=page: require_true(text, shown))
        (output / f"{name}.html").write_text(made, encoding="utf-8")


def one_plain_call(case_files: Sequence[Path], output: Path) -> float:
    """CPU seconds of the plain call in a warm process: the mean over some scenarios, the first ones not counted."""
    output.mkdir()
    warm, counted = case_files[:3], case_files[3:]
    for case_file in warm:
        plainly(case_file, output)
    began = time.process_time()
    for case_file in counted:
        plainly(case_file, output)
    return (time.process_time() - began) / len(counted)


def against_the_shell(folder: Path, count: int) -> None:
    params, few = scenarios(folder / "params", count), scenarios(folder / "few", 4)
    notebooks = with_files(folder / "notebooks")
    theirs = {loop: cost(lambda loop=loop: shell_loop(params, folder / loop, notebooks, loop)) for loop in LOOPS}
    ours = cost(lambda: build(params, folder / "ours", "--jobs", str(CORES)))
    start = cost(lambda: build(few, folder / "start", "--jobs", str(CORES)))
    plain = one_plain_call(sorted(params.iterdir())[:15], folder / "plain")
    for name in ("results.json", *(f"{report}.{kind}" for report in REPORTS for kind in ("ipynb", "html", "xlsx"))):
        made = [len(list((folder / side).glob(f"*/{name}"))) for side in (*LOOPS, "ours")]
        assert made == [count] * 3, (name, made)
    assert (folder / "once/case0000/results.json").stat().st_size > 10_000
    marginal = (ours.cpu - start.cpu) / (count - 4)
    print(f"{count} scenarios, {CORES} at a time")
    for loop, their in theirs.items():
        print(f"  shell loop, {loop} {their.clock:6.1f} s   {their.cpu / count:6.2f} CPU s a scenario")
    print(f"  casebook build  {ours.clock:7.1f} s   {ours.cpu / count:6.2f} CPU s a scenario")
    for loop, their in theirs.items():
        clock, cpu = their.clock / ours.clock, their.cpu / ours.cpu
        print(f"  throughput against nbconvert {loop}: {clock:.1f} times, by CPU seconds {cpu:.1f} times")
    print(f"  one more scenario {marginal:.2f} CPU s, as a plain call {plain:.2f}: {marginal / plain:.2f} times")


class Memory(threading.Thread):
    """Samples the memory of a build and of its server: how much it grew from a tenth of the way to the end."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__(daemon=True)
        self._process, self.samples = process, []

    def run(self) -> None:
        while self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE:
            try:
                server = [child for child in self._process.children() if "casebook.batch.server" in child.cmdline()]
                sizes = [one.memory_info().rss / 2**20 for one in (self._process, *server)]
            except psutil.NoSuchProcess:
                break
            if len(sizes) == 2:
                self.samples.append(sizes)
            time.sleep(0.2)

    def growth(self) -> list[tuple[float, float]]:
        early, late = self.samples[len(self.samples) // 10], self.samples[-5]
        return list(zip(early, late, strict=True))


def a_thousand(folder: Path, few: int, many: int) -> None:
    each = {}
    for count in (few, many):
        params, output = scenarios(folder / f"params{count}", count), folder / f"output{count}"
        command = [sys.executable, "-m", "casebook", "build", str(params), "--output", str(output)]
        began = time.perf_counter()
        process = psutil.Popen([*command, "--jobs", str(CORES)], stdout=subprocess.DEVNULL)
        memory = Memory(process)
        memory.start()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert process.wait() == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        each[count] = (time.perf_counter() - began) / count, cpu / count
        (parent, server) = memory.growth()
        print(f"{count} scenarios: {each[count][0]:.3f} s and {each[count][1]:.3f} CPU s each; memory of the build")
        print(f"  {parent[0]:.0f} -> {parent[1]:.0f} MB, of the server {server[0]:.0f} -> {server[1]:.0f} MB")
    clock, cpu = (each[many][place] / each[few][place] for place in range(2))
    print(f"  {many} against {few}: {clock:.2f} times the time each, {cpu:.2f} times the CPU")
    idle = min(cost(lambda: build(params, output)).cpu for _ in range(3))
    pandas = min(
        cost(lambda: subprocess.run([sys.executable, "-c", "import pandas"], check=True)).cpu for _ in range(3)
    )
    print(f"  nothing to do for {many}: {idle:.2f} CPU s; python -c 'import pandas': {pandas:.2f}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--scenarios", type=int, default=24)
    options.add_argument("--thousand", nargs="?", type=int, const=1000, help="how many instead of 1,000")
    given = options.parse_args()
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        if given.thousand:
            a_thousand(Path(folder), given.thousand // 10, given.thousand)
        else:
            against_the_shell(Path(folder), given.scenarios)


if __name__ == "__main__":
    main()
