"""Styles: number formats by unit, and the look of titles, headings, inputs and results."""

from __future__ import annotations

from functools import cache, cached_property

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from casebook.brand import Brand
from casebook.case.fields import DOLLAR, unit_in

NEVER, NONE = '[>=1E+98]"never";', '[>=1E+98]"none";'
WHOLE = "#,##0;-#,##0"
NUMBER_FORMATS = {
    "$": NONE + "[<0]-$#,##0;$#,##0",
    "$/month": NONE + "[<0]-$#,##0;$#,##0",
    "$/call": "$0.000000;-$0.000000;$0",
    "$/token": "$0.00000000;-$0.00000000;$0",
    "share": "0.0%;-0.0%;0%",
    "share/month": "0.0%;-0.0%;0%",
    "per month": "0.0%;-0.0%;0%",
    "per year": "0.0%;-0.0%;0%",
    "flag": '[=1]"yes";[=0]"no";0',
    "months": NEVER + "[<0]-0.0;0.0",
    "weeks": NEVER + "[<0]-0.0;0.0",
    "month": NEVER + "0.0",
    "calls": NEVER + "#,##0.00",
    "calls/month": NEVER + "#,##0",
    "count": WHOLE,
    "tokens": WHOLE,
    "tokens/call": WHOLE,
    "tokens/month": NEVER + "#,##0",
    "$/M tokens": NONE + "$0.00",
    "calls/minute": "#,##0.00",
    "lifetimes/month": WHOLE,
    "bits": "0",
    "examples": WHOLE,
    "replicas": "0.00",
    "GB": "0.0",
    "×": NEVER + "0.0000",
    "s": "0.000",
    "s/call": "0.0000",
    "position": '[=0]"none";0',
    "strength": '[=3]"strong";[=2]"moderate";"weak"',
    "spell": '[>=1E+98]"never";[=-1]"none";0.0',
    "score": '[=-2]"not in the pool";[=-1]"unknown";0.0%',
    "order": '[>=1E+98]"not the cheapest";0',
    "variance": "0.00E+00",
    "date": "yyyy-mm-dd",
}
"""Number formats by unit; `$` stands for the case's currency. What is not here is shown as it is."""

WORDED = ("flag", "date", "count", "position", "strength", "spell", "score", "order")
"""Units whose values are shown as words or plain counts: no unit stands beside them."""

GENERAL = "General"


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook, currency: str = DOLLAR, brand: Brand | None = None):
        self._book = book
        self.brand = brand or Brand()
        self._plain = {"font_name": self.brand.fonts.workbook, "font_size": 10, "valign": "top"}
        self.currency = currency
        # Asked for cell by cell.
        self.get, self.number, self.unit = cache(self.get), cache(self.number), cache(self.unit)

    def get(self, **properties: object) -> Format:
        """A format with these XlsxWriter properties; a colour is named by what it is for, as in the brand."""
        named = {name: self.colour(value) if name.endswith("color") else value for name, value in properties.items()}
        return self._book.add_format(self._plain | named)

    def colour(self, name: str) -> str:
        """The brand's colour for a purpose, as `#rrggbb`."""
        return getattr(self.brand.workbook, name)

    @property
    def series(self) -> tuple[str, ...]:
        """The colours of a chart's series, in their order."""
        return self.brand.workbook.series

    def for_client(self, client: str) -> str:
        """Whom a workbook is for, and from which firm where the brand names one."""
        return f"{self.brand.name} for {client}" if self.brand.name else client

    def number(self, unit: str, **properties: object) -> Format:
        """The format of a value of a unit."""
        return self.get(num_format=self.money(NUMBER_FORMATS.get(unit, GENERAL)), align="right", **properties)

    def money(self, number_format: str) -> str:
        """A number format with the case's currency in place of the dollar sign."""
        return number_format if self.currency == DOLLAR else number_format.replace("$", f'"{self.currency} "')

    def unit(self, unit: str) -> str:
        """A unit as it is shown: nothing where the format says it all, the case's currency for dollars."""
        if unit in WORDED:
            return ""
        return unit_in(self.currency, unit)

    def bound(self, unit: str) -> Format:
        """A number that stands beside an input and is written like it."""
        return self.get(num_format=as_typed(unit), align="right", font_color="muted")

    def input(self, unit: str) -> Format:
        """An input a client may edit: blue on pale yellow, unlocked."""
        return self.get(
            num_format=as_typed(unit),
            align="left" if unit == "text" else "right",
            font_color="input",
            bg_color="input_fill",
            border=1,
            border_color="line",
            locked=False,
        )

    @cached_property
    def title(self) -> Format:
        """The title of a sheet."""
        return self.get(bold=True, font_size=16, font_color="head")

    @cached_property
    def section(self) -> Format:
        """A heading inside a sheet."""
        return self.get(bold=True, font_size=11, font_color="accent", bottom=1, bottom_color="accent")

    def heading(self, numbers: bool = False, indented: bool = False) -> Format:
        """The heading of a column: right-aligned over numbers; over texts indented like them, away from numbers."""
        return self.get(
            bold=True,
            font_color="head",
            bg_color="tint",
            text_wrap=True,
            bottom=1,
            bottom_color="accent",
            align="right" if numbers else "left",
            indent=int(indented and not numbers),
            left=int(numbers),
            left_color="paper",
        )

    @cached_property
    def text(self) -> Format:
        """Plain text."""
        return self.get(font_color="ink")

    @cached_property
    def repeated(self) -> Format:
        """A label that stands in the row above too."""
        return self.get(font_color="muted")

    @cached_property
    def wrapped(self) -> Format:
        """Text over several lines."""
        return self.get(font_color="ink", text_wrap=True)

    @cached_property
    def muted(self) -> Format:
        """Text that steps back: units, notes, sources."""
        return self.get(font_color="muted", align="left", indent=1)

    @cached_property
    def note(self) -> Format:
        """A note or source that may take several lines."""
        return self.get(font_color="muted", align="left", indent=1, text_wrap=True)

    @cached_property
    def strong(self) -> Format:
        """Text that stands out."""
        return self.get(bold=True, font_color="ink")

    @cached_property
    def fault(self) -> Format:
        """What a client must not overlook: white on red, and in words too."""
        return self.get(bold=True, font_color="paper", bg_color="bad")

    @cached_property
    def entry(self) -> Format:
        """A line of a list that the client goes on with."""
        return self.get(
            locked=False, text_wrap=True, align="left", num_format="yyyy-mm-dd", border=1, border_color="line"
        )

    @cached_property
    def link(self) -> Format:
        """A link inside the workbook."""
        return self.get(font_color="accent", underline=1)

    @cached_property
    def link_out(self) -> Format:
        """A link to a file or an address, among the texts of a table."""
        return self.get(font_color="accent", underline=1, align="left", indent=1)


def as_typed(unit: str) -> str:
    """The number format of an input: as a client types it, large numbers with thousands."""
    return NUMBER_FORMATS[unit] if unit in ("flag", "date", "count", "tokens", "calls/month") else GENERAL


def by_size(value: float) -> str:
    """A number format with about four digits for a value that has no unit of its own."""
    if abs(value) >= 1000 or value == int(value):
        return WHOLE
    return "0.00;-0.00" if abs(value) >= 1 else "0.0000;-0.0000"
