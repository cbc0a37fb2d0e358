"""Samples to learn from: what a microphone might hear, and what to write then."""

from collections.abc import Sequence
import random
from typing import NamedTuple

import numpy as np

from .clips import RATE, Audio, Clip
from .noise import coloured, length_of, placed
from .vocabulary import Target, Vocabulary

_WHOLE, _BEGUN, _PAUSED = 0.45, 0.68, 0.75
"""Up to where the dice mean a whole command, a beginning, one with a pause within.

Beyond, the beginning of a command goes on with the rest of another: what is learned are
words, not whole sentences that the first words would give away.
"""
_SILENT = 0.05
"""How many have noise alone."""
_COLOURS = 9
_TRACK = 40 * RATE
_POOL = 6
"""So many batches are drawn at once, to be sorted by length."""


class Sample(NamedTuple):
    """One sound and what it says."""

    audio: Audio
    target: Target
    silent: bool


class Samples:
    """Draws samples without end, always the same ones from the same dice."""

    def __init__(
        self,
        commands: Sequence[Clip],
        parts: Sequence[tuple[Clip, Clip]],
        vocabulary: Vocabulary,
        rng: random.Random,
        noises: np.random.Generator,
    ) -> None:
        self._commands = commands
        self._parts = parts
        self._rests: dict[str, list[Clip]] = {}
        for _, rest in parts:
            self._rests.setdefault(rest.language, []).append(rest)
        self._vocabulary = vocabulary
        self._rng = rng
        # Drawing noise is the slowest part of a sample: it is cut from long tracks.
        slopes = [colour / (_COLOURS - 1) for colour in range(_COLOURS)]
        self._tracks = [coloured(noises, _TRACK, slope) for slope in slopes]
        self._pool = list[Sample]()

    def take(self, size: int) -> list[Sample]:
        """Samples of about the same length, so that little of a batch is padding."""
        pool = self._pool
        if len(pool) < size:
            pool.extend([self._sample() for _ in range(_POOL * size)])
            pool.sort(key=lambda sample: len(sample.audio))
        start = self._rng.randrange(0, max(1, len(pool) - size))
        taken = pool[start : start + size]
        del pool[start : start + size]
        return taken

    def _sample(self) -> Sample:
        # The order in which the dice are thrown is part of the model.
        rng = self._rng
        speech, language, text = self._speech()
        silent = rng.random() < _SILENT
        lead, tail = rng.uniform(0.0, 0.5), rng.uniform(0.0, 0.8)
        speech = _faster(speech, rng.uniform(0.94, 1.06))
        if silent:
            text = ""
            noise = self._noise(int(rng.uniform(0.5, 3.0) * RATE))
            audio = noise * 10 ** (rng.uniform(-90, -30) / 20)
        else:
            snr_db = rng.choice([rng.uniform(3, 20), rng.uniform(20, 60)])
            gain_db = rng.uniform(-24, 0)
            noise = self._noise(length_of(speech, lead, tail))
            audio = placed(
                speech, noise, lead=lead, tail=tail, gain_db=gain_db, snr_db=snr_db
            )
        end = lead + len(speech) / RATE
        target = self._vocabulary.target(rng, language, text, end)
        return Sample(audio, target, silent)

    def _speech(self) -> tuple[Audio, str, str]:
        """Something said, its language and its text."""
        rng = self._rng
        kind = rng.random()
        if kind < _WHOLE:
            whole = self._commands[rng.randrange(len(self._commands))]
            return whole.audio, whole.language, whole.text
        before, behind = self._parts[rng.randrange(len(self._parts))]
        language = before.language
        if kind <= _BEGUN:
            return before.audio, language, before.text
        if kind <= _PAUSED:
            pause = np.zeros(int(rng.uniform(0.1, 0.9) * RATE), np.float32)
            audio = np.concatenate([before.audio, pause, behind.audio])
            return audio, language, before.note
        rests = self._rests[language]
        other = rests[rng.randrange(len(rests))]
        audio = np.concatenate([before.audio, other.audio])
        return audio, language, f"{behind.note} {other.text}"

    def _noise(self, length: int) -> Audio:
        track = self._rng.choice(self._tracks)
        start = self._rng.randrange(len(track) - length)
        return track[start : start + length]


def _faster(audio: Audio, pace: float) -> Audio:
    """Play it so many times faster, and higher: a voice that is a little different.

    Ko et al., «Audio Augmentation for Speech Recognition», 2015.
    """
    at = np.arange(0, len(audio) - 1, pace)
    return np.asarray(np.interp(at, np.arange(len(audio)), audio), np.float32)
