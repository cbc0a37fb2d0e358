"""A few threads that speak; whose listener waits goes first, piece by piece."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
import heapq
import itertools
from typing import Any, Generic, TypeVar

from .engine import CalledOff, Stop

T = TypeVar("T")


class Workers:
    """Runs pieces in the order in which their listeners would hear silence.

    An utterance has one piece here at a time, so a long one never holds up others.
    """

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="piper")
        self._free = count
        self._numbers = itertools.count()
        self._waiting = list[tuple[float, int, _Piece[Any]]]()

    @property
    def waiting(self) -> int:
        """How many pieces wait for a thread."""
        return sum(not piece.result.done() for _, _, piece in self._waiting)

    async def run(self, work: Callable[[Stop], T], due: float) -> T:
        """Do work before what is due later; a cancelled caller ends it."""
        piece = _Piece(work)
        heapq.heappush(self._waiting, (due, next(self._numbers), piece))
        self._go_on()
        try:
            return await piece.result
        finally:
            piece.stop.ask()

    async def close(self) -> None:
        """Call everything off and wait for the threads."""
        for _, _, piece in self._waiting:
            piece.result.cancel()
        self._waiting.clear()
        await asyncio.to_thread(self._pool.shutdown)

    def _go_on(self) -> None:
        while self._free and self._waiting:
            _, _, piece = heapq.heappop(self._waiting)
            if piece.result.done():
                continue
            self._free -= 1
            loop = asyncio.get_running_loop()
            running = loop.run_in_executor(self._pool, piece.run)
            running.add_done_callback(partial(self._ended, piece))

    def _ended(self, piece: "_Piece[T]", done: "asyncio.Future[T]") -> None:
        self._free += 1
        error = done.exception()
        if piece.result.done() or isinstance(error, CalledOff):
            piece.result.cancel()
        elif error is not None:
            piece.result.set_exception(error)
        else:
            piece.result.set_result(done.result())
        self._go_on()


class _Piece(Generic[T]):
    """Work that waits, runs, or is done."""

    def __init__(self, work: Callable[[Stop], T]) -> None:
        self.stop = Stop()
        self.result: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._work = work

    def run(self) -> T:
        """Do it, in a thread."""
        self.stop.check()
        return self._work(self.stop)
