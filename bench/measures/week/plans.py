"""What people want to be reminded of, and when it has to come by rules of our own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from .life import NEVER, PEOPLE, Life, local


class Kind(StrEnum):
    """What is wanted."""

    REMINDER = "reminder"
    COMMAND = "command"
    TIMER = "timer"


class Way(StrEnum):
    """How somebody asks for it."""

    ACTION = "action"
    VOICE = "voice"
    LIST = "list"
    """As an item of a to-do list."""


class Wish(StrEnum):
    """What is wanted of it later."""

    CANCEL = "cancel"
    MOVE = "move"
    DONE = "done"
    SNOOZE = "snooze"
    TOMORROW = "tomorrow"


SNOOZED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that somebody wants of a reminder later."""

    moment: datetime
    wish: Wish
    to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Awaited:
    """A person who comes or leaves, in place of a time."""

    person: str
    state: str
    leaves: bool = False


@dataclass(slots=True)
class Plan:
    """One reminder, from its first words to all of its times."""

    what: str
    asked: datetime
    by: str
    whom: tuple[str, ...] = ()
    """Whom it is for; nobody stands for who asks."""
    kind: Kind = Kind.REMINDER
    way: Way = Way.ACTION
    data: dict[str, object] = field(default_factory=dict)
    """The action's data."""
    said: str = ""
    """The words, where it is said."""
    times: Sequence[datetime] = ()
    awaited: Awaited | None = None
    about: str = ""
    """What the command switches, or what the timer is for."""
    room: str = ""
    """Where it is said."""
    changes: list[Change] = field(default_factory=list)
    is_promised: bool = True

    @property
    def people(self) -> tuple[str, ...]:
        """Whom it is for."""
        return self.whom or (self.by,)

    @property
    def is_for_all(self) -> bool:
        """Whether it is for all who live there."""
        return set(self.people) == set(PEOPLE)


@dataclass(slots=True)
class Due:
    """One time that has to come of a plan."""

    plan: Plan
    moment: datetime
    until: datetime = NEVER
    """When nobody waits for it any more: it was confirmed, put off or came again."""
    why: str = ""


def dues(plan: Plan, life: Life) -> list[Due]:
    """Return the times that have to come until the end, by the plan and its changes."""
    if not plan.is_promised:
        return []
    times = [one for one in plan.times if one < life.end]
    if plan.awaited and (moment := _awaited(plan.awaited, plan.asked, life)):
        times = [moment]
    expected: list[Due] = []
    for change in sorted(plan.changes, key=lambda one: one.moment):
        expected += _until(plan, times, change.moment)
        times = [one for one in times if one > change.moment]
        _change(plan, change, times, expected)
    expected += _until(plan, times, life.end)
    expected.sort(key=lambda one: one.moment)
    for one, after in pairwise(expected):
        one.until = min(one.until, after.moment)
    return [one for one in expected if one.moment < life.end]


def _until(plan: Plan, times: Sequence[datetime], moment: datetime) -> list[Due]:
    return [Due(plan, one) for one in times if one <= moment]


def _change(
    plan: Plan, change: Change, times: list[datetime], expected: list[Due]
) -> None:
    """Take over what is wanted later: `times` are still to come, `expected` came."""
    if expected and change.wish is not Wish.MOVE:
        expected[-1].until = min(expected[-1].until, change.moment)
    if change.wish is Wish.CANCEL:
        times.clear()
    elif change.wish is Wish.MOVE:
        assert change.to
        times[:] = [change.to]
    elif change.wish in (Wish.SNOOZE, Wish.TOMORROW):
        again = change.to or change.moment + SNOOZED
        expected.append(Due(plan, again, why=change.wish.value))


def _awaited(awaited: Awaited, asked: datetime, life: Life) -> datetime | None:
    """Return when somebody is first seen where they were not before."""

    def is_so(moment: datetime) -> bool:
        state = life.state(awaited.person, moment)
        return (state == awaited.state) is not awaited.leaves

    moments = [when for when, _ in life.changes[awaited.person] if when > asked]
    seen = sorted({life.up_from(one) for one in moments})
    is_armed = not is_so(asked)
    for moment in seen:
        if not is_so(moment):
            is_armed = True
        elif is_armed:
            return moment
    return None


def clock_told(moment: datetime) -> str:
    """Say a time as people do."""
    shown = local(moment)
    return f"{shown.hour} h {shown.minute:02}" if shown.minute else f"{shown.hour} h"
