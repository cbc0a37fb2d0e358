"""What is said is written down by the first server that can, and not lost."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable

import pytest

from custom_components.jarvis.speech import hearing
from custom_components.jarvis.speech.errors import Reason, SpeechError
from custom_components.jarvis.speech.hearing import Vocabulary, hear
from custom_components.jarvis.speech.servers import Servers

from .conftest import HASTE, asked, stream
from .servers import Fault, Scripted, Start

SOUND = [bytes([index]) * 320 for index in range(150)]
"""A second and a half as Assist sends it: in pieces of ten milliseconds."""
WHOLE = b"".join(SOUND)
NOTHING = Vocabulary()


async def heard(
    servers: Servers, language: str = "fr", sound: AsyncIterable[bytes] | None = None
) -> str:
    """Say something."""
    return await hear(servers, language, NOTHING, sound or stream(*SOUND))


async def test_a_transcript(start: Start) -> None:
    """The server gets all of the sound, the language, and what may be named."""
    server = await start(hears=["fr", "en"], transcript=" Allume la lampe. ")
    servers = await asked(server)

    text = await hear(
        servers, "fr", Vocabulary(["Salon", "Zoé"], ["séjour"]), stream(*SOUND)
    )

    assert text == "Allume la lampe."
    (request,) = server.requests
    assert (request.sound, request.is_whole) == (WHOLE, True)
    assert request.transcribe
    assert request.transcribe.language == "fr"
    assert request.transcribe.transcript_names == ["Salon", "Zoé"]
    assert request.transcribe.transcript_terms == ["séjour"]


async def test_nothing_to_name(start: Start) -> None:
    """Without names the fields are left out."""
    server = await start(hears=["fr"])

    await heard(await asked(server))

    assert server.requests[0].transcribe
    data = server.requests[0].transcribe.event().data
    assert data == {"language": "fr", "context": {"guesses": True}}


async def test_guesses_on_the_way(start: Start) -> None:
    """What may be all of it is told; what is only a beginning is not."""
    guessed: list[str] = []
    server = await start(
        hears=["fr"], transcript="Allume la lampe.", guesses=["Allume", " la lampe "]
    )

    def guess(text: str) -> bool:
        guessed.append(text)
        return False

    text = await hear(await asked(server), "fr", NOTHING, stream(*SOUND), guess)

    assert text == "Allume la lampe."
    assert guessed == ["Allume", "la lampe"]


async def test_an_empty_text_is_a_text(start: Start) -> None:
    """Silence is no failure: nobody else is asked."""
    first, second = await start(hears=["fr"], transcript=""), await start(hears=["fr"])

    assert await heard(await asked(first, second)) == ""
    assert not second.requests


async def test_an_early_transcript_ends_the_sound(start: Start) -> None:
    """What a server has heard already is not waited for, and nothing is sent on."""
    server = await start(hears=["fr"], transcript="Stop.", early_after=3200)
    closed = asyncio.Event()

    async def endless() -> AsyncGenerator[bytes]:
        try:
            for piece in SOUND[:20]:
                yield piece
            await asyncio.Event().wait()
        finally:
            closed.set()

    assert await heard(await asked(server), sound=endless()) == "Stop."
    assert closed.is_set()
    assert not server.requests[0].is_whole


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.CLOSES_AT_START, Reason.INTERRUPTED),
        (Fault.CLOSES_AT_END, Reason.INTERRUPTED),
        (Fault.ERROR, Reason.SERVER_ERROR),
        (Fault.SILENT, Reason.STALLED),
        (Fault.GARBLED, Reason.NOT_WYOMING),
    ],
)
async def test_the_next_hears_it_from_the_beginning(
    start: Start, fault: Fault, reason: Reason
) -> None:
    """However the first one fails, not a sound is lost."""
    first = await start(hears=["fr"], fault=fault)
    second = await start(hears=["fr"], transcript="Bonjour.")
    servers = await asked(first, second, timeouts=HASTE)

    assert await heard(servers) == "Bonjour."

    assert len(first.requests) == 1
    assert (second.requests[0].sound, second.requests[0].is_whole) == (WHOLE, True)
    assert [servers.health(one).failure for one in servers] == [reason, None]


async def test_refused(start: Start) -> None:
    """A server that went away since it was looked at is passed over."""
    first = await start(hears=["fr"])
    second = await start(hears=["fr"], transcript="Bonjour.")
    servers = await asked(first, second)
    await first.stop()

    assert await heard(servers) == "Bonjour."
    assert servers.health(next(iter(servers))).failure is Reason.UNREACHABLE
    await first.start()


async def test_a_failure_while_somebody_speaks(start: Start) -> None:
    """The next server is asked at once, and hears the rest as it comes."""
    first = await start(hears=["fr"], fault=Fault.CLOSES_AT_START)
    second = await start(hears=["fr"], transcript="Bonjour.")
    servers = await asked(first, second)

    async def spoken() -> AsyncGenerator[bytes]:
        for piece in SOUND[:75]:
            yield piece
        while not (second.requests and len(second.requests[0].sound) == 75 * 320):
            await asyncio.sleep(0)
        for piece in SOUND[75:]:
            yield piece

    assert await heard(servers, sound=spoken()) == "Bonjour."
    assert second.requests[0].sound == WHOLE


async def test_all_fail(start: Start) -> None:
    """The failure to tell is that of the server which the owner prefers."""
    first = await start(hears=["fr"], fault=Fault.ERROR)
    second = await start(hears=["fr"], fault=Fault.CLOSES_AT_END)

    with pytest.raises(SpeechError) as raised:
        await heard(await asked(first, second))

    assert raised.value.reason is Reason.SERVER_ERROR
    assert raised.value.detail == "out of memory"
    assert raised.value.server == str(first.address)


async def test_nobody_to_ask(start: Start) -> None:
    """Who cannot hear the language is not asked: nonsense might be done."""
    english = await start(hears=["en"])
    mouth = await start(voices={"siwis": ["fr_FR"]})

    with pytest.raises(SpeechError) as raised:
        await heard(await asked(english, mouth))

    assert raised.value.reason is Reason.NO_SERVER
    assert not english.requests


async def test_a_region_is_no_other_language(start: Start) -> None:
    """A server is asked in its own spelling."""
    server = await start(hears=["en", "fr"])

    await heard(await asked(server), "fr-CA")

    assert server.requests[0].transcribe
    assert server.requests[0].transcribe.language == "fr"


async def test_nothing_known_yet(start: Start) -> None:
    """Right after the start a server is asked as it would be by anybody."""
    server = await start(hears=["fr"], transcript="Bonjour.")

    assert await heard(await asked(server, described=False)) == "Bonjour."


async def test_who_speaks_for_ever_is_bounded(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is too long ends there, and is written down so far."""
    monkeypatch.setattr(hearing, "LONGEST", 3200)
    server = await start(hears=["fr"], transcript="Bla bla.")
    let_go = False

    async def endless() -> AsyncGenerator[bytes]:
        nonlocal let_go
        try:
            while True:
                yield SOUND[0]
        finally:
            let_go = True

    assert await heard(await asked(server), sound=endless()) == "Bla bla."
    assert server.requests[0].sound == SOUND[0] * 10
    assert let_go


async def test_sound_that_breaks_off_is_no_command(start: Start) -> None:
    """Half of what was said is not done."""
    server = await start(hears=["fr"], transcript="Ouvre la porte.")

    async def broken() -> AsyncGenerator[bytes]:
        yield SOUND[0]
        raise OSError("The satellite is gone")

    with pytest.raises(OSError, match="satellite"):
        await heard(await asked(server), sound=broken())


async def test_told_to_end(start: Start) -> None:
    """What is under way ends, and no other server is asked."""
    first = await start(hears=["fr"], fault=Fault.SILENT)
    second = await start(hears=["fr"])
    servers = await asked(first, second)
    asking = asyncio.create_task(heard(servers))
    while not (first.requests and first.requests[0].is_whole):
        await asyncio.sleep(0)

    servers.close()

    with pytest.raises(SpeechError) as raised:
        await asking
    assert raised.value.reason is Reason.INTERRUPTED
    assert not second.requests
    # That is not the server's fault.
    assert all(servers.health(one).well for one in servers)


async def test_given_up(start: Start) -> None:
    """Nothing is left open when nobody waits any more."""
    server = await start(hears=["fr"], fault=Fault.SILENT)
    asking = asyncio.create_task(heard(await asked(server)))
    while not server.requests:
        await asyncio.sleep(0)

    asking.cancel()
    await asyncio.wait([asking])

    assert asking.cancelled()
    await _until_closed(server)


async def _until_closed(server: Scripted) -> None:
    while server.open:
        await asyncio.sleep(0)
