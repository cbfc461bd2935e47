"""The case file's JSON Schema, for editors that complete and check as one types."""

from __future__ import annotations

from typing import Any

from .schema import CaseFile, FormatFailures, Published

# Required keys are checked beside the other faults, not by Pydantic, so its schema does not know of them.
_REQUIRED = {
    CaseFile: ("client", "as_of", "workload", "options"),
    FormatFailures: ("failures", "trials"),
    Published: ("metric", "value"),
}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a case file."""
    schema = CaseFile.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Casebook case file"
    schema["required"] = list(_REQUIRED[CaseFile])
    definitions = schema["$defs"]
    for block in (FormatFailures, Published):
        definitions[block.__name__]["required"] = list(_REQUIRED[block])
    definitions["Workload"]["required"] = ["calls_per_month"]
    return schema
