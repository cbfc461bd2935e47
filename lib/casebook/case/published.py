"""Figures published elsewhere: that what they name exists, and that what they would set fits."""

from __future__ import annotations

from typing import Any

from .assembly import Assembly
from .faults import did_you_mean, nearest
from .objects import Input
from .reading import Path
from .schema import Published, Reconcile

SCOPES = ("invoice", "full")
PARTS = ("options", "comparisons", "recommendation")


def check_published(assembly: Assembly) -> list[dict[str, Any]]:
    """The published figures with their what-ifs, as plain mappings; faults go to the document."""
    checked = []
    for place, each in enumerate(assembly.file.published):
        path: Path = ("published", place)
        for key in ("metric", "value"):
            if getattr(each, key) is None:
                _fault(
                    assembly,
                    (*path, key),
                    "a path into the results" if key == "metric" else "a number",
                    "nothing",
                )
        if each.metric is not None:
            _check_metric(assembly, (*path, "metric"), each.metric)
        checked.append(_as_mapping(assembly, path, each))
    return checked


def _fault(assembly: Assembly, path: Path, wanted: str, got: str, hint: str | None = None) -> None:
    if not assembly.sound.is_tainted(path):
        assembly.document.fault(path, wanted, got, hint)


def _check_metric(assembly: Assembly, path: Path, metric: str) -> None:
    parts = metric.split(".")
    if parts[0] not in SCOPES:
        hint = did_you_mean(parts[0], SCOPES) or f"write invoice.{metric} or full.{metric}"
        _fault(assembly, path, "a path that starts with invoice or full", f"'{metric}'", hint)
        return
    if len(parts) < 3 or parts[1] not in PARTS:
        near = did_you_mean(parts[1], PARTS) if len(parts) > 1 else None
        wanted = f"{parts[0]}.options.NAME.…, {parts[0]}.comparisons.A->B.… or {parts[0]}.recommendation.…"
        _fault(assembly, path, wanted, f"'{metric}'", near)
        return
    known = list(assembly.views.named)
    names = {"options": parts[2:3], "comparisons": parts[2].split("->")}.get(parts[1], [])
    if parts[1] == "comparisons" and len(names) != 2:
        _fault(assembly, path, "a comparison BASELINE->CANDIDATE", f"'{parts[2]}'")
        return
    for name in names:
        if known and name not in known:
            _fault(assembly, path, "the name of an option", f"'{name}'", did_you_mean(name, known))


def _as_mapping(assembly: Assembly, path: Path, each: Published) -> dict[str, Any]:
    scope = str(each.metric or "").partition(".")[0]
    reconciles = tuple(
        _reconcile(assembly, (*path, "reconciles", place), one, scope) for place, one in enumerate(each.reconciles)
    )
    return {
        "metric": each.metric,
        "value": each.value,
        "unit": each.unit,
        "source": each.source,
        "note": each.note,
        "reconciles": reconciles,
    }


def _reconcile(assembly: Assembly, path: Path, one: Reconcile, scope: str) -> dict[str, Any]:
    settings = {}
    if one.label is None:
        _fault(assembly, (*path, "label"), "what the what-if is called", "nothing")
    if not one.set:
        _fault(assembly, (*path, "set"), "at least one input to set, path: value", "nothing")
    paths = assembly.written_paths if one.set else {}
    for name, raw in one.set.items():
        target = paths.get(name)
        if target is None:
            if not assembly.sound.is_tainted(("options",)):
                hint = _path_hint(name, paths)
                _fault(assembly, (*path, "set", name), "the path of an input of this case", f"'{name}'", hint)
            continue
        settings[name] = _value(assembly, (*path, "set", name), target, raw)
    return {"label": one.label, "scope": one.scope or scope, "set": settings}


def _path_hint(name: str, paths: Any) -> str | None:
    near = nearest(name, paths)
    return f"did you mean '{near[0]}'?" if near else None


def _value(assembly: Assembly, path: Path, target: Input, raw: Any) -> Any:
    try:
        return target.accepts(raw)
    except ValueError as error:
        wanted, _, got = str(error).partition(": wanted ")[2].partition("; got ")
        _fault(assembly, path, wanted, got)
        return None
