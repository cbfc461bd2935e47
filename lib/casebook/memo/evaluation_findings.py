"""The findings of the evaluation report: pass rates, pairs, what so many items can show, runs, method."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from casebook.memo.evaluation_chart import Rate, rate_chart
from casebook.memo.evaluation_figures import EvaluationPage, Tested
from casebook.memo.frame import numbered, section
from casebook.memo.markup import Fragment, client, el, join, say, sentence_case
from casebook.memo.pairing import items
from casebook.memo.tables import Column, Group, Row, table

_MOST_BARS = 12


def _present(page: EvaluationPage) -> list[str]:
    """The findings there are, in their order."""
    tested = any(pair.figures["items"] for pair in page.pairs)
    return ["rates", *(["pairs"] if page.pairs else []), *(["reach"] if tested else []), "stability"]


def _framed(page: EvaluationPage, name: str, heading: Any, *content: Any) -> Fragment:
    return section(name, numbered(1 + _present(page).index(name), heading), *content)


def votes(page: EvaluationPage) -> Markup:
    """How an item is judged, as a sentence."""
    runs = page.report["runs"]
    if runs == 1:
        return Markup("Every item was run once.")
    return say("Every item counts once, by the majority of {runs} runs; a tie fails.", runs=page.count("runs", runs))


def rates(page: EvaluationPage) -> Fragment:
    """Every option's pass rate with its interval, drawn and as a table."""
    found = page.report["options"]
    best = max(range(len(found)), key=lambda place: found[place]["pass_rate"])
    root = f"options.{best}"
    heading = say(
        "{name} passed {rate}; its true rate is {low} to {high}",
        name=page.option_name(found[best]["name"]),
        rate=page.fig(f"{root}.pass_rate"),
        low=page.fig(f"{root}.interval.0"),
        high=page.fig(f"{root}.interval.1"),
    )
    note = (
        "The interval is Wilson's, with 95% confidence. Intervals that overlap do not settle a comparison: "
        "the same items were run, and the pairs are compared on them below."
        if len(found) > 1
        else "The interval is Wilson's, with 95% confidence."
    )
    return _framed(page, "rates", heading, _rates_figure(page), _rates_table(page), el("p", note, class_="note"))


def _rates_figure(page: EvaluationPage) -> Markup:
    drawn = [
        Rate(
            page.label(option["name"]),
            page.fig(f"options.{place}.interval.0"),
            page.fig(f"options.{place}.pass_rate"),
            page.fig(f"options.{place}.interval.1"),
        )
        for place, option in enumerate(page.report["options"][:_MOST_BARS])
    ]
    described = "; ".join(f"{rate.label}: {rate.rate} passed, {rate.low} to {rate.high}" for rate in drawn)
    chart = rate_chart("rates", "Pass rates with their 95% intervals", described + ".", drawn)
    caption = "Pass rates: the mark is what was measured, the bar where the true rate lies with 95% confidence."
    left, more = len(page.report["options"]) - _MOST_BARS, []
    if left > 0:
        verb = "is" if left == 1 else "are"
        text = say("{n} more {verb} in the table only.", n=page.count("options_not_drawn", left), verb=verb)
        more = [" ", sentence_case(text)]
    return el(
        "figure", chart, el("figcaption", el("strong", caption), el("span", *more, class_="more") if more else None)
    )


def _rates_table(page: EvaluationPage) -> Markup:
    columns = [Column("Option"), *(Column(text, True) for text in ("Passed", "Items", "Pass rate", "95% interval"))]
    rows = []
    for place, option in enumerate(page.report["options"]):
        root = f"options.{place}"
        low, high = page.fig(f"{root}.interval.0"), page.fig(f"{root}.interval.1")
        cells: list[Any] = [page.option_name(option["name"])]
        cells += [page.fig(f"{root}.passed"), page.fig(f"{root}.items")]
        cells += [el("strong", page.fig(f"{root}.pass_rate")), say("{low} to {high}", low=low, high=high)]
        rows.append(Row(cells))
    return table("What was measured", columns, [Group(rows)], class_="drawn")


def pairs(page: EvaluationPage) -> Fragment:
    """Every pair, item by item: the discordant items and the tests on them."""
    pair = page.main
    if pair is None:
        return Fragment("pairs", Markup(""))
    tests = [_pairs_table(page), _chi_table(page)]
    return _framed(page, "pairs", _pairs_heading(pair), el("p", _pairs_words(page)), *tests)


def _pairs_heading(pair: Tested) -> Markup:
    if not pair.figures["items"]:
        return Markup("The options were run on different items")
    if not pair.figures["discordant"]:
        return say("{better} and {worse} passed the very same items", better=pair.better, worse=pair.worse)
    verb = "tells" if pair.figures["discordant"] == 1 else "tell"
    text = say("{n} of {items} {verb}", n=pair.fig("discordant"), items=items(pair.fig("items")), verb=verb)
    return say(
        "{text} {better} from {worse}: {wins} against {losses}",
        text=text,
        better=pair.better,
        worse=pair.worse,
        wins=pair.wins,
        losses=pair.losses,
    )


def _pairs_words(page: EvaluationPage) -> Markup:
    text = say(
        "Items that both passed, or both failed, say nothing on which of two is better. The exact test asks how often "
        "chance alone would divide the others at least as unevenly; below {level} a difference counts as shown.",
        level=page.fig("rules.level"),
    )
    if len(page.pairs) > 1:
        text += Markup(" Each pair is tested on its own: the more pairs, the more often chance shows one.")
    return text


def _pair_name(pair: Tested) -> Markup:
    candidate, baseline = (pair.page.option_name(pair.figures[side]) for side in ("candidate", "baseline"))
    return join([candidate, " ", el("span", say("against {other}", other=baseline), class_="of")])


def _p(pair: Tested, name: str) -> Any:
    shown = pair.known(name)
    return sentence_case(say("{p}", p=shown))


def _pairs_table(page: EvaluationPage) -> Markup:
    headings = ("Only it passed", "Only the other", "Exact p", "Mid-p", "Difference")
    columns = [Column("Option"), *(Column(text, True) for text in headings)]
    rows = []
    for pair in page.pairs:
        verdict = "Shown" if pair.shown else el("strong", "Not shown")
        tests = [_p(pair, name) for name in ("exact_p", "mid_p")]
        rows.append(Row([_pair_name(pair), pair.fig("only_candidate"), pair.fig("only_baseline"), *tests, verdict]))
    return table("Item by item: McNemar's test", columns, [Group(rows)], class_="drawn")


def _chi_table(page: EvaluationPage) -> Markup:
    headings = ("Chi-squared", "Its p", "Corrected", "Its p, corrected", "Power")
    columns = [Column("Option"), *(Column(text, True) for text in headings)]
    rows = []
    for pair in page.pairs:
        figures = [pair.known("chi2"), _p(pair, "chi2_p"), pair.known("chi2_corrected"), _p(pair, "chi2_corrected_p")]
        rows.append(Row([_pair_name(pair), *figures, pair.known("power")]))
    note = (
        "Chi-squared is an approximation for many discordant items, shown with and without the correction for "
        "continuity; where it and the exact test part, the exact test holds. Power is the chance that as many items "
        "show a difference as large as the observed one."
    )
    return table("The same by chi-squared, and power", columns, [Group(rows)], note=note, class_="drawn")


def reach(page: EvaluationPage) -> Fragment:
    """What so many items can show, what they cannot, and how many would."""
    pair = page.main
    if pair is None or not pair.figures["items"]:
        return Fragment("reach", Markup(""))
    content: list[Any] = [el("ul", *[el("li", each) for each in _can_and_cannot(pair)])]
    if pair.figures["discordant"]:
        content.append(_sizes_table(pair))
    return _framed(page, "reach", _reach_heading(pair), *content)


def _reach_heading(pair: Tested) -> Markup:
    number = items(pair.fig("items"))
    if pair.figures["smallest_difference"] is None:
        verb = "is" if pair.figures["items"] == 1 else "are"
        return say("{items} {verb} too few to show any difference reliably", items=number, verb=verb)
    return say(
        "{items} reliably show a difference of {smallest} or more",
        items=number,
        smallest=pair.fig("smallest_difference"),
    )


def _can_and_cannot(pair: Tested) -> list[Markup]:
    said = []
    if pair.figures["smallest_win"] is None:
        form = "Cannot: even if one option had won each of the {n} that tell them apart, that would not be shown."
        said.append(say(form, n=_telling(pair)))
    else:
        form = "Can: show a difference once one option wins {win} of the {n} that tell them apart; {better} won {wins}."
        said.append(say(form, win=pair.fig("smallest_win"), n=_telling(pair), better=pair.better, wins=pair.wins))
    if pair.figures["smallest_difference"] is not None:
        form = "Can: show a real difference of {smallest} in {power} of evaluations, a smaller one less often."
        power = pair.page.fig("rules.power")
        said.append(say(form, smallest=pair.fig("smallest_difference"), power=power))
    if not pair.shown:
        said.append(Markup("Cannot: show that the two are equally good. A difference that is not shown may be there."))
    said.append(Markup("Cannot: speak for answers unlike these items, however many there are."))
    if pair.figures["items_for_80"] is not None:
        form = "To show the observed {lead} in {power} of evaluations takes {needed} of this kind."
        power, needed = pair.page.fig("rules.power"), items(pair.fig("items_for_80"))
        said.append(say(form, lead=pair.fig("lead"), power=power, needed=needed))
    return said


def _telling(pair: Tested) -> Markup:
    return items(pair.fig("discordant"))


def _sizes_table(pair: Tested) -> Markup:
    columns = [Column("Items"), Column("Smallest difference shown reliably", True)]
    if pair.lead:
        columns.insert(1, Column("Chance to show the observed one", True))
    rows = []
    for place, size in enumerate(pair.figures["sizes"]):
        root = f"sizes.{place}"
        cells: list[Any] = [pair.fig(f"{root}.items")]
        cells += [pair.fig(f"{root}.chance")] if pair.lead else []
        cells.append("none" if size["smallest_difference"] is None else pair.fig(f"{root}.smallest_difference"))
        observed = size["items"] == pair.figures["items"]
        rows.append(Row(cells, "chosen" if observed else None))
    note = say(
        "Reliably: in {power} of evaluations. Reckoned for {better} and {worse} with as many discordant items "
        "in a hundred as observed.",
        power=pair.page.fig("rules.power"),
        better=pair.better,
        worse=pair.worse,
    )
    return table("What other numbers of items would show", columns, [Group(rows)], note=note, class_="drawn")


def stability(page: EvaluationPage) -> Fragment:
    """How far runs of the same item agree, how long answers took, and which came in a wrong format."""
    found = page.report["options"]
    timed, formed = (any(option[name] for option in found) for name in ("latency", "format"))
    columns = [Column("Option"), Column("Items whose runs disagree", True)]
    columns += [Column("Median time", True), Column("Slowest 5% from", True)] if timed else []
    columns += [Column("Items in a wrong format", True)] if formed else []
    rows = []
    for place, option in enumerate(found):
        root = f"options.{place}"
        cells: list[Any] = [page.option_name(option["name"]), _of(page, root, "disagree", "repeated")]
        if timed:
            cells += [page.fig(f"{root}.latency.{n}") if option["latency"] else "–" for n in ("median", "p95")]
        if formed:
            cells.append(_of(page, f"{root}.format", "failures", "items") if option["format"] else "–")
        rows.append(Row(cells))
    body = table("Runs, times, formats", columns, [Group(rows)], class_="drawn")
    return _framed(page, "stability", _stability_heading(page), el("p", _stability_words(page)), body)


def _of(page: EvaluationPage, root: str, part: str, whole: str) -> Any:
    if not page.figure(f"{root}.{whole}"):
        return "–"
    return say("{part} of {whole}", part=page.fig(f"{root}.{part}"), whole=page.fig(f"{root}.{whole}"))


def _stability_heading(page: EvaluationPage) -> Markup:
    found = page.report["options"]
    if not any(option["repeated"] for option in found):
        return Markup("One run an item does not tell how steady the answers are")
    worst = max(range(len(found)), key=lambda place: found[place]["disagree"] / (found[place]["repeated"] or 1))
    if not found[worst]["disagree"]:
        return Markup("Runs of the same item always agree")
    return say(
        "Runs of {name} disagree on {part}",
        name=page.option_name(found[worst]["name"]),
        part=say("{part} items", part=_of(page, f"options.{worst}", "disagree", "repeated")),
    )


def _stability_words(page: EvaluationPage) -> Markup:
    text = Markup(
        "An item whose runs disagree would pass or fail by luck if it were run once; the majority steadies it."
    )
    if page.report["runs"] < page.report["rules"]["runs"]:
        return say("{text} Fewer than {runs} runs leave that luck in.", text=text, runs=page.fig("rules.runs"))
    return text


def method(page: EvaluationPage) -> Fragment:
    """How the figures are made, and the sources of the methods."""
    made = page.report["provenance"]
    said = [
        say(
            "{votes} {n} answers were read from {file}.",
            votes=votes(page),
            n=page.fig("answers"),
            file=client(made["results"]),
        ),
        Markup("Pass rate: items passed over items run. Interval: Wilson's score interval (1927)."),
        Markup(
            "Pairs: McNemar's test (1947) on the majority votes, never on single runs, for runs of one item are not "
            "independent. Exact p: two-sided binomial at one half on the discordant items; mid-p counts half of what "
            "is exactly as uneven as observed; chi-squared without and with Edwards' correction (1948)."
        ),
        Markup(
            "Power and items needed: Connor's normal approximation (Biometrics 43, 1987) at the observed share of "
            "discordant items, rounded up."
        ),
        say(
            "A difference counts as shown where the exact p is below {level}, two-sided. Wanted are {items} or more "
            "items and {runs} runs of each (source article, claims 102 and 103).",
            level=page.fig("rules.level"),
            items=page.fig("rules.items"),
            runs=page.fig("rules.runs"),
        ),
        Markup(
            "The workbook built with this page, evaluation.xlsx, holds every vote, and counts, intervals, tests and "
            "power as live formulas."
        ),
    ]
    return section("method", "How it was worked out", *[el("p", each) for each in said])
