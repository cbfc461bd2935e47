"""What evaluation results show: pass rates with intervals, and paired tests between options.

Everything rests on the majority vote of each item, never on single runs: runs of one item are not independent. A
pair is tested by McNemar's test, to which only the discordant items speak, those that one option alone passed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from .results import Evaluation

# SciPy is imported where it is used: whoever only reads a case need not wait for it.

ALPHA = 0.05
"""Two-sided level of the tests, and of the intervals."""

POWER = 0.8
"""Chance of confirming a difference that an evaluation should be large enough for."""

ITEMS = 200
"""Items an evaluation should have at least (source article, claim 102)."""

RUNS = 3
"""Runs of each item with each option (source article, claim 103)."""


def evaluation_of(
    evaluation: Evaluation, pairs: Iterable[tuple[str, str]], options: Iterable[str] = ()
) -> dict[str, Any]:
    """The figures of an evaluation as the results file holds them.

    `pairs` are the comparisons of the case, baseline first; those with an option that was not evaluated are left out.
    `options` are the options of the case.
    """
    votes = evaluation.votes
    compared = [pair for pair in dict.fromkeys(pairs) if all(name in votes for name in pair)]
    return {
        "items": len({item for each in votes.values() for item in each}),
        "runs": evaluation.runs,
        "options": {
            name: {
                "items": rate.items,
                "passed": rate.passed,
                "pass_rate": rate.pass_rate,
                "interval": list(wilson(rate.passed, rate.items)),
            }
            for name, rate in evaluation.pass_rates().items()
        },
        "pairs": {
            f"{baseline}->{candidate}": mcnemar(*discordance(evaluation, baseline, candidate))
            for baseline, candidate in compared
        },
        "warnings": _warnings(evaluation, compared, tuple(options)),
    }


def wilson(passed: int, items: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a pass rate."""
    from scipy import stats

    interval = stats.binomtest(passed, items).proportion_ci(1 - ALPHA, method="wilson")
    # At the ends the formula gives 0 and 1 but for rounding.
    return 0.0 if passed == 0 else float(interval.low), 1.0 if passed == items else float(interval.high)


def discordance(evaluation: Evaluation, baseline: str, candidate: str) -> tuple[int, int, int]:
    """Items that both options were run on, those only the baseline passed, those only the candidate passed."""
    one, other = evaluation.votes[baseline], evaluation.votes[candidate]
    shared = one.keys() & other.keys()
    only_one = sum(one[item] and not other[item] for item in shared)
    return len(shared), only_one, sum(other[item] and not one[item] for item in shared)


def mcnemar(items: int, only_baseline: int, only_candidate: int) -> dict[str, Any]:
    """McNemar's test in four forms, with power and the items needed; None where a figure is not defined.

    Without a discordant item there is nothing to test: the exact p is 1 and the others do not exist.
    """
    from scipy import stats

    found: dict[str, Any] = dict.fromkeys(
        ("exact_p", "mid_p", "chi2", "chi2_p", "chi2_corrected", "chi2_corrected_p", "power", "items_for_80")
    )
    found = {"items": items, "only_baseline": only_baseline, "only_candidate": only_candidate} | found
    discordant, difference = only_baseline + only_candidate, abs(only_candidate - only_baseline)
    if discordant == 0:
        return found | {"exact_p": 1.0 if items else None}
    exact = float(stats.binomtest(only_candidate, discordant).pvalue)
    observed = float(stats.binom.pmf(only_candidate, discordant, 0.5))
    plain = difference**2 / discordant
    # A correction never reaches beyond no difference at all.
    corrected = max(0, difference - 1) ** 2 / discordant
    return found | {
        "exact_p": exact,
        # Half of what is exactly as extreme as observed: both tails, which are one and the same at equal counts.
        "mid_p": exact - observed if difference else 1 - observed / 2,
        "chi2": plain,
        "chi2_p": float(stats.chi2.sf(plain, 1)),
        "chi2_corrected": corrected,
        "chi2_corrected_p": float(stats.chi2.sf(corrected, 1)),
        "power": power(items, only_baseline, only_candidate),
        "items_for_80": items_needed(items, only_baseline, only_candidate),
    }


def power(items: int, only_baseline: int, only_candidate: int) -> float | None:
    """The chance that as many items show a difference as large as the observed one, in its direction.

    Connor's normal approximation (Biometrics 43, 1987, 207-211); None where no difference was observed.
    """
    from scipy import stats

    difference, under_none, under_observed = _shares(items, only_baseline, only_candidate)
    if difference == 0:
        return None
    excess = difference * math.sqrt(items) - stats.norm.isf(ALPHA / 2) * under_none
    if under_observed == 0:
        return float(excess >= 0)
    return float(stats.norm.cdf(excess / under_observed))


def items_needed(items: int, only_baseline: int, only_candidate: int, wanted: float = POWER) -> int | None:
    """The items at which the observed difference would be shown with the wanted power, by the same approximation."""
    from scipy import stats

    difference, under_none, under_observed = _shares(items, only_baseline, only_candidate)
    if difference == 0:
        return None
    root = stats.norm.isf(ALPHA / 2) * under_none + stats.norm.ppf(wanted) * under_observed
    return math.ceil((root / difference) ** 2)


def _shares(items: int, only_baseline: int, only_candidate: int) -> tuple[float, float, float]:
    """The difference of pass rates, and an item's standard deviation under no difference and under this one."""
    discordant, difference = only_baseline + only_candidate, abs(only_candidate - only_baseline)
    if difference == 0:
        return 0.0, 0.0, 0.0
    # In whole numbers, so that nothing is left of a variance that is 0.
    variance = discordant * items - difference**2
    return difference / items, math.sqrt(discordant / items), math.sqrt(variance) / items


def _warnings(evaluation: Evaluation, pairs: Sequence[tuple[str, str]], options: Sequence[str]) -> list[str]:
    votes, found = evaluation.votes, []
    fewest = min(len(items) for items in votes.values())
    if fewest < ITEMS:
        found.append(f"{fewest} items were evaluated; {ITEMS} or more are wanted.")
    runs = Counter((answer.option, answer.item) for answer in evaluation.answers)
    short = sum(count < RUNS for count in runs.values())
    if short:
        whole = "All" if short == len(runs) else f"{short} of {len(runs)}"
        found.append(f"{whole} votes rest on fewer than {RUNS} runs of the item.")
    for baseline, candidate in pairs:
        one, other = votes[baseline].keys(), votes[candidate].keys()
        if one != other:
            shared = len(one & other)
            found.append(
                f"'{baseline}' and '{candidate}' were run on different items; the {shared} in common are compared."
            )
    missing = [name for name in options if name not in votes]
    if missing:
        found.append(f"Not evaluated: {_quoted(missing)}.")
    unknown = [name for name in votes if name not in options] if options else []
    if unknown:
        found.append(f"Evaluated, but no option of the case: {_quoted(unknown)}.")
    return found


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
