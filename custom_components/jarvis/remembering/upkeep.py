"""What is done for the memory each night: learn the rest, merge, summarise, delete."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_change
from homeassistant.util import dt as dt_util

from ..const import CONF_KEEP_TURNS_DAYS
from ..memory.learning.consolidate import merge, summarise
from ..memory.learning.extract import Prompt, UnreadableError
from ..memory.local import LocalRepository
from ..ollama.errors import OllamaError
from ..store.errors import Reason as StoreReason, StoreError
from .learning import Learning, QuietModel
from .memory import Memory

_LOGGER = logging.getLogger(__name__)

DEFAULT_KEEP_TURNS_DAYS = 365
"""A year: "what did I say last summer?" has an answer, and nothing is for ever."""
HOUR, MINUTE = 3, 17
"""A minute at which nothing else is due."""
SUMMARISED = "summarised_until"
_BEFORE_THE_END = timedelta(days=7)
"""When old talk is summarised: a model that is away has some nights to come back."""


class Upkeep:
    """The nightly work of one entry; a step that fails leaves the others be."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        memory: Memory,
        model: QuietModel,
    ) -> None:
        """Take what is to be kept in order."""
        self.learning = Learning(hass, entry, memory, model)
        self._hass = hass
        self._entry = entry
        self._memory = memory
        self._model = model
        self._stop_tracking: CALLBACK_TYPE | None = None
        self._working: asyncio.Task[None] | None = None

    @callback
    def async_start(self) -> None:
        """Begin to learn, and wait for the night."""
        self.learning.async_start()
        self._stop_tracking = async_track_time_change(
            self._hass, self._on_night, hour=HOUR, minute=MINUTE, second=0
        )

    async def async_stop(self) -> None:
        """End what is being done; the next night begins anew."""
        await self.learning.async_stop()
        if self._stop_tracking is not None:
            self._stop_tracking()
            self._stop_tracking = None
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)

    async def async_keep_up(self) -> None:
        """Do it all once."""
        repository = self._memory.repository
        if repository is None:
            return
        await self.learning.async_catch_up()
        end = dt_util.utcnow() - self._kept()
        steps: tuple[Callable[[], Awaitable[object]], ...] = (
            lambda: self._async_summarise(repository, end),
            lambda: merge(repository),
            lambda: repository.expire(dt_util.utcnow(), turns_before=end),
            repository.tidy,
        )
        for step in steps:
            try:
                await step()
            except StoreError as err:
                if err.reason is not StoreReason.CLOSED:
                    self._memory.async_fail(err)
                return
            except (OllamaError, UnreadableError) as err:
                _LOGGER.debug("Old conversations are not summarised: %r", err)
        self._memory.async_changed()

    @callback
    def _on_night(self, _now: datetime) -> None:
        """Begin, unless the last night is not over."""
        if self._working is None or self._working.done():
            self._working = self._entry.async_create_background_task(
                self._hass, self.async_keep_up(), "jarvis upkeep"
            )

    async def _async_summarise(
        self, repository: LocalRepository, end: datetime
    ) -> None:
        """Keep a sentence of what is about to go."""
        until = end + _BEFORE_THE_END
        if not (self.learning.is_wanted and self._model.is_there):
            return
        mark = await repository.mark(SUMMARISED)
        since = (
            datetime.fromisoformat(mark)
            if mark
            else datetime.min.replace(tzinfo=until.tzinfo)
        )
        has_asked = False

        async def ask(prompt: Prompt) -> str | None:
            nonlocal has_asked
            has_asked = True
            return await self._model.ask(prompt)

        learner = self.learning.learner(repository)
        try:
            count = await summarise(learner, ask, since=since, until=until)
        finally:
            # A model that sleeps is not woken for nothing.
            if has_asked:
                self._model.rewarm()
        if count is not None:
            await repository.set_mark(SUMMARISED, until.isoformat())

    def _kept(self) -> timedelta:
        """Return for how long what was said is kept."""
        days = self._entry.options.get(CONF_KEEP_TURNS_DAYS, DEFAULT_KEEP_TURNS_DAYS)
        return timedelta(days=days)
