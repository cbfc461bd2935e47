"""What can be wrong with a name looked up in the catalogue, and with the catalogue itself."""

from __future__ import annotations

from datetime import date


class FactsError(ValueError):
    """A row of facts.yaml that is not as it should be: where, what was wanted, what came."""


class CatalogueError(LookupError):
    """A name the catalogue has no answer for, in words and with what may have been meant."""

    def __init__(self, name: str, wanted: str, got: str, hint: str | None = None) -> None:
        super().__init__(f"wanted {wanted}; got {got}" + (f" ({hint})" if hint else ""))
        self.name, self.wanted, self.got, self.hint = name, wanted, got, hint


class UnknownModel(CatalogueError):
    """A model the catalogue does not have, with the nearest ids."""

    def __init__(self, name: str, near: tuple[str, ...], hint: str | None = None) -> None:
        self.near = near
        wanted = "a model of the catalogue, such as anthropic/claude-haiku-4-5"
        super().__init__(name, wanted, f"'{name}'", hint or _meant(near))


class RetiredModel(CatalogueError):
    """A model its provider had switched off by the case's day."""

    def __init__(self, name: str, retired_on: date, as_of: date, source: str) -> None:
        self.retired_on, self.source = retired_on, source
        got = f"'{name}', retired on {retired_on}"
        hint = f"choose a current model, or an earlier as_of; {source}"
        super().__init__(name, f"a model that is offered on {as_of}", got, hint)


class UnreleasedModel(CatalogueError):
    """A model that was not yet offered on the case's day."""

    def __init__(self, name: str, released_on: date, as_of: date, source: str) -> None:
        self.released_on, self.source = released_on, source
        got = f"'{name}', released on {released_on}"
        hint = f"choose a model of that day, or a later as_of; {source}"
        super().__init__(name, f"a model that is offered on {as_of}", got, hint)


class UnknownGpu(CatalogueError):
    """A GPU type the catalogue does not have, with the nearest names."""

    def __init__(self, name: str, near: tuple[str, ...], known: tuple[str, ...]) -> None:
        self.near = near
        hint = _meant(near) or "known types: " + ", ".join(known)
        super().__init__(name, "a GPU type of the catalogue, or price_per_hour", f"'{name}'", hint)


class UnknownPrice(CatalogueError):
    """A name under which there is no price of any kind, with the nearest names."""

    def __init__(self, name: str, near: tuple[str, ...]) -> None:
        self.near = near
        super().__init__(name, "a name of the price list", f"'{name}'", _meant(near))


def _meant(near: tuple[str, ...]) -> str | None:
    return "did you mean " + " or ".join(f"'{each}'" for each in near) + "?" if near else None
