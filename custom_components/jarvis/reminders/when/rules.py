"""What comes again: from words to a rule of RFC 5545 and the first time."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import product

from .feasts.dates import rule_of
from .meaning import Clock, Every, Meaning
from .recur import next_wall, until_told
from .resolve import Resolver
from .results import (
    Ambiguous,
    Grain,
    Impossible,
    Moment,
    Problem,
    Reading,
    Recurrence,
)
from .zones import after, instant, on

_FREQUENCIES = {
    "second": "SECONDLY",
    "minute": "MINUTELY",
    "hour": "HOURLY",
    "day": "DAILY",
    "week": "WEEKLY",
    "month": "MONTHLY",
    "year": "YEARLY",
}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ALWAYS = 28
"""The last day that every month has."""
_LONGEST_MONTH = 31
_WHOLE = 24
_DATES = ("weekday", "month_day", "nth", "is_nth_day", "edge", "is_of_month")
_HOLDS = {
    **dict.fromkeys(("second", "minute", "hour", "day"), ()),
    "week": ("weekday",),
    "month": _DATES,
    "year": (*_DATES, "month", "feast"),
}
"""What a rule can hold beside the time of day."""
_STOPWATCH = ("second", "minute", "hour")


def recurrence(said: Meaning, resolver: Resolver) -> Reading | None:
    """Return what comes again, if that is meant."""
    if said.every is not None:
        settled = _settled(said, said.every)
        return _Recurrences(settled, said.every, resolver).reading()
    if said.is_of_month and said.months is None:
        # «Le premier du mois» is the next one, or every one.
        once = resolver.moment(said.without("is_of_month"))
        monthly = replace(said, every=Every(unit="month"), is_of_month=None)
        again = recurrence(monthly, resolver)
        if isinstance(once, Moment) and isinstance(again, Recurrence):
            return Ambiguous([once, again])
        return once
    if said.since is not None and said.until is None:
        both = said.without("since").joined(said.since)
        return resolver.moment(both) if both else None
    return None


def _settled(said: Meaning, every: Every) -> Meaning:
    """Return words with the time of day that stands behind the day of an end."""
    if said.clock is not None or every.unit in _STOPWATCH:
        return said
    for limit in (said.until, said.since):
        if limit is None or limit.clock is None:
            continue
        day = limit.without("clock")
        if not day.is_empty:
            timed = replace(said, clock=limit.clock)
            if limit is said.until:
                return replace(timed, until=day)
            return replace(timed, since=day)
    return said


class _Recurrences:
    """Writes the rule of something that comes again."""

    def __init__(self, said: Meaning, every: Every, resolver: Resolver) -> None:
        """Take the words."""
        self._said = said
        self._every = every
        self._resolver = resolver
        self._now = resolver.now

    def reading(self) -> Reading | None:
        """Return the recurrence, or the ways to understand it."""
        start, until = self._limit(self._said.since), self._limit(self._said.until)
        if start is not None and not isinstance(start, Moment):
            return start
        if until is not None and not isinstance(until, Moment):
            return until
        if not self._rest().is_empty:
            return None
        if self._every.unit in _STOPWATCH:
            return self._stepped(start, until)
        if not self._are_even():
            return self._each()
        rule = self._rule()
        if rule is None or isinstance(rule, Impossible):
            return rule
        ways = [
            way
            for hours in self._hours()
            if (way := self._again(rule, hours, start, until)) is not None
        ]
        return Ambiguous(ways) if len(ways) > 1 else next(iter(ways), None)

    def _rest(self) -> Meaning:
        """Return what was said that no rule of this kind can hold."""
        rest = self._said.without(
            "every",
            "since",
            "until",
            "lasting",
            "times",
            "clock",
            "more_clocks",
            "part",
            *_HOLDS[self._every.unit],
        )
        if self._every.unit == "week" and rest.weekday in self._every.weekdays:
            rest = rest.without("weekday")
        return rest

    def _limit(self, said: Meaning | None) -> Reading | None:
        return None if said is None else self._resolver.moment(said)

    def _stepped(self, start: Moment | None, until: Moment | None) -> Reading | None:
        """Return what comes by the stopwatch: every two hours."""
        step = timedelta(**{f"{self._every.unit}s": self._every.interval})
        if start is not None:
            first = start.at
        elif self._said.clock is not None:
            begin = self._resolver.moment(Meaning(clock=self._said.clock))
            if not isinstance(begin, Moment):
                return begin
            first = begin.at
        else:
            first = after(self._now, step)
        rule = self._limited(f"FREQ={_FREQUENCIES[self._every.unit]}", first, until)
        grain = Grain.SECOND if self._every.unit == "second" else Grain.MINUTE
        again = Recurrence(rule, first, grain)
        is_over = until is not None and instant(until.at) < instant(first)
        return Impossible(Problem.PAST, until) if is_over else again

    def _again(
        self,
        rule: str,
        hours: tuple[int, ...],
        start: Moment | None,
        until: Moment | None,
    ) -> Recurrence | None:
        """Return a rule with its first time, at some hours of the day if any."""
        clock = self._said.clock
        minute, second = (clock.minute or 0, clock.second or 0) if clock else (0, 0)
        begin = self._now.date() if start is None else start.at.date()
        if len(hours) > 1:
            listed = ",".join(str(hour % _WHOLE) for hour in sorted(hours))
            rule += f";BYHOUR={listed};BYMINUTE={minute};BYSECOND={second}"
        elif hours and hours[0] >= _WHOLE:
            rule, hours = _next_day(rule), (hours[0] - _WHOLE,)
        hour = min(hours, default=0)
        at = on(begin, hour, minute, second, self._now.tzinfo)
        grain = _grain(clock) if hours else Grain.DAY
        floor = self._now
        if start is not None:
            floor = max(floor, start.at - timedelta(seconds=1), key=instant)
        if self._has_day() or start is not None:
            # The first one is the next of its days, whatever the interval.
            first = next_wall(Recurrence(rule, at, grain), floor)
        else:
            first = next_wall(Recurrence(rule + self._interval(), at, grain), floor)
        if first is None:
            return None
        return Recurrence(self._limited(rule, first, until), first, grain)

    def _has_day(self) -> bool:
        """Tell whether the words say on which days it comes."""
        said = self._said
        return bool(self._every.weekdays) or any(
            one is not None
            for one in (said.weekday, said.month_day, said.nth, said.edge, said.feast)
        )

    def _interval(self) -> str:
        every = self._every.interval
        return f";INTERVAL={every}" if every > 1 else ""

    def _limited(self, rule: str, first: datetime, until: Moment | None) -> str:
        """Return a rule with its interval and its end."""
        rule += self._interval()
        if self._said.times is not None:
            rule += f";COUNT={self._said.times}"
        elif until is not None:
            end = until.at
            if until.grain is Grain.DAY:
                end = datetime.combine(end.date(), time(23, 59, 59), end.tzinfo)
            rule += f";UNTIL={until_told(end)}"
        elif (lasting := self._said.lasting) is not None:
            end = after(first + lasting.calendar, lasting.exact)
            rule += f";UNTIL={until_told(end - timedelta(seconds=1))}"
        return rule

    def _hours(self) -> list[tuple[int, ...]]:
        """Return the hours of the day; several where it may be one or another."""
        said = self._said
        if said.clock is None and said.part is None:
            return [()]
        clocks = [said.clock, *(said.more_clocks or ())]
        return list(product(*map(self._hours_of, clocks)))

    def _are_even(self) -> bool:
        """Tell whether one rule can hold the times: they have the same minutes."""
        clocks = (self._said.clock, *(self._said.more_clocks or ()))
        return len({clock.minute or 0 for clock in clocks if clock}) <= 1

    def _each(self) -> Reading | None:
        """Return a recurrence for each of several times."""
        alone = self._said.without("more_clocks")
        clocks = (self._said.clock, *(self._said.more_clocks or ()))
        each = [
            recurrence(replace(alone, clock=clock), self._resolver) for clock in clocks
        ]
        ways = [way for way in each if isinstance(way, Recurrence)]
        return Ambiguous(ways) if len(ways) == len(clocks) else None

    def _hours_of(self, clock: Clock | None) -> list[int]:
        """Return the hours that one time of day may mean."""
        other_day = self._now.date() + timedelta(days=1)
        plain = Meaning(clock=clock, part=self._said.part)
        hours = self._resolver.hours(plain, other_day)
        if hours == [0, _WHOLE] and not self._every.weekdays:
            return [0]
        return hours

    def _rule(self) -> str | Impossible | None:
        """Return the rule but for its interval and its end."""
        unit = self._every.unit
        frequency = f"FREQ={_FREQUENCIES[unit]}"
        if unit == "day":
            return frequency
        if unit == "week":
            days = self._every.weekdays
            if not days and self._said.weekday is not None:
                days = (self._said.weekday,)
            days = days or (self._begin().weekday(),)
            return f"{frequency};BYDAY={','.join(_DAYS[day] for day in days)}"
        if unit == "month":
            day = self._in_month(self._said)
            return f"{frequency};{day}"
        return self._yearly(frequency)

    def _in_month(self, said: Meaning) -> str:
        """Return which day of a month."""
        if said.nth is not None and said.weekday is not None:
            return f"BYDAY={said.nth}{_DAYS[said.weekday]}"
        if said.weekday is not None and said.month_day is not None:
            return f"BYDAY={_DAYS[said.weekday]};BYMONTHDAY={said.month_day}"
        if said.nth is not None:
            return f"BYMONTHDAY={said.nth}"
        if said.edge == "end":
            return "BYMONTHDAY=-1"
        day = said.month_day or (1 if said.edge == "start" else self._begin().day)
        return _month_day(day, _LONGEST_MONTH)

    def _yearly(self, frequency: str) -> str | Impossible | None:
        """Return which day of the year."""
        said = self._said
        if said.feast is not None:
            kind, *values = rule_of(said.feast, self._resolver.calendar.country).split()
            if kind == "fixed" and len(values) == 2:
                month, day = map(int, values)
                return f"{frequency};BYMONTH={month};BYMONTHDAY={day}"
            if kind == "nth" and len(values) == 3:
                nth, weekday, month = map(int, values)
                return f"{frequency};BYMONTH={month};BYDAY={nth}{_DAYS[weekday]}"
            return Impossible(Problem.NO_RULE)
        if said.month is None:
            begin = self._begin()
            return f"{frequency};BYMONTH={begin.month};{_month_day(begin.day, 29)}"
        in_month = self._in_month(replace(said, month_day=said.month_day or 1))
        if said.month_day is not None:
            longest = 29 if said.month == 2 else _LONGEST_MONTH
            if said.month_day > longest or (
                said.month in (4, 6, 9, 11) and said.month_day == _LONGEST_MONTH
            ):
                return Impossible(Problem.NO_SUCH_DAY)
            is_leap = said.month == 2 and said.month_day > _ALWAYS
            in_month = (
                _month_day(29, _LONGEST_MONTH)
                if is_leap
                else f"BYMONTHDAY={said.month_day}"
            )
        return f"{frequency};BYMONTH={said.month};{in_month}"

    def _begin(self) -> date:
        """Return the day from which it is counted."""
        start = self._limit(self._said.since)
        return start.at.date() if isinstance(start, Moment) else self._now.date()


def _month_day(day: int, longest: int) -> str:
    """Return a day of a month, the last one of months that are too short."""
    if day == _LONGEST_MONTH == longest:
        return "BYMONTHDAY=-1"
    if day > _ALWAYS:
        days = ",".join(map(str, range(_ALWAYS, day + 1)))
        return f"BYMONTHDAY={days};BYSETPOS=-1"
    return f"BYMONTHDAY={day}"


def _next_day(rule: str) -> str:
    """Return a weekly rule for the day after: it is midnight that ends the day."""
    name, sign, days = rule.partition("BYDAY=")
    if not sign or "MONTHLY" in rule or "YEARLY" in rule:
        return rule
    after_them = [_DAYS[(_DAYS.index(day) + 1) % 7] for day in days.split(",")]
    return f"{name}{sign}{','.join(after_them)}"


def _grain(clock: Clock | None) -> Grain:
    return Grain.HOUR if clock is None or clock.minute is None else Grain.MINUTE
