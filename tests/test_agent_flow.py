"""An owner adds agents and changes them; what is set reaches the model as it is."""

from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import Any, override

import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.jarvis.agent import DEFAULT_PERSONA
from homeassistant.components.conversation import ConversationResult, async_converse
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import device_registry as dr, llm
from homeassistant.setup import async_setup_component

from .conftest import MODEL, async_settle
from .house import Jarvis
from .ollama_server import Kind, ScriptedOllama, load_script
from .walk import AGENT_TEXTS, Walk

BREWED = "Coffee is brewed."


class Kettle(llm.Tool):
    """A tool of another integration."""

    name = "kitchen__boil"
    description = "Boil water"
    parameters = probatio.Schema({})
    integration = "kitchen"

    @override
    async def async_call(
        self,
        hass: HomeAssistant,
        tool_input: llm.ToolInput,
        llm_context: llm.LLMContext,
    ) -> llm.ToolResult:
        """Boil."""
        return llm.ToolResult({"water": "boils"})


class Kitchen(llm.API):
    """Tools of another integration."""

    @override
    async def async_get_api_instance(
        self, llm_context: llm.LLMContext
    ) -> llm.APIInstance:
        """Return the one tool, with a word about it."""
        return llm.APIInstance(self, "Boil no empty kettle.", llm_context, [Kettle()])


@pytest.fixture(name="kitchen")
async def kitchen_fixture(home: HomeAssistant) -> AsyncGenerator[None]:
    """Offer another API beside Assist."""
    kitchen = Kitchen(hass=home, id="kitchen", name="Kitchen")
    unregister = llm.async_register_api(home, kitchen)
    yield
    unregister()


@pytest.mark.usefixtures("kitchen")
async def test_add_an_agent(jarvis_model_only: Jarvis) -> None:
    """Everything in the form reaches the server with the new agent's first words."""
    jarvis, ollama = jarvis_model_only, jarvis_model_only.ollama
    ollama.models.install("gpt-oss:20b")
    ollama.script = load_script([{"say": BREWED}])

    walk = await Walk.agent(jarvis.hass, jarvis.entry)
    assert walk.options("model")[:2] == [MODEL, "gpt-oss:20b"]
    assert walk.options("llm_hass_api") == ["assist", "kitchen"]
    assert walk.suggested["prompt"] == DEFAULT_PERSONA
    walk = await walk.fill(
        name="Marvin",
        model="gpt-oss:20b",
        prompt="You are Marvin of {{ ha_name }}.",
        llm_hass_api=["assist", "kitchen"],
        prefer_local=False,
        think="high",
        num_ctx=16384,
        history_tokens=100,
        keep_alive=300,
    )
    await jarvis.hass.async_block_till_done()
    result = await converse(jarvis.hass, "conversation.marvin", "Hello")

    assert speech(result) == BREWED
    chat = ollama.chats[-1]
    assert chat["model"] == "gpt-oss:20b"
    assert chat["think"] == "high"
    assert chat["options"] == {"num_ctx": 16384}
    assert chat["keep_alive"] == 300
    system = chat["messages"][0]["content"]
    assert system.startswith("You are Marvin of test home.")
    assert "Boil no empty kettle." in system
    tools = {tool["function"]["name"] for tool in chat["tools"]}
    assert {name.rpartition("__")[2] for name in tools} >= {"boil", "HassTurnOn"}


@pytest.mark.usefixtures("kitchen")
async def test_only_the_chosen_tools(jarvis_model_only: Jarvis) -> None:
    """An agent with another API alone has nothing of Assist; without any, no tool."""
    jarvis, ollama = jarvis_model_only, jarvis_model_only.ollama
    ollama.script = load_script([{"say": BREWED}])
    (subentry_id,) = jarvis.entry.subentries

    walk = await Walk.agent(jarvis.hass, jarvis.entry, subentry_id)
    assert walk.suggested["llm_hass_api"] == ["assist"]
    await walk.fill(llm_hass_api=["kitchen"])
    await jarvis.hass.async_block_till_done()
    await jarvis.say("Hello")
    names = [one["function"]["name"] for one in ollama.chats[-1]["tools"]]
    assert [one for one in names if not one.startswith("jarvis__")] == ["kitchen__boil"]

    walk = await Walk.agent(jarvis.hass, jarvis.entry, subentry_id)
    await walk.fill(llm_hass_api=[])
    await jarvis.hass.async_block_till_done()
    await jarvis.say("Hello")
    assert not ollama.chats[-1].get("tools")


async def test_change_an_agent(jarvis_model_only: Jarvis) -> None:
    """The form shows what the agent has; it keeps its entity and its name."""
    jarvis, ollama = jarvis_model_only, jarvis_model_only.ollama
    ollama.models.install("qwen3.5:4b")
    ollama.script = load_script([{"say": BREWED}])
    (subentry_id,) = jarvis.entry.subentries
    agent_id = jarvis.agent_id

    walk = await Walk.agent(jarvis.hass, jarvis.entry, subentry_id)
    assert walk.suggested["model"] == MODEL
    assert walk.defaults["prefer_local"] is False
    walk = await walk.fill(model="qwen3.5:4b", prompt="You are Marvin.")
    await jarvis.hass.async_block_till_done()
    reply = await jarvis.say("Hello")

    assert walk.ended == "reconfigure_successful"
    assert reply.speech == BREWED
    assert jarvis.agent_id == agent_id
    assert ollama.chats[-1]["model"] == "qwen3.5:4b"
    assert system_of(ollama).startswith("You are Marvin.")
    device = dr.async_get(jarvis.hass).async_get_device_by_identifier(
        ("jarvis", subentry_id), jarvis.entry.entry_id
    )
    assert device
    assert device.name == "Jarvis"


async def test_emptied_persona(jarvis_model_only: Jarvis) -> None:
    """An agent whose persona was emptied is Jarvis again."""
    jarvis, ollama = jarvis_model_only, jarvis_model_only.ollama
    ollama.script = load_script([{"say": BREWED}])
    (subentry_id,) = jarvis.entry.subentries
    walk = await Walk.agent(jarvis.hass, jarvis.entry, subentry_id)
    await walk.fill(prompt="You are Marvin.")
    await jarvis.hass.async_block_till_done()

    walk = await Walk.agent(jarvis.hass, jarvis.entry, subentry_id)
    assert walk.suggested["prompt"] == "You are Marvin."
    await walk.fill_only(model=MODEL)
    await jarvis.hass.async_block_till_done()
    await jarvis.say("Tell me a story")

    assert system_of(ollama).startswith(DEFAULT_PERSONA)


@pytest.mark.parametrize(
    ("model", "setting", "sent"),
    [
        ("qwen3.5:4b", "off", False),
        ("qwen3.5:4b", "on", True),
        ("qwen3.5:4b", "low", "low"),
        ("qwen3.5:4b", "medium", "medium"),
        ("qwen3.5:4b", "high", "high"),
        ("gpt-oss:20b", "off", "low"),
        ("gpt-oss:20b", "on", "medium"),
        ("gpt-oss:20b", "high", "high"),
        ("llama3.2:3b", "off", False),
    ],
)
async def test_thinking(
    jarvis_model_only: Jarvis, model: str, setting: str, sent: bool | str
) -> None:
    """Each setting is sent as the model understands it, and is never left out."""
    jarvis, ollama = jarvis_model_only, jarvis_model_only.ollama
    ollama.models.install(model)
    ollama.script = load_script([{"say": BREWED}])
    (subentry_id,) = jarvis.entry.subentries

    walk = await Walk.agent(jarvis.hass, jarvis.entry, subentry_id)
    await walk.fill(model=model, think=setting)
    await jarvis.hass.async_block_till_done()
    await jarvis.say("Hello")

    assert ollama.chats[-1]["think"] == sent


async def test_while_ollama_is_down(jarvis_model_only: Jarvis) -> None:
    """Agents can be added and changed; the list of models is shorter, and says so."""
    jarvis, ollama = jarvis_model_only, jarvis_model_only.ollama
    ollama.script = load_script([{"say": BREWED}])
    ollama.faults.set(Kind.DOWN)

    walk = await Walk.agent(jarvis.hass, jarvis.entry)
    assert "gemma4:12b" in walk.options("model")
    assert MODEL not in walk.options("model")
    assert walk.errors == {"base": "endpoint_silent"}
    assert walk.result["description_placeholders"] == {
        "endpoints": ollama.url.removeprefix("http://")
    }
    await walk.fill(name="Marvin", model=MODEL, prefer_local=False)
    await jarvis.hass.async_block_till_done()
    (_, second) = jarvis.entry.subentries
    walk = await Walk.agent(jarvis.hass, jarvis.entry, second)
    walk = await walk.fill(prompt="You are Marvin.")
    await jarvis.hass.async_block_till_done()
    ollama.faults.clear()
    result = await converse(jarvis.hass, "conversation.marvin", "Hello")

    assert walk.ended == "reconfigure_successful"
    assert speech(result) == BREWED
    assert system_of(ollama).startswith("You are Marvin.")


async def test_models_of_all_endpoints(
    bare: HomeAssistant, ollama: ScriptedOllama, spare: ScriptedOllama
) -> None:
    """The models of every endpoint that answers are offered, each once."""
    spare.models.install("custom:7b")
    urls = ["http://127.0.0.1:1", ollama.url, spare.url]
    entry = await async_settle(bare, urls, {"model": MODEL})

    walk = await Walk.agent(bare, entry)

    assert walk.options("model")[:2] == [MODEL, "custom:7b"]
    assert len(walk.options("model")) == len(set(walk.options("model")))


async def test_while_jarvis_is_not_loaded(jarvis: Jarvis) -> None:
    """An agent can be changed also while the integration is switched off."""
    await jarvis.hass.config_entries.async_unload(jarvis.entry.entry_id)
    (subentry_id,) = jarvis.entry.subentries

    walk = await Walk.agent(jarvis.hass, jarvis.entry, subentry_id)

    assert (await walk.fill(model="custom:7b")).ended == "reconfigure_successful"


async def test_as_the_frontend_sees_it(
    bare: HomeAssistant, ollama: ScriptedOllama, hass_client: ClientSessionGenerator
) -> None:
    """The form can be sent to a browser; what cannot be is refused beside its field."""
    assert await async_setup_component(bare, "config", {})
    entry: MockConfigEntry = await async_settle(bare, [ollama.url], {"model": MODEL})
    client = await hass_client()
    path = "/api/config/config_entries/subentries/flow"

    form = await (
        await client.post(path, json={"handler": [entry.entry_id, "conversation"]})
    ).json()
    fields = {field["name"]: field for field in form["data_schema"]}
    filled: dict[str, Any] = {
        name: field["default"] for name, field in fields.items() if "default" in field
    }
    url = f"{path}/{form['flow_id']}"
    refused = await client.post(url, json={**filled, "num_ctx": 10})
    made = await client.post(url, json={**filled, "name": "Marvin", "model": MODEL})
    await bare.async_block_till_done()

    assert next(iter(fields)) == "name"
    assert AGENT_TEXTS["step"]["user"]["data"].keys() == fields.keys()
    assert refused.status == HTTPStatus.BAD_REQUEST
    assert "num_ctx" in (await refused.json())["errors"]
    assert made.status == HTTPStatus.OK
    assert bare.states.get("conversation.marvin")


async def converse(hass: HomeAssistant, agent_id: str, text: str) -> ConversationResult:
    """Say something to an agent."""
    return await async_converse(hass, text, None, Context(), "en", agent_id)


def speech(result: ConversationResult) -> str:
    """Return what the person hears."""
    return str(result.response.speech["plain"]["speech"])


def system_of(ollama: ScriptedOllama) -> str:
    """Return the system message of the newest chat."""
    return str(ollama.chats[-1]["messages"][0]["content"])
