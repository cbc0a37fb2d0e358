"""A few words before a tool that usually takes a while, so that speech begins."""

from collections.abc import AsyncGenerator
from itertools import pairwise
from typing import Any

import pytest

from custom_components.jarvis.const import (
    CONF_LLM_HASS_API,
    CONF_MODEL,
    CONF_PREFER_LOCAL,
)
from custom_components.jarvis.local.text.words import words
from custom_components.jarvis.turn.ask_model import SLOW_TOOL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import llm
from tests.conftest import MODEL, async_prepared, async_settle
from tests.house import Jarvis, Reply
from tests.ollama_server import ScriptedOllama, load_script
from tests.tools.apis import FakeApi, FakeTool

from .requests import turns

RUNES = {"name": "runes", "arguments": {}}
ANSWER = {"say": "They say yes."}


@pytest.fixture
async def agent(home: HomeAssistant, ollama: ScriptedOllama) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis with two tools of somebody else."""
    tools = [FakeTool("runes"), FakeTool("bones")]
    llm.async_register_api(home, FakeApi(home, "fake", "Fake", tools=tools))
    settings = {
        CONF_MODEL: MODEL,
        CONF_PREFER_LOCAL: False,
        CONF_LLM_HASS_API: ["fake"],
    }
    entry = await async_settle(home, [ollama.url], settings)
    await async_prepared(entry, ollama)
    ollama.script = load_script([{"round": 0, "call": [RUNES]}, ANSWER])
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


def takes(jarvis: Jarvis, seconds: float, tool: str = "runes") -> None:
    """Let a tool have taken so long until now."""
    jarvis.entry.runtime_data.tool_seconds[tool] = seconds


def bridge(reply: Reply) -> str:
    """Return what was said before the answer."""
    return "".join(reply.deltas).removesuffix("They say yes.").strip()


@pytest.mark.parametrize("pipeline", ["en", "fr"])
@pytest.mark.parametrize(
    ("text", "language"), [("Ask the runes", "en"), ("Demande aux runes", "fr")]
)
async def test_before_a_slow_tool(
    agent: Jarvis, text: str, language: str, pipeline: str
) -> None:
    """It is said at once, in the language of the words."""
    takes(agent, SLOW_TOOL * 2)

    reply = await agent.say(text, pipeline)

    assert bridge(reply) in words(language).bridges
    # It is the first that is streamed, and stands where the call does.
    assert reply.deltas[1] == bridge(reply)
    calling = turns(agent)[-1]["messages"][-2]
    assert calling["content"] == bridge(reply)
    assert calling["tool_calls"]


@pytest.mark.parametrize("seconds", [None, 0.0, SLOW_TOOL / 2])
async def test_not_before_a_quick_tool(agent: Jarvis, seconds: float | None) -> None:
    """What is quick, or was never called yet, needs no excuse."""
    if seconds is not None:
        takes(agent, seconds)

    reply = await agent.say("Ask the runes")

    assert "".join(reply.deltas).strip() == "They say yes."


async def test_a_tool_is_found_to_be_slow(
    agent: Jarvis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How long it takes is learnt from its calls."""
    monkeypatch.setattr("custom_components.jarvis.turn.ask_model.SLOW_TOOL", 0.0)

    first = await agent.say("Ask the runes")
    second = await agent.say("Ask the runes")

    assert bridge(first) == ""
    assert bridge(second) in words("en").bridges


async def test_another_tool_is_not_slow_for_it(agent: Jarvis) -> None:
    """Each tool has its own time."""
    takes(agent, 5.0, "bones")

    assert bridge(await agent.say("Ask the runes")) == ""


@pytest.mark.parametrize(
    "said", ["I will ask.", "*Asking* the runes"], ids=["sentence", "markup"]
)
async def test_not_after_words_of_the_model(agent: Jarvis, said: str) -> None:
    """Where the model announces the call itself, nothing is added."""
    takes(agent, 5.0)
    agent.ollama.script = load_script(
        [{"round": 0, "say": said, "call": [RUNES]}, ANSWER]
    )

    reply = await agent.say("Ask the runes")

    assert bridge(reply) == said.replace("*", "")


@pytest.mark.parametrize("silent", [{"think": "Hmm, the runes."}, {"say": "\n🤔\n"}])
async def test_after_what_nobody_hears(agent: Jarvis, silent: dict[str, Any]) -> None:
    """Thoughts and signs are no words."""
    takes(agent, 5.0)
    rule = {"round": 0, "call": [RUNES], **silent}
    agent.ollama.script = load_script([rule, ANSWER])

    assert bridge(await agent.say("Ask the runes")) in words("en").bridges


async def test_one_bridge_for_several_calls(agent: Jarvis) -> None:
    """Calls that are made at once are announced once."""
    takes(agent, 5.0)
    takes(agent, 5.0, "bones")
    calls = [RUNES, {"name": "bones", "arguments": {}}]
    agent.ollama.script = load_script([{"round": 0, "call": calls}, ANSWER])

    assert bridge(await agent.say("Ask them all")) in words("en").bridges


@pytest.mark.parametrize("same_conversation", [True, False])
async def test_it_varies(agent: Jarvis, same_conversation: bool) -> None:
    """Nobody hears the same phrase twice in a row."""
    heard: list[str] = []
    conversation = None
    for _turn in range(6):
        takes(agent, 5.0)
        reply = await agent.say("Ask the runes", conversation_id=conversation)
        heard.append(bridge(reply))
        if same_conversation:
            conversation = reply.result.conversation_id

    assert set(heard) == set(words("en").bridges)
    assert all(one != other for one, other in pairwise(heard))
