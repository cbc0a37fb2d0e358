"""The time and the date, and how days are called."""

from datetime import date, datetime, timedelta

from homeassistant.util import dt as dt_util

from ..request import Understood
from .asker import Asker
from .grammar import Asked
from .wording import answers

_DAYS_BY_NAME = 7
"""Days ahead up to which the day of the week says which is meant."""


async def async_time(asker: Asker, _asked: Asked) -> Understood:
    """Tell the time."""
    text: str = asker.said["time_is"]
    time = time_told(dt_util.now(), asker.language)
    return asker.told(text.format(time=time), (), "HassGetCurrentTime", about=False)


async def async_date(asker: Asker, asked: Asked) -> Understood:
    """Tell which day it is, or will be."""
    today = dt_util.now().date()
    day = today + timedelta(days=int(asked.slots.get("ahead", "0")))
    text: str = asker.said["date_is" if day == today else "date_will_be"]
    sentence = text.format(date=date_told(day, asker.language))
    return asker.told(sentence, (), "HassGetCurrentDate", about=False)


def time_told(moment: datetime, language: str) -> str:
    """Return a time of day as it is said."""
    said = answers(language)
    if said["hours"] == "24":
        return f"{moment.hour}:{moment.minute:02}"
    half = said["morning" if moment.hour < 12 else "afternoon"]
    return f"{(moment.hour - 1) % 12 + 1}:{moment.minute:02} {half}"


def date_told(day: date, language: str) -> str:
    """Return a date in full."""
    said = answers(language)
    number = said["first"] if day.day == 1 else str(day.day)
    text: str = said["date"]
    return text.format(
        weekday=said["weekdays"][day.weekday()],
        day=number,
        month=said["months"][day.month - 1],
        year=day.year,
    )


def day_told(day: date, language: str) -> str:
    """Return a day as people call it from today."""
    said = answers(language)
    ahead = (day - dt_util.now().date()).days
    if 0 <= ahead < len(said["near"]):
        return str(said["near"][ahead])
    if 0 < ahead < _DAYS_BY_NAME:
        text: str = said["on_weekday"]
        return text.format(weekday=said["weekdays"][day.weekday()])
    return date_told(day, language)
