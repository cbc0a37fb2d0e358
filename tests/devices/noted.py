"""What holds notes: lists and calendars."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, override
from uuid import uuid4

from homeassistant.components.calendar import (
    CalendarEntity,
    CalendarEntityFeature,
    CalendarEvent,
)
from homeassistant.components.todo import (
    TodoItem,
    TodoItemStatus,
    TodoListEntity,
    TodoListEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .description import Begin, Data
from .device import Device


class TodoList(Device, TodoListEntity):
    """A list with items."""

    _attr_supported_features = (
        TodoListEntityFeature.CREATE_TODO_ITEM
        | TodoListEntityFeature.DELETE_TODO_ITEM
        | TodoListEntityFeature.UPDATE_TODO_ITEM
        | TodoListEntityFeature.SET_DUE_DATE_ON_ITEM
        | TodoListEntityFeature.SET_DUE_DATETIME_ON_ITEM
        | TodoListEntityFeature.SET_DESCRIPTION_ON_ITEM
    )

    @override
    def begin(self, begin: Begin) -> None:
        told = begin.attributes.get("todo_items") or ()
        self._attr_todo_items = [_item(one) for one in told]

    @property
    def items(self) -> list[TodoItem]:
        """The items, of which there may be none."""
        return self._attr_todo_items or []

    @override
    async def async_create_todo_item(self, item: TodoItem) -> None:
        item.uid = item.uid or uuid4().hex
        self._attr_todo_items = [*self.items, item]
        self.write()

    @override
    async def async_update_todo_item(self, item: TodoItem) -> None:
        self._attr_todo_items = [
            item if one.uid == item.uid else one for one in self.items
        ]
        self.write()

    @override
    async def async_delete_todo_items(self, uids: list[str]) -> None:
        self._attr_todo_items = [one for one in self.items if one.uid not in uids]
        self.write()


class Calendar(Device, CalendarEntity):
    """A calendar with events."""

    _attr_supported_features = (
        CalendarEntityFeature.CREATE_EVENT | CalendarEntityFeature.DELETE_EVENT
    )

    @override
    def begin(self, begin: Begin) -> None:
        told = begin.attributes.get("events") or ()
        self.events = sorted(map(_event, told), key=_start)

    @property
    @override
    def event(self) -> CalendarEvent | None:
        now = dt_util.now()
        coming = (one for one in self.events if one.end_datetime_local > now)
        return next(coming, None)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        return [
            one
            for one in self.events
            if one.end_datetime_local > start_date
            and one.start_datetime_local < end_date
        ]

    @override
    async def async_create_event(self, **kwargs: Any) -> None:
        created = CalendarEvent(
            start=kwargs["dtstart"],
            end=kwargs["dtend"],
            summary=kwargs["summary"],
            description=kwargs.get("description"),
            location=kwargs.get("location"),
            uid=uuid4().hex,
        )
        self._keep([*self.events, created])

    @override
    async def async_delete_event(
        self,
        uid: str,
        recurrence_id: str | None = None,
        recurrence_range: str | None = None,
    ) -> None:
        self._keep(one for one in self.events if one.uid != uid)

    def _keep(self, events: Iterable[CalendarEvent]) -> None:
        """Have these events, and tell."""
        self.events = sorted(events, key=_start)
        self.write()


def _item(told: Data) -> TodoItem:
    """Read an item."""
    due = told.get("due")
    return TodoItem(
        summary=told["summary"],
        uid=told.get("uid") or uuid4().hex,
        status=TodoItemStatus(told.get("status") or TodoItemStatus.NEEDS_ACTION),
        due=_moment(due) if due else None,
        description=told.get("description"),
    )


def _event(told: Data) -> CalendarEvent:
    """Read an event."""
    return CalendarEvent(
        start=_moment(told["start"]),
        end=_moment(told["end"]),
        summary=told["summary"],
        description=told.get("description"),
        location=told.get("location"),
        uid=told.get("uid") or uuid4().hex,
    )


def _moment(told: str | date) -> date | datetime:
    """Read a day, or a time of a day with its zone."""
    if isinstance(told, datetime):
        moment = told
    elif isinstance(told, date):
        return told
    elif len(told) == len("2000-01-01"):
        return date.fromisoformat(told)
    else:
        moment = datetime.fromisoformat(told)
    return (
        moment
        if moment.tzinfo
        else moment.replace(tzinfo=dt_util.get_default_time_zone())
    )


def _start(event: CalendarEvent) -> datetime:
    """Return when an event begins."""
    return event.start_datetime_local
