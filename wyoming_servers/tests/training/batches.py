"""Batches of samples as tensors, made a little harder."""

from collections.abc import Sequence
import random
from typing import NamedTuple

import numpy as np
import torch
from torch.nn import functional

from .features import FRAMES, HOP, MELS, Features
from .samples import Sample, Samples
from .vocabulary import Target, Vocabulary

_IGNORED = -100
"""What the loss takes for no label."""


class Batch(NamedTuple):
    """Samples to learn from at once."""

    mel: torch.Tensor
    """(samples, 80, frames)"""
    tokens: torch.Tensor
    """(samples, tokens): what the decoder reads."""
    labels: torch.Tensor
    """(samples, tokens): what it shall write behind each, or nothing."""
    words: list[list[int]]
    """The text of each sample, without special tokens."""
    lengths: list[int]
    """Frames of each sample."""


class Batches:
    """Makes batches of any size."""

    def __init__(
        self,
        samples: Samples,
        vocabulary: Vocabulary,
        rng: random.Random,
        curves: np.random.Generator,
    ) -> None:
        self._samples = samples
        self._vocabulary = vocabulary
        self._rng = rng
        self._curves = curves
        self._features = Features()
        self._nospeech = vocabulary.special("nospeech")[0]

    def make(self, size: int, *, window: bool) -> Batch:
        """Make one of the whole window of 30 s, or hardly longer than its samples."""
        samples = self._samples.take(size)
        sounds = [sample.audio for sample in samples]
        frames = FRAMES
        if not window:
            need = max(len(sound) // HOP + 1 for sound in sounds)
            # The encoder halves their number.
            frames = min(FRAMES, (need + self._rng.randint(0, 60)) // 2 * 2)
        mel, lengths = self._features(sounds, frames)
        self._disturb(mel, lengths)
        tokens, labels = self._texts(samples)
        words = [self._words(sample.target) for sample in samples]
        return Batch(mel, tokens, labels, words, lengths)

    def _disturb(self, mel: torch.Tensor, lengths: Sequence[int]) -> None:
        """Hear each sample with another microphone, and without some bands.

        A microphone changes the shape of the spectrum smoothly. The bands are those of
        Park et al., «SpecAugment», 2019, but few and narrow.
        """
        rng = self._rng
        points = self._curves.normal(0, 0.08, (len(lengths), 6, 1)).astype(np.float32)
        curves = functional.interpolate(
            torch.from_numpy(points).transpose(1, 2), MELS, mode="linear"
        ).transpose(1, 2)
        for i, length in enumerate(lengths):
            mel[i, :, :length] += curves[i]
            for _ in range(2):
                start, width = rng.randrange(MELS), rng.randrange(9)
                mean = mel[i, :, :length].mean()
                mel[i, start : start + width, :length] = mean

    def _texts(self, samples: Sequence[Sample]) -> tuple[torch.Tensor, torch.Tensor]:
        """What the decoder reads, and what it shall write."""
        longest = max(len(sample.target.tokens) for sample in samples)
        tokens = torch.full((len(samples), longest), self._vocabulary.other)
        labels = torch.full((len(samples), longest), _IGNORED)
        for i, sample in enumerate(samples):
            row, prompt = sample.target
            tokens[i, : len(row)] = torch.tensor(row)
            labels[i, : len(row) - 1] = torch.tensor(row[1:])
            labels[i, :prompt] = _IGNORED
            labels[i, prompt + 1] = _IGNORED  # the task is given, not guessed
            if sample.silent:
                labels[i, prompt] = self._nospeech
        return tokens, labels

    def _words(self, target: Target) -> list[int]:
        text = self._vocabulary.text
        return [token for token in target.tokens[target.prompt :] if token in text]
