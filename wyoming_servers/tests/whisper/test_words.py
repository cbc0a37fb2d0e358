"""What is taken out of a transcription, and what stays."""

import pytest

from jarvis_wyoming.whisper.clean import clean
from jarvis_wyoming.whisper.engine import Heard
from jarvis_wyoming.whisper.words import plain, without_repeats


def heard(text: str, *, silence: float = 0.0, logprob: float = -0.1) -> Heard:
    """A transcription."""
    return Heard(text=text, language="fr", silence=silence, logprob=logprob)


@pytest.mark.parametrize(
    "text",
    [
        "Sous-titres réalisés par la communauté d'Amara.org",
        "Sous-titres réalisés para la communauté d'Amara.org.",
        "Sous-titrage Société Radio-Canada",
        "Sous-titrage ST' 501",
        "Merci d'avoir regardé cette vidéo !",
        "N'oubliez pas de vous abonner !",
        "Thanks for watching!",
        "Please subscribe to my channel.",
        "Subtitles by the Amara.org community",
    ],
)
def test_subtitles_are_never_said(text: str) -> None:
    """However sure the model is."""
    assert clean(heard(text), weak=False) == ""
    assert clean(heard(f"Allume le salon. {text}"), weak=False) == "Allume le salon."


@pytest.mark.parametrize("text", ["Merci.", "Thank you.", "Bye.", "Oui.", "Okay."])
def test_what_people_say_too(text: str) -> None:
    """A word of thanks counts when somebody surely spoke."""
    assert clean(heard(text), weak=False) == text
    assert clean(heard(text), weak=True) == ""
    assert clean(heard(text, silence=0.7), weak=False) == ""
    assert clean(heard(text, logprob=-0.9), weak=False) == ""


def test_silence_by_the_models_own_word() -> None:
    """Unlikely speech in unlikely words is none; sure words are speech."""
    assert clean(heard("Allume.", silence=0.9, logprob=-1.5), weak=False) == ""
    assert clean(heard("Allume.", silence=0.9, logprob=-0.1), weak=False) == "Allume."
    assert clean(heard("Allume.", silence=0.9, logprob=-0.1), weak=True) == ""


@pytest.mark.parametrize("text", ["", "...", " . ", "♪", "!"])
def test_signs_alone_are_nothing(text: str) -> None:
    """A text has a word."""
    assert clean(heard(text), weak=False) == ""


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ("Close the blind Close the blind Close the blind", "Close the blind"),
        ("you you you you you you", "you"),
        ("Le chat. Le chat, le chat ! Le chat.", "Le chat."),
        ("no, no, no", "no, no, no"),
        ("la porte et la porte du garage", "la porte et la porte du garage"),
        ("a b c d", "a b c d"),
        ("", ""),
    ],
)
def test_circles(text: str, once: str) -> None:
    """What goes round is said once; what people repeat stays."""
    assert without_repeats(text) == once


def test_plain_words() -> None:
    """Case, accents and signs do not count."""
    assert plain("Éteins l'ÉCRAN, s'il te plaît !") == "eteins l ecran s il te plait"
