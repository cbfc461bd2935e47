"""The Summary sheet: the answer in both scopes, the options at a glance, and whether the workbook is sound."""

from __future__ import annotations

from xlsxwriter import Workbook

from casebook.model.constants import CONSTANTS
from casebook.model.evaluate import SCOPES
from casebook.model.lines import lines
from casebook.model.rules import RULES
from casebook.model.wiring import Node
from casebook.workbook.cells import Cells, Value, column_name
from casebook.workbook.checks import master_address
from casebook.workbook.layout import FIRST_COLUMN, FIRST_ROW, OPTIONS, TIMELINE, Layout
from casebook.workbook.page import Page
from casebook.workbook.rule_table import fired_list

WIDTHS = [40, 36, 36, 16, 22, 14]
LOGO_COLUMN = 4
SELECTOR_ROW, ANSWER_ROW = 3, 6
SELECTED = "$B$4"
NONE = "–"
FULL = SCOPES.index("full")
STRENGTH_WORDS = ("strong", "moderate", "weak")

OPTION_COLUMNS = (
    ("One-time cost", "one_time"),
    ("Cost per call", "first_cost_per_call"),
    ("Monthly bill", "cash_per_month"),
    ("Cost over the horizon", "tco"),
    ("Accuracy", "first_accuracy"),
)
LONG = ("Condition", "In a sentence")
"""Answers that may take three lines."""

PAYBACK = (
    ("More up front", "one_time_delta", "$"),
    ("Saved a month, month 1", "net_saving_per_month", "$/month"),
    ("Saved over the horizon", "tco_saving", "$"),
    ("Break-even at month 1's figures, months", "static_months", "months"),
    ("First crossing, months", "first_cross_month", "months"),
    ("Sustained break-even, months", "sustained_month", "months"),
)


def write_summary(page: Page, layout: Layout, cells: Cells, shown: int) -> None:
    """Write the Summary sheet, `shown` being the scope first selected (0 invoice, 1 full)."""
    styles, case = page.styles, layout.binding.case
    page.text(SELECTOR_ROW, 0, "Scope shown below", styles.get(bold=True, font_color="ink"))
    page.constant(SELECTOR_ROW, 1, SCOPES[shown], styles.input("text"))
    page.sheet.data_validation(SELECTOR_ROW, 1, SELECTOR_ROW, 1, {"validate": "list", "source": list(SCOPES)})
    page.text(SELECTOR_ROW, 2, "invoice: what vendors bill; full: labour, errors and waiting too", styles.muted)
    page.text(SELECTOR_ROW + 1, 0, "Checks", styles.get(bold=True, font_color="ink"))
    page.formula(
        SELECTOR_ROW + 1,
        1,
        f'=IF({master_address()}=1,"all pass","see Checks")',
        "all pass",
        styles.get(bold=True, font_color="good"),
    )
    page.sheet.conditional_format(
        SELECTOR_ROW + 1,
        1,
        SELECTOR_ROW + 1,
        1,
        {
            "type": "cell",
            "criteria": "==",
            "value": '"see Checks"',
            "format": styles.get(bold=True, font_color="paper", bg_color="bad"),
        },
    )
    row = _answer(page, cells, ANSWER_ROW)
    row = _options(page, layout, cells, row + 1, shown)
    _payback(page, cells, row + 1)
    if case.confidentiality:
        page.text(2, 0, case.confidentiality, styles.muted)
    page.sheet.fit_to_pages(1, 1)
    page.sheet.freeze_panes(SELECTOR_ROW + 2, 1)


def _answer(page: Page, cells: Cells, row: int) -> int:
    """The recommendation in both scopes; the row below it."""
    page.headings(row, ["Recommendation", *SCOPES])
    for offset, (label, give) in enumerate(ANSWERS.items(), 1):
        page.text(row + offset, 0, label)
        for scope in range(len(SCOPES)):
            formula, value = give(cells, scope)
            style = page.styles.get(bold=offset == 1, font_color="ink", align="left", text_wrap=True)
            page.sheet.set_row(row + offset, 44 if label in LONG else None)
            page.formula(row + offset, 1 + scope, formula, value, style)
    return row + len(ANSWERS) + 1


def labelled(position: str, index: str):
    """A line that shows the label of the option at a position, a dash where there is none."""

    def give(cells: Cells, scope: int) -> tuple[str, Value]:
        level, owner = ("pick", position.removesuffix("_chosen")) if position.endswith("_chosen") else ("decision", "")
        node = Node(level, owner, "chosen" if level == "pick" else position)
        place = int(cells.value(node, scope))
        labels = [option.label for option in cells.layout.binding.options]
        address = cells.address(node, scope)
        formula = f'=IF({address}>0,INDEX({_labels(cells)},MAX(1,{address})),"{index}")'
        return formula, labels[place - 1] if place else index

    return give


def _labels(cells: Cells) -> str:
    """The address of the options' labels."""
    first, count = FIRST_COLUMN[OPTIONS], cells.wiring.structure.options
    row = FIRST_ROW[OPTIONS]
    return f"{OPTIONS}!${column_name(first)}${row}:${column_name(first + count - 1)}${row}"


def _verdict(cells: Cells, scope: int) -> tuple[str, Value]:
    formula, value = labelled("verdict_position", "No feasible option")(cells, scope)
    node = Node("decision", "", "no_workload")
    nothing = bool(cells.value(node, scope))
    return (
        f'=IF({cells.address(node, scope)}=1,"No workload",{formula[1:]})',
        "No workload" if nothing else value,
    )


def _strength(cells: Cells, scope: int) -> tuple[str, Value]:
    node = Node("decision", "", "strength")
    words = {CONSTANTS[word].value: word for word in STRENGTH_WORDS}
    strong, moderate = (cells.address(Node("case", "", word)) for word in STRENGTH_WORDS[:2])
    address = cells.address(node, scope)
    formula = f'=IF({address}>={strong},"strong",IF({address}>={moderate},"moderate","weak"))'
    return formula, words[cells.value(node, scope)]


def _line(name: str):
    def give(cells: Cells, scope: int) -> tuple[str, Value]:
        node = Node("decision", "", name)
        return f"={cells.address(node, scope)}", cells.value(node, scope) or ""

    return give


def _yes_no(name: str):
    def give(cells: Cells, scope: int) -> tuple[str, Value]:
        node = Node("decision", "", name)
        return f'=IF({cells.address(node, scope)}=1,"yes","no")', "yes" if cells.value(node, scope) else "no"

    return give


def _target(cells: Cells, scope: int) -> tuple[str, Value]:
    """Whether the verdict meets the target: a dash without one, or where accuracy is not known."""
    target, accuracy, meets = (
        Node("case", "", "accuracy_target"),
        Node("decision", "", "verdict_accuracy"),
        Node("decision", "", "verdict_meets_target"),
    )
    position = Node("decision", "", "verdict_position")
    tests = (
        f"{cells.address(position, scope)}>0,"
        f"ISNUMBER({cells.address(target)}),ISNUMBER({cells.address(accuracy, scope)})"
    )
    formula = f'=IF(AND({tests}),IF({cells.address(meets, scope)}=1,"yes","no"),"{NONE}")'
    if not cells.value(position, scope) or cells.value(target) is None or cells.value(accuracy, scope) is None:
        return formula, NONE
    return formula, "yes" if cells.value(meets, scope) else "no"


def _fired(cells: Cells, scope: int) -> tuple[str, Value]:
    fired = [rule for rule, entry in RULES.items() if cells.value(Node("decision", "", entry.line), scope)]
    return f"={fired_list(cells, scope, 'Summary')}", ", ".join(fired)


def _sentence(cells: Cells, scope: int) -> tuple[str, Value]:
    """The answer in one sentence, put together from the lines above it."""
    column, row = column_name(1 + scope), ANSWER_ROW + 2
    formula = f'={column}{row}&" ("&{column}{row + 1}&"), "&{column}{row + 3}'
    verdict, strength = _verdict(cells, scope)[1], _strength(cells, scope)[1]
    return formula, f"{verdict} ({strength}), {cells.value(Node('decision', '', 'condition'), scope)}"


ANSWERS = {
    "Run it as": _verdict,
    "Strength": _strength,
    "Reason": _line("reason"),
    "Condition": _line("condition"),
    "In a sentence": _sentence,
    "Base: best on the prompt side": labelled("base_position", NONE),
    "Cheapest that meets the target": labelled("cheapest_chosen", NONE),
    "Verdict and cheapest differ": _yes_no("conflict"),
    "Target met": _target,
    "Rules fired": _fired,
}


def _options(page: Page, layout: Layout, cells: Cells, row: int, shown: int) -> int:
    """The options at a glance, in the scope selected; the row below."""
    page.headings(row, ["Option", *(label for label, _ in OPTION_COLUMNS)], range(1, 9))
    units = _units()
    for column, option in enumerate(layout.binding.options):
        page.text(row + 1 + column, 0, option.label)
        for offset, (_, line) in enumerate(OPTION_COLUMNS, 1):
            node = Node("option", column, line)
            invoice, full = (cells.address(node, scope) for scope in range(len(SCOPES)))
            formula = f"={invoice}" if invoice == full else f'=IF({SELECTED}="{SCOPES[1]}",{full},{invoice})'
            page.formula(row + 1 + column, offset, formula, cells.value(node, shown), page.styles.number(units[line]))
    return row + 1 + len(layout.binding.options)


def _units() -> dict[str, str]:
    """The units of the lines shown for the options."""
    return {line: lines()["option"][line].unit for _, line in OPTION_COLUMNS}


def _payback(page: Page, cells: Cells, row: int) -> None:
    """The verdict against what it is compared with, in both scopes."""
    page.headings(row, ["Verdict against the reference", *SCOPES], (1, 2))
    slot = cells.layout.binding.headline_slot
    formula_value = [labelled("headline_position", NONE)(cells, scope) for scope in range(len(SCOPES))]
    page.text(row + 1, 0, "Reference")
    for scope, (formula, value) in enumerate(formula_value):
        page.formula(
            row + 1, 1 + scope, formula, value, page.styles.get(font_color="ink", align="right", shrink=True)
        )
    for offset, (label, line, unit) in enumerate(PAYBACK, 2):
        page.text(row + offset, 0, label)
        for scope in range(len(SCOPES)):
            node = Node("comparison", slot, line)
            address = cells.address(node, scope)
            page.formula(row + offset, 1 + scope, f"={address}", cells.value(node, scope), page.styles.number(unit))


def add_chart(book: Workbook, page: Page, layout: Layout, cells: Cells) -> None:
    """Add the cumulative cost of every option in the full scope as a native chart."""
    chart = book.add_chart({"type": "line"})
    month = layout.place(Node("case", "", "month"), 0)
    shown = int(cells.value(Node("case", "", "final_month")))
    for column, option in enumerate(layout.binding.options):
        place = layout.place(Node("option", column, "cumulative_cost"), FULL)
        chart.add_series(
            {
                "name": option.label,
                "categories": [
                    TIMELINE,
                    month.row,
                    month.column,
                    month.row,
                    month.column + layout.months - 1,
                ],
                "values": [TIMELINE, place.row, place.column, place.row, place.column + shown - 1],
                "line": {"width": 2},
            }
        )
    chart.set_title({"name": "Cumulative cost, full scope", "name_font": {"size": 12}})
    chart.set_x_axis({"name": "Month", "num_font": {"size": 9}})
    chart.set_y_axis({"name": page.styles.currency, "num_format": page.styles.money("$#,##0")})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": 340})
    row = _chart_row(layout)
    page.sheet.insert_chart(row, 0, chart, {"description": "Cumulative cost of each option by month, full scope"})


def _chart_row(layout: Layout) -> int:
    return ANSWER_ROW + len(ANSWERS) + len(layout.binding.options) + len(PAYBACK) + 8
