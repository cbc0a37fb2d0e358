"""What is certainly all that is said is not listened to any longer."""

import asyncio
from collections.abc import AsyncGenerator
from itertools import count
from typing import Final

import pytest

from custom_components.jarvis.speech.hearing import Vocabulary, hear

from .conftest import asked, stream
from .servers import Fault, Scripted, Start, Told

PIECE: Final = bytes(320)
"""Ten milliseconds."""
SECOND: Final = 100 * len(PIECE)
ALL: Final = "Allume la lampe."
BEHIND: Final = 19_200
"""Bytes: 0.2 seconds behind speech that ended at 0.4."""
TOLD: Final = Told(after=SECOND * 55 // 100, text=ALL, end=0.4)


class Microphone:
    """Sends a piece once the server has the one before, for ever or for a while."""

    def __init__(self, server: Scripted, pieces: int | None = None) -> None:
        """Take who listens, and how much there is to hear."""
        self.server = server
        self.pieces = pieces
        self.sent = 0
        self.closed = False

    async def stream(self) -> AsyncGenerator[bytes]:
        """Send what is heard."""
        try:
            for number in count():
                if number == self.pieces:
                    return
                yield PIECE
                self.sent += len(PIECE)
                while not self._is_taken():
                    await asyncio.sleep(0)
        finally:
            self.closed = True

    def _is_taken(self) -> bool:
        """Tell whether the server has all, or wants no more."""
        requests = self.server.requests
        return bool(requests) and (
            requests[-1].is_whole or len(requests[-1].sound) >= self.sent
        )


async def heard(*servers: Scripted, sound: AsyncGenerator[bytes]) -> str:
    """Say something to somebody who knows one sentence that is complete."""
    known = await asked(*servers)
    async with asyncio.timeout(30):
        return await hear(known, "fr", Vocabulary(), sound, ALL.__eq__)


async def test_the_sound_ends_behind_what_is_complete(start: Start) -> None:
    """Given a microphone that goes on, the text comes after a short silence."""
    server = await start(hears=["fr"], transcript=ALL, tells=[TOLD])
    microphone = Microphone(server)

    assert await heard(server, sound=microphone.stream()) == ALL

    (request,) = server.requests
    assert (len(request.sound), request.is_whole) == (BEHIND, True)
    assert microphone.closed


async def test_a_server_that_tells_no_time(start: Start) -> None:
    """Its guess is a silence by itself: nothing more is waited for."""
    told = Told(after=3200, text=ALL)
    server = await start(hears=["fr"], transcript=ALL, tells=[told])

    async def silent() -> AsyncGenerator[bytes]:
        yield bytes(3200)
        await asyncio.Event().wait()

    assert await heard(server, sound=silent()) == ALL


async def test_what_is_not_complete_is_heard_to_its_end(start: Start) -> None:
    """A guess that may go on ends nothing."""
    told = Told(after=SECOND, text="Allume la lampe et", end=0.4)
    server = await start(hears=["fr"], transcript="Allume la lampe et la télé.")
    server.tells = [told]
    microphone = Microphone(server, 150)

    assert await heard(server, sound=microphone.stream()) == server.transcript
    assert len(server.requests[0].sound) == 150 * len(PIECE)


@pytest.mark.parametrize("then", ["", "Allume la lampe et"])
async def test_speech_that_goes_on_cancels_it(start: Start, then: str) -> None:
    """What was complete is no more when somebody goes on before it is over."""
    went_on = Told(after=TOLD.after + 2 * len(PIECE), text=then, end=0.56)
    server = await start(hears=["fr"], transcript="Allume la lampe et la télé.")
    server.tells = [TOLD, went_on]
    microphone = Microphone(server, 150)

    assert await heard(server, sound=microphone.stream()) == server.transcript

    (request,) = server.requests
    assert len(request.sound) == 150 * len(PIECE)


@pytest.mark.parametrize(
    ("told", "first"), [([""], ALL), ([], "Allume la lampe et."), ([], "")]
)
async def test_speech_at_the_very_end_is_heard_once_more(
    start: Start, told: list[str], first: str
) -> None:
    """Given a word that began as the sound was ended, all is heard anew, to its end."""
    server = await start(
        hears=["fr"],
        transcripts=[first],
        transcript="Allume la lampe et la télé.",
        tells=[TOLD],
        guesses=told,
    )
    microphone = Microphone(server, 150)

    assert await heard(server, sound=microphone.stream()) == server.transcript

    cut, whole = server.requests
    assert len(cut.sound) == BEHIND
    assert (len(whole.sound), whole.is_whole) == (150 * len(PIECE), True)


async def test_spaces_make_no_difference(start: Start) -> None:
    """The text is what is said, not how it is sent."""
    server = await start(hears=["fr"], transcript=f" {ALL} ", tells=[TOLD])

    assert await heard(server, sound=Microphone(server).stream()) == ALL
    assert len(server.requests) == 1


async def test_the_next_server_hears_all_of_it(start: Start) -> None:
    """Given a server that dies as it is to answer, the next one begins anew."""
    first = await start(hears=["fr"], fault=Fault.CLOSES_AT_END, tells=[TOLD])
    second = await start(hears=["fr"], transcript="Allume la lampe et la télé.")

    async def sound() -> AsyncGenerator[bytes]:
        async for piece in Microphone(first, 80).stream():
            yield piece
        while not second.requests:
            await asyncio.sleep(0)
        yield bytes(SECOND)

    assert await heard(first, second, sound=sound()) == second.transcript
    assert len(first.requests[0].sound) == BEHIND
    assert len(second.requests[0].sound) == 80 * len(PIECE) + SECOND


async def test_a_stream_that_has_ended_is_not_cut(start: Start) -> None:
    """Where all was sent there is nothing to hear anew, whatever the text is."""
    server = await start(hears=["fr"], transcript="Allume.", tells=[TOLD])

    async def at_once() -> AsyncGenerator[bytes]:
        async for piece in stream(*[PIECE] * 150):
            yield piece

    assert await heard(server, sound=at_once()) == "Allume."
    assert len(server.requests) == 1
