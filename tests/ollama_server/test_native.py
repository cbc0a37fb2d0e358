"""Calls in a model's own syntax, through the real client."""

from typing import Any

import ollama
import pytest

from .client import HELLO, chat, serving, spoken
from .models import Model

pytestmark = pytest.mark.usefixtures("socket_enabled")

LAMP = {
    "type": "function",
    "function": {
        "name": "set_lamp",
        "description": "Sets a lamp",
        "parameters": {
            "type": "object",
            "properties": {
                "lamp": {"type": "string"},
                "bright": {"type": "integer"},
            },
        },
    },
}
LAYOUTS = ["llama3.3:70b", "qwen3.5:4b", "gemma4:12b", "gpt-oss:20b", "gemma4:26b"]
THINKERS = LAYOUTS[1:]
ARGUMENTS = {"lamp": "moulin, à gauche", "bright": 20}
CALL = {"name": "set_lamp", "arguments": ARGUMENTS}


@pytest.mark.parametrize("model", LAYOUTS)
@pytest.mark.parametrize("stream", [True, False])
async def test_calls_are_read_back(model: str, stream: bool) -> None:
    """What was called arrives as it was meant."""
    rules = [{"call": [CALL], "native": True}]
    async with serving(rules, models=[model]) as (_, client):
        if stream:
            parts = await chat(client, model, tools=[LAMP])
        else:
            parts = [await client.chat(model, HELLO, tools=[LAMP], think=False)]
    calls = [call for part in parts for call in part.message.tool_calls or ()]
    assert [call.function.name for call in calls] == ["set_lamp"]
    assert calls[0].function.arguments == ARGUMENTS
    assert spoken(parts) == ""
    assert parts[-1].done_reason == "stop"


@pytest.mark.parametrize("model", THINKERS)
async def test_thoughts_are_read_back(model: str) -> None:
    """Thoughts come apart from what is said, and before it."""
    rules = [{"think": "Which lamp is it?", "say": "Laquelle, dis-moi ?"}]
    async with serving(rules, models=[model], native=True) as (_, client):
        parts = await chat(client, model, tools=[LAMP], think=True)
    thought = "".join(part.message.thinking or "" for part in parts)
    assert thought == "Which lamp is it?"
    assert spoken(parts) == "Laquelle, dis-moi ?"
    assert parts[0].message.thinking
    assert len(parts) > 6


@pytest.mark.parametrize("model", THINKERS)
async def test_after_a_result_thoughts_go_on(model: str) -> None:
    """Also between tools a model may think, and then call again."""
    rules: list[dict[str, Any]] = [
        {"round": 0, "call": [CALL]},
        {"think": "Not yet.", "call": [CALL]},
    ]
    asked = [
        *HELLO,
        {"role": "assistant", "tool_calls": [{"function": CALL}]},
        {"role": "tool", "tool_name": "set_lamp", "content": "busy"},
    ]
    async with serving(rules, models=[model], native=True) as (_, client):
        parts = await chat(client, model, tools=[LAMP], think=True, messages=asked)
    assert "".join(part.message.thinking or "" for part in parts) == "Not yet."
    assert sum(len(part.message.tool_calls or ()) for part in parts) == 1
    assert spoken(parts) == ""


@pytest.mark.parametrize(
    ("layout", "raw", "tools", "said", "calls"),
    [
        ("llama3.3", '{"name": "set_lamp", "parameters": {"bright": 1}}', True, "", 1),
        ("llama3.3", '{"name": "set_lamp", "parameters": {"bright": 1}}', False, 0, 0),
        ("llama3.3", '{"name": "dim", "parameters": {}}', True, 0, 0),
        ("qwen3.5", "<function=set_lamp>\n</function>\n</tool_call>", True, 0, 0),
        ("gemma4", "<|tool_call>call:set_lamp{bright:1}", True, "", 1),
        ("gemma4", "<|tool_call>set the lamp<tool_call|>", True, "", 0),
        ("gpt-oss", "The lamp is on.", True, "", 0),
        ("gpt-oss", "<|channel|>final<|message|>On.<|return|>", True, "On.", 0),
        ("plain", '{"name": "set_lamp"}', True, 0, 0),
    ],
)
async def test_raw_text(
    layout: str, raw: str, tools: bool, said: str | int, calls: int
) -> None:
    """Raw text is what the model prints: parsed, leaked or lost, as in real life."""
    model = Model(name="it", layout=layout, native=True)
    offered = [LAMP] if tools else []
    async with serving([{"raw": raw}], models=[model]) as (_, client):
        parts = await chat(client, "it", tools=offered)
    assert spoken(parts) == (raw if said == 0 else said)
    assert sum(len(part.message.tool_calls or ()) for part in parts) == calls


async def test_what_cannot_be_read_is_an_error() -> None:
    """Some broken calls end the answer with an error."""
    model = "qwen3.5:4b"
    raw = "<tool_call>\n<function=set_lamp>\n<parameter=lamp>\nx\n</tool_call>"
    rules: list[dict[str, Any]] = [{"say": "Well.", "raw": raw, "native": True}]
    async with serving(rules, models=[model]) as (_, client):
        with pytest.raises(ollama.ResponseError, match="failed to parse"):
            await chat(client, model, tools=[LAMP])
        with pytest.raises(ollama.ResponseError, match="failed to parse") as raised:
            await client.chat(model, HELLO, tools=[LAMP], think=False)
    assert raised.value.status_code == 500


async def test_without_native_nothing_is_parsed() -> None:
    """By default calls come as the script has them, and raw text is said."""
    raw = '{"name": "set_lamp", "parameters": {"bright": 1}}'
    rules: list[dict[str, Any]] = [{"call": [CALL], "once": True}, {"raw": raw}]
    async with serving(rules, models=["llama3.3:70b"]) as (_, client):
        called = await chat(client, "llama3.3:70b", tools=[LAMP])
        leaked = await chat(client, "llama3.3:70b", tools=[LAMP])
    assert called[0].message.tool_calls
    assert spoken(leaked) == raw
