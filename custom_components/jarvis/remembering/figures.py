"""How much is remembered, counted anew when something has changed."""

from collections.abc import Callable
from dataclasses import dataclass
import logging

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.debounce import Debouncer

from ..store.errors import StoreError
from .memory import Memory

_LOGGER = logging.getLogger(__name__)
_COUNTED_AGAIN_S = 10.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What is there."""

    facts: int
    turns: int
    backlog: int
    """Changes that the second home has yet to hear of."""
    recall_seconds: float | None
    """What the newest recall took."""


class Counting:
    """Counts now and then, not at each turn."""

    def __init__(self, hass: HomeAssistant, memory: Memory) -> None:
        """Count what a memory holds."""
        self._memory = memory
        self._listeners: list[Callable[[], None]] = []
        self._counter = Debouncer(
            hass,
            _LOGGER,
            cooldown=_COUNTED_AGAIN_S,
            immediate=True,
            function=self._async_count,
        )
        self.figures: Figures | None = None
        """None where the memory cannot be used."""

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Begin to count; return how to stop."""
        stop = self._memory.listen(self._counter.async_schedule_call)
        self._counter.async_schedule_call()

        def stopped() -> None:
            stop()
            self._counter.async_shutdown()

        return stopped

    @callback
    def listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call a listener after counting; return how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def _async_count(self) -> None:
        """Count, and tell."""
        repository = self._memory.repository
        try:
            if repository is None:
                self.figures = None
            else:
                counts = await repository.counts()
                self.figures = Figures(
                    counts.facts,
                    counts.turns,
                    await repository.outbox_backlog(),
                    self._memory.recall_seconds,
                )
        except StoreError as err:
            _LOGGER.debug("Counting memories: %s", err)
            self.figures = None
        for listener in tuple(self._listeners):
            listener()
