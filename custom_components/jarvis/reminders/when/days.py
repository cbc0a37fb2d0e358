"""The days that words can mean, from today on in their order."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from dateutil.relativedelta import relativedelta

from .feasts.dates import day_of
from .meaning import Meaning
from .patterns import Language

_DAY = timedelta(days=1)
_WEEK = 7
_SATURDAY = 5
_YEARS = 9
"""How far ahead a day of the year is looked for: 29 February may be eight away."""
_MONTHS = 25
"""How far ahead a day of the month is looked for."""
_LONGEST_MONTH = 31
_MONTHS_OF_YEAR = 12
_NO_DAY = ("clock", "part", "zone")
_IN_YEAR = ("year", "years")
_IN_MONTH = ("month", "months", "is_of_month", *_IN_YEAR)
_SPAN = ("week", *_IN_MONTH)
_WITH = {
    "feast": ("feast", "shift", *_IN_YEAR),
    "nth": ("nth", "is_nth_day", "weekday", *_IN_MONTH),
    "edge": ("edge", "days", *_SPAN),
    "numbers": ("numbers", "weekday", *_IN_YEAR),
    "month_day": ("month_day", "weekday", *_IN_MONTH),
    "days": ("days", "weekday"),
    "workdays": ("workdays",),
    "is_weekend": ("is_weekend", "week"),
    "weekday": ("weekday", "weekday_of", "weekday_plus", "count", "week", "shift"),
    **dict.fromkeys(("week", "month", "months", "year", "years"), _SPAN),
}
"""What belongs to each way to name a day."""
_MONTH_FIRST = frozenset("US BZ FM GU MH PW PH PR VI".split())


class NoSuchDayError(Exception):
    """Words name a day that no calendar has."""


class UnclearError(Exception):
    """Words name one of several days."""

    def __init__(self, *days: date) -> None:
        """Keep the days."""
        super().__init__(*days)
        self.days = days


@dataclass(frozen=True, slots=True)
class Calendar:
    """The day it is, and how days are told where the person is."""

    today: date
    language: Language
    country: str | None = None

    def days(self, said: Meaning) -> Iterator[date] | None:
        """Return the days that are meant, the first one first; None if none is said.

        More than one are of words that come again, as the name of a weekday does.
        """
        for name, days in (
            ("feast", self._feasts),
            ("nth", self._nth),
            ("edge", self._edge),
            ("numbers", self._numbers),
            ("month_day", self._dates),
            ("days", self._relative),
            ("workdays", self._workdays),
            ("is_weekend", self._weekend),
            ("weekday", self._weekdays),
            ("week", self._spans),
            ("month", self._spans),
            ("months", self._spans),
            ("year", self._spans),
            ("years", self._spans),
        ):
            if getattr(said, name) is not None:
                rest = said.without(*_WITH[name], *_NO_DAY)
                return self._agreed(days(said), rest)
        return None

    def _agreed(self, days: Iterator[date], rest: Meaning) -> Iterator[date]:
        """Return the days with which the rest of what was said agrees."""
        if rest.is_empty:
            return days
        first = list(islice(days, _YEARS))
        if not rest.without("week", "months", "years").is_empty:
            others = list(islice(self.days(rest) or iter(()), _YEARS * 53))
            fitting = [day for day in first if day in others]
            instead = others[:1]
        else:
            fitting = [day for day in first if self._is_within(day, rest)]
            instead = []
        if not fitting:
            raise UnclearError(*sorted({*first[:1], *instead}))
        return iter(fitting)

    def _is_within(self, day: date, span: Meaning) -> bool:
        """Tell whether a day is in a week, month and year from now."""
        monday = self._monday(span.week or 0)
        month = self.today + relativedelta(months=span.months or 0)
        return (
            (span.week is None or monday <= day < monday + _WEEK * _DAY)
            and (
                span.months is None
                or (day.year, day.month) == (month.year, month.month)
            )
            and (span.years is None or day.year == self.today.year + span.years)
        )

    def _feasts(self, said: Meaning) -> Iterator[date]:
        """The days of a feast; after a shift, or in a year, if that was said."""
        if said.feast is None:
            return
        start = self.today
        if said.shift is not None:
            start += said.shift.calendar
        if (year := self._year(said)) is not None:
            if found := day_of(said.feast, year, self.country):
                yield found
            return
        for year in range(start.year, start.year + _YEARS):
            found = day_of(said.feast, year, self.country)
            if found and found >= start:
                yield found

    def _nth(self, said: Meaning) -> Iterator[date]:
        """The first Monday, or the last day, of months."""
        if said.nth is None or (said.weekday is None and not said.is_nth_day):
            return
        if said.month is None and said.months is None and self._year(said):
            # Of a whole year people say it in other words.
            return
        found = [
            day
            for first in self._months(said)
            if (day := _nth_of(first, said.nth, said.weekday)) is not None
        ]
        if not found:
            raise NoSuchDayError
        yield from self._to_come(found, said)

    def _edge(self, said: Meaning) -> Iterator[date]:
        """The beginning, the middle or the end of a week, month or year."""
        if said.days is not None:
            yield self.today + said.days * _DAY
        elif said.week is not None:
            monday = self._monday(said.week)
            day = {"start": 0, "mid": 2, "end": 4}[said.edge or "start"]
            yield monday + day * _DAY
        elif said.month is None and said.months is None and not said.is_of_month:
            year = self._year(said) or self.today.year
            month, day = {"start": (1, 1), "mid": (7, 1), "end": (12, 31)}[
                said.edge or "start"
            ]
            yield date(year, month, day)
        else:
            day = {"start": 1, "mid": 15, "end": _LONGEST_MONTH}[said.edge or "start"]
            found = [first + relativedelta(day=day) for first in self._months(said)]
            yield from self._to_come(found, said)

    def _numbers(self, said: Meaning) -> Iterator[date]:
        """A date in two numbers, in the order of the country."""
        if said.numbers is None:
            return
        one, other = said.numbers
        orders = [(one, other), (other, one)]
        if self.country in _MONTH_FIRST:
            orders.reverse()
        rest = said.without("numbers")
        found: set[date] = set()
        for day, month in orders:
            this = rest.joined(Meaning(month_day=day, month=month))
            if month > _MONTHS_OF_YEAR or this is None:
                continue
            with suppress(NoSuchDayError):
                found.update(islice(self._dates(this), 1))
            if found and self.country is not None:
                break
        if not found:
            raise NoSuchDayError
        if len(found) > 1:
            raise UnclearError(*sorted(found))
        yield from found

    def _dates(self, said: Meaning) -> Iterator[date]:
        """A day of a month, of each that has it."""
        if (day := said.month_day) is None:
            return
        found = [
            first + relativedelta(day=day)
            for first in self._months(said)
            if day <= (first + relativedelta(day=_LONGEST_MONTH)).day
        ]
        if not found:
            raise NoSuchDayError
        if said.weekday is None:
            yield from self._to_come(found, said)
            return
        fitting = [one for one in found if one.weekday() == said.weekday]
        first_one = next(self._to_come(found, said), found[0])
        near = [one for one in fitting if one - self.today < timedelta(days=2 * 366)]
        if not near:
            # The weekday and the date contradict each other.
            beside = min(
                (first_one + at * _DAY for at in range(-3, 4)),
                key=lambda one: one.weekday() != said.weekday,
            )
            raise UnclearError(*sorted({first_one, beside}))
        yield from self._to_come(near, said)

    def _relative(self, said: Meaning) -> Iterator[date]:
        """Today, tomorrow."""
        day = self.today + (said.days or 0) * _DAY
        if said.weekday not in (None, day.weekday()):
            ahead = (said.weekday or 0) - self.today.weekday()
            raise UnclearError(*sorted({day, self.today + ahead % _WEEK * _DAY}))
        yield day

    def _workdays(self, said: Meaning) -> Iterator[date]:
        """The day after so many from Monday to Friday; holidays count as others do."""
        day, left = self.today, said.workdays or 0
        while left > 0:
            day += _DAY
            left -= day.weekday() < _SATURDAY
        yield day

    def _weekend(self, said: Meaning) -> Iterator[date]:
        """The Saturday of a week; what is left of this weekend is today."""
        saturday = self._monday(said.week or 0) + _SATURDAY * _DAY
        yield max(saturday, self.today) if not said.week else saturday

    def _weekdays(self, said: Meaning) -> Iterator[date]:
        """The days with a name, from the first that is meant."""
        if said.weekday is None:
            return
        ahead = (said.weekday - self.today.weekday()) % _WEEK
        coming = self.today + (ahead or _WEEK) * _DAY
        if said.weekday_plus is not None:
            yield self.today + (ahead + said.weekday_plus) * _DAY
        elif said.count is not None:
            yield coming + (said.count - 1) * _WEEK * _DAY
        elif said.week is not None:
            yield self._monday(said.week) + said.weekday * _DAY
        elif said.shift is not None:
            day = self.today + said.shift.calendar
            yield day - (day.weekday() - said.weekday) * _DAY
        elif said.weekday_of == "after_next":
            yield coming + _WEEK * _DAY
        elif said.weekday_of == "last":
            yield coming - _WEEK * _DAY if ahead else coming - 2 * _WEEK * _DAY
        elif said.weekday_of == "next" and self.today.weekday() < said.weekday:
            # Some mean this week's, others the one after.
            raise UnclearError(coming, coming + _WEEK * _DAY)
        else:
            first = self.today if said.weekday_of == "this" and not ahead else coming
            for at in range(_YEARS):
                yield first + at * _WEEK * _DAY

    def _spans(self, said: Meaning) -> Iterator[date]:
        """The first day of a week, month or year."""
        if said.week is not None:
            yield self._monday(said.week)
        elif said.month is None and said.months is None:
            yield date(self._year(said) or self.today.year, 1, 1)
        else:
            yield from self._to_come(list(self._months(said)), said)

    def _months(self, said: Meaning) -> Iterator[date]:
        """Yield the first days of the months that are meant."""
        year = self._year(said)
        if said.month is not None:
            years = [year] if year else range(self.today.year, self.today.year + _YEARS)
            for one in years:
                yield date(one, said.month, 1)
        elif year is not None and said.months is None:
            for month in range(1, 13):
                yield date(year, month, 1)
        else:
            first = self.today.replace(day=1) + relativedelta(months=said.months or 0)
            for at in range(1 if said.months is not None else _MONTHS):
                yield first + relativedelta(months=at)

    def _to_come(self, found: list[date], said: Meaning) -> Iterator[date]:
        """Yield the days that are not past; a single one that was said is kept."""
        is_exact = len(found) == 1 and (
            self._year(said) is not None or said.months is not None
        )
        for day in found:
            if day >= self.today or is_exact:
                yield day

    def _year(self, said: Meaning) -> int | None:
        """Return the year that was said."""
        if said.years is not None:
            return self.today.year + said.years
        return said.year

    def _monday(self, weeks: int) -> date:
        """Return the Monday of a week from now."""
        return self.today + (_WEEK * weeks - self.today.weekday()) * _DAY


def _nth_of(first: date, nth: int, weekday: int | None) -> date | None:
    """Return the first, second … day of a month, or weekday in it."""
    last = first + relativedelta(day=_LONGEST_MONTH)
    days = [first + at * _DAY for at in range(last.day)]
    named = [day for day in days if weekday in (None, day.weekday())]
    place = nth - 1 if nth > 0 else nth
    return named[place] if -len(named) <= place < len(named) else None
