"""What an hour of a GPU costs, by vendor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

from .errors import UnknownGpu
from .facts import facts
from .price import CatalogueValue

RESERVED = "-reserved"


@dataclass(frozen=True, slots=True)
class GpuPrice:
    """A GPU: the name it was asked for by, its vendor, its price an hour and its memory."""

    type: str
    vendor: str
    per_hour: CatalogueValue
    memory_gb: CatalogueValue


def gpu_types() -> tuple[str, ...]:
    """The GPU types of the catalogue, without their vendors."""
    return tuple(dict.fromkeys(_chip(each) for each in facts("gpu_price_per_hour")))


def gpu_price(name: str, as_of: date | None = None) -> GpuPrice:
    """The price and memory of a GPU as known on a day; case and separators in the name do not matter.

    `L40S` is the first vendor's price of it in the list, `nebius/L40S` that vendor's, `H100-reserved` the price of
    one taken for a term. Raises UnknownGpu with the nearest names.
    """
    prices = facts("gpu_price_per_hour", as_of)
    vendor, separator, chip = name.rpartition("/")
    for each, fact in prices.items():
        owner = each.partition("/")[0]
        if _plain(_chip(each)) == _plain(chip) and (not separator or _plain(owner) == _plain(vendor)):
            memory = facts("gpu_memory_gb", as_of)[_chip(each).removesuffix(RESERVED)]
            called = each if separator else _chip(each)
            return GpuPrice(called, owner, replace(fact.as_value(as_of), vendor=owner), memory.as_value())
    known = tuple(prices) if separator else gpu_types()
    wanted = _plain(name)
    by_plain = {_plain(each): each for each in known}
    near = tuple(by_plain[match] for match in get_close_matches(wanted, by_plain, n=3, cutoff=0.6))
    # "A100" has no price of its own: the cards of that name with their sizes are what can be meant.
    near = tuple(each for each in known if wanted and _plain(each).startswith(wanted)) or near
    raise UnknownGpu(name, near, known)


def _chip(about: str) -> str:
    return about.partition("/")[2]


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
