"""A Jarvis whose ears and mouth are scripted servers."""

from array import array
import asyncio
from collections.abc import AsyncGenerator, AsyncIterable
from dataclasses import dataclass, field
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.components import stt, tts
from homeassistant.components.assist_pipeline import (
    AudioSettings,
    PipelineEvent,
    PipelineStage,
    async_pipeline_from_audio_stream,
)
from homeassistant.components.assist_pipeline.pipeline import (
    async_get_pipeline,
    async_update_pipeline,
)
from homeassistant.core import Context, HomeAssistant

from .speech.servers import Scripted, spelled

EARS = "stt.jarvis"
MOUTH = "tts.jarvis"
HEADER = 44
"""Bytes of a WAV file before its sound."""

METADATA = stt.SpeechMetadata(
    language="",
    format=stt.AudioFormats.WAV,
    codec=stt.AudioCodecs.PCM,
    bit_rate=stt.AudioBitRates.BITRATE_16,
    sample_rate=stt.AudioSampleRates.SAMPLERATE_16000,
    channel=stt.AudioChannels.CHANNEL_MONO,
)


async def async_give(
    hass: HomeAssistant, entry: MockConfigEntry, *servers: Scripted
) -> None:
    """Set these servers for speech, and wait until they said what they can do."""
    data = [{"host": one.address.host, "port": one.port} for one in servers]
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "speech_servers": data}
    )
    await hass.async_block_till_done()
    await async_described(hass, entry)


async def async_described(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Wait until each server was asked what it can do."""
    watches = entry.runtime_data.speech.watches
    while any(one.health.offer is None and one.health.well for one in watches):
        await asyncio.sleep(0.001)
    await hass.async_block_till_done()


async def async_look(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Look at all servers now."""
    for watch in entry.runtime_data.speech.watches:
        await watch.async_look()
    await hass.async_block_till_done()


@dataclass
class Run:
    """What a run of a pipeline told."""

    events: list[PipelineEvent] = field(default_factory=list)

    def data(self, kind: str) -> dict[str, Any]:
        """Return the data of the first event of a kind; empty where there is none."""
        found = (one.data for one in self.events if one.type == kind)
        return next(found, None) or {}

    @property
    def heard(self) -> str | None:
        """What was heard."""
        text: str | None = self.data("stt-end").get("stt_output", {}).get("text")
        return text

    @property
    def error(self) -> str | None:
        """Why it ended early."""
        return self.data("error").get("code")


async def async_talk(
    hass: HomeAssistant,
    sound: AsyncIterable[bytes] | None = None,
    end: PipelineStage = PipelineStage.STT,
    **more: Any,
) -> Run:
    """Speak to the preferred pipeline, as a satellite does."""
    run = Run()
    await async_pipeline_from_audio_stream(
        hass,
        context=Context(),
        event_callback=run.events.append,
        stt_metadata=METADATA,
        stt_stream=sound or some_sound(),
        audio_settings=AudioSettings(is_vad_enabled=False),
        end_stage=end,
        tts_audio_output={tts.ATTR_PREFERRED_FORMAT: "wav"},
        **more,
    )
    return run


async def some_sound() -> AsyncGenerator[bytes]:
    """Return a tenth of a second."""
    for _ in range(10):
        yield bytes(320)


async def async_use(hass: HomeAssistant, language: str, **settings: Any) -> None:
    """Have the preferred pipeline hear and speak a language with Jarvis' servers."""
    await async_update_pipeline(
        hass,
        async_get_pipeline(hass),
        **{
            "language": language,
            "stt_engine": EARS,
            "stt_language": language,
            "tts_engine": MOUTH,
            "tts_language": language,
            **settings,
        },
    )


async def async_spell(hass: HomeAssistant, stream: tts.ResultStream) -> str:
    """Return what can be heard of a spoken text."""
    sound = b"".join([part async for part in stream.async_stream_result()])
    assert sound[:4] == b"RIFF"
    samples = (round(one * 32_768) for one in array("f", sound[HEADER:]))
    return spelled(array("h", samples).tobytes())


def speech_stream(
    hass: HomeAssistant, language: str, **options: Any
) -> tts.ResultStream:
    """Return what a text can be given to, so that it is spoken."""
    options[tts.ATTR_PREFERRED_FORMAT] = "wav"
    return tts.async_create_stream(hass, MOUTH, language=language, options=options)
