"""Reminders as calendars: the times to come, also of those that come again."""

from datetime import datetime, timedelta
from typing import override

from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .reminder_access import async_reminding
from .reminder_entity import ReminderListEntity, async_add_for_people
from .reminders.records import Reminder
from .reminders.timing import times
from .reminders.when.results import Grain
from .runtime import JarvisConfigEntry
from .store.errors import StoreError

PARALLEL_UPDATES = 0

_LASTS = timedelta(minutes=15)
"""A reminder is a moment; on a calendar it has to be seen."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: JarvisConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the calendars of the household and of each person."""
    async_add_for_people(
        hass,
        entry,
        async_add_entities,
        lambda owner, name: ReminderCalendar(entry, owner, name),
    )


class ReminderCalendar(ReminderListEntity, CalendarEntity):
    """When somebody is reminded of what."""

    _next: CalendarEvent | None = None
    _is_removed = False

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return what is next."""
        return self._next

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Wait for nothing any more, also where a read ends only after this."""
        await super().async_will_remove_from_hass()
        self._is_removed, self._next = True, None

    async def async_update(self) -> None:
        """Read anew what is next."""
        now = dt_util.now()
        try:
            found = await self._reminding.async_next({self._owner}, now - _LASTS)
        except StoreError:
            self._attr_available = False
            return
        self._attr_available = True
        if self._is_removed or not found or not found.next_at:
            self._next = None
        else:
            self._next = _event(found, found.next_at)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return what somebody is reminded of in a time."""
        async with async_reminding(hass) as reminding:
            found = await reminding.async_list({self._owner}, until=end_date)
        return [
            _event(reminder, at)
            for reminder in found
            for at in times(reminder, start_date, end_date)
        ]


def _event(reminder: Reminder, at: datetime) -> CalendarEvent:
    start = dt_util.as_local(at)
    if reminder.grain is Grain.DAY:
        day = start.date()
        return CalendarEvent(
            day, day + timedelta(days=1), reminder.what, uid=reminder.id
        )
    return CalendarEvent(start, start + _LASTS, reminder.what, uid=reminder.id)
