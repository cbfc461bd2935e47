"""A notebook's run, line by line in a file, so that a crash still shows how far it came.

Saving the notebook after every cell, as papermill does, costs more than the cells; a line costs next to nothing.
"""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
from nbformat import NotebookNode


class Journal:
    """Writes the run of one notebook: the notebook first, then a line as each cell starts and ends."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self, notebook: NotebookNode) -> None:
        self._stream = self._path.open("w", encoding="utf-8")
        self._line(notebook)

    def started(self, index: int) -> None:
        self._line({"started": index})

    def ended(self, index: int, cell: NotebookNode) -> None:
        self._line({"ended": index, "cell": cell})

    def _line(self, value: object) -> None:
        self._stream.write(json.dumps(value) + "\n")
        self._stream.flush()


def replay(path: Path) -> NotebookNode | None:
    """The notebook as far as its journal tells, the cell under way marked `running`; None when there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        notebook = nbformat.from_dict(json.loads(lines[0]))
    except (OSError, ValueError, IndexError):
        return None
    for line in lines[1:]:
        try:
            told = json.loads(line)
        except ValueError:  # the last line of a process that died writing it
            break
        if "started" in told:
            notebook.cells[told["started"]].metadata["papermill"] = {"status": "running"}
        else:
            notebook.cells[told["ended"]] = nbformat.from_dict(told["cell"])
    return notebook
