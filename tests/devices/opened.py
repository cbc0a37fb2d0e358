"""What is opened: covers, valves and locks, which are there at once."""

from typing import Any, override

from homeassistant.components.cover import (
    ATTR_POSITION,
    ATTR_TILT_POSITION,
    CoverEntity,
    CoverEntityFeature,
)
from homeassistant.components.lock import LockEntity, LockEntityFeature, LockState
from homeassistant.components.valve import ValveEntity, ValveEntityFeature
from homeassistant.const import STATE_CLOSED

from .description import Begin
from .device import Device

_OPEN, _SHUT = 100, 0


def _position(begin: Begin) -> int:
    """Return the position that agrees with a state."""
    told = begin.number("current_position", "current_valve_position", "position")
    if begin.state == STATE_CLOSED or (begin.state is None and not told):
        return _SHUT
    return int(told or _OPEN)


def _only_opens(begin: Begin) -> bool:
    """Tell whether a description lists what can be done, but no positions."""
    features = begin.attributes.get("supported_features")
    return isinstance(features, list) and not any(
        str(one).endswith("SET_POSITION") for one in features
    )


class Cover(Device, CoverEntity):
    """A cover with a position, unless its description says that it has none."""

    _attr_supported_features = (
        CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE | CoverEntityFeature.STOP
    )

    @override
    def begin(self, begin: Begin) -> None:
        self._move(_position(begin), known=not _only_opens(begin))
        tilt = begin.number("current_tilt_position")
        if tilt is not None:
            self._attr_supported_features |= CoverEntityFeature.SET_TILT_POSITION
            self._attr_current_cover_tilt_position = int(tilt)

    def _move(self, position: int, *, known: bool) -> None:
        """Be at a position, which only some covers know."""
        self._attr_is_closed = position == _SHUT
        self._attr_current_cover_position = position if known else None
        if known:
            self._attr_supported_features |= CoverEntityFeature.SET_POSITION

    async def _async_move(self, position: int) -> None:
        """Move, and tell."""
        self._move(position, known=self._attr_current_cover_position is not None)
        self.write()

    @override
    async def async_open_cover(self, **kwargs: Any) -> None:
        await self._async_move(_OPEN)

    @override
    async def async_close_cover(self, **kwargs: Any) -> None:
        await self._async_move(_SHUT)

    @override
    async def async_set_cover_position(self, **kwargs: Any) -> None:
        await self._async_move(kwargs[ATTR_POSITION])

    @override
    async def async_set_cover_tilt_position(self, **kwargs: Any) -> None:
        self._attr_current_cover_tilt_position = kwargs[ATTR_TILT_POSITION]
        self.write()

    @override
    async def async_stop_cover(self, **kwargs: Any) -> None:
        self.write()


class Valve(Device, ValveEntity):
    """A valve with a position."""

    _attr_reports_position = True
    _attr_supported_features = (
        ValveEntityFeature.OPEN
        | ValveEntityFeature.CLOSE
        | ValveEntityFeature.STOP
        | ValveEntityFeature.SET_POSITION
    )

    @override
    def begin(self, begin: Begin) -> None:
        self._attr_current_valve_position = _position(begin)

    @override
    async def async_set_valve_position(self, position: int) -> None:
        self._attr_current_valve_position = position
        self.write()

    @override
    async def async_open_valve(self) -> None:
        await self.async_set_valve_position(_OPEN)

    @override
    async def async_close_valve(self) -> None:
        await self.async_set_valve_position(_SHUT)

    @override
    async def async_stop_valve(self) -> None:
        self.write()


class Lock(Device, LockEntity):
    """A lock that can also open."""

    _attr_supported_features = LockEntityFeature.OPEN

    @override
    def begin(self, begin: Begin) -> None:
        self._be(LockState(begin.state or LockState.LOCKED))

    def _be(self, state: LockState) -> None:
        """Be locked, unlocked or open."""
        self._attr_is_locked = state is LockState.LOCKED
        self._attr_is_open = state is LockState.OPEN
        self._attr_is_jammed = state is LockState.JAMMED

    @override
    async def async_lock(self, **kwargs: Any) -> None:
        self._be(LockState.LOCKED)
        self.write()

    @override
    async def async_unlock(self, **kwargs: Any) -> None:
        self._be(LockState.UNLOCKED)
        self.write()

    @override
    async def async_open(self, **kwargs: Any) -> None:
        self._be(LockState.OPEN)
        self.write()
