"""The warm server: imports and caches once, then a forked child for every report.

    python -P -m casebook.batch.server <control socket> <project>

Over the control socket come, for each report, one byte, a socket and a pipe. Through the report's socket its child
reads the job and answers with the report; after the child's end the server adds how it ended. The asker gives a
report up by closing its end of the pipe. The control socket's end is the server's end.

One thread only: a fork copies the thread that forks and the locks of all.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NoReturn

from casebook.batch import isolation
from casebook.batch.environment import for_worker
from casebook.batch.job import LOG, Job
from casebook.batch.steps import Step
from casebook.batch.worker import load_case, make

GARBAGE = (200_000, 20, 100)
"""When to collect: seldom, for imports stay and a child lives for a second; Python's own pace takes a tenth of it."""


@dataclass(frozen=True)
class _Asker:
    """Who waits for a child: through `socket` it is answered, the end of `wish` is its giving up."""

    socket: socket.socket
    wish: BinaryIO

    def close(self) -> None:
        self.socket.close()
        self.wish.close()


@dataclass
class Server:
    """Forks a child for every socket that comes in; `work` is what the child does with it, `memory` its bytes."""

    control: socket.socket
    work: Callable[[socket.socket], None]
    memory: int
    children: dict[int, _Asker] = field(default_factory=dict)

    def serve(self) -> None:
        """Serve until the asker is gone, then end every child."""
        isolation.adopt_orphans()
        self._lifeline, self._held = os.pipe()
        with selectors.DefaultSelector() as self._selector:
            self._selector.register(self.control, selectors.EVENT_READ, self._begin)
            self._selector.register(self._ended_children(), selectors.EVENT_READ, self._reap)
            try:
                while True:
                    for key, _ in self._selector.select():
                        if key.fd in self._selector.get_map():  # what came before it may have settled this one
                            key.data(key.fileobj)
            except EOFError:
                for pid in list(self.children):
                    self._end(pid)

    def _ended_children(self) -> socket.socket:
        """A socket that can be read when a child has ended."""
        wakes, self._wakeup = socket.socketpair()
        for end in (wakes, self._wakeup):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wakeup.fileno(), warn_on_full_buffer=False)
        return wakes

    def _begin(self, control: socket.socket) -> None:
        byte, descriptors, _, _ = socket.recv_fds(control, 1, 2)
        if not byte:
            raise EOFError
        asker = _Asker(socket.socket(fileno=descriptors[0]), os.fdopen(descriptors[1], "rb", buffering=0))
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._be_child(asker, parent)
        self.children[pid] = asker
        self._selector.register(asker.wish, selectors.EVENT_READ, lambda _: self._end(pid))

    def _be_child(self, asker: _Asker, parent: int) -> NoReturn:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            os.close(self._held)
            isolation.end_with(parent, self._lifeline)
            self._selector.close()
            for other in (self.control, self._wakeup, asker.wish, *self.children.values()):
                other.close()  # held here as well, the end of another would not be seen
            isolation.fresh_chance()
            isolation.limit(self.memory)
            self.work(asker.socket)
            code = 0
        except BaseException:  # noqa: BLE001 - even an exit: it is told, and then the process is over
            traceback.print_exc()
        finally:
            # Nothing of the server's may run in the child: neither its loop nor what it does at exit.
            os._exit(code)

    def _reap(self, wakes: socket.socket) -> None:
        try:
            while wakes.recv(4096):
                pass
        except BlockingIOError:
            pass
        for pid in list(self.children):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._settle(pid, status)

    def _end(self, pid: int) -> None:
        """End a child under way."""
        isolation.end(pid)
        _, status = os.waitpid(pid, 0)
        self._settle(pid, status)

    def _settle(self, pid: int, status: int) -> None:
        """End all that an ended child has started, and tell its asker how it went."""
        asker = self.children.pop(pid)
        self._selector.unregister(asker.wish)
        isolation.end_group(pid)
        while left := isolation.strays(set(self.children)):
            for stray in left:
                isolation.end(stray)
                os.waitpid(stray, 0)
        try:
            asker.socket.sendall(json.dumps({"code": os.waitstatus_to_exitcode(status)}).encode() + b"\n")
        except OSError:
            pass  # nobody waits for it any more
        asker.close()


def report(
    asker: socket.socket,
    steps: Mapping[str, Step] | None = None,
    load: Callable[[Job], object] = load_case,
) -> None:
    """What a child does: read the job, make the report, answer."""
    with asker.makefile("r", encoding="utf-8") as stream:
        job = Job.from_json(stream.readline())
    log = os.open(Path(job.scratch, LOG), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    os.environ.update(for_worker(Path(job.scratch), Path(job.scratch), {}))
    os.chdir(job.scratch)
    made = make(job, steps, load)
    sys.stdout.flush()
    sys.stderr.flush()
    asker.sendall(made.to_json().encode() + b"\n")


def settle() -> None:
    """Leave the memory so that a child copies little of it: nothing to collect, nothing free among what is held."""
    gc.collect()
    gc.freeze()  # collecting in a child would write to all that it shares with the server
    isolation.give_back()


def main() -> None:
    """Warm up and serve."""
    control, memory, root = sys.argv[1:]
    gc.set_threshold(*GARBAGE)
    from casebook.batch.warmth import warm

    warm(Path(root))
    settle()
    Server(socket.socket(fileno=int(control)), report, int(memory)).serve()


if __name__ == "__main__":
    main()
