"""What the calculator of embedding says: whether it is a major line, and what other models would cost."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from casebook.memo.calculation import Calculation, Words
from casebook.memo.frame import empty, section
from casebook.memo.markup import Fragment, client, say
from casebook.memo.tables import Column, Group, Row, table


def _headline(page: Calculation) -> Markup:
    form = "Embedding is {share} of a month of {name}: {major}"
    major = "a major line" if page.raw("is_major_line") else "not a major line"
    return say(form, share=page.fig("embedding_share"), name=page.name(page.main), major=major)


def _claim(page: Calculation) -> Markup:
    form = (
        "The published advice calls embedding a major line. Here it is {amount} of a bill of {bill} a month; "
        "a line counts as major from {share}."
    )
    return say(
        form,
        amount=page.fig("embedding_per_month"),
        bill=page.of_model("cash_per_month"),
        share=page.constant("major_line_share"),
    )


def _corpus(page: Calculation) -> Markup:
    if page.raw("corpus_for_major_line") is None:
        return Markup("Nothing of the corpus is embedded again, so no size of it would make embedding a major line.")
    if page.raw("corpus_for_major_line") == 0:
        return Markup("The queries alone make it one, whatever the size of the corpus.")
    form = "It would be one with a corpus of {tokens} tokens; this one has {now}."
    if page.raw("is_major_line"):
        form = "It would not be one with a corpus under {tokens} tokens; this one has {now}."
    return say(form, tokens=page.fig("corpus_for_major_line"), now=page.given("corpus_tokens", page.main))


def _again(page: Calculation) -> Markup:
    form = (
        "Embedding the whole corpus once, as a change of model asks for, costs {once}; {over} over the horizon in all."
    )
    once, over = page.of_model("initial_embedding_cost"), page.fig("embedding_over_horizon")
    return say(form, once=once, over=over)


def _figures(page: Calculation) -> list[tuple[Any, Any, Any]]:
    return [
        ("Embedding a month", page.fig("embedding_per_month"), say("{x} of the bill", x=page.fig("embedding_share"))),
        ("Whole corpus once", page.of_model("initial_embedding_cost"), "at today's price"),
        (
            "Over the horizon",
            page.fig("embedding_over_horizon"),
            say("{x} of the total", x=page.fig("embedding_share_of_total")),
        ),
        ("Major from a corpus of", page.shown("corpus_for_major_line"), "tokens"),
    ]


def _providers(page: Calculation) -> Fragment:
    providers = page.report["providers"]
    if not providers:
        return empty("further")
    columns = [Column("Model"), *(Column(text, True) for text in ("Per million tokens", "Corpus once", "A month"))]
    rows = []
    for place, provider in enumerate(providers):
        root = f"reports.{page.calculator}.providers.{place}"
        price = page.written(f"{root}.price", page.price)
        rows.append(
            Row(
                [
                    client(provider["model"]),
                    price,
                    *(page.money_at(f"{root}.{name}") for name in ("initial", "per_month")),
                ]
            )
        )
    first, last = (
        page.money_at(f"reports.{page.calculator}.providers.{at}.per_month") for at in (0, len(providers) - 1)
    )
    heading = say("The same tokens cost {first} to {last} a month elsewhere", first=first, last=last)
    note = (
        "Prices of the day of the report, on the tokens of the first option; another model means embedding all again."
    )
    return section(
        "further", heading, table("Embedding models by price", columns, [Group(rows)], note=note, class_="drawn")
    )


WORDS = Words(_headline, (_claim, _corpus, _again), _figures, _providers)
