"""Building what is stale: check every case first, then run the jobs side by side, publish each as it ends."""

from __future__ import annotations

import os
import shutil
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
from casebook.batch.progress import Lines
from casebook.batch.publish import alone_in, discard_failure, private_folder, publish, publish_failure, tidy


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
    left: list[str] = field(default_factory=list)  # not begun, because another had failed
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
    fail_fast: bool = False,
    check: Callable[[CaseFile], Checked] = cases.check,
    say: Callable[[str], None] = lambda line: None,
    progress: Callable[[], Lines] | None = None,
) -> Outcome:
    """Bring the reports of these cases up to date in `output`, `jobs` at a time (0: one for every core).

    A case with faults is refused before anything is written, and the others go on; with `fail_fast` nothing more
    is begun after the first fault or failure. `say` gets a line as each case ends, unless `progress` shows it.
    Raises InputError when the project is not complete.
    """
    shared = {kind: freshness.shared_inputs(house, kind) for kind in dict.fromkeys(file.kind for file in files)}
    work = _Build(house, output, shared, force, fail_fast, progress or (lambda: Lines(say)))
    stale = [file for file in files if work.is_stale(file)]
    if stale and (missing := house.missing(dict.fromkeys(file.kind for file in stale))):
        raise InputError(f"{missing[0]}: not there; build from a complete checkout of the project")
    if not stale:
        tidy(output)
        return work.outcome
    _require_wearable(house.brand)
    with _ended(runner()) as running:  # before the checks: a server warms up meanwhile
        good = work.accepted([check(file) for file in stale])
        if good:
            with alone_in(output, lambda: say(f"another build is at work in {output}: waiting for it")):
                # The build we waited for may have made some of them.
                good = [checked for checked in good if work.is_stale(checked.file)]
                work.make(good, running, jobs or getattr(running, "at_once", _cores()))
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
        fail_fast: bool,
        progress: Callable[[], Lines],
    ) -> None:
        self.house, self.output, self.shared, self.force = house, output, shared, force
        self.fail_fast, self.progress = fail_fast, progress
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
        good = [checked for checked in found if not checked.faults]
        if self.fail_fast and self.outcome.refused:
            self.outcome.left = [checked.file.id for checked in good]
            return []
        return good

    def make(self, good: Sequence[Checked], runner: Runner, jobs: int) -> None:
        """Make and publish these reports, each as soon as it is ready."""
        if not good:
            return
        with self.progress() as shown, private_folder(self.output) as private, _pool(jobs, runner) as pool:
            shown.begin([checked.file.id for checked in good])
            under_way = {}
            for checked in good:
                # Hashed before the worker reads: an edit made meanwhile leaves the report stale, not wrong.
                own = freshness.own_inputs(checked.file.path, checked.data)
                job = _job(checked, self.house, private)
                under_way[pool.submit(_run, runner, job, shown)] = (checked, own, job)
            for future in as_completed(under_way):
                checked, own, job = under_way.pop(future)
                if future.cancelled():
                    self.outcome.left.append(job.id)
                    continue
                report, seconds = future.result()
                failed = self._settle(checked, own, job, report, seconds)
                shown.ended(job.id, failed, seconds)
                if self.fail_fast and self.outcome.failed:
                    for other in under_way:
                        other.cancel()
        order = {checked.file.id: place for place, checked in enumerate(good)}
        self.outcome.built.sort(key=lambda one: order[one.id])
        self.outcome.failed.sort(key=lambda one: order[one.id])
        self.outcome.left.sort(key=order.__getitem__)

    def _settle(self, checked: Checked, own: Mapping[str, str], job: Job, report: Report, seconds: float) -> bool:
        """Publish what one job made, or what there is of it, and say whether it failed."""
        target = self.output / job.id
        inputs = {**self.shared[job.kind], **own}
        failure = report.failure or _publish(job, checked, inputs, report, target)
        if failure is None:
            self.outcome.built.append(Built(job.id, target, seconds, job.kind))
        else:
            notebook = failure.notebook or job.notebook
            folder = publish_failure(target, Path(job.scratch, notebook), Path(job.scratch, LOG))
            shows = folder / (failure.notebook or LOG)
            self.outcome.failed.append(Failed(job.id, failure, shows))
        if report.failure or failure is None:  # else the last good report may still have to go back
            shutil.rmtree(Path(job.scratch).parent, ignore_errors=True)
        return failure is not None


def _require_wearable(brand: Path | None) -> None:
    """Refuse a brand with faults before anything is written or started."""
    from casebook.brand import BrandError, load_brand

    try:
        if brand is not None:
            load_brand(brand)
    except BrandError as error:
        count = len(error.faults)
        summary = f"brand file {brand}: {count} fault{'' if count == 1 else 's'}; nothing built"
        raise InputError(f"{summary}\n{error}") from None


def _job(checked: Checked, house: House, private: Path) -> Job:
    file = checked.file
    folder = (private / file.id).resolve()
    return Job(
        id=file.id,
        case=str(file.path.resolve()),
        house=str(house.root),
        files=str(folder / "files"),
        scratch=str(folder / "scratch"),
        kind=file.kind,
        data=checked.data,
        brand="" if house.brand is None else str(house.brand.resolve()),
    )


def _run(runner: Runner, job: Job, shown: Lines) -> tuple[Report, float]:
    """A job's report and the time it took; what the system refuses (files, processes) is that case's failure."""
    began = time.perf_counter()
    shown.started(job.id)
    try:
        for folder in (job.files, job.scratch):
            os.makedirs(folder)
        report = runner(job)
    except OSError as error:
        report = Report(Failure("worker", str(error)))
    return report, time.perf_counter() - began


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


@contextmanager
def _ended(runner: Runner) -> Iterator[Runner]:
    """A runner that ends with the build."""
    try:
        yield runner
    finally:
        runner.stop()


@contextmanager
def _pool(jobs: int, runner: Runner) -> Iterator[ThreadPoolExecutor]:
    """Threads that wait for workers; whatever ends the build early ends the workers with it."""
    pool = ThreadPoolExecutor(jobs)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        runner.stop()
        raise
    finally:
        pool.shutdown()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
