"""What becomes of a fact that somebody corrects."""

import pytest

from custom_components.jarvis.local.corrections import (
    contradicts,
    corrected,
    subject_of,
)

KEY = "La clé du portail est dans le tiroir bleu"
KEY_EN = "The key of the gate is in the blue drawer."


@pytest.mark.parametrize(
    ("language", "kept", "value", "becomes"),
    [
        ("fr", "La réunion est lundi", "c'est mardi", "La réunion est mardi"),
        ("fr", "La réunion est lundi à 15 h", "mardi", "La réunion est mardi à 15 h"),
        (
            "fr",
            "Mon anniversaire est le 3 mai",
            "c'est le 5 juin",
            "Mon anniversaire est le 5 juin",
        ),
        (
            "fr",
            KEY,
            "la clé est dans le tiroir rouge",
            "La clé du portail est dans le tiroir rouge",
        ),
        ("fr", KEY, "rouge", "La clé du portail est dans le tiroir rouge"),
        ("fr", KEY, "le tiroir rouge", "La clé du portail est dans le tiroir rouge"),
        ("fr", KEY, "elle est sur l'étagère", "La clé du portail est sur l'étagère"),
        ("fr", KEY, "sur l'étagère", "La clé du portail est sur l'étagère"),
        ("fr", "Le chat s'appelle Tim", "Tom", "Le chat s'appelle Tom"),
        ("fr", "Le bac jaune sort le lundi", "mardi", "Le bac jaune sort le mardi"),
        ("fr", "Léa aime le thé", "elle aime le café", "Léa aime le café"),
        (
            "en",
            "The meeting is on Monday.",
            "it's Tuesday",
            "The meeting is on Tuesday.",
        ),
        ("en", "The meeting is on Monday.", "Tuesday", "The meeting is on Tuesday."),
        (
            "en",
            KEY_EN,
            "it's in the red drawer",
            "The key of the gate is in the red drawer.",
        ),
        ("en", KEY_EN, "the red drawer", "The key of the gate is in the red drawer."),
        (
            "en",
            "The cat is called Tim",
            "it's called Tom",
            "The cat is called Tom",
        ),
        ("en", "My code word is at 5", "it's at 6", "My code word is at 6"),
    ],
)
def test_corrected(language: str, kept: str, value: str, becomes: str) -> None:
    """The part that is meant is new, all else is as it was said."""
    assert corrected(kept, value, language) == becomes


@pytest.mark.parametrize(
    ("language", "kept", "value"),
    [
        ("fr", KEY, "allume la lumière"),
        ("fr", KEY, "éteins la lumière du salon"),
        ("fr", KEY, "le salon est trop sombre"),
        ("fr", KEY, "merci"),
        ("fr", "Léa aime le thé", "café"),
        ("en", KEY_EN, "turn on the light"),
        ("en", KEY_EN, "the kitchen is too cold"),
        ("en", KEY_EN, "thanks"),
        ("en", KEY_EN, "is it in the red drawer?"),
    ],
)
def test_not_a_correction(language: str, kept: str, value: str) -> None:
    """What has no place in the fact is something else."""
    assert corrected(kept, value, language) is None


@pytest.mark.parametrize(
    ("language", "kept", "new", "wanted"),
    [
        ("fr", "Mon anniversaire est le 3 mai", "mon anniversaire est le 4 mai", True),
        ("fr", KEY, "la clé du portail est sur l'étagère", True),
        ("fr", "Le chat s'appelle Tim", "le chat s'appelle Tom", True),
        ("fr", "Léa est végétarienne", "Léa est ma sœur", False),
        ("fr", KEY, "la clé du garage est dans le tiroir rouge", False),
        ("fr", KEY, KEY, False),
        ("fr", "La porte est bleue", "la porte est dans le couloir", False),
        ("en", "My birthday is on 3 May", "my birthday is on 4 May", True),
        ("en", KEY_EN, "the gate key is under the mat", True),
        ("en", "Lea is a vegetarian", "Lea is my sister", False),
    ],
)
def test_contradicts(language: str, kept: str, new: str, wanted: bool) -> None:
    """Only what cannot be true beside the other takes its place."""
    assert contradicts(kept, new, language) is wanted


def test_subject() -> None:
    """What a fact is about, in whatever order it is said."""
    assert subject_of(KEY_EN, "en") == subject_of("the gate key is here", "en")
    assert subject_of("Bonjour", "fr") == ""
