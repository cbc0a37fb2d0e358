"""Whether each server for speech can be reached, and what it offers."""

from hashlib import sha256
from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
)
from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .runtime import JarvisConfigEntry, speech_addresses
from .speech.health import Health
from .speech.server import Address, Server


@callback
def async_add_speech_sensors(
    entry: JarvisConfigEntry, add: AddConfigEntryEntitiesCallback
) -> None:
    """Add one sensor a server, also for those to come."""
    known: set[Address] = set()

    @callback
    def add_missing() -> None:
        """Add the sensors of servers that are new."""
        there = set(speech_addresses(entry.data))
        add(SpeechReachable(entry, one) for one in there - known)
        known.clear()
        known.update(there)

    add_missing()
    entry.async_on_unload(entry.runtime_data.background.async_on_apply(add_missing))


def speech_identities(entry: JarvisConfigEntry) -> set[str]:
    """Return what the devices of the servers are known by."""
    return {_identity(entry, one) for one in speech_addresses(entry.data)}


class SpeechReachable(BinarySensorEntity):
    """Whether a server for speech answers."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_translation_key = "reachable"

    def __init__(self, entry: JarvisConfigEntry, address: Address) -> None:
        """Name it after the server."""
        self._servers = entry.runtime_data.speech
        self._address = address
        identity = _identity(entry, address)
        self._attr_unique_id = f"{identity}_reachable"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, identity)},
            name=f"Wyoming {address}",
            manufacturer="Wyoming",
            entry_type=DeviceEntryType.SERVICE,
        )

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether the server is well; None until it was asked."""
        health = self._health
        return None if health.well and health.offer is None else health.well

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return why it is not well, what it hears and with how many voices it speaks.

        Of voices a server may have more than a state has room for.
        """
        health = self._health
        ears = health.offer.ears if health.offer else None
        mouth = health.offer.mouth if health.offer else None
        return {
            "failure": health.failure,
            "hears": list(ears.languages) if ears else [],
            "voices": len(mouth.voices) if mouth else 0,
        }

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the server's health."""

        @callback
        def changed(server: Server) -> None:
            """Write the state when this server's health differs."""
            if server.address == self._address:
                self.async_write_ha_state()

        self.async_on_remove(self._servers.listen(changed))

    @property
    def _health(self) -> Health:
        """How the server is; another object may stand for it after a change."""
        for server in self._servers:
            if server.address == self._address:
                return self._servers.health(server)
        return Health()


def _identity(entry: JarvisConfigEntry, address: Address) -> str:
    """Return what a server's device is known by: not its address in the clear."""
    digest = sha256(f"tcp://{address}".encode()).hexdigest()
    return f"{entry.entry_id}_{digest[:12]}"
