"""What is waited for in place of a time: one listener for the entities that matter."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from homeassistant.components.device_tracker import (
    DOMAIN as TRACKER_DOMAIN,
    DeviceTrackerEntityStateAttribute,
)
from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers.event import async_call_later, async_track_state_change_event

from ..reminders.records import Reminder, Trigger

_NOTHING = (STATE_UNAVAILABLE, STATE_UNKNOWN)
_GO_ABOUT = (PERSON_DOMAIN, TRACKER_DOMAIN)
_ZONES = DeviceTrackerEntityStateAttribute.IN_ZONES


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
        self._lasting = dict[str, CALLBACK_TYPE]()
        self._followed = frozenset[str]()
        self._stop: CALLBACK_TYPE | None = None

    @callback
    def follow(self, waiting: Sequence[Reminder]) -> None:
        """Wait for the triggers of these reminders and of no others.

        What came about while nobody looked counts as well.
        """
        self._waiting = waiting
        ids = {one.id for one in waiting}
        self._armed &= ids
        for gone in self._lasting.keys() - ids:
            self._lasting.pop(gone)()
        entities = frozenset(
            entity_id
            for one in waiting
            if one.trigger
            for entity_id in one.trigger.entities
        )
        if entities != self._followed:
            if self._stop is not None:
                self._stop()
                self._stop = None
            self._followed = entities
            if entities:
                self._stop = async_track_state_change_event(
                    self._hass, entities, self._on_change
                )
        for reminder in waiting:
            self._see(reminder)

    @callback
    def stop(self) -> None:
        """Wait for nothing."""
        self._waiting = ()
        self._followed = frozenset()
        for stop in self._lasting.values():
            stop()
        self._lasting.clear()
        if self._stop is not None:
            self._stop()
            self._stop = None

    @callback
    def _on_change(self, event: Event[EventStateChangedData]) -> None:
        for reminder in self._waiting:
            trigger = reminder.trigger
            if trigger and event.data["entity_id"] in trigger.entities:
                self._see(reminder)

    def _see(self, reminder: Reminder) -> None:
        """See what the states mean for who waits."""
        if (trigger := reminder.trigger) is None:
            return
        is_met = is_so(self._hass, trigger)
        if is_met is None:
            return
        if not is_met:
            if stop := self._lasting.pop(reminder.id, None):
                stop()
            if not (trigger.is_armed or reminder.id in self._armed):
                self._armed.add(reminder.id)
                self._arm(reminder.id)
        elif trigger.is_armed or reminder.id in self._armed:
            self._came(reminder.id, trigger)

    def _came(self, reminder_id: str, trigger: Trigger) -> None:
        """Tell that what is waited for is there, once it has lasted."""
        if not trigger.lasting:
            self._armed.discard(reminder_id)
            self._met(reminder_id)
        elif reminder_id not in self._lasting:

            @callback
            def lasted(_now: datetime) -> None:
                self._lasting.pop(reminder_id, None)
                self._armed.discard(reminder_id)
                self._met(reminder_id)

            self._lasting[reminder_id] = async_call_later(
                self._hass, trigger.lasting, lasted
            )


def is_so(hass: HomeAssistant, trigger: Trigger) -> bool | None:
    """Tell whether what is waited for is so now; None where nobody knows."""
    return trigger.is_met(
        [_values(hass.states.get(one), trigger) for one in trigger.entities]
    )


def _values(state: State | None, trigger: Trigger) -> Collection[str]:
    """Return what an entity tells; nothing of one that is away."""
    if state is None or state.state in _NOTHING:
        return ()
    if trigger.attribute is not None:
        value = state.attributes.get(trigger.attribute)
        return () if value is None else (str(value),)
    if state.domain in _GO_ABOUT:
        # A zone within another one is the state; both are told here.
        return (state.state, *(state.attributes.get(_ZONES) or ()))
    return (state.state,)
