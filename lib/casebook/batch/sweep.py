"""One case expanded over values: a case file for each combination, and the table of what came out."""

from __future__ import annotations

import csv
import itertools
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casebook.analysis.portfolio import CURRENT, RESULTS, PortfolioError, read_portfolio
from casebook.batch import cases
from casebook.batch.faults import InputError

PLAN = "sweep.json"
"""In a sweep's folder: which values each of its cases has, so that a table can be made and the folder known again."""

_RESULTS = "evidence.eval_results"
_FIGURES = {
    "Verdict on invoices": "",
    "Verdict at full cost": "",
    "Strength at full cost": "",
    "Bills in month 1": "{}",
    "Cost over the horizon at full cost": "{}",
    "Payback at full cost": "months",
    "Payback of": "",
}
"""What the table tells of a case, and the unit; the currency stands for {}."""

_BETWEEN = re.compile(r",(?![^\[]*\])")  # a comma that is not inside a range


@dataclass(frozen=True)
class Member:
    """One case of a sweep: its id, and the values it is given as they were written, by key path."""

    id: str
    values: Mapping[str, str]


def grid(settings: Iterable[str]) -> dict[str, list[str]]:
    """Key paths with their values, from `path=a,b,c`; a range is written `[low, likely, high]`."""
    found: dict[str, list[str]] = {}
    for setting in settings:
        path, equals, text = setting.partition("=")
        values = [value.strip() for value in _BETWEEN.split(text)]
        if not equals or not path.strip() or "" in values:
            raise InputError(f"--set: wanted path=value,value,…; got {setting!r}")
        if path.strip() in found:
            raise InputError(f"--set: {path.strip()} is given twice; write all of its values behind one")
        found[path.strip()] = values
    return found


def rows_of(table: Path) -> list[dict[str, str]]:
    """The rows of a CSV: a column a key path, one named `id` for the case's name. A blank cell changes nothing."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{table}: wanted a CSV in UTF-8; got {error}") from error
    if not rows:
        raise InputError(f"{table}: wanted a heading and at least one row")
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise InputError(f"{table}:{number}: wanted {len(reader.fieldnames or ())} cells, as in the heading")
    return [{key.strip(): value.strip() for key, value in row.items() if value.strip()} for row in rows]


def members(name: str, values: Mapping[str, Sequence[str]], rows: Sequence[Mapping[str, str]] = ()) -> list[Member]:
    """Every row with every combination of values, in order, each with an id of its own."""
    combined = [dict(zip(values, one, strict=True)) for one in itertools.product(*values.values())]
    found: list[Member] = []
    count = len(rows or ("",)) * len(combined)
    for row, chosen in itertools.product(rows or [{}], combined):
        given = {**row, **chosen}
        own = given.pop("id", "") or _slug(given.get("client", ""))
        number = f"{len(found) + 1:0{len(str(count))}}"
        found.append(Member(own if own and len(combined) == 1 else f"{(own or name)[:50]}-{number}", given))
    for member in found:
        if not cases.NAME.fullmatch(member.id):
            raise InputError(
                f"id: wanted 1 to 63 of a-z, 0-9, - and _, starting with a letter or digit; got {member.id!r}"
            )
    ids = [member.id for member in found]
    if twice := next((one for one in ids if ids.count(one) > 1), None):
        raise InputError(f"two cases of the sweep would be named {twice}; give each row an id in a column named id")
    return found


def write(case_file: Path, into: Path, wanted: Sequence[Member]) -> list[Path]:
    """Write the case files of a sweep into a folder of their own, all of them or none.

    A folder of an earlier sweep is replaced. Raises InputError for another folder that is there, for what is wrong
    with the case, and for what is wrong with the values.
    """
    from casebook.case import CaseError, load
    from casebook.case.rewrite import RewriteError, rewritten

    if into.exists() and not (into / PLAN).is_file():
        raise InputError(f"{into}: is there and holds no sweep; name another folder with --into")
    try:
        case = load(case_file)
    except CaseError as error:
        raise InputError(str(error)) from error
    text = case_file.read_text(encoding="utf-8-sig")
    # Beside the place it will have, so that relative paths lead to the same files.
    draft = into.with_name(f".sweep-{secrets.token_hex(4)}")
    draft.mkdir(parents=True)
    try:
        for member in wanted:
            values = dict(member.values)
            if case.eval_results and _RESULTS not in values:
                values[_RESULTS] = os.path.relpath(case.eval_results, draft.resolve())
            changes = [_change(path, value, case) for path, value in values.items()]
            try:
                made = rewritten(text, changes)
            except RewriteError as error:
                raise InputError(f"{case_file}: {error}") from error
            file = draft / f"{member.id}.yaml"
            file.write_text(made, encoding="utf-8")
            if faults := cases.check(cases.CaseFile(file)).faults:
                told = ", ".join(f"{path} = {value}" for path, value in member.values.items())
                found = [fault.removeprefix(f"{file}:") for fault in faults]
                raise InputError("\n  ".join([f"{case_file} with {told}:", *found]))
        plan = {"case": case_file.stem, "values": {member.id: dict(member.values) for member in wanted}}
        (draft / PLAN).write_text(json.dumps(plan, indent=1) + "\n", encoding="utf-8")
        shutil.rmtree(into, ignore_errors=True)
        draft.rename(into)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return [into / f"{member.id}.yaml" for member in wanted]


def table(output: Path, wanted: Sequence[Member], case_file: Path) -> tuple[list[str], list[list[Any]]]:
    """Headings with their units, and rows of what came out, a case a row; blank where a report is not up to date."""
    from casebook.case import load

    case = load(case_file)
    paths = list(dict.fromkeys(path for member in wanted for path in member.values))
    headings = [heading(path, case) for path in paths]
    # Two options may have one label: their key paths tell them apart.
    headings = [name if headings.count(name) == 1 else path for path, name in zip(paths, headings, strict=True)]
    money = "" if "currency" in paths else case.currency
    figures = [f"{name} ({unit.format(money).strip(', ')})" if unit else name for name, unit in _FIGURES.items()]
    shown = _up_to_date(output)
    rows = [_row(one, paths, output / one.id / RESULTS if one.id in shown else None) for one in wanted]
    return ["Case", *headings, *figures], rows


def _up_to_date(output: Path) -> frozenset[str]:
    """The reports that show what their case files hold now, by the portfolio, which a build brings up to date."""
    try:
        cases = read_portfolio(output)["cases"]
    except PortfolioError:
        return frozenset()
    return frozenset(name for name, case in cases.items() if case["state"] == CURRENT and case["report"])


def heading(path: str, case: Any) -> str:
    """What a key path of a case is called: its input's label, whose it is, and its unit; the path where it is none."""
    from casebook.case.fields import unit_in

    given = case.written_paths.get(path)
    if given is None:
        return path if "." in path else path.replace("_", " ").capitalize()
    block, _, rest = path.partition(".")
    owner = next((option for option in case.options if block == "options" and rest.startswith(f"{option.name}.")), None)
    name = given.label if owner is None else f"{given.label}: {owner.label}"
    unit = unit_in(case.currency, given.unit)
    return f"{name} ({unit})" if unit else name


def write_table(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write the table as CSV."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])


def _row(member: Member, paths: Sequence[str], file: Path | None) -> list[Any]:
    from casebook.analysis.payback import months_or_words, window_of

    cells: list[Any] = [member.id, *(member.values.get(path, "") for path in paths)]
    if file is None:
        return [*cells, *[""] * len(_FIGURES)]
    results = json.loads(file.read_bytes())
    invoice, full = (results["scopes"][scope] for scope in ("invoice", "full"))
    verdicts = [scope["recommendation"]["verdict"] for scope in (invoice, full)]
    pair, about = results["payback"]["full"], results["about"]
    figures = [
        *verdicts,
        full["recommendation"]["strength"],
        invoice["options"].get(verdicts[0], {}).get("cash_per_month"),
        full["options"].get(verdicts[1], {}).get("tco"),
        pair and months_or_words(pair, window_of(about["horizon_months"], about["max_payback_months"])),
        pair and f"{pair['candidate']} against {pair['baseline']}",
    ]
    return [*cells, *map(_plain, figures)]


def _plain(figure: Any) -> Any:
    """A figure without the dust of floating point; blank where there is none."""
    return "" if figure is None else float(f"{figure:.12g}") if isinstance(figure, float) else figure


def _change(path: str, text: str, case: Any) -> Any:
    """What is to stand at a key path; a figure says that the sweep has set it."""
    from casebook.case.rewrite import Change

    source = f"set by a sweep of {case.id}" if path in case.written_paths else None
    if not (text.startswith("[") and text.endswith("]")):
        return Change(path, _value(text), source=source)
    ends = [_value(each.strip()) for each in text[1:-1].split(",")]
    if len(ends) != 3 or not all(isinstance(each, int | float) for each in ends):
        raise InputError(f"{path}: wanted a value, or a range [low, likely, high]; got {text}")
    return Change(path, ends[1], ends[0], ends[2], source)


def _value(text: str) -> Any:
    """A value as it is written in a case file; a text in quotes, whatever it holds."""
    import yaml  # type: ignore[import-untyped]  # PyYAML ships no types

    if re.fullmatch(r"[-+]?\d+(\.\d+)?[eE][-+]?\d+", text):  # a number to people, a text to YAML 1.1
        return float(text)
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        value = text
    return json.dumps(text, ensure_ascii=False) if isinstance(value, str | dict | list) else value


def _slug(client: str) -> str:
    from casebook.case import slug

    return slug(client) if client else ""
