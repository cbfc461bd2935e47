"""What evaluation results show: against published examples, against sums written out, and where nothing is defined."""

from __future__ import annotations

import importlib.util
import math
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from statistics import NormalDist
from types import ModuleType
from typing import Any

import pytest

from casebook.analysis.binding import bind
from casebook.analysis.results import results_of, to_json
from casebook.case import load
from casebook.evidence import Evaluation, evaluation_of, read_evaluation
from casebook.evidence.statistics import discordance, items_needed, mcnemar, power, wilson

PARAMS = Path(__file__).resolve().parents[2] / "params"
NORMAL = NormalDist()
HEADER = "item_id,option,run,passed\n"

# --- published examples ---------------------------------------------------------------------------------------------

PUBLISHED_TESTS = {
    # Exact and mid-p of 12 against 3, by hand: 2·576/2^15, and that less 455/2^15.
    "twelve against three": ((100, 3, 12), {"exact_p": "0.03516", "mid_p": "0.02127"}),
    # Armitage and Berry (1994), p. 127, two media for cultures; statsdirect.com/help/chi_square_tests/mat.htm
    "Armitage and Berry": (
        (50, 12, 2),
        {"chi2_corrected": "5.785714", "chi2_corrected_p": "0.0162", "exact_p": "0.0129"},
    ),
    # Cavo et al. (2012) in Fagerland, Lydersen and Laake, Statistical Analysis of Contingency Tables (2017), ch. 8,
    # as computed by the authors' R package contingencytables (Z 2.132 and 1.919).
    "Fagerland, Lydersen and Laake": (
        (161, 6, 16),
        {"chi2_p": "0.033006", "chi2_corrected_p": "0.055009", "exact_p": "0.052479", "mid_p": "0.034690"},
    ),
    # Ligarden et al. (2010) in ch. 2 of the same book, a binomial test of one half: Z 2.500 and 2.250.
    "Ligarden": (
        (16, 3, 13),
        {
            "chi2": "6.25",
            "chi2_p": "0.01242",
            "chi2_corrected": "5.0625",
            "chi2_corrected_p": "0.02445",
            "exact_p": "0.02127",
            "mid_p": "0.01273",
        },
    ),
    # Approval of the president, Agresti (1990), p. 350; online.stat.psu.edu/stat504/node/97
    "Agresti": ((1600, 150, 86), {"chi2": "17.3559", "chi2_p": "0.00003099"}),
    # Heart attacks and diabetes, 144 matched pairs, Pagano and Gauvreau, Principles of Biostatistics, ch. 15
    "Pagano and Gauvreau": ((144, 37, 16), {"chi2_corrected": "7.55"}),
    # stat-tools.xyz/mcnemar and readycalculator.com/statistics/mcnemars-test-calculator, 12 against 5
    "twelve against five": (
        (89, 12, 5),
        {"chi2": "2.8824", "chi2_corrected": "2.1176", "chi2_corrected_p": "0.1456", "exact_p": "0.1435"},
    ),
}


@pytest.mark.parametrize(("table", "published"), PUBLISHED_TESTS.values(), ids=PUBLISHED_TESTS)
def test_a_published_mcnemar_test_comes_out(table: tuple[int, int, int], published: dict[str, str]) -> None:
    found = mcnemar(*table)
    for name, text in published.items():
        assert f"{found[name]:.{len(text.partition('.')[2])}f}" == text, name


PUBLISHED_INTERVALS = [
    # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3
    (81, 263, 0.2553, 0.3662, 4),
    (15, 148, 0.0624, 0.1605, 4),
    (0, 20, 0.0, 0.1611, 4),
    (1, 29, 0.0061, 0.1718, 4),
    # Ligarden et al. (2010), as above
    (13, 16, 0.5699, 0.9341, 4),
    # Six of R's 32 cars; rstudio-pubs-static.s3.amazonaws.com/1367507_eef7a4d0fb5347a8a820fe3c10141369.html
    (6, 32, 0.08889545, 0.35309155, 8),
]


@pytest.mark.parametrize(("passed", "items", "low", "high", "digits"), PUBLISHED_INTERVALS)
def test_a_published_wilson_interval_comes_out(passed: int, items: int, low: float, high: float, digits: int) -> None:
    assert tuple(round(end, digits) for end in wilson(passed, items)) == (low, high)


PUBLISHED_SIZES = [
    # zarathucorp.github.io/open-powersamplesize, McNemar's Z-test, 2-sided, after Connor (1987): 45 % against 5 %
    (100, 5, 45, 23),
    # clinicaltrials-tools.vercel.app/calculators/mcnemar-test, Connor (1987): 45 % discordant, 15 points apart
    (100, 15, 30, 155),
]


@pytest.mark.parametrize(("items", "only_baseline", "only_candidate", "needed"), PUBLISHED_SIZES)
def test_a_published_sample_size_comes_out(items: int, only_baseline: int, only_candidate: int, needed: int) -> None:
    assert items_needed(items, only_baseline, only_candidate) == needed
    assert items_needed(items, only_candidate, only_baseline) == needed


# --- the same figures without SciPy ---------------------------------------------------------------------------------

TABLES = [(60, one, other) for one in range(0, 25, 2) for other in range(0, 31, 3) if one + other]


def counted(one: int, other: int) -> tuple[Fraction, Fraction]:
    """Exact p and mid-p by going through every split of the discordant items."""
    discordant = one + other
    ways = {first: math.comb(discordant, first) for first in range(discordant + 1)}
    distance = {first: abs(2 * first - discordant) for first in ways}
    beyond = sum(ways[first] for first in ways if distance[first] > distance[one])
    level = sum(ways[first] for first in ways if distance[first] == distance[one])
    return Fraction(beyond + level, 2**discordant), Fraction(2 * beyond + level, 2 ** (discordant + 1))


@pytest.mark.parametrize(("items", "one", "other"), TABLES)
def test_the_tests_equal_sums_written_out(items: int, one: int, other: int) -> None:
    found = mcnemar(items, one, other)
    exact, mid = counted(one, other)
    assert found["exact_p"] == pytest.approx(float(exact), rel=1e-12)
    assert found["mid_p"] == pytest.approx(float(mid), rel=1e-9)
    plain = (one - other) ** 2 / (one + other)
    assert found["chi2"] == pytest.approx(plain, rel=1e-12)
    assert found["chi2_p"] == pytest.approx(2 * NORMAL.cdf(-math.sqrt(plain)), rel=1e-9)
    corrected = max(0, abs(one - other) - 1) ** 2 / (one + other)
    assert found["chi2_corrected"] == pytest.approx(corrected, rel=1e-12)
    assert found["chi2_corrected_p"] == pytest.approx(2 * NORMAL.cdf(-math.sqrt(corrected)), rel=1e-9)
    assert found["exact_p"] >= found["mid_p"]


def connor(items: int, discordant: float, difference: float) -> float:
    """Connor's power at any number of items, from shares."""
    z = NORMAL.inv_cdf(0.975)
    excess = difference * math.sqrt(items) - z * math.sqrt(discordant)
    return NORMAL.cdf(excess / math.sqrt(discordant - difference**2))


@pytest.mark.parametrize(("items", "one", "other"), [table for table in TABLES if table[1] != table[2]])
def test_power_reaches_80_percent_at_the_items_needed_and_not_one_earlier(items: int, one: int, other: int) -> None:
    discordant, difference = (one + other) / items, abs(one - other) / items
    assert power(items, one, other) == pytest.approx(connor(items, discordant, difference), rel=1e-9)
    needed = items_needed(items, one, other)
    assert needed is not None
    assert connor(needed, discordant, difference) >= 0.8
    assert connor(needed - 1, discordant, difference) < 0.8


@pytest.mark.parametrize(("passed", "items"), [(0, 1), (1, 1), (0, 7), (3, 7), (7, 7), (180, 200), (999, 1000)])
def test_an_interval_ends_where_the_score_test_just_refuses(passed: int, items: int) -> None:
    low, high = wilson(passed, items)
    z = NORMAL.inv_cdf(0.975)
    assert 0 <= low <= passed / items <= high <= 1
    for end in (low, high):
        if 0 < end < 1:
            assert abs(passed / items - end) == pytest.approx(z * math.sqrt(end * (1 - end) / items), rel=1e-9)


# --- where little or nothing is defined -----------------------------------------------------------------------------

UNDEFINED = dict.fromkeys(("mid_p", "chi2", "chi2_p", "chi2_corrected", "chi2_corrected_p", "power", "items_for_80"))


@pytest.mark.parametrize("items", [1, 50])
def test_without_a_discordant_item_there_is_nothing_to_test(items: int) -> None:
    found = mcnemar(items, 0, 0)
    assert found == {"items": items, "only_baseline": 0, "only_candidate": 0, "exact_p": 1.0} | UNDEFINED


def test_without_a_common_item_not_even_the_exact_test_is_defined() -> None:
    assert mcnemar(0, 0, 0)["exact_p"] is None


def test_an_option_that_never_fails_is_tested_as_any_other() -> None:
    found = mcnemar(50, 0, 5)
    assert found["exact_p"] == pytest.approx(2 / 2**5)
    assert found["mid_p"] == pytest.approx(1 / 2**5)
    assert found["items_for_80"] == 77


def test_one_item_shows_nothing() -> None:
    found = mcnemar(1, 0, 1)
    assert (found["exact_p"], found["chi2"], found["chi2_corrected"], found["power"]) == (1.0, 1.0, 0.0, 0.0)
    assert found["mid_p"] == pytest.approx(0.5)
    # Were every item discordant in the same direction, four would do: the statistic is then the number of items.
    assert found["items_for_80"] == 4
    assert power(4, 0, 4) == 1.0


def test_as_many_on_either_side_is_no_difference_and_needs_no_number_of_items() -> None:
    found = mcnemar(20, 5, 5)
    assert (found["exact_p"], found["chi2"], found["chi2_corrected_p"]) == (1.0, 0.0, 1.0)
    assert found["mid_p"] == pytest.approx(1 - 252 / 2**10 / 2)
    assert found["power"] is None
    assert found["items_for_80"] is None


# --- an evaluation --------------------------------------------------------------------------------------------------


def evaluation(tmp_path: Path, runs: dict[str, dict[str, str]]) -> Evaluation:
    """An evaluation of items by option, each item's runs as a word of ones and zeros."""
    path = tmp_path / "results.csv"
    rows = [
        f"{item},{option},{run},{passed}\n"
        for option, items in runs.items()
        for item, word in items.items()
        for run, passed in enumerate(word, 1)
    ]
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return read_evaluation(path)


def test_pairs_are_tested_on_votes_and_a_tie_fails(tmp_path: Path) -> None:
    found = evaluation(
        tmp_path,
        {"a": {"1": "110", "2": "10", "3": "111", "4": "000"}, "b": {"1": "111", "2": "11", "3": "001", "4": "000"}},
    )
    assert discordance(found, "a", "b") == (4, 1, 1)
    assert discordance(found, "b", "a") == (4, 1, 1)


def test_only_items_of_both_options_are_compared(tmp_path: Path) -> None:
    found = evaluation(tmp_path, {"a": {"1": "111", "2": "111"}, "b": {"2": "000", "3": "111"}})
    assert discordance(found, "a", "b") == (1, 1, 0)
    written = evaluation_of(found, [("a", "b")])
    assert written["items"] == 3
    assert written["options"]["a"]["items"] == 2
    assert "'a' and 'b' were run on different items; the 1 in common are compared." in written["warnings"]


def test_only_pairs_with_both_options_evaluated_are_written_and_each_once(tmp_path: Path) -> None:
    found = evaluation(tmp_path, {"a": {"1": "111"}, "b": {"1": "000"}})
    written = evaluation_of(found, [("a", "b"), ("a", "c"), ("c", "b"), ("a", "b")])
    assert list(written["pairs"]) == ["a->b"]


def test_the_shape_is_that_of_the_results_file(tmp_path: Path) -> None:
    written = evaluation_of(evaluation(tmp_path, {"a": {"1": "111"}, "b": {"1": "000"}}), [("a", "b")], ["a", "b"])
    assert list(written) == ["items", "runs", "options", "pairs", "warnings"]
    assert list(written["options"]["a"]) == ["items", "passed", "pass_rate", "interval"]
    assert list(written["pairs"]["a->b"]) == ["items", "only_baseline", "only_candidate", "exact_p", *UNDEFINED]
    kinds = {type(value) for value in written["pairs"]["a->b"].values()}
    assert kinds == {int, float}


ITEMS = [f"{number}" for number in range(200)]
WARNINGS: dict[str, tuple[dict[str, dict[str, str]], list[str]]] = {
    "nothing": ({"a": dict.fromkeys(ITEMS, "110"), "b": dict.fromkeys(ITEMS, "1111")}, []),
    "few items": (
        {"a": dict.fromkeys(ITEMS[1:], "110"), "b": dict.fromkeys(ITEMS[1:], "110")},
        ["199 items were evaluated; 200 or more are wanted."],
    ),
    "a run missing": (
        {"a": dict.fromkeys(ITEMS, "110"), "b": dict.fromkeys(ITEMS, "110") | {"7": "11"}},
        ["1 of 400 votes rest on fewer than 3 runs of the item."],
    ),
    "one run each": (
        {"a": dict.fromkeys(ITEMS, "1"), "b": dict.fromkeys(ITEMS, "1")},
        ["All votes rest on fewer than 3 runs of the item."],
    ),
    "an option missing": ({"a": dict.fromkeys(ITEMS, "110")}, ["Not evaluated: 'b'."]),
    "an option too many": (
        {name: dict.fromkeys(ITEMS, "110") for name in "abc"},
        ["Evaluated, but no option of the case: 'c'."],
    ),
}


@pytest.mark.parametrize(("runs", "warnings"), WARNINGS.values(), ids=WARNINGS)
def test_what_an_evaluation_lacks_is_said(tmp_path: Path, runs: dict[str, dict[str, str]], warnings: list[str]) -> None:
    assert evaluation_of(evaluation(tmp_path, runs), [("a", "b")], ["a", "b"])["warnings"] == warnings


def test_reading_a_case_does_not_wait_for_scipy() -> None:
    code = "import sys, casebook.case; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- the sample cases -----------------------------------------------------------------------------------------------


def figures(name: str) -> Any:
    """A sample case's evaluation in the results file."""
    binding = bind(load(PARAMS / f"{name}.yaml"))
    return results_of(binding, binding.evaluation())["evaluation"]


def test_three_points_on_200_messages_are_not_shown() -> None:
    found = figures("support")
    assert (found["items"], found["runs"], found["warnings"]) == (200, 3, [])
    assert {name: option["pass_rate"] for name, option in found["options"].items()} == {"few_shot": 0.9, "tuned": 0.93}
    pair = found["pairs"]["few_shot->tuned"]
    assert (pair["only_baseline"] + pair["only_candidate"]) / pair["items"] == 0.13
    assert pair["exact_p"] > 0.3
    assert pair["power"] == pytest.approx(0.22, abs=0.005)
    assert pair["items_for_80"] == 1132


def test_22_points_on_50_tasks_are_shown() -> None:
    found = figures("dsl")
    passed = {name: (option["passed"], option["items"]) for name, option in found["options"].items()}
    assert passed == {"cached_prompt": (36, 50), "tuned_32b": (47, 50)}
    pair = found["pairs"]["cached_prompt->tuned_32b"]
    assert pair["exact_p"] < 0.01
    assert pair["power"] > 0.8
    assert pair["items_for_80"] == 40
    missing = "Not evaluated: “Manual in the prompt, Claude Sonnet 4.5”."
    assert found["warnings"] == ["50 items were evaluated; 200 or more are wanted.", missing]


def test_a_case_without_results_has_no_figures() -> None:
    assert figures("legal") is None


@pytest.mark.parametrize("name", ["support", "dsl"])
def test_the_figures_can_be_written_as_json(name: str) -> None:
    assert '"items_for_80"' in to_json(figures(name))


def test_measured_accuracies_are_those_of_the_results() -> None:
    case = load(PARAMS / "support.yaml")
    measured = {option.name: option.inputs["accuracy"].measured for option in case.options}
    assert measured == {"few_shot": (180, 200), "tuned": (186, 200)}
    source = case.option("tuned").inputs["accuracy"].source
    assert source is not None
    assert source.startswith("support.csv: 186 of 200 items passed; synthetic")
    # The published level of the other case stays what it is.
    assert all(option.inputs["accuracy"].measured is None for option in load(PARAMS / "dsl.yaml").options)


def generator() -> ModuleType:
    """The script that writes the samples."""
    spec = importlib.util.spec_from_file_location("generate", PARAMS / "evaluations" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[spec.name]
    return module


def test_the_samples_are_what_their_script_writes() -> None:
    script = generator()
    written = {path.stem: path.read_bytes() for path in (PARAMS / "evaluations").glob("*.csv")}
    assert {name: script.text_of(sample).encode() for name, sample in script.SAMPLES.items()} == written


@pytest.mark.parametrize("name", ["support", "dsl"])
def test_a_sample_reads_like_an_evaluation(name: str) -> None:
    answers = read_evaluation(PARAMS / "evaluations" / f"{name}.csv").answers
    runs = Counter((answer.option, answer.item) for answer in answers)
    passed = Counter((answer.option, answer.item) for answer in answers if answer.passed)
    assert set(runs.values()) == {3}
    # Runs of one item mostly agree, and not always.
    assert 0.03 < sum(passed[key] in (1, 2) for key in runs) / len(runs) < 0.2
    assert all(answer.latency_s for answer in answers)
    wrong = [answer for answer in answers if not answer.format_ok]
    assert wrong
    assert not any(answer.passed for answer in wrong)
