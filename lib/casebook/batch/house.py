"""Where the parts of the project stand: the notebook, its template, the case files, the lock."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import casebook


@dataclass(frozen=True)
class House:
    """One checkout of the project: its root folder, and the library that is at work."""

    root: Path
    library: Path = Path(casebook.__file__).resolve().parent

    @property
    def notebook(self) -> Path:
        return self.root / "notebooks" / "decision.ipynb"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def params(self) -> Path:
        return self.root / "params"

    @property
    def lock(self) -> Path:
        return self.root / "requirements.lock"

    def missing(self) -> list[Path]:
        """The parts a report cannot be built without and that are not there."""
        return [part for part in (self.notebook, self.templates) if not part.exists()]


def of_this_library() -> House:
    """The checkout the imported library lies in (`lib/casebook` under its root)."""
    return House(Path(casebook.__file__).resolve().parents[2])
