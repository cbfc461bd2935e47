"""Random edits of a workbook's inputs, as a client might make them."""

from __future__ import annotations

import random
from datetime import timedelta

from casebook.analysis.binding import Value
from casebook.case import Input
from casebook.workbook.cells import may_be_blank
from casebook.workbook.layout import Layout
from tests.random_cases import random_case


def short_case(seed: int) -> dict:
    """A random case of one or two years: every formula of a longer one stands in it too, in fewer columns."""
    raw = random_case(seed)
    payback = (6, 12, 24)[seed % 3]
    return raw | {"horizon_months": 12, "economics": raw.get("economics", {}) | {"max_payback_months": payback}}


def random_changes(layout: Layout, draw: random.Random, count: int) -> dict[str, Value]:
    """New values for `count` inputs by path: valid ones, blanks and exact ties among them."""
    sources = [source for _, inputs in layout.inputs for source in inputs]
    chosen = draw.sample(sources, min(count, len(sources)))
    return {source.path: _other(source, layout, draw) for source in chosen}


def _other(source: Input, layout: Layout, draw: random.Random) -> Value:
    if may_be_blank(source) and draw.random() < 0.3:
        return None
    if source.type == "flag":
        return not source.value
    if source.type == "text":
        return draw.choice(source.choices)
    if source.type == "date":
        return source.value + timedelta(days=draw.randint(-400, 400)) if source.value else None
    return _number(source, layout, draw)


def _number(source: Input, layout: Layout, draw: random.Random) -> float:
    low = source.minimum if source.minimum is not None else -10.0
    current = float(source.value if source.value is not None else low + 1)
    high = source.maximum if source.maximum is not None else max(1.0, 4 * abs(current))
    if source.line in ("horizon_months", "max_payback_months"):
        high = layout.months
    if source.line == "format_trials":
        low = 1.0
    picks = [current, draw.uniform(low, high), current * draw.choice((0.5, 0.9, 1.1, 2.0)), high]
    if not source.exclusive_minimum:
        picks.append(low)
    value = min(max(draw.choice(picks), low), high)
    if source.exclusive_minimum and value <= low:
        value = high
    return float(round(value)) if source.integer else value
