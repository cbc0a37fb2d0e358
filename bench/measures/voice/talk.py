"""One turn as a satellite has it: a microphone, a pipeline, a speaker, and a clock."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import timedelta
import logging
from time import perf_counter
from typing import Any, override

from bench.measures.speech.clips import RATE, WIDTH, Clip
from homeassistant.components import tts
from homeassistant.components.assist_pipeline import PipelineEvent, PipelineEventType
from homeassistant.components.assist_satellite import (
    DOMAIN,
    AssistSatelliteConfiguration,
    AssistSatelliteEntity,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.entity_platform import EntityPlatform
from homeassistant.setup import async_setup_component
from tests.devices import DeviceHome

OUTPUT = {
    tts.ATTR_PREFERRED_FORMAT: "wav",
    tts.ATTR_PREFERRED_SAMPLE_RATE: 22_050,
    tts.ATTR_PREFERRED_SAMPLE_CHANNELS: 1,
    tts.ATTR_PREFERRED_SAMPLE_BYTES: 2,
}
"""What Home Assistant asks for on behalf of a satellite of the Wyoming protocol."""
STAGES = ("silence", "transcript", "reply", "to_speak", "first_sound")
"""In their order: the end of the command was noticed; its words were there; the first
words of the reply, or all of it; they went to the voice; they sounded."""
_CHUNK = 1024
"""Bytes that a satellite sends at a time: 32 ms."""
_SIZE = 8
"""Bytes of the name and the length of a part of a WAV file."""
_SECONDS = 120.0
_PLATFORM = "bench"
_PIPELINE = f"select.{_PLATFORM}_pipeline"


@dataclass(slots=True)
class Turn:
    """What came of a turn; the times are seconds from the last spoken sample."""

    heard: str = ""
    replied: str = ""
    locally: bool = False
    """Whether Home Assistant's own sentences took it."""
    error: str = ""
    at: dict[str, float] = field(default_factory=dict)
    """When each stage was reached."""


class Satellite(AssistSatelliteEntity):
    """Says one clip after the other and listens for the answers."""

    _attr_name = "Satellite"
    _attr_unique_id = _PLATFORM
    _attr_tts_options = OUTPUT
    _attr_pipeline_entity_id = _PIPELINE
    _turn: Turn
    _zero: float
    _stream: tts.ResultStream | None
    _running: asyncio.Task[None] | None
    _playing: asyncio.Task[None] | None
    _sounds: asyncio.Event

    def __init__(self, device: dr.DeviceEntry) -> None:
        """Begin with nothing that was said."""
        self.device_id = device.id
        self._attr_device_info = dr.DeviceInfo(identifiers=device.identifiers)
        self._begin(0.0)

    async def say(self, clip: Clip, pipeline: str) -> Turn:
        """Say it to a pipeline; return once the answer sounds, or none comes."""
        begun = perf_counter()
        self._begin(begun + clip.spoken_until)
        self.hass.states.async_set(_PIPELINE, pipeline)
        self._conversation_id = None
        running = asyncio.create_task(
            self.async_accept_pipeline_from_satellite(_microphone(clip, begun))
        )
        sounds = asyncio.create_task(self._sounds.wait())
        async with asyncio.timeout(_SECONDS):
            await asyncio.wait({running, sounds}, return_when=asyncio.FIRST_COMPLETED)
            if not self._sounds.is_set() and self._playing is not None:
                await self._playing
        sounds.cancel()
        self._running = running
        return self._turn

    async def end(self) -> None:
        """Hear the answer to its end."""
        async with asyncio.timeout(_SECONDS):
            if self._running is not None:
                await self._running
            if self._playing is not None:
                await self._playing
        self.tts_response_finished()

    @callback
    @override
    def on_pipeline_event(self, event: PipelineEvent) -> None:
        """Note when what happened."""
        data: dict[str, Any] = event.data or {}
        match event.type:
            case PipelineEventType.RUN_START:
                if output := data.get("tts_output"):  # else an error follows
                    token = output["token"]
                    self._stream = tts.async_get_stream(self.hass, token)
            case PipelineEventType.STT_VAD_END:
                self._reached("silence")
            case PipelineEventType.STT_END:
                self._turn.heard = data["stt_output"]["text"].strip()
                self._reached("silence")  # unless that was noticed before
                self._reached("transcript")
            case PipelineEventType.INTENT_PROGRESS:
                self._on_progress(data)
            case PipelineEventType.INTENT_END:
                self._turn.locally = data["processed_locally"]
                response = data["intent_output"]["response"]
                self._turn.replied = response["speech"]["plain"]["speech"]
                self._reached("reply")
            case PipelineEventType.TTS_END:
                self._play()
            case PipelineEventType.ERROR:
                self._turn.error = str(data)

    @callback
    @override
    def async_get_configuration(self) -> AssistSatelliteConfiguration:
        """Return that there is no wake word to choose."""
        return AssistSatelliteConfiguration([], [], 0)

    @override
    async def async_set_configuration(
        self, config: AssistSatelliteConfiguration
    ) -> None:
        """Keep the only one."""

    def _begin(self, spoken_until: float) -> None:
        """Forget the turn before."""
        self._turn = Turn()
        self._zero = spoken_until
        self._stream = None
        self._running = None
        self._playing = None
        self._sounds = asyncio.Event()

    def _on_progress(self, data: dict[str, Any]) -> None:
        """Note the first words, and play as soon as there are enough of them."""
        delta = data.get("chat_log_delta") or {}
        if delta.get("role", "assistant") == "assistant" and delta.get("content"):
            self._reached("reply")
        if data.get("tts_start_streaming"):
            self._play()

    def _play(self) -> None:
        """Fetch what is spoken, unless it is being fetched."""
        if self._playing is None:
            self._reached("to_speak")
            self._playing = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        """Take the sound, as Home Assistant does for a satellite."""
        assert self._stream is not None
        beginning = b""
        async for chunk in self._stream.async_stream_result():
            if self._sounds.is_set():
                continue
            beginning += chunk
            if has_samples(beginning):
                self._reached("first_sound")
                self._sounds.set()

    def _reached(self, stage: str) -> None:
        """Note the first time."""
        self._turn.at.setdefault(stage, perf_counter() - self._zero)


async def add_satellite(hass: HomeAssistant, home: DeviceHome, area: str) -> Satellite:
    """Put a satellite into a room."""
    assert await async_setup_component(hass, DOMAIN, {})
    hass.states.async_set(_PIPELINE, "preferred")
    device = dr.async_get(hass).async_get(home.satellite(area))
    assert isinstance(device, dr.DeviceEntry)
    satellite = Satellite(device)
    platform = EntityPlatform(
        hass=hass,
        logger=logging.getLogger(__name__),
        domain=DOMAIN,
        platform_name=_PLATFORM,
        platform=None,
        scan_interval=timedelta(days=1),
        entity_namespace=None,
    )
    platform.config_entry = home.places.entry
    platform.async_prepare()
    await platform.async_add_entities([satellite])
    return satellite


def has_samples(wav: bytes) -> bool:
    """Tell whether there is sound behind the header."""
    at = wav.find(b"data")
    return 0 <= at < len(wav) - _SIZE


async def _microphone(clip: Clip, begun: float) -> AsyncGenerator[bytes]:
    """Send a chunk when it would have been recorded; behind the clip it is silent."""
    at = 0
    while True:
        at += _CHUNK
        part = clip.audio[at - _CHUNK : at].ljust(_CHUNK, b"\0")
        await asyncio.sleep(max(0.0, begun + at / WIDTH / RATE - perf_counter()))
        yield part
