"""One connection to a server: events there and back, each within a time."""

import asyncio

from wyoming.error import Error
from wyoming.event import Event, Eventable, async_read_event, async_write_event

from .errors import Reason, SpeechError, translated

_WRITE = 5
"""Seconds for a server to take what it is sent."""
LAST_WORDS = 1
"""Seconds for what a server said before it stopped listening."""


class Connection:
    """Sends and receives the events of one request."""

    def __init__(
        self, server: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Take an open connection; nothing has to come within a time yet."""
        self._server = server
        self._reader = reader
        self._writer = writer
        self._patience: float | None = None
        self._limit: asyncio.Timeout | None = None

    async def send(self, *events: Eventable) -> None:
        """Send events."""
        with translated(self._server):
            async with asyncio.timeout(_WRITE):
                for event in events:
                    await async_write_event(event.event(), self._writer)

    async def receive(self) -> Event:
        """Return the next event; an error that the server reports is raised."""
        with translated(self._server):
            try:
                async with asyncio.timeout(self._patience) as self._limit:
                    event = await async_read_event(self._reader)
            finally:
                self._limit = None
            if event is None:
                ended = self._reader.at_eof()
                reason = Reason.INTERRUPTED if ended else Reason.NOT_WYOMING
                raise SpeechError(reason, self._server)
            if Error.is_type(event.type):
                text = str(Error.from_event(event).text)
                raise SpeechError(Reason.SERVER_ERROR, self._server, text)
        return event

    def expect_within(self, seconds: float) -> None:
        """From now on each event has to come within so many seconds."""
        self._patience = seconds
        if self._limit is not None and not self._limit.expired():
            self._limit.reschedule(asyncio.get_running_loop().time() + seconds)

    def cut(self) -> None:
        """End it at once, whatever is still under way."""
        self._writer.transport.abort()
