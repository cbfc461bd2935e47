"""What the nbconvert templates of our pages need beyond Jinja: the brand, the policy's hash, the gate at the end."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

from nbconvert.exporters import TemplateExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from traitlets import Unicode
from traitlets.config import Config

from casebook.brand import Brand, brand_file, load_brand
from casebook.memo.brand import firm, image_policy, root_style, signed
from casebook.memo.gate import require_clean, style_hash


class MemoPage(Preprocessor):  # type: ignore[misc]  # nbconvert ships no types
    """Hands the template its functions and the brand, so that plain `jupyter nbconvert` gives the same page."""

    brand = Unicode(
        None, allow_none=True, help="The brand file; empty for the standard look, not given for the project's."
    ).tag(config=True)

    gate = staticmethod(require_clean)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Add the functions to what the template sees; the notebook stays as it is.

        A caller that looks for more in the finished page than the gate does gives its own `gate` in the resources.
        """
        path = brand_file() if self.brand is None else Path(self.brand) if self.brand else None
        brand = Brand() if path is None else load_brand(path)
        memo = {
            "lean": lean,
            "style_hash": style_hash,
            "gate": resources.get("gate", self.gate),
            "root_style": root_style(brand),
            "firm": firm(brand),
            "signed": signed(brand),
            "image_policy": image_policy(brand),
        }
        return nb, {**resources, "memo": memo}


class PortfolioPage(MemoPage):
    """The same for the portfolio's page, which leads to the files beside it and grows with the cases."""

    # Thousands of cases: what a browser still lays out at once.
    MOST_BYTES = 20_000_000
    # Files in the folders of cases, whose names are those of case ids, and nothing else.
    LINKS = re.compile(r"portfolio\.xlsx|[a-z0-9][a-z0-9_-]{0,62}/(failed/)?[a-z][a-z_]*\.(html|pdf|xlsx|ipynb|log)")

    gate = staticmethod(partial(require_clean, most_bytes=MOST_BYTES, links=LINKS))


def page_exporter(template: str, templates: Path, brand: str | None = None) -> TemplateExporter:
    """nbconvert with one of our templates and nothing after it: what passed the gate is what is written.

    `jupyter nbconvert --to html` reads the page again to number cells that ours does not have, which takes twice as
    long as making it, and writes the same elements with their attributes in alphabetical order. `brand` is a brand
    file, empty for the standard look, None for the project's.
    """
    return TemplateExporter(
        template_name=template,
        file_extension=".html",
        extra_template_basedirs=[str(templates)],
        # nbconvert's own preprocessors leave a run notebook as it is: it is looked at once, after all of them.
        optimistic_validation=True,
        config=Config() if brand is None else Config({"MemoPage": {"brand": brand}}),
    )


def lean(style: str) -> str:
    """A style sheet without its comments and its line breaks, which a page would carry for nobody."""
    return " ".join(re.sub(r"/\*.*?\*/", " ", style, flags=re.DOTALL).split())
