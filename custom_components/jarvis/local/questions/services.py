"""Asking integrations for what no state tells: events, items, forecasts."""

import asyncio
from typing import Any

from homeassistant.exceptions import HomeAssistantError

from ..house.things import Thing
from .asker import Asker

_TIMEOUT = 3
"""Seconds that an integration has; longer is silence to a person."""


class NoAnswerError(Exception):
    """An integration did not tell."""

    def __init__(self, thing: Thing) -> None:
        """Keep what did not tell."""
        super().__init__(thing.entity_id)
        self.thing = thing


async def async_get(
    asker: Asker, thing: Thing, service: str, data: dict[str, Any]
) -> dict[str, Any]:
    """Return what a service tells of one thing."""
    domain, _, name = service.partition(".")
    request = asker.request
    try:
        async with asyncio.timeout(_TIMEOUT):
            told = await request.hass.services.async_call(
                domain,
                name,
                {"entity_id": thing.entity_id, **data},
                blocking=True,
                return_response=True,
                context=request.user_input.context,
            )
    except (HomeAssistantError, ValueError, TimeoutError) as err:
        raise NoAnswerError(thing) from err
    one = (told or {}).get(thing.entity_id)
    return one if isinstance(one, dict) else {}
