"""What a worker is asked to do and what it reports back: plain values that cross a process as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from casebook.batch.house import FURTHER

# In a job's scratch folder:
LOG = "worker.log"
REPORT = "report.json"  # its absence means that the worker died


@dataclass(frozen=True)
class Job:
    """One report to make. Paths are absolute; `files` and `scratch` exist, are empty and the job's own."""

    id: str
    case: str
    house: str
    files: str  # where the finished files go
    scratch: str  # where everything else goes: log, partly run notebook, the kernel's own folders
    kind: str = "decision"
    data: tuple[str, ...] = ()  # other files the case reads, seen from its folder
    engine: str = "nbclient"  # what runs the notebook, by papermill's name
    brand: str = ""  # the brand file; empty for the standard look

    @property
    def notebook(self) -> str:
        """The name of the executed notebook; in `scratch` it stands as far as it came."""
        return f"{self.kind}.ipynb"

    def last_notebook(self) -> str:
        """The notebook that ran last, as far as it came; empty when none had begun."""
        names = (f"{kind}.ipynb" for kind in (*reversed(FURTHER.get(self.kind, ())), self.kind))
        return next((name for name in names if Path(self.scratch, name).exists()), "")

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Job:
        return cls(**json.loads(text))


@dataclass(frozen=True)
class Failure:
    """Why a report could not be made: which step, in which notebook and cell, and one line why."""

    step: str
    why: str
    notebook: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Report:
    """How a job ended: `failure` None when its files are complete."""

    failure: Failure | None
    seconds: dict[str, float] = field(default_factory=dict)  # of each step

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Report:
        fields: dict[str, Any] = json.loads(text)
        failure = fields["failure"]
        return cls(Failure(**failure) if failure else None, fields["seconds"])


class Runner(Protocol):
    """Whatever makes a report from a job; called from several threads at once.

    The rest of the batch does not care whether that is a fresh process, a warm server or another machine.
    """

    def __call__(self, job: Job) -> Report: ...

    def stop(self) -> None:
        """End every job under way, now; their calls return."""
