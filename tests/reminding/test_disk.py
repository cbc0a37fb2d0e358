"""A disk that fails while something is told: that is taken up when it works again."""

import asyncio
from datetime import datetime

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.jarvis.reminders.book import Book
from custom_components.jarvis.store.database import Database
from tests.house import Jarvis

from .course import HOUR, MINUTE, async_add, async_pass
from .house import Hearing


async def _fail(database: Database, column: str) -> None:
    """Let the disk be full for a change of a column."""
    async with database.write() as connection:
        await connection.exec_driver_sql(
            f"CREATE TRIGGER failing BEFORE UPDATE OF {column} ON reminder"
            f" WHEN new.{column} IS NOT NULL"
            " BEGIN SELECT raise(ABORT, 'the disk'); END"
        )


async def _work_again(database: Database) -> None:
    async with database.write() as connection:
        await connection.exec_driver_sql("DROP TRIGGER failing")


@pytest.mark.parametrize("column", ["begun_at", "told_at"])
async def test_a_daily_one_is_told_and_comes_again(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    freezer: FrozenDateTimeFactory,
    column: str,
) -> None:
    """Given a telling that could not be written down, then it is told once.

    And it comes again on the next day, without a restart.
    """
    freezer.move_to("2026-11-22T22:00:00+00:00")
    hass, entry = jarvis_alone.hass, jarvis_alone.entry
    hass.config_entries.async_update_entry(entry, options={"repeats": 0})
    await async_add(jarvis_alone, hours=1, rule="FREQ=DAILY")
    database = entry.runtime_data.memory.database
    await _fail(database, column)
    await async_pass(jarvis_alone, freezer, HOUR)
    # So it is when it is taken up.
    await async_pass(jarvis_alone, freezer, MINUTE)
    await _work_again(database)
    await async_pass(jarvis_alone, freezer, MINUTE)

    said = [text for one in hearing.satellites.values() for text in one.said]
    assert len(said) == 1
    assert hearing.shown()
    await async_pass(jarvis_alone, freezer, 23 * HOUR)
    await async_pass(jarvis_alone, freezer, HOUR - 2 * MINUTE)
    said = [text for one in hearing.satellites.values() for text in one.said]
    assert said[1:] == ["Reminder: walk the dog"]


async def test_it_fails_while_the_next_one_is_looked_for(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    freezer: FrozenDateTimeFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Given a telling that fails before the look ends that began it, it is told."""
    reminding = jarvis_alone.entry.runtime_data.reminding
    await async_add(jarvis_alone, hours=1)
    database = jarvis_alone.entry.runtime_data.memory.database
    next_due = Book.next_due

    async def later(book: Book) -> datetime | None:
        while reminding._delivering:
            await asyncio.sleep(0)
        return await next_due(book)

    monkeypatch.setattr(Book, "next_due", later)
    await _fail(database, "begun_at")
    await async_pass(jarvis_alone, freezer, HOUR)
    await _work_again(database)
    await async_pass(jarvis_alone, freezer, MINUTE)

    said = [text for one in hearing.satellites.values() for text in one.said]
    assert said == ["Reminder: walk the dog"]
