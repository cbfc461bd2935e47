"""The output folder: one build at a time in it, and a case's files appear together or not at all."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from casebook.analysis import portfolio
from casebook.batch import manifest
from casebook.batch.freshness import FILES

LOCK = ".lock"
FAILED = "failed"
PRINT = portfolio.FILES["pdf"]
_PRIVATE = ".build-"


@contextmanager
def alone_in(output: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the output folder for one build; `waiting` is called when another one holds it."""
    output.mkdir(parents=True, exist_ok=True)
    with (output / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        _recover(output)
        yield


def tidy(output: Path) -> None:
    """Clear what a killed build left, unless a build is at work."""
    if any(output.glob(f"{_PRIVATE}*")):
        with (output / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            _recover(output)


@contextmanager
def private_folder(output: Path) -> Iterator[Path]:
    """A folder inside the output, so that a rename out of it is atomic; gone in the end."""
    folder = output / f"{_PRIVATE}{secrets.token_hex(4)}"
    folder.mkdir()
    try:
        yield folder
    finally:
        _recover(output)


def publish(files: Path, target: Path) -> None:
    """Put finished files in place of a case's folder.

    What others left in that folder (a client's copy of the workbook) moves along; `failed/` of an earlier
    attempt and a print of the memo before go. `files` is a folder of its own inside a private folder.
    """
    if not target.exists():
        files.rename(target)
        return
    _carry_over(target, files)
    target.rename(_previous(files, target.name))
    files.rename(target)


def publish_failure(target: Path, *parts: Path) -> Path:
    """Keep what there is of a failed report in `failed/`, beside the last good one, and say where."""
    failed = target / FAILED
    shutil.rmtree(failed, ignore_errors=True)
    failed.mkdir(parents=True)
    for part in parts:
        if part.is_file():
            shutil.move(part, failed / part.name)
    return failed


def discard_failure(target: Path) -> None:
    """Drop what an earlier attempt left: the report beside it is up to date again."""
    failed = os.path.join(target, FAILED)
    if os.path.lexists(failed):
        shutil.rmtree(failed, ignore_errors=True)


def _previous(files: Path, case: str) -> Path:
    """Where the last good report waits while the new one takes its place: `<private>/<case>/previous`."""
    assert files.parent.name == case
    return files.parent / "previous"


def _carry_over(old: Path, new: Path) -> None:
    record = manifest.read(old)
    ours = {*(record["files"] if record else FILES), manifest.NAME, FAILED, PRINT}
    for entry in old.iterdir():
        if entry.name in ours or (new / entry.name).exists():
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, new / entry.name, symlinks=True)
        else:
            shutil.copy2(entry, new / entry.name, follow_symlinks=False)


def _recover(output: Path) -> None:
    """Clear what a build left in private folders; a report that was just out of its place goes back."""
    for private in output.glob(f"{_PRIVATE}*"):
        for previous in private.glob("*/previous"):
            place = output / previous.parent.name
            if not place.exists():
                os.rename(previous, place)
        shutil.rmtree(private, ignore_errors=True)
