"""What tests of timers do with time, and a device that shows timers."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jarvis.reminders.timer import Timer
from custom_components.jarvis.reminding.timers import Timers
from homeassistant.components.intent import (
    TimerEventType,
    TimerInfo,
    async_register_timer_handler,
)
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.components.intent.timers import TimerManager
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.house import Jarvis

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
NOW = datetime.fromisoformat("2026-11-22T22:00:00+00:00")
"""Two in the afternoon, where the tests live."""
PASTA = 'The timer "pasta" is done.'


def timers_of(jarvis: Jarvis) -> Timers:
    """Return the timers of a Jarvis."""
    timers: Timers = jarvis.entry.runtime_data.timers
    return timers


async def async_settle(jarvis: Jarvis) -> None:
    """Wait until all that was begun for timers is done."""
    await jarvis.hass.async_block_till_done()
    while tasks := tuple(timers_of(jarvis)._working):
        await asyncio.wait(tasks)
        await jarvis.hass.async_block_till_done()


async def async_pass(
    jarvis: Jarvis, freezer: FrozenDateTimeFactory, by: timedelta
) -> None:
    """Let time go by."""
    freezer.tick(by)
    async_fire_time_changed(jarvis.hass, dt_util.utcnow())
    await async_settle(jarvis)


async def async_set(jarvis: Jarvis, device: str | None = None, **more: Any) -> Timer:
    """Set a timer."""
    values = {"seconds": 600, "name": "pasta", "created_at": dt_util.utcnow(), **more}
    timer = await timers_of(jarvis).async_add(Timer(device=device, **values))
    await async_settle(jarvis)
    return timer


async def async_down(jarvis: Jarvis) -> None:
    """End Jarvis, as a shutdown does."""
    assert await jarvis.hass.config_entries.async_unload(jarvis.entry.entry_id)


async def async_up(jarvis: Jarvis) -> None:
    """Set Jarvis up again, on the same file."""
    assert await jarvis.hass.config_entries.async_setup(jarvis.entry.entry_id)
    await async_settle(jarvis)


def left(timers: list[Timer]) -> dict[str, float]:
    """Return how many seconds are left of timers, by their names."""
    return {one.name: one.left(dt_util.utcnow()) for one in timers}


async def say(jarvis: Jarvis, text: str, language: str, device: str | None) -> str:
    """Say something somewhere; return what is replied."""
    reply = await jarvis.say(text, language, device_id=device)
    await async_settle(jarvis)
    return reply.speech


class Display:
    """A device that shows timers, and rings them by itself."""

    def __init__(self, hass: HomeAssistant, device: str) -> None:
        """Begin to show."""
        self.hass = hass
        self.device = device
        self.told: list[TimerEventType] = []
        self.register()

    def register(self) -> None:
        """Have Home Assistant know it."""
        async_register_timer_handler(self.hass, self.device, self._on_event)

    @property
    def shown(self) -> dict[str | None, tuple[int, bool]]:
        """What it shows: how many seconds are left of each, and whether it runs."""
        manager: TimerManager = self.hass.data[TIMER_DATA]
        return {
            one.name: (one.seconds_left, one.is_active)
            for one in manager.timers.values()
        }

    def _on_event(self, event: TimerEventType, _timer: TimerInfo) -> None:
        self.told.append(event)
