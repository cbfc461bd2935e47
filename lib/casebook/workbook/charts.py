"""The workbook's native charts, told apart in greyscale too: lines by their dashes, fills by their patterns.

Excel and others show the points stored beside each series before anything is recalculated: XlsxWriter takes them from
the cells written before.
"""

from __future__ import annotations

import math

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from casebook.workbook.chart_data import START, ChartData
from casebook.workbook.page import Page
from casebook.workbook.rows import TIMELINE
from casebook.workbook.styles import Styles
from casebook.workbook.workings import WHO_COLUMN

DASHES = ("solid", "dash", "round_dot", "dash_dot", "long_dash", "long_dash_dot_dot")
PATTERNS = (None, "wide_upward_diagonal", None, "dotted_diamond", None, "light_horizontal")
TITLE, SMALL = {"size": 12}, {"size": 9}
WIDTH, GAP, TORNADO_WIDTH = 610, 15, 1000
MOST_TICKS = 12
MOST_BARS = 12
ROW_HEIGHT = 20


def add_cumulative(book: Workbook, page: Page, row: int, data: ChartData) -> None:
    """Add the cumulative cost of every option, the sustained break-even marked on the verdict's line."""
    styles = page.styles
    chart = book.add_chart({"type": "scatter", "subtype": "straight"})
    for place, option in enumerate(data.options):
        colour = styles.series[place % len(styles.series)]
        # Twelve options at most: the second round of dashes is drawn thinner.
        width = 2.25 if place < len(DASHES) else 1.25
        line = {"color": colour, "width": width, "dash_type": DASHES[place % len(DASHES)]}
        chart.add_series(_along(data, option, WHO_COLUMN, START) | {"line": line, "marker": {"type": "none"}})
    ink = styles.colour("ink")
    chart.add_series(
        {
            "name": [TIMELINE, data.break_even_name, START],
            "categories": [TIMELINE, data.break_even_month, START, data.break_even_month, START + 1],
            "values": [TIMELINE, data.break_even_cost, START, data.break_even_cost, START + 1],
            "line": {"color": ink, "width": 1.25, "dash_type": "square_dot"},
            "marker": {
                "type": "diamond",
                "size": 9,
                "fill": {"color": ink},
                "border": {"color": styles.colour("paper")},
            },
        }
    )
    _titles(chart, [TIMELINE, data.cumulative_title, START])
    chart.set_x_axis(
        {"name": "Month", "min": 0, "max": data.months, "major_unit": _step(data), "num_format": "0"} | _small()
    )
    chart.set_y_axis(_money(styles, "Cumulative cost"))
    alternative = (
        "Lines: cumulative cost of each option by month, in the scope selected; a diamond: sustained break-even"
    )
    _insert(page, row, 0, chart, alternative, _height(data))


def add_monthly(book: Workbook, page: Page, row: int, data: ChartData) -> None:
    """Add the verdict's cost of every month, stacked by cost line, with the reference's total as a line."""
    styles = page.styles
    chart = book.add_chart({"type": "column", "subtype": "stacked"})
    for place, cost in enumerate(data.costs):
        gap = 60 if data.months <= 2 * MOST_TICKS else 10
        chart.add_series(_along(data, cost, 0, START + 1) | _filled(styles, place) | {"gap": gap})
    line = book.add_chart({"type": "line"})
    line.add_series(
        _along(data, data.reference, 0, START + 1)
        | {"name": "Reference, total", "line": {"color": styles.colour("ink"), "width": 2, "dash_type": "dash"}}
    )
    chart.combine(line)
    _titles(chart, [TIMELINE, data.monthly_title, START])
    chart.set_x_axis({"name": "Month", "num_format": "0", "interval_unit": _step(data)} | _small())
    chart.set_y_axis(_money(styles, "Cost of the month"))
    alternative = (
        "Columns: the verdict's cost of each month by cost line, in the scope selected; a line: the reference's"
    )
    _insert(page, row, 1, chart, alternative, _height(data))


def add_tornado(book: Workbook, page: Page, row: int, first: int, count: int, likely: float, months: int) -> None:
    """Add the verdict's lead at the low and high of each input, from a table whose widest row comes first."""
    styles, shown = page.styles, min(count, MOST_BARS)
    chart = book.add_chart({"type": "bar"})
    for place, (column, name) in enumerate(((5, "at high"), (3, "at low"))):
        chart.add_series(
            {
                "name": name,
                "categories": [page.name, first, 0, first + shown - 1, 0],
                "values": [page.name, first, column, first + shown - 1, column],
                "overlap": 100,
                "gap": 50,
            }
            | _filled(styles, place)
        )
    _titles(chart, "Lead of the verdict over the runner-up, full scope")
    chart.set_x_axis(
        _money(styles, f"Cost over {months} months: runner-up less verdict")
        | {"crossing": likely, "label_position": "high"}
    )
    chart.set_y_axis({"name": "Input at its low and high", "reverse": True, "label_position": "low"} | _small())
    alternative = (
        "Bars: the verdict's lead over the runner-up at the low and the high of each ranged input, widest first"
    )
    _insert(page, row, 0, chart, alternative, _tornado_height(count), TORNADO_WIDTH)


def tornado_rows(count: int) -> int:
    """Rows of a sheet that the tornado of so many inputs covers, and one below it; none where there are no bars."""
    return math.ceil(_tornado_height(count) / ROW_HEIGHT) + 1 if count else 0


def _tornado_height(count: int) -> int:
    return 170 + 26 * min(count, MOST_BARS)


def _along(data: ChartData, row: int, names: int, first: int) -> dict[str, object]:
    """A series along the months from a column on, named by its cell in the column of names."""
    last = START + data.months
    return {
        "name": [TIMELINE, row, names],
        "categories": [TIMELINE, data.month, first, data.month, last],
        "values": [TIMELINE, row, first, row, last],
    }


def _step(data: ChartData) -> int:
    """Months from one tick of the axis to the next."""
    return next(step for step in (1, 2, 3, 6, 12) if data.months / step <= MOST_TICKS)


def _height(data: ChartData) -> int:
    """The height of the charts: that of the plot, and of a legend with a line an option."""
    return 270 + 20 * (len(data.options) + 1)


def _filled(styles: Styles, place: int) -> dict[str, object]:
    """The fill of a series of bars: plain and patterned in turn."""
    colour, pattern = styles.series[place % len(styles.series)], PATTERNS[place]
    look: dict[str, object] = {"border": {"color": colour, "width": 0.75}, "fill": {"color": colour}}
    if pattern:
        look["pattern"] = {"pattern": pattern, "fg_color": colour, "bg_color": styles.colour("paper")}
    return look


def _titles(chart: Chart, title: str | list[str | int]) -> None:
    """Give a chart its title, a text or the cell that holds it, and its legend."""
    chart.set_title({"name": title, "name_font": TITLE})
    chart.set_legend({"position": "bottom", "font": SMALL})


def _money(styles: Styles, name: str) -> dict[str, object]:
    grid = {"visible": True, "line": {"color": styles.colour("line"), "width": 0.5}}
    title = f"{name}, {styles.currency}"
    return {"name": title, "num_format": styles.money("$#,##0"), "major_gridlines": grid} | _small()


def _small() -> dict[str, object]:
    return {"num_font": SMALL, "name_font": {"size": 10, "bold": False}}


def _insert(page: Page, row: int, place: int, chart: Chart, alternative: str, height: int, width: int = WIDTH) -> None:
    chart.set_size({"width": width, "height": height})
    options = {"x_offset": place * (WIDTH + GAP), "object_position": 1, "description": alternative}
    page.sheet.insert_chart(row, 0, chart, options)
