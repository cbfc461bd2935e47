"""A notebook's cells run in this process: ipykernel's own shell on one side, nbclient's own reading on the other.

Between the two stand no sockets and no second process: what the shell publishes is handed to nbclient's
`process_message` as it would have come over the wire. Both ends being the real ones, the outputs are the same.
"""

from __future__ import annotations

import asyncio
import builtins
import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ipykernel.compiler import XCachingCompiler, get_file_name
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from traitlets import Any as AnyTrait
from traitlets.config import Config

from casebook.batch.journal import Journal
from casebook.batch.streams import Stream, streams

Message = dict[str, Any]


class Wire(Session):
    """A session that hands its messages over instead of sending them."""

    take: Callable[[Message], None] = AnyTrait()

    def send(self, stream: Any, what: Any, content: Any = None, parent: Any = None, *_: Any, **rest: Any) -> Message:
        message = self.msg(what, content, parent) if isinstance(what, str) else what
        # Packed and unpacked, so that what arrives is what would have arrived over a socket.
        message["content"] = self.unpack(self.pack(message["content"]))
        self.take(message)
        return message


class Compiler(XCachingCompiler):
    """The kernel's compiler; a cell's file, which tracebacks and warnings name, without the process number."""

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        return f"/ipykernel/{os.path.basename(_file_name(raw_code))}"


@cache
def _file_name(code: str) -> str:
    """A cell's file as a kernel names it; kept, because the parameters stand in every notebook of a report."""
    return get_file_name(code)


class Kernel:
    """What a shell asks of its kernel. Nobody is there to be asked: `input` and `getpass` say so, as in a kernel."""

    eventloop = None
    _allow_stdin = False
    raw_input = IPythonKernel.raw_input
    getpass = IPythonKernel.getpass

    @contextmanager
    def no_input(self) -> Iterator[None]:
        before = builtins.input, getpass.getpass
        builtins.input, getpass.getpass = self.raw_input, self.getpass
        try:
            yield
        finally:
            builtins.input, getpass.getpass = before


class Shell:
    """An IPython shell as in a kernel, set up for one notebook.

    A second notebook in the same process is refused, for it would see what the first one changed, unless it is of
    the `same_client`.
    """

    def __init__(self, take: Callable[[Message], None], same_client: bool) -> None:
        if ZMQInteractiveShell.initialized():
            if not same_client:
                raise RuntimeError("this process has run a notebook already; another client's takes another process")
            ZMQInteractiveShell.clear_instance()
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        self.kernel = Kernel()
        # No history on disk: it is a thread and a database, and another client's cells.
        config = Config({"HistoryManager": {"enabled": False}})
        self.shell = ZMQInteractiveShell.instance(
            config=config, kernel=self.kernel, user_ns={}, compiler_class=Compiler
        )
        # A cell's text is transformed to see whether it awaits, and once more to run it.
        self.shell.transform_cell = lru_cache(maxsize=1)(self.shell.transform_cell)
        self.wire = Wire(take=take)
        for part in (self.shell.displayhook, self.shell.display_pub):
            part.session = self.wire
        self.shell.displayhook.topic = b"execute_result"

    @property
    def has_exited(self) -> bool:
        return bool(self.shell.exit_now)

    async def run(self, code: str) -> dict[str, Any]:
        """Run one cell and reply as ipykernel's `do_execute` does. The loop is running, as in a kernel."""
        shell = self.shell
        preprocessing = None
        try:
            transformed = shell.transform_cell(code)
        except Exception:  # noqa: BLE001 - whatever a cell's text does to a transformer is told as the cell's error
            transformed, preprocessing = code, sys.exc_info()
        ready = {"transformed_cell": transformed, "preprocessing_exc_tuple": preprocessing}
        with self.kernel.no_input():
            if shell.should_run_async(code, **ready):
                result = None
                try:
                    result = await asyncio.ensure_future(shell.run_cell_async(code, store_history=True, **ready))
                finally:
                    shell.events.trigger("post_execute")
                    shell.events.trigger("post_run_cell", result)
            else:
                result = shell.run_cell(code, store_history=True)
        if result.success and not shell._last_traceback_during_displayhook:
            return {"status": "ok"}
        error = result.error_before_exec if result.error_before_exec is not None else result.error_in_exec
        return {
            "status": "error",
            "traceback": shell._last_traceback or [],
            "ename": type(error).__name__,
            "evalue": str(error),
        }


class Client(PapermillNotebookClient):
    """papermill's client with the kernel in its own process; `journal` is told of every cell."""

    def __init__(self, nb_man: Any, journal: Path | None = None, same_client: bool = False, **options: Any) -> None:
        given = {name: options[name] for name in ("log_output", "stdout_file", "stderr_file") if name in options}
        super().__init__(nb_man, **given)
        self._journal = Journal(journal) if journal else None
        self._same_client = same_client
        self._take: Callable[[Message], None] = _drop

    def execute(self, **_: Any) -> NotebookNode:
        self.reset_execution_trackers()
        if self._journal:
            self._journal.begin(self.nb)
        shell = Shell(lambda message: self._take(message), self._same_client)

        def publish(name: str, text: str) -> None:
            shell.wire.send(None, "stream", {"name": name, "text": text})

        with streams(publish) as pair:
            asyncio.run(self._cells(shell, pair))
        self.nb.metadata["language_info"] = IPythonKernel.language_info
        return self.nb

    async def _cells(self, shell: Shell, pair: tuple[Stream, Stream]) -> None:
        for index, cell in enumerate(self.nb.cells):
            if self._journal:
                self._journal.started(index)
            self.nb_man.cell_start(cell, index)
            try:
                await self._cell(shell, pair, cell, index)
            except CellExecutionError as error:
                self.nb_man.cell_exception(cell, cell_index=index, exception=error)
                break
            finally:
                self.nb_man.cell_complete(cell, cell_index=index)
                if self._journal:
                    self._journal.ended(index, cell)

    async def _cell(self, shell: Shell, pair: tuple[Stream, Stream], cell: NotebookNode, index: int) -> None:
        """One cell, with the steps of nbclient's `async_execute_cell`."""
        skipped = self.skip_cells_with_tag in cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or skipped:
            return
        if shell.has_exited:
            raise DeadKernelError("Kernel died")  # as nbclient says after `exit`
        self.clear_before_next_output = False
        cell.execution_count = shell.shell.execution_count
        self._take = lambda message: self.process_message(message, cell, index)
        for stream in pair:
            stream.begin()
        reply = await shell.run(cell.source)
        await asyncio.sleep(0)  # what the cell left to the loop may begin, as between two requests to a kernel
        for stream in pair:
            stream.flush()
        await self._check_raise_for_error(cell, index, {"content": reply})


def _drop(message: Message) -> None:
    """What is published before the first cell belongs to none."""
