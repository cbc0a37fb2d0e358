"""What is waited for in place of a time: one listener for the entities that matter."""

from collections.abc import Callable, Sequence

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import async_track_state_change_event

from ..reminders.records import Reminder

_NOTHING = (STATE_UNAVAILABLE, STATE_UNKNOWN)


class Triggers:
    """Follows the states that reminders wait for."""

    def __init__(
        self,
        hass: HomeAssistant,
        arm: Callable[[str], None],
        met: Callable[[str], None],
    ) -> None:
        """Take what to call with the id of a reminder: it is not so yet, now it is."""
        self._hass = hass
        self._arm = arm
        self._met = met
        self._waiting: Sequence[Reminder] = ()
        self._armed = set[str]()
        self._followed = frozenset[str]()
        self._stop: CALLBACK_TYPE | None = None

    @callback
    def follow(self, waiting: Sequence[Reminder]) -> None:
        """Wait for the triggers of these reminders and of no others.

        What came about while nobody looked counts as well.
        """
        self._waiting = waiting
        self._armed &= {one.id for one in waiting}
        entities = frozenset(one.trigger.entity_id for one in waiting if one.trigger)
        if entities != self._followed:
            if self._stop is not None:
                self._stop()
                self._stop = None
            self._followed = entities
            if entities:
                self._stop = async_track_state_change_event(
                    self._hass, entities, self._on_change
                )
        for entity_id in entities:
            if state := self._hass.states.get(entity_id):
                self._see(entity_id, state.state)

    @callback
    def stop(self) -> None:
        """Wait for nothing."""
        self._waiting = ()
        self._followed = frozenset()
        if self._stop is not None:
            self._stop()
            self._stop = None

    @callback
    def _on_change(self, event: Event[EventStateChangedData]) -> None:
        if (new := event.data["new_state"]) is not None:
            self._see(event.data["entity_id"], new.state)

    def _see(self, entity_id: str, state: str) -> None:
        """See what a state means for who waits; one that is away says nothing."""
        if state in _NOTHING:
            return
        for reminder in self._waiting:
            trigger = reminder.trigger
            if trigger is None or trigger.entity_id != entity_id:
                continue
            is_armed = trigger.is_armed or reminder.id in self._armed
            if trigger.is_met(state):
                if is_armed:
                    self._armed.discard(reminder.id)
                    self._met(reminder.id)
            elif not is_armed:
                self._armed.add(reminder.id)
                self._arm(reminder.id)
