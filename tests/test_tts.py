"""Jarvis' mouth: what Home Assistant has spoken."""

import asyncio
from collections.abc import AsyncGenerator

from imageio_ffmpeg import get_ffmpeg_exe
import pytest

from homeassistant.components import tts
from homeassistant.components.assist_pipeline import PipelineStage
from homeassistant.components.tts.helper import get_engine_instance
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component

from .house import Jarvis
from .ollama_server import load_script
from .speech.servers import Fault, Scripted, Start
from .speech_home import (
    HEADER,
    MOUTH,
    async_give,
    async_spell,
    async_talk,
    async_use,
    speech_stream,
)

BOTH = {"amy": ["en_GB"], "siwis": ["fr_FR"]}
FRENCH = "La lumière du salon est allumée."
ENGLISH = "The light in the living room is on."
STORY = (
    "Il était une fois un chat. Il ne voulait pas sortir de la maison, "
    "car il pleuvait depuis trois jours. Alors il dormait."
)
BOTH_WAYS = pytest.mark.parametrize("streams", [True, False], ids=["stream", "plain"])


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Keep spoken files out of the installed packages."""
    return hass_tmp_config_dir


@pytest.fixture
async def ffmpeg(hass: HomeAssistant) -> None:
    """Bring the program that makes of speech what a satellite plays."""
    config = {"ffmpeg": {"ffmpeg_bin": get_ffmpeg_exe()}}
    assert await async_setup_component(hass, "ffmpeg", config)


@pytest.fixture
async def alone(jarvis_alone: Jarvis) -> Jarvis:
    """Return a Jarvis without a model, in a home with pipelines."""
    assert await async_setup_component(jarvis_alone.hass, "assist_pipeline", {})
    return jarvis_alone


@pytest.fixture
async def talking(alone: Jarvis, start_speech: Start) -> tuple[Jarvis, Scripted]:
    """Return a Jarvis and a server that speaks both languages."""
    server = await start_speech(voices=BOTH, streams=True)
    await async_give(alone.hass, alone.entry, server)
    return alone, server


def entity(jarvis: Jarvis) -> tts.TextToSpeechEntity:
    """Return Jarvis' mouth."""
    found = get_engine_instance(jarvis.hass, MOUTH)
    assert isinstance(found, tts.TextToSpeechEntity)
    return found


async def async_speak(jarvis: Jarvis, text: str, language: str, **options: str) -> str:
    """Have a text spoken; return what can be heard."""
    stream = speech_stream(jarvis.hass, language, **options)
    stream.async_set_message(text)
    return await async_spell(jarvis.hass, stream)


@BOTH_WAYS
async def test_a_sentence(alone: Jarvis, start_speech: Start, streams: bool) -> None:
    """All of it is spoken."""
    server = await start_speech(voices=BOTH, streams=streams)
    await async_give(alone.hass, alone.entry, server)

    assert await async_speak(alone, FRENCH, "fr-FR") == FRENCH


@pytest.mark.parametrize(
    ("text", "language", "chosen", "expected"),
    [
        (FRENCH, "fr-FR", {}, "siwis"),
        (FRENCH, "en-GB", {}, "siwis"),
        (FRENCH, "en-GB", {"voice": "auto"}, "siwis"),
        (FRENCH, "en-GB", {"voice": "amy"}, "amy"),
        (ENGLISH, "fr-FR", {}, "amy"),
        (ENGLISH, "fr-FR", {"voice": "siwis"}, "siwis"),
        # What cannot be told is in the language that is expected.
        ("21", "fr-FR", {}, "siwis"),
        ("21", "en-GB", {}, "amy"),
    ],
)
async def test_the_voice_of_the_answers_language(
    talking: tuple[Jarvis, Scripted],
    text: str,
    language: str,
    chosen: dict[str, str],
    expected: str,
) -> None:
    """French is not read with an English voice, unless somebody wants that."""
    jarvis, server = talking

    await async_speak(jarvis, text, language, **chosen)

    assert [one.voice.name for one in server.requests] == [expected]


async def test_another_language_is_not_guessed_at(
    alone: Jarvis, start_speech: Start
) -> None:
    """Jarvis tells French from English, and knows no other."""
    server = await start_speech(voices={**BOTH, "thorsten": ["de_DE"]})
    await async_give(alone.hass, alone.entry, server)

    await async_speak(alone, "Das Licht ist an.", "de-DE")

    assert server.requests[0].voice.name == "thorsten"


async def test_what_can_be_chosen(alone: Jarvis, start_speech: Start) -> None:
    """Voices of all servers, and before them none in particular."""
    first = await start_speech(voices=BOTH)
    second = await start_speech(voices={"upmc": ["fr_FR"], "siwis": ["fr_FR"]})
    alone.hass.config.language = "fr"
    await async_give(alone.hass, alone.entry, first, second)

    mouth = entity(alone)

    assert mouth.supported_languages == ["en-GB", "fr-FR"]
    assert mouth.default_language == "fr-FR"
    voices = mouth.async_get_supported_voices("fr-FR") or []
    assert [one.voice_id for one in voices] == ["auto", "siwis", "upmc"]
    assert mouth.async_get_supported_voices("de-DE") is None


async def test_a_voice_that_comes_later(alone: Jarvis, start_speech: Start) -> None:
    """Languages follow what the servers say."""
    server = await start_speech(voices={"amy": ["en_GB"]})
    await async_give(alone.hass, alone.entry, server)
    server.voices = BOTH

    for watch in alone.entry.runtime_data.speech.watches:
        await watch.async_look()

    assert entity(alone).supported_languages == ["en-GB", "fr-FR"]


@BOTH_WAYS
@pytest.mark.parametrize(
    "fault", [Fault.CLOSES_AT_START, Fault.CLOSES_AT_END, Fault.ERROR]
)
async def test_a_failure_before_the_first_sound(
    alone: Jarvis, start_speech: Start, streams: bool, fault: Fault
) -> None:
    """Nobody hears that a server failed."""
    first = await start_speech(voices=BOTH, streams=streams, fault=fault)
    second = await start_speech(voices=BOTH, streams=streams)
    await async_give(alone.hass, alone.entry, first, second)

    assert await async_speak(alone, FRENCH, "fr-FR") == FRENCH
    assert first.requests


@BOTH_WAYS
async def test_a_failure_amid_the_words(
    alone: Jarvis, start_speech: Start, streams: bool
) -> None:
    """The next server goes on at the clause."""
    cut = STORY.index("il pleuvait")
    first = await start_speech(voices=BOTH, streams=True, dies_after=cut + 3)
    second = await start_speech(voices=BOTH, streams=streams)
    await async_give(alone.hass, alone.entry, first, second)

    heard = await async_speak(alone, STORY, "fr-FR")

    assert heard == STORY[: cut + 3] + STORY[STORY.index("car il") :]


async def test_nobody_can_go_on(alone: Jarvis, start_speech: Start) -> None:
    """What fails for good is told, in words."""
    server = await start_speech(voices=BOTH, fault=Fault.ERROR)
    await async_give(alone.hass, alone.entry, server)

    with pytest.raises(HomeAssistantError) as raised:
        await async_speak(alone, FRENCH, "fr-FR")

    assert raised.value.translation_key == "not_spoken"
    assert raised.value.translation_placeholders == {"server": str(server.address)}


async def test_nothing_that_can_be_said(alone: Jarvis, start_speech: Start) -> None:
    """It is a short silence, not an error."""
    server = await start_speech(voices=BOTH)
    await async_give(alone.hass, alone.entry, server)
    stream = speech_stream(alone.hass, "fr-FR")

    async def nothing() -> AsyncGenerator[str]:
        yield " "

    stream.async_set_message_stream(nothing())

    assert await async_spell(alone.hass, stream) == ""


async def test_an_answer_while_it_is_written(
    jarvis_model_only: Jarvis, start_speech: Start
) -> None:
    """From the words that were heard to the sound of the model's answer."""
    jarvis = jarvis_model_only
    hass = jarvis.hass
    assert await async_setup_component(hass, "assist_pipeline", {})
    server = await start_speech(
        hears=["fr"], voices=BOTH, streams=True, transcript="Raconte une histoire."
    )
    jarvis.ollama.script = load_script([{"say": STORY}])
    await async_give(hass, jarvis.entry, server)
    await async_use(
        hass,
        "fr",
        conversation_engine="conversation.jarvis",
        tts_language="fr-FR",
        tts_voice="auto",
    )

    run = await async_talk(hass, end=PipelineStage.TTS)

    assert run.error is None
    token = run.data("tts-end")["tts_output"]["token"]
    stream = tts.async_get_stream(hass, token)
    assert stream
    assert await async_spell(hass, stream) == STORY
    assert [one.voice.name for one in server.requests if one.text] == ["siwis"]


async def test_a_satellite_hears_the_first_clause_at_once(
    ffmpeg: None, talking: tuple[Jarvis, Scripted]
) -> None:
    """It is played while the rest is still being written."""
    jarvis, _ = talking
    stream = speech_stream(jarvis.hass, "fr-FR", preferred_sample_rate=16_000)
    is_written = asyncio.Event()

    async def written() -> AsyncGenerator[str]:
        yield "Il était une fois un chat, "
        await is_written.wait()
        yield "qui dormait."

    stream.async_set_message_stream(written())
    sound = stream.async_stream_result()
    heard = b""
    async with asyncio.timeout(30):
        while len(heard) <= HEADER:
            heard += await anext(sound)

    is_written.set()
    async for part in sound:
        heard += part
    assert heard[:4] == b"RIFF"


async def test_unload_closes_everything(alone: Jarvis, start_speech: Start) -> None:
    """Whoever is listening is told, and no connection is left."""
    server = await start_speech(voices=BOTH, streams=True)
    await async_give(alone.hass, alone.entry, server)
    response = await entity(alone).async_stream_tts_audio(
        tts.TTSAudioRequest("fr-FR", {}, endless())
    )
    assert await anext(response.data_gen)

    assert await alone.hass.config_entries.async_unload(alone.entry.entry_id)

    with pytest.raises(HomeAssistantError):
        async for _ in response.data_gen:
            pass
    while server.open:
        await asyncio.sleep(0)


async def endless() -> AsyncGenerator[str]:
    """Begin a text that never ends."""
    yield "Il était une fois un chat qui ne voulait pas finir. "
    await asyncio.Event().wait()
