"""The page of a calculator, section by section, each in the words of that calculator's own module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casebook.case import Case
from casebook.memo import calculation as shared
from casebook.memo import calculator_embedding as embedding
from casebook.memo import calculator_gpu_inference as gpu_inference
from casebook.memo import calculator_prompt_cache as prompt_cache
from casebook.memo import calculator_rag_pipeline as rag_pipeline
from casebook.memo.calculation import Calculation, Words, page_of
from casebook.memo.frame import empty, kpis
from casebook.memo.markup import Fragment, say, sentence_case

__all__ = ["SECTIONS", "answer", "figures", "footer", "further", "header", "key_figures", "page_of", "title", "told"]


def title(page: Calculation) -> Fragment:
    """The page's title."""
    return shared.title(page, _words(page).headline(page))


def header(page: Calculation) -> Fragment:
    """What this is, for whom, at which prices."""
    return shared.header(page, _words(page).headline(page))


def answer(page: Calculation) -> Fragment:
    """What was found, in a few points."""
    first, *rest = [text for point in _words(page).points if (text := point(page)) is not None]
    return shared.answered(first, rest)


def key_figures(page: Calculation) -> Fragment:
    """Four figures to remember."""
    return kpis(_words(page).key_figures(page))


def figures(page: Calculation) -> Fragment:
    """Every line that matters, for each option."""
    every = len(page.columns)
    if every == 1:
        return shared.figures(page, "The option, line by line")
    heading = say("{n} options, line by line", n=page.count("options", every))
    return shared.figures(page, sentence_case(heading))


def further(page: Calculation) -> Fragment:
    """What a calculator has beyond its lines."""
    more = _words(page).further
    return more(page) if more else empty("further")


def footer(page: Calculation) -> Fragment:
    """Confidentiality, and what exactly was computed."""
    return shared.footer(page)


SECTIONS = (title, header, answer, key_figures, figures, further, footer)


def told(case: Case, name: str, report: Mapping[str, Any]) -> Calculation:
    """The page of a calculator with every section told, and so every number registered that it may show."""
    page = Calculation(case, name, report)
    for tell in SECTIONS:
        tell(page)
    return page


def _words(page: Calculation) -> Words:
    return _WORDS[page.calculator]


_WORDS: Mapping[str, Words] = {
    "prompt_cache": prompt_cache.WORDS,
    "rag_pipeline": rag_pipeline.WORDS,
    "embedding": embedding.WORDS,
    "gpu_inference": gpu_inference.WORDS,
}
