"""What may be written in a field of the case file, and how it is read.

A field of the schema carries one `Line`: the model's name for it, its label, unit and range. The form, the
checks, the inputs of the model and the JSON Schema for editors are all taken from it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from .faults import did_you_mean, one_of
from .reading import Plain

Value = float | int | bool | str | date | None

STATUSES = ("stated", "derived", "assumed")
FROM_EVAL = "from_eval"
DOLLAR = "USD"
# Past this a cell of a spreadsheet no longer holds every whole number; no honest input comes near it.
LARGEST = 1e15

_NUMBER = re.compile(r"[-+]?(?:(?:0|[1-9][0-9_]*)(?:\.[0-9_]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.?(?:inf|infinity|nan)", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FLAGS = {
    "true": True,
    "yes": True,
    "on": True,
    "y": True,
    "false": False,
    "no": False,
    "off": False,
    "n": False,
}
# What the formats we write (spreadsheet, page, JSON) cannot hold, or show as nothing.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Unicode's Bidi_Control: what stands behind one is read in another order than it is stored.
_BIDIRECTIONAL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Refused(Exception):
    """A value that does not fit, with the place inside the field when it is not the whole of it."""

    def __init__(self, wanted: str, got: str, hint: str | None = None, at: tuple[str | int, ...] = ()) -> None:
        super().__init__(wanted)
        self.wanted, self.got, self.hint, self.at = wanted, got, hint, at


@dataclass(frozen=True, slots=True)
class Written:
    """A field's value as its author wrote it, with its range and its source."""

    value: Value
    low: float | None = None
    high: float | None = None
    source: str | None = None
    status: str = "assumed"

    @property
    def bottom(self) -> Value:
        """The lowest value it takes."""
        return self.value if self.low is None else self.low

    @property
    def top(self) -> Value:
        """The highest value it takes."""
        return self.value if self.high is None else self.high


def shown(raw: Any) -> str:
    """A value in an error message: short, and quoted when it is a text."""
    if raw is None:
        return "null"
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, Plain):
        return _short(raw)
    if isinstance(raw, str):
        return f"the text {_short(raw)!r}"
    if isinstance(raw, dict):
        return "a mapping"
    if isinstance(raw, list | tuple):
        return f"a list of {len(raw)}"
    if isinstance(raw, datetime):
        return raw.isoformat(sep=" ")
    return _short(str(raw))


def figure(number: float) -> str:
    """A number in a message: every digit that matters, no exponent where it can be helped."""
    return f"{number:.10g}"


def unit_in(currency: str, unit: str) -> str:
    """A unit with a case's currency in place of the dollar sign."""
    return unit if currency == DOLLAR else unit.replace("$", currency)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def read_text(raw: Any, wanted: str = "a text") -> str:
    """A text; anything YAML has already turned into something else must be quoted."""
    if isinstance(raw, str):
        bad = _UNPRINTABLE.search(raw)
        if bad:
            raise Refused(f"{wanted} without control characters", f"the character U+{ord(bad.group()):04X}")
        turned = _BIDIRECTIONAL.search(raw)
        if turned:
            got = f"the character U+{ord(turned.group()):04X}"
            raise Refused(f"{wanted} without bidirectional controls", got, "it turns the order of what follows around")
        text = str(raw).strip()
        if not text:
            raise Refused(wanted, "an empty text")
        return text
    quote = "put it in quotes" if isinstance(raw, bool | int | float | date) else None
    raise Refused(wanted, shown(raw), quote)


def read_flag(raw: Any) -> bool:
    """True or false, in any of the words YAML has had for them."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.lower() in _FLAGS:
        return _FLAGS[raw.lower()]
    raise Refused("true or false", shown(raw))


def read_date(raw: Any) -> date:
    """A calendar day."""
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if isinstance(raw, str) and _DATE.fullmatch(raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            raise Refused("a date that exists", shown(raw)) from None
    raise Refused("a date such as 2026-11-15", shown(raw))


def read_number(raw: Any) -> float:
    """A finite number; a text that spells one counts, since YAML readers disagree on `1e6`."""
    if isinstance(raw, bool):
        raise Refused("a number", shown(raw))
    if isinstance(raw, str):
        raw = _spelled_number(raw)
    if not isinstance(raw, int | float):
        raise Refused("a number", shown(raw))
    try:
        number = float(raw)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        hint = "leave the key out, or write null where a value may be unknown" if number != number else None
        raise Refused("a finite number", "NaN" if number != number else "an infinite one", hint)
    if abs(number) > LARGEST:
        raise Refused(f"a number of at most {LARGEST:.0e}", f"{figure(number)}")
    return int(raw) if isinstance(raw, int) else number


def _spelled_number(text: str) -> float:
    if _NUMBER.fullmatch(text):
        digits = text.replace("_", "")
        return int(digits) if digits.lstrip("+-").isdigit() and len(digits) < 20 else float(digits)
    if _NOT_FINITE.fullmatch(text):
        raise Refused("a finite number", shown(text), "leave the key out, or write null where a value may be unknown")
    raise Refused("a number", shown(text), _number_hint(text))


def _number_hint(text: str) -> str | None:
    bare = text.strip().lstrip("$€£").strip()
    if bare.endswith("%"):
        return "write a share: 0.05 for 5 %"
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", bare):
        return f"write {bare.replace(',', '')}"
    if re.fullmatch(r"[-+]?\d+,\d+", bare):
        return "write the decimal point as a point"
    if re.fullmatch(r"[-+]?\d+(\.\d+)?\s*[kKmM]", bare):
        return "write the number out, or as 1e6"
    if bare != text and _NUMBER.fullmatch(bare):
        return "leave the currency sign out"
    if re.fullmatch(r"0\d+", bare):
        return "leave out the leading zero"
    return None


@dataclass(frozen=True)
class Line:
    """One field that is an input of the model: its name, words, unit and valid range, written once.

    As metadata of a Pydantic field it also reads what was written there into a `Written`.
    """

    label: str
    unit: str = ""
    name: str = ""
    type: str = "number"
    default: Value = None
    minimum: float | None = 0.0
    maximum: float | None = None
    exclusive_minimum: bool = False
    integer: bool = False
    nullable: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()
    from_eval: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self._validate)

    def _validate(self, raw: Any) -> Written:
        faults: list[Refused] = []
        written = self.read(raw, faults)
        if faults:
            raise refusal(faults)
        return written

    def read(self, raw: Any, faults: list[Refused]) -> Written:
        """Read one of the four ways of writing; what does not fit is added to the faults."""
        source: str | None = None
        status = "assumed"
        at: tuple[str, ...] = ()
        if isinstance(raw, dict):
            raw, source, status = self._unwrap(raw, faults)
            at = ("value",)
            if faults:
                return Written(None)
        try:
            if isinstance(raw, list | tuple):
                low, value, high = self._range(raw)
                return Written(value, low, high, source, status)
            return Written(self.check(raw), None, None, source, status)
        except Refused as refused:
            faults.append(Refused(refused.wanted, refused.got, refused.hint, (*at, *refused.at)))
            return Written(None)

    def _unwrap(self, raw: dict[Any, Any], faults: list[Refused]) -> tuple[Any, str | None, str]:
        keys = ("value", "source", "status")
        for key in raw:
            if key not in keys:
                hint = did_you_mean(key, keys)
                faults.append(Refused(f"one of the keys {one_of(keys)}", f"'{key}'", hint, (str(key),)))
        if "value" not in raw:
            faults.append(Refused(f"{self.wanted()} under the key 'value'", "no 'value'"))
        source, status = None, "assumed"
        if raw.get("source") is not None:
            try:
                source = read_text(raw["source"])
            except Refused as refused:
                faults.append(Refused(refused.wanted, refused.got, refused.hint, ("source",)))
        if raw.get("status") is not None:
            status = str(raw["status"])
            if status not in STATUSES:
                hint = did_you_mean(status, STATUSES)
                faults.append(Refused(one_of(STATUSES), shown(raw["status"]), hint, ("status",)))
        return raw.get("value"), source, status

    def _range(self, raw: list[Any] | tuple[Any, ...]) -> tuple[float, float, float]:
        wanted = "three numbers, [low, likely, high]"
        if self.type != "number":
            raise Refused(self.wanted(), shown(raw), "only a number may have a range")
        if len(raw) != 3:
            raise Refused(f"{self.wanted()}, or {wanted}", shown(raw))
        numbers: list[float] = []
        for place, each in enumerate(raw):
            try:
                if each is None or each == FROM_EVAL:
                    raise Refused("a number", shown(each))
                numbers.append(self._number(each))
            except Refused as refused:
                raise Refused(refused.wanted, refused.got, refused.hint, (place,)) from None
        low, likely, high = numbers
        if not low <= likely <= high:
            raise Refused(f"{wanted}, in rising order", f"[{figure(low)}, {figure(likely)}, {figure(high)}]")
        return low, likely, high

    def check(self, raw: Any) -> Value:
        """One plain value of the field's type and range."""
        if raw is None:
            if self.nullable:
                return None
            hint = "give a value" if self.required else f"leave the key out for the default, {shown(self.default)}"
            raise Refused(self.wanted(), "null", hint)
        if self.type == "flag":
            return read_flag(raw)
        if self.type == "date":
            return read_date(raw)
        if self.type == "text":
            text = read_text(raw, self.wanted())
            if self.choices and text not in self.choices:
                raise Refused(self.wanted(), shown(raw), did_you_mean(text, self.choices))
            return text
        if self.from_eval and raw == FROM_EVAL:
            return FROM_EVAL
        return self._number(raw)

    def _number(self, raw: Any) -> float:
        try:
            number = read_number(raw)
        except Refused as refused:
            if refused.wanted == "a number":
                raise Refused(self.wanted(), refused.got, refused.hint) from None
            raise
        low, high = self.minimum, self.maximum
        below = low is not None and (number < low or (self.exclusive_minimum and number == low))
        if below or (high is not None and number > high):
            hint = "write a share: 0.05 for 5 %" if high == 1 and 1 < number <= 100 else None
            raise Refused(self.wanted(), f"{figure(number)}", hint)
        if self.integer:
            if number != int(number):
                raise Refused(self.wanted(), f"{figure(number)}")
            return int(number)
        return number

    def wanted(self) -> str:
        """What the field wants, in words."""
        if self.type == "flag":
            return "true or false"
        if self.type == "date":
            words = "a date such as 2026-11-15"
        elif self.type == "text":
            words = one_of(self.choices) if self.choices else "a text"
        else:
            words = ("a whole number" if self.integer else "a number") + self._bounds()
        if self.from_eval:
            words += ", 'from_eval'"
        return words + (" or null" if self.nullable else "")

    def _bounds(self) -> str:
        low, high = self.minimum, self.maximum
        if low is None:
            return "" if high is None else f" of at most {figure(high)}"
        if self.exclusive_minimum:
            return f" above {figure(low)}" + ("" if high is None else f", to {figure(high)}")
        return f" of at least {figure(low)}" if high is None else f" from {figure(low)} to {figure(high)}"

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        plain = self._plain_schema()
        forms: list[dict[str, Any]] = [plain]
        if self.type == "number":
            number = {key: each for key, each in plain.items() if key not in ("default", "anyOf")}
            number["type"] = "integer" if self.integer else "number"
            forms.append({"type": "array", "items": number, "minItems": 3, "maxItems": 3})
        value = {"anyOf": list(forms)} if len(forms) > 1 else plain
        sourced = {
            "value": value,
            "source": {"type": "string"},
            "status": {"enum": list(STATUSES)},
        }
        forms.append({"type": "object", "properties": sourced, "required": ["value"], "additionalProperties": False})
        described: dict[str, Any] = {"anyOf": forms, "title": self.label}
        if self.unit:
            described["description"] = f"{self.label}, {self.unit}"
        if self.default is not None and not isinstance(self.default, date):
            described["default"] = self.default
        return described

    def _plain_schema(self) -> dict[str, Any]:
        if self.type == "date":
            plain: dict[str, Any] = {"type": "string", "format": "date"}
        elif self.type == "flag":
            plain = {"type": "boolean"}
        elif self.choices:
            plain = {"enum": list(self.choices)}
        elif self.type == "text":
            plain = {"type": "string"}
        else:
            plain = {"type": "integer" if self.integer else "number"}
            if self.minimum is not None:
                plain["exclusiveMinimum" if self.exclusive_minimum else "minimum"] = self.minimum
            if self.maximum is not None:
                plain["maximum"] = self.maximum
        others = [{"type": "null"}] if self.nullable else []
        if self.from_eval:
            others.append({"const": FROM_EVAL})
        return {"anyOf": [plain, *others]} if others else plain


def refusal(faults: list[Refused]) -> PydanticCustomError:
    """Faults of one field as the single error that a Pydantic validator may raise."""
    return PydanticCustomError("casebook", "{first}", {"first": faults[0].wanted, "faults": faults})
