"""What each calculator says of a case: its headline, its answer, its key figures, its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from casebook.case import Case
from casebook.memo import calculation as shared
from casebook.memo.calculation import Calculation, page_of
from casebook.memo.frame import empty, kpis, section
from casebook.memo.markup import Fragment, client, el, say, sentence_case
from casebook.memo.tables import Column, Group, Row, table
from casebook.model.constants import CONSTANTS

__all__ = ["SECTIONS", "answer", "figures", "footer", "further", "header", "key_figures", "page_of", "title", "told"]

Point = Callable[[Calculation], Markup | None]


@dataclass(frozen=True)
class Words:
    """One calculator's words: its headline, its points, its key figures."""

    headline: Callable[[Calculation], Markup]
    points: tuple[Point, ...]
    key_figures: Callable[[Calculation], list[tuple[Any, Any, Any]]]
    further: Callable[[Calculation], Fragment] | None = None


# The sections, in the order of the page


def title(page: Calculation) -> Fragment:
    """The page's title."""
    return shared.title(page, WORDS[page.calculator].headline(page))


def header(page: Calculation) -> Fragment:
    """What this is, for whom, at which prices."""
    return shared.header(page, WORDS[page.calculator].headline(page))


def answer(page: Calculation) -> Fragment:
    """What was found, in a few points."""
    first, *rest = [text for point in WORDS[page.calculator].points if (text := point(page)) is not None]
    return shared.answered(first, rest)


def key_figures(page: Calculation) -> Fragment:
    """Four figures to remember."""
    return kpis(WORDS[page.calculator].key_figures(page))


def figures(page: Calculation) -> Fragment:
    """Every line that matters, for each option."""
    every = len(page.columns)
    if every == 1:
        return shared.figures(page, "The option, line by line")
    heading = say("{n} options, line by line", n=page.count("options", every))
    return shared.figures(page, sentence_case(heading))


def further(page: Calculation) -> Fragment:
    """What a calculator has beyond its lines."""
    more = WORDS[page.calculator].further
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


def _name(page: Calculation) -> Markup:
    return page.name(page.main)


# The prompt cache


def _cache_headline(page: Calculation) -> Markup:
    saving = page.raw("cache_saving_per_month")
    if page.raw("prefix_shortfall") > 0:
        form = "The prompt of {name} is {short} tokens too short to be cached"
        return say(form, name=_name(page), short=page.fig("prefix_shortfall"))
    if saving > 0:
        form = "The prompt cache saves {saving} a month on {name}"
        return say(form, saving=page.fig("cache_saving_per_month"), name=_name(page))
    if saving < 0:
        return say("The prompt cache costs {name} more than it saves", name=_name(page))
    return say("The prompt cache neither costs nor saves anything on {name}", name=_name(page))


def _cache_point(page: Calculation) -> Markup:
    if page.raw("breakeven_hit_rate") is None:
        return Markup("A read costs no less than an uncached token: at no hit rate does this cache save.")
    form = (
        "A write costs {write} and a read {read} times an uncached token: the cache saves above a hit rate of {rate}; "
        "month 1 has {hits}."
    )
    return say(
        form,
        write=page.given("cache_write_multiplier", page.main),
        read=page.given("cache_read_multiplier", page.main),
        rate=page.fig("breakeven_hit_rate"),
        hits=page.of_model("first_hit_rate"),
    )


def _cache_volume(page: Calculation) -> Markup | None:
    if page.raw("cache_breakeven_calls") is None:
        return None
    form = "That hit rate takes {calls} calls a month over {variants}, spread over the active hours."
    variants = page.given("prompt_variants", page.main)
    word = "prompt variant" if variants.raw == 1 else "prompt variants"
    return say(form, calls=page.fig("cache_breakeven_calls"), variants=say("{n} {word}", n=variants, word=word))


def _cache_pair(page: Calculation) -> Markup | None:
    form = "One write and one read cost {both} uncached prompts, where two uncached calls cost two."
    return say(form, both=page.fig("two_calls_multiplier")) if page.raw("saves_with_hits") else None


def _cache_lifetime(page: Calculation) -> Markup | None:
    saving = page.raw("long_lifetime_saving")
    if saving is None or abs(saving) < _WORTH_TELLING:
        return None
    path = f"reports.{page.calculator}.scopes.invoice.{page.main}.long_lifetime_saving"
    amount = page.money_at(path) if saving > 0 else page.register.add(f"0 - {path}", -saving, page.form("$"))
    taken = page.amount("cache_ttl_minutes", page.main) > CONSTANTS["short_cache_lifetime"].value
    saves, costs = ("saves", "costs") if taken else ("would save", "would cost")
    form = "The lifetime of an hour {verb} {amount} a month {than} that of five minutes."
    verb, than = (saves, "over") if saving > 0 else (costs, "more than")
    return say(form, verb=verb, amount=amount, than=than)


_WORTH_TELLING = 1.0
"""A saving a month, in the case's currency, below which two lifetimes are as good as one."""


def _cache_figures(page: Calculation) -> list[tuple[Any, Any, Any]]:
    return [
        ("Saved a month", page.fig("cache_saving_per_month"), say("{x} of a call", x=page.fig("cache_saving_share"))),
        ("Hit rate", page.of_model("first_hit_rate"), say("pays from {x}", x=page.shown("breakeven_hit_rate"))),
        ("Cached tokens cost", page.fig("first_multiplier"), "of their uncached price"),
        ("Held by the cache", page.fig("cacheable_share"), "of the input"),
    ]


def _cache_decision(page: Calculation) -> Fragment:
    tuned = next((name for name in (*page.decided.values(), *page.candidates) if _is_tuned(page, name)), None)
    columns = [Column("Cache on for"), Column("Verdict")]
    if tuned:
        columns.append(Column(say("Break-even of {name}", name=page.name(tuned)), True))
    groups = []
    for scope, words in (("full", "All costs"), ("invoice", "On invoices")):
        entries = [(place, entry) for place, entry in enumerate(page.report["decision"]) if entry["scope"] == scope]
        groups.append(Group([_decision_row(page, place, entry, tuned) for place, entry in entries], words))
    note = "Each row is the whole model run anew with the cache switched for those options, at their own prices."
    body = table("The decision, by side cached", columns, groups, note=note)
    return section("further", _decision_heading(page), body)


def _is_tuned(page: Calculation, name: str) -> bool:
    return name in page.options and page.is_tuned(name)


def _decision_heading(page: Calculation) -> str:
    verdicts = {(entry["scope"], entry["verdict"]) for entry in page.report["decision"]}
    if len(verdicts) == len({scope for scope, _ in verdicts}):
        return "Caching neither side, one or both leaves the verdict as it is"
    return "Whether a side is cached changes the verdict"


def _decision_row(page: Calculation, place: int, entry: Mapping[str, Any], tuned: str | None) -> Row:
    verdict = page.name(entry["verdict"]) if entry["verdict"] in page.options else entry["verdict"].replace("_", " ")
    cells: list[Any] = [_SIDES[entry["cached"]], verdict]
    if tuned:
        key = next((key for key in entry["comparisons"] if key.endswith(f"->{tuned}")), None)
        cells.append(
            shared.NOTHING if key is None else _breakeven(page, place, key, entry["comparisons"][key]["status"])
        )
    return Row(cells)


def _breakeven(page: Calculation, place: int, key: str, status: str) -> Any:
    if status in _WITHOUT_MONTHS:
        return _WITHOUT_MONTHS[status]
    return page.val(f"reports.{page.calculator}.decision.{place}.comparisons.{key}.static_months")


_SIDES = {
    "none": "No option",
    "prompt side": "The prompt side only",
    "tuned side": "The tuned side only",
    "both sides": "Both sides",
}
_WITHOUT_MONTHS = {"never": "never", "advantage_lost": "cheaper at first only"}


# The retrieval pipeline


def _rag_headline(page: Calculation) -> Markup:
    form = "A query of {name} costs {all}, {part} of it retrieval"
    return say(form, name=_name(page), all=page.fig("pipeline_per_query"), part=page.fig("retrieval_per_query"))


def _rag_dominates(page: Calculation) -> Markup:
    text = say(
        "Of retrieval, {what} {verb} most: {amount} of {all} a query on invoices.",
        what=el("strong", page.raw("what_dominates")),
        verb="cost" if page.raw("what_dominates").endswith("s") else "costs",
        amount=page.fig("dearest_line"),
        all=page.fig("retrieval_per_query"),
    )
    if page.raw("what_dominates", scope="full") == page.raw("what_dominates"):
        return text
    return text + say(
        " With labour counted it is {what}, {amount}.",
        what=page.raw("what_dominates", scope="full"),
        amount=page.fig("dearest_line", scope="full"),
    )


def _rag_share(page: Calculation) -> Markup:
    form = "Retrieval is {share} of the pipeline: {month} a month"
    text = say(form, share=page.fig("retrieval_share"), month=page.fig("retrieval_per_month"))
    if not page.scoped("retrieval_per_month"):
        return text + Markup(".")
    return text + say(", with labour {full}.", full=page.fig("retrieval_per_month", scope="full"))


def _rag_minimum(page: Calculation) -> Markup | None:
    if not page.raw("minimum_applies"):
        return None
    form = "The vector database bills its minimum of {least}: the usage of {usage} is below it."
    least, usage = (page.given(line, page.main) for line in ("vector_db_minimum_per_month", "vector_db_per_month"))
    return say(form, least=least, usage=usage)


def _rag_figures(page: Calculation) -> list[tuple[Any, Any, Any]]:
    return [
        (
            "Retrieval a query",
            page.fig("retrieval_per_query"),
            say("{x} all costs", x=page.fig("retrieval_per_query", scope="full")),
        ),
        ("Pipeline a query", page.fig("pipeline_per_query"), "retrieval and generation"),
        (
            "Retrieval a month",
            page.fig("retrieval_per_month"),
            say("{x} of the pipeline", x=page.fig("retrieval_share")),
        ),
        ("Vector database", page.of_model("vector_database_cost"), "a month"),
    ]


# Embedding


def _embedding_headline(page: Calculation) -> Markup:
    form = "Embedding {verb} {share} of a month of {name}: {major}"
    major = "a major line" if page.raw("is_major_line") else "not a major line"
    return say(form, verb="is", share=page.fig("embedding_share"), name=_name(page), major=major)


def _embedding_claim(page: Calculation) -> Markup:
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


def _embedding_corpus(page: Calculation) -> Markup:
    if page.raw("corpus_for_major_line") is None:
        return Markup("Nothing of the corpus is embedded again, so no size of it would make embedding a major line.")
    form = "It would be one with a corpus of {tokens} tokens; this one has {now}."
    if page.raw("is_major_line"):
        form = "It would not be one with a corpus under {tokens} tokens; this one has {now}."
    return say(form, tokens=page.fig("corpus_for_major_line"), now=page.given("corpus_tokens", page.main))


def _embedding_again(page: Calculation) -> Markup:
    form = (
        "Embedding the whole corpus once, as a change of model asks for, costs {once}; {over} over the horizon in all."
    )
    once, over = page.of_model("initial_embedding_cost"), page.fig("embedding_over_horizon")
    return say(form, once=once, over=over)


def _embedding_figures(page: Calculation) -> list[tuple[Any, Any, Any]]:
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


def _embedding_providers(page: Calculation) -> Fragment:
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


# Own GPUs


def _gpu_headline(page: Calculation) -> Markup:
    form = "{name} costs {actual} of GPUs per million tokens at this load, {full} if never idle"
    actual, full = page.shown("gpu_cost_per_million"), page.fig("full_load_cost_per_million")
    return say(form, name=_name(page), actual=actual, full=full)


def _gpu_load(page: Calculation) -> Markup:
    replicas = page.of_model("first_replicas")
    form = "{n} {word} {verb} {share} busy in active hours: that follows from the calls, it is no free choice."
    one = replicas.raw == 1
    return say(
        form,
        n=replicas,
        word="replica" if one else "replicas",
        verb="is" if one else "are",
        share=page.fig("first_utilisation"),
    )


def _gpu_spare(page: Calculation) -> Markup:
    form = "Peaks take {peak} replicas. With a spare (N + 1) the GPUs cost {spare} a month instead of {now}."
    peak, spare, now = page.fig("first_peak_load"), page.fig("gpu_cost_with_spare"), page.fig("first_gpu_cost")
    return say(form, peak=peak, spare=spare, now=now)


def _gpu_threshold(page: Calculation) -> Markup:
    rule = page.constant("tokens_self_host")
    month = page.fig("tokens_per_month")
    if page.raw("breakeven_tokens_with_hosted") is None:
        form = "The published rule asks for {rule} tokens a month ({month} here), but against hosted it never pays."
        return say(form, rule=rule, month=month)
    form = (
        "The published rule says above {rule} tokens a month. Computed, it pays from {own} on invoices and {full} with "
        "labour; this case has {month}."
    )
    own, full = page.fig("breakeven_tokens_with_hosted"), page.shown("breakeven_tokens_with_hosted", scope="full")
    return say(form, rule=rule, own=own, full=full, month=month)


def _gpu_capacity(page: Calculation) -> Markup | None:
    if page.raw("breakeven_calls_with_hosted") is None or page.raw("breakeven_within_capacity"):
        return None
    form = "The replicas paid for serve {calls} calls a month, fewer than that threshold: it would take more of them."
    return say(form, calls=page.fig("calls_served"))


def _gpu_memory(page: Calculation) -> Markup | None:
    widest = page.raw("widest_that_fits")
    if widest is None:
        return None
    if widest == 0:
        return Markup("The model does not fit one replica's memory, not even with weights of 4 bits.")
    form = "Weights of up to {widest} fit one replica's memory of {memory} GB."
    return say(form, widest=page.fig("widest_that_fits"), memory=page.given("gpu_memory_gb", page.main))


def _gpu_figures(page: Calculation) -> list[tuple[Any, Any, Any]]:
    return [
        (
            "Per million tokens",
            page.shown("gpu_cost_per_million"),
            say("{x} if never idle", x=page.fig("full_load_cost_per_million")),
        ),
        ("Busy", page.fig("first_utilisation"), "of the active hours, on average"),
        ("Pays from", page.shown("breakeven_tokens_with_hosted"), "tokens a month, on invoices"),
        ("GPUs with a spare", page.fig("gpu_cost_with_spare"), "a month"),
    ]


WORDS: Mapping[str, Words] = {
    "prompt_cache": Words(
        _cache_headline,
        (_cache_point, _cache_volume, _cache_pair, _cache_lifetime),
        _cache_figures,
        _cache_decision,
    ),
    "rag_pipeline": Words(
        _rag_headline,
        (_rag_dominates, _rag_share, _rag_minimum),
        _rag_figures,
    ),
    "embedding": Words(
        _embedding_headline,
        (_embedding_claim, _embedding_corpus, _embedding_again),
        _embedding_figures,
        _embedding_providers,
    ),
    "gpu_inference": Words(
        _gpu_headline,
        (_gpu_threshold, _gpu_load, _gpu_spare, _gpu_capacity, _gpu_memory),
        _gpu_figures,
    ),
}
"""The words of each calculator."""
