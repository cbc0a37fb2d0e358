"""Whether each endpoint and each server for speech can be reached."""

from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import (
    EndpointEntity,
    endpoint_identity,
    memory_identity,
    reminders_identity,
)
from .ollama.endpoint import Endpoint
from .runtime import JarvisConfigEntry
from .speech_sensors import async_add_speech_sensors, speech_identities

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: JarvisConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up one sensor an endpoint or server; they may come and go."""
    known: set[str] = set()

    @callback
    def sync() -> None:
        """Add the sensors of new endpoints, remove the devices of those that left.

        They may have left while Jarvis was not loaded.
        """
        endpoints = {one.config.url: one for one in entry.runtime_data.endpoints}
        async_add_entities(
            Reachable(entry, endpoint)
            for url, endpoint in endpoints.items()
            if url not in known
        )
        there = {endpoint_identity(entry, url) for url in endpoints}
        there.update(
            entry.subentries, [memory_identity(entry), reminders_identity(entry)]
        )
        there |= speech_identities(entry)
        registry = dr.async_get(hass)
        for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
            if not any(identity in there for _, identity in device.identifiers):
                registry.async_remove_device(device.id)
        known.clear()
        known.update(endpoints)

    sync()
    async_add_speech_sensors(entry, async_add_entities)
    entry.async_on_unload(entry.runtime_data.background.async_on_apply(sync))


class Reachable(EndpointEntity, BinarySensorEntity):
    """Whether an endpoint answers and lets Jarvis in."""

    _attr_translation_key = "reachable"
    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, entry: JarvisConfigEntry, endpoint: Endpoint) -> None:
        """Take the endpoint."""
        super().__init__(entry, endpoint, "reachable")

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether the endpoint is well; None until it was asked."""
        if self._health.well and self._health.version is None:
            return None
        return self._health.well

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return why it is not well, and what it holds."""
        health = self._health
        return {
            "failure": health.failure,
            "version": health.version,
            "models": list(health.installed or ()),
            "loaded": [model.name for model in health.loaded],
        }

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the endpoint's health."""

        @callback
        def changed(endpoint: Endpoint) -> None:
            """Write the state when this endpoint's health differs."""
            if endpoint.config.url == self._url:
                self.async_write_ha_state()

        self.async_on_remove(self._entry.runtime_data.endpoints.listen(changed))
