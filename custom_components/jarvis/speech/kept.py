"""What streams in once and is sent on, perhaps more than once."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Coroutine, Sized
from contextlib import asynccontextmanager
from typing import Any


class Kept[T: Sized]:
    """A stream whose pieces are kept, so that each reader begins at the beginning."""

    def __init__(self, stream: AsyncIterable[T], longest: int) -> None:
        """Take the stream; what is longer ends there."""
        self.pieces: list[T] = []
        self.ended = False
        self._stream = stream
        self._room = longest
        self._changed = asyncio.Event()

    async def fill(self) -> None:
        """Keep what comes, to the end of the stream."""
        try:
            async for piece in self._stream:
                self._room -= len(piece)
                if self._room < 0:
                    break
                self.pieces.append(piece)
                self._changed.set()
        finally:
            self.ended = True
            self._changed.set()
            if isinstance(self._stream, AsyncGenerator):
                await self._stream.aclose()

    async def after(
        self, count: int, enough: Callable[[], bool] = lambda: False
    ) -> list[T]:
        """Return what comes after so many pieces; nothing where that was all.

        Whoever has enough waits for no more; `wake` has them look whether they have.
        """
        while len(self.pieces) == count and not self.ended and not enough():
            self._changed.clear()
            await self._changed.wait()
        return self.pieces[count:]

    def wake(self) -> None:
        """Let whoever waits for more look whether there is enough."""
        self._changed.set()


@asynccontextmanager
async def alongside(
    work: Coroutine[Any, Any, None],
) -> AsyncGenerator[asyncio.Task[None]]:
    """Do some work meanwhile; it ends with the block."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
