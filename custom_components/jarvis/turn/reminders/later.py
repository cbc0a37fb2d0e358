"""Commands for later and again and again, and what is to come beside the calendars."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from homeassistant.util import dt as dt_util

from ...day.reminded import as_events, async_reminders
from ...errors import TurnError
from ...local.commands.reading import read
from ...local.questions.events import Event
from ...local.reminders.awaiting import awaited
from ...local.request import Request, Understood, spoken
from ...local.text.words import LANGUAGES
from ...local.timers.delays import for_later
from ...people.owner import owner_of
from ...reminders.records import Kind
from ...reminders.when.results import Grain, Moment, Reading
from ...store.errors import StoreError
from ..turn import Turn
from .awaited import look_up
from .note import Noting, drafted
from .said import time_in
from .speaker import TIMEOUT, async_guarded, waiter_of
from .waiter import Cannot

_SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class LaterHand:
    """Keeps what the local stage wants to be done later, for the person who speaks."""

    turn: Turn

    async def async_reminded(
        self, start: datetime, end: datetime, language: str
    ) -> Sequence[Event] | None:
        """Return what the person is reminded of in a time; None if nobody knows."""
        hass, runtime = self.turn.hass, self.turn.entry.runtime_data
        owner = owner_of(hass, self.turn.user_input.context.user_id)
        try:
            async with asyncio.timeout(TIMEOUT):
                there = await async_reminders(runtime.reminding, owner, start, end)
        except (StoreError, TimeoutError) as err:
            runtime.memory.async_fail(err)
            return None
        if there:
            recent = self.turn.conversation().recent
            recent.reminders = tuple(dict.fromkeys(one.id for one, _at in there))
        return as_events(hass, there, language)

    async def async_keep(
        self, command: str, at: datetime, language: str
    ) -> Callable[[], Awaitable[None]]:
        """Have a command said to Jarvis at a time; return what calls it off."""
        reminding = self.turn.entry.runtime_data.reminding
        draft = replace(
            drafted(self.turn, command, language, Kind.COMMAND),
            due=at,
            grain=Grain.SECOND,
        )
        try:
            async with asyncio.timeout(TIMEOUT):
                kept = await reminding.async_add(draft)
        except (StoreError, TimeoutError) as err:
            self.turn.entry.runtime_data.memory.async_fail(err)
            raise TurnError("reminders_unavailable") from err
        self.turn.conversation().recent.reminders = (kept.id,)

        async def take_back() -> None:
            await reminding.async_cancel([kept.id])

        return take_back


async def async_command_for_later(turn: Turn, request: Request) -> Understood | None:
    """Note a command for a far day or for again and again; None for any other words.

    What is for the next hours the local stage reads itself.
    """
    for language in dict.fromkeys((request.language, *LANGUAGES)):
        tried = replace(request, language=language)
        # «Ferme les volets du premier»: the first is a floor, not a day.
        if read(tried.text, tried.house, tried.speaker).commands:
            return None
        if understood := await _async_for_event(turn, tried):
            return understood
        found = time_in(turn.hass, turn.user_input.text, language)
        if found is None or _is_soon(found.reading):
            continue
        words = for_later(tried, found.rest)
        if isinstance(words, Understood):
            return words
        if words is not None:
            work = Noting(turn, language).async_command(words, found.reading)
            return spoken(tried, await async_guarded(turn, language, work) or "")
    return None


async def _async_for_event(turn: Turn, request: Request) -> Understood | None:
    """Note a command for an event: «quand je rentre, allume le salon»."""
    language = request.language
    reason: str | None = None
    for one in awaited(turn.user_input.text, language):
        # «Si la porte est ouverte, ferme-la» is for now.
        if one.condition.is_whether or not one.rest:
            continue
        outcome = look_up(waiter_of(turn, language), one.condition)
        words = for_later(request, one.rest)
        if words is None:
            continue
        if isinstance(outcome, Cannot):
            reason = reason or outcome.sentence
            continue
        if isinstance(words, Understood):
            return words
        work = Noting(turn, language).async_command_awaited(words, outcome)
        return spoken(request, await async_guarded(turn, language, work) or "")
    return spoken(request, reason) if reason else None


def _is_soon(reading: Reading) -> bool:
    """Tell whether a time is one of the next hours."""
    if not isinstance(reading, Moment) or reading.grain is Grain.DAY:
        return False
    return reading.at <= dt_util.now() + _SOON
