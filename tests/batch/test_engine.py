"""The in-process engine against nbclient and a real kernel, cell by cell: the same outputs, the same errors."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from casebook.batch.notebook import joined

# Cells of one notebook, in order; those that raise are allowed to.
CELLS = {
    "parameters": "who = 'nobody'",
    "plain text": "print('one'); print('two', end=''); print(' and three', who)",
    "both streams": "import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('out again')",
    "both streams, flushed": "for n in range(3):\n    print(n, flush=True)\n    print(-n, file=sys.stderr, flush=True)",
    "a result": "{'a': [1, 2, (3, 4)], 'b': float('nan')}",
    "a result hidden": "1 + 1;",
    "nothing": "None",
    "an empty cell": "  ",
    "a comment": "# nothing here",
    "the last results": "40 + 2",
    "the last results again": "_ + _4['a'][0], In[10], Out[4]['a']",
    "a rich result": (
        "class Rich:\n"
        "    def _repr_html_(self): return '<b>&amp;</b>'\n"
        "    def _repr_markdown_(self): return '**b**'\n"
        "    def _repr_png_(self): return b'\\x89PNG\\r\\n\\x1a\\n' + b'0' * 30, {'width': 3}\n"
        "    def __repr__(self): return 'Rich'\n"
        "Rich()"
    ),
    "a mime bundle": (
        "class Bundle:\n"
        "    def _repr_mimebundle_(self, include=None, exclude=None):\n"
        "        data = {'text/html': 'h', 'application/json': {'k': (1, 2), 3: None}}\n"
        "        return data, {'text/html': {'isolated': True}}\n"
        "Bundle()"
    ),
    "displays between prints": (
        "from IPython.display import display, HTML, JSON, Image, Markdown, SVG, clear_output, update_display\n"
        "print('before'); display(HTML('<i>'), Rich()); print('after', file=sys.stderr); display(3); HTML('<b>')"
    ),
    "display of raw data": "display({'text/plain': 'x', 'application/x-own+json': [1]}, raw=True, metadata={'a': 1})",
    "pandas": "import pandas as pd\npd.DataFrame({'a': [1, 2], 'b': ['<', '&']})",
    "a display that is updated": "handle = display('first', display_id='one'); display('other', display_id='two')",
    "an update from another cell": "handle.update(HTML('second')); update_display('third', display_id='two')",
    "an update of nothing": "update_display('lost', display_id='nowhere')",
    "cleared": "print('gone'); display(1); clear_output(); print('stays')",
    "cleared at the next output": "print('stays until'); clear_output(wait=True); display(2); print('end')",
    "cleared and nothing more": "print('stays'); clear_output(wait=True)",
    "top-level await": "import asyncio\nawait asyncio.sleep(0.01); print('slept')",
    "top-level await of many": "await asyncio.gather(*[asyncio.sleep(0, n) for n in range(3)])",
    "a task left to the loop": (
        "async def later(): return await asyncio.sleep(0.01, 'done')\ntask = asyncio.ensure_future(later())"
    ),
    "the task awaited": "await task",
    "async for and with": "async def numbers():\n    for n in range(2): yield n\nasync for n in numbers(): print(n)",
    "a loop of one's own": "asyncio.run(later())",
    "a line magic": "%who_ls str",
    "a magic assigned": "where = %pwd\ntype(where)",
    "a cell magic": "%%capture caught\nprint('inside'); display(1); 7",
    "what was captured": "caught.stdout, len(caught.outputs)",
    "timing prints": "%%time\nx = 1",
    "a shell command": "!echo hello; echo there",
    "a shell command assigned": "lines = !printf 'a\\nb\\n'\nlines",
    "bash": "%%bash\necho from bash\necho to err >&2",
    "bash that fails": "%%bash\nexit 3",
    "from below Python": "import os\nos.write(1, b'descriptor one\\n'); os.system('echo child');",
    "an unknown magic": "%nothing_like_it",
    "help": "len?",
    "an exception": "def inner():\n    raise ValueError('no\\nsuch <line>')\nprint('before')\ninner()",
    "after an exception": "sys.last_value, who",
    "a chain of exceptions": "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise KeyError('k') from error",
    "a syntax error": "x = = 1",
    "an indentation error": "if True:\nx",
    "an undefined name": "no_such_name",
    "an exception of several": "raise ExceptionGroup('many', [ValueError('one'), TypeError('two')])",
    "an exception while displaying": "class Bad:\n    def __repr__(self): raise RuntimeError('cannot be shown')\nBad()",
    "an exception while displaying richly": (
        "class BadHtml:\n"
        "    def _repr_html_(self): raise RuntimeError('no html')\n"
        "    def __repr__(self): return 'text'\n"
        "BadHtml()"
    ),
    "a cancelled task": "raise asyncio.CancelledError('stopped')",
    "an interrupt": "raise KeyboardInterrupt",
    "an assertion": "assert who == 'someone', 'not ' + who",
    "leaving": "sys.exit(3)",
    "asking": "input('name? ')",
    "asking for a secret": "import getpass\ngetpass.getpass()",
    "a warning": "import warnings\nwarnings.warn('careful')\nwarnings.warn('out of date', DeprecationWarning)",
    "a warning from the compiler": "1 is 1",
    "a write that is not text": "sys.stdout.write(b'bytes')",
    "the streams themselves": "o = sys.stdout\no.isatty(), o.encoding, o.writable(), o.writelines(['a', 'b'])",
    "a subprocess": "import subprocess\nsubprocess.check_output(['sh', '-c', 'printf captured'], text=True)",
    "a printing thread": (
        "import threading\none = threading.Thread(target=print, args=['from a thread'])\none.start(); one.join()"
    ),
    "where it stands": "__name__, '__file__' in globals(), os.getcwd(), get_ipython().__class__.__name__",
    "a class of the main module": (
        "import pickle\nclass Point:\n    def __init__(self, x): self.x = x\n    def __repr__(self): return 'Point'"
    ),
    "its main module": "sys.modules['__main__'].who, pickle.loads(pickle.dumps(Point(1)))",
    "unicode": "print('−½ €, 日本 🙂'); '日本'",
    "a carriage return": "print('10 %\\r100 %')",
    "much text": "print('x' * 300_000)",
    "numbers as numpy prints them": "import numpy as np\nnp.arange(6).reshape(2, 3) / 7, np.float64(1) / 3",
    "the count": "get_ipython().execution_count",
}
TAGS = {"parameters": ["parameters"], "unicode": ["memo:answer", "raises-exception"], "help": ["skip-execution"]}

RUN = """
import json, sys
from pathlib import Path
from papermill.execute import execute_notebook
from papermill.exceptions import PapermillExecutionError
from casebook.batch import engine
engine.register()
source, target, name = sys.argv[1:]
error = None
try:
    execute_notebook(source, target, {"who": "somebody"}, engine_name=name, kernel_name="python3", progress_bar=False,
                     cwd="/", request_save_on_cell_execute=False)
except PapermillExecutionError as raised:
    error = [raised.ename, raised.evalue, raised.cell_index, raised.exec_count]
Path(target).with_suffix(".json").write_text(json.dumps(error))
"""


def notebook(cells: dict[str, str], allowed: bool) -> nbformat.NotebookNode:
    made = []
    for place, (name, source) in enumerate(cells.items()):
        cell = nbformat.v4.new_code_cell(source, id=f"cell-{place}")
        cell.metadata["tags"] = TAGS.get(name, ["raises-exception"] if allowed else [])
        made.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel})


def run(folder: Path, source: nbformat.NotebookNode, engine: str) -> tuple[nbformat.NotebookNode, Any]:
    nbformat.write(source, folder / "source.ipynb")
    target = folder / f"{engine}.ipynb"
    environment = {**os.environ, "IPYTHONDIR": str(folder / "ipython"), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", RUN, str(folder / "source.ipynb"), str(target), engine]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return nbformat.read(target, as_version=4), json.loads(target.with_suffix(".json").read_text())


def cells_of(ran: nbformat.NotebookNode) -> list[dict[str, Any]]:
    """What a cell shows, without times, process numbers and memory addresses."""
    return [
        {key: cell.get(key) for key in ("source", "execution_count", "outputs")}
        for cell in ran.cells
        if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])
    ]


def comparable(outputs: list[Any]) -> str:
    """Outputs as text; a stream in one piece however it was cut, and the name of a cell's file left out."""
    text = json.dumps(joined([nbformat.from_dict(output) for output in outputs or []]), indent=1, sort_keys=True)
    text = re.sub(r"/tmp/ipykernel_\d+/", "/ipykernel/", text)
    text = re.sub(r"(?:CPU|Wall) time[^\"]*?(?=\\n)", "time", re.sub(r"CPU times[^\"]*?(?=\\n)", "time", text))
    return re.sub(r"0x[0-9a-f]{6,}", "0x", text)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """The same notebook run by each engine; every cell may fail, none ends the run."""
    folder = tmp_path_factory.mktemp("engines")
    source = notebook(CELLS, allowed=True)
    return {name: cells_of(run(folder, source, name)[0]) for name in ("nbclient", "casebook")}


def test_the_engines_ran_the_same_cells(both: dict[str, list[dict[str, Any]]]) -> None:
    assert len(both["casebook"]) == len(CELLS) + 1  # the injected parameters
    for theirs, ours in zip(both["nbclient"], both["casebook"], strict=True):
        assert ours["source"] == theirs["source"]
        assert ours["execution_count"] == theirs["execution_count"]


@pytest.mark.parametrize("place", range(2, len(CELLS) + 1), ids=list(CELLS)[1:])
def test_a_cell_shows_the_same(place: int, both: dict[str, list[dict[str, Any]]]) -> None:
    theirs, ours = (both[name][place]["outputs"] for name in ("nbclient", "casebook"))
    name = list(CELLS)[place - 1]
    if name == "from below Python":  # a kernel reads this in a thread, and sometimes too late
        theirs = [{"output_type": "stream", "name": "stdout", "text": "descriptor one\nchild\n"}]
    if name == "a write that is not text":  # its last frame is in the stream itself
        theirs, ours = ([{**one, "traceback": one["traceback"][:3]} for one in each] for each in (theirs, ours))
    assert comparable(ours) == comparable(theirs)


def test_a_failure_ends_the_run_and_is_told_the_same(tmp_path: Path) -> None:
    cells = {"one": "print('one')", "two": "print('two')\nraise KeyError('tokens')", "three": "print('three')"}
    source = notebook(cells, allowed=False)
    (theirs, their_error), (ours, our_error) = (run(tmp_path, source, name) for name in ("nbclient", "casebook"))
    assert our_error == their_error == ["KeyError", "'tokens'", 2, 3]
    assert len(ours.cells) == len(theirs.cells) == len(cells) + 3  # the parameters and two marks
    for our, their in zip(ours.cells, theirs.cells, strict=True):
        assert comparable(our.get("outputs", [])) == comparable(their.get("outputs", []))
        assert our.metadata.get("papermill", {}).get("status") == their.metadata.get("papermill", {}).get("status")
    assert ours.metadata.language_info == theirs.metadata.language_info


def test_papermill_knows_the_engine_whatever_was_imported_first() -> None:
    for first in ("papermill", "casebook.batch.engine", "casebook.batch.notebook"):
        code = f"import {first}, papermill.engines as known; import casebook.batch.engine as engine; engine.register()"
        code += "; assert known.papermill_engines.get_engine('casebook') is engine"
        subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_a_second_notebook_in_the_same_process_is_refused(tmp_path: Path) -> None:
    nbformat.write(notebook({"one": "1"}, allowed=False), tmp_path / "source.ipynb")
    twice = RUN.replace("Path(target)", "execute_notebook(source, None, engine_name=name)\nPath(target)")
    command = [sys.executable, "-c", twice, str(tmp_path / "source.ipynb"), str(tmp_path / "out.ipynb"), "casebook"]
    told = subprocess.run(command, capture_output=True, text=True).stderr
    assert "RuntimeError: this process has run a notebook already" in told
