"""Ten thousand reminders: they cost nothing until their time has come."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from sqlalchemy import event

from custom_components.jarvis.reminders import book as book_module
from custom_components.jarvis.reminders.records import Reminder, State
from custom_components.jarvis.reminders.rows import reminder_of, values_of
from custom_components.jarvis.reminding.reminding import Reminding
from custom_components.jarvis.store.schema import reminder as table
from homeassistant.helpers import event as event_helper
from homeassistant.util import dt as dt_util
from tests.house import Jarvis

from .course import HOUR, MINUTE
from .house import Hearing, async_settle

MANY = 10_000
SHOWN = 1000
"""What one list shows at most."""
LISTS = 3
"""The household's, Ann's and Ben's."""


@pytest.fixture
async def reminding(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> Reminding:
    """Return the reminders of a house in which ten thousand wait."""
    hass, entry = jarvis_alone.hass, jarvis_alone.entry
    await async_settle(jarvis_alone)
    freezer.move_to("2026-11-22T22:00:00+00:00")
    soon = dt_util.utcnow() + HOUR
    owners = ("ann", "ben", None)
    rows = [
        values_of(
            Reminder(what=f"thing {at}", owner=owners[at % 3], due=soon + at * MINUTE)
        )
        for at in range(MANY)
    ]
    async with entry.runtime_data.memory.database.write() as connection:
        await connection.execute(table.insert(), rows)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await async_settle(jarvis_alone)
    reminding: Reminding = entry.runtime_data.reminding
    return reminding


@contextmanager
def _statements(jarvis: Jarvis) -> Generator[list[str]]:
    """Note what the database of the house is asked about reminders."""
    database = jarvis.entry.runtime_data.memory.database
    noted: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "reminder" in statement:
            noted.append(statement)

    engines = [one.sync_engine for one in (database._readers, database._writer)]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield noted
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by each reminder that is read from the disk."""
    ids: list[str] = []

    def note(row: Any) -> Reminder:
        found = reminder_of(row)
        ids.append(found.id)
        return found

    monkeypatch.setattr(book_module, "reminder_of", note)
    return ids


def _timers(jarvis: Jarvis, reminding: Reminding) -> int:
    """Return for how many times the event loop waits on behalf of reminders."""
    loop: Any = jarvis.hass.loop
    return sum(
        isinstance(tracked := handle._callback, event_helper._TrackPointUTCTime)
        and getattr(tracked.job.target, "__self__", None) is reminding
        for handle in loop._scheduled
        if not handle.cancelled()
    )


async def test_waiting_costs_nothing(
    jarvis_alone: Jarvis, reminding: Reminding, freezer: FrozenDateTimeFactory
) -> None:
    """One timer waits for the next one; until then the disk is asked nothing."""
    assert _timers(jarvis_alone, reminding) == 1
    with _statements(jarvis_alone) as asked:
        for _minute in range(59):
            freezer.tick(MINUTE)
            async_fire_time_changed(jarvis_alone.hass, dt_util.utcnow())
            await async_settle(jarvis_alone)
            assert _timers(jarvis_alone, reminding) == 1
        assert asked == []
        freezer.tick(MINUTE)
        async_fire_time_changed(jarvis_alone.hass, dt_util.utcnow())
        await async_settle(jarvis_alone)
    assert asked
    (ringing,) = await reminding.async_list(states=(State.RINGING,))
    assert ringing.what == "thing 0"
    assert _timers(jarvis_alone, reminding) == 1


async def test_one_that_changes_reads_no_others(
    jarvis_alone: Jarvis, reminding: Reminding, read: list[str]
) -> None:
    """Adding and finishing one reads at most that one; lists read what they show."""
    added = await reminding.async_add(
        Reminder(what="new", owner="ann", due=dt_util.utcnow() + HOUR / 2)
    )
    assert read == []
    await async_settle(jarvis_alone)
    assert 0 < len(read) <= LISTS * (SHOWN + 1)
    state = jarvis_alone.hass.states.get("calendar.reminders_ann")
    assert state is not None
    assert state.attributes["message"] == "new"
    read.clear()
    await reminding.async_complete(added.id)
    assert set(read) == {added.id}
    await async_settle(jarvis_alone)
    assert len(read) <= LISTS * (SHOWN + 1) + 1


async def test_a_long_list_lets_others_go_first(
    reminding: Reminding, read: list[str]
) -> None:
    """Whoever speaks meanwhile does not wait until a thousand are read."""
    seen = [0]

    async def look() -> None:
        while True:
            await asyncio.sleep(0)
            seen.append(len(read))

    looking = asyncio.create_task(look())
    found = await reminding.async_list()
    looking.cancel()
    assert len(found) == len(read) == SHOWN
    steps = [after - before for before, after in pairwise([*seen, len(read)])]
    assert max(steps) <= SHOWN / 10
