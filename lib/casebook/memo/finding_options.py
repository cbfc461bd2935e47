"""The first finding: what each option costs, in both scopes."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from casebook.memo.crossing import calls_a_month, cell, months_of
from casebook.memo.deciding import why_out
from casebook.memo.layout import framed
from casebook.memo.markup import Fragment, el, join, listing, say, sentence_case
from casebook.memo.parts import part_cells, part_columns, priced, scope_title
from casebook.memo.tables import Column, Group, Row, table
from casebook.memo.view import SCOPES, Memo, direction
from casebook.model.constants import CONSTANTS

# A case with more options than this is told without the bars, to stay under the gate's limit.
_MOST_BARS = 8


def options(memo: Memo) -> Fragment:
    """Every option in both scopes."""
    references = [memo.reference(scope) for scope in SCOPES]
    tables = [_options_table(memo, scope) for scope in SCOPES]
    notes = [el("p", _note(memo, reference), class_="note") for reference in dict.fromkeys(references)]
    # One note below both tables where they are measured against the same option, else one below each.
    parts = (
        [*tables, *notes] if len(notes) == 1 else [part for pair in zip(tables, notes, strict=True) for part in pair]
    )
    return framed(memo, "options", _options_heading(memo), el("p", _options_words(memo)), *parts)


def _options_heading(memo: Memo) -> Markup:
    winner, count = memo.winner("full"), memo.count("options", len(memo.options))
    over = say("over {months}", months=months_of(memo, "horizon_months"))
    if winner is None:
        return sentence_case(say("{count} {word} compared, none chosen", count=count, word=_plural(memo)))
    name = memo.name(winner)
    if len(memo.options) == 1:
        return say(
            "{name} is the only option and costs {cost} {over}",
            name=name,
            cost=memo.of("full", winner, "tco"),
            over=over,
        )
    eligible = [each for each in memo.by_cost("full") if each in memo.candidates and memo.out("full", each) is None]
    cheapest, what = eligible[0], "options" if len(eligible) == len(memo.options) else "candidates"
    if direction(memo.tco("full", winner) - memo.tco("full", cheapest)) <= 0:
        count = memo.count("eligible", len(eligible))
        if len(eligible) == 1:
            return say(
                "{name} is the only candidate that can be chosen, at {cost} {over}",
                name=name,
                cost=memo.of("full", winner, "tco"),
                over=over,
            )
        return say("{name} costs the least of {count} {what} {over}", name=name, count=count, what=what, over=over)
    more = memo.gap(f"full.options.{winner}.tco", f"full.options.{cheapest}.tco")
    return say(
        "{name} costs {more} more {over} than the cheapest of the {what}", name=name, more=more, over=over, what=what
    )


def _plural(memo: Memo) -> str:
    return "option" if len(memo.options) == 1 else "options"


def _options_words(memo: Memo) -> Markup:
    """Volume, the two ends of the range, and what is cheap but cannot be chosen."""
    order = memo.by_cost("full")
    over = months_of(memo, "horizon_months")
    calls = say("At {calls}", calls=calls_a_month(memo))
    first = say("{name} costs {cost}", name=memo.name(order[0]), cost=memo.of("full", order[0], "tco"))
    if len(order) == 1:
        return say("{calls} {first} over {over}, everything counted.", calls=calls, first=first, over=over)
    if direction(memo.tco("full", order[-1]) - memo.tco("full", order[0])) == 0:
        form = "{calls} every option costs {cost} over {over}, everything counted."
        return say(form, calls=calls, cost=memo.of("full", order[0], "tco"), over=over)
    last = say("{name} the most, {cost}", name=memo.name(order[-1]), cost=memo.of("full", order[-1], "tco"))
    sentences = [
        say(
            "{calls} {first} over {over}, everything counted, and {last}.",
            calls=calls,
            first=first,
            over=over,
            last=last,
        )
    ]
    why = _cannot_be_chosen(memo, order[0])
    if why is not None:
        sentences.append(why)
    on_invoices = memo.by_cost("invoice")[0]
    if on_invoices != order[0]:
        but = ", but misses the accuracy target" if _misses(memo, on_invoices) else ""
        form = "On vendor invoices alone {name} is the cheapest{but}."
        sentences.append(say(form, name=memo.name(on_invoices), but=but))
    return join(sentences, " ")


def _cannot_be_chosen(memo: Memo, name: str) -> Markup | None:
    """Why the cheapest option is none to choose."""
    if not memo.options[name].candidate:
        return say("{name} stands here for comparison and was not weighed.", name=memo.name(name))
    if memo.out("full", name):
        return say("{name} is ruled out: {why}.", name=memo.name(name), why=why_out(memo, "full", name))
    return say("{name} misses the accuracy target.", name=memo.name(name)) if _misses(memo, name) else None


def _misses(memo: Memo, name: str) -> bool:
    """Whether an option's declared accuracy is below the target; without drift, as the rules take it."""
    target, accuracy = memo.input("accuracy_target").value, memo.figure(f"invoice.options.{name}.accuracy")
    return target is not None and accuracy is not None and accuracy < target - CONSTANTS["tolerance"].value


def _options_table(memo: Memo, scope: str) -> Markup:
    reference = memo.reference(scope)
    versus = Markup("Against base") if reference != memo.case.current else Markup("Against today")
    columns = [
        Column("Option"),
        *part_columns(memo, [scope]),
        Column(versus, True),
        Column("Payback", True),
        Column("Verdict", class_="quiet"),
    ]
    if scope == "invoice":
        columns.insert(1, Column("Usage per call", True))
    highest = max(memo.tco(scope, name) for name in memo.options)
    rows = [_options_row(memo, scope, name, reference, highest) for name in memo.by_cost(scope)]
    return table(scope_title(memo, scope), columns, [Group(rows)])


def _note(memo: Memo, reference: str | None) -> Markup:
    """Currency, how the columns add up, and what differences and payback are measured against."""
    currency = "US dollars" if memo.case.currency == "USD" else f"Amounts in {memo.case.currency}"
    text = say(
        "{currency}, undiscounted; the amounts before the total are those of all {months} and add up to it. "
        "Usage per call is that of month 1, without what is paid by the month.",
        currency=currency,
        months=months_of(memo, "horizon_months"),
    )
    left = [word for word in ("errors", "waiting") if word not in priced(memo)]
    if left:
        text = say("{text} No price is put on {left}: not counted.", text=text, left=listing(left))
    if reference is None:
        return text
    return say("{text} Differences and payback are measured against {name}.", text=text, name=memo.name(reference))


def _options_row(memo: Memo, scope: str, name: str, reference: str | None, highest: float) -> Row:
    difference: Any = "–"
    if reference is not None and name != reference:
        difference = memo.gap(f"{scope}.options.{name}.tco", f"{scope}.options.{reference}.tco")
    bar = _bar(memo.tco(scope, name), highest) if len(memo.options) <= _MOST_BARS else ""
    total = say("{cost}{bar}", cost=el("strong", memo.of(scope, name, "tco")), bar=bar)
    cells = [
        memo.name(name),
        *([memo.of(scope, name, "cost_per_call")] if scope == "invoice" else []),
        *part_cells(memo, f"{scope}.options.{name}", f"totals.{scope}.{name}", [scope]),
        total,
        difference,
        cell(memo, memo.pair(scope, reference, name)),
        _standing(memo, scope, name),
    ]
    return Row(cells, "chosen" if name == memo.verdict(scope) else None)


def _bar(amount: float, highest: float) -> Markup:
    """How the total compares with the dearest one, for the eye."""
    length = f"{84 * amount / highest:.1f}" if highest > 0 else "0"
    rect = el("rect", width=length, height=5, fill="#9aa7b2")
    return el("svg", rect, viewBox="0 0 84 5", width=84, height=5, class_="bar", aria_hidden="true")


def _standing(memo: Memo, scope: str, name: str) -> str:
    """An option's place in the recommendation, in a word or two."""
    found = memo.recommendation(scope)
    if name == found["verdict"]:
        return "Recommended"
    if not memo.options[name].candidate:
        return "For comparison"
    out = memo.out(scope, name)
    if out:
        return f"Ruled out ({out})"
    if name == memo.case.current:
        return "Today"
    if name == found["base"]:
        return "Base"
    if found["target_met"] and _misses(memo, name):
        return "Misses target"
    if memo.is_tuned(name) and not memo.is_tuned(found["verdict"]) if found["verdict"] in memo.options else False:
        return "Blocked" if found["blocked"] else "Not now"
    return "Cheapest" if name == found["cheapest"] else "Not chosen"
