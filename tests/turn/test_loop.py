"""The model's rounds: bounded, and whatever a tool does, there is an answer."""

import asyncio
from typing import Any

import probatio
import pytest

from custom_components.jarvis.const import CONF_LLM_HASS_API, CONF_MODEL
from custom_components.jarvis.tools import guard
from custom_components.jarvis.turn.loop import MOST_ROUNDS
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import llm
from tests.conftest import MODEL, async_settle
from tests.house import Jarvis
from tests.ollama_server import load_script
from tests.tools.apis import FakeApi, FakeTool

from .requests import turns

ON = {"name": "HassTurnOn", "arguments": {"name": "coffee machine"}}
OFF = {"name": "HassTurnOff", "arguments": {"name": "coffee machine"}}


def results(jarvis: Jarvis) -> list[str]:
    """Return the tools' results in the newest request."""
    messages = turns(jarvis)[-1]["messages"]
    return [one["content"] for one in messages if one["role"] == "tool"]


# Rounds


async def test_a_model_that_never_stops_is_stopped(jarvis_model_only: Jarvis) -> None:
    """After ten rounds the turn is given up, and the person hears so."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script([{"call": [ON]}])

    reply = await jarvis.say("Coffee")

    assert len(turns(jarvis)) == MOST_ROUNDS == 10
    assert reply.error == "too_many_rounds"
    assert "did not come to an end" in reply.speech


async def test_before_the_end_calls_are_turned_away(jarvis_model_only: Jarvis) -> None:
    """A model that stops in its last round has an answer; no tool ran just before."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script(
        [
            {"result": "No more tool calls", "say": "I give up, sorry."},
            *({"call": [one], "once": True} for one in [ON, OFF] * 5),
        ]
    )

    reply = await jarvis.say("Coffee")

    assert reply.speech == "I give up, sorry."
    assert len(turns(jarvis)) == MOST_ROUNDS
    assert len(results(jarvis)) == MOST_ROUNDS - 1
    assert sum("No more tool calls" in one for one in results(jarvis)) == 1


# Silence


@pytest.mark.parametrize("silence", [{"empty": True}, {"say": "\n \n"}, {"say": "😴"}])
async def test_a_silent_model_is_asked_twice(
    jarvis_model_only: Jarvis, silence: dict[str, Any]
) -> None:
    """Nothing, or nothing that can be spoken, is no answer."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script([silence])

    reply = await jarvis.say("Sing me something")

    assert reply.error == "empty_reply"
    assert len(turns(jarvis)) == 2


async def test_a_silent_model_may_find_words(jarvis_model_only: Jarvis) -> None:
    """Asked again it may answer."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script(
        [{"empty": True, "once": True}, {"say": "Here I am."}]
    )

    reply = await jarvis.say("Sing me something")

    assert (reply.speech, reply.error) == ("Here I am.", None)


@pytest.mark.parametrize(
    ("text", "said"), [("Coffee please", "Done."), ("Un café", "C'est fait.")]
)
async def test_silence_after_an_action_is_done(
    jarvis_model_only: Jarvis, text: str, said: str
) -> None:
    """Who acted and says nothing is spoken for, in the language of the words."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script([{"round": 0, "call": [ON]}, {"empty": True}])

    reply = await jarvis.say(text)

    assert jarvis.states()["switch.machine_a_cafe"] == "on"
    assert (reply.speech, reply.error) == (said, None)


async def test_silence_after_a_failure_is_not_done(jarvis_model_only: Jarvis) -> None:
    """Where nothing was done, nobody says that it was."""
    jarvis = jarvis_model_only
    missing = {"name": "HassTurnOn", "arguments": {"name": "no such thing"}}
    jarvis.ollama.script = load_script(
        [{"round": 0, "call": [missing]}, {"empty": True}]
    )

    reply = await jarvis.say("Coffee")

    assert reply.error == "empty_reply"


# Calls


async def test_calls_in_parallel(jarvis_model_only: Jarvis) -> None:
    """Several calls of one reply all run, each with its own result."""
    jarvis = jarvis_model_only
    names = ["Lumière du salon", "Lumière de la chambre", "Machine à café"]
    calls = [{"name": "HassTurnOn", "arguments": {"name": name}} for name in names]
    jarvis.ollama.script = load_script(
        [{"round": 0, "call": calls}, {"say": "All three are on."}]
    )

    await jarvis.say("Everything bright")

    states = jarvis.states()
    assert states["light.salon"] == states["light.chambre"] == "on"
    assert states["switch.machine_a_cafe"] == "on"
    assert len(results(jarvis)) == 3
    for name in names:
        assert sum(name in result for result in results(jarvis)) == 1


async def test_words_before_a_call_are_streamed_first(
    jarvis_model_only: Jarvis,
) -> None:
    """What is said before a call is spoken, and it stays apart from what follows."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script(
        [{"round": 0, "say": "Let me see.", "call": [ON]}, {"say": "It is on."}]
    )

    reply = await jarvis.say("Coffee")

    assert "".join(reply.deltas).split() == ["Let", "me", "see.", "It", "is", "on."]
    assert jarvis.states()["switch.machine_a_cafe"] == "on"


async def test_an_unknown_tool(jarvis_model_only: Jarvis) -> None:
    """A tool that does not exist is told to the model, which can mend its call."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script(
        [
            {"round": 0, "call": [{"name": "brew", "arguments": {}, "exact": True}]},
            {"failed": True, "say": "I can't brew."},
        ]
    )

    reply = await jarvis.say("Coffee")

    assert (reply.speech, reply.error) == ("I can't brew.", None)


# Tools that fail


async def _say_with(jarvis: Jarvis, tool: llm.Tool) -> str:
    """Let the model call a tool once; return the result that it was given."""
    hass = jarvis.hass
    llm.async_register_api(hass, FakeApi(hass, "fake", "Fake", tools=[tool]))
    await hass.config_entries.async_unload(jarvis.entry.entry_id)
    entry = await async_settle(
        hass, [jarvis.ollama.url], {CONF_MODEL: MODEL, CONF_LLM_HASS_API: ["fake"]}
    )
    jarvis.ollama.script = load_script(
        [
            {"round": 0, "call": [{"name": tool.name, "arguments": {}}]},
            {"say": "That is what came of it."},
        ]
    )
    reply = await Jarvis(hass, entry, jarvis.ollama).say("What do the runes say")
    await hass.config_entries.async_unload(entry.entry_id)
    assert (reply.speech, reply.error) == ("That is what came of it.", None)
    (result,) = results(jarvis)
    return result


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (HomeAssistantError("The runes are wet."), "The runes are wet."),
        (probatio.Invalid("No such rune."), "No such rune."),
        (ValueError("secret detail"), "The tool failed."),
        (KeyError("secret detail"), "The tool failed."),
        (TimeoutError(), "The tool gave no answer"),
    ],
    ids=repr,
)
async def test_a_tool_that_raises(
    jarvis_model_only: Jarvis, error: Exception, told: str
) -> None:
    """Its error is data for the model; what nobody expected is only logged."""

    async def fail() -> llm.ToolResult:
        raise error

    result = await _say_with(jarvis_model_only, FakeTool("runes", fail))

    assert told in result
    assert "secret" not in result


async def test_a_tool_that_hangs(
    jarvis_model_only: Jarvis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is given up after a while, and nothing of it goes on."""
    monkeypatch.setattr(guard, "TOOL_TIMEOUT", 0.05)
    ended = asyncio.Event()

    async def hang() -> llm.ToolResult:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        raise AssertionError

    result = await _say_with(jarvis_model_only, FakeTool("runes", hang))

    assert "gave no answer within 0.05 seconds" in result
    assert ended.is_set()


@pytest.mark.parametrize(
    "data",
    [
        {"text": "x" * 100_000},
        {"rows": [{"n": number, "é": "è"} for number in range(5000)]},
        {"a": "x" * 50_000, "b": "y" * 50_000},
        {f"key{number}": "x" * 100 for number in range(1000)},
    ],
    ids=["text", "list", "two", "many"],
)
async def test_a_tool_that_returns_too_much(
    jarvis_model_only: Jarvis, data: dict[str, Any]
) -> None:
    """A result that would fill the context is cut, and the model is told."""

    async def pour() -> llm.ToolResult:
        return llm.ToolResult(data)

    result = await _say_with(jarvis_model_only, FakeTool("runes", pour))

    assert len(result) < guard.LONGEST_RESULT * 1.5
    assert "The result is cut here." in result
