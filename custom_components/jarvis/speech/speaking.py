"""What is to be said, spoken by the first server that can, and on by the next."""

from collections.abc import AsyncGenerator, AsyncIterable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from wyoming.audio import AudioChunk, AudioStop
from wyoming.event import Event
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
    SynthesizeVoice,
)

from .clauses import ENOUGH, clause_at, first_sentences
from .connection import LAST_WORDS, Connection
from .errors import Reason, SpeechError, translated
from .kept import Kept, alongside
from .server import Server
from .servers import Sense, Servers

_LONGEST = 100_000
"""Characters that are kept: two hours of speech."""
_TELLING = 24
"""Characters that tell which language a text is in."""
_SLOWEST = 10
"""Characters that even a slow server makes in a second."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text is to be spoken."""

    language: Callable[[str], str]
    """Tells the language by how the text begins."""
    voice: str | None = None
    """The voice that somebody chose; where a server has it not, the language counts."""
    speaker: str | None = None


async def speak(
    servers: Servers, manner: Manner, text: AsyncIterable[str]
) -> AsyncGenerator[AudioChunk]:
    """Speak a text while it is being written; all sound has one format.

    Where a server fails the next one begins anew, or goes on at the clause that was
    not finished. Raises `SpeechError` where none could do it to the end.
    """
    kept = Kept(text, _LONGEST)
    async with alongside(kept.fill()) as filling:
        beginning = await _beginning(kept)
        if not beginning.strip():
            filling.result()
            return
        language = manner.language(beginning)
        speech = _Speech(kept)
        failure: SpeechError | None = None
        for server, mouth in servers.that_speak(language, manner.voice):
            voice = mouth.voice(language, manner.voice, manner.speaker)
            say = speech.streamed if mouth.streams else speech.by_sentences
            try:
                async with aclosing(say(server, voice)) as sound:
                    async for chunk in sound:
                        yield chunk
            except SpeechError as err:
                if err.reason is not Reason.OTHER_FORMAT:
                    servers.has_failed(server, err)
                failure = failure or err
                speech.step_back(server)
                if speech.is_over:
                    return
                continue
            servers.has_answered(server, Sense.SPEAKING)
            filling.result()
            return
        raise failure or SpeechError(Reason.NO_SERVER)


async def _beginning(kept: Kept[str]) -> str:
    """Return as much of a text as tells its language, or all of it."""
    count = 0
    while pieces := await kept.after(count):
        count += len(pieces)
        if len(text := "".join(kept.pieces).strip()) >= _TELLING:
            return text
    return "".join(kept.pieces)


class _Speech:
    """How far a text is spoken, whoever speaks it."""

    def __init__(self, text: Kept[str]) -> None:
        """Begin at the beginning."""
        self._kept = text
        self._start = 0
        """Where the part begins that is being spoken."""
        self._seconds = 0.0
        """How much sound there is of that part."""
        self._format: tuple[int, int, int] | None = None

    @property
    def is_over(self) -> bool:
        """Tell whether nothing is left to be said."""
        return self._kept.ended and not self._rest.strip()

    @property
    def _rest(self) -> str:
        """What is written by now of the part that is being spoken."""
        return "".join(self._kept.pieces)[self._start :]

    def step_back(self, server: Server) -> None:
        """Begin anew at the clause in which a server broke off.

        Servers do not tell which word they are at: the pace at which it spoke does.
        """
        spoken = int(self._seconds * server.pace)
        rest = self._rest
        is_whole = self._kept.ended and self._seconds and spoken >= len(rest.rstrip())
        self._start += len(rest) if is_whole else clause_at(rest, spoken)
        self._seconds = 0.0

    async def streamed(
        self, server: Server, voice: SynthesizeVoice
    ) -> AsyncGenerator[AudioChunk]:
        """Let a server have the text as it is being written."""
        async with (
            server.connect() as connection,
            alongside(self._write(connection, voice, server.timeouts.sound)),
        ):
            while not SynthesizeStopped.is_type(
                (event := await connection.receive()).type
            ):
                if (chunk := self._sound(server, event)) is not None:
                    yield chunk
        if not self._kept.ended:
            raise SpeechError(Reason.INTERRUPTED, server.name)
        self._finish(server, len(self._rest))

    async def by_sentences(
        self, server: Server, voice: SynthesizeVoice
    ) -> AsyncGenerator[AudioChunk]:
        """Let a server have some sentences after the other."""
        while part := await self._sentences():
            if part.strip():
                async with server.connect() as connection:
                    connection.expect_within(_patience(server.timeouts.sound, part))
                    await connection.send(Synthesize(part.strip(), voice))
                    while not AudioStop.is_type(
                        (event := await connection.receive()).type
                    ):
                        if (chunk := self._sound(server, event)) is not None:
                            yield chunk
            self._finish(server, len(part))

    async def _write(
        self, connection: Connection, voice: SynthesizeVoice, patience: float
    ) -> None:
        """Send the text piece by piece, then all of it as servers expect."""
        until: float = LAST_WORDS
        try:
            await connection.send(SynthesizeStart(voice))
            count = 0
            sent = 0
            while pieces := await self._kept.after(count):
                count += len(pieces)
                if new := self._rest[sent:]:
                    sent += len(new)
                    await connection.send(SynthesizeChunk(new))
            await connection.send(Synthesize(self._rest, voice), SynthesizeStop())
            until = _patience(patience, self._rest)
        finally:
            connection.expect_within(until)

    async def _sentences(self) -> str:
        """Return the next sentences when they are written; nothing at the end."""
        while True:
            count = len(self._kept.pieces)
            rest = self._rest
            if end := first_sentences(rest, is_all=self._kept.ended):
                return rest[:end]
            if self._kept.ended:
                return ""
            await self._kept.after(count)

    def _sound(self, server: Server, event: Event) -> AudioChunk | None:
        """Return the sound of an event, which has to be of the same format."""
        if not AudioChunk.is_type(event.type) or not event.payload:
            return None
        with translated(server.name):
            chunk = AudioChunk.from_event(event)
            shape = (int(chunk.rate), int(chunk.width), int(chunk.channels))
            if min(shape) < 1:
                raise ValueError(shape)
        if self._format not in (None, shape):
            raise SpeechError(Reason.OTHER_FORMAT, server.name, str(shape))
        self._format = shape
        self._seconds += chunk.seconds
        return chunk

    def _finish(self, server: Server, length: int) -> None:
        """Note that so much is spoken to its end."""
        if self._seconds > 1:
            server.pace = length / self._seconds
        self._start += length
        self._seconds = 0.0


def _patience(least: float, text: str) -> float:
    """Return how long a server may take for the next sound of a text that it has."""
    return least + min(len(text), ENOUGH) / _SLOWEST
