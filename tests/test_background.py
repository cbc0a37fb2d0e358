"""While nobody speaks: endpoints are watched, models are examined and warm."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
import logging
from typing import Any

from ollama import Message
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.jarvis.background import SETTLE
from custom_components.jarvis.const import (
    CONF_ENDPOINTS,
    CONF_KEEP_ALIVE,
    CONF_MODEL,
    CONF_PREFER_LOCAL,
    CONF_REASONING_MODEL,
    CONF_URL,
    SUBENTRY_CONVERSATION,
)
from custom_components.jarvis.ollama.endpoint import ChatRequest
from custom_components.jarvis.runtime import agents
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.util import dt as dt_util

from .conftest import MODEL, async_prepared, async_settle
from .house import Jarvis
from .ollama_server import Kind, ScriptedOllama, load_script

AGENT = {CONF_MODEL: MODEL, CONF_PREFER_LOCAL: False}
ENDLESS = [{"say": [f"word{number} " for number in range(100)], "delay": 0.01}]


@pytest.fixture
async def jarvis(home: HomeAssistant, ollama: ScriptedOllama) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis whose model is examined and warm."""
    entry = await async_settle(home, [ollama.url], AGENT)
    await async_prepared(entry, ollama)
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


def rendered(ollama: ScriptedOllama) -> list[dict[str, Any]]:
    """Return what an endpoint was asked only to render."""
    return [body for body in ollama.chats if "_debug_render_only" in body]


def warmed(ollama: ScriptedOllama) -> list[dict[str, Any]]:
    """Return what an endpoint was asked only to read."""
    return [body for body in ollama.chats if _num_predict(body) == 1]


def tried(ollama: ScriptedOllama) -> list[dict[str, Any]]:
    """Return the trials of a tool."""
    return [body for body in ollama.chats if _num_predict(body) == 200]


def _num_predict(body: dict[str, Any]) -> int | None:
    number: int | None = body["options"].get("num_predict")
    return number


async def pass_by(jarvis: Jarvis, seconds: float) -> None:
    """Let time pass, and what it brings be done."""
    later = dt_util.utcnow() + timedelta(seconds=seconds)
    async_fire_time_changed(jarvis.hass, later)
    await done(jarvis)


async def done(jarvis: Jarvis) -> None:
    """Wait for what was begun."""
    await jarvis.hass.async_block_till_done()
    await jarvis.entry.runtime_data.background.async_prepared()


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(1000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError


def set_endpoints(jarvis: Jarvis, *endpoints: dict[str, Any]) -> None:
    """Change the endpoints as the owner does."""
    data = {CONF_ENDPOINTS: list(endpoints)}
    jarvis.hass.config_entries.async_update_entry(jarvis.entry, data=data)


# At the start


async def test_at_the_start(home: HomeAssistant, ollama: ScriptedOllama) -> None:
    """The model is examined, tried once, and has read the beginning of the prompt."""
    entry = await async_settle(home, [ollama.url], AGENT)
    await entry.runtime_data.background.async_prepared()

    assert len(rendered(ollama)) == 3
    assert len(tried(ollama)) == 1
    (warm,) = warmed(ollama)
    assert [message["role"] for message in warm["messages"]] == ["system", "user"]
    assert "Lumière du salon" in warm["messages"][0]["content"]
    found = entry.runtime_data.preflight(MODEL)
    assert found
    assert found.capabilities == {"completion", "tools"}
    assert found.calls_tools is True
    await home.config_entries.async_unload(entry.entry_id)


async def test_nothing_is_done_twice(jarvis: Jarvis) -> None:
    """What the start found is not looked for again when the house has settled."""
    await pass_by(jarvis, SETTLE + 1)

    assert not jarvis.ollama.chats


async def test_every_role_is_examined(
    home: HomeAssistant, ollama: ScriptedOllama
) -> None:
    """The large model is known, but only the everyday one is kept warm."""
    ollama.models.install("big:70b")
    agent = {**AGENT, CONF_REASONING_MODEL: "big:70b"}
    entry = await async_settle(home, [ollama.url], agent)
    await entry.runtime_data.background.async_prepared()

    assert {body["model"] for body in rendered(ollama)} == {MODEL, "big:70b"}
    assert {body["model"] for body in warmed(ollama) + tried(ollama)} == {MODEL}
    assert entry.runtime_data.preflight("big:70b")
    await home.config_entries.async_unload(entry.entry_id)


async def test_an_endpoint_that_was_down_at_the_start(
    home: HomeAssistant, ollama: ScriptedOllama
) -> None:
    """Once it is there the model is examined and warmed."""
    ollama.faults.set(Kind.DOWN)
    entry = await async_settle(home, [ollama.url], AGENT)
    jarvis = Jarvis(home, entry, ollama)
    await done(jarvis)
    assert not entry.runtime_data.preflights

    ollama.faults.clear()
    await entry.runtime_data.endpoints.watches[0].async_look()
    await pass_by(jarvis, SETTLE + 1)

    assert entry.runtime_data.preflight(MODEL)
    assert len(warmed(ollama)) == 1
    await home.config_entries.async_unload(entry.entry_id)


# Changes


async def test_once_the_house_has_settled(jarvis: Jarvis) -> None:
    """Many changes make the model read the new prompt once, after the last."""
    for entity_id in ("light.salon", "light.cuisine", "light.chambre"):
        async_expose_entity(jarvis.hass, "conversation", entity_id, False)
        await pass_by(jarvis, SETTLE - 1)
    assert not jarvis.ollama.chats

    await pass_by(jarvis, SETTLE + 1)

    (warm,) = warmed(jarvis.ollama)
    assert "Lumière" not in warm["messages"][0]["content"]
    assert not tried(jarvis.ollama)


async def test_a_new_name(jarvis: Jarvis) -> None:
    """A room that is called otherwise is read under its new name."""
    areas = ar.async_get(jarvis.hass)
    area = areas.async_get_area_by_name("Cuisine")
    assert area
    areas.async_update(area.id, name="Atelier")

    await pass_by(jarvis, SETTLE + 1)

    (warm,) = warmed(jarvis.ollama)
    assert "Atelier" in warm["messages"][0]["content"]


async def test_a_state_is_no_change(jarvis: Jarvis) -> None:
    """What changes all the time makes nobody read anything."""
    await jarvis.hass.services.async_call(
        "light", "turn_on", {"entity_id": "light.salon"}, blocking=True
    )
    await pass_by(jarvis, SETTLE + 1)

    assert not jarvis.ollama.chats


async def test_the_model_was_unloaded(jarvis: Jarvis) -> None:
    """A model that is to stay in memory is brought back and warm."""
    jarvis.ollama.models.unload(MODEL)
    await jarvis.entry.runtime_data.endpoints.watches[0].async_look()
    await pass_by(jarvis, SETTLE + 1)

    assert len(warmed(jarvis.ollama)) == 1
    assert jarvis.ollama.models.as_ps()["models"]


async def test_a_model_that_need_not_stay(
    home: HomeAssistant, ollama: ScriptedOllama
) -> None:
    """Where the owner lets it be unloaded, nothing is done about it."""
    agent = {**AGENT, CONF_KEEP_ALIVE: 300}
    entry = await async_settle(home, [ollama.url], agent)
    await async_prepared(entry, ollama)
    jarvis = Jarvis(home, entry, ollama)

    ollama.models.unload(MODEL)
    await entry.runtime_data.endpoints.watches[0].async_look()
    await pass_by(jarvis, SETTLE + 1)

    assert not ollama.chats
    await home.config_entries.async_unload(entry.entry_id)


async def test_at_midnight(jarvis: Jarvis) -> None:
    """Templates may hold the date: the prompt is read with the new one."""
    midnight = dt_util.start_of_local_day(dt_util.now() + timedelta(days=1))

    async_fire_time_changed(jarvis.hass, midnight + timedelta(seconds=6))
    await jarvis.hass.async_block_till_done()

    await until(lambda: len(warmed(jarvis.ollama)) == 1)
    assert not rendered(jarvis.ollama)


async def test_people_first(jarvis: Jarvis) -> None:
    """While somebody is answered nothing is warmed; the reply is not disturbed."""
    jarvis.ollama.script = load_script(ENDLESS)
    turn = asyncio.create_task(jarvis.say("Tell me a story"))
    await until(lambda: bool(jarvis.ollama.chats))
    jarvis.entry.runtime_data.background.async_prepare()
    await until(lambda: len(rendered(jarvis.ollama)) == 3)
    assert not warmed(jarvis.ollama)

    reply = await turn
    assert reply.speech.endswith("word99")
    await done(jarvis)
    assert len(warmed(jarvis.ollama)) == 1


async def test_after_a_task(jarvis: Jarvis) -> None:
    """What a task pushed out is read again when there are no more tasks for a while."""
    request = ChatRequest(model=MODEL, messages=[Message(role="user", content="Hm")])
    for _task in range(2):
        async for _part in jarvis.entry.runtime_data.endpoints.chat(request):
            pass
        await pass_by(jarvis, SETTLE - 1)
    assert not warmed(jarvis.ollama)

    await pass_by(jarvis, SETTLE + 1)
    await until(lambda: len(warmed(jarvis.ollama)) == 1)
    assert not rendered(jarvis.ollama)


async def test_after_a_turn(jarvis: Jarvis) -> None:
    """A turn has read the prompt itself."""
    await jarvis.say("Hello")
    await pass_by(jarvis, SETTLE + 1)

    assert not warmed(jarvis.ollama)


# Endpoints come, stay and go


async def test_an_endpoint_joins(jarvis: Jarvis, spare: ScriptedOllama) -> None:
    """The entry stays as it is; the newcomer is examined."""
    runtime = jarvis.entry.runtime_data
    (before,) = runtime.endpoints

    set_endpoints(jarvis, {CONF_URL: jarvis.ollama.url}, {CONF_URL: spare.url})
    await done(jarvis)

    assert jarvis.entry.state is ConfigEntryState.LOADED
    assert jarvis.entry.runtime_data is runtime
    kept, new = runtime.endpoints
    assert kept is before
    assert (new.name, MODEL) in runtime.preflights
    assert not warmed(spare)


async def test_the_order_changes(jarvis: Jarvis, spare: ScriptedOllama) -> None:
    """Who is first now is asked first, and is warm."""
    one, two = {CONF_URL: jarvis.ollama.url}, {CONF_URL: spare.url}
    set_endpoints(jarvis, one, two)
    await done(jarvis)
    spare.script = load_script([{"say": "I am the second."}])

    set_endpoints(jarvis, two, one)
    await done(jarvis)

    assert len(warmed(spare)) == 1
    assert (await jarvis.say("Who are you")).speech == "I am the second."


@pytest.mark.parametrize("change", ["leaves", "changes"])
async def test_a_running_turn_is_not_broken(jarvis: Jarvis, change: str) -> None:
    """An endpoint that leaves, or gets a token, ends its turn before it is closed."""
    jarvis.ollama.script = load_script(ENDLESS)
    (endpoint,) = jarvis.entry.runtime_data.endpoints
    turn = asyncio.create_task(jarvis.say("Tell me a story"))
    await until(lambda: bool(jarvis.ollama.chats))

    if change == "leaves":
        set_endpoints(jarvis)
    else:
        set_endpoints(jarvis, {CONF_URL: jarvis.ollama.url, "token": "new"})
    await jarvis.hass.async_block_till_done()

    assert not endpoint._http.is_closed
    reply = await turn
    assert (reply.error, reply.speech[-6:]) == (None, "word99")
    await until(lambda: endpoint._http.is_closed)
    assert endpoint not in list(jarvis.entry.runtime_data.endpoints)


async def test_credentials_change(jarvis: Jarvis) -> None:
    """The next words go out with the new credentials, and no entity is lost."""
    entity_ids = jarvis.hass.states.async_entity_ids("binary_sensor")
    jarvis.ollama.auth = "new"
    jarvis.ollama.script = load_script([{"say": "Welcome back."}])

    set_endpoints(jarvis, {CONF_URL: jarvis.ollama.url, "token": "new"})
    await done(jarvis)

    assert (await jarvis.say("Hello")).speech == "Welcome back."
    assert jarvis.hass.states.async_entity_ids("binary_sensor") == entity_ids
    (entity_id,) = [one for one in entity_ids if "ollama" in one]
    state = jarvis.hass.states.get(entity_id)
    assert state
    assert state.state == "on"
    jarvis.ollama.faults.set(Kind.DOWN)
    await jarvis.entry.runtime_data.endpoints.watches[0].async_look()
    state = jarvis.hass.states.get(entity_id)
    assert state
    assert state.state == "off"


async def test_a_download_ends_before_its_endpoint(
    jarvis: Jarvis, spare: ScriptedOllama
) -> None:
    """What an endpoint that leaves is still downloading is not broken off."""
    jarvis.ollama.faults.set(Kind.STALL, path="/api/pull", after=3, seconds=0.2)
    (endpoint,) = jarvis.entry.runtime_data.endpoints
    _pull, task = jarvis.entry.runtime_data.pulls.pull(endpoint, "gemma4:26b")
    await until(lambda: "/api/pull" in [one.path for one in jarvis.ollama.requests])

    set_endpoints(jarvis, {CONF_URL: spare.url})
    await jarvis.hass.async_block_till_done()
    assert not endpoint._http.is_closed

    await task
    assert jarvis.ollama.models.find("gemma4:26b")
    await until(lambda: endpoint._http.is_closed)


async def test_unload_while_all_is_busy(
    home: HomeAssistant, ollama: ScriptedOllama, caplog: pytest.LogCaptureFixture
) -> None:
    """An entry that ends takes its work with it, without a word in the log."""
    ollama.script = load_script(ENDLESS)
    entry: MockConfigEntry = await async_settle(home, [ollama.url], AGENT)
    await until(lambda: bool(tried(ollama)))
    entry.runtime_data.background.async_warm(*agents(entry, SUBENTRY_CONVERSATION))

    assert await home.config_entries.async_unload(entry.entry_id)
    await home.async_block_till_done()

    assert not [
        one
        for one in caplog.records
        if "jarvis" in one.name + one.getMessage() and one.levelno >= logging.WARNING
    ]
