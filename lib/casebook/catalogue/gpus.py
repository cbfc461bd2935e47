"""What an hour of a GPU costs."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from .errors import UnknownGpu
from .facts import facts
from .price import CatalogueValue


@dataclass(frozen=True, slots=True)
class GpuPrice:
    """A GPU type: its price an hour and its memory."""

    type: str
    per_hour: CatalogueValue
    memory_gb: CatalogueValue


def gpu_types() -> tuple[str, ...]:
    """The GPU types of the catalogue."""
    return tuple(facts("gpu_price_per_hour"))


def gpu_price(name: str) -> GpuPrice:
    """The price and memory of a GPU type; case and separators in the name do not matter."""
    known = gpu_types()
    wanted = _plain(name)
    for each in known:
        if _plain(each) == wanted:
            return GpuPrice(each, facts("gpu_price_per_hour")[each].as_value(), facts("gpu_memory_gb")[each].as_value())
    by_plain = {_plain(each): each for each in known}
    near = tuple(by_plain[match] for match in get_close_matches(wanted, by_plain, n=3, cutoff=0.6))
    # "A100" has no price of its own: the cards of that name with their sizes are what can be meant.
    near = tuple(each for each in known if wanted and _plain(each).startswith(wanted)) or near
    raise UnknownGpu(name, near, known)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
