"""Timers in the book: what is written stays, and nothing else lists it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from custom_components.jarvis.reminders.book import Book
from custom_components.jarvis.reminders.timer import (
    Timer,
    TimerState,
    ended,
    longer,
    paused,
    ringing,
    running,
    told,
    was_heard,
)
from custom_components.jarvis.reminders.timer_book import TimerBook
from custom_components.jarvis.store.database import Database
from tests.killing import async_until_killed

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
KILLS = 3


@pytest.fixture
def timers(database: Database) -> TimerBook:
    """Return a book without any timer."""
    return TimerBook(database)


def _timer(**more: Any) -> Timer:
    return replace(Timer(seconds=600, created_at=NOW), **more)


def _running(**more: Any) -> Timer:
    return running(_timer(**more), 600, NOW)


def _is_open(timer: Timer) -> bool:
    return timer.is_open


async def test_everything_is_read_as_it_was_written(timers: TimerBook) -> None:
    """Given a timer with all there is to know of it, then all of it comes back."""
    written = _timer(
        name="pâtes",
        owner="ann",
        device="kitchen",
        language="fr",
        state=TimerState.RINGING,
        due=NOW,
        seconds_left=12.5,
        rung=NOW,
        again_at=NOW,
        tellings=2,
    )
    await timers.add(written)

    assert await timers.open() == [written]


async def test_timers_are_no_reminders(timers: TimerBook, book: Book) -> None:
    """Given a timer that is due, then no reminder is, and none is listed."""
    await timers.add(_running())

    assert await book.listed() == []
    assert await book.next_due() is None
    assert await book.claim(NOW + timedelta(days=1)) == []


async def test_what_ended_is_not_open(timers: TimerBook) -> None:
    """Given one that was cancelled and one that rang, then only that one rang."""
    cancelled, rang = await timers.add(_running()), await timers.add(_running())
    for one, state in (
        (cancelled, TimerState.CANCELLED),
        (rang, TimerState.DONE),
    ):
        await timers.change(one.id, partial(ended, state=state, now=NOW), _is_open)

    assert await timers.open() == []
    assert [one.id for one in await timers.rung_since(NOW)] == [rang.id]
    assert await timers.rung_since(NOW + SECOND) == []
    await timers.tidy(NOW + timedelta(days=2))
    assert await timers.rung_since(NOW) == []


async def test_what_was_changed_meanwhile_stays(timers: TimerBook) -> None:
    """Given a timer that is not as it was read, then it is not written over."""
    old = await timers.add(_running())
    new = paused(old, 30)
    assert await timers.change(old.id, lambda _old: new, old.__eq__) == new

    assert await timers.change(old.id, lambda _old: old, old.__eq__) is None
    assert await timers.open() == [new]


@pytest.mark.parametrize(
    ("before", "by", "state", "left"),
    [
        (_running(), 120, TimerState.RUNNING, 720),
        (_running(), -120, TimerState.RUNNING, 480),
        (_running(), -900, TimerState.RUNNING, 0),
        (paused(_running(), 30), 60, TimerState.PAUSED, 90),
        (ringing(_running(), NOW), 300, TimerState.RUNNING, 300),
        (ended(ringing(_running(), NOW), TimerState.DONE, NOW), 60, "running", 60),
    ],
)
def test_more_time(before: Timer, by: int, state: str, left: float) -> None:
    """What runs or waits has more or less left; what rang is set anew."""
    after = longer(before, by, NOW)

    assert after.state == state
    assert after.left(NOW) == left
    assert after.is_open
    assert after.rung is None


def test_it_rings_again_for_a_while() -> None:
    """A timer that nobody stops rings every 15 seconds, for three minutes."""
    timer, now = ringing(_running(), NOW + 10 * MINUTE), NOW + 10 * MINUTE
    rings = 0
    while timer.is_open:
        assert not was_heard(timer, now)
        timer = told(timer, now)
        rings += 1
        assert timer.again_at in (None, now + 15 * SECOND)
        now += 15 * SECOND
    assert rings == 12
    assert timer.state is TimerState.DONE


def test_missed_by_far_it_rings_once() -> None:
    """A timer of an hour ago is told once; one that was told then is not."""
    late = ringing(_running(), NOW + 70 * MINUTE)
    assert not was_heard(late, NOW + 70 * MINUTE)
    assert told(late, NOW + 70 * MINUTE).state is TimerState.DONE
    assert was_heard(replace(late, tellings=1), NOW + 70 * MINUTE)


@pytest.mark.timeout(120)
async def test_kills_lose_no_timer(path: Path) -> None:
    """Given kills at random moments, then every timer that was promised is there."""
    heard = list[str]()
    for kill in range(KILLS):
        heard += await async_until_killed(
            "tests.reminders.timer_keeper", path, 0.01 + 0.067 * kill
        )
    database = Database(path)
    await database.open()
    there = {one.id: one for one in await TimerBook(database).open()}
    await database.close()

    states = {line.split()[1]: line.split()[0] for line in heard}
    assert len(states) > KILLS
    assert states.keys() <= there.keys()
    # The change after the last words may have been written or not.
    waiting = {timer_id for timer_id, state in states.items() if state == "paused"}
    assert {there[timer_id].state for timer_id in waiting} == {TimerState.PAUSED}
