"""The memory's copy in PostgreSQL: fed while the entry is set up, asked while well."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
import logging
from time import monotonic
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import instance_id, issue_registry as ir

from ..const import CONF_SECOND_HOME, DOMAIN
from ..memory.feeder import Feeder
from ..memory.move import Verified, move_in, move_out
from ..memory.postgres import PostgresRepository
from ..memory.postgres_near import PostgresNearest
from ..memory.repository import SpaceState
from ..memory.terms import terms
from ..store.errors import StoreError
from ..store.postgres import PostgresDatabase
from .memory import Home, Memory

_LOGGER = logging.getLogger(__name__)

ISSUE = "second_home_failed"
_REST_S = 30.0
"""How long a server is not asked that did not answer a recall in time."""
_STOP_S = 5.0
_TOLD_AFTER_S = 300.0
"""A server may restart without anybody being told."""


class SecondHome:
    """Keeps the copy in step with the local home, which stays the first."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], memory: Memory
    ) -> None:
        """Take what is copied."""
        self._hass = hass
        self._entry = entry
        self._memory = memory
        self._url: str | None = None
        self._database: PostgresDatabase | None = None
        self._repository: PostgresRepository | None = None
        self._feeder: Feeder | None = None
        self._nearest: PostgresNearest | None = None
        self._working: asyncio.Task[None] | None = None
        self._applying = asyncio.Lock()
        self._stop_listening: CALLBACK_TYPE | None = None
        self._is_behind = True
        self._resting_until = 0.0
        self._failing_since: float | None = None
        self._listeners: list[Callable[[], None]] = []
        self.progress: float | None = None
        """The share of a move that is done; None while nothing is moved."""

    async def async_start(self) -> None:
        """Begin to feed, if there is a second home."""
        self._stop_listening = self._memory.listen(self._on_change)
        self._memory.second = self
        await self.async_apply()

    async def async_stop(self) -> None:
        """End what is under way and let go of the server."""
        if self._stop_listening is not None:
            self._stop_listening()
            self._stop_listening = None
        self._memory.second = None
        async with self._applying:
            await self._async_leave()

    @callback
    def listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call a listener when the progress is another; return how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def async_apply(self) -> None:
        """Take the address that is set now."""
        async with self._applying:
            url = self._entry.options.get(CONF_SECOND_HOME) or None
            local = self._memory.repository
            if url == self._url or local is None:
                return
            await self._async_leave()
            try:
                await local.switch_outbox(enabled=url is not None)
                if url is not None:
                    await self._async_join(url)
            except StoreError as err:
                self._memory.async_fail(err)

    @property
    def home(self) -> Home | None:
        """The home to ask in place of the local one; None unless it is well."""
        feeder, repository = self._feeder, self._repository
        if (
            feeder is None
            or repository is None
            or feeder.problem is not None
            or not feeder.is_filled
            or self._is_behind
            or monotonic() < self._resting_until
        ):
            return None
        vectors = self._memory.vectors
        if vectors is not None and self._nearest is None:
            return None  # the local home finds more
        return Home(
            repository,
            vectors and replace(vectors, nearest=self._nearest or vectors.nearest),
        )

    @callback
    def async_rest(self) -> None:
        """Do not ask it for a while: it did not answer in time."""
        self._resting_until = monotonic() + _REST_S

    async def async_move_in(self) -> Verified | None:
        """Bring everything there, and compare; None where there is no second home."""
        local, repository = self._memory.repository, self._repository
        if local is None or repository is None:
            return None
        try:
            return await move_in(local, repository, self._on_moved)
        finally:
            self._on_moved(None)

    async def async_move_out(self) -> Verified | None:
        """Bring everything here, and compare; None where there is no second home."""
        local, repository = self._memory.repository, self._repository
        if local is None or repository is None:
            return None
        try:
            return await move_out(repository, local, self._on_moved)
        finally:
            self._on_moved(None)
            self._memory.async_changed(has_facts=True)

    async def _async_join(self, url: str) -> None:
        """Begin to feed a server."""
        self._url = url
        local = self._memory.repository
        if local is None:
            return
        try:
            self._database = PostgresDatabase(url)
        except StoreError as err:
            self._tell(err)
            return
        house = await instance_id.async_get(self._hass)
        self._repository = PostgresRepository(self._database, terms, house)
        self._feeder = Feeder(local, self._repository, changed=self._on_fed)
        self._is_behind = True
        self._working = self._entry.async_create_background_task(
            self._hass, self._async_feed(self._feeder), "jarvis second home"
        )

    async def _async_feed(self, feeder: Feeder) -> None:
        """Rebuild what was lost here, then keep the copy in step."""
        while self._memory.was_set_aside:
            try:
                await self.async_move_out()
            except StoreError as err:
                _LOGGER.warning("The memory cannot be rebuilt yet: %s", err)
                self._tell(err)
                await asyncio.sleep(_REST_S)
            else:
                self._memory.async_rebuilt()
        await feeder.run()

    async def _async_leave(self) -> None:
        """Let go of a server."""
        self._url = None
        if self._working is not None:
            self._working.cancel()
            with suppress(TimeoutError):
                async with asyncio.timeout(_STOP_S):
                    await asyncio.gather(self._working, return_exceptions=True)
        if self._database is not None:
            await self._database.close()
        self._database = self._repository = None
        self._feeder = self._nearest = self._working = None
        ir.async_delete_issue(self._hass, DOMAIN, ISSUE)

    @callback
    def _on_change(self) -> None:
        """Have the feeder look: something was kept, changed or forgotten here."""
        self._is_behind = True
        if self._feeder is not None:
            self._feeder.wake()

    @callback
    def _on_fed(self, forgotten: int) -> None:
        """See how the copy is by now."""
        feeder = self._feeder
        if feeder is None:
            return
        if feeder.problem is not None:
            self._tell(feeder.problem)
            return
        self._failing_since = None
        ir.async_delete_issue(self._hass, DOMAIN, ISSUE)
        self._is_behind = feeder.is_woken
        if forgotten:
            self._memory.async_changed()
        self._entry.async_create_background_task(
            self._hass, self._async_find_space(), "jarvis second home's space"
        )

    async def _async_find_space(self) -> None:
        """Find the vectors there that can be compared with a question's."""
        local, repository, database = (
            self._memory.repository,
            self._repository,
            self._database,
        )
        if local is None or repository is None or database is None:
            return
        try:
            spaces = await local.spaces()
            serving = [one for one in spaces if one.state is SpaceState.SERVING]
            there = await repository.space_like(serving[0]) if serving else None
        except StoreError as err:
            _LOGGER.debug("The space of the second home: %s", err)
            return
        if there is None:
            self._nearest = None
        elif self._nearest is None or self._nearest.space != there:
            self._nearest = PostgresNearest(database, there)

    @callback
    def _on_moved(self, progress: float | None) -> None:
        """Show how far a move is."""
        self.progress = progress
        for listener in tuple(self._listeners):
            listener()

    @callback
    def _tell(self, err: StoreError) -> None:
        """Tell by a repair what stays wrong; the server's restart is nobody's task."""
        if self._failing_since is None:
            self._failing_since = monotonic()
        if monotonic() - self._failing_since < _TOLD_AFTER_S:
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            ISSUE,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=ISSUE,
            translation_placeholders={"why": str(err)},
        )
