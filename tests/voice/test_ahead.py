"""The model begins to answer at the silence behind the words, not at its end."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from custom_components.jarvis.const import CONF_SPEECH_SERVERS, DOMAIN
from custom_components.jarvis.runtime import speech_data
from custom_components.jarvis.speech.server import Address
from homeassistant.components.assist_pipeline import (
    async_get_pipeline,
    async_update_pipeline,
)
from homeassistant.components.assist_satellite.const import DATA_COMPONENT
from homeassistant.components.assist_satellite.entity import AssistSatelliteState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from tests.ollama_server import load_script
from tests.reminding.house import Satellite

from .conftest import SpokenHouse
from .servers import HOST, VOICE, silence, synthesised

SAID = {"en": "Good night.", "fr": "Bonne nuit."}
_CHUNK = 1024
_CHUNK_SECONDS = 0.032


async def _microphone(audio: bytes) -> AsyncGenerator[bytes]:
    """Send audio as it would be recorded, and silence behind it for ever."""
    at = 0
    while True:
        yield audio[at : at + _CHUNK].ljust(_CHUNK, b"\0")
        at += _CHUNK
        await asyncio.sleep(_CHUNK_SECONDS)


def _asked(spoken: SpokenHouse, words: str) -> int:
    """Count how often the model was asked something."""
    return sum(
        str(body["messages"][-1]["content"]).endswith(words)
        for body in spoken.ollama.chats
    )


async def _own_ears(hass: HomeAssistant, *ports: int) -> None:
    """Let Jarvis itself hear, by the same servers."""
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    servers = speech_data(Address(HOST, port) for port in ports)
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, CONF_SPEECH_SERVERS: servers}
    )
    async with asyncio.timeout(30):
        while not (
            ears := er.async_get(hass).async_get_entity_id(
                "stt", DOMAIN, f"{entry.entry_id}_hearing"
            )
        ):
            await asyncio.sleep(0.05)
    await async_update_pipeline(hass, async_get_pipeline(hass), stt_engine=ears)


@pytest.mark.parametrize("spoken", SAID, indirect=True)
async def test_begun_in_the_silence(
    spoken: SpokenHouse, whisper: int, piper: int
) -> None:
    """Given a satellite that still listens, the model is asked already, and once."""
    hass, words = spoken.hass, SAID[spoken.language]
    spoken.ollama.script = load_script([{"said": "", "say": "Sleep well."}])
    await _own_ears(hass, whisper, piper)
    assert await async_setup_component(hass, "assist_satellite", {})
    satellite = Satellite("test")
    await hass.data[DATA_COMPONENT].async_add_entities([satellite])
    satellite.platform.config_entry = hass.config_entries.async_entries("jarvis")[0]
    er.async_get(hass).async_update_entity(
        satellite.entity_id, device_id=spoken.home.satellite("living")
    )
    audio = silence(0.3) + await synthesised(piper, words, VOICE[spoken.language])
    heard_at: list[str] = []

    running = asyncio.create_task(
        satellite.async_accept_pipeline_from_satellite(_microphone(audio))
    )
    async with asyncio.timeout(30):
        while not running.done():
            if not heard_at and _asked(spoken, words):
                heard_at.append(satellite.state or "")
            await asyncio.sleep(0.01)
        await running

    assert heard_at == [AssistSatelliteState.LISTENING]
    assert _asked(spoken, words) == 1
