"""The portfolio of an output folder: page, workbook and data, made anew when a report, a file or a state changed.

Nothing beyond the standard library is imported to find out that all of it is up to date.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path

from casebook.analysis import portfolio as records
from casebook.batch import freshness, manifest
from casebook.batch.cases import NAME, CaseFile
from casebook.batch.house import House
from casebook.batch.publish import FAILED, alone_in, private_folder

PAGE, WORKBOOK = "index.html", "portfolio.xlsx"
MADE = (PAGE, WORKBOOK, records.FILE)
KEY = ".portfolio"
"""The file that says what the others were made from; it is put in place last."""


def preparing() -> threading.Thread:
    """A thread, to be started, that imports what the portfolio is made with: there is time while a server warms up.

    It has to end before any of that is imported elsewhere: of two threads that import a package, each may wait for a
    module that the other one is half way through, and Python ends such a wait with an ImportError.
    """
    return threading.Thread(target=_import, name="portfolio")


def _import() -> None:
    import casebook.memo.portfolio
    import casebook.workbook.portfolio

    del casebook


def refresh(
    house: House,
    output: Path,
    files: Iterable[CaseFile] = (),
    fresh: Collection[str] = (),
    say: Callable[[str], None] = lambda line: None,
) -> bool:
    """Bring the portfolio of `output` up to date and say whether there was anything to do.

    `files` are case files that may lie elsewhere than in params/; `fresh` names reports known to be up to date.
    """
    if not output.is_dir():
        return False
    found = _Found(house, output, {file.id: file.path for file in files}, fresh)
    if found.is_shown():
        return False
    templates = [house.templates / name for name in ("memo", "portfolio")]
    if missing := [str(path) for path in templates if not path.is_dir()]:
        say(f"{PAGE}: not made, for {missing[0]} is not there")
        return False
    with alone_in(output, lambda: say(f"another build is at work in {output}: waiting for it")):
        found = _Found(house, output, found.files, fresh)
        if found.is_shown():  # made by the build that we waited for
            return False
        _make(found, say)
    count = len(found.states) - (records.RECONCILIATION in found.states)
    say(f"{output / PAGE}: {count} case{'' if count == 1 else 's'}")
    return True


class _Found:
    """What there is in an output folder: the reports, by name, with the state of each."""

    def __init__(self, house: House, output: Path, files: Mapping[str, Path], fresh: Collection[str]) -> None:
        self.house, self.output, self.files, self.fresh = house, output, files, fresh
        self._inputs: dict[str, Mapping[str, str]] = {}
        folders = [entry for entry in sorted(output.iterdir()) if NAME.fullmatch(entry.name) and entry.is_dir()]
        self.states = {folder.name: self._state(folder) for folder in folders if _is_report(folder)}

    @cached_property
    def key(self) -> str:
        """One hash for everything that the portfolio shows."""
        digest = hashlib.sha256()
        for name, state in self.states.items():
            folder = self.output / name
            left = os.listdir(folder / FAILED) if state == records.FAILED else []
            digest.update(json.dumps([name, state, sorted(os.listdir(folder)), sorted(left)]).encode())
            record = folder / manifest.NAME
            digest.update(record.read_bytes() if record.is_file() else b"")
        return digest.hexdigest()

    def is_shown(self) -> bool:
        """Whether the portfolio that is there was made from just this."""
        path = self.output / KEY
        complete = all((self.output / name).is_file() for name in MADE)
        return complete and path.is_file() and path.read_text() == self.key

    def _state(self, folder: Path) -> str:
        if (folder / FAILED).is_dir():
            return records.FAILED
        if folder.name in self.fresh:
            return records.CURRENT
        path, kind = self.files.get(folder.name, self.house.params / f"{folder.name}.yaml"), "decision"
        if folder.name == records.RECONCILIATION:
            path, kind = self.house.audit, records.RECONCILIATION
        if not path.is_file():
            return records.ORPHAN
        return records.STALE if freshness.reasons(path, self._shared(kind), folder) else records.CURRENT

    def _shared(self, kind: str) -> Mapping[str, str]:
        """What all reports of a kind depend on, read once and only where a state is not known without it."""
        if kind not in self._inputs:
            self._inputs[kind] = freshness.shared_inputs(self.house, kind)
        return self._inputs[kind]


def _is_report(folder: Path) -> bool:
    return (folder / manifest.NAME).is_file() or (folder / FAILED).is_dir()


def _make(found: _Found, say: Callable[[str], None]) -> None:
    """Make the files in a private folder and put each in its place; results that cannot be read are told."""
    from casebook.memo.portfolio import index_page
    from casebook.workbook.portfolio import write_portfolio

    portfolio = records.portfolio_of(found.output, found.states)
    for name, case in portfolio["cases"].items():
        if case["unreadable"]:
            say(f"{found.output / name}{os.sep}{case['unreadable']}; build it again")
    with private_folder(found.output) as private:
        text = json.dumps(portfolio, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        (private / records.FILE).write_text(text, encoding="utf-8")
        (private / PAGE).write_text(index_page(portfolio, found.house.templates), encoding="utf-8")
        write_portfolio(portfolio, private / WORKBOOK)
        (private / KEY).write_text(found.key, encoding="utf-8")
        for name in (*MADE, KEY):
            os.replace(private / name, found.output / name)
