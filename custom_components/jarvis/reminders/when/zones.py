"""Wall times in a zone: those that a change of clocks leaves out or repeats."""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import Enum, auto
from functools import cache

from .data import read


class Existence(Enum):
    """How often the clocks of a zone show a time."""

    ONCE = auto()
    TWICE = auto()
    NEVER = auto()


def existence(moment: datetime) -> Existence:
    """Tell how often the clocks show a time."""
    first, second = (moment.replace(fold=fold).utcoffset() for fold in (0, 1))
    if first == second:
        return Existence.ONCE
    back = moment.replace(fold=0).astimezone(UTC).astimezone(moment.tzinfo)
    is_there = back.replace(tzinfo=None) == moment.replace(tzinfo=None)
    return Existence.TWICE if is_there else Existence.NEVER


def moved(moment: datetime) -> datetime:
    """Return a time, if it is left out the one that the clocks show instead."""
    if existence(moment) is Existence.NEVER:
        return moment.astimezone(UTC).astimezone(moment.tzinfo)
    return moment


def on(day: date, hour: int, minute: int, second: int, zone: tzinfo | None) -> datetime:
    """Return a time of a day; from hour 24 on it is the day after."""
    days, hour = divmod(hour, 24)
    return datetime.combine(
        day + timedelta(days=days), time(hour, minute, second), zone
    )


def instant(moment: datetime) -> datetime:
    """Return a time for comparison, also where clocks are changed."""
    return moment.astimezone(UTC)


def after(now: datetime, length: timedelta) -> datetime:
    """Return the time some hours from now, counted through changes of clocks."""
    return (now.astimezone(UTC) + length).astimezone(now.tzinfo)


@cache
def zone_named(name: str) -> tzinfo:
    """Return the zone of an abbreviation (reads a file: first in an executor)."""
    return timezone(timedelta(hours=float(read("zones")[name])))
