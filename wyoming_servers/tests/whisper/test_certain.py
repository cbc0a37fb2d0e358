"""Words that nobody said: too many for the time, or gone when the sound differs."""

import numpy as np
import pytest

from jarvis_wyoming.whisper.certain import sayable, variants
from jarvis_wyoming.whisper.config import WhisperSettings
from jarvis_wyoming.whisper.ending import is_made_up
from jarvis_wyoming.whisper.engine import Engine, Heard
from jarvis_wyoming.whisper.vad import RATE, Audio
from jarvis_wyoming.whisper.wishes import Request

from ..clips import silence, spoken
from ..process import WHISPER
from .test_engine import Counting

WHOLE = [
    ("en", "Turn off the kitchen light."),
    ("en", "Set the temperature to 21 degrees."),
    ("en", "Lock the front door."),
    ("en", "What time is it?"),
    ("fr", "Éteins la lumière de la cuisine."),
    ("fr", "Mets le chauffage à 21 degrés."),
    ("fr", "Ferme la porte d'entrée."),
    ("fr", "Quelle heure est-il ?"),
]
OTHERS = [
    ("en", "Turn on the fan in the office and close"),
    ("en", "Put bread and"),
    ("en", "How long does it take to drive to the"),
    ("en", "Start the vacuum cleaner"),
    ("en", "I think the window in the attic"),
    ("fr", "De quoi avons-nous parlé hier"),
    ("fr", "Combien de temps faut-il pour"),
    ("fr", "Qui a appelé pendant que j'étais au"),
    ("fr", "Baisse le chauffage à dix-huit degrés"),
]
"""What the small model takes for one of its sentences, and sometimes is sure of it."""


@pytest.fixture(scope="module")
def engine() -> Engine:
    """The small model."""
    return Engine(WHISPER, WhisperSettings())


def look(engine: Engine, language: str, text: str) -> Heard:
    """Say something, transcribe it at the first silence, and look at it again."""
    said = spoken(language, text, before=0, after=0)
    samples = np.frombuffer(silence(0.2) + said + silence(0.1), "<i2")
    audio: Audio = samples.astype(np.float32) / np.float32(32768)
    wish = Request(languages=(language,)).wish(WhisperSettings())
    heard = engine.hear(audio, wish, lambda: None)
    found = engine.certainty(audio, heard, wish, lambda: None)
    return Heard(text=heard.text, language=language, certainty=found)


@pytest.mark.parametrize(("language", "text"), WHOLE)
def test_what_was_said_is_certain(engine: Engine, language: str, text: str) -> None:
    """Given a whole sentence, it is heard in sounds a little different too."""
    heard = look(engine, language, text)
    assert heard.text == text
    assert not is_made_up(heard)


@pytest.mark.parametrize(("language", "text"), OTHERS)
def test_what_was_made_up_is_not(engine: Engine, language: str, text: str) -> None:
    """Given other words, the sentence that the model makes of them is doubted."""
    heard = look(engine, language, text)
    assert len(heard.text.split()) > 1
    assert not heard.text.startswith(text)
    assert is_made_up(heard)


def test_looking_again_costs_one_encode(engine: Engine) -> None:
    """Nothing is decoded word by word, and nothing at all where no word is."""
    model = engine._model
    engine._model = counting = Counting(model)
    try:
        audio = np.zeros(RATE, np.float32)
        wish = Request(languages=("en",)).wish(WhisperSettings())
        heard = Heard(text="Good night.", language="en")
        assert 0 <= engine.certainty(audio, heard, wish, lambda: None) < 1
        assert counting.calls == ["encode", "align"]

        heard = Heard(text="...", language="en")
        assert engine.certainty(audio, heard, wish, lambda: None) == 0
        assert counting.calls == ["encode", "align"]
    finally:
        engine._model = model


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Turn on the living room light.", 1.4),
        ("Turn on the living room light.", 0.8),  # in a great hurry
        ("Est-ce que la porte d'entrée est fermée ?", 1.2),
        ("Rappelle-moi de sortir le chien à 15h.", 1.3),
        ("Oui.", 0.1),
        ("Mach das Licht an.", 0.6),
        ("お休み。", 0.3),
    ],
)
def test_what_can_be_said(text: str, seconds: float) -> None:
    """People may speak fast."""
    assert sayable(text, seconds)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Turn on the living room light.", 0.5),
        ("Good night.", 0.06),
        ("What is the temperature in the bedroom?", 0.9),
        ("Éteins toutes les lumières.", 0.4),
        ("Merci d'avoir regardé cette vidéo !", 0.7),
    ],
)
def test_what_cannot_be_said(text: str, seconds: float) -> None:
    """Not in this time."""
    assert not sayable(text, seconds)


def test_the_same_is_said_in_other_sounds() -> None:
    """They are slower and faster, always the same; long ones stay what they are."""
    audio = np.sin(np.arange(2 * RATE) / 20).astype(np.float32)
    first, second = variants(audio), variants(audio)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)
        assert one.dtype == np.float32
    lengths = [len(one) for one in first]
    assert min(lengths) < len(audio) < max(lengths)

    audio = np.tile(audio, 6)
    (only,) = variants(audio)
    assert only is audio
