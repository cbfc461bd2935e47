"""Reads an evaluation in the results file's terms: options, comparisons and recommendation of each scope."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from casebook.analysis.binding import Binding
from casebook.model.constants import CONSTANTS
from casebook.model.evaluate import SCOPES, Evaluation
from casebook.model.rules import BLOCKING, RULES
from casebook.model.wiring import Node

NEVER = CONSTANTS["never"].value
STRENGTHS = {1: "weak", 2: "moderate", 3: "strong"}

OPTION_LINES = {
    "one_time": "one_time",
    "cost_per_call": "cost_per_call",
    "cost_parts.prefix": "prefix_cost",
    "cost_parts.user": "user_cost",
    "cost_parts.context": "context_cost",
    "cost_parts.output": "output_cost",
    "cost_parts.embedding": "embedding_cost",
    "cost_parts.rerank": "rerank_cost",
    "escalation_cost_per_call": "escalation_cost_per_call",
    "hit_rate": "hit_rate",
    "cache_multiplier": "cache_multiplier",
    "fixed_per_month": "fixed_cost",
    "cash_per_month": "cash_per_month",
    "error_cost_per_month": "error_cost",
    "latency_cost_per_month": "latency_cost",
    "accuracy": "blended_accuracy",
    "latency_s": "latency",
    "ttft_s": "time_to_first_token",
    "capacity.peak_load": "peak_load",
    "capacity.replicas_needed": "replicas_needed",
    "capacity.replicas": "replicas",
    "capacity.exceeded": "capacity_exceeded",
    "capacity.utilisation": "utilisation",
    "memory.needed_gb": "memory_needed_gb",
    "memory.fits": "memory_fits",
    "first_month_exceeded": "first_month_exceeded",
    "retrain_cost": "retrain_cost",
    "cumulative": "cumulative_cost",
    "tco": "tco",
    "present_value": "present_value",
    "calls_last_month": "calls_last_month",
    "cost_per_call_last_month": "cost_per_call_last_month",
    "accuracy_last_month": "accuracy_last_month",
}
"""An option's figures in the results file (nested by dots) and the lines they are; single figures are month 1's."""

TOTALS = {
    "running_total": ("usage_cost", "fixed_cost", "retrain_spend"),
    "quality_total": ("quality_cost",),
}
"""The parts of an option's total beside its `one_time`, and the lines of the months that each sums up."""

COUNTS = frozenset({"capacity.replicas_needed", "capacity.replicas", "first_month_exceeded"})

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


class Reader:
    """Reads an evaluation in the results file's terms; unknown and never are None."""

    def __init__(self, binding: Binding, evaluation: Evaluation):
        self.binding = binding
        self.evaluation = evaluation
        self.names = [option.name for option in binding.options]

    def scopes(self) -> dict[str, Any]:
        """Both scopes."""
        return {name: self.scope(index) for index, name in enumerate(SCOPES)}

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

    def part(self, scope: int, part: str, name: str) -> dict[str, Any]:
        """As much of a scope as one of its options or comparisons takes, or the recommendation; empty without it."""
        if part == "options" and name in self.names:
            return {part: {name: self.option(self.names.index(name), scope)}}
        if part == "comparisons":
            slots = {f"{self.names[one]}->{self.names[other]}": slot for one, other, slot in self.pairs(scope)}
            return {part: {name: self.comparison(slots[name], scope)}} if name in slots else {}
        return {part: self.recommendation(scope)} if part == "recommendation" else {}

    def option(self, column: int, scope: int) -> dict[str, Any]:
        """One option's figures; what it has no GPU or no known memory for is None."""
        option = self.binding.columns[column].option
        found: dict[str, Any] = {"kind": option.kind}
        for field in OPTION_LINES:
            block, _, name = field.rpartition(".")
            value = self.option_figure(column, field, scope)
            if block:
                found.setdefault(block, {})[name] = value
            else:
                found[name] = value
        if "gpu" not in option.blocks:
            found["capacity"] = None
        if "gpu" not in option.blocks or option.inputs["gpu_memory_gb"].value is None:
            found["memory"] = None
        return found

    def option_figure(self, column: int, field: str, scope: int) -> Any:
        """One figure of an option."""
        node = option_node(column, field)
        if field == "cumulative":
            return [float(cost) for cost in self.evaluation.row(node, scope)[: self._horizon(scope)]]
        value = self._plain(node, scope)
        return whole(value) if field in COUNTS else value

    def totals(self, scope: int) -> dict[str, dict[str, float]]:
        """What each option's total cost is made of beside its `one_time`: sums over the months of the horizon."""
        return {
            name: {field: self._total(column, lines, scope) for field, lines in TOTALS.items()}
            for column, name in enumerate(self.names)
        }

    def _total(self, column: int, lines: tuple[str, ...], scope: int) -> float:
        horizon = self._horizon(scope)
        rows = [self.evaluation.row(Node("option", column, line), scope)[:horizon] for line in lines]
        return float(sum(np.broadcast_to(row, horizon).sum() for row in rows))

    def _horizon(self, scope: int) -> int:
        return int(self._plain(Node("case", "", "final_month"), scope))

    def pairs(self, scope: int) -> list[tuple[int, int, int]]:
        """The pairs compared in a scope: baseline, candidate (0-based) and their slot."""
        case, count = self.binding.case, len(self.names)
        if case.compare is not None:
            slots = self.binding.wiring.structure.slots[count : self.binding.headline_slot]
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

    def decided(self, scope: int) -> dict[str, Any]:
        """The verdict, how firm it is, and the base."""
        return {
            "verdict": self._plain(Node("decision", "", "verdict"), scope),
            "strength": STRENGTHS[int(self._plain(Node("decision", "", "strength"), scope))],
            "base": self._name(self._position("base_position", scope)),
        }

    def recommendation(self, scope: int) -> dict[str, Any]:
        """The verdict, what it rests on, and the rules that fired."""

        def get(line: str) -> Any:
            return self._plain(Node("decision", "", line), scope)

        fired = [rule for rule, entry in RULES.items() if get(entry.line)]
        verdict = self._position("verdict_position", scope)
        target = self._plain(Node("case", "", "accuracy_target"), scope)
        measured = target is not None and get("verdict_accuracy") is not None
        decided = self.decided(scope)
        return {
            "verdict": decided["verdict"],
            "strength": decided["strength"],
            "reason": get("reason"),
            "base": decided["base"],
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


def option_node(column: int, field: str) -> Node:
    """The value that a figure of an option is."""
    line = OPTION_LINES[field]
    return Node("case", "", line) if line == "calls_last_month" else Node("option", column, line)
