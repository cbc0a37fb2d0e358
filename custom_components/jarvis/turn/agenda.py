"""What stands in the calendars and lists that the words are about."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
import logging
from typing import Any

import probatio

from homeassistant.components.calendar import DOMAIN as CALENDAR_DOMAIN
from homeassistant.components.todo import DOMAIN as TODO_DOMAIN
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError

_LOGGER = logging.getLogger(__name__)

_TIMEOUT = 1
"""Seconds after which a turn goes on without."""
_AHEAD = timedelta(days=8)
_MOST_SOURCES = 4
_MOST_LINES = 10


async def async_agenda(
    hass: HomeAssistant, entity_ids: Sequence[str], context: Context, now: datetime
) -> dict[str, list[str]]:
    """Return the coming events and open items of calendars and lists, by entity.

    The state of a calendar tells only its next event and that of a list only how many
    items it has. What cannot be told in time is left out.
    """
    start = now.replace(hour=0, minute=0, second=0, microsecond=0)
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        CALENDAR_DOMAIN: (
            "get_events",
            {
                "start_date_time": start.isoformat(),
                "end_date_time": (start + _AHEAD).isoformat(),
            },
        ),
        TODO_DOMAIN: ("get_items", {"status": ["needs_action"]}),
    }
    told: dict[str, list[str]] = {}
    for domain, (service, data) in asked.items():
        wanted = [one for one in entity_ids if one.startswith(f"{domain}.")]
        if not wanted:
            continue
        try:
            async with asyncio.timeout(_TIMEOUT):
                answer = await hass.services.async_call(
                    domain,
                    service,
                    {**data, "entity_id": wanted[:_MOST_SOURCES]},
                    blocking=True,
                    context=context,
                    return_response=True,
                )
        except (TimeoutError, HomeAssistantError, probatio.Invalid) as err:
            _LOGGER.debug("%s.%s: %s", domain, service, err)
            continue
        for entity_id, found in (answer or {}).items():
            if isinstance(found, Mapping):
                told[entity_id] = _lines(found)
    return told


def _lines(found: Mapping[str, Any]) -> list[str]:
    """Tell events or items, one a line."""
    entries = found.get("events") or found.get("items") or []
    lines = [_line(entry) for entry in entries[:_MOST_LINES]]
    return lines or ["nothing in the coming week" if "events" in found else "empty"]


def _line(entry: Mapping[str, Any]) -> str:
    """Tell an event or an item."""
    when = entry.get("start") or entry.get("due") or ""
    parts = (when, entry.get("summary"), entry.get("location"))
    return " ".join(str(part) for part in parts if part)
