"""Cumulative cost over the months: which options are drawn, through which points, and where two of them cross."""

from __future__ import annotations

from itertools import pairwise

from casebook.memo.charts import OTHERS, REFERENCE, VERDICT, Line, LineChart, Mark, Point
from casebook.memo.crossing import sentence
from casebook.memo.markup import as_text, clean, say
from casebook.memo.prose import ALONE
from casebook.memo.view import Memo, Pair, direction

# An option that ends above this many times the dearer of the two compared would flatten them, and is left out.
_TOO_HIGH = 4.0
_SAME = 0.05


def points(memo: Memo, scope: str, option: str) -> list[Point]:
    """An option's cumulative cost: month ends, and a step up where a retraining is paid at the start of a month."""
    figures = memo.scope(scope)["options"][option]
    cycle, lump = memo.amount("retrain_every_months", option), figures["retrain_cost"]
    found: list[Point] = [(0.0, figures["one_time"])]
    for month, cost in enumerate(figures["cumulative"], start=1):
        start = month - 1
        if cycle and lump and start and start % cycle == 0:
            found.append((float(start), found[-1][1] + lump))
        found.append((float(month), cost))
    return found


def drawn(memo: Memo, scope: str, pair: Pair | None) -> list[str]:
    """The options that are drawn: the pair first, then what matters most, as many as can be told apart."""
    winner = str(memo.winner(scope))
    first = [winner] if pair is None else [pair.candidate, pair.baseline]
    found = memo.recommendation(scope)
    rest = [memo.case.current, found["base"], found["cheapest"], *memo.by_cost(scope)]
    ceiling = _TOO_HIGH * max(memo.tco(scope, name) for name in first)
    wanted = dict.fromkeys(name for name in rest if name)
    main = dict.fromkeys([winner, *first])
    others = [name for name in wanted if name not in main and memo.tco(scope, name) <= ceiling]
    return [*main, *others[: len(OTHERS)]]


def omitted(memo: Memo, scope: str, pair: Pair | None) -> list[str]:
    """The options that are not drawn, in the order of the file."""
    shown = drawn(memo, scope, pair)
    return [name for name in memo.options if name not in shown]


def cost_chart(memo: Memo, scope: str, pair: Pair | None) -> LineChart:
    """The chart of one scope, its crossing marked where it comes within the horizon."""
    lines = _lines(memo, scope, pair)
    mark, minor = (None, None) if pair is None else _marks(memo, scope, pair)
    between = None
    if pair is not None and mark is not None and pair.figures["sustained_month"] is not None:
        between = (lines[pair.baseline], lines[pair.candidate])
    saves = between is not None and pair is not None and direction(pair.figures["tco_saving"]) > 0
    return LineChart(
        id=f"cumulative-{scope}",
        title=as_text(say("Cumulative cost {where}, by month", where=ALONE[scope])),
        description=_description(memo, pair, lines),
        lines=list(lines.values()),
        axis="Months from the decision",
        tick=memo.money,
        mark=mark,
        minor=minor,
        between=between,
        gap=say("Saves {much}", much=memo.pair_val(pair, "tco_saving").svg()) if saves and pair is not None else None,
    )


def _lines(memo: Memo, scope: str, pair: Pair | None) -> dict[str, Line]:
    winner, others = memo.winner(scope), iter(OTHERS)
    lines = {}
    for name in drawn(memo, scope, pair):
        paired = pair is not None and name in (pair.baseline, pair.candidate)
        stroke = VERDICT if name == winner else REFERENCE if paired else next(others)
        end = memo.of(scope, name, "tco")
        lines[name] = Line(memo.labels[name], points(memo, scope, name), stroke, end)
    return lines


def _marks(memo: Memo, scope: str, pair: Pair) -> tuple[Mark | None, Point | None]:
    """The lasting crossing with its words, and an earlier one that did not last."""
    sustained, first = pair.figures["sustained_month"], pair.figures["first_cross_month"]
    end = memo.amount("horizon_months")

    def at(month: float) -> Point:
        return month, _height(points(memo, scope, pair.baseline), month)

    if sustained is not None and 0 < sustained <= end:
        early = at(first) if first is not None and 0 < first < sustained - _SAME else None
        return Mark(at(sustained), "Break-even", memo.pair_val(pair, "sustained_month").svg()), early
    if sustained is None and first is not None and 0 < first <= end:
        text = say("{first}, not for good", first=memo.pair_val(pair, "first_cross_month").svg())
        return Mark(at(first), "First crossing", text), None
    return None, None


def _height(line: list[Point], month: float) -> float:
    """A line's height at a month, between its points."""
    for (x0, y0), (x1, y1) in pairwise(line):
        if x0 < x1 and x0 <= month <= x1:
            return y0 + (y1 - y0) * (month - x0) / (x1 - x0)
    return line[-1][1]


def _description(memo: Memo, pair: Pair | None, lines: dict[str, Line]) -> str:
    """The chart in words, for those who do not see it."""
    ends = [f"{clean(line.label)} {line.end.text}" for line in lines.values()]
    text = f"At the end of the horizon: {', '.join(ends)}."
    if pair is None:
        return text
    return f"{as_text(sentence(memo, pair))} {text}"
