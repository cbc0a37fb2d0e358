"""One connection, as a session sees it."""

import asyncio
from collections.abc import Coroutine
from ipaddress import IPv4Address, IPv6Address
import logging
from typing import Any

from wyoming.event import Event, async_write_event

from .errors import ClientGone, ServerError

_LOGGER = logging.getLogger(__name__)
_SEND_SECONDS = 30
_LINGER_SECONDS = 1
_LINGER_BYTES = 4 * 1024 * 1024


class Client:
    """Sends events and owns the work that is done for one connection."""

    def __init__(
        self,
        number: int,
        address: IPv4Address | IPv6Address | None,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.number = number
        self.address = address
        self.gone = False
        """Whether nobody listens any more; threads may read it too."""
        self._reader = reader
        self._writer = writer
        self._tasks = set[asyncio.Task[None]]()
        self._turn = asyncio.Lock()

    @property
    def working(self) -> bool:
        """Whether work is under way."""
        return bool(self._tasks)

    async def send(self, event: Event) -> None:
        """Send an event whole; wait when the client reads slowly."""
        if self.gone:
            raise ClientGone
        try:
            async with self._turn, asyncio.timeout(_SEND_SECONDS):
                await async_write_event(event, self._writer)
        except (OSError, TimeoutError) as err:
            self.gone = True
            raise ClientGone from err

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do work beside the reading of events; it ends with the connection.

        What fails in it is told to the client.
        """
        task = asyncio.create_task(self._guard(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Work that was cancelled before it began is closed, not left unawaited.
        task.add_done_callback(lambda _: work.close())
        return task

    async def fail(self, error: ServerError) -> None:
        """Tell what went wrong."""
        _LOGGER.warning("refused", extra={"client": self.number, "code": error.code})
        try:
            await self.send(error.event())
        except ClientGone:
            return

    async def close(self) -> None:
        """Stop the work and hang up so that what was sent arrives."""
        tasks = [task for task in self._tasks if not task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if not self.gone:
            await self._linger()
        self.gone = True
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except OSError:
            return

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except ServerError as err:
            await self.fail(err)
        except ClientGone:
            return
        except Exception:
            # The text of an exception may quote what was said: only its place is kept.
            _LOGGER.exception("failed", extra={"client": self.number})
            await self.fail(internal_error())

    async def _linger(self) -> None:
        """Read what still comes: a close over unread bytes would destroy the reply."""
        try:
            async with asyncio.timeout(_LINGER_SECONDS):
                if self._writer.can_write_eof():
                    self._writer.write_eof()
                left = _LINGER_BYTES
                while left > 0 and (rest := await self._reader.read(65536)):
                    left -= len(rest)
        except (OSError, TimeoutError, RuntimeError):
            return


def internal_error() -> ServerError:
    """What a client is told of a defect."""
    return ServerError("internal-error", "Something went wrong; the log says what.")
