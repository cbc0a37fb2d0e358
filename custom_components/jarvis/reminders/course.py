"""The course that a reminder takes, from waiting to done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from .records import Reminder, State


def taking(old: Reminder, changed: Reminder, names: Sequence[str]) -> Reminder:
    """Return a reminder with some fields of another."""
    return replace(old, **{name: getattr(changed, name) for name in names})


def anchored(reminder: Reminder) -> Reminder:
    """Return a reminder whose rule counts from a time that stays."""
    if reminder.rule is None or reminder.first is not None:
        return reminder
    return replace(reminder, first=reminder.due)


def waiting(reminder: Reminder) -> Reminder:
    """Return a reminder of which nothing was told yet."""
    return replace(
        reminder,
        state=State.WAITING,
        rung=None,
        again_at=None,
        is_held=False,
        claimed_at=None,
        begun_at=None,
        told_at=None,
        tellings=0,
        ended_at=None,
    )


def claimed(old: Reminder, now: datetime) -> Reminder:
    """Return a reminder that is being delivered."""
    new = old
    if old.ahead is not None and old.ahead <= now:
        due = old.after(max(old.ahead, now)) or old.ahead
        new = replace(waiting(old), rung=old.ahead, due=due)
    elif old.state is State.WAITING:
        # Put off on purpose it is not late.
        new = replace(old, rung=old.again_at)
    return replace(
        new, state=State.RINGING, again_at=None, claimed_at=now, begun_at=None
    )


def delivered(old: Reminder, now: datetime, *, is_spoken: bool = True) -> Reminder:
    """Return a reminder that was told, aloud or not."""
    return replace(
        old,
        claimed_at=None,
        begun_at=None,
        is_held=False,
        told_at=now,
        tellings=old.tellings + is_spoken,
    )


def completed(old: Reminder, now: datetime) -> Reminder:
    """Return a reminder whose time that has come, or the next one, is done."""
    due = old.ahead
    if due is not None and old.rung is None:
        due = old.after(max(due, now))
    if due is not None:
        return replace(waiting(old), due=due)
    return replace(
        old,
        state=State.DONE,
        again_at=None,
        is_held=False,
        claimed_at=None,
        begun_at=None,
        ended_at=now,
    )
