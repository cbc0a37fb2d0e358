"""Commands for later and again and again, and what is to come beside the calendars."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from homeassistant.util import dt as dt_util

from ...errors import TurnError
from ...local.commands.reading import read
from ...local.request import Request, Understood, spoken
from ...local.text.words import LANGUAGES
from ...local.timers.delays import for_later
from ...people.owner import owner_of, owners_for
from ...reminders.records import Kind
from ...reminders.when.results import Grain, Moment, Reading
from ...store.errors import StoreError
from ..turn import Turn
from .note import Noting, drafted
from .said import Teller, time_in, within
from .speaker import TIMEOUT, async_guarded

_SOON = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class LaterHand:
    """Keeps what the local stage wants to be done later, for the person who speaks."""

    turn: Turn

    async def async_told(self, start: datetime, end: datetime, language: str) -> str:
        """Tell what there is in a time; nothing where there is none."""
        owner = owner_of(self.turn.hass, self.turn.user_input.context.user_id)

        async def tell() -> str:
            reminders = await self.turn.entry.runtime_data.reminding.async_list(
                owners_for(owner), until=end
            )
            there = within(reminders, start, end)
            if not there:
                return ""
            recent = self.turn.conversation().recent
            recent.reminders = tuple(one.id for one in there)
            return Teller(self.turn.hass, language).planned(there)

        return await async_guarded(self.turn, language, tell()) or ""

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


def _is_soon(reading: Reading) -> bool:
    """Tell whether a time is one of the next hours."""
    if not isinstance(reading, Moment) or reading.grain is Grain.DAY:
        return False
    return reading.at <= dt_util.now() + _SOON
