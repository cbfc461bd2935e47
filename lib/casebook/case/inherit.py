"""`like`: which option owns each field of an option.

A field an option does not give is that of the option it is like, in chains: no copy but the very same input.
Every rule of who inherits what is in `Views.find`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .faults import did_you_mean
from .fields import Written
from .reading import Document, Path
from .schema import OPTION_BLOCKS, OptionBlock
from .validation import Sound

NEVER_INHERITED = frozenset({"kind", "label", "candidate"})
NOT_BY_A_FALLBACK = frozenset({"escalation", "gpu"})
OWNED_BY_THE_MODEL = frozenset({"write_multiplier", "read_multiplier", "minimum_tokens"})


@dataclass(eq=False)
class View:
    """An option as written, with the options it is like, nearest first and itself at the head."""

    name: str
    path: Path
    block: OptionBlock
    inline: bool = False
    chain: list[View] = field(default_factory=list)
    broken: bool = False

    def gives(self, key: str) -> bool:
        """Whether this option itself writes the key."""
        return key in self.block.model_fields_set


@dataclass(frozen=True)
class Found:
    """Where a field's value stands: its owner, what is written there, and whether it is sound."""

    owner: View
    value: Any = None
    written: bool = False
    tainted: bool = False


class Views:
    """The options of a case, the inline ones included, and who owns what."""

    def __init__(self, sound: Sound, document: Document) -> None:
        self.sound = sound
        self.document = document
        self.named = {name: View(name, ("options", name), block) for name, block in sound.file.options.items()}
        self.inline: dict[Path, View] = {}
        for view in list(self.named.values()):
            self._collect_inline(view)
        for view in self.all():
            view.chain = self._chain(view)

    def all(self) -> Iterator[View]:
        """Every option, each followed by the one written inside it."""
        for view in self.named.values():
            yield view
            inside = self.inline.get(view.path)
            if inside is not None:
                yield inside

    def _collect_inline(self, view: View) -> None:
        escalation = view.block.escalation
        if escalation is not None and isinstance(escalation.to, OptionBlock):
            path = (*view.path, "escalation", "to")
            self.inline[view.path] = View(f"{view.name}.escalation.to", path, escalation.to, inline=True)

    def _chain(self, view: View) -> list[View]:
        chain, seen = [view], [view.name]
        while True:
            last = chain[-1]
            if self._bad(last.path, "like"):
                view.broken = True
            target = last.block.like
            if target is None:
                return chain
            if target not in self.named:
                if last is view:
                    hint = did_you_mean(target, self.named)
                    self.document.fault((*view.path, "like"), "the name of an option", f"'{target}'", hint)
                view.broken = True
                return chain
            if target in seen:
                circle = [*seen[seen.index(target) :], target]
                # Told once, at the member of the circle that comes first in the file.
                if view.name == next(name for name in self.named if name in circle):
                    wanted = (
                        "another option" if len(circle) == 2 else "options that are not like each other in a circle"
                    )
                    got = "itself" if len(circle) == 2 else " → ".join(circle)
                    self.document.fault((*view.path, "like"), wanted, got)
                view.broken = True
                return [view]
            chain.append(self.named[target])
            seen.append(target)

    def _bad(self, path: Path, *more: str) -> bool:
        return (*path, *more) in self.sound.tainted

    def find(self, view: View, block: str | None, key: str) -> Found:
        """The owner of a field and what is written there."""
        if key in NEVER_INHERITED and block is None:
            return self._own(view, key)
        for place, each in enumerate(view.chain):
            if self._tainted(each, block, key):
                return Found(each, tainted=True)
            if block is None:
                if each.gives(key):
                    return Found(each, getattr(each.block, key), written=True)
                continue
            if each.gives(block):
                body = getattr(each.block, block)
                if body is None:
                    return Found(each)
                if key in body.model_fields_set:
                    return Found(each, getattr(body, key), written=True)
            if self._stops(each, place, block, key):
                return Found(each)
        return Found(self._root(view, block))

    def _root(self, view: View, block: str | None) -> View:
        """Whose default an unwritten field is: the farthest along the chain; of a block, that has the block."""
        having = [each for each in view.chain if block is None or self._in_force(each, block)]
        return having[-1] if having else view.chain[-1]

    def _own(self, view: View, key: str) -> Found:
        if self._tainted(view, None, key):
            return Found(view, tainted=True)
        return Found(view, getattr(view.block, key), written=view.gives(key))

    def _stops(self, each: View, place: int, block: str, key: str) -> bool:
        """Whether what lies further along the chain is not inherited past this option."""
        if place == 0 and each.inline and block in NOT_BY_A_FALLBACK:
            return True
        owned = block == "price" or (block == "cache" and key in OWNED_BY_THE_MODEL)
        return owned and (each.gives("model") or self._bad(each.path, "model"))

    def _tainted(self, each: View, block: str | None, key: str) -> bool:
        own = (
            (each.path, (*each.path, key))
            if block is None
            else (each.path, (*each.path, block), (*each.path, block, key))
        )
        if any(path in self.sound.tainted for path in own):
            return True
        deeper = own[-1]
        return any(bad[: len(deeper)] == deeper for bad in self.sound.tainted)

    def blocks(self, view: View) -> frozenset[str]:
        """The blocks in force for an option once `like` and null are applied."""
        return frozenset(block for block in OPTION_BLOCKS if self._in_force(view, block))

    def _in_force(self, view: View, block: str) -> bool:
        for place, each in enumerate(view.chain):
            if each.gives(block):
                return getattr(each.block, block) is not None
            if self._bad(each.path, block):
                return True
            if self._stops(each, place, block, ""):
                return False
        return False

    def value(self, view: View, block: str | None, key: str) -> Any:
        """What is written for a field, or None; for fields that are no inputs of the model."""
        return self.find(view, block, key).value

    def model(self, view: View) -> Found:
        """The model of an option, and the option that names it."""
        return self.find(view, None, "model")

    def fallback(self, view: View) -> View | None:
        """The option an option escalates to, when it does and it is known."""
        if "escalation" not in self.blocks(view):
            return None
        found = self.find(view, "escalation", "to")
        if isinstance(found.value, OptionBlock):
            return self.inline.get(found.owner.path)
        return self.named.get(found.value) if found.value is not None else None

    def written(self, view: View, block: str, key: str) -> Written | None:
        """What is written for an input, or None where its default applies."""
        value = self.find(view, block, key).value
        return value if isinstance(value, Written) else None
