"""What keeps one report's process from harming others: its session, its limits, its end with its parent's."""

from __future__ import annotations

import ctypes
import os
import random
import resource
import signal
import sys
import threading
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h
_LINUX = sys.platform == "linux"
FILE_LIMIT = 2_000_000_000
"""Bytes that one file of a report may have: a cell that prints for ever must not fill the disk."""


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent has ended, so that `strays` finds them. Linux only."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def end_with(parent: int, lifeline: int) -> None:
    """Have this process end when its parent does, however that goes.

    Linux sends a signal. Elsewhere a thread waits for the end of the pipe `lifeline`, whose other end only the
    parent holds.
    """
    if _LINUX:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it went in between
            os._exit(1)
        return

    def wait() -> None:
        os.read(lifeline, 1)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait, daemon=True).start()


def limit(memory: int) -> None:
    """Let this process take `memory` bytes more than it has; more is a MemoryError in the cell that asks for it.

    macOS takes the limit and does not keep to it.
    """
    _lower(resource.RLIMIT_AS, _address_space() + memory)
    _lower(resource.RLIMIT_FSIZE, FILE_LIMIT)
    _lower(resource.RLIMIT_CORE, 0)


def give_back() -> None:
    """Give free memory back: a child gets new pages, where it would have copied old ones. Linux's glibc only."""
    if _LINUX and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def fresh_chance() -> None:
    """Seed the generators that a fork has copied; Python's own are reseeded by Python."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


def strays(known: set[int]) -> set[int]:
    """Children of this process that are not among those known: left by a report that has ended."""
    me = os.getpid()
    try:
        children = {int(word) for word in Path(f"/proc/{me}/task/{me}/children").read_text().split()}
    except OSError:
        import psutil

        children = {child.pid for child in psutil.Process().children()}
    return children - known


def end(pid: int) -> None:
    """Kill a child that has not been waited for, and its group where it leads one."""
    end_group(pid)
    os.kill(pid, signal.SIGKILL)  # it may not have made its group yet


def end_group(leader: int) -> None:
    """Kill what is left of a process group."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS refuses where only the ended are left
        pass


def _address_space() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _lower(what: int, value: int) -> None:
    _, hard = resource.getrlimit(what)
    allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (allowed, hard))


def _prctl(what: int, value: int) -> None:
    if _LINUX:
        ctypes.CDLL(None).prctl(what, value)
