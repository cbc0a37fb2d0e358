"""What all described entities have in common."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity

from .description import Begin, Given

PLATFORM = "devices"


class Device(Entity):
    """An entity that can be put back to what its description says."""

    _attr_should_poll = False
    given: Given

    def __init__(self, _hass: HomeAssistant, given: Given, entity_id: str) -> None:
        """Take names and ids, and what there was at first."""
        self.given = given
        self.entity_id = entity_id
        self._attr_name = given.name
        self._attr_unique_id = entity_id
        if device_class := given.attributes.get("device_class"):
            self._attr_device_class = device_class
        if given.device:
            self._attr_device_info = DeviceInfo(identifiers={(PLATFORM, given.device)})
        self.begin(given.begin())

    @callback
    def begin(self, begin: Begin) -> None:
        """Take on a state, without writing it."""
        raise NotImplementedError

    @callback
    def write(self) -> None:
        """Write the state."""
        self.async_write_ha_state()
