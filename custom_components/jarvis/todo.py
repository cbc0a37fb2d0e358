"""Reminders as to-do lists: what is changed here counts as if it had been said."""

from dataclasses import replace
from datetime import date, datetime
from typing import override

from homeassistant.components.todo import (
    TodoItem,
    TodoItemStatus,
    TodoListEntity,
    TodoListEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .reminder_access import async_reminding, refused
from .reminder_entity import ReminderListEntity, async_add_for_people
from .reminders.records import Reminder, State
from .reminders.timing import OF_A_DAY, when_of
from .reminders.when.results import Grain
from .reminders.when.told import told
from .runtime import JarvisConfigEntry
from .store.errors import StoreError

PARALLEL_UPDATES = 0

_SHOWN = (State.WAITING, State.RINGING, State.DONE)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: JarvisConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the lists of the household and of each person."""
    async_add_for_people(
        hass,
        entry,
        async_add_entities,
        lambda owner, name: ReminderList(entry, owner, name),
    )


class ReminderList(ReminderListEntity, TodoListEntity):
    """The reminders of somebody."""

    _attr_supported_features = (
        TodoListEntityFeature.CREATE_TODO_ITEM
        | TodoListEntityFeature.UPDATE_TODO_ITEM
        | TodoListEntityFeature.DELETE_TODO_ITEM
        | TodoListEntityFeature.SET_DUE_DATE_ON_ITEM
        | TodoListEntityFeature.SET_DUE_DATETIME_ON_ITEM
    )

    async def async_update(self) -> None:
        """Read the reminders anew."""
        try:
            found = await self._reminding.async_list({self._owner}, states=_SHOWN)
        except StoreError:
            self._attr_available = False
            return
        self._attr_available = True
        language = self.hass.config.language
        self._attr_todo_items = [_item(one, language) for one in found]

    @override
    async def async_create_todo_item(self, item: TodoItem) -> None:
        """Be reminded of an item; without a time it is only listed."""
        due, grain = _due(item.due)
        reminder = Reminder(
            what=item.summary or "",
            owner=self._owner,
            due=due,
            grain=grain,
            zone=self.hass.config.time_zone,
            language=self.hass.config.language,
        )
        async with async_reminding(self.hass) as reminding:
            await reminding.async_add(reminder)

    @override
    async def async_update_todo_item(self, item: TodoItem) -> None:
        """Take over what was changed."""
        async with async_reminding(self.hass) as reminding:
            known = await reminding.async_get(item.uid or "")
            if known is None or not self._shows(known):
                raise refused("unknown_reminder")
            is_done = item.status == TodoItemStatus.COMPLETED
            if known.state is State.DONE and not is_done:
                known = await reminding.async_reopen(known.id) or known
            if known.is_open:
                changed = _changed(known, item)
                if changed != known:
                    await reminding.async_change(changed)
                if is_done:
                    await reminding.async_complete(known.id)

    @override
    async def async_delete_todo_items(self, uids: list[str]) -> None:
        """Call reminders off and keep nothing of them."""
        async with async_reminding(self.hass) as reminding:
            for uid in uids:
                known = await reminding.async_get(uid)
                if known is None or not self._shows(known):
                    raise refused("unknown_reminder")
            await reminding.async_delete(uids)

    def _shows(self, reminder: Reminder) -> bool:
        items = self.todo_items or ()
        return any(item.uid == reminder.id for item in items)


def _item(reminder: Reminder, language: str) -> TodoItem:
    """Return a reminder as the list shows it."""
    when = when_of(reminder) if reminder.rule else None
    now = dt_util.now()
    is_done = reminder.state is State.DONE
    return TodoItem(
        uid=reminder.id,
        summary=reminder.what,
        status=TodoItemStatus.COMPLETED if is_done else TodoItemStatus.NEEDS_ACTION,
        due=_shown_due(reminder),
        description=told(when, now, language) if when else _awaited(reminder),
        completed=reminder.ended_at,
    )


def _awaited(reminder: Reminder) -> str | None:
    """Return what a reminder waits for in place of a time, as it was said."""
    return (reminder.trigger.said or None) if reminder.trigger else None


def _shown_due(reminder: Reminder) -> date | datetime | None:
    """Return when a reminder is due: what has come and was not confirmed first."""
    at = reminder.snoozed_until or reminder.rung or reminder.due
    if at is None:
        return None
    local = dt_util.as_local(at)
    return local.date() if reminder.grain is Grain.DAY else local


def _changed(known: Reminder, item: TodoItem) -> Reminder:
    """Return a reminder with what the item says otherwise."""
    new = replace(known, what=item.summary or known.what)
    if item.due == _shown_due(known):
        return new
    due, grain = _due(item.due)
    return replace(new, due=due, grain=grain)


def _due(due: date | datetime | None) -> tuple[datetime | None, Grain]:
    """Return when somebody is reminded of what is due then."""
    if due is None:
        return None, Grain.MINUTE
    zone = dt_util.get_default_time_zone()
    if not isinstance(due, datetime):
        return dt_util.as_utc(datetime.combine(due, OF_A_DAY, zone)), Grain.DAY
    return dt_util.as_utc(due), Grain.MINUTE
