"""What a person says, written down by the first server that can."""

from collections.abc import AsyncIterable, Callable, Iterator, Sequence
from dataclasses import dataclass
import math

from wyoming.asr import Transcribe, Transcript, TranscriptChunk
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event

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
_SILENCE = 0.2
"""Seconds behind what is complete until nobody is expected to go on: shorter silences
belong to consonants."""

type Guess = Callable[[str], bool]
"""Told what may be all that is said; returns whether it certainly is."""


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
    guess: Guess = lambda _text: False,
) -> str:
    """Return what was said: 16 kHz, 16 bits, mono.

    `guess` is told what was said by then where a server hears a silence that may be the
    end; that may come several times, or never. Where it tells that this is all, the
    sound ends there before the stream does. If somebody goes on just then, it is heard
    once more from the beginning, to the end of the stream.

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
                text = await _heard(server, request, kept, guess)
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


class _WentOnError(Exception):
    """Somebody said more than was taken for all."""


@dataclass(slots=True)
class _Sent:
    """How much of the sound one server has, and how much is enough."""

    size: int = 0
    enough: float = math.inf
    is_cut: bool = False
    """Whether it ended before the stream did."""

    def is_enough(self) -> bool:
        """Tell whether nothing more has to be sent."""
        return self.size >= self.enough

    def until(self, event: Event) -> None:
        """Take what a server told at a silence for all."""
        # Seconds of the sound where the speech ended; not every server tells.
        end = event.data.get("end")
        self.enough = 0
        if isinstance(end, int | float):
            self.enough = round((end + _SILENCE) * _SECOND)


async def _heard(
    server: Server, request: Transcribe, kept: Kept[bytes], guess: Guess
) -> str:
    """Have one server write it down."""

    def patient(text: str) -> bool:
        """Tell what was guessed, and wait for the end of the stream all the same."""
        guess(text)
        return False

    try:
        return await _transcribe(server, request, kept, guess)
    except _WentOnError:
        return await _transcribe(server, request, kept, patient)


async def _transcribe(
    server: Server, request: Transcribe, kept: Kept[bytes], guess: Guess
) -> str:
    """Have one server write it down; it may do so before the end of the sound."""
    sent = _Sent()
    async with (
        server.connect() as connection,
        alongside(_upload(connection, request, kept, sent, server.timeouts.transcript)),
    ):
        while not Transcript.is_type((event := await connection.receive()).type):
            if not _is_guess(event):
                continue
            if sent.is_cut:
                raise _WentOnError
            sent.enough = math.inf
            if guess(str(event.data.get("text", "")).strip()):
                sent.until(event)
                kept.wake()
        with translated(server.name):
            text = Transcript.from_event(event).text.strip()
    if sent.is_cut and not guess(text):
        raise _WentOnError
    return text


async def _upload(
    connection: Connection,
    request: Transcribe,
    kept: Kept[bytes],
    sent: _Sent,
    patience: float,
) -> None:
    """Send the sound as it comes, and at once what has come before."""
    until: float = LAST_WORDS
    try:
        await connection.send(request, AudioStart(RATE, WIDTH, CHANNELS))
        count = 0
        while pieces := await kept.after(count, sent.is_enough):
            count += len(pieces)
            sound = b"".join(pieces)
            sent.size += len(sound)
            await connection.send(*_chunks(sound))
            if sent.is_enough():
                break
        sent.is_cut = count < len(kept.pieces) or not kept.ended
        await connection.send(AudioStop())
        until = patience + sent.size / _SECOND
    finally:
        connection.expect_within(until)


def _is_guess(event: Event) -> bool:
    """Tell whether a server says what may be all."""
    return TranscriptChunk.is_type(event.type) and event.data.get("guess") is True


def _chunks(sound: bytes) -> Iterator[AudioChunk]:
    """Cut sound into chunks of a second at most."""
    for start in range(0, len(sound), _SECOND):
        part = sound[start : start + _SECOND]
        yield AudioChunk(RATE, WIDTH, CHANNELS, part)
