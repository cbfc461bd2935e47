"""What so many items can show: the smallest differences that come out, and the chance of the one observed.

Sizes other than the observed one keep the shares of discordant items as they were observed.
"""

from __future__ import annotations

import math

from .statistics import ALPHA, POWER

SIZES = (50, 100, 200, 400, 800, 1600, 3200)
"""Numbers of items of which the reports say what they would show."""


def smallest_win(discordant: int) -> int | None:
    """How many of the discordant items one option has to win for the exact test to show a difference.

    None where not even all of them would do.
    """
    from scipy import stats

    wins = int(stats.binom.ppf(1 - ALPHA / 2, discordant, 0.5)) + 1
    return wins if wins <= discordant else None


def chance_at(size: int, items: int, only_baseline: int, only_candidate: int) -> float | None:
    """The chance that `size` items show the difference observed on `items`; None where there was none.

    Connor's normal approximation, as for the power at the observed number of items.
    """
    from scipy import stats

    difference = abs(only_candidate - only_baseline)
    if difference == 0:
        return None
    discordant = only_baseline + only_candidate
    under_none = math.sqrt(discordant / items)
    under_observed = math.sqrt(discordant * items - difference**2) / items
    excess = difference / items * math.sqrt(size) - stats.norm.isf(ALPHA / 2) * under_none
    if under_observed == 0:
        return float(excess >= 0)
    return float(stats.norm.cdf(excess / under_observed))


def smallest_difference(size: int, items: int, discordant: int, wanted: float = POWER) -> float | None:
    """The smallest difference of pass rates that `size` items show with the wanted power, by the same approximation.

    It solves `difference √size = z √share + z' √(share - difference²)` with the observed share of discordant items;
    None where that would take more of them than there are.
    """
    from scipy import stats

    if discordant == 0:
        return None
    share = discordant / items
    level, power = stats.norm.isf(ALPHA / 2) * math.sqrt(share), float(stats.norm.ppf(wanted))
    whole = size + power**2
    root = level**2 * size - whole * (level**2 - power**2 * share)
    if root < 0:
        return None
    found = float((level * math.sqrt(size) + math.sqrt(root)) / whole)
    return found if found <= share else None
