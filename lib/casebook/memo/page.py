"""What the memo's nbconvert template needs beyond Jinja: the brand, the policy's hash, and the gate at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from traitlets import Unicode

from casebook.brand import Brand, brand_file, load_brand
from casebook.memo.brand import firm, image_policy, root_style, signed
from casebook.memo.gate import require_clean, style_hash


class MemoPage(Preprocessor):  # type: ignore[misc]  # nbconvert ships no types
    """Hands the template its functions and the brand, so that plain `jupyter nbconvert` gives the same page."""

    brand = Unicode(
        None, allow_none=True, help="The brand file; empty for the standard look, not given for the project's."
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Add the functions to what the template sees; the notebook stays as it is."""
        path = brand_file() if self.brand is None else Path(self.brand) if self.brand else None
        brand = Brand() if path is None else load_brand(path)
        memo = {
            "style_hash": style_hash,
            "gate": require_clean,
            "root_style": root_style(brand),
            "firm": firm(brand),
            "signed": signed(brand),
            "image_policy": image_policy(brand),
        }
        return nb, {**resources, "memo": memo}
