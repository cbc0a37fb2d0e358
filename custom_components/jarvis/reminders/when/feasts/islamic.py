"""Days of the Islamic calendar as Umm al-Qura has it, now and then a day beside it.

A month begins when the moon sets behind the sun at Mecca, for the first time after the
new moon; that is when it is some hours old.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from .almanac import new_moon

_FIRST = date(622, 7, 19)
_SYNODIC = 29.530588
_SUNSET = time(15, 30, tzinfo=UTC)
"""Of Mecca, about."""
_LAG = timedelta(hours=2)
"""How long after the new moon the moon sets behind the sun, about."""


def days_in(year: int, month: int, day: int) -> Iterator[date]:
    """Yield when a day falls in a year of ours; once in a while it does so twice."""
    about = int((year - 622) * 33 / 32)
    for islamic in range(about - 1, about + 4):
        found = first_of(islamic, month) + timedelta(days=day - 1)
        if found.year == year:
            yield found


def first_of(year: int, month: int) -> date:
    """Return the first day of a month of an Islamic year."""
    months = 12 * (year - 1) + month - 1
    guess = datetime.combine(_FIRST, time(0, tzinfo=UTC)) + timedelta(
        days=months * _SYNODIC - 2
    )
    moon = new_moon(guess)
    evening = datetime.combine(moon.date(), _SUNSET)
    is_early = moon + _LAG <= evening
    return moon.date() + timedelta(days=1 if is_early else 2)
