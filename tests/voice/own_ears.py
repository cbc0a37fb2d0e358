"""A satellite that Jarvis itself hears, by servers of its own."""

import asyncio
from collections.abc import AsyncGenerator
from typing import override

from custom_components.jarvis.const import CONF_SPEECH_SERVERS, DOMAIN
from custom_components.jarvis.runtime import speech_data
from custom_components.jarvis.speech.server import Address
from homeassistant.components.assist_pipeline import (
    PipelineEvent,
    PipelineEventType,
    async_get_pipeline,
    async_update_pipeline,
)
from homeassistant.components.assist_satellite import AssistSatelliteEntity
from homeassistant.components.assist_satellite.const import DATA_COMPONENT
from homeassistant.components.tts import async_get_stream
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from tests.reminding.house import Satellite

from .conftest import SpokenHouse
from .servers import HOST

_CHUNK = 1024
_CHUNK_SECONDS = 0.032


class Listener(Satellite):
    """A satellite that plays what it is answered."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__("test")
        self._token = ""

    @callback
    @override
    def on_pipeline_event(self, event: PipelineEvent) -> None:
        """Note where the answer is."""
        if event.type is PipelineEventType.TTS_END and event.data:
            self._token = event.data["tts_output"]["token"]

    async def async_say(self, audio: bytes) -> None:
        """Hear something at the speed of speech, then silence; play the answer."""
        await self.async_accept_pipeline_from_satellite(microphone(audio))
        stream = async_get_stream(self.hass, self._token)
        assert stream is not None
        async for _ in stream.async_stream_result():
            pass


async def microphone(audio: bytes) -> AsyncGenerator[bytes]:
    """Send audio as it would be recorded, and silence behind it for ever."""
    at = 0
    while True:
        yield audio[at : at + _CHUNK].ljust(_CHUNK, b"\0")
        at += _CHUNK
        await asyncio.sleep(_CHUNK_SECONDS)


async def own_ears(hass: HomeAssistant, *ports: int) -> None:
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


async def put_into(
    satellite: AssistSatelliteEntity, spoken: SpokenHouse, area: str
) -> None:
    """Put a satellite into a room."""
    hass = spoken.hass
    assert await async_setup_component(hass, "assist_satellite", {})
    await hass.data[DATA_COMPONENT].async_add_entities([satellite])
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    satellite.platform.config_entry = entry
    er.async_get(hass).async_update_entity(
        satellite.entity_id, device_id=spoken.home.satellite(area)
    )
