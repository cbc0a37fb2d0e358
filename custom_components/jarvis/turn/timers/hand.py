"""Reaches into the timers for whoever speaks, where they speak."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.util import dt as dt_util

from ...errors import TurnError
from ...local.timers.running import Place, Running
from ...people.owner import owner_of
from ...reminders.timer import Timer, TimerState
from ...reminding.audience import room_of_device
from ...reminding.ringing import device_in
from ...reminding.timers import Timers
from ...store.errors import StoreError

if TYPE_CHECKING:
    from ...runtime import JarvisRuntime

_TIMEOUT = 5
"""Seconds for the database; it answers within milliseconds."""


@dataclass(frozen=True, slots=True)
class TimerHand:
    """The timers, as the local stage and the model reach them."""

    hass: HomeAssistant
    runtime: JarvisRuntime
    device: str | None
    user_id: str | None

    @property
    def here(self) -> Place:
        """Where somebody speaks."""
        return self._place(self.device)

    async def async_running(self) -> Sequence[Running]:
        """Return what runs, waits or rings anywhere in the house."""
        async with self._timers() as timers:
            return [self._running(one) for one in await timers.async_list()]

    async def async_rings_here(self) -> Sequence[Running]:
        """Return what rings where somebody speaks, or rang there just now.

        Where nothing rings, as on a phone, that is what its person set on such a thing.
        """
        async with self._timers() as timers:
            rung = await timers.async_rung_lately()
        return [self._running(one) for one in rung if self._is_here(one)]

    async def async_start(
        self, name: str, seconds: int, language: str, area: str | None = None
    ) -> str | None:
        """Start a timer and return its id; None where nothing rings in that area."""
        device = self.device
        if area is not None and self.here.area != area:
            device = device_in(self.hass, area)
            if device is None:
                return None
        timer = Timer(
            name=name,
            seconds=seconds,
            owner=owner_of(self.hass, self.user_id),
            device=device,
            language=language,
            created_at=dt_util.utcnow(),
        )
        async with self._timers() as timers:
            return (await timers.async_add(timer)).id

    async def async_cancel(self, timers: Collection[str]) -> None:
        """Cancel timers, and silence what rings."""
        async with self._timers() as all_timers:
            await all_timers.async_cancel(timers)

    async def async_pause(self, timer: str) -> None:
        """Let a timer wait."""
        async with self._timers() as timers:
            for one in await timers.async_list():
                if one.id == timer:
                    await timers.async_pause(one)

    async def async_resume(self, timer: str) -> None:
        """Let a timer run on."""
        async with self._timers() as timers:
            for one in await timers.async_list():
                if one.id == timer:
                    await timers.async_resume(one)

    async def async_lengthen(self, timer: str, by: int) -> None:
        """Give a timer more time or less; what has rung is set anew."""
        async with self._timers() as timers:
            there = {one.id: one for one in await timers.async_rung_lately()}
            there |= {one.id: one for one in await timers.async_list()}
            if timer in there:
                await timers.async_lengthen(there[timer], by)

    @asynccontextmanager
    async def _timers(self) -> AsyncGenerator[Timers]:
        """Give the timers, if they are well."""
        try:
            async with asyncio.timeout(_TIMEOUT):
                yield self.runtime.timers
        except (StoreError, TimeoutError) as err:
            self.runtime.memory.async_fail(err)
            raise TurnError("timers_unavailable") from err

    def _is_here(self, timer: Timer) -> bool:
        """Tell whether a timer rings where somebody speaks."""
        if self.device is None or timer.device is None:
            is_theirs = timer.owner == owner_of(self.hass, self.user_id)
            return timer.device == self.device and is_theirs
        here, there = self.here, self._place(timer.device)
        return there.device == here.device or (
            here.area is not None and there.area == here.area
        )

    def _running(self, timer: Timer) -> Running:
        return Running(
            timer.id,
            timer.name,
            timer.seconds,
            timer.left(dt_util.utcnow()),
            self._place(timer.device),
            is_paused=timer.state is TimerState.PAUSED,
            is_ringing=timer.state is TimerState.RINGING,
        )

    def _place(self, device: str | None) -> Place:
        """Return where a device stands."""
        room = room_of_device(self.hass, device) if device else None
        area = ar.async_get(self.hass).async_get_area(room) if room else None
        return Place(device, room, area.floor_id if area else None)
