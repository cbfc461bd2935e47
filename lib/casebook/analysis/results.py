"""The results file: a case's figures in both scopes, as plain data."""

from __future__ import annotations

import hashlib
import json
import math
from importlib import metadata, resources
from typing import Any

from casebook import __version__
from casebook.analysis.binding import Binding, bind
from casebook.analysis.warnings import warnings_of
from casebook.case import Case
from casebook.model.evaluate import SCOPES, Evaluation
from casebook.model.rules import BLOCKING, RULES
from casebook.model.wiring import Node

SCHEMA = 1
NEVER = 1e98
STRENGTHS = {1: "weak", 2: "moderate", 3: "strong"}
PARTS = ("prefix", "user", "context", "output", "embedding", "rerank")
PACKAGES = ("numpy", "genai-prices")

COMPARISON_FIELDS = (
    "one_time_delta",
    "saving_per_call_cash",
    "saving_per_call_effective",
    "fixed_saving_per_month",
    "retrain_delta_per_month",
    "net_saving_per_month",
    "status",
    "breakeven_calls",
    "static_months",
    "static_weeks",
    "first_cross_month",
    "sustained_month",
    "advantage_lost_month",
    "crosses_within_horizon",
    "within_max_payback",
    "volume_for_payback_12",
    "volume_for_max_payback",
    "tco_saving",
    "present_value_saving",
)


def evaluate_case(case: Case) -> dict[str, Any]:
    """The results of a case, as the results file holds them."""
    binding = bind(case)
    return results_of(binding, binding.evaluation())


def results_of(binding: Binding, evaluation: Evaluation) -> dict[str, Any]:
    """The results of an evaluated binding."""
    case = binding.case
    reader = Reader(binding, evaluation)
    return {
        "schema": SCHEMA,
        "case": case.id,
        "as_of": case.as_of.isoformat(),
        "scopes": {name: reader.scope(index) for index, name in enumerate(SCOPES)},
        "headline": reader.headline(),
        "uncertainty": None,
        "sensitivity": [],
        "flip_points": [],
        "published": [],
        "evaluation": None,
        "reports": None,
        "warnings": warnings_of(binding, evaluation),
        "provenance": {
            "casebook": __version__,
            "case_hash": case.content_hash,
            "model_hash": model_hash(),
            "as_of": case.as_of.isoformat(),
            "prices": [dict(price) for price in case.prices],
            "packages": {name: metadata.version(name) for name in PACKAGES},
        },
    }


def to_json(results: dict[str, Any]) -> str:
    """The results as JSON text; a number that JSON cannot hold raises ValueError."""
    return json.dumps(results, indent=1, ensure_ascii=False, allow_nan=False, default=str) + "\n"


def model_hash() -> str:
    """A hash of the model's sources: the same formulas give the same hash."""
    digest = hashlib.sha256()
    for file in sorted(resources.files("casebook.model").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".py"):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


class Reader:
    """Reads an evaluation in the results file's terms; unknown and never are None."""

    def __init__(self, binding: Binding, evaluation: Evaluation):
        self.binding = binding
        self.evaluation = evaluation
        self.names = [option.name for option in binding.options]

    def scope(self, scope: int) -> dict[str, Any]:
        """Options, comparisons and recommendation of one scope."""
        return {
            "options": {name: self.option(index, scope) for index, name in enumerate(self.names)},
            "comparisons": {
                f"{self.names[one]}->{self.names[other]}": self.comparison(slot, scope)
                for one, other, slot in self.pairs(scope)
            },
            "recommendation": self.recommendation(scope),
        }

    def option(self, column: int, scope: int) -> dict[str, Any]:
        """One option's figures; single figures are month 1's."""

        def get(line: str) -> Any:
            return self._plain(Node("option", column, line), scope)

        option = self.binding.columns[column].option
        has_gpu = "gpu" in option.blocks
        horizon = int(self._plain(Node("case", "", "final_month"), scope))
        cumulative = self.evaluation.row(Node("option", column, "cumulative_cost"), scope)[:horizon]
        return {
            "kind": option.kind,
            "one_time": get("one_time"),
            "cost_per_call": get("cost_per_call"),
            "cost_parts": {part: get(f"{part}_cost") for part in PARTS},
            "escalation_cost_per_call": get("escalation_cost_per_call"),
            "hit_rate": get("hit_rate"),
            "cache_multiplier": get("cache_multiplier"),
            "fixed_per_month": get("fixed_cost"),
            "cash_per_month": get("cash_per_month"),
            "error_cost_per_month": get("error_cost"),
            "latency_cost_per_month": get("latency_cost"),
            "accuracy": get("blended_accuracy"),
            "latency_s": get("latency"),
            "ttft_s": get("time_to_first_token"),
            "capacity": {
                "peak_load": get("peak_load"),
                "replicas_needed": whole(get("replicas_needed")),
                "replicas": whole(get("replicas")),
                "exceeded": get("capacity_exceeded"),
                "utilisation": get("utilisation"),
            }
            if has_gpu
            else None,
            "memory": {"needed_gb": get("memory_needed_gb"), "fits": get("memory_fits")}
            if has_gpu and get("gpu_memory_gb") is not None
            else None,
            "first_month_exceeded": whole(get("first_month_exceeded")),
            "retrain_cost": get("retrain_cost"),
            "cumulative": [float(cost) for cost in cumulative],
            "tco": get("tco"),
            "present_value": get("present_value"),
            "calls_last_month": self._plain(Node("case", "", "calls_last_month"), scope),
            "cost_per_call_last_month": get("cost_per_call_last_month"),
            "accuracy_last_month": get("accuracy_last_month"),
        }

    def pairs(self, scope: int) -> list[tuple[int, int, int]]:
        """The pairs compared in a scope: baseline, candidate (0-based) and their slot."""
        case, count = self.binding.case, len(self.names)
        if case.compare is not None:
            slots = self.binding.wiring.structure.slots[count:-1]
            return [(slot.baseline, slot.candidate, count + index) for index, slot in enumerate(slots)]
        base = self._position("base_position", scope)
        if base is None:
            return []
        compared = [
            index
            for index, option in enumerate(self.binding.options)
            if index != base and (option.candidate or option.name == case.current)
        ]
        return [(base, index, index) for index in compared]

    def comparison(self, slot: int, scope: int) -> dict[str, Any]:
        """One comparison's figures."""
        return {field: self._plain(Node("comparison", slot, field), scope) for field in COMPARISON_FIELDS}

    def recommendation(self, scope: int) -> dict[str, Any]:
        """The verdict, what it rests on, and the rules that fired."""

        def get(line: str) -> Any:
            return self._plain(Node("decision", "", line), scope)

        fired = [rule for rule, entry in RULES.items() if get(entry.line)]
        verdict = self._position("verdict_position", scope)
        target = self._plain(Node("case", "", "accuracy_target"), scope)
        measured = target is not None and get("verdict_accuracy") is not None
        return {
            "verdict": get("verdict"),
            "strength": STRENGTHS[int(get("strength"))],
            "reason": get("reason"),
            "base": self._name(self._position("base_position", scope)),
            "fired": fired,
            "blocked": [rule for rule in fired if rule in BLOCKING and self._blocks(rule, scope)],
            "cheapest": self._name(self._chosen("cheapest", scope)),
            "conflict": get("conflict"),
            "target_met": get("verdict_meets_target") if verdict is not None and measured else None,
        }

    def headline(self) -> dict[str, Any]:
        """The verdict against what runs today (else the base, else the best other option), in both scopes."""
        scopes = {}
        for scope, name in enumerate(SCOPES):
            against = self._position("headline_position", scope)
            verdict = self._position("verdict_position", scope)
            figures = {} if against is None else self.comparison(self.binding.headline_slot, scope)
            scopes[name] = {"against": self._name(against), "verdict": self._name(verdict)} | figures
        shared = {figures["against"] for figures in scopes.values()}
        return {"against": shared.pop() if len(shared) == 1 else None} | scopes

    def _blocks(self, rule: str, scope: int) -> bool:
        """Whether a rule that fired blocked tuning, put a tuned option out, or left nothing."""
        out = {"V1": "out_of_capacity", "G5": "out_by_provider", "G6": "out_by_operations"}.get(rule)
        if out is None or (rule == "V1" and self._plain(Node("decision", "", "none_feasible"), scope)):
            return True
        affected = self.evaluation.row(Node("decision", "", out), scope)
        return bool((affected & self.evaluation.row(Node("decision", "", "tuned_candidate"), scope)).any())

    def _chosen(self, shortlist: str, scope: int) -> int | None:
        return self._index(Node("pick", shortlist, "chosen"), scope)

    def _position(self, line: str, scope: int) -> int | None:
        return self._index(Node("decision", "", line), scope)

    def _index(self, node: Node, scope: int) -> int | None:
        position = int(self.evaluation.scalar(node, scope))
        return position - 1 if position else None

    def _name(self, index: int | None) -> str | None:
        return None if index is None else self.names[index]

    def _plain(self, node: Node, scope: int) -> Any:
        return plain(self.evaluation.scalar(node, scope))


def plain(value: Any) -> Any:
    """A number as the results file writes it: None for unknown and never."""
    if isinstance(value, float) and (math.isnan(value) or value >= NEVER):
        return None
    return value


def whole(value: float | None) -> float | int | None:
    """A count without a decimal point, where it is one."""
    return int(value) if value is not None and value == int(value) else value
