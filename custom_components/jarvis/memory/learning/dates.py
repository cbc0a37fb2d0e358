"""The day to come that some words mean: «le 12», "next Tuesday", «demain»."""

from collections.abc import Sequence
from datetime import date, timedelta
import re

from ..when_words import LANGUAGES

_DAY = timedelta(days=1)
_WEEK = 7
_AHEAD = {
    "aujourd hui": 0,
    "ce soir": 0,
    "demain": 1,
    "apres demain": 2,
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "the day after tomorrow": 2,
}
_NEXT_WEEK = ("semaine prochaine", "next week")
_NEXT_MONTH = ("mois prochain", "next month")
_NUMBER = re.compile(r"\b(\d{1,2})(?:er|st|nd|rd|th)?\b")
_YEAR = re.compile(r"\b(2\d{3})\b")


def last_day(words: Sequence[str], today: date, language: str) -> date | None:
    """Return the last day that folded words can mean; None where it is not clear."""
    text = " ".join(words)
    for phrase in sorted(_AHEAD, key=len, reverse=True):
        if re.search(rf"\b{phrase}\b", text):
            return today + _AHEAD[phrase] * _DAY
    if any(phrase in text for phrase in _NEXT_WEEK):
        return today + (2 * _WEEK - 1 - today.weekday()) * _DAY
    if any(phrase in text for phrase in _NEXT_MONTH):
        return _month_after(today, 2) - _DAY
    known = LANGUAGES[language]
    months = {name: at for at, name in enumerate(known.months, start=1)}
    month = next((months[word] for word in words if word in months), None)
    day = int(found[1]) if (found := _NUMBER.search(text)) else None
    if month is None:
        for at, name in enumerate(known.weekdays):
            if name in words:
                # On that very day its name means next week's.
                return today + ((at - today.weekday() - 1) % _WEEK + 1) * _DAY
    if month or day:
        year = int(found[1]) if (found := _YEAR.search(text)) else None
        return _coming(today, day, month, year)
    return None


def _coming(
    today: date, day: int | None, month: int | None, year: int | None
) -> date | None:
    """Return the next day of this number and month; a month alone ends with it."""
    for months in range(13):
        first = _month_after(today, months)
        if month not in (None, first.month) or year not in (None, first.year):
            continue
        try:
            found = first.replace(day=day) if day else _month_after(first, 1) - _DAY
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _month_after(day: date, months: int) -> date:
    """Return the first of a month some months later."""
    years, index = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, index + 1, 1)
