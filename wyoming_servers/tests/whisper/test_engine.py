"""The model itself: one encode, bounded tries, windows."""

from typing import Any
import wave

import numpy as np
import pytest

from jarvis_wyoming.whisper.config import WhisperSettings
from jarvis_wyoming.whisper.engine import Engine, Heard, Wish
from jarvis_wyoming.whisper.features import Spectrogram
from jarvis_wyoming.whisper.vad import Audio

from ..clips import recording
from ..process import MODELS, WHISPER

TEXT = "Rappelle-moi de sortir le chien à 15h."


class Counting:
    """A model that counts what it is asked."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.calls = list[str]()

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self._model, name)


def french() -> Audio:
    """The French recording."""
    raw = np.frombuffer(recording("cmd_fr.wav"), "<i2")
    return raw.astype(np.float32) / np.float32(32768)


def hear(engine: Engine, audio: Audio, *languages: str, **prompts: str) -> Heard:
    """Transcribe."""
    return engine.hear(audio, Wish(languages=languages, prompts=prompts), lambda: None)


def test_one_encode_gives_language_and_text() -> None:
    """Given two languages, the sound is looked at once."""
    engine = Engine(WHISPER, WhisperSettings())
    engine._model = counting = Counting(engine._model)

    heard = hear(engine, french(), "en", "fr")

    assert (heard.text, heard.language) == (TEXT, "fr")
    assert counting.calls == ["encode", "detect_language", "generate"]


def test_a_known_language_is_not_looked_for() -> None:
    """One question less."""
    engine = Engine(WHISPER, WhisperSettings())
    engine._model = counting = Counting(engine._model)
    assert hear(engine, french(), "fr").text == TEXT
    assert counting.calls == ["encode", "generate"]


@pytest.mark.parametrize(
    "settings",
    [
        WhisperSettings(window_seconds=5),
        WhisperSettings(window_seconds=1),
        WhisperSettings(beam_size=5),
        WhisperSettings(compute_type="float32", threads=1),
        WhisperSettings(compute_type="int8", device="cpu", workers=1),
    ],
)
def test_other_ways_to_compute(settings: WhisperSettings) -> None:
    """A shorter window, beams, other numbers: the same words."""
    engine = Engine(WHISPER, settings)
    assert hear(engine, french(), "fr", fr="Une commande.").text == TEXT


def test_tries_are_bounded() -> None:
    """Given a model that is never sure, it is asked four times with a prompt."""
    engine = Engine(WHISPER, WhisperSettings())
    model = engine._model
    calls = list[dict[str, Any]]()

    class Unsure:
        """A model whose words are unlikely."""

        def __getattr__(self, name: str) -> Any:
            return getattr(model, name)

        def generate(self, *args: Any, **options: Any) -> Any:
            calls.append(options)
            result = model.generate(*args, **options)

            class Result:
                """What it says of itself."""

                sequences_ids = result[0].sequences_ids
                scores = (-5.0,)
                no_speech_prob = 0.0

            return [Result]

    engine._model = Unsure()
    hear(engine, french(), "fr", fr="Une commande.")
    assert [call["sampling_temperature"] for call in calls] == [1, 1, 0.4, 0.8]
    calls.clear()
    hear(engine, french(), "fr")
    assert len(calls) == 3


def test_names_are_asked_for_when_the_model_is_not_sure() -> None:
    """Given names, a sure text is taken as it is; another is compared with theirs."""
    engine = Engine(WHISPER, WhisperSettings())
    engine._model = counting = Counting(engine._model)
    sure = Wish(languages=("fr",), names="salon, chien")
    assert engine.hear(french(), sure, lambda: None).text == TEXT
    assert counting.calls.count("generate") == 1

    counting.calls.clear()
    nothing = np.zeros(32000, np.float32)
    engine.hear(nothing, Wish(languages=("en",), names="dog"), lambda: None)
    assert counting.calls.count("encode") == 1
    assert counting.calls.count("generate") == 2


def test_work_that_is_off_stops_between_steps() -> None:
    """After the encode nothing is decoded any more."""
    engine = Engine(WHISPER, WhisperSettings())
    engine._model = counting = Counting(engine._model)

    def off() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        engine.hear(french(), Wish(languages=("fr",)), off)
    assert counting.calls == ["encode"]


def test_it_says_how_it_computes() -> None:
    """On a CPU eight bits, if the CPU can."""
    engine = Engine(WHISPER, WhisperSettings(device="cpu"))
    assert (engine.device, engine.compute_type) == ("cpu", "int8_float32")
    assert engine.knows("fr")
    assert not engine.knows("xx")


@pytest.mark.parametrize("mels", [80, 128])
def test_features_are_those_of_faster_whisper(mels: int) -> None:
    """Number by number."""
    from faster_whisper.feature_extractor import FeatureExtractor  # noqa: PLC0415 - slow

    audio = french()
    theirs = FeatureExtractor(feature_size=mels)(audio)
    np.testing.assert_allclose(Spectrogram(mels).of(audio), theirs, atol=1e-5)


def test_the_recordings_are_as_the_tests_say() -> None:
    """16 kHz, mono, 16 bits."""
    for name in ("cmd_en.wav", "cmd_fr.wav"):
        with wave.open(str(MODELS / name)) as reader:
            assert reader.getparams()[:3] == (1, 2, 16000)
