"""What was just done or asked in a conversation, for the words that refer to it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from homeassistant.core import State

from .commands.command import Command
from .house.found import Found

if TYPE_CHECKING:
    from .questions.grammar import Asked
    from .request import Request, Understood

type Answer = Callable[[Request, Sequence[str]], Awaitable[Understood | None]]
"""What to do with an answer, given with fewer and fewer courtesies around it."""


class Wants(StrEnum):
    """What Jarvis asked."""

    CHOICE = "choice"
    """Which of the things is meant."""
    CONSENT = "consent"
    """Whether it is really meant."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A question of Jarvis that the next words may answer."""

    wants: Wants
    commands: Sequence[Command]
    """What will be done; the one in question is unclear where a choice is wanted."""
    consents: frozenset[str] = frozenset()
    """What consents to this, besides the usual words."""


@dataclass(slots=True)
class Recent:
    """The memory of one conversation for pronouns, «annule» and answers."""

    last: Command | None = None
    referent: Found | None = None
    """What "it" stands for."""
    before: Sequence[State] = ()
    """What the things of the last action were before it."""
    pending: Pending | None = None
    answer: Answer | None = None
    """Takes the answer to a question that is not about commands."""
    asked: Asked | None = None
    """The question before, for another that is only begun: "and outside?"."""
    take_back: Callable[[], Awaitable[None]] | None = None
    """Undoes what was done last, where that is no state of a thing."""
    reminders: Sequence[str] = ()
    """The reminders that were noted or told last, for «repousse-le»."""
