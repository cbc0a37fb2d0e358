"""When speech is not welcome: at quiet hours, while people sleep, are busy or away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from homeassistant.const import STATE_ON
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util

from ..const import (
    CONF_ASLEEP_ENTITY,
    CONF_BUSY_ENTITIES,
    CONF_QUIET_FROM,
    CONF_QUIET_TO,
)
from .audience import Person, persons

_IDLE = frozenset(
    {
        "off",
        "idle",
        "paused",
        "standby",
        "closed",
        "not_home",
        "unavailable",
        "unknown",
        "none",
        "false",
        "0",
        "0.0",
        "offline",
        "inactive",
        "stopped",
        "free",
        "available",
        "",
    }
)
"""States of somebody's doings in which they do nothing; whatever else is busy."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Speech is not welcome now."""

    until: datetime | None
    """When it is welcome again; None where a state has to change for that."""


class Quiet:
    """Knows whether people may be spoken to, and tells when that changes."""

    def __init__(
        self,
        hass: HomeAssistant,
        options: Callable[[], Mapping[str, Any]],
        changed: Callable[[], None],
    ) -> None:
        """Take the settings as they are by then, and what to call after a change."""
        self._hass = hass
        self._options = options
        self._changed = changed
        self._followed = frozenset[str]()
        self._stop: CALLBACK_TYPE | None = None

    @callback
    def follow(self) -> None:
        """Follow the entities that say so; settings may have changed."""
        options = self._options()
        followed = {one.entity_id for one in persons(self._hass)}
        followed |= set(options.get(CONF_BUSY_ENTITIES, ()))
        if asleep := options.get(CONF_ASLEEP_ENTITY):
            followed.add(asleep)
        if followed == self._followed:
            return
        self.stop()
        self._followed = frozenset(followed)
        self._stop = async_track_state_change_event(
            self._hass, followed, self._on_change
        )

    @callback
    def stop(self) -> None:
        """Follow nothing."""
        self._followed = frozenset()
        if self._stop is not None:
            self._stop()
            self._stop = None

    def silence(self, people: Sequence[Person]) -> Silence | None:
        """Tell whether these must not be spoken to now."""
        options = self._options()
        end = quiet_end(
            options.get(CONF_QUIET_FROM), options.get(CONF_QUIET_TO), dt_util.now()
        )
        if end is not None:
            return Silence(end)
        asleep = options.get(CONF_ASLEEP_ENTITY)
        if asleep and self._state(asleep) == STATE_ON:
            return Silence(None)
        busy = options.get(CONF_BUSY_ENTITIES, ())
        if any(self._state(one) not in _IDLE for one in busy):
            return Silence(None)
        if people and not any(one.is_home for one in people):
            return Silence(None)
        return None

    def _state(self, entity_id: str) -> str:
        state = self._hass.states.get(entity_id)
        return "" if state is None else state.state.casefold()

    @callback
    def _on_change(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        if old is None or new is None or old.state != new.state:
            self._changed()


def quiet_end(begins: str | None, ends: str | None, now: datetime) -> datetime | None:
    """Return when the quiet hours end in which it is now; None outside of them."""
    begin = dt_util.parse_time(begins or "")
    end = dt_util.parse_time(ends or "")
    if begin is None or end is None or begin == end:
        return None
    at = now.time()
    if begin < end:
        if not begin <= at < end:
            return None
        return _on(now, end)
    if at >= begin:
        return _on(now + timedelta(days=1), end)
    return _on(now, end) if at < end else None


def _on(day: datetime, at: time) -> datetime:
    """Return a time of a day, as a moment that counts through changes of clocks."""
    return dt_util.as_utc(datetime.combine(day.date(), at, day.tzinfo))
