"""What the slots and constants of a pattern say."""

from collections.abc import Mapping
from typing import Any

from .meaning import Clock, Every, Length, Meaning
from .patterns import FEAST, Language
from .tokens import ORDINAL

_HOURS, _BASE = 24, 60
_CENTURY = 2000
_LONGEST = 100
"""Years ahead of which nobody is reminded."""
_UNITS = {"night": ("day", 1), "fortnight": ("week", 2)}
"""Units that come again as a number of others."""
_COUNTS = (
    "days",
    "workdays",
    "week",
    "months",
    "years",
    "weekday_plus",
    "nth",
    "times",
    "count",
)
_COUNTED = (
    ("weekday_count", "count"),
    ("times_said", "times"),
    ("workdays_said", "workdays"),
)
"""Signs that tell what a number counts."""
_FLAGS = ("is_now", "is_weekend", "is_nth_day", "is_of_month")


def meaning_of(
    slots: Mapping[str, str], constants: Mapping[str, str], language: Language
) -> Meaning | None:
    """Return what a match says; None where its numbers make no sense."""
    said = {**constants, **slots}
    if "as_month_day" in said:
        said["dom"] = said.pop("ord")
    reader = _Reader(said, language)
    fields: dict[str, Any] = {
        "clock": reader.clock(),
        "every": reader.every(),
        **reader.lengths(),
        **reader.calendar(),
        **{name: int(said[name]) for name in _COUNTS if name in said},
        **{name: True for name in _FLAGS if name in said},
        **{name: said[name] for name in ("edge", "weekday_of") if name in said},
    }
    if reader.is_wrong:
        return None
    return Meaning(**fields)


class _Reader:
    """Reads the slots of one match."""

    def __init__(self, said: Mapping[str, str], language: Language) -> None:
        """Take the slots and constants."""
        self._said = said
        self._language = language
        self.is_wrong = False

    def clock(self) -> Clock | None:
        """Return the time of day."""
        said = self._said
        minute = said.get("m", said.get("mm", said.get("minute")))
        if "hours" in said:
            hour = int(self._language.tables["hours"][said["hours"]])
        elif "hm" in said:
            hour, minute = int(said["hm"][:-2]), said["hm"][-2:]
        elif "h" in said:
            hour = int(said["h"]) if said["h"].isdigit() else 1
        else:
            return None
        half = self._language.tables["half"].get(said.get("half", ""))
        if half and not 1 <= hour <= _HOURS // 2:
            half = None
        written = said.get("hm", said.get("h", ""))
        is_literal = (
            hour > _HOURS // 2
            or hour == 0
            or "literal" in said
            or "hours" in said
            or (written.startswith("0") and half is None)
        )
        if "less" in said:
            whole = hour * _BASE - int(said["less"])
            if whole < 0 or int(said["less"]) >= _BASE:
                self.is_wrong = True
                return None
            is_literal = is_literal or hour > _HOURS // 2
            hour, minute = whole // _BASE, str(whole % _BASE)
            if hour == 0 and not is_literal:
                hour = _HOURS // 2
        second = int(said["s"]) if "s" in said else None
        return Clock(
            hour, None if minute is None else int(minute), second, half, is_literal
        )

    def every(self) -> Every | None:
        """Return how often."""
        said = self._said
        if "every" not in said:
            return None
        unit, interval = said["every"], int(said.get("interval", 1))
        if unit == "unit":
            if "dur" in said:
                counts = self._language.length(said["dur"]).counts
                if len(counts) > 1:
                    counts = _in_smallest(counts)
                unit, count = next(iter(counts.items()))
                interval = round(count)
            else:
                unit = self._language.tables["unit"][said["unit"]]
        if "n" in said or "ord" in said:
            number = said.get("n", said.get("ord" if "ord_is_n" in said else "", "1"))
            interval *= self._number(number)
        unit, times = _UNITS.get(unit, (unit, 1))
        if interval < 1 or Length.of({unit: interval * times}).years > _LONGEST:
            self.is_wrong = True
            return None
        idioms = self._language.idioms
        if (unit, float(interval)) in idioms:
            unit, count = idioms[unit, float(interval)]
            interval = int(count)
        if unit == "day" and interval % 7 == 0 and "dur" not in said:
            unit, interval = "week", interval // 7
        weekdays = self._weekdays() if unit == "week" else ()
        return Every(unit=unit, interval=interval * times, weekdays=weekdays)

    def lengths(self) -> Mapping[str, Length]:
        """Return the durations, each as what it is."""
        said = self._said
        if "shift_days" in said:
            return {"shift": Length.of({"day": int(said["shift_days"])})}
        if "every" in said:
            return {}
        if "dur" in said:
            length = self._language.length(said["dur"])
        elif "unit" in said and "n" in said:
            unit = self._language.tables["unit"][said["unit"]]
            length = Length.of({unit: self._number(said["n"])})
        else:
            return {}
        if length.years > _LONGEST:
            self.is_wrong = True
        if "lasting" in said:
            return {"lasting": length}
        return {"shift": -length if "minus" in said else length}

    def calendar(self) -> Mapping[str, Any]:
        """Return weekday, part of the day, feast, zone, and what is counted."""
        said, tables = self._said, self._language.tables
        fields = self._date()
        if said.get("every") in (None, "month", "year"):
            days = self._weekdays()
            fields["weekday"] = days[0] if len(days) == 1 else None
            self.is_wrong = self.is_wrong or len(days) > 1
        if "part" in said:
            # A constant names it as the table does.
            fields["part"] = tables["part"].get(said["part"], said["part"])
        if "feast" in said:
            fields["feast"] = said["feast"].removeprefix(FEAST)
        if "zone" in said:
            fields["zone"] = tables["zone"][said["zone"]]
        for sign, name in _COUNTED:
            if sign in said:
                fields[name] = self._number(said["n"])
        if "ord" in said and "ord_is_n" not in said:
            number = self._number(said["ord"])
            fields["nth"] = -number if "from_end" in said else number
        return fields

    def _date(self) -> dict[str, Any]:
        """Return day, month and year."""
        said = self._said
        fields: dict[str, Any] = {}
        if day := said.get("dom", said.get("day")):
            fields["month_day"] = self._number(day)
        if "month" in said:
            fields["month"] = self._language.tables["month"][said["month"]]
        elif "mo" in said:
            fields["month"] = int(said["mo"])
        if "a" in said and "b" in said:
            fields["numbers"] = int(said["a"]), int(said["b"])
        if "y" in said:
            fields["year"] = int(said["y"])
        elif "yy" in said:
            fields["year"] = _CENTURY + int(said["yy"])
        return fields

    def _weekdays(self) -> tuple[int, ...]:
        """Return the weekdays that were said."""
        said = self._said
        tables = self._language.tables
        known = {**tables["weekday"], **tables["plural"]}
        if "byday" in said:
            return tuple(map(int, said["byday"].split(",")))
        if "to" in said:
            first, last = known[said["weekday"]], known[said["to"]]
            return tuple(
                sorted((first + at) % 7 for at in range((last - first) % 7 + 1))
            )
        words = said.get(
            "weekdays", said.get("plurals", said.get("weekday", ""))
        ).split()
        days = {known[word] for word in words if word in known}
        if "except" in said:
            days = set(range(7)) - days
        return tuple(sorted(days))

    def _number(self, word: str) -> int:
        """Return a number, one that orders or an article."""
        word = word.removeprefix(ORDINAL)
        if word.isdigit():
            return int(word)
        if word == "second":
            return 2
        return int(self._language.tables["amounts"].get(word, 1))


def _in_smallest(counts: Mapping[str, float]) -> Mapping[str, float]:
    """Return hours and minutes in minutes: «toutes les heures et demie»."""
    size = {"day": 1440, "hour": 60, "minute": 1, "second": 1 / 60}
    return {"minute": sum(size.get(unit, 0) * one for unit, one in counts.items())}
