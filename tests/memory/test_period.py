"""The times that people want to be forgotten."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.jarvis.memory.period import period

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("language", "said", "start", "end"),
    [
        ("fr", "la dernière heure", "22T13:05", "22T14:05"),
        ("fr", "les deux dernières heures", "22T12:05", "22T14:05"),
        ("fr", "aujourd'hui", "22T00:00", "23T00:00"),
        ("fr", "hier", "21T00:00", "22T00:00"),
        ("fr", "depuis 8 heures", "22T08:00", "22T14:05"),
        ("fr", "depuis 8 h 30", "22T08:30", "22T14:05"),
        ("fr", "depuis 18 heures", "21T18:00", "22T14:05"),
        ("fr", "depuis 6 heures du soir", "21T18:00", "22T14:05"),
        ("fr", "depuis 2 heures", "22T12:05", "22T14:05"),
        ("fr", "depuis midi", "22T12:00", "22T14:05"),
        ("fr", "depuis ce matin", "22T05:00", "22T14:05"),
        ("fr", "ce matin", "22T05:00", "22T12:00"),
        ("en", "the last hour", "22T13:05", "22T14:05"),
        ("en", "the past hour", "22T13:05", "22T14:05"),
        ("en", "today", "22T00:00", "23T00:00"),
        ("en", "yesterday", "21T00:00", "22T00:00"),
        ("en", "since 8 o'clock", "22T08:00", "22T14:05"),
        ("en", "since 8:30", "22T08:30", "22T14:05"),
        ("en", "since 6 pm", "21T18:00", "22T14:05"),
        ("en", "since noon", "22T12:00", "22T14:05"),
        ("en", "since this morning", "22T05:00", "22T14:05"),
        ("en", "all of last week", "09T00:00", "16T00:00"),
    ],
)
def test_period(language: str, said: str, start: str, end: str) -> None:
    """From when to when; a time since something ends now."""
    found = period(said, NOW, language)

    assert found is not None
    assert f"{found.start:%dT%H:%M}" == start
    assert f"{found.end:%dT%H:%M}" == end


@pytest.mark.parametrize(
    "said",
    ["la lumière", "hier la lumière", "the light", "since 99", "depuis", "the code"],
)
def test_no_period(said: str) -> None:
    """What names something else besides a time, or none."""
    assert period(said, NOW) is None
