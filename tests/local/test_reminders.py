"""What people say of reminders is read, and nothing else is taken for it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from custom_components.jarvis.local.reminders.sentences import (
    Asked,
    Wants,
    asked,
    asked_of_told,
    duration,
    is_everyone,
    noted,
)
from custom_components.jarvis.reminders.when.read import Found, find

NOW = datetime(2026, 3, 3, 14, 0, tzinfo=ZoneInfo("Europe/Paris"))
TABLES: Mapping[str, Mapping[str, Mapping[str, Any]]] = yaml.load(
    (Path(__file__).parent / "reminders_said.yaml").read_text("utf-8"),
    Loader=yaml.CBaseLoader,  # noqa: S506 - every value is text
)
SAID = [
    (language, said, wanted, slots)
    for language, table in TABLES.items()
    for wanted, sentences in table.items()
    for said, slots in sentences.items()
]


def _asked(said: str, language: str) -> list[Asked[Found]]:
    """Read a sentence on a Tuesday afternoon in Paris."""
    return list(asked(said, language, lambda text: find(text, NOW, language)))


@pytest.mark.parametrize(
    ("language", "said", "wanted", "slots"),
    [one for one in SAID if one[2] != "none"],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_read(language: str, said: str, wanted: str, slots: Mapping[str, str]) -> None:
    """Given a sentence, then what it wants and of what is the first reading."""
    wants, _space, timed = wanted.partition(" ")

    first = _asked(said, language)[0]

    assert (first.wants, dict(first.slots)) == (Wants(wants), slots)
    assert (first.time is not None) is bool(timed)


@pytest.mark.parametrize(
    ("language", "said"), [one[:2] for one in SAID if one[2] == "none"]
)
def test_not_read(language: str, said: str) -> None:
    """Given a question, a memory, a command or half a sentence, then nothing is."""
    assert _asked(said, language) == []


@pytest.mark.parametrize(
    ("language", "said", "wants", "when"),
    [
        ("fr", "c'est fait", Wants.DONE, ""),
        ("fr", "Voilà, c'est fait", Wants.DONE, ""),
        ("fr", "je l'ai fait", Wants.DONE, ""),
        ("fr", "rappelle-le-moi plus tard", Wants.SNOOZE, ""),
        ("fr", "rappelle-moi ça dans une heure", Wants.SNOOZE, "dans une heure"),
        ("fr", "plus tard", Wants.SNOOZE, ""),
        ("fr", "pas maintenant", Wants.SNOOZE, ""),
        ("fr", "dans dix minutes", Wants.SNOOZE, "dans dix minutes"),
        ("fr", "encore dix minutes", Wants.SNOOZE, "dix minutes"),
        ("en", "done", Wants.DONE, ""),
        ("en", "I did it", Wants.DONE, ""),
        ("en", "in ten minutes", Wants.SNOOZE, "in ten minutes"),
        ("en", "remind me again in an hour", Wants.SNOOZE, "in an hour"),
        ("en", "snooze", Wants.SNOOZE, ""),
        ("en", "not now", Wants.SNOOZE, ""),
        ("en", "snooze it for five minutes", Wants.SNOOZE, "five minutes"),
    ],
)
def test_of_the_one_just_told(
    language: str, said: str, wants: Wants, when: str
) -> None:
    """Given a reminder just before, then few words are enough."""
    readings = [(one.wants, one.said("when")) for one in asked_of_told(said, language)]
    assert (wants, when) in readings


@pytest.mark.parametrize(
    ("language", "said", "by"),
    [
        ("fr", "repousse-le d'une heure", timedelta(hours=1)),
        ("fr", "avance-le de dix minutes", timedelta(minutes=10)),
        ("en", "push it back by half an hour", timedelta(minutes=30)),
    ],
)
def test_moved_by(language: str, said: str, by: timedelta) -> None:
    """Given how much later or earlier, then that is read."""
    assert _asked(said, language)[0].by == by


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("fr", "D'appeler Paul", "appeler Paul"),
        ("fr", "de sortir le chien s'il te plaît", "sortir le chien"),
        ("fr", "le dentiste.", "le dentiste"),
        ("en", "To call Paul", "call Paul"),
        ("en", "the dentist", "the dentist"),
    ],
)
def test_answered(language: str, said: str, text: str) -> None:
    """Given the answer to what it is about, then only that is noted."""
    assert noted(said, language) == text


def test_small_words() -> None:
    """Given words for all, or for how long, then they are known in each language."""
    assert is_everyone("tout le monde", "fr")
    assert is_everyone("Everybody", "en")
    assert not is_everyone("Anna", "fr")
    assert duration("un quart d'heure", "fr") == timedelta(minutes=15)
    assert duration("demain", "fr") is None
