"""Replies that are begun while the person may still be speaking."""

import asyncio
from typing import Any

import pytest

from homeassistant.components.conversation import async_prepare_agent
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.chat_session import async_get_chat_session
from tests.house import Jarvis
from tests.ollama_server import load_script
from tests.places import device_in

from .requests import turns

SAID = "Tell me something about the sea"


@pytest.fixture
async def device(jarvis: Jarvis) -> str:
    """Return the device of a satellite that listens."""
    device = device_in(jarvis.hass, "Chambre")
    _satellite(jarvis.hass, "1", device)
    return device


def _satellite(hass: HomeAssistant, name: str, device: str | None = None) -> str:
    """Add a satellite that listens."""
    entry = er.async_get(hass).async_get_or_create(
        "assist_satellite", "test", name, device_id=device
    )
    hass.states.async_set(entry.entity_id, "listening")
    return entry.entity_id


async def _hear(jarvis: Jarvis, text: str, conversation_id: str | None = None) -> str:
    """Hear a silence that may be the end; return the conversation of its pipeline."""
    with async_get_chat_session(jarvis.hass, conversation_id) as session:
        await async_prepare_agent(jarvis.hass, jarvis.agent_id, "en")
        jarvis.entry.runtime_data.ahead.async_guess(text)
    return session.conversation_id


async def _guess(jarvis: Jarvis, text: str, conversation_id: str | None = None) -> str:
    """Hear one that is long enough for the model to begin."""
    before = len(turns(jarvis))
    identity = await _hear(jarvis, text, conversation_id)
    async with asyncio.timeout(5):
        while len(turns(jarvis)) == before:
            await asyncio.sleep(0.01)
    return identity


async def _say(jarvis: Jarvis, text: str, device: str, conversation_id: str) -> str:
    """Say something to the satellite, and return the reply."""
    (satellite,) = jarvis.hass.states.async_entity_ids("assist_satellite")
    reply = await jarvis.say(
        text,
        device_id=device,
        satellite_id=satellite,
        conversation_id=conversation_id,
    )
    assert "".join(reply.deltas) in ("", reply.speech)
    return reply.speech


async def test_what_was_guessed_is_not_asked_again(jarvis: Jarvis, device: str) -> None:
    """Where just that was said, the reply that was begun is the answer."""
    jarvis.ollama.script = load_script([{"say": "It is deep and blue."}])

    conversation = await _guess(jarvis, SAID)
    speech = await _say(jarvis, SAID, device, conversation)

    assert speech == "It is deep and blue."
    (asked,) = turns(jarvis)
    assert "room: Chambre" in asked["messages"][-1]["content"]


@pytest.mark.parametrize("guessed", ["Tell me something", "Tell me nothing at all"])
async def test_other_words_are_asked_anew(
    jarvis: Jarvis, device: str, guessed: str
) -> None:
    """Where something else was said, nobody hears what was begun."""
    jarvis.ollama.script = load_script(
        [
            {"said": "about the sea", "say": "It is deep and blue."},
            {"say": "What would you like to hear?"},
        ]
    )

    conversation = await _guess(jarvis, guessed)
    speech = await _say(jarvis, SAID, device, conversation)

    assert speech == "It is deep and blue."
    assert len(turns(jarvis)) == 2


async def test_it_goes_on_with_the_conversation(jarvis: Jarvis, device: str) -> None:
    """The next words to a satellite are guessed as what follows the last ones."""
    jarvis.ollama.script = load_script([{"say": "It is deep and blue."}])
    (satellite,) = jarvis.hass.states.async_entity_ids("assist_satellite")
    first = await jarvis.say(SAID, device_id=device, satellite_id=satellite)

    identity = first.result.conversation_id or ""
    await _guess(jarvis, "And what about the sky", identity)
    await _say(jarvis, "And what about the sky", device, identity)

    asked = turns(jarvis)
    assert len(asked) == 2
    roles = [one["role"] for one in asked[-1]["messages"]]
    assert roles == ["system", "user", "assistant", "user"]


async def test_no_tool_is_called_before_the_turn(jarvis: Jarvis, device: str) -> None:
    """What the model wants to do waits until that was really said, and is done once."""
    said = "Make it nice in the kitchen somehow"
    call = {"name": "intent__HassTurnOff", "arguments": {"name": "kitchen light"}}
    jarvis.ollama.script = load_script(
        [{"round": 0, "call": [call]}, {"say": "It is nice now."}]
    )
    turned_off: list[Event[Any]] = []
    jarvis.hass.bus.async_listen("call_service", turned_off.append)

    conversation = await _guess(jarvis, said)
    await asyncio.sleep(0.1)
    assert jarvis.states()["light.cuisine"] == "on"
    assert not turned_off
    speech = await _say(jarvis, said, device, conversation)

    assert speech == "It is nice now."
    assert jarvis.states()["light.cuisine"] == "off"
    assert len([one for one in turned_off if one.data["domain"] == "light"]) == 1


async def test_nothing_is_kept_of_what_was_not_said(
    jarvis: Jarvis, device: str
) -> None:
    """A guess that was wrong is in no conversation and in no memory."""
    conversation = await _guess(jarvis, "Tell me a secret about Zanzibar")
    await _say(jarvis, SAID, device, conversation)

    assert "Zanzibar" not in str(turns(jarvis)[-1])
    repository = jarvis.entry.runtime_data.memory.repository
    assert repository is not None
    assert "Zanzibar" not in str(await repository.turns((None,)))


async def test_what_needs_no_model_is_not_begun(jarvis: Jarvis, device: str) -> None:
    """A command that Jarvis understands by itself costs the model nothing."""
    conversation = await _hear(jarvis, "Turn on the bedroom light")
    await asyncio.sleep(0.1)

    await _say(jarvis, "Turn on the bedroom light", device, conversation)

    assert jarvis.states()["light.chambre"] == "on"
    assert turns(jarvis) == []


async def test_of_two_that_listen_none_is_guessed(jarvis: Jarvis, device: str) -> None:
    """Nobody knows which of them heard it, so nothing is begun."""
    _satellite(jarvis.hass, "2")

    await _hear(jarvis, SAID)
    await asyncio.sleep(0.1)

    assert turns(jarvis) == []


async def test_an_endpoint_that_fails_is_no_worse(jarvis: Jarvis, device: str) -> None:
    """A reply that could not be begun fails as the turn itself would have."""
    await jarvis.ollama.stop()
    conversation = await _hear(jarvis, SAID)
    await asyncio.sleep(0.1)

    (satellite,) = jarvis.hass.states.async_entity_ids("assist_satellite")
    reply = await jarvis.say(
        SAID, device_id=device, satellite_id=satellite, conversation_id=conversation
    )

    assert reply.error == "unreachable"
