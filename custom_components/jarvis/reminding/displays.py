"""Home Assistant's own timers, on devices that show and ring them by themselves.

A timer of Jarvis has one beside it where its device can count: then the device rings,
and Jarvis keeps quiet. Home Assistant keeps these in memory only.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import Enum, auto
import logging
import time

from homeassistant.components.assist_satellite import DOMAIN as SATELLITE_DOMAIN
from homeassistant.components.intent import TimerInfo, async_device_supports_timers
from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.components.intent.timers import TimerManager
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..reminders.timer import Timer, TimerState, paused, running

_LOGGER = logging.getLogger(__name__)

_BESIDE: HassKey[dict[str, TimerInfo]] = HassKey(f"{DOMAIN}_timers_shown")
"""Both outlive a reload of the entry, and end with Home Assistant."""
_SAME = 2
"""Seconds by which both may differ: Home Assistant counts whole ones."""


class Seen(Enum):
    """What became of a timer on its device."""

    RANG = auto()
    CANCELLED = auto()


class Displays:
    """The timers of Home Assistant: beside Jarvis' own, and those of others."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Take up what is shown since before a reload."""
        self._hass = hass
        self._beside = hass.data.setdefault(_BESIDE, {})

    def counts(self, device: str | None) -> bool:
        """Tell whether a device counts and rings by itself."""
        if device is None or not async_device_supports_timers(self._hass, device):
            return False
        registry = er.async_get(self._hass)
        states = [
            self._hass.states.get(one.entity_id)
            for one in er.async_entries_for_device(registry, device)
            if one.domain == SATELLITE_DOMAIN
        ]
        return not states or any(
            one is not None and one.state != STATE_UNAVAILABLE for one in states
        )

    @callback
    def show(self, timer: Timer, now: datetime) -> None:
        """Have the device of a timer show it as it is; nothing where it cannot."""
        if not timer.is_open or timer.state is TimerState.RINGING:
            return self.hide(timer.id)
        info = self._live(timer.id)
        try:
            if info is None and self.counts(timer.device):
                info = self._start(timer, now)
            if info is not None:
                self._adjust(info, timer, now)
        except Exception:
            # Whatever a device's integration raises: Jarvis counts in any case.
            _LOGGER.exception("A device could not show a timer")
        return None

    @callback
    def hide(self, timer_id: str) -> None:
        """Have a device show a timer no more."""
        info = self._live(timer_id)
        self._beside.pop(timer_id, None)
        if info is not None:
            self.cancel(info.id)

    @callback
    def follow(self, timer: Timer, now: datetime) -> Timer | Seen:
        """Return a timer as it is on its device: somebody may have changed it there."""
        info = self._beside.get(timer.id)
        if info is None or timer.state is TimerState.RINGING:
            return timer
        if self._live(timer.id) is None:
            del self._beside[timer.id]
            ago = (time.monotonic_ns() - info.updated_at) / 1e9
            left = timer.left(now - timedelta(seconds=ago))
            if timer.state is TimerState.PAUSED or left > _SAME:
                return Seen.CANCELLED
            return Seen.RANG if self.counts(timer.device) else timer
        if not info.is_active:
            if timer.state is TimerState.PAUSED:
                return timer
            return paused(timer, info.seconds_left)
        if (
            timer.state is TimerState.PAUSED
            or abs(info.seconds_left - timer.left(now)) > _SAME
        ):
            return running(timer, info.seconds_left, now)
        return timer

    def rings(self, timer: Timer) -> bool:
        """Tell whether its device makes a timer ring whose time is over."""
        return self._live(timer.id) is not None and self.counts(timer.device)

    @callback
    def keep(self, timer_ids: Collection[str]) -> None:
        """Forget what showed any timers but these, where it is over."""
        for timer_id in self._beside.keys() - timer_ids:
            if self._live(timer_id) is None:
                del self._beside[timer_id]

    def others(self, now: datetime) -> list[Timer]:
        """Return the timers that Home Assistant was told of without Jarvis."""
        beside = {info.id for info in self._beside.values()}
        return [
            _timer_of(info, now)
            for info in (self._manager.timers.values() if self._manager else ())
            if info.id not in beside and not info.conversation_command
        ]

    @callback
    def cancel(self, timer_id: str) -> bool:
        """Cancel a timer of Home Assistant; false where it is none."""
        if (manager := self._manager) is None or timer_id not in manager.timers:
            return False
        manager.cancel_timer(timer_id)
        return True

    @callback
    def adjust_other(self, timer: Timer, now: datetime) -> bool:
        """Have a timer of Home Assistant be as told; false where it is none."""
        manager = self._manager
        if manager is None or (info := manager.timers.get(timer.id)) is None:
            return False
        self._adjust(info, timer, now)
        return True

    @property
    def _manager(self) -> TimerManager | None:
        return self._hass.data.get(TIMER_DATA)

    def _live(self, timer_id: str) -> TimerInfo | None:
        """Return what shows a timer, while Home Assistant has it."""
        info = self._beside.get(timer_id)
        if info is None or (manager := self._manager) is None:
            return None
        return manager.timers.get(info.id)

    def _start(self, timer: Timer, now: datetime) -> TimerInfo | None:
        """Start what shows a timer; after a restart with what is left of it."""
        if (manager := self._manager) is None:
            return None
        minutes, seconds = divmod(max(1, round(timer.left(now))), 60)
        hours, minutes = divmod(minutes, 60)
        before = set(manager.timers)
        try:
            manager.start_timer(
                timer.device,
                hours or None,
                minutes or None,
                seconds or None,
                timer.language,
                name=timer.name or None,
            )
        finally:
            # It is there also where its device could not be told.
            for timer_id in manager.timers.keys() - before:
                self._beside[timer.id] = manager.timers[timer_id]
        return self._beside[timer.id]

    def _adjust(self, info: TimerInfo, timer: Timer, now: datetime) -> None:
        """Pause or resume what shows a timer, and give it as much time."""
        if (manager := self._manager) is None:
            return
        is_paused = timer.state is TimerState.PAUSED
        if is_paused and info.is_active:
            manager.pause_timer(info.id)
        by = round(timer.left(now)) - info.seconds_left
        if abs(by) > _SAME:
            manager.add_time(info.id, by)
        if not is_paused and not info.is_active:
            manager.unpause_timer(info.id)


def _timer_of(info: TimerInfo, now: datetime) -> Timer:
    """Return a timer of Home Assistant as if it were one of Jarvis'."""
    started = (info.start_hours, info.start_minutes, info.start_seconds)
    hours, minutes, seconds = (count or 0 for count in started)
    timer = Timer(
        id=info.id,
        name=info.name or "",
        seconds=(hours * 60 + minutes) * 60 + seconds,
        device=info.device_id,
        language=info.language,
        created_at=now,
    )
    if info.is_active:
        return running(timer, info.seconds_left, now)
    return paused(timer, info.seconds_left)
