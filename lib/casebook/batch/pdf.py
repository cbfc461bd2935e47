"""The memo on paper: Chromium's print of the very page, `decision.pdf` beside `decision.html`."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from casebook.analysis.portfolio import FILES
from casebook.batch.faults import InputError

VARIABLE = "CHROMIUM"
"""The environment variable that says where the browser is, before anywhere else is looked."""

PLACES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

FLAGS = (
    "--headless",
    "--disable-gpu",
    "--no-pdf-header-footer",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # the page asks for nothing, and the browser itself is to be quiet, too
)

_DATES = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}[+-]\d\d'\d\d'\)")


class PrintError(Exception):
    """A memo that could not be printed; says why and what to do."""


def find_browser(environment: Mapping[str, str] = os.environ) -> Path:
    """The Chromium or Chrome to print with; PrintError where there is none."""
    named = environment.get(VARIABLE)
    for place in (named,) if named else PLACES:
        if found := shutil.which(place, path=environment.get("PATH")):
            return Path(found)
    if named:
        raise PrintError(f"{VARIABLE} names {named}, and there is no such program")
    raise PrintError(f"no Chromium or Chrome found; install one, or name it: {VARIABLE}=/path/to/chromium")


def memos(output: Path, asked: Sequence[str] = ()) -> list[Path]:
    """The folders of the reports asked for, by name or case file, or of all that are built.

    Raises InputError for one that has no memo.
    """
    if not asked:
        found = sorted(page.parent for page in output.glob(f"*/{FILES['memo']}"))
        if not found:
            raise InputError(f"{output}: no memo to print; build one first: casebook build")
        return found
    folders = [output / Path(one).stem for one in asked]
    for folder in folders:
        if not (folder / FILES["memo"]).is_file():
            raise InputError(f"{folder / FILES['memo']}: not there; build it first: casebook build")
    return folders


def print_memo(folder: Path, browser: Path, deadline: float = 60.0) -> Path:
    """Print the memo of a report beside it, within `deadline` seconds; an earlier print stays where it fails."""
    target = folder / FILES["pdf"]
    # The browser's profile and its half-written print go with the temporary folder.
    with tempfile.TemporaryDirectory(prefix="casebook-") as private:
        printed = Path(private, "printed.pdf")
        page = (folder / FILES["memo"]).resolve().as_uri()
        command = [browser, *FLAGS, f"--user-data-dir={private}/profile", f"--print-to-pdf={printed}", page]
        if os.geteuid() == 0:  # Chromium refuses to run as root with its sandbox
            command.insert(1, "--no-sandbox")
        _run(command, deadline)
        content = printed.read_bytes() if printed.is_file() else b""
        if not content.startswith(b"%PDF"):
            raise PrintError(f"{browser} ended well and printed nothing")
        part = target.with_name(target.name + ".part")
        part.write_bytes(dated(content, _as_of(folder)))
        part.replace(target)
    return target


def dated(content: bytes, day: str) -> bytes:
    """A print whose dates are the day its prices stand for: the clock is all that differs between two prints."""
    stamp = day.replace("-", "").encode() + b"000000+00'00'"
    return _DATES.sub(lambda found: b"/" + found[1] + b" (D:" + stamp + b")", content)


def _as_of(folder: Path) -> str:
    day: str = json.loads((folder / "results.json").read_bytes())["as_of"]
    return day


def _run(command: Sequence[str | Path], deadline: float) -> None:
    """Run the browser; at the deadline end it with everything that it started."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise PrintError(f"{command[0]} cannot be started: {error.strerror}") from error
    try:
        told = process.communicate(timeout=deadline)[1].decode(errors="replace").strip().splitlines()
    except subprocess.TimeoutExpired:
        raise PrintError(f"{command[0]} was not finished after {deadline:g} s; ended") from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    if process.returncode:
        last = f": {told[-1]}" if told else ""
        raise PrintError(f"{command[0]} ended with exit code {process.returncode}{last}")
