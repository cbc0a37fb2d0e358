"""The model begins to answer at the silence behind the words, not at its end."""

import asyncio

import pytest

from homeassistant.components.assist_satellite.entity import AssistSatelliteState
from tests.ollama_server import load_script

from .conftest import SpokenHouse
from .own_ears import Listener, own_ears, put_into
from .servers import VOICE, silence, synthesised

SAID = {"en": "Good night.", "fr": "Bonne nuit."}


def _asked(spoken: SpokenHouse, words: str) -> int:
    """Count how often the model was asked something."""
    return sum(
        str(body["messages"][-1]["content"]).endswith(words)
        for body in spoken.ollama.chats
    )


@pytest.mark.parametrize("spoken", SAID, indirect=True)
async def test_begun_in_the_silence(
    spoken: SpokenHouse, whisper: int, piper: int
) -> None:
    """Given a satellite that still listens, the model is asked already, and once."""
    hass, words = spoken.hass, SAID[spoken.language]
    spoken.ollama.script = load_script([{"said": "", "say": "Sleep well."}])
    await own_ears(hass, whisper, piper)
    satellite = Listener()
    await put_into(satellite, spoken, "living")
    audio = silence(0.3) + await synthesised(piper, words, VOICE[spoken.language])
    heard_at: list[str] = []

    running = asyncio.create_task(satellite.async_say(audio))
    async with asyncio.timeout(30):
        while not running.done():
            if not heard_at and _asked(spoken, words):
                heard_at.append(satellite.state or "")
            await asyncio.sleep(0.01)
        await running

    assert heard_at == [AssistSatelliteState.LISTENING]
    assert _asked(spoken, words) == 1
