"""What a report is made from, by content: is it up to date, and if not, what changed.

Raw bytes are hashed and nothing is parsed but the notebook, so that finding out that nothing changed costs a
few milliseconds and no import beyond the standard library.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from casebook.batch import manifest
from casebook.batch.house import FURTHER, House

FILES = ("decision.ipynb", "decision.html", "decision.xlsx", "results.json")


def shared_inputs(house: House, kind: str = "decision") -> dict[str, str]:
    """Name to content of everything that all reports of a kind depend on."""
    return {
        "notebook": _notebook_source(house.notebook_of(kind)),
        **{f"notebook {name}": _notebook_source(house.notebook_of(name)) for name in FURTHER.get(kind, ())},
        **_tree("library", house.library, skip=("__pycache__",)),
        **_tree("template", house.templates, skip=("__pycache__", "brands")),
        **_brand_files(house),
        "lock": _file(house.lock),
        "python": ".".join(str(part) for part in sys.version_info[:3]),
        **{f"package {name}": version for name, version in locked_packages(house.lock).items()},
    }


def own_inputs(case: Path, data: Iterable[str] = ()) -> dict[str, str]:
    """Name to content of what only this case's report is made from.

    `data` are the other files it reads, seen from the case file's folder.
    """
    return {"case": _file(case), **{f"data {path}": _file(case.parent / path) for path in data}}


def case_inputs(case: Path, shared: Mapping[str, str], data: Iterable[str] = ()) -> dict[str, str]:
    """Name to content of everything one case's report is made from."""
    return {**shared, **own_inputs(case, data)}


def digest(inputs: Mapping[str, str]) -> str:
    """One hash for all of the inputs."""
    return hashlib.sha256(json.dumps(sorted(inputs.items())).encode()).hexdigest()


def reasons(case: Path, shared: Mapping[str, str], folder: Path) -> list[str]:
    """Why the report in `folder` has to be built, a line each; empty when it is up to date."""
    record = manifest.read(folder)
    if record is None:
        return ["never built"]
    files = [os.path.join(folder, name) for name in record["files"]]
    gone = [f"{os.path.basename(file)} is missing from {folder}" for file in files if not os.path.isfile(file)]
    # The same case bytes name the same data files, so the list of the last build is still the right one.
    return gone + changes(record["inputs"], case_inputs(case, shared, record["data"]))


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What differs between two sets of inputs, a line each."""
    lines: list[str] = []
    if before == now:  # the rule, and a hundred times quicker to see at once
        return lines
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name), now.get(name)
        if old == new:
            continue
        if name == "python" or name.startswith("package "):
            lines.append(f"{name}: {old or 'absent'} -> {new or 'absent'}")
        else:
            what = "new" if old is None else "gone" if new in (None, "") else "changed"
            lines.append(f"{name}: {what}")
    return lines


def locked_packages(lock: Path) -> dict[str, str]:
    """Installed version of every package the lock file names, read off folder names: that takes no import."""
    text = lock.read_text(encoding="utf-8") if lock.is_file() else ""
    wanted = {_normal(name) for name in re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==", text, re.MULTILINE)}
    found: dict[str, str] = {}
    for folder in sys.path:
        if not folder.endswith(("site-packages", "dist-packages")) or not os.path.isdir(folder):
            continue
        for entry in os.listdir(folder):
            if entry.endswith(".dist-info"):
                name, _, version = entry.removesuffix(".dist-info").partition("-")
                if _normal(name) in wanted:
                    found.setdefault(_normal(name), version)
    return dict(sorted(found.items()))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _file(path: Path | str) -> str:
    """Hash of a file's bytes; empty when there is no such file."""
    try:
        with open(path, "rb") as stream:
            return hashlib.sha256(stream.read()).hexdigest()
    except FileNotFoundError:
        return ""


def _brand_files(house: House) -> dict[str, str]:
    """A chosen brand file and the images beside it that it names; the usual one stands among the templates."""
    brand = house.chosen_brand
    if brand is None or not brand.is_file() or brand.resolve() == house.usual_brand.resolve():
        return {}
    text = brand.read_bytes()
    images = [path for path in brand.parent.iterdir() if path.suffix in (".png", ".svg") and path.name.encode() in text]
    return {f"brand {path.name}": _file(path) for path in (brand, *sorted(images))}


def _tree(kind: str, root: Path, skip: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in skip and not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                path = Path(folder, name)
                found[f"{kind} {path.relative_to(root).as_posix()}"] = _file(path)
    return found


def _notebook_source(path: Path) -> str:
    """Hash of what a notebook says, not of what its last run in an editor left in it."""
    try:
        notebook: dict[str, Any] = json.loads(path.read_bytes())
        cells = notebook["cells"]
        said = [(cell["cell_type"], cell["source"], cell["metadata"].get("tags", [])) for cell in cells]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return _file(path)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
