"""A morning, and a house on it: fixtures for all tests."""

from collections.abc import AsyncGenerator

from freezegun.api import FrozenDateTimeFactory
import pytest

from homeassistant.core import HomeAssistant

from ..devices import DeviceHome
from .house import NOW, ZONE, async_furnish_day


@pytest.fixture
async def morning(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Set the clock to a morning in Paris."""
    freezer.move_to(NOW)
    await hass.config.async_set_time_zone(ZONE)


@pytest.fixture
async def morning_house(
    morning: None, home: HomeAssistant
) -> AsyncGenerator[DeviceHome]:
    """Return a house on a morning on which nothing is unusual."""
    house = await async_furnish_day(home)
    yield house
    # A calendar waits for its next event.
    await house.async_remove()
