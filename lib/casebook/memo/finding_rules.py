"""What the rules say, beside the constraints that are not money, and what to be careful of."""

from __future__ import annotations

from itertools import groupby

from markupsafe import Markup

from casebook.memo.layout import framed
from casebook.memo.markup import Fragment, client, el, join, listing, say, sentence_case
from casebook.memo.rulebook import FIRED, NOT_FIRED, NOT_MEASURED, NOT_REACHED, STATES, Entry, entries
from casebook.memo.tables import Column, Group, Row, table
from casebook.memo.view import Memo

_CAPTIONS = {
    FIRED: "Rules that fired",
    NOT_MEASURED: "Not measured: what they look at is not known",
    NOT_FIRED: "Weighed and not fired",
    NOT_REACHED: "Not reached",
}
_WHERE = {"full": "full cost only", "invoice": "invoices only"}
_NOTE = (
    "Each table is in the order of the rules. "
    "Claims are those of the article that the thresholds come from; the project's own readings are marked so."
)


def rules(memo: Memo) -> Fragment:
    """The rules in three lots, the constraints beside them, and what to be careful of."""
    found = entries(memo)
    tables = [_rule_table(state, [entry for entry in found if entry.state == state]) for state in STATES]
    parts = [_constraints(memo), *tables, el("p", _NOTE, class_="note"), _cautions(memo)]
    return framed(memo, "rules", _rules_heading(memo, found), *parts)


def _rule_table(state: str, found: list[Entry]) -> Markup | None:
    """The rules of one state; those not reached stand under what ended the weighing before them."""
    if not found:
        return None
    columns = [
        Column("Rule"),
        Column("It says"),
        Column("Found here"),
        Column("Effect"),
        Column("Source", class_="quiet"),
    ]
    groups = [
        Group([_rule_row(entry) for entry in some], _end_words(ended) if ended else None)
        for ended, some in groupby(found, lambda entry: entry.ended)
    ]
    caption = "Rule that fired" if state == FIRED and len(found) == 1 else _CAPTIONS[state]
    class_ = {FIRED: "rulebook", NOT_REACHED: "rulebook brief unreached"}.get(state, "rulebook brief")
    return table(caption, columns, groups, class_=class_)


def _end_words(ended: tuple[str, ...]) -> Markup:
    return sentence_case(say("{what} ended the weighing before these", what=listing(ended)))


def _rules_heading(memo: Memo, found: list[Entry]) -> Markup:
    numbers = {state: len([entry for entry in found if entry.state == state]) for state in STATES}
    fired = memo.count("rules_fired", numbers[FIRED])
    text = say("{fired} of {all} rules fired", fired=fired, all=memo.count("rules", len(found)))
    if numbers[NOT_MEASURED]:
        unknown = memo.count("rules_not_measured", numbers[NOT_MEASURED])
        text = say("{text}; {unknown} could not be weighed", text=text, unknown=unknown)
    failed = [each for each in memo.case.constraints if each["status"] == "fail"]
    opened = [each for each in memo.case.constraints if each["status"] == "open"]
    for some, words in ((failed, "not met"), (opened, "still open")):
        if some:
            number = memo.count(f"constraints_{words.replace(' ', '_')}", len(some))
            noun = "constraint is" if len(some) == 1 else "constraints are"
            text = say("{text}; {number} {noun} {words}", text=text, number=number, noun=noun, words=words)
    return sentence_case(text)


def _rule_row(entry: Entry) -> Row:
    where = _WHERE[entry.scopes[0]] if len(entry.scopes) == 1 else ""
    mark = {FIRED: ("good", "✓"), NOT_MEASURED: ("open", "○")}.get(entry.state, ("quiet", "–"))
    name = say("{sign} {id}", sign=el("span", mark[1], class_=mark[0], aria_hidden="true"), id=entry.id)
    effect = say("{effect} ({where})", effect=entry.effect, where=where) if where else entry.effect
    return Row([el("span", name, class_="mark"), entry.says, entry.found, effect, entry.source])


def _constraints(memo: Memo) -> Markup | None:
    if not memo.case.constraints:
        return None
    columns = [Column("Constraint"), Column("Wanted"), Column("Found"), Column("Status")]
    signs = {"pass": ("good", "✓", "Met"), "fail": ("bad", "✕", "Not met"), "open": ("open", "○", "Open")}
    rows = []
    for each in memo.case.constraints:
        class_, sign, word = signs[each["status"] or "open"]
        status = el("span", el("span", sign, aria_hidden="true"), " ", word, class_=f"mark {class_}")
        texts = [client(each[key]) if each[key] else "–" for key in ("name", "wanted", "found")]
        rows.append(Row([*texts, status]))
    return table("What is not money", columns, [Group(rows)])


def _cautions(memo: Memo) -> Markup | None:
    """The warnings of the results."""
    found = memo.results["warnings"]
    if not found:
        return None
    where = {"full": " (at full cost)", "invoice": " (on vendor invoices)", None: ""}
    items = [el("li", client(each["text"].removesuffix(".")), where[each["scope"]], ".") for each in found]
    return join([el("h3", "To be careful of"), el("ul", *items)])
