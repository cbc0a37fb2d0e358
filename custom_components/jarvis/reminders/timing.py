"""When a reminder is due of which a day was said, a time, or how often it comes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta, tzinfo
from typing import Final, TypedDict
from zoneinfo import ZoneInfo

from .records import Reminder
from .when.recur import following, parts_of
from .when.results import Grain, Moment, Recurrence
from .when.zones import instant, moved

OF_A_DAY: Final = time(9)
"""When people are reminded of what was said for a day."""
_TODAY = timedelta(hours=1)
"""After this they are if the day has begun."""
_STEPS = ("HOURLY", "MINUTELY", "SECONDLY")
_MOST_TIMES = 400
"""Times of one reminder that are shown: a year of days."""


class Timed(TypedDict):
    """The fields of a reminder that say when it is due."""

    due: datetime
    grain: Grain
    rule: str | None
    first: datetime | None
    zone: str


def timed(when: Moment | Recurrence, now: datetime) -> Timed | None:
    """Return the fields for a time; None where that never comes."""
    if isinstance(when, Moment):
        due = when.at
        if when.grain is Grain.DAY:
            due = _of_day(due)
            if due.date() == now.date() and instant(due) <= instant(now):
                due = now + _TODAY
        return Timed(
            due=due, grain=when.grain, rule=None, first=None, zone=_name(due.tzinfo)
        )
    again = when
    if when.grain is Grain.DAY and parts_of(when.rule)["FREQ"] not in _STEPS:
        again = replace(when, first=_of_day(when.first))
    coming = following(again, now)
    if coming is None:
        return None
    return Timed(
        due=coming,
        grain=again.grain,
        rule=again.rule,
        first=again.first,
        zone=_name(again.first.tzinfo),
    )


def when_of(reminder: Reminder) -> Moment | Recurrence | None:
    """Return when a reminder is due, to be told; None where no time was said."""
    zone = ZoneInfo(reminder.zone)
    if (again := reminder.recurrence) is not None:
        return again
    at = reminder.snoozed_until or reminder.due
    if at is None:
        return None
    grain = reminder.grain
    return Moment(
        at.astimezone(zone), Grain.MINUTE if reminder.snoozed_until else grain
    )


def times(reminder: Reminder, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the times of a reminder within a time, those that rang as well."""
    ahead = reminder.ahead
    known = {reminder.again_at or reminder.rung, ahead}
    yield from (at for at in known if at and start <= at < end)
    if ahead is None or reminder.rule is None:
        return
    at: datetime | None = max(ahead, start - timedelta(microseconds=1))
    for _time in range(_MOST_TIMES):
        at = reminder.after(at) if at else None
        if at is None or at >= end:
            return
        yield at


def _of_day(day: datetime) -> datetime:
    return moved(datetime.combine(day.date(), OF_A_DAY, day.tzinfo))


def _name(zone: tzinfo | None) -> str:
    """Return the name of a zone; times in others count by UTC."""
    return zone.key if isinstance(zone, ZoneInfo) else "UTC"
