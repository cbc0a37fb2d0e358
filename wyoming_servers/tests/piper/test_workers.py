"""Whose piece is spoken next."""

import asyncio
from functools import partial
import threading

import pytest

from jarvis_wyoming.piper.engine import CalledOff, Stop
from jarvis_wyoming.piper.workers import Workers


async def test_who_would_hear_silence_first_goes_first() -> None:
    """Given one thread that is busy, those who wait go by when they are due."""
    workers, gate, order = Workers(1), threading.Event(), list[str]()

    def held(_: Stop) -> None:
        gate.wait(10)

    def noted(name: str, _: Stop) -> None:
        order.append(name)

    async with asyncio.TaskGroup() as group:
        group.create_task(workers.run(held, 0))
        await asyncio.sleep(0)
        for name, due in (("late", 9.0), ("soon", 2.0), ("now", 1.0), ("then", 2.0)):
            group.create_task(workers.run(partial(noted, name), due))
        await asyncio.sleep(0)
        assert workers.waiting == 4
        gate.set()
    assert order == ["now", "soon", "then", "late"]
    await workers.close()


async def test_a_cancelled_piece_is_stopped_or_never_begun() -> None:
    """Given two that leave, the one ends and the other never begins."""
    workers, begun, ended = Workers(1), threading.Event(), threading.Event()
    never = list[int]()

    def until_stopped(stop: Stop) -> None:
        begun.set()
        try:
            while True:
                stop.check()
        except CalledOff:
            ended.set()
            raise

    running = asyncio.create_task(workers.run(until_stopped, 0))
    waiting = asyncio.create_task(workers.run(lambda _: never.append(1), 1))
    await asyncio.to_thread(begun.wait, 10)
    waiting.cancel()
    running.cancel()
    await asyncio.gather(running, waiting, return_exceptions=True)
    assert await asyncio.to_thread(ended.wait, 10)
    assert await workers.run(lambda _: "next", 0) == "next"
    assert never == []
    await workers.close()


async def test_what_fails_is_told_to_who_asked() -> None:
    """Given work that fails, its caller gets the failure."""
    workers = Workers(1)

    def fail(_: Stop) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await workers.run(fail, 0)
    await workers.close()
