"""Intents' tools: described with what this house has, and called as before."""

from typing import Any, cast

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.jarvis.tools.fitted import domains_of, fitted
from custom_components.jarvis.tools.guard import Guard
from custom_components.jarvis.tools.permission import Permission
from custom_components.jarvis.tools.toolbox import async_toolbox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm
from tests.house import Jarvis
from tests.turn.requests import turns

from .apis import FakeTool

_BLIND = "cover.volet_du_salon"
_CONTEXT = llm.LLMContext("jarvis", None, "en", "conversation", None)


async def _tool(hass: HomeAssistant, name: str) -> llm.Tool:
    """Return one of Assist's tools as an agent is given it."""
    toolbox = await async_toolbox(hass, ["assist"])
    (tool,) = [one for one in toolbox.tools if one.name.endswith(f"__{name}")]
    return tool


def _spec(**arguments: dict[str, Any]) -> dict[str, Any]:
    """Describe a tool that takes these."""
    parameters = {"type": "object", "properties": arguments}
    return {"type": "function", "function": {"name": "x", "parameters": parameters}}


def _choice(*values: str) -> dict[str, Any]:
    """Describe an argument that is a list of these."""
    return {"type": "array", "items": {"type": "string", "enum": list(values)}}


def _arguments(spec: dict[str, Any]) -> dict[str, Any]:
    """Return what a tool takes."""
    arguments: dict[str, Any] = spec["function"]["parameters"]["properties"]
    return arguments


@pytest.mark.parametrize(
    ("domains", "kinds", "left"),
    [
        (None, [("cover", "blind"), ("cover", "door"), ("lock", "")], ["blind"]),
        (None, [("cover", "door")], None),
        ({"cover"}, [("cover", "blind"), ("cover", "tv")], ["blind", "tv"]),
        ({"cover"}, [("cover", "blind"), ("media_player", "tv")], None),
        ({"cover"}, [("cover", "blind"), ("cover", "")], ["blind"]),
        ({"cover", "valve"}, [("cover", "blind"), ("valve", "tv")], ["blind", "tv"]),
    ],
    ids=["some", "none", "two", "all the same", "one of two", "two domains"],
)
def test_classes_that_a_call_can_choose_from(
    domains: set[str] | None, kinds: list[tuple[str, str]], left: list[str] | None
) -> None:
    """A class is offered if there is such a device, and another that is not."""
    spec = _spec(device_class=_choice("blind", "tv", "window"), name={"type": "string"})

    arguments = _arguments(fitted(spec, domains, kinds))

    assert arguments["name"] == {"type": "string"}
    assert arguments.get("device_class") == (_choice(*left) if left else None)
    assert _arguments(spec)["device_class"] == _choice("blind", "tv", "window")


@pytest.mark.parametrize(
    ("domains", "offered"), [(None, True), ({"a"}, False), ({"a", "b"}, True)]
)
def test_a_domain_is_offered_where_there_is_a_choice(
    domains: set[str] | None, offered: bool
) -> None:
    """A tool that is for one domain does not ask for it."""
    spec = _spec(domain=_choice("a", "b"))

    assert ("domain" in _arguments(fitted(spec, domains, []))) is offered


def test_a_tool_without_any_arguments() -> None:
    """It stays as it is."""
    spec = {"type": "function", "function": {"name": "x", "parameters": {}}}

    assert _arguments(fitted(spec, None, [])) == {}


async def test_tools_of_others_stay(home: HomeAssistant) -> None:
    """Only an intent is known to keep to a domain by itself."""
    assert domains_of(home, FakeTool("runes")) is None
    assert domains_of(home, llm.NamespacedTool("x", FakeTool("runes"))) is None
    assert domains_of(home, await _tool(home, "HassTurnOn")) is None
    assert domains_of(home, await _tool(home, "HassLightSet")) == {"light"}


async def test_what_a_model_is_told(jarvis_model_only: Jarvis) -> None:
    """The only device that has a class of its own is a shutter."""
    await jarvis_model_only.say("What do you think?")

    told = {
        tool["function"]["name"].rpartition("__")[2]: _arguments(tool)
        for tool in turns(jarvis_model_only)[-1]["tools"]
    }
    assert told["HassTurnOn"]["device_class"]["items"]["enum"] == ["shutter"]
    assert "domain" in told["HassTurnOn"]
    assert set(told["HassLightSet"]) == {
        *("area", "floor", "name", "brightness", "color", "temperature"),
    }


@pytest.mark.parametrize("more", [{}, {"domain": ["light"]}], ids=["fitted", "whole"])
async def test_a_call_without_domain_acts_on_no_other(
    home: HomeAssistant, more: dict[str, Any]
) -> None:
    """Of a room with a light, a blind and a heating, the light is set."""
    tool = await _tool(home, "HassLightSet")
    (guarded,) = Guard(Permission(None)).wrap([tool])
    arguments = {"area": "Salon", "brightness": 40, **more}

    result = await guarded.async_call(
        home, llm.ToolInput(tool.name, arguments), _CONTEXT
    )
    await home.async_block_till_done()

    assert isinstance(result, llm.ToolResult)
    assert not result.error, result.data
    light, blind = home.states.get("light.salon"), home.states.get(_BLIND)
    assert light is not None
    assert blind is not None
    assert (light.state, blind.state) == ("on", "open")
    ids = {one["id"] for one in cast("Any", result.data)["data"]["success"]}
    assert {one for one in ids if "." in one} == {"light.salon"}


@pytest.mark.parametrize(("may", "error"), [("light.salon", False), (_BLIND, True)])
async def test_rights_are_those_for_its_domain(
    home: HomeAssistant, hass_read_only_user: MockUser, may: str, error: bool
) -> None:
    """Who may switch the room's light needs no right to its blind."""
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {may: True}}})
    tool = await _tool(home, "HassLightSet")
    (guarded,) = Guard(Permission(hass_read_only_user)).wrap([tool])

    result = await guarded.async_call(
        home, llm.ToolInput(tool.name, {"area": "Salon", "brightness": 40}), _CONTEXT
    )

    assert isinstance(result, llm.ToolResult)
    assert result.error is error, result.data
