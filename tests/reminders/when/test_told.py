"""Times are told as people tell them."""

from datetime import timedelta

import pytest

from custom_components.jarvis.reminders.when.read import read
from custom_components.jarvis.reminders.when.results import (
    Ambiguous,
    Moment,
    Recurrence,
)
from custom_components.jarvis.reminders.when.told import late, length, told

from .tables import Row, paris, rows

NOW = paris("2026-03-03T14:00")


@pytest.mark.parametrize(
    "row", rows("told"), ids=lambda row: f"{row.language}-{row.said}"
)
def test_told(row: Row) -> None:
    """When a phrase is understood, then it is told back so that it is unmistakable."""
    reading = read(row.said, row.now, row.language)

    assert isinstance(reading, Moment | Recurrence | Ambiguous)
    assert told(reading, row.now, row.language) == row.expected


def test_24_hours() -> None:
    """Given a person who counts to 24, then English tells it so, and French halves."""
    reading = read("at 3:05 pm", NOW, "en")

    assert isinstance(reading, Moment)
    assert told(reading, NOW, "en", has_24_hours=True) == "today at 15:05"
    assert (
        told(reading, NOW, "fr", has_24_hours=False) == "aujourd'hui à 3 h 05 du soir"
    )


def test_travelling() -> None:
    """Given a time of home, when it is told abroad, then it is that of there."""
    reading = read("à 15h", NOW, "fr")
    abroad = NOW.astimezone(paris("2026-07-01T00:00").tzinfo)

    assert isinstance(reading, Moment)
    assert told(reading, abroad, "fr") == "aujourd'hui à 15 h"


@pytest.mark.parametrize(
    ("by", "french", "english"),
    [
        (timedelta(hours=2), "avec 2 heures de retard", "2 hours late"),
        (timedelta(seconds=61), "avec une minute et une seconde de retard", None),
        (timedelta(minutes=7, seconds=10), None, "7 minutes late"),
        (timedelta(days=1, hours=2, minutes=3), None, "1 day and 2 hours late"),
        (timedelta(), None, "less than a minute late"),
    ],
)
def test_late(by: timedelta, french: str | None, english: str | None) -> None:
    """When something is late, then it is told how late, in two units at most."""
    for language, expected in (("fr", french), ("en", english)):
        if expected is not None:
            assert late(by, language) == expected


def test_length_is_rounded_to_minutes() -> None:
    """Given nearly twenty minutes, then nobody is told of the second."""
    assert length(timedelta(minutes=19, seconds=59), "fr") == "20 minutes"
