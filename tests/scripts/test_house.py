"""The furnished house: its plan fits together, and scripts/run does what it says."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
import socket
import subprocess
from typing import Any

import pytest
import yaml

from homeassistant.util import slugify
from scripts.house import config, memory, ollama
from scripts.house.arguments import parse
from scripts.house.flows import form_values
from scripts.house.furnish import Rooms, plan
from scripts.house.report import Terminal, described
from scripts.house.say import Change, Said, change_of, understand
from scripts.house.server import HouseError, choose_port

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


@pytest.mark.parametrize(
    ("given", "via"),
    [
        ([], "auto"),
        (["--say", "x"], "auto"),
        (["--ollama", "http://a"], "auto"),
        (["--ollama", "http://a", "--say", "x"], "model"),
        (["--ollama", "http://a", "--say", "x", "--via", "auto"], "auto"),
        (["--say", "x", "--via", "model"], "model"),
    ],
)
def test_via(given: list[str], via: str) -> None:
    """Who names a server and a sentence wants to hear the model."""
    assert parse(given).via == via


@pytest.mark.parametrize(
    ("environment", "language"),
    [("fr_FR.UTF-8", "fr"), ("en_GB.UTF-8", "en"), ("de_DE.UTF-8", "en"), ("C", "en")],
)
def test_language(
    monkeypatch: pytest.MonkeyPatch, environment: str, language: str
) -> None:
    """The machine's language counts where Jarvis speaks it."""
    for variable in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", environment)
    assert parse([]).language == language
    assert parse(["--language", "fr"]).language == "fr"


def test_json_needs_a_sentence() -> None:
    """There is nothing to print without one."""
    with pytest.raises(SystemExit):
        parse(["--json"])


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("http://nas:11434/", "http://nas:11434"),
        ("https://ollama.example/v", "https://ollama.example/v"),
        ("nas:1234", "http://nas:1234"),
        ("nas", "http://nas:11434"),
    ],
)
def test_address(given: str, address: str) -> None:
    """A server is named as people name it."""
    assert ollama.address(given) == address


@pytest.mark.usefixtures("socket_enabled")
def test_port() -> None:
    """A wanted port has to be free; sentences take any."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HouseError) as error:
            choose_port(port, 8123, any_port=True)
        assert error.value.code == 2
        assert "--port" in str(error.value)
        assert choose_port(None, port, any_port=True) != port
    assert choose_port(port, 8123, any_port=False) == port


def test_form_values() -> None:
    """A form submits its suggestions, its defaults and its sections."""
    fields = [
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


def state(value: str, **attributes: Any) -> dict[str, Any]:
    """Return a state as the websocket sends it."""
    return {"state": value, "attributes": attributes}


def test_change_of_a_lamp() -> None:
    """A lamp that goes out only goes out; a lamp that goes on shows how bright."""
    lit = state("on", brightness=204, rgb_color=[1, 2, 3], hs_color=[1, 2])
    out = state("off", brightness=None, rgb_color=None, hs_color=None)
    assert change_of("light.x", lit, out) == Change("light.x", "on", "off", {})
    dim = state("on", brightness=51, rgb_color=[1, 2, 3], hs_color=[1, 2])
    change = change_of("light.x", lit, dim)
    assert change == Change("light.x", "on", "on", {"brightness": (204, 51)})
    assert change_of("light.x", lit, lit) is None


def test_colour_temperature_hides_the_colour_that_follows() -> None:
    """A white lamp's colour is only its temperature in other words."""
    old = state("on", color_temp_kelvin=2700, hs_color=[28, 65])
    new = state("on", color_temp_kelvin=4000, hs_color=[26, 34])
    change = change_of("light.x", old, new)
    assert change is not None
    assert change.attributes == {"color_temp_kelvin": (2700, 4000)}


def ended(reply: str, kind: str = "action_done", **jarvis: Any) -> dict[str, Any]:
    """Return an intent-end event's data."""
    plain = {"speech": reply, "extra_data": {"jarvis": jarvis} if jarvis else None}
    response = {"speech": {"plain": plain}, "response_type": kind, "data": {}}
    return {"intent_output": {"response": response}, "processed_locally": True}


def test_understand() -> None:
    """The answer says itself how it came about."""
    said = Said("x")
    understand(said, ended("Oui", understood="model", model="m", error=None))
    assert (said.reply, said.understood, said.model) == ("Oui", "model", "m")
    assert said.answered

    said = Said("x")
    understand(said, ended("Non", understood="none", model=None, error="no_model"))
    assert not said.answered

    said = Said("x")
    understand(said, ended("Non", kind="error"))
    assert not said.answered


def test_described() -> None:
    """The terminal shows answer, way, time and changes."""
    change = Change("light.x", "off", "on", {"brightness": (None, 51)})
    local = Said("Allume", "Fait", "local", changed=[change], seconds=0.123)
    assert described(local) == (
        "» Allume\n"
        "  Fait\n"
        "  understood locally (0.12 s)\n"
        "  light.x: off → on [brightness 51]"
    )
    model = Said("Hi", "Hello", "model", "m:1b", seconds=2, first_word_seconds=0.5)
    assert "answered by m:1b (2.00 s, first word 0.50 s)" in described(model)
    moved = Change("cover.x", "open", "open", {"current_position": (100, 40)})
    failed = Said("Hi", error="no_model", changed=[moved])
    assert "not answered: no_model" in described(failed)
    assert "cover.x: open [current_position 100 → 40]" in described(failed)


def test_json_is_alone_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    """Programs read stdout, people stderr."""
    terminal = Terminal(as_json=True)
    terminal.progress("Starting…")
    terminal.said(Said("Allume", "Fait", "local"))
    terminal.end("http://127.0.0.1:1")
    out, err = capsys.readouterr()
    results = json.loads(out)
    assert results["url"] == "http://127.0.0.1:1"
    assert results["said"] == [
        {
            "text": "Allume",
            "reply": "Fait",
            "understood": "local",
            "model": None,
            "error": None,
            "changed": [],
            "seconds": 0.0,
            "first_word_seconds": None,
            "streamed": False,
        }
    ]
    assert "Starting…" in err


def test_port_in_use_ends_with_2(tmp_path: Path) -> None:
    """The message comes before anything is started."""
    taken = subprocess.Popen(
        [
            config.ROOT / ".venv/bin/python",
            "-c",
            "import socket; s = socket.create_server(('127.0.0.1', 0));"
            "print(s.getsockname()[1], flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with taken:
        assert taken.stdout is not None
        port = taken.stdout.readline().strip()
        ended = subprocess.run(
            [config.ROOT / "scripts/run", "--port", port, "--state", tmp_path],
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 2
    assert f"Port {port} is in use" in ended.stderr
