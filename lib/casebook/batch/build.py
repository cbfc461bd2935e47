"""Building what is stale: check every case first, then run the jobs side by side, publish each as it ends."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from casebook.batch import cases, freshness, manifest
from casebook.batch.cases import CaseFile, Checked
from casebook.batch.faults import InputError
from casebook.batch.house import House
from casebook.batch.job import LOG, Failure, Job, Report, Runner
from casebook.batch.publish import alone_in, discard_failure, private_folder, publish, publish_failure


@dataclass(frozen=True)
class Built:
    """A report made and published."""

    id: str
    folder: Path
    seconds: float
    kind: str = "decision"


@dataclass(frozen=True)
class Failed:
    """A report that could not be made; `open` is the file that shows most."""

    id: str
    failure: Failure
    open: Path


@dataclass
class Outcome:
    """How a build ended, case by case."""

    fresh: list[CaseFile] = field(default_factory=list)
    built: list[Built] = field(default_factory=list)
    refused: list[Checked] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """1 when a report could not be made, else 2 when a case file is wrong, else 0."""
        return 1 if self.failed else 2 if self.refused else 0


def build(
    files: Sequence[CaseFile],
    house: House,
    output: Path,
    runner: Callable[[], Runner],
    *,
    jobs: int = 0,
    force: bool = False,
    check: Callable[[CaseFile], Checked] = cases.check,
    say: Callable[[str], None] = lambda line: None,
) -> Outcome:
    """Bring the reports of these cases up to date in `output`, `jobs` at a time (0: one for every core).

    A case with faults is refused before anything is written or started, and the others go on. `say` gets a
    line as each case ends. Raises InputError when the project is not complete.
    """
    shared = {kind: freshness.shared_inputs(house, kind) for kind in dict.fromkeys(file.kind for file in files)}
    work = _Build(house, output, shared, force, say)
    good = work.accepted([check(file) for file in files if work.is_stale(file)])
    if good and (missing := house.missing(dict.fromkeys(checked.file.kind for checked in good))):
        raise InputError(f"{missing[0]}: not there; build from a complete checkout of the project")
    if good:
        with alone_in(output, lambda: say(f"another build is at work in {output}: waiting for it")):
            # The build we waited for may have made some of them.
            good = [checked for checked in good if work.is_stale(checked.file)]
            work.make(good, runner(), jobs or _cores())
    return work.outcome


def why(file: CaseFile, house: House, output: Path) -> list[str]:
    """What makes a case's report stale, a line each; empty when it is up to date."""
    return freshness.reasons(file.path, freshness.shared_inputs(house, file.kind), output / file.id)


class _Build:
    """One build: what it works with, and the outcome it adds up."""

    def __init__(
        self,
        house: House,
        output: Path,
        shared: Mapping[str, Mapping[str, str]],
        force: bool,
        say: Callable[[str], None],
    ) -> None:
        self.house, self.output, self.shared, self.force, self.say = house, output, shared, force, say
        self.outcome = Outcome()

    def is_stale(self, file: CaseFile) -> bool:
        """Whether the report has to be built; one that has not is added to the outcome."""
        folder = self.output / file.id
        if self.force or freshness.reasons(file.path, self.shared[file.kind], folder):
            return True
        discard_failure(folder)
        self.outcome.fresh.append(file)
        return False

    def accepted(self, found: Sequence[Checked]) -> list[Checked]:
        """The cases without faults; the others are added to the outcome."""
        self.outcome.refused += [checked for checked in found if checked.faults]
        return [checked for checked in found if not checked.faults]

    def make(self, good: Sequence[Checked], runner: Runner, jobs: int) -> None:
        """Make and publish these reports, each as soon as it is ready."""
        if not good:
            return
        self.say("building " + ", ".join(checked.file.id for checked in good))
        with private_folder(self.output) as private, _pool(jobs, runner) as pool:
            under_way = {}
            for checked in good:
                # Hashed before the worker reads: an edit made meanwhile leaves the report stale, not wrong.
                shared = self.shared[checked.file.kind]
                inputs = freshness.case_inputs(checked.file.path, shared, checked.data)
                job = _job(checked.file, self.house, private)
                under_way[pool.submit(_timed, runner, job)] = (checked, inputs, job)
            for future in as_completed(under_way):
                self._settle(*under_way[future], *future.result())
        order = [checked.file.id for checked in good]
        self.outcome.built.sort(key=lambda one: order.index(one.id))
        self.outcome.failed.sort(key=lambda one: order.index(one.id))

    def _settle(self, checked: Checked, inputs: Mapping[str, str], job: Job, report: Report, seconds: float) -> None:
        """Publish what one job made, or what there is of it."""
        target = self.output / job.id
        failure = report.failure or _publish(job, checked, inputs, report, target)
        if failure is None:
            self.outcome.built.append(Built(job.id, target, seconds, job.kind))
            self.say(f"  {job.id}: built in {seconds:.1f} s")
            return
        notebook = failure.notebook or job.notebook
        folder = publish_failure(target, Path(job.scratch, notebook), Path(job.scratch, LOG))
        shows = folder / (failure.notebook or LOG)
        self.outcome.failed.append(Failed(job.id, failure, shows))
        self.say(f"  {job.id}: failed after {seconds:.1f} s")


def _job(file: CaseFile, house: House, private: Path) -> Job:
    folder = (private / file.id).resolve()
    for name in ("files", "scratch"):
        (folder / name).mkdir(parents=True)
    return Job(
        id=file.id,
        case=str(file.path.resolve()),
        house=str(house.root),
        files=str(folder / "files"),
        scratch=str(folder / "scratch"),
        kind=file.kind,
    )


def _publish(job: Job, checked: Checked, inputs: Mapping[str, str], report: Report, target: Path) -> Failure | None:
    """Write the manifest and put the report in its place; what the disk refuses is that case's failure."""
    files = Path(job.files)
    try:
        manifest.write(
            files,
            case=job.id,
            input=freshness.digest(inputs),
            inputs=inputs,
            data=checked.data,
            files=sorted(path.name for path in files.iterdir()),
            built=datetime.now(UTC).isoformat(timespec="seconds"),
            seconds=report.seconds,
        )
        publish(files, target)
    except OSError as error:
        return Failure("publish", str(error))
    return None


def _timed(runner: Runner, job: Job) -> tuple[Report, float]:
    """A job's report and the time it took; what the system refuses (files, processes) is that case's failure."""
    began = time.perf_counter()
    try:
        report = runner(job)
    except OSError as error:
        report = Report(Failure("worker", str(error)))
    return report, time.perf_counter() - began


@contextmanager
def _pool(jobs: int, runner: Runner) -> Iterator[ThreadPoolExecutor]:
    """Threads that wait for workers; the workers end with the build, however it ends."""
    pool = ThreadPoolExecutor(jobs)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        runner.stop()
        pool.shutdown()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
