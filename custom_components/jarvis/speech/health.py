"""How each server is: described in the background, and at once after a failure."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import logging
from time import monotonic

from .errors import Reason, SpeechError
from .offer import Offer
from .server import Server

_LOGGER = logging.getLogger(__name__)

WELL_EVERY = 45
"""Seconds between two looks at a server that is well."""
ILL_EVERY = (2, 5, 10)
"""Seconds until the next looks at one that is not; the last repeats."""
LOST_AFTER = 12
"""Failures in a row after which a server does not just start anew."""
TRUSTED_AFTER = 300
"""Seconds without a failure after which its owner's order counts again."""


@dataclass(slots=True)
class Health:
    """What is known of a server."""

    failure: Reason | None = None
    """Why it is not well; None counts as well until something fails."""
    failures: int = 0
    """How often in a row it was not well."""
    failed_at: float | None = None
    """When it was last not well."""
    offer: Offer | None = None
    """What it said that it can do; None where it was not asked yet."""

    @property
    def well(self) -> bool:
        """Tell whether it can be asked."""
        return self.failure is None

    @property
    def trusted(self) -> bool:
        """Tell whether it has been well for a while."""
        return self.failed_at is None or monotonic() - self.failed_at >= TRUSTED_AFTER

    @property
    def lost(self) -> bool:
        """Tell whether it has not been well for long."""
        return self.failures >= LOST_AFTER


class Watch:
    """Keeps the health of one server up to date and tells who listens."""

    def __init__(self, server: Server, changed: Callable[[Server], None]) -> None:
        """Watch a server; `changed` is called when its health differs."""
        self.server = server
        self.health = Health()
        self._changed = changed
        self._look = asyncio.Event()
        self._broken = 0
        """Requests that failed since one was answered."""
        self._logged = False

    async def async_run(self) -> None:
        """Look again and again; runs until it is cancelled."""
        while True:
            await self.async_look()
            # What it found itself is no reason to look again at once.
            self._look.clear()
            pause = WELL_EVERY if self.health.well else _pause(self.health.failures)
            try:
                async with asyncio.timeout(pause):
                    await self._look.wait()
            except TimeoutError:
                continue

    async def async_look(self) -> None:
        """Ask the server what it can do."""
        try:
            offer = await self.server.describe()
        except SpeechError as err:
            self._has_failed(err)
            return
        is_news = offer != self.health.offer
        self.health.offer = offer
        if not self._is_well() and is_news:
            self._changed(self.server)

    def has_answered(self) -> None:
        """Note that the server did what it was asked to."""
        self._broken = 0
        self._is_well()

    def has_broken_off(self, err: SpeechError) -> None:
        """Note that the server failed at a request; it is looked at right away."""
        self._broken += 1
        self._has_failed(err)
        self._look.set()

    def _has_failed(self, err: SpeechError) -> None:
        """Note a failure; say so in the log once until the server is well again."""
        was_well, was_lost = self.health.well, self.health.lost
        self.health.failures += 1
        self.health.failed_at = monotonic()
        # One that describes itself well and fails who asks it is told once.
        if was_well and self._broken <= 1:
            self._logged = True
            _LOGGER.warning(
                "Speech server %s failed: %s %s",
                self.server.name,
                err.reason,
                err.detail,
            )
        if (self.health.failure, was_lost) != (err.reason, self.health.lost):
            self.health.failure = err.reason
            self._changed(self.server)

    def _is_well(self) -> bool:
        """Note that the server answers; tell whether that is news."""
        self.health.failures = 0
        if self.health.well:
            return False
        self.health.failure = None
        if self._logged:
            self._logged = False
            _LOGGER.info("Speech server %s is back", self.server.name)
        self._changed(self.server)
        return True


def _pause(failures: int) -> float:
    """Return the seconds until the next look after so many failures."""
    return ILL_EVERY[min(failures, len(ILL_EVERY)) - 1]
