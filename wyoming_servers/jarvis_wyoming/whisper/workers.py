"""A few threads that transcribe; what is waited for goes first."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import IntEnum
from functools import partial
import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Urgency(IntEnum):
    """Who is taken first."""

    NOW = 0
    """The audio has ended: somebody waits."""
    SOON = 1
    """It may have ended."""
    MEANWHILE = 2
    """It is still going on."""


class CalledOff(Exception):  # noqa: N818 - it is no error
    """Raised in work that nobody wants any more."""


class Job(Generic[T]):
    """Work that waits, runs, or is done."""

    def __init__(
        self, work: Callable[["Job[T]"], T], urgency: Urgency, number: int
    ) -> None:
        self.urgency = urgency
        self.number = number
        self.result: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        # Who does not ask for a result any more need not be told of its failure.
        self.result.add_done_callback(lambda f: f.cancelled() or f.exception())
        self._work = work
        self._off = threading.Event()

    @property
    def done(self) -> bool:
        """Whether the result is there."""
        return self.result.done()

    def call_off(self) -> None:
        """Nobody wants it: it is not begun, or ends at its next step."""
        self._off.set()
        self.result.cancel()

    def check(self) -> None:
        """Be called by the work between its steps."""
        if self._off.is_set():
            raise CalledOff

    def run(self) -> T:
        """Do the work, in a thread."""
        self.check()
        try:
            return self._work(self)
        finally:
            del self._work  # and the audio with it


class Workers:
    """Runs jobs in the order of their urgency, in as many threads as there are."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="whisper")
        self._free = count
        self._waiting = list[Job[object]]()
        self._made = 0

    @property
    def waiting(self) -> int:
        """How many jobs wait for a thread."""
        return sum(not job.done for job in self._waiting)

    @property
    def idle(self) -> bool:
        """Whether a job would begin at once."""
        return self._free > 0

    def submit(self, work: Callable[[Job[T]], T], urgency: Urgency) -> Job[T]:
        """Begin work as soon as a thread is free."""
        self._made += 1
        job = Job(work, urgency, self._made)
        self._waiting.append(job)  # type: ignore[arg-type]
        self._go_on()
        return job

    async def close(self) -> None:
        """Call everything off and wait for the threads."""
        for job in self._waiting:
            job.call_off()
        self._waiting.clear()
        await asyncio.to_thread(self._pool.shutdown)

    def _go_on(self) -> None:
        self._waiting = [job for job in self._waiting if not job.done]
        while self._free and self._waiting:
            job = min(self._waiting, key=lambda job: (job.urgency, job.number))
            self._waiting.remove(job)
            self._free -= 1
            running = asyncio.get_running_loop().run_in_executor(self._pool, job.run)
            running.add_done_callback(partial(self._ended, job))

    def _ended(self, job: Job[object], done: "asyncio.Future[object]") -> None:
        self._free += 1
        if job.result.done():
            done.exception()  # called off: how it ended is nobody's matter
        elif (err := done.exception()) is not None:
            job.result.set_exception(err)
        else:
            job.result.set_result(done.result())
        self._go_on()
