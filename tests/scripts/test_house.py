"""The furnished house: its plan fits together and is applied once."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

import pytest
import yaml

from homeassistant.util import slugify
from scripts.house import config, memory
from scripts.house.flows import form_values
from scripts.house.furnish import Rooms, plan
from scripts.house.server import HouseError

NAMES = {
    "light.cuisine": ["lumière de la cuisine", "kitchen light"],
    "light.salon": ["lumière du salon", "living room light"],
    "light.chambre": ["lumière de la chambre", "bedroom light"],
    "light.hue_go": ["hue go"],
    "light.hue_play": ["hue play"],
    "climate.chauffage": ["chauffage", "thermostat"],
    "sensor.temperature_chambre": ["température de la chambre", "bedroom temperature"],
    "lock.porte_entree": ["porte d'entrée", "front door"],
    "cover.porte_garage": ["porte du garage", "garage door"],
    "cover.volets": ["volets", "blinds"],
    "media_player.enceinte_du_salon": ["musique", "music"],
    "weather.maison": ["météo", "weather", "temps"],
    "todo.liste_de_courses": ["liste de courses", "shopping list"],
    "script.bonne_nuit": ["bonne nuit", "good night"],
}
HELPER_DOMAINS = ("input_boolean", "input_number", "input_select", "script")


@pytest.fixture(name="rooms")
def rooms_fixture() -> Rooms:
    """Return the plan of the house."""
    return Rooms.load()


def defined() -> Iterator[tuple[str, str, str]]:
    """Yield entity, unique id and name of everything in the packages."""
    for file in config.PACKAGES.glob("*.yaml"):
        for domain, content in yaml.safe_load(file.read_text("utf-8")).items():
            yield from _defined(domain, content)


def _defined(domain: str, content: Any) -> Iterator[tuple[str, str, str]]:
    if domain == "template":
        for block in content:
            for entities in block.values():
                for entity in entities:
                    unique_id, name = entity["unique_id"], entity["name"]
                    yield entity["default_entity_id"], unique_id, name
    elif domain in HELPER_DOMAINS:
        for key, options in content.items():
            name = options.get("name") or options["alias"]
            yield f"{domain}.{key}", key, name
    else:
        for entity in content:
            unique_id = entity.get("unique_id") or entity["id"]
            name = entity.get("name") or entity["alias"]
            yield f"{domain}.{slugify(name)}", unique_id, name


def from_flows(rooms: Rooms) -> dict[str, str]:
    """Return the names of the entities that config flows make."""
    lists = {f"todo.{slugify(name)}": name for name in rooms.lists}
    calendars = {f"calendar.{slugify(name)}": name for name in rooms.calendars}
    return lists | calendars


def test_every_entity_has_its_place(rooms: Rooms) -> None:
    """What the packages make and what rooms.yaml places are the same."""
    made = {entity for entity, _, _ in defined()} | from_flows(rooms).keys()
    assert made == rooms.places.keys() | set(rooms.helpers)
    assert not rooms.places.keys() & set(rooms.helpers)


def test_unique_ids_are_unique() -> None:
    """No entity takes another's place in the registry."""
    ids = [(entity.split(".")[0], unique_id) for entity, unique_id, _ in defined()]
    assert len(ids) == len(set(ids))


def test_templates_ask_entities_that_exist(rooms: Rooms) -> None:
    """A mistyped entity in a package would only show as an unknown state."""
    known = rooms.places.keys() | set(rooms.helpers)
    domains = "|".join({entity.split(".")[0] for entity in known})
    for file in config.PACKAGES.glob("*.yaml"):
        text = file.read_text("utf-8")
        # Actions are named like entities.
        text = re.sub(r"action: \S+", "", text)
        for entity in re.findall(rf"\b(?:{domains})\.[a-z_]+", text):
            assert entity in known, f"{entity} in {file.name}"


def test_first_states_and_rooms_name_what_exists(rooms: Rooms) -> None:
    """Floors, sensors of rooms and first states point at something."""
    known = rooms.places.keys() | set(rooms.helpers)
    floors = {floor["name"] for floor in rooms.floors}
    for area in rooms.areas:
        assert area["floor"] in floors
        for sensor in ("temperature", "humidity"):
            assert area.get(sensor) in {None, *rooms.places}
    for state in rooms.first_states:
        assert set(state["target"]) <= known


def test_people_find_what_they_name(rooms: Rooms) -> None:
    """Every name of the everyday commands belongs to the entity that it means."""
    names = {entity: name for entity, _, name in defined()} | from_flows(rooms)
    for entity, expected in NAMES.items():
        place = rooms.places[entity]
        called = {name.lower() for name in (names[entity], *place.aliases)}
        assert called >= set(expected), entity
        assert place.expose


def test_no_two_entities_share_a_name(rooms: Rooms) -> None:
    """A sentence that names one thing means one thing."""
    names = {entity: name for entity, _, name in defined()} | from_flows(rooms)
    called = [
        name.lower()
        for entity, place in rooms.places.items()
        for name in (names[entity], *place.aliases)
    ]
    assert len(called) == len(set(called))


def test_rooms_and_floors(rooms: Rooms) -> None:
    """Two floors and six rooms answer to French and English."""
    floors = {floor["name"]: set(floor["aliases"]) for floor in rooms.floors}
    assert floors["Rez-de-chaussée"] >= {"ground floor", "downstairs", "en bas"}
    assert floors["Étage"] >= {"first floor", "upstairs", "en haut"}
    areas = {area["name"]: set(area["aliases"]) for area in rooms.areas}
    assert areas.keys() == {
        "Entrée",
        "Salon",
        "Cuisine",
        "Garage",
        "Chambre",
        "Bureau",
    }
    assert "kitchen" in areas["Cuisine"]
    assert "living room" in areas["Salon"]
    assert "bedroom" in areas["Chambre"]


def test_plan_is_a_fingerprint() -> None:
    """The same house has the same fingerprint."""
    assert plan() == plan()
    assert len(plan()) == 64


def test_config_listens_on_this_machine_only(tmp_path: Path) -> None:
    """The first start already finds the HTTP settings and the language."""
    config.write_config(tmp_path, 8200, "fr")
    http = json.loads((tmp_path / ".storage/http").read_text())
    assert http["data"]["stable"]["server_host"] == ["127.0.0.1"]
    assert http["data"]["stable"]["server_port"] == 8200
    onboarding = json.loads((tmp_path / ".storage/onboarding").read_text())
    assert "user" not in onboarding["data"]["done"]
    text = (tmp_path / "configuration.yaml").read_text("utf-8")
    assert "language: fr" in text
    assert f"!include_dir_named {config.PACKAGES}" in text
    assert (tmp_path / "custom_components/jarvis").readlink() == config.INTEGRATION
    blueprint = "automation/jarvis/talk_by_button.yaml"
    copied = (tmp_path / "blueprints" / blueprint).read_text("utf-8")
    assert copied == (config.BLUEPRINTS / blueprint).read_text("utf-8")


def test_config_keeps_the_onboarding(tmp_path: Path) -> None:
    """A later start takes the port anew and leaves the rest."""
    config.write_config(tmp_path, 8200, "fr")
    (tmp_path / ".storage/onboarding").write_text("kept")
    config.write_config(tmp_path, 8201, "en")
    assert (tmp_path / ".storage/onboarding").read_text() == "kept"
    assert "8201" in (tmp_path / ".storage/http").read_text()


def test_forget(tmp_path: Path) -> None:
    """Nothing of the house is left."""
    config.write_config(tmp_path / "config", 8200, "fr")
    memory.Applied(furnished=True).save(tmp_path / "applied.json")
    config.forget(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_applied_is_remembered(tmp_path: Path) -> None:
    """The next start knows what the last one did; unknown keys do no harm."""
    path = tmp_path / "applied.json"
    assert memory.Applied.load(path) == memory.Applied()
    applied = memory.Applied("plan", True, ["http://a"], "fr", "m", False)
    applied.save(path)
    assert memory.Applied.load(path) == applied
    path.write_text(json.dumps({"language": "en", "older": 1}))
    assert memory.Applied.load(path).language == "en"


def test_one_house_per_folder(tmp_path: Path) -> None:
    """A second house in the same folder is refused."""
    with memory.lock(tmp_path), pytest.raises(HouseError) as error:
        memory.lock(tmp_path)
    assert error.value.code == 2
    memory.lock(tmp_path).close()


def test_form_values() -> None:
    """A form submits its suggestions, its defaults and its sections."""
    fields: list[dict[str, Any]] = [
        {"name": "url", "default": "http://a"},
        {"name": "model", "description": {"suggested_value": "m"}, "default": "n"},
        {"name": "token", "optional": True},
        {
            "name": "more",
            "type": "expandable",
            "schema": [{"name": "think", "default": False}],
        },
    ]
    assert form_values(fields) == {
        "url": "http://a",
        "model": "m",
        "more": {"think": False},
    }
