"""Reminders are noted: for whom and when, and what is asked where that is open."""

from collections.abc import Sequence
from dataclasses import replace

from homeassistant.util import dt as dt_util

from ...local.reminders.sentences import (
    Asked,
    is_everyone,
    known_reminders,
    noted,
)
from ...local.text.courtesy import answers_yes
from ...local.text.normal import normal
from ...people.owner import owner_of
from ...reminders.records import EVERYONE, Kind, Reminder
from ...reminders.when.read import Found
from ...reminders.when.results import (
    Ambiguous,
    Moment,
    Problem,
    Reading,
    Recurrence,
)
from ...reminders.when.told import told
from ..turn import Turn
from .said import (
    is_over,
    person_named,
    timed,
)
from .speaker import Speaker


def drafted(
    turn: Turn, what: str, language: str, kind: Kind = Kind.REMINDER
) -> Reminder:
    """Return what the person who speaks wants to be noted, with no time yet."""
    user_input = turn.user_input
    return Reminder(
        what=what,
        kind=kind,
        owner=owner_of(turn.hass, user_input.context.user_id),
        language=language,
        device=user_input.device_id,
        user_id=user_input.context.user_id,
        zone=turn.hass.config.time_zone,
    )


class Noting(Speaker):
    """Notes what the person who speaks wants."""

    async def async_command(self, words: str, reading: Reading) -> str:
        """Note a command that was understood."""
        draft = drafted(self._turn, words, self._language, Kind.COMMAND)
        return await self._async_at(draft, reading)

    async def _async_add(self, one: Asked[Found]) -> str | None:
        """Note something, if it is known for whom and when."""
        whom: Sequence[str] = ()
        person = one.said("person")
        if one.said("us") or (person and is_everyone(person, self._language)):
            whom = (EVERYONE,)
        elif person:
            if (found := person_named(self._hass, person)) is None:
                return self._say["unknown_person"].format(name=person)
            whom = (found,)
        draft = drafted(self._turn, one.said("note"), self._language)
        draft = replace(draft, whom=whom)
        reading = one.time.reading if one.time else None
        if not draft.what:
            self._expect(lambda said: self._async_about_what(draft, reading, said))
            return self._say["ask_what"]
        return await self._async_at(draft, reading)

    async def _async_about_what(
        self, draft: Reminder, reading: Reading | None, said: str
    ) -> str | None:
        """Note what was answered to the question what it is about."""
        what = noted(said, self._language)
        return await self._async_at(replace(draft, what=what), reading)

    async def _async_at(self, draft: Reminder, reading: Reading | None) -> str:
        """Note something for a time, or ask for one that can be."""
        if isinstance(reading, Moment | Recurrence) and is_over(reading):
            key, reading = "ask_hour", None
        elif isinstance(reading, Moment | Recurrence):
            return await self._async_noted(timed(draft, reading))
        elif isinstance(reading, Ambiguous):
            ways = told(reading, dt_util.now(), self._language)
            self._expect(lambda said: self._async_which_time(draft, reading, said))
            return self._say["ask_which_time"].format(ways=ways)
        else:
            key = reading.problem.value if reading else "ask_when"
        if reading and reading.problem is Problem.SKIPPED and reading.moment:
            moment = reading.moment
            when = told(moment, dt_util.now(), self._language)
            self._expect(lambda said: self._async_instead(draft, moment, said))
            return self._say[key].format(when=when)
        self._expect(lambda said: self._async_when(draft, said))
        return self._say[key]

    async def _async_when(self, draft: Reminder, said: str) -> str | None:
        """Take the answer to the question when; None where it is none."""
        known = known_reminders(self._language)
        if normal(said, self._language).strip(" ,?") in known.no_time:
            return await self._async_noted(draft)
        reading = self._time(said)
        return await self._async_at(draft, reading) if reading else None

    async def _async_instead(
        self, draft: Reminder, moment: Moment, said: str
    ) -> str | None:
        """Take the answer to whether another time is meant."""
        if answers_yes(said, self._language):
            return await self._async_noted(timed(draft, moment))
        return await self._async_when(draft, said)

    async def _async_which_time(
        self, draft: Reminder, reading: Ambiguous, said: str
    ) -> str | None:
        """Take the answer to which of several times is meant."""
        chosen = self._ordinal(said, reading.ways)
        if chosen is not None:
            return await self._async_noted(timed(draft, chosen))
        now = dt_util.now()
        words = set(normal(said, self._language).split())
        fitting = [
            way
            for way in reading.ways
            if words
            <= set(normal(told(way, now, self._language), self._language).split())
        ]
        if len(fitting) == 1:
            return await self._async_noted(timed(draft, fitting[0]))
        return await self._async_when(draft, said)

    async def _async_noted(self, draft: Reminder | None) -> str:
        """Write it down, then say so."""
        if draft is None:
            return self._say["past_move"]
        reminder = await self._reminding.async_add(draft)
        recent = self._turn.conversation().recent
        recent.reminders = (reminder.id,)

        async def take_back() -> None:
            await self._reminding.async_cancel([reminder.id])

        recent.take_back = take_back
        recent.before = ()
        return self._teller.noted(reminder)
