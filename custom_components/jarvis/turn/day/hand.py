"""What the model's tools for the day do, for the person who speaks."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from homeassistant.components.conversation.chat_log import current_chat_log
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.llm import LLMContext
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ...const import DOMAIN
from ...day.asking import Asking, async_asking
from ...day.briefing import async_briefing
from ...tools.own_tool import RefusedError
from ..reminders.said import span_of
from .planning import PlanQuestion, async_question
from .reading import read_events

if TYPE_CHECKING:
    from ...runtime import JarvisConfigEntry, JarvisRuntime


class DayHand:
    """Reaches into the day; what is refused is told to the model."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Look for the calendars at each call: they come and go."""
        self._hass = hass

    async def async_brief(self, context: LLMContext, day: str = "") -> JsonObjectType:
        """Tell what is planned, the weather, what is unusual at home."""
        asking = await self._async_asking(self._runtime(), context)
        meant = self._day(day, asking.language) if day else None
        told = await async_briefing(asking, day=meant)
        return {"told": told.speech}

    async def async_plan(
        self, context: LLMContext, events: Sequence[Mapping[str, str]]
    ) -> JsonObjectType:
        """Have the person asked; their next words decide."""
        runtime = self._runtime()
        chat_log = current_chat_log.get()
        identity = chat_log.conversation_id if chat_log else ""
        if (conversation := runtime.conversations.get(identity)) is None:
            raise RefusedError("Only Jarvis itself can ask the person for that.")
        asking = await self._async_asking(runtime, context)
        planned = read_events(asking, events)
        # A model may well call once for each event, all at once.
        while True:
            before = conversation.to_ask
            earlier = before.events if isinstance(before, PlanQuestion) else ()
            question = await async_question(asking, [*earlier, *planned])
            if conversation.to_ask is before:
                break
        conversation.to_ask = question
        return {"note": "The person is asked now, in my words. Say nothing more."}

    def _day(self, said: str, language: str) -> date:
        """Return the day that words mean."""
        if (day := dt_util.parse_date(said)) is not None:
            return day
        if (span := span_of(self._hass, said, language)) is None:
            raise RefusedError("This is no day. Ask the person which one.")
        return span[0].date()

    def _runtime(self) -> JarvisRuntime:
        """Return the living parts, if they are there."""
        entries: list[JarvisConfigEntry] = (
            self._hass.config_entries.async_loaded_entries(DOMAIN)
        )
        if not entries:
            raise RefusedError("Jarvis is not set up.")
        return entries[0].runtime_data

    async def _async_asking(
        self, runtime: JarvisRuntime, context: LLMContext
    ) -> Asking:
        """Return the person who speaks."""
        return await async_asking(
            self._hass,
            runtime.house.async_get(),
            runtime.reminding,
            context.context or Context(),
            context.language,
        )
