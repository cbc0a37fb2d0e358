"""Floors, areas and devices of a described home, in the registries."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.components.intent import async_register_timer_handler
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    floor_registry as fr,
)

from .description import Data
from .device import PLATFORM


@dataclass(slots=True)
class Places:
    """The ids in the registries, by what a description calls them."""

    hass: HomeAssistant
    entry: MockConfigEntry
    floors: dict[str, str] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)
    _on_remove: list[Callable[[], None]] = field(default_factory=list)

    @callback
    def build(self, home: Data) -> None:
        """Build what is listed, and areas that are only named by an entity."""
        for floor in home.get("floors") or ():
            self._build_floor(floor)
        for area in home.get("areas") or ():
            self._build_area(area)
        for device in home.get("devices") or ():
            self._build_device(device)

    @callback
    def area(self, named: str | None) -> str | None:
        """Return the id of an area by its id or name; build it if it is new."""
        if not named:
            return None
        if (known := _find(self.areas, named)) is None:
            known = self._build_area({"name": named})
        return known

    @callback
    def satellite(self, area: str | None, *, timers: bool = True) -> str:
        """Return the device of a satellite that hears one area, or none."""
        key = f"satellite of {area}"
        if key not in self.devices:
            told = {"id": key, "name": f"Satellite {area or ''}".strip()}
            self._build_device({**told, "area": area, "satellite": timers})
        return self.devices[key]

    @callback
    def remove(self) -> None:
        """Remove areas and floors; the devices go with their entry."""
        for done in self._on_remove:
            done()
        for area_id in set(self.areas.values()):
            ar.async_get(self.hass).async_delete(area_id)
        for floor_id in set(self.floors.values()):
            fr.async_get(self.hass).async_delete(floor_id)

    def _build_floor(self, floor: Data) -> str:
        """Add a floor."""
        built = fr.async_get(self.hass).async_create(
            floor["name"],
            aliases=set(floor.get("aliases") or ()),
            level=floor.get("level"),
        )
        for key in _keys(floor):
            self.floors.setdefault(key, built.floor_id)
        return built.floor_id

    def _build_area(self, area: Data) -> str:
        """Add an area, and its floor where that is not listed."""
        floor_id = None
        if floor := area.get("floor"):
            floor_id = _find(self.floors, floor) or self._build_floor({"name": floor})
        built = ar.async_get(self.hass).async_create(
            area["name"], aliases=set(area.get("aliases") or ()), floor_id=floor_id
        )
        for key in _keys(area):
            self.areas.setdefault(key, built.id)
        return built.id

    def _build_device(self, device: Data) -> None:
        """Add a device, which may also be what hears and keeps timers."""
        registry = dr.async_get(self.hass)
        built = registry.async_get_or_create(
            config_entry_id=self.entry.entry_id,
            identifiers={(PLATFORM, device["id"])},
            name=device["name"],
        )
        registry.async_update_device(built.id, area_id=self.area(device.get("area")))
        self.devices[device["id"]] = built.id
        if device.get("satellite"):
            self._on_remove.append(
                async_register_timer_handler(
                    self.hass, built.id, lambda _event, _timer: None
                )
            )


def _keys(place: Data) -> Iterable[str]:
    """Return what a place is called in a description."""
    return (str(place[key]) for key in ("id", "name") if place.get(key))


def _find(known: dict[str, str], named: str) -> str | None:
    """Find a place, whatever the case of its letters."""
    if named in known:
        return known[named]
    return next(
        (one for key, one in known.items() if key.lower() == named.lower()), None
    )
