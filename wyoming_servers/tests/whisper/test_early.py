"""The text before the client ends the audio, where the owner wants that."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from ..clips import FORMAT, say, silence, spoken
from ..process import WHISPER, Server
from ..wire import Reply, Wire


@pytest.fixture(scope="module")
async def early() -> AsyncIterator[Server]:
    """A server that ends commands by itself."""
    flags = ("--model", str(WHISPER), "--early-end")
    async with Server("jarvis_wyoming.whisper", *flags) as server:
        yield server


async def speak(
    server: Server, text: str, seconds: float, *names: str, language: str = "en"
) -> Reply | None:
    """Say a sentence and be silent, without ever ending; return what came."""
    async with Wire(server.port) as wire:
        await wire.send("transcribe", {"language": language, "transcript_names": names})
        await wire.send("audio-start", FORMAT)
        answer = asyncio.create_task(wire.receive())
        audio = spoken(language, text, after=0) + silence(seconds)
        await say(wire, audio, live=True)
        if not answer.done():
            answer.cancel()
            return None
        return await answer


async def test_a_complete_command_ends_by_itself(early: Server) -> None:
    """Given the name of the thing, nothing is missing."""
    reply = await speak(early, "Open the garage door.", 0.7, "garage door")
    assert reply is not None
    assert reply.data["text"] == "Open the garage door."


async def test_what_may_go_on_is_waited_for(early: Server) -> None:
    """A sentence that the grammar does not know stays with the client's silence."""
    assert await speak(early, "Open the garage door.", 0.7) is None


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("en", "Lock the front", "front door"),
        ("en", "Open the garage", "garage door"),
        ("fr", "Ferme la porte", "porte d'entrée"),
        ("fr", "Annule le", "minuteur"),
        ("en", "Start the vacuum cleaner", "front door"),  # heard: "Stop the music."
        ("fr", "Allume le ventilateur du", "lumière du salon"),
    ],
)
async def test_a_beginning_is_waited_for(
    early: Server, language: str, text: str, name: str
) -> None:
    """Whether the model hears it right or takes it for a command."""
    assert await speak(early, text, 1.0, name, language=language) is None


async def test_the_rest_of_the_audio_is_passed_over(early: Server) -> None:
    """One text for an utterance; the next one is heard on the same connection."""
    async with Wire(early.port) as wire:
        for _ in range(2):
            await wire.send("transcribe", {"language": "en"})
            await wire.send("audio-start", FORMAT)
            audio = spoken("en", "Good night.", after=0.8)
            await say(wire, audio, live=True)
            await wire.send("audio-stop")
            assert (await wire.receive()).data["text"] == "Good night."
        assert (await wire.ask("ping")).kind == "pong"


async def test_without_the_option_it_never_ends_by_itself(whisper: Server) -> None:
    """The default is to wait for the client."""
    assert await speak(whisper, "Good night.", 1.0) is None
