"""Devices and areas in the tests' home."""

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr


def area_id(hass: HomeAssistant, name: str) -> str:
    """Return the id of an area."""
    area = ar.async_get(hass).async_get_area_by_name(name)
    assert area
    return area.id


def device_in(hass: HomeAssistant, room: str) -> str:
    """Return the id of a new device in a room."""
    entry = MockConfigEntry(domain="test")
    entry.add_to_hass(hass)
    registry = dr.async_get(hass)
    device = registry.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("test", room)}
    )
    registry.async_update_device(device.id, area_id=area_id(hass, room))
    return device.id
