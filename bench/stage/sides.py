"""The two agents that are compared: Jarvis, and Home Assistant core's own."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from unittest.mock import patch

from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jarvis.const import (
    CONF_ENDPOINTS,
    CONF_LLM_HASS_API,
    CONF_MODEL,
    CONF_NUM_CTX,
    CONF_PREFER_LOCAL,
    CONF_SPEECH_SERVERS,
    CONF_URL,
    CONF_VERIFY_SSL,
    DOMAIN as JARVIS,
)
from homeassistant.components.conversation import (
    ChatLog,
    ConversationInput,
    async_converse,
    async_get_chat_log,
    async_prepare_agent,
)
from homeassistant.components.ollama.const import DOMAIN as CORE
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryData
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.chat_session import async_get_chat_session
from tests.ollama_server import ScriptedOllama

NUM_CTX = 65_536
"""Context of both sides: so large that a big house is never truncated."""
_SETTLE = 0.05
"""Seconds that Jarvis waits for a house to settle: here nothing else changes."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of an utterance, and when."""

    conversation_id: str
    speech: str
    seconds: float
    first_word: float


@dataclass(slots=True)
class Side:
    """An agent that can be talked to."""

    hass: HomeAssistant
    entry: MockConfigEntry

    @property
    def name(self) -> str:
        """Whose agent it is."""
        return "jarvis" if self.entry.domain == JARVIS else "core"

    @property
    def agent_id(self) -> str:
        """The entity of the agent."""
        (subentry_id,) = self.entry.subentries
        entity_id = er.async_get(self.hass).async_get_entity_id(
            "conversation", self.entry.domain, subentry_id
        )
        assert entity_id
        return entity_id

    async def prepare(self, conversation_id: str | None = None) -> str:
        """Tell the agent that somebody begins to speak, as a pipeline does.

        That is within the session of the conversation, which is returned.
        """
        with async_get_chat_session(self.hass, conversation_id) as session:
            await async_prepare_agent(self.hass, self.agent_id, "en")
        return session.conversation_id

    async def say(
        self,
        text: str,
        *,
        language: str = "en",
        conversation_id: str | None = None,
        device_id: str | None = None,
        extra_system_prompt: str | None = None,
    ) -> Heard:
        """Say something as a pipeline does, and take the time."""
        context = Context()
        first: list[float] = []

        def listen(_chat_log: ChatLog, delta: Mapping[str, Any]) -> None:
            spoken = delta.get("role", "assistant") == "assistant"
            if spoken and not first and (delta.get("content") or "").strip():
                first.append(perf_counter())

        began = perf_counter()
        with async_get_chat_session(self.hass, conversation_id) as session:
            asked = ConversationInput(
                text=text,
                context=context,
                conversation_id=session.conversation_id,
                device_id=device_id,
                satellite_id=None,
                language=language,
                agent_id=self.agent_id,
                extra_system_prompt=extra_system_prompt,
            )
            with async_get_chat_log(
                self.hass, session, asked, chat_log_delta_listener=listen
            ):
                result = await async_converse(
                    hass=self.hass,
                    text=text,
                    conversation_id=session.conversation_id,
                    context=context,
                    language=language,
                    agent_id=self.agent_id,
                    device_id=device_id,
                    extra_system_prompt=extra_system_prompt,
                )
        ended = perf_counter()
        speech = str(result.response.speech.get("plain", {}).get("speech", ""))
        heard = (first or [ended])[0] - began
        return Heard(session.conversation_id, speech, ended - began, heard)


@asynccontextmanager
async def jarvis(
    hass: HomeAssistant,
    url: str,
    model: str,
    *,
    prefer_local: bool = False,
    num_ctx: int = NUM_CTX,
    speech: Sequence[Mapping[str, Any]] = (),
) -> AsyncIterator[Side]:
    """Set up Jarvis, and wait until its model is examined and warm."""
    entry = _entry(
        JARVIS,
        {
            CONF_ENDPOINTS: [{CONF_URL: url, CONF_VERIFY_SSL: True}],
            CONF_SPEECH_SERVERS: list(speech),
        },
        {
            CONF_LLM_HASS_API: ["assist"],
            CONF_MODEL: model,
            CONF_NUM_CTX: num_ctx,
            CONF_PREFER_LOCAL: prefer_local,
        },
    )
    with patch("custom_components.jarvis.background.SETTLE", _SETTLE):
        async with _set_up(hass, entry) as side:
            await settled(side)
            yield side


@asynccontextmanager
async def core(
    hass: HomeAssistant, url: str, model: str, *, num_ctx: int = NUM_CTX
) -> AsyncIterator[Side]:
    """Set up Home Assistant core's own integration."""
    entry = _entry(
        CORE,
        {CONF_URL: url},
        {
            CONF_LLM_HASS_API: ["assist"],
            CONF_MODEL: model,
            CONF_NUM_CTX: num_ctx,
            "keep_alive": -1,
            "think": False,
        },
        version=3,
        minor_version=3,
    )
    async with _set_up(hass, entry) as side:
        yield side


async def settled(side: Side) -> None:
    """Wait until an agent has examined its model and made it warm.

    What is set up adds entities, which is a change in the house: Jarvis prepares again.
    """
    await side.hass.async_block_till_done()
    if side.name == "jarvis":
        await asyncio.sleep(3 * _SETTLE)
        await side.entry.runtime_data.background.async_prepared()


async def idle(server: ScriptedOllama) -> None:
    """Wait until nobody asks a server anything any more."""
    before = -1
    while before != len(server.requests) or not all(
        asked.finished or asked.hung_up for asked in server.requests
    ):
        before = len(server.requests)
        await asyncio.sleep(0.01)


def _entry(
    domain: str, data: dict[str, Any], agent: dict[str, Any], **version: int
) -> MockConfigEntry:
    """Make an entry with one agent."""
    return MockConfigEntry(
        domain=domain,
        title=domain.capitalize(),
        data=data,
        subentries_data=[
            ConfigSubentryData(
                data=agent,
                subentry_type="conversation",
                title=domain.capitalize(),
                unique_id=None,
            )
        ],
        **version,
    )


@asynccontextmanager
async def _set_up(hass: HomeAssistant, entry: MockConfigEntry) -> AsyncIterator[Side]:
    """Set an entry up for a while."""
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    try:
        yield Side(hass, entry)
    finally:
        await hass.config_entries.async_remove(entry.entry_id)
        await hass.async_block_till_done()
