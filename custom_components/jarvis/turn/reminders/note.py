"""Reminders are noted: for whom and when, and what is asked where that is open."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from homeassistant.util import dt as dt_util

from ...local.commands.replies import listed
from ...local.reminders.awaiting import (
    Awaited,
    Condition,
    Is,
    awaited,
    conditions,
    wants_telling,
)
from ...local.reminders.sentences import (
    Asked,
    Wants,
    asked_besides,
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
from .awaited import is_own, look_up, look_up_alone, waits_for_next
from .said import MOST_TOLD, is_over, person_named, time_in, timed
from .speaker import Speaker, waiter_of
from .waiter import Cannot, Outcome, Which, Whose

_FORETOLD = (Is.SUN, Is.WEATHER)
"""What «dis-moi quand» asks for: nobody has to wait for the answer."""
_NAME = 3
"""Words of a name."""


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

    async def async_awaited(self, text: str) -> str | None:
        """Note what is for an event and not for a time; None for any other words."""
        reasons = list[tuple[int, str]]()
        for one in awaited(text, self._language):
            asked = self._asked_beside(one)
            if asked is None:
                continue
            draft = self._draft(asked)
            if isinstance(draft, str):
                reasons.append((0, draft))
                continue
            outcome = self._look_up(one.condition, draft)
            if not isinstance(outcome, Cannot):
                return await self._async_beside(draft, outcome, asked.time)
            if self._is_for_certain(one):
                worth = bool(draft.what) + (asked.wants is Wants.ADD)
                reasons.append((worth, outcome.sentence))
        # Of the ways to part the words the first is the likeliest.
        return max(reasons, key=lambda one: one[0])[1] if reasons else None

    async def _async_beside(
        self, draft: Reminder, outcome: Outcome, time: Found | None
    ) -> str | None:
        """Note something for an event, unless a time was said as well."""
        if time is None:
            return await self._async_waiting(draft, outcome)
        self._expect(lambda said: self._async_when(draft, said))
        return self._say["both"]

    async def async_command_awaited(self, words: str, outcome: Outcome) -> str | None:
        """Note a command that was understood, for an event."""
        draft = drafted(self._turn, words, self._language, Kind.COMMAND)
        return await self._async_waiting(draft, outcome)

    async def _async_add(self, one: Asked[Found]) -> str | None:
        """Note something, if it is known for whom and when."""
        draft = self._draft(one)
        if isinstance(draft, str):
            return draft
        reading = one.time.reading if one.time else None
        if not draft.what:
            self._expect(lambda said: self._async_about_what(draft, reading, said))
            return self._say["ask_what"]
        return await self._async_at(draft, reading)

    def _draft(self, one: Asked[Any]) -> Reminder | str:
        """Return what is to be noted and for whom; a sentence where that is nobody."""
        whom: Sequence[str] = ()
        person = one.said("person")
        if one.said("us") or (person and is_everyone(person, self._language)):
            whom = (EVERYONE,)
        elif person:
            if (found := person_named(self._hass, person)) is None:
                return self._say["unknown_person"].format(name=person)
            whom = (found,)
        draft = drafted(self._turn, one.said("note"), self._language)
        return replace(draft, whom=whom)

    def _asked_beside(self, one: Awaited) -> Asked[Found] | None:
        """Return what is to be noted by the words around an event."""
        rest = one.rest
        found = time_in(self._hass, rest, self._language)
        if found and self._says_soon(rest, found):
            rest, found = found.rest, None
        told = wants_telling(rest, self._language)
        person = told[0].get("person") if told else None
        if person and person_named(self._hass, person) is None:
            told = None
        if told is None:
            asked = asked_besides(found.rest if found else rest, self._language)
            return asked and replace(asked, time=found)
        slots, is_asking = told
        if is_asking and (one.condition.is_whether or one.condition.wants in _FORETOLD):
            return None
        note = "" if is_own(one.condition) else one.bare
        return Asked(Wants.ADD, {**slots, "note": note})

    def _says_soon(self, text: str, found: Found) -> bool:
        """Tell whether a time says no more than that it is today."""
        words = " ".join(text[start:end] for start, end in found.used)
        return normal(words, self._language) in conditions(self._language).soon

    def _is_for_certain(self, one: Awaited) -> bool:
        """Tell whether words can only be for later: «dis-moi» may also ask."""
        told = wants_telling(one.rest, self._language)
        return told is None or not told[1]

    def _look_up(self, condition: Condition, draft: Reminder) -> Outcome:
        whom = draft.whom[0] if len(draft.whom) == 1 else None
        return look_up(waiter_of(self._turn, self._language, whom), condition)

    async def _async_waiting(self, draft: Reminder, outcome: Outcome) -> str | None:
        """Note something for an event, or ask for what is open."""
        if isinstance(outcome, Cannot):
            return outcome.sentence
        if isinstance(outcome, Whose):
            self._expect(lambda said: self._async_whose(draft, outcome, said))
            return self._say["whose"]
        if isinstance(outcome, Which):
            self._expect(lambda said: self._async_which_thing(draft, outcome, said))
            names = [thing.names[0] for thing in outcome.things[:MOST_TOLD]]
            things = listed(names, self._language, "or")
            return self._say["which_thing"].format(things=things)
        awaiting = replace(draft, trigger=outcome)
        if not draft.what:
            self._expect(lambda said: self._async_about_event(awaiting, said))
            return self._say["ask_what"]
        noted_ = await self._async_noted(awaiting)
        if waits_for_next(self._hass, outcome):
            return self._say["already"].format(noted=noted_)
        return noted_

    async def _async_about_event(self, draft: Reminder, said: str) -> str | None:
        """Note what was answered to the question what an event is to remind of."""
        return await self._async_noted(replace(draft, what=noted(said, self._language)))

    async def _async_whose(
        self, draft: Reminder, asked: Whose, said: str
    ) -> str | None:
        """Take the answer to the question who speaks."""
        outcome = asked.outcome(said)
        if isinstance(outcome, Cannot) and len(said.split()) > _NAME:
            return None
        return await self._async_waiting(draft, outcome)

    async def _async_which_thing(
        self, draft: Reminder, asked: Which, said: str
    ) -> str | None:
        """Take the answer to the question which thing is meant."""
        one = self._ordinal(said, asked.things)
        waiter = waiter_of(self._turn, self._language)
        words = normal(said, self._language).strip(" ,?")
        chosen = [one] if one else waiter.chosen(asked.things, words)
        if not chosen:
            return None
        return await self._async_waiting(draft, asked.trigger(chosen))

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
        if reading := self._time(said):
            return await self._async_at(draft, reading)
        whom = draft.whom[0] if len(draft.whom) == 1 else None
        waiter = waiter_of(self._turn, self._language, whom)
        outcome = look_up_alone(waiter, said)
        return await self._async_waiting(draft, outcome) if outcome else None

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
