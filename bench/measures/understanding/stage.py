"""Where sentences are said: a Home Assistant with Jarvis and without any model."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from bench.stage.core import BARE, home_assistant
from custom_components.jarvis.const import (
    CONF_ENDPOINTS,
    CONF_LLM_HASS_API,
    DOMAIN,
    SUBENTRY_CONVERSATION,
)
from custom_components.jarvis.turn.echo import Echoes
from homeassistant.components.conversation import (
    ConversationInput,
    async_converse,
    async_get_chat_log,
    async_handle_intents,
)
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.config_entries import ConfigEntry, ConfigSubentryData
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.chat_session import async_get_chat_session
from homeassistant.helpers.intent import IntentResponse
from tests.devices import Call, DeviceHome, Snapshot, async_build_home
from tests.devices.home import KINDS

from .case import Case, Timer, Turn
from .clock import at

_SHOPPING = "shopping_list"
_PRESSED = frozenset({"scene", "script", "button"})
"""Domains whose state or attributes tell a moment, which is never the same twice."""


@dataclass(slots=True)
class Stage:
    """One Home Assistant, in which one home after the other stands."""

    hass: HomeAssistant
    agent_id: str
    home: DeviceHome | None = None
    _home_key: str | None = None

    async def say(self, case: Case) -> Turn:
        """Say a case's sentence to Jarvis."""

        async def ask(device_id: str | None) -> IntentResponse:
            result = await async_converse(
                hass=self.hass,
                text=case.utterance,
                conversation_id=None,
                context=Context(),
                language=case.language,
                agent_id=self.agent_id,
                device_id=device_id,
            )
            return result.response

        turn = await self._turn(case, ask)
        assert turn
        return turn

    async def strict(self, case: Case) -> Turn | None:
        """Say it to the sentences that Home Assistant matches strictly."""

        async def ask(device_id: str | None) -> IntentResponse | None:
            with async_get_chat_session(self.hass) as session:
                heard = ConversationInput(
                    text=case.utterance,
                    context=Context(),
                    conversation_id=session.conversation_id,
                    device_id=device_id,
                    satellite_id=None,
                    language=case.language,
                    agent_id=self.agent_id,
                )
                with async_get_chat_log(self.hass, session, heard) as chat_log:
                    try:
                        return await async_handle_intents(self.hass, heard, chat_log)
                    except HomeAssistantError:
                        # Some of its own replies cannot be written.
                        return None

        return await self._turn(case, ask)

    async def called(
        self, case: Case, service: str, target: str, data: dict[str, Any]
    ) -> Turn:
        """Call a service in a case's home, to see what that does."""

        async def call(_device_id: str | None) -> IntentResponse:
            assert self.home
            entity_id = self.home.entity_ids[target]
            domain, _, name = service.partition(".")
            await self.hass.services.async_call(
                domain, name, {"entity_id": entity_id, **data}, blocking=True
            )
            return IntentResponse(case.language)

        turn = await self._turn(case, call)
        assert turn
        return turn

    async def enter(self, case: Case) -> DeviceHome:
        """Have the home of a case stand, and nothing of the one before."""
        if self.home is None or self._home_key != case.home:
            if self.home is not None:
                await self.home.async_remove()
            await self._async_shop(wanted="shopping" in case.description)
            self.home = await async_build_home(self.hass, case.description)
            self._home_key = case.home
        return self.home

    async def _turn(
        self,
        case: Case,
        act: Callable[[str | None], Awaitable[IntentResponse | None]],
    ) -> Turn | None:
        """Set a case up, do something, and look what came of it."""
        home = await self.enter(case)
        device_id = _hearing(home, case)
        async with at(self.hass, case.now):
            await self._reset(home, case)
            before, timers = self._states(home), self._timers()
            response = await act(device_id)
            await self.hass.async_block_till_done()
            if response is None:
                return None
            return Turn(
                response,
                [call for call in home.calls if not _is_followed(call, home.calls)],
                before,
                self._states(home),
                timers,
                self._timers(),
            )

    async def _reset(self, home: DeviceHome, case: Case) -> None:
        """Put home, timers and shopping list to what they are before a case.

        Nothing was said right before, either: its echo would not be answered.
        """
        await home.async_reset(case.setup)
        for jarvis in self.hass.config_entries.async_loaded_entries(DOMAIN):
            jarvis.runtime_data.echoes = Echoes()
        manager = self.hass.data[TIMER_DATA]
        for timer_id in tuple(manager.timers):
            manager.cancel_timer(timer_id)
        for timer in case.timers:
            timer_id = manager.start_timer(
                home.satellite(timer.get("area") or case.area),
                timer.get("start_hours"),
                timer.get("start_minutes"),
                timer.get("start_seconds"),
                case.language,
                name=timer.get("name"),
            )
            if not timer.get("is_active", True):
                manager.pause_timer(timer_id)
        for entry in self._shopping():
            entry.runtime_data.items = [
                {"name": one, "id": one, "complete": False}
                for one in case.description["shopping"]
            ]

    def _timers(self) -> list[Timer]:
        """Return the timers that run or wait."""
        return [
            Timer(
                timer.name_normalized,
                timer.seconds_left,
                timer.is_active,
                timer.area_name or "",
                timer.conversation_command or "",
            )
            for timer in self.hass.data[TIMER_DATA].timers.values()
        ]

    def _states(self, home: DeviceHome) -> Snapshot:
        """Return what can be compared of a home, the shopping list included."""
        states = home.states()
        for entity_id, (state, attributes) in states.items():
            if entity_id.partition(".")[0] in _PRESSED:
                known = "unknown" if state == "unknown" else "pressed"
                ran = attributes.get("last_triggered") is not None
                name = attributes["friendly_name"]
                states[entity_id] = known, {"friendly_name": name, "ran": ran}
        for entry in self._shopping():
            items = {one["name"]: one["complete"] for one in entry.runtime_data.items}
            states[f"todo.{_SHOPPING}"] = str(len(items)), {"items": items}
        return states

    def _shopping(self) -> list[ConfigEntry[Any]]:
        """Return the shopping list, of which there may be none."""
        return self.hass.config_entries.async_loaded_entries(_SHOPPING)

    async def _async_shop(self, *, wanted: bool) -> None:
        """Have a shopping list, or none."""
        if wanted and not self._shopping():
            entry = MockConfigEntry(domain=_SHOPPING)
            entry.add_to_hass(self.hass)
            assert await self.hass.config_entries.async_setup(entry.entry_id)
        elif not wanted:
            for one in self._shopping():
                await self.hass.config_entries.async_remove(one.entry_id)


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Set up Jarvis without any endpoint, and all domains that homes are made of."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Jarvis",
        data={CONF_ENDPOINTS: []},
        subentries_data=[
            ConfigSubentryData(
                data={CONF_LLM_HASS_API: ["assist"]},
                subentry_type=SUBENTRY_CONVERSATION,
                title="Jarvis",
                unique_id=None,
            )
        ],
    )
    async with home_assistant((*BARE, *KINDS)) as hass:
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        (agent_id,) = (
            one.entity_id
            for one in er.async_entries_for_config_entry(
                er.async_get(hass), entry.entry_id
            )
            if one.domain == "conversation"
        )
        yield Stage(hass, agent_id)
        await hass.config_entries.async_unload(entry.entry_id)


def _hearing(home: DeviceHome, case: Case) -> str | None:
    """Return the device that hears a case."""
    if case.device:
        return home.devices[case.device]
    return home.satellite(case.area) if case.area else None


def _is_followed(call: Call, calls: list[Call]) -> bool:
    """Tell whether a call only passed on to the domain of its entities."""
    return call.domain == "homeassistant" and any(
        other.domain != "homeassistant"
        and other.service == call.service
        and set(other.entity_ids) <= set(call.entity_ids)
        for other in calls
    )
