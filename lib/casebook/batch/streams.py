"""What a cell prints, from Python and from below it, handed on as a kernel's streams are."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LIMIT = 20_000_000
"""Characters a cell may print, so that a report cannot fill the disk."""


class TooMuchPrinted(RuntimeError):
    """A cell printed more than a notebook should hold."""


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of the cells: keeps what is written and gives it to `publish` when flushed.

    What reaches the file descriptor without passing here (other programs, C libraries) is caught and added.
    """

    encoding = "UTF-8"
    errors = "replace"

    def __init__(self, name: str, descriptor: int, publish: Callable[[str, str], None], limit: int = LIMIT) -> None:
        self.name = name
        self._descriptor, self._publish, self._limit = descriptor, publish, limit
        self._parts: list[str] = []
        self._printed = 0
        self._caught = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `restore`
        self._read = 0
        self._before = os.dup(descriptor)
        os.dup2(self._caught.fileno(), descriptor)

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._printed += len(text)
        if self._printed > self._limit:
            self._printed = 0  # so that the traceback can be told
            raise TooMuchPrinted(f"the cell printed more than {self._limit // 1_000_000} million characters")
        self._parts.append(text)
        return len(text)

    def flush(self) -> None:
        """Hand on what was written since the last time."""
        text = "".join(self._parts) + self._from_below()
        self._parts.clear()
        if text:
            self._publish(self.name, text)

    def fileno(self) -> int:
        """The stream that was there before, as in a kernel."""
        return self._before

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def begin(self) -> None:
        """Start counting anew: the limit is a cell's."""
        self._printed = 0

    def restore(self) -> None:
        """Put the file descriptor back as it was."""
        os.dup2(self._before, self._descriptor)
        os.close(self._before)
        self._caught.close()

    def _from_below(self) -> str:
        there = os.fstat(self._caught.fileno()).st_size
        found = os.pread(self._caught.fileno(), min(there - self._read, self._limit), self._read)
        self._read = there
        return found.decode(errors="replace")


@contextmanager
def streams(publish: Callable[[str, str], None], limit: int = LIMIT) -> Iterator[tuple[Stream, Stream]]:
    """Python's output and error streams replaced; `publish` gets a stream's name and a piece of text."""
    before = sys.stdout, sys.stderr
    for stream in before:
        if stream is not None:
            stream.flush()
    pair = Stream("stdout", 1, publish, limit), Stream("stderr", 2, publish, limit)
    sys.stdout, sys.stderr = pair
    try:
        yield pair
    finally:
        sys.stdout, sys.stderr = before
        for stream in pair:
            stream.restore()
