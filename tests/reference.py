"""A second, slow reading of the formulas and the rules, to hold the model against.

Written from the contract of the numbers alone, in plain floats, ifs and loops, without a look at the model;
nothing of the package is imported. `evaluate(case.resolved())` gives `{"invoice": S, "full": S}` with S as in
the results file: options, comparisons, recommendation. Comments that begin with "Reading:" mark sentences
that can be understood in two ways.
"""

from __future__ import annotations

import math
from statistics import NormalDist

SHARE = 1e-9  # tolerance on shares, months, counts and seconds
MONEY = 1e-6
MONEY_A_CALL = 1e-15

KINDS = (
    "prompt",
    "cached_prompt",
    "rag",
    "cached_rag",
    "two_tier",
    "fine_tune_hosted",
    "fine_tune_self_hosted",
    "hybrid",
)
PROMPT_SIDE = KINDS[:5]
TUNED_SIDE = KINDS[5:]
ORDER_OF_RULES = (
    *("V0", "V1", "G5", "G6", "P2", "P3", "B0", "N0"),
    *("G3", "G4", "G1", "C1", "C1?", "C2", "CX", "C3", "C4", "C5", "CR", "G2"),
    *("S1", "E1", "E2", "E3", "E4", "E5", "Y1", "H1", "H3", "H2", "Y2", "Q0"),
)


def evaluate(resolved: dict, search_months: int = 120) -> dict:
    """Evaluate a resolved case in both scopes."""
    return {
        "invoice": _scope(resolved, False, search_months),
        "full": _scope(resolved, True, search_months),
    }


def _scope(case: dict, full: bool, search_months: int) -> dict:
    horizon = case["horizon_months"]
    window = max(horizon, case["economics"]["max_payback_months"])
    length = max(search_months, math.ceil(window - SHARE))
    lines = {}
    for name, option in case["options"].items():
        lines[name] = _timeline(case, option, full, length)
    figures = {name: _figures(case, case["options"][name], lines[name], full) for name in lines}

    def compare(baseline: str, candidate: str) -> dict:
        return _comparison(case, lines, figures, baseline, candidate, full, search_months)

    recommendation = _recommend(case, figures, compare)
    pairs = _pairs(case, recommendation["base"])
    comparisons = {f"{b}->{c}": compare(b, c) for b, c in pairs}
    return {"options": figures, "comparisons": comparisons, "recommendation": recommendation}


def _pairs(case: dict, base: str | None) -> list[tuple[str, str]]:
    if case["compare"] is not None:
        return [(pair[0], pair[1]) for pair in case["compare"]]
    if base is None:
        return []
    pairs = [(base, name) for name, option in case["options"].items() if option["candidate"] and name != base]
    current = case["current"]
    if current is not None and current != base and (base, current) not in pairs:
        pairs.append((base, current))
    return pairs


# One option, month by month


def _tokens(case: dict, option: dict, arrivals: float, price_factor: float) -> dict:
    """Give the cost of one call's parts and the state of the cache at so many arrivals a month."""
    workload, tokens, price = case["workload"], option["tokens"], option["price"]
    cache, retrieval = option["cache"], option["retrieval"]

    on = cache["enabled"] and tokens["prefix"] >= cache["minimum_tokens"] - SHARE
    hit, multiplier, share = 0.0, 1.0, 0.0
    if on:
        minutes = workload["active_hours_per_month"] * 60 * cache["prompt_variants"]
        x = arrivals / minutes * cache["ttl_minutes"]
        if cache["arrivals"] == "sliding":
            hit = 1 - math.exp(-x)
        elif cache["arrivals"] == "fixed":
            hit = x / (1 + x)
        else:
            hit = cache["hit_rate"]
        multiplier = hit * cache["read_multiplier"] + (1 - hit) * cache["write_multiplier"]
        share = cache["context_share"]

    batch = 1 - workload["batch_share"] * price["batch_discount"]
    input_rate = (price["input"] or 0.0) * (1 + price["input_premium"]) / 1e6 * price_factor * batch
    output_rate = (price["output"] or 0.0) * (1 + price["output_premium"]) / 1e6 * price_factor * batch
    parts = {
        "prefix": tokens["prefix"] * multiplier * input_rate,
        "user": tokens["user"] * input_rate,
        "context": tokens["context"] * (1 - share + share * multiplier) * input_rate,
        "output": tokens["output"] * output_rate,
        # Reading: "price factor applies, batch does not" speaks of both the embedding and the rerank part.
        "embedding": retrieval["query_tokens"] * retrieval["embedding_price"] / 1e6 * price_factor,
        "rerank": retrieval["rerank_price_per_query"] * price_factor,
    }
    return {"parts": parts, "cost": sum(parts.values()), "hit": hit, "multiplier": multiplier, "share": share}


def _seconds(option: dict, hit: float, share: float) -> tuple[float | None, float | None]:
    """Give the option's own time to first token and its own latency, None where a speed is missing."""
    tokens, response = option["tokens"], option["response"]
    prefill, decode = response["prefill_tokens_per_second"], response["decode_tokens_per_second"]
    if prefill is None:
        return None, None
    cached = hit * (tokens["prefix"] + share * tokens["context"])
    uncached = tokens["prefix"] + tokens["user"] + tokens["context"] - cached
    first = response["overhead_s"] + uncached / prefill + cached / (prefill * response["cached_speedup"])
    if decode is None:
        return first, None
    return first, first + tokens["output"] / decode


def _capacity(case: dict, option: dict, own_calls: float) -> dict | None:
    gpu, tokens = option["gpu"], option["tokens"]
    if gpu is None:
        return None
    seconds = case["workload"]["active_hours_per_month"] * 3600
    work = (tokens["prefix"] + tokens["user"] + tokens["context"]) / gpu["prefill_tokens_per_second"]
    work += tokens["output"] / gpu["decode_tokens_per_second"]
    mean = own_calls / seconds * work
    peak = mean * case["workload"]["peak_factor"]
    needed = max(gpu["minimum_replicas"], math.ceil(peak / gpu["target_utilisation"] - SHARE))
    replicas, exceeded = needed, False
    if gpu["maximum_replicas"] is not None and needed > gpu["maximum_replicas"] + SHARE:
        replicas, exceeded = gpu["maximum_replicas"], True
    return {
        "peak_load": peak,
        "replicas_needed": needed,
        "replicas": replicas,
        "exceeded": exceeded,
        "utilisation": mean / replicas if replicas > 0 else 0.0,
    }


def _memory(option: dict) -> dict | None:
    gpu = option["gpu"]
    if gpu is None or gpu["memory_gb"] is None:
        return None
    needed = gpu["parameters_billion"] * gpu["bits_per_weight"] / 8
    needed += gpu["kv_bytes_per_token"] * gpu["concurrent_tokens"] / 1e9
    return {"needed_gb": needed, "fits": needed <= gpu["memory_gb"] + SHARE}


def _training(option: dict) -> float:
    tuning = option["tuning"]
    if tuning["training_cost"] is not None:
        return tuning["training_cost"]
    tokens = tuning["examples"] * tuning["tokens_per_example"] * tuning["epochs"]
    return tokens * tuning["price_per_million_tokens"] / 1e6 * tuning["runs"]


def _one_time(case: dict, option: dict, full: bool) -> float:
    retrieval, tuning = option["retrieval"], option["tuning"]
    total = _training(option) + retrieval["corpus_tokens"] * retrieval["embedding_price"] / 1e6
    if full:
        hours = tuning["curation_hours"] + retrieval["build_hours"] + option["build_hours"]
        total += tuning["examples"] * tuning["label_cost_per_example"]
        total += hours * case["economics"]["labour_rate"]
        total += tuning["eval_cost"]
    return total


def _retrain(case: dict, option: dict, full: bool) -> float:
    """Give what one retraining costs; 0 on invoices and where there is none."""
    tuning = option["tuning"]
    if not full or tuning["retrain_every_months"] == 0:
        return 0.0
    cost = _training(option) * tuning["retrain_share"]
    return cost + tuning["retrain_hours"] * case["economics"]["labour_rate"] + tuning["retrain_eval_cost"]


def _fixed(
    case: dict, option: dict, capacity: dict | None, price_factor: float, gpu_factor: float, full: bool
):
    retrieval, tuning, gpu = option["retrieval"], option["tuning"], option["gpu"]
    rate = case["economics"]["labour_rate"] if full else 0.0
    hours = case["hours_per_month"]
    total = max(retrieval["vector_db_per_month"], retrieval["vector_db_minimum_per_month"])
    again = retrieval["reindex_share_per_month"]
    if retrieval["reembed_every_months"] > 0:
        again += 1 / retrieval["reembed_every_months"]
    total += retrieval["corpus_tokens"] * again * retrieval["embedding_price"] / 1e6 * price_factor
    total += retrieval["reindex_hours_per_month"] * rate
    total += tuning["hosting_per_month"] + tuning["hosting_per_hour"] * hours
    if gpu is not None:
        total += capacity["replicas"] * gpu["price_per_hour"] * gpu_factor * hours
        total += gpu["ops_hours_per_month"] * rate
        total += gpu["other_per_month"]
    return total


def _accuracy(option: dict, t: int, full: bool) -> float | None:
    """Give the blended accuracy of month t, None when the own or the fallback's is unknown."""
    own = option["accuracy"]
    if own is None:
        return None
    own += option["gain_pp_per_month"] / 100 * (t - 1)
    if full:
        every = option["tuning"]["retrain_every_months"]
        age = (t - 1) % every + 0.5 if every > 0 else t - 0.5
        own -= option["drift_pp_per_quarter"] / 300 * age
    own = min(1.0, max(0.0, own))
    # Reading: only the own accuracy is clipped, then blended with the fallback's declared one.
    return _blend(option, own)


def _blend(option: dict, own: float | None) -> float | None:
    escalation = option["escalation"]
    if escalation is None:
        return own
    other = escalation["to"]["accuracy"]
    if own is None or other is None:
        return None
    return (1 - escalation["rate"]) * own + escalation["rate"] * other


def _timeline(case: dict, option: dict, full: bool, length: int) -> list[dict]:
    """Give one dict a month for months 1…length, in order."""
    workload, economics, escalation = case["workload"], case["economics"], option["escalation"]
    batch_share = workload["batch_share"]
    retrain, every = _retrain(case, option, full), option["tuning"]["retrain_every_months"]
    cumulative = _one_time(case, option, full)
    months = []
    for t in range(1, length + 1):
        calls = workload["calls_per_month"] * (1 + workload["growth_per_month"]) ** (t - 1)
        price_factor = (1 - economics["price_decline"]) ** ((t - 1) / 12)
        gpu_factor = (1 - economics["gpu_price_decline"]) ** ((t - 1) / 12)

        rate, router = 0.0, False
        if escalation is not None:
            rate, router = escalation["rate"], escalation["mode"] == "router"
        own_calls = (1 - rate) * calls if router else calls
        own = _tokens(case, option, own_calls, price_factor)
        first, latency = _seconds(option, own["hit"], own["share"])

        per_call, per_escalation = own["cost"], 0.0
        if escalation is not None:
            other = _tokens(case, escalation["to"], rate * calls, price_factor)
            _, other_latency = _seconds(escalation["to"], other["hit"], other["share"])
            # Reading: the router's own fee is no LLM price and so does not decline.
            per_escalation = rate * other["cost"] + escalation["router_cost"]
            per_call = ((1 - rate) * own["cost"] if router else own["cost"]) + per_escalation
            if latency is None or other_latency is None:
                latency = None
            elif router:
                latency = (1 - rate) * latency + rate * other_latency
            else:
                latency = latency + rate * other_latency

        capacity = _capacity(case, option, own_calls)
        fixed = _fixed(case, option, capacity, price_factor, gpu_factor, full)
        accuracy = _accuracy(option, t, full)
        error_cost = latency_cost = 0.0
        if full and accuracy is not None:
            error_cost = calls * (1 - accuracy) * case["quality"]["cost_per_error"]
        if full and latency is not None:
            latency_cost = calls * (1 - batch_share) * latency * case["latency"]["value_per_second"]

        lump = retrain if every > 0 and t > 1 and (t - 1) % every == 0 else 0.0
        flow = calls * per_call + fixed + error_cost + latency_cost
        cumulative += lump + flow
        months.append(
            {
                "calls": calls,
                "own": own,
                "per_call": per_call,
                "per_escalation": per_escalation,
                "fixed": fixed,
                "capacity": capacity,
                "accuracy": accuracy,
                "first": first,
                "latency": latency,
                "error_cost": error_cost,
                "latency_cost": latency_cost,
                "lump": lump,
                "flow": flow,
                "cumulative": cumulative,
            }
        )
    return months


def _figures(case: dict, option: dict, months: list[dict], full: bool) -> dict:
    """Give the option's entry in the results file."""
    horizon = case["horizon_months"]
    one_time = _one_time(case, option, full)
    monthly = (1 + case["economics"]["discount_rate"]) ** (1 / 12) - 1
    present, exceeded = one_time, None
    for t in range(1, horizon + 1):
        month = months[t - 1]
        present += month["lump"] / (1 + monthly) ** (t - 1) + month["flow"] / (1 + monthly) ** t
        if exceeded is None and month["capacity"] is not None and month["capacity"]["exceeded"]:
            exceeded = t
    first, last = months[0], months[horizon - 1]
    return {
        "kind": option["kind"],
        "one_time": one_time,
        "cost_per_call": first["per_call"],
        "cost_parts": dict(first["own"]["parts"]),
        "escalation_cost_per_call": first["per_escalation"],
        "hit_rate": first["own"]["hit"],
        "cache_multiplier": first["own"]["multiplier"],
        "fixed_per_month": first["fixed"],
        "cash_per_month": first["calls"] * first["per_call"] + first["fixed"],
        "error_cost_per_month": first["error_cost"],
        "latency_cost_per_month": first["latency_cost"],
        "accuracy": first["accuracy"],
        "latency_s": first["latency"],
        "ttft_s": first["first"],
        "capacity": first["capacity"],
        "memory": _memory(option),
        "first_month_exceeded": exceeded,
        "retrain_cost": _retrain(case, option, full),
        "cumulative": [month["cumulative"] for month in months[:horizon]],
        "tco": last["cumulative"],
        "present_value": present,
        "calls_last_month": last["calls"],
        "cost_per_call_last_month": last["per_call"],
        "accuracy_last_month": last["accuracy"],
    }


# Break-even of a candidate against a baseline


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def _comparison(
    case: dict, lines: dict, figures: dict, baseline: str, candidate: str, full: bool, search_months: int
) -> dict:
    horizon, max_payback = case["horizon_months"], case["economics"]["max_payback_months"]
    b, c = figures[baseline], figures[candidate]
    cash = b["cost_per_call"] - c["cost_per_call"]
    effective = cash
    if full and b["accuracy"] is not None and c["accuracy"] is not None:
        effective += case["quality"]["cost_per_error"] * (c["accuracy"] - b["accuracy"])
    if full and b["latency_s"] is not None and c["latency_s"] is not None:
        waiting = case["latency"]["value_per_second"] * (1 - case["workload"]["batch_share"])
        effective += waiting * (b["latency_s"] - c["latency_s"])
    fixed_saving = b["fixed_per_month"] - c["fixed_per_month"]
    retrain_delta = _retrain_a_month(case, candidate, c) - _retrain_a_month(case, baseline, b)
    one_time = c["one_time"] - b["one_time"]
    net = case["workload"]["calls_per_month"] * effective + fixed_saving - retrain_delta

    static_months = advantage_lost = None
    if one_time <= MONEY and net >= -MONEY:
        status, static_months = "immediate", 0.0
    elif one_time < -MONEY and net < -MONEY:
        status, advantage_lost = "advantage_lost", one_time / net
    elif one_time > MONEY and net > MONEY:
        status, static_months = "pays_back", one_time / net
    else:
        status = "never"

    def volume(months: float) -> float | None:
        if effective <= MONEY_A_CALL:
            return None
        return _finite(max(0.0, (one_time / months - fixed_saving + retrain_delta) / effective))

    # D is summed from differences: two options that share their flows must not lose a small lead to rounding.
    pieces, level = [], one_time
    for month_b, month_c in zip(lines[baseline], lines[candidate], strict=True):
        start = level + (month_c["lump"] - month_b["lump"])
        level = start + (month_c["flow"] - month_b["flow"])
        pieces.append((start, level))
    crossed = _first_cross(pieces[:search_months])
    sustained = _sustained(pieces, max(horizon, max_payback))
    return {
        "one_time_delta": one_time,
        "saving_per_call_cash": cash,
        "saving_per_call_effective": effective,
        "fixed_saving_per_month": fixed_saving,
        "retrain_delta_per_month": retrain_delta,
        "net_saving_per_month": net,
        "status": status,
        "breakeven_calls": _finite(max(0.0, one_time) / effective) if effective > MONEY_A_CALL else None,
        "static_months": static_months,
        "static_weeks": None if static_months is None else static_months * 52 / 12,
        "first_cross_month": crossed,
        "sustained_month": sustained,
        "advantage_lost_month": advantage_lost,
        "crosses_within_horizon": crossed is not None and crossed <= horizon + SHARE,
        "within_max_payback": sustained is not None and sustained <= max_payback + SHARE,
        "volume_for_payback_12": volume(12),
        "volume_for_max_payback": volume(max_payback),
        "tco_saving": b["tco"] - c["tco"],
        "present_value_saving": b["present_value"] - c["present_value"],
    }


def _retrain_a_month(case: dict, name: str, figures: dict) -> float:
    every = case["options"][name]["tuning"]["retrain_every_months"]
    return figures["retrain_cost"] / every if every > 0 else 0.0


def _first_cross(pieces: list[tuple[float, float]]) -> float | None:
    """Give the infimum of the times t > 0 with D(t) ≤ 0; piece k runs from k (after its lump) to k + 1."""
    for k, (start, end) in enumerate(pieces):
        if start < -MONEY:
            return float(k)
        if start <= MONEY:
            if end <= MONEY:
                return float(k)
            continue  # starts at 0 and rises: does not count at its start
        if end <= MONEY:
            return k + min(1.0, start / (start - end))
    return None


def _sustained(pieces: list[tuple[float, float]], window: float) -> float | None:
    """Give the start of the spell with D ≤ 0 that lasts to the end of the window."""
    # Reading: a lump on the very end of the window belongs to the month after it, as in `cumulative`.
    last = math.ceil(window - SHARE) - 1
    start, end = pieces[last]
    length = window - last
    end = start + (end - start) * length
    if end > MONEY:
        return None
    k = last
    while True:
        if start > MONEY:
            return k + length * min(1.0, start / (start - end))
        if k == 0 or pieces[k - 1][1] > MONEY:
            return float(k)
        k, length = k - 1, 1.0
        start, end = pieces[k]


# The table of rules


def _wilson_lower(failures: int, trials: int) -> float:
    z = NormalDist().inv_cdf(0.975)
    p = failures / trials
    middle = p + z * z / (2 * trials)
    spread = z * math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    return (middle - spread) / (1 + z * z / trials)


class _Rules:
    """What the rules ask about options: accuracy, target, tco, and the choice among several."""

    def __init__(self, case: dict, figures: dict) -> None:
        self.options = case["options"]
        self.figures = figures
        self.target = case["quality"]["target"]
        self.margin = case["quality"]["margin"]
        self.files = {name: position for position, name in enumerate(self.options)}

    def kind(self, name: str) -> str:
        return self.options[name]["kind"]

    def tco(self, name: str) -> float:
        return self.figures[name]["tco"]

    def latency(self, name: str) -> float | None:
        return self.figures[name]["latency_s"]

    def accuracy(self, name: str) -> float | None:
        return _blend(self.options[name], self.options[name]["accuracy"])

    def meets(self, name: str) -> bool:
        if self.target is None:
            return True
        accuracy = self.accuracy(name)
        return accuracy is not None and accuracy >= self.target - SHARE

    def good_enough(self, name: str, base: str) -> bool:
        mine, theirs = self.accuracy(name), self.accuracy(base)
        return mine is None or theirs is None or mine >= theirs - self.margin - SHARE

    def cheapest(self, names: list[str]) -> str | None:
        """Give the lowest tco; ties to the earlier kind, then to the earlier in the file."""
        if not names:
            return None
        lowest = min(self.tco(name) for name in names)
        level = [name for name in names if self.tco(name) <= lowest + MONEY]
        return min(level, key=lambda name: (KINDS.index(self.kind(name)), self.files[name]))

    def choose(self, names: list[str]) -> str | None:
        known = [self.accuracy(name) for name in names if self.accuracy(name) is not None]
        best = max(known) if known else None
        pool = []
        for name in names:
            accuracy = self.accuracy(name)
            if self.target is not None:
                if self.meets(name):
                    pool.append(name)
            elif accuracy is None or accuracy >= best - self.margin - SHARE:
                pool.append(name)
        if not pool:
            for name in names:
                accuracy = self.accuracy(name)
                if best is None or (accuracy is not None and accuracy >= best - SHARE):
                    pool.append(name)
        return self.cheapest(pool)


def _recommend(case: dict, figures: dict, compare) -> dict:
    rules = _Rules(case, figures)
    options, evidence, calls = case["options"], case["evidence"], case["workload"]["calls_per_month"]
    fired: set[str] = set()
    blocked: set[str] = set()
    candidates = [name for name in options if options[name]["candidate"]]
    out: set[str] = set()

    def answer(verdict: str, strength: str, reason: str, base: str | None, is_option: bool = True) -> dict:
        left = [name for name in candidates if name not in out and rules.meets(name)]
        cheapest = None if "V0" in fired else rules.cheapest(left)
        accuracy = rules.accuracy(verdict) if is_option else None
        return {
            "verdict": verdict,
            "strength": strength,
            "reason": reason,
            "base": base,
            "fired": [rule for rule in ORDER_OF_RULES if rule in fired],
            "blocked": [rule for rule in ORDER_OF_RULES if rule in blocked],
            "cheapest": cheapest,
            "conflict": is_option and cheapest is not None and cheapest != verdict,
            "target_met": None if rules.target is None or accuracy is None else rules.meets(verdict),
        }

    # 1
    if calls <= SHARE:
        fired.add("V0")
        return answer("no_workload", "strong", "none", None, False)

    # 2
    tuned = [name for name in candidates if rules.kind(name) in TUNED_SIDE]
    for name in candidates:
        option, figure = options[name], figures[name]
        reasons = []
        if figure["first_month_exceeded"] is not None:
            reasons.append("V1")
        if figure["memory"] is not None and not figure["memory"]["fits"]:
            reasons.append("V1")
        if name in tuned and option["gpu"] is None:
            until = option["tuning"]["available_until"]
            if not evidence["provider_tunable"] or (until is not None and until < case["as_of"]):
                reasons.append("G5")
        if option["gpu"] is not None and not evidence["ops_capable"]:
            reasons.append("G6")
        for rule in reasons:
            out.add(name)
            fired.add(rule)
            if name in tuned:
                blocked.add(rule)

    # 3
    shape = evidence["knowledge"] != "none"
    target_s = case["latency"]["target_s"]
    prompt_side = [n for n in candidates if rules.kind(n) in PROMPT_SIDE and n not in out]
    right = ("rag", "cached_rag") if shape else ("prompt", "cached_prompt")
    base_set = [name for name in prompt_side if rules.kind(name) in right] or prompt_side
    base = rules.choose(base_set)
    tuned_left = [name for name in tuned if name not in out]
    if base is None:
        if tuned_left:
            fired.add("B0")
            # Reading: B0 is neither a capability nor an economic reason.
            return answer(rules.choose(tuned_left), "weak", "none", None)
        if "V1" in fired:
            blocked.add("V1")
        return answer("none_feasible", "strong", "none", None, False)

    tiers = []
    for name in prompt_side:
        if rules.kind(name) == "two_tier" and (not shape or options[name]["tokens"]["context"] > SHARE):
            tiers.append(name)
    tier = rules.choose(tiers)
    if tier is not None and tier != base:
        lower = rules.tco(tier) < rules.tco(base) - MONEY
        if rules.target is None:
            better = lower and rules.good_enough(tier, base)
        else:
            of_base, of_tier = rules.accuracy(base), rules.accuracy(tier)
            threshold = rules.target if of_base is None else min(rules.target, of_base)
            better = lower and of_tier is not None and of_tier >= threshold - SHARE
            better = better or (not rules.meets(base) and rules.meets(tier))
        if better:
            fired.add("P2")
            base = tier

    def too_slow(name: str) -> bool:
        latency = rules.latency(name)
        return target_s is not None and latency is not None and latency > target_s + SHARE

    def in_time(name: str) -> bool:
        latency = rules.latency(name)
        return latency is not None and latency <= target_s + SHARE

    if too_slow(base):
        faster = []
        for name in base_set:
            no_worse = rules.meets(name) or not rules.meets(base)
            if name != base and in_time(name) and rules.good_enough(name, base) and no_worse:
                faster.append(name)
        if faster:
            fired.add("P3")
            base = rules.choose(faster)

    # 4
    if not tuned:
        fired.add("N0")
        return answer(base, "moderate", "none", base)

    # 5
    # Reading: G1, G2 and G3 block whether or not an option is left to block; only the strength asks that.
    if evidence["examples"] < 500 - SHARE:
        fired.add("G3")
        blocked.add("G3")
    elif evidence["examples"] < 2000 - SHARE:
        fired.add("G4")
    if not evidence["evals_done"]:
        fired.add("G1")
        blocked.add("G1")

    # 6
    of_base = rules.accuracy(base)
    satisfied: dict[str, list[str]] = {}
    format_failures = evidence["format_failures"]
    if format_failures is not None and format_failures["trials"]:
        failures, trials = format_failures["failures"], format_failures["trials"]
        if _wilson_lower(failures, trials) > 0.05 + SHARE:
            satisfied["C1"] = list(tuned_left)
        elif failures / trials > 0.05 + SHARE:
            fired.add("C1?")
    if evidence["vocabulary_gap"]:
        satisfied["C2"] = []
        for name in tuned_left:
            accuracy = rules.accuracy(name)
            if of_base is None or accuracy is None or accuracy - of_base > rules.margin + SHARE:
                satisfied["C2"].append(name)
        if tuned_left and not satisfied["C2"]:
            fired.add("CX")
    if too_slow(base):
        satisfied["C3"] = [n for n in tuned_left if in_time(n) and rules.good_enough(n, base)]
    if evidence["proprietary_reasoning"]:
        satisfied["C4"] = list(tuned_left)
    if rules.target is not None and of_base is not None and of_base < rules.target - SHARE:
        satisfied["C5"] = [name for name in tuned_left if rules.meets(name)]
    satisfied = {rule: names for rule, names in satisfied.items() if names}
    fired.update(satisfied)
    if evidence["refusals_are_the_problem"]:
        fired.add("CR")

    # 7
    if not satisfied and not evidence["caching_tested"]:
        fired.add("G2")
        blocked.add("G2")

    # 8
    if not tuned_left or fired & {"G1", "G2", "G3"}:
        fired.add("S1")
        strong = bool(tuned_left) and bool(fired & {"G1", "G3"})
        return answer(base, "strong" if strong else "moderate", "none", base)

    # 9
    if not satisfied:
        qualified = []
        for name in tuned_left:
            pays = compare(base, name)["within_max_payback"]
            at_target = rules.meets(name) or not rules.meets(base)
            if pays and at_target and rules.good_enough(name, base):
                qualified.append(name)
        strength = None
        if shape and calls < 2_000_000 - SHARE:
            rule = "E1"
        elif shape and qualified and evidence["stable_workload"]:
            rule, strength = ("E2", "weak") if calls < 5_000_000 - SHARE else ("E3", "moderate")
        elif not shape and qualified:
            rule, strength = "E4", "moderate"
        else:
            rule = "E5"
        fired.add(rule)
        if strength is None:
            return answer(base, "strong" if rule == "E1" else "moderate", "none", base)
        going, reason = qualified, "economics"
    else:
        going = [name for name in tuned_left if any(name in names for names in satisfied.values())]
        strength, reason = "strong", "capability"

    # 10. An economic reason is a fired reason too: "capability is strong" says only where its strength comes from.
    if any(rules.meets(name) for name in going):
        going = [name for name in going if rules.meets(name)]
    hybrids = [name for name in going if rules.kind(name) == "hybrid"]
    hosted = rules.choose([name for name in going if rules.kind(name) == "fine_tune_hosted"])
    own = [name for name in going if rules.kind(name) == "fine_tune_self_hosted"]
    worth = []
    for name in own:
        tokens = options[name]["tokens"]
        volume = calls * (tokens["prefix"] + tokens["user"] + tokens["context"] + tokens["output"])
        cheaper = hosted is None or rules.tco(name) < rules.tco(hosted) - MONEY
        if volume > 20_000_000 + SHARE and cheaper:
            worth.append(name)
    if shape and hybrids:
        rule, verdict = "Y1", rules.choose(hybrids)
    elif worth:
        rule, verdict = "H1", rules.choose(worth)
    elif hosted is None and own:
        rule, verdict = "H3", rules.choose(own)
    elif hosted is not None:
        rule, verdict = "H2", hosted
    else:
        rule, verdict = "Y2", rules.choose(hybrids)
    fired.add(rule)

    # 11
    notches = ["strong", "moderate", "weak"]
    if rules.accuracy(verdict) is None or of_base is None:
        fired.add("Q0")
    lowered = notches.index(strength) + len(fired & {"G4", "Q0"})
    return answer(verdict, notches[min(2, lowered)], reason, base)
