"""The sound parts of a case file turned into inputs and options."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from casebook.evidence import Evaluation, EvaluationError, read_evaluation

from .catalogued import Catalogued
from .faults import Fault, did_you_mean, dotted
from .fields import FROM_EVAL, Line, Value, Written, unit_in
from .inherit import Found, View, Views
from .objects import Input, Option
from .reading import Document, Path
from .schema import CaseFile, Evidence, FormatFailures, OptionBlock, block_class, lines_of, option_lines
from .validation import Sound

_WORDS = {"rag": "RAG", "ft": "fine-tune", "gpu": "GPU", "llm": "LLM", "ai": "AI", "dsl": "DSL"}


class Assembly:
    """Builds the inputs and options of one case; faults of reference and catalogue go to the document."""

    def __init__(self, sound: Sound, document: Document, directory: FilePath) -> None:
        self.sound = sound
        self.file: CaseFile = sound.file
        self.document = document
        self.directory = directory
        self.currency = self.file.currency
        as_of = self.file.as_of.value if self.file.as_of else None
        assert as_of is None or isinstance(as_of, date)
        self.views = Views(sound, document)
        self.catalogue = Catalogued(document, as_of, self.currency, self.file.exchange_rate)
        self.evaluation = self._evaluation()
        self.registry: dict[str, Input] = {}
        self.inputs = self._case_inputs()
        self._built: dict[Path, Option] = {}
        self.options: dict[str, Option] = {}
        for view in self.views.named.values():
            self.options[view.name] = self.option(view)
        for view in self.views.inline.values():
            self.option(view)

    def _case_inputs(self) -> dict[str, Input]:
        found: dict[str, Input] = {}
        places: list[tuple[Path, Any, type]] = [((), self.file, CaseFile)]
        for key in CaseFile.BLOCKS:
            block = block_class(CaseFile, key)
            assert block is not None
            places.append(((key,), getattr(self.file, key), block))
        evidence = self.file.evidence
        failures = evidence.format_failures if evidence is not None else None
        places.append((("evidence", "format_failures"), failures, FormatFailures))
        for path, body, block in places:
            for key, line in lines_of(block).items():
                written = getattr(body, key) if body is not None else None
                found[line.name] = self._input((*path, key), line, written)
        return found

    def _input(self, path: Path, line: Line, written: Written | None, default: Value = None) -> Input:
        name = dotted(path)
        known = self.registry.get(name)
        if known is not None:
            return known
        value, measured, source, status = default if written is None else written.value, None, None, "assumed"
        if written is None and default is None:
            value = line.default
        if written is not None:
            source, status = written.source, written.status
            if value == FROM_EVAL and line.from_eval:
                value, measured, counted, status = self._measured(path)
                # The file's own words say where the items come from; what was counted is added, not put in their place.
                source = "; ".join(text for text in (counted, source) if text) or None
        self.registry[name] = Input(
            path=name,
            line=line.name,
            value=value,
            low=written.low if written else None,
            high=written.high if written else None,
            label=line.label,
            unit=unit_in(self.currency, line.unit),
            source=source,
            status=status,
            origin="default" if written is None else "case",
            minimum=line.minimum if line.type == "number" else None,
            maximum=line.maximum,
            exclusive_minimum=line.exclusive_minimum,
            integer=line.integer,
            nullable=line.nullable,
            type=line.type,
            choices=line.choices,
            measured=measured,
        )
        return self.registry[name]

    def option(self, view: View) -> Option:
        """The option of a view, built once."""
        if view.path in self._built:
            return self._built[view.path]
        inputs = {line.name: self._option_input(view, block, key, line) for block, key, line in option_lines()}
        blocks = self.views.blocks(view)
        self._from_catalogue(view, inputs, blocks)
        target = self.views.fallback(view)
        fallback = (
            self.option(target) if target is not None and target is not view and not self._escalates(target) else None
        )
        model = self.views.model(view).value
        option = Option(
            name=view.name,
            label=view.block.label or self._label(view),
            kind=str(inputs["kind"].value),
            candidate=view.block.candidate,
            model=model,
            blocks=blocks | ({"price"} if model else frozenset()),
            inputs=inputs,
            fallback=fallback,
            path=dotted(view.path),
        )
        self._built[view.path] = option
        return option

    def _label(self, view: View) -> str:
        if not view.inline:
            return readable(view.name)
        owner = self.views.named[view.name.partition(".")[0]]
        return f"{owner.block.label or readable(owner.name)}: fallback"

    def _escalates(self, view: View) -> bool:
        return "escalation" in self.views.blocks(view)

    def _option_input(self, view: View, block: str | None, key: str, line: Line) -> Input:
        found = self.views.find(view, block, key)
        path = (*found.owner.path, key) if block is None else (*found.owner.path, block, key)
        default = "prompt" if key == "kind" and view.inline else None
        return self._input(path, line, found.value if isinstance(found.value, Written) else None, default)

    def _from_catalogue(self, view: View, inputs: dict[str, Input], blocks: frozenset[str]) -> None:
        """Catalogue figures where the option names a model or a machine and gives none of its own."""
        named = self.views.model(view)
        if named.value is not None:
            self._from_model(view, inputs, named)
        self._from_embedding(view, inputs)
        if "gpu" in blocks:
            self._from_machine(view, inputs)

    def _from_embedding(self, view: View, inputs: dict[str, Input]) -> None:
        line = lines_of(_block("retrieval"))["embedding_price"]
        named, own = self._named_and_own(view, "retrieval", "embedding_model", "embedding_price")
        if named is None:
            return
        path = (*named.owner.path, "retrieval", "embedding_model")
        prices = self.catalogue.model(named.value, None if own else path)
        if own:
            listed = prices.input if prices else None
            self.catalogue.negotiated(prices.id if prices else named.value, "embedding", listed, inputs[line.name])
        elif prices is not None and prices.input is not None:
            inputs[line.name] = self.catalogue.input(prices.id, "embedding", prices.input, line)
        elif prices is not None:
            self.document.fault(path, "a model priced by input tokens", f"'{named.value}'", "give embedding_price")

    def _from_machine(self, view: View, inputs: dict[str, Input]) -> None:
        line = lines_of(_block("gpu"))["price_per_hour"]
        named, own = self._named_and_own(view, "gpu", "type", "price_per_hour")
        if named is None:
            return
        gpu = self.catalogue.gpu(named.value, None if own else (*named.owner.path, "gpu", "type"))
        if own:
            listed = gpu.per_hour if gpu else None
            self.catalogue.negotiated(gpu.type if gpu else named.value, "per_hour", listed, inputs[line.name])
        elif gpu is not None:
            inputs[line.name] = self.catalogue.input(gpu.type, "per_hour", gpu.per_hour, line)

    def _from_model(self, view: View, inputs: dict[str, Input], named: Found) -> None:
        prices = self.catalogue.model(named.value, (*named.owner.path, "model"))
        if prices is None:
            return
        price, cache = lines_of(_block("price")), lines_of(_block("cache"))
        ttl = inputs["cache_ttl_minutes"].value
        minutes, write = prices.cache_write_multiplier(float(ttl) if isinstance(ttl, int | float) else 5.0)
        figures = [
            ("price", price["input"], "input", prices.input),
            ("price", price["output"], "output", prices.output),
            ("price", price["batch_discount"], "batch_discount", prices.batch_discount),
            ("cache", cache["write_multiplier"], f"cache_write_multiplier_{minutes:g}m", write),
            ("cache", cache["read_multiplier"], "cache_read_multiplier", prices.cache_read_multiplier),
            ("cache", cache["minimum_tokens"], "cache_minimum_tokens", prices.cache_minimum_tokens),
        ]
        keys = ("input", "output", "batch_discount", "write_multiplier", "read_multiplier", "minimum_tokens")
        for key, (block, line, field, figure) in zip(keys, figures, strict=True):
            found = self.views.find(view, block, key)
            if found.written and not found.tainted:
                self.catalogue.negotiated(prices.id, field, figure, inputs[line.name])
            elif figure is not None and not found.tainted:
                inputs[line.name] = self.catalogue.input(prices.id, field, figure, line)

    def _named_and_own(self, view: View, block: str, name_key: str, price_key: str) -> tuple[Found | None, bool]:
        """The name to look up, and whether a price written at least as near in the chain of `like` overrides it."""
        name, price = self.views.find(view, block, name_key), self.views.find(view, block, price_key)
        if not name.value or name.tainted or price.tainted:
            return None, False
        chain = view.chain
        return name, price.written and chain.index(price.owner) <= chain.index(name.owner)

    @cached_property
    def written_paths(self) -> Mapping[str, Input]:
        """Every path under which an input may be named: its own, and that of each option that has it."""
        found = {each.path: each for each in self.distinct()}
        for option in self._built.values():
            for block, key, line in option_lines():
                path = dotted((option.path, block, key) if block else (option.path, key))
                found[path] = option.inputs[line.name]
        return found

    def distinct(self) -> list[Input]:
        """Every input of the case once."""
        return [*self.registry.values(), *self.catalogue.inputs.values()]

    def _evaluation(self) -> Evaluation | None:
        evidence: Evidence | None = self.file.evidence
        if evidence is None or evidence.eval_results is None:
            return None
        path = self.directory / evidence.eval_results
        try:
            return read_evaluation(path)
        except EvaluationError as error:
            for each in error.faults:
                if each.row is None:
                    self.document.fault(("evidence", "eval_results"), each.wanted, each.got, each.hint)
                else:
                    key = f"column {each.column}" if each.column else "(row)"
                    fault = Fault(str(path), each.row, key, each.wanted, each.got, each.hint)
                    self.document.faults.append(fault)
            return None

    def _measured(self, path: Path) -> tuple[Value, tuple[int, int] | None, str | None, str]:
        """An option's accuracy out of the evaluation results."""
        evidence = self.file.evidence
        name = ".".join(str(part) for part in path[1:-1])
        if self.evaluation is None:
            unread = evidence is not None and evidence.eval_results is not None
            if not unread and not self.sound.is_tainted(("evidence", "eval_results")):
                self.document.fault(path, "evidence.eval_results, the CSV to take it from", "none")
            return None, None, None, "derived"
        rates = self.evaluation.pass_rates()
        if name not in rates:
            hint = did_you_mean(name, rates) or "it has: " + ", ".join(sorted(rates)[:12])
            self.document.fault(path, f"rows of the option '{name}' in the evaluation results", "none", hint)
            return None, None, None, "derived"
        rate = rates[name]
        source = f"{self.evaluation.path.name}: {rate.passed} of {rate.items} items passed"
        return rate.pass_rate, (rate.passed, rate.items), source, "derived"


def _block(name: str) -> Any:
    return block_class(OptionBlock, name)


def readable(name: str) -> str:
    """An option's name in words."""
    words = [_WORDS.get(word, word) for word in name.replace("-", "_").split("_") if word]
    text = " ".join(words)
    return text[:1].upper() + text[1:]
