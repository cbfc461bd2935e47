"""The list of an audit: which published figures are set beside which figures of which case.

A file like `notebooks/reconciliation.yaml`. What is one path into the results of a case stands in that case's
`published`; the list adds figures published as a range, and those made of two figures of the results.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml  # type: ignore[import-untyped]  # PyYAML ships no types
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from casebook.case import Case, CaseError, load

LIST = Path("notebooks", "reconciliation.yaml")

Number = Annotated[float, Field(allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1)]
Setting = bool | Number | str
MEASURES = Literal["figure", "difference", "ratio", "rise", "fall"]


class AuditError(ValueError):
    """A list that cannot be audited, with every fault found in it."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reading(_Strict):
    """Figures of the results, added up, in a run with some inputs set."""

    metric: Text | list[Text]
    set: dict[str, Setting] = {}

    @property
    def metrics(self) -> tuple[str, ...]:
        """The paths that are added up."""
        return (self.metric,) if isinstance(self.metric, str) else tuple(self.metric)


class Solve(_Strict):
    """An input to be found: the value between two bounds at which a figure comes out."""

    path: Text
    between: tuple[Number, Number]
    reach: Number | None = None


class WhatIf(_Strict):
    """What would reconcile a figure: inputs set, one input found, another scope."""

    label: Text
    scope: Literal["invoice", "full"] | None = None
    set: dict[str, Setting] = {}
    solve: Solve | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> WhatIf:
        if not self.set and self.solve is None:
            raise ValueError("wanted something to `set` or to `solve`")
        return self


class Figure(_Strict):
    """A published figure: a number or a range, and how it is measured in the results."""

    name: Text | None = None  # that of the results' figure, where it is one
    published: Number | tuple[Number, Number]
    unit: Text
    source: Text
    note: str | None = None
    measure: MEASURES = "figure"
    of: Reading
    against: Reading | None = None
    reconciles: list[WhatIf] = []

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest published; the same twice when it is one number."""
        return self.published if isinstance(self.published, tuple) else (self.published, self.published)

    @model_validator(mode="after")
    def _is_whole(self) -> Figure:
        if (self.measure == "figure") != (self.against is None):
            raise ValueError(f"wanted `against` for {self.measure!r}" if self.against is None else "`against` unused")
        if self.ends[0] > self.ends[1]:
            raise ValueError("wanted the lower end of the range first")
        return self


class FamilyEntry(_Strict):
    """Figures that belong together, and the case they are computed from."""

    title: Text
    claims: Text
    case: Text
    reading: Text
    names: dict[str, Text] = {}
    figures: list[Figure] = []


class _File(_Strict):
    title: Text
    families: Annotated[list[FamilyEntry], Field(min_length=1)]


class Family:
    """An entry of the list with its case loaded, and all its figures: the case's own, then the list's."""

    def __init__(self, entry: FamilyEntry, case: Case) -> None:
        self.entry = entry
        self.case = case
        own = [_of_case(published, entry.names.get(published["metric"])) for published in case.published]
        self.figures = (*own, *entry.figures)


class Audit:
    """A list whose cases are loaded and whose settings fit them."""

    def __init__(self, title: str, families: tuple[Family, ...]) -> None:
        self.title = title
        self.families = families


def load_audit(path: Path | None = None) -> Audit:
    """The audit of a list, by default the project's own; raises AuditError with every fault found."""
    path = path or own_list()
    return audit_from(read_list(path), path.parent, str(path))


def read_list(path: Path) -> Any:
    """A list as plain data, not yet validated."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise AuditError([f"{path}: wanted a readable YAML file; got {' '.join(str(error).split())}"]) from None


def audit_from(tree: Any, directory: Path, name: str = "(parameters)") -> Audit:
    """The audit of a list as plain data; its case files are seen from `directory`."""
    try:
        file = _File.model_validate(tree)
    except ValidationError as error:
        raise AuditError([_told(name, each) for each in error.errors()]) from None
    faults: list[str] = []
    families = []
    for entry in file.families:
        try:
            family = Family(entry, load(directory / entry.case))
        except CaseError as error:
            faults += [str(fault) for fault in error.faults]
            continue
        families.append(family)
        faults += [f"{name}: {entry.title}: {fault}" for fault in _misfits(family)]
    if faults:
        raise AuditError(faults)
    return Audit(file.title, tuple(families))


def case_files(path: Path) -> tuple[str, ...]:
    """The case files that a list names, as it names them."""
    return tuple(dict.fromkeys(entry["case"] for entry in read_list(path)["families"]))


def own_list(start: Path | None = None) -> Path:
    """The project's list, from the working directory upwards, else that of the checkout this package stands in."""
    for origin in (start or Path.cwd(), Path(__file__).resolve()):
        for folder in (origin, *origin.parents):
            if (folder / LIST).is_file():
                return folder / LIST
    raise FileNotFoundError(f"{LIST} is in no folder above {start or Path.cwd()}: run the notebook inside the project")


def _of_case(published: Mapping[str, Any], name: str | None) -> Figure:
    """A case's own published figure in the list's form."""
    return Figure(
        name=name,
        published=published["value"],
        unit=published["unit"] or "",
        source=published["source"] or "",
        note=published["note"],
        of=Reading(metric=published["metric"]),
        reconciles=[WhatIf(label=one["label"], scope=one["scope"], set=one["set"]) for one in published["reconciles"]],
    )


def _misfits(family: Family) -> list[str]:
    """Settings that are no input of the family's case, or no value for it; figures that are no path of its results."""
    metrics = [published["metric"] for published in family.case.published]
    unknown = [metric for metric in family.entry.names if metric not in metrics]
    faults = [f"wanted a published metric of {family.entry.case}; got {metric!r}" for metric in unknown]
    names = {option.name for option in family.case.options}
    for figure in family.entry.figures:
        readings = [reading for reading in (figure.of, figure.against) if reading is not None]
        for metric in (metric for reading in readings for metric in reading.metrics):
            parts = metric.split(".")
            if len(parts) < 4 or parts[0] not in ("invoice", "full") or not set(parts[2].split("->")) <= names:
                faults.append(f"wanted a path into the results such as invoice.options.NAME.tco; got {metric!r}")
        settings = [item for each in (*readings, *figure.reconciles) for item in each.set.items()]
        solves = [one.solve for one in figure.reconciles if one.solve is not None]
        settings += [(solve.path, bound) for solve in solves for bound in solve.between]
        for path, value in settings:
            given = family.case.written_paths.get(path)
            if given is None:
                faults.append(f"wanted the path of an input of {family.entry.case}; got {path!r}")
                continue
            try:
                given.accepts(value)
            except ValueError as error:
                faults.append(str(error))
    return faults


def _told(name: str, error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"]) or "(file)"
    got = "" if error["type"] in ("missing", "value_error") else f"; got {error['input']!r}"
    return f"{name}: {place}: {error['msg']}{got}"
