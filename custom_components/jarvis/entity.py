"""What the entities of agents and endpoints share."""

from collections.abc import Callable, Iterable
from hashlib import sha256

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .ollama.endpoint import Endpoint
from .ollama.health import Health
from .runtime import JarvisConfigEntry


class AgentEntity(Entity):
    """An entity of an agent's device."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(
        self, entry: JarvisConfigEntry, subentry: ConfigSubentry, key: str | None = None
    ) -> None:
        """Name it; the agent itself has no key."""
        self._entry = entry
        self._subentry = subentry
        identity = subentry.subentry_id
        self._attr_unique_id = f"{identity}_{key}" if key else identity
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, identity)},
            name=subentry.title,
            manufacturer="Jarvis",
            entry_type=DeviceEntryType.SERVICE,
        )


class EndpointEntity(Entity):
    """An entity of an endpoint's device."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: JarvisConfigEntry, endpoint: Endpoint, key: str) -> None:
        """Name it after the endpoint."""
        self._entry = entry
        self._url = endpoint.config.url
        identity = endpoint_identity(entry, self._url)
        self._attr_unique_id = f"{identity}_{key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, identity)},
            name=f"Ollama {endpoint.name}",
            manufacturer="Ollama",
            entry_type=DeviceEntryType.SERVICE,
        )

    @property
    def _health(self) -> Health:
        """How the endpoint is; another object may stand for it after a change."""
        endpoints = self._entry.runtime_data.endpoints
        for endpoint in endpoints:
            if endpoint.config.url == self._url:
                return endpoints.health(endpoint)
        return Health()


def endpoint_identity(entry: JarvisConfigEntry, url: str) -> str:
    """Return what an endpoint's device is known by: not its address in the clear."""
    return f"{entry.entry_id}_{sha256(url.encode()).hexdigest()[:12]}"


def memory_identity(entry: JarvisConfigEntry) -> str:
    """Return what the memory's device is known by."""
    return f"{entry.entry_id}_memory"


def reminders_identity(entry: JarvisConfigEntry) -> str:
    """Return what the reminders' device is known by."""
    return f"{entry.entry_id}_reminders"


@callback
def async_add_for_agents(
    entry: JarvisConfigEntry,
    subentry_type: str,
    add: AddConfigEntryEntitiesCallback,
    make: Callable[[ConfigSubentry], Iterable[Entity]],
) -> None:
    """Add the entities of the agents that there are, and of those to come."""
    known: set[str] = set()

    @callback
    def add_missing() -> None:
        """Add the entities of agents that are new."""
        known.intersection_update(entry.subentries)
        for subentry in entry.subentries.values():
            identity = subentry.subentry_id
            if subentry.subentry_type == subentry_type and identity not in known:
                known.add(identity)
                add(make(subentry), config_subentry_id=identity)

    add_missing()
    entry.async_on_unload(entry.runtime_data.background.async_on_apply(add_missing))
