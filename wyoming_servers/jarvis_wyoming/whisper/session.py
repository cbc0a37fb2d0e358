"""A client that wants to know what was said."""

import asyncio
import logging
import time
from typing import Protocol

from wyoming.asr import (
    Transcribe,
    Transcript,
    TranscriptChunk,
    TranscriptStart,
    TranscriptStop,
)
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event

from ..server import logs
from ..server.client import Client
from ..server.errors import ServerError
from .config import WhisperSettings
from .engine import Heard
from .hearing import Hearing
from .listening import Listening
from .tape import Format
from .wishes import Request, read_request

_LOGGER = logging.getLogger(__name__)


class Ready(Protocol):
    """What a session needs of the service."""

    settings: WhisperSettings

    async def hearing(self) -> Hearing:
        """Wait for the models."""
        ...

    def check(self, request: Request) -> None:
        """Refuse a model that is not there."""
        ...


class WhisperSession:
    """Hears one utterance after the other."""

    def __init__(self, client: Client, service: Ready) -> None:
        self._client = client
        self._service = service
        self._request = self._read(Event(Transcribe().event().type))
        self._format: Format | None = None
        self._listening: Listening | None = None
        self._answering: asyncio.Task[None] | None = None
        self._refused = False  # what was asked for last
        self._deaf = False  # until the utterance ends that was answered or refused
        self._stopped = 0.0

    @property
    def busy(self) -> bool:
        """Whether an utterance has begun."""
        return self._listening is not None

    async def on_event(self, event: Event) -> None:
        """Take what Wyoming's clients send."""
        if AudioChunk.is_type(event.type):
            await self._chunk(event)
        elif AudioStop.is_type(event.type):
            await self._stop()
        elif AudioStart.is_type(event.type):
            self._begin_anew()
            self._format = _format(event)
        elif Transcribe.is_type(event.type):
            self._refused = True
            self._begin_anew()
            self._request = self._read(event)
            self._service.check(self._request)
            self._refused = self._deaf = False

    def close(self) -> None:
        """Drop the work: nobody waits for it."""
        if self._answering is not None:
            self._answering.cancel()
            self._answering = None
        self._listening = None

    def _read(self, event: Event) -> Request:
        return read_request(event, self._service.settings)

    def _begin_anew(self) -> None:
        self.close()
        self._deaf = self._refused
        self._format = None

    async def _chunk(self, event: Event) -> None:
        if self._deaf:
            return
        try:
            if self._format is None:
                self._format = _format(event)
            audio = self._format.read(event.payload or b"")
            await (self._listening or await self._listen()).add(audio)
        except ServerError:
            self.close()
            self._deaf = True
            raise

    async def _listen(self) -> Listening:
        hearing = await self._service.hearing()
        listening = Listening(hearing, self._request, self._show, self._guess)
        self._listening = listening
        self._stopped = 0.0
        self._answering = self._client.start(self._answer(listening, hearing))
        return listening

    async def _stop(self) -> None:
        listening, deaf = self._listening, self._deaf
        self._deaf = self._refused
        self._format = None
        if listening is not None:
            self._stopped = time.perf_counter()
            listening.end()
        elif not deaf:  # no audio at all
            heard = Heard(text="", language=self._request.languages[0])
            await self._send(heard)

    async def _answer(self, listening: Listening, hearing: Hearing) -> None:
        """Send the text as soon as it is known."""
        try:
            if self._request.partials:
                await self._client.send(TranscriptStart().event())
            heard = await listening.text()
        except asyncio.CancelledError:
            hearing.figures.utterances.add(of="cancelled")
            raise
        except BaseException:
            hearing.figures.utterances.add(of="failed")
            self._deaf = not self._stopped
            raise
        finally:
            if self._listening is listening:
                self._listening = None
        self._deaf = not self._stopped
        self._note(listening, hearing, heard)
        await self._send(heard)

    async def _send(self, heard: Heard) -> None:
        text = Transcript(text=heard.text, language=heard.language)
        await self._client.send(text.event())
        if self._request.partials:
            await self._client.send(TranscriptStop().event())

    async def _show(self, text: str) -> None:
        await self._client.send(TranscriptChunk(text=text).event())

    async def _guess(self, text: str, end: float) -> None:
        """Tell what was said before a silence; nothing, when speech went on."""
        chunk = TranscriptChunk(text=text).event()
        chunk.data |= {"guess": True, "end": round(end, 3)}
        await self._client.send(chunk)

    def _note(self, listening: Listening, hearing: Hearing, heard: Heard) -> None:
        figures = hearing.figures
        figures.audio.add(listening.seconds)
        figures.utterances.add(of="text" if heard.text else "silence")
        fields = {
            "client": self._client.number,
            "language": heard.language,
            "audio": f"{listening.seconds:.2f}",
            "letters": len(heard.text),
            "early": listening.early,
        }
        if self._stopped:
            waited = time.perf_counter() - self._stopped
            figures.after_stop.observe(waited)
            fields["after_stop"] = f"{waited:.3f}"
        _LOGGER.info("heard", extra=fields)
        logs.said("heard", heard.text, client=self._client.number)


def _format(event: Event) -> Format:
    data = event.data
    return Format(data.get("rate"), data.get("width"), data.get("channels"))
