"""Durations and times of day in words, in both languages."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from custom_components.jarvis.local.text.normal import normal
from custom_components.jarvis.local.timers.durations import Duration, told
from custom_components.jarvis.local.timers.times import (
    Marked,
    clock_told,
    with_durations,
    with_times,
)

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 10, 13, 18, 30, tzinfo=PARIS)
"""A Tuesday evening."""

DURATIONS = {
    "fr": [
        ("dix minutes", (None, 10, None)),
        ("une minute", (None, 1, None)),
        ("30 secondes", (None, None, 30)),
        ("30s", (None, None, 30)),
        ("5 min", (None, 5, None)),
        ("5min", (None, 5, None)),
        ("une heure", (1, None, None)),
        ("2h", (2, None, None)),
        ("1h30", (1, 30, None)),
        ("1 h 30 min", (1, 30, None)),
        ("02h16", (2, 16, None)),
        ("une heure et demie", (1, 30, None)),
        ("deux heures et demie", (2, 30, None)),
        ("une heure et quart", (1, 15, None)),
        ("une heure et un quart d'heure", (1, 15, None)),
        ("une heure trois quarts", (1, 45, None)),
        ("une heure vingt", (1, 20, None)),
        ("deux minutes trente", (None, 2, 30)),
        ("deux minutes et demie", (None, 2, 30)),
        ("trois minutes et quinze secondes", (None, 3, 15)),
        ("1 heure, 2 minutes et 3 secondes", (1, 2, 3)),
        ("un quart d'heure", (None, 15, None)),
        ("trois quarts d'heure", (None, 45, None)),
        ("une demi-heure", (None, 30, None)),
        ("une petite demi-heure", (None, 30, None)),
        ("une demi-minute", (None, None, 30)),
        ("quatre-vingt-dix secondes", (None, None, 90)),
        ("quatre-vingt-dix minutes", (None, 90, None)),
        ("une vingtaine de minutes", (None, 20, None)),
        ("une dizaine d'heures", (10, None, None)),
        ("1,5 heure", (1, 30, None)),
    ],
    "en": [
        ("ten minutes", (None, 10, None)),
        ("a minute", (None, 1, None)),
        ("one second", (None, None, 1)),
        ("ninety seconds", (None, None, 90)),
        ("10-minute", (None, 10, None)),
        ("45 min", (None, 45, None)),
        ("an hour", (1, None, None)),
        ("two hours", (2, None, None)),
        ("an hour and a half", (1, 30, None)),
        ("one and a half hours", (1, 30, None)),
        ("two hours and a half", (2, 30, None)),
        ("an hour and a quarter", (1, 15, None)),
        ("an hour and fifteen minutes", (1, 15, None)),
        ("one hour thirty", (1, 30, None)),
        ("1h30", (1, 30, None)),
        ("two and a half minutes", (None, 2, 30)),
        ("2 minutes and 30 seconds", (None, 2, 30)),
        ("half an hour", (None, 30, None)),
        ("a half hour", (None, 30, None)),
        ("half a minute", (None, None, 30)),
        ("a quarter of an hour", (None, 15, None)),
        ("three quarters of an hour", (None, 45, None)),
        ("a couple of minutes", (None, 2, None)),
        ("1 hour, 2 minutes and 3 seconds", (1, 2, 3)),
        ("1.5 hours", (1, 30, None)),
    ],
}

CLOCKS = {
    "fr": [
        ("à vingt heures", (20, 0), 0),
        ("à 20h", (20, 0), 0),
        ("à 20 h 30", (20, 30), 0),
        ("à 20:30", (20, 30), 0),
        ("à 20h30", (20, 30), 0),
        ("vers 21 heures", (21, 0), 0),
        ("à dix-neuf heures trente", (19, 30), 0),
        ("à huit heures et demie", (20, 30), 0),
        ("à huit heures et quart", (20, 15), 0),
        ("à huit heures moins le quart", (19, 45), 0),
        ("à huit heures moins dix", (19, 50), 0),
        ("à huit heures du soir", (20, 0), 0),
        ("à huit heures du matin", (8, 0), 1),
        ("à une heure du matin", (1, 0), 1),
        ("à trois heures de l'après-midi", (15, 0), 1),
        ("ce soir à huit heures", (20, 0), 0),
        ("à huit heures ce soir", (20, 0), 0),
        ("demain à 7h", (7, 0), 1),
        ("demain matin à sept heures", (7, 0), 1),
        ("demain à 18 heures", (18, 0), 1),
        ("cette nuit à deux heures", (2, 0), 1),
        ("à midi", (12, 0), 1),
        ("à midi et demi", (12, 30), 1),
        ("à midi moins le quart", (11, 45), 1),
        ("à minuit", (0, 0), 1),
        ("à minuit moins le quart", (23, 45), 0),
        ("à treize heures moins le quart", (12, 45), 1),
        ("à 18 heures", (18, 0), 1),
    ],
    "en": [
        ("at eight", (20, 0), 0),
        ("at 8 pm", (20, 0), 0),
        ("at 8 p.m.", (20, 0), 0),
        ("at 7am", (7, 0), 1),
        ("at 7:30 pm", (19, 30), 0),
        ("at 19:05", (19, 5), 0),
        ("at seven thirty", (19, 30), 0),
        ("at seven oh five", (19, 5), 0),
        ("at half past seven", (19, 30), 0),
        ("at half past seven tonight", (19, 30), 0),
        ("at a quarter to eight", (19, 45), 0),
        ("at quarter past nine", (21, 15), 0),
        ("at twenty to nine", (20, 40), 0),
        ("at ten past eight", (20, 10), 0),
        ("at five to six", (5, 55), 1),
        ("at eight o'clock", (20, 0), 0),
        ("at eight o'clock tonight", (20, 0), 0),
        ("at eight in the morning", (8, 0), 1),
        ("seven in the evening", (19, 0), 0),
        ("at seven thirty this evening", (19, 30), 0),
        ("tomorrow at 7 am", (7, 0), 1),
        ("tomorrow morning at seven", (7, 0), 1),
        ("tomorrow at eight in the morning", (8, 0), 1),
        ("at noon", (12, 0), 1),
        ("at midnight", (0, 0), 1),
        ("at 12 am", (0, 0), 1),
        ("at 12 pm", (12, 0), 1),
    ],
}


@pytest.mark.parametrize(
    ("language", "said", "wanted"),
    [(language, *one) for language, table in DURATIONS.items() for one in table],
)
def test_a_duration_is_read(
    language: str, said: str, wanted: tuple[int | None, int | None, int | None]
) -> None:
    """A duration is read in the units in which it was said."""
    marked = with_durations(normal(said, language), language)

    assert marked.text == "d0"
    assert marked.durations["d0"] == Duration(*wanted)


@pytest.mark.parametrize(
    ("language", "said", "clock", "days"),
    [(language, *one) for language, table in CLOCKS.items() for one in table],
)
def test_a_time_of_day_is_the_next(
    language: str, said: str, clock: tuple[int, int], days: int
) -> None:
    """A time of day means when the clock shows it next, as far as it was said."""
    marked = with_times(normal(said, language), language)

    assert marked.text == "t0"
    wanted = NOW.replace(hour=clock[0], minute=clock[1]) + timedelta(days=days)
    assert marked.clocks["t0"].next(NOW) == wanted


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "ce soir à six heures"),
        ("fr", "ce matin à 8 heures"),
        ("en", "tonight at six"),
        ("en", "this afternoon at five"),
    ],
)
def test_what_is_past_is_not_tomorrow(language: str, said: str) -> None:
    """Who says "today" does not mean the same time tomorrow."""
    marked = with_times(normal(said, language), language)
    assert marked.clocks["t0"].next(NOW) is None


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "mets le volume à 20"),
        ("fr", "le four du salon"),
        ("fr", "un peu de musique"),
        ("fr", "à 25 heures"),
        ("fr", "dans la cuisine"),
        ("en", "the second lamp"),
        ("en", "turn it up a bit"),
        ("en", "at 50 percent"),
        ("en", "a few minutes"),
    ],
)
def test_other_words_are_no_time_of_day(language: str, said: str) -> None:
    """Numbers and articles alone are no times."""
    assert not with_times(normal(said, language), language).clocks


def test_words_come_back() -> None:
    """A sign is replaced by the words that it stands for."""
    text = normal("dim the lights at 20 percent in 5 minutes", "en")
    marked = with_times(text, "en")

    assert marked.text == "dim the lights t0 percent in d0"
    assert marked.plain("dim the lights t0 percent") == "dim the lights at 20 percent"


def test_a_day_may_stand_apart() -> None:
    """«Ce soir, allume la guirlande à 21 h» is one time."""
    marked = with_times(normal("ce soir, allume la guirlande à 9 heures", "fr"), "fr")

    assert marked.text == "allume la guirlande t0"
    assert marked.clocks["t0"].next(NOW) == NOW.replace(hour=21, minute=0)


def test_clocks_are_changed() -> None:
    """A night in which clocks are put back is an hour longer."""
    evening = datetime(2026, 10, 24, 22, 0, tzinfo=PARIS)
    moment = _clock("à 7 heures du matin").clocks["t0"].next(evening)

    assert moment is not None
    assert moment.timestamp() - evening.timestamp() == 10 * 3600


@pytest.mark.parametrize(
    ("language", "duration", "wanted"),
    [
        ("fr", Duration(1, 30), "1 heure et 30 minutes"),
        ("fr", Duration(None, 90), "90 minutes"),
        ("fr", Duration(2, 1, 1), "2 heures, 1 minute et 1 seconde"),
        ("en", Duration(None, None, 45), "45 seconds"),
        ("en", Duration(1), "1 hour"),
        ("en", Duration(), "0 seconds"),
    ],
)
def test_a_duration_is_told(language: str, duration: Duration, wanted: str) -> None:
    """A duration is told as it was said."""
    assert told(duration, language) == wanted


@pytest.mark.parametrize(
    ("language", "hour", "minute", "days", "wanted"),
    [
        ("fr", 20, 30, 0, "à 20 h 30"),
        ("fr", 7, 0, 1, "demain à 7 h"),
        ("en", 20, 0, 0, "at 8 pm"),
        ("en", 0, 5, 1, "tomorrow at 12:05 am"),
    ],
)
def test_a_time_of_day_is_told(
    language: str, hour: int, minute: int, days: int, wanted: str
) -> None:
    """A time is told as people of the language tell it."""
    moment = NOW.replace(hour=hour, minute=minute) + timedelta(days=days)
    assert clock_told(moment, NOW, language) == wanted


def test_a_duration_in_seconds_is_told_in_units() -> None:
    """Seconds become hours, minutes and seconds."""
    assert Duration.of(3661) == Duration(1, 1, 1)
    assert Duration(1, 1, 1).total == 3661


def _clock(said: str) -> Marked:
    """Return a French text with its times."""
    return with_times(normal(said, "fr"), "fr")
