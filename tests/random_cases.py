"""Case files for tests: a seeded generator over the whole of the schema, and named edge cases.

Both give the mapping that a YAML reader would give, valid by the rules of the case file, prices explicit.
"""

from __future__ import annotations

import copy
import math
from datetime import date, timedelta
from random import Random

PROMPT_SIDE = ("prompt", "cached_prompt", "rag", "cached_rag", "two_tier")
TUNED_SIDE = ("fine_tune_hosted", "fine_tune_self_hosted", "hybrid")
BLOCKS = ("tokens", "price", "cache", "retrieval", "tuning", "gpu", "escalation", "response")
TIERS = ((3.0, 15.0), (2.5, 10.0), (1.0, 5.0), (0.8, 4.0), (0.25, 2.0), (0.15, 0.6), (0.05, 0.4))


def random_case(seed: int) -> dict:
    """Give a valid raw case file; the same seed gives the same case."""
    return _Maker(seed).case()


class _Maker:
    """One case in the making: `raw` as the file has it, `seen` what each option comes to after `like`."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.regime = self.random.choices(
            ("plain", "economics", "capability", "constrained"), weights=(30, 30, 28, 12)
        )[0]
        self.raw: dict[str, dict] = {}
        self.seen: dict[str, dict] = {}
        # Whether everything must have a known accuracy, or latency, for the case to be valid.
        self.errors_cost = self.chance(0.35)
        self.seconds_cost = self.chance(0.2)
        self.accuracy = round(self.random.uniform(0.55, 0.97), self.random.choice((2, 3)))
        self.as_of = date(2026, 1, 1) + timedelta(days=self.random.randrange(700))

    # Small helpers

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, *choices):
        return self.random.choice(choices)

    def between(self, low: float, high: float, digits: int = 3) -> float:
        return round(self.random.uniform(low, high), digits)

    def number(self, likely, low=0.0, high=math.inf):
        """Write a number in one of the ways a case file allows."""
        roll = self.random.random()
        if roll < 0.72:
            return likely
        if roll < 0.8:
            return {
                "value": likely,
                "source": "gateway logs",
                "status": self.pick("stated", "derived", "assumed"),
            }
        if roll < 0.82 and isinstance(likely, float):
            return f"{likely!r}" if "e" in repr(likely) else likely
        spread = abs(likely) * self.random.uniform(0.05, 0.5)
        down, up = max(low, likely - spread), min(high, likely + spread)
        if isinstance(likely, int):
            # Whole numbers stay whole, and those above 0 stay above it, for some fields have to.
            down, up = max(math.floor(down), min(likely, 1)), math.ceil(up)
            up = likely if up > high else up
        triple = [down, likely, up]
        if roll < 0.94:
            return triple
        return {"value": triple, "source": "interview", "status": self.pick("stated", "assumed")}

    def some(self, fields: dict, keep: float = 0.6) -> dict:
        """Leave some fields out, so that their defaults count."""
        return {key: value for key, value in fields.items() if self.chance(keep)}

    # The top of the file

    def case(self) -> dict:
        count = self.random.choices(range(1, 13), weights=(3, 8, 13, 15, 14, 11, 8, 6, 5, 4, 3, 3))[0]
        kinds = self.kinds(count)
        for kind in kinds:
            self.add_option(kind)
        self.add_escalations()
        self.tell_who_is_no_candidate()
        case: dict = {"client": f"Client {self.random.randrange(10**6)}", "as_of": self.as_of}
        if self.chance(0.1):
            case["as_of"] = self.as_of.isoformat()
        case.update(self.top())
        case["workload"] = self.workload()
        for key, block in (
            ("economics", self.economics()),
            ("quality", self.quality()),
            ("latency", self.latency()),
            ("evidence", self.evidence()),
        ):
            if block or self.chance(0.3):
                case[key] = block
        names = list(self.raw)
        if self.chance(0.2):
            self.random.shuffle(names)  # `like` and `to` may name an option that comes later
        case["options"] = {name: self.raw[name] for name in names}
        self.add_pairs(case, names)
        return case

    def kinds(self, count: int) -> list[str]:
        first = self.pick("prompt", "cached_prompt", "rag", "cached_rag", "prompt", "rag", "two_tier")
        tuned = {"plain": 0.4, "economics": 0.6, "capability": 0.6, "constrained": 0.4}[self.regime]
        kinds = [first]
        for _ in range(count - 1):
            if self.chance(tuned):
                kinds.append(self.pick(*TUNED_SIDE))
            else:
                kinds.append(self.pick(*PROMPT_SIDE))
        return kinds

    def top(self) -> dict:
        pick = self.pick
        fields = {
            "title": "Whether to tune",
            "prepared_by": "A. Consultant",
            "confidentiality": "internal",
            "memo_date": self.as_of + timedelta(days=3),
            "decision": {"ask": "approve the base", "by": "2027-01-15", "owner": "CTO"},
            "language": "en",
            "notes": "Sizes are from one week of logs.",
            "currency": pick("USD", "EUR"),
            "constraints": [
                {"name": "residency", "wanted": "EU", "found": "EU", "status": pick("pass", "open")}
            ],
        }
        fields = self.some(fields, 0.15)
        if self.chance(0.7):
            fields["horizon_months"] = self.number(pick(1, 2, 3, 6, 12, 12, 18, 24, 24, 36, 60, 120), 1, 120)
        if self.chance(0.2):
            fields["hours_per_month"] = self.number(pick(720, 730, 744, 100.5), 1, 744)
        return fields

    def workload(self) -> dict:
        if self.chance(0.03):
            calls = 0
        elif self.regime == "economics":
            calls = self.pick(250_000, 1_999_999, 2_000_000, 3_500_000, 4_999_999, 5_000_000, 9_000_000)
        else:
            calls = self.pick(1, 900, 15_000, 40_000, 100_000, 250_000, 600_000, 1_500_000, 6_000_000)
            calls = round(calls * self.random.uniform(0.5, 1.5)) if self.chance(0.5) else calls
        fields = {
            "growth_per_month": self.number(self.pick(0, 0.01, 0.03, 0.1, -0.05, -0.2, 0.5, -0.5), -0.5, 0.5),
            "peak_factor": self.number(self.pick(1, 2, 3, 5, 10.5, 50), 1, 50),
            "active_hours_per_month": self.number(self.pick(1, 100, 220, 730, 744), 1, 744),
            "batch_share": self.number(self.pick(0, 0.25, 0.5, 1, 1), 0, 1),
        }
        return {"calls_per_month": self.number(calls) if calls else 0, **self.some(fields, 0.4)}

    def economics(self) -> dict:
        fields = {
            "labour_rate": self.number(self.pick(0, 50, 100, 150)),
            "discount_rate": self.number(self.pick(0, 0.08, 0.15, 1), 0, 1),
            "price_decline": self.number(self.pick(0, 0.2, 0.5, 0.95), 0, 0.95),
            "gpu_price_decline": self.number(self.pick(0, 0.1, 0.3), 0, 0.95),
            "max_payback_months": self.number(self.pick(1, 6, 7.5, 12, 18, 24, 36, 120), 0.5, 120),
        }
        return self.some(fields, 0.35)

    def quality(self) -> dict:
        fields = {}
        if self.errors_cost:
            fields["cost_per_error"] = self.number(self.pick(0.001, 0.01, 0.1, 0.34, 2, 25))
        if self.chance(0.55):
            target = self.accuracy + self.pick(-0.05, -0.01, 0, 0, 0, 0.005, 0.02, 0.03, 0.06)
            fields["target"] = self.number(round(min(1.0, max(0.0, target)), 4), 0, 1)
        elif self.chance(0.2):
            fields["target"] = None
        if self.chance(0.4):
            fields["margin"] = self.number(self.pick(0, 0.01, 0.02, 0.05, 0.3), 0, 1)
        return fields

    def latency(self) -> dict:
        fields = {}
        if self.seconds_cost:
            fields["value_per_second"] = self.number(self.pick(0.00001, 0.0001, 0.001, 0.01))
        if self.chance(0.55):
            fields["target_s"] = self.number(self.pick(0.3, 0.8, 1.5, 2, 3, 5))
        return fields

    def evidence(self) -> dict:
        claims = {"plain": 0.25, "economics": 0.03, "capability": 0.55, "constrained": 0.25}[self.regime]
        ready = 0.93 if self.regime in ("economics", "capability") else 0.6
        fields: dict = {
            "evals_done": self.chance(ready),
            "caching_tested": self.chance(ready),
            "stable_workload": self.chance(0.75),
            "ops_capable": self.chance(0.1 if self.regime == "constrained" else 0.85),
            "refusals_are_the_problem": self.chance(0.12),
            "provider_tunable": self.chance(0.92),
            "vocabulary_gap": self.chance(claims),
            "proprietary_reasoning": self.chance(claims * 0.5),
        }
        fields = {key: value for key, value in fields.items() if value or self.chance(0.3)}
        knowledge = self.pick("none", "none", "static", "fresh")
        if knowledge != "none" or self.chance(0.5):
            fields["knowledge"] = knowledge
        examples = self.pick(0, 499, 500, 1_200, 1_999, 2_000, 2_000, 5_000, 8_000, 20_000, 60_000)
        if ready > 0.9 and examples < 500 and self.chance(0.7):
            examples = 3_000
        if examples or self.chance(0.3):
            fields["examples"] = self.number(examples) if examples else 0
        if self.chance(claims):
            fields["format_failures"] = self.format_failures()
        elif self.chance(0.1):
            fields["format_failures"] = None
        return fields

    def format_failures(self) -> dict:
        failures, trials = self.pick(
            (0, 1),
            (1, 1),
            (0, 50),
            (3, 40),
            (5, 100),
            (6, 100),
            (9, 100),
            (12, 200),
            (16, 200),
            (17, 200),
            (18, 200),
        )
        return {"failures": failures, "trials": self.number(trials, trials) if self.chance(0.2) else trials}

    # Options

    def add_option(self, kind: str) -> None:
        name = self.name(kind)
        option: dict = {"kind": kind}
        if self.chance(0.3):
            option["label"] = f"{kind.replace('_', ' ')} no. {len(self.raw) + 1}"
        if self.raw and self.chance(0.3):
            parent = self.pick(*self.raw)
            option["like"] = parent
            self.override(option, parent)
        else:
            self.root(option, kind)
        self.raw[name] = option
        self.seen[name] = self.come_to(option)

    def name(self, kind: str) -> str:
        short = {"fine_tune_hosted": "ft_hosted", "fine_tune_self_hosted": "ft_self"}.get(kind, kind)
        name = self.pick(short, short, short.replace("_", "-"), f"{len(self.raw) + 1}_{short}")
        while name in self.raw:
            name += self.pick("_b", "-2", "x")
        return name

    def come_to(self, option: dict) -> dict:
        """Merge an option with what it inherits, block by block and field by field."""
        if "like" not in option:
            return copy.deepcopy(option)
        merged = copy.deepcopy(self.seen[option["like"]])
        for key, value in option.items():
            if key in BLOCKS and value is None:
                merged.pop(key, None)
            elif key in BLOCKS:
                merged[key] = {**merged.get(key, {}), **copy.deepcopy(value)}
            else:
                merged[key] = value
        return merged

    def root(self, option: dict, kind: str) -> None:
        tuned = kind in TUNED_SIDE
        retrieves = kind in ("rag", "cached_rag", "hybrid") or (kind == "two_tier" and self.chance(0.6))
        option.update(self.quality_of(kind))
        option["tokens"] = self.tokens(kind, retrieves)
        if kind == "fine_tune_self_hosted":
            on_gpu = self.chance(0.9)
        elif kind == "hybrid":
            on_gpu = self.chance(0.35)
        elif self.regime == "constrained":
            on_gpu = self.chance(0.85 if kind in PROMPT_SIDE else 0.3)
        else:
            on_gpu = self.chance(0.04)
        if on_gpu:
            option["gpu"] = self.gpu()
        if not on_gpu or self.chance(0.1):
            option["price"] = self.price(tuned)
        if kind in ("cached_prompt", "cached_rag") or self.chance(0.2):
            option["cache"] = self.cache(option["tokens"]["prefix"])
        if retrieves or self.chance(0.05):
            option["retrieval"] = self.retrieval()
        if tuned or self.chance(0.04):
            option["tuning"] = self.tuning()
        if self.seconds_cost or self.chance(0.65):
            option["response"] = self.response(tuned, complete=self.seconds_cost)

    def quality_of(self, kind: str) -> dict:
        fields: dict = {}
        if self.errors_cost or self.chance(0.85):
            fields["accuracy"] = self.an_accuracy(kind)
        elif self.chance(0.3):
            fields["accuracy"] = None
        if self.chance(0.15):
            fields["gain_pp_per_month"] = self.number(self.pick(0.1, 0.5, -0.2, 5), -100, 100)
        if self.chance(0.15):
            fields["drift_pp_per_quarter"] = self.number(self.pick(2, 5, -1, 40), -100, 100)
        if self.chance(0.3):
            fields["build_hours"] = self.number(self.pick(0, 8, 40, 400))
        return fields

    def an_accuracy(self, kind: str):
        steps = [-0.05, -0.02, -0.01, 0, 0, 0, 0.005, 0.01]
        steps += [0, 0.02, 0.03, 0.06, 0.1] if kind in TUNED_SIDE else [-0.1]
        if self.chance(0.02):
            return self.pick(0, 1)
        return self.number(round(min(1.0, max(0.0, self.accuracy + self.pick(*steps))), 4), 0, 1)

    def tokens(self, kind: str, retrieves: bool) -> dict:
        sizes = (0, 200, 600) if kind in TUNED_SIDE else (0, 400, 1_023, 1_024, 1_025, 3_200, 4_000, 8_000)
        tokens: dict = {
            "prefix": self.pick(*sizes),
            "user": self.number(self.pick(0, 50, 300, 1_000, 6_100)),
            "output": self.number(self.pick(0, 10, 120, 400, 1_000, 850.5)),
        }
        if retrieves or self.chance(0.05):
            tokens["context"] = self.number(self.pick(500, 1_000, 2_000, 2_000, 20_000))
        return tokens

    def price(self, tuned: bool) -> dict:
        rates = self.pick(*(TIERS[2:] if tuned else TIERS))
        price: dict = {"input": self.number(rates[0]), "output": self.number(rates[1])}
        if self.chance(0.5 if tuned else 0.05):
            price["input_premium"] = self.number(self.pick(0, 0.25, 0.3, 0.5, -0.4, -1), -1)
            price["output_premium"] = self.number(self.pick(0, 0.25, 0.5, 1), -1)
        if self.chance(0.4):
            price["batch_discount"] = self.number(self.pick(0, 0.5, 0.5, 1), 0, 1)
        return price

    def cache(self, prefix: int) -> dict:
        cache: dict = {"enabled": self.chance(0.9)}
        arrivals = self.pick("sliding", "sliding", "fixed", "given")
        if arrivals != "sliding" or self.chance(0.3):
            cache["arrivals"] = arrivals
        if arrivals == "given":
            cache["hit_rate"] = self.number(self.pick(0, 0.2174, 0.5, 0.9, 1), 0, 1)
        cache["minimum_tokens"] = self.pick(0, 1_024, prefix, prefix + 1, max(0, prefix - 1))
        fields = {
            "ttl_minutes": self.number(self.pick(5, 60, 1.5)),
            "prompt_variants": self.number(self.pick(1, 2, 20, 60), 1),
            "write_multiplier": self.number(self.pick(1, 1.25, 2)),
            "read_multiplier": self.number(self.pick(0, 0.1, 0.25, 0.5)),
            "context_share": self.number(self.pick(0, 0.3, 1), 0, 1),
        }
        return {**cache, **self.some(fields, 0.35)}

    def retrieval(self) -> dict:
        number, pick = self.number, self.pick
        fields = {
            "query_tokens": number(pick(0, 50, 50.5)),
            "embedding_price": number(pick(0.02, 0.13)),
            "vector_db_per_month": number(pick(0, 50, 500)),
            "vector_db_minimum_per_month": number(pick(0, 25, 100)),
            "corpus_tokens": number(pick(0, 5_000_000, 3_000_000_000)),
            "reindex_share_per_month": number(pick(0, 0.05, 1, 2.5)),
            "reindex_hours_per_month": number(pick(0, 4, 20)),
            "reembed_every_months": number(pick(0, 6, 12)),
            "rerank_price_per_query": number(pick(0, 0.001, 0.002)),
            "build_hours": number(pick(0, 40, 120)),
        }
        return self.some(fields, 0.55)

    def tuning(self) -> dict:
        number, pick = self.number, self.pick
        cheap = self.regime == "economics" and self.chance(0.7)
        fields: dict = {
            "examples": number(pick(500, 2_000, 8_000)),
            "tokens_per_example": number(pick(250, 900, 2_000)),
            "price_per_million_tokens": number(pick(1.5, 5, 25)),
        }
        fields = self.some(fields, 0.9)
        extra = {
            "epochs": number(pick(1, 2, 3), 0),
            "runs": number(pick(1, 3), 0),
            "label_cost_per_example": number(pick(0, 0.05, 0.5)),
            "curation_hours": number(pick(0, 40, 80, 200)),
            "eval_cost": number(pick(0, 200, 1_500)),
            "retrain_share": number(pick(0, 0.25, 1)),
            "retrain_hours": number(pick(0, 2, 12)),
            "retrain_eval_cost": number(pick(0, 50, 300)),
            "hosting_per_month": number(pick(0, 100, 1_400)),
            "hosting_per_hour": number(pick(0, 0.5, 1.7)),
        }
        fields.update(self.some(extra, 0.15 if cheap else 0.4))
        if self.chance(0.5):
            fields["training_cost"] = number(pick(0, 50, 1_400, 2_200, 5_000, 8_000, 60_000))
        elif self.chance(0.1):
            fields["training_cost"] = None
        if self.chance(0.45):
            fields["retrain_every_months"] = number(pick(0, 1, 1, 3, 3, 6, 12)) if not cheap else 0
        if self.chance(0.15):
            fields["available_until"] = self.as_of + timedelta(days=pick(-400, -1, 0, 1, 200))
        return fields

    def gpu(self) -> dict:
        number, pick = self.number, self.pick
        gpu: dict = {
            "price_per_hour": number(pick(0, 0.65, 1.2, 2.5, 4)),
            "prefill_tokens_per_second": number(pick(2_500, 8_000, 15_000, 60_000)),
            "decode_tokens_per_second": number(pick(300, 900, 2_500, 12_000)),
        }
        least, most = pick((1, 1), (1, 2), (1, 8), (2, 2), (0, 4), (3, 40))
        if self.chance(0.5):
            gpu["minimum_replicas"] = least
            if self.chance(0.7):
                gpu["maximum_replicas"] = most
        elif self.chance(0.3):
            gpu["maximum_replicas"] = max(1, most)
        fields = {
            "target_utilisation": number(pick(0.5, 0.7, 1), 0.01, 1),
            "ops_hours_per_month": number(pick(0, 8, 15, 60)),
            "other_per_month": number(pick(0, 30, 400)),
        }
        gpu.update(self.some(fields, 0.4))
        if self.chance(0.35):
            gpu["memory_gb"] = number(pick(24, 48, 80))
            gpu["parameters_billion"] = number(pick(7, 8, 13, 24, 32.5))
            gpu.update(
                self.some(
                    {
                        "bits_per_weight": number(pick(4, 8, 16)),
                        "kv_bytes_per_token": number(pick(0, 131_072, 262_144)),
                        "concurrent_tokens": number(pick(0, 16_000, 60_000)),
                    }
                )
            )
        return gpu

    def response(self, tuned: bool, complete: bool) -> dict:
        prefill = self.pick(15_000, 30_000) if tuned else self.pick(5_000, 8_000, 15_000)
        decode = self.pick(120, 200, 400) if tuned else self.pick(60, 80, 150)
        fields: dict = {
            "overhead_s": self.number(self.pick(0, 0.2, 0.35, 0.6)),
            "prefill_tokens_per_second": self.number(prefill),
            "decode_tokens_per_second": self.number(decode),
        }
        if not complete and self.chance(0.15):
            del fields[self.pick("prefill_tokens_per_second", "decode_tokens_per_second")]
        if self.chance(0.2):
            fields["cached_speedup"] = self.number(self.pick(1, 4, 10))
        return fields

    def override(self, option: dict, parent: str) -> None:
        """Give a child some fields of its own; with none it is an exact tie of its parent."""
        seen = self.seen[parent]
        if self.chance(0.3):
            return
        if self.chance(0.4):
            option.update(self.quality_of(option["kind"]))
        if self.chance(0.3):
            option["tokens"] = self.some(self.tokens(option["kind"], self.chance(0.5)), 0.6)
        priced = {"input", "output"} <= set(seen.get("price", {}))
        if self.chance(0.2) and priced:
            option["price"] = self.some(self.price(False), 0.5)
        if "gpu" in seen and self.chance(0.25):
            option["gpu"] = None
            if not priced:
                option["price"] = self.price(option["kind"] in TUNED_SIDE)
        elif "gpu" in seen and self.chance(0.2):
            option["gpu"] = {"price_per_hour": self.number(self.pick(0.4, 3))}
        elif "gpu" not in seen and option["kind"] == "fine_tune_self_hosted" and self.chance(0.7):
            option["gpu"] = self.gpu()
        if self.chance(0.2):
            option["cache"] = self.cache(self.pick(600, 3_200))
        elif "cache" in seen and self.chance(0.3):
            option["cache"] = self.pick(None, {"enabled": False}, {"enabled": True, "ttl_minutes": 60})
        if "retrieval" in seen and self.chance(0.2):
            option["retrieval"] = self.pick(None, {"vector_db_per_month": 250})
        if self.chance(0.5 if option["kind"] in TUNED_SIDE and "tuning" not in seen else 0.15):
            option["tuning"] = self.tuning()
        elif "tuning" in seen and self.chance(0.2):
            option["tuning"] = self.pick(None, {"retrain_every_months": 3}, {"training_cost": None})
        if "response" in seen and not self.seconds_cost and self.chance(0.1):
            option["response"] = self.pick(None, {"overhead_s": 0.1})

    # Escalation: who escalates is settled first, then to whom, for a target may do neither nor have a GPU

    def add_escalations(self) -> None:
        plan: dict[str, str] = {}
        escalates: dict[str, bool] = {}
        for name, option in self.raw.items():
            share = {"two_tier": 0.95, "hybrid": 0.7}.get(option["kind"], 0.06)
            if escalates.get(option.get("like", ""), False):
                plan[name] = self.pick("inherit", "inherit", "rate", "null", "own")
                escalates[name] = plan[name] != "null"
            else:
                escalates[name] = self.chance(share)
                plan[name] = "own" if escalates[name] else "none"
        targets = [name for name in self.raw if not escalates[name] and "gpu" not in self.seen[name]]
        for name, what in plan.items():
            if what == "null":
                self.raw[name]["escalation"] = None
            elif what == "rate":
                self.raw[name]["escalation"] = {"rate": self.number(self.pick(0, 0.05, 0.3, 1), 0, 1)}
            elif what == "own":
                self.raw[name]["escalation"] = self.escalation(name, targets)

    def escalation(self, name: str, targets: list[str]) -> dict:
        escalation: dict = {"rate": self.number(self.pick(0, 0.05, 0.12, 0.3, 0.5, 1), 0, 1)}
        if self.chance(0.7):
            escalation["mode"] = self.pick("cascade", "router")
        if self.chance(0.4):
            escalation["router_cost"] = self.number(self.pick(0, 0.00005, 0.0004))
        if targets and self.chance(0.6):
            escalation["to"] = self.pick(*targets)
            return escalation
        priced = [
            n for n in targets if n != name and {"input", "output"} <= set(self.seen[n].get("price", {}))
        ]
        if priced and self.chance(0.2):
            inline: dict = {"like": self.pick(*priced), "accuracy": self.an_accuracy("hybrid")}
        else:
            inline = {"tokens": self.tokens("rag", self.chance(0.5)), "price": self.price(False)}
            if self.errors_cost or self.chance(0.85):
                inline["accuracy"] = self.an_accuracy("hybrid")
            if self.seconds_cost or self.chance(0.65):
                inline["response"] = self.response(False, complete=self.seconds_cost)
            if self.chance(0.3):
                inline["cache"] = self.cache(inline["tokens"]["prefix"])
            if self.chance(0.15):
                inline["retrieval"] = self.retrieval()
        if self.chance(0.3):
            inline["kind"] = self.pick("prompt", "rag")
        escalation["to"] = inline
        return escalation

    # Who is compared

    def tell_who_is_no_candidate(self) -> None:
        prompt_side = [name for name, option in self.raw.items() if option["kind"] in PROMPT_SIDE]
        for name, option in self.raw.items():
            if self.chance(0.08) and prompt_side != [name]:
                option["candidate"] = False
                prompt_side = [other for other in prompt_side if other != name]
            elif self.chance(0.05):
                option["candidate"] = True

    def add_pairs(self, case: dict, names: list[str]) -> None:
        if self.chance(0.4):
            case["current"] = self.pick(*names)
        pairs: list[list[str]] = []
        if len(names) > 1 and self.chance(0.2):
            for _ in range(self.random.randrange(1, 5)):
                pair = self.random.sample(names, 2)
                if pair not in pairs:
                    pairs.append(pair)
            case["compare"] = pairs
        # Only somebody whom nothing refers to may keep an unknown accuracy while errors cost something.
        leaned_on = {option.get("like") for option in self.raw.values()} | {case.get("current")}
        leaned_on |= {name for pair in pairs for name in pair}
        for option in self.raw.values():
            to = (option.get("escalation") or {}).get("to")
            leaned_on.add(to["like"] if isinstance(to, dict) and "like" in to else None)
            leaned_on.add(to if isinstance(to, str) else None)
        for name, option in self.raw.items():
            if option.get("candidate") is False and name not in leaned_on and self.chance(0.5):
                option["accuracy"] = None


# Edge cases by name


def _option(kind: str, prices: tuple[float, float], accuracy: float | None = 0.9, **blocks) -> dict:
    tokens = blocks.pop("tokens", {"prefix": 0, "user": 1_000, "output": 100})
    price = {"input": prices[0], "output": prices[1]}
    option = {"kind": kind, "tokens": tokens, "price": {**price, **blocks.pop("price", {})}}
    return {**option, "accuracy": accuracy, **blocks}


def _edge(options: dict, calls: float = 100_000, **blocks) -> dict:
    ready = {"evals_done": True, "caching_tested": True, "stable_workload": True, "ops_capable": True}
    evidence = {**ready, "examples": 5_000, **blocks.pop("evidence", {})}
    return {
        "client": "Edge",
        "as_of": date(2026, 10, 1),
        "workload": {"calls_per_month": calls, **blocks.pop("workload", {})},
        "evidence": evidence,
        "options": options,
        **blocks,
    }


def _pair(saving: float = 0.001, cost: float = 1_200, **tuning) -> dict[str, dict]:
    """Give a prompt at $0.002 a call beside a tuned option that saves so much on each."""
    prompt = _option("prompt", (2.0, 0.0))
    tuned = _option("fine_tune_hosted", (round((0.002 - saving) * 1_000, 9), 0.0))
    return {"plain": prompt, "tuned": {**tuned, "tuning": {"training_cost": cost, **tuning}}}


def _cached(cache: dict, prefix: int = 2_000) -> dict[str, dict]:
    tokens = {"prefix": prefix, "user": 200, "output": 100}
    plain = _option("prompt", (3.0, 15.0), tokens=tokens)
    return {"plain": plain, "cached": {"kind": "cached_prompt", "like": "plain", "cache": cache}}


def _tier(mode: str) -> dict[str, dict]:
    speeds = {"overhead_s": 0.3, "prefill_tokens_per_second": 10_000, "decode_tokens_per_second": 100}
    large = _option("prompt", (3.0, 15.0), 0.95, response=speeds)
    escalation = {"rate": 0.2, "mode": mode, "router_cost": 0.00005, "to": "large"}
    return {
        "large": large,
        "small": {**_option("two_tier", (0.25, 1.25), 0.9, response=speeds, escalation=escalation)},
    }


def edge_cases() -> dict[str, dict]:
    """Give named raw cases, one for each corner that a wrong reading would round off."""
    gpu = {"price_per_hour": 1.0, "prefill_tokens_per_second": 1_000, "decode_tokens_per_second": 100}
    hosted = _option("fine_tune_hosted", (1.0, 5.0), tuning={"training_cost": 500})
    on_gpu = {"kind": "prompt", "accuracy": 0.9, "tokens": {"user": 1_000, "output": 100}, "gpu": gpu}
    slow_start = {
        **_option("fine_tune_hosted", (1.0, 0.0)),
        "tuning": {"training_cost": 300, "hosting_per_month": 150},
    }
    drifting = {"kind": "fine_tune_hosted", "like": "plain", "drift_pp_per_quarter": 60, "accuracy": 0.05}
    growing = {"kind": "prompt", "like": "plain", "gain_pp_per_month": 3}
    return {
        "zero_calls": _edge(_pair(), calls=0),
        "zero_saving": _edge(_pair(0.0)),
        "negative_saving": _edge(_pair(-0.001)),
        "exact_month_boundary": _edge(_pair(0.001, 1_200)),
        "exact_month_boundary_inside": _edge(_pair(0.001, 500), economics={"max_payback_months": 5}),
        "one_cent_over_the_boundary": _edge(_pair(0.001, 1_200.01)),
        "duplicate_options": _edge({**_pair(), "same": {"kind": "prompt", "like": "plain"}}),
        "growth": _edge(_pair(0.0005, 3_000), workload={"growth_per_month": 0.1}, horizon_months=24),
        "decline": _edge(_pair(0.001, 900), workload={"growth_per_month": -0.1}, horizon_months=24),
        "monthly_retraining_never_pays": _edge(_pair(0.001, 500, retrain_every_months=1), horizon_months=24),
        "quarterly_retraining_crosses_twice": _edge(
            # $1,000 against $400 a month: even at 2.5, pushed back by $500 at month 4, even for good at 3.75.
            _pair(0.001, 1_000, retrain_every_months=3, retrain_share=0.5),
            calls=400_000,
        ),
        "hit_rate_0": _edge(_cached({"enabled": True, "arrivals": "given", "hit_rate": 0})),
        "hit_rate_1": _edge(_cached({"enabled": True, "arrivals": "given", "hit_rate": 1})),
        "hit_rate_fixed": _edge(_cached({"enabled": True, "arrivals": "fixed"}), calls=8_760),
        "prefix_one_under_the_minimum": _edge(_cached({"enabled": True, "minimum_tokens": 1_024}, 1_023)),
        "prefix_at_the_minimum": _edge(_cached({"enabled": True, "minimum_tokens": 1_024}, 1_024)),
        "capacity_exceeded_by_growth_later": _edge(
            {
                "plain": _option("prompt", (3.0, 15.0)),
                "self": {**on_gpu, "kind": "fine_tune_self_hosted", "gpu": {**gpu, "maximum_replicas": 1}},
            },
            workload={"growth_per_month": 0.3, "peak_factor": 3},
        ),
        "memory_too_small": _edge(
            {
                "plain": _option("prompt", (3.0, 15.0)),
                "self": {
                    **on_gpu,
                    "kind": "fine_tune_self_hosted",
                    "gpu": {**gpu, "memory_gb": 48, "parameters_billion": 32.5},
                },
            }
        ),
        "price_decline_and_discount": _edge(
            _pair(0.001, 900),
            horizon_months=36,
            economics={"price_decline": 0.4, "gpu_price_decline": 0.2, "discount_rate": 0.1},
        ),
        "all_batch": _edge(
            {
                "plain": _option("prompt", (3.0, 15.0), price={"batch_discount": 0.5}),
                "tuned": {**hosted, "price": {"input": 1.0, "output": 5.0, "batch_discount": 1}},
            },
            workload={"batch_share": 1},
        ),
        "cascade": _edge(_tier("cascade")),
        "router": _edge(_tier("router")),
        "advantage_lost": _edge(
            {"plain": _pair()["tuned"] | {"kind": "prompt"}, "dear": _option("prompt", (1.5, 0.0))}
        )
        | {"compare": [["plain", "dear"], ["dear", "plain"]]},
        "pays_only_after_growth": _edge(
            {"plain": _option("prompt", (2.0, 0.0)), "tuned": slow_start},
            workload={"growth_per_month": 0.05},
            horizon_months=36,
        ),
        "accuracy_clipped_at_1_and_at_0": _edge(
            {"plain": _option("prompt", (1.0, 5.0), 0.97), "better": growing, "worse": drifting},
            quality={"cost_per_error": 0.01},
            horizon_months=24,
        ),
        "no_base": _edge({"self": on_gpu, "tuned": hosted}, evidence={"ops_capable": False}),
        "none_feasible": _edge(
            {"self": {**on_gpu, "gpu": {**gpu, "memory_gb": 24, "parameters_billion": 70}}, "tuned": hosted},
            evidence={"provider_tunable": False},
        ),
        "prompt_only": _edge({"plain": _option("prompt", (1.0, 5.0))}),
    }
