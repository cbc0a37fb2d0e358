"""What can be meant, and what was."""

from dataclasses import dataclass
from enum import IntEnum

from .things import Thing, Words, is_of


class Fit(IntEnum):
    """How well a thing explains a phrase."""

    KIND = 1
    """By kind and place alone."""
    PART = 2
    """By a part of its name."""
    WHOLE = 3
    """By its whole name, and more words that fit."""
    EXACT = 4
    """Word for word by its name."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which things can be meant at all."""

    kinds: frozenset[str]
    """Domains or kinds that the sentence is about."""
    of_place: frozenset[str] = frozenset()
    """What "the kitchen" alone means."""
    of_everything: frozenset[str] = frozenset()
    """What "everything" means."""
    area: str | None = None
    """The speaker's own room."""
    loose: bool = False
    """Whether nouns stand for what resembles them as well."""
    kind: Words = ()
    """The noun that "the one in the kitchen" stands for."""

    def holds(self, thing: Thing) -> bool:
        """Tell whether a thing can be meant."""
        return any(is_of(thing.kind, kind) for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Found:
    """What a phrase means."""

    things: tuple[Thing, ...]
    unclear: bool = False
    """Whether one of the things is meant, and nobody can tell which."""
    noun: Words = ()
    """The noun that was said for them."""
    named: bool = False
    """Whether they were called by their names."""
    house_wide: bool = False
    """Whether nothing said where, and they are in more than one room."""
