"""How numbers are written: rounding, suffixes, signs, and what is refused."""

from __future__ import annotations

import math

import pytest

from casebook.memo import numbers
from casebook.memo.numbers import NumberError, Register

MINUS = "\u2212"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "$0"),
        (-0.0, "$0"),
        (1e-17, "$0"),  # dust of floating point
        (0.0018, "$0.0018"),
        (0.00036, "$0.00036"),
        (0.041381, "$0.0414"),
        (0.5, "$0.50"),
        (0.999, "$0.999"),
        (0.9996, "$1.00"),
        (4.5, "$4.50"),
        (4.523, "$4.52"),
        (45, "$45"),
        (45.23, "$45.20"),
        (474.5, "$475"),  # half goes up, also where binary would send it down
        (620.73, "$621"),
        (999.6, "$1,000"),
        (6_875, "$6,880"),
        (9_996, "$10.0k"),  # the suffix is chosen after rounding
        (45_000, "$45k"),  # exact figures drop their zeros
        (19_980, "$20.0k"),
        (958_000, "$958k"),
        (999_950, "$1.00M"),
        (1_000_000, "$1M"),
        (1_234_560_000, "$1.23B"),
        (7e12, "$7T"),
        (3.3e30, "$3.3×10³⁰"),
        (-349_000, f"{MINUS}$349k"),
        (-0.004, f"{MINUS}$0.004"),
    ],
)
def test_money_has_three_significant_digits_and_a_suffix(value, text):
    assert numbers.money(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(349_000, "$350k"), (-316_000, f"{MINUS}$320k"), (11_499, "$11k"), (6_875, "$6,900"), (0.0414, "$0.041")],
)
def test_differences_have_two_significant_digits(value, text):
    assert numbers.money(value, digits=numbers.DIFFERENCE_DIGITS) == text


@pytest.mark.parametrize(
    ("currency", "text"), [("USD", "$45k"), ("EUR", "€45k"), ("GBP", "£45k"), ("CHF", "CHF\u00a045k")]
)
def test_a_currency_shows_its_sign_or_its_code(currency, text):
    assert numbers.money(45_000, currency) == text


@pytest.mark.parametrize(
    ("show", "value", "text"),
    [
        (numbers.price, 3, "$3.00"),
        (numbers.price, 0.075, "$0.075"),
        (numbers.price, 1_234.5, "$1,234.50"),
        (numbers.number, 250_123, "250,000"),
        (numbers.number, 1_571_428.6, "1.57 million"),
        (numbers.number, 1_200_000, "1.2 million"),
        (numbers.number, 999_600, "1.00 million"),
        (numbers.number, 2e9, "2 billion"),
        (numbers.plain, 250_123, "250,123"),
        (numbers.plain, 0.1 + 0.2, "0.3"),
        (numbers.share, 0.71, "71%"),
        (numbers.share, 0.905, "90.5%"),
        (numbers.share, 0.0006, "0.06%"),
        (numbers.share, 1, "100%"),
        (numbers.share, 0.9999, "over 99.9%"),  # short of the whole is never the whole
        (numbers.given_share, 0.02, "2%"),
        (numbers.given_share, 0.123456, "12.3456%"),
        (numbers.points, 0.03, "3 percentage points"),
        (numbers.points, 0.01, "1 percentage point"),
        (numbers.points, -0.22, f"{MINUS}22 percentage points"),
        (numbers.months, 0, "at once"),
        (numbers.months, 1, "1 month"),
        (numbers.months, 6.2857142857, "6.29 months"),
        (numbers.months, 33.33, "33.3 months"),
        (numbers.months, 0.104, "3 days"),
        (numbers.months, 1e-5, "under a day"),
        (numbers.weeks, 27.238, "27.2 weeks"),
        (numbers.weeks, 1, "1 week"),
        (numbers.weeks, 0.5, "4 days"),
        (numbers.seconds, 4.24, "4.24\u00a0s"),
    ],
)
def test_each_kind_of_figure_has_one_form(show, value, text):
    assert show(value) == text


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    "show", [numbers.money, numbers.number, numbers.share, numbers.plain, numbers.price, numbers.seconds]
)
def test_what_is_not_finite_is_refused(show, value):
    with pytest.raises(NumberError):
        show(value)


def test_a_number_carries_its_key_and_its_raw_value():
    value = Register().add("full.options.a.tco", 642_123.5, numbers.money)
    assert str(value.__html__()) == '<data value="642123.5" data-key="full.options.a.tco">$642k</data>'
    assert "data-key" in value.svg()
    assert value.math().startswith("<mn ")


def test_what_never_comes_has_words_and_no_value():
    value = Register().add("full.comparisons.a->b.sustained_month", None, numbers.months, numbers.NEVER)
    assert (value.text, value.value) == ("never", "")


def test_a_key_has_one_text_only():
    register = Register()
    register.add("full.options.a.tco", 642_123.5, numbers.money)
    assert register.add("full.options.a.tco", 642_123.5, numbers.money).text == "$642k"
    with pytest.raises(NumberError, match=r"full\.options\.a\.tco"):
        register.add("full.options.a.tco", 642_123.5, numbers.plain)
    assert len(register) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0%"), (0.0005, "under 1%"), (0.01, "1%"), (0.506, "51%"), (0.99, "99%"), (0.9995, "over 99%"), (1, "100%")],
)
def test_a_share_of_draws_is_whole_percents_and_only_all_of_them_are_100(value, text):
    assert numbers.chance(value) == text


@pytest.mark.parametrize("share", [0.005, 0.015, 0.345, 0.505, 0.935])
def test_a_share_of_draws_and_what_is_left_of_it_come_to_100_percent(share):
    shown = [numbers.chance(part) for part in (share, round(1 - share, 3))]
    assert "under 1%" in shown or sum(int(text.rstrip("%")) for text in shown) == 100


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (0.3269, "0.33"),
        (0.0513, "0.051"),
        (0.050004, "0.050004"),
        (0.05, "0.05"),
        (0.04996, "0.04996"),
        (0.0496, "0.0496"),
        (0.0034, "0.0034"),
        (0.0004, "under 0.001"),
    ],
)
def test_a_p_value_is_never_rounded_onto_the_threshold(value, text):
    assert numbers.p_value(value) == text
