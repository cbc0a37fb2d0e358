"""How much a listener has yet to hear, and so how long a piece may be."""

from collections.abc import Callable

_LETTERS_A_SECOND = 15
"""Of French and English, spoken at ease."""

_FIRST = 60
_SHORTEST = 20
_FIRST_SECONDS = 1.2
"""Work that somebody who hears nothing yet may be kept waiting for."""

_CLAUSE = 40
_MOST = 220
_CAUTION = 0.7
"""How much of the time that is left a piece may take."""


class Player:
    """Counts as if playing began with the first sound that was sent."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ends: float | None = None

    @property
    def begun(self) -> bool:
        """Whether anything was played."""
        return self._ends is not None

    @property
    def ahead(self) -> float:
        """Seconds until there would be silence."""
        return 0.0 if self._ends is None else max(0.0, self._ends - self._clock())

    @property
    def due(self) -> float:
        """When the next sound is wanted."""
        return self._clock() + self.ahead

    def add(self, seconds: float) -> None:
        """That much sound was sent."""
        self._ends = self.due + seconds

    def letters(self, pace: float) -> int:
        """How long the next piece may be; pace is work for a second of sound."""
        if not self.begun:
            letters = _FIRST_SECONDS / max(pace, 0.01) * _LETTERS_A_SECOND
            return round(min(_FIRST, max(_SHORTEST, letters)))
        letters = self.ahead * _CAUTION / max(pace, 0.01) * _LETTERS_A_SECOND
        return round(min(_MOST, max(_SHORTEST, letters)))

    def least(self, pace: float) -> int:
        """How short the next piece may be, so that a clause can follow it in time."""
        letters = _CLAUSE * pace / _CAUTION - self.ahead * _LETTERS_A_SECOND
        return round(min(_CLAUSE, max(0.0, letters)))
