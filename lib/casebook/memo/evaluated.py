"""What the evaluation shows of the options' answers, what it cannot show, and how many items would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from casebook.evidence.statistics import ALPHA
from casebook.memo import numbers
from casebook.memo.markup import client, el, join, say, sentence_case
from casebook.memo.numbers import Val
from casebook.memo.pairing import Compared, difference, would_show
from casebook.memo.tables import Column, Group, Row, table
from casebook.memo.view import Memo

# As many pairs in sentences, and options or pairs in a table, as a reader takes in; the evaluation report has them all.
_MOST, _MOST_ROWS = 3, 8


def heading(memo: Memo) -> Markup:
    """What the evaluation shows, as a sentence."""
    pairs = memo.results["evaluation"]["pairs"]
    if not pairs:
        name = next(iter(memo.results["evaluation"]["options"]))
        passed, items = _option(memo, name, "passed"), _option(memo, name, "items")
        return say("{name} passed {passed} of {items} items", name=_name(memo, name), passed=passed, items=items)
    if len(pairs) == 1:
        return _heading_of_one(memo, next(iter(pairs)))
    shown = sum(_shown(memo, key) for key in pairs)
    every = memo.count("pairs_evaluated", len(pairs))
    if shown in (0, len(pairs)):
        form = "The evaluation shows {all} {every} differences" if shown else "None of {every} differences is shown"
        return say(form, all="both" if len(pairs) == 2 else "all", every="" if shown and len(pairs) == 2 else every)
    some = memo.count("pairs_shown", shown)
    return say("The evaluation shows {some} of {every} differences", some=some, every=every)


def _heading_of_one(memo: Memo, key: str) -> Markup:
    baseline, candidate = key.split("->")
    items = _pair(memo, key, "items")
    verb = "item does" if items.raw == 1 else "items do"
    if not _shown(memo, key):
        form = "{items} {verb} not show whether {candidate} or {baseline} answers better"
        return say(form, items=items, verb=verb, candidate=_name(memo, candidate), baseline=_name(memo, baseline))
    better, worse = (candidate, baseline) if _lead(memo, key) > 0 else (baseline, candidate)
    return say(
        "{items} items show that {better} answers better than {worse}",
        items=items,
        better=_name(memo, better),
        worse=_name(memo, worse),
    )


def parts(memo: Memo) -> list[Any]:
    """The evaluation in words, a table of its options, one of its pairs, and the warnings."""
    found = memo.results["evaluation"]
    content: list[Any] = [el("p", join(sentences(memo), " ")), _options_table(memo)]
    if found["pairs"]:
        content.append(_pairs_table(memo))
    if found["warnings"]:
        content.append(el("p", join([_warning(each) for each in found["warnings"]], " "), class_="note"))
    return content


def _warning(warning: Any) -> Markup:
    text = warning["text"] if isinstance(warning, Mapping) else warning
    return client(text)


def sentences(memo: Memo) -> list[Markup]:
    """How well an option's pass rate is known, then what each pair shows and what it would take."""
    found = memo.results["evaluation"]
    first = next(iter(found["options"]))
    said = [
        say(
            "{name} passed {rate} of {items} items{votes}; its true rate lies between {low} and {high}, "
            "with 95% confidence.",
            name=_name(memo, first),
            rate=_option(memo, first, "pass_rate"),
            items=_option(memo, first, "items"),
            votes=_votes(memo),
            low=_option(memo, first, "interval.0"),
            high=_option(memo, first, "interval.1"),
        )
    ]
    return [*said, *[sentence for key in list(found["pairs"])[:_MOST] for sentence in _pair_words(memo, key)]]


def _votes(memo: Memo) -> Markup:
    runs = memo.results["evaluation"]["runs"]
    return Markup("") if runs == 1 else say(", by majority of {runs} runs", runs=memo.count("runs", runs))


def _pair_words(memo: Memo, key: str) -> list[Markup]:
    pair = _compared(memo, key)
    further = None if pair.shown or pair.lead is None else would_show(pair)
    return [difference(pair), *([] if further is None else [further])]


def _compared(memo: Memo, key: str) -> Compared:
    baseline, candidate = (_name(memo, name) for name in key.split("->"))
    found = memo.results["evaluation"]["pairs"][key]
    p, power, needed = (
        None if found[name] is None else _pair(memo, key, name) for name in ("exact_p", "power", "items_for_80")
    )
    items, more, fewer = (_pair(memo, key, name) for name in ("items", "only_candidate", "only_baseline"))
    lead = _points(memo, key) if _lead(memo, key) else None
    return Compared(candidate, baseline, items, more, fewer, lead, p, _shown(memo, key), power, needed)


def _shown(memo: Memo, key: str) -> bool:
    p = memo.results["evaluation"]["pairs"][key]["exact_p"]
    return p is not None and bool(p < ALPHA)


def _lead(memo: Memo, key: str) -> int:
    """By how many items the candidate is ahead."""
    found = memo.results["evaluation"]["pairs"][key]
    return int(found["only_candidate"] - found["only_baseline"])


def _points(memo: Memo, key: str) -> Val:
    """By how much the better one is ahead, in percentage points."""
    root = f"evaluation.pairs.{key}"
    names = ("only_candidate", "only_baseline") if _lead(memo, key) >= 0 else ("only_baseline", "only_candidate")
    raw = abs(_lead(memo, key)) / memo.figure(f"{root}.items")
    return memo.register.add(f"({root}.{names[0]} - {root}.{names[1]}) / {root}.items", raw, numbers.points)


_FORMS = {
    "pass_rate": numbers.share,
    "0": numbers.share,
    "1": numbers.share,
    "exact_p": lambda value: numbers.p_value(value, numbers.LEVEL_DIGITS),
    "power": numbers.chance,
}


def _show(memo: Memo, path: str) -> Val:
    return memo.written(path, _FORMS.get(path.rsplit(".", 1)[-1], numbers.plain))


def _option(memo: Memo, name: str, figure: str) -> Val:
    return _show(memo, f"evaluation.options.{name}.{figure}")


def _pair(memo: Memo, key: str, figure: str) -> Val:
    return _show(memo, f"evaluation.pairs.{key}.{figure}")


def _name(memo: Memo, name: str) -> Markup:
    """An option by its label; what was evaluated and is none of the case, by the name that the file gives."""
    return memo.name(name) if name in memo.options else client(name)


def _options_table(memo: Memo) -> Markup:
    columns = [
        Column("Option"),
        Column("Passed", True),
        Column("Items", True),
        Column("Pass rate", True),
        Column("95% interval", True),
    ]
    options = list(memo.results["evaluation"]["options"])
    rows = []
    for name in options[:_MOST_ROWS]:
        passed, items, rate, low, high = (
            _option(memo, name, figure) for figure in ("passed", "items", "pass_rate", "interval.0", "interval.1")
        )
        between = say("{low} to {high}", low=low, high=high)
        rows.append(Row([_name(memo, name), passed, items, el("strong", rate), between]))
    note = _left(memo, "options_measured_not_listed", len(options))
    return table("What was measured", columns, [Group(rows)], note=note, class_="drawn")


def _left(memo: Memo, what: str, rows: int) -> Markup | None:
    """How many of so many rows a table leaves out, and where they are."""
    left = rows - _MOST_ROWS
    if left <= 0:
        return None
    verb = "is" if left == 1 else "are"
    text = say(
        "{count} more {verb} in the evaluation report, evaluation.html.", count=memo.count(what, left), verb=verb
    )
    return sentence_case(text)


def _pairs_table(memo: Memo) -> Markup:
    every = list(memo.results["evaluation"]["pairs"])
    pairs = every[:_MOST_ROWS]
    columns = [
        Column("Option"),
        Column("Only it", True),
        Column("Only other", True),
        Column("Exact p", True),
        Column("Difference", True),
        Column("Items for 80%", True),
    ]
    caption = Markup("Items that only one of two options passed")
    baselines = {key.split("->")[0] for key in pairs}
    if len(baselines) == 1:
        caption = say("{caption}, against {other}", caption=caption, other=_name(memo, baselines.pop()))
    rows = [_pair_row(memo, key, against=bool(baselines)) for key in pairs]
    note = say(
        "Shown: chance alone would give a difference as large in less than {level} of evaluations (exact McNemar test "
        "on the votes). The last column is how many items show a real one as large in four evaluations of five.",
        level=numbers.given_share(ALPHA),
    )
    left = _left(memo, "pairs_measured_not_listed", len(every))
    note = note if left is None else say("{note} {left}", note=note, left=left)
    return table(caption, columns, [Group(rows)], note=note, class_="drawn")


def _pair_row(memo: Memo, key: str, against: bool) -> Row:
    baseline, candidate = key.split("->")
    name = _name(memo, candidate)
    if against:
        name = join([name, " ", el("span", say("against {other}", other=_name(memo, baseline)), class_="of")])
    more, fewer = (_pair(memo, key, figure) for figure in ("only_candidate", "only_baseline"))
    found = memo.results["evaluation"]["pairs"][key]
    p, needed = ("–" if found[name] is None else _pair(memo, key, name) for name in ("exact_p", "items_for_80"))
    verdict = "Shown" if _shown(memo, key) else el("strong", "Not shown")
    return Row([name, more, fewer, p, verdict, needed])
