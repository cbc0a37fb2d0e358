"""Jarvis comes, changes and goes: with Ollama or without, with agents or without."""

import asyncio
from types import MappingProxyType
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jarvis.const import DOMAIN, SUBENTRY_CONVERSATION
from homeassistant.components.conversation import async_converse
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigEntryDisabler,
    ConfigEntryState,
    ConfigSubentry,
    ConfigSubentryData,
)
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)

from .conftest import MODEL, async_settle
from .house import Jarvis
from .idle import async_idle
from .ollama_server import Kind, ScriptedOllama, load_script
from .walk import Walk


@pytest.mark.parametrize("kind", [Kind.DOWN, Kind.HTML, Kind.UNAUTHORIZED, Kind.STALL])
async def test_set_up_while_ollama_is_not_well(
    home: HomeAssistant, ollama: ScriptedOllama, kind: Kind
) -> None:
    """What is understood locally is done; with Ollama back the rest is, too."""
    ollama.faults.set(kind)
    entry = await async_settle(home, [ollama.url], {"model": MODEL})
    jarvis = Jarvis(home, entry, ollama)

    assert entry.state is ConfigEntryState.LOADED
    reply = await jarvis.say("Turn on the bedroom light")
    assert (reply.error, reply.meta["understood"]) == (None, "local")
    assert jarvis.states()["light.chambre"] == "on"

    ollama.faults.clear()
    ollama.script = load_script([{"say": "Here I am."}])
    assert (await jarvis.say("Tell me a story")).speech == "Here I am."


async def test_what_is_not_well_is_logged(
    home: HomeAssistant, ollama: ScriptedOllama, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says of which endpoint, and never shows what lets Jarvis in."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        data={"endpoints": [{"url": ollama.url, "token": "a wrong secret"}]},
    )
    entry.add_to_hass(home)
    ollama.auth = "a secret"

    assert await home.config_entries.async_setup(entry.entry_id)
    await async_idle(entry, home)

    told = [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components.jarvis")
    ]
    assert [line for line in told if f"127.0.0.1:{ollama.port}" in line]
    assert "secret" not in "".join(told)


async def test_unload(jarvis_model_only: Jarvis) -> None:
    """Nothing is left: no connection, no agent, no task."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script([{"say": "Here I am."}])
    await jarvis.say("Hello")
    endpoints = list(jarvis.entry.runtime_data.endpoints)

    assert await jarvis.hass.config_entries.async_unload(jarvis.entry.entry_id)
    await jarvis.hass.async_block_till_done()

    assert all(endpoint._http.is_closed for endpoint in endpoints)
    state = jarvis.hass.states.get(jarvis.agent_id)
    assert state
    assert state.state == STATE_UNAVAILABLE
    assert not list(jarvis.entry.async_get_active_flows(jarvis.hass, {"reauth"}))


async def test_remove(home: HomeAssistant, ollama: ScriptedOllama) -> None:
    """Who removes Jarvis finds neither entities nor devices of it."""
    entry = await async_settle(home, [ollama.url], {"model": MODEL})

    await home.config_entries.async_remove(entry.entry_id)
    await home.async_block_till_done()

    entry_id = entry.entry_id
    assert not er.async_entries_for_config_entry(er.async_get(home), entry_id)
    assert not dr.async_entries_for_config_entry(dr.async_get(home), entry_id)
    assert home.states.async_entity_ids("conversation") == [
        "conversation.home_assistant"
    ]


@pytest.mark.parametrize("way", ["remove", "unload and remove", "disable"])
async def test_nothing_is_left_to_be_mended(
    home: HomeAssistant, ollama: ScriptedOllama, way: str
) -> None:
    """Repairs go with Jarvis; what is only loaded anew keeps them."""
    entry = await async_settle(home, [ollama.url], {"model": "missing:1b"})
    await async_idle(entry, home)
    assert repairs(home) == ["model_missing"]
    if way != "remove":
        await home.config_entries.async_unload(entry.entry_id)
        assert repairs(home) == ["model_missing"]

    if way == "disable":
        await home.config_entries.async_setup(entry.entry_id)
        user = ConfigEntryDisabler.USER
        await home.config_entries.async_set_disabled_by(entry.entry_id, user)
    else:
        await home.config_entries.async_remove(entry.entry_id)

    assert not repairs(home)


def repairs(hass: HomeAssistant) -> list[str | None]:
    """Return what Jarvis shows to be mended."""
    issues = ir.async_get(hass).issues.values()
    return [issue.translation_key for issue in issues if issue.domain == DOMAIN]


async def test_changed_settings_apply_at_once(
    jarvis_model_only: Jarvis, spare: ScriptedOllama
) -> None:
    """The next words meet the new settings; what was connected before is closed."""
    jarvis = jarvis_model_only
    spare.script = load_script([{"say": "I am the new one."}])
    old = list(jarvis.entry.runtime_data.endpoints)

    jarvis.hass.config_entries.async_update_entry(
        jarvis.entry, data={"endpoints": [{"url": spare.url}]}
    )
    await async_idle(jarvis.entry, jarvis.hass)

    assert (await jarvis.say("Hello")).speech == "I am the new one."
    async with asyncio.timeout(5):
        while not all(endpoint._http.is_closed for endpoint in old):
            await asyncio.sleep(0.01)


async def test_without_endpoints(jarvis_alone: Jarvis) -> None:
    """Without any endpoint Jarvis acts locally and says what it lacks."""
    jarvis = jarvis_alone
    assert (await jarvis.say("Turn on the bedroom light")).error is None
    assert jarvis.states()["light.chambre"] == "on"
    assert (await jarvis.say("Tell me a story")).error == "not_understood"
    assert not jarvis.ollama.requests


async def test_model_without_endpoints(
    home: HomeAssistant, ollama: ScriptedOllama
) -> None:
    """An agent whose endpoints were all removed is as one without a model."""
    entry = await async_settle(home, [], {"model": MODEL, "prefer_local": False})
    jarvis = Jarvis(home, entry, ollama)
    assert (await jarvis.say("Turn on the bedroom light")).error is None
    assert (await jarvis.say("Tell me a story")).error == "not_understood"


@pytest.mark.parametrize("names", [[], ["Jarvis"], ["Jarvis", "Marvin"]])
async def test_agents(
    home: HomeAssistant, ollama: ScriptedOllama, names: list[str]
) -> None:
    """Every agent has an entity and a device of its own, under its own name."""
    entry = await async_settle_agents(home, ollama, names)

    assert entry.state is ConfigEntryState.LOADED
    found = agents_of(home, entry)
    assert {one.entity_id: one.unique_id for one in found} == {
        f"conversation.{subentry.title.lower()}": subentry.subentry_id
        for subentry in entry.subentries.values()
    }
    assert {one.config_subentry_id for one in found} == set(entry.subentries)
    devices = [device_of(home, one) for one in found]
    assert sorted(device.name or "" for device in devices) == names


async def test_agents_are_told_apart(
    home: HomeAssistant, ollama: ScriptedOllama
) -> None:
    """Each agent asks its own model as its own person."""
    entry = await async_settle_agents(home, ollama, ["Jarvis", "Marvin"])
    ollama.script = load_script(
        [
            {"prompt": "You are Marvin", "say": "Life. Do not talk to me about life."},
            {"say": "At your service."},
        ]
    )

    said = {
        agent: (
            await async_converse(home, "Hello", None, Context(), "en", agent)
        ).response.speech["plain"]
        for agent in ("conversation.jarvis", "conversation.marvin")
    }

    assert {agent: plain["speech"] for agent, plain in said.items()} == {
        "conversation.jarvis": "At your service.",
        "conversation.marvin": "Life. Do not talk to me about life.",
    }
    asked = [
        chat["model"]
        for chat in ollama.chats
        if str(chat["messages"][-1]["content"]).endswith("Hello")
    ]
    assert asked == [MODEL, "marvin:latest"]
    assert len(entry.subentries) == 2


async def test_agent_is_added_and_removed(jarvis_model_only: Jarvis) -> None:
    """A new agent is there at once, and gone at once when its owner removes it."""
    jarvis = jarvis_model_only
    walk = await Walk.agent(jarvis.hass, jarvis.entry)
    await walk.fill(name="Marvin", model=MODEL)
    await jarvis.hass.async_block_till_done()
    assert jarvis.hass.states.get("conversation.marvin")

    (_, added) = jarvis.entry.subentries
    jarvis.hass.config_entries.async_remove_subentry(jarvis.entry, added)
    await jarvis.hass.async_block_till_done()

    assert jarvis.hass.states.get("conversation.marvin") is None
    assert jarvis.hass.states.get(jarvis.agent_id)
    devices = dr.async_entries_for_config_entry(
        dr.async_get(jarvis.hass), jarvis.entry.entry_id
    )
    assert "Marvin" not in [device.name for device in devices]


async def test_foreign_subentry(home: HomeAssistant, ollama: ScriptedOllama) -> None:
    """What a newer Jarvis may have added is left alone."""
    entry = await async_settle(home, [ollama.url], {"model": MODEL})
    later = ConfigSubentry(
        data=MappingProxyType({}), subentry_type="later", title="Later", unique_id=None
    )
    home.config_entries.async_add_subentry(entry, later)
    await home.async_block_till_done()

    assert entry.state is ConfigEntryState.LOADED
    assert len(agents_of(home, entry)) == 1


def agents_of(hass: HomeAssistant, entry: ConfigEntry) -> list[er.RegistryEntry]:
    """Return the entities of an entry that people talk to."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return [entity for entity in entities if entity.domain == "conversation"]


def device_of(
    hass: HomeAssistant, entity: er.RegistryEntry
) -> dr.DeviceEntry | dr.ChildDeviceEntry:
    """Return the device of an entity."""
    assert entity.device_id
    device = dr.async_get(hass).async_get(entity.device_id)
    assert device
    return device


async def async_settle_agents(
    hass: HomeAssistant, ollama: ScriptedOllama, names: list[str]
) -> MockConfigEntry:
    """Set up Jarvis with agents, each with a model and a persona of its name."""

    def settings(name: str) -> dict[str, Any]:
        if name == "Jarvis":
            return {"model": MODEL}
        ollama.models.install(name.lower())
        return {"model": f"{name.lower()}:latest", "prompt": f"You are {name}."}

    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Jarvis",
        data={"endpoints": [{"url": ollama.url}]},
        subentries_data=[
            ConfigSubentryData(
                data={"prefer_local": False, **settings(name)},
                subentry_type=SUBENTRY_CONVERSATION,
                title=name,
                unique_id=None,
            )
            for name in names
        ],
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry
