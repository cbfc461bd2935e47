"""The table of rules at the top of the Rules sheet: which fired, in both scopes, and what they do."""

from __future__ import annotations

from casebook.model.evaluate import SCOPES
from casebook.model.lines import lines
from casebook.model.rules import RULES, Rule
from casebook.model.wiring import Node
from casebook.workbook.cells import Cells, column_name
from casebook.workbook.page import Page
from casebook.workbook.rows import FIRST_ROW
from casebook.workbook.rows import RULES as SHEET

FIRED, NOT_FIRED, NOT_MEASURED = "fired", "not fired", "not measured"
STATE_COLUMN = 3
THRESHOLD_COLUMN = STATE_COLUMN + len(SCOPES)
VALUE_COLUMN = THRESHOLD_COLUMN + 1
EFFECT_COLUMN = VALUE_COLUMN + len(SCOPES)
LIST_COLUMN = EFFECT_COLUMN + 1
HEADINGS = [
    *("Rule", "", "Source", *SCOPES, "Threshold", *(f"Value, {name}" for name in SCOPES), "Effect"),
    *(f"Fired so far, {name}" for name in SCOPES),
]


def write_rule_table(page: Page, cells: Cells) -> None:
    """Write the table: id, condition, source, state in each scope, the list of what fired so far, effect."""
    first = FIRST_ROW[SHEET] - 1
    page.headings(first, HEADINGS, range(THRESHOLD_COLUMN, EFFECT_COLUMN))
    page.sheet.freeze_panes(first + 1, 1)
    fired = [""] * len(SCOPES)
    for row, (rule, entry) in enumerate(RULES.items(), first + 1):
        page.text(row, 0, lines()["decision"][entry.line].label, page.styles.wrapped)
        page.text(row, 1, rule, page.styles.get(bold=True, font_color="ink"))
        page.text(row, 2, entry.source, page.styles.note)
        for scope in range(len(SCOPES)):
            formula, text = state(cells, entry, scope)
            page.formula(row, STATE_COLUMN + scope, formula, text, page.styles.text)
            fired[scope] = _write_list(page, row, scope, rule, text, fired[scope], row == first + 1)
        if entry.threshold:
            _weighed(page, cells, row, THRESHOLD_COLUMN, entry.threshold, 0)
        for scope in range(len(SCOPES)) if entry.value else ():
            _weighed(page, cells, row, VALUE_COLUMN + scope, entry.value, scope)
        page.text(row, EFFECT_COLUMN, entry.effect, page.styles.note)


def fired_list(cells: Cells, scope: int, sheet: str) -> str:
    """The address of the finished list of fired rules."""
    row = FIRST_ROW[SHEET] + len(RULES)
    return f"{'' if sheet == SHEET else SHEET + '!'}${column_name(LIST_COLUMN + scope)}${row}"


def state(cells: Cells, rule: Rule, scope: int) -> tuple[str, str]:
    """The formula of a rule's state, and its text: fired, not fired, or not measured."""
    node = Node("decision", "", rule.line)
    needs = [Node("case", "", name) for name in rule.needs]
    measured = ",".join(f"ISNUMBER({cells.address(need, 0, SHEET)})" for need in needs)
    other = f'IF(AND({measured}),"{NOT_FIRED}","{NOT_MEASURED}")' if needs else f'"{NOT_FIRED}"'
    formula = f'=IF({cells.address(node, scope, SHEET)}=1,"{FIRED}",{other})'
    if cells.value(node, scope):
        return formula, FIRED
    return formula, NOT_FIRED if all(cells.value(need) is not None for need in needs) else NOT_MEASURED


def _write_list(page: Page, row: int, scope: int, rule: str, text: str, before: str, first: bool) -> str:
    here = f"{column_name(STATE_COLUMN + scope)}{row + 1}"
    above = '""' if first else f"{column_name(LIST_COLUMN + scope)}{row}"
    joined = f'{above}&IF({above}="","",", ")&"{rule}"'
    after = (f"{before}, " if before else "") + rule if text == FIRED else before
    page.formula(row, LIST_COLUMN + scope, f'=IF({here}="{FIRED}",{joined},{above})', after, page.styles.muted)
    return after


def _weighed(page: Page, cells: Cells, row: int, column: int, name: str, scope: int) -> None:
    """Show what a rule weighs: a line of the rules, or an input or constant of the case."""
    level = "decision" if name in lines()["decision"] else "case"
    node = Node(level, "", name)
    value = cells.value(node, scope)
    address = cells.address(node, scope, SHEET)
    formula = f'=IF({address}="","",{address})'
    page.formula(row, column, formula, value, page.styles.number(cells.unit(node), font_color="ink"))
