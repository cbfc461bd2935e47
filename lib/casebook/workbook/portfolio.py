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
from casebook.model.constants import CONSTANTS
from casebook.workbook.book import all_or_nothing
from casebook.workbook.cells import Value, column_name
from casebook.workbook.page import Page
from casebook.workbook.styles import Styles

SHEET, ABOUT = "Portfolio", "About"
TOTALS = 3
"""The first row of the totals (0-based); the table follows below them."""

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
    ("Payback", "From when on the option stays ahead at full cost; blank where there is nothing to pay back."),
    ("Links", "Lead to files in the folders beside this workbook: move all of them together."),
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
    return lambda report: report[scope]["label"] or _NO_OPTION[report[scope]["verdict"]]


def _of(*path: str) -> Callable[[Mapping[str, Any]], Any]:
    """The value at a path; None where the path ends early."""

    def value(report: Mapping[str, Any]) -> Any:
        found: Any = report
        for part in path:
            found = None if found is None else found[part]
        return found

    return value


def _payback(report: Mapping[str, Any]) -> float | None:
    headline = report["full"]["headline"]
    if headline is None:
        return None
    if headline["sustained_month"] is None:
        return CONSTANTS["never"].value if headline["one_time_delta"] > 0 else None
    return float(headline["sustained_month"])


_COLUMNS = (
    Column("Title", 62, "text", _of("title")),
    Column("Recommended at full cost", 36, "text", _answer("full")),
    Column("Strength", 11, "text", _of("full", "strength")),
    Column("On vendor invoices alone", 36, "text", _answer("invoice")),
    Column("Strength on invoices", 11, "text", _of("invoice", "strength")),
    Column("Currency", 10, "text", _of("currency")),
    Column("Run cost a month, full cost", 16, "$/month", _of("full", "option", "cash_per_month"), True),
    Column("Run cost a month, invoices", 16, "$/month", _of("on_invoices", "cash_per_month"), True),
    Column("Up front, full cost", 16, "$", _of("full", "option", "one_time"), True),
    Column("Up front, invoices", 16, "$", _of("on_invoices", "one_time"), True),
    Column("Horizon, months", 10, "count", _of("horizon_months")),
    Column("Cost over the horizon, full cost", 16, "$", _of("full", "option", "tco")),
    Column("Saving over the horizon, full cost", 16, "$", _of("full", "headline", "tco_saving")),
    Column("Saving against", 36, "text", _of("full", "against")),
    Column("Payback, months", 10, "months", _payback),
    Column("Accuracy", 10, "share", _of("full", "option", "accuracy")),
    Column("Prices as of", 12, "date", _of("as_of")),
    Column("Dated prices seen", 12, "date", _of("prices_seen")),
    Column("Case file, SHA-256", 15, "text", lambda report: report["case_hash"][:12]),
    Column("Casebook", 10, "text", _of("casebook")),
)
_FIRST = 3
"""Where these columns begin: client, case and state stand before them, the links after."""

_CURRENCY = _FIRST + [column.heading for column in _COLUMNS].index("Currency")


def write_portfolio(portfolio: Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Write the workbook of a portfolio; nothing is left at `path` when something cannot be written."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    reports = [case["report"] for case in portfolio["cases"].values() if case["report"]]
    days = sorted(report["as_of"] for report in reports)
    created = datetime.datetime.fromisoformat(days[-1] if days else "2000-01-01")
    book.set_properties({"title": "Portfolio of decision cases", "created": created})
    styles = {currency: Styles(book, currency) for currency in sorted({report["currency"] for report in reports})}
    links = _links(portfolio)
    count = len(portfolio["cases"])
    subtitle = f"{count:,} case{'' if count == 1 else 's'}" + (f" · prices as of {_span(days)}" if days else "")
    widths = [30, 18, 16, *[column.width for column in _COLUMNS], *[19] * len(links)]
    plain = Styles(book)
    page = Page(book.add_worksheet(SHEET), plain, "Portfolio", subtitle, widths)
    _write_table(page, styles, portfolio["cases"], links)
    about = Page(book.add_worksheet(ABOUT), plain, "About this workbook", subtitle, [26, 104])
    for row, (name, text) in enumerate(_NOTES, TOTALS):
        about.text(row, 0, name)
        about.text(row, 1, text, plain.wrapped)
    book.close()
    with all_or_nothing(Path(path)) as half_written:
        half_written.write_bytes(content.getvalue())


def _write_table(
    page: Page,
    styles: Mapping[str, Styles],
    cases: Mapping[str, Mapping[str, Any]],
    links: Sequence[tuple[str, str, str]],
) -> None:
    head = TOTALS + len(styles) + 1
    first, last = head + 1, head + len(cases)
    _write_totals(page, styles, cases, first, last)
    headings = ["Client", "Case", "State", *[column.heading for column in _COLUMNS], *[text for text, _, _ in links]]
    page.headings(head, headings, [at for at, column in enumerate(_COLUMNS, _FIRST) if column.unit != "text"])
    page.sheet.set_row(head, 40)
    page.sheet.freeze_panes(first, 2)
    page.sheet.repeat_rows(head)
    page.sheet.repeat_columns(0, 1)
    page.sheet.fit_to_pages(3, 0)
    page.sheet.autofilter(head, 0, max(last, first), len(headings) - 1)
    for row, (name, case) in enumerate(cases.items(), first):
        report = case["report"]
        page.text(row, 0, report["client"] if report else "")
        _link(page, row, 1, f"{name}/{case['files']['memo']}" if "memo" in case["files"] else None, name)
        page.text(row, 2, STATES[case["state"]] if report else f"no report: {STATES[case['state']]}", _mood(page, case))
        if report:
            for at, column in enumerate(_COLUMNS, _FIRST):
                _write_value(page, row, at, column, report, styles[report["currency"]])
        for at, (text, group, kind) in enumerate(links, _FIRST + len(_COLUMNS)):
            file = (case["files"] if group == "" else case["reports"].get(group, {})).get(kind)
            _link(page, row, at, f"{name}/{file}" if file else None, text.lower())


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
        page.text(row, at, value, style.get(font_color="ink", align="left", indent=1))
    elif column.unit == "date" and value is not None:
        page.sheet.write_datetime(row, at, datetime.datetime.fromisoformat(value), style.number("date"))
    else:
        page.constant(row, at, value, style.number(column.unit))


def _links(portfolio: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The columns of links: heading, further report (empty: the decision's own files) and kind of file."""
    kinds = [kind for kind in records.FILES if any(kind in case["files"] for case in portfolio["cases"].values())]
    further = sorted({report for case in portfolio["cases"].values() for report in case["reports"]})
    own = [(kind.upper() if kind == "pdf" else kind.capitalize(), "", kind) for kind in kinds]
    return own + [
        (f"{records.heading_of(report)} {kind}", report, kind) for report in further for kind in records.REPORT_FILES
    ]


def _link(page: Page, row: int, column: int, target: str | None, text: str) -> None:
    """A relative link, as seen from the workbook; where there is no file, the name of a case stands alone."""
    if target is None:
        page.text(row, column, text if column == 1 else "", page.styles.get(indent=1))
    else:
        url = Beside(f"external:{target}")
        url.text = text
        page.sheet.write_url(row, column, url, page.styles.link_out)


def _mood(page: Page, case: Mapping[str, Any]) -> Format:
    if case["state"] == records.CURRENT:
        return page.styles.muted
    return page.styles.get(font_color="bad", bold=True, align="left", indent=1)


def _span(days: Sequence[str]) -> str:
    return days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
