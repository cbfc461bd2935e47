"""Writes the portfolio's workbook: a row a case, totals by currency as live formulas, links to each case's files."""

from __future__ import annotations

import datetime
import io
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.url import Url
from xlsxwriter.utility import xl_rowcol_to_cell

from casebook.analysis import portfolio as records
from casebook.analysis.payback import NOTHING, months_or_words, window_of
from casebook.workbook.book import all_or_nothing
from casebook.workbook.cells import Value, column_name
from casebook.workbook.page import LINK_ROW, Page
from casebook.workbook.styles import Styles

TITLE = "Portfolio of decision cases"
SHEET, ABOUT = "Portfolio", "About"
TOTALS = 3
"""The first row of the totals (0-based); the table follows below them."""

MOST_LINKS = 65_530
"""What a sheet of Excel holds."""

PRINT_SCALE = 65
"""In percent: two landscape pages abreast, the answers on one and the figures on the other."""

STATES = {
    records.CURRENT: "up to date",
    records.STALE: "out of date",
    records.FAILED: "last build failed",
    records.ORPHAN: "no case file in params/",
}
_NO_OPTION = {"no_workload": "no workload yet", "none_feasible": "no option can be run"}
_NOTES = (
    ("Full cost", "Invoices, labour, labelling, evaluation, retraining, drift, and what errors and waiting cost."),
    ("Invoices", "What vendors bill for the option that is recommended at full cost."),
    ("Totals", "By currency, over all rows, of the options recommended at full cost; nothing is converted."),
    ("Saving", "At full cost over the horizon, against what runs today, else the base, else the next-best option."),
    ("Payback", "The memo's: from when on the one option named beside it stays ahead of the other, at full cost."),
    ("Links", "A case's name leads to its memo. Move the folders beside this workbook along with it."),
    ("State", "As of the last build. A failed or outdated case shows its last good report."),
)


class Beside(Url):
    """A relative link with the slashes of a URI: XlsxWriter's backslashes lead nowhere outside Windows."""

    def _target(self) -> str:
        return super()._target().replace("\\", "/")


class Column(NamedTuple):
    """A column: heading, width, unit (`text`, `date` or one of the number formats), and its value in a report."""

    heading: str
    width: float
    unit: str
    value: Callable[[Mapping[str, Any]], Any]
    total: bool = False


def _answer(scope: str) -> Callable[[Mapping[str, Any]], str]:
    def answer(report: Mapping[str, Any]) -> str:
        label: str | None = report[scope]["label"]
        return _NO_OPTION[report[scope]["verdict"]] if label is None else label

    return answer


def _of(*path: str) -> Callable[[Mapping[str, Any]], Any]:
    """The value at a path; None where the path ends early."""

    def value(report: Mapping[str, Any]) -> Any:
        found: Any = report
        for part in path:
            found = None if found is None else found[part]
        return found

    return value


def _payback(report: Mapping[str, Any]) -> Value | None:
    """The months of the memo's payback, or its words where there are none; blank where nothing has to pay back."""
    pair = report["full"]["payback"]
    if pair is None:
        return None
    found = months_or_words(pair, window_of(report["horizon_months"], report["max_payback_months"]))
    return None if found == NOTHING else found


def _payback_of(report: Mapping[str, Any]) -> str | None:
    pair = report["full"]["payback"]
    return pair and f"{pair['candidate']} against {pair['baseline']}"


_COLUMNS = (
    Column("Title", 26, "text", _of("title")),
    Column("Recommended at full cost", 24, "text", _answer("full")),
    Column("Strength", 10, "text", _of("full", "strength")),
    Column("On vendor invoices alone", 24, "text", _answer("invoice")),
    Column("Strength on invoices", 10, "text", _of("invoice", "strength")),
    Column("Payback, months", 10, "months", _payback),
    Column("Payback of", 27, "text", _payback_of),
    Column("Currency", 10, "text", _of("currency")),
    Column("Bills and labour in month 1", 12, "$/month", _of("full", "option", "cash_per_month"), True),
    Column("Bills in month 1", 12, "$/month", _of("on_invoices", "cash_per_month"), True),
    Column("Up front, full cost", 12, "$", _of("full", "option", "one_time"), True),
    Column("Up front, invoices", 12, "$", _of("on_invoices", "one_time"), True),
    Column("Horizon, months", 9, "count", _of("horizon_months")),
    Column("Cost over the horizon, full cost", 13, "$", _of("full", "option", "tco")),
    Column("Saving over the horizon, full cost", 13, "$", _of("full", "tco_saving")),
    Column("Saving against", 24, "text", _of("full", "against")),
    Column("Accuracy", 10, "share", _of("full", "option", "accuracy")),
    Column("Prices as of", 11, "date", _of("as_of")),
    Column("Dated prices seen", 11, "date", _of("prices_seen")),
    Column("Case file, SHA-256", 14, "text", lambda report: report["case_hash"][:12]),
    Column("Casebook", 10, "text", _of("casebook")),
)
_LEAD = (("Client", 22.0), ("Case", 12.0), ("State", 11.0))
"""What stands before these columns: whose case, its name, which leads to its memo, and its state."""

_FIRST = len(_LEAD)
_CURRENCY = _FIRST + [column.heading for column in _COLUMNS].index("Currency")
"""Where the figures begin, and with them the second printed page."""

_PRINTED = _FIRST + [column.heading for column in _COLUMNS].index("Dated prices seen")
"""How many columns are printed: what a case was made from, and its workbook, are to be looked up on the screen."""

_WORKBOOK = _FIRST + len(_COLUMNS)


def write_portfolio(portfolio: Mapping[str, Any], path: str | os.PathLike[str], most_links: int = MOST_LINKS) -> None:
    """Write the workbook of a portfolio; nothing is left at `path` when something cannot be written."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    reports = [case["report"] for case in portfolio["cases"].values() if case["report"]]
    days = sorted(report["as_of"] for report in reports)
    created = datetime.datetime.fromisoformat(days[-1] if days else "2000-01-01")
    book.set_properties({"title": TITLE, "created": created})
    styles = {currency: Styles(book, currency) for currency in sorted({report["currency"] for report in reports})}
    count = len(portfolio["cases"])
    subtitle = f"{count:,} case{'' if count == 1 else 's'}" + (f" · prices as of {_span(days)}" if days else "")
    widths = [*[width for _, width in _LEAD], *[column.width for column in _COLUMNS], 11.0]
    plain = Styles(book)
    page = Page(book.add_worksheet(SHEET), plain, "Portfolio", subtitle, widths)
    _write_table(page, styles, portfolio["cases"], _Links(page, most_links))
    about = Page(book.add_worksheet(ABOUT), plain, "About this workbook", subtitle, [26, 104])
    for row, (name, text) in enumerate(_NOTES, TOTALS):
        about.text(row, 0, name)
        about.text(row, 1, text, plain.wrapped)
    book.close()
    with all_or_nothing(Path(path)) as half_written:
        half_written.write_bytes(content.getvalue())


class _Links:
    """Links to files beside the workbook, as many as a sheet may hold; what is left out is plain text."""

    def __init__(self, page: Page, most: int) -> None:
        self.page, self.left = page, most

    def write(self, row: int, column: int, target: str | None, text: str, otherwise: str = "") -> bool:
        """Write a link where there is a target and room, else a text; False where there was no room."""
        if target is None or not self.left:
            self.page.text(row, column, otherwise, self.page.styles.get(indent=1))
            return target is None
        url = Beside(f"external:{target}")
        url.text = text
        self.left -= 1
        self.page.sheet.write_url(row, column, url, self.page.styles.link_out)
        return True


def _write_table(
    page: Page, styles: Mapping[str, Styles], cases: Mapping[str, Mapping[str, Any]], links: _Links
) -> None:
    head = TOTALS + len(styles) + 1
    first, last = head + 1, head + len(cases)
    bottom = max(first, last)
    _write_totals(page, styles, cases, first, last)
    headings = [*[heading for heading, _ in _LEAD], *[column.heading for column in _COLUMNS], "Workbook"]
    page.headings(head, headings, [at for at, column in enumerate(_COLUMNS, _FIRST) if column.unit != "text"])
    page.sheet.set_row(head, 40)
    page.sheet.freeze_panes(first, 2)
    page.sheet.repeat_rows(head)
    page.sheet.repeat_columns(0, 1)
    page.sheet.set_print_scale(PRINT_SCALE)
    page.sheet.set_v_pagebreaks([_CURRENCY])
    page.sheet.print_area(0, 0, bottom, _PRINTED - 1)
    page.sheet.autofilter(head, 0, bottom, len(headings) - 1)
    links.write(LINK_ROW, 0, "index.html", "All files of every case")
    without = 0
    for row, (name, case) in enumerate(cases.items(), first):
        report, files = case["report"], {kind: f"{name}/{file}" for kind, file in case["files"].items()}
        page.text(row, 0, report["client"] if report else "", page.styles.wrapped)
        there = links.write(row, 1, files.get("memo"), name, otherwise=name)
        without += not (links.write(row, _WORKBOOK, files.get("workbook"), "workbook") and there)
        page.text(row, 2, STATES[case["state"]] if report else f"no report: {STATES[case['state']]}", _mood(page, case))
        if report:
            for at, column in enumerate(_COLUMNS, _FIRST):
                _write_value(page, row, at, column, report, styles[report["currency"]])
    if without:
        text = f"{without:,} cases have no links here: a sheet holds {MOST_LINKS:,}. Every link is in index.html."
        page.text(LINK_ROW, 1, text, page.styles.get(font_color="bad", bold=True, indent=1))


def _write_totals(
    page: Page, styles: Mapping[str, Styles], cases: Mapping[str, Mapping[str, Any]], first: int, last: int
) -> None:
    """Write a row of totals for each currency, over the rows of the table."""
    for row, (currency, style) in enumerate(styles.items(), TOTALS):
        page.text(row, 0, "Total", page.styles.get(bold=True))
        page.text(row, _CURRENCY, currency, page.styles.get(bold=True, indent=1))
        for at, column in enumerate(_COLUMNS, _FIRST):
            if column.total:
                of, over = (
                    f"{column_name(place)}${first + 1}:{column_name(place)}${last + 1}" for place in (_CURRENCY, at)
                )
                here = xl_rowcol_to_cell(row, _CURRENCY, col_abs=True)
                found = (case["report"] for case in cases.values() if case["report"])
                values = (column.value(report) for report in found if report["currency"] == currency)
                total = sum(value for value in values if value is not None)
                page.formula(row, at, f"=SUMIF(${of},{here},{over})", total, style.number(column.unit, bold=True))


def _write_value(page: Page, row: int, at: int, column: Column, report: Mapping[str, Any], style: Styles) -> None:
    value: Value | None = column.value(report)
    if column.unit == "text":
        page.text(row, at, value, style.get(font_color="ink", align="left", indent=1, text_wrap=True))
    elif column.unit == "date" and value is not None:
        page.sheet.write_datetime(row, at, datetime.datetime.fromisoformat(value), style.number("date"))
    elif isinstance(value, str):
        page.text(row, at, value, style.get(align="right", text_wrap=True))
    else:
        page.constant(row, at, value, style.number(column.unit))


def _mood(page: Page, case: Mapping[str, Any]) -> Format:
    if case["state"] == records.CURRENT:
        return page.styles.get(font_color="muted", align="left", indent=1, text_wrap=True)
    return page.styles.get(font_color="bad", bold=True, align="left", indent=1, text_wrap=True)


def _span(days: Sequence[str]) -> str:
    return days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
