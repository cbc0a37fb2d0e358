"""How often the model is right about voices that it does not know."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
import logging
from pathlib import Path
import random
import time
import unicodedata

from faster_whisper import WhisperModel
import numpy as np

from .clips import RATE, Audio, Clip
from .noise import coloured, length_of, placed
from .speech import Speech

_SHOWN = 12
"""Mistakes that are shown of each set."""
_GHOSTS = 20

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """What the model made of one set of clips."""

    clips: int
    exact: float
    """How many it wrote to the letter, in one greedy pass; from 0 to 1."""
    alike: float
    """How many it wrote but for capitals and marks."""
    seconds: float
    """The median time of a clip."""
    language: float | None = None
    """How many languages it knew without being told."""
    beam: float | None = None
    """How many it wrote to the letter with a beam of 5."""


class _Room:
    """Where the clips of a set are heard."""

    def __init__(self, clips: Sequence[Clip], seed: int) -> None:
        self._clips = clips
        self._rng = random.Random(seed)  # noqa: S311 - not for secrets
        self._noises = np.random.default_rng(seed)

    def quiet(self, speech: Audio) -> Audio:
        """Hardly any noise."""
        noise = coloured(self._noises, length_of(speech, 0.3, 0.7), 0.5)
        return placed(speech, noise, lead=0.3, tail=0.7, gain_db=-3, snr_db=45)

    def steady(self, speech: Audio) -> Audio:
        """Noise of one colour, 10 to 20 dB softer."""
        snr_db, slope = self._rng.uniform(10, 20), self._rng.uniform(0, 1)
        noise = coloured(self._noises, length_of(speech, 0.3, 0.7), slope)
        return placed(speech, noise, lead=0.3, tail=0.7, gain_db=-6, snr_db=snr_db)

    def babble(self, speech: Audio) -> Audio:
        """Four others who speak, 10 to 15 dB softer. It was not trained on any."""
        rng = self._rng
        noise = np.zeros(len(speech) + 2 * RATE, np.float32)
        for _ in range(4):
            other = rng.choice(self._clips).audio
            turned = np.roll(other, rng.randrange(len(other)))
            noise[: len(other)] += turned[: len(noise)]
        noise /= noise.std() + 1e-9
        lead, tail = rng.uniform(0.1, 0.5), rng.uniform(0.3, 0.9)
        snr_db = rng.uniform(10, 15)
        return placed(speech, noise, lead=lead, tail=tail, gain_db=-6, snr_db=snr_db)


def check(folder: Path, speech: Speech, seed: int) -> dict[str, Result]:
    """Let faster-whisper hear each set of clips, as a server would."""
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2)
    results = {}
    for name, clips, room in (
        ("unseen voices, quiet", speech.unseen, _Room.quiet),
        ("unseen voices, steady noise", speech.unseen, _Room.steady),
        ("unseen voices, babble", speech.unseen, _Room.babble),
        ("Piper at an unheard pace, quiet", speech.unheard, _Room.quiet),
    ):
        hears = partial(room, _Room(clips, seed))
        results[name] = _listen(model, clips, hears, thorough=room is _Room.quiet)
        _LOGGER.info("%s: %s", name, results[name])
    _LOGGER.info("noise alone: text in %d of %d", _ghosts(model, seed), _GHOSTS)
    return results


def _listen(
    model: WhisperModel,
    clips: Sequence[Clip],
    hears: Callable[[Audio], Audio],
    *,
    thorough: bool,
) -> Result:
    """Thoroughly: with a beam and without knowing the language, too."""
    exact, alike, seconds = [], [], []
    languages, beams = [], []
    for clip in clips:
        audio = hears(clip.audio)
        begun = time.perf_counter()
        heard = _transcribed(model, audio, clip.language, beam=1)
        seconds.append(time.perf_counter() - begun)
        exact.append(heard == clip.text)
        alike.append(_plain(heard) == _plain(clip.text))
        if thorough:
            languages.append(model.detect_language(audio)[0] == clip.language)
            beam = _transcribed(model, audio, clip.language, beam=5)
            beams.append(beam == clip.text)
        if not exact[-1] and exact.count(False) <= _SHOWN:
            _LOGGER.info("%s: %s -> %s", clip.note, clip.text, heard)
    return Result(
        len(clips),
        exact=_part(exact),
        alike=_part(alike),
        seconds=round(float(np.median(seconds)), 3),
        language=_part(languages) if thorough else None,
        beam=_part(beams) if thorough else None,
    )


def _ghosts(model: WhisperModel, seed: int) -> int:
    """How often it hears words in two seconds of noise alone."""
    rng = np.random.default_rng(seed)
    count = 0
    for i in range(_GHOSTS):
        noise = coloured(rng, 2 * RATE, i % 5 / 5) * 10 ** (-(30 + 3 * i) / 20)
        count += bool(_transcribed(model, noise, "en", beam=1))
    return count


def _transcribed(model: WhisperModel, audio: Audio, language: str, *, beam: int) -> str:
    # It has no second chances at higher temperatures.
    segments, _ = model.transcribe(
        audio, language=language, beam_size=beam, temperature=0.0
    )
    return "".join(segment.text for segment in segments).strip()


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFC", text).lower()
    return " ".join("".join(c if c.isalnum() else " " for c in text).split())


def _part(right: Sequence[bool]) -> float:
    return round(sum(right) / len(right), 4)
