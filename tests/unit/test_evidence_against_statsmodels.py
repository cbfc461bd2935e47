"""The statistics of evaluations equal those of statsmodels, which shares no code with them.

statsmodels has no mid-p: it is compared with the regularised incomplete beta function, from which no probability of
a single outcome is taken. Connor's power is a normal power with two standard deviations; how close that approximation
is to the truth is compared with every outcome of the evaluation weighed by its probability.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special
from statsmodels.stats import contingency_tables, power, proportion

from casebook.evidence import statistics

Table = tuple[int, int, int]

DEGENERATE: dict[str, Table] = {
    "one item, and it is discordant": (1, 0, 1),
    "one item of one baseline": (1, 1, 0),
    "one discordant item": (200, 1, 0),
    "two, one on either side": (200, 1, 1),
    "every item discordant": (12, 5, 7),
    "every item discordant in one direction": (8, 0, 8),
    "an option that never fails": (50, 0, 5),
    "a baseline that never fails": (50, 9, 0),
    "as many on either side": (40, 6, 6),
    "twelve against three": (100, 3, 12),
    "thousands": (5_000, 820, 700),
}


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Any number of items and of discordant ones, at least one."""
    items = draw(st.integers(1, 3_000))
    discordant = draw(st.integers(1, items))
    only_baseline = draw(st.integers(0, discordant))
    return items, only_baseline, discordant - only_baseline


def equals_the_tests(table: Table) -> None:
    """Compare every test of a table."""
    items, one, other = table
    found = statistics.mcnemar(*table)
    square = np.array([[items - one - other, one], [other, 0]])
    exact = contingency_tables.mcnemar(square, exact=True)
    assert found["exact_p"] == pytest.approx(exact.pvalue, rel=1e-9)
    plain = contingency_tables.mcnemar(square, exact=False, correction=False)
    assert (found["chi2"], found["chi2_p"]) == (
        pytest.approx(plain.statistic, rel=1e-12),
        pytest.approx(plain.pvalue, rel=1e-9),
    )
    if one != other:
        corrected = contingency_tables.mcnemar(square, exact=False, correction=True)
        expected = (corrected.statistic, corrected.pvalue)
    else:
        # statsmodels corrects a difference of 0 to -1 and squares it; a correction cannot make a difference.
        expected = (0.0, 1.0)
    assert (found["chi2_corrected"], found["chi2_corrected_p"]) == (
        pytest.approx(expected[0], rel=1e-12),
        pytest.approx(expected[1], rel=1e-9),
    )


def equals_the_mid_p(table: Table) -> None:
    """Compare the mid-p of a table: both tails, half of what is exactly as uneven as observed."""
    _, one, other = table
    fewer, discordant = min(one, other), one + other
    at_most, below = (special.betainc(discordant - k, k + 1, 0.5) if k >= 0 else 0.0 for k in (fewer, fewer - 1))
    # At equal counts the two tails overlap in the observed outcome, of which half counts.
    expected = at_most + below if one != other else 1 - (at_most - below) / 2
    assert statistics.mcnemar(*table)["mid_p"] == pytest.approx(expected, rel=1e-6, abs=1e-12)


def equals_the_power(table: Table) -> None:
    """Compare power and items needed of a table with a difference."""
    items, one, other = table
    difference, share = abs(one - other) / items, (one + other) / items
    spread = math.sqrt(max(0.0, share - difference**2))
    if one + other == items and min(one, other) == 0:
        # Nothing varies: the difference is shown as soon as it is large enough, which no normal power says.
        assert statistics.power(*table) == (1.0 if items >= 4 else 0.0)
        assert statistics.items_needed(*table) == 4
        return
    options = {"alpha": statistics.ALPHA / 2, "std_null": math.sqrt(share), "std_alternative": spread}
    expected = power.normal_power_het(difference, items, **options, alternative="larger")
    assert statistics.power(*table) == pytest.approx(expected, rel=1e-9, abs=1e-15)
    needed = power.normal_sample_size_one_tail(difference, statistics.POWER, **options)
    assert statistics.items_needed(*table) in {math.ceil(needed * (1 - 1e-12)), math.ceil(needed * (1 + 1e-12))}


@pytest.mark.parametrize("table", DEGENERATE.values(), ids=DEGENERATE)
def test_a_table_at_the_edge_is_tested_as_elsewhere(table: Table) -> None:
    equals_the_tests(table)
    equals_the_mid_p(table)
    if table[1] != table[2]:
        equals_the_power(table)


@settings(deadline=None)
@given(tables())
def test_any_table_is_tested_as_elsewhere(table: Table) -> None:
    equals_the_tests(table)
    equals_the_mid_p(table)


@settings(deadline=None)
@given(tables().filter(lambda table: table[1] != table[2]))
def test_any_difference_has_the_power_and_items_found_elsewhere(table: Table) -> None:
    equals_the_power(table)


def test_without_a_discordant_item_the_exact_test_is_defined_elsewhere_too() -> None:
    found = contingency_tables.mcnemar(np.array([[50, 0], [0, 0]]), exact=True)
    assert statistics.mcnemar(50, 0, 0)["exact_p"] == found.pvalue == 1.0


@settings(deadline=None)
@given(st.integers(1, 5_000).flatmap(lambda items: st.tuples(st.integers(0, items), st.just(items))))
def test_any_interval_is_the_one_found_elsewhere(rate: tuple[int, int]) -> None:
    expected = proportion.proportion_confint(*rate, alpha=statistics.ALPHA, method="wilson")
    assert statistics.wilson(*rate) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("passed", "items"), [(0, 1), (1, 1), (0, 50), (50, 50), (180, 200)])
def test_an_interval_at_the_edge_is_the_one_found_elsewhere(passed: int, items: int) -> None:
    expected = proportion.proportion_confint(passed, items, alpha=statistics.ALPHA, method="wilson")
    assert statistics.wilson(passed, items) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def weighed(items: int, only_baseline: int, only_candidate: int) -> float:
    """The chance that chi-squared shows the candidate ahead, over every outcome of the evaluation."""
    total = 0.0
    better = only_candidate / (only_baseline + only_candidate)
    for discordant in range(1, items + 1):
        wins = np.arange(discordant + 1)
        shown = (2 * wins > discordant) & ((2 * wins - discordant) ** 2 / discordant >= special.chdtri(1, 0.05))
        ways = special.gammaln(discordant + 1) - special.gammaln(wins + 1) - special.gammaln(discordant - wins + 1)
        chances = np.exp(ways + special.xlogy(wins, better) + special.xlog1py(discordant - wins, -better))
        share = (only_baseline + only_candidate) / items
        total += (
            math.comb(items, discordant) * share**discordant * (1 - share) ** (items - discordant) * sum(chances[shown])
        )
    return total


@pytest.mark.parametrize("table", [(200, 10, 16), (100, 3, 12), (200, 5, 25), (50, 2, 13), (300, 40, 60)])
def test_the_approximation_of_power_is_within_four_points_of_the_truth(table: Table) -> None:
    assert statistics.power(*table) == pytest.approx(weighed(*table), abs=0.04)
