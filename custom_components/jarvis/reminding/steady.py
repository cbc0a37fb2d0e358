"""Timers counted by a clock that nobody sets, for as long as Home Assistant runs."""

from dataclasses import replace
from datetime import datetime, timedelta
import time

from ..reminders.timer import Timer, TimerState

_SET = timedelta(seconds=2)
"""By how much a clock is set for timers to be written anew."""


class Steady:
    """Knows when timers end that were begun or changed since the start.

    Of those from before there is only the time of the wall clock.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._ends: dict[str, float] = {}

    def count(self, timer: Timer, now: datetime) -> None:
        """Count a timer from now on, if it runs."""
        self.forget(timer.id)
        if timer.state is TimerState.RUNNING:
            self._ends[timer.id] = steady() + timer.left(now)

    def forget(self, timer_id: str) -> None:
        """Count a timer no more."""
        self._ends.pop(timer_id, None)

    def true(self, timer: Timer, now: datetime) -> Timer:
        """Return a timer with the time at which it really ends."""
        end = self._ends.get(timer.id)
        if end is None or timer.due is None:
            return timer
        due = now + timedelta(seconds=end - steady())
        return replace(timer, due=due) if abs(due - timer.due) > _SET else timer


def steady() -> float:
    """Return the seconds of the clock that nobody sets."""
    return time.monotonic()
