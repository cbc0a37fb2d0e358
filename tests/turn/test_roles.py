"""Who answers: the everyday model, or a larger one that it or the person calls."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from custom_components.jarvis.const import CONF_MODEL, CONF_PREFER_LOCAL
from custom_components.jarvis.local.text.words import words
from homeassistant.core import HomeAssistant
from tests.conftest import MODEL, async_prepared, async_settle
from tests.house import Jarvis, Reply
from tests.ollama_server import Kind, Model, ScriptedOllama, load_script

from .requests import assert_only_grew, turns

THINKER = "thinker:70b"
CODER = "coder:30b"
BOTH = {"reasoning_model": THINKER, "code_model": CODER}
HARD = {
    "en": "Think hard: why is the night sky dark?",
    "fr": "Réfléchis bien : pourquoi le ciel est-il noir la nuit ?",
}


def handing_over(role: str = "reasoning") -> dict[str, Any]:
    """Return the rule by which the everyday model calls for another."""
    call = {"name": "think_harder", "arguments": {"role": role}}
    return {"said": "night|nuit", "model": MODEL, "round": 0, "call": [call]}


RULES = [
    {"model": THINKER, "think": "Olbers…", "say": "The universe is young."},
    {"model": CODER, "say": "It is a loop."},
    handing_over(),
    {"say": "Hello."},
]


@pytest.fixture
async def agent(
    home: HomeAssistant, ollama: ScriptedOllama, request: pytest.FixtureRequest
) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis whose agent has the settings of the test's parameter."""
    for name in (THINKER, CODER):
        able = ("completion", "tools", "thinking")
        ollama.models.install(Model(name=name, capabilities=able))
    more = getattr(request, "param", {"reasoning_model": THINKER})
    settings = {CONF_MODEL: MODEL, CONF_PREFER_LOCAL: False, **more}
    entry = await async_settle(home, [ollama.url], settings)
    await async_prepared(entry, ollama)
    ollama.script = load_script(RULES)
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


def asked(jarvis: Jarvis) -> list[str]:
    """Return the models that turns went to, in order."""
    return [body["model"] for body in turns(jarvis)]


def offered(jarvis: Jarvis) -> list[str]:
    """Return the names of the tools in the newest request."""
    return [one["function"]["name"] for one in turns(jarvis)[-1].get("tools") or ()]


def bridge(reply: Reply, language: str) -> str | None:
    """Return the phrase that a reply begins with, if it is one of a language."""
    said = "".join(reply.deltas)
    phrases = words(language).thinking_bridges
    return next((phrase for phrase in phrases if said.startswith(phrase)), None)


async def async_look(jarvis: Jarvis) -> None:
    """Have Jarvis see which models are in memory."""
    for watch in jarvis.entry.runtime_data.endpoints.watches:
        await watch.async_look()


async def async_unloaded(jarvis: Jarvis) -> None:
    """Let the larger model be out of memory, and Jarvis know it."""
    jarvis.ollama.models.unload(THINKER)
    await async_look(jarvis)


# The person asks for it


@pytest.mark.parametrize("pipeline", ["en", "fr"])
@pytest.mark.parametrize("language", ["en", "fr"])
async def test_the_person_wants_it_thought_over(
    agent: Jarvis, language: str, pipeline: str
) -> None:
    """The larger model is asked at once; a phrase bridges the time that it loads."""
    await async_unloaded(agent)

    reply = await agent.say(HARD[language], pipeline)

    assert asked(agent) == [THINKER]
    assert turns(agent)[0]["think"] is True
    phrase = bridge(reply, language)
    assert phrase
    assert "".join(reply.deltas).split() == f"{phrase} The universe is young.".split()
    assert reply.meta["model"] == THINKER


async def test_no_bridge_where_the_model_is_in_memory(agent: Jarvis) -> None:
    """A model that is there needs no excuse."""
    await agent.say(HARD["en"])
    await async_look(agent)

    reply = await agent.say(HARD["en"])

    assert "".join(reply.deltas) == "The universe is young."


async def test_the_phrase_varies(agent: Jarvis) -> None:
    """Nobody hears the same phrase twice in a row, in one conversation or several."""
    heard = []
    for _turn in range(3):
        await async_unloaded(agent)
        heard.append(bridge(await agent.say(HARD["fr"]), "fr"))

    assert None not in heard
    assert heard[0] != heard[1] != heard[2]


async def test_only_hard_questions(agent: Jarvis) -> None:
    """Everyday words go to the everyday model, which does not think."""
    reply = await agent.say("Good evening")

    assert asked(agent) == [MODEL]
    assert turns(agent)[0]["think"] is False
    assert reply.speech == "Hello."


# The model asks for it


@pytest.mark.parametrize(
    ("text", "language"),
    [("Why is the night dark?", "en"), ("Pourquoi la nuit est-elle noire ?", "fr")],
)
async def test_the_model_hands_over(agent: Jarvis, text: str, language: str) -> None:
    """The everyday model calls the larger one, which answers the person."""
    reply = await agent.say(text, language)

    assert asked(agent) == [MODEL, THINKER]
    assert bridge(reply, language)
    assert reply.deltas[-1].endswith("young.")
    assert reply.meta["model"] == THINKER
    first, second = turns(agent)
    assert second["messages"][: len(first["messages"])] == first["messages"]


async def test_after_that_the_everyday_model_answers_again(agent: Jarvis) -> None:
    """One hard question does not make the conversation slow."""
    reply = await agent.say("Why is the night dark?")

    await agent.say("And the day", conversation_id=reply.result.conversation_id)

    assert asked(agent) == [MODEL, THINKER, MODEL]
    assert "The universe is young." in str(turns(agent)[-1]["messages"])


@pytest.mark.parametrize("agent", [BOTH], indirect=True)
async def test_code(agent: Jarvis) -> None:
    """There may be a model for code; the tool lets the model choose."""
    agent.ollama.script = load_script([RULES[1], handing_over("code"), RULES[-1]])

    reply = await agent.say("Write me a nightly script")

    assert asked(agent) == [MODEL, CODER]
    assert reply.deltas[-1].endswith("loop.")
    (tool,) = [
        one["function"]
        for one in turns(agent)[0]["tools"]
        if one["function"]["name"].endswith("think_harder")
    ]
    assert tool["parameters"]["properties"]["role"]["enum"] == ["reasoning", "code"]


async def test_a_role_without_a_model(agent: Jarvis) -> None:
    """A role that nobody fills is an error for the model, which then answers."""
    agent.ollama.script = load_script(
        [handing_over("code"), {"failed": True, "say": "It is geometry."}]
    )

    reply = await agent.say("Why is the night dark?")

    assert asked(agent) == [MODEL, MODEL]
    assert reply.speech.endswith("It is geometry.")


async def test_the_larger_model_fails(agent: Jarvis) -> None:
    """The person hears which model it is that fails."""
    agent.ollama.faults.set(Kind.MISSING_MODEL, model=THINKER)

    reply = await agent.say("Why is the night dark?")

    assert reply.error == "model_missing"
    assert THINKER in reply.speech


# What each model is asked


async def test_each_model_is_always_asked_alike(agent: Jarvis) -> None:
    """Over many turns nothing makes a model load or read anew."""
    conversation = None
    for text in (
        "Good evening",
        HARD["en"],
        "Why is the night dark?",
        "Thanks",
        HARD["fr"],
        "Pourquoi la nuit est-elle noire ?",
        "Merci",
    ):
        reply = await agent.say(text, conversation_id=conversation)
        conversation = reply.result.conversation_id

    bodies = turns(agent)
    assert asked(agent).count(THINKER) == 4
    for model, thinks in ((MODEL, False), (THINKER, True)):
        own = [body for body in bodies if body["model"] == model]
        assert {body["think"] for body in own} == {thinks}
        assert {body["options"]["num_ctx"] for body in own} == {8192}
        assert_only_grew(own)
        loads = [cost.loaded for cost in agent.ollama.costs if cost.model == model]
        assert sum(loads) <= 1


# No larger model


@pytest.mark.parametrize(
    "agent",
    [{}, {"reasoning_model": MODEL}, {"reasoning_model": "scripted"}],
    indirect=True,
    ids=str,
)
async def test_without_a_larger_model(agent: Jarvis) -> None:
    """There is no tool for it, and the everyday model answers hard questions."""
    agent.ollama.script = load_script([{"say": "It just is."}])

    reply = await agent.say(HARD["en"])

    assert "".join(reply.deltas) == "It just is."
    assert asked(agent) == [MODEL]
    assert not [name for name in offered(agent) if "think_harder" in name]
