"""How each endpoint is: asked for in the background, and at once after a failure."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
import logging

from .endpoint import Endpoint, LoadedModel
from .errors import OllamaError, Reason
from .names import with_tag

_LOGGER = logging.getLogger(__name__)

WELL_EVERY = 30
"""Seconds between two looks at an endpoint that is well."""
ILL_EVERY = (2, 5, 10)
"""Seconds until the next looks at one that is not; the last repeats."""


@dataclass(slots=True)
class Health:
    """What is known of an endpoint."""

    failure: Reason | None = None
    """Why it is not well; None counts as well until something fails."""
    failures: int = 0
    """How often in a row it was not well."""
    version: str | None = None
    installed: Sequence[str] | None = None
    """The models that it holds; None where it was not asked yet."""
    loaded: Sequence[LoadedModel] = ()

    @property
    def well(self) -> bool:
        """Tell whether it can be asked."""
        return self.failure is None

    def context_of(self, model: str) -> int:
        """Return the tokens that a model was loaded with; 0 where that is not known."""
        name = with_tag(model)
        return next(
            (one.context for one in self.loaded if with_tag(one.name) == name), 0
        )


class Watch:
    """Keeps the health of one endpoint up to date and tells who listens."""

    def __init__(self, endpoint: Endpoint, changed: Callable[[Endpoint], None]) -> None:
        """Watch an endpoint; `changed` is called when its health differs."""
        self.endpoint = endpoint
        self.health = Health()
        self._changed = changed
        self._look = asyncio.Event()
        self._broken = 0
        """Replies that failed since one came to its end."""
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
            if self._broken > 1:
                # It answers who looks at it, and fails who asks it.
                await asyncio.sleep(_pause(self._broken - 1))

    async def async_look(self) -> None:
        """Ask the endpoint how it is and what it holds."""
        digests, failures = self.endpoint.digests, self.health.failures
        try:
            version = await self.endpoint.version()
            installed = await self.endpoint.models()
            loaded = await self.endpoint.loaded()
        except OllamaError as err:
            self.has_failed(err)
            return
        if self.health.failures > failures:
            # A reply has broken off meanwhile: what was said before is old.
            return
        before = (self.health.version, self.health.installed, self.health.loaded)
        self.health.version = version
        self.health.installed = installed
        self.health.loaded = loaded
        is_news = before != (version, installed, loaded)
        if not self.is_well() and (is_news or digests != self.endpoint.digests):
            self._changed(self.endpoint)

    def has_replied(self) -> None:
        """Note that a reply came to its end."""
        self._broken = 0

    def has_broken_off(self, err: OllamaError) -> None:
        """Note that a reply failed."""
        self._broken += 1
        self.has_failed(err)

    def has_failed(self, err: OllamaError) -> None:
        """Note a failure; say so in the log once until the endpoint is well again."""
        was_well = self.health.well
        self.health.failures += 1
        if was_well and self._broken <= 1:
            self._logged = True
            _LOGGER.warning(
                "Ollama at %s failed: %s %s", self.endpoint.name, err.reason, err.detail
            )
        if self.health.failure is not err.reason:
            self.health.failure = err.reason
            self._changed(self.endpoint)
        if was_well:
            self._look.set()

    def is_well(self) -> bool:
        """Note that the endpoint answers; tell whether that is news."""
        self.health.failures = 0
        if self.health.well:
            return False
        self.health.failure = None
        if self._logged:
            self._logged = False
            _LOGGER.info("Ollama at %s is back", self.endpoint.name)
        self._changed(self.endpoint)
        self._look.set()
        return True


def _pause(failures: int) -> float:
    """Return the seconds until the next look after so many failures."""
    return ILL_EVERY[min(failures, len(ILL_EVERY)) - 1]
