"""Running one notebook with papermill and taking out of it what differs from run to run."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import nbformat
from jupyter_core.paths import jupyter_runtime_dir
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from papermill.execute import ERROR_MARKER_TAG, execute_notebook
from traitlets.config import Config

from casebook.batch.engine import NAME, register
from casebook.batch.job import Failure
from casebook.case import parameters

KERNEL = "python3"


def run(
    source: Path, target: Path, case: Path, given: Mapping[str, Any] | None = None, engine: str = "nbclient"
) -> NotebookNode:
    """Run the notebook with the case file's keys as parameters, as `papermill source target -f case` does.

    The keys are read as everywhere else here, so that a case that passed the check is the case the notebook gets.

    `given` are other parameters than a case's, where the file holds something else.

    The working directory is the case file's folder, where its relative paths start. `target` holds the
    notebook as far as it came, at every moment; with the engine `casebook` that is a journal beside it until the
    end. Raises PapermillExecutionError when a cell fails.
    """
    options: dict[str, Any] = {}
    if engine == NAME:
        register()
        options = {
            "journal": target.with_suffix(".journal"),
            "same_client": True,  # a report's process runs the notebooks of one case
            "request_save_on_cell_execute": False,
        }
    elif engine == "nbclient":
        _check_kernel()
        options = {"config": _sockets()}
    ran = execute_notebook(
        _plain(source),
        _plain(target),
        parameters=parameters(case) if given is None else dict(given),
        kernel_name=KERNEL,
        cwd=case.parent,
        progress_bar=False,
        engine_name=engine,
        **options,
    )
    return settled(ran, {cell.get("id") for cell in json.loads(source.read_bytes())["cells"]} - {None})


def _sockets() -> Config:
    """Socket files in the worker's private folder: no port is opened, and no two kernels meet."""
    # Named here because the sockets' names derive from it: without a name they would stand in the working
    # directory and be the same for every kernel.
    connection = os.path.join(jupyter_runtime_dir(), f"{secrets.token_hex(4)}.json")
    return Config({"KernelManager": {"transport": "ipc", "connection_file": connection}})


def settled(notebook: NotebookNode, known: Collection[str]) -> NotebookNode:
    """The notebook without times, paths and random ids, other than the known ones: same inputs, same bytes."""
    record = notebook.metadata.get("papermill", {})
    notebook.metadata["papermill"] = {key: record[key] for key in ("parameters", "version") if key in record}
    for place, cell in enumerate(notebook.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if cell.get("id") not in known:
            cell["id"] = f"cell-{place}"
        if "outputs" in cell:
            cell["outputs"] = joined(cell["outputs"])
    return notebook


def failure(error: PapermillExecutionError, notebook: Path, name: str) -> Failure:
    """What to tell about a failed cell."""
    why = f"{error.ename}: {error.evalue}".strip().removesuffix(":")
    return Failure("notebook", _one_line(why), name, _cell_name(nbformat.read(notebook, as_version=4)))


def cell_under_way(notebook: Path) -> str:
    """The cell a notebook stopped at when it was cut short; empty when it had not begun or is not there."""
    try:
        return _cell_name(nbformat.read(notebook, as_version=4))
    except (OSError, ValueError):  # not there yet, or caught in the middle of a save
        return ""


def _cell_name(notebook: NotebookNode) -> str:
    """The failed or running cell as a person would look for it: its place and its first line or tag."""
    cells = [cell for cell in notebook.cells if ERROR_MARKER_TAG not in cell.metadata.get("tags", [])]
    for place, cell in enumerate(cells, start=1):
        if cell.metadata.get("papermill", {}).get("status") in ("failed", "running"):
            tags = [tag for tag in cell.metadata.get("tags", []) if tag.startswith("memo:")]
            first = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
            return f"{place} ({', '.join(tags) or first[:60]})"
    return ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(path: Path) -> str:
    # papermill fills `{name}` in paths from the parameters; a folder may be called that.
    return str(path).replace("{", "{{").replace("}", "}}")


def joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Outputs with neighbouring pieces of one stream made one: how a stream is cut is a matter of timing."""
    result: list[NotebookNode] = []
    for output in outputs:
        if result and output.get("name") and output.get("name") == result[-1].get("name"):
            result[-1]["text"] += output["text"]
        else:
            result.append(output)
    return result


def _check_kernel() -> None:
    """Refuse a kernel of another Python: its libraries are not the ones the results come from."""
    from jupyter_client.kernelspec import KernelSpecManager

    command = KernelSpecManager().get_kernel_spec(KERNEL).argv[0]
    major, minor = sys.version_info[:2]
    own = {
        "python",
        f"python{major}",
        f"python{major}.{minor}",
    }  # jupyter_client runs sys.executable for these
    # The folders are compared: the Pythons of two environments are often links to the same file.
    if command not in own and Path(command).parent.resolve() != Path(sys.executable).parent.resolve():
        raise RuntimeError(f"kernel {KERNEL}: wanted the Python of this environment, got {command}")
