"""Whether words were said or made up: by their pace, and by hearing them again.

A model that hears the beginning of a sentence may write all of it, or another one, and
be sure of it. But nobody says that many syllables in so short a time, and what was made
up is no longer likely when the sound is a little different: slower, faster, later, with
some noise. What was really said still is.
"""

from dataclasses import dataclass

import numpy as np

from .vad import RATE, Audio
from .words import syllables

_FASTEST = 9.0
"""Syllables a second: hardly anybody speaks a sentence faster."""
_EDGES = 0.1
"""Seconds of speech that the detector may miss."""
_LONGEST = 10 * RATE
"""What is longer is no command: it is heard again only as it is."""


@dataclass(frozen=True)
class Change:
    """How a sound is made different in which the same is said."""

    pace: float
    """So much faster, and higher."""
    later: float = 0.0
    """Seconds."""
    noise: float = 0.0
    """As loud as this part of the sound."""


_CHANGES = (
    Change(0.9, later=0.1),
    Change(0.94, noise=0.18),
    Change(1.12, later=0.1, noise=0.18),
)


def sayable(text: str, seconds: float) -> bool:
    """Return whether somebody can have said it in this time."""
    return syllables(text) <= _FASTEST * (seconds + _EDGES)


def variants(audio: Audio) -> list[Audio]:
    """Return sounds in which the same is said as in this one."""
    if len(audio) > _LONGEST:
        return [audio]
    return [_changed(audio, change) for change in _CHANGES]


def _changed(audio: Audio, change: Change) -> Audio:
    at = np.arange(0, len(audio) - 1, change.pace)
    paced = np.interp(at, np.arange(len(audio)), audio)
    changed = np.pad(paced, (int(change.later * RATE), 0))
    loud = change.noise * np.sqrt(np.mean(paced**2))
    noise = np.random.default_rng(0).normal(size=len(changed))
    return np.asarray(changed + loud * noise, np.float32)
