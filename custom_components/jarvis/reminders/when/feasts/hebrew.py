"""Days of the Hebrew calendar, by its arithmetic."""

from datetime import date

_EPOCH = -1373427
"""The day before the first, counted as `date.toordinal` counts."""
_YEARS_AHEAD = 3760
_LONG, _SHORT = 5, 3
"""The last digit of how many days a year has, which tells its two uneven months."""


def day_in(year: int, month: int, day: int) -> date | None:
    """Return when a day falls in a year of ours; months count from Nisan as 1."""
    days = (
        date.fromordinal(_new_year(hebrew) + sum(_before(hebrew, month)) + day - 1)
        for hebrew in (year + _YEARS_AHEAD, year + _YEARS_AHEAD + 1)
    )
    return next((found for found in days if found.year == year), None)


def _before(year: int, month: int) -> list[int]:
    """Return how long the months are from Tishri up to one."""
    length = _new_year(year + 1) - _new_year(year)
    is_leap = (7 * year + 1) % 19 < 7
    months = {
        7: 30,
        8: 30 if length % 10 == _LONG else 29,
        9: 29 if length % 10 == _SHORT else 30,
        10: 29,
        11: 30,
        # Feasts of Adar are in the second one of a leap year.
        0: 30 if is_leap else 0,
        12: 29,
        1: 30,
        2: 29,
        3: 30,
        4: 29,
        5: 30,
        6: 29,
    }
    order = list(months)
    return [months[one] for one in order[: order.index(month)]]


def _new_year(year: int) -> int:
    """Return the day on which a year begins."""
    before, this, after = (_elapsed(one) for one in (year - 1, year, year + 1))
    delay = 2 if after - this == 356 else int(this - before == 382)
    return _EPOCH + this + delay


def _elapsed(year: int) -> int:
    """Return the days from the beginning to the new moon of a year."""
    months = (235 * year - 234) // 19
    days = 29 * months + (12084 + 13753 * months) // 25920
    return days + (3 * (days + 1) % 7 < 3)
