"""Where somebody speaks in a stream: runs of speech and the pauses between them."""

from dataclasses import dataclass

import numpy as np

from .vad import RATE, WINDOW, Audio

_SHORTEST = 2  # windows: a click is shorter
_HYSTERESIS = 0.15
_PAUSE = RATE * 3 // 20
"""Samples of silence between two words that a text may be cut at: 150 ms."""
_CERTAIN = 0.9
_LONG = RATE // 4


@dataclass(frozen=True)
class Pause:
    """Silence between two runs of speech, in samples of the stream."""

    start: int
    end: int

    @property
    def middle(self) -> int:
        """Where to cut."""
        return (self.start + self.end) // 2


class Speech:
    """What the detector's judgements say, kept up to date as they come."""

    def __init__(self, threshold: float) -> None:
        self._on = threshold
        self._off = max(0.05, threshold - _HYSTERESIS)
        self._judged = list[float]()
        self._run: int | None = None
        self.first: int | None = None
        """Where speech began; None while nobody has spoken."""
        self.end = 0
        """Where the last speech ended, or how far it has come."""
        self.pauses = list[Pause]()
        self._spoken = 0

    @property
    def now(self) -> int:
        """How far the stream was judged."""
        return len(self._judged) * WINDOW

    @property
    def speaking(self) -> bool:
        """Whether somebody speaks, or may just have begun to."""
        return self._run is not None

    @property
    def silence(self) -> float:
        """Seconds since the last speech."""
        return 0.0 if self.speaking else (self.now - self.end) / RATE

    @property
    def weak(self) -> bool:
        """Whether it was so little that it may have been a noise."""
        return self._spoken < _LONG or max(self._judged, default=0) < _CERTAIN

    def feed(self, judged: Audio) -> None:
        """Take the detector's judgements of the next windows."""
        for probability in judged.tolist():
            self._judge(probability)

    def softest(self, start: int, end: int) -> int:
        """Return the sample between two where speech is least likely."""
        windows = self._judged[start // WINDOW : end // WINDOW]
        return start + int(np.argmin(windows)) * WINDOW + WINDOW // 2

    def _judge(self, probability: float) -> None:
        start = self.now
        self._judged.append(probability)
        if self._run is None:
            self._run = start if probability >= self._on else None
        elif probability < self._off:
            self._run = None
        if self._run is not None and self.now - self._run >= _SHORTEST * WINDOW:
            self._confirm(self._run)

    def _confirm(self, run: int) -> None:
        """Count a run that is no click as speech, up to now."""
        if self.first is None:
            self.first = self.end = run
        if run - self.end >= _PAUSE:
            self.pauses.append(Pause(self.end, run))
        self._spoken += self.now - max(run, self.end)
        self.end = self.now
