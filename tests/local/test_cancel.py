"""Whole utterances call off what was going on; parts of one do not."""

import pytest

from custom_components.jarvis.local.cancel import cancelled
from custom_components.jarvis.local.text.language import language_of
from custom_components.jarvis.local.text.words import LANGUAGES, words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Stop", "en"),
        ("Stop", "fr"),
        ("Never mind.", "en"),
        ("CANCEL!", "en"),
        ("That’s all", "en"),
        ("No, thanks", "en"),
        ("Annule", "fr"),
        ("Laisse tomber !", "fr"),
        ("Arrete", "fr"),
        ("C’est bon", "fr"),
        ("Tais-toi.", "fr"),
        ("Non, rien…", "fr"),
    ],
)
def test_calls_off(text: str, language: str) -> None:
    """Case, accents and punctuation do not matter."""
    assert cancelled(text, language) == words(language).cancelled


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thank you.", "en"),
        ("Thanks!", "en"),
        ("OK, thanks", "en"),
        ("Merci", "fr"),
        ("Merci beaucoup !", "fr"),
        ("C'est bon, merci.", "fr"),
    ],
)
def test_thanks(text: str, language: str) -> None:
    """Who says thank you is done, and is answered in kind."""
    assert cancelled(text, language) == words(language).welcome


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thanks to whom is the light on?", "en"),
        ("Merci d'allumer la lumière", "fr"),
        ("Stop the music", "en"),
        ("Cancel the timer", "en"),
        ("Never mind the rain, open the blind", "en"),
        ("Nothing is on, is it?", "en"),
        ("Arrête la musique", "fr"),
        ("Annule le minuteur", "fr"),
        ("C'est bon pour la santé ?", "fr"),
        ("Rien ne marche", "fr"),
        ("", "en"),
        ("", "fr"),
    ],
)
def test_is_a_command(text: str, language: str) -> None:
    """More words than those are something to do or to answer."""
    assert cancelled(text, language) is None


@pytest.mark.parametrize("expected", LANGUAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_in_a_pipeline_of_any_language(language: str, expected: str) -> None:
    """Each phrase is understood, whichever language the pipeline has."""
    known = words(language)
    for phrase in known.cancel | known.thanks:
        assert cancelled(phrase, language_of(phrase, expected))
