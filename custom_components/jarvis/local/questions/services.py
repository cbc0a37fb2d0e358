"""Asking integrations for what no state tells: events, items, forecasts."""

import asyncio
import logging
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..house.things import Thing
from .asker import Asker

_LOGGER = logging.getLogger(__name__)

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
    """Return what a service tells of one thing to the person who asks."""
    request = asker.request
    return await async_tell(
        request.hass, thing, service, data, request.user_input.context
    )


async def async_tell(
    hass: HomeAssistant,
    thing: Thing,
    service: str,
    data: dict[str, Any],
    context: Context,
) -> dict[str, Any]:
    """Return what a service tells of one thing; raises `NoAnswerError`."""
    domain, _, name = service.partition(".")
    try:
        async with asyncio.timeout(_TIMEOUT):
            told = await hass.services.async_call(
                domain,
                name,
                {"entity_id": thing.entity_id, **data},
                blocking=True,
                return_response=True,
                context=context,
            )
    except (HomeAssistantError, ValueError, TimeoutError) as err:
        raise NoAnswerError(thing) from err
    except Exception as err:
        # An integration may fail in any way; what others tell is told all the same.
        _LOGGER.exception("%s failed for %s", service, thing.entity_id)
        raise NoAnswerError(thing) from err
    one = (told or {}).get(thing.entity_id)
    return one if isinstance(one, dict) else {}
