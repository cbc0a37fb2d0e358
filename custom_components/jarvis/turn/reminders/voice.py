"""What people ask of the reminders by voice: note, tell, move, cancel, put off."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from homeassistant.components.calendar import DOMAIN as CALENDAR_DOMAIN
from homeassistant.components.conversation import ConversationResult
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...local.reminders.sentences import (
    Asked,
    Wants,
    asked,
    asked_of_told,
    duration,
)
from ...local.text.courtesy import answers_yes
from ...local.text.words import LANGUAGES
from ...reminders.records import Reminder
from ...reminders.when.read import Found
from ...reminders.when.results import (
    Grain,
    Impossible,
    Moment,
    Reading,
    Recurrence,
)
from ...reminders.when.told import told
from ..turn import Outcome, Turn
from .note import Noting
from .said import (
    at_time,
    moved_to,
    span_of,
    time_in,
    time_of,
    timed,
    within,
)
from .speaker import async_guarded

_TICK = timedelta(microseconds=1)
_SNOOZED = timedelta(minutes=10)
"""How long a reminder is put off where nobody says how long."""

type _Do = Callable[[Asked[Found]], Awaitable[str | None]]


async def async_reminder(
    turn: Turn, *, only_told: bool = False
) -> ConversationResult | None:
    """Do what an utterance wants of the reminders; None for any other.

    `only_told` leaves what is not about a reminder that was just told.
    """
    languages = (turn.language, *(one for one in LANGUAGES if one != turn.language))
    for language in languages:
        sentence = await _async_in(turn, language, only_told=only_told)
        if sentence is not None:
            return turn.say(sentence, Outcome.LOCAL)
    return None


async def _async_in(turn: Turn, language: str, *, only_told: bool) -> str | None:
    """Do what an utterance wants that is read in a language."""
    hand = Hand(turn, language)
    text = turn.user_input.text
    if not only_told and (
        sentence := await async_guarded(turn, language, hand.async_awaited(text))
    ):
        return sentence
    readings = (
        asked_of_told(text, language)
        if only_told
        else asked(text, language, lambda said: time_in(turn.hass, said, language))
    )
    for one in readings:
        sentence = await async_guarded(turn, language, hand.async_do(one))
        if sentence is not None:
            return sentence
    return None


class Hand(Noting):
    """Reaches into the reminders for the person who speaks."""

    async def async_do(self, one: Asked[Found]) -> str | None:
        """Do it and return what to say; None where it means something else."""
        do: Mapping[Wants, _Do] = {
            Wants.DONE: self._async_complete,
            Wants.SNOOZE: self._async_snooze,
            Wants.LIST: self._async_list,
            Wants.PLANNED: self._async_planned,
            Wants.NEXT: self._async_next,
            Wants.CANCEL_ALL: self._async_cancel_all,
            Wants.CANCEL_LAST: self._async_cancel_last,
            Wants.CANCEL: self._async_cancel,
            Wants.MOVE_LATER: self._async_later,
            Wants.MOVE_EARLIER: self._async_later,
            Wants.MOVE: self._async_move,
            Wants.ADD: self._async_add,
            Wants.ADD_WITH_TIME: self._async_add,
            Wants.ADD_NOTHING: self._async_add,
        }
        return await do[one.wants](one)

    async def _async_list(self, one: Asked[Found]) -> str | None:
        """Tell what is to come, in a time if one is said."""
        if said := one.said("span"):
            if (span := span_of(self._hass, said, self._language)) is None:
                return None
            there = within(await self._async_open(until=span[1]), *span)
            nothing = "nothing_planned_then"
        else:
            there, nothing = await self._async_open(), "nothing_planned"
        return self._told(there) if there else self._say[nothing]

    async def _async_planned(self, one: Asked[Found]) -> str | None:
        """Tell what is to come, unless there are calendars that tell it as well."""
        return None if _has_calendars(self._turn) else await self._async_list(one)

    async def _async_next(self, _one: Asked[Found]) -> str:
        """Tell what comes next."""
        there = [one for one in await self._async_open() if one.next_at]
        return self._told(there[:1]) if there else self._say["nothing_planned"]

    def _told(self, reminders: Sequence[Reminder]) -> str:
        """Tell reminders, and keep which: «repousse-le» may follow."""
        self._turn.conversation().recent.reminders = tuple(one.id for one in reminders)
        return self._teller.planned(reminders)

    async def _async_cancel_all(self, one: Asked[Found]) -> str | None:
        """Call off all that is to come, after asking where that is several."""
        until = None
        there = await self._async_open()
        if said := one.said("span"):
            if (span := span_of(self._hass, said, self._language)) is None:
                return None
            # Of what comes again the next times alone can be left out.
            soon = [one for one in there if one.next_at and one.next_at >= span[0]]
            there = within(soon, *span)
            until = span[1]
        if not there:
            return self._say["nothing_planned"]
        if len(there) == 1:
            return await self._async_cancelled(there, until)
        self._expect(lambda answer: self._async_confirmed(there, until, answer))
        text = self._teller.several(there)
        return self._say["confirm_many"].format(count=len(there), reminders=text)

    async def _async_confirmed(
        self, reminders: Sequence[Reminder], until: datetime | None, said: str
    ) -> str | None:
        """Take the answer to whether they shall be called off."""
        yes = answers_yes(said, self._language)
        if yes is None:
            return None
        if not yes:
            return self._say["kept"]
        return await self._async_cancelled(reminders, until)

    async def _async_cancel_last(self, one: Asked[Found]) -> str | None:
        """Call off what was told last, or the only one there is."""
        if one.said("it") and not self._turn.conversation().recent.reminders:
            return None
        there = await self._async_meant("")
        return await self._async_one_of(there, self._async_cancelled)

    async def _async_cancel(self, one: Asked[Found]) -> str | None:
        """Call off what is named by its words or its time."""
        if said := one.said("time"):
            when = time_of(self._hass, said, self._language)
            if not isinstance(when, Moment | Recurrence):
                return None
            there = at_time(await self._async_open(), when)
        else:
            there = await self._async_meant(one.said("about"))
        return await self._async_one_of(there, self._async_cancelled)

    async def _async_cancelled(
        self, reminders: Sequence[Reminder], until: datetime | None = None
    ) -> str:
        """Call reminders off; until a time where only what comes before it is meant."""
        ended = []
        for one in reminders:
            due = one.after(until - _TICK) if until else None
            if due is None:
                ended.append(one.id)
            else:
                await self._reminding.async_change(replace(one, due=due))
        await self._reminding.async_cancel(ended)
        if len(reminders) == 1:
            return self._say["cancelled_one"].format(what=reminders[0].what)
        return self._say["cancelled_many"].format(count=len(reminders))

    async def _async_move(self, one: Asked[Found]) -> str | None:
        """Move what is named to another time."""
        found, said = one.time, one.said("about")
        there = await self._async_meant(said)
        # Blinds and music are moved as well.
        if found is None or (said and not there):
            return None

        async def move(chosen: Sequence[Reminder]) -> str:
            (reminder,) = chosen
            text = one.text or self._turn.user_input.text
            when = moved_to(self._hass, reminder, text, found, self._language)
            return await self._async_moved(reminder, when)

        return await self._async_one_of(there, move)

    async def _async_moved(self, reminder: Reminder, when: Reading) -> str:
        """Move a reminder; of one that comes again only the next time."""
        if not isinstance(when, Moment | Recurrence):
            return (
                self._say["past"]
                if isinstance(when, Impossible)
                else (self._say["not_movable"])
            )
        if (new := timed(reminder, when)) is None:
            return self._say["past_move"]
        if new.rule is None and reminder.rule is not None and new.due is not None:
            moved = await self._reminding.async_snooze(reminder.id, new.due)
        else:
            moved = await self._reminding.async_change(new)
        if moved is None:
            return self._say["none_such"]
        self._turn.conversation().recent.reminders = (moved.id,)
        return self._say["moved"].format(what=moved.what, when=self._teller.when(moved))

    async def _async_later(self, one: Asked[Found]) -> str | None:
        """Move what is named by some time, later or earlier."""
        there = await self._async_meant(one.said("about"))
        if one.said("about") and not there:
            return None
        by = one.by if one.wants is Wants.MOVE_LATER else -one.by

        async def move(chosen: Sequence[Reminder]) -> str:
            (reminder,) = chosen
            if reminder.next_at is None:
                return self._say["not_movable"]
            at = dt_util.as_local(reminder.next_at + by)
            if at <= dt_util.now():
                return self._say["past_move"]
            return await self._async_moved(reminder, Moment(at, Grain.MINUTE))

        return await self._async_one_of(there, move)

    async def _async_snooze(self, one: Asked[Found]) -> str | None:
        """Put off what was just told."""
        until: datetime | None = dt_util.now() + _SNOOZED
        if said := one.said("when"):
            until = self._until(said)
        if until is None or not (ringing := await self._async_ringing()):
            return None
        for reminder in ringing:
            await self._reminding.async_snooze(reminder.id, until)
        self._turn.conversation().recent.reminders = tuple(one.id for one in ringing)
        grain = Grain.SECOND if until - dt_util.now() <= timedelta(hours=1) else None
        moment = Moment(until, Grain.MINUTE if grain is None else grain)
        when = told(moment, dt_util.now(), self._language)
        return self._say["snoozed"].format(when=when)

    def _until(self, said: str) -> datetime | None:
        """Return until when words put something off."""
        if (length := duration(said, self._language)) is not None:
            return dt_util.now() + length
        reading = time_of(self._hass, said, self._language)
        if not isinstance(reading, Moment):
            return None
        put_off = timed(Reminder(what=""), reading)
        return put_off.due if put_off else None

    async def _async_complete(self, _one: Asked[Found]) -> str | None:
        """Take what was just told as done."""
        if not (ringing := await self._async_ringing()):
            return None
        for reminder in ringing:
            await self._reminding.async_complete(reminder.id)
        return self._say["done"]

    async def _async_ringing(self) -> list[Reminder]:
        """Return what was told just before, on the device or to the speaker."""
        device = self._turn.user_input.device_id
        return await self._reminding.async_just_told(device, self._owners)


def _has_calendars(turn: Turn) -> bool:
    """Tell whether there are calendars besides Jarvis' own."""
    registry = er.async_get(turn.hass)
    return any(
        (entry := registry.async_get(thing.entity_id)) is None
        or entry.platform != DOMAIN
        for thing in turn.entry.runtime_data.house.async_get().things
        if thing.domain == CALENDAR_DOMAIN
    )
