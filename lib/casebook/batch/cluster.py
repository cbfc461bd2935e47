"""Reports made by the workers of a Dask cluster; only bytes go there and come back, so no disk is shared.

Every worker needs this very project: the same library, notebooks, templates and packages, or it is refused, since it
would make other bytes. On each worker a plugin holds a warm server, as a build on one machine does.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from distributed import Client, get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from casebook.batch import freshness
from casebook.batch.faults import InputError
from casebook.batch.house import of_this_library
from casebook.batch.job import LOG, Failure, Job, Report
from casebook.batch.steps import STEPS
from casebook.batch.warm import WarmServer

PLUGIN = "casebook"
BRAND = "sent-brand/brand.yaml"
RETRIES = 3
_CONNECT = "20 s"
_TOLD = 5


@dataclass(frozen=True)
class Parcel:
    """A job with the contents of its files; paths are relative to what is sent."""

    job: Job
    files: Mapping[str, bytes]
    made_with: str


@dataclass(frozen=True)
class Made:
    """What came of a job: its report, the finished files and, of a failure, what shows it."""

    report: Report
    files: Mapping[str, bytes]
    scratch: Mapping[str, bytes]


class Warm(WorkerPlugin):
    """Keeps a warm server on a worker as long as a build is connected."""

    def __init__(self, deadline: float, memory: int) -> None:
        self._deadline, self._memory = deadline, memory

    def setup(self, worker: Any) -> None:
        self.made_with = freshness.digest(_made_with())
        self.server = WarmServer(of_this_library().root, self._deadline, self._memory)

    def teardown(self, worker: Any) -> None:
        self.server.stop()


class Cluster:
    """A runner that has reports made by the workers of the Dask scheduler at `address`.

    A report is begun again elsewhere when its worker goes. Raises InputError when the scheduler does not answer, has
    no workers, or has one that would make other bytes.
    """

    def __init__(self, address: str, deadline: float, memory: int) -> None:
        try:
            self._client = Client(address, timeout=_CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise InputError(f"{address}: wanted a Dask scheduler that answers; got {error}") from error
        try:
            _require_same(address, self._client)
            self._client.register_plugin(Warm(deadline, memory), name=PLUGIN)
        except BaseException:
            self._client.close()
            raise
        self._executor = self._client.get_executor(pure=False, retries=RETRIES)
        self._made_with = freshness.digest(_made_with())
        # One waiting for each that is under way, so that no worker has to wait for us.
        self.at_once = 2 * sum(self._client.nthreads().values())

    def __call__(self, job: Job) -> Report:
        future: Future[Made] = self._executor.submit(make, _parcel(job, self._made_with))
        try:
            made = future.result()
        except CancelledError:
            return Report(Failure("stopped", "stopped"))
        except Exception as error:  # noqa: BLE001 - what a cluster can raise is many things, and this case's failure
            return Report(Failure("cluster", f"{type(error).__name__}: {error}"))
        _write(made.files, Path(job.files))
        _write(made.scratch, Path(job.scratch))
        return made.report

    def stop(self) -> None:
        if self._client.status != "closed":
            self._executor.shutdown(wait=False)
            try:
                self._client.unregister_worker_plugin(PLUGIN)
            except (OSError, ValueError):  # the scheduler has gone, and its workers with it
                pass
            self._client.close()


def make(parcel: Parcel) -> Made:
    """Make a report, on a worker."""
    here: Warm = get_worker().plugins[PLUGIN]
    if parcel.made_with != here.made_with:  # one that came after the build had asked all
        raise RuntimeError("this worker has another version of the project than the build")
    with tempfile.TemporaryDirectory(prefix="casebook-") as home:
        sent, files, scratch = (Path(home, name) for name in ("sent", "files", "scratch"))
        for folder in (sent, files, scratch):
            folder.mkdir()
        _write(parcel.files, sent)
        job = replace(
            parcel.job,
            case=str(sent / parcel.job.case),
            house=str(of_this_library().root),
            files=str(files),
            scratch=str(scratch),
            brand=str(sent / BRAND) if parcel.job.brand else "",
        )
        report = here.server(job)
        shows = [LOG, report.failure.notebook or job.notebook] if report.failure else []
        return Made(
            report,
            {path.name: path.read_bytes() for path in files.iterdir()},
            {name: (scratch / name).read_bytes() for name in shows if (scratch / name).is_file()},
        )


def _parcel(job: Job, made_with: str) -> Parcel:
    """A job and its files, seen from the folder that has them all."""
    case = Path(job.case)
    paths = [case, *(Path(os.path.normpath(case.parent / name)) for name in job.data)]
    root = os.path.commonpath([path.parent for path in paths])
    files = {os.path.relpath(path, root): path.read_bytes() for path in paths}
    if job.brand:
        files[BRAND] = Path(job.brand).read_bytes()
        images = [path for path in Path(job.brand).parent.iterdir() if path.name.encode() in files[BRAND]]
        files |= {f"{os.path.dirname(BRAND)}/{image.name}": image.read_bytes() for image in images if image.is_file()}
    return Parcel(replace(job, case=os.path.relpath(case, root), house="", files="", scratch=""), files, made_with)


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _made_with() -> dict[str, str]:
    """What reports are made from here, whatever their kind."""
    house, found = of_this_library(), {}
    for kind in STEPS:
        shared = freshness.shared_inputs(house, kind)
        found |= {f"notebook {kind}" if key == "notebook" else key: value for key, value in shared.items()}
    return found


def _require_same(address: str, client: Client) -> None:
    ours = _made_with()
    try:
        found = client.run(_made_with)
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        raise InputError(f"{address}: wanted workers with this package (pip install casebook); got {told}") from error
    if not found:
        raise InputError(f"{address}: wanted at least one worker; the scheduler has none")
    for worker, theirs in sorted(found.items()):
        if changes := freshness.changes(ours, theirs):
            more = [f"and {len(changes) - _TOLD} more"] if len(changes) > _TOLD else []
            differs = "\n  ".join([*changes[:_TOLD], *more])
            raise InputError(f"{worker}: wanted the project as it is here; there it differs:\n  {differs}")
