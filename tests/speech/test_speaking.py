"""A text is spoken by the first server that can, and on by the next one."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing

import pytest
from wyoming.audio import AudioChunk

from custom_components.jarvis.speech.errors import Reason, SpeechError
from custom_components.jarvis.speech.servers import Servers
from custom_components.jarvis.speech.speaking import Manner, speak

from .conftest import HASTE, asked, stream
from .servers import Fault, Start, spelled

FRENCH = {"siwis": ["fr_FR"]}
BOTH = {"amy": ["en_GB"], "siwis": ["fr_FR"]}
PIECES = ["Il fait beau, ", "vingt degrés. ", "Sortez sans manteau, ", "mais pas tard."]
TEXT = "".join(PIECES)
FAULTS = [Fault.CLOSES_AT_START, Fault.CLOSES_AT_END, Fault.ERROR, Fault.SILENT]
BOTH_WAYS = pytest.mark.parametrize("streams", [True, False], ids=["stream", "plain"])


def french(_: str) -> str:
    """Say that any text is French."""
    return "fr"


async def spoken(
    servers: Servers,
    text: AsyncIterable[str] | None = None,
    manner: Manner | None = None,
) -> str:
    """Have a text spoken; return what can be heard."""
    chunks = speak(servers, manner or Manner(french), text or stream(*PIECES))
    async with aclosing(chunks) as sound:
        return spelled(b"".join([chunk.audio async for chunk in sound]))


@BOTH_WAYS
async def test_a_text(start: Start, streams: bool) -> None:
    """All of it is spoken, in its order."""
    server = await start(voices=FRENCH, streams=streams)

    heard = await spoken(await asked(server))

    assert heard.split() == TEXT.split()


async def test_sound_before_the_text_is_written(start: Start) -> None:
    """A server that can begins with what there is."""
    server = await start(voices=FRENCH, streams=True)
    more = asyncio.Event()

    async def text() -> AsyncGenerator[str]:
        yield "Il était une fois un chat, "
        await more.wait()
        yield "qui dormait."

    heard = b""
    async with aclosing(speak(await asked(server), Manner(french), text())) as chunks:
        async for chunk in chunks:
            heard += chunk.audio
            if spelled(heard) == "Il était une fois un chat, ":
                more.set()

    assert spelled(heard) == "Il était une fois un chat, qui dormait."


async def test_whole_sentences_for_those_that_do_not_stream(start: Start) -> None:
    """They begin when the first sentence is written."""
    server = await start(voices=FRENCH)
    more = asyncio.Event()

    async def text() -> AsyncGenerator[str]:
        yield "Il était une fois un chat. Il dor"
        await more.wait()
        yield "mait."

    async with aclosing(speak(await asked(server), Manner(french), text())) as chunks:
        async for _ in chunks:
            more.set()

    assert server.texts == ["Il était une fois un chat.", "Il dormait."]


@BOTH_WAYS
@pytest.mark.parametrize("text", [[], ["", " \n"]])
async def test_nothing_to_say(start: Start, streams: bool, text: list[str]) -> None:
    """Nobody is asked to say nothing."""
    server = await start(voices=FRENCH, streams=streams)

    assert await spoken(await asked(server), stream(*text)) == ""
    assert not server.requests


@BOTH_WAYS
@pytest.mark.parametrize(
    ("language", "voice", "expected"),
    [
        ("fr", None, "siwis"),
        ("fr-CA", None, "siwis"),
        ("en", None, "amy"),
        ("en", "siwis", "siwis"),
        ("fr", "bernadette", "siwis"),
    ],
)
async def test_the_voice(
    start: Start, streams: bool, language: str, voice: str | None, expected: str
) -> None:
    """It is the one that was chosen, else one of the language."""
    server = await start(voices=BOTH, streams=streams)

    await spoken(await asked(server), manner=Manner(lambda _: language, voice))

    assert {one.voice.name for one in server.requests} == {expected}


async def test_the_language_is_told_by_the_beginning(start: Start) -> None:
    """Who tells it hears enough words for that, and no more."""
    server = await start(voices=BOTH, streams=True)
    told: list[str] = []

    def language(beginning: str) -> str:
        told.append(beginning)
        return "fr"

    async def text() -> AsyncGenerator[str]:
        for piece in ("Il ", "fait ", "beau ", "ce matin ", "à la "):
            yield piece
        while not told:
            await asyncio.sleep(0)
        yield "mer."

    await spoken(await asked(server), text(), Manner(language))

    assert told == ["Il fait beau ce matin à la"]


async def test_who_speaks_the_language_comes_first(start: Start) -> None:
    """A foreign accent is for when nobody else is there."""
    english = await start(voices={"amy": ["en_GB"]})
    both = await start(voices=BOTH)
    servers = await asked(english, both)

    assert await spoken(servers)
    assert not english.requests
    await both.stop()
    assert await spoken(servers)

    assert english.requests
    await both.start()


@BOTH_WAYS
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_failure_before_the_first_sound(
    start: Start, streams: bool, fault: Fault
) -> None:
    """The next server says all of it, whatever was sent to the first."""
    first = await start(voices=FRENCH, streams=streams, fault=fault)
    second = await start(voices=FRENCH, streams=True)
    servers = await asked(first, second, timeouts=HASTE)

    # A short text: silence is waited for as long as it takes to say.
    assert await spoken(servers, stream("Oui.")) == "Oui."
    assert first.requests
    assert [servers.health(one).well for one in servers] == [False, True]


async def test_the_end_before_the_end(start: Start) -> None:
    """A server that has enough of a text while it is being written has not said it."""
    first = await start(voices=FRENCH, streams=True, fault=Fault.STOPS_EARLY)
    second = await start(voices=FRENCH, streams=True)

    async def text() -> AsyncGenerator[str]:
        yield PIECES[0] + PIECES[1]
        while not second.requests:
            await asyncio.sleep(0)
        yield PIECES[2] + PIECES[3]

    assert await spoken(await asked(first, second), text()) == TEXT


@BOTH_WAYS
async def test_a_failure_amid_the_words(start: Start, streams: bool) -> None:
    """The next server goes on at the beginning of the clause."""
    cut = TEXT.index("manteau")
    first = await start(voices=FRENCH, streams=True, dies_after=cut)
    second = await start(voices=FRENCH, streams=streams)

    heard = await spoken(await asked(first, second))

    assert heard[:cut] == TEXT[:cut]
    assert heard[cut:] == "Sortez sans manteau, mais pas tard."


async def test_finished_sentences_are_not_repeated(start: Start) -> None:
    """A server that is given sentences may fail at any: what was said stays said."""
    long = "Ceci est une phrase assez longue pour que deux ne tiennent pas ensemble"
    text = [f"{long}, numéro {number} sur quatre, voilà. " for number in range(4)]
    first = await start(voices=FRENCH, dies_after=len(text[0]) + len(text[1]) + 5)
    second = await start(voices=FRENCH)

    heard = await spoken(await asked(first, second), stream(*text))

    assert "numéro 0" in heard
    assert heard.count("numéro 3") == 1
    assert [one.count("numéro 0") for one in ("".join(second.texts),)] == [0]


async def test_the_pace_tells_where_a_server_was(start: Start) -> None:
    """One that speaks faster than others is known to be further on."""
    first = await start(voices=FRENCH, streams=True, rate=3000)
    second = await start(voices=FRENCH, streams=True, rate=3000)
    servers = await asked(first, second)
    # Thirty letters a second: learned from an answer that came to its end.
    assert await spoken(servers) == TEXT

    first.dies_after = cut = TEXT.index("manteau")
    heard = await spoken(servers)

    assert heard[cut:] == "Sortez sans manteau, mais pas tard."


async def test_all_was_said_already(start: Start) -> None:
    """A server that fails after the last word need not be replaced."""
    first = await start(voices=FRENCH, streams=True, dies_after=len(TEXT))
    second = await start(voices=FRENCH, streams=True)

    assert await spoken(await asked(first, second)) == TEXT
    assert not second.requests


async def test_another_format_cannot_go_on(start: Start) -> None:
    """The sound ends there, and whoever else has the format goes on instead."""
    first = await start(voices=FRENCH, streams=True, dies_after=5)
    other = await start(voices=FRENCH, streams=True, rate=4000)
    third = await start(voices=FRENCH, streams=True)
    servers = await asked(first, other, third)

    heard = await spoken(servers)

    assert heard == TEXT[:5] + TEXT
    assert servers.health(list(servers)[1]).well


async def test_nobody_can_go_on(start: Start) -> None:
    """What was said was said, and then it is told why there is no more."""
    first = await start(voices=FRENCH, streams=True, dies_after=5)
    other = await start(voices=FRENCH, streams=True, rate=4000)
    chunks: list[AudioChunk] = []

    async def collect(servers: Servers) -> None:
        async with aclosing(speak(servers, Manner(french), stream(*PIECES))) as sound:
            async for chunk in sound:
                chunks.append(chunk)  # noqa: PERF401 - some come before it fails

    with pytest.raises(SpeechError) as raised:
        await collect(await asked(first, other))

    assert raised.value.reason is Reason.INTERRUPTED
    assert spelled(b"".join(chunk.audio for chunk in chunks)) == TEXT[:5]


async def test_nobody_speaks(start: Start) -> None:
    """Ears have no mouth."""
    ears = await start(hears=["fr"])

    with pytest.raises(SpeechError) as raised:
        await spoken(await asked(ears))

    assert raised.value.reason is Reason.NO_SERVER


async def test_a_patient_model(start: Start) -> None:
    """While the text is still being written, silence is no failure."""
    server = await start(voices=FRENCH, streams=True)
    servers = await asked(server, timeouts=HASTE)

    async def text() -> AsyncGenerator[str]:
        yield "Un instant, je regarde ce que dit la météo. "
        await asyncio.sleep(5 * HASTE.sound)
        yield "Il fait beau."

    assert (await spoken(servers, text())).endswith("Il fait beau.")


@BOTH_WAYS
async def test_given_up(start: Start, streams: bool) -> None:
    """Who stops listening leaves no connection open, and the text is let go."""
    server = await start(voices=FRENCH, streams=streams)
    let_go = asyncio.Event()

    async def text() -> AsyncGenerator[str]:
        try:
            yield "Il était une fois un chat. Il dormait. "
            await asyncio.Event().wait()
        finally:
            let_go.set()

    async with aclosing(speak(await asked(server), Manner(french), text())) as sound:
        await anext(sound)

    assert let_go.is_set()
    while server.open:
        await asyncio.sleep(0)


async def test_told_to_end(start: Start) -> None:
    """What is under way ends, and no other server is asked."""
    first = await start(voices=FRENCH, fault=Fault.SILENT)
    second = await start(voices=FRENCH)
    servers = await asked(first, second)
    speaking = asyncio.create_task(spoken(servers))
    while not first.requests:
        await asyncio.sleep(0)

    servers.close()

    with pytest.raises(SpeechError):
        await speaking
    assert not second.requests
    assert all(servers.health(one).well for one in servers)
