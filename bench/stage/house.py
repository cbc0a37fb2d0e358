"""A furnished house with as many exposed entities as wanted, always the same."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.intent import async_register_timer_handler
from homeassistant.const import ATTR_FRIENDLY_NAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
)

PLATFORM = "bench"
FLOORS = ("Ground floor", "First floor", "Second floor", "Garden")
ROOMS = (
    "Kitchen",
    "Living room",
    "Bedroom",
    "Bathroom",
    "Office",
    "Hall",
    "Guest room",
    "Laundry",
    "Workshop",
    "Library",
)
type Thing = tuple[str, str, str, dict[str, Any]]
"""Domain, name, state and attributes of an entity."""


def _sensor(name: str, state: str, unit: str) -> Thing:
    """Describe a sensor, which is named after what it measures."""
    attributes = {"unit_of_measurement": unit, "state_class": "measurement"}
    return "sensor", name, state, {"device_class": name, **attributes}


def _lamp(name: str, state: str = "off", mode: str = "brightness") -> Thing:
    """Describe a lamp."""
    attributes: dict[str, Any] = {"supported_color_modes": [mode], "color_mode": None}
    if state == "on":
        attributes |= {"color_mode": mode, "brightness": 128}
    return "light", name, state, attributes


THINGS: tuple[Thing, ...] = (
    _lamp("ceiling light"),
    _sensor("temperature", "20.5", "°C"),
    _lamp("floor lamp", "on"),
    ("cover", "blind", "open", {"device_class": "shutter", "current_position": 100}),
    ("switch", "socket", "off", {"device_class": "outlet"}),
    (
        "climate",
        "radiator",
        "heat",
        {"temperature": 21, "current_temperature": 20.5, "hvac_modes": ["off", "heat"]},
    ),
    ("media_player", "speaker", "idle", {"device_class": "speaker"}),
    ("binary_sensor", "window", "off", {"device_class": "window"}),
    ("fan", "fan", "off", {"percentage": 0}),
    ("lock", "door lock", "locked", {}),
    ("vacuum", "vacuum", "docked", {}),
    _sensor("humidity", "48", "%"),
    _lamp("desk lamp", mode="color_temp"),
    _lamp("shelf light", mode="rgb"),
    _lamp("left wall light", mode="onoff"),
    _lamp("right wall light", mode="onoff"),
    ("cover", "curtain", "closed", {"device_class": "curtain", "current_position": 0}),
    ("binary_sensor", "balcony door", "off", {"device_class": "door"}),
    ("binary_sensor", "motion", "off", {"device_class": "motion"}),
    ("switch", "left socket", "off", {"device_class": "outlet"}),
    ("switch", "right socket", "on", {"device_class": "outlet"}),
    ("binary_sensor", "left window", "off", {"device_class": "window"}),
    _sensor("power", "125", "W"),
    _sensor("battery", "87", "%"),
    _sensor("energy", "12.4", "kWh"),
)
"""What stands in every room of a big house; a small one has some of it in each."""
IN_EVERY_ROOM = 2
EVERYWHERE: tuple[Thing, ...] = (
    ("todo", "Shopping list", "3", {"supported_features": 7}),
    ("weather", "Forecast home", "cloudy", {"temperature": 12, "humidity": 80}),
    ("calendar", "Family calendar", "off", {"message": "Dentist"}),
)
"""What belongs to no room."""


@dataclass(slots=True)
class House:
    """What was built, as far as somebody speaks to it or changes it."""

    hass: HomeAssistant
    entity_ids: list[str] = field(default_factory=list)
    areas: dict[str, ar.AreaEntry] = field(default_factory=dict)
    satellites: dict[str, str] = field(default_factory=dict)
    """The device that hears each room, by the room's name."""


def furnish(hass: HomeAssistant, entities: int) -> House:
    """Build a house with so many exposed entities."""
    house = House(hass)
    for thing in EVERYWHERE:
        _place(hass, house, None, thing)
    big = entities > len(ROOMS) * 10
    for number, (room, floor) in enumerate(_rooms()):
        _build_room(hass, house, room, floor)
        for thing in THINGS if big else _some(number):
            if len(house.entity_ids) == entities:
                break
            _place(hass, house, room, thing)
        if len(house.entity_ids) == entities:
            break
    entry = MockConfigEntry(domain=PLATFORM)
    entry.add_to_hass(hass)
    for room, area in islice(house.areas.items(), 3):
        house.satellites[room] = _satellite(hass, entry, room, area)
    return house


def give_timers(hass: HomeAssistant, device_id: str) -> None:
    """Let a satellite have timers, as a voice satellite does."""
    async_register_timer_handler(hass, device_id, lambda _event, _timer: None)


def _rooms() -> Iterator[tuple[str, str]]:
    """Name rooms and their floors, without end."""
    yield from ((room, FLOORS[at * 2 // len(ROOMS)]) for at, room in enumerate(ROOMS))
    for number in count(2):
        yield from ((f"{room} {number}", FLOORS[number % 4]) for room in ROOMS)


def _some(number: int) -> list[Thing]:
    """Choose what stands in a room of a small house."""
    others = THINGS[IN_EVERY_ROOM:]
    chosen = [others[(number * 3 + at) % len(others)] for at in range(3)]
    return [*THINGS[:IN_EVERY_ROOM], *chosen]


def _build_room(hass: HomeAssistant, house: House, room: str, floor: str) -> None:
    """Add a room to the registries."""
    floors = fr.async_get(hass)
    there = floors.async_get_floor_by_name(floor)
    there = there or floors.async_create(floor, level=FLOORS.index(floor))
    house.areas[room] = ar.async_get(hass).async_create(room, floor_id=there.floor_id)


def _place(hass: HomeAssistant, house: House, room: str | None, thing: Thing) -> None:
    """Put an entity into a room, or nowhere, and expose it."""
    domain, name, state, attributes = thing
    name = f"{room} {name}" if room else name
    registry = er.async_get(hass)
    entity_id = registry.async_get_or_create(
        domain, PLATFORM, f"{domain}.{name}", original_name=name
    ).entity_id
    if room:
        registry.async_update_entity(entity_id, area_id=house.areas[room].id)
    hass.states.async_set(entity_id, state, {ATTR_FRIENDLY_NAME: name, **attributes})
    async_expose_entity(hass, "conversation", entity_id, True)
    house.entity_ids.append(entity_id)


def _satellite(
    hass: HomeAssistant, entry: MockConfigEntry, room: str, area: ar.AreaEntry
) -> str:
    """Put a device that hears into a room."""
    registry = dr.async_get(hass)
    device = registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(PLATFORM, room)},
        name=f"{room} satellite",
    )
    registry.async_update_device(device.id, area_id=area.id)
    return device.id
