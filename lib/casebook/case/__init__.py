"""The case file: its schema, its reading, its faults, and the case that comes out of it."""

from .editor import json_schema
from .faults import CaseError, Fault
from .loading import RESERVED, from_parameters, load, load_text, parameters, slug
from .objects import Case, Input, Option
from .schema import KINDS, PROMPT_SIDE, TUNED_SIDE
from .starter import starter
from .warnings import OF_PRICES

__all__ = [
    "KINDS",
    "OF_PRICES",
    "PROMPT_SIDE",
    "RESERVED",
    "TUNED_SIDE",
    "Case",
    "CaseError",
    "Fault",
    "Input",
    "Option",
    "from_parameters",
    "json_schema",
    "load",
    "load_text",
    "parameters",
    "slug",
    "starter",
]
