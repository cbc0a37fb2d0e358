"""Sentences of others and the homes they were said in, built as registries and states.

Nothing of them is in the repository: the files are named on the command line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
import json
from pathlib import Path
from typing import Any, Self

from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.const import ATTR_FRIENDLY_NAME, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
)

PLATFORM = "cases"
_SAID_OTHERWISE = {
    "target_temperature": "temperature",
    "native_temperature": "temperature",
    "native_unit_of_measurement": "unit_of_measurement",
    "native_temperature_unit": "temperature_unit",
    "media_track": "media_title",
}
"""What the homes' attributes are called in a state."""
_STATES = ("native_value", "condition", "hvac_mode")
"""Attributes that are the state itself."""
_NO_ATTRIBUTES = frozenset({*_STATES, "supported_features", "todo_items", "events"})


@dataclass(frozen=True, slots=True)
class Case:
    """One sentence, what was so before, and what it is about."""

    identity: str
    kind: str
    home: str
    utterance: str
    setup: Mapping[str, Mapping[str, Any]]
    changes: Sequence[str]
    """The entities that it is expected to change."""
    answers: Sequence[str]
    """What a good reply to a question contains, one of them."""
    device: str | None
    now: datetime | None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Read a line of the file."""
        now = data["context_now"]
        return cls(
            identity=data["id"],
            kind=data["category"],
            home=data["home"],
            utterance=data["utterance"],
            setup=data["setup"] or {},
            changes=tuple(data["expect_changes"] or ()),
            answers=tuple(str(one) for one in data["expect_response"] or ()),
            device=data["context_device"],
            now=datetime.fromisoformat(now) if now else None,
        )

    @property
    def is_question(self) -> bool:
        """Tell whether it belongs to the set of questions."""
        return self.identity.startswith("questions/")


class Home:
    """One of the homes, in a Home Assistant that has no other."""

    def __init__(self, hass: HomeAssistant, data: Mapping[str, Any]) -> None:
        """Fill the registries and set the states."""
        self._hass = hass
        self._entities = {entity["id"]: entity for entity in data["entities"]}
        self.names = {key: one["name"] for key, one in self._entities.items()}
        self.devices: dict[str, str] = {}
        areas = self._build_areas(data.get("areas") or ())
        self._build_devices(data.get("devices") or (), areas)
        registry = er.async_get(hass)
        for entity_id, entity in self._entities.items():
            domain, _, object_id = entity_id.partition(".")
            entry = registry.async_get_or_create(
                domain,
                PLATFORM,
                entity_id,
                suggested_object_id=object_id,
                original_name=entity["name"],
                device_id=self.devices.get(entity.get("device") or ""),
            )
            assert entry.entity_id == entity_id
            # What belongs to a device is where that is.
            if not entry.device_id and (area := areas.get(entity.get("area") or "")):
                registry.async_update_entity(entity_id, area_id=area)
            async_expose_entity(hass, "conversation", entity_id, True)
        self.reset({}, None)

    def reset(
        self, setup: Mapping[str, Mapping[str, Any]], now: datetime | None
    ) -> None:
        """Set every state as it is before a case."""
        for entity_id, entity in self._entities.items():
            before = setup.get(entity_id, {})
            state = before.get("state")
            given = entity.get("attributes") or {}
            changed = before.get("attributes") or {}
            attributes = _attributes({**given, **changed})
            if state is None:
                state = _state({**given, **changed}, entity.get("state"))
            if entity_id.startswith("calendar."):
                event = _next_event(changed.get("events") or (), now)
                attributes |= event
                begun = event and str(event["start_time"]) <= f"{now:%Y-%m-%d %H:%M}"
                state = "on" if begun else "off"
            attributes[ATTR_FRIENDLY_NAME] = entity["name"]
            self._hass.states.async_set(entity_id, str(state), attributes)

    def _build_areas(self, areas: Sequence[Mapping[str, str]]) -> dict[str, str]:
        """Build areas and their floors; return the areas' ids by the home's own."""
        floors = fr.async_get(self._hass)
        built: dict[str, str] = {}
        for area in areas:
            floor = None
            if name := area.get("floor"):
                floor = floors.async_get_floor_by_name(name)
                floor = floor or floors.async_create(name)
            built[area["id"]] = (
                ar.async_get(self._hass)
                .async_create(area["name"], floor_id=floor.floor_id if floor else None)
                .id
            )
        return built

    def _build_devices(
        self, devices: Sequence[Mapping[str, Any]], areas: Mapping[str, str]
    ) -> None:
        """Build the devices, which may also be what hears."""
        entry = MockConfigEntry(domain=PLATFORM)
        entry.add_to_hass(self._hass)
        registry = dr.async_get(self._hass)
        for device in devices:
            built = registry.async_get_or_create(
                config_entry_id=entry.entry_id,
                identifiers={(PLATFORM, device["id"])},
                name=device["name"],
            )
            registry.async_update_device(
                built.id, area_id=areas.get(device.get("area") or "")
            )
            self.devices[device["id"]] = built.id


def load_cases(path: Path) -> list[Case]:
    """Read the cases that can be passed."""
    lines = path.read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines if line.strip()]
    return [Case.of(one) for one in read if not one["broken"]]


def load_homes(path: Path) -> dict[str, Any]:
    """Read the homes."""
    homes: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return homes


def _state(attributes: Mapping[str, Any], state: Any) -> str:
    """Return the state that a home's entity begins with."""
    for name in _STATES:
        if attributes.get(name) is not None:
            return str(attributes[name])
    if isinstance(state, dict):
        state = state.get("out")
    if isinstance(state, bool):
        return "on" if state else "off"
    if state is not None:
        return str(state)
    if "todo_items" in attributes:
        items = attributes["todo_items"] or ()
        return str(sum(item.get("status") == "needs_action" for item in items))
    if "brightness" in attributes:
        return "on" if attributes["brightness"] else "off"
    return STATE_UNKNOWN


def _attributes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes as a state has them."""
    told = {
        _SAID_OTHERWISE.get(name, name): value
        for name, value in given.items()
        if name not in _NO_ATTRIBUTES and value is not None
    }
    if device_class := told.get("device_class"):
        told["device_class"] = str(device_class).rpartition(".")[2].lower()
    return told


def _next_event(
    events: Sequence[Mapping[str, Any]], now: datetime | None
) -> dict[str, str]:
    """Return what a calendar's state tells: the event that runs or comes next."""
    if now is None:
        return {}

    def when(text: str) -> datetime:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)

    coming = [event for event in events if when(event["end"]) >= now]
    if not coming:
        return {}
    event = min(coming, key=lambda event: when(event["start"]))
    return {
        "message": event["summary"],
        "start_time": f"{when(event['start']):%Y-%m-%d %H:%M:%S}",
        "end_time": f"{when(event['end']):%Y-%m-%d %H:%M:%S}",
        "location": event.get("location") or "",
        "description": event.get("description") or "",
    }
