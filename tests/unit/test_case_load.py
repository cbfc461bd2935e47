"""A good case file becomes a case: every value, its range, its source, and where it is from."""

from __future__ import annotations

import contextlib
import copy
import os
import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from casebook.case import KINDS, Case, CaseError, from_parameters, json_schema, load, slug, starter
from casebook.case.reading import Document, read_text
from casebook.case.schema import OPTION_BLOCKS, CaseFile, FormatFailures, OptionBlock, block_class, lines_of

BASE = {
    "client": "Acme",
    "as_of": "2025-11-15",
    "workload": {"calls_per_month": 1000},
    "options": {"base": {"kind": "prompt", "price": {"input": 3, "output": 15}}},
}


def case_of(text: str, tmp_path: Path, name: str = "acme") -> Case:
    """The case of a file's text."""
    path = tmp_path / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def case_with(**changes: Any) -> Case:
    """The base case with other top-level keys."""
    return from_parameters(copy.deepcopy(BASE) | changes)


@pytest.mark.parametrize(
    ("written", "value", "low", "high", "source", "status"),
    [
        ("15000", 15000, None, None, None, "assumed"),
        ('{value: 15000, source: "gateway logs", status: stated}', 15000, None, None, "gateway logs", "stated"),
        ("[10000, 15000, 25000]", 15000, 10000, 25000, None, "assumed"),
        ("{value: [10000, 15000, 25000], source: logs, status: derived}", 15000, 10000, 25000, "logs", "derived"),
        ("1.5e4", 15000, None, None, None, "assumed"),
        ("15e3", 15000, None, None, None, "assumed"),
        ("15_000", 15000, None, None, None, "assumed"),
        ("+15000.", 15000, None, None, None, "assumed"),
        ('"15000"', 15000, None, None, None, "assumed"),
        (".5", 0.5, None, None, None, "assumed"),
        ("[3, 3, 3]", 3, 3, 3, None, "assumed"),
        ("{value: 7, source: null}", 7, None, None, None, "assumed"),
    ],
)
def test_a_number_may_be_written_four_ways(
    tmp_path: Path, written: str, value: float, low: float, high: float, source: str, status: str
) -> None:
    """Plain, with a source, as a range, and as a range with a source; in every spelling of a number."""
    text = f"client: A\nas_of: 2025-11-15\nworkload:\n  calls_per_month: {written}\n"
    text += "options: {base: {kind: prompt, price: {input: 1, output: 2}}}\n"
    found = case_of(text, tmp_path).inputs["calls_per_month"]
    assert (found.value, found.low, found.high) == (value, low, high)
    assert (found.source, found.status, found.origin) == (source, status, "case")


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("client: NO", "client", "NO"),
        ("client: 1e6", "client", "1e6"),
        ("client: 2026-11-01", "client", "2026-11-01"),
        ("client: on", "client", "on"),
        ("client: ' Acme '", "client", "Acme"),
        ("client: Acme\nnotes: |\n  # Heading\n\n  text", "notes", "# Heading\n\n  text".replace("  text", "text")),
        ("client: Acme\ntitle: 2026", "title", "2026"),
        ("client: Acme\nmemo_date: 2025-12-01", "memo_date", date(2025, 12, 1)),
        ("client: Acme\ntitle: ~", "title", None),
    ],
)
def test_the_field_decides_what_a_plain_word_is(tmp_path: Path, line: str, key: str, value: object) -> None:
    """A client may be called NO or 1e6; a date stays a date."""
    text = f"{line}\nas_of: 2025-11-15\nworkload: {{calls_per_month: 1}}\n"
    text += "options: {base: {kind: prompt, price: {input: 1, output: 2}}}\n"
    assert getattr(case_of(text, tmp_path), key) == value


@pytest.mark.parametrize("word", ["yes", "Yes", "on", "true", "TRUE", "y"])
def test_every_word_for_true_is_true(word: str, tmp_path: Path) -> None:
    """`evals_done: yes` is what people write."""
    text = yaml.safe_dump(BASE) + f"evidence: {{evals_done: {word}, provider_tunable: NO}}\n"
    case = case_of(text, tmp_path)
    assert case.inputs["evals_done"].value is True
    assert case.inputs["provider_tunable"].value is False


def test_what_is_not_written_has_its_default() -> None:
    """And says so: a default is an assumption of ours, not of the client."""
    case = case_with()
    defaults = {
        "horizon_months": 12,
        "hours_per_month": 730,
        "growth_per_month": 0,
        "peak_factor": 3,
        "active_hours_per_month": 730,
        "batch_share": 0,
        "labour_rate": 100,
        "discount_rate": 0,
        "price_decline": 0,
        "gpu_price_decline": 0,
        "max_payback_months": 12,
        "cost_per_error": 0,
        "accuracy_target": None,
        "accuracy_margin": 0.02,
        "latency_target": None,
        "value_per_second": 0,
        "knowledge": "none",
        "vocabulary_gap": False,
        "provider_tunable": True,
        "examples_available": 0,
        "format_failures": None,
        "format_trials": None,
    }
    assert {name: case.inputs[name].value for name in defaults} == defaults
    assert {case.inputs[name].origin for name in defaults} == {"default"}
    option = case.options[0]
    lines = {
        "accuracy": None,
        "cache_enabled": False,
        "cache_arrivals": "sliding",
        "stated_hit_rate": None,
        "cache_ttl_minutes": 5,
        "cache_write_multiplier": 1.25,
        "cache_read_multiplier": 0.1,
        "cache_minimum_tokens": 0,
        "prompt_variants": 1,
        "training_epochs": 1,
        "training_runs": 1,
        "retrain_share": 1,
        "stated_training_cost": None,
        "available_until": None,
        "minimum_replicas": 1,
        "maximum_replicas": None,
        "target_utilisation": 1,
        "bits_per_weight": 16,
        "escalation_rate": 0,
        "escalation_mode": "cascade",
        "response_prefill_tokens_per_second": None,
        "cached_prefill_speedup": 10,
        "batch_discount": 0,
    }
    assert {name: option.inputs[name].value for name in lines} == lines
    assert case.memo_date == case.as_of == date(2025, 11, 15)
    assert (case.currency, case.language, case.compare, case.current) == ("USD", "en", None, None)


def test_the_model_finds_every_line_it_was_promised() -> None:
    """The names of the lines are the contract between the case file and the model."""
    case = case_with()
    assert {each.name for block in (CaseFile, FormatFailures) for each in lines_of(block).values()} <= set(case.inputs)
    expected = {line.name for line in lines_of(OptionBlock).values()}
    for name in OPTION_BLOCKS:
        block = block_class(OptionBlock, name)
        assert block is not None
        expected |= {line.name for line in lines_of(block).values()}
    assert set(case.options[0].inputs) == expected
    assert {
        "calls_per_month",
        "accuracy_target",
        "latency_target",
        "format_trials",
        "examples_available",
    } <= set(case.inputs)
    assert {
        "kind",
        "prefix_tokens",
        "input_price",
        "stated_hit_rate",
        "cacheable_context_share",
        "retrieval_build_hours",
        "evaluation_cost",
        "retrain_evaluation_cost",
        "gpu_other_per_month",
        "router_cost",
        "cached_prefill_speedup",
    } <= expected


def test_every_input_has_a_label_and_a_unit_where_it_is_a_number() -> None:
    """They are columns of the workbook."""
    for each in case_with().all_inputs():
        assert each.label
        assert each.unit or each.type != "number"


def test_two_inputs_of_a_place_never_share_a_line_name() -> None:
    """A line's name is its place in the model."""
    names = [line.name for line in lines_of(OptionBlock).values()]
    for name in OPTION_BLOCKS:
        block = block_class(OptionBlock, name)
        assert block is not None
        names += [line.name for line in lines_of(block).values()]
    assert len(names) == len(set(names))


def test_options_keep_the_order_of_the_file() -> None:
    """Ties go to the earlier one."""
    options = {
        name: {"kind": kind, "price": {"input": 1, "output": 1}} for name, kind in zip("zab", KINDS, strict=False)
    }
    assert [option.name for option in case_with(options=options).options] == ["z", "a", "b"]


def test_a_label_is_made_of_the_name_where_none_is_given() -> None:
    """`cached_rag` reads as a person would say it."""
    options = {
        "cached_rag": {"kind": "rag", "price": {"input": 1, "output": 1}},
        "ft-hosted": {"kind": "prompt", "like": "cached_rag", "label": "Tuned"},
    }
    assert [option.label for option in case_with(options=options).options] == ["Cached RAG", "Tuned"]


def test_the_case_hash_is_that_of_the_content() -> None:
    """Comments and key order do not change it; a source or a value does."""
    one = case_with(workload={"calls_per_month": 1000})
    assert one.content_hash == case_with().content_hash
    assert one.content_hash != case_with(workload={"calls_per_month": 1001}).content_hash
    assert one.content_hash != case_with(workload={"calls_per_month": {"value": 1000, "source": "x"}}).content_hash
    assert one.content_hash != case_with(notes="Another note").content_hash


def test_a_case_can_go_to_another_process_and_back() -> None:
    """Shared inputs stay shared."""
    case = case_with(options=BASE["options"] | {"two": {"kind": "rag", "like": "base"}})
    again = pickle.loads(pickle.dumps(case))
    assert again.options[0].inputs["prefix_tokens"] is again.options[1].inputs["prefix_tokens"]
    assert again.resolved() == case.resolved()


def test_the_resolved_case_is_plain_and_complete() -> None:
    """The case file's own keys, with nothing left to look up."""
    case = case_with(
        options={
            "base": {"kind": "prompt", "price": {"input": 3, "output": 15}, "accuracy": 0.9},
            "two": {
                "kind": "two_tier",
                "like": "base",
                "tokens": {"prefix": [1, 2, 3]},
                "escalation": {"rate": 0.2, "to": "base"},
            },
        },
        evidence={"format_failures": {"failures": 3, "trials": 200}},
    )
    full = case.resolved()
    assert full["workload"]["calls_per_month"] == 1000
    assert full["evidence"]["format_failures"] == {"failures": 3, "trials": 200}
    two = full["options"]["two"]
    assert two["tokens"] == {"prefix": 2, "user": 0, "context": 0, "output": 0}
    assert two["gpu"] is None
    assert two["blocks"] == ["escalation", "price", "tokens"]
    assert {key: two["escalation"][key] for key in ("rate", "mode", "router_cost")} == {
        "rate": 0.2,
        "mode": "cascade",
        "router_cost": 0,
    }
    assert two["escalation"]["to"]["price"]["output"] == 15
    assert "escalation" not in two["escalation"]["to"]
    assert full["options"]["base"]["escalation"] is None
    assert full["as_of"] == date(2025, 11, 15)


def test_an_input_is_found_by_the_path_an_author_would_write() -> None:
    """Also where the option only shares it."""
    case = case_with(options=BASE["options"] | {"two": {"kind": "rag", "like": "base"}})
    assert case.input("options.two.price.input") is case.input("options.base.price.input")
    assert case.input("workload.calls_per_month").value == 1000
    with pytest.raises(KeyError):
        case.input("options.two.price.inputs")


def test_an_input_takes_only_what_its_field_takes() -> None:
    """For flips, what-ifs and edits that come back from a workbook."""
    each = case_with().input("quality.margin")
    assert each.accepts("5e-2") == 0.05
    with pytest.raises(ValueError, match=r"quality\.margin: wanted a number from 0 to 1; got 5"):
        each.accepts(5)
    with pytest.raises(ValueError, match="got null"):
        each.accepts(None)


def test_a_published_figure_comes_back_with_its_what_ifs() -> None:
    """Values are read as their fields read them, and the scope is the metric's unless given."""
    case = case_with(
        published=[
            {
                "metric": "invoice.options.base.cash_per_month",
                "value": "6.2e2",
                "unit": "$/month",
                "reconciles": [
                    {
                        "label": "a week",
                        "set": {"workload.calls_per_month": "1e6", "options.base.cache.enabled": "yes"},
                    },
                    {"label": "all in", "scope": "full", "set": {"options.base.accuracy": None}},
                ],
            }
        ]
    )
    (figure,) = case.published
    assert (figure["value"], figure["source"]) == (620, None)
    first, second = figure["reconciles"]
    assert first == {
        "label": "a week",
        "scope": "invoice",
        "set": {"workload.calls_per_month": 1e6, "options.base.cache.enabled": True},
    }
    assert (second["scope"], second["set"]) == ("full", {"options.base.accuracy": None})


class TestParameters:
    """What a notebook injects goes through the same validator, as PyYAML has read it."""

    def test_a_case_means_the_same_either_way(self, tmp_path: Path) -> None:
        """`papermill -f params/acme.yaml` and `load` agree in every value."""
        text = starter("acme")
        one = case_of(text, tmp_path)
        other = from_parameters(yaml.safe_load(text), tmp_path)
        assert other.resolved() == one.resolved()
        assert other.content_hash == one.content_hash
        assert other.id == "acme"

    def test_none_is_what_was_not_injected(self) -> None:
        """Every parameter of the notebook has the default None."""
        every = dict.fromkeys(CaseFile.model_fields) | BASE
        assert from_parameters(every).resolved() == from_parameters(BASE).resolved()

    def test_texts_that_pyyaml_leaves_of_numbers_are_numbers(self) -> None:
        """PyYAML reads `1e6` and `1e-2` as texts."""
        case = case_with(workload={"calls_per_month": "1e6", "growth_per_month": "1e-2"})
        assert case.inputs["calls_per_month"].value == 1e6
        assert case.inputs["growth_per_month"].value == 0.01

    @pytest.mark.parametrize(
        ("changes", "key", "wanted"),
        [
            ({"client": False}, "client", "a text"),
            ({"client": 12}, "client", "a text"),
            ({"title": date(2026, 1, 1)}, "title", "a text"),
            ({"options": {True: {"kind": "prompt"}}}, "options.True", "a name"),
            ({"economics": {True: 3}}, "economics.True", "a name as the key"),
            ({"options": {"base": BASE["options"]["base"] | {1: 2}}}, "options.base.1", "a name as the key"),
            ({"options": BASE["options"] | {12: {"kind": "rag", "like": "base"}}}, "options.12", "a name"),
        ],
    )
    def test_what_pyyaml_has_spoilt_must_be_quoted(self, changes: dict[str, Any], key: str, wanted: str) -> None:
        """`client: NO` arrives as false; only quotes can bring it back."""
        with pytest.raises(CaseError) as caught:
            case_with(**changes)
        fault = next(each for each in caught.value.faults if each.key == key)
        assert fault.wanted.startswith(wanted)
        assert fault.hint == "put it in quotes"
        assert fault.line is None

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), "1e999", ".nan", True, [1, 2], {}])
    def test_no_value_that_is_no_number_gets_in(self, value: object) -> None:
        """NaN, infinities, flags and lists are refused by name."""
        with pytest.raises(CaseError, match=r"workload\.calls_per_month"):
            case_with(workload={"calls_per_month": value})

    def test_dates_come_as_dates_or_as_texts(self) -> None:
        """PyYAML makes dates of them, JSON does not."""
        assert case_with(as_of=date(2025, 11, 15)).as_of == case_with(as_of="2025-11-15").as_of

    def test_a_decision_by_a_date_is_shown_as_written(self) -> None:
        """`by` is shown, never computed with."""
        case = case_with(decision={"ask": "Go?", "by": date(2026, 12, 1)})
        assert case.decision == {"ask": "Go?", "by": "2026-12-01", "owner": None}

    def test_relative_paths_start_at_the_directory_given(self, tmp_path: Path) -> None:
        """There is no case file beside which they could stand."""
        with pytest.raises(CaseError, match=str(tmp_path / "none.csv")):
            from_parameters(BASE | {"evidence": {"eval_results": "none.csv"}}, tmp_path)

    @pytest.mark.parametrize(
        ("client", "expected"),
        [
            ("Acme Ltd.", "acme-ltd"),
            ("Société Générale", "societe-generale"),
            ("  ", "case"),
            ("東京", "case"),
            (None, "case"),
            ("Clean", "clean-case"),
            ("x" * 80, "x" * 63),
            ("_under", "under"),
        ],
    )
    def test_the_id_is_a_slug_of_the_client(self, client: str, expected: str) -> None:
        """A valid case id whatever the client is called."""
        assert slug(client) == expected


class TestStarter:
    """`new` writes a file that builds as it stands."""

    @pytest.mark.parametrize("name", ["acme", "acme_claims", "no", "2026", "a" * 63])
    def test_it_loads_without_faults_or_warnings(self, name: str, tmp_path: Path) -> None:
        """Whatever the name; and the client is a text even where the name is a word of YAML's."""
        case = case_of(starter(name), tmp_path, name)
        assert case.warnings == ()
        assert case.client.lower() == name.replace("_", " ")
        assert [option.kind for option in case.options] == ["prompt", "cached_prompt", "fine_tune_hosted"]

    def test_it_names_every_top_level_key_an_author_may_want(self) -> None:
        """Keys that are not set are there as comments."""
        text = starter("acme")
        assert [key for key in CaseFile.model_fields if f"{key}:" not in text] == []


def test_the_json_schema_describes_every_key() -> None:
    """Editors complete and explain the keys from it."""
    schema = json_schema()
    assert set(schema["properties"]) == set(CaseFile.model_fields)
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == {"client", "as_of", "workload", "options"}
    price = schema["$defs"]["Price"]["properties"]["input_premium"]
    assert price["description"] == "Premium on input, fraction"
    assert {"type": "number", "minimum": -1.0} in price["anyOf"]


def test_importing_and_loading_does_not_pull_in_heavy_libraries(tmp_path: Path) -> None:
    """A check of a case with explicit prices answers at once."""
    path = tmp_path / "acme.yaml"
    path.write_text(yaml.safe_dump(BASE))
    code = (
        "import sys, casebook.case as case; case.load(sys.argv[1]);"
        "print([name for name in ('pandas', 'scipy', 'numpy', 'genai_prices', 'httpx2') if name in sys.modules])"
    )
    paths = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True, env={"PYTHONPATH": paths}
    )
    assert done.stdout.strip() == "[]"


@given(st.floats(min_value=0, max_value=1e15, allow_nan=False))
def test_any_number_survives_being_written_and_read(number: float) -> None:
    """Through YAML's own writer and through Python's."""
    for spelled in (repr(number), yaml.safe_dump(number).split("\n")[0], f"{number:e}"):
        case = case_with(workload={"calls_per_month": spelled})
        assert case.inputs["calls_per_month"].value == float(spelled)


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    """Whatever is in the file, faults are noted, never thrown."""
    document = read_text(text, Document("x.yaml"))
    assert all(fault.wanted and fault.got for fault in document.faults)


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from(sorted(CaseFile.model_fields)), _values, max_size=4),
    st.dictionaries(st.sampled_from(sorted(OptionBlock.model_fields)), _values, max_size=4),
)
def test_no_parameters_make_the_validator_raise_anything_but_faults(
    top: dict[str, Any], option: dict[str, Any]
) -> None:
    """Any junk gives a case or a list of faults."""
    mapping = copy.deepcopy(BASE) | top
    if isinstance(mapping.get("options"), dict):
        mapping["options"] = dict(mapping["options"]) | {"other": {"kind": "rag", "like": "base"} | option}
    with contextlib.suppress(CaseError):
        from_parameters(mapping)
