"""What a person says, written down by the first server that can."""

from collections.abc import AsyncIterable, Callable, Iterator, Sequence
from dataclasses import dataclass

from wyoming.asr import Transcribe, Transcript, TranscriptChunk
from wyoming.audio import AudioChunk, AudioStart, AudioStop

from .connection import LAST_WORDS, Connection
from .errors import Reason, SpeechError, translated
from .kept import Kept, alongside
from .server import Server
from .servers import Sense, Servers

RATE = 16_000
WIDTH = 2
CHANNELS = 1
_SECOND = RATE * WIDTH * CHANNELS
LONGEST = 60 * _SECOND
"""Bytes that are kept: a pipeline ends a command after a quarter of that."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is likely to be said besides ordinary words."""

    names: Sequence[str] = ()
    terms: Sequence[str] = ()
    """What matters less than the names."""


async def hear(
    servers: Servers,
    language: str,
    vocabulary: Vocabulary,
    stream: AsyncIterable[bytes],
    guess: Callable[[str], None] = lambda _text: None,
) -> str:
    """Return what was said: 16 kHz, 16 bits, mono.

    `guess` is told what was said by then where a server hears a silence that may be the
    end; that may come several times, or never.

    Where a server fails before it has written all down, the next one hears it from the
    beginning. Raises `SpeechError` where none could do it.
    """
    kept = Kept(stream, LONGEST)
    async with alongside(kept.fill()) as filling:
        failure: SpeechError | None = None
        for server, own in servers.that_hear(language):
            request = Transcribe(
                language=own,
                context={"guesses": True},
                transcript_names=list(vocabulary.names) or None,
                transcript_terms=list(vocabulary.terms) or None,
            )
            try:
                text = await _transcribe(server, request, kept, guess)
            except SpeechError as err:
                servers.has_failed(server, err)
                failure = failure or err
                continue
            servers.has_answered(server, Sense.HEARING)
            if filling.done():
                # Half of a command is none.
                filling.result()
            return text
    raise failure or SpeechError(Reason.NO_SERVER)


async def _transcribe(
    server: Server,
    request: Transcribe,
    kept: Kept[bytes],
    guess: Callable[[str], None],
) -> str:
    """Have one server write it down; it may do so before the end of the sound."""
    async with (
        server.connect() as connection,
        alongside(_upload(connection, request, kept, server.timeouts.transcript)),
    ):
        while not Transcript.is_type((event := await connection.receive()).type):
            if TranscriptChunk.is_type(event.type) and event.data.get("guess") is True:
                guess(str(event.data.get("text", "")).strip())
        with translated(server.name):
            return Transcript.from_event(event).text.strip()


async def _upload(
    connection: Connection, request: Transcribe, kept: Kept[bytes], patience: float
) -> None:
    """Send the sound as it comes, and at once what has come before."""
    until: float = LAST_WORDS
    try:
        await connection.send(request, AudioStart(RATE, WIDTH, CHANNELS))
        count = 0
        size = 0
        while pieces := await kept.after(count):
            count += len(pieces)
            sound = b"".join(pieces)
            size += len(sound)
            await connection.send(*_chunks(sound))
        await connection.send(AudioStop())
        until = patience + size / _SECOND
    finally:
        connection.expect_within(until)


def _chunks(sound: bytes) -> Iterator[AudioChunk]:
    """Cut sound into chunks of a second at most."""
    for start in range(0, len(sound), _SECOND):
        part = sound[start : start + _SECOND]
        yield AudioChunk(RATE, WIDTH, CHANNELS, part)
