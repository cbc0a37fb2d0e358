"""Days and parts of days as people say them, as spans of time."""

from datetime import datetime, time, timedelta

_PARTS = {
    "morning": (time(0), time(12)),
    "noon": (time(11), time(14)),
    "afternoon": (time(12), time(18)),
    "evening": (time(17), time.max),
    "night": (time(18), time.max),
}
_WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
_WEEK, _MONTH = 7, 31
_SATURDAY = 5

type Span = tuple[datetime, datetime]


def span(when: str, now: datetime) -> Span:
    """Return the time that a day, or a part of it, means; never what is past."""
    day, _, part = when.partition(" ")
    if day in _PARTS:
        day, part = "today", day
    start, end = _of_day(day, now)
    if part:
        begins, ends = _PARTS[part]
        start, end = (
            datetime.combine(start, begins, start.tzinfo),
            datetime.combine(start, ends, start.tzinfo),
        )
    return max(start, now) if start <= now < end else start, end


def _of_day(day: str, now: datetime) -> Span:
    """Return the whole of a day, a week or a weekend."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    weekday = today.weekday()
    left = _WEEK - weekday
    spans = {
        "today": (0, 1),
        "tomorrow": (1, 2),
        "after_tomorrow": (2, 3),
        "week": (0, left),
        "next_week": (left, left + _WEEK),
        "weekend": (max(_SATURDAY - weekday, 0), left),
        "month": (0, _MONTH),
        "coming": (0, _WEEK),
    }
    for at, name in enumerate(_WEEKDAYS):
        ahead = (at - weekday) % _WEEK
        spans[name] = (ahead, ahead + 1)
    begins, ends = spans[day]
    return _days(today, begins), _days(today, ends)


def _days(start: datetime, days: int) -> datetime:
    """Return midnight some days later, whatever the clocks do in between."""
    return datetime.combine(start.date() + timedelta(days=days), time(), start.tzinfo)
