"""The Results sheet of an evaluation: a column an option or a pair, a row a figure, each a live formula."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from casebook.evidence.reach import chance_at
from casebook.workbook.cells import Value, column_name
from casebook.workbook.page import Page

FIRST = 1
"""The column of the first option, and of the first pair."""

_SHARE, _WHOLE, _P, _NUMBER, _FLAG = "share", "count", "0.0000", "×", "flag"
_LEVEL, _POWER, _Z_LEVEL, _Z_POWER = "$B$6", "$B$7", "$B$8", "$B$9"


class Ranges(NamedTuple):
    """Where the votes of an option stand: whether each item passed, and whether its runs disagree."""

    passed: str
    disagree: str


class Line(NamedTuple):
    """A row of the sheet: its key in the report, its label, its unit and its formula from the cells above."""

    key: str
    label: str
    unit: str
    formula: str


# In a formula {name} is the cell of that line in the same column; {a}, {b}, {runs} are ranges of votes.
OPTION_LINES = (
    Line("items", "Items", _WHOLE, "COUNT({a})"),
    Line("passed", "Passed", _WHOLE, "COUNTIF({a},1)"),
    Line("pass_rate", "Pass rate", _SHARE, 'IF({items}=0,"",{passed}/{items})'),
    Line("centre", "Centre of the interval", _SHARE, 'IF({items}=0,"",({passed}+{z}^2/2)/({items}+{z}^2))'),
    Line(
        "half",
        "Half of the interval",
        _SHARE,
        'IF({items}=0,"",{z}*SQRT({passed}*({items}-{passed})/{items}+{z}^2/4)/({items}+{z}^2))',
    ),
    Line("low", "Interval, low", _SHARE, 'IF({items}=0,"",IF({passed}=0,0,{centre}-{half}))'),
    Line("high", "Interval, high", _SHARE, 'IF({items}=0,"",IF({passed}={items},1,{centre}+{half}))'),
    Line("disagree", "Items whose runs disagree", _WHOLE, "COUNTIF({runs},1)"),
)

# The chance that so many items ({size}) show the observed difference.
CHANCE = (
    'IF({only_baseline}={only_candidate},"",IF({spread_observed}=0,'
    "IF(ABS({difference})*SQRT({size})>={z}*{spread_none},1,0),"
    "NORM.S.DIST((ABS({difference})*SQRT({size})-{z}*{spread_none})/{spread_observed},TRUE)))"
)

PAIR_LINES = (
    Line("items", "Items run with both", _WHOLE, 'COUNTIFS({a},">=0",{b},">=0")'),
    Line("only_baseline", "Only the baseline passed", _WHOLE, "COUNTIFS({a},1,{b},0)"),
    Line("only_candidate", "Only the candidate passed", _WHOLE, "COUNTIFS({a},0,{b},1)"),
    Line("discordant", "Discordant items", _WHOLE, "{only_baseline}+{only_candidate}"),
    Line(
        "difference", "Difference of pass rates", _SHARE, 'IF({items}=0,"",({only_candidate}-{only_baseline})/{items})'
    ),
    Line(
        "exact_p",
        "Exact p",
        _P,
        'IF({items}=0,"",IF({discordant}=0,1,'
        "MIN(1,2*BINOM.DIST(MIN({only_baseline},{only_candidate}),{discordant},1/2,TRUE))))",
    ),
    Line("shown", "Shown: exact p below the level", _FLAG, "IF({items}=0,0,IF({exact_p}<{level},1,0))"),
    Line(
        "observed",
        "Chance of exactly these counts",
        _P,
        'IF({discordant}=0,"",BINOM.DIST({only_candidate},{discordant},1/2,FALSE))',
    ),
    Line(
        "mid_p",
        "Mid-p",
        _P,
        'IF({discordant}=0,"",IF({only_baseline}={only_candidate},1-{observed}/2,{exact_p}-{observed}))',
    ),
    Line("chi2", "Chi-squared", _NUMBER, 'IF({discordant}=0,"",({only_candidate}-{only_baseline})^2/{discordant})'),
    Line("chi2_p", "p of chi-squared", _P, 'IF({discordant}=0,"",CHISQ.DIST.RT({chi2},1))'),
    Line(
        "chi2_corrected",
        "Chi-squared, corrected for continuity",
        _NUMBER,
        'IF({discordant}=0,"",MAX(0,ABS({only_candidate}-{only_baseline})-1)^2/{discordant})',
    ),
    Line(
        "chi2_corrected_p", "p of chi-squared, corrected", _P, 'IF({discordant}=0,"",CHISQ.DIST.RT({chi2_corrected},1))'
    ),
    Line(
        "spread_none", "Spread of an item under no difference", _NUMBER, 'IF({items}=0,"",SQRT({discordant}/{items}))'
    ),
    Line(
        "spread_observed",
        "Spread of an item under the observed one",
        _NUMBER,
        'IF({items}=0,"",SQRT({discordant}*{items}-({only_candidate}-{only_baseline})^2)/{items})',
    ),
    Line("power", "Power", _SHARE, CHANCE.replace("{size}", "{items}")),
    Line(
        "items_for_80",
        "Items needed for the power wanted",
        _WHOLE,
        'IF({only_baseline}={only_candidate},"",'
        "-INT(0-(({z}*{spread_none}+{z_power}*{spread_observed})/{difference})^2))",
    ),
    Line(
        "wins",
        "Discordant items to win, to be shown",
        _WHOLE,
        'IF({discordant}=0,"",BINOM.INV({discordant},1/2,1-{level}/2)+1)',
    ),
    Line(
        "smallest_win",
        "The same, where there are as many",
        _WHOLE,
        'IF({discordant}=0,"",IF({wins}>{discordant},"",{wins}))',
    ),
)


def widths(report: Mapping[str, Any]) -> list[float]:
    """Column widths: labels, then options and pairs."""
    return [40, *[22] * max(len(report["options"]), len(report["pairs"]), 1)]


def write_results(
    page: Page, report: Mapping[str, Any], ranges: Mapping[str, Ranges], labels: Mapping[str, str]
) -> None:
    """Write the sheet: the level and power wanted, the options, the pairs, other numbers of items."""
    page.sheet.freeze_panes(3, 1)
    columns = len(widths(report))
    _write_rules(page, report["rules"], columns)
    row = 11
    page.section(row - 1, "Options", columns)
    names = [labels.get(option["name"], option["name"]) for option in report["options"]]
    _write_headings(page, row, ["Option", *names])
    places = [ranges[option["name"]] for option in report["options"]]
    made = [{"a": each.passed, "runs": each.disagree} for each in places]
    values = [_option_values(option, report["rules"]["level"]) for option in report["options"]]
    row = _write_lines(page, row + 1, OPTION_LINES, made, values)[0]
    if report["pairs"]:
        _write_pairs(page, row + 2, report, ranges, labels, columns)


def _write_rules(page: Page, rules: Mapping[str, float], columns: int) -> None:
    page.text(2, 0, "Every figure is a live formula over the votes on Data", page.styles.muted)
    page.section(4, "What counts as shown", columns)
    typed, number = page.styles.input("share"), page.styles.number(_NUMBER)
    for row, label, value in ((5, "Level, two-sided", rules["level"]), (6, "Power wanted", rules["power"])):
        page.text(row, 0, label)
        page.constant(row, 1, value, typed)
    page.text(7, 0, "Normal quantile of the level")
    page.formula(7, 1, f"=NORM.S.INV(1-{_LEVEL}/2)", _quantile(1 - rules["level"] / 2), number)
    page.text(8, 0, "Normal quantile of the power")
    page.formula(8, 1, f"=NORM.S.INV({_POWER})", _quantile(rules["power"]), number)


def _write_headings(page: Page, row: int, texts: list[str]) -> None:
    page.headings(row, texts, range(1, len(texts)))
    page.sheet.set_row(row, 42)


def _write_pairs(
    page: Page,
    row: int,
    report: Mapping[str, Any],
    ranges: Mapping[str, Ranges],
    labels: Mapping[str, str],
    columns: int,
) -> None:
    pairs = report["pairs"]
    page.section(row, "Pairs", columns)
    names = [f"{labels[pair['candidate']]} against {labels[pair['baseline']]}" for pair in pairs]
    _write_headings(page, row + 1, ["Candidate against baseline", *names])
    values = [_pair_values(pair, report["rules"]["level"]) for pair in pairs]
    made = [{"a": ranges[pair["baseline"]].passed, "b": ranges[pair["candidate"]].passed} for pair in pairs]
    row, cells = _write_lines(page, row + 2, PAIR_LINES, made, values)
    sizes = sorted({size["items"] for pair in pairs for size in pair["sizes"]})
    page.section(row + 1, "Chance that other numbers of items show the difference", columns)
    _write_headings(page, row + 2, ["Items", *names])
    typed, style = page.styles.input(_WHOLE), page.styles.number(_SHARE)
    for at, size in enumerate(sizes, row + 3):
        page.constant(at, 0, size, typed)
        for place, (pair, own) in enumerate(zip(pairs, cells, strict=True)):
            formula = CHANCE.format(size=f"$A{at + 1}", **own)
            page.formula(at, FIRST + place, f"={formula}", _chance(pair, size), style)


def _chance(pair: Mapping[str, Any], size: int) -> Value | None:
    return chance_at(size, pair["items"], pair["only_baseline"], pair["only_candidate"]) if pair["items"] else None


def _write_lines(
    page: Page,
    row: int,
    lines: Sequence[Line],
    ranges: Sequence[Mapping[str, str]],
    values: Sequence[Mapping[str, Value | None]],
) -> tuple[int, list[dict[str, str]]]:
    """Write a row a line and a column a set of values; the row below, and each column's cells by line."""
    constants = {"level": _LEVEL, "z": _Z_LEVEL, "z_power": _Z_POWER}
    columns = []
    for place, (given, column) in enumerate(zip(ranges, values, strict=True), FIRST):
        cells = {line.key: f"{column_name(place)}{at + 1}" for at, line in enumerate(lines, row)}
        names = {**constants, **cells, **given}
        for at, line in enumerate(lines, row):
            template = CHANCE if line.formula == CHANCE.replace("{size}", "{items}") else line.formula
            formula = template.format(**(names | {"size": names["items"]}))
            page.formula(at, place, f"={formula}", column[line.key], _style(page, line.unit))
        columns.append(names)
    for at, line in enumerate(lines, row):
        page.text(at, 0, line.label)
    return row + len(lines), columns


def _style(page: Page, unit: str) -> Any:
    if unit == _P:
        return page.styles.get(num_format=unit, align="right")
    return page.styles.number(unit)


def _option_values(option: Mapping[str, Any], level: float) -> dict[str, Value | None]:
    """What the formulas of an option must hold."""
    z = _quantile(1 - level / 2)
    items, passed = option["items"], option["passed"]
    low, high = option["interval"]
    return {
        **{key: option[key] for key in ("items", "passed", "pass_rate", "disagree")},
        "low": low,
        "high": high,
        "centre": (passed + z**2 / 2) / (items + z**2),
        "half": z * math.sqrt(passed * (items - passed) / items + z**2 / 4) / (items + z**2),
    }


def _pair_values(pair: Mapping[str, Any], level: float) -> dict[str, Value | None]:
    """What the formulas of a pair must hold."""
    from scipy import stats

    items, discordant = pair["items"], pair["discordant"]
    difference = pair["only_candidate"] - pair["only_baseline"]
    known = {line.key: pair[line.key] for line in PAIR_LINES if line.key in pair}
    return {
        **known,
        "shown": int(pair["shown"]),
        "observed": float(stats.binom.pmf(pair["only_candidate"], discordant, 0.5)) if discordant else None,
        "spread_none": math.sqrt(discordant / items) if items else None,
        "spread_observed": math.sqrt(discordant * items - difference**2) / items if items else None,
        "wins": int(stats.binom.ppf(1 - level / 2, discordant, 0.5)) + 1 if discordant else None,
    }


def _quantile(share: float) -> float:
    from scipy import stats

    return float(stats.norm.ppf(share))
