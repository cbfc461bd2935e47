"""Where the parts of the project stand: the notebook, its template, the case files, the lock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import casebook

CALCULATORS = ("prompt_cache", "rag_pipeline", "embedding", "gpu_inference")
FURTHER = {"decision": ("evaluation", *CALCULATORS)}
"""By kind of report: the further reports that are made with it where a case has something for them."""


@dataclass(frozen=True)
class House:
    """One checkout of the project: its root folder, and the library that is at work."""

    root: Path
    library: Path = Path(casebook.__file__).resolve().parent
    chosen_brand: Path | None = None

    @property
    def notebook(self) -> Path:
        return self.notebook_of("decision")

    def notebook_of(self, kind: str) -> Path:
        """The notebook of a kind of report: `decision` or `reconciliation`."""
        return self.root / "notebooks" / f"{kind}.ipynb"

    @property
    def audit(self) -> Path:
        """The list of the source's published figures; its report is the reconciliation."""
        return self.root / "notebooks" / "reconciliation.yaml"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def usual_brand(self) -> Path:
        return self.templates / "brand.yaml"

    @property
    def brand(self) -> Path | None:
        """The brand file that reports wear: the one chosen, else that of the templates, None without one."""
        return self.chosen_brand or (self.usual_brand if self.usual_brand.is_file() else None)

    @property
    def params(self) -> Path:
        return self.root / "params"

    @property
    def lock(self) -> Path:
        return self.root / "requirements.lock"

    def missing(self, kinds: Iterable[str] = ("decision",)) -> list[Path]:
        """The parts that reports of these kinds, and those made with them, need and that are not there."""
        every = dict.fromkeys(name for kind in kinds for name in (kind, *FURTHER.get(kind, ())))
        parts = (*map(self.notebook_of, every), self.templates)
        return [part for part in parts if not part.exists()]


def of_this_library() -> House:
    """The checkout the imported library lies in (`lib/casebook` under its root)."""
    return House(Path(casebook.__file__).resolve().parents[2])
