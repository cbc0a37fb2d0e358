"""Reminders as calendars: the times to come, also of those that come again."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import override

from homeassistant.components.calendar import CalendarEntity, CalendarEvent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .reminder_access import async_reminding
from .reminder_entity import ReminderListEntity, async_add_for_people
from .reminders.records import Reminder
from .reminders.when.results import Grain
from .runtime import JarvisConfigEntry
from .store.errors import StoreError

PARALLEL_UPDATES = 0

_LASTS = timedelta(minutes=15)
"""A reminder is a moment; on a calendar it has to be seen."""
_MOST_TIMES = 400
"""Times of one reminder that are shown: a year of days."""


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

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return what is next."""
        return self._next

    async def async_update(self) -> None:
        """Read anew what is next."""
        now = dt_util.now()
        try:
            found = await self._reminding.async_list({self._owner}, since=now - _LASTS)
        except StoreError:
            self._attr_available = False
            return
        self._attr_available = True
        events = [one for one in map(_next_event, found) if one is not None]
        self._next = min(
            events, key=lambda event: event.start_datetime_local, default=None
        )

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
            for at in _times(reminder, start_date, end_date)
        ]


def _next_event(reminder: Reminder) -> CalendarEvent | None:
    return _event(reminder, reminder.next_at) if reminder.next_at else None


def _times(reminder: Reminder, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the times of a reminder within a time, those that rang as well."""
    ahead = reminder.ahead
    times = {reminder.again_at or reminder.rung, ahead}
    yield from (at for at in times if at and start <= at < end)
    if ahead is None or reminder.rule is None:
        return
    at: datetime | None = max(ahead, start - timedelta(microseconds=1))
    for _time in range(_MOST_TIMES):
        at = reminder.after(at) if at else None
        if at is None or at >= end:
            return
        yield at


def _event(reminder: Reminder, at: datetime) -> CalendarEvent:
    start = dt_util.as_local(at)
    if reminder.grain is Grain.DAY:
        day = start.date()
        return CalendarEvent(
            day, day + timedelta(days=1), reminder.what, uid=reminder.id
        )
    return CalendarEvent(start, start + _LASTS, reminder.what, uid=reminder.id)
