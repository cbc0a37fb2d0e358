"""The first day of the Chinese year."""

from datetime import UTC, date, datetime, timedelta, timezone

from .almanac import new_moon, sun

_BEIJING = timezone(timedelta(hours=8))
_MONTH = timedelta(days=29.53)
_RAIN_WATER = 330.0
"""The sun's longitude that always falls in the first month."""


def new_year(year: int) -> date:
    """Return the new moon of the month in which the sun reaches its rain water."""
    moment = datetime(year, 2, 18, 12, tzinfo=UTC)
    moment -= timedelta(days=(sun(moment) - _RAIN_WATER) / 0.9856)
    reached = moment.astimezone(_BEIJING).date()
    moons = [
        new_moon(moment + at * _MONTH).astimezone(_BEIJING).date() for at in (-1, 0, 1)
    ]
    return max(one for one in moons if one <= reached)
