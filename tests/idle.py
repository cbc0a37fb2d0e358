"""Waiting until Jarvis has done in the background what tests would stumble over."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant


async def async_idle(entry: ConfigEntry, hass: HomeAssistant) -> None:
    """Wait until the endpoints were looked at and the models are warm."""
    await entry.runtime_data.background.async_prepared()
    await hass.async_block_till_done()
