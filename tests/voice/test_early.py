"""A complete command is done before Assist itself notices that it is over."""

import asyncio
from typing import override

import pytest

from custom_components.jarvis.const import CONF_END_EARLY, DOMAIN
from homeassistant.components.assist_pipeline import PipelineEvent, PipelineEventType
from homeassistant.core import callback

from .conftest import SpokenHouse
from .own_ears import Listener, own_ears, put_into
from .servers import VOICE, silence, synthesised

SAID = {
    "en": ("Turn on the kitchen light.", "light.kitchen", "on"),
    "fr": ("Allume la lumière de la cuisine.", "light.kitchen", "on"),
}
OPEN = {"en": "I am cold.", "fr": "J'ai froid."}
_HEARD = (PipelineEventType.STT_VAD_END, PipelineEventType.STT_END)


class _Noting(Listener):
    """A satellite that notes what it is told."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.heard: list[PipelineEventType] = []
        self.text = ""

    @callback
    @override
    def on_pipeline_event(self, event: PipelineEvent) -> None:
        """Note the end of the sound, and what was heard."""
        super().on_pipeline_event(event)
        if event.type in _HEARD:
            self.heard.append(event.type)
        if event.type is PipelineEventType.STT_END and event.data:
            self.text = event.data["stt_output"]["text"]


async def _listening(
    spoken: SpokenHouse, whisper: int, piper: int, *, end_early: bool
) -> _Noting:
    """Return a satellite in a house that wants the end early, or not."""
    await own_ears(spoken.hass, whisper, piper)
    (entry,) = spoken.hass.config_entries.async_entries(DOMAIN)
    options = {CONF_END_EARLY: end_early}
    spoken.hass.config_entries.async_update_entry(entry, options=options)
    listener = _Noting()
    await put_into(listener, spoken, "living")
    return listener


async def _say(listener: _Noting, spoken: SpokenHouse, audio: bytes) -> None:
    """Say something at the speed of speech, and fall silent."""
    async with asyncio.timeout(60):
        await listener.async_say(silence(0.3) + audio)
    await spoken.hass.async_block_till_done()


@pytest.mark.parametrize("end_early", [False, True])
@pytest.mark.parametrize("spoken", SAID, indirect=True)
async def test_the_command_is_done(
    spoken: SpokenHouse, whisper: int, piper: int, end_early: bool
) -> None:
    """Where the owner wants it nothing waits for the end that Assist hears."""
    words, entity_id, state = SAID[spoken.language]
    listener = await _listening(spoken, whisper, piper, end_early=end_early)
    audio = await synthesised(piper, words, VOICE[spoken.language])

    await _say(listener, spoken, audio)

    assert listener.text == words
    assert spoken.home.states()[entity_id][0] == state
    assert listener.heard == list(_HEARD[1 if end_early else 0 :])


@pytest.mark.parametrize("spoken", OPEN, indirect=True)
async def test_what_is_not_complete_waits(
    spoken: SpokenHouse, whisper: int, piper: int
) -> None:
    """What nobody can be certain of is heard to the end that Assist hears."""
    words = OPEN[spoken.language]
    listener = await _listening(spoken, whisper, piper, end_early=True)
    audio = await synthesised(piper, words, VOICE[spoken.language])

    await _say(listener, spoken, audio)

    assert (listener.text, listener.heard) == (words, list(_HEARD))
