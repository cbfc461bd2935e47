"""What the nbconvert templates of our pages need beyond Jinja: the policy's hash, and the gate at the end."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from casebook.memo.gate import require_clean, style_hash


class MemoPage(Preprocessor):  # type: ignore[misc]  # nbconvert ships no types
    """Hands the template its two functions, so that plain `jupyter nbconvert` passes the gate too."""

    gate = staticmethod(require_clean)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Add the functions to what the template sees; the notebook stays as it is."""
        return nb, {**resources, "memo": {"style_hash": style_hash, "gate": self.gate}}


class PortfolioPage(MemoPage):
    """The same for the portfolio's page, which leads to the files beside it and grows with the cases."""

    # Thousands of cases: what a browser still lays out at once.
    MOST_BYTES = 20_000_000
    # Files in the folders of cases, whose names are those of case ids, and nothing else.
    LINKS = re.compile(r"portfolio\.xlsx|[a-z0-9][a-z0-9_-]{0,62}/(failed/)?[a-z][a-z_]*\.(html|pdf|xlsx|ipynb|log)")

    gate = staticmethod(partial(require_clean, most_bytes=MOST_BYTES, links=LINKS))
