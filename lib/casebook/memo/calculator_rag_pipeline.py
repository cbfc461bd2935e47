"""What the calculator of the retrieval pipeline says: what a query costs, and which line of it most."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from casebook.memo.calculation import Calculation, Words
from casebook.memo.markup import el, say


def _headline(page: Calculation) -> Markup:
    form = "A query of {name} costs {all}, {part} of it retrieval"
    return say(
        form, name=page.name(page.main), all=page.fig("pipeline_per_query"), part=page.fig("retrieval_per_query")
    )


def _dominates(page: Calculation) -> Markup:
    text = say(
        "The largest line of retrieval: {what}, {amount} of {all} a query on invoices.",
        what=el("strong", page.raw("what_dominates")),
        amount=page.fig("dearest_line"),
        all=page.fig("retrieval_per_query"),
    )
    if page.raw("what_dominates", scope="full") == page.raw("what_dominates"):
        return text
    return text + say(
        " With labour counted: {what}, {amount}.",
        what=page.raw("what_dominates", scope="full"),
        amount=page.fig("dearest_line", scope="full"),
    )


def _share(page: Calculation) -> Markup:
    form = "Retrieval is {share} of the pipeline: {month} a month"
    text = say(form, share=page.fig("retrieval_share"), month=page.fig("retrieval_per_month"))
    if not page.scoped("retrieval_per_month"):
        return text + Markup(".")
    return text + say(", with labour {full}.", full=page.fig("retrieval_per_month", scope="full"))


def _minimum(page: Calculation) -> Markup | None:
    if not page.raw("minimum_applies"):
        return None
    form = "The vector database bills its minimum of {least}: the usage of {usage} is below it."
    least, usage = (page.given(line, page.main) for line in ("vector_db_minimum_per_month", "vector_db_per_month"))
    return say(form, least=least, usage=usage)


def _figures(page: Calculation) -> list[tuple[Any, Any, Any]]:
    return [
        (
            "Retrieval a query",
            page.fig("retrieval_per_query"),
            say("{x} with labour", x=page.fig("retrieval_per_query", scope="full"))
            if page.scoped("retrieval_per_query")
            else "with no labour to add",
        ),
        ("Pipeline a query", page.fig("pipeline_per_query"), "retrieval and generation"),
        (
            "Retrieval a month",
            page.fig("retrieval_per_month"),
            say("{x} of the pipeline", x=page.fig("retrieval_share")),
        ),
        ("Vector database", page.of_model("vector_database_cost"), "a month"),
    ]


WORDS = Words(_headline, (_dominates, _share, _minimum), _figures)
