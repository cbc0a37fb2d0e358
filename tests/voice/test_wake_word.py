"""«Hey Jarvis» wakes the pipeline through the wake word server; other words do not."""

from collections.abc import Generator
from pathlib import Path
import re
import socket
import subprocess
import time

import pytest

from .conftest import SpokenHouse
from .sentences import LANGUAGES, sentences
from .servers import (
    HOST,
    VOICE,
    recording,
    silence,
    synthesised,
    wake_word_programs,
)
from .talking import NotAnswered

_WORD = "hey_jarvis"
_START_SECONDS, _END_SECONDS = 30, 10
_BEFORE, _AFTER = silence(0.3), silence(1.0)
_OPEN = silence(2.0)
"""What the server has to have heard before it recognises anything."""


@pytest.fixture
def wake_word(socket_enabled: None, tmp_path: Path) -> Generator[int]:
    """Return the port of rhasspy's wyoming-openwakeword with «Hey Jarvis»."""
    program = wake_word_programs() / "wyoming-openwakeword"
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
    where = ("--uri", f"tcp://{HOST}:{port}", "--preload-model", _WORD)
    log = tmp_path / "wake_word.log"
    with log.open("wb") as output:
        process = subprocess.Popen([program, *where], stdout=output, stderr=output)
    try:
        _wait_for(port, process, log)
        yield port
    finally:
        process.terminate()
        process.wait(_END_SECONDS)


@pytest.fixture
def ports(whisper: int, piper: int, wake_word: int) -> tuple[int, ...]:
    """Return where it is heard, spoken and woken."""
    return whisper, piper, wake_word


@pytest.mark.parametrize("spoken", LANGUAGES, indirect=True)
async def test_hey_jarvis_wakes_and_the_command_follows(
    spoken: SpokenHouse, piper: int
) -> None:
    """Given a microphone that is open, what is said after the word is done."""
    command = next(one for one in sentences(spoken.language) if one.changes)
    audio = await synthesised(piper, command.say, VOICE[spoken.language])

    answered = await spoken.satellite.hear(
        _BEFORE + audio + _AFTER,
        spoken.home.satellite("living"),
        wake=_OPEN + recording("hey_jarvis_en.wav"),
    )

    assert answered.transcript == command.say
    assert re.search(command.reply, answered.reply), answered.reply
    assert answered.audio
    await spoken.hass.async_block_till_done()
    states = spoken.home.states()
    assert command.changes == {one: states[one][0] for one in command.changes}


@pytest.mark.parametrize("said", ["cmd_en.wav", "cmd_fr.wav"])
@pytest.mark.parametrize("spoken", ["fr"], indirect=True)
async def test_other_words_do_not_wake(spoken: SpokenHouse, said: str) -> None:
    """Given a command without the word, nothing is understood and nothing is done."""
    before = spoken.home.states()

    with pytest.raises(NotAnswered, match="wake-word-timeout"):
        await spoken.satellite.hear(
            b"",
            spoken.home.satellite("living"),
            wake=_OPEN + recording(said),
            patience=8,
        )

    await spoken.hass.async_block_till_done()
    assert spoken.home.states() == before
    assert spoken.ollama.requests == []


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server takes connections."""
    for _ in range(_START_SECONDS * 20):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        assert process.poll() is None, log.read_text("utf-8")
        time.sleep(0.05)
    raise AssertionError(f"It does not become ready: {log.read_text('utf-8')}")
