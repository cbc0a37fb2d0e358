"""Puts the entities into their rooms and gives them the names that people use."""

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import yaml

from .client import HomeAssistant
from .config import HOUSE, PACKAGES
from .flows import finish_flow

ROOMS = HOUSE / "rooms.yaml"
ASSISTANT = "conversation"


@dataclass(frozen=True)
class Place:
    """An entity's place in the house."""

    area: str | None
    aliases: list[str]
    expose: bool


@dataclass(frozen=True)
class Rooms:
    """What rooms.yaml says."""

    floors: list[dict[str, Any]]
    areas: list[dict[str, Any]]
    places: dict[str, Place]
    helpers: list[str]
    lists: list[str]
    calendars: list[str]
    first_states: list[dict[str, Any]] = field(default_factory=list)
    first_items: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def load(cls, path: Path = ROOMS) -> Self:
        """Read the file."""
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        places = _places(None, content["everywhere"])
        for area in content["areas"]:
            places |= _places(area["name"], area.pop("entities"))
        return cls(
            floors=content["floors"],
            areas=content["areas"],
            places=places,
            helpers=content["helpers"],
            lists=content["lists"],
            calendars=content["calendars"],
            first_states=content["first_states"],
            first_items=content["first_items"],
        )

    @property
    def exposed(self) -> set[str]:
        """Return the entities that a person talks about."""
        return {entity for entity, place in self.places.items() if place.expose}


def plan() -> str:
    """Return a fingerprint of the house's plan, which tells whether it changed."""
    files = [ROOMS, *sorted(PACKAGES.glob("*.yaml"))]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


async def furnish(client: HomeAssistant, rooms: Rooms) -> None:
    """Make Home Assistant's registries say what rooms.yaml says."""
    await _create_lists(client, rooms)
    floors = await _create_floors(client, rooms)
    areas = await _create_areas(client, rooms, floors)
    for entity, place in rooms.places.items():
        await client.command(
            "config/entity_registry/update",
            entity_id=entity,
            area_id=areas[place.area] if place.area else None,
            # None stands for the entity's own name.
            aliases=[None, *place.aliases],
        )
    for helper in rooms.helpers:
        await client.command(
            "config/entity_registry/update", entity_id=helper, hidden_by="user"
        )
    await _expose(client, sorted(rooms.exposed), True)
    unexposed = rooms.places.keys() - rooms.exposed | set(rooms.helpers)
    await _expose(client, sorted(unexposed), False)


async def perform(client: HomeAssistant, actions: list[dict[str, Any]]) -> None:
    """Perform actions of rooms.yaml."""
    for action in actions:
        await client.call(action["action"], action["target"], action.get("data"))


async def _create_lists(client: HomeAssistant, rooms: Rooms) -> None:
    wanted = [
        *(("local_todo", {"todo_list_name": name}) for name in rooms.lists),
        *(("local_calendar", {"calendar_name": name}) for name in rooms.calendars),
    ]
    entries = await client.get("/api/config/config_entries/entry")
    there = {(entry["domain"], entry["title"]) for entry in entries}
    for domain, data in wanted:
        if (domain, *data.values()) not in there:
            await finish_flow(client, {"handler": domain}, [data])


async def _create_floors(client: HomeAssistant, rooms: Rooms) -> dict[str, str]:
    """Return the floors' ids by name."""
    there = {
        floor["name"]: floor["floor_id"]
        for floor in await client.command("config/floor_registry/list")
    }
    for floor in rooms.floors:
        if floor_id := there.get(floor["name"]):
            await client.command(
                "config/floor_registry/update", floor_id=floor_id, **floor
            )
        else:
            created = await client.command("config/floor_registry/create", **floor)
            there[floor["name"]] = created["floor_id"]
    return there


async def _create_areas(
    client: HomeAssistant, rooms: Rooms, floors: dict[str, str]
) -> dict[str, str]:
    """Return the areas' ids by name."""
    there = {
        area["name"]: area["area_id"]
        for area in await client.command("config/area_registry/list")
    }
    for area in rooms.areas:
        fields = {
            "name": area["name"],
            "aliases": area["aliases"],
            "floor_id": floors[area["floor"]],
            "icon": area["icon"],
            "temperature_entity_id": area.get("temperature"),
            "humidity_entity_id": area.get("humidity"),
        }
        if area_id := there.get(area["name"]):
            await client.command(
                "config/area_registry/update", area_id=area_id, **fields
            )
        else:
            created = await client.command("config/area_registry/create", **fields)
            there[area["name"]] = created["area_id"]
    return there


async def _expose(client: HomeAssistant, entities: list[str], expose: bool) -> None:
    await client.command(
        "homeassistant/expose_entity",
        assistants=[ASSISTANT],
        entity_ids=entities,
        should_expose=expose,
    )


def _places(area: str | None, entities: dict[str, dict[str, Any]]) -> dict[str, Place]:
    return {
        entity: Place(area, options.get("aliases", []), options.get("expose", True))
        for entity, options in entities.items()
    }
