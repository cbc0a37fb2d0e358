"""What is found out about a model before anybody waits for it."""

import json

from ollama import Message
import pytest

from custom_components.jarvis.ollama.preflight import Preflight, examine, try_tool
from tests.ollama_server import CacheKind, Kind, Model, ScriptedOllama, load_script

from .conftest import MODEL, Connect, request

TOOL = {
    "type": "function",
    "function": {
        "name": "HassTurnOn",
        "description": "Turns on.",
        "parameters": {"type": "object", "properties": {}},
    },
}
ASKED = request(
    messages=[
        Message(role="system", content="You are Jarvis."),
        Message(role="user", content="of no matter"),
    ],
    tools=[TOOL],
)


def install(ollama: ScriptedOllama, layout: str, name: str = MODEL) -> None:
    """Give the model a layout."""
    ollama.models.install(Model(name=name, layout=layout))


@pytest.mark.parametrize("kind", CacheKind)
async def test_recurrent(
    ollama: ScriptedOllama, connect: Connect, kind: CacheKind
) -> None:
    """A model's file tells whether some of its layers keep a state."""
    ollama.models.install(Model(name=MODEL, cache=kind))

    found = await examine(connect(ollama), ASKED)

    assert found.is_recurrent is (kind is CacheKind.HYBRID)


@pytest.mark.parametrize(
    ("layout", "tools_first", "leaves_turn_open"),
    [
        ("qwen3.5", True, True),
        ("llama3.3", False, True),
        ("gemma4", True, False),
        ("gpt-oss", True, True),
        ("mistral", False, False),
    ],
)
async def test_layouts(
    ollama: ScriptedOllama,
    connect: Connect,
    layout: str,
    tools_first: bool,
    leaves_turn_open: bool,
) -> None:
    """How a model reads its prompts shows in what the endpoint renders."""
    install(ollama, layout)

    found = await examine(connect(ollama), ASKED)

    assert found.capabilities == frozenset({"completion", "tools"})
    assert not found.missing
    assert found.can_use_tools
    assert found.tools_first is tools_first
    assert found.leaves_turn_open is leaves_turn_open
    assert found.calls_tools is None


async def test_how_much_is_shared(ollama: ScriptedOllama, connect: Connect) -> None:
    """Where tools stand first the next turn begins with nearly all of this one."""
    shared = {}
    for layout in ("qwen3.5", "llama3.3"):
        install(ollama, layout)
        shared[layout] = (await examine(connect(ollama), ASKED)).shared or 0

    assert shared["qwen3.5"] > 0.9
    assert shared["llama3.3"] < 0.5


async def test_nothing_is_generated(ollama: ScriptedOllama, connect: Connect) -> None:
    """The endpoint is only asked to render, with the system text and the tools."""
    await examine(connect(ollama), ASKED)

    assert len(ollama.chats) == 3
    for body in ollama.chats:
        assert body["_debug_render_only"] is True
        assert body["tools"] == [TOOL]
        assert body["messages"][0]["content"] == "You are Jarvis."
        assert "of no matter" not in json.dumps(body)
        assert body["options"]["num_ctx"] == ASKED.num_ctx


async def test_missing(ollama: ScriptedOllama, connect: Connect) -> None:
    """A model that is not there has to be pulled."""
    found = await examine(connect(ollama), request(model="gone:1b"))

    assert found == Preflight(f"127.0.0.1:{ollama.port}", "gone:1b", missing=True)


@pytest.mark.parametrize("kind", [Kind.DOWN, Kind.UNAUTHORIZED, Kind.HTML])
async def test_no_answer(ollama: ScriptedOllama, connect: Connect, kind: Kind) -> None:
    """Of an endpoint that does not answer nothing is known, nor said."""
    ollama.faults.set(kind)

    found = await examine(connect(ollama), ASKED)

    assert found == Preflight(f"127.0.0.1:{ollama.port}", MODEL)
    assert found.can_use_tools


async def test_no_tools(ollama: ScriptedOllama, connect: Connect) -> None:
    """A model that can only talk is known for it."""
    ollama.models.install("tinyllama:latest")

    found = await examine(connect(ollama), request(model="tinyllama:latest"))

    assert found.capabilities == frozenset({"completion"})
    assert not found.can_use_tools
    assert not ollama.chats


@pytest.mark.parametrize(
    ("name", "tools_first"),
    [("llama3.3:70b", False), ("me/llama3.1:8b", False), ("qwen3.5:4b", True)],
)
async def test_an_endpoint_that_does_not_render(
    ollama: ScriptedOllama, connect: Connect, name: str, tools_first: bool
) -> None:
    """Then the family's name tells where the tools stand; no prefill is risked."""
    install(ollama, "plain", name)
    ollama.faults.set(Kind.RUNNER_DIED)

    found = await examine(connect(ollama), request(model=name, tools=[TOOL]))

    assert found.tools_first is tools_first
    assert found.leaves_turn_open is False
    assert found.shared is None


@pytest.mark.parametrize(
    ("says", "called"),
    [
        ({"call": [{"name": "report_readiness"}]}, True),
        ({"say": "I am ready."}, False),
        ({"say": "I could call report_readiness()."}, False),
    ],
)
async def test_try_tool(
    ollama: ScriptedOllama, connect: Connect, says: dict[str, object], called: bool
) -> None:
    """A model that does not call what it is told to is no use for a home."""
    ollama.script = load_script([{"said": "report_readiness", **says}])

    assert await try_tool(connect(ollama), ASKED) is called

    (body,) = ollama.chats
    assert [tool["function"]["name"] for tool in body["tools"]] == ["report_readiness"]
    assert body["options"]["num_predict"] == 200
