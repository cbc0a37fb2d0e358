"""What is kept of a timer, and the course that it takes.

A timer counts a length of time and belongs to a place; a reminder is for people and
comes at a time of their clocks. So timers are kept beside reminders, not among them.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from .records import new_id

_AGAIN = timedelta(seconds=15)
"""A timer that nobody stops rings again after this."""
_RINGS_FOR = timedelta(minutes=3)
"""For how long; one that was missed by more rings once and tells how late it is."""


class TimerState(StrEnum):
    """How far a timer has come."""

    RUNNING = "running"
    PAUSED = "paused"
    RINGING = "ringing"
    DONE = "done"
    """It has rung; after a while it is forgotten."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """One timer."""

    seconds: int
    """How long it was set for."""
    name: str = ""
    """As it was spelled; most have none."""
    id: str = field(default_factory=new_id)
    owner: str | None = None
    """The person who set it; None for the household."""
    device: str | None = None
    """The device where it rings; None where that has none, such as a phone."""
    language: str = "en"
    created_at: datetime
    state: TimerState = TimerState.RUNNING
    due: datetime | None = None
    """When it rings, while it runs."""
    seconds_left: float | None = None
    """What is left of it, while it is paused."""
    rung: datetime | None = None
    """When its time was over."""
    again_at: datetime | None = None
    """When it rings again; None while it does, and while it does not yet."""
    tellings: int = 0
    """How often it has rung."""
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether anything is still to come of it."""
        return self.ended_at is None

    @property
    def next_at(self) -> datetime | None:
        """When something is next to be done about it."""
        if self.state is TimerState.RUNNING:
            return self.due
        return self.again_at if self.state is TimerState.RINGING else None

    def left(self, now: datetime) -> float:
        """Return the seconds until it rings."""
        if self.seconds_left is not None:
            return self.seconds_left
        return max(0.0, (self.due - now).total_seconds()) if self.due else 0.0


def running(timer: Timer, left: float, now: datetime) -> Timer:
    """Return a timer that rings after some seconds, whatever it did before."""
    return replace(
        timer,
        state=TimerState.RUNNING,
        due=now + timedelta(seconds=left),
        seconds_left=None,
        rung=None,
        again_at=None,
        tellings=0,
        ended_at=None,
    )


def paused(timer: Timer, left: float) -> Timer:
    """Return a timer that waits with some seconds left."""
    return replace(timer, state=TimerState.PAUSED, due=None, seconds_left=left)


def longer(timer: Timer, by: int, now: datetime) -> Timer:
    """Return a timer with more time, or less; one that has rung is set anew."""
    if timer.state is TimerState.PAUSED:
        return paused(timer, max(0.0, timer.left(now) + by))
    if timer.state is TimerState.RUNNING:
        return running(timer, max(0.0, timer.left(now) + by), now)
    return running(replace(timer, seconds=by), by, now)


def ringing(timer: Timer, now: datetime) -> Timer:
    """Return a timer that is made to ring now, for the first time or again."""
    return replace(
        timer,
        state=TimerState.RINGING,
        due=None,
        rung=timer.rung or timer.due or now,
        again_at=None,
    )


def told(timer: Timer, now: datetime) -> Timer:
    """Return a timer that was heard, and rings again if it does so for long enough."""
    new = replace(timer, tellings=timer.tellings + 1, again_at=now + _AGAIN)
    if now + _AGAIN >= (timer.rung or now) + _RINGS_FOR:
        return ended(new, TimerState.DONE, now)
    return new


def was_heard(timer: Timer, now: datetime) -> bool:
    """Tell whether a timer rang and need not ring again."""
    return timer.tellings > 0 and now >= (timer.rung or now) + _RINGS_FOR


def ended(timer: Timer, state: TimerState, now: datetime) -> Timer:
    """Return a timer of which nothing is to come."""
    return replace(
        timer,
        state=state,
        due=None,
        seconds_left=None,
        again_at=None,
        ended_at=now,
    )
