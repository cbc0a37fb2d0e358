"""Time words in a question as a range of the past: «la semaine dernière», "in March".

A question to a memory looks back: «mardi» is the last one, "in March" the last March
that has begun. Days begin at midnight where the person is. Pure, without a clock.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
import re

from .terms import folded
from .when_words import LANGUAGES, Words

_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
"""The month in which a season begins, as meteorologists and most people count."""
_DAY = timedelta(days=1)
_LATELY = 14
"""Days of "the other day"."""
_WEEK = 7
_FRIDAY = 4
_THIRD = 10
"""Days of the beginning of a month, and of its middle."""
_SLACK = 3
"""Days by which "three weeks ago" may be off, to either side."""
_NOT_WORDS = re.compile(r"[^\w]+")
_ISO = re.compile(r"\b(?:on |le )?(?P<y>\d{4}) (?P<m>\d\d) (?P<d>\d\d)\b")
_NUMERIC = re.compile(r"\b(?:le )?(?P<d>\d{1,2}) (?P<m>\d{1,2}) (?P<y>\d{4})\b")
_SLOT = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class Span:
    """A range of time, from its start up to but not with its end."""

    start: datetime
    end: datetime
    said: str = ""
    """The folded words that said it."""

    def holds(self, moment: datetime) -> bool:
        """Tell whether a moment is within it."""
        return _instant(self.start) <= _instant(moment) < _instant(self.end)


type _Slots = Mapping[str, str]
type _Meaning = Callable[[_Slots, datetime, Words], Span | None]


def span(text: str, now: datetime, language: str | None = None) -> Span | None:
    """Return the range of the past that a question names, if it names one.

    `now` is aware and in the person's own time. Of several ranges the one that takes
    the most words is meant, of equals the first. An unknown language tries all.
    """
    short = (language or "").replace("_", "-").partition("-")[0].casefold()
    plain = " ".join(_NOT_WORDS.split(folded(text))).strip()
    found = [
        replace(one, said=said)
        for each in ((short,) if short in LANGUAGES else LANGUAGES)
        for said, one in _spans(plain, now, each)
    ]
    return max(found, key=lambda one: len(one.said.split()), default=None)


def without(text: str, said: Span | None) -> str:
    """Return a text folded and without the words that said a time."""
    plain = " ".join(_NOT_WORDS.split(folded(text)))
    return plain.replace(said.said, " ") if said and said.said else plain


def _spans(plain: str, now: datetime, language: str) -> Iterator[tuple[str, Span]]:
    """Yield the ranges that a folded text names, with their words."""
    words = LANGUAGES[language]
    for meaning, pattern in _patterns(language):
        for match in pattern.finditer(plain):
            slots = {name: told for name, told in match.groupdict().items() if told}
            if one := _kept(meaning, {**slots, "all": match[0]}, now, words):
                yield match[0], one
    for pattern in (_ISO, *([_NUMERIC] if language == "fr" else [])):
        for match in pattern.finditer(plain):
            if day := _day_of(int(match["y"]), int(match["m"]), int(match["d"])):
                yield match[0], _days(day, day + _DAY, now)


def _kept(meaning: _Meaning, slots: _Slots, now: datetime, words: Words) -> Span | None:
    """Return a range as far as it is past; one that has not begun is none."""
    one = meaning(slots, now, words)
    if one is None or _instant(one.start) > _instant(now):
        return None
    if {"since", "depuis"} & set(slots["all"].split()):
        return Span(one.start, now)
    return one


@cache
def _patterns(language: str) -> Sequence[tuple[_Meaning, re.Pattern[str]]]:
    """Return what is looked for in a language."""
    words = LANGUAGES[language]
    tables: Mapping[str, Collection[str]] = {
        "n": (r"\d{1,3}", *words.numbers),
        "unit": words.units,
        "weekday": words.weekdays,
        "month": words.months,
        "season": words.seasons,
        "part": words.parts,
        "third": words.thirds,
        "feast": words.feasts,
        "days": words.days,
        "day": (r"[12]\d|3[01]|0?[1-9]",),
        "year": (r"(?:19|20)\d\d",),
    }

    def slot(match: re.Match[str]) -> str:
        # What is longest comes first: «apres midi» before «midi».
        ways = sorted(tables[match[1]], key=len, reverse=True)
        return f"(?P<{match[1]}>{'|'.join(ways)})"

    return [
        (_MEANINGS[name], re.compile(rf"\b(?:{_SLOT.sub(slot, pattern)})\b"))
        for name, pattern in words.patterns
    ]


def _ago(slots: _Slots, now: datetime, words: Words) -> Span | None:
    count, unit = _count(slots, words), words.units[slots["unit"]]
    if unit in ("minute", "hour"):
        step = timedelta(minutes=1) if unit == "minute" else timedelta(hours=1)
        # Half an hour to either side: nobody looks at a clock while remembering.
        middle = _instant(now) - count * step
        slack = max(count * step / 4, step / 2)
        end = min(middle + slack, _instant(now))
        start = (middle - slack).astimezone(now.tzinfo)
        return Span(start, end.astimezone(now.tzinfo))
    if unit == "month":
        return _month(*_months_back(now.year, now.month, count), now)
    if unit == "year":
        year, month = _months_back(now.year, now.month, 12 * count)
        first, last = _months_back(year, month, 1), _months_back(year, month, -2)
        return _days(date(*first, 1), date(*last, 1), now)
    if unit == "weekend":
        return _weekend(now, count)
    day = _back(now, unit, count)
    is_vague = (now.date() - day).days >= _WEEK or slots["n"] in words.vague
    slack = _SLACK * _DAY if is_vague else timedelta()
    return _days(day - slack, min(day + slack, now.date()) + _DAY, now)


def _back(now: datetime, unit: str, count: int) -> date:
    """Return the day some days or weeks ago; fifteen days are two weeks."""
    today = now.date()
    days = count * {"week": _WEEK, "fortnight": 2 * _WEEK}.get(unit, 1)
    if unit == "day" and days == 2 * _WEEK + 1:
        days = 2 * _WEEK
    return today - days * _DAY


def _day(slots: _Slots, now: datetime, words: Words) -> Span | None:
    return _part(now.date() - words.days[slots["days"]] * _DAY, slots, now, words)


def _day_part(slots: _Slots, now: datetime, words: Words) -> Span | None:
    return _part(now.date(), slots, now, words)


def _tonight(_slots: _Slots, now: datetime, _words: Words) -> Span | None:
    return _hours(now.date(), 18, 30, now)


def _last_night(_slots: _Slots, now: datetime, _words: Words) -> Span | None:
    return _hours(now.date() - _DAY, 18, 32, now)


def _this(slots: _Slots, now: datetime, words: Words) -> Span | None:
    unit = words.units[slots["unit"]]
    today = now.date()
    monday = today - today.weekday() * _DAY
    if unit == "week":
        return _days(monday, monday + _WEEK * _DAY, now)
    if unit == "weekend":
        # Before Friday the one that people remember is the last one.
        return _weekend(now, 0 if today.weekday() >= _FRIDAY else 1)
    if unit == "month":
        return _month(now.year, now.month, now)
    if unit == "year":
        return _days(date(now.year, 1, 1), date(now.year + 1, 1, 1), now)
    return _days(today, today + _DAY, now) if unit == "day" else None


def _last(slots: _Slots, now: datetime, words: Words, back: int = 1) -> Span | None:
    unit = words.units[slots["unit"]]
    today = now.date()
    monday = today - (today.weekday() + _WEEK * back) * _DAY
    if unit == "week":
        return _days(monday, monday + _WEEK * _DAY, now)
    if unit == "weekend":
        return _weekend(now, back)
    if unit == "month":
        return _month(*_months_back(now.year, now.month, back), now)
    if unit == "year":
        return _days(date(now.year - back, 1, 1), date(now.year - back + 1, 1, 1), now)
    if unit == "day":
        return _days(today - back * _DAY, today, now)
    return _lately({**slots, "n": "1"}, now, words)


def _before_last(slots: _Slots, now: datetime, words: Words) -> Span | None:
    return _last(slots, now, words, back=2)


def _lately(slots: _Slots, now: datetime, words: Words) -> Span | None:
    count = _count(slots, words) if "n" in slots else 1
    unit = words.units[slots["unit"]]
    if "n" not in slots and slots["all"].split()[-1].endswith("s"):
        count = words.numbers[words.some]
    if unit in ("minute", "hour"):
        step = timedelta(minutes=1) if unit == "minute" else timedelta(hours=1)
        start = _instant(now) - count * step
        return Span(start.astimezone(now.tzinfo), now)
    today = now.date()
    if unit in ("month", "year"):
        months = count * (12 if unit == "year" else 1)
        year, month = _months_back(today.year, today.month, months)
        first = _day_of(year, month, min(today.day, 28)) or today
    elif unit == "weekend":
        first = today - (today.weekday() + _WEEK * count) * _DAY
    else:
        first = _back(now, unit, count)
    return _days(first, today + _DAY, now)


def _other_day(_slots: _Slots, now: datetime, _words: Words) -> Span | None:
    return _days(now.date() - _LATELY * _DAY, now.date() + _DAY, now)


def _weekday(slots: _Slots, now: datetime, words: Words) -> Span | None:
    wanted = words.weekdays.index(slots["weekday"])
    # The day's own name means last week's: of today one says "today".
    back = (now.weekday() - wanted - 1) % _WEEK + 1
    return _part(now.date() - back * _DAY, slots, now, words)


def _date(slots: _Slots, now: datetime, words: Words) -> Span | None:
    month = words.months.index(slots["month"]) + 1
    if "year" in slots:
        found = _day_of(int(slots["year"]), month, int(slots["day"]))
    else:
        found = _latest(month, int(slots["day"]), now)
    return _days(found, found + _DAY, now) if found else None


def _named_month(slots: _Slots, now: datetime, words: Words) -> Span | None:
    month = words.months.index(slots["month"]) + 1
    year = int(slots.get("year", now.year - (month > now.month)))
    if "year" not in slots and month == now.month and _is_last(slots):
        year -= 1
    if "third" not in slots:
        return _month(year, month, now)
    third = words.thirds[slots["third"]]
    first = date(year, month, 1 + _THIRD * third)
    last = (
        date(*_months_back(year, month, -1), 1) if third == 2 else first + _THIRD * _DAY
    )
    return _days(first, last, now)


def _season(slots: _Slots, now: datetime, words: Words) -> Span | None:
    month = _SEASONS[words.seasons[slots["season"]]]
    if "year" in slots:
        year = int(slots["year"])
    else:
        year = now.year - (month > now.month)
        after = _months_back(year, month, -3)
        if _is_last(slots) and (now.year, now.month) < after:
            # It is that season now: the last one is a year ago.
            year -= 1
    return _days(date(year, month, 1), date(*_months_back(year, month, -3), 1), now)


def _feast(slots: _Slots, now: datetime, words: Words) -> Span | None:
    month, day = words.feasts[slots["feast"]]
    if "year" in slots:
        found: date | None = date(int(slots["year"]), month, day)
    else:
        found = _latest(month, day, now)
    return _days(found - _DAY, found + 2 * _DAY, now) if found else None


def _year(slots: _Slots, now: datetime, _words: Words) -> Span | None:
    year = int(slots["year"])
    return _days(date(year, 1, 1), date(year + 1, 1, 1), now)


_MEANINGS: Mapping[str, _Meaning] = {
    "ago": _ago,
    "day": _day,
    "day_part": _day_part,
    "tonight": _tonight,
    "last_night": _last_night,
    "this": _this,
    "last": _last,
    "before_last": _before_last,
    "lately": _lately,
    "other_day": _other_day,
    "weekday": _weekday,
    "date": _date,
    "month": _named_month,
    "season": _season,
    "feast": _feast,
    "year": _year,
}


def _count(slots: _Slots, words: Words) -> int:
    """Return a number in digits or in words."""
    told = slots["n"]
    return int(told) if told.isdigit() else words.numbers[told]


def _is_last(slots: _Slots) -> bool:
    """Tell whether the one before this one is meant."""
    return bool({"last", "dernier", "passe"} & set(slots["all"].split()))


def _part(day: date, slots: _Slots, now: datetime, words: Words) -> Span:
    """Return a day, or the part of it that was said."""
    if "part" in slots:
        return _hours(day, *words.parts[slots["part"]], now)
    return _days(day, day + _DAY, now)


def _weekend(now: datetime, back: int) -> Span:
    """Return this week's Friday evening to Sunday, or that of weeks before."""
    today = now.date()
    monday = today - (today.weekday() + _WEEK * back) * _DAY
    return Span(
        _at(monday + _FRIDAY * _DAY, 18, now), _at(monday + _WEEK * _DAY, 0, now)
    )


def _latest(month: int, day: int, now: datetime) -> date | None:
    """Return the last day of this name that has begun; 29 February may be far back."""
    for year in range(now.year, now.year - 9, -1):
        found = _day_of(year, month, day)
        if found and found <= now.date():
            return found
    return None


def _day_of(year: int, month: int, day: int) -> date | None:
    """Return a date, if there is such a one."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _months_back(year: int, month: int, count: int) -> tuple[int, int]:
    """Return the year and month some months before; after, where that is below 0."""
    years, index = divmod(year * 12 + month - 1 - count, 12)
    return years, index + 1


def _month(year: int, month: int, now: datetime) -> Span:
    """Return a whole month."""
    return _days(date(year, month, 1), date(*_months_back(year, month, -1), 1), now)


def _days(first: date, end: date, now: datetime) -> Span:
    """Return days from midnight to midnight."""
    return Span(_at(first, 0, now), _at(end, 0, now))


def _hours(day: date, first: int, end: int, now: datetime) -> Span:
    """Return hours of a day; beyond 24 is the night after."""
    return Span(_at(day, first, now), _at(day, end, now))


def _at(day: date, hour: int, now: datetime) -> datetime:
    """Return an hour of a day where the person is."""
    days, hour = divmod(hour, 24)
    return datetime.combine(day + days * _DAY, time(hour), now.tzinfo)


def _instant(moment: datetime) -> datetime:
    """Return a time for comparison, also where clocks are changed."""
    return moment.astimezone(UTC)
