"""The Prices sheet: every price of the catalogue and every negotiated one, as of the case's day, with its source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from casebook.analysis.about import told
from casebook.case import OF_PRICES, Case
from casebook.catalogue import package_version
from casebook.workbook.cells import absolute, column_name
from casebook.workbook.layout import Layout
from casebook.workbook.page import Page

SHEET = "Prices"
COLUMNS = {
    "Price of": 34,
    "What": 26,
    "Provider": 11,
    "In use": 9,
    "At build": 9,
    "Unit": 12,
    "List price": 9,
    "Kind": 12,
    "In force from": 12,
    "Seen on": 12,
    "Confidence": 11,
    "From": 19,
    "Source": 56,
}
HEADINGS = list(COLUMNS)
WIDTHS = [float(width) for width in COLUMNS.values()]
NUMBERS = tuple(HEADINGS.index(name) for name in ("In use", "At build", "List price"))
FIRST = 4
NEGOTIATED, LISTED, CHANGED = "negotiated", "list price", "changed"
OUR_TABLE = "dated table"
LEGEND = (
    f"{NEGOTIATED.capitalize()}: given in the case; the catalogue's own price of that day stands beside it.",
    f"{CHANGED.capitalize()}: another value stands on Inputs now than when the workbook was built.",
    "In force from: the day the price began, where the price data knows it.",
)


def write_prices(page: Page, layout: Layout) -> None:
    """Write the sheet; what is in use is a link to Inputs, the rest is kept as it was found."""
    case = layout.binding.case
    page.sheet.freeze_panes(FIRST, 2)
    page.sheet.repeat_rows(FIRST - 1)
    page.headings(FIRST - 1, HEADINGS, NUMBERS)
    if not case.prices:
        page.text(FIRST, 0, "The case takes no price from the catalogue.", page.styles.muted)
        return
    rows = sorted(case.prices, key=lambda price: price["model"])
    for offset, price in enumerate(rows):
        repeated = offset > 0 and rows[offset - 1]["model"] == price["model"]
        _write_price(page, layout, FIRST + offset, price, repeated)
    line = _write_warnings(page, case, FIRST + len(rows) + 1)
    for offset, text in enumerate(LEGEND):
        page.text(line + offset, 0, text, page.styles.muted)


def _write_warnings(page: Page, case: Case, row: int) -> int:
    """Write what the case warns of about its prices; the row below."""
    texts = [told(case, text) for code, text in case.warnings if code in OF_PRICES]
    if not texts:
        return row
    page.section(row, "Warnings on prices, when the workbook was built", len(HEADINGS))
    for line, text in enumerate(texts, row + 1):
        page.text(line, 0, text, page.styles.text)
    return row + len(texts) + 2


def _write_price(page: Page, layout: Layout, row: int, price: Mapping[str, Any], repeated: bool) -> None:
    styles = page.styles
    number = styles.get(num_format="General", align="right", font_color="ink")
    quiet = styles.get(num_format="General", align="right", font_color="muted")
    kind = NEGOTIATED if price["negotiated"] else LISTED
    page.text(row, 0, price["model"], styles.repeated if repeated else styles.text)
    page.text(row, 1, str(price["field"]).replace("_", " ").capitalize(), styles.muted)
    page.text(row, 2, price["provider"], styles.muted)
    used, at_build, state = (f"{column_name(column)}{row + 1}" for column in (3, 4, 7))
    source = next((one for _, listed in layout.inputs for one in listed if one.path == price["input"]), None)
    address = at_build if source is None else absolute(layout.in_use_place(source))
    page.formula(row, 3, f"={address}", float(price["value"]), number)
    page.constant(row, 4, float(price["value"]), quiet)
    page.text(row, 5, styles.unit(price["unit"]), styles.muted)
    page.constant(row, 6, None if price["list_value"] is None else float(price["list_value"]), quiet)
    page.formula(row, 7, f'=IF({used}={at_build},"{kind}","{CHANGED}")', kind, styles.muted)
    page.sheet.conditional_format(row, 7, row, 7, _mark(state, NEGOTIATED, styles.get(bold=True, font_color="accent")))
    page.sheet.conditional_format(row, 7, row, 7, _mark(state, CHANGED, styles.get(bold=True, font_color="bad")))
    page.text(row, 8, _day(price["effective_from"]), styles.muted)
    page.text(row, 9, _day(price["seen_on"]), styles.muted)
    page.text(row, 10, price["confidence"], styles.muted)
    page.text(row, 11, _taken_from(price), styles.muted)
    if price["link"] is None or price["negotiated"]:
        page.text(row, 12, price["source"], styles.muted)
    else:
        page.sheet.write_url(row, 12, price["link"], styles.link_out, _shown(price, layout.binding.case.as_of))


def _mark(cell: str, state: str, style: Any) -> dict[str, Any]:
    return {"type": "formula", "criteria": f'=${cell[0]}${cell[1:]}="{state}"', "format": style}


def _shown(price: Mapping[str, Any], as_of: date) -> str:
    """What the source says beyond the address, which the link carries, and the package, which has a column."""
    text = str(price["source"]).removeprefix(f"genai-prices {price['package_version']}, {price['model']} at {as_of}")
    return text.removeprefix(price["link"]).lstrip(",:; ") or str(price["link"])


def _taken_from(price: Mapping[str, Any]) -> str:
    if price["negotiated"]:
        return "the case"
    return f"genai-prices {package_version()}" if price["package_version"] is not None else OUR_TABLE


def _day(found: date | str | None) -> str:
    return "" if found is None else str(found)
