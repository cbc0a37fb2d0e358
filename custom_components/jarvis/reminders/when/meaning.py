"""What pieces of a time phrase say, before they are put on a calendar."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta

from dateutil.relativedelta import relativedelta

_YEARS: Mapping[str, float] = {
    "second": 1 / 31_557_600,
    "minute": 1 / 525_960,
    "hour": 1 / 8_766,
    "day": 1 / 365.25,
    "night": 1 / 365.25,
    "week": 7 / 365.25,
    "fortnight": 14 / 365.25,
    "month": 1 / 12,
    "year": 1,
}


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as it was said."""

    hour: int
    minute: int | None = None
    second: int | None = None
    half: str | None = None
    """"am" or "pm"."""
    is_literal: bool = False
    """Whether it can only be of 24 hours."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long, in the units that were said."""

    said: tuple[tuple[str, float], ...]

    @classmethod
    def of(cls, counts: Mapping[str, float]) -> Length:
        """Return some of each unit."""
        return cls(tuple(counts.items()))

    def __neg__(self) -> Length:
        """Return the same to the other side."""
        return Length(tuple((unit, -count) for unit, count in self.said))

    @property
    def counts(self) -> Mapping[str, float]:
        """How much of each unit."""
        return dict(self.said)

    @property
    def years(self) -> float:
        """About how many years it is."""
        return sum(_YEARS[unit] * count for unit, count in self.said)

    @property
    def calendar(self) -> relativedelta:
        """Its years, months, weeks and days, to be counted on the calendar."""
        count = self.counts.get
        whole_months = 12 * count("year", 0) + count("month", 0)
        return relativedelta(
            months=int(whole_months),
            days=round(30 * (whole_months % 1))
            + round(count("day", 0) + count("night", 0))
            + round(7 * count("week", 0) + 14 * count("fortnight", 0)),
        )

    @property
    def exact(self) -> timedelta:
        """Its hours, minutes and seconds."""
        count = self.counts.get
        days = count("day", 0) + 7 * count("week", 0)
        return timedelta(
            hours=count("hour", 0) + 24 * (days - round(days)),
            minutes=count("minute", 0),
            seconds=count("second", 0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """How often something comes again."""

    unit: str
    interval: int = 1
    weekdays: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What some words say of a time; None is what they leave open."""

    clock: Clock | None = None
    more_clocks: tuple[Clock, ...] | None = None
    """Others that were said: «à 8h et à 20h»."""
    part: str | None = None
    days: int | None = None
    """Days from today."""
    is_now: bool | None = None
    workdays: int | None = None
    """Working days from today."""
    weekday: int | None = None
    weekday_of: str | None = None
    """Which one: this, next, last, after_next."""
    weekday_plus: int | None = None
    """Days after the next one of this name: «mardi en huit»."""
    count: int | None = None
    """The how manieth of this name from now."""
    is_weekend: bool | None = None
    week: int | None = None
    """Weeks from this one; `months` and `years` likewise."""
    month_day: int | None = None
    month: int | None = None
    months: int | None = None
    year: int | None = None
    years: int | None = None
    numbers: tuple[int, int] | None = None
    """Day and month in an order that depends on the country."""
    nth: int | None = None
    """Of weekdays, or of days where none is said; below 0 from the end."""
    is_nth_day: bool | None = None
    is_of_month: bool | None = None
    """Said of "the month": this one, or every one."""
    edge: str | None = None
    """Start, mid or end of a week, month or year."""
    feast: str | None = None
    shift: Length | None = None
    base: Meaning | None = None
    """What the shift starts from, where that is not now."""
    every: Every | None = None
    until: Meaning | None = None
    since: Meaning | None = None
    lasting: Length | None = None
    times: int | None = None
    zone: str | None = None

    def joined(self, other: Meaning) -> Meaning | None:
        """Return what both say; None where they say the same thing differently."""
        said = {}
        for field in fields(Meaning):
            mine, theirs = getattr(self, field.name), getattr(other, field.name)
            if field.name == "every" and mine and theirs:
                theirs = mine = _both(mine, theirs)
                if mine is None:
                    return None
            is_open = mine is None or theirs is None or mine == theirs
            if not is_open and field.name not in ("clock", "more_clocks"):
                return None
            said[field.name] = theirs if mine is None else mine
        clocks = dict.fromkeys((*self._clocks, *other._clocks))
        said["more_clocks"] = tuple(clocks)[1:] or None
        return Meaning(**said)

    @property
    def _clocks(self) -> tuple[Clock, ...]:
        return (self.clock, *(self.more_clocks or ())) if self.clock else ()

    def without(self, *names: str) -> Meaning:
        """Return the rest of it."""
        return replace(self, **dict.fromkeys(names))

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return all(getattr(self, field.name) is None for field in fields(Meaning))


def _both(one: Every, other: Every) -> Every | None:
    """Return how often where it was said twice: «chaque semaine le lundi»."""
    if one.unit != other.unit:
        return None
    if one.interval != other.interval and 1 not in (one.interval, other.interval):
        return None
    weekdays = tuple(sorted({*one.weekdays, *other.weekdays}))
    interval = max(one.interval, other.interval)
    return Every(unit=one.unit, interval=interval, weekdays=weekdays)
