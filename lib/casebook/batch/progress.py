"""How a build shows that it is getting on: a line for each report, or a bar on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, Self

_NAMED = 12
"""Reports named one by one when a build begins; of more, the number is said."""
_SHOWN = 3


class Lines:
    """A line as each report ends, with the count."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._total = self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def begin(self, names: Sequence[str]) -> None:
        self._total = len(names)
        self._say("building " + several(names))

    def started(self, name: str) -> None:
        """A report has begun; told by the thread that waits for it."""

    def ended(self, name: str, failed: bool, seconds: float) -> None:
        self._done += 1
        count = f" ({self._done} of {self._total})" if self._total > 1 else ""
        self._say(f"  {name}: {'failed after' if failed else 'built in'} {seconds:.1f} s{count}")


class Bar(Lines):
    """A bar with what is under way, count, rate and time left; lines for failures only."""

    def __init__(self, console: Any) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        super().__init__(console.print)
        self._bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("left  {task.description}", markup=False),
            console=console,
            transient=True,
        )
        self._under_way: dict[str, None] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def begin(self, names: Sequence[str]) -> None:
        self._task = self._bar.add_task("", total=len(names), rate="")
        self._began = time.monotonic()

    def started(self, name: str) -> None:
        self._under_way[name] = None
        self._show()

    def ended(self, name: str, failed: bool, seconds: float) -> None:
        self._done += 1
        self._under_way.pop(name, None)
        if failed:
            self._say(f"  {name}: failed after {seconds:.1f} s", markup=False, highlight=False)
        self._show()

    def _show(self) -> None:
        names = list(self._under_way)
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        rate = self._done / max(time.monotonic() - self._began, 1e-9)
        self._bar.update(
            self._task,
            completed=self._done,
            description=", ".join(names[:_SHOWN]) + more,
            rate=f"{rate:.1f}/s" if rate >= 1 else f"{60 * rate:.0f}/min",
        )


def shown(say: Callable[[str], None]) -> Lines:
    """A bar where standard output is a terminal, else lines."""
    if not sys.stdout.isatty():
        return Lines(say)
    from rich.console import Console

    return Bar(Console())


def several(names: Sequence[str]) -> str:
    """Names, or their number where they are many."""
    return ", ".join(names) if len(names) <= _NAMED else f"{len(names)} reports"
