"""Days of the Hindu calendars: by the moon's day at some hour, or by the sun."""

from datetime import UTC, date, datetime, time, timedelta
from math import floor

from .almanac import moon, new_moon, phase, sun

_HOURS = {"sunrise": 0.7, "noon": 6.8, "afternoon": 9.5, "evening": 13.0, "night": 18.5}
"""Hours of UTC that these are in India."""
_SIGN, _STAR, _TITHI = 30.0, 360 / 27, 12.0
_DAY = timedelta(days=1)
_MONTH = 30
_PRECESSION = (23.853, 50.29 / 3600)
"""Degrees between the signs and the seasons in 2000, and how they grow each year."""


def lunar_day_in(year: int, month: int, tithi: int, hour: str) -> date:
    """Return the day that has a lunar day of a month at an hour of it.

    Months begin with the new moon, Chaitra is 1; of 30 lunar days 15 is the full moon.
    """
    begin = _month_begins(year, month)
    first = begin.date() + timedelta(days=tithi * 0.984 - 3)
    days = [first + at * _DAY for at in range(7)]
    reached = [_tithis_since(begin, _at(day, hour)) for day in days]
    for day, count in zip(days, reached, strict=True):
        if floor(count) + 1 == tithi:
            return day
    # It began and ended between two such hours.
    return (
        next(day for day, count in zip(days, reached, strict=True) if count >= tithi)
        - _DAY
    )


def solar_day_in(year: int, sign: int) -> date:
    """Return the day on which the sun enters a sign, by its evening."""
    day = date(year, 1, 1) + timedelta(days=round((sign + 3) % 12 * 30.44) + 3)
    while round(_signs(_at(day, "evening")) - sign - 0.5) % 12 != 0:
        day += _DAY
    while (int(_signs(_at(day - _DAY, "evening"))) - sign) % 12 == 0:
        day -= _DAY
    return day


def star_day_in(year: int, sign: int, star: int) -> date:
    """Return the day on which the moon is in a star while the sun is in a sign."""
    day = solar_day_in(year, sign) + _DAY
    while int(_along(moon(_at(day, "sunrise")), day.year) / _STAR) != star:
        day += _DAY
    return day


def _month_begins(year: int, month: int) -> datetime:
    """Return the new moon of a month, of two with the same name the second."""
    middle = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=95 + 30.44 * (month - 1))
    if month > 9:
        # Pausha ends, Magha and Phalguna stand at the beginning of a year of ours.
        middle -= timedelta(days=365.25)
    moons = sorted({_rounded(new_moon(middle + 29.5 * at * _DAY)) for at in (-1, 0, 1)})
    fitting = [one for one in moons if (int(_signs(one)) + 2 - month) % 12 == 0]
    return fitting[-1] if fitting else moons[1]


def _rounded(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _tithis_since(begin: datetime, moment: datetime) -> float:
    """Return how many lunar days have passed since a month began."""
    whole = (moment - begin) / timedelta(days=29.530588)
    exact = phase(moment) / _TITHI
    return exact + _MONTH * round(whole - exact / _MONTH)


def _signs(moment: datetime) -> float:
    """Return where the sun stands among the signs, in signs."""
    return _along(sun(moment), moment.year + moment.month / 12) / _SIGN


def _along(longitude: float, year: float) -> float:
    """Return a longitude as counted from the signs."""
    base, yearly = _PRECESSION
    return (longitude - base - yearly * (year - 2000)) % 360


def _at(day: date, hour: str) -> datetime:
    """Return an hour of a day in India."""
    return datetime.combine(day, time(0, tzinfo=UTC)) + timedelta(hours=_HOURS[hour])
