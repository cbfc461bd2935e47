"""Numbers as a reader sees them: each is rounded once, by one rule, and registered with where it comes from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from markupsafe import Markup

from casebook.evidence.statistics import ALPHA
from casebook.memo.markup import el

LEVEL_DIGITS = 3
DIFFERENCE_DIGITS = 2
MINUS = "\u2212"
NEVER = "never"
UNKNOWN = "not known"

_SUFFIXES = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))
_SUFFIXES_FROM = Decimal(10_000)
_LARGEST_PLAIN = Decimal(10) ** 15
# Less than this is the dust of floating point, not a figure.
_SMALLEST = Decimal("1e-12")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# A day in months and in weeks.
_DAY, _DAY_IN_WEEKS = 12 / 365, 1 / 7
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
# Up to this relative distance a figure counts as written exactly, so that it may drop its trailing zeros.
_EXACT = Decimal("1e-9")


class NumberError(ValueError):
    """A number that may not be shown: not finite, or registered twice with two texts."""


def finite(value: float) -> Decimal:
    """The magnitude of a number as a decimal, dust as zero; NaN and infinities are refused."""
    if not math.isfinite(value):
        raise NumberError(f"a memo shows finite numbers only, got {value!r}")
    amount = Decimal(repr(abs(float(value))))
    return amount if amount >= _SMALLEST else Decimal(0)


def significant(amount: Decimal, digits: int) -> Decimal:
    """A decimal rounded half up to so many significant digits."""
    if amount == 0:
        return Decimal(0)
    return amount.quantize(Decimal(1).scaleb(amount.adjusted() - digits + 1), rounding=ROUND_HALF_UP)


def _is_exact(amount: Decimal, rounded: Decimal) -> bool:
    return abs(amount - rounded) <= amount * _EXACT


def _strip(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain(rounded: Decimal, digits: int) -> str:
    """All the significant digits of a rounded decimal, thousands grouped."""
    decimals = max(0, digits - 1 - rounded.adjusted()) if rounded else 0
    return f"{rounded:,.{decimals}f}"


def _power_of_ten(rounded: Decimal) -> str:
    exponent = rounded.adjusted()
    return f"{_strip(str(rounded.scaleb(-exponent)))}×10{str(exponent).translate(_SUPERSCRIPTS)}"


def _signed(negative: bool, text: str, prefix: str = "") -> str:
    """Text behind its sign; what rounds to zero has none."""
    return (MINUS if negative and any(c in "123456789" for c in text) else "") + prefix + text


def symbol(currency: str) -> str:
    """What stands before an amount: a sign where the currency has one, else its code."""
    return _SYMBOLS.get(currency, f"{currency}\u00a0")


def money(value: float, currency: str = "USD", digits: int = LEVEL_DIGITS) -> str:
    """An amount of money: `$0.0018`, `$4.50`, `$6,880`, `$45k`, `$1.00M`; the suffix is chosen after rounding."""
    amount = finite(value)
    rounded = significant(amount, digits)
    exact = _is_exact(amount, rounded)
    if rounded >= _LARGEST_PLAIN:
        text = _power_of_ten(rounded)
    elif rounded >= _SUFFIXES_FROM:
        scale, suffix = next(pair for pair in _SUFFIXES if rounded >= pair[0])
        text = _plain(rounded / scale, digits)
        text = (_strip(text) if exact else text) + suffix
    else:
        text = _small_money(rounded, digits, exact)
    return _signed(value < 0, text, symbol(currency))


def _small_money(rounded: Decimal, digits: int, exact: bool) -> str:
    """An amount under ten thousand: whole units, or two places, or as many as its digits need."""
    if rounded == 0:
        return "0"
    decimals = digits - 1 - rounded.adjusted()
    if decimals <= 0 or (exact and rounded == rounded.to_integral_value()):
        return f"{rounded:,.0f}"
    if rounded >= 1:
        return f"{rounded:,.2f}"
    whole, places = f"{rounded:.{max(decimals, 2)}f}".split(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}"


def price(value: float, currency: str = "USD") -> str:
    """A unit price as quoted, at least two places and nothing rounded away: `$3.00`, `$0.075`."""
    text = plain(value).removeprefix(MINUS)
    if "×" not in text:
        whole, _, places = text.partition(".")
        text = f"{whole}.{places.ljust(2, '0')}"
    return _signed(value < 0, text, symbol(currency))


def number(value: float, digits: int = LEVEL_DIGITS) -> str:
    """A plain number rounded to its significant digits: `6.29`, `15,000`, `1.2 million`."""
    amount = finite(value)
    rounded = significant(amount, digits)
    if rounded >= _LARGEST_PLAIN:
        text = _power_of_ten(rounded)
    elif rounded >= 10**9:
        text = _scaled(rounded, 10**9, digits, _is_exact(amount, rounded)) + " billion"
    elif rounded >= 10**6:
        text = _scaled(rounded, 10**6, digits, _is_exact(amount, rounded)) + " million"
    else:
        text = _strip(_plain(rounded, digits))
    return _signed(value < 0, text)


def _scaled(rounded: Decimal, scale: int, digits: int, exact: bool) -> str:
    text = _plain(rounded / scale, digits)
    return _strip(text) if exact else text


def plain(value: float) -> str:
    """A number as it was given, thousands grouped, up to twelve significant digits."""
    rounded = significant(finite(value), 12)
    text = _power_of_ten(rounded) if rounded >= _LARGEST_PLAIN else _strip(_plain(rounded, 12))
    return _signed(value < 0, text)


def share(value: float, digits: int = LEVEL_DIGITS) -> str:
    """A fraction as a percentage; short of the whole it is never rounded up to 100 %."""
    amount = finite(value) * 100
    rounded = significant(amount, digits)
    if amount < 100 <= rounded and not _is_exact(amount, rounded):
        return _signed(value < 0, "over 99.9%")
    text = _power_of_ten(rounded) if rounded >= _LARGEST_PLAIN else _strip(_plain(rounded, digits))
    return _signed(value < 0, text + "%")


def given_share(value: float) -> str:
    """A fraction that was given, as a percentage with nothing rounded away."""
    return plain(float(Decimal(repr(float(value))) * 100)) + "%"


def chance(value: float) -> str:
    """A share of random draws in whole percents, for more would be noise; only all of them are 100%, only none 0%.

    Halves go to the even percent, so that a share and what is left of it come to 100% together.
    """
    percents = finite(value) * 100
    if 0 < percents < 1:
        return "under 1%"
    return "over 99%" if 99 < percents < 100 else f"{percents.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)}%"


def p_value(value: float, digits: int = DIFFERENCE_DIGITS) -> str:
    """A p-value; under a thousandth it is small, and how small does not matter.

    What would round onto the level of significance gets as many digits as show on which side of it it lies.
    """
    if value < 0.001:
        return "under 0.001"
    while value != ALPHA and float(number(value, digits)) == ALPHA:
        digits += 1
    return number(value, digits)


def _with_unit(text: str, singular: str) -> str:
    return f"{text} {_noun(text, singular)}"


def _noun(text: str, singular: str) -> str:
    return singular if text == "1" else f"{singular}s"


def months(value: float, digits: int = LEVEL_DIGITS) -> str:
    """A span in months, under one in days: `6.29 months`, `3 days`, `at once`."""
    return _short_span(value / _DAY) if value < 1 else _with_unit(number(value, digits), "month")


def weeks(value: float, digits: int = LEVEL_DIGITS) -> str:
    """A span in weeks, under one in days."""
    return _short_span(value / _DAY_IN_WEEKS) if value < 1 else _with_unit(number(value, digits), "week")


def _short_span(days: float) -> str:
    if days <= 0:
        return "at once"
    return "under a day" if days < 1 else _with_unit(str(round(days)), "day")


def seconds(value: float, digits: int = LEVEL_DIGITS) -> str:
    """A response time."""
    return f"{number(value, digits)}\u00a0s"


def points(value: float, digits: int = DIFFERENCE_DIGITS) -> str:
    """A difference of two shares in percentage points."""
    return _with_unit(number(float(Decimal(repr(float(value))) * 100), digits), "percentage point")


_WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def in_words(count: int) -> str:
    """A small count as a word, a large one in figures."""
    return _WORDS[count] if 0 <= count < len(_WORDS) else f"{count:,}"


@dataclass(frozen=True)
class Val:
    """One shown number: the key that says where it comes from, its raw value, its only text."""

    key: str
    raw: float | None
    text: str

    @property
    def value(self) -> str:
        """The raw value as a machine reads it; `never` and `unknown` have none."""
        if self.raw is None:
            return ""
        return repr(int(self.raw)) if float(self.raw).is_integer() and abs(self.raw) < 1e15 else repr(float(self.raw))

    def __html__(self) -> Markup:
        return el("data", self.text, value=self.value, data_key=self.key)

    def svg(self) -> Markup:
        """The number inside a drawing, where HTML's own element is not to be had."""
        return el("tspan", self.text, data_value=self.value, data_key=self.key)

    def math(self) -> Markup:
        """The number inside an equation."""
        return el("mn", self.text, data_value=self.value, data_key=self.key)

    def __str__(self) -> str:
        return self.text


def counted(figure: Val, singular: str) -> Markup:
    """A figure with what it counts: `1 token`, `2 tokens`."""
    return figure.__html__() + " " + _noun(figure.text, singular)


class Register:
    """Every number of one memo, by key: a second registration must give the same text."""

    def __init__(self) -> None:
        self._values: dict[str, Val] = {}

    def add(self, key: str, raw: float | None, show: Callable[[float], str], none: str = UNKNOWN) -> Val:
        """Register a number under its key; where it is registered already, give that one."""
        raw = None if raw is None else float(raw)
        value = Val(key, raw, none if raw is None else show(raw))
        held = self._values.setdefault(key, value)
        if held != value:
            raise NumberError(f"{key} is shown as {held.text!r} and again as {value.text!r}")
        return held

    def __iter__(self) -> Iterator[Val]:
        return iter(self._values.values())

    def __len__(self) -> int:
        return len(self._values)
