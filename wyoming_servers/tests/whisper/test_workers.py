"""Threads that take what is waited for first."""

import asyncio
import threading

import pytest

from jarvis_wyoming.whisper.workers import Job, Urgency, Workers


async def test_the_most_urgent_goes_first() -> None:
    """Given one thread that is busy, the order is by urgency, then by age."""
    workers, gate, order = Workers(1), threading.Event(), list[str]()

    def note(name: str) -> Job[None]:
        urgency = Urgency[name.rstrip("12")]
        return workers.submit(lambda _: order.append(name), urgency)

    busy = workers.submit(lambda _: gate.wait(5), Urgency.NOW)
    names = ("MEANWHILE", "SOON1", "NOW1", "SOON2", "NOW2")
    jobs = [note(name) for name in names]
    raised = note("MEANWHILE2")
    raised.urgency = Urgency.NOW
    assert not workers.idle
    assert workers.waiting == 6
    gate.set()
    await asyncio.gather(busy.result, raised.result, *(job.result for job in jobs))

    assert order == ["NOW1", "NOW2", "MEANWHILE2", "SOON1", "SOON2", "MEANWHILE"]
    await workers.close()


async def test_what_was_called_off_is_not_begun() -> None:
    """And what runs ends at its next step, so that the thread is free."""
    workers, begun, done = Workers(1), threading.Event(), list[str]()

    def long(job: Job[None]) -> None:
        begun.set()
        while True:
            job.check()

    running = workers.submit(long, Urgency.SOON)
    waiting = workers.submit(lambda _: done.append("waiting"), Urgency.SOON)
    await asyncio.to_thread(begun.wait)
    running.call_off()
    waiting.call_off()
    await workers.submit(lambda _: done.append("next"), Urgency.MEANWHILE).result

    assert done == ["next"]
    assert workers.waiting == 0
    await workers.close()


async def test_a_failure_is_told_to_who_waits() -> None:
    """And does not cost the thread."""
    workers = Workers(1)

    def fail(job: Job[None]) -> None:
        raise RuntimeError("no memory")

    with pytest.raises(RuntimeError, match="no memory"):
        await workers.submit(fail, Urgency.NOW).result
    assert await workers.submit(lambda _: 5, Urgency.NOW).result == 5
    await workers.close()
