"""What is said is kept, told again, and forgotten, with and without a model."""

import asyncio
from pathlib import Path

import pytest

from homeassistant.components.conversation.trace import async_get_traces
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component

from ...house import Jarvis
from ...ollama_server import Kind

KEY = "la clé du portail est dans le tiroir bleu"


async def _restarted(jarvis: Jarvis) -> None:
    """Unload Jarvis and set it up anew."""
    assert await jarvis.hass.config_entries.async_reload(jarvis.entry.entry_id)
    await jarvis.hass.async_block_till_done()


async def test_kept_and_told_without_a_model(jarvis_alone: Jarvis) -> None:
    """What was said on purpose is there after a restart, in another conversation."""
    said = await jarvis_alone.say(f"Souviens-toi que {KEY}", "fr")
    assert said.speech == "C'est noté."

    await _restarted(jarvis_alone)
    told = await jarvis_alone.say("Où est la clé du portail ?", "fr")

    assert "tiroir bleu" in told.speech


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Qu'est-ce que tu sais de moi ?", "fr"),
        ("Qu'est-ce que je t'ai dit sur la clé du portail ?", "fr"),
        ("What do you know about me?", "en"),
    ],
)
async def test_asked_for(jarvis_alone: Jarvis, question: str, language: str) -> None:
    """Everything, or what is about something."""
    await jarvis_alone.say(f"Souviens-toi que {KEY}", "fr")

    assert "tiroir bleu" in (await jarvis_alone.say(question, language)).speech


async def test_nothing_is_made_up(jarvis_alone: Jarvis) -> None:
    """What was never said is not known."""
    await jarvis_alone.say(f"Souviens-toi que {KEY}", "fr")

    told = await jarvis_alone.say("Qu'est-ce que je t'ai dit sur la chaudière ?", "fr")

    assert told.speech == "Je n'ai rien retenu là-dessus."


async def test_forgotten_after_a_yes(jarvis_alone: Jarvis) -> None:
    """What would go is told and asked, and then no byte of it is left."""
    await jarvis_alone.say("Remember that the safe opens with Zanzibar", "en")
    asked = await jarvis_alone.say("Forget what I told you about the safe", "en")
    assert "Zanzibar" in asked.speech
    assert asked.speech.endswith("?")

    kept = await jarvis_alone.say(
        "no", "en", conversation_id=asked.result.conversation_id
    )
    assert kept.speech == "All right, I keep it."
    asked = await jarvis_alone.say("Forget what I told you about the safe", "en")
    gone = await jarvis_alone.say(
        "yes", "en", conversation_id=asked.result.conversation_id
    )

    assert gone.speech == "It is forgotten."
    told = await jarvis_alone.say("What did I tell you about the safe?", "en")
    assert "Zanzibar" not in told.speech
    await jarvis_alone.hass.config_entries.async_unload(jarvis_alone.entry.entry_id)
    assert not _files_with(jarvis_alone.hass, b"Zanzibar")


async def test_a_conversation_off_the_record(jarvis_alone: Jarvis) -> None:
    """Nothing of it is on the disk, also not what came before the wish."""
    first = await jarvis_alone.say("The word is Xylophone", "en")
    conversation = first.result.conversation_id
    await jarvis_alone.say(
        "Don't remember this conversation", "en", conversation_id=conversation
    )
    await jarvis_alone.say(
        "The other word is Quetzal", "en", conversation_id=conversation
    )

    await jarvis_alone.hass.config_entries.async_unload(jarvis_alone.entry.entry_id)

    assert not _files_with(jarvis_alone.hass, b"Quetzal")


async def test_everybody_has_their_own(
    jarvis_alone: Jarvis, hass_admin_user: object
) -> None:
    """What one person said is not told to the household."""
    hass = jarvis_alone.hass
    user = await hass.auth.async_create_user("Someone", group_ids=["system-admin"])
    assert await async_setup_component(
        hass,
        "person",
        {"person": [{"id": "someone", "name": "Someone", "user_id": user.id}]},
    )
    await hass.async_block_till_done()
    theirs = Context(user_id=user.id)
    await jarvis_alone.say(
        "Remember that the present is a bicycle", "en", context=theirs
    )

    mine = await jarvis_alone.say("What do you know about me?", "en")
    own = await jarvis_alone.say("What do you know about me?", "en", context=theirs)

    assert mine.speech == "I have kept nothing yet."
    assert "bicycle" in own.speech


async def test_why_it_was_recalled_is_in_the_trace(jarvis_alone: Jarvis) -> None:
    """Whoever asks why can see what each reason added."""
    await jarvis_alone.say(f"Souviens-toi que {KEY}", "fr")
    await jarvis_alone.say("Où est la clé du portail ?", "fr")

    events = async_get_traces()[-1].as_dict()["events"]
    told = [one["data"] for one in events if "memories" in (one["data"] or {})]
    (memory,) = told[-1]["memories"]
    assert memory["why"]["fact_text"] > 0
    assert memory["score"] == pytest.approx(sum(memory["why"].values()))
    assert KEY not in str(told)


async def test_the_model_is_told(jarvis_model_only: Jarvis) -> None:
    """What matters to the words stands in the block, once."""
    await jarvis_model_only.say(f"Souviens-toi que {KEY}", "fr")
    await jarvis_model_only.say("Où est la clé du portail ?", "fr")

    prompt = str(jarvis_model_only.ollama.chats[-1]["messages"][-1]["content"])
    assert "tiroir bleu" in prompt


async def test_the_model_is_told_what_was_said_when_asked(
    jarvis_model_only: Jarvis,
) -> None:
    """What was said in passing is told where that is asked, and only then."""
    await jarvis_model_only.say("La chaudière fait un bruit de trompette", "fr")

    await jarvis_model_only.say("Que faire avec la chaudière ?", "fr")
    block = str(jarvis_model_only.ollama.chats[-1]["messages"][-1]["content"])
    assert "trompette" not in block
    await jarvis_model_only.say("Est-ce qu'on a parlé de la chaudière ?", "fr")
    block = str(jarvis_model_only.ollama.chats[-1]["messages"][-1]["content"])

    assert "trompette" in block
    # Not the question itself.
    assert block.count("a parlé de la chaudière") == 1


async def test_what_is_looked_for_in_vain_ends_with_the_turn(jarvis: Jarvis) -> None:
    """Where no model is asked, nobody goes on looking for what it would be told."""
    await jarvis.say(f"Souviens-toi que {KEY}", "fr")

    reply = await jarvis.say("Allume la lumière du salon", "fr")

    assert reply.meta["understood"] == "local"
    names = {task.get_name() for task in asyncio.all_tasks() if not task.done()}
    assert "jarvis recall" not in names


async def test_a_turn_that_is_called_off_is_kept(
    jarvis_model_only: Jarvis,
) -> None:
    """Somebody speaks over the answer: the words stay, and nothing waits for it."""
    jarvis = jarvis_model_only
    jarvis.ollama.faults.set(Kind.STALL)
    saying = jarvis.hass.async_create_task(jarvis.say("What is a quokka?", "en"))
    repository = jarvis.entry.runtime_data.memory.repository
    for _moment in range(100):
        if await repository.turns((None,)):
            break
        await asyncio.sleep(0.01)

    saying.cancel()
    await asyncio.wait([saying])

    (kept,) = await repository.turns((None,))
    assert kept.said == "What is a quokka?"


def _files_with(hass: HomeAssistant, words: bytes) -> list[Path]:
    """Return the files of the memory that hold some words."""
    folder = Path(hass.config.path("jarvis"))
    return [path for path in folder.rglob("*") if words in path.read_bytes()]
