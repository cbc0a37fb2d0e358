"""What is kept of a reminder, and of a command for later."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
import uuid
from zoneinfo import ZoneInfo

from .when.recur import following
from .when.results import Grain, Recurrence

EVERYONE: Final = "everyone"
"""Stands in `whom` for all who live in the house."""


class Kind(StrEnum):
    """What happens when the time has come."""

    REMINDER = "reminder"
    COMMAND = "command"


class State(StrEnum):
    """How far a reminder has come."""

    WAITING = "waiting"
    RINGING = "ringing"
    """Its time has come and nobody has confirmed it yet."""
    DONE = "done"
    CANCELLED = "cancelled"


class Edge(StrEnum):
    """Which change of a state is waited for."""

    ENTER = "enter"
    """It becomes what is named: «quand je rentre», «quand la machine a fini»."""
    LEAVE = "leave"
    """It is not what is named any more: «quand je pars du travail»."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What is waited for in place of a time."""

    entity_id: str
    state: str = ""
    """Of a person the state in the zone: "home", or the zone's name."""
    edge: Edge = Edge.ENTER
    is_armed: bool = False
    """Whether it was seen not to be so: who is at home has to leave first."""
    also: Sequence[str] = ()
    """Further states that mean the same."""
    others: Sequence[str] = ()
    """Further entities of which it has to be so: «les enfants»."""
    is_any: bool = False
    """Whether it is enough that one of the entities is so."""
    attribute: str | None = None
    """What tells it instead of the state."""
    above: float | None = None
    below: float | None = None
    lasting: float = 0
    """Seconds for which it has to stay so: a machine that pauses has not finished."""
    said: str = ""
    """How it is told: «quand tu rentres»."""

    @property
    def entities(self) -> Sequence[str]:
        """All entities that tell it."""
        return (self.entity_id, *self.others)

    def is_met(self, values: Collection[Collection[str]]) -> bool | None:
        """Tell whether it is so; None where nobody knows.

        The values are those of each entity, none of one that is away.
        """
        met = [self._is_so(one) for one in values]
        known = [one for one in met if one is not None]
        if self.is_any:
            return any(known) if known else None
        if all(known) and len(known) < len(met):
            return None
        return all(known)

    def _is_so(self, values: Collection[str]) -> bool | None:
        """Tell whether it is so of one entity."""
        if not values:
            return None
        if self.above is None and self.below is None:
            is_there = not {self.state, *self.also}.isdisjoint(values)
            return is_there is (self.edge is Edge.ENTER)
        try:
            (number,) = map(float, values)
        except ValueError:
            return None
        is_above = self.above is None or number > self.above
        return is_above and (self.below is None or number < self.below)


def new_id() -> str:
    """Return an id that no other machine gives; ids sort by their time."""
    return str(uuid.uuid7())


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One reminder; of one that comes again the times to come are a rule."""

    what: str
    """What is said, or the words of the command."""
    id: str = field(default_factory=new_id)
    kind: Kind = Kind.REMINDER
    owner: str | None = None
    """The person who said it; None for the household."""
    whom: Sequence[str] = ()
    """The persons who are reminded, or `EVERYONE`; none for the owner."""
    due: datetime | None = None
    """The next time, or the last one where there is no next; None with a trigger."""
    grain: Grain = Grain.MINUTE
    rule: str | None = None
    """The rule of RFC 5545 by which it comes again."""
    first: datetime | None = None
    """The time from which the rule counts; what is first due unless it is said."""
    zone: str = "UTC"
    """Where the clocks are that the rule counts by."""
    trigger: Trigger | None = None
    language: str = "en"
    device: str | None = None
    """The device to which it was said."""
    user_id: str | None = None
    """Whose rights a command has; None for a satellite's."""
    created_at: datetime = field(default_factory=_now)
    state: State = State.WAITING
    rung: datetime | None = None
    """The time that has come and that nobody has confirmed or put off yet."""
    again_at: datetime | None = None
    """When that is told again: put off, not confirmed, or to be said aloud later."""
    is_held: bool = False
    """Whether it has still to be said aloud, when speech is welcome again."""
    claimed_at: datetime | None = None
    """Since when it is being delivered; None while it is not."""
    begun_at: datetime | None = None
    """When its delivery reached somebody; what is cut off then is not said twice."""
    told_at: datetime | None = None
    """When it was last told."""
    tellings: int = 0
    """How often the time that has come was said aloud."""
    ended_at: datetime | None = None

    @property
    def recurrence(self) -> Recurrence | None:
        """The rule as what counts by it takes it; None where it comes once."""
        first = self.first or self.due
        if self.rule is None or first is None:
            return None
        return Recurrence(self.rule, first.astimezone(ZoneInfo(self.zone)), self.grain)

    @property
    def is_open(self) -> bool:
        """Tell whether anything is still to come of it."""
        return self.state in (State.WAITING, State.RINGING)

    @property
    def snoozed_until(self) -> datetime | None:
        """Until when it was put off."""
        return self.again_at if self.state is State.WAITING else None

    @property
    def ahead(self) -> datetime | None:
        """The next time by its own clock, in which nothing was put off."""
        if self.due is None or (self.rung is not None and self.due <= self.rung):
            return None
        return self.due

    @property
    def next_at(self) -> datetime | None:
        """When something is next to be done about it."""
        if not self.is_open:
            return None
        return min((at for at in (self.again_at, self.ahead) if at), default=None)

    def after(self, moment: datetime) -> datetime | None:
        """Return the first time after a moment; None where it does not come again."""
        again = self.recurrence
        return following(again, moment) if again else None
