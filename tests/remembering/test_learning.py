"""What people say in passing is learned when they are quiet, and only that."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
import json
import logging
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.jarvis.const import (
    CONF_LEARN,
    CONF_MODEL,
    CONF_NUM_CTX,
    CONF_REMEMBER,
)
from custom_components.jarvis.memory.learning.extract import SCHEMA
from custom_components.jarvis.memory.local import LocalRepository
from custom_components.jarvis.memory.records import Fact, Origin, now
from custom_components.jarvis.memory.repository import OffLimits
from custom_components.jarvis.remembering.learning import LONGEST_REST, QUIET, REST
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from ..conftest import MODEL, async_prepared, async_settle
from ..house import Jarvis
from ..ollama_server import Kind, ScriptedOllama, load_script

COFFEE = "J'aime le café serré"
MUG = "The quokka mug on the shelf belonged to my grandfather"
MUG_FACT = "My grandfather owned the quokka mug"
ASKED = "You keep the memory"
ENDLESS = [f"word{number} " for number in range(300)]


def _listed(text: str, **more: Any) -> dict[str, Any]:
    return {
        "turn": 1,
        "text": text,
        "kind": "device",
        "subject": "mug",
        "importance": 0.5,
        "confidence": 0.7,
        "replaces": 0,
        **more,
    }


def _answers(*facts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the rule by which the model finds some facts."""
    return {"prompt": ASKED, "say": json.dumps({"facts": facts}), **more}


FINDS_MUG = _answers(_listed(MUG_FACT))
TALKS = {"say": "How nice."}


@pytest.fixture
async def jarvis(home: HomeAssistant, ollama: ScriptedOllama) -> AsyncGenerator[Jarvis]:
    """Return a Jarvis whose model finds the fact about the mug."""
    ollama.script = load_script([FINDS_MUG, TALKS])
    entry = await async_settle(
        home, [ollama.url], {CONF_MODEL: MODEL, CONF_NUM_CTX: 4096}
    )
    await async_prepared(entry, ollama)
    yield Jarvis(home, entry, ollama)
    await home.config_entries.async_unload(entry.entry_id)


def _repository(jarvis: Jarvis) -> LocalRepository:
    repository = jarvis.entry.runtime_data.memory.repository
    assert isinstance(repository, LocalRepository)
    return repository


async def _facts(jarvis: Jarvis, owner: str | None = None) -> list[Fact]:
    return await _repository(jarvis).facts((owner,))


def _asked(jarvis: Jarvis) -> list[dict[str, Any]]:
    """Return what the model was asked about what people said."""
    return [body for body in jarvis.ollama.chats if ASKED in str(body["messages"][0])]


async def _wait(jarvis: Jarvis, seconds: float = QUIET + 1) -> None:
    """Let what was said be kept, and time pass."""
    await asyncio.gather(*jarvis.entry.runtime_data.memory._writing)
    async_fire_time_changed(jarvis.hass, dt_util.utcnow() + timedelta(seconds=seconds))
    await jarvis.hass.async_block_till_done()


async def _pass(jarvis: Jarvis, seconds: float = QUIET + 1) -> None:
    """Let time pass, and what it brings be learned."""
    await _wait(jarvis, seconds)
    await asyncio.gather(*jarvis.entry.runtime_data.upkeep.learning._working)
    await jarvis.hass.async_block_till_done()


async def _until(true: Callable[[], bool]) -> None:
    for _ in range(1000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError


# By rules


async def test_learned_after_some_quiet(jarvis_alone: Jarvis) -> None:
    """Without a model; not while people talk, and told to whoever asks."""
    await jarvis_alone.say(COFFEE, "fr")
    await _pass(jarvis_alone, QUIET - 5)
    assert await _facts(jarvis_alone) == []

    await _pass(jarvis_alone)

    (kept,) = await _facts(jarvis_alone)
    assert kept.text == COFFEE
    told = await jarvis_alone.say("Qu'est-ce que tu sais de moi ?", "fr")
    assert "café serré" in told.speech


async def test_every_word_makes_it_wait(jarvis_alone: Jarvis) -> None:
    """Who goes on talking is not disturbed."""
    await jarvis_alone.say(COFFEE, "fr")
    await _wait(jarvis_alone, QUIET - 5)
    await jarvis_alone.say("Quelle heure est-il ?", "fr")
    learning = jarvis_alone.entry.runtime_data.upkeep.learning

    await _wait(jarvis_alone, QUIET - 1)

    assert not learning._working
    assert await _facts(jarvis_alone) == []


async def test_a_restart_goes_on(jarvis_alone: Jarvis) -> None:
    """What was said just before the end is learned after the start, once."""
    await jarvis_alone.say(COFFEE, "fr")
    hass, entry = jarvis_alone.hass, jarvis_alone.entry
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()

    await _pass(jarvis_alone)
    await _pass(jarvis_alone)

    assert [one.text for one in await _facts(jarvis_alone)] == [COFFEE]


async def test_forgotten_stays_forgotten(jarvis_alone: Jarvis) -> None:
    """The words are still there, and teach it no more; not after a restart either."""
    await jarvis_alone.say(COFFEE, "fr")
    await _pass(jarvis_alone)
    (kept,) = await _facts(jarvis_alone)

    await _repository(jarvis_alone).forget([kept.id])
    # As after a restart in the middle of learning: it does not know how far it was.
    await _repository(jarvis_alone).set_mark("learned_by_rules", "")
    await _pass(jarvis_alone)
    await jarvis_alone.say(COFFEE, "fr")
    await _pass(jarvis_alone)

    assert await _repository(jarvis_alone).turns((None,))
    assert await _facts(jarvis_alone) == []


async def test_said_anew(jarvis_alone: Jarvis) -> None:
    """The newer sentence stands in the place of the older one."""
    await jarvis_alone.say("Ma voiture est une Zoé", "fr")
    await _pass(jarvis_alone)
    await jarvis_alone.say("J'ai changé de voiture, c'est une R5", "fr")
    await _pass(jarvis_alone)

    (kept,) = await _facts(jarvis_alone)
    assert kept.text == "J'ai changé de voiture, c'est une R5"


async def test_left_out(jarvis_alone: Jarvis) -> None:
    """Secrets, what is off-limits, and what is off the record teach nothing."""
    declared = OffLimits("1", "le café", None, now())
    await _repository(jarvis_alone).add_off_limits(declared)
    await jarvis_alone.say(COFFEE, "fr")
    await jarvis_alone.say("Je suis gaucher, mon code PIN est 4821", "fr")
    private = await jarvis_alone.say("Je suis végétarien", "fr")
    await jarvis_alone.say(
        "Ne retiens pas cette conversation",
        "fr",
        conversation_id=private.result.conversation_id,
    )

    await _pass(jarvis_alone)

    assert await _facts(jarvis_alone) == []


async def test_off_the_record_afterwards(jarvis_alone: Jarvis) -> None:
    """What was learned of a conversation goes with it."""
    said = await jarvis_alone.say("Je suis végétarien", "fr")
    await _pass(jarvis_alone)
    assert await _facts(jarvis_alone)

    await jarvis_alone.say(
        "Ne retiens pas cette conversation",
        "fr",
        conversation_id=said.result.conversation_id,
    )
    await _pass(jarvis_alone)

    assert await _facts(jarvis_alone) == []


async def test_an_owner_who_wants_none_of_it(jarvis_alone: Jarvis) -> None:
    """Nothing is learned; what was said meanwhile is not learned later either."""
    hass, entry = jarvis_alone.hass, jarvis_alone.entry
    hass.config_entries.async_update_entry(entry, options={CONF_LEARN: False})
    await jarvis_alone.say(COFFEE, "fr")
    await _pass(jarvis_alone)
    assert await _facts(jarvis_alone) == []

    hass.config_entries.async_update_entry(entry, options={CONF_LEARN: True})
    await jarvis_alone.say("Je suis gaucher", "fr")
    await _pass(jarvis_alone)

    assert [one.text for one in await _facts(jarvis_alone)] == ["Je suis gaucher"]


# By the model


async def test_the_model_finds_the_rest(jarvis: Jarvis) -> None:
    """It is asked as it is loaded, sees only the person's words, and is warm again."""
    jarvis.ollama.script = load_script(
        [FINDS_MUG, {"say": "I am vegetarian, said the quokka."}]
    )
    await jarvis.say(MUG)
    jarvis.ollama.requests.clear()

    await _pass(jarvis)

    (kept,) = await _facts(jarvis)
    assert (kept.text, kept.origin) == (MUG_FACT, Origin.INFERRED)
    assert kept.confidence < 1
    assert kept.expires_at
    (asked,) = _asked(jarvis)
    assert asked["format"] == SCHEMA
    assert asked["options"]["num_ctx"] == 4096
    assert asked["think"] is False
    assert MUG in str(asked["messages"])
    assert "vegetarian" not in str(asked["messages"])
    await _until(lambda: len(jarvis.ollama.chats) == 2)
    assert jarvis.ollama.chats[-1]["options"]["num_predict"] == 1


async def test_the_model_rests(jarvis: Jarvis) -> None:
    """It is not asked again for some minutes, and then about all at once."""
    await jarvis.say(MUG)
    await _pass(jarvis)
    jarvis.ollama.script = load_script(
        [_answers(_listed("We repainted the corridor in green")), TALKS]
    )
    await jarvis.say("We repainted the whole corridor in green")
    await _pass(jarvis)
    await jarvis.say("The green comes from a shop in Bath, you see")
    await _pass(jarvis)
    assert len(_asked(jarvis)) == 1

    await _pass(jarvis, REST + 1)

    _, asked = _asked(jarvis)
    assert "corridor" in str(asked["messages"])
    assert "Bath" in str(asked["messages"])
    assert len(await _facts(jarvis)) == 2


async def test_the_model_is_spared(jarvis: Jarvis) -> None:
    """Commands, questions and what rules have read are no reason to ask it."""
    await jarvis.say("Turn on the kitchen light")
    await jarvis.say("What time is it?")
    await jarvis.say("I'm vegetarian")

    await _pass(jarvis)

    assert not _asked(jarvis)
    assert [one.text for one in await _facts(jarvis)] == ["I'm vegetarian"]


async def test_a_model_that_is_away(jarvis: Jarvis) -> None:
    """What it should have read it reads when it is back, later each time."""
    await jarvis.say(MUG)
    jarvis.ollama.faults.set(Kind.DOWN)
    await _pass(jarvis)
    await _pass(jarvis, REST + 1)
    jarvis.ollama.faults.clear()
    jarvis.ollama.requests.clear()
    await _pass(jarvis, REST + 1)
    assert not _asked(jarvis)

    await _pass(jarvis, 2 * REST + 1)

    assert [one.text for one in await _facts(jarvis)] == [MUG_FACT]


async def test_a_turn_that_no_model_can_read(
    jarvis: Jarvis, caplog: pytest.LogCaptureFixture
) -> None:
    """It is given up after three times, with one line, and those after it are read."""
    jarvis.ollama.script = load_script(
        [{"prompt": ASKED + r"[\s\S]*Xylophone", "say": "Sure!"}, FINDS_MUG, TALKS]
    )
    await jarvis.say("The Xylophone belongs in the whole corridor")
    await jarvis.say(MUG)

    await _pass(jarvis)
    for _ in range(4):
        await _pass(jarvis, LONGEST_REST + 1)

    assert [one.text for one in await _facts(jarvis)] == [MUG_FACT]
    warnings = [
        one
        for one in caplog.records
        if one.levelno >= logging.WARNING and "nothing is learned" in one.getMessage()
    ]
    assert len(warnings) == 1
    assert "Xylophone" not in warnings[0].getMessage()


async def test_people_first(jarvis: Jarvis) -> None:
    """Who speaks while it is read is answered at once; it is read afterwards."""
    endless = {"prompt": ASKED, "say": ENDLESS, "delay": 0.01}
    jarvis.ollama.script = load_script([endless, {"say": "Here I am."}])
    await jarvis.say(MUG)
    await _wait(jarvis)
    await _until(lambda: bool(_asked(jarvis)))

    reply = await jarvis.say("Are you there, my friend?")

    assert reply.speech == "Here I am."
    assert await _facts(jarvis) == []
    jarvis.ollama.script = load_script([FINDS_MUG, TALKS])
    await _pass(jarvis)
    await _pass(jarvis)
    assert [one.text for one in await _facts(jarvis)] == [MUG_FACT]


async def test_everybody_by_themselves(jarvis: Jarvis) -> None:
    """What one person said is not shown with another's words, nor learned for them."""
    user = await jarvis.hass.auth.async_create_user("Ann", group_ids=["system-users"])
    persons = [{"id": "ann", "name": "Ann", "user_id": user.id}]
    assert await async_setup_component(jarvis.hass, "person", {"person": persons})
    await jarvis.hass.async_block_till_done()
    jarvis.ollama.script = load_script(
        [{**FINDS_MUG, "prompt": ASKED + r"[\s\S]*quokka"}, _answers(), TALKS]
    )
    await jarvis.say(MUG, context=Context(user_id=user.id))
    await jarvis.say("We repainted the whole corridor in green")

    await _pass(jarvis)

    one, other = (str(body["messages"]) for body in _asked(jarvis))
    assert ("quokka" in one) != ("corridor" in one)
    assert ("quokka" in other) != ("corridor" in other)
    assert [one.text for one in await _facts(jarvis, "ann")] == [MUG_FACT]
    assert await _facts(jarvis, None) == []


async def test_an_agent_that_does_not_remember(
    home: HomeAssistant, ollama: ScriptedOllama
) -> None:
    """Its model is asked nothing, and what is said to it teaches nothing."""
    entry = await async_settle(
        home, [ollama.url], {CONF_MODEL: MODEL, CONF_REMEMBER: False}
    )
    await async_prepared(entry, ollama)
    jarvis = Jarvis(home, entry, ollama)

    await jarvis.say("I'm vegetarian")
    await _pass(jarvis)

    assert not _asked(jarvis)
    assert await _facts(jarvis) == []
    await home.config_entries.async_unload(entry.entry_id)


async def test_unload_in_the_middle(
    jarvis: Jarvis, caplog: pytest.LogCaptureFixture
) -> None:
    """An entry that ends takes its learning with it, without a word in the log."""
    endless = {"prompt": ASKED, "say": ENDLESS, "delay": 0.01}
    jarvis.ollama.script = load_script([endless, TALKS])
    await jarvis.say(MUG)
    await _wait(jarvis)
    await _until(lambda: bool(_asked(jarvis)))

    learning = jarvis.entry.runtime_data.upkeep.learning

    assert await jarvis.hass.config_entries.async_unload(jarvis.entry.entry_id)

    assert not learning._working
    assert not [
        one
        for one in caplog.records
        if "jarvis" in one.name and one.levelno >= logging.WARNING
    ]
    assert await jarvis.hass.config_entries.async_setup(jarvis.entry.entry_id)
