"""Clips of speech with what they say, and the files that keep them."""

from collections.abc import Callable, Sequence
import json
import logging
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

RATE = 16000
"""Samples a second."""

Audio = npt.NDArray[np.float32]
"""Samples between -1 and 1, one channel."""

_EDGE = 400
"""Samples that stay around what is loud."""
_LOUD = 0.01
"""Part of the highest amplitude."""

_LOGGER = logging.getLogger(__name__)


class Clip(NamedTuple):
    """Something said, without silence around it."""

    audio: Audio
    language: str
    text: str
    """As Whisper shall write it."""
    note: str
    """The voice; for a beginning the whole command, for a rest what is before it."""


def kept(path: Path, record: Callable[[], Sequence[Clip]]) -> list[Clip]:
    """The clips of a file (.npz), which is made if it is not there.

    They have gone through 16 bits, whether it was there or not.
    """
    if not path.exists():
        _save(path, record())
    return _load(path)


def trimmed(audio: Audio, rate: int) -> Audio:
    """Audio of any rate at 16 kHz, cut to where it is loud."""
    if rate != RATE:
        common = math.gcd(rate, RATE)
        audio = resample_poly(audio, RATE // common, rate // common).astype(np.float32)
    loud = np.flatnonzero(np.abs(audio) > _LOUD * np.abs(audio).max())
    return audio[max(0, loud[0] - _EDGE) : loud[-1] + _EDGE]


def _save(path: Path, clips: Sequence[Clip]) -> None:
    data = np.concatenate(
        [np.clip(c.audio * 32767, -32768, 32767).astype(np.int16) for c in clips]
    )
    labels = json.dumps([(c.language, c.text, c.note) for c in clips])
    # Whoever stops it while it writes finds no half file the next time.
    unfinished = path.with_suffix(".unfinished.npz")
    lengths = [len(c.audio) for c in clips]
    np.savez(unfinished, data=data, lengths=lengths, labels=labels)
    unfinished.replace(path)
    minutes = len(data) / RATE / 60
    _LOGGER.info("%s: %d clips, %.1f minutes", path.name, len(clips), minutes)


def _load(path: Path) -> list[Clip]:
    with np.load(path) as stored:
        data = stored["data"].astype(np.float32) / 32768
        ends = np.cumsum(stored["lengths"])
        labels = json.loads(str(stored["labels"]))
    audio = np.split(data, ends[:-1])
    return [Clip(a, *label) for a, label in zip(audio, labels, strict=True)]
