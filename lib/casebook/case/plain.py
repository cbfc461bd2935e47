"""Fields of the case file that are no inputs of the model: how they are read, and their form for editors."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic.functional_validators import PlainValidator
from pydantic.json_schema import WithJsonSchema

from .fields import Line, Refused, figure, read_date, read_flag, read_number, read_text, refusal, shown


def _checked(read: Callable[[Any], Any], schema: dict[str, Any]) -> Any:
    """Metadata of a plain field that is no input of the model: its reader and its form for editors."""

    def validate(raw: Any) -> Any:
        try:
            return read(raw)
        except Refused as refused:
            raise refusal([refused]) from None

    return (PlainValidator(validate), WithJsonSchema(schema))


def _pattern(pattern: str, wanted: str) -> Callable[[Any], str]:
    def read(raw: Any) -> str:
        text = read_text(raw, wanted)
        if not re.fullmatch(pattern, text):
            raise Refused(wanted, shown(raw))
        return text

    return read


def _or_null(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda raw: None if raw is None else read(raw)


def _day_or_text(raw: Any) -> str:
    # `by: 2026-12-01` is a date to some YAML readers; it is shown, never computed with.
    return raw.isoformat() if hasattr(raw, "isoformat") else read_text(raw)


def _above_zero(raw: Any) -> float:
    number = read_number(raw)
    if number <= 0:
        raise Refused("a number above 0", f"{figure(number)}")
    return number


def _named(*choices: str) -> Callable[[Any], str]:
    line = Line("", type="text", choices=choices)
    return lambda raw: str(line.check(raw))


_string = {"type": "string"}
_read_text, _text_schema = _checked(read_text, _string)
_read_text_or_null, _text_or_null_schema = _checked(_or_null(read_text), {"type": ["string", "null"]})
_read_shown, _shown_schema = _checked(_or_null(_day_or_text), {"type": ["string", "null"]})
_read_flag_value, _flag_schema = _checked(read_flag, {"type": "boolean"})
_read_rate, _rate_schema = _checked(_above_zero, {"type": "number", "exclusiveMinimum": 0})
_read_figure, _figure_schema = _checked(read_number, {"type": "number"})
_read_day, _day_schema = _checked(_or_null(read_date), {"type": ["string", "null"], "format": "date"})
_read_currency, _currency_schema = _checked(
    _pattern("[A-Z]{3}", "a currency code of three capitals, such as EUR"),
    {**_string, "pattern": "^[A-Z]{3}$"},
)
_read_language, _language_schema = _checked(
    _pattern("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a language code such as en"), _string
)
_read_outcome, _outcome_schema = _checked(_named("pass", "fail", "open"), {"enum": ["pass", "fail", "open"]})
_read_scope, _scope_schema = _checked(_named("invoice", "full"), {"enum": ["invoice", "full"]})
_read_any, _any_schema = _checked(lambda raw: raw, {})

Text = Annotated[str, _read_text, _text_schema]
TextOrNull = Annotated[str | None, _read_text_or_null, _text_or_null_schema]
DayOrText = Annotated[str | None, _read_shown, _shown_schema]
Flag = Annotated[bool, _read_flag_value, _flag_schema]
Rate = Annotated[float, _read_rate, _rate_schema]
Figure = Annotated[float, _read_figure, _figure_schema]
Day = Annotated[Any, _read_day, _day_schema]
Currency = Annotated[str, _read_currency, _currency_schema]
Language = Annotated[str, _read_language, _language_schema]
Outcome = Annotated[str, _read_outcome, _outcome_schema]
Scope = Annotated[str, _read_scope, _scope_schema]
AnyValue = Annotated[Any, _read_any, _any_schema]
