"""What a model may do with people's memories."""

from typing import Any

import pytest

from custom_components.jarvis.memory.records import Origin
from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import llm
from homeassistant.setup import async_setup_component

from ..house import Jarvis
from ..ollama_server import load_script

TREASURE = "Le trésor s'appelle Zanzibar."


def _calls(jarvis: Jarvis, name: str, **arguments: Any) -> None:
    """Let the model call a tool and then say something."""
    call = {"name": f"jarvis__{name}", "arguments": arguments}
    jarvis.ollama.script = load_script(
        [{"round": 0, "call": [call]}, {"say": "Voilà ce que j'en sais."}]
    )


def _result(jarvis: Jarvis) -> str:
    """Return what the tool told the model."""
    messages = jarvis.ollama.chats[-1]["messages"]
    return str([one["content"] for one in messages if one["role"] == "tool"][-1])


@pytest.mark.parametrize(
    ("said", "origin"),
    [
        ("Au fait, le trésor s'appelle Zanzibar", Origin.SAID),
        ("Raconte-moi une histoire", Origin.INFERRED),
    ],
)
async def test_remembered(jarvis_model_only: Jarvis, said: str, origin: Origin) -> None:
    """Given a sentence of the model, then it is the person's if they said it."""
    _calls(jarvis_model_only, "remember", fact=TREASURE)
    await jarvis_model_only.say(said, "fr")

    repository = jarvis_model_only.entry.runtime_data.memory.repository
    (fact,) = await repository.facts((None,))
    assert (fact.text, fact.origin) == (TREASURE, origin)


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        ("Le code du portail est 4825", "Codes and passwords"),
        ("Ma santé est fragile", "ma santé"),
    ],
)
async def test_refused(jarvis_model_only: Jarvis, fact: str, why: str) -> None:
    """Given a secret or what is off-limits, then the model is told why not."""
    await jarvis_model_only.say("Ne retiens jamais rien sur ma santé", "fr")
    _calls(jarvis_model_only, "remember", fact=fact)
    await jarvis_model_only.say("Raconte-moi une histoire", "fr")

    assert why in _result(jarvis_model_only)
    repository = jarvis_model_only.entry.runtime_data.memory.repository
    assert await repository.facts((None,)) == []


async def test_nothing_off_the_record(jarvis_model_only: Jarvis) -> None:
    """Given a conversation that is not to be kept, then no model keeps a part of it."""
    paused = await jarvis_model_only.say("Ne retiens pas cette conversation", "fr")
    _calls(jarvis_model_only, "remember", fact=TREASURE)
    await jarvis_model_only.say(
        "Raconte-moi une histoire",
        "fr",
        conversation_id=paused.result.conversation_id,
    )

    assert "nothing of this" in _result(jarvis_model_only)


async def test_recalled_and_corrected(jarvis_model_only: Jarvis) -> None:
    """Given a fact, then the model finds it, and puts another in its place."""
    await jarvis_model_only.say(f"Souviens-toi que {TREASURE}", "fr")
    _calls(jarvis_model_only, "recall", about="le trésor")
    await jarvis_model_only.say("Raconte-moi une histoire", "fr")
    assert "Zanzibar" in _result(jarvis_model_only)

    right = "Le trésor s'appelle Ispahan."
    _calls(jarvis_model_only, "remember", fact=right, instead_of=TREASURE)
    await jarvis_model_only.say("Raconte-moi une autre histoire", "fr")

    repository = jarvis_model_only.entry.runtime_data.memory.repository
    assert [one.text for one in await repository.facts((None,))] == [right]
    past = await repository.facts((None,), include_past=True)
    assert len(past) == 2


async def test_forgets_only_after_a_yes(jarvis_model_only: Jarvis) -> None:
    """Given a model that wants to forget, then the person is asked, come what may."""
    repository = jarvis_model_only.entry.runtime_data.memory.repository
    await jarvis_model_only.say(f"Souviens-toi que {TREASURE}", "fr")
    _calls(jarvis_model_only, "forget", about="trésor")

    asked = await jarvis_model_only.say("Raconte-moi une histoire", "fr")

    assert asked.speech.startswith("J'oublierais ceci : Le trésor s'appelle Zanzibar")
    assert asked.speech.endswith("?")
    assert asked.result.continue_conversation
    assert len(await repository.facts((None,))) == 1
    await jarvis_model_only.say(
        "Oui", "fr", conversation_id=asked.result.conversation_id
    )
    assert await repository.facts((None,)) == []
    # Nor is there a reply that has it, such as the question.
    assert "Zanzibar" not in str(await repository.turns((None,)))


async def test_who_was_not_asked_says_no_yes(jarvis_model_only: Jarvis) -> None:
    """Given a model that fails before the question, then a yes is no answer to it."""
    await jarvis_model_only.say(f"Souviens-toi que {TREASURE}", "fr")
    call = {"name": "jarvis__forget", "arguments": {"about": "trésor"}}
    jarvis_model_only.ollama.script = load_script(
        [{"round": 0, "call": [call]}, {"empty": True}]
    )
    failed = await jarvis_model_only.say("Raconte-moi une histoire", "fr")
    jarvis_model_only.ollama.script = load_script([{"say": "Bien."}])

    await jarvis_model_only.say(
        "Oui", "fr", conversation_id=failed.result.conversation_id
    )

    assert failed.error == "empty_reply"
    repository = jarvis_model_only.entry.runtime_data.memory.repository
    assert len(await repository.facts((None,))) == 1


async def test_whose_it_is_is_decided_at_each_call(jarvis_model_only: Jarvis) -> None:
    """Given somebody else's memory, then no argument gets at it."""
    hass = jarvis_model_only.hass
    user = await hass.auth.async_create_user("Ann", group_ids=["system-users"])
    persons = [{"id": "ann", "name": "Ann", "user_id": user.id}]
    assert await async_setup_component(hass, "person", {"person": persons})
    await hass.async_block_till_done()
    anns = Context(user_id=user.id)
    await jarvis_model_only.say(f"Souviens-toi que {TREASURE}", "fr", context=anns)

    _calls(jarvis_model_only, "recall", about="le trésor")
    await jarvis_model_only.say("Raconte-moi une histoire", "fr")
    assert "Zanzibar" not in _result(jarvis_model_only)
    await jarvis_model_only.say("Raconte-moi une histoire", "fr", context=anns)
    assert "Zanzibar" in _result(jarvis_model_only)


async def test_in_an_api_of_its_own(jarvis_alone: Jarvis) -> None:
    """Given another agent, then it gets the tools by that API, and asks nobody."""
    hass = jarvis_alone.hass
    context = llm.LLMContext(
        platform="test",
        context=Context(),
        language="fr",
        assistant="conversation",
        device_id=None,
    )
    api = await llm.async_get_api(hass, "jarvis", context)
    assist = await llm.async_get_api(hass, "assist", context)
    assert not {one.name for one in api.tools} & {one.name for one in assist.tools}

    async def call(name: str, **arguments: Any) -> llm.ToolResult:
        return await api.async_call_tool(
            llm.ToolInput(tool_name=f"jarvis__{name}", tool_args=arguments)
        )

    kept = await call("remember", fact=TREASURE)
    assert kept.data == {"kept": TREASURE}
    forgotten = await call("forget", about="trésor")
    assert forgotten.error
    with pytest.raises(HomeAssistantError, match="not found"):
        await call("erase")
    await hass.config_entries.async_unload(jarvis_alone.entry.entry_id)
    assert (await call("recall", about="trésor")).error
