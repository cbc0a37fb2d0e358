"""All that is said: what the model learns, and what it is checked with."""

from dataclasses import dataclass
from pathlib import Path

from . import espeak, piper
from .clips import Clip, kept

_LEARNED = (0.8, 0.9, 1.1, 1.25)
_UNHEARD = 1.0
"""The pace at which the Piper voices speak in the tests: it is not learned."""
_PACES = sorted((*_LEARNED, _UNHEARD))
_WEIGHT = 4
"""How often the few clips of Piper stand among the many of espeak-ng."""


@dataclass(frozen=True)
class Speech:
    """Clips by what they are for."""

    commands: list[Clip]
    """Whole commands to learn."""
    parts: list[tuple[Clip, Clip]]
    """Beginnings to learn, each with the rest of its command in the same voice."""
    unseen: list[Clip]
    """Whole commands by voices that are not learned."""
    unheard: list[Clip]
    """Whole commands by voices that are learned, at a pace that is not."""


def render(work: Path, seed: int) -> Speech:
    """Say everything, or take what an earlier run left in the folder."""
    commands = kept(work / "train.npz", lambda: espeak.commands(70, seed))
    unseen = kept(work / "test.npz", lambda: espeak.unseen(6, seed + 1))
    spoken = kept(work / "piper.npz", lambda: piper.commands(_PACES))
    parts = kept(work / "parts.npz", lambda: espeak.parts(16, seed + 2))
    parts += kept(work / "piper_parts.npz", lambda: piper.parts(_LEARNED))
    unheard = [clip for clip in spoken if clip.note.endswith(f"/{_UNHEARD}")]
    learned = [clip for clip in spoken if not clip.note.endswith(f"/{_UNHEARD}")]
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    return Speech(commands + learned * _WEIGHT, pairs, unseen, unheard)
