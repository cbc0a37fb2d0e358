"""A Wyoming server as a test wants it: it hears by heart and spells in sound."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, override

import pytest
from wyoming.asr import Transcribe, Transcript, TranscriptChunk
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, Eventable
from wyoming.info import (
    AsrModel,
    AsrProgram,
    Attribution,
    Describe,
    Info,
    TtsProgram,
    TtsVoice,
)
from wyoming.server import AsyncEventHandler, AsyncTcpServer
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
)

from custom_components.jarvis.speech.server import Address

RATE = 1500
_PER_LETTER = 100
"""Samples that a letter sounds: fifteen letters a second."""
_WIDTH = 2
_NOBODY = Attribution("", "")


class Fault(Enum):
    """What goes wrong at a server."""

    CLOSES_AT_START = auto()
    """At `audio-start`, or when it is given a text."""
    CLOSES_AT_END = auto()
    """When all was sent to it, before it answers."""
    ERROR = auto()
    """It reports an error in place of an answer."""
    SILENT = auto()
    """It takes everything and never answers."""
    STOPS_EARLY = auto()
    """It ends what it says before the text has ended."""
    GARBLED = auto()
    """It answers with something that nobody reads."""


@dataclass(frozen=True)
class Told:
    """What may be all, told on the way."""

    after: int
    """Bytes of sound by then."""
    text: str
    end: float | None = None
    """Seconds of sound where the speech ended."""


@dataclass
class Request:
    """What one connection asked for."""

    transcribe: Transcribe | None = None
    sound: bytes = b""
    is_whole: bool = False
    """Whether the sound came to its end."""
    voice: Any = None
    text: str = ""


@dataclass
class Scripted:
    """A server, what it can do, and what goes wrong."""

    hears: Sequence[str] = ()
    """Languages."""
    voices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Languages of each voice."""
    transcript: str = "Hello."
    transcripts: Sequence[str] = ()
    """What it hears at first, request by request."""
    guesses: Sequence[str] = ()
    """What it tells when it has heard enough."""
    tells: Sequence[Told] = ()
    """What it tells while it hears."""
    early_after: int | None = None
    """Bytes of sound after which it has heard enough."""
    streams: bool = False
    rate: int = RATE
    fault: Fault | None = None
    dies_after: int | None = None
    """Letters that it speaks before the connection breaks."""
    needs_vad: bool = True
    is_mute: bool = False
    """Whether it leaves `describe` without an answer."""
    requests: list[Request] = field(default_factory=list)
    described: int = 0
    open: int = 0
    """Connections that are open now."""
    port: int = 0

    @property
    def address(self) -> Address:
        """Where it listens."""
        return Address("127.0.0.1", self.port)

    @property
    def texts(self) -> list[str]:
        """The texts that it was given, by request."""
        return [one.text for one in self.requests]

    async def start(self) -> None:
        """Listen, at the port of the last time if there was one."""
        self._server = AsyncTcpServer("127.0.0.1", self.port)
        await self._server.start(lambda reader, writer: _Handler(self, reader, writer))
        listening = self._server._server
        assert isinstance(listening, asyncio.Server)
        self.port = listening.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more, and break off every connection."""
        tasks = list(self._server._handlers)
        await self._server.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def info(self) -> Info:
        """Say what it can do."""
        models = [AsrModel("ears", _NOBODY, True, None, None, list(self.hears))]
        voices = [
            TtsVoice(name, _NOBODY, True, f"Voice {name}", None, list(languages))
            for name, languages in self.voices.items()
        ]
        ears = AsrProgram("ears", _NOBODY, True, None, None, models)
        ears.requires_external_vad = self.needs_vad
        mouth = TtsProgram("mouth", _NOBODY, True, None, None, voices, self.streams)
        return Info(
            asr=[ears] if self.hears else [], tts=[mouth] if self.voices else []
        )


type Start = Callable[..., Awaitable[Scripted]]


@pytest.fixture
async def start_speech(socket_enabled: None) -> AsyncGenerator[Start]:
    """Return what starts a server; all are stopped at the end."""
    async with AsyncExitStack() as stack:

        async def make(**script: Any) -> Scripted:
            server = Scripted(**script)
            await server.start()
            stack.push_async_callback(server.stop)
            return server

        yield make


class _Handler(AsyncEventHandler):
    """One connection."""

    def __init__(self, server: Scripted, *streams: Any) -> None:
        super().__init__(*streams)
        self._server = server
        self._request = Request()
        self._streaming = False
        self._spoken = 0
        server.open += 1

    @override
    async def run(self) -> None:
        # Clients may break off at any time.
        with suppress(ConnectionError):
            await super().run()

    @override
    async def disconnect(self) -> None:
        self._server.open -= 1

    @override
    async def handle_event(self, event: Event) -> bool:
        if Describe.is_type(event.type):
            self._server.described += 1
            if not self._server.is_mute:
                await self._send(self._server.info())
            return True
        if Transcribe.is_type(event.type):
            self._request.transcribe = Transcribe.from_event(event)
            self._server.requests.append(self._request)
            return True
        if self._request.transcribe:
            return await self._hear(event)
        return await self._speak(event)

    async def _hear(self, event: Event) -> bool:
        server, request = self._server, self._request
        if AudioStart.is_type(event.type):
            return server.fault is not Fault.CLOSES_AT_START
        if AudioChunk.is_type(event.type):
            before = len(request.sound)
            request.sound += AudioChunk.from_event(event).audio
            for told in server.tells:
                if before < told.after <= len(request.sound):
                    await self._guess(told.text, told.end)
            if server.early_after is None or len(request.sound) < server.early_after:
                return True
            return await self._write_down()
        if AudioStop.is_type(event.type):
            request.is_whole = True
            return await self._write_down()
        return True

    async def _write_down(self) -> bool:
        if self._server.fault:
            return await self._fail()
        # Some tell what they understand so far, and some what may be all of it.
        await self._send(TranscriptChunk("…"))
        for guess in self._server.guesses:
            await self._guess(guess)
        at = next(
            at for at, one in enumerate(self._server.requests) if one is self._request
        )
        known = [*self._server.transcripts[at : at + 1], self._server.transcript]
        await self._send(Transcript(known[0]))
        return False

    async def _guess(self, text: str, end: float | None = None) -> None:
        event = TranscriptChunk(text).event()
        event.data["guess"] = True
        if end is not None:
            event.data["end"] = end
        await self.write_event(event)

    async def _speak(self, event: Event) -> bool:
        server, request = self._server, self._request
        if SynthesizeStart.is_type(event.type):
            assert server.streams
            self._streaming = True
            request.voice = SynthesizeStart.from_event(event).voice
            server.requests.append(request)
            return server.fault is not Fault.CLOSES_AT_START
        if SynthesizeChunk.is_type(event.type):
            text = SynthesizeChunk.from_event(event).text
            request.text += text
            if server.fault is Fault.STOPS_EARLY:
                await self._send(SynthesizeStopped())
            return bool(server.fault) or await self._say(text)
        if Synthesize.is_type(event.type):
            return self._streaming or await self._say_all(Synthesize.from_event(event))
        if SynthesizeStop.is_type(event.type):
            if server.fault:
                return await self._fail()
            await self._send(AudioStop(), SynthesizeStopped())
        return True

    async def _say_all(self, asked: Synthesize) -> bool:
        """Speak a whole text and leave the connection open, as Piper does."""
        self._request = Request(voice=asked.voice, text=asked.text)
        self._server.requests.append(self._request)
        if self._server.fault:
            return await self._fail()
        if not await self._say(asked.text):
            return False
        await self._send(AudioStop())
        return True

    async def _say(self, text: str) -> bool:
        limit = self._server.dies_after
        if not self._spoken:
            await self._send(AudioStart(self._server.rate, _WIDTH, 1))
        for letter in text:
            if limit is not None and self._spoken >= limit:
                return False
            self._spoken += 1
            sound = ord(letter).to_bytes(_WIDTH, "little") * _PER_LETTER
            await self._send(AudioChunk(self._server.rate, _WIDTH, 1, sound))
        return limit is None or self._spoken < limit

    async def _fail(self) -> bool:
        match self._server.fault:
            case Fault.ERROR:
                await self._send(Error("out of memory", "engine"))
                return True
            case Fault.GARBLED:
                self.writer.write(b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n")
                await self.writer.drain()
                return True
            case Fault.SILENT:
                return True
        return False

    async def _send(self, *events: Eventable) -> None:
        for event in events:
            await self.write_event(event.event())


def spelled(sound: bytes) -> str:
    """Return the letters that a server spoke."""
    step = _WIDTH * _PER_LETTER
    return "".join(
        chr(int.from_bytes(sound[at : at + _WIDTH], "little"))
        for at in range(0, len(sound), step)
    )
