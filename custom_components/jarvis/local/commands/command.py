"""What a sentence was found to mean: commands, and what they refer to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..house.found import Found, Scope


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do."""

    do: str
    found: Found
    values: Mapping[str, Any] = field(default_factory=dict)
    about: frozenset[str] = frozenset()
    literal: int = 0
    """How many of the words are the sentence's own, and not a name."""
    phrase: str = field(default="", compare=False)
    """The words for its things, where there are some."""
    scope: Scope | None = field(default=None, compare=False)
    """Which things could have been meant; None where it leaves out what it is."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """What the words of a speaker refer to."""

    language: str
    area: str | None = None
    last: Command | None = None
    """What was done in the turn before."""
    referent: Found | None = None
    """What "it" stands for: what was done something with, or asked about."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A command whose things are not found."""

    do: str
    kinds: frozenset[str]
    """What could have been meant."""
    phrase: str
    literal: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What an utterance means."""

    commands: Sequence[Command] = ()
    never: bool = False
    """Whether it must not be acted on: a negation, a condition."""
    unknown: Unknown | None = None
    """What it may have been about, where it was not understood."""
