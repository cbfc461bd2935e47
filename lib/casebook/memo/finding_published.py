"""Figures published elsewhere, each beside the computed one, its difference, and what would bring the two together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from casebook.memo import numbers
from casebook.memo.fields import field
from casebook.memo.frame import empty
from casebook.memo.layout import framed, present
from casebook.memo.markup import Fragment, client, el, join, say, sentence_case
from casebook.memo.numbers import DIFFERENCE_DIGITS, share
from casebook.memo.prose import ALONE
from casebook.memo.tables import Column, Group, Row, table
from casebook.memo.view import Memo

# What became of a figure: class, sign, word. The sign needs no colour.
_STATUS = {
    "reproduced": ("good", "✓", "Reproduced"),
    "reproduced with assumption": ("good", "✓", "Reproduced with an assumption"),
    "not reproduced": ("bad", "✕", "Not reproduced"),
    "not computable": ("open", "○", "Not computable"),
}
_COLUMNS = (
    Column("Figure"),
    Column("Published", True),
    Column("Computed", True),
    Column("Difference", True),
    Column("Result"),
    Column("Source and note", class_="quiet"),
)


def published(memo: Memo) -> Fragment:
    """The published figures of the case and what became of each."""
    if not present(memo, "published"):
        return empty("published")
    groups = [_group(memo, place) for place in range(len(memo.results["published"]))]
    caption = "Published elsewhere and computed here"
    return framed(memo, "published", _heading(memo), table(caption, _COLUMNS, groups, class_="elsewhere"))


def _heading(memo: Memo) -> Markup:
    entries = memo.results["published"]
    number = memo.count("published", len(entries))
    missed = [place for place, entry in enumerate(entries) if not entry["status"].startswith("reproduced")]
    if not missed:
        word = "figure comes" if len(entries) == 1 else "figures come"
        return sentence_case(say("{number} published {word} out as computed here", number=number, word=word))
    stated, computed = _value(memo, missed[0], "published"), _value(memo, missed[0], "computed")
    if entries[missed[0]]["status"] == "not computable":
        text = say("The published {stated} cannot be computed from this case", stated=stated)
    else:
        text = say(
            "The published {stated} is not what the arithmetic gives: {computed}", stated=stated, computed=computed
        )
    if len(missed) == 1:
        return text
    others = memo.count("published_missed", len(missed) - 1)
    verb = "does not come out either" if len(missed) == 2 else "do not come out either"
    return say("{text}; {others} more {verb}", text=text, others=others, verb=verb)


def _group(memo: Memo, place: int) -> Group:
    """One figure, and below it what the model gives with other inputs."""
    entry = memo.results["published"][place]
    class_, sign, word = _STATUS[entry["status"]]
    row = Row(
        [
            _label(memo, entry["metric"]),
            _value(memo, place, "published"),
            _value(memo, place, "computed"),
            _difference(memo, place, entry),
            el("span", el("span", sign, aria_hidden="true"), " ", word, class_=f"mark {class_}"),
            join([client(entry[part]) for part in ("source", "note") if entry[part]], ". "),
        ]
    )
    what_ifs = [_what_if(memo, place, index, entry) for index in range(len(entry["reconciles"]))]
    return Group(
        [row],
        rest=[("Reconciliations" if len(what_ifs) > 1 else "Reconciliation", join(what_ifs, "; "))] if what_ifs else (),
    )


def _value(memo: Memo, place: int, part: str) -> Any:
    return memo.like(f"published.{place}.{part}", memo.results["published"][place]["metric"])


def _difference(memo: Memo, place: int, entry: Mapping[str, Any]) -> Any:
    """Computed less published, and as a share of what was published."""
    if entry["difference"] is None:
        return "–"
    if field(entry["metric"]).form == "share":
        return memo.written(f"published.{place}.difference", numbers.points)
    difference = memo.like(f"published.{place}.difference", entry["metric"], DIFFERENCE_DIGITS)
    if not entry["published"]:
        return difference
    relative = memo.register.add(
        f"published.{place}.difference / published.{place}.published",
        entry["difference"] / entry["published"],
        lambda value: ("+" if value > 0 else "") + share(value, DIFFERENCE_DIGITS),
    )
    return say("{difference} ({relative})", difference=difference, relative=relative)


def _what_if(memo: Memo, place: int, index: int, entry: Mapping[str, Any]) -> Markup:
    what_if = entry["reconciles"][index]
    gives = memo.like(f"published.{place}.reconciles.{index}.gives", entry["metric"])
    where = "" if what_if["scope"] == entry["metric"].split(".")[0] else f" {ALONE[what_if['scope']]}"
    label = client(what_if["label"]) if what_if["label"] else "with other inputs"
    return say("{label}: {gives}{where}", label=label, gives=gives, where=where)


def _label(memo: Memo, metric: str) -> Markup:
    """What a path speaks of, in words."""
    scope, part, *rest = metric.split(".")
    names = [memo.name(name) for name in rest[0].split("->") if name in memo.options] if rest else []
    where = Markup(ALONE[scope])
    if part == "options" and len(names) == 1:
        # An accuracy is no amount, and on invoices the one that the case gives: no drift is in it.
        plain = scope == "invoice" and rest[-1] == "accuracy"
        where = names[0] if plain else say("{name}, {scope}", name=names[0], scope=where)
    elif part == "comparisons" and len(names) == 2:
        where = say("{b} against {a}, {scope}", a=names[0], b=names[1], scope=where)
    return say("{words} {of}", words=field(metric).label, of=el("span", where, class_="of"))
