"""Commands for later, run as if their person said them when the time has come."""

import asyncio
from typing import Any

from homeassistant.components.conversation import (
    DOMAIN as CONVERSATION_DOMAIN,
    async_converse,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er, intent

from ..reminders.records import Reminder

_RUN_WITHIN_S = 60


async def async_run(
    hass: HomeAssistant, entry: ConfigEntry[Any], command: Reminder
) -> str | None:
    """Run a command; return why that failed, if it did.

    It is understood, and its person's rights are checked, as at any other turn.
    """
    registry = er.async_get(hass)
    agents = [
        one.entity_id
        for one in er.async_entries_for_config_entry(registry, entry.entry_id)
        if one.domain == CONVERSATION_DOMAIN
    ]
    if not agents:
        return ""
    try:
        async with asyncio.timeout(_RUN_WITHIN_S):
            result = await async_converse(
                hass,
                command.what,
                None,
                Context(user_id=command.user_id),
                language=command.language,
                agent_id=agents[0],
                device_id=command.device,
            )
    except (HomeAssistantError, TimeoutError) as err:
        return str(err)
    response = result.response
    failed = response.response_type is intent.IntentResponseType.ERROR
    # Nobody is there to answer a question.
    if failed or result.continue_conversation:
        return str(response.speech.get("plain", {}).get("speech", ""))
    return None
