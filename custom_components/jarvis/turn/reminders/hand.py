"""What the model's tools for reminders do, for the person who speaks."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.llm import LLMContext
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ...const import DOMAIN
from ...errors import TurnError
from ...local.reminders.sentences import is_everyone
from ...local.text.words import LANGUAGES
from ...people.owner import owner_of, owners_for
from ...reminders.records import EVERYONE, Reminder, Trigger
from ...reminders.when.read import Found
from ...reminders.when.results import Ambiguous, Moment, Reading, Recurrence
from ...reminders.when.told import told
from ...store.errors import StoreError
from ...tools.own_tool import RefusedError
from .awaited import async_waiter, look_up_alone
from .said import (
    Teller,
    about as about_words,
    moved_to,
    person_named,
    span_of,
    time_of,
    timed,
    within,
)
from .waiter import Cannot, Which, Whose

if TYPE_CHECKING:
    from ...reminding.reminding import Reminding
    from ...runtime import JarvisConfigEntry, JarvisRuntime

_TIMEOUT = 5
_MOST = 20
"""Reminders that a model is told at once."""


class ReminderHand:
    """Reaches into the reminders; what is refused is told to the model."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Look for the reminders at each call: they come and go with the entry."""
        self._hass = hass

    async def async_remind(
        self, context: LLMContext, what: str, when: str, whom: str = ""
    ) -> JsonObjectType:
        """Note what somebody is to be reminded of, and when."""
        language = self._language(context)
        draft = Reminder(
            what=what,
            owner=self._owner(context),
            whom=self._whom(whom, language),
            language=language,
            device=context.device_id,
            user_id=context.context.user_id if context.context else None,
        )
        reading = time_of(self._hass, when, language)
        event = None
        if reading is None:
            event = await self._async_event(context, draft, when)
        due = replace(draft, trigger=event) if event else _due(draft, reading, language)
        async with self._reminding() as reminding:
            return self._one("noted", await reminding.async_add(due), language)

    async def async_tell(self, context: LLMContext, about: str = "") -> JsonObjectType:
        """Tell what is to come, all or what some words or a day mean."""
        language = self._language(context)
        there = await self._async_open(context)
        if about and (span := span_of(self._hass, about, language)):
            there = within(there, *span)
        elif about:
            there = about_words(there, about, language)
        teller = Teller(self._hass, language)
        return {
            "reminders": [teller.one(one) for one in there[:_MOST]],
            "more": max(len(there) - _MOST, 0),
        }

    async def async_change(
        self, context: LLMContext, which: str, when: str
    ) -> JsonObjectType:
        """Move a reminder to another time; of what comes again only the next time."""
        language = self._language(context)
        one = await self._async_one(context, which)
        reading = time_of(self._hass, when, language)
        if reading is not None:
            found = Found(reading, [(0, len(when))], "")
            reading = moved_to(self._hass, one, when, found, language)
        new = _due(one, reading, language)
        async with self._reminding() as reminding:
            if new.rule is None and one.rule is not None and new.due is not None:
                moved = await reminding.async_snooze(one.id, new.due)
            else:
                moved = await reminding.async_change(new)
        if moved is None:
            raise RefusedError("It is over already.")
        return self._one("moved", moved, language)

    async def async_cancel(self, context: LLMContext, which: str) -> JsonObjectType:
        """Call a reminder off."""
        one = await self._async_one(context, which)
        async with self._reminding() as reminding:
            await reminding.async_cancel([one.id])
        return {"cancelled": one.what}

    async def _async_one(self, context: LLMContext, which: str) -> Reminder:
        """Return the one reminder that some words mean."""
        language = self._language(context)
        found = about_words(await self._async_open(context), which, language)
        if not found:
            raise RefusedError("There is no such reminder.")
        if len(found) > 1:
            several = Teller(self._hass, language).several(found)
            raise RefusedError(f"Ask the person which one: {several}")
        return found[0]

    async def _async_open(self, context: LLMContext) -> list[Reminder]:
        """Return what the person may hear of."""
        async with self._reminding() as reminding:
            return await reminding.async_list(owners_for(self._owner(context)))

    async def _async_event(
        self, context: LLMContext, draft: Reminder, words: str
    ) -> Trigger | None:
        """Return what waits for an event; None where the words mean none."""
        runtime = self._runtime()
        waiter = await async_waiter(
            self._hass,
            runtime.house.async_get(),
            self._language(context),
            context.context or Context(),
            device_id=context.device_id,
            whom=draft.whom[0] if len(draft.whom) == 1 else None,
        )
        try:
            outcome = look_up_alone(waiter, words)
        except TurnError as err:
            raise RefusedError("This person may not know of that.") from err
        if isinstance(outcome, Cannot):
            raise RefusedError(outcome.sentence)
        if isinstance(outcome, Whose):
            raise RefusedError("Nobody knows who speaks. Ask the person for a name.")
        if isinstance(outcome, Which):
            names = ", ".join(thing.names[0] for thing in outcome.things)
            raise RefusedError(f"Ask the person which one: {names}")
        return outcome

    def _runtime(self) -> JarvisRuntime:
        """Return what runs, if it does."""
        entries: list[JarvisConfigEntry] = (
            self._hass.config_entries.async_loaded_entries(DOMAIN)
        )
        if not entries:
            raise RefusedError("The reminders are not available.")
        return entries[0].runtime_data

    @asynccontextmanager
    async def _reminding(self) -> AsyncGenerator[Reminding]:
        """Give the reminders, if they are well."""
        runtime = self._runtime()
        try:
            async with asyncio.timeout(_TIMEOUT):
                yield runtime.reminding
        except (StoreError, TimeoutError) as err:
            runtime.memory.async_fail(err)
            raise RefusedError("The reminders are not available.") from err

    def _whom(self, said: str, language: str) -> Sequence[str]:
        """Return the person of a name; nobody is the one who speaks."""
        if not said:
            return ()
        if is_everyone(said, language) or said == EVERYONE:
            return (EVERYONE,)
        if (person := person_named(self._hass, said)) is None:
            raise RefusedError(f"Nobody here is called {said}.")
        return (person,)

    def _one(self, key: str, reminder: Reminder, language: str) -> JsonObjectType:
        """Tell the model what became of a reminder."""
        teller = Teller(self._hass, language)
        return {key: reminder.what, "when": teller.when(reminder)}

    def _owner(self, context: LLMContext) -> str | None:
        """Return whose reminders the speaker's are."""
        user_id = context.context.user_id if context.context else None
        return owner_of(self._hass, user_id)

    def _language(self, context: LLMContext) -> str:
        """Return the language of the turn."""
        language = (context.language or self._hass.config.language).partition("-")[0]
        return language if language in LANGUAGES else LANGUAGES[0]


def _due(draft: Reminder, reading: Reading | None, language: str) -> Reminder:
    """Return a reminder with the time that was read."""
    now = dt_util.now()
    if isinstance(reading, Ambiguous):
        raise RefusedError(f"Ask the person which: {told(reading, now, language)}?")
    if not isinstance(reading, Moment | Recurrence):
        why = f" ({reading.problem})" if reading else ""
        raise RefusedError(f"This is no time to come{why}. Ask the person when.")
    if (due := timed(draft, reading)) is None:
        raise RefusedError("This is past. Ask the person when.")
    return due
