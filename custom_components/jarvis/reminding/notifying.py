"""Notifications of reminders: on the phones of people, else in Home Assistant."""

import asyncio
from collections.abc import Iterator, Sequence
import logging
from typing import Any

from homeassistant.components import persistent_notification
from homeassistant.components.notify import DOMAIN as NOTIFY_DOMAIN
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import slugify

from ..const import DOMAIN
from ..reminders.records import Kind, Reminder
from .audience import Person
from .phrases import phrases

_LOGGER = logging.getLogger(__name__)

ACTION_EVENT = "mobile_app_notification_action"
"""What the companion apps fire when somebody presses a button."""
DONE, SNOOZE, TOMORROW = "done", "snooze", "tomorrow"
_PHONES = "mobile_app"
_SENT_WITHIN_S = 15
_AT_ONCE = {
    "ttl": 0,
    "priority": "high",
    "push": {"interruption-level": "time-sensitive"},
}
"""A phone that sleeps shows it at once: on Android, on an iPhone."""


def action_of(event_action: str) -> tuple[str, str] | None:
    """Return what a pressed button wants, and of which reminder."""
    domain, _, rest = event_action.partition("_")
    wish, _, reminder_id = rest.partition("_")
    if domain != DOMAIN or wish not in (DONE, SNOOZE, TOMORROW):
        return None
    return wish, reminder_id


async def async_notify(
    hass: HomeAssistant, reminder: Reminder, message: str, people: Sequence[Person]
) -> bool:
    """Show a reminder on the phones of some people; false where none could.

    One that is shown already is taken the place of.
    """
    said = phrases(reminder.language)
    data: dict[str, Any] = {"tag": reminder.id, **_AT_ONCE}
    if reminder.kind is Kind.REMINDER:
        data["actions"] = [
            {"action": f"{DOMAIN}_{wish}_{reminder.id}", "title": title}
            for wish, title in said["actions"].items()
        ]
    sent = [
        await _async_send(hass, phone, {"message": message, "data": data})
        for phone in _phones(hass, people)
    ]
    return any(sent)


@callback
def async_show(hass: HomeAssistant, reminder: Reminder, message: str) -> None:
    """Show a reminder in Home Assistant itself, the last resort that always works."""
    title = phrases(reminder.language)["title"]
    persistent_notification.async_create(hass, message, title, _shown_as(reminder))


async def async_withdraw(
    hass: HomeAssistant, reminder: Reminder, people: Sequence[Person]
) -> None:
    """Take the notifications of a reminder back."""
    persistent_notification.async_dismiss(hass, _shown_as(reminder))
    clear = {"message": "clear_notification", "data": {"tag": reminder.id}}
    for phone in _phones(hass, people):
        await _async_send(hass, phone, clear)


def _phones(hass: HomeAssistant, people: Sequence[Person]) -> Iterator[str]:
    """Yield the actions that notify the phones which people carry."""
    registry = er.async_get(hass)
    names = dict.fromkeys(
        slugify(f"{_PHONES}_{entry.data.get('device_name', '')}")
        for person in people
        for tracker in person.trackers
        if (found := registry.async_get(tracker))
        and found.config_entry_id
        and (entry := hass.config_entries.async_get_entry(found.config_entry_id))
        and entry.domain == _PHONES
    )
    yield from (
        name for name in names if hass.services.has_service(NOTIFY_DOMAIN, name)
    )


async def _async_send(hass: HomeAssistant, phone: str, data: dict[str, Any]) -> bool:
    try:
        async with asyncio.timeout(_SENT_WITHIN_S):
            await hass.services.async_call(NOTIFY_DOMAIN, phone, data, blocking=True)
    except (HomeAssistantError, TimeoutError) as err:
        _LOGGER.warning("A reminder could not be sent to %s: %r", phone, err)
        return False
    except Exception:
        # Whatever is wrong with one phone, it is still to be said and shown.
        _LOGGER.exception("A reminder could not be sent to %s", phone)
        return False
    return True


def _shown_as(reminder: Reminder) -> str:
    return f"{DOMAIN}_reminder_{reminder.id}"
