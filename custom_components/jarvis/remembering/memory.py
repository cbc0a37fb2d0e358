"""The memory of an entry: opened with it, written beside its turns, closed with it."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
import logging
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..memory.local import LocalRepository
from ..memory.near import Question
from ..memory.recall import BUDGET, DEADLINE, Budget, Recalled, Vectors, recall
from ..memory.records import Item, Turn as KeptTurn
from ..memory.refusal import refusal
from ..memory.repository import Owners, Repository, UnknownError
from ..memory.terms import terms
from ..store.database import Database
from ..store.errors import StoreError
from ..store.files import remove_set_aside

_LOGGER = logging.getLogger(__name__)

FILE = "jarvis/memory.db"
"""Beside Home Assistant's configuration, and so in its backups."""
_HOLD_TIMEOUT = 10
"""Seconds that a backup waits for the last write."""
_LONGEST_COPY = timedelta(hours=3)
_SECOND_HOME_SHARE = 0.6
"""The part of a deadline after which the local home is asked instead."""
_MUST_BE_THERE = {"turns", "facts", "memories"}
"""What no home lacks that is well; vectors may be late wherever they are."""
_CLOSE_TIMEOUT = 5
"""Seconds that what is being written has at the end."""
ISSUE = "memory_failed"
ISSUE_SET_ASIDE = "memory_set_aside"


@dataclass(frozen=True, slots=True)
class Home:
    """Where memories are looked for."""

    repository: Repository
    vectors: Vectors | None


class Second(Protocol):
    """Another home, which may be asked in place of the local one."""

    @property
    def home(self) -> Home | None:
        """The home while it is well."""

    def async_rest(self) -> None:
        """Do not ask it for a while."""


class Memory:
    """The repository while it is well; turns go on without where it is not."""

    def __init__(self, hass: HomeAssistant, *, has_second_home: bool = False) -> None:
        """Note where the file is, and whether another home hears of what changes."""
        self._hass = hass
        self._has_second_home = has_second_home
        self._path = Path(hass.config.path(FILE))
        self._database: Database | None = None
        self._writing: set[asyncio.Task[None]] = set()
        self._stop_listening: CALLBACK_TYPE | None = None
        self._holding: CALLBACK_TYPE | None = None
        self._listeners: list[Callable[[], None]] = []
        self.repository: LocalRepository | None = None
        self.vectors: Vectors | None = None
        """How memories are found by their meaning, where a model can tell it."""
        self.second: Second | None = None
        self.was_set_aside = False
        """Whether the file was damaged and a new one begun, with nothing in it yet."""
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
        repository = LocalRepository(
            database, terms, outbox_enabled=self._has_second_home
        )
        self.repository = repository
        with suppress(StoreError):
            self.has_facts = (await repository.counts()).facts > 0
        self._write(repository.tidy())
        ir.async_delete_issue(self._hass, DOMAIN, ISSUE)
        self.was_set_aside = opened.set_aside is not None
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
        self._stop_holding()
        if self._writing:
            _done, late = await asyncio.wait(self._writing, timeout=_CLOSE_TIMEOUT)
            for task in late:
                task.cancel()
        self.repository = None
        if self._database is not None:
            await self._database.close()
            self._database = None

    async def async_remove_set_aside(self) -> None:
        """Delete corrupt files that were set aside: they hold what is forgotten."""
        await self._hass.async_add_executor_job(remove_set_aside, self._path)
        ir.async_delete_issue(self._hass, DOMAIN, ISSUE_SET_ASIDE)

    @property
    def database(self) -> Database | None:
        """The file, which others of the entry write into too; None while it fails."""
        return self._database

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
        only: Item | None = None,
        budget: Budget = BUDGET,
        deadline: float = DEADLINE,
    ) -> Recalled:
        """Return what matters to a question; the deadline is in seconds."""
        if self.repository is None:
            return Recalled()
        began = perf_counter()

        async def ask(home: Home, seconds: float) -> Recalled:
            return await recall(
                question,
                owners=owners,
                now=dt_util.now(),
                language=language,
                repository=home.repository,
                vectors=home.vectors and _in_time(home.vectors),
                only=only,
                budget=budget,
                deadline=seconds,
            )

        recalled: Recalled | None = None
        if self.second is not None and (home := self.second.home) is not None:
            # However patient somebody is: the local home knows the same.
            recalled = await ask(home, min(deadline * _SECOND_HOME_SHARE, DEADLINE))
            if recalled.missing.keys() & _MUST_BE_THERE:
                self.second.async_rest()
                recalled = None
        if recalled is None:
            left = deadline - (perf_counter() - began)
            recalled = await ask(Home(self.repository, self.vectors), left)
        self.recall_seconds = perf_counter() - began
        return recalled

    @callback
    def async_rebuilt(self) -> None:
        """Note that what the damaged file held is here again."""
        self.was_set_aside = False
        ir.async_delete_issue(self._hass, DOMAIN, ISSUE_SET_ASIDE)

    async def async_hold(self) -> None:
        """Leave the file as it is while it is copied; people are heard meanwhile."""
        if self._database is None:
            return
        async with asyncio.timeout(_HOLD_TIMEOUT):
            await self._database.hold()
        self._stop_holding()
        # Whoever wanted it held may have failed since.
        self._holding = async_call_later(
            self._hass, _LONGEST_COPY, self._async_held_long
        )

    async def async_release(self) -> None:
        """Let the file change again."""
        self._stop_holding()
        if self._database is not None:
            async with asyncio.timeout(_HOLD_TIMEOUT):
                await self._database.release()

    async def _async_held_long(self, _now: datetime) -> None:
        """Give up on a copy."""
        with suppress(StoreError, TimeoutError):
            await self.async_release()

    @callback
    def _stop_holding(self) -> None:
        if self._holding is not None:
            self._holding()
            self._holding = None

    def begin_turn(self, turn: KeptTurn) -> Writing | None:
        """Begin to keep a turn while it is being answered."""
        if self.repository is None:
            return None
        writing = Writing(turn)
        self._write(self._async_keep(self.repository, writing))
        return writing

    async def _async_keep(self, repository: Repository, writing: Writing) -> None:
        """Keep the words at once and the reply when it is there."""
        if await refusal(repository, writing.turn.said, writing.turn.owner):
            return
        await repository.add_turn(writing.turn)
        reply = await writing.reply
        try:
            if reply is None:
                await repository.forget([writing.turn.id])
            else:
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
            else:
                self._async_well()

        # Not of the entry: what was said is written also while the entry unloads.
        task = self._hass.async_create_background_task(guarded(), "jarvis remember")
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    def _async_well(self) -> None:
        """Take back that nothing can be remembered: a full disk has room again."""
        if self.problem is not None:
            _LOGGER.info("The memory can be used again")
            self.problem = None
            ir.async_delete_issue(self._hass, DOMAIN, ISSUE)

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


def _in_time(vectors: Vectors) -> Vectors:
    """Let a question wait for its vector no longer than any turn would.

    However patient somebody is: memories are found by their words, too.
    """

    async def embed(question: str) -> Question:
        async with asyncio.timeout(DEADLINE):
            return await vectors.embed(question)

    return replace(vectors, embed=embed)


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
