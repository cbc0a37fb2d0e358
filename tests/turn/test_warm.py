"""The beginning of the prompt is read while the person still speaks."""

import asyncio
from collections.abc import AsyncGenerator
import json
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.jarvis.const import CONF_MODEL, CONF_PREFER_LOCAL
from custom_components.jarvis.local.text.words import LANGUAGES
from homeassistant.components.conversation import (
    HOME_ASSISTANT_AGENT,
    async_prepare_agent,
)
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.chat_session import async_get_chat_session
from tests.conftest import MODEL, async_prepared, async_settle
from tests.house import Jarvis
from tests.ollama_server import Kind, Machine, ScriptedOllama, load_script

from .requests import block, system, turns


def warm_ups(jarvis: Jarvis) -> list[dict[str, Any]]:
    """Return the requests that only warm a model."""
    return [
        body
        for body in jarvis.ollama.chats
        if body["options"].get("num_predict") == 1 and "_debug_render_only" not in body
    ]


async def async_speech_begins(jarvis: Jarvis, language: str = "fr") -> None:
    """Let Jarvis know that somebody speaks, as a pipeline does."""
    await async_prepare_agent(jarvis.hass, jarvis.agent_id, language)


async def async_warm_up_asked(jarvis: Jarvis) -> None:
    """Wait until a warm-up has arrived at Ollama."""
    async with asyncio.timeout(5):
        while not warm_ups(jarvis):
            await asyncio.sleep(0.005)


async def async_ended(jarvis: Jarvis) -> None:
    """Wait until Ollama has nothing to do any more."""
    async with asyncio.timeout(5):
        while not all(one.finished or one.hung_up for one in jarvis.ollama.requests):
            await asyncio.sleep(0.005)


async def test_only_what_every_prompt_begins_with(jarvis_model_only: Jarvis) -> None:
    """System text, tools, the house and a stub are sent, and one token is wanted."""
    jarvis = jarvis_model_only

    await async_speech_begins(jarvis)
    await async_warm_up_asked(jarvis)
    await async_ended(jarvis)

    (warm,) = warm_ups(jarvis)
    assert [one["role"] for one in warm["messages"]] == ["system", "user"]
    told, _, stub = warm["messages"][1]["content"].partition("\n</context>\n")
    assert told.startswith("<context>\n- ")
    assert "\nlanguage: French\ntime: " in told
    assert stub == "."
    assert warm["options"] == {"num_ctx": 8192, "num_predict": 1}


@pytest.fixture
async def recurrent(
    home: HomeAssistant, ollama: ScriptedOllama
) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis whose model returns only to some places."""
    agent = {CONF_MODEL: "qwen3.5:4b", CONF_PREFER_LOCAL: False}
    ollama.models.install("qwen3.5:4b")
    ollama.script = load_script([{"say": "Hello."}])
    entry = await async_settle(home, [ollama.url], agent)
    await async_prepared(entry, ollama)
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


async def test_a_recurrent_model(recurrent: Jarvis) -> None:
    """It returns only to some places, one of them near the end of what is common."""
    await recurrent.say("Tell me something")

    cost = recurrent.ollama.costs[-1]
    assert "Tell me something" in cost.text
    assert 0 < cost.processed < 100


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_same_bytes_as_the_turn(
    jarvis_model_only: Jarvis, language: str
) -> None:
    """Whatever was read in advance stands in front of the turn's prompt."""
    jarvis = jarvis_model_only
    await async_speech_begins(jarvis)
    await async_warm_up_asked(jarvis)
    await async_ended(jarvis)

    await jarvis.say("Tell me / Dis-moi quelque chose", language)

    (warm,), (turn,) = warm_ups(jarvis), turns(jarvis)
    assert system(turn) == system(warm)
    for key in ("tools", "model", "think", "keep_alive"):
        assert json.dumps(turn[key]) == json.dumps(warm[key])
    assert turn["options"]["num_ctx"] == warm["options"]["num_ctx"]
    cost = jarvis.ollama.costs[-1]
    assert not cost.loaded
    assert cost.processed < 0.1 * cost.prompt_tokens


async def test_prompts_of_conversations_are_warm_too(
    jarvis_model_only: Jarvis,
) -> None:
    """After the first, too, each conversation finds its beginning read."""
    jarvis = jarvis_model_only
    for text in ("Tell me something", "And something else", "Dis-moi tout"):
        await jarvis.ollama.evict()
        await async_speech_begins(jarvis)
        await async_ended(jarvis)
        await jarvis.say(text)

        cost = next(one for one in jarvis.ollama.costs[::-1] if text in one.text)
        assert cost.reused > 0.9 * cost.prompt_tokens, text


async def test_a_recurrent_model_is_not_told_the_house(recurrent: Jarvis) -> None:
    """A state that changed would cost it all that stands in front, too."""
    await recurrent.say("Is the coffee machine on?")

    states = [line for line in block(recurrent) if line.startswith("- ")]
    assert states == ["- Machine à café (switch, Cuisine): off"]


async def test_what_was_said_before_is_read_too(jarvis: Jarvis) -> None:
    """Also what needed no model: the next words may need one."""
    jarvis.ollama.script = load_script([{"say": "Because it likes you."}])
    first = await jarvis.say("Turn on the coffee machine")
    identity = first.result.conversation_id
    assert first.meta["understood"] == "local"
    with async_get_chat_session(jarvis.hass, identity):
        await async_speech_begins(jarvis, "en")
    await async_warm_up_asked(jarvis)
    await async_ended(jarvis)

    await jarvis.say("Why does it do that?", conversation_id=identity)

    (warm,), (turn,) = warm_ups(jarvis), turns(jarvis)
    assert [one["role"] for one in turn["messages"]] == [
        "system",
        "user",
        "assistant",
        "user",
    ]
    assert turn["messages"][1]["content"].startswith("<context>\n- ")
    assert turn["messages"][3]["content"].endswith("Why does it do that?")
    assert turn["messages"][:3] == warm["messages"][:3]
    assert (
        jarvis.ollama.costs[-1].processed < 0.1 * jarvis.ollama.costs[-1].prompt_tokens
    )


async def test_another_conversation_does_not_follow_the_last(
    jarvis_model_only: Jarvis,
) -> None:
    """Who begins anew, at another satellite, is not told what was said there."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script([{"say": "Hello."}])
    await jarvis.say("Hello from me")
    with async_get_chat_session(jarvis.hass):
        await async_speech_begins(jarvis)
    await async_warm_up_asked(jarvis)
    await async_ended(jarvis)

    (warm,) = warm_ups(jarvis)
    assert [one["role"] for one in warm["messages"]] == ["system", "user"]
    assert warm["messages"][1]["content"].endswith("\n.")


# While it reads


@pytest.fixture
async def slow(socket_enabled: None) -> AsyncGenerator[ScriptedOllama]:
    """Return an Ollama that reads a prompt for a while."""
    server = ScriptedOllama(
        load_script([{"say": "Hello."}]), [MODEL], machine=Machine(prefill=2_000)
    )
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def patient(home: HomeAssistant, slow: ScriptedOllama) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis with that Ollama, which has forgotten what it read."""
    agent = {CONF_MODEL: MODEL, CONF_PREFER_LOCAL: False}
    entry = await async_settle(home, [slow.url], agent)
    await async_prepared(entry, slow)
    for language in LANGUAGES:
        # What takes a while the first time would let the reading end before the turn.
        await async_prepare_agent(home, HOME_ASSISTANT_AGENT, language)
    slow.models.unload(MODEL)
    slow.meter.records.clear()
    yield Jarvis(home, entry, slow)
    await home.config_entries.async_unload(entry.entry_id)


async def test_a_turn_lets_it_finish(patient: Jarvis) -> None:
    """What is read is what the turn needs: it waits, and reads only the rest."""
    await async_speech_begins(patient)
    await async_warm_up_asked(patient)

    reply = await patient.say("Hello there")

    assert reply.speech == "Hello."
    warm, turn = patient.ollama.costs
    assert not warm.cancelled
    assert warm.processed == warm.prompt_tokens
    assert turn.processed < 0.1 * turn.prompt_tokens


async def test_a_turn_with_another_beginning_ends_it(
    patient: Jarvis, hass_read_only_user: MockUser
) -> None:
    """Whose prompt begins otherwise does not wait for what does not help."""
    hass_read_only_user.mock_policy({})
    await async_speech_begins(patient)
    await async_warm_up_asked(patient)

    await patient.say("Hello there", context=Context(user_id=hass_read_only_user.id))

    warm, turn = patient.ollama.costs
    assert warm.cancelled
    assert warm.processed < warm.prompt_tokens
    assert not turn.cancelled


async def test_nobody_hears_of_a_warm_up_that_fails(
    jarvis_model_only: Jarvis,
) -> None:
    """It was only to help: the turn does what it can."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script([{"say": "Hello."}])
    jarvis.ollama.faults.set(Kind.RUNNER_DIED, times=1)

    await async_speech_begins(jarvis)
    await async_warm_up_asked(jarvis)
    await async_ended(jarvis)

    assert (await jarvis.say("Hello there")).speech == "Hello."


def truncated(jarvis: Jarvis) -> list[str]:
    """Return the models whose context is shown to be too small."""
    return [
        (issue.translation_placeholders or {})["model"]
        for issue in ir.async_get(jarvis.hass).issues.values()
        if issue.translation_key == "context_truncated"
    ]


async def test_a_prompt_that_does_not_fit(jarvis_model_only: Jarvis) -> None:
    """What Ollama drops without a word is told before anybody has spoken."""
    jarvis = jarvis_model_only
    jarvis.ollama.faults.set(Kind.TRUNCATED)
    for _ in range(2):
        await jarvis.hass.services.async_call("jarvis", "warm_up", blocking=True)
        assert truncated(jarvis) == [MODEL]

    jarvis.ollama.faults.clear()
    await jarvis.hass.services.async_call("jarvis", "warm_up", blocking=True)
    assert not truncated(jarvis)

    jarvis.ollama.faults.set(Kind.TRUNCATED)
    await async_speech_begins(jarvis)
    await async_ended(jarvis)
    async with asyncio.timeout(5):
        while truncated(jarvis) != [MODEL]:
            await asyncio.sleep(0.005)


async def test_a_conversation_that_does_not_fit(jarvis_model_only: Jarvis) -> None:
    """Also less than was read before betrays it."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script([{"say": "It was a dark night. " * 50}])
    await jarvis.say("Tell me a story")
    read = jarvis.ollama.costs[-1].prompt_tokens

    await jarvis.hass.services.async_call("jarvis", "warm_up", blocking=True)
    assert not truncated(jarvis)

    jarvis.ollama.faults.set(Kind.TRUNCATED, tokens=read - 10)
    await jarvis.hass.services.async_call("jarvis", "warm_up", blocking=True)
    assert truncated(jarvis) == [MODEL]


async def test_without_a_model(jarvis_alone: Jarvis) -> None:
    """Where there is no model, there is nothing to ask."""
    await async_speech_begins(jarvis_alone)

    assert not jarvis_alone.ollama.requests
