"""The clock of a case, for cases that were said at a certain moment."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from freezegun import freeze_time

from homeassistant.core import HomeAssistant


@asynccontextmanager
async def at(hass: HomeAssistant, now: datetime | None) -> AsyncIterator[None]:
    """Let the clock stand at a moment, in its zone; without one it goes on."""
    if now is None:
        yield
        return
    zone = hass.config.time_zone
    hours = (now.utcoffset() or timedelta()) // timedelta(hours=1)
    # These zones count westwards.
    await hass.config.async_set_time_zone(f"Etc/GMT{-hours:+d}")
    try:
        with freeze_time(now, real_asyncio=True):
            yield
    finally:
        await hass.config.async_set_time_zone(zone)
