"""How long to wait for more, by what the words say."""

from pathlib import Path

import numpy as np
import pytest

from jarvis_wyoming.whisper.ending import Ending, patience_of
from jarvis_wyoming.whisper.engine import Heard
from jarvis_wyoming.whisper.wishes import Request

from ..process import MODELS

NAMES = (
    *("kitchen", "kitchen light", "bedroom", "front door", "blinds", "garage door"),
    *("cuisine", "lumière de la cuisine", "chambre", "porte d'entrée", "volets"),
)
DONE, MAYBE, OPEN = 0.3, 0.9, 1.6


def patience(language: str, text: str, logprob: float = -0.1) -> float:
    """Judge a text in a house with these names."""
    request = Request(languages=(language,), names=NAMES)
    return patience_of(Heard(text=text, language=language, logprob=logprob), request)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Turn on the kitchen light."),
        ("en", "Lock the front door."),
        ("en", "Set the temperature to 21 degrees."),
        ("en", "Dim the bedroom light to twenty percent 20 percent."),
        ("en", "What time is it?"),
        ("en", "Good night."),
        ("en", "Is the front door locked?"),
        ("en", "Is the kitchen light on?"),
        ("en", "What is the temperature in the bedroom?"),
        ("fr", "Allume la lumière de la cuisine."),
        ("fr", "Ferme les volets."),
        ("fr", "Mets le chauffage à 21 degrés."),
        ("fr", "Baisse la lumière à 20 %, 20 pour cent."),
        ("fr", "Rappelle-moi de sortir le chien à 15h."),
        ("fr", "Quelle heure est-il ?"),
        ("fr", "Est-ce que la porte d'entrée est fermée ?"),
        ("fr", "J'ai froid."),
    ],
)
def test_complete(language: str, text: str) -> None:
    """A command that has all it needs."""
    assert patience(language, text) == DONE


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Turn on the."),
        ("en", "Turn on."),
        ("en", "Turn on the kitchen light and"),
        ("en", "Lock the front."),
        ("en", "Set the temperature to 21."),
        ("en", "Set a timer for twenty"),
        ("en", "Uh..."),
        ("fr", "Allume la lumière de la"),
        ("fr", "Allume le salon et"),
        ("fr", "Mets le chauffage à 21"),
        ("fr", "Mets un minuteur de vingt"),
        ("fr", "Ouvre la porte du"),
        ("fr", ""),
    ],
)
def test_open(language: str, text: str) -> None:
    """A conjunction, an article, a number, half a name: more comes."""
    assert patience(language, text) == OPEN


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Remind me to take out the trash."),
        ("en", "Turn on the kitchen."),
        ("en", "Is the front door"),
        ("en", "Stop"),
        ("fr", "Annule."),
        ("en", "Tell me a story."),
        ("fr", "Raconte une histoire."),
        ("de", "Mach das Licht an."),
    ],
)
def test_perhaps(language: str, text: str) -> None:
    """What the grammar cannot tell is left to the client's own silence."""
    assert patience(language, text) == MAYBE


def test_a_text_that_is_not_sure_is_waited_with() -> None:
    """A badly heard command may be half of another."""
    assert patience("en", "Lock the front door.", logprob=-0.8) == OPEN


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_words_that_may_be_made_up_are_waited_with(language: str) -> None:
    """However complete they are."""
    request = Request(languages=(language,), names=NAMES)
    text = "Bonne nuit." if language == "fr" else "Good night."
    heard = Heard(text=text, language=language, logprob=-0.1, certainty=0.3)
    assert patience_of(heard, request) == OPEN


@pytest.mark.parametrize(
    ("sensitivity", "factor"), [("aggressive", 0.7), ("default", 1.0), ("relaxed", 1.6)]
)
def test_the_clients_sensitivity(sensitivity: str, factor: float) -> None:
    """It shortens and lengthens every wait."""
    request = Request(languages=("en",), sensitivity=sensitivity)
    heard = Heard(text="Good night.", language="en")
    found = Ending("").patience(heard, request, np.zeros(0, np.float32))
    assert found == pytest.approx(DONE * factor)


@pytest.mark.parametrize(
    ("text", "loud", "expected"),
    [
        ("Tell me a story.", 0.3, DONE),
        ("Tell me a story.", 0.0, OPEN),
        ("Lock the front door.", 0.0, OPEN),
        ("Turn on the.", 0.3, OPEN),
    ],
)
def test_a_turn_model(text: str, loud: float, expected: float) -> None:
    """It decides, unless the words certainly ask for more.

    The one of the tests takes loud audio for a turn that is over.
    """
    ending = Ending(str(MODELS / "turn.onnx"))
    audio = np.random.default_rng(1).normal(0, loud, ending.wants).astype(np.float32)
    heard = Heard(text=text, language="en")
    assert ending.patience(heard, Request(languages=("en",)), audio) == expected


def test_the_turn_model_hears_eight_seconds() -> None:
    """Without one, no audio is copied."""
    assert Ending("").wants == 0
    assert Ending(str(MODELS / "turn.onnx")).wants == 8 * 16000
    assert Path(MODELS / "turn.onnx").stat().st_size < 2000
