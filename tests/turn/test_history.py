"""Through a whole conversation, what the model is given only grows."""

from collections.abc import AsyncGenerator
from itertools import pairwise

from freezegun.api import FrozenDateTimeFactory
import pytest

from custom_components.jarvis.const import (
    CONF_HISTORY_TOKENS,
    CONF_MODEL,
    CONF_PREFER_LOCAL,
)
from homeassistant.auth.models import User
from homeassistant.components.conversation import UserContent, async_get_chat_log
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.chat_session import async_get_chat_session
from tests.conftest import MODEL, async_settle
from tests.house import Jarvis
from tests.ollama_server import ScriptedOllama, load_script
from tests.places import device_in

from .requests import assert_only_grew, is_prefix, system, turns

HELLO = [{"say": "Bonjour, toi."}]
BUDGET = 1000


@pytest.fixture
async def forgetful(
    home: HomeAssistant, ollama: ScriptedOllama
) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis that keeps only a few turns."""
    agent = {
        CONF_MODEL: MODEL,
        CONF_PREFER_LOCAL: False,
        CONF_HISTORY_TOKENS: BUDGET,
    }
    entry = await async_settle(home, [ollama.url], agent)
    ollama.script = load_script(HELLO)
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


async def test_grows_whatever_happens(
    jarvis_model_only: Jarvis,
    freezer: FrozenDateTimeFactory,
    hass_read_only_user: User,
) -> None:
    """Time, states, rooms, people, tools and failures change nothing that was said."""
    jarvis = jarvis_model_only
    hass = jarvis.hass
    jarvis.ollama.script = load_script(
        [
            {"said": "café", "round": 0, "call": [_turn_on("coffee machine")]},
            {"say": "Bien sûr, voilà."},
        ]
    )
    first = await jarvis.say("Bonjour, la lumière du salon ?", "fr")
    identity = first.result.conversation_id

    async def then(text: str, **more: object) -> None:
        await jarvis.say(text, "fr", conversation_id=identity, **more)

    # Two minutes pass.
    freezer.tick(121)
    await then("Et la lumière du salon maintenant ?")
    # A state changes.
    await hass.services.async_call(
        "light", "turn_on", {"entity_id": "light.salon"}, blocking=True
    )
    await then("Et la lumière du salon maintenant ?")
    # Another room, another language, another automation's words.
    await then("Is it on?", device_id=device_in(hass, "Chambre"))
    await then(
        "Ici ?", device_id=device_in(hass, "Cuisine"), extra_system_prompt="Chut."
    )
    # Another person.
    await then("Et pour moi ?", context=Context(user_id=hass_read_only_user.id))
    # A tool is called.
    await then("Un café")
    # The endpoint fails.
    jarvis.ollama.faults.set("runner_died", times=1)
    await then("Et maintenant ?")
    await then("Toujours là ?")
    # The reply breaks off in the middle.
    jarvis.ollama.faults.set("cut", after=2, times=1)
    await then("Encore ?")
    await then("Et ensuite")

    bodies = turns(jarvis)
    assert_only_grew(bodies)
    assert {system(body) for body in bodies} == {system(bodies[0])}
    said = [one["content"] for one in bodies[-1]["messages"] if one["role"] == "user"]
    assert [text.rpartition("</context>\n")[2] for text in said] == [
        "Bonjour, la lumière du salon ?",
        "Et la lumière du salon maintenant ?",
        "Et la lumière du salon maintenant ?",
        "Is it on?",
        "Ici ?",
        "Et pour moi ?",
        "Un café",
        "Et maintenant ?",
        "Toujours là ?",
        "Encore ?",
        "Et ensuite",
    ]
    times = [line for line in "\n".join(said).splitlines() if "time: " in line]
    assert len(times) == len(set(times)) == 2
    assert ": off" in said[0]
    assert ": on" in said[2]


async def test_a_tool_round_stays_as_it_was(jarvis_model_only: Jarvis) -> None:
    """Calls and results are told again in later turns, with the tool's name."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script(
        [
            {"said": "coffee", "round": 0, "call": [_turn_on("coffee machine")]},
            {"say": "Your coffee is coming."},
        ]
    )

    reply = await jarvis.say("A coffee")
    await jarvis.say("And then", conversation_id=reply.result.conversation_id)

    bodies = turns(jarvis)
    assert_only_grew(bodies)
    assert [one["role"] for one in bodies[-1]["messages"]] == [
        "system",
        "user",
        "assistant",
        "tool",
        "assistant",
        "user",
    ]
    call = bodies[-1]["messages"][2]["tool_calls"][0]["function"]
    result = bodies[-1]["messages"][3]
    assert call["name"] == result["tool_name"]
    assert call["name"].endswith("HassTurnOn")
    assert call["arguments"] == {"name": "coffee machine"}
    assert "Machine à café" in result["content"]


async def test_other_conversations_begin_the_same(
    jarvis_model_only: Jarvis, hass_admin_user: User
) -> None:
    """Whoever begins, wherever: system text and tools are the same bytes."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script(HELLO)

    await jarvis.say("Bonjour", "fr")
    await jarvis.say("Hello", "en", device_id=device_in(jarvis.hass, "Chambre"))
    await jarvis.say("Hello", "en", context=Context(user_id=hass_admin_user.id))

    first, *others = turns(jarvis)
    for body in others:
        assert system(body) == system(first)
        assert body["tools"] == first["tools"]
        assert len(body["messages"]) == 2


async def test_the_chat_log_holds_only_the_words(jarvis_model_only: Jarvis) -> None:
    """What Home Assistant shows of a conversation has no blocks in it."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script(HELLO)

    reply = await jarvis.say("Bonjour le salon", "fr")

    with (
        async_get_chat_session(jarvis.hass, reply.result.conversation_id) as session,
        async_get_chat_log(jarvis.hass, session) as chat_log,
    ):
        assert [one.role for one in chat_log.content] == ["system", "user", "assistant"]
        assert isinstance(words := chat_log.content[1], UserContent)
        assert words.content == "Bonjour le salon"


async def test_an_apology_is_not_told_to_the_model(jarvis_model_only: Jarvis) -> None:
    """What Jarvis said about a failure is kept from the model, the words are not."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script(HELLO)
    jarvis.ollama.faults.set("busy", times=1)

    failed = await jarvis.say("Chante-moi un air", "fr")
    await jarvis.say("Encore", "fr", conversation_id=failed.result.conversation_id)

    assert failed.error == "busy"
    messages = turns(jarvis)[-1]["messages"]
    assert [one["role"] for one in messages] == ["system", "user", "user"]
    assert failed.speech not in str(messages)


async def test_cuts_are_rare_and_big(forgetful: Jarvis) -> None:
    """A long conversation is cut now and then by half, not in each turn."""
    identity = None
    for number in range(30):
        reply = await forgetful.say(
            f"Message {number:02}, " + "bla " * 60, "fr", conversation_id=identity
        )
        identity = reply.result.conversation_id

    bodies = turns(forgetful)
    cuts = [
        (before, after)
        for before, after in pairwise(bodies)
        if not is_prefix(before, after)
    ]
    assert 2 <= len(cuts) <= 8
    for before, after in cuts:
        assert len(after["messages"]) <= len(before["messages"]) / 2 + 3
        assert after["messages"][1]["role"] == "user"
        assert system(after) == system(before)
        # What is kept is kept as it was, behind a summary of what is not.
        kept = [dict(message) for message in after["messages"][1:-2]]
        kept[0]["content"] = kept[0]["content"].rpartition("</earlier>\n")[2]
        were = [dict(message) for message in before["messages"][-len(kept) :]]
        were[0]["content"] = were[0]["content"].rpartition("</earlier>\n")[2]
        assert kept == were
    assert all("Message" in body["messages"][-1]["content"] for body in bodies)


async def test_what_is_cut_is_forgotten(forgetful: Jarvis) -> None:
    """Of turns that are not sent any more nothing is kept beside the chat log."""
    identity = None
    for number in range(20):
        text = f"Raconte {number}, " + "bla " * 60
        reply = await forgetful.say(text, "fr", conversation_id=identity)
        identity = reply.result.conversation_id

    (kept,) = forgetful.entry.runtime_data.conversations.values()
    assert kept.start > 1
    assert kept.blocks
    assert min(kept.blocks) >= kept.start
    assert min(kept.told) >= kept.start


async def test_what_was_cut_is_told_again(forgetful: Jarvis) -> None:
    """The room was told at the beginning only; without it, it has to be told again."""
    identity, device = None, device_in(forgetful.hass, "Chambre")
    for number in range(20):
        text = f"Raconte {number}, " + "bla " * 60
        reply = await forgetful.say(
            text, "fr", conversation_id=identity, device_id=device
        )
        identity = reply.result.conversation_id

    sent = [
        str(body["messages"][1:]).count("room: Chambre") for body in turns(forgetful)
    ]
    assert set(sent) == {1}


async def test_a_single_long_turn_is_never_cut(forgetful: Jarvis) -> None:
    """The newest words are always there, however long."""
    words = "très long " * 200

    await forgetful.say(words, "fr")

    assert turns(forgetful)[-1]["messages"][-1]["content"].endswith(words)


async def test_a_conversation_is_forgotten_with_its_session(
    jarvis_model_only: Jarvis,
) -> None:
    """Nothing is kept of a conversation whose session Home Assistant has ended."""
    jarvis = jarvis_model_only
    jarvis.ollama.script = load_script(HELLO)
    reply = await jarvis.say("Bonjour", "fr")
    kept = jarvis.entry.runtime_data.conversations
    assert set(kept) == {reply.result.conversation_id}

    with async_get_chat_session(jarvis.hass, reply.result.conversation_id) as session:
        session.async_cleanup()

    assert not kept


def _turn_on(name: str) -> dict[str, object]:
    """Return a call that turns something on."""
    return {"name": "HassTurnOn", "arguments": {"name": name}}
