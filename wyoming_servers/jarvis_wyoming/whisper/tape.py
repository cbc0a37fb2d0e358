"""The audio of one utterance, in memory, and only as long as it is needed."""

from fractions import Fraction

import numpy as np

from ..server.errors import ServerError
from .vad import RATE, Audio

_WIDTHS = {1: np.uint8, 2: np.int16, 4: np.int32}
_RATES = range(8000, 192001)
_CHANNELS = range(1, 9)
_ROOM = RATE * 8


class Tape:
    """Audio that grows at its end; what is done with is forgotten at its start."""

    def __init__(self) -> None:
        self._samples = np.zeros(_ROOM, np.float32)
        self._start = 0
        self.end = 0
        """Samples that came so far."""

    def add(self, audio: Audio) -> None:
        """Take more."""
        have = self.end - self._start
        if have + len(audio) > len(self._samples):
            room = np.zeros(2 * (have + len(audio)), np.float32)
            room[:have] = self._samples[:have]
            self._samples = room
        self._samples[have : have + len(audio)] = audio
        self.end += len(audio)

    def part(self, start: int, end: int) -> Audio:
        """Return a copy of what lies between two samples."""
        start, end = max(start, self._start), min(end, self.end)
        return self._samples[start - self._start : max(start, end) - self._start].copy()

    def forget(self, before: int) -> None:
        """Drop what came before a sample."""
        gone = min(before, self.end) - self._start
        if gone < _ROOM:
            return
        self._samples = self._samples[gone : self.end - self._start].copy()
        self._start += gone


class Format:
    """How a client's audio is written."""

    def __init__(self, rate: object, width: object, channels: object) -> None:
        if rate not in _RATES or width not in _WIDTHS or channels not in _CHANNELS:
            text = (
                f"Audio of {rate} Hz, {width} bytes, {channels} channels is not read."
            )
            raise ServerError("audio-format", text)
        assert isinstance(rate, int) and isinstance(width, int)  # noqa: S101, PT018
        assert isinstance(channels, int)  # noqa: S101
        self._rate, self._width, self._channels = rate, width, channels
        self._rest = b""

    def read(self, payload: bytes) -> Audio:
        """Return samples as the model wants them; half a sample waits for its rest."""
        payload = self._rest + payload
        size = self._width * self._channels
        whole = len(payload) // size * size
        self._rest = payload[whole:]
        raw = np.frombuffer(payload[:whole], _WIDTHS[self._width])
        zero = 128 if self._width == 1 else 0
        scale = np.float32(1 / (1 << (8 * self._width - 1)))
        audio = (raw.astype(np.float32) - zero) * scale
        if self._channels > 1:
            audio = audio.reshape(-1, self._channels).mean(axis=1, dtype=np.float32)
        return audio if self._rate == RATE else self._resample(audio)

    def _resample(self, audio: Audio) -> Audio:
        if not len(audio):
            return audio
        count = round(len(audio) * Fraction(RATE, self._rate))
        places = np.arange(count) * (self._rate / RATE)
        found = np.interp(places, np.arange(len(audio)), audio)
        return np.asarray(found, np.float32)
