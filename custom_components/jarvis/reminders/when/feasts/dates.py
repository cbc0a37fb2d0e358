"""The day of a feast in a year, by the rule that the data files tell."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import chain

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter
from dateutil.relativedelta import relativedelta, weekday

from ..data import read
from . import chinese, hebrew, hindu, islamic
from .almanac import sun

_DAY = timedelta(days=1)
_YEAR = 365


def day_of(feast: str, year: int, country: str | None = None) -> date | None:
    """Return the day of a feast in a year; rarely a year has none."""
    words = rule_of(feast, country).split()
    adjusted: list[tuple[str, list[str]]] = []
    for sign in ("plus", "if"):
        while sign in words:
            at = len(words) - 1 - words[::-1].index(sign)
            adjusted.append((sign, words[at + 1 :]))
            del words[at:]
    found = _RULES[words[0]](year, *words[1:])
    if found is None:
        return None
    return _adjusted(found, adjusted)


@cache
def rule_of(feast: str, country: str | None = None) -> str:
    """Return the rule of a feast (reads a file: first in an executor)."""
    entry = read("feasts")[feast]
    for countries, rule in entry.get("countries", {}).items():
        if country in countries.split():
            return str(rule)
    return str(entry["rule"])


def _adjusted(found: date, adjusted: list[tuple[str, list[str]]]) -> date:
    """Move a day that falls on some weekdays, then all by what is added."""
    moved = found
    for sign, values in adjusted:
        if sign == "if" and found.weekday() == int(values[0]):
            moved += int(values[1]) * _DAY
    for sign, values in adjusted:
        if sign == "plus":
            moved += int(values[0]) * _DAY
    return moved


def _fixed(year: int, month: str, day: str) -> date:
    return date(year, int(month), int(day))


def _nth(year: int, which: str, day: str, month: str) -> date:
    count = int(which)
    first = date(year, int(month), 1)
    if count < 0:
        last = first + relativedelta(day=31)
        return _weekday_from(last, day, count)
    return _weekday_from(first, day, count)


def _weekday_from(day: date, name: str, count: int) -> date:
    """Return the first, second … weekday of a name from a day on, or back."""
    found: date = day + relativedelta(weekday=weekday(int(name), count))
    return found


def _weekday_before(year: int, day: str, month: str, before: str) -> date:
    last = date(year, int(month), int(before)) - _DAY
    return _weekday_from(last, day, -1)


def _easter(year: int, days: str) -> date:
    sunday: date = easter(year, EASTER_WESTERN)
    return sunday + int(days) * _DAY


def _orthodox(year: int, days: str) -> date:
    sunday: date = easter(year, EASTER_ORTHODOX)
    return sunday + int(days) * _DAY


def _mothers_fr(year: int) -> date:
    """The last Sunday of May, a week later where that is Pentecost."""
    last = _nth(year, "-1", "6", "5")
    return last + 7 * _DAY if last == _easter(year, "49") else last


def _hebrew(year: int, month: str, day: str) -> date | None:
    return hebrew.day_in(year, int(month), int(day))


def _islamic(year: int, month: str, day: str) -> date | None:
    return next(islamic.days_in(year, int(month), int(day)), None)


def _islamic_last(year: int, day: str, month: str) -> date | None:
    """The last of a weekday in a month, which may end in the year after."""
    ends = chain(
        islamic.days_in(year, int(month) + 1, 1),
        islamic.days_in(year + 1, int(month) + 1, 1),
    )
    found = (_weekday_from(end - _DAY, day, -1) for end in ends)
    return next((one for one in found if one.year == year), None)


def _hindu(year: int, month: str, tithi: str, hour: str) -> date | None:
    """A lunar day; one around New Year may be in none of ours, or twice."""
    for ending in (year, year + 1):
        found = hindu.lunar_day_in(ending, int(month), int(tithi), hour)
        if found.year == year:
            return found
    return None


def _sun(year: int, sign: str) -> date:
    return hindu.solar_day_in(year, int(sign))


def _star(year: int, sign: str, star: str) -> date:
    return hindu.star_day_in(year, int(sign), int(star))


def _every365(year: int, known: str) -> date:
    """A calendar without leap days."""
    start = date.fromisoformat(known)
    passed = (date(year, start.month, start.day) - start).days
    return start + _YEAR * round(passed / _YEAR) * _DAY


def _season(year: int, longitude: str) -> date:
    """The day on which the sun reaches a longitude, in the time of Europe's middle."""
    wanted = int(longitude)
    day = date(year, 3 + wanted // 30, 18)

    def ahead(moment: date) -> float:
        midnight = datetime.combine(moment + _DAY, time(0, tzinfo=UTC))
        at = midnight - timedelta(hours=1)
        return (sun(at) - wanted + 180) % 360 - 180

    while ahead(day) < 0:
        day += _DAY
    return day


def _chinese(year: int, days: str) -> date:
    return chinese.new_year(year) + int(days) * _DAY


_RULES: Mapping[str, Callable[..., date | None]] = {
    "fixed": _fixed,
    "nth": _nth,
    "weekday_before": _weekday_before,
    "easter": _easter,
    "orthodox": _orthodox,
    "mothers_fr": _mothers_fr,
    "hebrew": _hebrew,
    "islamic": _islamic,
    "islamic_last": _islamic_last,
    "hindu": _hindu,
    "sun": _sun,
    "star": _star,
    "every365": _every365,
    "season": _season,
    "chinese": _chinese,
}
