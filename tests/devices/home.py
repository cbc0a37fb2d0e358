"""A described home in a Home Assistant that has no other."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
import logging
from typing import Any, NamedTuple

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.const import (
    ATTR_DOMAIN,
    ATTR_ENTITY_ID,
    ATTR_FRIENDLY_NAME,
    ATTR_SERVICE,
    ATTR_SERVICE_DATA,
    EVENT_CALL_SERVICE,
    STATE_UNKNOWN,
)
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    HomeAssistant,
    State,
    callback,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import EntityPlatform
from homeassistant.setup import async_setup_component

from .description import Begin, Data, Given
from .device import PLATFORM, Device
from .heard import Player, Satellite
from .measured import BinarySensor, Climate, Sensor, Weather
from .moving import Mower, Vacuum
from .noted import Calendar, TodoList
from .opened import Cover, Lock, Valve
from .places import Places
from .pressed import Button, EmptyScript, Number, Scene, Select
from .switched import Fan, Humidifier, Lamp, Switch

KINDS: Mapping[str, type[Device]] = {
    "assist_satellite": Satellite,
    "binary_sensor": BinarySensor,
    "button": Button,
    "calendar": Calendar,
    "climate": Climate,
    "cover": Cover,
    "fan": Fan,
    "humidifier": Humidifier,
    "lawn_mower": Mower,
    "light": Lamp,
    "lock": Lock,
    "media_player": Player,
    "number": Number,
    "scene": Scene,
    "script": EmptyScript,
    "select": Select,
    "sensor": Sensor,
    "switch": Switch,
    "todo": TodoList,
    "vacuum": Vacuum,
    "valve": Valve,
    "weather": Weather,
}
"""The class of each domain; what is missing here is a mere state."""
_NEVER = timedelta(days=1)
_LOGGER = logging.getLogger(__name__)

type Snapshot = dict[str, tuple[str, dict[str, Any]]]


class Call(NamedTuple):
    """A service that was called."""

    domain: str
    service: str
    entity_ids: tuple[str, ...]
    data: dict[str, Any]


@dataclass(slots=True)
class DeviceHome:
    """A home that was built, to act on, to look at and to put back."""

    hass: HomeAssistant
    places: Places
    calls: list[Call] = field(default_factory=list)
    """The services called since the last reset."""
    entity_ids: dict[str, str] = field(default_factory=dict)
    """By what the description calls an entity; a second one of a key has `#2`."""
    _devices: dict[str, Device] = field(default_factory=dict)
    _bare: dict[str, Given] = field(default_factory=dict)
    _platforms: list[EntityPlatform] = field(default_factory=list)
    _written: dict[str, State | None] = field(default_factory=dict)
    _set_up: set[str] = field(default_factory=set)
    _on_remove: list[CALLBACK_TYPE] = field(default_factory=list)

    @property
    def devices(self) -> dict[str, str]:
        """The devices' ids by what the description calls them."""
        return self.places.devices

    def satellite(self, area: str | None = None, *, timers: bool = True) -> str:
        """Return a device that hears in an area, by its id or name."""
        return self.places.satellite(area, timers=timers)

    def states(self) -> Snapshot:
        """Return the state and the attributes of every entity of the home."""
        known = (*self._devices, *self._bare)
        found = ((one, self.hass.states.get(one)) for one in known)
        return {
            entity_id: (state.state, dict(state.attributes))
            for entity_id, state in found
            if state is not None
        }

    async def async_reset(self, setup: Mapping[str, Data] | None = None) -> None:
        """Put everything back, with what a case says of some; forget the calls.

        Only what the last case set up, or what changed since, is written anew.
        """
        wanted = {
            self.entity_ids.get(key, key): one for key, one in (setup or {}).items()
        }
        for entity_id, device in self._devices.items():
            if self._is_untouched(entity_id) and entity_id not in wanted:
                continue
            device.begin(device.given.begin(wanted.get(entity_id)))
            device.write()
            self._written[entity_id] = self.hass.states.get(entity_id)
        for entity_id, given in self._bare.items():
            self._set(entity_id, given, given.begin(wanted.get(entity_id)))
        self._set_up = set(wanted)
        self.calls.clear()

    async def async_remove(self) -> None:
        """Remove the home, so that another can be built."""
        for done in self._on_remove:
            done()
        for platform in self._platforms:
            await platform.async_destroy()
        for entity_id in self._bare:
            self.hass.states.async_remove(entity_id)
        self.places.remove()
        await self.hass.config_entries.async_remove(self.places.entry.entry_id)
        await self.hass.async_block_till_done()

    async def async_build(self, description: Data) -> None:
        """Build everything that is described."""
        self.places.build(description)
        by_domain: dict[str, list[Device]] = defaultdict(list)
        for data in description.get("entities") or ():
            given = Given.of(data)
            entity_id = self._register(given)
            if kind := KINDS.get(given.domain):
                by_domain[given.domain].append(kind(self.hass, given, entity_id))
            else:
                self._bare[entity_id] = given
        for domain, devices in by_domain.items():
            await self._async_add(domain, devices)
            self._devices.update({one.entity_id: one for one in devices})
        # Not before: what is added calls no service, but takes its time.
        self._on_remove.append(
            self.hass.bus.async_listen(EVENT_CALL_SERVICE, self._heard)
        )
        await self.async_reset()

    async def _async_add(self, domain: str, devices: list[Device]) -> None:
        """Add the entities of a domain to a platform of their own."""
        assert await async_setup_component(self.hass, domain, {})
        platform = EntityPlatform(
            hass=self.hass,
            logger=_LOGGER,
            domain=domain,
            platform_name=PLATFORM,
            platform=None,
            scan_interval=_NEVER,
            entity_namespace=None,
        )
        platform.config_entry = self.places.entry
        platform.async_prepare()
        await platform.async_add_entities(devices)
        self._platforms.append(platform)

    def _register(self, given: Given) -> str:
        """Enter an entity with its area, its names and whether it is exposed."""
        registry = er.async_get(self.hass)
        entity_id = registry.async_get_available_entity_id(
            given.domain, given.object_id
        )
        unique_id = (
            entity_id.partition(".")[2] if given.domain == "script" else entity_id
        )
        registry.async_get_or_create(
            given.domain,
            PLATFORM,
            unique_id,
            config_entry=self.places.entry,
            suggested_object_id=entity_id.partition(".")[2],
            original_name=given.name,
            device_id=self.devices.get(given.device or ""),
        )
        changes: dict[str, Any] = {}
        # What belongs to a device is where that is.
        if given.device not in self.devices:
            changes["area_id"] = self.places.area(given.area)
        if given.aliases:
            changes["aliases"] = [er.COMPUTED_NAME, *given.aliases]
        if given.domain == "vacuum":
            areas = {one: [one] for one in self.places.areas.values()}
            registry.async_update_entity_options(
                entity_id, "vacuum", {"area_mapping": areas}
            )
        if changes:
            registry.async_update_entity(entity_id, **changes)
        async_expose_entity(self.hass, "conversation", entity_id, given.expose)
        key, number = given.key, 2
        while key in self.entity_ids:
            key, number = f"{given.key}#{number}", number + 1
        self.entity_ids[key] = entity_id
        return entity_id

    def _is_untouched(self, entity_id: str) -> bool:
        """Tell whether an entity is still as its description says."""
        return (
            entity_id not in self._set_up
            and entity_id in self._written
            and self.hass.states.get(entity_id) is self._written[entity_id]
        )

    def _set(self, entity_id: str, given: Given, begin: Begin) -> None:
        """Set a mere state."""
        attributes = {ATTR_FRIENDLY_NAME: given.name, **begin.attributes}
        self.hass.states.async_set(entity_id, begin.state or STATE_UNKNOWN, attributes)

    @callback
    def _heard(self, event: Event) -> None:
        """Keep a call."""
        data = dict(event.data[ATTR_SERVICE_DATA])
        targets = data.pop(ATTR_ENTITY_ID, None) or ()
        entity_ids = (targets,) if isinstance(targets, str) else tuple(targets)
        self.calls.append(
            Call(
                event.data[ATTR_DOMAIN],
                event.data[ATTR_SERVICE],
                tuple(sorted(entity_ids)),
                data,
            )
        )


async def async_build_home(hass: HomeAssistant, description: Data) -> DeviceHome:
    """Build a described home; everything in it is exposed unless it says otherwise."""
    entry = MockConfigEntry(domain=PLATFORM, title="Devices")
    entry.add_to_hass(hass)
    home = DeviceHome(hass, Places(hass, entry))
    await home.async_build(description)
    await hass.async_block_till_done()
    return home
