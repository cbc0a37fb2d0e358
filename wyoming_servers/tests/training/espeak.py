"""What espeak-ng says: commands and parts of them, in many voices."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
import io
import os
import random
import subprocess
from typing import NamedTuple
import wave

import numpy as np

from .clips import Audio, Clip, trimmed
from .sentences import halves, heard_as, sentences

# fmt: off
_ACCENTS = {
    "en": [
        "en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-029", "en-gb-x-gbclan",
    ],
    "fr": ["fr-fr", "fr-be", "fr-ch"],
}
_VARIANTS = [
    "", "m1", "m2", "m3", "m5", "m7", "f1", "f2", "f4", "f5",
    "klatt", "klatt4", "Andy", "linda", "Lee", "steph",
]
# Never trained on. There are no more accents of French.
_UNSEEN_ACCENTS = {"en": ["en-us-nyc", "en-gb-x-gbcwmd"]}
_UNSEEN_VARIANTS = ["m4", "m6", "f3", "Annie", "max", "klatt2"]
# fmt: on

_SPEEDS = range(120, 210, 2)
_PITCHES = range(20, 80, 2)
_UNSEEN_SPEEDS = range(128, 200, 2)
_UNSEEN_PITCHES = range(25, 75, 2)


class _Saying(NamedTuple):
    text: str
    voice: str
    speed: int
    """Words a minute."""
    pitch: int
    """From 0 to 99."""


def commands(count: int, seed: int) -> list[Clip]:
    """Each command so many times, for training."""
    rng = _dice(seed)
    sayings, languages = [], []
    for language, text in sentences():
        for _ in range(count):
            speed, pitch = _one_of(rng, _SPEEDS), _one_of(rng, _PITCHES)
            voice = _voice(rng, _ACCENTS[language], _VARIANTS)
            sayings.append(_Saying(text, voice, speed, pitch))
            languages.append(language)
    return _whole(sayings, languages)


def unseen(count: int, seed: int) -> list[Clip]:
    """Each command so many times, as nobody says it in the training.

    The variant of the voice is a new one, the accent is one every other time, and the
    speeds and pitches lie between those that were learned.
    """
    rng = _dice(seed)
    sayings, languages = [], []
    for language, text in sentences():
        for i in range(count):
            accents = _ACCENTS[language]
            if i % 2:
                accents = _UNSEEN_ACCENTS.get(language, accents)
            speed = _one_of(rng, _UNSEEN_SPEEDS) + 1
            pitch = _one_of(rng, _UNSEEN_PITCHES) + 1
            voice = _voice(rng, accents, _UNSEEN_VARIANTS)
            sayings.append(_Saying(text, voice, speed, pitch))
            languages.append(language)
    return _whole(sayings, languages)


def parts(count: int, seed: int) -> list[Clip]:
    """Each beginning of a command, and behind it the rest in the same voice."""
    rng = _dice(seed)
    sayings, labels = [], []
    for language, text in sentences():
        for before, behind in halves(text):
            for _ in range(count):
                voice = _voice(rng, _ACCENTS[language], _VARIANTS)
                speed, pitch = _one_of(rng, _SPEEDS), _one_of(rng, _PITCHES)
                sayings.append(_Saying(before, voice, speed, pitch))
                sayings.append(_Saying(behind, voice, speed, pitch))
                labels.append((language, heard_as(before), text))
                labels.append((language, behind, before))
    said = _say_all(sayings)
    return [Clip(audio, *label) for audio, label in zip(said, labels, strict=True)]


def _dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - not for secrets


def _one_of(rng: random.Random, numbers: range) -> int:
    return rng.randrange(numbers.start, numbers.stop, numbers.step)


def _voice(rng: random.Random, accents: Sequence[str], variants: Sequence[str]) -> str:
    variant = rng.choice(variants)
    return rng.choice(accents) + (f"+{variant}" if variant else "")


def _whole(sayings: Sequence[_Saying], languages: Sequence[str]) -> list[Clip]:
    return [
        Clip(audio, language, s.text, f"{s.voice}/{s.speed}/{s.pitch}")
        for audio, language, s in zip(
            _say_all(sayings), languages, sayings, strict=True
        )
    ]


def _say_all(sayings: Iterable[_Saying]) -> list[Audio]:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(_say, sayings))


def _say(saying: _Saying) -> Audio:
    text, voice, speed, pitch = saying
    flags = ["-v", voice, "-s", str(speed), "-p", str(pitch), "--stdout"]
    command = ["espeak-ng", *flags, text]
    out = subprocess.run(command, check=True, capture_output=True).stdout
    with wave.open(io.BytesIO(out)) as reader:
        rate = reader.getframerate()
    # It does not know how long its audio is when it writes the header.
    samples = np.frombuffer(out[44:], dtype=np.int16)
    return trimmed(samples.astype(np.float32) / np.float32(32768), rate)
