"""The memo: results as sentences, tables and drawings, gathered by a notebook into one page.

memo = Memo(case, evaluate_case(case))
answer(memo)      # a section, shown as the output of the notebook's cell
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casebook.case import Case
from casebook.memo.finding_certainty import certainty
from casebook.memo.finding_flips import flips
from casebook.memo.finding_options import options
from casebook.memo.finding_payback import payback
from casebook.memo.finding_published import published
from casebook.memo.finding_rules import rules
from casebook.memo.finding_sensitivity import sensitivity
from casebook.memo.finding_volumes import volumes
from casebook.memo.front import answer, footer, header, key_figures, notes, title
from casebook.memo.parameters import PARAMETERS, case_of
from casebook.memo.sources import inputs, prices
from casebook.memo.view import Memo

SECTIONS = (
    title,
    header,
    answer,
    key_figures,
    options,
    payback,
    sensitivity,
    certainty,
    volumes,
    rules,
    flips,
    published,
    inputs,
    prices,
    notes,
    footer,
)
"""The sections in the order of the page."""


def told(case: Case, results: Mapping[str, Any]) -> Memo:
    """The memo of a case with every section told, and so every number registered that its page may show."""
    memo = Memo(case, results)
    for section in SECTIONS:
        section(memo)
    return memo


__all__ = [
    "PARAMETERS",
    "SECTIONS",
    "Memo",
    "answer",
    "case_of",
    "certainty",
    "flips",
    "footer",
    "header",
    "inputs",
    "key_figures",
    "notes",
    "options",
    "payback",
    "prices",
    "published",
    "rules",
    "sensitivity",
    "title",
    "told",
    "volumes",
]
