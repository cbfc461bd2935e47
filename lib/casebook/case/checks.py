"""What the fields of a case must be to one another: the faults that no single field can show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .assembly import Assembly
from .faults import did_you_mean, one_of
from .fields import figure
from .inherit import Found, View
from .objects import Input, Option
from .published import check_published
from .reading import Path
from .schema import PROMPT_SIDE, CaseFile, OptionBlock, lines_of

MAXIMUM_OPTIONS = 12
NOTHING = "nothing"


def check(assembly: Assembly) -> tuple[Mapping[str, Any], ...]:
    """Add every fault between fields to the document; the published figures are returned as checked."""
    checks = Checks(assembly)
    checks.required()
    checks.names()
    checks.options()
    checks.worth()
    checks.money()
    return tuple(check_published(assembly))


class Checks:
    """The checks of one case, which never complain of what an earlier fault already covers."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.file: CaseFile = assembly.file
        self.views = assembly.views
        self.sound = assembly.sound
        self.options_built: dict[str, Option] = assembly.options

    def fault(self, path: Path, wanted: str, got: str = NOTHING, hint: str | None = None) -> None:
        """A fault, unless the same place is already faulty."""
        if not self.sound.is_tainted(path):
            self.assembly.document.fault(path, wanted, got, hint)

    def required(self) -> None:
        """Fields that have no default."""
        file = self.file
        if file.client is None:
            self.fault(("client",), "the client's name")
        if file.as_of is None:
            hint = "every price and date is resolved for that day"
            self.fault(("as_of",), "a date such as 2026-11-15", hint=hint)
        if file.workload is None or file.workload.calls_per_month is None:
            self.fault(("workload", "calls_per_month"), "the calls a month, in month 1")
        evidence = file.evidence
        if evidence is not None and evidence.format_failures is not None:
            for key in ("failures", "trials"):
                if getattr(evidence.format_failures, key) is None:
                    self.fault(("evidence", "format_failures", key), "a whole number, or null for the block")
        for place, constraint in enumerate(file.constraints):
            if constraint.name is None:
                self.fault(("constraints", place, "name"), "what the condition is")
            if constraint.status is None:
                self.fault(("constraints", place, "status"), one_of(("pass", "fail", "open")))
        if file.exchange_rate is not None and file.exchange_rate.value is None:
            self.fault(("exchange_rate", "value"), f"units of {file.currency} for one US dollar")
        if not file.options:
            self.fault(("options",), "at least one option")
        elif len(file.options) > MAXIMUM_OPTIONS:
            self.fault(("options",), f"at most {MAXIMUM_OPTIONS} options", str(len(file.options)))

    def names(self) -> None:
        """Names of options wherever one is written."""
        known = self.views.named
        if self.file.current is not None and self.file.current not in known:
            self.unknown(("current",), self.file.current)
        seen: set[tuple[str, ...]] = set()
        for place, pair in enumerate(self.file.compare or ()):
            path: Path = ("compare", place)
            if len(pair) != 2:
                self.fault(path, "a pair, [baseline, candidate]", f"a list of {len(pair)}")
                continue
            for each, name in enumerate(pair):
                if name not in known:
                    self.unknown((*path, each), name)
            if pair[0] == pair[1]:
                self.fault(path, "two different options", f"'{pair[0]}' twice")
            elif tuple(pair) in seen:
                self.fault(path, "each pair once", f"[{pair[0]}, {pair[1]}] again")
            seen.add(tuple(pair))

    def unknown(self, path: Path, name: str) -> None:
        """A fault for a name that no option has."""
        valid = list(self.views.named)
        if not valid or (self.sound.is_tainted(("options",)) and ("options",) in self.sound.tainted):
            return
        hint = did_you_mean(name, valid) or "options: " + ", ".join(valid)
        self.fault(path, "the name of an option", f"'{name}'", hint)

    def options(self) -> None:
        """What every option needs once `like` is applied."""
        for view in self.views.named.values():
            if not view.gives("kind"):
                self.fault((*view.path, "kind"), one_of(lines_of(OptionBlock)["kind"].choices))
        self._some_prompt_side()
        self._each("price", ("input", "output"), self._price_missing, "a price in $/M tokens", _PRICE_HINT)
        for key in ("prefill_tokens_per_second", "decode_tokens_per_second"):
            self._each("gpu", (key,), self._in_block_missing, "tokens per second of a replica, above 0", None)
        self._each("gpu", ("price_per_hour",), self._gpu_price_missing, "a price an hour, or a gpu.type", None)
        self._each("escalation", ("rate",), self._in_block_missing, "the share of calls escalated, from 0 to 1", None)
        self._each("escalation", ("to",), self._in_block_missing, "an option's name, or an option", None)
        self._each("cache", ("hit_rate",), self._hit_rate_missing, "a share from 0 to 1, for arrivals: given", None)
        for view in self.views.all():
            self._fallback(view)
            self._replicas(view)

    def _some_prompt_side(self) -> None:
        kinds = [self.sound.is_tainted((*view.path, "kind")) for view in self.views.named.values()]
        if not self.views.named or any(kinds):
            return
        if not any(each.candidate and each.kind in PROMPT_SIDE for each in self.options_built.values()):
            wanted = "at least one candidate of a prompt-side kind"
            self.fault(("options",), wanted, "none", "one of " + ", ".join(PROMPT_SIDE))

    def _each(
        self,
        block: str,
        keys: tuple[str, ...],
        missing: Callable[[View, str, str], bool],
        wanted: str,
        hint: str | None,
    ) -> None:
        """A fault where a field is missing, told once at the option that the others are like."""
        for key in keys:
            failing = [view for view in self.views.all() if not view.broken and missing(view, block, key)]
            for view in failing:
                if not any(each in failing for each in view.chain[1:]):
                    self.fault((*view.path, block, key), wanted, hint=hint)

    def _unwritten(self, view: View, block: str, key: str) -> bool:
        found = self.views.find(view, block, key)
        return not found.tainted and (not found.written or found.value is None)

    def _in_block_missing(self, view: View, block: str, key: str) -> bool:
        return block in self.views.blocks(view) and self._unwritten(view, block, key)

    def _price_missing(self, view: View, block: str, key: str) -> bool:
        model = self.views.model(view)
        if model.tainted or "gpu" in self.views.blocks(view) or not self._unwritten(view, block, key):
            return False
        if model.value is None:
            return True
        # The catalogue knows the model, but not this price of it (an embedding model has no output price).
        option = self._built(view)
        known = self.assembly.catalogue.model(model.value, (*model.owner.path, "model"))
        return known is not None and option.inputs[f"{key}_price"].origin == "default"

    def _gpu_price_missing(self, view: View, block: str, key: str) -> bool:
        kind = self.views.find(view, block, "type")
        return self._in_block_missing(view, block, key) and not kind.tainted and kind.value is None

    def _hit_rate_missing(self, view: View, block: str, key: str) -> bool:
        inputs = self._built(view).inputs
        found = self.views.find(view, block, key)
        return (
            inputs["cache_arrivals"].value == "given" and inputs["stated_hit_rate"].value is None and not found.tainted
        )

    def _built(self, view: View) -> Option:
        return self.assembly.option(view)

    def _fallback(self, view: View) -> None:
        """What an option escalates to exists, is another, and neither escalates nor runs machines."""
        if "escalation" not in self.views.blocks(view):
            return
        if view.inline:
            self.fault((*view.path, "escalation"), "an option that does not escalate itself", "an escalation")
            return
        found = self.views.find(view, "escalation", "to")
        path = (*view.path, "escalation", "to")
        if isinstance(found.value, OptionBlock):
            target: View | None = self.views.inline.get(found.owner.path)
            if target is not None and found.owner is view and target.block.gpu is not None:
                self.fault((*path, "gpu"), "an option without a gpu", "a gpu")
            return
        name = found.value
        if name is None or (found.owner is not view and name != view.name):
            return
        if name == view.name:
            self.fault(path, "another option", "itself")
            return
        target = self.views.named.get(name)
        if target is None:
            self.unknown(path, name)
            return
        for block, wanted in (
            ("escalation", "an option that does not escalate itself"),
            ("gpu", "an option without a gpu"),
        ):
            if block in self.views.blocks(target):
                self.fault(path, wanted, f"'{name}', which has {'an' if block == 'escalation' else 'a'} {block}")

    def _replicas(self, view: View) -> None:
        if "gpu" not in self.views.blocks(view):
            return
        inputs = self._built(view).inputs
        least, most = inputs["minimum_replicas"], inputs["maximum_replicas"]
        high, low = _top(least), _bottom(most)
        if high is not None and low is not None and high > low:
            owner = self.views.find(view, "gpu", "minimum_replicas").owner
            other = self.views.find(view, "gpu", "maximum_replicas").owner
            if view in (owner, other):
                wanted = f"at most maximum_replicas, {figure(low)}"
                self.fault((*view.path, "gpu", "minimum_replicas"), wanted, f"{figure(high)}")

    def worth(self) -> None:
        """Where errors or seconds cost money, accuracy or latency must be known."""
        self._format_failures()
        if (_top(self.assembly.inputs["cost_per_error"]) or 0) > 0:
            self._known("accuracy", self._accuracy_gaps, "an accuracy, since quality.cost_per_error is above 0")
        if (_top(self.assembly.inputs["value_per_second"]) or 0) > 0:
            self._known("latency", self._latency_gaps, "a speed, since latency.value_per_second is above 0")

    def _format_failures(self) -> None:
        failures = _top(self.assembly.inputs["format_failures"])
        trials = _bottom(self.assembly.inputs["format_trials"])
        if failures is not None and trials is not None and failures > trials:
            path = ("evidence", "format_failures", "failures")
            self.fault(path, f"at most the trials, {figure(trials)}", f"{figure(failures)}")

    def _known(self, what: str, gaps: Callable[[View], Iterable[Path]], wanted: str) -> None:
        told: set[Path] = set()
        for view in self._compared():
            for path in gaps(view):
                if path not in told:
                    told.add(path)
                    self.fault(path, wanted, "unknown" if what == "accuracy" else NOTHING)

    def _compared(self) -> list[View]:
        """The candidates, and whatever is compared with them."""
        names = {name for pair in self.file.compare or () for name in pair} | {self.file.current}
        return [
            view
            for view in self.views.named.values()
            if not view.broken and (view.block.candidate or view.name in names)
        ]

    def _with_fallback(self, view: View) -> list[View]:
        target = self.views.fallback(view)
        return [view] if target is None or target.broken else [view, target]

    def _accuracy_gaps(self, view: View) -> Iterable[Path]:
        for each in self._with_fallback(view):
            found = self.views.find(each, None, "accuracy")
            if not found.tainted and (found.value is None or found.value.value is None):
                yield (*self._place(each, found).path, "accuracy")

    def _latency_gaps(self, view: View) -> Iterable[Path]:
        for each in self._with_fallback(view):
            for key in ("prefill_tokens_per_second", "decode_tokens_per_second"):
                found = self.views.find(each, "response", key)
                if not found.tainted and (found.value is None or found.value.value is None):
                    yield (*self._place(each, found).path, "response", key)

    def _place(self, view: View, found: Found) -> View:
        """Where to tell of a missing value: at the option others are like, if it needs the value too."""
        return found.owner if found.written or found.owner in self._compared() else view

    def money(self) -> None:
        """Another currency needs a rate as soon as a catalogue price is used."""
        if self.assembly.catalogue.unconverted and self.file.exchange_rate is None:
            wanted = f"{{value, date, source}}, units of {self.file.currency} for one US dollar"
            self.fault(("exchange_rate",), wanted, hint="catalogue prices are in US dollars")


_PRICE_HINT = "give price.input and price.output, or a model of the catalogue, or a gpu"


def _top(each: Input) -> float | None:
    value = each.value if each.high is None else each.high
    return float(value) if isinstance(value, int | float) else None


def _bottom(each: Input) -> float | None:
    value = each.value if each.low is None else each.low
    return float(value) if isinstance(value, int | float) else None
