"""Events of turns and reminders, for automations and the history: without words."""

from typing import override

from homeassistant.components.event import EventEntity
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import EVENT_TURN, SUBENTRY_CONVERSATION
from .entity import AgentEntity, async_add_for_agents
from .reminder_entity import ReminderEntity
from .reminders.timer import Timer
from .reminding.delivery import Happened, Happening
from .reminding.timers import TimerHappened
from .runtime import JarvisConfigEntry
from .turn.report import TurnReport
from .turn.turn import Outcome

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: JarvisConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the events of the agents and of the reminders."""
    async_add_for_agents(
        entry,
        SUBENTRY_CONVERSATION,
        async_add_entities,
        lambda subentry: [TurnEvent(entry, subentry)],
    )
    async_add_entities([ReminderEvent(entry)])


class TurnEvent(AgentEntity, EventEntity):
    """Tells of each turn how it was understood."""

    _attr_translation_key = "turn"

    def __init__(self, entry: JarvisConfigEntry, subentry: ConfigSubentry) -> None:
        """Take the agent."""
        super().__init__(entry, subentry, "turn")
        self._attr_event_types = [outcome.value for outcome in Outcome]

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the agent's turns."""
        self.async_on_remove(self._entry.runtime_data.reports.listen(self._on_turn))

    @callback
    def _on_turn(self, report: TurnReport) -> None:
        """Tell of a turn, here and on the bus."""
        if report.subentry_id != self._subentry.subentry_id:
            return
        told = report.as_dict()
        self._trigger_event(report.understood, told)
        self.async_write_ha_state()
        self.hass.bus.async_fire(EVENT_TURN, told)


class ReminderEvent(ReminderEntity, EventEntity):
    """Tells what happens to reminders and timers.

    Their words are not told; those of reminders are asked for by an action.
    """

    _attr_translation_key = "reminder"

    def __init__(self, entry: JarvisConfigEntry) -> None:
        """Know what can happen."""
        super().__init__(entry, "event")
        self._attr_event_types = [what.value for what in (*Happened, *TimerHappened)]

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the reminders."""
        self.async_on_remove(self._reminding.follow(self._on_happening))
        timers = self._entry.runtime_data.timers
        self.async_on_remove(timers.follow(self._on_timer))

    @callback
    def _on_happening(self, happening: Happening) -> None:
        """Tell what happened."""
        told = {
            "reminder_id": happening.reminder.id,
            "kind": happening.reminder.kind.value,
            **happening.more,
        }
        self._trigger_event(happening.what.value, told)
        self.async_write_ha_state()

    @callback
    def _on_timer(self, what: TimerHappened, timer: Timer) -> None:
        """Tell what happened to a timer."""
        told = {
            "timer_id": timer.id,
            "seconds": timer.seconds,
            "device_id": timer.device,
        }
        self._trigger_event(what.value, told)
        self.async_write_ha_state()
