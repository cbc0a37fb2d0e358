"""Giving memory back: glibc keeps what was freed, an idle server need not."""

import asyncio
import ctypes

_IDLE_SECONDS = 2
_ARENA_MAX = -8  # mallopt's M_ARENA_MAX
_ARENAS = 2


class Memory:
    """Trims the heap when nobody has been connected for a while."""

    def __init__(self) -> None:
        libc = ctypes.CDLL(None)
        self._trim = getattr(libc, "malloc_trim", None)  # another libc has none
        self._timer: asyncio.TimerHandle | None = None
        if self._trim is not None:
            # Threads that come and go would each leave a heap of their own.
            libc.mallopt(_ARENA_MAX, _ARENAS)

    def busy(self) -> None:
        """Somebody is connected."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def idle(self) -> None:
        """Nobody is."""
        self.busy()
        if self._trim is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_IDLE_SECONDS, self._give_back, loop)

    def _give_back(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if self._trim is not None:
            loop.run_in_executor(None, self._trim, 0)
