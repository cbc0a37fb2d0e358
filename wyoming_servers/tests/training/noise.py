"""Noise, and speech within it."""

import numpy as np

from .clips import RATE, Audio

_NOTHING = 1e-9
"""Keeps silence from being divided by zero."""


def coloured(rng: np.random.Generator, length: int, slope: float) -> Audio:
    """Noise of so many samples, of power 1, whose spectrum falls as f ** -slope.

    A slope of 0 is white, of 1 brown. It is flat below 40 Hz.
    """
    spectrum = np.fft.rfft(rng.standard_normal(length))
    pitches = np.maximum(np.fft.rfftfreq(length, 1 / RATE), 40.0)
    noise = np.fft.irfft(spectrum * pitches**-slope, length)
    return (noise / (noise.std() + _NOTHING)).astype(np.float32)


def length_of(speech: Audio, lead: float, tail: float) -> int:
    """Samples of speech between two silences of so many seconds."""
    return len(speech) + int(lead * RATE) + int(tail * RATE)


def placed(
    speech: Audio,
    noise: Audio,
    *,
    lead: float,
    tail: float,
    gain_db: float,
    snr_db: float,
) -> Audio:
    """Speech between two silences (seconds) in noise, as a microphone hears it.

    The noise is as long as both silences and the speech, or longer. The result's
    highest amplitude is `gain_db` (0 dB: full scale), and the speech is `snr_db`
    louder than the noise.
    """
    before = np.zeros(int(lead * RATE), np.float32)
    behind = np.zeros(int(tail * RATE), np.float32)
    audio = np.concatenate([before, speech, behind])
    level = np.sqrt(np.mean(speech**2)) + _NOTHING
    audio = audio + noise[: len(audio)] * level * 10 ** (-snr_db / 20)
    peak = np.abs(audio).max() + _NOTHING
    scaled = audio / peak * 10 ** (gain_db / 20)
    return np.asarray(np.clip(scaled, -1, 1), np.float32)
