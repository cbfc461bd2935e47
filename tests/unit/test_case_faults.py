"""Bad case files are refused: where, what was wanted, what came, and what may have been meant."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from casebook.case import CaseError, Fault, load
from casebook.case.reading import MAXIMUM_BYTES

SOUND = """\
client: Acme
as_of: 2025-11-15
workload: {calls_per_month: 1000}
options:
  base:
    kind: prompt
    accuracy: 0.9
    price: {input: 3, output: 15}
    response: {prefill_tokens_per_second: 5000, decode_tokens_per_second: 80}
  tuned:
    kind: fine_tune_hosted
    accuracy: 0.92
    price: {input: 1, output: 5}
    response: {prefill_tokens_per_second: 9000, decode_tokens_per_second: 150}
    tuning: {training_cost: 2000}
"""

Faults = Callable[[str], tuple[Fault, ...]]


@pytest.fixture
def faults(tmp_path: Path) -> Faults:
    """The faults of a case file's text."""

    def of(text: str) -> tuple[Fault, ...]:
        path = tmp_path / "acme.yaml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(CaseError) as caught:
            load(path)
        return caught.value.faults

    return of


def test_the_sound_case_loads(tmp_path: Path) -> None:
    """The text that every case below spoils is itself without fault."""
    path = tmp_path / "acme.yaml"
    path.write_text(SOUND)
    assert load(path).warnings == ()


def with_option(body: str) -> str:
    """The sound case and one more option."""
    return SOUND + "  extra:\n" + "".join(f"    {line}\n" for line in body.splitlines())


def with_top(line: str) -> str:
    """The sound case and one more line at the top."""
    return f"{line}\n{SOUND}"


PROMPT = "kind: prompt\nprice: {input: 1, output: 2}\naccuracy: 0.5\n"
GPU = "kind: fine_tune_self_hosted\naccuracy: 0.9\ngpu: {price_per_hour: 1, %s}\n"
SPEEDS = "prefill_tokens_per_second: 100, decode_tokens_per_second: 10"

# name: (text, key of the fault, part of wanted, part of got, part of hint or None)
BAD: dict[str, tuple[str, str, str, str, str | None]] = {
    # keys
    "unknown key at the top": (
        with_top("horizon_month: 3"),
        "horizon_month",
        "known key",
        "'horizon_month'",
        "did you mean 'horizon_months'?",
    ),
    "unknown key in a block": (
        with_top("economics: {labor_rate: 3}"),
        "economics.labor_rate",
        "known key",
        "'labor_rate'",
        "'labour_rate'",
    ),
    "unknown key in an option": (
        with_option(PROMPT + "acuracy: 0.5"),
        "options.extra.acuracy",
        "known key",
        "acuracy",
        "'accuracy'",
    ),
    "unknown key in an option's block": (
        with_option(PROMPT + "tokens: {promt: 3}"),
        "options.extra.tokens.promt",
        "known key",
        "promt",
        "valid here: context, output, prefix, user",
    ),
    "unknown key in an inline option": (
        with_option(PROMPT + "escalation: {rate: 0.1, to: {tokenz: {user: 3}, price: {input: 1, output: 1}}}"),
        "options.extra.escalation.to.tokenz",
        "known key",
        "tokenz",
        "'tokens'",
    ),
    "unknown key beside a value": (
        with_top("horizon_months: {value: 3, sauce: me}"),
        "horizon_months.sauce",
        "'value', 'source' or 'status'",
        "'sauce'",
        "'source'",
    ),
    "a key in the wrong place": (
        with_option(PROMPT + "labour_rate: 3"),
        "options.extra.labour_rate",
        "known key",
        "labour_rate",
        "it belongs in economics",
    ),
    "a merge key": (
        with_option(PROMPT + "<<: {accuracy: 0.3}"),
        "options.extra.<<",
        "known key",
        "'<<'",
        None,
    ),
    "a key twice": (SOUND + "client: Other\n", "client", "each key once", "a second 'client'", "line 1"),
    "an option twice": (
        with_option(PROMPT) + "  base: {kind: rag}\n",
        "options.base",
        "each key once",
        "second",
        "line 5",
    ),
    "a list as a key": (with_top("[a, b]: 3"), "(file)", "a name as the key", "a list", None),
    # types and ranges
    "text for a number": (
        with_top("horizon_months: soon"),
        "horizon_months",
        "a whole number from 1 to 120",
        "soon",
        None,
    ),
    "a flag for a number": (
        with_top("economics: {labour_rate: true}"),
        "economics.labour_rate",
        "a number",
        "true",
        None,
    ),
    "thousands separators": (
        with_top("economics: {labour_rate: '1,200'}"),
        "economics.labour_rate",
        "a number of at least 0",
        "'1,200'",
        "write 1200",
    ),
    "a percentage": (
        with_top("workload2: 1\nquality: {margin: 2%}"),
        "quality.margin",
        "from 0 to 1",
        "2%",
        "0.05 for 5 %",
    ),
    "a share above one": (
        with_top("quality: {margin: 2}"),
        "quality.margin",
        "from 0 to 1",
        "2",
        "write a share: 0.05 for 5 %",
    ),
    "a currency sign": (
        with_top("economics: {labour_rate: $90}"),
        "economics.labour_rate",
        "a number",
        "$90",
        "leave the currency",
    ),
    "thousands by letter": (
        with_top("economics: {labour_rate: 1k}"),
        "economics.labour_rate",
        "a number",
        "1k",
        "write the number out",
    ),
    "an octal-looking number": (
        with_top("economics: {labour_rate: 0123}"),
        "economics.labour_rate",
        "a number",
        "0123",
        "leading zero",
    ),
    "not a number": (
        with_top("economics: {labour_rate: .nan}"),
        "economics.labour_rate",
        "a finite number",
        ".nan",
        None,
    ),
    "infinity": (
        with_top("economics: {labour_rate: -.inf}"),
        "economics.labour_rate",
        "a finite number",
        "-.inf",
        None,
    ),
    "an overflow": (
        with_top("economics: {labour_rate: 1e999}"),
        "economics.labour_rate",
        "a finite number",
        "infinite",
        None,
    ),
    "more than any honest number": (
        with_top("economics: {labour_rate: 1e16}"),
        "economics.labour_rate",
        "at most",
        "1e+16",
        None,
    ),
    "null where a value is needed": (
        with_top("economics: {labour_rate: }"),
        "economics.labour_rate",
        "a number of at least 0",
        "null",
        "leave the key out for the default, 100",
    ),
    "a list of two": (
        with_top("economics: {labour_rate: [1, 2]}"),
        "economics.labour_rate",
        "[low, likely, high]",
        "a list of 2",
        None,
    ),
    "a range out of order": (
        with_top("economics: {labour_rate: [1, 3, 2]}"),
        "economics.labour_rate",
        "in rising order",
        "[1, 3, 2]",
        None,
    ),
    "a range whose low is above its likely": (
        with_top("economics: {labour_rate: {value: [5, 3, 6], status: stated}}"),
        "economics.labour_rate.value",
        "in rising order",
        "[5, 3, 6]",
        None,
    ),
    "a range with an end out of range": (
        with_top("quality: {margin: [0, 0.5, 1.5]}"),
        "quality.margin[2]",
        "from 0 to 1",
        "1.5",
        None,
    ),
    "a range with an unknown end": (
        with_top("quality: {target: [0.1, null, 0.9]}"),
        "quality.target[1]",
        "a number",
        "null",
        None,
    ),
    "a range of flags": (
        with_top("evidence: {evals_done: [yes, no, yes]}"),
        "evidence.evals_done",
        "true or false",
        "a list of 3",
        "only a number",
    ),
    "an unknown status": (
        with_top("economics: {labour_rate: {value: 3, status: guess}}"),
        "economics.labour_rate.status",
        "'stated', 'derived' or 'assumed'",
        "guess",
        None,
    ),
    "a source without a value": (
        with_top("economics: {labour_rate: {source: me}}"),
        "economics.labour_rate",
        "under the key 'value'",
        "no 'value'",
        None,
    ),
    "a fraction of a month": (with_top("horizon_months: 2.5"), "horizon_months", "a whole number", "2.5", None),
    "no horizon": (with_top("horizon_months: 0"), "horizon_months", "from 1 to 120", "0", None),
    "no payback limit": (
        with_top("economics: {max_payback_months: 0}"),
        "economics.max_payback_months",
        "above 0",
        "0",
        None,
    ),
    "growth past the range": (
        SOUND.replace("{calls_per_month: 1000}", "{calls_per_month: 1000, growth_per_month: 0.6}"),
        "workload.growth_per_month",
        "from -0.5 to 0.5",
        "0.6",
        None,
    ),
    "a premium below minus one": (
        with_option("kind: prompt\nprice: {input: 1, output: 1, input_premium: -1.1}\naccuracy: 0.1"),
        "options.extra.price.input_premium",
        "at least -1",
        "-1.1",
        None,
    ),
    "no utilisation": (
        with_option(GPU % f"{SPEEDS}, target_utilisation: 0"),
        "options.extra.gpu.target_utilisation",
        "above 0",
        "0",
        None,
    ),
    "a speed of zero": (
        with_option(PROMPT + "response: {decode_tokens_per_second: 0}"),
        "options.extra.response.decode_tokens_per_second",
        "above 0",
        "0",
        None,
    ),
    "less than one prompt variant": (
        with_option(PROMPT + "cache: {prompt_variants: 0.5}"),
        "options.extra.cache.prompt_variants",
        "at least 1",
        "0.5",
        None,
    ),
    "a number for a flag": (with_top("evidence: {evals_done: 1}"), "evidence.evals_done", "true or false", "1", None),
    "a list for a text": (SOUND.replace("client: Acme", "client: [Acme]"), "client", "a text", "a list of 1", None),
    "an empty client": (SOUND.replace("client: Acme", 'client: " "'), "client", "a text", "an empty text", None),
    "a control character": (
        SOUND.replace("client: Acme", 'client: "Ac\\x07me"'),
        "client",
        "without control characters",
        "U+0007",
        None,
    ),
    "a date that is none": (
        SOUND.replace("2025-11-15", "2025-02-30"),
        "as_of",
        "a date that exists",
        "2025-02-30",
        None,
    ),
    "a day and a time": (
        SOUND.replace("2025-11-15", "2025-11-15T10:00:00"),
        "as_of",
        "a date such as",
        "2025-11-15T10",
        None,
    ),
    "an unknown kind": (
        with_option("kind: raag\nprice: {input: 1, output: 1}"),
        "options.extra.kind",
        "'prompt'",
        "raag",
        "'rag'",
    ),
    "an unknown mode of escalation": (
        with_option(PROMPT + "escalation: {rate: 0.1, to: base, mode: cascades}"),
        "options.extra.escalation.mode",
        "'cascade' or 'router'",
        "cascades",
        "'cascade'",
    ),
    "a currency in small letters": (with_top("currency: euro"), "currency", "three capitals", "euro", None),
    "a block that is a number": (with_top("economics: 5"), "economics", "a mapping", "5", None),
    "an option that is a text": (SOUND + "  extra: base\n", "options.extra", "a mapping", "base", None),
    "options as a list": (with_top("published: {}"), "published", "a list", "a mapping", None),
    "an exchange rate of zero": (with_top("exchange_rate: {value: 0}"), "exchange_rate.value", "above 0", "0", None),
    # what must be there
    "no client": (SOUND.replace("client: Acme\n", ""), "client", "the client's name", "nothing", None),
    "no day": (SOUND.replace("as_of: 2025-11-15\n", ""), "as_of", "a date", "nothing", None),
    "no calls": (
        SOUND.replace("workload: {calls_per_month: 1000}\n", ""),
        "workload.calls_per_month",
        "calls a month",
        "nothing",
        None,
    ),
    "no options": (SOUND.partition("options:")[0], "options", "at least one option", "nothing", None),
    "no kind": (with_option("price: {input: 1, output: 1}"), "options.extra.kind", "'prompt'", "nothing", None),
    "no price": (
        with_option("kind: prompt\nprice: {input: 3}"),
        "options.extra.price.output",
        "a price",
        "nothing",
        "a model of the catalogue",
    ),
    "a gpu without a price": (
        with_option(f"kind: prompt\ngpu: {{{SPEEDS}}}"),
        "options.extra.gpu.price_per_hour",
        "gpu.type",
        "nothing",
        None,
    ),
    "a gpu without speeds": (
        with_option(GPU % "prefill_tokens_per_second: 3"),
        "options.extra.gpu.decode_tokens_per_second",
        "tokens per second",
        "nothing",
        None,
    ),
    "escalation without a rate": (
        with_option(PROMPT + "escalation: {to: base}"),
        "options.extra.escalation.rate",
        "share",
        "nothing",
        None,
    ),
    "escalation to nothing": (
        with_option(PROMPT + "escalation: {rate: 0.1}"),
        "options.extra.escalation.to",
        "an option",
        "nothing",
        None,
    ),
    "given arrivals without a hit rate": (
        with_option(PROMPT + "cache: {enabled: yes, arrivals: given}"),
        "options.extra.cache.hit_rate",
        "from 0 to 1",
        "nothing",
        None,
    ),
    "only tuned options": (
        SOUND.replace("kind: prompt", "kind: hybrid"),
        "options",
        "prompt-side kind",
        "none",
        "cached_rag",
    ),
    "a prompt that is no candidate": (
        SOUND.replace("    kind: prompt", "    kind: prompt\n    candidate: no"),
        "options",
        "prompt-side kind",
        "none",
        None,
    ),
    "thirteen options": (
        SOUND + "".join(f"  o{each}: {{like: base, kind: prompt}}\n" for each in range(11)),
        "options",
        "at most 12",
        "13",
        None,
    ),
    "format failures without trials": (
        with_top("evidence: {format_failures: {failures: 3}}"),
        "evidence.format_failures.trials",
        "whole number",
        "nothing",
        None,
    ),
    "a constraint without a status": (
        with_top("constraints: [{name: Residency}]"),
        "constraints[0].status",
        "'pass', 'fail' or 'open'",
        "nothing",
        None,
    ),
    # fields against one another
    "more failures than trials": (
        with_top("evidence: {format_failures: {failures: 5, trials: 4}}"),
        "evidence.format_failures.failures",
        "at most the trials, 4",
        "5",
        None,
    ),
    "no trials": (
        with_top("evidence: {format_failures: {failures: 0, trials: 0}}"),
        "evidence.format_failures.trials",
        "at least 1",
        "0",
        None,
    ),
    "failures whose range passes the trials": (
        with_top("evidence: {format_failures: {failures: [1, 2, 9], trials: 8}}"),
        "evidence.format_failures.failures",
        "at most the trials, 8",
        "9",
        None,
    ),
    "replicas the wrong way round": (
        with_option(GPU % f"{SPEEDS}, minimum_replicas: 3, maximum_replicas: 2"),
        "options.extra.gpu.minimum_replicas",
        "at most maximum_replicas, 2",
        "3",
        None,
    ),
    "errors cost, accuracy unknown": (
        SOUND.replace("    accuracy: 0.9\n", "") + "quality: {cost_per_error: 1}\n",
        "options.base.accuracy",
        "since quality.cost_per_error is above 0",
        "unknown",
        None,
    ),
    "errors may cost, accuracy unknown": (
        SOUND.replace("    accuracy: 0.9\n", "") + "quality: {cost_per_error: [0, 0, 1]}\n",
        "options.base.accuracy",
        "cost_per_error",
        "unknown",
        None,
    ),
    "errors cost, the fallback's accuracy unknown": (
        with_option("kind: two_tier\nlike: base\nescalation: {rate: 0.2, to: {price: {input: 1, output: 1}}}")
        + "quality: {cost_per_error: 1}\n",
        "options.extra.escalation.to.accuracy",
        "cost_per_error",
        "unknown",
        None,
    ),
    "a compared option of unknown accuracy": (
        with_option("kind: prompt\ncandidate: no\nprice: {input: 1, output: 1}")
        + "quality: {cost_per_error: 1}\ncompare: [[base, extra]]\n",
        "options.extra.accuracy",
        "cost_per_error",
        "unknown",
        None,
    ),
    "seconds cost, latency unknown": (
        SOUND.replace("prefill_tokens_per_second: 5000, ", "") + "latency: {value_per_second: 0.1}\n",
        "options.base.response.prefill_tokens_per_second",
        "since latency.value_per_second is above 0",
        "nothing",
        None,
    ),
    # names of options
    "a name with a space": (
        SOUND + "  My Option: {kind: prompt, price: {input: 1, output: 1}}\n",
        "options.My Option",
        "a name of a-z",
        "'My Option'",
        "write 'my_option'",
    ),
    "a name of 64": (
        SOUND + f"  {'a' * 64}: {{kind: prompt, like: base}}\n",
        f"options.{'a' * 64}",
        "at most 63",
        "'aaa",
        None,
    ),
    "like an unknown option": (
        with_option("kind: prompt\nlike: bas"),
        "options.extra.like",
        "the name of an option",
        "'bas'",
        "'base'",
    ),
    "like itself": (with_option("kind: prompt\nlike: extra"), "options.extra.like", "another option", "itself", None),
    "alike in a circle": (
        SOUND + "  a: {kind: prompt, like: b}\n  b: {kind: prompt, like: c}\n  c: {kind: prompt, like: a}\n",
        "options.a.like",
        "not like each other in a circle",
        "a → b → c → a",
        None,
    ),
    "an unknown current": (with_top("current: bse"), "current", "the name of an option", "'bse'", "'base'"),
    "an unknown option compared": (
        with_top("compare: [[base, tuned], [base, tunde]]"),
        "compare[1][1]",
        "the name of an option",
        "'tunde'",
        "'tuned'",
    ),
    "an option compared with itself": (
        with_top("compare: [[base, base]]"),
        "compare[0]",
        "two different options",
        "'base' twice",
        None,
    ),
    "a comparison of three": (with_top("compare: [[base, tuned, base]]"), "compare[0]", "a pair", "a list of 3", None),
    "a comparison twice": (
        with_top("compare: [[base, tuned], [base, tuned]]"),
        "compare[1]",
        "each pair once",
        "again",
        None,
    ),
    "a comparison that is no list": (with_top("compare: [base]"), "compare[0]", "a list", "base", None),
    "escalation to an unknown option": (
        with_option(PROMPT + "escalation: {rate: 0.1, to: bass}"),
        "options.extra.escalation.to",
        "the name of an option",
        "'bass'",
        "'base'",
    ),
    "escalation to itself": (
        with_option(PROMPT + "escalation: {rate: 0.1, to: extra}"),
        "options.extra.escalation.to",
        "another option",
        "itself",
        None,
    ),
    "escalation to what escalates": (
        with_option(PROMPT + "escalation: {rate: 0.1, to: base}")
        + "  more: {kind: two_tier, like: base, escalation: {rate: 0.1, to: extra}}\n",
        "options.more.escalation.to",
        "does not escalate itself",
        "'extra', which has an escalation",
        None,
    ),
    "escalation to a gpu": (
        with_option(GPU % SPEEDS) + "  more: {kind: two_tier, like: base, escalation: {rate: 0.1, to: extra}}\n",
        "options.more.escalation.to",
        "without a gpu",
        "'extra', which has a gpu",
        None,
    ),
    "an inline fallback with a gpu": (
        with_option(PROMPT + f"escalation: {{rate: 0.1, to: {{gpu: {{price_per_hour: 1, {SPEEDS}}}}}}}"),
        "options.extra.escalation.to.gpu",
        "without a gpu",
        "a gpu",
        None,
    ),
    "an inline fallback that escalates": (
        with_option(
            PROMPT + "escalation: {rate: 0.1, to: {price: {input: 1, output: 1}, escalation: {rate: 0.1, to: base}}}"
        ),
        "options.extra.escalation.to.escalation",
        "does not escalate itself",
        "an escalation",
        None,
    ),
    # the catalogue
    "an unknown model": (
        with_option("kind: prompt\naccuracy: 0.9\nmodel: anthropic/claude-haiku-45"),
        "options.extra.model",
        "a model of the catalogue",
        "'anthropic/claude-haiku-45'",
        "'anthropic/claude-haiku-4-5'",
    ),
    "a retired model": (
        with_option("kind: prompt\naccuracy: 0.9\nmodel: anthropic/claude-3-5-sonnet"),
        "options.extra.model",
        "offered on 2025-11-15",
        "retired on 2025-10-28",
        "choose a current model",
    ),
    "a model without an output price": (
        with_option("kind: prompt\naccuracy: 0.9\nmodel: openai/text-embedding-3-small"),
        "options.extra.price.output",
        "a price",
        "nothing",
        None,
    ),
    "an unknown embedding model": (
        with_option(PROMPT + "retrieval: {embedding_model: openai/text-embedding-3-smal}"),
        "options.extra.retrieval.embedding_model",
        "a model of the catalogue",
        "smal'",
        "'openai/text-embedding-3-small'",
    ),
    "an unknown gpu": (
        with_option(f"kind: prompt\naccuracy: 0.9\ngpu: {{type: L40Z, {SPEEDS}}}"),
        "options.extra.gpu.type",
        "a GPU type",
        "'L40Z'",
        "'L40S'",
    ),
    "catalogue prices in another currency": (
        with_top("currency: EUR") + "  extra: {kind: prompt, accuracy: 0.9, model: anthropic/claude-haiku-4-5}\n",
        "exchange_rate",
        "units of EUR for one US dollar",
        "nothing",
        "catalogue prices are in US dollars",
    ),
    # published figures
    "a metric without a scope": (
        with_top("published: [{metric: options.base.tco, value: 3}]"),
        "published[0].metric",
        "starts with invoice or full",
        "options.base.tco",
        "invoice.options.base.tco",
    ),
    "a metric of an unknown option": (
        with_top("published: [{metric: invoice.options.bsae.tco, value: 3}]"),
        "published[0].metric",
        "the name of an option",
        "'bsae'",
        "'base'",
    ),
    "a metric of half a comparison": (
        with_top("published: [{metric: full.comparisons.base.static_months, value: 3}]"),
        "published[0].metric",
        "BASELINE->CANDIDATE",
        "'base'",
        None,
    ),
    "a published figure without a value": (
        with_top("published: [{metric: full.options.base.tco}]"),
        "published[0].value",
        "a number",
        "nothing",
        None,
    ),
    "a what-if on an unknown path": (
        with_top(
            "published: [{metric: full.options.base.tco, value: 1, reconciles: "
            "[{label: x, set: {workload.calls_per_moth: 3}}]}]"
        ),
        "published[0].reconciles[0].set.workload.calls_per_moth",
        "the path of an input",
        "calls_per_moth",
        "'workload.calls_per_month'",
    ),
    "a what-if out of range": (
        with_top(
            "published: [{metric: full.options.base.tco, value: 1, reconciles: "
            "[{label: x, set: {options.base.accuracy: 3}}]}]"
        ),
        "published[0].reconciles[0].set.options.base.accuracy",
        "from 0 to 1",
        "3",
        None,
    ),
    # the file itself
    "an empty file": ("", "(file)", "a mapping", "an empty file", None),
    "a list": ("- a\n- b\n", "(file)", "a mapping", "a list of 2", None),
    "broken YAML": (SOUND + "x: [1, 2\n", "(file)", "valid YAML", "", None),
    "tabs": (SOUND + "quality:\n\tmargin: 1\n", "(file)", "valid YAML", "", "indent with spaces"),
    "two documents": (SOUND + "---\nclient: b\n", "(file)", "one YAML document", "a second one", None),
    "a tag": (
        SOUND.replace("client: Acme", "client: !!python/name:os.system Acme"),
        "client",
        "without a YAML tag",
        "os.system",
        "remove the tag",
    ),
    "an alias to nothing": (with_top("quality: *unknown"), "quality", "an alias to", "*unknown", None),
    "an alias inside itself": (with_top("notes: &a [*a]"), "notes[0]", "an alias to a complete", "*a", None),
    "a character YAML does not allow": (SOUND + "notes: a\x00b\n", "(file)", "valid YAML", "", "does not allow"),
    "too deep": (with_top("notes: " + "[" * 200 + "]" * 200), "notes[0][0][0]", "at most 30 levels", "deeper", None),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_place_and_words(name: str, faults: Faults) -> None:
    """Each fault names its key, what was wanted, what came, and the nearest valid name where there is one."""
    text, key, wanted, got, hint = BAD[name]
    found = faults(text)
    mine = [fault for fault in found if fault.key == key]
    assert mine, f"no fault at {key}, but {[str(fault) for fault in found]}"
    assert wanted in mine[0].wanted
    assert got in mine[0].got
    assert hint is None or (mine[0].hint and hint in mine[0].hint)


@pytest.mark.parametrize("name", [name for name in BAD if name not in ("a percentage", "an option twice")])
def test_one_mistake_is_one_fault(name: str, faults: Faults) -> None:
    """No second fault is reported that only follows from the first."""
    found = faults(BAD[name][0])
    assert [fault.key for fault in found] == [BAD[name][1]]


def test_every_fault_of_a_file_is_reported_at_once(faults: Faults) -> None:
    """Form, references, conditions and catalogue: one round of corrections."""
    found = faults(
        "client: 3\nclient: Acme\nas_of: 2025-11-15\nhorizon_month: 3\nworkload: {calls_per_month: many}\n"
        "current: baes\nquality: {cost_per_error: 2}\ncompare: [[base, base]]\n"
        "options:\n"
        "  base: {kind: prompt, model: anthropic/claude-haiku-45}\n"
        "  two: {kind: two_tier, like: base, accuracy: 2, escalation: {rate: 0.1, to: nobody}}\n"
    )
    assert {(fault.key, fault.line) for fault in found} == {
        ("client", 2),
        ("horizon_month", 4),
        ("workload.calls_per_month", 5),
        ("current", 6),
        ("compare[0]", 8),
        ("options.base.model", 10),
        ("options.base.accuracy", 10),
        ("options.two.accuracy", 11),
        ("options.two.escalation.to", 11),
    }
    assert [fault.line for fault in found] == sorted(fault.line or 0 for fault in found)


def test_a_fault_reads_as_one_line_with_file_line_and_key(faults: Faults) -> None:
    """The text of an error is made of its faults, one a line, in a form editors can follow."""
    (fault,) = faults(with_top("horizon_month: 3"))
    assert str(fault).endswith(
        "acme.yaml:1: horizon_month: wanted a known key; got 'horizon_month' (did you mean 'horizon_months'?)"
    )
    assert str(CaseError([fault, fault])) == f"{fault}\n{fault}"


def test_the_line_is_that_of_the_key_in_a_long_file(faults: Faults) -> None:
    """Lines are those of the very key, also below an alias and inside a list."""
    text = SOUND + "published:\n  - metric: full.options.base.tco\n    value: many\n  - metric: nothing\n    value: 3\n"
    assert [(fault.key, fault.line) for fault in faults(text)] == [
        ("published[0].value", 18),
        ("published[1].metric", 19),
    ]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("Legal", "a name of a-z"), ("my case", "a name of a-z"), ("clean", "no Make target"), ("all", "no Make target")],
)
def test_a_file_name_that_is_no_case_id_is_refused(tmp_path: Path, name: str, wanted: str) -> None:
    """Ids end up as Make targets and folder names."""
    path = tmp_path / f"{name}.yaml"
    path.write_text(SOUND)
    with pytest.raises(CaseError, match=wanted):
        load(path)


def test_a_missing_file_is_a_fault_with_its_path(tmp_path: Path) -> None:
    """There is one error family, whatever is wrong."""
    with pytest.raises(CaseError, match="no such file"):
        load(tmp_path / "none.yaml")


def test_a_folder_is_not_a_case_file(tmp_path: Path) -> None:
    """Nor is anything else that cannot be read."""
    (tmp_path / "acme.yaml").mkdir()
    with pytest.raises(CaseError, match="a readable case file"):
        load(tmp_path / "acme.yaml")


def test_a_file_over_one_megabyte_is_not_read(tmp_path: Path) -> None:
    """A case file is written by hand; a larger one is something else."""
    path = tmp_path / "acme.yaml"
    path.write_text(SOUND + "#" * MAXIMUM_BYTES)
    with pytest.raises(CaseError, match="at most 1 MB"):
        load(path)


def test_a_file_not_in_utf_8_is_refused_with_the_line(tmp_path: Path) -> None:
    """Guessing an encoding would put wrong letters into a memo."""
    path = tmp_path / "acme.yaml"
    path.write_bytes(SOUND.replace("Acme", "Café").encode("latin-1"))
    with pytest.raises(CaseError) as caught:
        load(path)
    assert [(fault.line, fault.wanted) for fault in caught.value.faults] == [(1, "text in UTF-8")]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    path = tmp_path / "acme.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.encode())
    assert load(path).client == "Acme"


def test_aliases_that_blow_up_are_refused_before_they_do(faults: Faults) -> None:
    """Nine lines of aliases can stand for a billion values."""
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{each}: &a{each} [{', '.join([f'*a{each - 1}'] * 10)}]\n" for each in range(1, 12)
    )
    assert any("expanded" in fault.got for fault in faults(bomb + SOUND))


def test_aliases_that_do_not_blow_up_are_fine(tmp_path: Path) -> None:
    """An anchor used twice is a convenience, not an attack."""
    path = tmp_path / "acme.yaml"
    text = SOUND.replace("price: {input: 3, output: 15}", "price: &p {input: 3, output: 15}")
    path.write_text(text.replace("price: {input: 1, output: 5}", "price: *p"))
    assert load(path).option("tuned").inputs["output_price"].value == 15


def test_an_error_survives_the_way_back_from_a_worker(faults: Faults) -> None:
    """Faults come back from other processes whole."""
    error = CaseError(faults(with_top("horizon_month: 3")))
    again = pickle.loads(pickle.dumps(error))
    assert again.faults == error.faults
    assert str(again) == str(error)
