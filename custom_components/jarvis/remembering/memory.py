"""The memory of an entry: opened with it, written beside its turns, closed with it."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
import logging
from pathlib import Path
from time import perf_counter
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..memory.local import LocalRepository
from ..memory.recall import BUDGET, DEADLINE, Budget, Recalled, Vectors, recall
from ..memory.records import Turn as KeptTurn
from ..memory.repository import Owners, Repository, UnknownError
from ..memory.terms import terms
from ..store.database import Database
from ..store.errors import StoreError

_LOGGER = logging.getLogger(__name__)

FILE = "jarvis/memory.db"
"""Beside Home Assistant's configuration, and so in its backups."""
_CLOSE_TIMEOUT = 5
"""Seconds that what is being written has at the end."""
ISSUE = "memory_failed"
ISSUE_SET_ASIDE = "memory_set_aside"


class Memory:
    """The repository while it is well; turns go on without where it is not."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Note where the file is."""
        self._hass = hass
        self._path = Path(hass.config.path(FILE))
        self._database: Database | None = None
        self._writing: set[asyncio.Task[None]] = set()
        self._stop_listening: CALLBACK_TYPE | None = None
        self._listeners: list[Callable[[], None]] = []
        self.repository: LocalRepository | None = None
        self.vectors: Vectors | None = None
        """How memories are found by their meaning, where a model can tell it."""
        self.has_facts = False
        """Whether anything is known that could be told to a model."""
        self.recall_seconds: float | None = None
        """What the newest recall took."""
        self.problem: StoreError | None = None
        """Why nothing can be remembered, if so."""

    async def async_open(self) -> None:
        """Open the file; what is wrong with it becomes a repair, not a failure."""
        database = Database(self._path)
        try:
            await self._hass.async_add_executor_job(
                lambda: self._path.parent.mkdir(parents=True, exist_ok=True)
            )
            opened = await database.open()
        except (StoreError, OSError) as err:
            self.async_fail(err)
            return
        # Home Assistant stops without unloading; an open file would keep its threads.
        self._stop_listening = self._hass.bus.async_listen(
            EVENT_HOMEASSISTANT_FINAL_WRITE, self.async_close
        )
        # The stemmers are read from files.
        await self._hass.async_add_executor_job(terms, "ready", None)
        self._database = database
        # No second home reads the outbox yet.
        repository = LocalRepository(database, terms, outbox_enabled=False)
        self.repository = repository
        with suppress(StoreError):
            self.has_facts = (await repository.counts()).facts > 0
        self._write(repository.tidy())
        ir.async_delete_issue(self._hass, DOMAIN, ISSUE)
        if opened.set_aside:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                ISSUE_SET_ASIDE,
                is_fixable=False,
                severity=ir.IssueSeverity.ERROR,
                translation_key=ISSUE_SET_ASIDE,
                translation_placeholders={"file": str(opened.set_aside)},
            )

    async def async_close(self, _event: Event | None = None) -> None:
        """Finish what is being written and let go of the file."""
        if self._stop_listening is not None:
            self._stop_listening()
            self._stop_listening = None
        if self._writing:
            _done, late = await asyncio.wait(self._writing, timeout=_CLOSE_TIMEOUT)
            for task in late:
                task.cancel()
        self.repository = None
        if self._database is not None:
            await self._database.close()
            self._database = None

    @callback
    def listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call a listener after something was kept, changed or forgotten."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def async_changed(self, *, has_facts: bool = False) -> None:
        """Tell that something was kept, changed or forgotten."""
        self.has_facts |= has_facts
        for listener in tuple(self._listeners):
            listener()

    async def async_recall(
        self,
        question: str,
        *,
        owners: Owners,
        language: str | None,
        budget: Budget = BUDGET,
        deadline: float = DEADLINE,
    ) -> Recalled:
        """Return what matters to a question; the deadline is in seconds."""
        if self.repository is None:
            return Recalled()
        began = perf_counter()
        recalled = await recall(
            question,
            owners=owners,
            now=dt_util.now(),
            language=language,
            repository=self.repository,
            vectors=self.vectors,
            budget=budget,
            deadline=deadline,
        )
        self.recall_seconds = perf_counter() - began
        return recalled

    def begin_turn(self, turn: KeptTurn) -> Writing | None:
        """Begin to keep a turn while it is being answered."""
        if self.repository is None:
            return None
        writing = Writing(turn)
        self._write(self._async_keep(self.repository, writing))
        return writing

    async def _async_keep(self, repository: Repository, writing: Writing) -> None:
        """Keep the words at once and the reply when it is there."""
        await repository.add_turn(writing.turn)
        reply = await writing.reply
        if reply is None:
            await repository.forget([writing.turn.id])
            return
        try:
            await repository.answer_turn(
                writing.turn.id, reply.answered or "", reply.done, reply.model
            )
        except UnknownError:
            _LOGGER.debug("A turn was forgotten before it was answered")
        self.async_changed()

    def _write(self, work: Coroutine[Any, Any, None]) -> None:
        """Write beside the turn; `async_close` waits for it."""

        async def guarded() -> None:
            try:
                await work
            except StoreError as err:
                self.async_fail(err)

        # Not of the entry: what was said is written also while the entry unloads.
        task = self._hass.async_create_background_task(guarded(), "jarvis remember")
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    def async_fail(self, err: StoreError | OSError | TimeoutError) -> None:
        """Tell once that nothing can be remembered, and why."""
        if self.problem is None:
            _LOGGER.error("The memory cannot be used: %s", err)
        self.problem = err if isinstance(err, StoreError) else None
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            ISSUE,
            is_fixable=False,
            severity=ir.IssueSeverity.ERROR,
            translation_key=ISSUE,
            translation_placeholders={"why": str(err), "file": str(self._path)},
        )


class Writing:
    """A turn that is being kept."""

    def __init__(self, turn: KeptTurn) -> None:
        """Begin without a reply."""
        self.turn = turn
        self.reply: asyncio.Future[KeptTurn | None] = asyncio.Future()

    def answered(
        self, text: str, done: dict[str, Any] | None = None, model: str | None = None
    ) -> None:
        """Take the reply."""
        if not self.reply.done():
            self.reply.set_result(
                replace(self.turn, answered=text, done=done or {}, model=model)
            )

    def withdraw(self) -> None:
        """Keep nothing of the turn after all."""
        if not self.reply.done():
            self.reply.set_result(None)
