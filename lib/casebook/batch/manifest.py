"""The manifest beside each report: what it was made from and with, when, and what came out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import casebook

NAME = "manifest.json"
SCHEMA = 1
_KEPT = ("model", "field", "value", "unit", "seen_on", "effective_from", "package_version", "negotiated")
_KEYS = {"input": str, "inputs": dict, "data": list, "files": dict}


def read(folder: Path) -> dict[str, Any] | None:
    """The manifest of a report; None when there is none, or none that this version can read."""
    try:
        record = json.loads((folder / NAME).read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    if not isinstance(record, dict) or record.get("schema") != SCHEMA:
        return None
    return record if all(isinstance(record.get(key), kind) for key, kind in _KEYS.items()) else None


def write(
    folder: Path,
    *,
    case: str,
    input: str,
    inputs: Mapping[str, str],
    data: Iterable[str],
    files: Iterable[str],
    built: str,
    seconds: Mapping[str, float],
) -> None:
    """Write the manifest of the report in `folder`; `built` is an ISO time, `seconds` that of each step."""
    record = {
        "schema": SCHEMA,
        "case": case,
        "casebook": casebook.__version__,
        "built": built,
        "seconds": {step: round(time, 3) for step, time in seconds.items()},
        "input": input,
        "data": list(data),
        "prices": _prices(folder / "results.json"),
        "files": {name: _description(folder / name) for name in files},
        "inputs": dict(inputs),
    }
    (folder / NAME).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _description(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _prices(results: Path) -> list[dict[str, Any]]:
    """The prices frozen into a report, with the version of the price data; none where there are no results."""
    try:
        found = json.loads(results.read_bytes())["provenance"]["prices"]
    except (FileNotFoundError, KeyError, TypeError, ValueError):
        return []
    return [{key: price.get(key) for key in _KEPT} for price in found]
