"""Whisper's features of sound."""

from collections.abc import Sequence

from faster_whisper.feature_extractor import FeatureExtractor
import numpy as np
import torch

from .clips import Audio

HOP = 160
"""Samples between two frames."""
WINDOW = 400
"""Samples of which a frame is made."""
MELS = 80
FRAMES = 3000
"""Frames of the 30 seconds that Whisper hears at once."""


class Features:
    """Log-mel spectra of many sounds at once, like those of faster-whisper.

    Radford et al., «Robust Speech Recognition via Large-Scale Weak Supervision», 2022,
    section 2.2: the logarithm of 80 mel bands, at most 8 below the loudest, then
    brought to about -1 to 1.
    """

    def __init__(self) -> None:
        self._filters = torch.from_numpy(FeatureExtractor().mel_filters)
        self._window = torch.hann_window(WINDOW)

    def __call__(
        self, sounds: Sequence[Audio], frames: int
    ) -> tuple[torch.Tensor, list[int]]:
        """Spectra (sounds, 80, frames), zero behind the end, and frames of each."""
        lengths = [len(sound) // HOP + 1 for sound in sounds]
        longest = max(len(sound) for sound in sounds)
        padded = np.zeros((len(sounds), longest + 2 * HOP), np.float32)
        for row, sound in zip(padded, sounds, strict=True):
            row[: len(sound)] = sound
        spectra = torch.stft(
            torch.from_numpy(padded),
            WINDOW,
            HOP,
            window=self._window,
            return_complex=True,
            pad_mode="reflect",
        )
        bands = self._filters @ (spectra.abs() ** 2)
        bands = torch.log10(bands.clamp(min=1e-10))
        out = torch.zeros(len(sounds), MELS, frames)
        for i, length in enumerate(lengths):
            one = bands[i, :, : min(length, frames)]
            one = torch.maximum(one, one.max() - 8.0)
            out[i, :, : one.shape[1]] = (one + 4.0) / 4.0
        return out, lengths
