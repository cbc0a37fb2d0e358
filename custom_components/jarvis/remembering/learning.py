"""Learning beside the talk: when nobody has spoken for a while, and at night."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
import logging
from typing import Any, Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..const import CONF_LEARN
from ..memory.learning.extract import Prompt, UnreadableError
from ..memory.learning.learner import Learner
from ..memory.learning.rules import read_rules
from ..memory.local import LocalRepository
from ..memory.records import Item, Turn, new_id
from ..ollama.errors import OllamaError, Reason
from ..store.errors import Reason as StoreReason, StoreError
from .memory import Memory

_LOGGER = logging.getLogger(__name__)

QUIET = 30
"""Seconds without a word before anything is learned."""
REST = 600
"""Seconds between two questions to the model, each of which costs it the prompt that
it has read: people would wait for their first word."""
LONGEST_REST = 6 * 60 * 60
KEEP_INFERRED = timedelta(days=365)
"""How long what a model inferred is kept: people change, and nobody checks it."""
BY_RULES = "learned_by_rules"
BY_MODEL = "learned_until"

_PAGE = 200
_AT_ONCE = 40
"""Turns in one question."""
_CHARACTERS = 3_000
_MOST_TRIES = 3
_MOST_AT_NIGHT = 50
_ANSWERED_AFTER = timedelta(minutes=5)
"""When a turn without a reply will get none any more."""
_OF_THE_TURNS = frozenset(
    {Reason.CONTEXT_TOO_LONG, Reason.SERVER_ERROR, Reason.GARBLED}
)
"""Failures that may be those of what was asked, and would come again."""


class QuietModel(Protocol):
    """The model of everyday turns, while nobody needs it."""

    @property
    def is_there(self) -> bool:
        """Tell whether there is one."""

    async def ask(self, prompt: Prompt) -> str | None:
        """Return its answer; None where a person came. Raises `OllamaError`."""

    def rewarm(self) -> None:
        """Have it read again what people's prompts begin with."""


class _Came(Enum):
    """What came of a question to the model."""

    TO_AN_END = auto()
    TO_MORE = auto()
    TO_NOTHING = auto()


class Learning:
    """Learns from the turns of an entry; how far it is, the database knows."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        memory: Memory,
        model: QuietModel,
    ) -> None:
        """Take the memory to read and to write."""
        self._hass = hass
        self._entry = entry
        self._memory = memory
        self._model = model
        self._one_at_a_time = asyncio.Lock()
        self._working: set[asyncio.Task[None]] = set()
        self._stop_listening: CALLBACK_TYPE | None = None
        self._quiet: CALLBACK_TYPE | None = None
        self._rest: CALLBACK_TYPE | None = None
        self._failures = 0
        self._at_once = _AT_ONCE
        self._tries = Counter[str]()

    @property
    def is_wanted(self) -> bool:
        """Whether the owner wants anything to be learned."""
        return bool(self._entry.options.get(CONF_LEARN, True))

    def learner(self, repository: LocalRepository) -> Learner:
        """Return what learns into a repository."""
        return Learner(repository, dt_util.get_default_time_zone(), KEEP_INFERRED)

    @callback
    def async_start(self) -> None:
        """Begin to listen; what was said before the start is learned from as well."""
        self._stop_listening = self._memory.listen(self._on_change)
        self._on_change()

    async def async_stop(self) -> None:
        """End what is being learned; the next start goes on there."""
        for stop in (self._stop_listening, self._quiet, self._rest):
            if stop is not None:
                stop()
        self._stop_listening = self._quiet = self._rest = None
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)

    async def async_catch_up(self) -> None:
        """Learn from all that is left, without a rest: it is night."""
        for _ in range(_MOST_AT_NIGHT):
            if await self._async_learn(rested=True) is not _Came.TO_MORE:
                return

    @callback
    def _on_change(self) -> None:
        """Wait anew until nobody speaks."""
        if self._quiet is not None:
            self._quiet()
        self._quiet = async_call_later(
            self._hass, QUIET, HassJob(self._on_quiet, cancel_on_shutdown=True)
        )

    @callback
    def _on_quiet(self, _now: datetime) -> None:
        """Learn: nobody has spoken for a while."""
        self._quiet = None
        self._begin()

    @callback
    def _on_rested(self, _now: datetime) -> None:
        """Ask the model again, unless somebody is speaking: then after that."""
        self._rest = None
        if self._quiet is None:
            self._begin()

    @callback
    def _begin(self) -> None:
        """Learn beside everything else."""

        async def learn() -> None:
            await self._async_learn(rested=self._rest is None)

        task = self._entry.async_create_background_task(
            self._hass, learn(), "jarvis learn"
        )
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _async_learn(self, *, rested: bool) -> _Came:
        """Read what is new by rules, and have the model read it if it has rested."""
        async with self._one_at_a_time:
            repository = self._memory.repository
            if repository is None:
                return _Came.TO_NOTHING
            try:
                if not self.is_wanted:
                    await self._async_skip(repository)
                    return _Came.TO_AN_END
                await self._async_by_rules(repository)
                if rested and self._model.is_there:
                    return await self._async_by_model(repository)
            except StoreError as err:
                if err.reason is not StoreReason.CLOSED:
                    self._memory.async_fail(err)
                    self._wait(REST)
            return _Came.TO_NOTHING

    async def _async_skip(self, repository: LocalRepository) -> None:
        """Let what was said until now teach nothing, also not later."""
        until = new_id()
        for mark in (BY_RULES, BY_MODEL):
            await repository.set_mark(mark, until)

    async def _async_by_rules(self, repository: LocalRepository) -> None:
        """Learn what needs no model."""
        # The sentences are read from files.
        await self._hass.async_add_executor_job(read_rules)
        learner = self.learner(repository)
        after = await repository.mark(BY_RULES)
        count = 0
        while page := await _page(repository, after):
            count += await learner.by_rules(page)
            after = page[-1].id
            await repository.set_mark(BY_RULES, after)
        self._tell(count)

    async def _async_by_model(self, repository: LocalRepository) -> _Came:
        """Have the model read some turns; where it fails they are read again."""
        learner = self.learner(repository)
        turns, last = await self._async_next(repository, learner)
        if not turns:
            if last is not None:
                await repository.set_mark(BY_MODEL, last)
            return _Came.TO_AN_END
        count = 0
        try:
            for owner in dict.fromkeys(turn.owner for turn in turns):
                own = [turn for turn in turns if turn.owner == owner]
                found = await learner.by_model(own, self._model.ask)
                if found is None:
                    self._wait(QUIET)
                    return _Came.TO_NOTHING
                count += found
        except (OllamaError, UnreadableError) as err:
            await self._async_failed(repository, turns, err)
            return _Came.TO_NOTHING
        finally:
            self._tell(count)
        self._model.rewarm()
        await repository.set_mark(BY_MODEL, last or turns[-1].id)
        self._failures = 0
        self._at_once = min(2 * self._at_once, _AT_ONCE)
        self._wait(REST)
        return _Came.TO_MORE

    async def _async_next(
        self, repository: LocalRepository, learner: Learner
    ) -> tuple[list[Turn], str | None]:
        """Return the next turns that are worth asking about, and how far these go."""
        turns: list[Turn] = []
        last = await repository.mark(BY_MODEL)
        room = _CHARACTERS
        while page := await _page(repository, last):
            for turn in await learner.worth_asking(page):
                room -= len(turn.said)
                if turns and (room < 0 or len(turns) == self._at_once):
                    return turns, turns[-1].id
                turns.append(turn)
            last = page[-1].id
        return turns, last

    async def _async_failed(
        self,
        repository: LocalRepository,
        turns: Sequence[Turn],
        err: OllamaError | UnreadableError,
    ) -> None:
        """Try later, each time later; give up a turn that fails by itself."""
        self._wait(min(REST * 2**self._failures, LONGEST_REST))
        self._failures += 1
        if isinstance(err, OllamaError) and err.reason not in _OF_THE_TURNS:
            _LOGGER.debug("Nothing is learned for now: %s", err)
            return
        self._at_once = 1
        if len(turns) > 1:
            return
        (turn,) = turns
        self._tries[turn.id] += 1
        if self._tries[turn.id] == _MOST_TRIES:
            del self._tries[turn.id]
            # What was said is nobody's business, least of all the log's.
            _LOGGER.warning(
                "The model cannot read turn %s; nothing is learned from it: %r",
                turn.id,
                err,
            )
            await repository.set_mark(BY_MODEL, turn.id)

    @callback
    def _wait(self, seconds: float) -> None:
        """Leave the model alone for some time."""
        if self._rest is not None:
            self._rest()
        self._rest = async_call_later(
            self._hass, seconds, HassJob(self._on_rested, cancel_on_shutdown=True)
        )

    @callback
    def _tell(self, count: int) -> None:
        """Tell that there are new facts."""
        if count:
            self._memory.async_changed(has_facts=True)


async def _page(repository: LocalRepository, after: str | None) -> list[Turn]:
    """Return the turns behind one, up to what is still being answered."""
    page: list[Turn] = []
    for turn in await repository.every(Item.TURN, after=after, limit=_PAGE):
        if not isinstance(turn, Turn) or (
            turn.answered is None and turn.at > dt_util.utcnow() - _ANSWERED_AFTER
        ):
            break
        page.append(turn)
    return page
