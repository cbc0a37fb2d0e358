"""People first; other work runs while nobody waits, one job after the other."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Self

import pytest

from custom_components.jarvis.ollama.lane import Lane


class Job:
    """Work that runs until it is let go."""

    def __init__(self) -> None:
        """Wait to be begun."""
        self.began = asyncio.Event()
        self.go = asyncio.Event()
        self.finished = False
        self.cancelled = False

    async def __call__(self) -> None:
        """Work."""
        self.began.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        self.finished = True

    def quick(self) -> Self:
        """Let it end as soon as it begins."""
        self.go.set()
        return self


def start(
    lane: Lane, work: Callable[[], Awaitable[None]], prefix: str | None = None
) -> asyncio.Task[bool]:
    """Ask for work in the background."""
    return asyncio.create_task(lane.background(work, prefix))


async def rest() -> None:
    """Let everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_work_runs_while_nobody_waits() -> None:
    """An idle lane takes a job at once and says that it was done."""
    job = Job().quick()

    assert await Lane().background(job)

    assert job.finished


async def test_work_waits_for_people() -> None:
    """As long as anybody waits for a reply, no job begins."""
    lane, job = Lane(), Job().quick()
    async with lane.person("one"):
        async with lane.person("two"):
            asked = start(lane, job, "one")
            await rest()
            assert not job.began.is_set()
        await rest()
        assert not job.began.is_set()

    assert await asked
    assert job.finished


async def test_nobody_is_overtaken() -> None:
    """Who speaks right after another did is not overtaken by what waited."""
    lane, job = Lane(), Job()
    async with lane.person():
        asked = start(lane, job)
        await rest()
    # The job was told that the lane is idle, but did not run yet.
    async with lane.person():
        await rest()
        assert not job.began.is_set()

    job.quick()
    assert await asked


@pytest.mark.parametrize(
    ("of_job", "of_person"), [("a", "b"), ("a", None), (None, "b"), (None, None)]
)
async def test_a_job_in_the_way_ends(of_job: str | None, of_person: str | None) -> None:
    """A job whose prompt begins otherwise gives way at once, and says so."""
    lane, job = Lane(), Job()
    asked = start(lane, job, of_job)
    await job.began.wait()

    async with lane.person(of_person):
        await rest()
        assert job.cancelled
        assert await asked is False


async def test_a_job_that_helps_stays() -> None:
    """A job that reads the beginning of the person's own prompt is left to end."""
    lane, job = Lane(), Job()
    asked = start(lane, job, "same")
    await job.began.wait()

    async with lane.person("same"):
        await rest()
        assert not job.cancelled
        job.quick()
        assert await asked


async def test_jobs_in_order() -> None:
    """Jobs run one at a time, in the order in which they were asked for."""
    lane, order, running = Lane(), list[int](), 0

    async def work(number: int) -> None:
        nonlocal running
        running += 1
        assert running == 1
        order.append(number)
        await asyncio.sleep(0)
        running -= 1

    jobs = [start(lane, partial(work, number)) for number in range(5)]

    assert await asyncio.gather(*jobs) == [True] * 5
    assert order == list(range(5))


async def test_the_next_job_runs_after_one_gave_way() -> None:
    """A job that was cut short does not take the waiting ones with it."""
    lane, first, second = Lane(), Job(), Job().quick()
    one, two = start(lane, first, "a"), start(lane, second, "b")
    await first.began.wait()

    async with lane.person("b"):
        await rest()
        assert not second.began.is_set()

    assert await one is False
    assert await two


async def test_its_owner_is_cancelled() -> None:
    """Work ends with whoever asked for it, and the lane is free again."""
    lane, job = Lane(), Job()
    asked = start(lane, job)
    await job.began.wait()

    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await rest()

    assert job.cancelled
    assert await lane.background(Job().quick())


async def test_its_owner_is_cancelled_while_it_waits() -> None:
    """A job that never began is simply gone."""
    lane, job = Lane(), Job()
    async with lane.person():
        asked = start(lane, job)
        await rest()
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    assert await lane.background(Job().quick())
    assert not job.began.is_set()


async def test_a_failure_is_the_owners() -> None:
    """What a job raises reaches who asked for it; the lane goes on."""

    async def fail() -> None:
        raise ValueError

    lane = Lane()
    with pytest.raises(ValueError, match=r"^$"):
        await lane.background(fail)

    assert await lane.background(Job().quick())


async def test_idle() -> None:
    """Waiting for an idle lane ends with the last person."""
    lane = Lane()
    await lane.idle()
    async with lane.person():
        waiting = asyncio.create_task(lane.idle())
        await rest()
        assert not waiting.done()
    await waiting


async def test_a_person_who_fails_leaves_the_lane_free() -> None:
    """An error in a reply does not block what waits."""
    lane = Lane()
    with pytest.raises(ValueError, match="broken"):
        async with lane.person():
            raise ValueError("broken")

    assert await lane.background(Job().quick())
