"""The one queue of an endpoint: people first, other work while it is idle."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager


class Lane:
    """Lets background work run only while nobody waits for a reply.

    An engine answers one request at a time (one slot): what runs in the background
    delays the person who speaks now. A background job whose prompt begins as the
    person's does helps instead, and is left to finish.
    """

    def __init__(self) -> None:
        """Begin idle."""
        self._people = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._job: asyncio.Task[None] | None = None
        self._job_prefix: str | None = None
        self._one_job = asyncio.Lock()

    @asynccontextmanager
    async def person(self, prefix: str | None = None) -> AsyncIterator[None]:
        """Hold the lane for a person's request; end a job that is in the way."""
        if self._job is not None and (prefix is None or self._job_prefix != prefix):
            self._job.cancel()
        with self._held():
            yield

    @asynccontextmanager
    async def beside(self, prefix: str) -> AsyncIterator[None]:
        """Hold the lane for a person's small request to a model of its own.

        Only jobs of that model are in its way: what another reads is still wanted.
        """
        if self._job is not None and self._job_prefix == prefix:
            self._job.cancel()
        with self._held():
            yield

    async def idle(self) -> None:
        """Wait until nobody waits for a reply."""
        await self._idle.wait()

    async def background(
        self, work: Callable[[], Awaitable[None]], prefix: str | None = None
    ) -> bool:
        """Do a job once the lane is idle; False where a person cut it short.

        Jobs come one after the other, in the order in which they were asked for.
        """
        async with self._one_job:
            # Somebody may have come between the waking and the running.
            while self._people:
                await self._idle.wait()
            self._job_prefix = prefix
            self._job = asyncio.ensure_future(work())
            try:
                await asyncio.shield(self._job)
            except asyncio.CancelledError:
                if self._job.cancelled() and not _is_cancelled():
                    return False
                self._job.cancel()
                raise
            else:
                return True
            finally:
                self._job = None

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Let no job begin meanwhile."""
        self._people += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._people -= 1
            if not self._people:
                self._idle.set()


def _is_cancelled() -> bool:
    """Tell whether the task that runs this is itself being ended."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
