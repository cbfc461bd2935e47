"""The audit of the source article: its figures come out as the arithmetic has them, and none is typed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from casebook.analysis.audit import audited, comes_out
from casebook.analysis.audit_list import Audit, AuditError, Family, Figure, Reading, audit_from, case_files, load_audit
from casebook.analysis.binding import bind
from casebook.analysis.published import figure_at
from casebook.analysis.reader import Reader

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "notebooks" / "reconciliation.yaml"
HEURISTICS = sorted((LIST.parent / "heuristics").glob("*.yaml"))


@pytest.fixture(scope="module")
def audit() -> Audit:
    return load_audit(LIST)


@pytest.fixture(scope="module")
def results(audit: Audit) -> dict[str, Any]:
    return audited(audit)


def figures(results: Mapping[str, Any], family: str) -> list[Mapping[str, Any]]:
    return next(one for one in results["families"] if one["id"] == family)["figures"]


# --- what must come out ---------------------------------------------------------------------------------------------

ASSUMED, NOT = "reproduced with assumption", "not reproduced"
COMPUTED = [
    # family, place, published, computed, status
    ("saving-per-call", 0, (0.0015, 0.0015), 0.0015, ASSUMED),
    ("saving-per-call", 1, (3.3e6, 3.3e6), 10e6 / 3, ASSUMED),
    ("saving-per-call", 2, (33, 33), 100 / 3, ASSUMED),
    ("breakeven-volume", 0, (50_000, 80_000), 694_444, NOT),
    ("volume-thresholds", 0, (2e6, 2e6), 277_778, NOT),
    ("volume-thresholds", 1, (5e6, 5e6), 277_778, NOT),
    ("caching", 0, (0.6, 0.8), 0.67, ASSUMED),
    ("cached-breakeven", 0, (2, 3), None, NOT),
    ("self-hosting", 0, (20, 20), 166.49, NOT),
    ("self-hosting", 1, (3, 5), 0.12013, NOT),
    ("loaded-labour", 0, (40_000, 120_000), 12_000, NOT),
    ("retraining", 0, (5_000, 5_000), 20_000, NOT),
    ("premiums", 0, (0.2, 0.5), 0.46667, ASSUMED),
    ("premiums", 1, (0.3, 0.3), 0.46667, NOT),
    ("premiums", 2, (0.25, 0.25), 0.46667, NOT),
    ("hybrid-saving", 0, (0.8, 0.8), 0.74684, NOT),
    ("latency", 0, (0.5, 0.9), 0.71, ASSUMED),
    ("latency", 1, (1, 2), 1.5, ASSUMED),
]


@pytest.mark.parametrize(("family", "place", "published", "computed", "status"), COMPUTED)
def test_a_published_figure_is_set_beside_the_computed_one(
    family: str, place: int, published: tuple, computed: float | None, status: str, results: dict[str, Any]
) -> None:
    figure = figures(results, family)[place]
    assert (figure["low"], figure["high"]) == published
    assert figure["computed"] == (None if computed is None else pytest.approx(computed, rel=1e-4))
    assert figure["never"] == (computed is None)
    assert figure["status"] == status


def test_every_figure_of_the_list_is_tested(results: dict[str, Any]) -> None:
    found = [(family["id"], place) for family in results["families"] for place in range(len(family["figures"]))]
    assert found == [(family, place) for family, place, *_ in COMPUTED]
    assert results["counts"]["figures"] == len(found)
    assert results["counts"]["come_out"] == len([one for one in COMPUTED if one[-1] != NOT])


GIVES = [
    # family, place, label, what each run gives
    ("saving-per-call", 0, "The premium of claim 32", [0.0006]),
    ("saving-per-call", 0, "The lowest premiums of claim 96", [-0.0021]),
    ("saving-per-call", 0, "The highest input premium of claim 96", [-0.0027]),
    ("saving-per-call", 1, "The lowest premiums of claim 96", [math.inf]),
    ("saving-per-call", 2, "The lowest premiums of claim 96", [math.inf]),
    ("breakeven-volume", 0, "A year and a half, and next to nothing", [50_050]),
    ("breakeven-volume", 0, "A year and a half, and a short answer", [50_000, 80_000]),
    ("breakeven-volume", 0, "A year, a short answer, and a vector", [50_000, 80_000]),
    ("breakeven-volume", 0, "A year, and no premium", [69_444]),
    ("volume-thresholds", 0, "Loaded labour", [2_222_222]),
    ("volume-thresholds", 1, "Loaded labour", [5_005_005]),
    ("caching", 0, "The hit rate below which", [0]),
    ("cached-breakeven", 0, "A little over half of the prompt stable", [math.inf]),
    ("cached-breakeven", 0, "Both sides cached", [0.68966]),
    ("self-hosting", 0, "A hosted model of the dearest class", [63.267]),
    ("self-hosting", 0, "A hosted model of the cheapest class", [903.81]),
    ("self-hosting", 1, "As many tokens a day", [3.6518]),
    ("retraining", 0, "A run a month", [60_000]),
    ("latency", 0, "The short prompt alone", [0.425]),
    ("latency", 0, "The smaller model alone", [0.48333]),
    ("latency", 1, "Tuning without a smaller model", [0]),
]


@pytest.mark.parametrize(("family", "place", "label", "values"), GIVES)
def test_a_what_if_gives_the_figure_it_is_there_for(
    family: str, place: int, label: str, values: list[float], results: dict[str, Any]
) -> None:
    runs = [one for one in figures(results, family)[place]["reconciles"] if one["label"].startswith(label)]
    given = [math.inf if one["gives_never"] else one["gives"] for one in runs]
    assert given == [pytest.approx(value, rel=1e-4, abs=1e-12) for value in values]


FOUND = [
    # family, place, label, input, what it is found to be
    ("breakeven-volume", 0, "A year and a half, and a short answer", "options.rag.tokens.output", [38.765, 501.73]),
    ("caching", 0, "The hit rate of either end", "options.cached.cache.hit_rate", [0.73913, 0.91304]),
    ("caching", 0, "The same, where a fifth", "options.cached.cache.hit_rate", [0.86957, None]),
    ("caching", 0, "The hit rate below which", "options.cached.cache.hit_rate", [0.21739]),
    ("cached-breakeven", 0, "A prompt of many examples", "options.rag.cache.hit_rate", [0.58696, 0.71014]),
    ("loaded-labour", 0, "The hours of either end", "options.tuned.tuning.curation_hours", [400, 1_200]),
    ("premiums", 1, "The lowest input premium", "options.untuned.tokens.output", [100]),
    ("premiums", 2, "The lowest input premium", "options.untuned.tokens.output", [40]),
    ("hybrid-saving", 0, "The share of hard calls", "options.hybrid.escalation.rate", [0.158]),
    ("hybrid-saving", 0, "The same, with a cheaper", "options.hybrid.escalation.rate", [0.17889]),
    ("hybrid-saving", 0, "The same, with retrieved", "options.hybrid.escalation.rate", [0.13406]),
    ("latency", 1, "The length of the answer", "options.large.tokens.output", [120, 240]),
]


@pytest.mark.parametrize(("family", "place", "label", "path", "values"), FOUND)
def test_the_input_that_would_reconcile_a_figure_is_found(
    family: str, place: int, label: str, path: str, values: list[float | None], results: dict[str, Any]
) -> None:
    runs = [one for one in figures(results, family)[place]["reconciles"] if one["label"].startswith(label)]
    assert [one["solved"] for one in runs] == [path] * len(values)
    expected = [None if value is None else pytest.approx(value, rel=1e-4) for value in values]
    assert [one["set"][path] for one in runs] == expected


# --- nothing is typed -----------------------------------------------------------------------------------------------


MEASURES = {
    "difference": lambda of, against: of - against,
    "ratio": lambda of, against: of / against,
    "rise": lambda of, against: (of - against) / against,
    "fall": lambda of, against: (against - of) / against,
}


def from_the_results(family: Family, figure: Figure, changes: Mapping[str, Any], scope: str) -> float | None:
    """A figure computed a second way: from whole results, with the measures written out anew."""
    binding = bind(family.case)
    own = figure.of.metrics[0].partition(".")[0]

    def read(reading: Reading) -> float | None:
        settings = {family.case.input(path).path: value for path, value in {**changes, **reading.set}.items()}
        scopes = Reader(binding, binding.evaluation(changes=settings)).scopes()
        paths = [f"{scope}.{one.partition('.')[2]}" if scope != own else one for one in reading.metrics]
        found = [figure_at(scopes, path) for path in paths]
        return None if None in found else sum(found)

    of = read(figure.of)
    return of if figure.against is None or of is None else MEASURES[figure.measure](of, read(figure.against))


def test_every_figure_and_every_what_if_is_a_run_of_the_model(audit: Audit, results: dict[str, Any]) -> None:
    for family, told in zip(audit.families, results["families"], strict=True):
        for figure, row in zip(family.figures, told["figures"], strict=True):
            scope = figure.of.metrics[0].partition(".")[0]
            assert row["computed"] == nearly(from_the_results(family, figure, {}, scope))
            for one in row["reconciles"]:
                if None not in one["set"].values():
                    again = from_the_results(family, figure, one["set"], one["scope"])
                    assert one["gives"] == nearly(again), (row["name"], one["label"])


def nearly(value: float | None) -> Any:
    return None if value is None else pytest.approx(value, rel=1e-9, abs=1e-12)


def test_what_is_found_gives_the_published_end(results: dict[str, Any]) -> None:
    runs = [one for family in results["families"] for figure in family["figures"] for one in figure["reconciles"]]
    solved = [one for one in runs if one["solved"] and one["set"][one["solved"]] is not None]
    assert len(solved) > 15
    for one in solved:
        assert one["gives"] == pytest.approx(one["target"], rel=1e-9, abs=1e-9)


def test_the_words_of_the_list_hold_no_figures(audit: Audit) -> None:
    for family in audit.families:
        labels = [one.label for figure in family.figures for one in figure.reconciles]
        for text in (family.entry.title, family.entry.reading, *labels):
            assert not re.search(r"\d", re.sub(r"claim \d+", "", text)), text


# --- when a figure counts as published ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "computed", "out"),
    [
        (33, 33.33, True),  # a hundredth
        (33, 33.49, True),  # the same once rounded
        (33, 33.51, False),
        (3_300_000, 3_349_000, True),
        (3_300_000, 3_351_000, False),
        (2_000_000, 2_222_222, False),
        (5_000_000, 5_049_000, True),
        (0.8, 0.81, False),
        ((0.6, 0.8), 0.807, True),
        ((0.6, 0.8), 0.809, False),
        ((0.6, 0.8), 0.595, True),
        ((0.6, 0.8), 0.593, False),
        ((2, 3), math.inf, False),
        ((2, 3), math.nan, False),
    ],
)
def test_a_figure_counts_in_its_range_or_within_a_hundredth_or_rounded(
    published: Any, computed: float, out: bool
) -> None:
    figure = Figure(published=published, unit="x", source="y", of=Reading(metric="invoice.options.a.tco"))
    assert comes_out(figure, computed) is out


# --- the files ------------------------------------------------------------------------------------------------------


def test_every_case_file_is_in_the_list() -> None:
    assert sorted(case_files(LIST)) == [f"heuristics/{path.name}" for path in HEURISTICS]


@pytest.mark.parametrize("path", HEURISTICS, ids=lambda path: path.stem)
def test_every_written_input_has_a_status_and_a_source(path: Path, audit: Audit) -> None:
    case = next(family.case for family in audit.families if family.case.id == path.stem)
    given = [one for one in case.all_inputs() if one.origin == "case" and one.line not in ("kind", "as_of")]
    for one in given:
        assert one.source, one.path
        if one.status == "stated":
            assert re.search(r"claim \d|vendor's page", one.source), one.path
        if one.status == "assumed" and one.type == "number":
            assert re.search(r"not published|no hours|whole prompt", one.source), one.path


def entry(**changes: Any) -> dict[str, Any]:
    """The list with its first family that has figures of its own changed."""
    tree = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    family = next(one for one in tree["families"] if one.get("figures"))
    family["figures"][0] |= changes
    return {"title": "x", "families": [family]}


METRIC = "invoice.comparisons.rag->tuned.tco_saving"
FAULTS = [
    ({"measure": "average"}, "families.0.figures.0.measure"),
    ({"measure": "ratio"}, "wanted `against` for 'ratio'"),
    ({"against": {"metric": METRIC}}, "`against` unused"),
    ({"published": [3, 2]}, "wanted the lower end of the range first"),
    ({"published": math.inf}, "families.0.figures.0.published"),
    ({"of": {"metric": "invoice.options.nobody.tco"}}, "wanted a path into the results"),
    ({"of": {"metric": METRIC, "set": {"options.rag.tokens.colour": 1}}}, "wanted the path of an input"),
    ({"reconciles": [{"label": "x"}]}, "wanted something to `set` or to `solve`"),
    ({"reconciles": [{"label": "x", "set": {"options.rag.tokens.output": -1}}]}, "options.rag.tokens.output: wanted"),
    ({"colour": "red"}, "families.0.figures.0.colour"),
]


@pytest.mark.parametrize(("changes", "told"), FAULTS)
def test_what_does_not_fit_is_told(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(AuditError) as refused:
        audit_from(entry(**changes), LIST.parent, "list.yaml")
    assert told in str(refused.value)
    assert all(fault.startswith("list.yaml: ") for fault in refused.value.faults)


def test_a_list_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "list.yaml").write_text("title: [")
    for name in ("list.yaml", "gone.yaml"):
        with pytest.raises(AuditError, match=name):
            load_audit(tmp_path / name)


def test_a_case_with_faults_is_told_with_them(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("client: A\n")
    family = {"title": "x", "claims": "1", "case": "one.yaml", "reading": "x"}
    with pytest.raises(AuditError, match=r"one\.yaml.*as_of"):
        audit_from({"title": "x", "families": [family]}, tmp_path)


def test_no_value_between_the_bounds_is_said_and_not_guessed() -> None:
    solve = {"path": "options.rag.tokens.output", "between": [900, 1000]}
    tree = entry(reconciles=[{"label": "x", "solve": solve}])
    (family,) = audited(audit_from(tree, LIST.parent))["families"]
    for one in family["figures"][0]["reconciles"]:
        assert one["set"] == {"options.rag.tokens.output": None}
        assert (one["gives"], one["comes_out"]) == (None, False)


def test_a_figure_is_found_close_to_where_it_turns_to_never() -> None:
    tree = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    family = next(one for one in tree["families"] if "cached-breakeven" in one["case"])
    solve = {"path": "options.rag.cache.hit_rate", "between": [0, 1]}
    family["figures"][0] |= {"published": 500, "reconciles": [{"label": "x", "solve": solve}]}
    (told,) = audited(audit_from({"title": "x", "families": [family]}, LIST.parent))["families"]
    (one,) = told["figures"][0]["reconciles"]
    assert one["gives"] == pytest.approx(500)
    assert 0.65 < one["set"]["options.rag.cache.hit_rate"] < 0.652174
