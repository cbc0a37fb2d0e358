"""One client's requests: whole texts and streams of text, one after the other."""

import asyncio
from collections.abc import Mapping
import logging
from typing import Any, Protocol

from wyoming.event import Event
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
)

from ..server.client import Client, internal_error
from ..server.errors import ClientGone, ServerError
from .config import PiperSettings
from .utterance import Speaking, Utterance, Wish

_LOGGER = logging.getLogger(__name__)
_AT_MOST = 32
"""Utterances that may wait on one connection."""


class Service(Protocol):
    """What a session asks of the server."""

    settings: PiperSettings

    async def speaking(self) -> Speaking:
        """What speaks, once it is loaded."""
        ...


class PiperSession:
    """Turns events into utterances."""

    def __init__(self, client: Client, service: Service) -> None:
        self._client = client
        self._service = service
        self._stream: Utterance | None = None
        self._waiting = list[asyncio.Task[None]]()

    @property
    def busy(self) -> bool:
        """Whether a text was begun; what is spoken is the client's own work."""
        return self._stream is not None

    async def on_event(self, event: Event) -> None:
        """Take the next event."""
        if SynthesizeStart.is_type(event.type):
            self._start(event.data)
        elif SynthesizeChunk.is_type(event.type):
            if self._stream is None:
                raise ServerError("bad-order", "A chunk came before synthesize-start.")
            self._stream.feed(_text(event.data))
        elif SynthesizeStop.is_type(event.type):
            if self._stream is not None:
                self._stream.end()
            self._stream = None
        elif Synthesize.is_type(event.type) and self._stream is None:
            # Within a stream it repeats the whole text for servers that cannot stream.
            text = _text(event.data)
            utterance = self._begin(event.data, streams=False)
            utterance.feed(text)
            utterance.end()

    def close(self) -> None:
        """Let go: the client's work is cancelled by the client."""
        self._stream = None

    def _start(self, data: Mapping[str, Any]) -> None:
        if self._stream is not None:
            raise ServerError(
                "bad-order", "A stream is open: synthesize-stop is missing."
            )
        self._stream = self._begin(data, streams=True)

    def _begin(self, data: Mapping[str, Any], *, streams: bool) -> Utterance:
        """Begin an utterance; it is heard when those before it have ended."""
        self._waiting = [task for task in self._waiting if not task.done()]
        if len(self._waiting) >= _AT_MOST:
            raise ServerError(
                "too-many-requests", f"{_AT_MOST} utterances wait already."
            )
        utterance = Utterance(_wish(data), self._client, self._service.settings)
        before = self._waiting[-1] if self._waiting else None
        work = self._run(utterance, before, streams=streams)
        self._waiting.append(self._client.start(work))
        return utterance

    async def _run(
        self, utterance: Utterance, before: asyncio.Task[None] | None, *, streams: bool
    ) -> None:
        """Speak, and say in any case that it has ended."""
        if before is not None:
            await asyncio.wait({before})
        try:
            await utterance.speak(await self._service.speaking())
        except ServerError as err:
            await self._client.fail(err)
        except ClientGone:
            raise
        except Exception:
            _LOGGER.exception("failed", extra={"client": self._client.number})
            await self._client.fail(internal_error())
        if streams:
            await self._client.send(SynthesizeStopped().event())


def _text(data: Mapping[str, Any]) -> str:
    """The text of an event."""
    text = data.get("text")
    if not isinstance(text, str):
        raise ServerError("bad-event", "The text is missing.")
    return text


def _wish(data: Mapping[str, Any]) -> Wish:
    """The voice that an event asks for."""
    voice = data.get("voice") or {}
    if not isinstance(voice, dict):
        raise ServerError("bad-event", "The voice is not an object.")
    return Wish(
        name=_word(voice.get("name")),
        speaker=_word(voice.get("speaker")),
        language=_word(voice.get("language")),
    )


def _word(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) else None
