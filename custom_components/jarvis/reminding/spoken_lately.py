"""Where somebody spoke with a satellite last: that says where they are."""

from datetime import datetime

from homeassistant.components.assist_satellite import DOMAIN as SATELLITE_DOMAIN
from homeassistant.components.assist_satellite.entity import AssistSatelliteState
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import TrackStates, async_track_state_change_filtered

from .audience import Seen, room_of


class SpokenLately:
    """Notes which satellite heard somebody last."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin with nobody heard."""
        self._hass = hass
        self._last: tuple[datetime, str] | None = None
        self._stop: CALLBACK_TYPE | None = None

    @callback
    def start(self) -> None:
        """Follow the satellites, those to come as well."""
        satellites = TrackStates(False, set(), {SATELLITE_DOMAIN})
        tracker = async_track_state_change_filtered(
            self._hass, satellites, self._on_change
        )
        self._stop = tracker.async_remove

    @callback
    def stop(self) -> None:
        """Follow them no more."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    def room(self) -> Seen | None:
        """Return when somebody was heard last, and where."""
        if self._last is None or not (room := room_of(self._hass, self._last[1])):
            return None
        return Seen(self._last[0], room)

    @callback
    def _on_change(self, event: Event[EventStateChangedData]) -> None:
        """Note that words were understood; an announcement has none."""
        new = event.data["new_state"]
        if new is not None and new.state == AssistSatelliteState.PROCESSING:
            self._last = (new.last_changed, new.entity_id)
