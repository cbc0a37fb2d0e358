"""The tools that the model is offered: the same for every device, and readable."""

from typing import Any

import probatio
import pytest

from custom_components.jarvis.const import CONF_LLM_HASS_API, CONF_MODEL
from custom_components.jarvis.tools.toolbox import async_toolbox
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.intent import async_register_timer_handler
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import llm
from homeassistant.setup import async_setup_component
from tests.conftest import MODEL, async_settle
from tests.house import Jarvis
from tests.ollama_server import load_script
from tests.places import device_in
from tests.turn.requests import Body, system, turns

from .apis import FakeApi, FakeTool


async def _asked_with(jarvis: Jarvis, apis: list[str]) -> Body:
    """Return what a model is given by an agent with these APIs."""
    entry = await async_settle(
        jarvis.hass,
        [jarvis.ollama.url],
        {CONF_MODEL: MODEL, CONF_LLM_HASS_API: apis},
    )
    jarvis.ollama.script = load_script([{"say": "Bien."}])
    await Jarvis(jarvis.hass, entry, jarvis.ollama).say("What do the runes say")
    await jarvis.hass.config_entries.async_unload(entry.entry_id)
    return turns(jarvis)[-1]


def _parameters(body: Body, name: str) -> dict[str, Any]:
    """Return the properties of an offered tool."""
    (tool,) = [
        tool["function"]
        for tool in body["tools"]
        if tool["function"]["name"].rpartition("__")[2] == name
    ]
    properties: dict[str, Any] = tool["parameters"]["properties"]
    return properties


async def test_the_same_for_every_device(jarvis_model_only: Jarvis) -> None:
    """A device with timers in the kitchen, one without upstairs: the same bytes."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script([{"say": "Bien."}])
    assert await async_setup_component(jarvis.hass, "intent", {})
    kitchen = device_in(jarvis.hass, "Cuisine")
    bedroom = device_in(jarvis.hass, "Chambre")
    async_register_timer_handler(jarvis.hass, kitchen, lambda *_: None)

    for device in (kitchen, bedroom, None):
        await jarvis.say("What do you think?", device_id=device)

    first, *others = turns(jarvis)
    for body in others:
        assert body["tools"] == first["tools"]
        assert system(body) == system(first)


async def test_prompts_of_others_are_kept(jarvis_model_only: Jarvis) -> None:
    """What another API says about its tools is in the prompt; core's list is not."""
    hass = jarvis_model_only.hass
    api = FakeApi(
        hass,
        "runes",
        "Runes",
        prompt="Runes are read\n\nfrom left to right.",
        tools=[FakeTool("read_runes")],
    )
    llm.async_register_api(hass, api)

    body = await _asked_with(jarvis_model_only, ["assist", "runes"])

    assert "Runes are read\nfrom left to right." in system(body)
    assert system(body).count("Lumière du salon") == 1
    assert "read_runes" in str(body["tools"])
    assert "HassTurnOn" in str(body["tools"])


async def test_an_api_that_vanished_is_left_out(jarvis_model_only: Jarvis) -> None:
    """The others are still there when one is gone, and come back with it."""
    hass = jarvis_model_only.hass
    api = FakeApi(hass, "runes", "Runes", tools=[FakeTool("read_runes")])
    forget = llm.async_register_api(hass, api)

    there = await _asked_with(jarvis_model_only, ["assist", "runes"])
    forget()
    gone = await _asked_with(jarvis_model_only, ["assist", "runes"])

    assert "read_runes" in str(there["tools"])
    assert "read_runes" not in str(gone["tools"])
    assert "HassTurnOn" in str(gone["tools"])


async def test_a_script_is_a_tool(jarvis_model_only: Jarvis) -> None:
    """An exposed script is offered with its description and can be run."""
    jarvis = jarvis_model_only
    hass = jarvis.hass
    ran: list[ServiceCall] = []

    async def note(call: ServiceCall) -> None:
        ran.append(call)

    hass.services.async_register("test", "note", note)
    script = {
        "alias": "Movie night",
        "description": "Prepares the room for a film.",
        "fields": {"film": {"description": "Its title", "selector": {"text": {}}}},
        "sequence": [{"action": "test.note", "data": {"film": "{{ film }}"}}],
    }
    assert await async_setup_component(hass, "script", {"script": {"movie": script}})
    async_expose_entity(hass, "conversation", "script.movie", True)
    jarvis.ollama.script = load_script(
        [
            {"round": 0, "call": [{"name": "movie", "arguments": {"film": "Alien"}}]},
            {"say": "Enjoy."},
        ]
    )

    reply = await jarvis.say("Get the room ready for a film")

    offered = next(
        tool["function"]
        for tool in turns(jarvis)[-1]["tools"]
        if tool["function"]["name"].endswith("movie")
    )
    assert "Prepares the room for a film." in offered["description"]
    assert offered["parameters"]["properties"]["film"]["type"] == "string"
    assert [call.data for call in ran] == [{"film": "Alien"}]
    assert reply.speech == "Enjoy."


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({probatio.Required("x"): str}, {"type": "string"}),
        (
            {probatio.Required("x"): probatio.Any(str, [str])},
            {"type": ["string", "array"], "items": {"type": "string"}},
        ),
        (
            {probatio.Required("x"): probatio.Any("low", "high")},
            {"enum": ["low", "high"]},
        ),
        ({probatio.Required("x"): [int]}, {"type": "array"}),
        (
            {probatio.Required("x", description="How many"): int},
            {"type": "integer", "description": "How many"},
        ),
    ],
    ids=["text", "alternatives", "choice", "list", "described"],
)
async def test_parameters_arrive_with_their_type(
    jarvis_model_only: Jarvis, schema: dict[Any, Any], told: dict[str, Any]
) -> None:
    """Alternatives are joined, so that Ollama's client drops nothing of them."""
    hass = jarvis_model_only.hass
    tool = FakeTool("read_runes", parameters=schema)
    llm.async_register_api(hass, FakeApi(hass, "runes", "Runes", tools=[tool]))

    body = await _asked_with(jarvis_model_only, ["runes"])

    parameter = _parameters(body, "read_runes")["x"]
    assert "anyOf" not in parameter
    for key, value in told.items():
        if isinstance(value, list):
            assert set(parameter[key]) == set(value)
        else:
            assert parameter[key] == value


async def test_every_parameter_of_assist_has_a_type(jarvis_model_only: Jarvis) -> None:
    """Home Assistant's own tools reach the server complete."""
    await jarvis_model_only.say("What do you think?")

    tools = turns(jarvis_model_only)[-1]["tools"]
    assert len(tools) > 5
    for tool in tools:
        function = tool["function"]
        assert function["description"], function["name"]
        for name, parameter in function["parameters"]["properties"].items():
            assert parameter.get("type") or parameter.get("enum"), (function, name)


async def test_no_api_no_tools(hass: HomeAssistant) -> None:
    """An agent may have no tools at all."""
    assert await async_setup_component(hass, "homeassistant", {})

    for apis in ([], ["gone"]):
        toolbox = await async_toolbox(hass, apis)
        assert (list(toolbox.tools), toolbox.prompt) == ([], "")
