"""Questions are told from what is none, and read with what they are about."""

import pytest

from custom_components.jarvis.local.questions.answer import _HANDLERS
from custom_components.jarvis.local.questions.grammar import asked, questions, without
from custom_components.jarvis.local.questions.measures import MEASURES
from custom_components.jarvis.local.questions.predicates import PREDICATES
from custom_components.jarvis.local.questions.wording import answers
from custom_components.jarvis.local.text.normal import normal
from custom_components.jarvis.local.text.words import LANGUAGES


@pytest.mark.parametrize(
    ("text", "language", "ask", "slots"),
    [
        ("Is the TV still on?", "en", "state", {"target": "tv", "state": "on"}),
        (
            "are any lights on on the first floor",
            "en",
            "state",
            {"many": "any", "target": "lights", "more": "on the first floor"},
        ),
        (
            "Tell me if the gate is open",
            "en",
            "state",
            {"target": "the gate", "state": "open"},
        ),
        ("La télé est allumée ?", "fr", "state", {"target": "la tele", "state": "on"}),
        (
            "Est-ce que la porte est-elle fermée à clé",
            "fr",
            "state",
            {"state": "locked"},
        ),
        ("Va-t-il pleuvoir demain ?", "fr", "sky", {"sky": "rain", "when": "tomorrow"}),
        (
            "What's on my calendar on Saturday evening?",
            "en",
            "events",
            {"calendar": "calendar", "when": "saturday evening"},
        ),
        ("Jarvis, quelle heure est-il s'il te plaît ?", "fr", "time", {}),
    ],
)
def test_reading(text: str, language: str, ask: str, slots: dict[str, str]) -> None:
    """The likeliest reading is the one with the most known words."""
    first = asked(normal(text, language), language)[0]

    assert first.ask == ask
    assert slots.items() <= first.slots.items()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("La télé est allumée", "fr"),
        ("The light is on", "en"),
        ("Allume la lumière", "fr"),
        ("The kitchen window open", "en"),
    ],
)
def test_statements_are_no_questions(text: str, language: str) -> None:
    """Without a question mark or a question word nothing is asked."""
    assert not [one for one in asked(normal(text, language), language) if one]


@pytest.mark.parametrize("language", LANGUAGES)
def test_data_names_what_there_is(language: str) -> None:
    """The data files name states, measures and answers that exist."""
    known = questions(language)

    assert {frame.ask for frame in known.frames} == set(_HANDLERS)
    assert set(known.lists["state"].values()) <= set(PREDICATES)
    assert set(known.lists["measure"].values()) <= set(MEASURES)
    for frame in known.frames:
        assert frame.values.get("state", "on") in PREDICATES
        assert frame.values.get("measure", "power") in {*MEASURES, "setting"}


def test_languages_answer_alike() -> None:
    """Every text is there in both languages."""
    halves = {"morning", "afternoon"}

    assert answers("fr").keys() == answers("en").keys() - halves


def test_adverbs_come_off() -> None:
    """What changes nothing is left out, as a whole phrase only."""
    adverbs = [("right", "now"), ("now",)]

    assert without("is it on right now", adverbs) == "is it on"
    assert without("turn right", adverbs) == "turn right"
