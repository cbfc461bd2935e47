"""papermill's engine `casebook`: the cells run in this process, with what a kernel would have shown.

    papermill --engine casebook notebooks/decision.ipynb out.ipynb -f params/legal.yaml

This module is the engine: papermill asks a loaded entry point for these three functions. It imports papermill only
inside them, because papermill loads its engines while it is being imported itself.
"""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode

NAME = "casebook"


def register() -> None:
    """Make the engine known to papermill, also where the package's entry points are those of an older install."""
    import sys

    from papermill.engines import papermill_engines

    papermill_engines.register(NAME, sys.modules[__name__])


def execute_notebook(notebook: NotebookNode, kernel_name: str, **options: Any) -> NotebookNode:
    """Run the notebook in this process; a process can do that once, since what its cells change stays changed."""
    from papermill.engines import Engine

    from casebook.batch.inprocess import Client

    class InProcess(Engine):
        """Papermill's own course of a run around our client."""

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
            Client(nb_man, **options).execute()

    return InProcess.execute_notebook(notebook, kernel_name, **options)


def nb_kernel_name(notebook: NotebookNode, name: str | None = None) -> str:
    """The kernel's name, from the notebook unless given."""
    from papermill.utils import nb_kernel_name

    return nb_kernel_name(notebook, name)


def nb_language(notebook: NotebookNode, language: str | None = None) -> str:
    """The notebook's language, from the notebook unless given."""
    from papermill.utils import nb_language

    return nb_language(notebook, language)
