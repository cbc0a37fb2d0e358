"""Home Assistant's timers: started by its intents, and taken back if just started."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

from homeassistant.components.intent.const import TIMER_DATA
from homeassistant.components.intent.timers import TimerManager
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from ..request import Request
from .durations import Duration

_TIMEOUT = 5
"""Seconds for Home Assistant to start or stop a timer; it does so at once."""


async def async_handle(
    request: Request, intent_type: str, slots: Mapping[str, Any]
) -> intent.IntentResponse:
    """Let Home Assistant handle an intent for the device that heard it."""
    async with asyncio.timeout(_TIMEOUT):
        return await intent.async_handle(
            request.hass,
            "conversation",
            intent_type,
            {name: {"value": value} for name, value in slots.items()},
            request.user_input.text,
            request.user_input.context,
            request.language,
            device_id=request.user_input.device_id,
            satellite_id=request.user_input.satellite_id,
            conversation_agent_id=request.user_input.agent_id,
        )


def lasting(duration: Duration, prefix: str = "") -> dict[str, int]:
    """Return a duration as the slots of an intent."""
    units = {
        "hours": duration.hours,
        "minutes": duration.minutes,
        "seconds": duration.seconds,
    }
    return {f"{prefix}{unit}": count for unit, count in units.items() if count}


def running(hass: HomeAssistant) -> list[str]:
    """Return the ids of all timers, those of commands for later as well."""
    return list(_manager(hass).timers)


def remember(request: Request, before: Collection[str]) -> None:
    """Let the next «annule» stop the timers that were not there before."""
    hass = request.hass
    started = [one for one in running(hass) if one not in before]

    async def stop() -> None:
        """Stop them, if they still run."""
        for timer_id in started:
            if timer_id in _manager(hass).timers:
                _manager(hass).cancel_timer(timer_id)

    request.recent.take_back = stop


def _manager(hass: HomeAssistant) -> TimerManager:
    """Return what keeps the timers: no intent cancels a command for later."""
    manager: TimerManager = hass.data[TIMER_DATA]
    return manager
