"""Somebody is reminded of the laundry until they have seen to it."""

from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jarvis.reminders.records import State
from homeassistant.util import dt as dt_util
from tests.house import Jarvis
from tests.reminding.course import MINUTE, async_pass
from tests.reminding.house import Hearing, async_settle

from .house import async_automate, async_until

SECONDS = timedelta(seconds=5)
BY_POWER = {"power": ["sensor.washer"], "threshold": 5, "minutes": 3}
BY_STATE = {"state": ["sensor.washer"], "finished": "done"}


def _said(hearing: Hearing) -> list[str]:
    return [text for one in hearing.satellites.values() for text in one.said]


@pytest.mark.parametrize(
    ("inputs", "states"),
    [(BY_POWER, ("2000", "1")), (BY_STATE, ("running", "done"))],
    ids=["power", "state"],
)
async def test_reminded_until_the_door_is_open(
    jarvis_alone: Jarvis,
    hearing: Hearing,
    freezer: FrozenDateTimeFactory,
    inputs: dict[str, Any],
    states: tuple[str, str],
) -> None:
    """It is said and shown when the machine has finished, and over with its door."""
    hass = jarvis_alone.hass
    reminding = jarvis_alone.entry.runtime_data.reminding
    hass.states.async_set("binary_sensor.door", "off")
    hass.states.async_set("sensor.washer", states[0])
    await async_automate(
        hass,
        "laundry_finished",
        text="take the laundry out",
        person="person.ann",
        door=["binary_sensor.door"],
        **inputs,
    )
    await async_settle(jarvis_alone)
    changes: list[None] = []
    stop = reminding.listen(lambda: changes.append(None))
    hass.states.async_set("sensor.washer", states[1])
    if inputs is BY_POWER:
        await async_pass(jarvis_alone, freezer, 2 * MINUTE)
        assert not changes
        freezer.tick(2 * MINUTE)
        async_fire_time_changed(hass, dt_util.utcnow())
    await async_until(lambda: bool(changes))
    freezer.tick(SECONDS)
    async_fire_time_changed(hass, dt_util.utcnow())
    await async_until(lambda: bool(_said(hearing)))
    assert _said(hearing) == ["Reminder: take the laundry out"]
    assert hearing.shown() == ["Reminder: take the laundry out"]

    hass.states.async_set("binary_sensor.door", "on")
    await async_settle(jarvis_alone)
    stop()
    (known,) = await reminding.async_list(states=tuple(State))
    assert known.state is State.CANCELLED
    await async_pass(jarvis_alone, freezer, 10 * MINUTE)
    assert len(_said(hearing)) == 1


async def test_a_socket_that_was_away_has_finished_nothing(
    jarvis_alone: Jarvis, hearing: Hearing, freezer: FrozenDateTimeFactory
) -> None:
    """After a restart a machine that stands still is no machine that has finished."""
    hass = jarvis_alone.hass
    hass.states.async_set("sensor.washer", "unavailable")
    await async_automate(
        hass, "laundry_finished", text="take the laundry out", **BY_POWER
    )
    hass.states.async_set("sensor.washer", "0")
    await hass.async_block_till_done()
    await async_pass(jarvis_alone, freezer, 5 * MINUTE)
    reminding = jarvis_alone.entry.runtime_data.reminding
    assert await reminding.async_list() == []
