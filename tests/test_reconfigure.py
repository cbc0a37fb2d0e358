"""An owner changes the endpoints: adds, changes, orders and removes them."""

from collections.abc import Sequence
from typing import Any

import pytest

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant

from .conftest import MODEL, async_settle
from .house import Jarvis
from .idle import async_idle
from .ollama_server import Kind, ScriptedOllama, load_script
from .walk import Walk


async def test_add(
    bare: HomeAssistant, ollama: ScriptedOllama, spare: ScriptedOllama
) -> None:
    """Another endpoint stands behind the others, with what lets Jarvis in."""
    spare.auth = "a secret"
    entry = await async_settle(bare, [ollama.url], {"model": MODEL})

    walk = await (await Walk.reconfigure(bare, entry)).choose("add_endpoint")
    walk = await walk.fill(url=spare.url)
    assert walk.errors == {"base": "unauthorized"}
    walk = await walk.fill(token="a secret")
    await bare.async_block_till_done()

    assert walk.ended == "reconfigure_successful"
    assert kept(entry) == [
        {"url": ollama.url, "verify_ssl": True},
        {"url": spare.url, "verify_ssl": True, "token": "a secret"},
    ]
    assert in_use(entry) == [ollama.url, spare.url]


async def test_first_endpoint_gives_models(
    jarvis_alone: Jarvis, ollama: ScriptedOllama
) -> None:
    """Who began without a model talks to one as soon as there is an endpoint."""
    jarvis = jarvis_alone
    ollama.script = load_script([{"say": "I am fully awake."}])
    assert (await jarvis.say("Tell me a story")).error == "not_understood"

    walk = await Walk.reconfigure(jarvis.hass, jarvis.entry)
    assert walk.result["menu_options"] == ["add_endpoint", "add_speech"]
    await (await walk.choose("add_endpoint")).fill(url=ollama.url)
    await jarvis.hass.async_block_till_done()

    assert (await jarvis.say("Tell me a story")).speech == "I am fully awake."
    assert ollama.chats[-1]["model"] == MODEL


async def test_agents_keep_their_models(
    bare: HomeAssistant, ollama: ScriptedOllama, spare: ScriptedOllama
) -> None:
    """An agent that has a model is given no other."""
    spare.models.install("gemma4:12b")
    entry = await async_settle(bare, [ollama.url], {"model": MODEL})

    walk = await (await Walk.reconfigure(bare, entry)).choose("add_endpoint")
    await walk.fill(url=spare.url)
    await bare.async_block_till_done()

    assert [agent.data["model"] for agent in entry.subentries.values()] == [MODEL]


@pytest.mark.parametrize("shape", ["{url}", "{url}/", "{host}"])
async def test_no_endpoint_twice(
    bare: HomeAssistant, ollama: ScriptedOllama, spare: ScriptedOllama, shape: str
) -> None:
    """An endpoint that is in the list is refused, however its address is written."""
    entry = await async_settle(bare, [ollama.url], {"model": MODEL})
    host = ollama.url.removeprefix("http://")

    walk = await (await Walk.reconfigure(bare, entry)).choose("add_endpoint")
    walk = await walk.fill(url=shape.format(url=ollama.url, host=host))
    assert walk.errors == {"url": "already_configured"}
    walk = await walk.fill(url=spare.url)
    await bare.async_block_till_done()

    assert walk.ended == "reconfigure_successful"
    assert in_use(entry) == [ollama.url, spare.url]


async def test_names_of_hosts_are_the_same_in_capitals(
    bare: HomeAssistant, spare: ScriptedOllama
) -> None:
    """Also an address that was kept in capitals is known again."""
    entry = await async_settle(bare, ["http://NAS:11434"], {})

    walk = await (await Walk.reconfigure(bare, entry)).choose("add_endpoint")
    walk = await walk.fill(url="http://nas:11434")

    assert walk.errors == {"url": "already_configured"}
    await walk.fill(url=spare.url)
    await bare.async_block_till_done()
    assert in_use(entry) == ["http://NAS:11434", spare.url]


async def test_change_the_only_one(
    bare: HomeAssistant, ollama: ScriptedOllama, spare: ScriptedOllama
) -> None:
    """With one endpoint there is nothing to choose; what it has is shown."""
    entry = await async_settle(bare, [ollama.url], {"model": MODEL})
    spare.faults.set(Kind.DOWN)

    walk = await (await Walk.reconfigure(bare, entry)).choose("change_endpoint")
    assert walk.step == "changed_endpoint"
    assert walk.suggested == {"url": ollama.url, "verify_ssl": True}
    walk = await walk.fill(url=spare.url)
    assert walk.errors == {"base": "unreachable"}
    assert walk.suggested["url"] == spare.url
    assert in_use(entry) == [ollama.url]

    spare.faults.clear()
    walk = await walk.fill()
    await bare.async_block_till_done()

    assert walk.ended == "reconfigure_successful"
    assert in_use(entry) == [spare.url]


@pytest.mark.parametrize("position", [0, 1])
async def test_change_one_of_two(
    bare: HomeAssistant, ollama: ScriptedOllama, spare: ScriptedOllama, position: int
) -> None:
    """The chosen endpoint changes in its place and the other stays as it is."""
    urls = [ollama.url, spare.url]
    changed = (ollama, spare)[position]
    changed.auth = ("me", "a word")
    entry = await async_settle(bare, urls, {"model": MODEL})
    await async_idle(entry, bare)
    login = {"username": "me", "password": "a word"}

    walk = await (await Walk.reconfigure(bare, entry)).choose("change_endpoint")
    assert walk.options("url") == urls
    walk = await walk.fill(url=changed.url)
    # The other's address is taken; its own is not.
    taken = await walk.fill(url=urls[1 - position])
    assert taken.errors == {"url": "already_configured"}
    walk = await taken.fill(url=changed.url, **login)
    await bare.async_block_till_done()

    assert walk.ended == "reconfigure_successful"
    expected: list[dict[str, Any]] = [{"url": url, "verify_ssl": True} for url in urls]
    expected[position] |= login
    assert kept(entry) == expected
    assert in_use(entry) == urls


async def test_credentials_can_be_taken_away(
    bare: HomeAssistant, ollama: ScriptedOllama
) -> None:
    """What is emptied in the form is not kept."""
    entry = await async_settle(bare, [ollama.url], {"model": MODEL})
    walk = await (await Walk.reconfigure(bare, entry)).choose("change_endpoint")
    await walk.fill(token="a secret")
    await bare.async_block_till_done()
    assert kept(entry)[0]["token"] == "a secret"

    walk = await (await Walk.reconfigure(bare, entry)).choose("change_endpoint")
    assert walk.suggested["token"] == "a secret"
    await walk.fill_only(url=ollama.url, verify_ssl=True)
    await bare.async_block_till_done()

    assert kept(entry) == [{"url": ollama.url, "verify_ssl": True}]


@pytest.mark.parametrize(
    "wanted", [(1, 0), (0,), (1,), ()], ids=["turned", "first", "second", "none"]
)
async def test_order_and_remove(
    bare: HomeAssistant,
    ollama: ScriptedOllama,
    spare: ScriptedOllama,
    wanted: Sequence[int],
) -> None:
    """Endpoints are asked in the order that was chosen; what was left out is gone."""
    urls = [ollama.url, spare.url]
    entry = await async_settle(bare, urls, {"model": MODEL})

    walk = await (await Walk.reconfigure(bare, entry)).choose("order_endpoints")
    assert walk.defaults == {"endpoints": urls}
    walk = await walk.fill(endpoints=[urls[index] for index in wanted])
    await bare.async_block_till_done()

    assert walk.ended == "reconfigure_successful"
    assert in_use(entry) == [urls[index] for index in wanted]
    assert [one["url"] for one in kept(entry)] == in_use(entry)
    assert entry.state is ConfigEntryState.LOADED


async def test_new_order_is_the_order_of_asking(
    jarvis_model_only: Jarvis, spare: ScriptedOllama
) -> None:
    """The next words go to the endpoint that is now the first."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script([{"say": "I am the first."}])
    spare.script = load_script([{"say": "I am the second."}])
    walk = await Walk.reconfigure(jarvis.hass, jarvis.entry)
    await (await walk.choose("add_endpoint")).fill(url=spare.url)
    await jarvis.hass.async_block_till_done()
    assert (await jarvis.say("Hello")).speech == "I am the first."

    walk = await Walk.reconfigure(jarvis.hass, jarvis.entry)
    walk = await walk.choose("order_endpoints")
    await walk.fill(endpoints=[spare.url, jarvis.ollama.url])
    await jarvis.hass.async_block_till_done()

    assert (await jarvis.say("Hello")).speech == "I am the second."


def kept(entry: ConfigEntry) -> list[dict[str, Any]]:
    """Return the endpoints as they are kept."""
    endpoints: list[dict[str, Any]] = entry.data["endpoints"]
    return endpoints


def in_use(entry: ConfigEntry) -> list[str]:
    """Return the addresses that are asked, in their order."""
    return [endpoint.config.url for endpoint in entry.runtime_data.endpoints]
