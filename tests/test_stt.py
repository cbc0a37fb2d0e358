"""Jarvis' ears in a pipeline of Assist."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from pytest_homeassistant_custom_component.common import (
    mock_restore_cache_with_extra_data,
)

from custom_components.jarvis.const import CONF_END_EARLY
from homeassistant.components import stt
from homeassistant.components.assist_pipeline import PipelineStage
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component

from .house import AREAS, ENTITIES, Jarvis
from .speech.servers import Fault, Start, Told
from .speech_home import (
    EARS,
    MOUTH,
    async_described,
    async_give,
    async_look,
    async_talk,
    async_use,
    some_sound,
)


@pytest.fixture
async def alone(jarvis_alone: Jarvis) -> Jarvis:
    """Return a Jarvis without a model, in a home with pipelines."""
    assert await async_setup_component(jarvis_alone.hass, "assist_pipeline", {})
    return jarvis_alone


def entity(jarvis: Jarvis) -> stt.SpeechToTextEntity:
    """Return Jarvis' ears."""
    found = stt.async_get_speech_to_text_entity(jarvis.hass, EARS)
    assert found
    return found


async def test_a_command(alone: Jarvis, start_speech: Start) -> None:
    """What is heard is done."""
    server = await start_speech(hears=["fr", "en"], transcript="Allume le salon.")
    await async_give(alone.hass, alone.entry, server)
    await async_use(
        alone.hass, "fr", tts_engine=None, conversation_engine="conversation.jarvis"
    )

    run = await async_talk(alone.hass, end=PipelineStage.INTENT)

    assert run.heard == "Allume le salon."
    assert run.error is None
    light = alone.hass.states.get("light.salon")
    assert light
    assert light.state == "on"
    assert server.requests[0].sound == bytes(3200)


async def test_the_names_of_the_house(alone: Jarvis, start_speech: Start) -> None:
    """Rooms, people and what is exposed are likely to be named."""
    person = [{"id": "1", "name": "Zoé"}]
    assert await async_setup_component(alone.hass, "person", {"person": person})
    server = await start_speech(hears=["fr"])
    await async_give(alone.hass, alone.entry, server)
    await async_use(alone.hass, "fr", tts_engine=None)

    await async_talk(alone.hass)

    asked = server.requests[0].transcribe
    assert asked
    assert asked.transcript_names
    assert asked.transcript_terms
    assert {"Zoé", *AREAS} <= set(asked.transcript_names)
    all_names = {name for names, _ in ENTITIES.values() for name in names}
    assert all_names <= {*asked.transcript_names, *asked.transcript_terms}
    assert not {*asked.transcript_names} & {*asked.transcript_terms}


async def test_an_early_transcript(alone: Jarvis, start_speech: Start) -> None:
    """The pipeline goes on before the sound has ended."""
    server = await start_speech(hears=["fr"], transcript="Stop.", early_after=640)
    await async_give(alone.hass, alone.entry, server)
    await async_use(alone.hass, "fr", tts_engine=None)

    async def endless() -> AsyncGenerator[bytes]:
        while True:
            yield bytes(320)
            await asyncio.sleep(0)

    assert (await async_talk(alone.hass, endless())).heard == "Stop."


@pytest.mark.parametrize(
    ("text", "end_early", "is_cut"),
    [
        ("Allume le salon.", False, False),
        ("Allume le salon.", True, True),
        ("Allume le salon et", True, False),
        ("Turn on the salon.", True, True),
        ("Bonjour.", True, False),
    ],
)
async def test_the_end_of_a_complete_command(
    alone: Jarvis, start_speech: Start, text: str, end_early: bool, is_cut: bool
) -> None:
    """Where the owner wants it the sound ends with what is complete in this house."""
    told = Told(after=3200, text=text)
    server = await start_speech(hears=["fr"], transcript=text, tells=[told])
    await async_give(alone.hass, alone.entry, server)
    options = {CONF_END_EARLY: end_early}
    alone.hass.config_entries.async_update_entry(alone.entry, options=options)
    await async_use(alone.hass, "fr", tts_engine=None)

    async def spoken() -> AsyncGenerator[bytes]:
        yield bytes(3200)
        if is_cut:  # nothing else would end this
            await asyncio.Event().wait()
        while not server.requests or len(server.requests[0].sound) < 3200:
            await asyncio.sleep(0)
        yield bytes(3200)

    async with asyncio.timeout(30):
        run = await async_talk(alone.hass, spoken())

    assert run.heard == text
    assert len(server.requests[0].sound) == (3200 if is_cut else 6400)


async def test_nothing_was_said(alone: Jarvis, start_speech: Start) -> None:
    """Silence is told as silence, and nobody else is asked."""
    first = await start_speech(hears=["fr"], transcript="")
    second = await start_speech(hears=["fr"])
    await async_give(alone.hass, alone.entry, first, second)
    await async_use(alone.hass, "fr", tts_engine=None)

    assert (await async_talk(alone.hass)).error == "stt-no-text-recognized"
    assert not second.requests


@pytest.mark.parametrize(
    "fault", [Fault.CLOSES_AT_START, Fault.CLOSES_AT_END, Fault.ERROR, None]
)
async def test_failover(
    alone: Jarvis, start_speech: Start, fault: Fault | None
) -> None:
    """However the first server fails, nobody has to say it again."""
    first = await start_speech(hears=["fr"], fault=fault)
    second = await start_speech(hears=["fr"], transcript="Bonjour.")
    await async_give(alone.hass, alone.entry, first, second)
    await async_use(alone.hass, "fr", tts_engine=None)
    if fault is None:
        await first.stop()

    run = await async_talk(alone.hass)

    assert (run.heard, run.error) == ("Bonjour.", None)
    assert second.requests[0].sound == bytes(3200)
    if fault is None:
        await first.start()


async def test_nobody_hears(alone: Jarvis, start_speech: Start) -> None:
    """The pipeline is told, and Jarvis goes on."""
    server = await start_speech(hears=["fr"], fault=Fault.ERROR)
    await async_give(alone.hass, alone.entry, server)
    await async_use(alone.hass, "fr", tts_engine=None)

    assert (await async_talk(alone.hass)).error == "stt-stream-failed"
    server.fault = None
    assert (await async_talk(alone.hass)).heard == "Hello."


async def test_languages_of_all_servers(alone: Jarvis, start_speech: Start) -> None:
    """They follow what the servers say."""
    first = await start_speech(hears=["fr"])
    second = await start_speech(hears=["de_DE"])
    await async_give(alone.hass, alone.entry, first, second)
    assert entity(alone).supported_languages == ["de-DE", "fr"]

    first.hears = ["en", "fr"]
    await async_look(alone.hass, alone.entry)

    assert entity(alone).supported_languages == ["de-DE", "en", "fr"]


async def test_the_pickiest_decides_about_the_sound(
    alone: Jarvis, start_speech: Start
) -> None:
    """Any of the servers must be able to take it."""
    first = await start_speech(hears=["fr"], needs_vad=False)
    second = await start_speech(hears=["fr"])
    await async_give(alone.hass, alone.entry, first)
    assert not entity(alone).audio_processing.requires_external_vad

    await async_give(alone.hass, alone.entry, first, second)

    assert entity(alone).audio_processing.requires_external_vad


async def test_ears_and_mouth_while_there_are_servers(
    alone: Jarvis, start_speech: Start
) -> None:
    """Each is there while a server offers it, and leaves nothing behind."""
    ears = await start_speech(hears=["fr"])
    mouth = await start_speech(voices={"siwis": ["fr_FR"]})
    assert there(alone.hass) == set()

    await async_give(alone.hass, alone.entry, ears)
    assert there(alone.hass) == {EARS}
    await async_give(alone.hass, alone.entry, ears, mouth)
    assert there(alone.hass) == {EARS, MOUTH}
    await async_give(alone.hass, alone.entry, mouth)
    assert there(alone.hass) == {MOUTH}
    await async_give(alone.hass, alone.entry)
    assert there(alone.hass) == set()


async def test_a_server_is_away_when_home_assistant_starts(
    alone: Jarvis, start_speech: Start
) -> None:
    """What it could do before is remembered, so that pipelines hold."""
    hass, entry = alone.hass, alone.entry
    server = await start_speech(hears=["de", "fr"])
    await async_give(hass, entry, server)
    state = hass.states.get(EARS)
    assert state
    extra = entity(alone).extra_restore_state_data
    assert extra
    assert await hass.config_entries.async_unload(entry.entry_id)
    await server.stop()
    mock_restore_cache_with_extra_data(
        hass, [(State(EARS, state.state), extra.as_dict())]
    )

    assert await hass.config_entries.async_setup(entry.entry_id)
    await async_described(hass, entry)

    assert there(hass) == {EARS}
    assert entity(alone).supported_languages == ["de", "fr"]
    await server.start()
    await async_look(hass, entry)
    assert entity(alone).supported_languages == ["de", "fr"]


async def test_unload_closes_everything(alone: Jarvis, start_speech: Start) -> None:
    """Whoever is being heard is told, and no connection is left."""
    first = await start_speech(hears=["fr"], fault=Fault.SILENT)
    second = await start_speech(hears=["fr"])
    await async_give(alone.hass, alone.entry, first, second)
    ears = entity(alone)
    hearing = asyncio.create_task(
        ears.async_process_audio_stream(metadata("fr"), some_sound())
    )
    while not (first.requests and first.requests[0].is_whole):
        await asyncio.sleep(0)

    assert await alone.hass.config_entries.async_unload(alone.entry.entry_id)

    assert (await hearing).result is stt.SpeechResultState.ERROR
    while first.open or second.open:
        await asyncio.sleep(0)
    assert not second.requests


def metadata(language: str) -> stt.SpeechMetadata:
    """Return what Assist records, in a language."""
    return stt.SpeechMetadata(
        language,
        stt.AudioFormats.WAV,
        stt.AudioCodecs.PCM,
        stt.AudioBitRates.BITRATE_16,
        stt.AudioSampleRates.SAMPLERATE_16000,
        stt.AudioChannels.CHANNEL_MONO,
    )


def there(hass: HomeAssistant) -> set[str]:
    """Return Jarvis' engines, which are registered exactly while they are there."""
    registry = er.async_get(hass)
    registered = {EARS, MOUTH} & set(registry.entities)
    shown = {one for one in (EARS, MOUTH) if hass.states.get(one)}
    assert registered == shown
    return shown
