"""Reminders as calendars: the times to come."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.jarvis.reminders.records import Reminder
from custom_components.jarvis.reminders.when.results import Grain
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .house import Jarvis

CALENDAR = "calendar.reminders_household"


@pytest.fixture(name="freezer")
def freezer_fixture(freezer: FrozenDateTimeFactory) -> FrozenDateTimeFactory:
    """Return a clock that stands at two in the afternoon, where the tests live."""
    freezer.move_to("2026-11-22 22:00:00+00:00")
    return freezer


async def _events(hass: HomeAssistant, days: int) -> list[tuple[str, str]]:
    """Return what the calendar shows of some days from now on."""
    answer = await hass.services.async_call(
        "calendar",
        "get_events",
        {"entity_id": CALENDAR, "duration": {"days": days}},
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    events: list[Any] = answer[CALENDAR]["events"]  # type: ignore[index, assignment, call-overload]
    return [(one["summary"], one["start"]) for one in events]


async def test_the_times_to_come(
    jarvis_alone: Jarvis, freezer: FrozenDateTimeFactory
) -> None:
    """Single times, whole days and what comes again are shown, and what is next."""
    hass = jarvis_alone.hass
    now = dt_util.now()
    reminding = jarvis_alone.entry.runtime_data.reminding
    await reminding.async_add(
        Reminder(
            what="Pills",
            due=now + timedelta(hours=2),
            rule="FREQ=DAILY",
            zone="US/Pacific",
        )
    )
    await reminding.async_add(Reminder(what="Dog", due=now + timedelta(hours=1)))
    day = (now + timedelta(days=1)).replace(hour=9)
    await reminding.async_add(Reminder(what="Birthday", due=day, grain=Grain.DAY))
    await reminding.async_add(Reminder(what="Some day"))
    await hass.async_block_till_done()

    assert sorted(await _events(hass, 3)) == [
        ("Birthday", "2026-11-23"),
        ("Dog", "2026-11-22T15:00:00-08:00"),
        ("Pills", "2026-11-22T16:00:00-08:00"),
        ("Pills", "2026-11-23T16:00:00-08:00"),
        ("Pills", "2026-11-24T16:00:00-08:00"),
    ]
    state = hass.states.get(CALENDAR)
    assert state is not None
    assert (state.state, state.attributes["message"]) == ("off", "Dog")


async def test_cancelled_and_put_off(
    jarvis_alone: Jarvis, freezer: FrozenDateTimeFactory
) -> None:
    """What is cancelled is gone; what is put off stands where it is now."""
    hass = jarvis_alone.hass
    now = dt_util.now()
    reminding = jarvis_alone.entry.runtime_data.reminding
    gone = await reminding.async_add(Reminder(what="Dog", due=now + timedelta(hours=1)))
    kept = await reminding.async_add(Reminder(what="Cat", due=now + timedelta(hours=1)))
    await reminding.async_cancel([gone.id])
    await reminding.async_snooze(kept.id, now + timedelta(hours=3))
    await hass.async_block_till_done()
    assert await _events(hass, 1) == [("Cat", "2026-11-22T17:00:00-08:00")]


async def test_removed_while_it_reads(jarvis_alone: Jarvis) -> None:
    """Given a calendar that is removed while it reads, then it waits for nothing."""
    hass, entry = jarvis_alone.hass, jarvis_alone.entry
    due = dt_util.now() + timedelta(hours=2)
    await entry.runtime_data.reminding.async_add(Reminder(what="Pills", due=due))

    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    # Whatever still waits fails the test at its end.
    assert hass.states.is_state(CALENDAR, "unavailable")
