"""Times as Jarvis tells them: «demain à 7 h 30», "every other Friday at 6 PM"."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from .patterns import language
from .recur import parts_of, until_of
from .results import Ambiguous, Grain, Moment, Recurrence
from .zones import Existence, existence, instant

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORKDAYS, _WEEKEND = "MO,TU,WE,TH,FR", "SA,SU"
_SOON = timedelta(hours=1)
"""Up to here a time that was said from now on is told so."""
_NOON, _SMALL_HOURS = 12, 6
_UNITS = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
_FEW_MINUTES = 300
_STEPS = ("HOURLY", "MINUTELY", "SECONDLY")

type When = Moment | Recurrence | Ambiguous


def told(
    when: When, now: datetime, code: str, *, has_24_hours: bool | None = None
) -> str:
    """Tell when something is, to somebody to whom it is `now`.

    How the hours are counted depends on the language unless it is said.
    """
    return _Teller(now, code, has_24_hours).told(when)


def late(by: timedelta, code: str) -> str:
    """Tell how late something is."""
    return str(language(code).spoken["late"].format(length(by, code)))


def length(of: timedelta, code: str) -> str:
    """Tell how long, in the two largest units; minutes are enough beyond a few."""
    spoken = language(code).spoken
    left = round(of.total_seconds())
    if left >= _FEW_MINUTES:
        left = round(left / _UNITS["minute"]) * _UNITS["minute"]
    parts: list[str] = []
    for unit, seconds in _UNITS.items():
        count, left = divmod(left, seconds)
        if count and len(parts) < 2:
            one, many = spoken["units"][unit]
            parts.append(str(one if count == 1 else many.format(count)))
    return str(spoken["and"]).join(parts) or str(spoken["less"])


class _Teller:
    """Tells times to one person."""

    def __init__(self, now: datetime, code: str, has_24_hours: bool | None) -> None:
        """Take when and how it is told."""
        self._now = now
        self._code = code
        self._spoken: Mapping[str, Any] = language(code).spoken
        has_halves = self._spoken["has_halves"] == "true"
        self._has_halves = has_halves if has_24_hours is None else not has_24_hours

    def told(self, when: When) -> str:
        """Tell when something is."""
        if isinstance(when, Moment):
            return self._moment(when)
        if isinstance(when, Recurrence):
            return self._recurrence(when)
        return str(self._spoken["or"]).join(map(self.told, when.ways))

    def _moment(self, moment: Moment) -> str:
        """Tell a point in time, from now on where it was said so."""
        ahead = instant(moment.at) - instant(self._now)
        if moment.grain is Grain.SECOND and timedelta() < ahead <= _SOON:
            return str(self._spoken["soon"].format(length(ahead, self._code)))
        at = moment.at.astimezone(self._now.tzinfo)
        day = self._day(at.date())
        if moment.grain is Grain.DAY:
            return day
        clock = self._clock(at)
        if existence(at) is Existence.TWICE:
            clock = self._spoken["folds"][at.fold].format(clock)
        return str(self._spoken["at"].format(day=day, clock=clock))

    def _day(self, day: date) -> str:
        """Tell a day."""
        days = (day - self._now.date()).days
        if (name := self._spoken["days"].get(str(days))) is not None:
            return str(name)
        key = "date" if day.year == self._now.year else "date_year"
        return str(
            self._spoken[key].format(
                weekday=self._spoken["weekdays"][day.weekday()],
                month=self._spoken["months"][day.month - 1],
                day=day.day,
                ordinal=self._ordinal(day.day),
                year=day.year,
            )
        )

    def _clock(self, at: datetime) -> str:
        """Tell a time of day."""
        spoken = self._spoken
        if (at.hour, at.minute) == (0, 0):
            return str(spoken["midnight"])
        kind = "clock" if self._has_halves else "clock_24"
        if at.minute:
            kind += "_minutes"
        clock = spoken[kind].format(
            hour=at.hour,
            twelve=at.hour % _NOON or _NOON,
            minute=f"{at.minute:02}",
            half=spoken["halves"][at.hour >= _NOON],
        )
        if at.hour < _SMALL_HOURS and not self._has_halves:
            clock = spoken["small_hours"].format(clock)
        return str(clock)

    def _recurrence(self, again: Recurrence) -> str:
        """Tell how often, when and until when."""
        parts = parts_of(again.rule)
        what = self._how_often(parts, again.first)
        if again.grain is not Grain.DAY and parts["FREQ"] not in _STEPS:
            hours = parts.get("BYHOUR", str(again.first.hour)).split(",")
            clocks = [
                self._clock(again.first.replace(hour=int(hour), fold=0))
                for hour in hours
            ]
            clock = self._joined(clocks)
            what = self._spoken["recurring_at"].format(what=what, clock=clock)
        if "COUNT" in parts:
            what = self._spoken["times"].format(what=what, count=parts["COUNT"])
        if "UNTIL" in parts:
            until = until_of(parts["UNTIL"]).astimezone(again.first.tzinfo)
            if until.date() == again.first.date() and parts["FREQ"] in _STEPS:
                what = self._spoken["until_clock"].format(
                    what=what, limit=self._clock(until)
                )
            else:
                what = self._spoken["until"].format(what=what, limit=self._date(until))
        return str(what)

    def _date(self, at: datetime) -> str:
        """Tell a day by its date."""
        return str(
            self._spoken["date"].format(
                weekday=self._spoken["weekdays"][at.weekday()],
                month=self._spoken["months"][at.month - 1],
                day=at.day,
                ordinal=self._ordinal(at.day),
            )
        )

    def _how_often(self, parts: Mapping[str, str], first: datetime) -> str:
        """Tell how often something comes again."""
        kind, slots = self._kind(parts, first)
        interval = int(parts.get("INTERVAL", "1"))
        ways = self._spoken["every"][kind]
        return str(ways[min(interval, 3) - 1].format(count=interval, **slots))

    def _kind(
        self, parts: Mapping[str, str], first: datetime
    ) -> tuple[str, Mapping[str, object]]:
        """Return which kind of rule it is, and its words."""
        frequency, days = parts["FREQ"], parts.get("BYDAY", "")
        if frequency == "WEEKLY":
            return self._weekly(days)
        if frequency not in ("MONTHLY", "YEARLY"):
            return frequency, {}
        unit = "month" if frequency == "MONTHLY" else "year"
        slots: dict[str, object] = {
            "month": self._spoken["months"][first.month - 1],
            "weekday": self._spoken["any_day"],
        }
        day = int(parts.get("BYMONTHDAY", "0").split(",")[-1])
        if days:
            slots["weekday"] = self._spoken["weekdays"][_DAYS.index(days[-2:])]
        if day > 0:
            slots |= {"day": day, "ordinal": self._ordinal(day)}
            return f"{unit}_{'weekday' if days else 'day'}", slots
        nth = days[:-2] if days else str(day)
        return f"{unit}_nth", {**slots, "nth": self._spoken["nths"][nth]}

    def _weekly(self, days: str) -> tuple[str, Mapping[str, object]]:
        if days in (_WORKDAYS, _WEEKEND):
            return "workdays" if days == _WORKDAYS else "weekend", {}
        missing = [day for day in _DAYS if day not in days]
        if len(missing) == 1:
            day = self._spoken["weekdays"][_DAYS.index(missing[0])]
            return "all_but", {"day": day}
        names = [self._spoken["weekdays"][_DAYS.index(day)] for day in days.split(",")]
        plurals = [self._spoken["plural"].format(name) for name in names]
        slots = {"day": names[0], "days": self._joined(plurals)}
        return "week_day" if len(names) == 1 else "week_days", slots

    def _joined(self, names: Sequence[str]) -> str:
        """Return names in a row."""
        if len(names) == 1:
            return names[0]
        return f"{', '.join(names[:-1])}{self._spoken['and']}{names[-1]}"

    def _ordinal(self, day: int) -> str:
        ways = self._spoken["ordinal"]
        return str(ways.get(str(day), ways["else"]).format(day))
