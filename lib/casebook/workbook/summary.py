"""The Summary sheet: the answer in both scopes, the options at a glance, and whether the workbook is sound."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from casebook.model.constants import CONSTANTS
from casebook.model.evaluate import SCOPES
from casebook.model.lines import lines
from casebook.model.rules import RULES
from casebook.model.wiring import Node
from casebook.workbook.cells import Cells, Value, column_name
from casebook.workbook.changes import as_built, condition_as_built
from casebook.workbook.checks import first_failure, master_address
from casebook.workbook.labels import option_label
from casebook.workbook.layout import Layout
from casebook.workbook.page import Page
from casebook.workbook.rule_table import fired_list
from casebook.workbook.selectors import (
    COLUMN,
    ENDS,
    LIKELY,
    RANGE_ROW,
    SCOPE_ROW,
    SUMMARY,
    by_scope_selected,
    end_selected,
)

WIDTHS = [46, 36, 36, 16, 22, 14]
LOGO_COLUMN = 4
CHECK_ROW, ANSWER_ROW = RANGE_ROW + 1, RANGE_ROW + 3
NOTHING = "–"
Answer = Callable[[Cells, int], tuple[str, Value]]
"""Gives a line of the recommendation in a scope: its formula and value."""

STRENGTH_WORDS = ("strong", "moderate", "weak")

OPTION_COLUMNS = (
    ("One-time cost", "one_time"),
    ("Cost per call", "first_cost_per_call"),
    ("Monthly bill", "cash_per_month"),
    ("Cost over the horizon", "tco"),
    ("Accuracy", "first_accuracy"),
)
LABELLED = ("Run it as", "Base: best on the prompt side", "Cheapest that meets the target")
LONG = {"Condition": "x" * 70, "In a sentence": "x" * 110}
"""Answers of several lines, with a text as long as theirs may become by the rules' words."""

PAYBACK = (
    ("More up front", "one_time_delta", "$"),
    ("Saved a month, month 1", "net_saving_per_month", "$/month"),
    ("Saved over the horizon", "tco_saving", "$"),
    ("Break-even at month 1's figures, months", "static_months", "months"),
    ("First crossing, months", "first_cross_month", "months"),
    ("Sustained break-even, months", "sustained_month", "months"),
)


def write_summary(page: Page, layout: Layout, cells: Cells, shown: int, conditions: Sequence[str]) -> int:
    """Write the Summary sheet, `shown` being the scope first selected (0 invoice, 1 full); the first row below it.

    `conditions` say on what the verdict of each scope holds at the inputs that the workbook is built with.
    """
    write_selectors(page, shown)
    write_flag(page)
    row = _answer(page, cells, ANSWER_ROW, conditions)
    row = _options(page, layout, cells, row + 1, shown)
    row = _payback(page, cells, row + 1)
    page.sheet.fit_to_pages(1, 1)
    page.sheet.freeze_panes(CHECK_ROW + 1, 1)
    return row


def write_selectors(page: Page, shown: int) -> None:
    """Write the scope shown and the end of the ranges in use, each with what it means."""
    scope = "invoice: what vendors bill; full: labour, errors and waiting too"
    ends = "every ranged input at its low, likely or high value: the whole model follows, verdict included"
    selectors = ((SCOPE_ROW, "Scope shown", SCOPES, SCOPES[shown], scope), (RANGE_ROW, "Ranges at", ENDS, LIKELY, ends))
    for row, label, choices, chosen, meaning in selectors:
        page.text(row, 0, label, page.styles.strong)
        page.constant(row, COLUMN, chosen, page.styles.input("text"))
        page.validate(row, COLUMN, {"validate": "list", "source": list(choices)})
        page.text(row, COLUMN + 1, meaning, page.styles.muted)


def write_flag(page: Page) -> None:
    """Write the one flag: in words, and red where a check fails or the figures are not those of the case."""
    styles, flag = page.styles, master_address()
    page.text(CHECK_ROW, 0, "Checks", styles.strong)
    good = styles.get(bold=True, font_color="good")
    page.formula(CHECK_ROW, COLUMN, f'=IF({flag}=1,"all pass","FAIL: see Checks")', "all pass", good)
    ends = f'"Ranges at "&{end_selected(page.name)}&": not the figures of the report"'
    formula = f'=IF({flag}=1,IF({end_selected(page.name)}="{LIKELY}","",{ends}),{first_failure()})'
    page.formula(CHECK_ROW, COLUMN + 1, formula, "", styles.muted)
    failing = {"type": "formula", "criteria": f"={flag}=0", "format": styles.fault}
    page.sheet.conditional_format(CHECK_ROW, COLUMN, CHECK_ROW, COLUMN, failing)
    changed = {"type": "cell", "criteria": "!=", "value": f'"{LIKELY}"', "format": styles.fault}
    page.sheet.conditional_format(RANGE_ROW, COLUMN, RANGE_ROW, COLUMN, changed)


def _answer(page: Page, cells: Cells, row: int, conditions: Sequence[str]) -> int:
    """The recommendation in both scopes; the row below it."""
    answers = _answers(conditions)
    page.headings(row, ["Recommendation", *SCOPES])
    labels = [option.label for option in cells.layout.binding.options]
    for offset, (label, give) in enumerate(answers.items(), 1):
        page.text(row + offset, 0, label)
        given = [give(cells, scope) for scope in range(len(SCOPES))]
        shown = [LONG[label], *(str(value) for _, value in given)] if label in LONG else []
        _fit(page, row + offset, 1, labels if label in LABELLED else shown)
        for scope, (formula, value) in enumerate(given):
            style = page.styles.get(bold=offset == 1, font_color="ink", align="left", text_wrap=True)
            page.formula(row + offset, 1 + scope, formula, value, style)
    return row + len(answers) + 1


def _fit(page: Page, row: int, column: int, texts: list[str]) -> None:
    """Make a row as high as the longest of some texts needs, whichever of them it comes to show."""
    page.fit(row, column, max(texts, key=len, default=""))


def labelled(position: str, nothing: str) -> Answer:
    """A line that shows the label of the option at a position, `nothing` where there is none."""

    def give(cells: Cells, scope: int) -> tuple[str, Value]:
        level, owner = ("pick", position.removesuffix("_chosen")) if position.endswith("_chosen") else ("decision", "")
        node = Node(level, owner, "chosen" if level == "pick" else position)
        return option_label(cells, node, scope, SUMMARY, nothing)

    return give


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


def _line(name: str) -> Answer:
    def give(cells: Cells, scope: int) -> tuple[str, Value]:
        node = Node("decision", "", name)
        return f"={cells.address(node, scope)}", cells.value(node, scope) or ""

    return give


def _yes_no(name: str) -> Answer:
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
    formula = f'=IF(AND({tests}),IF({cells.address(meets, scope)}=1,"yes","no"),"{NOTHING}")'
    if not cells.value(position, scope) or cells.value(target) is None or cells.value(accuracy, scope) is None:
        return formula, NOTHING
    return formula, "yes" if cells.value(meets, scope) else "no"


def _fired(cells: Cells, scope: int) -> tuple[str, Value]:
    fired = [rule for rule, entry in RULES.items() if cells.value(Node("decision", "", entry.line), scope)]
    return f"={fired_list(cells, scope, SUMMARY)}", ", ".join(fired)


def condition(cells: Cells, scope: int) -> str:
    """On what the verdict of a scope rests by the rules."""
    return str(cells.value(Node("decision", "", "condition"), scope))


def _condition(built: Sequence[str]) -> Answer:
    """On what the verdict holds: what was found when the workbook was built, by the rules once something is changed."""

    def give(cells: Cells, scope: int) -> tuple[str, Value]:
        live, _ = _line("condition")(cells, scope)
        unchanged = f'AND({as_built()},{end_selected(SUMMARY)}="{LIKELY}")'
        return f"=IF({unchanged},{condition_as_built(scope)},{live[1:]})", built[scope]

    return give


def _sentence(built: Sequence[str]) -> Answer:
    """The answer in one sentence, put together from the lines above it."""

    def give(cells: Cells, scope: int) -> tuple[str, Value]:
        column, row = column_name(1 + scope), ANSWER_ROW + 2
        formula = f'={column}{row}&" ("&{column}{row + 1}&"), "&{column}{row + 3}'
        verdict, strength = _verdict(cells, scope)[1], _strength(cells, scope)[1]
        return formula, f"{verdict} ({strength}), {built[scope]}"

    return give


def _answers(conditions: Sequence[str]) -> dict[str, Answer]:
    """The lines of the recommendation."""
    return {
        "Run it as": _verdict,
        "Strength": _strength,
        "Reason": _line("reason"),
        "Condition": _condition(conditions),
        "In a sentence": _sentence(conditions),
        "Base: best on the prompt side": labelled("base_position", NOTHING),
        "Cheapest that meets the target": labelled("cheapest_chosen", NOTHING),
        "Verdict and cheapest differ": _yes_no("conflict"),
        "Target met": _target,
        "Rules fired": _fired,
    }


def _options(page: Page, layout: Layout, cells: Cells, row: int, shown: int) -> int:
    """The options at a glance, in the scope selected; the row below."""
    page.headings(row, ["Option", *(label for label, _ in OPTION_COLUMNS)], range(1, 9))
    units = {line: lines()["option"][line].unit for _, line in OPTION_COLUMNS}
    for column, option in enumerate(layout.binding.options):
        page.text(row + 1 + column, 0, option.label, page.styles.wrapped)
        for offset, (_, line) in enumerate(OPTION_COLUMNS, 1):
            node = Node("option", column, line)
            invoice, full = (cells.address(node, scope) for scope in range(len(SCOPES)))
            formula = f"={by_scope_selected(invoice, full, SUMMARY)}"
            page.formula(row + 1 + column, offset, formula, cells.value(node, shown), page.styles.number(units[line]))
    return row + 1 + len(layout.binding.options)


def _payback(page: Page, cells: Cells, row: int) -> int:
    """The verdict against what it is compared with, in both scopes; the row below."""
    page.headings(row, ["Verdict against the reference", *SCOPES], (1, 2))
    slot = cells.layout.binding.headline_slot
    formula_value = [labelled("headline_position", NOTHING)(cells, scope) for scope in range(len(SCOPES))]
    page.text(row + 1, 0, "Reference")
    _fit(page, row + 1, 1, [option.label for option in cells.layout.binding.options])
    for scope, (formula, value) in enumerate(formula_value):
        page.formula(
            row + 1, 1 + scope, formula, value, page.styles.get(font_color="ink", align="right", text_wrap=True)
        )
    for offset, (label, line, unit) in enumerate(PAYBACK, 2):
        page.text(row + offset, 0, label)
        for scope in range(len(SCOPES)):
            node = Node("comparison", slot, line)
            address = cells.address(node, scope)
            page.formula(row + offset, 1 + scope, f"={address}", cells.value(node, scope), page.styles.number(unit))
    return row + 2 + len(PAYBACK)
