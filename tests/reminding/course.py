"""What tests of reminders do with time."""

from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jarvis.reminders.records import Reminder
from custom_components.jarvis.reminding.reminding import Reminding
from homeassistant.util import dt as dt_util
from tests.house import Jarvis

from .house import async_settle

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


async def async_pass(
    jarvis: Jarvis, freezer: FrozenDateTimeFactory, by: timedelta
) -> None:
    """Let time go by."""
    freezer.tick(by)
    async_fire_time_changed(jarvis.hass, dt_util.utcnow())
    await async_settle(jarvis)


async def async_add(
    jarvis: Jarvis, *, hours: int = 1, minutes: int = 0, **more: Any
) -> Reminder:
    """Write down a reminder of Ann's that is due in an hour, unless it says more."""
    due: datetime = dt_util.utcnow() + timedelta(hours=hours, minutes=minutes)
    values = {"what": "walk the dog", "due": due, "owner": "ann", **more}
    reminding: Reminding = jarvis.entry.runtime_data.reminding
    kept = await reminding.async_add(Reminder(**values))
    await async_settle(jarvis)
    return kept
