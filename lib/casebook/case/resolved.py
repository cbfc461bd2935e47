"""The case written out in full, in the case file's own keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .schema import OPTION_BLOCKS, CaseFile, FormatFailures, OptionBlock, block_class, lines_of

if TYPE_CHECKING:
    from .objects import Case, Option

_TEXTS = (
    "client",
    "title",
    "prepared_by",
    "confidentiality",
    "memo_date",
    "current",
    "currency",
    "language",
    "notes",
)


def resolved_case(case: Case) -> dict[str, Any]:
    """A plain nested dict: likely values only, unknown ones None, dates as dates."""
    full: dict[str, Any] = {key: getattr(case, key) for key in _TEXTS}
    full["decision"] = dict(case.decision) if case.decision else None
    full["exchange_rate"] = dict(case.exchange_rate) if case.exchange_rate else None
    full |= {key: case.inputs[line.name].value for key, line in lines_of(CaseFile).items()}
    for key in CaseFile.BLOCKS:
        block = block_class(CaseFile, key)
        assert block is not None
        full[key] = {name: case.inputs[line.name].value for name, line in lines_of(block).items()}
    failures = {key: case.inputs[line.name].value for key, line in lines_of(FormatFailures).items()}
    full["evidence"]["format_failures"] = None if failures["trials"] is None else failures
    full["evidence"]["eval_results"] = str(case.eval_results) if case.eval_results else None
    full["options"] = {option.name: resolved_option(option) for option in case.options}
    full["compare"] = [list(pair) for pair in case.compare] if case.compare is not None else None
    full["constraints"] = [dict(each) for each in case.constraints]
    full["published"] = [{**each, "reconciles": [dict(one) for one in each["reconciles"]]} for each in case.published]
    return full


def resolved_option(option: Option) -> dict[str, Any]:
    """One option written out in full, and what it escalates to inside it."""
    full: dict[str, Any] = {
        "name": option.name,
        "label": option.label,
        "candidate": option.candidate,
        "model": option.model,
        "blocks": sorted(option.blocks),
    }
    full |= {key: option.inputs[line.name].value for key, line in lines_of(OptionBlock).items()}
    for key in OPTION_BLOCKS:
        block = block_class(OptionBlock, key)
        assert block is not None
        full[key] = {name: option.inputs[line.name].value for name, line in lines_of(block).items()}
        if key in ("gpu", "escalation") and key not in option.blocks:
            full[key] = None
    if full["escalation"] is not None:
        assert option.fallback is not None
        fallback = resolved_option(option.fallback)
        fallback.pop("escalation")
        full["escalation"]["to"] = fallback
    return full
