"""Models whose template puts the tools last find them in the system text."""

from collections.abc import AsyncGenerator
import json
from typing import Any

import pytest

from custom_components.jarvis.const import CONF_MODEL, CONF_PREFER_LOCAL
from custom_components.jarvis.turn.text_tools import tools_text
from homeassistant.core import HomeAssistant
from tests.conftest import async_prepared, async_settle
from tests.house import Jarvis
from tests.ollama_server import Model, ScriptedOllama, load_script

from .requests import assert_only_grew, system, turns

LLAMA = "llama3.3:70b"
ARGUMENTS = {"name": "coffee machine"}
PRINTED = [
    f'{before}{{"name": "HassTurnOn", "{arguments}": {json.dumps(ARGUMENTS)}}}{after}'
    for before, arguments, after in (
        ("<tool_call>", "arguments", "</tool_call>"),
        ("", "parameters", ""),
        ("```json\n", "arguments", "\n```"),
    )
]


@pytest.fixture
async def llama(home: HomeAssistant, ollama: ScriptedOllama) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis with a model that writes in the layout of Llama 3.3."""
    ollama.models.install(Model(name=LLAMA, layout="llama3.3", native=True))
    settings = {CONF_MODEL: LLAMA, CONF_PREFER_LOCAL: False}
    entry = await async_settle(home, [ollama.url], settings)
    await async_prepared(entry, ollama)
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


async def test_where_the_tools_stand(llama: Jarvis) -> None:
    """All stand in the system text, one a line, and none in the request."""
    llama.ollama.script = load_script([{"say": "Hello."}])

    await llama.say("Hello")

    (asked,) = turns(llama)
    assert not asked.get("tools")
    declared = {
        name.rpartition("__")[2]: rest
        for one in system(asked).splitlines()
        for name, begins, rest in (one.partition("("),)
        if begins and "__" in name
    }
    assert {"HassTurnOn", "HassTurnOff", "GetLiveContext"} <= declared.keys()
    assert declared["HassTurnOn"].startswith("name?: string, area?: string, ")
    assert declared["remember"] == (
        "fact: string /* One whole sentence in the person's words. */, "
        "instead_of?: string /* What is remembered and wrong. */): "
        "Keeps what the person wants you to remember."
    )


@pytest.mark.parametrize(
    ("schema", "declared"),
    [
        ({"type": "integer"}, "int"),
        ({"type": "boolean"}, "bool"),
        ({"type": ["string", "array"], "items": {"type": "string"}}, "string|string[]"),
        ({"type": "string", "enum": ["up", "down"]}, '"up"|"down"'),
        ({"type": "array", "items": {"enum": [1, 2]}}, "(1|2)[]"),
        ({"type": "array", "items": {"type": "number"}}, "number[]"),
        ({"type": "object"}, "object"),
        ({}, "any"),
        (
            {
                "type": "object",
                "properties": {"at": {"type": "string"}, "is_on": {"type": "boolean"}},
                "required": ["at"],
            },
            "{at: string, is_on?: bool}",
        ),
    ],
)
def test_types(schema: dict[str, Any], declared: str) -> None:
    """Each kind of argument is told in few words."""
    parameters = {"type": "object", "properties": {"it": schema}, "required": ["it"]}
    function = {"name": "do", "parameters": parameters, "description": "Does\nit."}

    text = tools_text([{"type": "function", "function": function}])

    assert text.splitlines()[-1] == f"do(it: {declared}): Does it."


def test_what_several_offer_is_written_once() -> None:
    """A long choice has the name of its argument, and another one of that a number."""
    colours, sounds = ["red", "green", "blue", "white"], ["bell", "gong", "horn", "hum"]
    offers = [("a", "kind", colours), ("b", "kind", sounds), ("c", "tone", sounds)]
    offers += [("d", "hue", colours), ("e", "kind", ["up", "down"])]
    offers += [("f", "kind", ["up", "down"])]
    specs = [
        {
            "function": {
                "name": name,
                "parameters": {
                    "properties": {
                        argument: {"type": "array", "items": {"enum": values}}
                    }
                },
            }
        }
        for name, argument, values in offers
    ]

    assert tools_text(specs).splitlines()[-8:] == [
        'type Kind = "red"|"green"|"blue"|"white"',
        'type Kind2 = "bell"|"gong"|"horn"|"hum"',
        "a(kind?: Kind[])",
        "b(kind?: Kind2[])",
        "c(tone?: Kind2[])",
        "d(hue?: Kind[])",
        'e(kind?: ("up"|"down")[])',
        'f(kind?: ("up"|"down")[])',
    ]


@pytest.mark.parametrize("call", PRINTED, ids=["tags", "bare", "fenced"])
async def test_printed_calls_are_made(llama: Jarvis, call: str) -> None:
    """What the model prints as a call is one, and nobody hears it."""
    llama.ollama.script = load_script(
        [
            {"round": 0, "raw": call},
            {"failed": False, "say": "The coffee machine is on."},
        ]
    )

    reply = await llama.say("Coffee please")

    assert llama.states()["switch.machine_a_cafe"] == "on"
    assert "".join(reply.deltas) == "The coffee machine is on."
    calling, result = turns(llama)[-1]["messages"][-2:]
    (made,) = calling["tool_calls"]
    assert made["function"]["name"].endswith("HassTurnOn")
    assert made["function"]["arguments"] == ARGUMENTS
    assert result["role"] == "tool"


async def test_several_printed_calls(llama: Jarvis) -> None:
    """Two calls are two, words before them are heard."""
    off = PRINTED[0].replace("TurnOn", "TurnOff").replace("coffee machine", "Lustre")
    llama.ollama.script = load_script(
        [
            {"round": 0, "raw": f"One moment.\n{PRINTED[0]}\n{off}"},
            {"say": "Coffee is on, there is no lustre."},
        ]
    )

    reply = await llama.say("Coffee please, and no lustre")

    assert llama.states()["switch.machine_a_cafe"] == "on"
    assert "".join(reply.deltas).startswith("One moment.")
    roles = [one["role"] for one in turns(llama)[-1]["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "tool"]


async def test_the_second_turn_hardly_reads(llama: Jarvis) -> None:
    """Prompts only grow: rounds and turns read little more than what is new."""
    llama.ollama.script = load_script(
        [{"round": 0, "raw": PRINTED[0]}, {"say": "It is done."}]
    )
    # What the check-up rendered does not count.
    llama.ollama.costs.clear()

    conversation = None
    for text in ("Coffee please", "Encore un café", "And a last one"):
        reply = await llama.say(text, conversation_id=conversation)
        conversation = reply.result.conversation_id

    assert_only_grew(turns(llama))
    assert len(llama.ollama.costs) == 6
    for cost in llama.ollama.costs:
        assert cost.reused > 0.9 * cost.prompt_tokens


async def test_it_stays_so(llama: Jarvis) -> None:
    """Examined again, as after each change in the house, the model is found alike."""
    llama.ollama.script = load_script([{"say": "Hello."}])

    for _time in range(3):
        llama.entry.runtime_data.background.async_prepare()
        await llama.entry.runtime_data.background.async_prepared()
        await llama.say("Hello")

    systems = {system(asked) for asked in turns(llama)}
    assert len(systems) == 1
    assert not any(asked.get("tools") for asked in turns(llama))


@pytest.mark.parametrize("layout", ["gemma4", "qwen3.5", "plain", "gpt-oss"])
async def test_other_models_are_sent_their_tools(
    home: HomeAssistant, ollama: ScriptedOllama, layout: str
) -> None:
    """A template that puts tools first is left to do so."""
    ollama.models.install(Model(name="other:1b", layout=layout))
    ollama.script = load_script([{"say": "Hello."}])
    settings = {CONF_MODEL: "other:1b", CONF_PREFER_LOCAL: False}
    entry = await async_settle(home, [ollama.url], settings)
    await async_prepared(entry, ollama)
    jarvis = Jarvis(home, entry, ollama)

    await jarvis.say("Hello")

    (asked,) = turns(jarvis)
    assert asked["tools"]
    assert "<tool_call>" not in system(asked)
    await home.config_entries.async_unload(entry.entry_id)
