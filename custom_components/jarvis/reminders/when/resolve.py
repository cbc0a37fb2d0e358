"""From what words say of a time to the point in time that is meant."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice

from dateutil.relativedelta import relativedelta, weekday

from .days import Calendar, NoSuchDayError, UnclearError
from .meaning import Clock, Length, Meaning
from .patterns import DayPart
from .results import Ambiguous, Grain, Impossible, Moment, Problem, Reading
from .zones import Existence, after, existence, instant, moved, on, zone_named

_HALF, _WHOLE = 12, 24
_SMALL_HOURS = 6
"""Before it people sleep: nobody means it for certain who speaks by day."""
_LATE = 21
"""From here on people speak of the night to come."""
_AWAKE = 7
"""From this hour on an hour of a day to come is in the morning."""
_EITHER = 6
"""Six may be in the morning as well as in the evening."""
_ROLLS = 3
"""Days that are tried when the time is past on the first."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """Finds the point in time, for a person at a time and place."""

    now: datetime
    calendar: Calendar

    def moment(self, said: Meaning) -> Reading | None:
        """Return the point in time that is meant; None where the words make none."""
        if said.clock and said.more_clocks:
            one = said.without("more_clocks")
            clocks = (said.clock, *said.more_clocks)
            each = [self.moment(replace(one, clock=clock)) for clock in clocks]
            return _one_of([way for way in each if isinstance(way, Moment)])
        try:
            return self._moment(said)
        except NoSuchDayError:
            return Impossible(Problem.NO_SUCH_DAY)
        except UnclearError as unclear:
            return self._unclear(said, unclear.days)

    def _moment(self, said: Meaning) -> Reading | None:
        if said.is_now:
            return Moment(self.now, Grain.SECOND)
        if said.base is not None:
            return self._from_base(said, said.base)
        if said.shift is not None and said.weekday is None and said.feast is None:
            return self._shifted(said, said.shift)
        days = self.calendar.days(said)
        if days is None:
            return self._next_time(said)
        if said.days == 0 and self._is_night_of_yesterday(said):
            today = self.now.date()
            return self._first(said, [today - timedelta(days=1), today])
        if said.weekday == self.now.weekday() and self._may_be_today(said):
            return self._today_or_in_a_week(said)
        return self._first(said, list(islice(days, _ROLLS)))

    def _unclear(self, said: Meaning, days: Sequence[date]) -> Reading | None:
        """Return the ways that are meant, with what else was said."""
        ways = [self._first(said, [day]) for day in days]
        moments = [one for one in ways if isinstance(one, Moment)]
        return _one_of(moments) or next((one for one in ways if one), None)

    def _first(self, said: Meaning, days: Sequence[date]) -> Reading | None:
        """Return the first time to come on some days."""
        reading: Reading | None = None
        for day in days:
            reading = self._on(said, day)
            if not _is_past(reading):
                break
        return reading

    def _on(self, said: Meaning, day: date) -> Reading | None:
        """Return the time of a day that is meant."""
        zone = zone_named(said.zone) if said.zone else self.now.tzinfo
        if said.clock is None and said.part is None:
            midnight = on(day, 0, 0, 0, self.now.tzinfo)
            if day < self.now.date():
                return Impossible(Problem.PAST, Moment(midnight, Grain.DAY))
            return Moment(moved(midnight), Grain.DAY)
        hours = self.hours(said, day)
        if not hours:
            return None
        clock = said.clock or Clock(0)
        found = [
            Moment(
                on(day, hour, clock.minute or 0, clock.second or 0, zone),
                _grain(said.clock),
            )
            for hour in hours
        ]
        coming = [one for one in found if instant(one.at) > instant(self.now)]
        if not coming:
            return Impossible(Problem.PAST, self._here(found[-1]))
        return self._told(coming)

    def _told(self, ways: Sequence[Moment]) -> Reading:
        """Return a time, both where it is shown twice, another where it is not."""
        every: list[Moment] = []
        for one in ways:
            how = existence(one.at)
            if how is Existence.NEVER and len(ways) == 1:
                return Impossible(Problem.SKIPPED, Moment(moved(one.at), one.grain))
            every.append(self._here(one))
            if how is Existence.TWICE:
                every.append(Moment(one.at.replace(fold=1), one.grain))
        return _one_of(every) or every[0]

    def _here(self, moment: Moment) -> Moment:
        """Return a time in the zone of the person."""
        if moment.at.tzinfo is self.now.tzinfo:
            return moment
        return Moment(moment.at.astimezone(self.now.tzinfo), moment.grain)

    def hours(self, said: Meaning, day: date) -> list[int]:
        """Return the hours that may be meant on a day; beyond 24 it is the next."""
        part = self._part(said)
        clock = said.clock
        if clock is None:
            return [self._hour_of(part, day)] if part else []
        if clock.hour == _WHOLE and clock.is_literal and part is None:
            # The midnight with which a day begins, or with which it ends.
            return [_WHOLE] if day == self.now.date() else [0, _WHOLE]
        hours = _hours_of(clock)
        if part is not None:
            late = [hour + _WHOLE for hour in hours]
            return [one for one in (*hours, *late) if part.start <= one < part.end][:1]
        if len(hours) == 1:
            return hours
        is_today = day == self.now.date()
        if self.calendar.language.has_24_hours and not (is_today and said.days == 0):
            return [clock.hour]
        if is_today:
            return self._left(hours, clock, day)
        hour = clock.hour % _HALF
        if hour == _EITHER and clock.minute in (None, 0):
            return hours
        return [hour + _HALF if hour < _AWAKE - 1 else clock.hour]

    def _left(self, hours: list[int], clock: Clock, day: date) -> list[int]:
        """Return the first of some hours that is still to come today."""
        for hour in hours:
            at = on(day, hour, clock.minute or 0, clock.second or 0, self.now.tzinfo)
            if instant(at) > instant(self.now):
                return [hour]
        return hours[-1:]

    def _hour_of(self, part: DayPart, day: date) -> int:
        """Return the usual hour of a part of a day, a later one if that is past."""
        begin = on(day, 0, 0, 0, self.now.tzinfo)
        passed = (instant(self.now) - instant(begin)) / timedelta(hours=1)
        if part.at <= passed < part.end - 1:
            return int(passed) + 1
        return part.at

    def _part(self, said: Meaning) -> DayPart | None:
        return self.calendar.language.parts[said.part] if said.part else None

    def _next_time(self, said: Meaning) -> Reading | None:
        """Return when the clock next shows a time, or a part of a day next begins."""
        if said.clock is None and said.part is None:
            return None
        days = [self.now.date() + at * timedelta(days=1) for at in (0, 1)]
        part = self._part(said)
        if part or said.zone or said.clock is None:
            return self._first(said, days)
        clock, found = said.clock, list[Moment]()
        for day in days:
            for hour in _hours_of(clock):
                at = on(
                    day, hour, clock.minute or 0, clock.second or 0, self.now.tzinfo
                )
                found.append(Moment(at, _grain(clock)))
        coming = sorted(
            (one for one in found if instant(one.at) > instant(self.now)),
            key=lambda one: instant(one.at),
        )
        is_day = _SMALL_HOURS <= self.now.hour < _LATE
        is_either = is_day and len(_hours_of(clock)) > 1
        if is_either and coming[0].at.hour < _SMALL_HOURS:
            # Said by day, one o'clock may be that of the night or of tomorrow.
            return self._told(coming[:2])
        return self._told(coming[:1])

    def _is_night_of_yesterday(self, said: Meaning) -> bool:
        """Tell whether "tonight" may be the night in which it is said."""
        part = self._part(said)
        if part is None or self.now.hour >= _SMALL_HOURS:
            return False
        return part.end > _WHOLE and (said.clock is not None or part.at > _LATE)

    def _may_be_today(self, said: Meaning) -> bool:
        """Tell whether the name of a weekday with a time may mean today."""
        plain = said.without("clock", "part", "weekday", "zone")
        return plain.is_empty and (said.clock or said.part) is not None

    def _today_or_in_a_week(self, said: Meaning) -> Reading | None:
        """Return today's time and the one of a week later, if today's is to come."""
        week = self.now.date() + timedelta(days=7)
        both = [self._on(said, self.now.date()), self._on(said, week)]
        if _is_past(both[0]):
            return both[1]
        moments = [one for one in both if isinstance(one, Moment)]
        return _one_of(moments) or both[0]

    def _shifted(self, said: Meaning, shift: Length) -> Reading | None:
        """Return the time some time from now."""
        rest = said.without("shift", "clock", "part", "zone")
        if not rest.is_empty and rest != Meaning(days=0):
            return None
        day = self.now.date() + shift.calendar
        exact = shift.exact
        if said.clock or said.part:
            return None if exact else self._first(said, [day])
        wall = datetime.combine(day, self.now.time(), self.now.tzinfo)
        at = after(wall, exact) if exact else moved(wall)
        grain = _shift_grain(shift)
        if grain is Grain.DAY:
            at = on(day, 0, 0, 0, self.now.tzinfo)
        if instant(at) < instant(self.now) and day <= self.now.date():
            return Impossible(Problem.PAST, Moment(at, grain))
        return Moment(at, grain)

    def _from_base(self, said: Meaning, start: Meaning) -> Reading | None:
        """Return a time that is told from another one: «la veille de Noël»."""
        base = self.moment(start)
        if not isinstance(base, Moment):
            return base
        rest = said.without("base", "shift", "nth", "weekday", "clock", "part")
        if not rest.is_empty:
            return None
        if said.shift is None:
            if said.weekday is None:
                return None
            day = base.at.date() + timedelta(days=1)
            day += relativedelta(weekday=weekday(said.weekday, said.nth or 1))
        else:
            day = base.at.date() + said.shift.calendar
        if said.clock or said.part:
            return self._first(said, [day])
        if base.grain is Grain.DAY:
            return self._on(Meaning(), day)
        wall = datetime.combine(day, base.at.time(), base.at.tzinfo)
        exact = said.shift.exact if said.shift else timedelta()
        at = after(wall, exact)
        grain = min(base.grain, Grain.MINUTE) if exact else base.grain
        if instant(at) <= instant(self.now):
            return Impossible(Problem.PAST, Moment(at, grain))
        return self._told([Moment(at, grain)])


def _hours_of(clock: Clock) -> list[int]:
    """Return the hours of a day that a clock may mean."""
    if clock.half is not None:
        return [clock.hour % _HALF + (_HALF if clock.half == "pm" else 0)]
    if clock.is_literal:
        return [clock.hour]
    return [clock.hour % _HALF, clock.hour % _HALF + _HALF]


def _grain(clock: Clock | None) -> Grain:
    """Return how exactly a time of day was said."""
    if clock is None or clock.minute is None:
        return Grain.HOUR
    return Grain.MINUTE if clock.second is None else Grain.SECOND


def _shift_grain(shift: Length) -> Grain:
    """Return how exactly a time from now was said."""
    units = shift.counts.keys()
    if units & {"second", "minute"}:
        return Grain.SECOND
    if "hour" in units:
        return Grain.MINUTE
    return Grain.HOUR if units & {"day", "night", "fortnight"} else Grain.DAY


def _one_of(ways: Sequence[Moment]) -> Reading | None:
    """Return one time, or that it is one of several; None where there is none."""
    distinct = {instant(one.at): one for one in ways}
    if len(distinct) > 1:
        return Ambiguous([distinct[at] for at in sorted(distinct)])
    return ways[0] if ways else None


def _is_past(reading: Reading | None) -> bool:
    return isinstance(reading, Impossible) and reading.problem is Problem.PAST
