"""Hand-worked figures for the corners that a wrong reading of the formulas would round off.

Every expectation was worked out on paper from the contract of the numbers; the sums are in the comments.
"""

from __future__ import annotations

from typing import Any

import pytest

from casebook.analysis.results import evaluate_case
from casebook.case import from_parameters
from tests.random_cases import _cached, _edge, _option, _pair, _tier, edge_cases

EDGES = edge_cases()

Figures = dict[tuple[str, str, str], Any]
"""What is expected, by scope, subject and field."""


def invoice(subject: str, **fields) -> Figures:
    """Expect these fields of an option, a comparison (`a->b`) or the decision; `__` goes deeper."""
    return {("invoice", subject, field): wanted for field, wanted in fields.items()}


def full(subject: str, **fields) -> Figures:
    """Expect these fields in the full scope."""
    return {("full", subject, field): wanted for field, wanted in fields.items()}


def both(subject: str, **fields) -> Figures:
    """Expect these fields in either scope."""
    return invoice(subject, **fields) | full(subject, **fields)


def edge(name: str, expected: Figures) -> Any:
    """Give a row about one of the named edge cases."""
    return own(name, EDGES[name], expected)


def own(name: str, raw: dict, expected: Figures) -> Any:
    """Give a row about a case of this file."""
    return pytest.param(raw, expected, id=name.replace("_", " "))


def figure(scope: dict[str, Any], subject: str, field: str) -> Any:
    """Read one figure of a scope's results."""
    if subject == "decision":
        value: Any = scope["recommendation"]
    else:
        value = scope["comparisons" if "->" in subject else "options"][subject]
    for key in field.split("__"):
        value = value[int(key)] if isinstance(value, list) else value[key]
    return value


def assert_figures(raw: dict, expected: Figures) -> None:
    """Numbers are compared to a millionth, all else exactly."""
    scopes = evaluate_case(from_parameters(raw))["scopes"]
    for (scope, subject, field), wanted in expected.items():
        exact = wanted is None or isinstance(wanted, bool | str | list)
        got = figure(scopes[scope], subject, field)
        assert got == (wanted if exact else pytest.approx(wanted, rel=1e-6, abs=1e-9)), (scope, subject, field)


# The pair: a prompt at $0.002 a call, a tuned option that saves $0.001 of it, 100,000 calls: $100 a month.
PAIR = "plain->tuned"

BREAK_EVEN = [
    # Nothing runs: 0 calls save 0, and the training of 1,200 is all there is.
    ("zero calls", EDGES["zero_calls"] | {"compare": [["plain", "tuned"]]}, 0, "never", None, None, None, -1_200),
    ("zero saving", EDGES["zero_saving"], 0, "never", None, None, None, -1_200),
    # Nothing to pay, nothing to save: even from the first moment on.
    ("zero saving for nothing", _edge(_pair(0.0, 0)), 0, "immediate", 0, 0, 0, 0),
    # 12 · 200 against 1,200 + 12 · 300
    ("negative saving", EDGES["negative_saving"], -100, "never", None, None, None, -2_400),
    # 1,200 / 100; at the horizon both have cost the same.
    ("exact month boundary", EDGES["exact_month_boundary"], 100, "pays_back", 12, 12, 12, 0),
    # 500 / 100
    ("boundary inside the horizon", EDGES["exact_month_boundary_inside"], 100, "pays_back", 5, 5, 5, 700),
    # 1,200.01 / 100: when the window ends, at month 12, a cent is missing.
    ("one cent over", EDGES["one_cent_over_the_boundary"], 100, "pays_back", 12.0001, 12.0001, None, -0.01),
    # 50 · 1.1^(t-1) a month is 500 · (1.1^n - 1) in n: 2,863.749975 in 20 (1.1^20 = 6.7274999) of the 3,000.
    # The missing 136.250025 are 0.4050541 of month 21's 336.374997. 500 · (9.8497327 - 1) - 3,000 at 24.
    ("growth", EDGES["growth"], 50, "pays_back", 60, 20.4050541, 20.4050541, 1_424.866338),
    # 100 · 0.9^(t-1) a month is 1,000 · (1 - 0.9^n) in n: 890.581011 in 21 (0.9^21 = 0.109418989) of the 900.
    # The missing 9.418989 are 0.8608186 of month 22's 10.9418989. 1,000 · (1 - 0.0797664) - 900 at 24.
    ("decline", EDGES["decline"], 100, "pays_back", 9, 21.8608186, 21.8608186, 20.2335570),
    # All the calls there will ever be save 1,000; the first twelve months 1,000 · (1 - 0.2824295) of them.
    (
        *("decline for ever", _edge(_pair(0.001, 1_001), workload={"growth_per_month": -0.1})),
        *(100, "pays_back", 10.01, None, None, -283.429536),
    ),
    # Month 1 saves 100 and hosts for 150. In n months 2,000 · (1.05^n - 1) - 150·n: 203.900390 in 19
    # (1.05^19 = 2.5269502) of the 300; the missing 96.099610 are 0.9357767 of month 20's 102.695020.
    # 2,000 · (5.7918161 - 1) - 5,400 - 300 at 36.
    (
        *("pays only after growth", EDGES["pays_only_after_growth"]),
        *(-50, "never", None, 19.9357767, 19.9357767, 3_883.632274),
    ),
]


@pytest.mark.parametrize(
    ("raw", "net", "status", "static", "first", "sustained", "tco_saving"),
    [pytest.param(*row, id=name) for name, *row in BREAK_EVEN],
)
def test_break_even_is_the_month_worked_out_by_hand(raw, net, status, static, first, sustained, tco_saving):
    weeks = None if static is None else static * 52 / 12
    expected = {
        "net_saving_per_month": net,
        "status": status,
        "static_months": static,
        "static_weeks": weeks,
        "first_cross_month": first,
        "sustained_month": sustained,
        "advantage_lost_month": None,
        "tco_saving": tco_saving,
    }
    assert_figures(raw, both(PAIR, **expected))


AROUND_BREAK_EVEN = [
    # 1,200 / 0.001 calls; 1,200 / 12 / 0.001 a month for a payback in twelve months.
    edge("exact_month_boundary", both(PAIR, breakeven_calls=1_200_000, volume_for_payback_12=100_000)),
    edge("exact_month_boundary", both(PAIR, crosses_within_horizon=True, within_max_payback=True)),
    edge("exact_month_boundary", both("decision", verdict="tuned", cheapest="plain", conflict=True)),
    # 500 / 5 / 0.001 a month for a payback in five.
    edge("exact_month_boundary_inside", both(PAIR, volume_for_max_payback=100_000, within_max_payback=True)),
    edge("one_cent_over_the_boundary", both(PAIR, crosses_within_horizon=False, within_max_payback=False)),
    edge("one_cent_over_the_boundary", both("decision", verdict="plain")),
    edge("zero_calls", both("plain", tco=0) | both("tuned", tco=1_200) | both("decision", verdict="no_workload")),
    edge("zero_saving", both(PAIR, breakeven_calls=None, volume_for_payback_12=None)),
    edge("negative_saving", both(PAIR, breakeven_calls=None, volume_for_max_payback=None)),
    edge("growth", both(PAIR, crosses_within_horizon=True, within_max_payback=False)),
    edge("growth", both("plain", calls_last_month=100_000 * 1.1**23)),
    edge("decline", both(PAIR, crosses_within_horizon=True, within_max_payback=False)),
    # 500 again at the start of each month but the first: 100 saved, 500 spent; 500 + 24 · 100 + 23 · 500.
    # The invoice counts one training: 500 / 100, and 500 + 24 · 100.
    edge(
        "monthly_retraining_never_pays",
        full(PAIR, retrain_delta_per_month=500, net_saving_per_month=-400, status="never", first_cross_month=None)
        | full("tuned", retrain_cost=500, tco=14_400)
        | invoice(PAIR, retrain_delta_per_month=0, first_cross_month=5)
        | invoice("tuned", retrain_cost=0, tco=2_900),
    ),
    # 1,000 - 400·t is 0 at 2.5 and -200 at 3; 500 more make 300, which is 0 again at 3.75.
    # At 6 it is 300 - 1,200 = -900, then -400, and never above 0 again.
    # Month 1: 400 - 500/3 = 233.33 net; 1,000 / 233.33 = 30/7.
    edge(
        "quarterly_retraining_crosses_twice",
        full(PAIR, static_months=30 / 7, first_cross_month=2.5, sustained_month=3.75)
        | invoice(PAIR, static_months=2.5, first_cross_month=2.5, sustained_month=2.5),
    ),
    # The dear one spares 1,200 at once and loses 50 a month: even at 24, and 600 ahead at 12.
    edge(
        "advantage_lost",
        both("plain->dear", one_time_delta=-1_200, net_saving_per_month=-50, status="advantage_lost")
        | both("plain->dear", advantage_lost_month=24, static_months=None, breakeven_calls=None)
        | both("plain->dear", first_cross_month=0, sustained_month=0, tco_saving=600)
        | both("dear->plain", status="pays_back", first_cross_month=24, sustained_month=None),
    ),
    own(
        "advantage lost inside the horizon",
        EDGES["advantage_lost"] | {"horizon_months": 36},
        both("plain->dear", first_cross_month=0, sustained_month=None, within_max_payback=False, tco_saving=-600)
        | both("dear->plain", first_cross_month=24, sustained_month=24, within_max_payback=False),
    ),
]


@pytest.mark.parametrize(("raw", "expected"), AROUND_BREAK_EVEN)
def test_what_surrounds_break_even_was_worked_out_by_hand(raw, expected):
    assert_figures(raw, expected)


@pytest.mark.parametrize(
    ("most", "sustained"),
    # The window ends at max_payback, inside a month: D = 1,000 - 400·t, and 500 more from 3 on.
    [(2.4, None), (2.5, 2.5), (2.9, 2.5), (3.5, None), (3.75, 3.75), (4.25, 3.75)],
)
def test_a_fractional_payback_limit_ends_the_window_inside_the_month(most, sustained):
    short = {"horizon_months": 2, "economics": {"max_payback_months": most}}
    within = sustained is not None
    assert_figures(
        EDGES["quarterly_retraining_crosses_twice"] | short,
        full(PAIR, first_cross_month=2.5, crosses_within_horizon=False)
        | full(PAIR, sustained_month=sustained, within_max_payback=within),
    )


# Of each call 2,000 prefix tokens at $3 cost 0.006, 200 more 0.0006, 100 out at $15 0.0015.
# 8,760 calls in 730 · 60 = 43,800 minutes, five minutes each: x = 1.
CACHE = [
    # All written: 0.006 · 1.25 + 0.0021. All read: 0.006 · 0.1 + 0.0021.
    edge("hit_rate_0", both("plain", hit_rate=0, cache_multiplier=1, cost_per_call=0.0081)),
    edge("hit_rate_0", both("cached", hit_rate=0, cache_multiplier=1.25, cost_per_call=0.0096)),
    edge("hit_rate_1", both("cached", hit_rate=1, cache_multiplier=0.1, cost_per_call=0.0027)),
    # 1 / (1 + 1); 0.05 + 0.625 = 0.675; 0.00405 + 0.0021
    edge("hit_rate_fixed", both("cached", hit_rate=0.5, cache_multiplier=0.675, cost_per_call=0.00615)),
    # 1 - e^-1 = 0.6321206; 1.25 - 1.15 · 0.6321206 = 0.5230614; · 0.006 = 0.0031384
    own(
        "sliding",
        _edge(_cached({"enabled": True}), calls=8_760),
        both("cached", hit_rate=0.6321206, cache_multiplier=0.5230614, cost_per_call=0.0052383683),
    ),
    # x = 1/4: 1 - e^-0.25 = 0.2211992
    own(
        "sliding over four variants",
        _edge(_cached({"enabled": True, "prompt_variants": 4}), calls=8_760),
        both("cached", hit_rate=0.2211992),
    ),
    # Not cached: 1,223 · 0.000003 + 0.0015.
    edge("prefix_one_under_the_minimum", both("cached", hit_rate=0, cache_multiplier=1, cost_per_call=0.005169)),
    # x = 100,000 / 43,800 · 5 = 11.415525, e^-x = 1.10230e-5; m = 0.1 + 1.15 · e^-x = 0.10001268;
    # 0.003072 · m = 0.00030724, + 0.0006 + 0.0015
    edge("prefix_at_the_minimum", both("cached", cache_multiplier=0.10001268, cost_per_call=0.00240723895)),
]


@pytest.mark.parametrize(("raw", "expected"), CACHE)
def test_a_cache_hits_as_often_as_worked_out_by_hand(raw, expected):
    assert_figures(raw, expected)


def cached_tier(mode: str) -> dict:
    """Give two tiers with a cached prefix of 1,000 tokens at $1 a million, half of the calls escalated."""
    cache = {"enabled": True, "arrivals": "fixed"}
    prefix = {**_option("prompt", (1.0, 0.0), tokens={"prefix": 1_000}), "cache": cache}
    escalation = {"rate": 0.5, "mode": mode, "to": prefix}
    return _edge({"small": {**prefix, "kind": "two_tier", "escalation": escalation}}, calls=17_520)


# Large: 0.003 + 0.0015 = 0.0045, in 0.3 + 1,000/10,000 + 100/100 = 1.4 s, right in 95 %.
# Small: 0.00025 + 0.000125 = 0.000375, as fast, right in 90 %; a fifth escalates: 0.0009 + 0.00005.
ESCALATION = [
    # 0.8 · 0.9 + 0.2 · 0.95 in either mode.
    *(edge(mode, both("small", escalation_cost_per_call=0.00095, accuracy=0.91)) for mode in ("cascade", "router")),
    # 0.000375 + 0.00095; 1.4 + 0.2 · 1.4; the first token is the small one's.
    edge("cascade", both("small", cost_per_call=0.001325, latency_s=1.68, ttft_s=0.4)),
    # 0.8 · 0.000375 + 0.00095, the part unscaled; each call is answered once, so 1.4 s.
    edge("router", both("small", cost_per_call=0.00125, cost_parts__user=0.00025, latency_s=1.4, ttft_s=0.4)),
    # All 17,520 arrive: x = 2, h = 2/3, m = 1.25 - 1.15 · 2/3 = 0.483333; of those escalated half: x = 1,
    # m = 0.675. 0.000483333 + 0.5 · 0.000675
    own("caches in a cascade", cached_tier("cascade"), both("small", hit_rate=2 / 3, cost_per_call=0.00082083333)),
    # Either tier sees 8,760: x = 1, m = 0.675 for both.
    own("caches behind a router", cached_tier("router"), both("small", hit_rate=0.5, cost_per_call=0.000675)),
]


@pytest.mark.parametrize(("raw", "expected"), ESCALATION)
def test_escalation_blends_cost_accuracy_and_latency(raw, expected):
    assert_figures(raw, expected)


def in_memory(billion: float, tokens: float) -> dict:
    """Give the case of a model too large for 48 GB with another size and fill."""
    case = EDGES["memory_too_small"]
    hosted = case["options"]["self"]
    fill = {"parameters_billion": billion, "kv_bytes_per_token": 1e5, "concurrent_tokens": tokens}
    return case | {"options": case["options"] | {"self": hosted | {"gpu": hosted["gpu"] | fill}}}


OUT, IN = both("decision", blocked=["V1"]), both("decision", blocked=[])
HOSTING = [
    # A call works 1,000/1,000 + 100/100 = 2 s: 200,000 / (730 · 3,600) = 0.07610350 at the mean, three times
    # that at the peak. One replica holds 1 / 0.2283105 = 4.38 times that:
    # 1.3^5 = 3.71 in month 6 it does, 1.3^6 = 4.83 in month 7 it does not.
    edge(
        "capacity_exceeded_by_growth_later",
        both("self", first_month_exceeded=7, fixed_per_month=730, capacity__peak_load=0.2283105)
        | both("self", capacity__utilisation=0.0761035, capacity__replicas=1, capacity__exceeded=False)
        | OUT,
    ),
    # 32.5 · 16/8 = 65 over 48; 22 · 2 + 100,000 · 40,000 / 10^9 = 48.
    edge("memory_too_small", both("self", memory__needed_gb=65, memory__fits=False) | OUT),
    own("memory filled up", in_memory(22, 40_000), both("self", memory__needed_gb=48, memory__fits=True) | IN),
    own("memory over by one token", in_memory(22, 40_001), both("self", memory__fits=False) | OUT),
]


@pytest.mark.parametrize(("raw", "expected"), HOSTING)
def test_a_replica_holds_what_was_worked_out_by_hand(raw, expected):
    assert_figures(raw, expected)


def series(yearly: float, months: int) -> float:
    """1 + q + q² + … of so many months, by closed form; twelve months make q^12 = yearly."""
    return (1 - yearly ** (months / 12)) / (1 - yearly ** (1 / 12))


# $100 a month that falls by 40 % a year, each month's discounted by 10 % a year to the month's end: the first
# by 1.1^(1/12), and from month to month by (0.6 / 1.1)^(1/12).
DISCOUNTED = 100 * series(0.6 / 1.1, 36) / 1.1 ** (1 / 12)
SERVED = EDGES["capacity_exceeded_by_growth_later"]["options"]["self"]
FALLING_PRICES = [
    # $200 a month against $100 and 900 at once.
    edge(
        "price_decline_and_discount",
        both("plain", tco=200 * series(0.6, 36), present_value=2 * DISCOUNTED)
        | both("plain", cost_per_call_last_month=0.002 * 0.6 ** (35 / 12))
        | both("tuned", tco=900 + 100 * series(0.6, 36), present_value=900 + DISCOUNTED)
        | both(PAIR, present_value_saving=DISCOUNTED - 900),
    ),
    # Free calls; 900 at once and 900 at the start of month 13, a year later.
    own(
        "a lump is discounted to the start of its month",
        _edge(_pair(0.002, 900, retrain_every_months=12), horizon_months=24, economics={"discount_rate": 0.1}),
        full("tuned", present_value=900 + 900 / 1.1) | invoice("tuned", present_value=900),
    ),
    # 36 % less a year for the GPU of 730; what else it costs, 30, does not fall.
    own(
        "the price of a GPU",
        _edge(
            {"own": SERVED | {"kind": "prompt", "gpu": SERVED["gpu"] | {"other_per_month": 30}}},
            economics={"gpu_price_decline": 0.36},
        ),
        both("own", cumulative__0=760, cumulative__6=730 * series(0.64, 7) + 7 * 30),
    ),
]


@pytest.mark.parametrize(("raw", "expected"), FALLING_PRICES)
def test_falling_prices_and_discounting_follow_the_closed_form(raw, expected):
    assert_figures(raw, expected)


def waiting(batch_share: float) -> dict:
    """Give calls of 1.4 s each, with a second worth a tenth of a cent."""
    large = _tier("cascade")["large"]
    return _edge({"large": large}, workload={"batch_share": batch_share}, latency={"value_per_second": 0.001})


SEARCH = {"query_tokens": 1_000, "embedding_price": 0.1, "rerank_price_per_query": 0.001}
SEARCHED = _option("rag", (3.0, 15.0), price={"batch_discount": 0.5}, retrieval=SEARCH)
BATCH = [
    # 0.003 + 0.0015 at half price; free at full discount. 500 / (100,000 · 0.00225)
    edge("all_batch", both("plain", cost_per_call=0.00225) | both("tuned", cost_per_call=0)),
    edge("all_batch", both(PAIR, saving_per_call_cash=0.00225, static_months=500 / 225)),
    # 0.00225 + 0.0001 + 0.001
    own(
        "search is not discounted",
        _edge({"rag": SEARCHED}, workload={"batch_share": 1}),
        both("rag", cost_per_call=0.00335, cost_parts__embedding=0.0001, cost_parts__rerank=0.001),
    ),
    # 50,000 · 1.4 · 0.001
    own("nobody waits for a batch", waiting(1), both("large", latency_cost_per_month=0)),
    own("half wait", waiting(0.5), full("large", latency_cost_per_month=70)),
    own("the invoice knows no waiting", waiting(0.5), invoice("large", latency_cost_per_month=0)),
]


@pytest.mark.parametrize(("raw", "expected"), BATCH)
def test_a_batch_is_cheaper_and_nobody_waits_for_it(raw, expected):
    assert_figures(raw, expected)


def aging(retrain_every: int = 0, horizon: int = 12, gain: float = 0) -> dict:
    """Give 1,000 free calls a month, $1 an error, 3 points lost a quarter (0.01 a month) from 0.9."""
    fields = {"drift_pp_per_quarter": 3, "gain_pp_per_month": gain}
    option = _option("prompt", (0.0, 0.0), 0.9, tuning={"retrain_every_months": retrain_every}, **fields)
    return _edge({"aging": option}, calls=1_000, horizon_months=horizon, quality={"cost_per_error": 1})


ACCURACY = [
    # 0.97 + 0.03 = 1 in month 2, and no more. 0.05 - 0.2 · 1/2 is under 0 from the start.
    # 150 a month of tokens; errors: 30 in month 1 at 0.97, 1,000 a month at 0.
    edge(
        "accuracy_clipped_at_1_and_at_0",
        both("better", accuracy=0.97, accuracy_last_month=1)
        | full("better", tco=24 * 150 + 30)
        | full("worse", accuracy=0, accuracy_last_month=0, error_cost_per_month=1_000, tco=24 * 1_150)
        | invoice("worse", accuracy=0.05, accuracy_last_month=0.05, error_cost_per_month=0, tco=24 * 150),
    ),
    # Half a month old in month 1, 11½ in month 12: errors 105, 115 … 215, 1,920 in all.
    own("drift", aging(), full("aging", accuracy=0.895, accuracy_last_month=0.785, tco=1_920)),
    own("the invoice knows no drift", aging(), invoice("aging", accuracy_last_month=0.9, tco=0)),
    # 105 + 115 + 125 a quarter, four times; the month of a retraining is half a month old again.
    own("drift reset", aging(3), full("aging", accuracy_last_month=0.875, tco=4 * 345)),
    own("drift reset in the last month", aging(3, horizon=10), full("aging", accuracy_last_month=0.895)),
    # 0.9 + 11 · 0.002 - 0.025: what is gained is not reset.
    own("gain beside drift", aging(3, gain=0.2), full("aging", accuracy_last_month=0.897)),
    own("gain in the invoice", aging(3, gain=0.2), invoice("aging", accuracy_last_month=0.922)),
]


@pytest.mark.parametrize(("raw", "expected"), ACCURACY)
def test_accuracy_is_clipped_and_ages_by_half_months(raw, expected):
    assert_figures(raw, expected)


def searching(decline: float = 0, **retrieval) -> dict:
    """Give a corpus of 1,000 M tokens at $0.1 (so $100), its database at $20 and at least $50."""
    fields = {"corpus_tokens": 1e9, "embedding_price": 0.1, "vector_db_minimum_per_month": 50}
    rag = _option("rag", (0.0, 0.0), retrieval={**fields, "vector_db_per_month": 20, **retrieval})
    return _edge({"rag": rag}, economics={"price_decline": decline})


ANEW = {"reembed_every_months": 4}
RETRIEVAL = [
    own("under the minimum", searching(), both("rag", fixed_per_month=50, one_time=100)),
    own("at the minimum", searching(vector_db_per_month=50), both("rag", fixed_per_month=50)),
    own("over the minimum", searching(vector_db_per_month=80), both("rag", fixed_per_month=80)),
    # 50 + 100/4, a quarter each month and no lump; 100 + 12 · 75.
    own("embedded anew", searching(**ANEW), both("rag", fixed_per_month=75, cumulative__0=175, tco=1_000)),
    # 50 + 100 · (0.1 + 1/4); the full scope pays two hours at 100 too.
    own(
        "embedded anew beside a share",
        searching(**ANEW, reindex_share_per_month=0.1, reindex_hours_per_month=2),
        invoice("rag", fixed_per_month=85) | full("rag", fixed_per_month=285),
    ),
    # Embedding falls, the database does not: 100 at the start, 12 · 50, 25 a month that falls.
    own("embedding declines", searching(0.36, **ANEW), both("rag", tco=700 + 25 * series(0.64, 12))),
]


@pytest.mark.parametrize(("raw", "expected"), RETRIEVAL)
def test_retrieval_costs_a_month_what_was_worked_out_by_hand(raw, expected):
    assert_figures(raw, expected)
