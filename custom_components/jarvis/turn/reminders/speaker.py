"""Whoever speaks about reminders: what is theirs, and what they are asked."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime

from ...local.recent import Answer
from ...local.reminders.sentences import (
    known_reminders,
)
from ...local.request import Request, Understood, spoken
from ...local.text.grammar import grammar
from ...local.text.normal import normal
from ...people.owner import owner_of, owners_for
from ...reminders.records import Reminder
from ...reminders.when.results import (
    Moment,
    Reading,
    Recurrence,
)
from ...store.errors import StoreError
from ..inventory import area_of_device
from ..turn import Turn
from .said import (
    Teller,
    about,
    at_time,
    time_in,
    time_of,
)
from .waiter import Waiter

TIMEOUT = 5
"""Seconds for the database; it answers within milliseconds."""
_FEW = 3
"""Words around a time that make an answer of it still."""


async def async_guarded(
    turn: Turn, language: str, work: Awaitable[str | None]
) -> str | None:
    """Return what comes of some work with the reminders, or that they are not well."""
    try:
        async with asyncio.timeout(TIMEOUT):
            return await work
    except (StoreError, TimeoutError) as err:
        turn.entry.runtime_data.memory.async_fail(err)
        return known_reminders(language).say["unavailable"]


def waiter_of(turn: Turn, language: str, whom: str | None = None) -> Waiter:
    """Return the person of a turn as somebody who waits."""
    area = area_of_device(turn.hass, turn.user_input.device_id)
    return Waiter(
        turn.hass,
        turn.entry.runtime_data.house.async_get(),
        language,
        turn.permission,
        owner_of(turn.hass, turn.user_input.context.user_id),
        area.id if area else None,
        whom,
    )


class Speaker:
    """The person of a turn, in the language in which it is read and answered."""

    def __init__(self, turn: Turn, language: str) -> None:
        """Take the turn, and the language in which it is read and answered."""
        self._turn = turn
        self._hass = turn.hass
        self._language = language
        self._reminding = turn.entry.runtime_data.reminding
        self._teller = Teller(turn.hass, language)
        self._say: Mapping[str, str] = self._teller.say

    @property
    def _owner(self) -> str | None:
        """Whose reminders the speaker's are."""
        return owner_of(self._hass, self._turn.user_input.context.user_id)

    @property
    def _owners(self) -> tuple[str | None, ...]:
        """Whose reminders the speaker may hear of."""
        return owners_for(self._owner)

    async def _async_open(self, until: datetime | None = None) -> list[Reminder]:
        """Return all that the speaker may hear of."""
        return await self._reminding.async_list(self._owners, until=until)

    async def _async_meant(self, said: str) -> list[Reminder]:
        """Return what some words may mean; without words the one that was told last."""
        there = await self._async_open()
        if said:
            return about(there, said, self._language)
        last = self._turn.conversation().recent.reminders
        return [one for one in there if one.id in last] or there

    async def _async_one_of(
        self,
        reminders: Sequence[Reminder],
        do: Callable[[Sequence[Reminder]], Awaitable[str]],
    ) -> str:
        """Do something with the only one of some, or ask which one is meant."""
        if not reminders:
            return self._say["none_such"]
        if len(reminders) == 1:
            return await do(reminders)

        async def chosen(said: str) -> str | None:
            one = self._ordinal(said, reminders)
            fitting = [one] if one else about(reminders, said, self._language)
            if not fitting:
                when = time_of(self._hass, said, self._language)
                if isinstance(when, Moment | Recurrence):
                    fitting = at_time(reminders, when)
            return await do(fitting) if len(fitting) == 1 else None

        self._expect(chosen)
        text = self._teller.several(reminders)
        return self._say["ask_which"].format(reminders=text)

    def _ordinal[T](self, said: str, ways: Sequence[T]) -> T | None:
        """Return the one of several that an answer means by its place."""
        ordinals = grammar(self._language).answers.ordinals
        at = ordinals.get(normal(said, self._language).strip(" ,?"))
        return ways[at] if at is not None and at < len(ways) else None

    def _time(self, said: str) -> Reading | None:
        """Return the time that an answer means, alone or in a few words."""
        if reading := time_of(self._hass, said, self._language):
            return reading
        found = time_in(self._hass, said, self._language)
        return found.reading if found and len(found.rest.split()) <= _FEW else None

    def _expect(self, take: Callable[[str], Awaitable[str | None]]) -> None:
        """Let the next words answer a question."""

        async def answer(request: Request, said: Collection[str]) -> Understood | None:
            refusals = grammar(self._language).answers.refusals
            sentence = await async_guarded(
                self._turn, self._language, take(request.user_input.text)
            )
            if sentence is None and not refusals.isdisjoint(said):
                sentence = self._say["nothing_kept"]
            return spoken(request, sentence) if sentence is not None else None

        taken: Answer = answer
        self._turn.conversation().recent.answer = taken
