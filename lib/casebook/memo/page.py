"""What the memo's nbconvert template needs beyond Jinja: the policy's hash, and the gate at the end."""

from __future__ import annotations

import re
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from casebook.memo.gate import require_clean, style_hash


class MemoPage(Preprocessor):  # type: ignore[misc]  # nbconvert ships no types
    """Hands the template its functions, so that plain `jupyter nbconvert` passes the gate too."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Add the functions to what the template sees; the notebook stays as it is."""
        return nb, {**resources, "memo": {"lean": lean, "style_hash": style_hash, "gate": require_clean}}


def lean(style: str) -> str:
    """A style sheet without its comments and its line breaks, which a page would carry for nobody."""
    return " ".join(re.sub(r"/\*.*?\*/", " ", style, flags=re.DOTALL).split())
