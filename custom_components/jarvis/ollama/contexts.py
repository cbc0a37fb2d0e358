"""With which context a model is in memory: that of our prompts, or another client's.

Ollama loads a model anew for whoever asks for another context, and forgets what it had
read. Two who want different ones would load it at every turn: whoever is not waited for
gives way, and waits longer each time.
"""

from dataclasses import dataclass

PATIENCE = (0, 60, 600, 3600)
"""Seconds until a model is taken back, for the first time and the next; the last
repeats."""
_FORGOTTEN_AFTER = 86_400
_A_HABIT = 2
"""Times that tell of a client which does so again and again."""

type _Key = tuple[str, str]
"""An endpoint and a model, by their names."""


@dataclass(slots=True)
class Other:
    """What another client did to a model."""

    context: int
    """Tokens that it was loaded with."""
    times: int = 0
    seen: float = 0.0
    """When it was found so the last time, by the monotonic clock."""
    since: float = 0.0
    """When that began."""

    @property
    def is_habit(self) -> bool:
        """Tell whether it happens again and again."""
        return self.times >= _A_HABIT


class Contexts:
    """Who has loaded the models that people talk to."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self._others: dict[_Key, Other] = {}
        self._taken: set[_Key] = set()
        self._largest: dict[_Key, int] = {}
        """What models were given that cannot have as much as is asked for."""

    def found(self, key: _Key, wanted: int, context: int, now: float) -> bool:
        """Note with which context a model is in memory; tell whether that is news."""
        if context in (0, wanted, self._largest.get(key)):
            return self._is_ours(key)
        other = self._others.setdefault(key, Other(context))
        if now - other.seen > _FORGOTTEN_AFTER:
            other.times = 0
        other.context, other.seen = context, now
        if key in self._taken:
            return False
        self._taken.add(key)
        other.times += 1
        other.since = now
        return True

    def found_after_reading(
        self, key: _Key, wanted: int, context: int, now: float
    ) -> None:
        """Note the same just after the model has read our prompt.

        Less than was asked for is then all that the model can have, unless another
        client was quicker.
        """
        known = self._others.get(key)
        if 0 < context < wanted and (known is None or known.context != context):
            self._largest[key] = context
        # Whoever was quicker is no client that has come only now, and has come again.
        self._taken.discard(key)
        self.found(key, wanted, context, now)

    def seen(self, now: float) -> dict[_Key, Other]:
        """Return what other clients did to models within a day."""
        return {
            key: other
            for key, other in self._others.items()
            if now - other.seen <= _FORGOTTEN_AFTER
        }

    def patience(self, key: _Key, now: float) -> float | None:
        """Return in how many seconds to take a model back; None where it is ours."""
        if key not in self._taken:
            return None
        other = self._others[key]
        pause = PATIENCE[min(other.times, len(PATIENCE)) - 1]
        return max(0.0, other.since + pause - now)

    def _is_ours(self, key: _Key) -> bool:
        """Note that a model is not another client's; tell whether it was."""
        was_taken = key in self._taken
        self._taken.discard(key)
        return was_taken
