"""How long prompts are read, which betrays that an endpoint had forgotten them."""

from collections import deque

from ..ollama.endpoint import ChatRequest

_ENOUGH = 3
"""Readings from which on it is known how fast an endpoint reads."""
_KEPT = 9
_NOTICED = 0.25
"""Seconds that nobody minds."""


class Readings:
    """What endpoints have read in advance, and how fast they read what is new.

    They count what they still knew of a prompt as if it were read: that another
    client pushed it out shows only in how long the reading took.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self._known: dict[tuple[str, str | None], int] = {}
        """Tokens of what prompts begin with, by the endpoint that has read it."""
        self._paces: dict[tuple[str, str], deque[float]] = {}
        """Seconds that a new token took lately at an endpoint, with a model."""

    def has_read(self, endpoint: str, request: ChatRequest, tokens: int) -> None:
        """Note that an endpoint has read what prompts begin with."""
        self._known[endpoint, request.prefix] = tokens

    def is_reread(
        self,
        endpoint: str,
        request: ChatRequest,
        tokens: int,
        seconds: float,
        *,
        learns: bool,
    ) -> bool:
        """Tell whether most of what was read in advance had to be read again.

        The readings learn from prompts of which all the rest is new.
        """
        known = self._known.get((endpoint, request.prefix), 0)
        if known <= 0:
            return False
        # A state of the house that is written shorter now may make up for the words.
        new = max(tokens - known, 1)
        paces = self._paces.setdefault((endpoint, request.model), deque(maxlen=_KEPT))
        if len(paces) >= _ENOUGH:
            # What changed in the house was read with the words of some of them.
            pace = sorted(paces)[len(paces) // 4]
            if seconds > pace * (new + known / 2) and seconds - pace * new > _NOTICED:
                return True
        if learns:
            paces.append(seconds / new)
        return False
