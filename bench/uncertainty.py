"""What draws of the hybrid case cost, against the same arithmetic written by hand; `--million` draws a million.

The hand-written side knows the case: which options escalate, which have a cache, that nothing runs on GPUs, what is
tested for tuning and passed. Sampling and quantiles are counted on both sides; the arithmetic alone is compared too.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from scipy.stats import qmc

from casebook.analysis.binding import bind
from casebook.analysis.uncertainty import (
    CUBE,
    QUANTILES,
    Arithmetic,
    Outcome,
    outcome_of,
    seed_of,
    shapes,
    uncertainty,
)
from casebook.case import Case, load

CASE = Path(__file__).parents[1] / "params" / "hybrid.yaml"
DRAWS, REPEATS = 20_000, 5
MILLION = 1_000_000
MONTHS, LIMIT = 18, 12
RAG, CACHED, TWO_TIER, HYBRID, TUNED = range(5)
PAIRS = [(CACHED, other) for other in (RAG, TWO_TIER, HYBRID, TUNED)]
TOLERANCE, MONEY = 1e-9, 1e-6

SONNET, HAIKU = "prices.anthropic/claude-sonnet-5-5", "prices.anthropic/claude-haiku-5-5"
NOVA = "prices.aws/global.amazon.nova-2-lite-v1:0"
TITAN = "prices.aws/amazon.titan-embed-text-v2:0"

Values = Mapping[str, np.ndarray]


def blocks(case: Case) -> list[dict[str, np.ndarray]]:
    """The inputs of every draw by path, a column each, the others at their likely values."""
    binding = bind(case)
    drawn = shapes(binding)
    likely = {source.path: source.value for source in binding.inputs.values()}
    found = []
    for number in range(DRAWS // CUBE):
        sampler = qmc.LatinHypercube(len(drawn), rng=np.random.default_rng([seed_of(case), number]))
        columns = zip(drawn, sampler.random(CUBE).T, strict=True)
        found.append(likely | {shape.source.path: shape.at(column)[:, np.newaxis] for shape, column in columns})
    return found


def by_hand(v: Values) -> Outcome:
    """One block of draws; arrays are (draws, months) or (draws, 1)."""
    month = np.arange(1, MONTHS + 1)
    calls = v["workload.calls_per_month"] * (1 + v["workload.growth_per_month"]) ** (month - 1)
    decline = (1 - v["economics.price_decline"]) ** ((month - 1) / 12)
    rate = v["economics.labour_rate"]
    user, context, output = (v[f"options.rag.tokens.{part}"] for part in ("user", "context", "output"))
    prefix, short_prefix = v["options.rag.tokens.prefix"], v["options.hybrid.tokens.prefix"]

    # Cost of a call
    embedding = v["options.rag.retrieval.query_tokens"] * v[f"{TITAN}.embedding"] / 1e6
    sonnet, haiku = ((v[f"{model}.input"] / 1e6, v[f"{model}.output"] / 1e6) for model in (SONNET, HAIKU))
    nova_input = v[f"{NOVA}.input"] * (1 + v["options.hybrid.price.input_premium"]) / 1e6
    nova_output = v[f"{NOVA}.output"] * (1 + v["options.hybrid.price.output_premium"]) / 1e6
    ttl = v["options.cached_rag.cache.ttl_minutes"] / (v["workload.active_hours_per_month"] * 60)
    read, write = v[f"{SONNET}.cache_read_multiplier"], v[f"{SONNET}.cache_write_multiplier_5m"]
    uncached = (user + context) * sonnet[0] + output * sonnet[1] + embedding

    def cached(share: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
        hit = 1 - np.exp(-calls * (share * ttl))
        return hit, (prefix * sonnet[0] * (write + (read - write) * hit) + uncached) * decline

    few, many = v["options.hybrid.escalation.rate"], v["options.two_tier.escalation.rate"]
    (hit, cached_cost), (hit_few, few_cost), (hit_many, many_cost) = cached(1.0), cached(few), cached(many)
    small = (prefix + user + context) * haiku[0] + output * haiku[1] + embedding
    tuned_small = (short_prefix + user + context) * nova_input + output * nova_output + embedding
    alone = (short_prefix + user) * nova_input + output * nova_output
    call_cost = [
        (prefix * sonnet[0] + uncached) * decline,
        cached_cost,
        small * decline + many * many_cost,
        tuned_small * decline + few * few_cost,
        alone * decline,
    ]

    # Fixed and one-time cost: what the invoice shows, and what the full scope adds
    corpus = v["options.rag.retrieval.corpus_tokens"] * v[f"{TITAN}.embedding"] / 1e6
    share = v["options.rag.retrieval.reindex_share_per_month"]
    fixed = v["options.rag.retrieval.vector_db_per_month"] + corpus * share * decline
    upkeep = v["options.rag.retrieval.reindex_hours_per_month"] * rate
    tuning = "options.hybrid.tuning"
    trained = v[f"{tuning}.examples"] * v[f"{tuning}.epochs"] * v[f"{tuning}.runs"] / 1e6
    trained = trained * v[f"{tuning}.price_per_million_tokens"]
    training = [trained * v[f"options.{name}.tuning.tokens_per_example"] for name in ("hybrid", "tuned")]
    connecting = v["options.rag.retrieval.build_hours"]
    data = v[f"{tuning}.examples"] * v[f"{tuning}.label_cost_per_example"] + v[f"{tuning}.eval_cost"]
    curation = v[f"{tuning}.curation_hours"]
    one_time = [corpus, corpus, corpus, training[0] + corpus, training[1]]
    building = [
        connecting * rate,
        connecting * rate,
        (connecting + v["options.two_tier.build_hours"]) * rate,
        data + (curation + connecting + v["options.hybrid.build_hours"]) * rate,
        data + (curation + v["options.tuned.build_hours"]) * rate,
    ]
    cycle = v[f"{tuning}.retrain_every_months"]
    age = (month - 1) % cycle
    again = v[f"{tuning}.retrain_hours"] * rate + v[f"{tuning}.retrain_eval_cost"]
    due = (age == 0) & (month > 1)
    lumps = [0, 0, 0, *(due * (cost * v[f"{tuning}.retrain_share"] + again) for cost in training)]

    # Accuracy and response time
    accuracies = [v[f"options.{name}.accuracy"] for name in ("rag", "two_tier", "hybrid", "tuned")]
    frontier, cheap, kept, stale = accuracies
    lost = v["options.hybrid.drift_pp_per_quarter"] / 300 * (age + 0.5)
    accuracy = [
        frontier,
        frontier,
        (1 - many) * cheap + many * frontier,
        (1 - few) * np.clip(kept - lost, 0, 1) + few * frontier,
        np.clip(stale - lost, 0, 1),
    ]
    prefill, small_prefill = (v[f"options.{name}.response.prefill_tokens_per_second"] for name in ("rag", "two_tier"))
    slow, quick = (
        v[f"options.{name}.response.overhead_s"] + output / v[f"options.{name}.response.decode_tokens_per_second"]
        for name in ("rag", "two_tier")
    )
    plain = slow + (prefix + user + context) / prefill
    spared = prefix / prefill * (1 - 1 / v["options.rag.response.cached_speedup"])
    latency = [
        plain,
        plain - spared * hit,
        quick + (prefix + user + context) / small_prefill + many * (plain - spared * hit_many),
        quick + (short_prefix + user + context) / small_prefill + few * (plain - spared * hit_few),
        quick + (short_prefix + user) / small_prefill,
    ]

    # Totals; the scopes are invoice, then full
    error, second = v["quality.cost_per_error"], v["latency.value_per_second"]
    draws = len(calls)
    tco, cost_per_call = np.empty((2, 5, draws)), np.empty((2, 5, draws))
    monthly, starts = [], []
    for option in range(5):
        invoice = calls * call_cost[option] + (fixed if option != TUNED else 0)
        harm = calls * ((1 - accuracy[option]) * error + latency[option] * second)
        monthly.append((invoice, invoice + harm + (upkeep if option != TUNED else 0) + lumps[option]))
        starts.append((one_time[option], one_time[option] + building[option]))
        cost_per_call[:, option] = call_cost[option][:, 0]
        for scope in range(2):
            tco[scope, option] = (starts[option][scope] + monthly[option][scope].sum(axis=1, keepdims=True))[:, 0]

    def in_time(other: int, scope: int, one_monthly: np.ndarray, one_start: np.ndarray) -> np.ndarray:
        # From the start of the month after the limit on, the candidate is never behind.
        behind = np.cumsum(monthly[other][scope] - one_monthly, axis=1)
        behind += starts[other][scope] - one_start
        at_start = behind[:, LIMIT - 1 : -1]
        if scope and other in (HYBRID, TUNED):
            at_start = at_start + lumps[other][:, LIMIT:]
        return (at_start <= MONEY).all(axis=1) & (behind[:, LIMIT:] <= MONEY).all(axis=1)

    saving, pays_back = np.empty((2, len(PAIRS), draws)), np.empty((2, len(PAIRS), draws), bool)
    for pair, (one, other) in enumerate(PAIRS):
        saving[:, pair] = tco[:, one] - tco[:, other]
        for scope in range(2):
            pays_back[scope, pair] = in_time(other, scope, monthly[one][scope], starts[one][scope])

    # Accuracy as declared, response time of month 1
    blended = [frontier, frontier, accuracy[TWO_TIER], (1 - few) * kept + few * frontier, stale]
    declared = np.stack([one[:, 0] for one in blended])
    waiting = np.stack([one[:, 0] for one in latency])
    meets = declared >= v["quality.target"] - TOLERANCE
    cheapest = np.where(meets.any(axis=0), np.argmin(np.where(meets, tco, np.inf), axis=1) + 1, 0)
    base = base_by_hand(v, tco, declared, waiting, meets)
    against_base = np.empty((2, 2, draws), bool)
    for scope in range(2):
        columns = [base[scope][:, np.newaxis] == option for option in (RAG, CACHED)]
        base_monthly, base_start = (
            np.select(columns, [part[RAG][scope], part[CACHED][scope]], part[TWO_TIER][scope])
            for part in (monthly, starts)
        )
        for place, option in enumerate((HYBRID, TUNED)):
            against_base[place, scope] = in_time(option, scope, base_monthly, base_start)
    verdict = verdict_by_hand(v, base, against_base, declared, waiting, meets)
    return Outcome(tco, cost_per_call, cheapest, verdict, saving, pays_back)


def of(values: np.ndarray, option: np.ndarray) -> np.ndarray:
    """An option's values, the option by scope and draw; the values' axes are (scopes,) options and draws."""
    values = np.broadcast_to(values, (2, *values.shape[-2:]))
    return np.take_along_axis(values, option[:, np.newaxis], axis=1)[:, 0]


def base_by_hand(
    v: Values, tco: np.ndarray, declared: np.ndarray, waiting: np.ndarray, meets: np.ndarray
) -> np.ndarray:
    """The base's place by scope and draw."""
    target, margin, limit = v["quality.target"], v["quality.margin"], v["latency.target_s"] + TOLERANCE
    # Base: of the two retrieval options, equally accurate, the cheaper; two-tier; a faster one
    base = np.where(tco[:, CACHED] < tco[:, RAG] - MONEY, CACHED, RAG)
    bar = np.minimum(target, of(declared, base)) - TOLERANCE
    cheaper = (tco[:, TWO_TIER] < of(tco, base) - MONEY) & (declared[TWO_TIER] >= bar)
    base = np.where(cheaper | (~of(meets, base) & meets[TWO_TIER]), TWO_TIER, base)
    fits = [
        (base != option)
        & (of(waiting, base) > limit)
        & (waiting[option] <= limit)
        & (declared[option] >= of(declared, base) - margin - TOLERANCE)
        & (meets[option] | ~of(meets, base))
        for option in (RAG, CACHED)
    ]
    faster = np.where(fits[CACHED] & (~fits[RAG] | (tco[:, CACHED] < tco[:, RAG] - MONEY)), CACHED, RAG)
    return np.where(fits[RAG] | fits[CACHED], faster, base)


def verdict_by_hand(
    v: Values,
    base: np.ndarray,
    against_base: np.ndarray,
    declared: np.ndarray,
    waiting: np.ndarray,
    meets: np.ndarray,
) -> np.ndarray:
    """The verdict's position by scope and draw: capability, economics, architecture."""
    target, margin, limit = v["quality.target"], v["quality.margin"], v["latency.target_s"] + TOLERANCE
    failures, trials = v["evidence.format_failures.failures"], v["evidence.format_failures.trials"]
    share, z = failures / trials, 1.959963984540054
    centre, spread = share + z**2 / (2 * trials), share * (1 - share) / trials + z**2 / (4 * trials**2)
    breaks_format = (centre - z * np.sqrt(spread)) / (1 + z**2 / trials) > 0.05 + TOLERANCE
    too_slow, misses = of(waiting, base) > limit, of(declared, base) < target - TOLERANCE
    good_enough = declared[[HYBRID, TUNED], np.newaxis] >= of(declared, base) - margin - TOLERANCE
    meets_target = meets[[HYBRID, TUNED], np.newaxis]
    fast = waiting[[HYBRID, TUNED], np.newaxis] <= limit
    capable = breaks_format | (too_slow & fast & good_enough) | (misses & meets_target)
    capability = capable.any(axis=0)
    pays = against_base & good_enough & (meets_target | ~of(meets, base))
    enough_calls = v["workload.calls_per_month"][:, 0] >= 2e6 - TOLERANCE
    reason = np.where(capability, capable, pays & enough_calls)
    goes_on = reason & (meets_target | ~(reason & meets_target).any(axis=0))
    return np.select([goes_on[0], goes_on[1]], [HYBRID + 1, TUNED + 1], base + 1)


def summed_up(outcome: Outcome) -> list[np.ndarray]:
    """The quantiles and shares that a report shows."""
    shares = [np.stack([(codes == code).mean(axis=-1) for code in range(-2, 6)]) for codes in outcome[2:4]]
    quantiles = [np.quantile(part, list(QUANTILES.values()), axis=-1) for part in (outcome.tco, outcome.cost_per_call)]
    return [*shares, *quantiles, np.quantile(outcome.saving, list(QUANTILES.values()), axis=-1)]


def joined(parts: list[Outcome]) -> Outcome:
    """All draws of some blocks."""
    return Outcome(*(np.concatenate(pieces, axis=-1) for pieces in zip(*parts, strict=True)))


def cpu_seconds(*works: Callable[[], object]) -> list[float]:
    """The least CPU time of a few runs of each work, in turns, so that a slow moment meets all of them."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(REPEATS):
        for found, work in zip(times, works, strict=True):
            start = time.process_time()
            work()
            found.append(time.process_time() - start)
    return [min(found) for found in times]


def by_library(case: Case, drawn: list[dict[str, np.ndarray]]) -> Outcome:
    """The library's arithmetic on draws at hand, the making of its plan included."""
    arithmetic = Arithmetic(bind(case), PAIRS)
    paths = [shape.source.path for shape in shapes(arithmetic.binding)]
    return joined([arithmetic.outcome({path: block[path][:, 0] for path in paths}) for block in drawn])


def compare(case: Case) -> None:
    """Assert that both sides agree in every draw, and print what each costs."""
    drawn = blocks(case)
    library, hand = outcome_of(Arithmetic(bind(case), PAIRS), DRAWS), joined([by_hand(block) for block in drawn])
    for part, one, other in zip(Outcome._fields, library, hand, strict=True):
        if not np.allclose(one, other, rtol=1e-9, atol=0):
            raise AssertionError(f"{part}: library and hand-written side differ by up to {np.abs(one - other).max()}")

    whole, by_itself, sampling, planned, plain = cpu_seconds(
        lambda: uncertainty(case, draws=DRAWS),
        lambda: summed_up(joined([by_hand(block) for block in blocks(case)])),
        lambda: blocks(case),
        lambda: by_library(case, drawn),
        lambda: joined([by_hand(block) for block in drawn]),
    )
    pace = f"{DRAWS / whole:,.0f} draws/s"
    print(f"{case.id:10} {DRAWS:,} draws   library {whole:.2f} s ({pace})   by hand {by_itself:.2f} s")
    print(
        f"{'':10} ratio {whole / by_itself:.2f}   (sampling {sampling:.2f} s; arithmetic alone {planned / plain:.2f})"
    )


def million(case: Case) -> None:
    """Draw a million on two processes, and print time and memory."""
    done = 0

    def advanced(draws: int) -> None:
        nonlocal done
        done += draws
        print(f"\r{done / MILLION:5.0%}", end="", file=sys.stderr, flush=True)

    start = time.perf_counter()
    uncertainty(case, draws=MILLION, jobs=2, advanced=advanced)
    wall = time.perf_counter() - start
    print(file=sys.stderr)
    parent, worker = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(
        f"{case.id:10} {MILLION:,} draws, 2 processes   {wall:.0f} s   parent {parent:.0f} MB   worker {worker:.0f} MB"
    )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--million", action="store_true", help="draw a million on two processes instead")
    case = load(CASE)
    million(case) if parser.parse_args().million else compare(case)


if __name__ == "__main__":
    main()
