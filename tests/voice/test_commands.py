"""The whole way of each of 48 commands: said, heard, done, answered, spoken."""

import re

import numpy as np
import pytest

from homeassistant.components.todo.const import DATA_COMPONENT as TODO_LISTS
from tests.ollama_server import load_script

from .conftest import SpokenHouse
from .sentences import LANGUAGES, Sentence, sentences
from .servers import VOICE, silence, synthesised, transcribed

_BEFORE, _AFTER = silence(0.3), silence(1.0)
"""A person begins after the microphone; Home Assistant waits for the end."""
_ASKED_AND_ANSWERED = {
    "en": ("Good night.", "Set the temperature to 21 degrees."),
    "fr": ("Bonne nuit.", "Mets le chauffage à 21 degrés."),
}
_AUDIBLE = 500
"""The root mean square of speech, of 32,768."""
_PADDING = len(silence(0.15))
"""What MP3 adds at both ends, in bytes."""


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_one_server_says_the_other_understands(
    socket_enabled: None, whisper: int, piper: int, language: str
) -> None:
    """Each sentence that is spoken is heard as it is written."""
    for sentence in sentences(language):
        audio = await synthesised(piper, sentence.say, VOICE[language])
        heard = await transcribed(whisper, _BEFORE + audio + _AFTER, language)
        assert heard == sentence.say


@pytest.mark.parametrize("spoken", LANGUAGES, indirect=True)
async def test_commands(
    spoken: SpokenHouse, piper: int, subtests: pytest.Subtests
) -> None:
    """Each sentence that is said aloud does what it says, and is answered aloud."""
    device_id = spoken.home.satellite("living")
    for sentence in sentences(spoken.language):
        with subtests.test(str(sentence.say)):
            await spoken.home.async_reset(
                {one: {"state": state} for one, state in sentence.before.items()}
            )
            said = [{"said": "", "say": sentence.model or "I do not know."}]
            spoken.ollama.script = load_script(said)
            voice = VOICE[spoken.language]
            audio = await synthesised(piper, sentence.say, voice)
            answered = await spoken.satellite.hear(_BEFORE + audio + _AFTER, device_id)
            assert answered.transcript == sentence.say
            assert re.search(sentence.reply, answered.reply), answered.reply
            await _check_house(spoken, sentence)
            # Neither silent nor cut: what the voice says of the whole text at once.
            assert loudness(answered.audio) > _AUDIBLE
            whole = await synthesised(piper, answered.reply, voice)
            assert len(answered.audio) == pytest.approx(len(whole), abs=_PADDING)


@pytest.mark.parametrize("spoken", LANGUAGES, indirect=True)
async def test_nothing_hears_itself(spoken: SpokenHouse, piper: int) -> None:
    """What the speaker says comes back to the microphone, and is not answered."""
    device_id = spoken.home.satellite("living")
    # The small Whisper hears nothing but its sentences: the model says one of them.
    question, answer = _ASKED_AND_ANSWERED[spoken.language]
    spoken.ollama.script = load_script([{"said": "", "say": answer}])
    audio = await synthesised(piper, question, VOICE[spoken.language])
    answered = await spoken.satellite.hear(_BEFORE + audio + _AFTER, device_id)
    assert answered.reply == answer

    echo = await spoken.satellite.hear(_BEFORE + answered.audio + _AFTER, device_id)
    assert echo.transcript == answer
    assert (echo.reply, echo.audio) == ("", b"")
    heating = spoken.hass.states.get("climate.heating")
    assert heating
    assert heating.attributes["temperature"] == 19


async def _check_house(spoken: SpokenHouse, sentence: Sentence) -> None:
    """Compare what is so now with what was to come."""
    await spoken.hass.async_block_till_done()
    states = spoken.home.states()
    for entity_id, wanted in sentence.changes.items():
        state, attributes = states[entity_id]
        if isinstance(wanted, dict):
            assert wanted.items() <= attributes.items()
        else:
            assert state == wanted
    if sentence.timers is not None:
        assert spoken.timers == sentence.timers
    if sentence.items is not None:
        shopping = spoken.hass.data[TODO_LISTS].get_entity("todo.shopping")
        assert shopping
        items = [item.summary for item in shopping.todo_items or ()]
        assert items == [sentence.items]


def loudness(audio: bytes) -> float:
    """Return the root mean square of samples."""
    samples = np.frombuffer(audio, "<i2").astype(np.float64)
    return float(np.sqrt(np.mean(samples**2)))
