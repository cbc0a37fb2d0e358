"""What the tiny Piper voices say, so that the model hears what the tests speak."""

from collections.abc import Iterator, Sequence

import numpy as np
from piper import PiperVoice, SynthesisConfig

from jarvis_wyoming.speak.say import say

from ..commands import COMMANDS
from ..process import MODELS
from .clips import Audio, Clip, trimmed
from .sentences import halves, heard_as

_VOICES = {"en": "en_US-tiny-low", "fr": "fr_FR-tiny-low"}


def commands(scales: Sequence[float]) -> list[Clip]:
    """Each command at each pace; a scale of 2 takes twice the time.

    As it is written, and as jarvis-piper reads it out where that differs ("15h").
    """
    return [
        Clip(_say(voice, words, scale), language, text, f"{_VOICES[language]}/{scale}")
        for language, voice in _voices()
        for text in COMMANDS[language]
        for words in dict.fromkeys((text, say(text, language)))
        for scale in scales
    ]


def parts(scales: Sequence[float]) -> list[Clip]:
    """Each beginning of a command, and behind it the rest at the same pace."""
    return [
        Clip(_say(voice, say(part, language), scale), language, label, note)
        for language, voice in _voices()
        for text in COMMANDS[language]
        for before, behind in halves(text)
        for scale in scales
        for part, label, note in (
            (before, heard_as(before), text),
            (behind, behind, before),
        )
    ]


def _voices() -> Iterator[tuple[str, PiperVoice]]:
    for language, name in _VOICES.items():
        yield language, PiperVoice.load(MODELS / "tiny-piper" / f"{name}.onnx")


def _say(voice: PiperVoice, text: str, scale: float) -> Audio:
    chunks = voice.synthesize(text, SynthesisConfig(length_scale=scale))
    audio = np.concatenate([chunk.audio_float_array for chunk in chunks])
    return trimmed(audio, voice.config.sample_rate)
