"""What the charts of Summary show: rows below the last line of Timeline, live, in the scope selected.

They use Timeline's columns; the column before the first month holds what stands at its start.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from casebook.model.evaluate import SCOPES
from casebook.model.lines import lines
from casebook.model.wiring import Node
from casebook.workbook.cells import MONTH, Cells, Value, column_name
from casebook.workbook.labels import labels_range
from casebook.workbook.layout import FIRST_COLUMN, Layout
from casebook.workbook.page import Page
from casebook.workbook.rows import FIRST_ROW, TIMELINE
from casebook.workbook.selectors import FULL, scope_selected
from casebook.workbook.workings import UNIT_COLUMN, WHO_COLUMN

START = FIRST_COLUMN[TIMELINE] - 1

COST_LINES = ("usage_cost", "retrieval_cost", "hosting_cost", "retrain_spend", "error_cost", "latency_cost")
"""The lines that the cost of a month is made of."""


@dataclass
class ChartData:
    """Where the rows of the charts stand (0-based rows of Timeline)."""

    months: int
    month: int = 0
    options: list[int] = field(default_factory=list)
    break_even_month: int = 0
    break_even_cost: int = 0
    break_even_name: int = 0
    costs: list[int] = field(default_factory=list)
    reference: int = 0
    cumulative_title: int = 0
    monthly_title: int = 0


def write_chart_data(page: Page, layout: Layout, cells: Cells, shown: int) -> ChartData:
    """Write the block on Timeline, `shown` being the scope first selected."""
    return _Block(page, layout, cells, shown).write()


class _Block:
    """Writes the rows one below the other."""

    def __init__(self, page: Page, layout: Layout, cells: Cells, shown: int):
        self.page, self.layout, self.cells, self.shown = page, layout, cells, shown
        self.row = FIRST_ROW[TIMELINE] + len(layout.sheets[TIMELINE].entries) + 1
        self.options = layout.binding.options
        self.data = ChartData(layout.months)
        self.values: dict[str, Value] = {}

    def write(self) -> ChartData:
        """Write every row; where they stand."""
        self.page.section(self.row, "Shown in the charts of Summary, in the scope selected there", START + 2)
        self._choices()
        self._cumulative()
        self._break_even()
        self._costs()
        self._titles()
        return self.data

    def _choices(self) -> None:
        selected = f'=IF({scope_selected(TIMELINE)}="{SCOPES[FULL]}",1,0)'
        self.full = self._cell("Full scope selected", "flag", selected, int(self.shown == FULL))
        self.verdict, self.reference = (
            self._position(label, Node("decision", "", line))
            for label, line in (("Verdict charted", "verdict_position"), ("Reference charted", "headline_position"))
        )

    def _position(self, label: str, node: Node) -> str:
        """A position in the scope selected, 1 where there is none; its cell."""
        here = self._by_scope(lambda scope: self.cells.address(node, scope, TIMELINE))
        value = max(1, int(self.cells.value(node, self.shown)))
        return self._cell(f"{label} (position)", "position", f"=MAX(1,{here})", value)

    def _cumulative(self) -> None:
        month = self.layout.place(MONTH, 0).row + 1
        self.data.month = self._line("Month", "count", "", 0, lambda column: f"={column}${month}", self._months())
        for column, option in enumerate(self.options):
            one_time, line = (Node("option", column, name) for name in ("one_time", "cumulative_cost"))
            start = f"={self._by_scope(lambda scope, node=one_time: self.cells.address(node, scope, TIMELINE))}"
            self.data.options.append(
                self._line(
                    "Cumulative cost",
                    "$",
                    option.label,
                    (start, self.cells.value(one_time, self.shown)),
                    self._moving(lambda scope, node=line: self.layout.place(node, scope).row + 1),
                    self._values(line),
                )
            )

    def _break_even(self) -> None:
        """The sustained break-even as a point of the verdict's line; beyond the axis where it does not come."""
        first, last = self.data.options[0] + 1, self.data.options[-1] + 1
        chosen = Node("option", int(self.values[self.verdict]) - 1, "cumulative_cost")
        one_time = self.cells.value(chosen._replace(line="one_time"), self.shown)
        start = column_name(START)
        costs = [one_time, *self._values(chosen)]
        row = self._line(
            "Cumulative cost of the verdict",
            "$",
            "",
            (f"=INDEX({start}${first}:{start}${last},{self.verdict})", one_time),
            lambda column: f"=INDEX({column}${first}:{column}${last},{self.verdict})",
            costs[1:],
        )
        area = f"${start}${row + 1}:${column_name(START + self.layout.months)}${row + 1}"
        node = Node("comparison", self.layout.binding.headline_slot, "sustained_month")
        address = self._by_scope(lambda scope: self.cells.address(node, scope, TIMELINE))
        sustained = self.cells.value(node, self.shown)
        comes = self._cell("Sustained break-even", "months", f"={address}", sustained)
        months = self.cells.address(Node("case", "", "months_shown"), 0, TIMELINE)
        at = sustained if sustained <= self.layout.months else -1
        point = f"=IF({comes}<={months},{comes},-1)"
        self.data.break_even_month = self._pair(
            "Shown at month (-1: does not come)", "months", (point, at), (point, at)
        )
        drawn = self._address(self.data.break_even_month, START)
        whole = max(0, min(int(at), self.layout.months - 1))
        before = self._cell("Whole months before it", "count", f"=MAX(0,MIN(INT({drawn}),{months}-1))", whole)
        opening = self._cell("Cost at the start of that month", "$", f"=INDEX({area},{before}+1)", costs[whole])
        closing = self._cell("Cost at its end", "$", f"=INDEX({area},{before}+2)", costs[whole + 1])
        formula = f"=IF({drawn}<0,0,{opening}+({drawn}-{before})*({closing}-{opening}))"
        said = f'IF({drawn}=0,"at once",ROUND({drawn},1)&" months")'
        name = f'="Sustained break-even: "&IF({drawn}<0,"none in the months shown",{said})'
        said = "at once" if at == 0 else f"{math.floor(10 * at + 0.5) / 10:g} months"
        said = "none in the months shown" if at < 0 else said
        self.data.break_even_name = self._text("Name in the legend", name, f"Sustained break-even: {said}")
        cost = 0.0 if at < 0 else costs[whole] + (at - whole) * (costs[whole + 1] - costs[whole])
        self.data.break_even_cost = self._pair("Cost shown there", "$", (None, 0), (formula, cost))

    def _costs(self) -> None:
        verdict, reference = (int(self.values[address]) - 1 for address in (self.verdict, self.reference))
        for name in COST_LINES:
            self.data.costs.append(self._chosen(name, self.verdict, verdict, "verdict"))
        self.data.reference = self._chosen("month_cost", self.reference, reference, "reference")

    def _chosen(self, name: str, position: str, value: int, who: str) -> int:
        """The row of a line of the option at a position."""
        source = lines()["option"][name]
        nodes = [Node("option", column, name) for column in range(len(self.options))]

        def formula(column: str) -> str:
            def chosen(scope: int) -> str:
                first, last = (self.layout.place(nodes[end], scope).row + 1 for end in (0, -1))
                return f"INDEX({column}${first}:{column}${last},{position})"

            return f"={self._by_scope(chosen)}"

        label = re.split(r" \(|[:,]", source.label)[0]
        return self._line(label, "$/month", who, None, formula, self._values(nodes[value]))

    def _titles(self) -> None:
        labels = labels_range(self.cells, TIMELINE)
        scope = scope_selected(TIMELINE)
        verdict = self.options[int(self.values[self.verdict]) - 1].label
        name = SCOPES[self.shown]
        self.data.cumulative_title = self._text(
            "Title of a chart", f'="Cumulative cost, "&{scope}&" scope"', f"Cumulative cost, {name} scope"
        )
        self.data.monthly_title = self._text(
            "Title of a chart",
            f'="Cost by month: "&INDEX({labels},{self.verdict})&", "&{scope}&" scope"',
            f"Cost by month: {verdict}, {name} scope",
        )

    # One row each

    def _text(self, label: str, formula: str, text: str) -> int:
        row = self._label(label, "", "")
        self.page.formula(row, START, formula, text, self.page.styles.text)
        return row

    def _cell(self, label: str, unit: str, formula: str, value: Value) -> str:
        row = self._label(label, unit, "")
        self.page.formula(row, START, formula, value, self._style(unit))
        address = self._address(row, START)
        self.values[address] = value
        return address

    def _pair(self, label: str, unit: str, *points: tuple[str | None, Value]) -> int:
        """A row of two points."""
        row = self._label(label, unit, "")
        for column, (formula, value) in enumerate(points, START):
            if formula is None:
                self.page.constant(row, column, value, self._style(unit))
            else:
                self.page.formula(row, column, formula, value, self._style(unit))
        return row

    def _line(
        self,
        label: str,
        unit: str,
        who: str,
        start: tuple[str, Value] | float | None,
        formula: Callable[[str], str],
        values: Sequence[Value],
    ) -> int:
        """A row along the months, with what stands at their start."""
        row = self._label(label, unit, who)
        style = self._style(unit)
        if isinstance(start, tuple):
            self.page.formula(row, START, *start, style)
        elif start is not None:
            self.page.constant(row, START, start, style)
        for column, value in enumerate(values, START + 1):
            self.page.formula(row, column, formula(column_name(column)), value, style)
        return row

    def _label(self, label: str, unit: str, who: str) -> int:
        self.row += 1
        self.page.text(self.row, 0, label)
        self.page.text(self.row, UNIT_COLUMN, self.page.styles.unit(unit), self.page.styles.muted)
        self.page.text(self.row, WHO_COLUMN, who)
        return self.row

    def _style(self, unit: str):
        return self.page.styles.number(unit, font_color="ink")

    def _address(self, row: int, column: int) -> str:
        return f"${column_name(column)}${row + 1}"

    def _months(self) -> list[Value]:
        return [float(month) for month in range(1, self.layout.months + 1)]

    def _values(self, node: Node) -> list[Value]:
        return [self.cells.value(node, self.shown, month) for month in range(self.layout.months)]

    def _moving(self, row: Callable[[int], int]) -> Callable[[str], str]:
        """A formula that gives the row of the scope selected, in its own column."""
        return lambda column: "=" + self._by_scope(lambda scope: f"{column}${row(scope)}")

    def _by_scope(self, give: Callable[[int], str]) -> str:
        """What is given for the scope selected: a condition, where the scopes differ."""
        invoice, full = (give(scope) for scope in range(len(SCOPES)))
        return invoice if invoice == full else f"IF({self.full},{full},{invoice})"
