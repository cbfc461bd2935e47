"""Reports made by a warm server: the asking side."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from casebook.batch.death import cut_short, death
from casebook.batch.environment import for_worker
from casebook.batch.job import Job, Report

MODULE = "casebook.batch.server"
NOWHERE = Path(os.devnull)
"""The server keeps no files of its own; each report has its scratch folder for what Jupyter and IPython write."""

_ATTEMPTS = 3
_LAST = re.compile(rb'^\{"code": (-?\d+)\}\n\Z', re.MULTILINE)


class ServerGone(Exception):
    """The server ended while it was asked; the report can be asked for again."""


class WarmServer:
    """A runner that has every report made by a fork of one warm server, which ends with this process.

    `deadline` is in seconds for a whole report, `memory` in bytes. When the server dies, what it was making is made
    again by the next one; a report that takes a second server with it gets one of its own.
    """

    def __init__(self, root: Path, deadline: float, memory: int, command: Sequence[str] = ("-m", MODULE)) -> None:
        self._root, self._deadline, self._memory, self._command = root, deadline, memory, command
        self._guard = threading.Lock()
        self._servers: list[_Process] = []
        self._stopped = False
        self._shared = self._start()

    def __call__(self, job: Job) -> Report:
        job = replace(job, engine="casebook")
        for attempt in range(1, _ATTEMPTS + 1):
            server = self._server(alone=attempt == _ATTEMPTS)
            if server is None:
                return Report(cut_short(job, "stopped"))
            try:
                return server.ask(job, self._deadline)
            except ServerGone:
                self._retire(server)
                if attempt < _ATTEMPTS:
                    _clear(Path(job.files), Path(job.scratch))
            finally:
                if server is not self._shared:
                    self._retire(server)
        return Report(cut_short(job, f"the server ended {_ATTEMPTS} times while it was made"))

    @property
    def pid(self) -> int:
        """The process number of the shared server."""
        return self._shared.pid

    def stop(self) -> None:
        with self._guard:
            self._stopped = True
            servers = list(self._servers)
        for server in servers:
            server.end()

    def _server(self, alone: bool) -> _Process | None:
        """The shared server, started anew where it has ended, or one for a single report; None after `stop`."""
        with self._guard:
            if self._stopped:
                return None
            if alone:
                return self._start()
            if self._shared not in self._servers:
                self._shared = self._start()
            return self._shared

    def _start(self) -> _Process:
        server = _Process(self._command, self._memory, self._root)
        self._servers.append(server)
        return server

    def _retire(self, server: _Process) -> None:
        with self._guard:
            if server not in self._servers:
                return
            self._servers.remove(server)
        server.end()


class _Process:
    """One server process and the socket that controls it."""

    def __init__(self, command: Sequence[str], memory: int, root: Path) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                # -P: the folder the build was started in must not be searched for modules.
                [sys.executable, "-P", *command, str(theirs.fileno()), str(memory), str(root)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=for_worker(NOWHERE, NOWHERE, os.environ),
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for the build, which ends the server
            )
        self._guard = threading.Lock()  # of the control socket
        self._asked = False

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, job: Job, deadline: float) -> Report:
        """Have a report made. Raises ServerGone when the server ends before it."""
        with ExitStack() as held:
            ours, theirs = (held.enter_context(end) for end in socket.socketpair())
            seen, wish = (held.enter_context(os.fdopen(end, mode)) for end, mode in zip(os.pipe(), "rw", strict=True))
            try:
                with self._guard:
                    self._asked = True
                    socket.send_fds(self._control, [b"\n"], [theirs.fileno(), seen.fileno()])
                theirs.close()
                seen.close()
                ours.sendall(job.to_json().encode() + b"\n")
                return _answer(job, ours, wish, deadline)
            except (OSError, EOFError) as error:
                raise ServerGone from error

    def end(self) -> None:
        """End the server and all it is making."""
        with self._guard:
            self._control.close()
        if not self._asked:
            self._process.kill()  # it is warming up, for nothing
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()  # its children end with it
            self._process.wait()


def _answer(job: Job, asked: socket.socket, wish: TextIO, deadline: float) -> Report:
    """Wait for the report and for how its process ended; at the deadline, have it ended.

    Raises EOFError when the server ended instead.
    """
    asked.settimeout(deadline)
    got, late = b"", False
    while not (ended := _LAST.search(got)):
        try:
            piece = asked.recv(65536)
        except TimeoutError:
            if late:
                raise EOFError from None
            late = True
            wish.close()
            asked.settimeout(30)
            continue
        if not piece:
            raise EOFError
        got += piece
    if ended.start():
        return Report.from_json(got[: ended.start()].decode())
    return Report(cut_short(job, f"not finished after {deadline:g} s; ended" if late else death(int(ended[1]))))


def _clear(*folders: Path) -> None:
    """Empty the folders of a report for another attempt."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(exist_ok=True)
