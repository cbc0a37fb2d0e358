"""The entities of agents and endpoints: what they show, when they come and go."""

import asyncio
import json

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.jarvis.const import EVENT_TURN
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .conftest import MODEL, async_settle
from .house import Jarvis
from .idle import async_idle
from .ollama_server import Kind, ScriptedOllama, load_script
from .walk import Walk

COFFEE = {"name": "HassTurnOn", "arguments": {"name": "coffee machine"}}


def shown(jarvis: Jarvis, kind: str, key: str = "") -> State:
    """Return the state of an entity of Jarvis whose unique id ends so."""
    (entity,) = [
        one
        for one in er.async_entries_for_config_entry(
            er.async_get(jarvis.hass), jarvis.entry.entry_id
        )
        if one.domain == kind and one.unique_id.endswith(key)
    ]
    state = jarvis.hass.states.get(entity.entity_id)
    assert state
    return state


def entities_named(hass: HomeAssistant, name: str) -> set[str]:
    """Return the kinds of entities that have a name in their ids."""
    ids = [one.split(".") for one in hass.states.async_entity_ids()]
    return {domain for domain, object_id in ids if object_id.startswith(name)}


def device_names(hass: HomeAssistant, entry: MockConfigEntry) -> set[str | None]:
    """Return the names of the devices of an entry's agents and endpoints."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    return {device.name for device in devices} - {"Memory", "Reminders"}


def name_of(server: ScriptedOllama) -> str:
    """Return the name of an endpoint's device."""
    return f"Ollama 127.0.0.1:{server.port}"


async def async_look(jarvis: Jarvis) -> None:
    """Have Jarvis look at its endpoints now."""
    for watch in jarvis.entry.runtime_data.endpoints.watches:
        await watch.async_look()
    await jarvis.hass.async_block_till_done()


# Endpoints


async def test_an_endpoint_is_reachable(jarvis: Jarvis) -> None:
    """It says which version it has, which models it holds and has in memory."""
    await async_look(jarvis)

    state = shown(jarvis, "binary_sensor")
    assert state.state == "on"
    assert state.attributes["device_class"] == "connectivity"
    assert state.attributes["failure"] is None
    assert state.attributes["version"] == jarvis.ollama.version
    assert state.attributes["models"] == [MODEL]
    assert state.attributes["loaded"] == [MODEL]


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        (Kind.DOWN, "unreachable"),
        (Kind.UNAUTHORIZED, "unauthorized"),
        (Kind.HTML, "not_ollama"),
        (Kind.OLD_VERSION, "too_old"),
    ],
)
async def test_an_endpoint_is_not_reachable(
    jarvis: Jarvis, kind: Kind, failure: str
) -> None:
    """It says why; when the endpoint is back, so is the sensor."""
    jarvis.ollama.faults.set(kind)
    await async_look(jarvis)
    ill = shown(jarvis, "binary_sensor")
    jarvis.ollama.faults.clear()
    await async_look(jarvis)

    assert (ill.state, ill.attributes["failure"]) == ("off", failure)
    well = shown(jarvis, "binary_sensor")
    assert (well.state, well.attributes["failure"]) == ("on", None)


async def test_a_turn_that_fails_shows_at_once(jarvis_model_only: Jarvis) -> None:
    """Nobody waits for the next look."""
    jarvis = jarvis_model_only
    jarvis.ollama.faults.set(Kind.RUNNER_DIED, path="/api/chat")
    reachable = shown(jarvis, "binary_sensor").entity_id
    changes = async_capture_events(jarvis.hass, EVENT_STATE_CHANGED)

    await jarvis.say("Sing me something")

    # Who looks at the endpoint right after that finds it well again.
    first = next(
        one.data["new_state"] for one in changes if one.data["entity_id"] == reachable
    )
    assert first
    assert first.state == "off"
    assert first.attributes["failure"] == "server_error"


async def test_unknown_until_it_was_asked(
    home: HomeAssistant, ollama: ScriptedOllama
) -> None:
    """Nothing is claimed of an endpoint that has not answered anything yet."""
    ollama.faults.set(Kind.STALL, path="/api/version")
    entry = await async_settle(home, [ollama.url], {"model": MODEL})

    assert shown(Jarvis(home, entry, ollama), "binary_sensor").state == "unknown"
    await home.config_entries.async_unload(entry.entry_id)


async def test_an_endpoint_leaves_and_another_comes(
    jarvis: Jarvis, spare: ScriptedOllama
) -> None:
    """Devices and entities follow the settings without a restart."""
    hass, entry = jarvis.hass, jarvis.entry
    data = {"endpoints": [{"url": jarvis.ollama.url}, {"url": spare.url}]}
    hass.config_entries.async_update_entry(entry, data=data)
    await async_idle(entry, hass)
    both = device_names(hass, entry)

    hass.config_entries.async_update_entry(
        entry, data={"endpoints": [{"url": spare.url}]}
    )
    await async_idle(entry, hass)

    assert both == {
        "Jarvis",
        name_of(jarvis.ollama),
        name_of(spare),
    }
    assert device_names(hass, entry) == {
        "Jarvis",
        name_of(spare),
    }
    assert shown(jarvis, "binary_sensor").state == "on"


async def test_an_endpoint_left_while_jarvis_was_not_loaded(
    jarvis: Jarvis, spare: ScriptedOllama
) -> None:
    """Its device and its entities are gone when Jarvis is back; others are not."""
    hass, entry = jarvis.hass, jarvis.entry
    assert await hass.config_entries.async_unload(entry.entry_id)
    hass.config_entries.async_update_entry(
        entry, data={"endpoints": [{"url": spare.url}]}
    )

    assert await hass.config_entries.async_setup(entry.entry_id)
    await async_idle(entry, hass)

    assert device_names(hass, entry) == {
        "Jarvis",
        name_of(spare),
    }
    assert shown(jarvis, "binary_sensor").state == "on"


# Agents


async def test_sensors_after_a_turn(jarvis: Jarvis) -> None:
    """Model and times are those of the newest turn that a model answered."""
    before = shown(jarvis, "sensor", "_model").state
    jarvis.ollama.script = load_script([{"say": "Hello there."}])

    await jarvis.say("Tell me a story")

    assert before == "unknown"
    assert shown(jarvis, "sensor", "_model").state == MODEL
    word = shown(jarvis, "sensor", "_first_word")
    assert float(word.state) > 0
    assert word.attributes["unit_of_measurement"] == "s"
    prompt = shown(jarvis, "sensor", "_prompt")
    cost = jarvis.ollama.costs[-1]
    assert float(prompt.state) == pytest.approx(cost.processed * 0.0002)

    await jarvis.say("Turn on the bedroom light")
    assert shown(jarvis, "sensor", "_model").state == MODEL
    assert shown(jarvis, "sensor", "_first_word").state == word.state


@pytest.mark.parametrize("fails", [False, True])
async def test_event_of_a_turn(jarvis: Jarvis, fails: bool) -> None:
    """Entity and bus tell how it went, and none of the words that were said."""
    secret, answer = "My code is 4711 heliotrope", "Your heliotrope is safe with me."
    if fails:
        jarvis.ollama.faults.set(Kind.RUNNER_DIED)
    jarvis.ollama.script = load_script(
        [{"round": 0, "call": [COFFEE]}, {"say": answer}]
    )
    heard = async_capture_events(jarvis.hass, EVENT_TURN)

    reply = await jarvis.say(secret)

    (event,) = heard
    state = shown(jarvis, "event", "_turn")
    assert state.attributes["event_type"] == ("none" if fails else "model")
    told = dict(event.data)
    assert {key: state.attributes[key] for key in told} == told
    assert told["agent_id"] == jarvis.agent_id
    assert told["error"] == ("server_error" if fails else None)
    assert (told["understood"], told["rounds"]) == (
        ("none", 1) if fails else ("model", 2)
    )
    if not fails:
        assert told["endpoint"] == f"127.0.0.1:{jarvis.ollama.port}"
        assert [name.rpartition("__")[2] for name in told["tools"]] == ["HassTurnOn"]
    everything = json.dumps([told, dict(state.attributes)], default=str)
    for word in ("4711", "heliotrope", "safe", "coffee machine", reply.speech):
        assert word not in everything


async def test_event_of_what_is_understood_locally(jarvis: Jarvis) -> None:
    """Each turn is told, in order, with its kind."""
    heard = async_capture_events(jarvis.hass, EVENT_TURN)

    await jarvis.say("Allume la lumière de la chambre")

    (event,) = heard
    told = dict(event.data)
    assert (told["understood"], told["language"]) == ("local", "fr")
    assert (told["model"], told["rounds"], told["tools"]) == (None, 0, [])
    assert shown(jarvis, "event", "_turn").attributes["event_type"] == "local"


async def test_agents_are_told_apart(jarvis_model_only: Jarvis) -> None:
    """A turn of one agent changes nothing of another."""
    jarvis = jarvis_model_only
    walk = await Walk.agent(jarvis.hass, jarvis.entry)
    await walk.fill(name="Marvin", model=MODEL)
    await jarvis.hass.async_block_till_done()
    jarvis.ollama.script = load_script([{"say": "Hello."}])
    heard = async_capture_events(jarvis.hass, EVENT_TURN)

    await jarvis.say("Hello")

    model = jarvis.hass.states.get("sensor.marvin_model_of_the_last_answer")
    turn = jarvis.hass.states.get("event.marvin_turn")
    assert model
    assert model.state == "unknown"
    assert turn
    assert turn.state == "unknown"
    assert len(heard) == 1


async def test_an_agent_comes_and_goes(jarvis: Jarvis) -> None:
    """All its entities appear while Jarvis runs, and go with it."""
    hass, entry = jarvis.hass, jarvis.entry
    before = set(hass.states.async_entity_ids())
    walk = await Walk.agent(hass, entry)
    await walk.fill(name="Marvin", model=MODEL)
    await hass.async_block_till_done()
    there = entities_named(hass, "marvin")
    devices = device_names(hass, entry)

    (_, added) = entry.subentries
    hass.config_entries.async_remove_subentry(entry, added)
    await hass.async_block_till_done()

    assert there == {"conversation", "sensor", "event"}
    assert "Marvin" in devices
    assert set(hass.states.async_entity_ids()) == before
    assert "Marvin" not in device_names(hass, entry)


async def test_many_agents_come_at_once(jarvis: Jarvis) -> None:
    """Each is added once, however fast they come."""
    hass, entry = jarvis.hass, jarvis.entry
    walks = [await Walk.agent(hass, entry) for _ in range(4)]

    await asyncio.gather(
        *(walk.fill(name=f"Marvin {n}", model=MODEL) for n, walk in enumerate(walks))
    )
    await hass.async_block_till_done()

    agents = [
        one for one in hass.states.async_entity_ids("conversation") if "marvin" in one
    ]
    assert sorted(agents) == [f"conversation.marvin_{n}" for n in range(4)]
