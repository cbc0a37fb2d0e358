"""Days and parts of days as spans of time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.jarvis.local.questions.times import span

NOW = datetime(2026, 10, 13, 18, 30, tzinfo=ZoneInfo("Europe/Paris"))
"""A Tuesday evening."""


@pytest.mark.parametrize(
    ("when", "start", "end"),
    [
        ("today", "2026-10-13T18:30", "2026-10-14T00:00"),
        ("tomorrow", "2026-10-14T00:00", "2026-10-15T00:00"),
        ("tomorrow morning", "2026-10-14T00:00", "2026-10-14T12:00"),
        ("tuesday", "2026-10-13T18:30", "2026-10-14T00:00"),
        ("monday", "2026-10-19T00:00", "2026-10-20T00:00"),
        ("weekend", "2026-10-17T00:00", "2026-10-19T00:00"),
        ("week", "2026-10-13T18:30", "2026-10-19T00:00"),
        ("next_week", "2026-10-19T00:00", "2026-10-26T00:00"),
    ],
)
def test_span(when: str, start: str, end: str) -> None:
    """What is past is no part of it."""
    found = span(when, NOW)

    assert [one.isoformat()[:16] for one in found] == [start, end]


def test_evening_lasts() -> None:
    """This evening has begun and goes on till midnight."""
    start, end = span("evening", NOW)

    assert start == NOW
    assert timedelta(hours=5) < end - start < timedelta(hours=6)


def test_days_of_other_lengths() -> None:
    """A day begins at midnight also after the clocks changed."""
    start, _end = span("next_week", NOW.replace(day=20))

    assert (start.day, start.hour) == (26, 0)
